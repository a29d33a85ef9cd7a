//! What subscribers' messages do in the business org: leads and licenses come to be, and follow
//! upgrades, uninstalls and facts (R-SYN-1, R-LEAD-1 to 3, R-INS-7).
//!
//! Messages are applied in batches; one that cannot be applied is held with its reason and does
//! not hold up the others (R-SYN-2).

pub(crate) mod facts;
mod people;
mod reinstall;

use std::collections::BTreeMap;
use std::sync::Arc;

use openlma_core::catalog::{ObjectDef, names};
use openlma_core::id::IdRun;
use openlma_core::license::Status;
use openlma_core::license::field;
use openlma_core::license::state::{Cause, transition};
use openlma_core::org::Edition;
use openlma_core::rules::license as license_rules;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::messages::Message;
use openlma_store::records::{self, Lock};

use crate::bodies::{self, Facts, Installed, kind};
use crate::ended::license_type;
use crate::register::{fields, first};
use crate::save::{self, Saving};

pub(crate) use people::Prospect;

/// A message that cannot be applied: its id and why.
pub(crate) type Refused = (Id, Error);

/// Applies messages of subscribers, at most one a license.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    messages: &[Message],
) -> Result<Vec<Refused>> {
    let mut refused = Vec::new();
    let licenses = licenses_of(tx, saving, messages)?;
    let mut installs: Vec<(&Message, Installed)> = Vec::new();
    let mut changes: Vec<(&Message, Change)> = Vec::new();
    for message in messages {
        match read(message) {
            Err(e) => refused.push((message.id, e)),
            Ok(Change::Installed(body)) if !licenses.get(&message.queue).is_some_and(live) => {
                installs.push((message, *body));
            }
            Ok(change) => changes.push((message, change)),
        }
    }
    let installed = installs
        .iter()
        .map(|(_, body)| (body.package_id, body.facts.version_id));
    let changed = changes.iter().filter_map(|(_, change)| change.version());
    let versions = Versions::load(tx, saving, installed.collect(), changed.collect())?;
    refused.extend(follow(tx, saving, ids, &changes, &licenses, &versions)?);
    refused.extend(make(tx, saving, ids, installs, &licenses, &versions)?);
    Ok(refused)
}

/// What a message wants.
enum Change {
    Installed(Box<Installed>),
    Upgraded(Facts),
    Uninstalled(Facts),
    Facts(Facts),
}

impl Change {
    fn facts(&self) -> &Facts {
        match self {
            Change::Installed(body) => &body.facts,
            Change::Upgraded(facts) | Change::Uninstalled(facts) | Change::Facts(facts) => facts,
        }
    }

    /// The version that the license will point at.
    fn version(&self) -> Option<Id> {
        (!matches!(self, Change::Uninstalled(_))).then(|| self.facts().version_id)
    }
}

fn read(message: &Message) -> Result<Change> {
    Ok(match message.kind.as_str() {
        kind::INSTALLED => Change::Installed(Box::new(bodies::decode(&message.body)?)),
        kind::UPGRADED => Change::Upgraded(bodies::decode(&message.body)?),
        kind::UNINSTALLED => Change::Uninstalled(bodies::decode(&message.body)?),
        kind::FACTS => Change::Facts(bodies::decode(&message.body)?),
        other => {
            return Err(Error::internal(format!(
                "a message of unknown kind {other}"
            )));
        }
    })
}

/// The licenses of the messages' queues; where there is none but deleted ones, the last of them.
fn licenses_of(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    messages: &[Message],
) -> Result<BTreeMap<Id, Record>> {
    let object = saving.writer.org.catalog.known(names::LICENSE);
    let wanted: Vec<Value> = messages
        .iter()
        .map(|m| m.queue.to_string().into())
        .collect();
    let org = saving.writer.org.id;
    let by = field::PACKAGE_LICENSE_ID;
    let mut found = records::load_with_deleted_by(tx, org, object, by, &wanted, Lock::Rows)?;
    // Of one queue the last one is kept: a live one, else the one that was made last.
    found.sort_by_key(|r| (live(r), r.id()));
    Ok(found
        .into_iter()
        .filter_map(|r| Some((save::package_license(&r)?, r)))
        .collect())
}

fn live(license: &Record) -> bool {
    !license.is_deleted()
}

