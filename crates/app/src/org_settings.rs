//! What changes of an org: its settings by its own administrators, its status and the end of its
//! trial by an operator (R-ORG-2, R-ORG-7). Each change of the org's row goes through
//! `change_org`, which tells the publishers of its packages.

use openlma_core::access::Permission;
use openlma_core::catalog::Catalog;
use openlma_core::catalog::input::from_json;
use openlma_core::id::IdRun;
use openlma_core::license::expiry::start_of_day;
use openlma_core::org::{OrgStatus, change_status};
use openlma_core::refresh::{USUAL_INTERVAL, interval};
use openlma_core::time::{self, Date, Timestamp};
use openlma_core::{Error, Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use crate::actor::{Actor, Operator};
use crate::install::{OrgFacts, org_changed};
use crate::orgs::write_organization;
use crate::{App, lead_owner, not_found, refresh};

/// What an org's administrator changes of it; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrgSettings {
    /// Its name.
    pub name: Option<String>,
    /// Its country; `Some(None)` takes it away.
    pub country: Option<Option<String>>,
    /// Its language.
    pub language: Option<String>,
    /// Its IANA time zone. License dates are days of it, so the end of access moves (R-LIC-3).
    pub time_zone: Option<String>,
    /// Calendar days between two refreshes of a package, 0 to 30 (R-REF-2); `Some(None)` is the
    /// usual number.
    pub refresh_interval: Option<Option<i64>>,
    /// Who gets the leads while a lead manager cannot (R-LEAD-2); `Some(None)` is nobody.
    pub fallback_lead_owner: Option<Option<Id>>,
}

/// What an operator changes of an org; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrgChange {
    /// Its status.
    pub status: Option<OrgStatus>,
    /// The last day of its trial; `Some(None)` takes it away.
    pub trial_end: Option<Option<Date>>,
}

impl App {
    /// An administrator changes the settings of the own org.
    ///
    /// # Errors
    /// `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST` for an unknown time zone or language, other errors
    /// of fields, and of the fallback owner; `INSUFFICIENT_ACCESS_OR_READONLY` without Customize Application.
    pub async fn change_settings(&self, actor: &Actor, settings: &OrgSettings) -> Result<()> {
        actor.require(Permission::CustomizeApplication)?;
        let (org, by, settings) = (actor.org.id, actor.user, settings.clone());
        let (now, ids) = (self.now(), self.ids());
        self.store()
            .write(move |tx| {
                let (by, ids) = (Some(by), &mut ids.clone());
                change_org(tx, ids, org, by, now, |tx, row| {
                    settings.apply(tx, org, row)
                })?;
                if settings.refresh_interval.is_some() {
                    refresh::interval_changed(tx, ids, org, now)?;
                }
                match settings.fallback_lead_owner {
                    Some(Some(_)) => lead_owner::named(tx, org, now),
                    _ => Ok(()),
                }
            })
            .await?;
        // Who made the change reads it at once.
        self.inner.contexts.forget(org);
        Ok(())
    }

    /// R-ORG-7: an operator changes an org's status or the end of its trial. Its packages'
    /// publishers hear of it, in the order of the changes.
    ///
    /// # Errors
    /// `NOT_FOUND`; `FIELD_INTEGRITY_EXCEPTION` for a trial without an end, or the reverse.
    pub async fn change_org(&self, _by: &Operator, org: Id, change: OrgChange) -> Result<()> {
        let (now, ids) = (self.now(), self.ids());
        self.store()
            .write(move |tx| {
                let ids = &mut ids.clone();
                change_org(tx, ids, org, None, now, |_, row| change.apply(row))
            })
            .await
    }

    /// [`App::change_org`] of the status alone.
    ///
    /// # Errors
    /// As there.
    pub async fn set_org_status(&self, by: &Operator, org: Id, status: OrgStatus) -> Result<()> {
        let change = OrgChange {
            status: Some(status),
            trial_end: None,
        };
        self.change_org(by, org, change).await
    }
}

