//! How far a refresh has come and what it has done, as it is kept with the job.

use openlma_core::{Error, Id, Result};
use serde::{Deserialize, Serialize};

/// Failures that are listed; all are counted.
pub(super) const LISTED: usize = 100;

/// What a refresh has done so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Numbers.
    pub counts: Counts,
    /// The first hundred installs that could not be brought in line.
    pub failures: Vec<Failure>,
    /// The day of the refresh before, for the case that this one fails.
    pub(super) previous: Option<String>,
    /// Whom the step under way has asked: it counts them, also when another node goes on with it.
    #[serde(default)]
    pub(super) asked: Vec<Asked>,
}

/// A copy whose org was asked to tell of the install again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) org: Id,
    pub(super) copy: Id,
    /// Revision of the facts that the license knows of.
    pub(super) known: i64,
    /// There was no license.
    pub(super) missing: bool,
}

/// Numbers of installs and licenses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Installs of the package when the refresh began.
    pub total: i64,
    /// Installs looked at.
    pub seen: i64,
    /// Licenses made.
    pub made: i64,
    /// Licenses corrected by what the subscriber says.
    pub corrected: i64,
    /// Licenses whose terms were sent again.
    pub terms_sent: i64,
    /// Licenses whose subscriber has vanished.
    pub vanished: i64,
    /// Licenses left to messages that are on their way.
    pub left: i64,
    /// What could not be made or corrected.
    pub failed: i64,
}

/// An install that could not be brought in line, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The subscriber's org.
    pub org: Id,
    /// Its copy of the license.
    pub package_license: Id,
    /// Code of the error.
    pub code: String,
    /// The reason as a sentence.
    pub reason: String,
}

impl Progress {
    /// Reads what is kept.
    ///
    /// # Errors
    /// Internal, when it is not what was kept.
    pub fn parse(text: &str) -> Result<Progress> {
        serde_json::from_str(text).map_err(|e| Error::internal(format!("progress of a job: {e}")))
    }

    pub(super) fn encode(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|e| Error::internal(format!("progress of a job: {e}")))
    }

    pub(super) fn failed(&mut self, failure: Failure) {
        self.counts.failed += 1;
        if self.failures.len() < LISTED {
            self.failures.push(failure);
        }
    }
}

/// Where a refresh stands: first it walks the copies by their orgs, then the licenses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    /// Copies of orgs after this one.
    Copies(Option<Id>),
    /// Licenses after this one.
    Licenses(Option<Id>),
}

impl Cursor {
    pub(super) fn parse(text: &str) -> Result<Cursor> {
        let (stage, id) = text.split_once('/').unwrap_or((text, ""));
        let id = match id {
            "" => None,
            id => Some(Id::parse(id)?),
        };
        match stage {
            "" | "copies" => Ok(Cursor::Copies(id)),
            "licenses" => Ok(Cursor::Licenses(id)),
            _ => Err(Error::internal(format!("the cursor of a refresh: {text}"))),
        }
    }

    pub(super) fn encode(self) -> String {
        let (stage, id) = match self {
            Cursor::Copies(id) => ("copies", id),
            Cursor::Licenses(id) => ("licenses", id),
        };
        format!(
            "{stage}/{}",
            id.map(|id| id.to_string()).unwrap_or_default()
        )
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::Id;

    use super::{Cursor, Failure, LISTED, Progress};

    fn id(text: &str) -> Id {
        Id::parse(text).unwrap()
    }

    #[test]
    fn r_ref_1_the_cursor_there_and_back() {
        assert_eq!(Cursor::parse("").unwrap(), Cursor::Copies(None));
        for cursor in [
            Cursor::Copies(None),
            Cursor::Copies(Some(id("00D000000000001"))),
            Cursor::Licenses(None),
            Cursor::Licenses(Some(id("a0L000000000001"))),
        ] {
            assert_eq!(Cursor::parse(&cursor.encode()).unwrap(), cursor);
        }
        assert!(Cursor::parse("orgs/").is_err());
    }

    #[test]
    fn r_ref_1_all_failures_are_counted_and_the_first_hundred_listed() {
        let mut progress = Progress::default();
        for _ in 0..LISTED + 5 {
            progress.failed(Failure {
                org: id("00D000000000001"),
                package_license: id("050000000000001"),
                code: "NOT_FOUND".into(),
                reason: "there is none".into(),
            });
        }
        assert_eq!(progress.counts.failed, 105);
        assert_eq!(progress.failures.len(), LISTED);
        let text = progress.encode().unwrap();
        assert_eq!(Progress::parse(&text).unwrap(), progress);
    }
}
