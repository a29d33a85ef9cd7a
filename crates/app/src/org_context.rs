//! An org's settings as use cases need them at every step, cached per node and forgotten when
//! the commit feed says that they changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::tz::TimeZone;
use openlma_core::access::{Grants, Permissions};
use openlma_core::catalog::Catalog;
use openlma_core::org::{Edition, OrgStatus, effective_status};
use openlma_core::refresh;
use openlma_core::time::{self, Date, Timestamp};
use openlma_core::{Error, Id, Record, Result, Value};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, custom_fields, users};

use crate::actor::Actor;
use crate::{App, not_found};

/// Orgs kept in memory on one node; beyond that all are forgotten and read again.
const KEPT: usize = 10_000;

/// What an org is set to.
#[derive(Debug)]
pub struct OrgContext {
    /// The org.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub domain: String,
    /// Its status as stored; see [`OrgContext::status_at`].
    pub status: OrgStatus,
    /// Its edition.
    pub edition: Edition,
    /// Last day of its trial.
    pub trial_end: Option<Date>,
    /// Is it a sandbox?
    pub sandbox: bool,
    /// Its instance.
    pub instance: String,
    /// Its country.
    pub country: Option<String>,
    /// Its language.
    pub language: String,
    /// The name of its time zone.
    pub zone_name: String,
    /// Its time zone.
    pub zone: TimeZone,
    /// Namespace of its managed package, if it is a packaging org.
    pub namespace: Option<String>,
    /// Has it the LMA?
    pub is_business: bool,
    /// Are packages made there?
    pub is_packaging: bool,
    /// The LMA's automated user, called License Manager.
    pub lma_user: Option<Id>,
    /// Is that user active (R-LIC-11)?
    pub proxy_active: bool,
    /// Days between two refreshes of a package (R-REF-2).
    pub refresh_interval: u32,
    /// Who gets the leads while a lead manager cannot (R-LEAD-2).
    pub fallback_lead_owner: Option<Id>,
    /// The objects with the org's custom fields.
    pub catalog: Catalog,
    permissions: Mutex<HashMap<Id, Arc<Permissions>>>,
}

impl OrgContext {
    /// The status that counts at an instant: a trial that is over counts as Locked (R-ORG-7).
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> OrgStatus {
        effective_status(self.status, self.trial_end, &self.zone, now)
    }

    /// The day in the org's zone.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> Date {
        time::day_in(now, &self.zone)
    }

    fn from_record(record: &Record, catalog: Catalog) -> Result<OrgContext> {
        let text = |name: &str| record.get(name).as_text().unwrap_or_default().to_owned();
        let zone_name = text("TimeZoneSidKey");
        let zone = time::zone(&zone_name)?;
        let trial_end = record
            .get("TrialExpirationDate")
            .as_datetime()
            .map(|at| time::day_in(at, &zone));
        Ok(OrgContext {
            id: record
                .id()
                .ok_or_else(|| Error::internal("an org without id"))?,
            name: text("Name"),
            domain: text("domain"),
            status: OrgStatus::parse(&text("status"))?,
            edition: Edition::parse(&text("edition"))?,
            trial_end,
            sandbox: record.get("IsSandbox").is_true(),
            instance: text("InstanceName"),
            country: record.get("Country").as_text().map(str::to_owned),
            language: text("LanguageLocaleKey"),
            zone_name,
            zone,
            namespace: record.get("NamespacePrefix").as_text().map(str::to_owned),
            is_business: record.get("is_business").is_true(),
            is_packaging: record.get("is_packaging").is_true(),
            lma_user: record.get("lma_user").as_id(),
            proxy_active: !record.get("proxy_inactive").is_true(),
            refresh_interval: record
                .get("refresh_interval_days")
                .as_int()
                .and_then(|days| u32::try_from(days).ok())
                .unwrap_or(refresh::USUAL_INTERVAL),
            fallback_lead_owner: record.get("fallback_lead_owner").as_id(),
            catalog,
            permissions: Mutex::default(),
        })
    }
}

