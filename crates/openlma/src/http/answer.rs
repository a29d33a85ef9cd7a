//! What a server answers, and what its errors mean for the command line.

use serde_json::Value;

use super::hints;
use crate::failure::{Exit, Failure};

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Null when there was no body, text when it was no JSON.
    pub(crate) body: Value,
}

impl Answer {
    /// The body, if the request was successful.
    ///
    /// # Errors
    /// What the answer says, with the exit code for its status.
    pub(crate) fn success(self) -> Result<Value, Failure> {
        if (200..300).contains(&self.status) {
            Ok(self.body)
        } else {
            Err(self.failure())
        }
    }

    /// The code of an error answer: of a problem, of the Salesforce-compatible doors, or of
    /// OAuth.
    pub(crate) fn code(&self) -> &str {
        let first = self.body.get(0).unwrap_or(&self.body);
        ["code", "errorCode", "error"]
            .iter()
            .find_map(|name| first.get(name)?.as_str())
            .unwrap_or_default()
    }

    /// What an error answer says, with the exit code for its status.
    pub(crate) fn failure(&self) -> Failure {
        let first = self.body.get(0).unwrap_or(&self.body);
        let said = ["detail", "message", "error_description", "error"]
            .iter()
            .find_map(|name| first.get(name)?.as_str())
            .map(str::trim);
        let code = self.code();
        let message = match said {
            Some(said) if code.is_empty() || said == code => said.to_owned(),
            Some(said) => format!("{said} ({code})"),
            None => format!("the server answered {}", self.status),
        };
        // Here it is confirmed by a flag.
        let message = match message.split_once("; confirm with ") {
            Some((asked, _)) => format!("{asked} ({code})"),
            None => message,
        };
        let exit = match self.status {
            401 | 403 => Exit::SignIn,
            500.. => Exit::Unreachable,
            _ => Exit::Refused,
        };
        Failure {
            hint: hints::by_code(code).map(str::to_owned),
            code: Some(code.to_owned()),
            ..Failure::new(exit, message)
        }
    }
}

/// What an answer warns of: in the header `Warning: 299 - "…"`, or in the member `warnings`.
pub(super) fn warnings<'a>(
    header: Option<&'a str>,
    body: &'a Value,
) -> impl Iterator<Item = &'a str> {
    let quoted = header.and_then(|text| text.strip_prefix("299 - \"")?.strip_suffix('"'));
    let members = body.get("warnings").and_then(Value::as_array);
    let members = members.into_iter().flatten().filter_map(Value::as_str);
    quoted.into_iter().chain(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// R-PKG-6
    #[test]
    fn r_pkg_6_warnings_of_both_forms() {
        let body = json!({"id": "a0L", "warnings": ["one", "two"]});
        let found: Vec<_> = warnings(None, &body).collect();
        assert_eq!(found, ["one", "two"]);
        let found: Vec<_> = warnings(Some("299 - \"by hand\""), &Value::Null).collect();
        assert_eq!(found, ["by hand"]);
        assert_eq!(warnings(Some("110 a \"stale\""), &json!([])).count(), 0);
    }

    #[test]
    fn errors_of_every_door_are_understood() {
        let failure = |status, body: Value| Answer { status, body }.success().unwrap_err();
        let problem = failure(400, json!({"code": "NO_SEAT", "detail": "no seat is free"}));
        assert_eq!(problem.exit, Exit::Refused);
        assert_eq!(problem.message, "no seat is free (NO_SEAT)");
        assert_eq!(problem.hint, None);
        let taken = json!({"code": "DUPLICATE_VALUE", "detail": "taken"});
        assert!(failure(400, taken).hint.unwrap().contains("another"));
        let rest = failure(
            401,
            json!([{"errorCode": "INVALID_SESSION_ID", "message": "ended"}]),
        );
        assert_eq!(rest.exit, Exit::SignIn);
        assert_eq!(rest.message, "ended (INVALID_SESSION_ID)");
        let oauth = failure(
            400,
            json!({"error": "invalid_grant", "error_description": "wrong"}),
        );
        assert_eq!(oauth.message, "wrong (invalid_grant)");
        assert_eq!(failure(503, Value::Null).exit, Exit::Unreachable);
    }
}
