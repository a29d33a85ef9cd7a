//! Who and what the demonstration consists of: plain data made by rule from a seed, without
//! clock, database or randomness.

use openlma_core::access::names as profiles;
use openlma_core::org::Edition;

use super::names::{PLACES, Place, TRADES, number};

/// Everything that is made.
pub(super) struct Cast {
    pub(super) publishers: Vec<Publisher>,
    pub(super) customers: Vec<Customer>,
}

/// An org with its people; the first one administers it.
pub(super) struct Org {
    pub(super) name: String,
    pub(super) domain: String,
    pub(super) edition: Edition,
    pub(super) place: &'static Place,
    pub(super) sandbox: bool,
    /// Last day of its trial, in days from today.
    pub(super) trial_days: Option<i64>,
    pub(super) people: Vec<Person>,
}

/// A user.
pub(super) struct Person {
    pub(super) username: String,
    pub(super) first_name: &'static str,
    pub(super) last_name: String,
    pub(super) profile: &'static str,
    /// Has a password.
    pub(super) signs_in: bool,
    pub(super) active: bool,
    pub(super) external_id: Option<String>,
}

/// A business org with the packaging orgs that it publishes from.
pub(super) struct Publisher {
    pub(super) business: Org,
    pub(super) packaging: Vec<Packaging>,
}

/// A packaging org with its package.
pub(super) struct Packaging {
    pub(super) org: Org,
    pub(super) package: &'static str,
    pub(super) namespace: &'static str,
    pub(super) versions: &'static [&'static str],
    /// Default values; `None` leaves the package unregistered.
    pub(super) defaults: Option<&'static str>,
}

/// A subscriber org with what it installed.
pub(super) struct Customer {
    pub(super) org: Org,
    /// Index of the publisher.
    pub(super) publisher: usize,
    /// Days since the install.
    pub(super) days: i64,
    pub(super) fate: Fate,
}

/// What became of an install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Active with twenty-five seats for a year.
    Bought,
    /// A trial with so many days to go.
    Ending(i64),
    /// A trial that is over.
    Expired,
    /// Active without end, for everybody.
    Site,
    /// Suspended.
    Suspended,
    /// Fewer seats than are used.
    OverUsed,
    /// Uninstalled.
    Gone,
    /// The subscriber's org is locked.
    Locked,
}

const FATES: [Fate; 8] = [
    Fate::Bought,
    Fate::Ending(3),
    Fate::Expired,
    Fate::Site,
    Fate::Suspended,
    Fate::OverUsed,
    Fate::Gone,
    Fate::Locked,
];

/// The cast of a seed.
pub(super) fn cast(seed: u32, customers: u32) -> Cast {
    Cast {
        publishers: vec![instruments(), ledgers()],
        customers: (1..=customers).map(|n| customer(seed, n)).collect(),
    }
}

fn instruments() -> Publisher {
    let trial = r#"{"status": "Trial", "trial_days": 30, "seats": 5}"#;
    Publisher {
        business: business("Example Instruments", "instruments", &PLACES[0]),
        packaging: vec![
            Packaging {
                org: packaging(
                    "Example Instruments Packaging",
                    "instruments-pkg",
                    &PLACES[0],
                ),
                package: "Optics Workbench",
                namespace: "exoptics",
                versions: &["1.0", "1.1", "2.0"],
                defaults: Some(trial),
            },
            Packaging {
                org: packaging(
                    "Example Instruments Laboratory",
                    "instruments-lab",
                    &PLACES[8],
                ),
                package: "Laboratory Notes",
                namespace: "exlabnotes",
                versions: &["0.9"],
                defaults: None,
            },
        ],
    }
}

fn ledgers() -> Publisher {
    let year = r#"{"status": "Active", "active_days": 365, "seats": 10}"#;
    Publisher {
        business: business("Example Ledgers", "ledgers", &PLACES[1]),
        packaging: vec![Packaging {
            org: packaging("Example Ledgers Packaging", "ledgers-pkg", &PLACES[1]),
            package: "Ledger Desk",
            namespace: "exledger",
            versions: &["3.0", "3.1"],
            defaults: Some(year),
        }],
    }
}

