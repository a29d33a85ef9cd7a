//! What a server answers, and what its errors mean for the command line.

use openlma_core::Code;
use serde_json::Value;

use crate::failure::{Exit, Failure};
use crate::hints::{hint, of_code};

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
        let exit = match self.status {
            401 | 403 => Exit::SignIn,
            500.. => Exit::Unreachable,
            _ => Exit::Refused,
        };
        let nobody = (self.status == 401).then_some(Code::InvalidSessionId);
        let hint = hint(code).or_else(|| of_code(nobody?));
        Failure {
            hint: hint.map(str::to_owned),
            code: Some(code.to_owned()),
            // Here it is confirmed otherwise, as the hint says.
            ..Failure::new(exit, message.replace("; confirm with ends_access_now", ""))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_of_every_door_are_understood() {
        let failure = |status, body: Value| Answer { status, body }.success().unwrap_err();
        let problem = failure(400, json!({"code": "NO_SEAT", "detail": "no seat is free"}));
        assert_eq!(problem.exit, Exit::Refused);
        assert_eq!(problem.message, "no seat is free (NO_SEAT)");
        let rest = failure(
            401,
            json!([{"errorCode": "INVALID_SESSION_ID", "message": "ended"}]),
        );
        assert_eq!(rest.exit, Exit::SignIn);
        assert_eq!(rest.message, "ended (INVALID_SESSION_ID)");
        assert_eq!(rest.hint.as_deref(), Some("sign in: openlma login"));
        let oauth = failure(
            400,
            json!({"error": "invalid_grant", "error_description": "wrong"}),
        );
        assert_eq!(oauth.message, "wrong (invalid_grant)");
        assert_eq!(failure(503, Value::Null).exit, Exit::Unreachable);
    }
}
