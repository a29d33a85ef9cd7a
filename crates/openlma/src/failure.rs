//! How a command ends: the exit codes and the one error of the command line. No words of a
//! particular command may be here.

use std::process::ExitCode;

/// How a command ended; the numbers are a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// Refused: the request broke a rule, or a step of the story failed.
    Refused = 1,
    /// Used wrongly: flags, settings, files.
    Usage = 2,
    /// The user is not licensed.
    NotLicensed = 3,
    /// The server or the database cannot start or cannot be reached.
    Unreachable = 4,
    /// Sign-in is needed, or the user may not.
    SignIn = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a command did not do what was asked, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What is wrong, as one sentence.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
    /// The code that a server gave.
    pub(crate) code: Option<String>,
}

impl Failure {
    /// A failure with its exit code.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Failure {
        Failure {
            exit,
            message: message.into(),
            hint: None,
            code: None,
        }
    }

    /// A wrong flag, setting or file.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, message)
    }

    /// Something that could not start or be reached.
    pub(crate) fn unreachable(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Unreachable, message)
    }

    /// Did a server refuse with one of these codes?
    pub(crate) fn is_one_of(&self, codes: &[&str]) -> bool {
        let code = self.code.as_deref();
        code.is_some_and(|code| codes.contains(&code))
    }

    /// The same with what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }
}

impl From<openlma_core::Error> for Failure {
    /// An error of a use case that a command ran itself, without a server between.
    fn from(error: openlma_core::Error) -> Failure {
        use openlma_core::Code;
        let exit = match error.code {
            Code::Unavailable | Code::Internal => Exit::Unreachable,
            _ => Exit::Refused,
        };
        let hint = match exit {
            Exit::Unreachable => None,
            _ => crate::http::hint(error.code.as_str()).map(str::to_owned),
        };
        let message = match (&error.internal, exit) {
            (Some(internal), Exit::Unreachable) => internal.clone(),
            _ => error.message,
        };
        Failure {
            hint: error.fix.or(hint),
            ..Failure::new(exit, message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_contract() {
        let all = [
            Exit::Ok,
            Exit::Refused,
            Exit::Usage,
            Exit::NotLicensed,
            Exit::Unreachable,
            Exit::SignIn,
        ];
        assert_eq!(all.map(|e| e as u8), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_the_database_says_reaches_whoever_starts_the_server() {
        let failure = Failure::from(openlma_core::Error::unavailable("no such host"));
        assert_eq!(failure.exit, Exit::Unreachable);
        assert_eq!(failure.message, "no such host");
        assert_eq!(failure.hint, None);
    }

    /// R-ERR-1: what the rules know to do comes before what the code says.
    #[test]
    fn r_err_1_the_hint_of_a_rule_comes_first() {
        use openlma_core::{Code, Error};
        let error = Error::new(Code::DuplicateUsername, "taken");
        let failure = Failure::from(error.clone());
        assert!(failure.hint.is_some_and(|hint| hint.contains("another")));
        let failure = Failure::from(error.fix("leave it out"));
        assert_eq!(failure.hint.as_deref(), Some("leave it out"));
    }
}