/// The Package and Package Version records that a batch points at.
struct Versions {
    packages: BTreeMap<Id, Record>,
    versions: BTreeMap<Id, Record>,
}

impl Versions {
    fn load(
        tx: &mut Tx<'_>,
        saving: &Saving<'_>,
        installed: Vec<(Id, Id)>,
        changed: Vec<Id>,
    ) -> Result<Versions> {
        let (packages, mut versions): (Vec<Id>, Vec<Id>) = installed.into_iter().unzip();
        versions.extend(changed);
        Ok(Versions {
            packages: by_platform_id(tx, saving, names::PACKAGE, "sfLma__Package_ID__c", packages)?,
            versions: by_platform_id(
                tx,
                saving,
                names::PACKAGE_VERSION,
                "sfLma__Version_ID__c",
                versions,
            )?,
        })
    }

    fn package(&self, id: Id) -> Result<&Record> {
        self.packages.get(&id).ok_or_else(|| {
            Error::new(Code::NotFound, "the package has no record in this org yet").fix(
                "its registration may still be under way: retry, or register the package again",
            )
        })
    }

    fn version(&self, id: Id) -> Result<&Record> {
        self.versions.get(&id).ok_or_else(|| {
            Error::new(
                Code::NotFound,
                "the package version has no record in this org yet",
            )
            .fix("it may still be under way: retry")
        })
    }
}

/// Records that stand for things of the platform, by the ids of those.
pub(crate) fn by_platform_id(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &str,
    field: &str,
    mut ids: Vec<Id>,
) -> Result<BTreeMap<Id, Record>> {
    ids.sort_unstable();
    ids.dedup();
    let object = saving.writer.org.catalog.known(object);
    let wanted: Vec<Value> = ids.iter().map(|id| id.to_string().into()).collect();
    let found = records::load_by(tx, saving.writer.org.id, object, field, &wanted, Lock::No)?;
    Ok(found
        .into_iter()
        .filter_map(|r| Some((Id::parse(r.get(field).as_text()?).ok()?, r)))
        .collect())
}

/// Changes the licenses that exist, deleted ones too: one that is taken back from the recycle bin,
/// or that a refresh makes anew, shows what happened to its install meanwhile (R-PKG-6).
fn follow(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    changes: &[(&Message, Change)],
    licenses: &BTreeMap<Id, Record>,
    versions: &Versions,
) -> Result<Vec<Refused>> {
    let mut refused = Vec::new();
    let mut pairs = Vec::new();
    let mut messages = Vec::new();
    for (message, change) in changes {
        // No license was ever made, or even the deleted one is gone: there is nothing to change.
        let Some(before) = licenses.get(&message.queue) else {
            continue;
        };
        let mut after = before.clone();
        match changed(tx, saving, change, before, &mut after, versions) {
            Ok(()) => {
                pairs.push((before.clone(), after));
                messages.push(message.id);
            }
            Err(e) => refused.push((message.id, e)),
        }
    }
    for (id, row) in messages
        .into_iter()
        .zip(save::rewrite(tx, saving, ids, pairs)?)
    {
        if let Err(errors) = row {
            refused.push((id, first(errors)));
        }
    }
    Ok(refused)
}

fn changed(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    change: &Change,
    before: &Record,
    after: &mut Record,
    versions: &Versions,
) -> Result<()> {
    let facts = change.facts();
    let from = license_rules::status(before)?.unwrap_or(Status::Active);
    // What is older than what the license knows changes nothing.
    if facts.revision < before.get("facts_revision").as_int().unwrap_or(0) {
        return Ok(());
    }
    facts::apply(saving, facts, after)?;
    facts::back_again(tx, saving, before, after)?;
    match change {
        Change::Installed(body) if from == Status::Uninstalled => {
            let terms = reinstall::terms(tx, saving, body, before)?;
            let cause = Cause::Reinstall {
                previous: terms.status,
            };
            transition(from, terms.status, cause)?;
            license_rules::set_terms(after, &terms);
        }
        Change::Uninstalled(_) => {
            transition(from, Status::Uninstalled, Cause::Uninstall)?;
            after.set(field::STATUS, Status::Uninstalled.as_str());
        }
        Change::Installed(_) | Change::Upgraded(_) | Change::Facts(_) => {}
    }
    if let Some(version) = change.version() {
        after.set("sfLma__Package_Version__c", versions.version(version)?.id());
    }
    Ok(())
}

