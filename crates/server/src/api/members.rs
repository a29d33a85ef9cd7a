//! What `/api/v1` calls the fields that the rules know by their API names: an error there names
//! the member that the caller sent, at the Salesforce-compatible doors the field (R-ERR-1).

use openlma_core::{Code, Error};

/// API names, each with the member of the shapes in `wire` that holds the field's value.
const MEMBERS: &[(&str, &str)] = &[
    ("Name", "name"),
    ("Username", "username"),
    ("FirstName", "first_name"),
    ("LastName", "last_name"),
    ("Email", "email"),
    ("CompanyName", "company"),
    ("Company", "company"),
    ("Country", "country"),
    ("State", "state"),
    ("LanguageLocaleKey", "language"),
    ("DefaultLocaleSidKey", "language"),
    ("TimeZoneSidKey", "time_zone"),
    ("InstanceName", "instance"),
    ("NamespacePrefix", "namespace"),
    ("Status", "status"),
    ("IsConverted", "converted"),
    ("OwnerId", "owner_id"),
    ("AccountId", "account_id"),
    ("ContactId", "contact_id"),
    ("UserId", "user"),
    ("sfLma__Lead_Manager__c", "user"),
    ("sfLma__Status__c", "status"),
    ("sfLma__Seats__c", "seats"),
    ("sfLma__Expiration__c", "expires_on"),
    ("sfLma__License_Type__c", "license_type"),
    ("sfLma__Package_License_ID__c", "package_license_id"),
    ("sfLma__Package_ID__c", "package_id"),
    // A refresh is refused for its day; the caller named only the package.
    ("sfLma__Next_Available_Refresh__c", "id"),
];

/// The error with members for fields. A field without a member, such as a custom one, keeps its
/// name, and so does the status in a refused transition, which every door names alike (R-LIC-2).
pub(super) fn by_member(error: Error) -> Error {
    if error.code == Code::FieldCustomValidationException {
        return error;
    }
    let named_all = error == Error::missing(error.fields.clone());
    let fields = error.fields.iter().map(|field| {
        let known = MEMBERS.iter().find(|(name, _)| name == field);
        known.map_or_else(|| field.clone(), |(_, member)| (*member).to_owned())
    });
    let fields: Vec<String> = fields.collect();
    if named_all {
        return Error::missing(fields);
    }
    Error { fields, ..error }
}

/// The error with `member` for `field`, where a verb calls it otherwise than the others do.
pub(super) fn renamed(mut error: Error, field: &str, member: &str) -> Error {
    for name in error.fields.iter_mut().filter(|name| *name == field) {
        member.clone_into(name);
    }
    error
}

#[cfg(test)]
mod tests {
    use openlma_core::catalog::Catalog;
    use openlma_core::{Code, Error};

    use super::{MEMBERS, by_member, renamed};

    /// R-ERR-1: every name is a field's, and every member is described.
    #[test]
    fn r_err_1_both_names_exist() {
        let described = crate::api::openapi().to_pretty_json().unwrap();
        let objects = Catalog::standard().objects();
        for (field, member) in MEMBERS {
            assert!(objects.iter().any(|o| o.field(field).is_some()), "{field}");
            let as_property = format!("\"{member}\":");
            let as_parameter = format!("\"name\": \"{member}\"");
            assert!(
                described.contains(&as_property) || described.contains(&as_parameter),
                "{member}"
            );
        }
    }

    /// R-ERR-1: the sentence about required members names them as `fields` does.
    #[test]
    fn r_err_1_members_for_fields() {
        let missing = by_member(Error::missing(["LastName", "Region__c"]));
        assert_eq!(missing.fields, ["last_name", "Region__c"]);
        assert_eq!(
            missing.message,
            "Required fields are missing: [last_name, Region__c]"
        );
        let transition = Error::new(Code::FieldCustomValidationException, "never");
        let transition = transition.field("sfLma__Status__c");
        assert_eq!(by_member(transition).fields, ["sfLma__Status__c"]);
        let refused = Error::new(Code::NotFound, "no such user").field("UserId");
        assert_eq!(by_member(refused.clone()).fields, ["user"]);
        let refused = renamed(refused, "UserId", "users");
        assert_eq!(by_member(refused).fields, ["users"]);
    }
}
