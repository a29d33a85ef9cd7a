//! Conversion of leads: account, contact, opportunity, the lead itself and every license of it,
//! in one transaction (R-LEAD-4, R-LEAD-5).
//!
//! What is made or filled is saved as by the converter, whose permissions it needs; the lead and
//! its licenses are written by the license management app on the converter's behalf. No rule is
//! decided here.

use std::sync::{Arc, Mutex, PoisonError};

use openlma_core::access::{Permission, Permissions};
use openlma_core::catalog::{ObjectDef, names};
use openlma_core::id::IdRun;
use openlma_core::lead::convert::{self, BATCH, Conversion, Targets, no_such};
use openlma_core::lead::mapping;
use openlma_core::rules::By;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use crate::actor::{Actor, Writer};
use crate::register::fields;
use crate::save::{self, Fields, RowResult, Saving};
use crate::{App, not_found};

/// What became of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The lead.
    pub lead: Id,
    /// What it was converted into.
    pub into: Targets,
}

/// Why leads that were to be converted together were not.
struct Failed {
    /// Whose fault it is, by position; nobody's when the database failed.
    at: Option<usize>,
    errors: Vec<Error>,
}

impl App {
    /// Converts at most [`BATCH`] leads, each in a transaction of its own, or with `all_or_none`
    /// all of them in one.
    ///
    /// # Errors
    /// Of the whole batch: `INSUFFICIENT_ACCESS_OR_READONLY` without Convert Leads,
    /// `EXCEEDED_ID_LIMIT`. A lead's own errors stand in its row: `NOT_FOUND`,
    /// `CANNOT_UPDATE_CONVERTED_LEAD`, what is wrong with the request, and those of the save
    /// path.
    pub async fn convert_leads(
        &self,
        actor: &Actor,
        wanted: Vec<Conversion>,
        all_or_none: bool,
    ) -> Result<Vec<RowResult<Converted>>> {
        let lead = actor.org.catalog.known(names::LEAD);
        if !actor.permissions.object(lead).read {
            return Err(not_found(lead.label));
        }
        actor.require(Permission::ConvertLeads)?;
        let count = wanted.len();
        if count > BATCH {
            return Err(Error::new(
                Code::ExceededIdLimit,
                format!("{count} leads at once are too many: {BATCH} are allowed"),
            ));
        }
        if all_or_none {
            return match self.convert_together(actor, wanted).await {
                Ok(done) => Ok(done.into_iter().map(Ok).collect()),
                Err(failed) => together_refused(failed, count),
            };
        }
        let mut out = Vec::with_capacity(count);
        for one in wanted {
            match self.convert_together(actor, vec![one]).await {
                Ok(done) => out.extend(done.into_iter().map(Ok)),
                Err(failed) => out.push(Err(failed.errors)),
            }
        }
        Ok(out)
    }

    /// Converts one lead.
    ///
    /// # Errors
    /// As [`App::convert_leads`]: all errors of the lead.
    pub async fn convert_lead(&self, actor: &Actor, wanted: Conversion) -> RowResult<Converted> {
        let done = self.convert_leads(actor, vec![wanted], true).await;
        save::only(done.map_err(one)?)
    }

    /// Converts leads in one transaction, which the first one that is refused rolls back.
    async fn convert_together(
        &self,
        actor: &Actor,
        wanted: Vec<Conversion>,
    ) -> Result<Vec<Converted>, Failed> {
        let (person, now, ids) = (actor.writer(), self.now(), self.ids());
        let app = Writer {
            permissions: Arc::new(Permissions::system()),
            by: By::Lma,
            ..actor.writer()
        };
        let refused = Arc::new(Mutex::new(None));
        let told = Arc::clone(&refused);
        let done = self
            .store()
            .write(move |tx| {
                let tell = |why| *told.lock().unwrap_or_else(PoisonError::into_inner) = why;
                tell(None);
                let saving = |writer| Saving {
                    writer,
                    now,
                    all_or_none: true,
                };
                let mut converter = Converter {
                    tx,
                    ids: &mut ids.clone(),
                    person: saving(&person),
                    app: saving(&app),
                };
                let mut done = Vec::with_capacity(wanted.len());
                for (at, one) in wanted.iter().enumerate() {
                    done.push(converter.convert(one).map_err(|errors| {
                        let error = crate::register::first(errors.clone());
                        tell(Some((at, errors)));
                        error
                    })?);
                }
                Ok(done)
            })
            .await;
        done.map_err(|error| {
            let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
            match refused.take() {
                Some((at, errors)) => Failed {
                    at: Some(at),
                    errors,
                },
                None => Failed {
                    at: None,
                    errors: vec![error],
                },
            }
        })
    }
}