/// Makes the licenses, and first the leads, of new installs. One in the place of a deleted license
/// has its terms, and goes on with its counters (R-PKG-6).
fn make(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    installs: Vec<(&Message, Installed)>,
    licenses: &BTreeMap<Id, Record>,
    versions: &Versions,
) -> Result<Vec<Refused>> {
    let mut refused = Vec::new();
    let mut ready = Vec::new();
    for (message, body) in installs {
        let known = versions.package(body.package_id);
        match known.and_then(|p| Ok((p, versions.version(body.facts.version_id)?))) {
            Ok((package, version)) => ready.push((message, body, package, version)),
            Err(e) => refused.push((message.id, e)),
        }
    }
    let wanted: Vec<_> = ready
        .iter()
        .map(|(_, body, package, _)| (body, *package))
        .collect();
    let prospects = people::find_or_make(tx, saving, ids, &wanted)?;
    let object = Arc::clone(saving.writer.org.catalog.known(names::LICENSE));
    let mut rows = Vec::new();
    let mut messages = Vec::new();
    for ((message, body, package, version), prospect) in ready.iter().zip(prospects) {
        match prospect.and_then(|p| license(saving, &object, message, body, p)) {
            Ok(mut license) => {
                license.set("sfLma__Package__c", package.id());
                license.set(field::LICENSE_TYPE, license_type(package).as_str());
                license.set("sfLma__Package_Version__c", version.id());
                if let Some(deleted) = licenses.get(&message.queue) {
                    reinstall::go_on(tx, saving, body, deleted, &mut license)?;
                }
                rows.push(filled(&license));
                messages.push(message.id);
            }
            Err(e) => refused.push((message.id, e)),
        }
    }
    for (id, row) in messages
        .into_iter()
        .zip(save::create(tx, saving, ids, &object, &rows)?)
    {
        if let Err(errors) = row {
            refused.push((id, first(errors)));
        }
    }
    Ok(refused)
}

/// A new license; where it belongs in the org's own records is added by [`make`].
fn license(
    saving: &Saving<'_>,
    object: &Arc<ObjectDef>,
    message: &Message,
    body: &Installed,
    prospect: Prospect,
) -> Result<Record> {
    // A record only to let the facts be written the same way as later.
    let mut record = Record::empty(object);
    facts::apply(saving, &body.facts, &mut record)?;
    license_rules::set_terms(&mut record, &body.terms);
    record.set("sfLma__Install_Date__c", bodies::day(&body.install_date)?);
    record.set("sfLma__Subscriber_Org_ID__c", message.other_org.as_str());
    record.set("org_key", message.other_org.to_string());
    record.set(field::PACKAGE_LICENSE_ID, message.queue.to_string());
    record.set("terms_revision", body.facts.terms_revision);
    record.set(field::SYNC_STATE, "In sync");
    record.set("sfLma__Lead__c", prospect.lead);
    record.set("sfLma__Contact__c", prospect.contact);
    record.set("sfLma__Account__c", prospect.account);
    Ok(record)
}

/// What is filled in of a record, as a save takes it.
fn filled(record: &Record) -> save::Fields {
    let values = record.values().iter().enumerate();
    let filled = values.filter(|(_, v)| !v.is_null());
    filled.map(|(i, v)| (i, v.clone())).collect()
}

/// The code of an edition on leads.
fn lead_code(edition: &str) -> Option<&'static str> {
    Edition::parse(edition).ok().map(Edition::lead_code)
}

/// One lead's fields, for [`people`].
fn lead_fields(object: &ObjectDef, body: &Installed, owner: Id) -> save::Fields {
    let who = &body.installer;
    fields(
        object,
        [
            ("FirstName", Value::from(who.first_name.clone())),
            ("LastName", who.last_name.as_str().into()),
            ("Company", who.company.as_str().into()),
            ("Email", who.email.clone().into()),
            ("Country", who.country.clone().into()),
            ("State", who.state.clone().into()),
            ("LeadSource", openlma_core::lead::SOURCE.into()),
            (
                "sfLma__Subscriber_Org_Type__c",
                lead_code(&body.facts.edition).map(str::to_owned).into(),
            ),
            ("OwnerId", owner.into()),
        ],
    )
}