/// The cache.
#[derive(Default)]
pub(crate) struct Contexts {
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    kept: HashMap<Id, Arc<OrgContext>>,
    /// Grows with everything forgotten: what was read before must not be kept after.
    forgotten: u64,
}

impl Contexts {
    pub(crate) fn forget(&self, org: Id) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.kept.remove(&org);
        state.forgotten += 1;
    }

    pub(crate) fn forget_all(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.kept.clear();
        state.forgotten += 1;
    }

    fn get(&self, org: Id) -> (Option<Arc<OrgContext>>, u64) {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        (state.kept.get(&org).cloned(), state.forgotten)
    }

    fn keep(&self, context: &Arc<OrgContext>, read_at: u64) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.forgotten != read_at {
            return;
        }
        if state.kept.len() >= KEPT {
            state.kept.clear();
        }
        state.kept.insert(context.id, Arc::clone(context));
    }
}

/// Reads an org's settings inside a unit.
pub(crate) fn load(tx: &mut Tx<'_>, org: Id) -> Result<Option<OrgContext>> {
    let standard = Catalog::standard();
    let object = standard.known("Organization");
    let rows = records::load_by(tx, org, object, "Id", &[Value::Id(org)], Lock::No)?;
    let Some(record) = rows.first() else {
        return Ok(None);
    };
    let catalog = standard.with_custom(&custom_fields::list(tx, org)?);
    OrgContext::from_record(record, catalog).map(Some)
}

impl App {
    /// An org's settings, from the cache or read.
    ///
    /// # Errors
    /// `NOT_FOUND`, when there is no such org.
    pub async fn org(&self, org: Id) -> Result<Arc<OrgContext>> {
        let (kept, read_at) = self.inner.contexts.get(org);
        if let Some(context) = kept {
            return Ok(context);
        }
        let context = self.store().read(move |tx| load(tx, org)).await?;
        let context = Arc::new(context.ok_or_else(|| not_found("org"))?);
        self.inner.contexts.keep(&context, read_at);
        Ok(context)
    }

    /// What a user of an org may do, kept with the org's settings.
    pub(crate) async fn permissions(
        &self,
        org: &Arc<OrgContext>,
        user: Id,
    ) -> Result<Arc<Permissions>> {
        let kept = |org: &OrgContext| {
            org.permissions
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(&user)
                .cloned()
        };
        if let Some(permissions) = kept(org) {
            return Ok(permissions);
        }
        let id = org.id;
        let texts = self
            .store()
            .look(move |tx| users::grants(tx, id, user))
            .await?;
        let permissions = Arc::new(parse_grants(&texts)?);
        let mut map = org
            .permissions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if map.len() >= KEPT {
            map.clear();
        }
        map.insert(user, Arc::clone(&permissions));
        Ok(permissions)
    }
}

/// The union of stored grants.
pub(crate) fn parse_grants(texts: &[String]) -> Result<Permissions> {
    Ok(Permissions::union(&each_grant(texts)?))
}

fn each_grant(texts: &[String]) -> Result<Vec<Grants>> {
    texts.iter().map(|text| parse_one(text)).collect()
}

/// Stored grants.
pub(crate) fn parse_one(text: &str) -> Result<Grants> {
    serde_json::from_str(text).map_err(|e| Error::internal(format!("grants: {e}")))
}

/// R-SEC-1: nobody gives what they lack. `texts` are the stored grants that are about to be given.
pub(crate) fn may_give(actor: &Actor, texts: &[String]) -> Result<()> {
    let mut grants = each_grant(texts)?.into_iter();
    grants.try_for_each(|grants| may_give_grants(actor, &grants))
}

/// R-SEC-1: nobody gives what they lack.
pub(crate) fn may_give_grants(actor: &Actor, grants: &Grants) -> Result<()> {
    actor.permissions.may_grant(grants, &actor.org.catalog)
}
