//! Whom the installs of a batch belong to: a contact, an open lead, or a new lead with an owner
//! (R-LEAD-1 to R-LEAD-3). One person in two messages makes one lead (R-INS-9).

use std::collections::BTreeMap;

use openlma_core::catalog::names;
use openlma_core::fold::fold;
use openlma_core::id::IdRun;
use openlma_core::lead::SOURCE;
use openlma_core::lead::matching::{
    ContactFound, Installer, LeadManager, Match, OpenLead, find, lead_owner,
};
use openlma_core::{Error, Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use super::lead_fields;
use crate::bodies::Installed;
use crate::lead_owner;
use crate::register::first;
use crate::save::{self, Saving};

/// What the units that look for prospects take turns at.
const TURN: &str = "prospects";

/// What a license is linked to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Prospect {
    pub(super) lead: Option<Id>,
    pub(super) contact: Option<Id>,
    pub(super) account: Option<Id>,
}

impl Prospect {
    fn of_lead(lead: Option<Id>) -> Prospect {
        Prospect {
            lead,
            ..Prospect::default()
        }
    }
}

/// For each install its prospect, or why there can be none. The units of an org that look for
/// prospects take turns, so that of two nodes one finds the lead that the other made (R-INS-9).
pub(super) fn find_or_make(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    installs: &[(&Installed, &Record)],
) -> Result<Vec<Result<Prospect>>> {
    if installs.is_empty() {
        return Ok(Vec::new());
    }
    // Another node may be about to make the same person's lead.
    records::take_turn(tx, saving.writer.org.id, TURN)?;
    let known = Known::load(tx, saving, installs)?;
    let object = saving.writer.org.catalog.known(names::LEAD);
    let mut out: Vec<Result<Prospect>> = Vec::with_capacity(installs.len());
    let mut rows = Vec::new();
    // Which new lead each install waits for, by position in `rows`.
    let mut waiting: Vec<(usize, usize)> = Vec::new();
    let mut new_by_email: BTreeMap<String, usize> = BTreeMap::new();
    for (n, (body, package)) in installs.iter().enumerate() {
        // R-LEAD-2 comes first: with an inactive lead manager neither lead nor license is made.
        let owner = known.owner(saving, package);
        out.push(owner.map(
            |owner| match find(&installer(body), &known.contacts, &known.leads) {
                Match::Contact { contact, account } => Prospect {
                    contact: Some(contact),
                    account,
                    ..Prospect::default()
                },
                Match::Lead(lead) => Prospect::of_lead(Some(lead)),
                Match::New if !body.leads => Prospect::default(),
                Match::New => {
                    let email = body.installer.email.as_deref().map(|e| fold(e.trim()));
                    let add = || {
                        rows.push(lead_fields(object, body, owner));
                        rows.len() - 1
                    };
                    let row = match email {
                        Some(email) => *new_by_email.entry(email).or_insert_with(add),
                        None => {
                            let mut add = add;
                            add()
                        }
                    };
                    waiting.push((n, row));
                    Prospect::default()
                }
            },
        ));
    }
    let made = if rows.is_empty() {
        Vec::new()
    } else {
        save::create(tx, saving, ids, object, &rows)?
    };
    for (install, row) in waiting {
        out[install] = match &made[row] {
            Ok(lead) => Ok(Prospect::of_lead(lead.id())),
            Err(errors) => Err(first(errors.clone())),
        };
    }
    Ok(out)
}

fn installer(body: &Installed) -> Installer {
    let who = body.installer.clone();
    Installer {
        first_name: who.first_name,
        last_name: who.last_name,
        email: who.email,
        company: who.company,
        country: who.country,
        state: who.state,
    }
}

/// What the org knows that decides.
struct Known {
    contacts: Vec<ContactFound>,
    leads: Vec<OpenLead>,
    owners: Owners,
}

