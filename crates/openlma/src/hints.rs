//! What to do about a refusal, by its code: the line behind every `error:` for which the code alone
//! says the next step. A command that knows better says so itself.

use openlma_core::Code;

/// What OAuth says of a wrong user name or password.
const INVALID_GRANT: &str = "invalid_grant";

/// The hint for a code as a server sends it.
pub(crate) fn hint(code: &str) -> Option<&'static str> {
    if code == INVALID_GRANT {
        return of_code(Code::InvalidLogin);
    }
    let known = Code::ALL.iter().find(|known| known.as_str() == code);
    known.and_then(|code| of_code(*code))
}

/// The hint for a code; none where the sentence itself says all that can be said.
pub(crate) fn of_code(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::MalformedId => {
            "an id has 15 or 18 letters and digits, as the lists of openlma show it"
        }
        Code::NotFound => {
            "the lists show what there is, such as openlma package list, user list or messages"
        }
        Code::EntityIsDeleted => "openlma soql finds what is not deleted",
        Code::RequiredFieldMissing => "give it a text that is not blank",
        Code::InvalidEmailAddress => "give an address such as name@company.example",
        Code::StringTooLong => "give a shorter text",
        Code::NumberOutsideValidRange => "give a number that is closer to zero",
        Code::InvalidField => {
            "openlma soql 'SELECT FIELDS(ALL) FROM Lead LIMIT 1' shows all fields of Lead"
        }
        Code::InvalidType => "name an object such as Lead, Account, User or sfLma__License__c",
        Code::MalformedQuery | Code::InvalidQueryFilterOperator => {
            "write it like openlma soql \"SELECT Id, Name FROM Lead WHERE Company = 'Example'\""
        }
        Code::InvalidCrossReferenceKey => {
            "look the id up, such as by openlma soql 'SELECT Id, Name FROM Account'"
        }
        Code::InsufficientAccess | Code::ApiDisabled => {
            "openlma login signs in somebody else; --token takes another token"
        }
        Code::FieldCustomValidationException => {
            "openlma license show shows how it stands; only openlma license grant-trial leads back to Trial"
        }
        Code::CannotUpdateConvertedLead => {
            "openlma lead show shows what the lead was converted into"
        }
        Code::DuplicateUsername => "choose a user name that nobody on this server has",
        Code::DuplicateValue => "choose one that is not taken; the lists of openlma show what is",
        Code::LicenseLimitExceeded => {
            "openlma seat revoke frees a seat; the publisher of the package can give more"
        }
        Code::InactiveOwnerOrUser => "name an active user, or run openlma user activate",
        Code::PackageNotInstalled => {
            "openlma install list shows what this org has installed; openlma install installs"
        }
        Code::DowngradeNotAllowed => "install a higher version, or run openlma uninstall first",
        Code::AmbiguousUser => "openlma user list shows the user names and ids",
        Code::ProxyUserDeactivated => "openlma license show shows the org and its status",
        Code::ConfirmationRequired => "add --yes if you mean it",
        Code::IdempotencyKeyReused => {
            "give another --idempotency-key, or exactly what was given with this one"
        }
        Code::RequestInProgress | Code::RequestLimitExceeded | Code::Unavailable => {
            "try again in a second"
        }
        Code::InvalidSessionId => "sign in: openlma login",
        Code::InvalidLogin => {
            "check user name and password; ten wrong ones lock the user out for 15 minutes"
        }
        Code::MethodNotAllowed => "openlma --version should be that of the server",
        Code::RequestTooLarge => "give less at once",
        Code::ExceededIdLimit => "give at most 200 at once",
        Code::Internal => "whoever runs the server finds the reason in its log",
        Code::FieldIntegrityException
        | Code::InvalidOrNullForRestrictedPicklist
        | Code::InvalidOperation
        | Code::InvalidTypeOnFieldInRecord
        | Code::JsonParserError
        | Code::InvalidFieldForInsertUpdate
        | Code::DeleteFailed
        | Code::AllOrNoneOperationRolledBack => return None,
    })
}

#[cfg(test)]
mod tests {
    use openlma_core::Code;

    use super::{hint, of_code};

    /// R-ERR-1: one line, no sentence that ends, and none without a next step.
    #[test]
    fn r_err_1_hints_are_short() {
        for code in Code::ALL {
            assert_eq!(hint(code.as_str()), of_code(*code));
            let Some(hint) = of_code(*code) else { continue };
            assert!(hint.chars().count() <= 100, "{hint}");
            assert!(!hint.contains('\n') && !hint.ends_with('.'), "{hint}");
        }
        assert_eq!(hint("invalid_grant"), of_code(Code::InvalidLogin));
        assert_eq!(hint("NO_SUCH_CODE"), None);
    }
}