impl OrgSettings {
    fn apply(&self, tx: &mut Tx<'_>, org: Id, row: &mut Record) -> Result<()> {
        if let Some(name) = &self.name {
            row.set("Name", given("Name", name)?);
        }
        if let Some(country) = &self.country {
            row.set("Country", text("Country", country.as_deref())?);
        }
        if let Some(language) = &self.language {
            row.set("LanguageLocaleKey", given("LanguageLocaleKey", language)?);
            row.set(
                "DefaultLocaleSidKey",
                given("DefaultLocaleSidKey", language)?,
            );
        }
        if let Some(zone) = &self.time_zone {
            time::zone(zone)?;
            let trial_end = trial_end(row)?;
            set_zone(row, zone, trial_end);
        }
        if let Some(days) = self.refresh_interval {
            let days = days.map(interval).transpose()?.unwrap_or(USUAL_INTERVAL);
            row.set("refresh_interval_days", i64::from(days));
        }
        match self.fallback_lead_owner {
            Some(user) => lead_owner::set(tx, org, row, user),
            None => Ok(()),
        }
    }
}

impl OrgChange {
    fn apply(self, row: &mut Record) -> Result<()> {
        let text = |name: &str| row.get(name).as_text().unwrap_or_default().to_owned();
        let before = (OrgStatus::parse(&text("status"))?, trial_end(row)?);
        let (status, end) = change_status(before, self.status, self.trial_end)?;
        let zone = text("TimeZoneSidKey");
        row.set("status", status.as_str());
        row.set("IsReadOnly", status.blocks_checks());
        if end != before.1 {
            set_zone(row, &zone, end);
        }
        Ok(())
    }
}

/// Changes an org's row and, if its facts differ, tells the publishers of its packages, in one unit:
/// the row stays locked until the facts are written, so they leave in the order of the changes.
pub(crate) fn change_org(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    by: Option<Id>,
    now: Timestamp,
    change: impl Fn(&mut Tx<'_>, &mut Record) -> Result<()>,
) -> Result<()> {
    let object = Catalog::standard().known("Organization");
    let found = records::load_one(tx, org, object, org, Lock::Rows)?;
    let before = found.ok_or_else(|| not_found("org"))?;
    let mut after = before.clone();
    change(tx, &mut after)?;
    if after.values() == before.values() {
        return Ok(());
    }
    if let Some(by) = by {
        after.set("LastModifiedById", by);
    }
    after.set("LastModifiedDate", now);
    after.set("SystemModstamp", now);
    write_organization(tx, &before, &after)?;
    let facts = OrgFacts::of_row(&after)?;
    if facts == OrgFacts::of_row(&before)? {
        return Ok(());
    }
    org_changed(tx, ids, &facts, now)
}

/// A text that an org must have, read as its field asks.
pub(crate) fn given(field: &str, given: &str) -> Result<Value> {
    match text(field, Some(given))? {
        Value::Null => Err(Error::missing([field])),
        value => Ok(value),
    }
}

/// A text that an org may have, read as its field asks.
pub(crate) fn text(field: &str, given: Option<&str>) -> Result<Value> {
    let object = Catalog::standard().known("Organization");
    let field = object
        .field(field)
        .ok_or_else(|| Error::internal(format!("orgs have no {field}")))?;
    from_json(field, &serde_json::Value::from(given))
}

/// The last day of the trial that a row holds, in the row's zone.
fn trial_end(row: &Record) -> Result<Option<Date>> {
    let Some(at) = row.get("TrialExpirationDate").as_datetime() else {
        return Ok(None);
    };
    let zone = time::zone(row.get("TimeZoneSidKey").as_text().unwrap_or_default())?;
    Ok(Some(time::day_in(at, &zone)))
}

/// Sets the zone, and with it where in time the last day of the trial lies, which stays that day.
/// The zone has been checked.
pub(crate) fn set_zone(row: &mut Record, zone: &str, trial_end: Option<Date>) {
    row.set("TimeZoneSidKey", zone);
    let zone = time::zone(zone).ok();
    let end = zone
        .zip(trial_end)
        .map(|(zone, day)| start_of_day(day, &zone));
    row.set("TrialExpirationDate", end);
}
