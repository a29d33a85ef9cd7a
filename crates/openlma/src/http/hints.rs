//! What to do next about a refusal, by its code. A command that knows better says so itself.

/// The next step after a refusal with this code; `None` where only the sentence itself helps.
pub(crate) fn by_code(code: &str) -> Option<&'static str> {
    let found = HINTS.iter().find(|(codes, _)| codes.contains(&code));
    found.map(|(_, hint)| *hint)
}

const HINTS: &[(&[&str], &str)] = &[
    (&["INVALID_SESSION_ID"], "sign in: openlma login"),
    (
        &["INVALID_LOGIN", "invalid_grant"],
        "check user name and password; an administrator of the org sees the user in openlma user list",
    ),
    (
        &["INSUFFICIENT_ACCESS_OR_READONLY", "API_DISABLED_FOR_ORG"],
        "openlma login signs in somebody else; --token takes another token",
    ),
    (&["CONFIRMATION_REQUIRED"], "add --yes if you mean it"),
    (
        &["MALFORMED_ID"],
        "an id has 15 or 18 letters and digits, as the lists of openlma show it",
    ),
    (
        &["NOT_FOUND", "ENTITY_IS_DELETED"],
        "the list command of the same kind shows what there is; upper and lower case of ids count",
    ),
    (
        &[
            "REQUIRED_FIELD_MISSING",
            "STRING_TOO_LONG",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "INVALID_EMAIL_ADDRESS",
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "FIELD_INTEGRITY_EXCEPTION",
            "JSON_PARSER_ERROR",
        ],
        "add --help to see what is allowed",
    ),
    (
        &["DUPLICATE_USERNAME", "DUPLICATE_VALUE"],
        "choose another value, or use what is there: the list command of the same kind shows it",
    ),
    (
        &["LICENSE_LIMIT_EXCEEDED"],
        "openlma seat revoke frees a seat; the publisher gives more",
    ),
    (
        &["PACKAGE_NOT_INSTALLED"],
        "openlma install VERSION installs it; openlma install list shows what is installed",
    ),
    (
        &["DOWNGRADE_NOT_ALLOWED"],
        "openlma package show lists the versions, newest first",
    ),
    (
        &["AMBIGUOUS_USER"],
        "name the user by id; openlma user list shows them",
    ),
    (
        &[
            "PROXY_USER_HAS_DEACTIVATED",
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        ],
        "openlma license show shows the license's status and that of the org",
    ),
    (
        &["CANNOT_UPDATE_CONVERTED_LEAD"],
        "change the account and the contact that it became",
    ),
    (
        &["IDEMPOTENCY_KEY_REUSED"],
        "use a new key for another request",
    ),
    (
        &[
            "REQUEST_IN_PROGRESS",
            "REQUEST_LIMIT_EXCEEDED",
            "SERVER_UNAVAILABLE",
        ],
        "try again in a second",
    ),
    (
        &["MALFORMED_QUERY"],
        "openlma soql --help shows how a query is written",
    ),
    (
        &["INVALID_CROSS_REFERENCE_KEY"],
        "look the id up, such as by openlma soql 'SELECT Id, Name FROM Account'",
    ),
    (
        &["INACTIVE_OWNER_OR_USER"],
        "name an active user, or run openlma user activate",
    ),
    (&["REQUEST_TOO_LARGE"], "give less at once"),
    (&["EXCEEDED_ID_LIMIT"], "give at most 200 at once"),
    (
        &["METHOD_NOT_ALLOWED"],
        "openlma --version should be that of the server",
    ),
    (
        &["UNKNOWN_EXCEPTION"],
        "the server's log says what happened",
    ),
];

#[cfg(test)]
mod tests {
    use openlma_core::Code;

    use super::{HINTS, by_code};

    /// R-ERR-1: each code of the table exists and stands there once; what has no evident next step
    /// is known.
    #[test]
    fn r_err_1_hints() {
        let named: Vec<&str> = HINTS
            .iter()
            .flat_map(|(codes, _)| *codes)
            .copied()
            .collect();
        for (n, code) in named.iter().enumerate() {
            let known = Code::ALL.iter().any(|c| c.as_str() == *code);
            assert!(known || *code == "invalid_grant", "{code}");
            assert!(!named[n + 1..].contains(code), "{code}");
        }
        let without: Vec<&str> = Code::ALL
            .iter()
            .map(|c| c.as_str())
            .filter(|code| by_code(code).is_none())
            .collect();
        assert_eq!(
            without,
            [
                "INVALID_TYPE_ON_FIELD_IN_RECORD",
                "INVALID_FIELD",
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                "INVALID_TYPE",
                "INVALID_QUERY_FILTER_OPERATOR",
                "DELETE_FAILED",
                "INVALID_OPERATION",
                "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            ]
        );
    }
}
