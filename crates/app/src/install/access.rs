//! The installer's choice of who gets access, as the API takes and shows it. No choice is judged
//! here.

use openlma_core::{Code, Error, Id, Result};
use openlma_store::users::Choice;

/// JSON of an installer's choice, as the API takes it.
#[must_use]
pub fn access_json(access: &Choice) -> String {
    match access {
        Choice::Administrators => "\"administrators\"".into(),
        Choice::All => "\"all\"".into(),
        Choice::Profiles(ids) => {
            serde_json::json!({ "profiles": ids.iter().map(Id::to_string).collect::<Vec<_>>() })
                .to_string()
        }
    }
}

/// An installer's choice from its JSON: `"administrators"`, `"all"` or `{"profiles": [ids]}`.
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION`, saying what is allowed.
pub fn parse_access(json: &str) -> Result<Choice> {
    let wrong = || {
        Error::new(
            Code::FieldIntegrityException,
            "access: give \"administrators\", \"all\" or {\"profiles\": [profile ids]}",
        )
        .field("access")
    };
    match serde_json::from_str(json).map_err(|_| wrong())? {
        serde_json::Value::String(text) if text == "administrators" => Ok(Choice::Administrators),
        serde_json::Value::String(text) if text == "all" => Ok(Choice::All),
        serde_json::Value::Object(map) => {
            let list = map
                .get("profiles")
                .and_then(|l| l.as_array())
                .ok_or_else(wrong)?;
            let ids = list
                .iter()
                .map(|id| Id::parse(id.as_str().unwrap_or_default()));
            Ok(Choice::Profiles(ids.collect::<Result<_>>()?))
        }
        _ => Err(wrong()),
    }
}
