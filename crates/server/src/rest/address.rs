//! Addresses of this surface, and what is read out of them.

use openlma_core::catalog::ObjectDef;
use openlma_core::quote::beginning;
use openlma_core::{Code, Error, Id};
use serde::Deserialize;

/// The version of an address, `v62.0`; all versions answer alike, and addresses in an answer
/// carry the version that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Version(String);

impl TryFrom<String> for Version {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Version, Self::Error> {
        let number = |digits: &str, most: usize| {
            (1..=most).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit())
        };
        let parts = text.strip_prefix('v').and_then(|rest| rest.split_once('.'));
        match parts {
            Some((major, minor)) if number(major, 3) && number(minor, 1) => Ok(Version(text)),
            _ => Err("not a version"),
        }
    }
}

impl Version {
    /// `/services/data/v62.0/` and the rest.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/services/data/{}/{rest}", self.0)
    }

    /// The address of a record.
    pub(super) fn record(&self, object: &str, id: Id) -> String {
        self.path(&format!("sobjects/{object}/{id}"))
    }
}

/// The id of a record of `object` in an address.
///
/// # Errors
/// `MALFORMED_ID` for a text that is no id, and for an id of another object.
pub(super) fn record_id(object: &ObjectDef, text: &str) -> Result<Id, Error> {
    let id = Id::parse(text).ok();
    id.filter(|id| object.prefix == Some(id.prefix()))
        .ok_or_else(|| {
            let label = object.field("Id").map_or("Id", |f| f.label.as_ref());
            Error::new(
                Code::MalformedId,
                format!("{label}: id value of incorrect type: {}", beginning(text)),
            )
            .field("Id")
        })
}

#[cfg(test)]
mod tests {
    use openlma_core::Code;
    use openlma_core::catalog::{Catalog, names};

    use super::{Version, record_id};

    #[test]
    fn any_version_of_the_right_shape_is_served() {
        for text in ["v44.0", "v66.0", "v100.0", "v7.9"] {
            let version = Version::try_from(text.to_owned()).unwrap();
            assert_eq!(
                version.path("query"),
                format!("/services/data/{text}/query")
            );
        }
        for text in [
            "62.0", "v62", "v62.", "v.0", "vx.0", "v62.00", "V62.0", "v6200.0", "",
        ] {
            assert!(Version::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    /// R-ERR-1: an id of another object is refused with the text that was sent.
    #[test]
    fn r_err_1_ids_of_an_address_belong_to_its_object() {
        let lead = Catalog::standard().known(names::LEAD);
        let id = record_id(lead, "00Q000000000001").unwrap();
        assert_eq!(record_id(lead, &id.to_string()).unwrap(), id);
        for wrong in ["003000000000001", "00Q", "00Q000000000001AAB", "%", ""] {
            let error = record_id(lead, wrong).unwrap_err();
            assert_eq!(error.code, Code::MalformedId);
            assert_eq!(error.fields, ["Id"]);
            assert!(error.message.ends_with(wrong));
        }
    }
}
