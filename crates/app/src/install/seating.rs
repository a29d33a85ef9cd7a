//! Who gets the seats of an install, and who is left without (R-INS-2).

use openlma_core::id::prefix;
use openlma_core::{Id, Record, Result};
use openlma_store::Tx;
use openlma_store::users;

use super::change::Written;
use super::job::Job;

/// Users named of those who got no seat (R-INS-2).
const NAMED: i64 = 100;

/// Who got seats, and who did not.
pub(super) struct Seated {
    /// Seat and user.
    pub(super) seats: Vec<(Id, Id)>,
    unseated: i64,
    unseated_first: Option<String>,
    generation: i64,
}

impl Seated {
    /// Nobody, by an install that minted the key of this generation (0: none).
    pub(super) fn nobody(generation: i64) -> Seated {
        Seated {
            seats: Vec::new(),
            unseated: 0,
            unseated_first: None,
            generation,
        }
    }

    /// What became of a copy whose seats these are.
    pub(super) fn written(self, copy: Record, kind: &'static str) -> Written {
        Written {
            copy,
            kind,
            minted_key: self.generation,
            unseated: self.unseated,
            unseated_first: self.unseated_first,
        }
    }
}

impl Job {
    /// R-INS-2: chosen active users get seats, administrators first, until none is left.
    ///
    /// All of them in the one unit of the install, for an install without its seats would be half
    /// done: of the org's users no more are read than there are seats, and [`NAMED`] to name.
    pub(super) fn seat(&mut self, tx: &mut Tx<'_>, copy: &mut Record) -> Result<Seated> {
        let generation = copy.get("key_generation").as_int().unwrap_or(0);
        let none = Seated::nobody(generation);
        let seats = copy.get("AllowedLicenses").as_int().unwrap_or(-1);
        copy.set("UsedLicenses", 0_i64);
        if seats < 0 {
            return Ok(none);
        }
        let chosen = users::chosen(tx, self.org.id, &self.access, seats + NAMED)?;
        let fits = usize::try_from(seats).unwrap_or(0).min(chosen.len());
        let (seated, rest) = chosen.split_at(fits);
        let seated: Vec<(Id, Id)> = seated
            .iter()
            .map(|(user, _)| (self.ids.next(prefix::SEAT), *user))
            .collect();
        copy.set("UsedLicenses", i64::try_from(seated.len()).unwrap_or(0));
        if rest.is_empty() {
            return Ok(Seated {
                seats: seated,
                ..none
            });
        }
        let all = users::count_chosen(tx, self.org.id, &self.access)?;
        let names: Vec<&str> = rest.iter().map(|(_, name)| name.as_str()).collect();
        Ok(Seated {
            unseated: all - i64::try_from(seated.len()).unwrap_or(0),
            unseated_first: serde_json::to_string(&names).ok(),
            seats: seated,
            generation,
        })
    }
}