impl Known {
    fn load(
        tx: &mut Tx<'_>,
        saving: &Saving<'_>,
        installs: &[(&Installed, &Record)],
    ) -> Result<Known> {
        let mut emails: Vec<Value> = installs
            .iter()
            .filter_map(|(body, _)| body.installer.email.as_deref())
            .map(|email| Value::text(fold(email.trim())))
            .collect();
        emails.dedup();
        let org = saving.writer.org.id;
        let catalog = &saving.writer.org.catalog;
        let by_email = |tx: &mut Tx<'_>, object: &str, lock| {
            records::load_by(tx, org, catalog.known(object), "Email", &emails, lock)
        };
        // The leads first, and locked: a conversion under way ends before, and its contact is
        // found; one that comes later finds the licenses that are made now (R-LEAD-4).
        let leads = by_email(tx, names::LEAD, Lock::Rows)?;
        let contacts = by_email(tx, names::CONTACT, Lock::No)?;
        Ok(Known {
            contacts: contacts.iter().filter_map(contact).collect(),
            leads: leads.iter().filter_map(open_lead).collect(),
            owners: Owners::load(tx, saving, installs)?,
        })
    }

    fn owner(&self, saving: &Saving<'_>, package: &Record) -> Result<Id> {
        let manager = package.get("sfLma__Lead_Manager__c").as_id();
        let manager = manager
            .and_then(|id| self.owners.managers.get(&id))
            .copied();
        lead_owner(manager, saving.writer.user, self.owners.fallback).map_err(Error::from)
    }
}

/// Who can own the leads of installs (R-LEAD-2).
struct Owners {
    managers: BTreeMap<Id, LeadManager>,
    /// Where a manager cannot. Read from the org's row in this unit: what waited is tried again in
    /// the moment in which a fallback owner is named.
    fallback: Option<Id>,
}

impl Owners {
    fn load(
        tx: &mut Tx<'_>,
        saving: &Saving<'_>,
        installs: &[(&Installed, &Record)],
    ) -> Result<Owners> {
        let of = |package: &Record| package.get("sfLma__Lead_Manager__c").as_id();
        let wanted = installs.iter().filter_map(|(_, package)| of(package));
        let managers = users(tx, saving, wanted.collect())?;
        let fallback = if managers.values().all(can_own) {
            None
        } else {
            let org = saving.writer.org.id;
            let object = saving.writer.org.catalog.known("Organization");
            let row = records::load_one(tx, org, object, org, Lock::No)?;
            let named = row.and_then(|row| row.get("fallback_lead_owner").as_id());
            let found = users(tx, saving, named.into_iter().collect())?;
            found
                .values()
                .find(|user| can_own(user))
                .map(|user| user.id)
        };
        Ok(Owners { managers, fallback })
    }
}

fn can_own(user: &LeadManager) -> bool {
    user.active && user.may_read_licenses
}

fn contact(record: &Record) -> Option<ContactFound> {
    if record.is_deleted() {
        return None;
    }
    Some(ContactFound {
        id: record.id()?,
        account: record.get("AccountId").as_id(),
        email: record.get("Email").as_text()?.to_owned(),
        last_modified: record.get("LastModifiedDate").as_datetime()?,
    })
}

fn open_lead(record: &Record) -> Option<OpenLead> {
    let open = record.get("LeadSource").as_text() == Some(SOURCE)
        && !record.get("IsConverted").is_true()
        && !record.is_deleted();
    if !open {
        return None;
    }
    Some(OpenLead {
        id: record.id()?,
        email: record.get("Email").as_text()?.to_owned(),
        last_modified: record.get("LastModifiedDate").as_datetime()?,
    })
}

/// Users as owners of leads.
fn users(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    mut wanted: Vec<Id>,
) -> Result<BTreeMap<Id, LeadManager>> {
    wanted.sort_unstable();
    wanted.dedup();
    let org = saving.writer.org.id;
    let object = saving.writer.org.catalog.known(names::USER);
    let mut managers = BTreeMap::new();
    for user in records::load(tx, org, object, &wanted, Lock::No)? {
        let manager = lead_owner::known(tx, org, &user)?;
        managers.extend(manager.map(|manager| (manager.id, manager)));
    }
    Ok(managers)
}