/// One lead's errors, and that the others were rolled back with it.
fn together_refused(failed: Failed, count: usize) -> Result<Vec<RowResult<Converted>>> {
    let Some(at) = failed.at else {
        return Err(crate::register::first(failed.errors));
    };
    let mut out: Vec<RowResult<Converted>> = (0..count)
        .map(|_| Err(vec![save::rolled_back_error()]))
        .collect();
    out[at] = Err(failed.errors);
    Ok(out)
}

/// One unit's conversions.
struct Converter<'a, 't> {
    tx: &'a mut Tx<'t>,
    ids: &'a mut IdRun,
    /// The converter, for what is made and filled.
    person: Saving<'a>,
    /// The license management app on the converter's behalf.
    app: Saving<'a>,
}

impl Converter<'_, '_> {
    fn convert(&mut self, wanted: &Conversion) -> RowResult<Converted> {
        let lead = self.lead(wanted.lead).map_err(one)?;
        convert::may_convert(&lead).map_err(one)?;
        let status = wanted.check()?;
        let owner = self.owner(wanted, &lead).map_err(one)?;
        let account = self.account(wanted, &lead, owner)?;
        let contact = self.contact(wanted, &lead, account, owner)?;
        let opportunity = if wanted.do_not_create_opportunity {
            None
        } else {
            Some(self.opportunity(wanted, &lead, (account, contact), owner)?)
        };
        let into = Targets {
            account,
            contact,
            opportunity,
        };
        let today = self.person.writer.org.today(self.person.now);
        let mut closed = lead.clone();
        convert::close(&mut closed, status, owner, &into, today);
        self.rewrite(vec![(lead, closed)])?;
        self.licenses(wanted.lead, &into)?;
        Ok(Converted {
            lead: wanted.lead,
            into,
        })
    }

    /// The lead, locked: of two conversions at once the later one sees what the first one did.
    fn lead(&mut self, id: Id) -> Result<Record> {
        let found = self.live(names::LEAD, id)?;
        found.ok_or_else(|| not_found("lead"))
    }

    /// A record that is not deleted, locked; none for an id of another object.
    fn live(&mut self, object: &str, id: Id) -> Result<Option<Record>> {
        let object = self.object(object);
        if object.prefix != Some(id.prefix()) {
            return Ok(None);
        }
        let found = records::load_one(self.tx, self.org(), &object, id, Lock::Rows)?;
        Ok(found.filter(|r| !r.is_deleted()))
    }

    fn owner(&mut self, wanted: &Conversion, lead: &Record) -> Result<Id> {
        let writer = self.person.writer;
        let own = lead.get("OwnerId").as_id();
        let owner = convert::owner(wanted.owner, own, writer.org.lma_user, writer.user)?;
        if wanted.owner.is_none() && !wanted.makes() {
            return Ok(owner);
        }
        let object = self.object(names::USER);
        let user = records::load_one(self.tx, self.org(), &object, owner, Lock::No)?;
        match user {
            None => Err(no_such("owner_id", "user")),
            Some(user) if user.get("IsActive").is_true() => Ok(owner),
            Some(_) => Err(Error::new(
                Code::InactiveOwnerOrUser,
                format!("owner_id: the user {owner} is not active; name an active user"),
            )
            .field("owner_id")),
        }
    }

    fn account(&mut self, wanted: &Conversion, lead: &Record, owner: Id) -> RowResult<Id> {
        let object = self.object(names::ACCOUNT);
        let Some(id) = wanted.account else {
            let row = self.carried(lead, &object, None);
            return self.make(&object, row, owner);
        };
        let existing = self.target(names::ACCOUNT, id, "account_id")?;
        let row = self.carried(lead, &object, Some(&existing));
        self.fill(&object, id, row)
    }

