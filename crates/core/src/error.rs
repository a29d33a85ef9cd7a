//! The one error type, and the one place where a code becomes a Salesforce code and an HTTP
//! status (R-ERR-1).

use std::fmt;

use crate::quote::beginning;

/// A result with the one error type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// What went wrong, as a machine reads it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, for tests and documentation.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it stands in every answer.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// The HTTP status that carries it.
            #[must_use]
            pub fn http_status(self) -> u16 {
                match self { $(Code::$name => $status,)* }
            }
        }
    };
}

codes! {
    /// A text that is no id, or an id of another object.
    MalformedId = "MALFORMED_ID", 400;
    /// No such thing, or nothing that this caller may know of.
    NotFound = "NOT_FOUND", 404;
    /// The record is in the recycle bin.
    EntityIsDeleted = "ENTITY_IS_DELETED", 404;
    /// Required fields are absent, null or blank.
    RequiredFieldMissing = "REQUIRED_FIELD_MISSING", 400;
    /// Not an email address.
    InvalidEmailAddress = "INVALID_EMAIL_ADDRESS", 400;
    /// More characters than the field takes.
    StringTooLong = "STRING_TOO_LONG", 400;
    /// A number outside the field's range.
    NumberOutsideValidRange = "NUMBER_OUTSIDE_VALID_RANGE", 400;
    /// A value that the restricted picklist does not have.
    InvalidOrNullForRestrictedPicklist = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", 400;
    /// A text that is not of the field's type.
    InvalidTypeOnFieldInRecord = "INVALID_TYPE_ON_FIELD_IN_RECORD", 400;
    /// A body that is no JSON, or of the wrong shape.
    JsonParserError = "JSON_PARSER_ERROR", 400;
    /// A field that does not exist, or that this caller may not read.
    InvalidField = "INVALID_FIELD", 400;
    /// A field that may not be written, or not by this caller.
    InvalidFieldForInsertUpdate = "INVALID_FIELD_FOR_INSERT_UPDATE", 400;
    /// An object that does not exist, or that this caller may not read.
    InvalidType = "INVALID_TYPE", 400;
    /// A query that does not parse.
    MalformedQuery = "MALFORMED_QUERY", 400;
    /// An operator that the field does not take, or a text that is no id (queries).
    InvalidQueryFilterOperator = "INVALID_QUERY_FILTER_OPERATOR", 400;
    /// A value that breaks an object's own rule.
    FieldIntegrityException = "FIELD_INTEGRITY_EXCEPTION", 400;
    /// A look-up whose record does not exist.
    InvalidCrossReferenceKey = "INVALID_CROSS_REFERENCE_KEY", 400;
    /// No permission for this on this record.
    InsufficientAccess = "INSUFFICIENT_ACCESS_OR_READONLY", 403;
    /// A validation rule or a forbidden transition (R-LIC-2).
    FieldCustomValidationException = "FIELD_CUSTOM_VALIDATION_EXCEPTION", 400;
    /// A converted lead is read-only (R-LEAD-4).
    CannotUpdateConvertedLead = "CANNOT_UPDATE_CONVERTED_LEAD", 400;
    /// The user name is taken somewhere on this server.
    DuplicateUsername = "DUPLICATE_USERNAME", 400;
    /// A value that must be unique is taken.
    DuplicateValue = "DUPLICATE_VALUE", 400;
    /// No seat is free (R-SEAT-1).
    LicenseLimitExceeded = "LICENSE_LIMIT_EXCEEDED", 400;
    /// Something still holds the record.
    DeleteFailed = "DELETE_FAILED", 400;
    /// The owner is an inactive user.
    InactiveOwnerOrUser = "INACTIVE_OWNER_OR_USER", 400;
    /// This cannot be done in the present state.
    InvalidOperation = "INVALID_OPERATION", 400;
    /// The package is not installed in this org (R-CHK-1).
    PackageNotInstalled = "PACKAGE_NOT_INSTALLED", 404;
    /// An older version than the installed one (R-INS-5).
    DowngradeNotAllowed = "DOWNGRADE_NOT_ALLOWED", 400;
    /// More than one user fits (R-CHK-5).
    AmbiguousUser = "AMBIGUOUS_USER", 409;
    /// The subscriber org cannot be reached for changes (R-LIC-11).
    ProxyUserDeactivated = "PROXY_USER_HAS_DEACTIVATED", 400;
    /// A dangerous change must be confirmed first (R-LIC-3).
    ConfirmationRequired = "CONFIRMATION_REQUIRED", 409;
    /// The same idempotency key with another body (R-INS-9).
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED", 422;
    /// The first request with this idempotency key still runs (R-INS-9).
    RequestInProgress = "REQUEST_IN_PROGRESS", 409;
    /// No session, or it ended.
    InvalidSessionId = "INVALID_SESSION_ID", 401;
    /// Wrong user name or password.
    InvalidLogin = "INVALID_LOGIN", 400;
    /// The org's status or the user's profile shuts the API.
    ApiDisabled = "API_DISABLED_FOR_ORG", 403;
    /// The verb is not served by this address.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405;
    /// The body is larger than is taken.
    RequestTooLarge = "REQUEST_TOO_LARGE", 413;
    /// Another record of an all-or-none batch failed.
    AllOrNoneOperationRolledBack = "ALL_OR_NONE_OPERATION_ROLLED_BACK", 400;
    /// More than 200 records at once.
    ExceededIdLimit = "EXCEEDED_ID_LIMIT", 400;
    /// Too many requests from one caller.
    RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED", 429;
    /// The server is too busy or cannot reach its database; try again.
    Unavailable = "SERVER_UNAVAILABLE", 503;
    /// Our own fault; the message carries an incident number only.
    Internal = "UNKNOWN_EXCEPTION", 500;
}

