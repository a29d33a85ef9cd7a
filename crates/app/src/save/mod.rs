//! The one save path: batches of up to 200 records of one object, one record being a batch of
//! one.
//!
//! permission and field security → defaults → the object's rules → required → look-ups → rows,
//! history and effects in set statements. Every door that changes generic records comes here;
//! typed and closed objects have use cases of their own.

mod delete;
mod effects;
mod fields;
mod history;
mod look_ups;

use std::collections::BTreeSet;
use std::sync::Arc;

use openlma_core::catalog::{ObjectDef, names};
use openlma_core::id::IdRun;
use openlma_core::rules::{By, SaveContext, before_save};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use crate::actor::Writer;

pub(crate) use delete::{delete, undelete};
pub(crate) use effects::{package_license, send_again, send_terms, subscriber, terms_again};
pub(crate) use history::note;
pub(crate) use look_ups::may_read_licenses;

/// Most records of one batch.
pub const BATCH: usize = 200;

/// The fields that a caller gives, by position in the object.
pub type Fields = Vec<(usize, Value)>;

/// How one record of a batch ended.
pub type RowResult<T> = Result<T, Vec<Error>>;

/// What a save goes by besides the records.
pub(crate) struct Saving<'a> {
    pub(crate) writer: &'a Writer,
    pub(crate) now: Timestamp,
    /// One failing record fails all.
    pub(crate) all_or_none: bool,
}

impl Saving<'_> {
    fn org(&self) -> Id {
        self.writer.org.id
    }

    /// What the objects' rules go by.
    pub(crate) fn rules(&self) -> SaveContext<'_> {
        SaveContext {
            now: self.now,
            zone: &self.writer.org.zone,
            by: self.writer.by,
            refresh_interval: self.writer.org.refresh_interval,
        }
    }

    fn person(&self) -> bool {
        self.writer.by != By::Lma
    }
}

/// Creates records of one object.
pub(crate) fn create(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    object: &Arc<ObjectDef>,
    rows: &[Fields],
) -> Result<Vec<RowResult<Record>>> {
    bounded(rows.len())?;
    fields::may(
        saving,
        object,
        |access| access.create,
        object.ops.createable,
    )?;
    let Some(prefix) = object.prefix else {
        return Err(Error::internal(format!("{} has no ids", object.name)));
    };
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        out.push(fields::allowed(saving, object, row, true).and_then(|()| {
            let mut record = Record::with_defaults(object);
            fill_in(saving, &mut record);
            for (i, value) in row {
                record.set_at(*i, value.clone());
            }
            record.set("Id", ids.next(prefix));
            before_save(&saving.rules(), None, &mut record)?;
            fields::required(saving, &record, None)?;
            Ok(record)
        }));
    }
    look_ups::check(tx, saving, object, None, &mut out)?;
    if rolled_back(saving, &mut out) {
        return Ok(out);
    }
    let mut good: Vec<&mut Record> = out.iter_mut().filter_map(|r| r.as_mut().ok()).collect();
    number(tx, saving, object, &mut good)?;
    let records: Vec<Record> = good.into_iter().map(|r| r.clone()).collect();
    records::insert(tx, saving.org(), &records)?;
    history::created(tx, saving, ids, &records)?;
    Ok(out)
}

/// Changes records of one object; a record without a difference is not touched.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    object: &Arc<ObjectDef>,
    rows: &[(Id, Fields)],
) -> Result<Vec<RowResult<Record>>> {
    bounded(rows.len())?;
    fields::may(saving, object, |access| access.edit, object.ops.updateable)?;
    let wanted: Vec<Id> = rows.iter().map(|(id, _)| *id).collect();
    let old = records::load(tx, saving.org(), object, &wanted, Lock::Rows)?;
    let mut seen = BTreeSet::new();
    let mut out = Vec::with_capacity(rows.len());
    for (id, row) in rows {
        let before = old.iter().find(|r| r.id() == Some(*id));
        out.push(if seen.insert(*id) {
            changed_record(saving, object, before, row)
        } else {
            Err(vec![Error::new(
                Code::DuplicateValue,
                format!("the id {id} stands twice in the list"),
            )])
        });
    }
    look_ups::check(tx, saving, object, Some(&old), &mut out)?;
    if rolled_back(saving, &mut out) {
        return Ok(out);
    }
    write_changes(tx, saving, ids, object, &old, &mut out)?;
    Ok(out)
}

/// May the author change these fields of records of the object?
pub(crate) fn may_update(saving: &Saving<'_>, object: &ObjectDef, row: &Fields) -> RowResult<()> {
    fields::may(saving, object, |access| access.edit, object.ops.updateable)
        .map_err(|e| vec![e])?;
    fields::allowed(saving, object, row, false)
}