    fn contact(
        &mut self,
        wanted: &Conversion,
        lead: &Record,
        account: Id,
        owner: Id,
    ) -> RowResult<Id> {
        let object = self.object(names::CONTACT);
        let Some(id) = wanted.contact else {
            let mut row = self.carried(lead, &object, None);
            row.extend(fields(&object, [("AccountId", account.into())]));
            return self.make(&object, row, owner);
        };
        let existing = self.target(names::CONTACT, id, "contact_id")?;
        convert::belongs(&existing, account).map_err(one)?;
        let mut row = self.carried(lead, &object, Some(&existing));
        if wanted.overwrite_lead_source
            && let Some((position, source)) = mapping::lead_source(lead, &object)
        {
            row.retain(|(i, _)| *i != position);
            row.push((position, source));
        }
        self.fill(&object, id, row)
    }

    fn opportunity(
        &mut self,
        wanted: &Conversion,
        lead: &Record,
        (account, contact): (Id, Id),
        owner: Id,
    ) -> RowResult<Id> {
        let object = self.object(names::OPPORTUNITY);
        let mut row = self.carried(lead, &object, None);
        let today = self.person.writer.org.today(self.person.now);
        let name = wanted.opportunity_name().map_err(one)?;
        if !name.is_null() {
            row.retain(|(i, _)| Some(*i) != object.index_of("Name"));
            row.extend(fields(&object, [("Name", name)]));
        }
        row.extend(fields(
            &object,
            [
                ("StageName", mapping::FIRST_STAGE.into()),
                ("CloseDate", mapping::close_date(today).into()),
                ("AccountId", account.into()),
                ("ContactId", contact.into()),
            ],
        ));
        self.make(&object, row, owner)
    }

    /// A record to merge into, which the converter must be able to see.
    fn target(&mut self, object: &str, id: Id, member: &str) -> RowResult<Record> {
        let object = self.object(object);
        let found = if self.person.writer.permissions.object(&object).read {
            self.live(object.name, id).map_err(one)?
        } else {
            None
        };
        found.ok_or_else(|| vec![no_such(member, &object.label.to_lowercase())])
    }

    fn carried(&self, lead: &Record, to: &Arc<ObjectDef>, existing: Option<&Record>) -> Fields {
        mapping::carried(lead, to, existing, &self.person.writer.permissions)
    }

    fn make(&mut self, object: &Arc<ObjectDef>, mut row: Fields, owner: Id) -> RowResult<Id> {
        // A new record is its maker's unless it says otherwise.
        if owner != self.person.writer.user {
            row.extend(fields(object, [("OwnerId", owner.into())]));
        }
        let made = save::create(self.tx, &self.person, self.ids, object, &[row]);
        let record = save::only(made.map_err(one)?)?;
        Ok(record.id().unwrap_or(owner))
    }

    fn fill(&mut self, object: &Arc<ObjectDef>, id: Id, row: Fields) -> RowResult<Id> {
        let saved = save::update(self.tx, &self.person, self.ids, object, &[(id, row)]);
        save::only(saved.map_err(one)?).map(|_| id)
    }

    /// R-LEAD-4: every license of the lead gets the account and the contact.
    fn licenses(&mut self, lead: Id, into: &Targets) -> RowResult<()> {
        let object = self.object(names::LICENSE);
        let wanted = [Value::Id(lead)];
        let (org, look_up) = (self.org(), "sfLma__Lead__c");
        let found = records::load_by(self.tx, org, &object, look_up, &wanted, Lock::Rows);
        let pairs = found.map_err(one)?.into_iter().map(|before| {
            let mut after = before.clone();
            after.set("sfLma__Account__c", into.account);
            after.set("sfLma__Contact__c", into.contact);
            (before, after)
        });
        self.rewrite(pairs.collect())
    }

    fn rewrite(&mut self, pairs: Vec<(Record, Record)>) -> RowResult<()> {
        let written = save::rewrite(self.tx, &self.app, self.ids, pairs).map_err(one)?;
        written.into_iter().try_for_each(|row| row.map(drop))
    }

    fn object(&self, name: &str) -> Arc<ObjectDef> {
        Arc::clone(self.person.writer.org.catalog.known(name))
    }

    fn org(&self) -> Id {
        self.person.writer.org.id
    }
}

fn one(error: Error) -> Vec<Error> {
    vec![error]
}
