//! The installer's choice of who gets access, as the API takes and shows it.

use openlma_core::catalog::Catalog;
use openlma_core::{Code, Error, Id, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};
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

/// Has the org the profiles that are chosen?
///
/// # Errors
/// `INVALID_CROSS_REFERENCE_KEY` for one that it has not.
pub(crate) fn known_profiles(tx: &mut Tx<'_>, org: Id, access: &Choice) -> Result<()> {
    let Choice::Profiles(chosen) = access else {
        return Ok(());
    };
    let object = Catalog::standard().known("Profile");
    let ids: Vec<Value> = chosen.iter().map(|id| (*id).into()).collect();
    let found = records::load_by(tx, org, object, "Id", &ids, Lock::No)?;
    match chosen
        .iter()
        .find(|id| found.iter().all(|p| p.id() != Some(**id)))
    {
        None => Ok(()),
        Some(unknown) => Err(Error::new(
            Code::InvalidCrossReferenceKey,
            format!("access: there is no profile {unknown}"),
        )
        .field("access")),
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