fn business(name: &str, domain: &str, place: &'static Place) -> Org {
    let person = |first: &'static str, profile| Person {
        username: format!("{}@{domain}.example", first.to_lowercase()),
        first_name: first,
        last_name: name.rsplit(' ').next().unwrap_or(name).to_owned(),
        profile,
        signs_in: true,
        active: true,
        external_id: None,
    };
    Org {
        name: name.to_owned(),
        domain: domain.to_owned(),
        edition: Edition::Enterprise,
        place,
        sandbox: false,
        trial_days: None,
        people: vec![
            person("Admin", profiles::SYSTEM_ADMINISTRATOR),
            person("Editor", profiles::LICENSE_ADMINISTRATOR),
            person("Viewer", profiles::READ_ONLY),
            person("Seller", profiles::STANDARD_USER),
        ],
    }
}

fn packaging(name: &str, domain: &str, place: &'static Place) -> Org {
    let mut org = business(name, domain, place);
    org.edition = Edition::Developer;
    org.people.truncate(1);
    org
}

fn customer(seed: u32, n: u32) -> Customer {
    let fate = match FATES[(n as usize - 1) % FATES.len()] {
        Fate::Ending(_) => Fate::Ending(1 + i64::from(mix(seed, n, 1) % 6)),
        other => other,
    };
    // The trials are those of the first publisher's default values.
    let publisher = match fate {
        Fate::Ending(_) | Fate::Expired => 0,
        _ => (mix(seed, n, 2) % 2) as usize,
    };
    let days = match fate {
        Fate::Ending(left) => 30 - left,
        Fate::Expired => 40 + i64::from(mix(seed, n, 3) % 100),
        _ => 5 + i64::from(mix(seed, n, 3) % 300),
    };
    // Sandboxes get everything, so only those are in sandboxes whose terms do not matter.
    let sandbox = fate == Fate::Site && mix(seed, n, 4).is_multiple_of(2);
    Customer {
        org: customer_org(seed, n, sandbox, fate),
        publisher,
        days,
        fate,
    }
}

fn customer_org(seed: u32, n: u32, sandbox: bool, fate: Fate) -> Org {
    let trade = pick(TRADES, mix(seed, n, 5));
    let domain = format!("{}-{n:02}", trade.to_lowercase());
    let users = 4 + mix(seed, n, 6) % 5;
    let mut people = vec![Person {
        username: format!("admin@{domain}.example"),
        first_name: "Admin",
        last_name: number(n),
        profile: profiles::SYSTEM_ADMINISTRATOR,
        signs_in: true,
        active: true,
        external_id: None,
    }];
    people.extend((1..=users).map(|user| Person {
        username: format!("user{user}@{domain}.example"),
        first_name: "User",
        last_name: number(user),
        profile: profiles::STANDARD_USER,
        signs_in: user == 1,
        active: user != users,
        external_id: Some(format!("{}-{user:03}", trade.to_lowercase())),
    }));
    let trial = fate == Fate::Bought && mix(seed, n, 7).is_multiple_of(2);
    Org {
        name: format!("Example {trade} {n:02}"),
        domain,
        edition: *pick(Edition::ALL, mix(seed, n, 8)),
        place: pick(PLACES, mix(seed, n, 9)),
        sandbox,
        trial_days: trial.then_some(20),
        people,
    }
}

fn pick<T>(list: &[T], number: u32) -> &T {
    &list[number as usize % list.len()]
}

/// A number that looks arbitrary and is always the same for the same three.
fn mix(seed: u32, n: u32, what: u32) -> u32 {
    let mut x = (u64::from(seed) << 40) ^ (u64::from(n) << 8) ^ u64::from(what);
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    u32::try_from((x ^ (x >> 31)) >> 33).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_the_same_for_the_same_seed() {
        let names = |seed| -> Vec<String> {
            let cast = cast(seed, 120);
            let of_publishers = cast.publishers.iter().flat_map(|p| {
                std::iter::once(&p.business).chain(p.packaging.iter().map(|p| &p.org))
            });
            of_publishers
                .chain(cast.customers.iter().map(|c| &c.org))
                .flat_map(|o| o.people.iter().map(|p| p.username.clone()))
                .collect()
        };
        assert_eq!(names(1), names(1));
        assert_ne!(names(1), names(2));
        let unique: BTreeSet<String> = names(1).into_iter().collect();
        assert_eq!(unique.len(), names(1).len());
    }

    #[test]
    fn every_fate_and_both_publishers_occur() {
        let cast = cast(1, 24);
        for fate in FATES {
            let same =
                |c: &Customer| std::mem::discriminant(&c.fate) == std::mem::discriminant(&fate);
            assert!(cast.customers.iter().any(same), "{fate:?}");
        }
        for publisher in 0..2 {
            assert!(cast.customers.iter().any(|c| c.publisher == publisher));
        }
    }
}
