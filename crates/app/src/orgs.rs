//! Orgs: how they come to be, and their status (R-ORG-2, R-ORG-6, R-ORG-7).

use std::sync::Arc;

use openlma_core::catalog::Catalog;
use openlma_core::id::{IdRun, prefix};
use openlma_core::org::{self, Edition, LmaTarget, OrgStatus};
use openlma_core::time::{self, Date, Timestamp};
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, directory};

use crate::actor::Operator;
use crate::org_settings::{given, set_zone, text};
use crate::users::{NewUser, PreparedUser};
use crate::{App, OrgContext, seed, unless_duplicate};

/// An org to be made.
#[derive(Clone, Debug)]
pub struct NewOrg {
    /// Its name.
    pub name: String,
    /// Its name in addresses (R-ORG-4), unique over the server.
    pub domain: String,
    /// Edition.
    pub edition: Edition,
    /// Status; with Trial a trial end is needed.
    pub status: OrgStatus,
    /// Last day of the trial.
    pub trial_end: Option<Date>,
    /// Is it a sandbox?
    pub sandbox: bool,
    /// Instance; `NA1`, for sandboxes `CS1`, when not given.
    pub instance: Option<String>,
    /// Country as text.
    pub country: Option<String>,
    /// Language; `en_US` when not given.
    pub language: Option<String>,
    /// IANA time zone.
    pub time_zone: String,
    /// Install the LMA in it (R-ORG-3).
    pub business: bool,
    /// Packages will be made there.
    pub packaging: bool,
    /// Its first administrator.
    pub administrator: NewUser,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct OrgMade {
    /// The org.
    pub id: Id,
    /// Its first administrator.
    pub administrator: Id,
    /// Warning of the LMA's installation (R-ORG-3).
    pub warning: Option<&'static str>,
}

impl App {
    /// R-ORG-7: an operator makes an org.
    ///
    /// # Errors
    /// `DUPLICATE_VALUE` on the domain, `DUPLICATE_USERNAME`, and what the rules say of the rest.
    pub async fn create_org(&self, _by: &Operator, org: &NewOrg) -> Result<OrgMade> {
        self.make_org(org).await
    }

    /// R-ORG-7: the orgs of the server after `after`, by id.
    ///
    /// # Errors
    /// Of the database.
    pub async fn orgs(
        &self,
        _by: &Operator,
        after: Option<Id>,
        limit: i64,
    ) -> Result<Vec<Arc<OrgContext>>> {
        let ids = self
            .store()
            .look(move |tx| directory::orgs(tx, after, limit))
            .await?;
        let mut orgs = Vec::with_capacity(ids.len());
        for id in ids {
            orgs.push(self.org(id).await?);
        }
        Ok(orgs)
    }

    /// Is there no operator yet? Then the server is new and may be initialised.
    ///
    /// # Errors
    /// Of the database.
    pub async fn is_new(&self) -> Result<bool> {
        Ok(self
            .store()
            .look(|tx| directory::meta(tx, "initialised"))
            .await?
            .is_none())
    }

    /// R-ORG-6: the first operator and the first publisher of a new server.
    ///
    /// # Errors
    /// `INVALID_OPERATION`, when the server has been initialised before.
    pub async fn init(
        &self,
        operator: &NewUser,
        publisher: Option<&NewOrg>,
    ) -> Result<Option<OrgMade>> {
        let operator = self.prepare_user(operator).await?;
        let org = match publisher {
            Some(new) => Some((checked(new)?, self.prepare_user(&new.administrator).await?)),
            None => None,
        };
        let (now, ids) = (self.now(), self.ids());
        self.store()
            .write(move |tx| {
                if directory::meta(tx, "initialised")?.is_some() {
                    return Err(Error::new(
                        Code::InvalidOperation,
                        "this server is initialised already; sign in as an operator instead",
                    ));
                }
                let mut ids = ids.clone();
                directory::set_meta(tx, "initialised", &now.to_string())?;
                crate::users::insert_operator(tx, &mut ids, &operator, now)?;
                match &org {
                    Some((new, administrator)) => {
                        insert(tx, &mut ids, new, administrator, now).map(Some)
                    }
                    None => Ok(None),
                }
            })
            .await
    }