/// An error with an outer half, which callers see, and an inner half, which never leaves.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct Error {
    /// What went wrong.
    pub code: Code,
    /// A sentence that says what was wrong and what is allowed.
    pub message: String,
    /// What to do about it, where the sentence does not say it; see [`Error::told`].
    pub fix: Option<String>,
    /// The fields concerned, by API name.
    pub fields: Vec<String>,
    /// For the log only.
    pub internal: Option<String>,
}

impl Error {
    /// An error with a message for the caller.
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error {
            code,
            message: message.into(),
            fix: None,
            fields: Vec::new(),
            internal: None,
        }
    }

    /// Our own fault: the text goes to the log, the caller reads a general sentence.
    pub fn internal(detail: impl Into<String>) -> Error {
        Error {
            code: Code::Internal,
            message: "an unexpected error occurred; the incident is in the server's log".into(),
            fix: None,
            fields: Vec::new(),
            internal: Some(detail.into()),
        }
    }

    /// Too busy, or the database is out of reach.
    pub fn unavailable(detail: impl Into<String>) -> Error {
        Error {
            code: Code::Unavailable,
            message: "the server cannot take this request now; try again in a second".into(),
            fix: None,
            fields: Vec::new(),
            internal: Some(detail.into()),
        }
    }

    /// Required fields that are absent, null or blank, all at once. Clients parse the sentence.
    pub fn missing<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Error {
        let mut error = Error::new(Code::RequiredFieldMissing, String::new());
        error.fields = names.into_iter().map(Into::into).collect();
        error.message = format!("Required fields are missing: [{}]", error.fields.join(", "));
        error
    }

    /// Names a field; of a long name that somebody made up its [`beginning`].
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Error {
        self.fields.push(beginning(&name.into()).into_owned());
        self
    }

    /// Says what to do about it. What waits with this error shows it by itself (R-SYN-2).
    #[must_use]
    pub fn fix(mut self, what_to_do: impl Into<String>) -> Error {
        self.fix = Some(what_to_do.into());
        self
    }

    /// The whole sentence for a caller: what was wrong and what to do about it.
    #[must_use]
    pub fn told(&self) -> String {
        match &self.fix {
            Some(fix) => format!("{}; {fix}", self.message),
            None => self.message.clone(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.told())
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Error};

    /// R-ERR-1: a code means one thing and has a status that says whose fault it is.
    #[test]
    fn r_err_1_codes() {
        for (i, code) in Code::ALL.iter().enumerate() {
            assert!((400..600).contains(&code.http_status()), "{code:?}");
            assert!(
                Code::ALL[i + 1..]
                    .iter()
                    .all(|other| other.as_str() != code.as_str())
            );
        }
    }

    /// R-ERR-1: what happened inside stays inside.
    #[test]
    fn r_err_1_internals_are_not_shown() {
        let error = Error::internal("table licenses is missing");
        assert!(!error.to_string().contains("licenses"));
        assert_eq!(error.code.http_status(), 500);
        let error = Error::unavailable("queue of 64 is full");
        assert!(!error.to_string().contains("64") && error.code.http_status() == 503);
    }

    /// R-SYN-2: what to do about it is a part of its own, and stands behind the sentence.
    #[test]
    fn r_syn_2_a_fix_is_told() {
        let error = Error::new(Code::InvalidOperation, "it is shut; for good").fix("open it");
        assert_eq!(error.fix.as_deref(), Some("open it"));
        assert_eq!(error.told(), "it is shut; for good; open it");
        assert_eq!(Error::new(Code::NotFound, "gone").told(), "gone");
    }

    #[test]
    fn fields_are_named_in_order() {
        let error = Error::new(Code::FieldIntegrityException, "m")
            .field("LastName")
            .field("Company");
        assert_eq!(error.fields, ["LastName", "Company"]);
        let error = Error::missing(["LastName", "Company"]);
        assert_eq!(error.fields, ["LastName", "Company"]);
        assert_eq!(
            error.message,
            "Required fields are missing: [LastName, Company]"
        );
    }

    /// R-ERR-1: a name that somebody made up is cut as values are.
    #[test]
    fn r_err_1_long_names_of_fields() {
        let error = Error::new(Code::InvalidField, "m").field("x".repeat(10_000));
        assert_eq!(error.fields[0].chars().count(), 81);
    }
}