/// Writes records that were loaded with a lock and changed by the license management app.
pub(crate) fn rewrite(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    pairs: Vec<(Record, Record)>,
) -> Result<Vec<RowResult<Record>>> {
    let Some((first, _)) = pairs.first() else {
        return Ok(Vec::new());
    };
    let object = Arc::clone(first.object());
    let (old, new): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let mut out: Vec<RowResult<Record>> = Vec::with_capacity(new.len());
    for (before, mut record) in old.iter().zip(new) {
        out.push(before_save(&saving.rules(), Some(before), &mut record).map(|()| record));
    }
    write_changes(tx, saving, ids, &object, &old, &mut out)?;
    Ok(out)
}

fn changed_record(
    saving: &Saving<'_>,
    object: &Arc<ObjectDef>,
    before: Option<&Record>,
    row: &Fields,
) -> RowResult<Record> {
    let before = live(object, before).map_err(|e| vec![e])?;
    fields::allowed(saving, object, row, false)?;
    let mut record = before.clone();
    for (i, value) in row {
        record.set_at(*i, value.clone());
    }
    before_save(&saving.rules(), Some(before), &mut record)?;
    fields::required(saving, &record, Some(row))?;
    Ok(record)
}

/// The record, if it is there and not deleted.
fn live<'a>(object: &ObjectDef, record: Option<&'a Record>) -> Result<&'a Record> {
    match record {
        None => Err(Error::new(
            Code::NotFound,
            format!("there is no such {}", object.label),
        )),
        Some(r) if object.soft_delete() && r.is_deleted() => {
            Err(Error::new(Code::EntityIsDeleted, "entity is deleted"))
        }
        Some(r) => Ok(r),
    }
}

fn write_changes(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    object: &Arc<ObjectDef>,
    old: &[Record],
    out: &mut [RowResult<Record>],
) -> Result<()> {
    let mut changed = BTreeSet::new();
    let mut pairs: Vec<(&Record, &mut Record)> = Vec::new();
    for record in out.iter_mut().filter_map(|r| r.as_mut().ok()) {
        let Some(before) = old.iter().find(|r| r.id() == record.id()) else {
            continue;
        };
        let differs: Vec<usize> = (0..record.values().len())
            .filter(|i| before.at(*i) != record.at(*i))
            .collect();
        if differs.is_empty() {
            continue;
        }
        stamp(saving, record);
        effects::prepare(saving, before, record);
        changed.extend((0..record.values().len()).filter(|i| before.at(*i) != record.at(*i)));
        pairs.push((before, record));
    }
    if pairs.is_empty() {
        return Ok(());
    }
    let records: Vec<Record> = pairs.iter().map(|(_, r)| (*r).clone()).collect();
    records::update(tx, saving.org(), &records, &changed)?;
    let pairs: Vec<(&Record, &Record)> = pairs
        .iter()
        .zip(&records)
        .map(|((before, _), after)| (*before, after))
        .collect();
    history::changed(tx, saving, ids, object, &pairs)?;
    effects::send(tx, saving, ids, &pairs)
}

fn bounded(rows: usize) -> Result<()> {
    if rows > BATCH {
        return Err(Error::new(
            Code::ExceededIdLimit,
            format!("{rows} records at once are too many: {BATCH} are allowed"),
        ));
    }
    Ok(())
}

/// System fields and the owner of a new record.
fn fill_in(saving: &Saving<'_>, record: &mut Record) {
    let user = saving.writer.user;
    if record.object().field("OwnerId").is_some() {
        record.set("OwnerId", user);
    }
    record.set("CreatedDate", saving.now);
    record.set("CreatedById", user);
    stamp(saving, record);
}

fn stamp(saving: &Saving<'_>, record: &mut Record) {
    record.set("LastModifiedDate", saving.now);
    record.set("LastModifiedById", saving.writer.user);
    record.set("SystemModstamp", saving.now);
}

/// R-LIC-1: license numbers from the org's counter, taken last and in one go.
fn number(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &ObjectDef,
    records: &mut [&mut Record],
) -> Result<()> {
    if object.name != names::LICENSE || records.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
    let first = records::take_numbers(tx, saving.org(), object.name, count)?;
    for (n, record) in (first..).zip(records.iter_mut()) {
        record.set("Name", format!("L-{n:05}"));
    }
    Ok(())
}

/// With all-or-none one failing record rolls the others back.
fn rolled_back<T>(saving: &Saving<'_>, out: &mut [RowResult<T>]) -> bool {
    if !saving.all_or_none || out.iter().all(Result::is_ok) {
        return false;
    }
    for row in out.iter_mut().filter(|r| r.is_ok()) {
        *row = Err(vec![rolled_back_error()]);
    }
    true
}

/// The one row of a batch of one.
pub(crate) fn only<T>(rows: Vec<RowResult<T>>) -> RowResult<T> {
    let missing = || Err(vec![Error::internal("a batch of one answered nothing")]);
    rows.into_iter().next().unwrap_or_else(missing)
}

/// What a record hears that was rolled back for another's fault.
pub(crate) fn rolled_back_error() -> Error {
    Error::new(
        Code::AllOrNoneOperationRolledBack,
        "record rolled back because not all records were valid and all or none was asked for",
    )
}
