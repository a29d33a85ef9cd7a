//! The subscriber's facts about its org, as they travel (§4). They are read from the org's row in
//! the unit that tells them, never taken from a node's cache: another node may have changed the
//! org a moment ago.

use jiff::tz::TimeZone;
use openlma_core::catalog::Catalog;
use openlma_core::org::{Edition, OrgStatus, effective_status};
use openlma_core::time::{self, Date, Timestamp};
use openlma_core::{Error, Id, Record, Result};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use crate::{OrgContext, not_found};

/// What an org's row says of the org.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OrgFacts {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) edition: Edition,
    pub(super) status: OrgStatus,
    pub(super) trial_end: Option<Date>,
    pub(super) instance: String,
    pub(super) sandbox: bool,
    pub(super) country: Option<String>,
    pub(super) zone_name: String,
    pub(super) zone: TimeZone,
    pub(super) proxy_user: String,
    pub(super) proxy_active: bool,
}

impl OrgFacts {
    /// Reads the org's row.
    ///
    /// Whoever changes the org's row sends the facts of all its copies in the same unit. So who
    /// holds the lock of a copy may read the row without one: a change that is not seen has yet to
    /// come to that copy. Who makes a copy locks the row first, before any copy.
    ///
    /// # Errors
    /// `NOT_FOUND`; of the database.
    pub(crate) fn load(tx: &mut Tx<'_>, org: Id, lock: Lock) -> Result<OrgFacts> {
        let object = Catalog::standard().known("Organization");
        let row = records::load_one(tx, org, object, org, lock)?;
        OrgFacts::of_row(&row.ok_or_else(|| not_found("org"))?)
    }

    /// The facts in a row of Organization.
    ///
    /// # Errors
    /// Internal, for a row that no org can have.
    pub(crate) fn of_row(row: &Record) -> Result<OrgFacts> {
        let text = |name: &str| row.get(name).as_text().unwrap_or_default().to_owned();
        let zone_name = text("TimeZoneSidKey");
        let zone = time::zone(&zone_name)?;
        let trial_end = row.get("TrialExpirationDate").as_datetime();
        let proxy_user = row.get("lma_user").as_id();
        Ok(OrgFacts {
            id: row
                .id()
                .ok_or_else(|| Error::internal("an org without id"))?,
            name: text("Name"),
            edition: Edition::parse(&text("edition"))?,
            status: OrgStatus::parse(&text("status"))?,
            trial_end: trial_end.map(|at| time::day_in(at, &zone)),
            instance: text("InstanceName"),
            sandbox: row.get("IsSandbox").is_true(),
            country: row.get("Country").as_text().map(str::to_owned),
            zone_name,
            zone,
            proxy_user: proxy_user.map(|u| u.to_string()).unwrap_or_default(),
            proxy_active: !row.get("proxy_inactive").is_true(),
        })
    }

    /// The facts as this node last heard of them, for a job that is about to read them.
    pub(super) fn heard_of(org: &OrgContext) -> OrgFacts {
        OrgFacts {
            id: org.id,
            name: org.name.clone(),
            edition: org.edition,
            status: org.status,
            trial_end: org.trial_end,
            instance: org.instance.clone(),
            sandbox: org.sandbox,
            country: org.country.clone(),
            zone_name: org.zone_name.clone(),
            zone: org.zone.clone(),
            proxy_user: org.lma_user.map(|u| u.to_string()).unwrap_or_default(),
            proxy_active: org.proxy_active,
        }
    }

    /// The status that counts at an instant (R-ORG-7).
    pub(super) fn status_at(&self, now: Timestamp) -> OrgStatus {
        effective_status(self.status, self.trial_end, &self.zone, now)
    }

    /// The day in the org's zone (R-LIC-3).
    pub(super) fn today(&self, now: Timestamp) -> Date {
        time::day_in(now, &self.zone)
    }
}
