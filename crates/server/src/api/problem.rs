//! Errors of `/api/v1`: problem details (RFC 9457) with `code`, `detail`, `fields`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use openlma_core::{Code, Error};

/// The content type of problems.
pub(super) const CONTENT_TYPE: &str = "application/problem+json";

/// An error as `/api/v1` shows it.
#[derive(Debug)]
pub(crate) struct Problem(pub(crate) Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Problem(error)
    }
}

impl From<Vec<Error>> for Problem {
    /// The first error of a record stands for all.
    fn from(errors: Vec<Error>) -> Problem {
        let first = errors.into_iter().next();
        Problem(first.unwrap_or_else(|| Error::internal("a refusal without errors")))
    }
}

/// Writes the inner half of an error to the log; the outer half goes to the caller.
pub(crate) fn log(error: &Error) {
    match (error.code, &error.internal) {
        (Code::Internal, internal) => {
            tracing::error!(
                internal = internal.as_deref().unwrap_or_default(),
                "a defect"
            );
        }
        (Code::Unavailable, Some(internal)) => tracing::warn!(%internal, "unavailable"),
        _ => {}
    }
}

/// Where a field of a record, or a vocabulary, is a member of a request under another name. The rules
/// name fields as records have them; `/services` shows those.
const MEMBERS: &[(&str, &str)] = &[
    ("AccountId", "account_id"),
    ("Company", "company"),
    ("CompanyName", "company"),
    ("ContactId", "contact_id"),
    ("Country", "country"),
    ("DefaultLocaleSidKey", "language"),
    ("Edition", "edition"),
    ("Email", "email"),
    ("FirstName", "first_name"),
    ("InstanceName", "instance"),
    ("IsConverted", "converted"),
    ("LanguageLocaleKey", "language"),
    ("LastName", "last_name"),
    ("Name", "name"),
    ("NamespacePrefix", "namespace"),
    ("OwnerId", "owner_id"),
    ("Permission", "permissions"),
    ("State", "state"),
    ("Status", "status"),
    ("Effective Status", "effective_status"),
    ("TimeZoneSidKey", "time_zone"),
    ("UserId", "user"),
    ("Username", "username"),
    ("sfLma__Account__c", "account"),
    ("sfLma__Contact__c", "contact"),
    ("sfLma__Expiration__c", "expires_on"),
    ("sfLma__Lead_Manager__c", "user"),
    ("sfLma__License_Type__c", "license_type"),
    // A refresh is refused for its day; the caller named only the package.
    ("sfLma__Next_Available_Refresh__c", "id"),
    ("sfLma__Package_ID__c", "package_id"),
    ("sfLma__Package_License_ID__c", "package_license_id"),
    ("sfLma__Seats__c", "seats"),
    ("sfLma__Status__c", "status"),
];

/// The member that the caller of `/api/v1` knows a field by.
fn member(field: &str) -> &str {
    let known = MEMBERS.iter().find(|(name, _)| *name == field);
    known.map_or(field, |(_, member)| member)
}

/// The error with members for fields; a sentence that lists the fields lists the members.
fn by_member(error: Error) -> Error {
    let lists_them = error == Error::missing(error.fields.clone());
    let fields = error.fields.iter().map(|field| member(field).to_owned());
    let fields: Vec<String> = fields.collect();
    if lists_them {
        return Error::missing(fields);
    }
    Error { fields, ..error }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Problem(error) = self;
        log(&error);
        let error = by_member(error);
        let status = StatusCode::from_u16(error.code.http_status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = openlma_wire::Problem {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            code: error.code.as_str().to_owned(),
            detail: error.told(),
            fields: error.fields,
        };
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        if matches!(
            error.code,
            Code::Unavailable | Code::RequestInProgress | Code::RequestLimitExceeded
        ) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if error.code == Code::InvalidSessionId {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::catalog::Catalog;
    use openlma_core::{Code, Error};

    use super::{MEMBERS, by_member};

    /// R-ERR-1: every name is a field's or a vocabulary's, and every member is described.
    #[test]
    fn r_err_1_both_names_exist() {
        let described = crate::api::openapi().to_pretty_json().unwrap();
        let objects = Catalog::standard().objects();
        for (field, member) in MEMBERS {
            let known = objects.iter().any(|o| o.field(field).is_some());
            assert!(
                known || ["Edition", "Effective Status", "Permission"].contains(field),
                "{field}"
            );
            let as_property = format!("\"{member}\":");
            let as_parameter = format!("\"name\": \"{member}\"");
            assert!(
                described.contains(&as_property) || described.contains(&as_parameter),
                "{member}"
            );
        }
    }

    /// R-ERR-1: the sentence about required members names them as `fields` does; a field without a
    /// member, such as a custom one, keeps its name.
    #[test]
    fn r_err_1_members_for_fields() {
        let missing = by_member(Error::missing(["LastName", "Region__c"]));
        assert_eq!(missing.fields, ["last_name", "Region__c"]);
        assert_eq!(
            missing.message,
            "Required fields are missing: [last_name, Region__c]"
        );
        let refused = Error::new(Code::NotFound, "no such user").field("UserId");
        assert_eq!(by_member(refused).fields, ["user"]);
    }

    /// R-ERR-1: the documentation lists every code with its status, and no others.
    #[test]
    fn r_err_1_the_documented_codes() {
        let page = include_str!("../../../../docs/ERRORS.md");
        let documented: Vec<String> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .map(|row| row.split(" | ").take(2).collect::<Vec<_>>().join(" "))
            .collect();
        let known: Vec<String> = Code::ALL
            .iter()
            .map(|code| format!("{}` {}", code.as_str(), code.http_status()))
            .collect();
        assert_eq!(documented, known);
    }
}
