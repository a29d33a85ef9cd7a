//! Record identifiers: 15 characters, shown as 18 with a checksum suffix (R-ORG-1).

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Code, Error};
use crate::time::Timestamp;

const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const BASE36: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Key prefixes of the objects that code names directly.
pub mod prefix {
    /// Organization.
    pub const ORG: &str = "00D";
    /// User.
    pub const USER: &str = "005";
    /// Lead.
    pub const LEAD: &str = "00Q";
    /// PackageLicense, the subscriber's copy.
    pub const PACKAGE_LICENSE: &str = "050";
    /// UserPackageLicense, one seat.
    pub const SEAT: &str = "051";
    /// MetadataPackage.
    pub const METADATA_PACKAGE: &str = "033";
    /// MetadataPackageVersion.
    pub const METADATA_PACKAGE_VERSION: &str = "04t";
    /// Field history rows.
    pub const HISTORY: &str = "017";
    /// An install request (the original's PackageInstallRequest).
    pub const INSTALL: &str = "0Hf";
    /// A message between two orgs.
    pub const MESSAGE: &str = "0Mg";
    /// A custom field definition.
    pub const CUSTOM_FIELD: &str = "00N";
    /// An OAuth client (ConnectedApplication).
    pub const CLIENT: &str = "0H4";
    /// A publisher key.
    pub const PUBLISHER_KEY: &str = "0Pk";
    /// A background job.
    pub const JOB: &str = "707";
}

/// A 15-character, case-sensitive record id.
///
/// ```
/// use openlma_core::Id;
/// let id = Id::parse("00D000000000001").unwrap();
/// assert_eq!(id.to_string(), "00D000000000001EAA");
/// assert_eq!(Id::parse("00d000000000001eaa").unwrap(), id);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 15]);

impl Id {
    /// Parses a 15-character id, or an 18-character one whose suffix must fit.
    ///
    /// The case of an 18-character id is restored from its suffix.
    ///
    /// # Errors
    /// `MALFORMED_ID` for another length, another character or a suffix that does not fit.
    pub fn parse(text: &str) -> Result<Id, Error> {
        let malformed = || {
            Error::new(
                Code::MalformedId,
                format!(
                    "id value of incorrect type: {}",
                    crate::quote::beginning(text)
                ),
            )
        };
        let bytes = text.as_bytes();
        if !matches!(bytes.len(), 15 | 18) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(malformed());
        }
        let mut body = [0u8; 15];
        body.copy_from_slice(&bytes[..15]);
        if bytes.len() == 18 {
            restore_case(&mut body, &bytes[15..]).ok_or_else(malformed)?;
        }
        Ok(Id(body))
    }

    /// Reads an id that this server itself wrote, 15 characters as stored.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Id> {
        let bytes: [u8; 15] = text.as_bytes().try_into().ok()?;
        bytes
            .iter()
            .all(u8::is_ascii_alphanumeric)
            .then_some(Id(bytes))
    }

    /// The 15 characters, as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters and digits ever enter.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The first three characters, which name the object.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.as_str()[..3]
    }

    /// The three characters that make 15 into 18.
    #[must_use]
    pub fn suffix(&self) -> [u8; 3] {
        let mut out = [0u8; 3];
        for (group, slot) in self.0.chunks(5).zip(&mut out) {
            let mut bits = 0usize;
            for (i, c) in group.iter().enumerate() {
                if c.is_ascii_uppercase() {
                    bits |= 1 << i;
                }
            }
            *slot = SUFFIX[bits];
        }
        out
    }
}

fn restore_case(body: &mut [u8; 15], suffix: &[u8]) -> Option<()> {
    for (group, mark) in body.chunks_mut(5).zip(suffix) {
        let bits = SUFFIX
            .iter()
            .position(|c| *c == mark.to_ascii_uppercase())?;
        for (i, c) in group.iter_mut().enumerate() {
            if bits & (1 << i) != 0 {
                if !c.is_ascii_alphabetic() {
                    return None;
                }
                c.make_ascii_uppercase();
            } else {
                c.make_ascii_lowercase();
            }
        }
    }
    Some(())
}