    async fn make_org(&self, org: &NewOrg) -> Result<OrgMade> {
        let new = checked(org)?;
        let administrator = self.prepare_user(&org.administrator).await?;
        let (now, ids) = (self.now(), self.ids());
        self.store()
            .write(move |tx| insert(tx, &mut ids.clone(), &new, &administrator, now))
            .await
    }
}

/// An org's row, locked until the unit ends.
pub(crate) fn lock_org(tx: &mut Tx<'_>, org: Id) -> Result<Record> {
    let object = Catalog::standard().known("Organization");
    let found = records::load_one(tx, org, object, org, Lock::Rows)?;
    found.ok_or_else(|| crate::not_found("org"))
}

/// Writes what differs of an org's locked row, now.
pub(crate) fn write_changed(
    tx: &mut Tx<'_>,
    before: &Record,
    mut after: Record,
    now: Timestamp,
) -> Result<()> {
    if after.values() == before.values() {
        return Ok(());
    }
    after.set("LastModifiedDate", now);
    after.set("SystemModstamp", now);
    write_organization(tx, before, &after)
}

/// Writes what differs of an Organization.
pub(crate) fn write_organization(tx: &mut Tx<'_>, before: &Record, after: &Record) -> Result<()> {
    let org = before
        .id()
        .ok_or_else(|| Error::internal("an org without id"))?;
    let changed = (0..after.values().len())
        .filter(|i| before.at(*i) != after.at(*i))
        .collect();
    records::update(tx, org, std::slice::from_ref(after), &changed)
}

/// What there is to be said against it before any look at other orgs; answers it as it is kept.
fn checked(org: &NewOrg) -> Result<NewOrg> {
    org::validate_domain(&org.domain)?;
    time::zone(&org.time_zone)?;
    let instance = org.instance.clone().unwrap_or_else(|| {
        if org.sandbox {
            "CS1".into()
        } else {
            "NA1".into()
        }
    });
    org::validate_instance(&instance, org.sandbox)?;
    if (org.status == OrgStatus::Trial) != org.trial_end.is_some() {
        return Err(org::wrong_trial_end());
    }
    let owned = |value: Value| value.as_text().map(str::to_owned);
    Ok(NewOrg {
        name: owned(given("Name", &org.name)?).unwrap_or_default(),
        country: owned(text("Country", org.country.as_deref())?),
        language: owned(text("LanguageLocaleKey", org.language.as_deref())?),
        instance: Some(instance),
        ..org.clone()
    })
}

fn insert(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    new: &NewOrg,
    administrator: &PreparedUser,
    now: Timestamp,
) -> Result<OrgMade> {
    let warning = if new.business {
        org::may_install_lma(&LmaTarget {
            edition: new.edition,
            status: new.status,
            sandbox: new.sandbox,
            owns_managed_package: false,
        })?
    } else {
        None
    };
    let id = ids.next(prefix::ORG);
    let taken = || {
        let taken = format!(
            "domain: {} is taken by another org of this server",
            new.domain
        );
        Error::new(Code::DuplicateValue, taken).field("domain")
    };
    if directory::org_of_domain(tx, &new.domain)?.is_some() {
        return Err(taken());
    }
    directory::take_domain(tx, &new.domain, id).map_err(|e| unless_duplicate(e, taken))?;
    let seeded = seed::seed(tx, ids, id, &new.time_zone, new.business, now)?;
    records::insert(tx, id, &[record(new, id, seeded.lma_user, now)])?;
    let administrator = crate::users::insert(
        tx,
        ids,
        id,
        administrator,
        seeded.administrator,
        &new.time_zone,
        seeded.lma_user,
        now,
    )?;
    Ok(OrgMade {
        id,
        administrator,
        warning,
    })
}

fn record(new: &NewOrg, id: Id, lma_user: Id, now: Timestamp) -> Record {
    let mut record = Record::with_defaults(Catalog::standard().known("Organization"));
    record.set("Id", id);
    record.set("Name", new.name.as_str());
    record.set("domain", new.domain.as_str());
    record.set("status", new.status.as_str());
    record.set("edition", new.edition.as_str());
    record.set("OrganizationType", new.edition.org_type_text());
    record.set("IsReadOnly", new.status.blocks_checks());
    record.set("IsSandbox", new.sandbox);
    record.set("InstanceName", new.instance.clone());
    record.set("Country", new.country.clone());
    set_zone(&mut record, &new.time_zone, new.trial_end);
    if let Some(language) = &new.language {
        record.set("LanguageLocaleKey", language.as_str());
        record.set("DefaultLocaleSidKey", language.as_str());
    }
    record.set("is_business", new.business);
    record.set("is_packaging", new.packaging);
    record.set("lma_user", lma_user);
    record.set("CreatedById", lma_user);
    record.set("LastModifiedById", lma_user);
    for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
        record.set(field, now);
    }
    record
}