impl fmt::Display for Id {
    /// Eighteen characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = self.suffix();
        f.write_str(self.as_str())?;
        f.write_str(std::str::from_utf8(&suffix).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Id, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Id::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Milliseconds from 1970 to 2020, where the time part of generated ids starts.
const EPOCH_MS: i64 = 1_577_836_800_000;
const SEQUENCE_BITS: u32 = 11;
const NODE_BITS: u32 = 10;

/// The one source of generated ids: unique ignoring case, ordered by time.
///
/// Twelve base-36 characters hold milliseconds since 2020 (41 bits), a sequence within the
/// millisecond (11 bits) and the node (10 bits). A sequence that runs out borrows from the next
/// millisecond, so the source never waits and never repeats, even with a clock that stands still.
#[derive(Debug)]
pub struct IdSource {
    node: u64,
    /// The last issued `milliseconds << SEQUENCE_BITS | sequence`.
    last: AtomicU64,
}

impl IdSource {
    /// A source for one node; nodes that run at the same time must have different numbers.
    #[must_use]
    pub fn new(node: u16) -> IdSource {
        IdSource {
            node: u64::from(node) % (1 << NODE_BITS),
            last: AtomicU64::new(0),
        }
    }

    /// One new id.
    pub fn next(&self, prefix: &str, now: Timestamp) -> Id {
        self.reserve(1, now).next(prefix)
    }

    /// Reserves `count` ids at once, to be handed out inside a transaction that may be re-run.
    pub fn reserve(&self, count: u32, now: Timestamp) -> IdBlock {
        let millis = u64::try_from(now.as_millisecond() - EPOCH_MS).unwrap_or(0);
        let floor = millis << SEQUENCE_BITS;
        let count = u64::from(count.max(1));
        let mut start = 0;
        // The closure always returns Some, so the update cannot fail.
        let _ = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                start = floor.max(last + 1);
                Some(start + count - 1)
            });
        IdBlock {
            node: self.node,
            next: start,
            end: start + count,
        }
    }
}

/// A run of reserved ids; a clone hands out the same ids again.
#[derive(Clone, Debug)]
pub struct IdBlock {
    node: u64,
    next: u64,
    end: u64,
}

impl IdBlock {
    /// The next id of the block.
    ///
    /// # Panics
    /// When more ids are taken than were reserved, which is a defect of the caller.
    pub fn next(&mut self, prefix: &str) -> Id {
        assert!(self.next < self.end, "more ids taken than were reserved");
        let mut number = (self.next << NODE_BITS) | self.node;
        self.next += 1;
        let mut body = [b'0'; 15];
        for (slot, c) in body.iter_mut().zip(prefix.bytes()) {
            *slot = c;
        }
        for slot in body[3..].iter_mut().rev() {
            *slot = BASE36[(number % 36) as usize];
            number /= 36;
        }
        Id(body)
    }
}

/// Ids for one unit of work, reserved a few at a time. A clone hands out the same ids again, so
/// that a unit that is re-run makes the same records.
#[derive(Clone, Debug)]
pub struct IdRun {
    source: Arc<IdSource>,
    now: Timestamp,
    reserved: Arc<Mutex<Vec<IdBlock>>>,
    taken: usize,
    current: Option<IdBlock>,
}

impl IdRun {
    /// Ids reserved at a time.
    const CHUNK: u32 = 16;

    /// A run that begins with nothing reserved.
    #[must_use]
    pub fn new(source: &Arc<IdSource>, now: Timestamp) -> IdRun {
        IdRun {
            source: Arc::clone(source),
            now,
            reserved: Arc::default(),
            taken: 0,
            current: None,
        }
    }

    /// The run with its first ids reserved: they are lower than those of every run that reserves
    /// later.
    #[must_use]
    pub fn begun(self) -> IdRun {
        let mut reserved = self.reserved.lock().unwrap_or_else(PoisonError::into_inner);
        if reserved.is_empty() {
            reserved.push(self.source.reserve(IdRun::CHUNK, self.now));
        }
        drop(reserved);
        self
    }

    /// The next id of the run.
    pub fn next(&mut self, prefix: &str) -> Id {
        loop {
            if let Some(block) = self.current.as_mut().filter(|b| b.next < b.end) {
                return block.next(prefix);
            }
            let mut reserved = self.reserved.lock().unwrap_or_else(PoisonError::into_inner);
            if reserved.len() == self.taken {
                reserved.push(self.source.reserve(IdRun::CHUNK, self.now));
            }
            self.current = reserved.get(self.taken).cloned();
            self.taken += 1;
        }
    }
}

#[cfg(test)]
#[path = "id_tests.rs"]
mod tests;
