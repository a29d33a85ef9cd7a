//! Deletion to the recycle bin and back, with what hangs on the records.

use std::sync::Arc;

use openlma_core::catalog::{ObjectDef, OnDelete};
use openlma_core::{Code, Error, Id, Result};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use super::{RowResult, Saving, bounded, fields, live, rolled_back};

/// Levels of children that go with their parents.
const DEPTH: u32 = 5;

/// Deletes records of one object; children go too, stay, or lose their look-up, as declared.
pub(crate) fn delete(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &Arc<ObjectDef>,
    ids: &[Id],
) -> Result<Vec<RowResult<()>>> {
    bounded(ids.len())?;
    fields::may(saving, object, |access| access.delete, object.ops.deletable)?;
    let found = records::load(tx, saving.org(), object, ids, Lock::Rows)?;
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        let record = live(object, found.iter().find(|r| r.id() == Some(*id))).map(drop);
        out.push(record.map_err(|e| vec![e]));
    }
    let good: Vec<Id> = ids
        .iter()
        .zip(&out)
        .filter(|(_, r)| r.is_ok())
        .map(|(id, _)| *id)
        .collect();
    if rolled_back(saving, &mut out) {
        return Ok(out);
    }
    remove(tx, saving, object, &good, DEPTH)?;
    Ok(out)
}

fn remove(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &ObjectDef,
    ids: &[Id],
    depth: u32,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let (org, by) = (saving.org(), saving.writer.user);
    let catalog = &saving.writer.org.catalog;
    for (child, look_up) in catalog.children_of(object.name) {
        if !child.generic {
            continue;
        }
        match look_up.on_delete {
            OnDelete::Keep => {}
            OnDelete::SetNull => records::detach(tx, org, child, look_up, ids, by, saving.now)?,
            OnDelete::Restrict => {
                if !records::children(tx, org, child, look_up, ids)?.is_empty() {
                    return Err(Error::new(
                        Code::DeleteFailed,
                        format!("the record is still used by {}", child.plural),
                    ));
                }
            }
            OnDelete::Cascade => {
                let children = records::children(tx, org, child, look_up, ids)?;
                if depth == 0 && !children.is_empty() {
                    return Err(Error::new(
                        Code::DeleteFailed,
                        format!("too many levels of {} hang on the record", child.plural),
                    ));
                }
                remove(tx, saving, child, &children, depth.saturating_sub(1))?;
            }
        }
    }
    records::set_deleted(tx, org, object, ids, true, by, saving.now).map(drop)
}

/// Takes records back from the recycle bin, with the children that went with them. Look-ups that
/// were emptied stay empty.
pub(crate) fn undelete(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &Arc<ObjectDef>,
    ids: &[Id],
) -> Result<Vec<RowResult<()>>> {
    bounded(ids.len())?;
    fields::may(
        saving,
        object,
        |access| access.delete,
        object.ops.undeletable,
    )?;
    let found = records::load(tx, saving.org(), object, ids, Lock::Rows)?;
    let mut out: Vec<RowResult<()>> = Vec::with_capacity(ids.len());
    let mut good = Vec::new();
    for id in ids {
        out.push(match found.iter().find(|r| r.id() == Some(*id)) {
            Some(r) if r.is_deleted() => {
                good.push(*id);
                Ok(())
            }
            Some(_) => Err(vec![Error::new(
                Code::InvalidOperation,
                "the record is not deleted",
            )]),
            None => Err(vec![Error::new(
                Code::NotFound,
                format!("there is no such {}", object.label),
            )]),
        });
    }
    if rolled_back(saving, &mut out) {
        return Ok(out);
    }
    restore(tx, saving, object, &good, DEPTH)?;
    Ok(out)
}

/// Takes records back, and first the children that went with them.
fn restore(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &ObjectDef,
    ids: &[Id],
    depth: u32,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let (org, by) = (saving.org(), saving.writer.user);
    if depth > 0 {
        for (child, look_up) in saving.writer.org.catalog.children_of(object.name) {
            if child.generic && look_up.on_delete == OnDelete::Cascade {
                let children = records::fallen(tx, org, object, child, look_up, ids)?;
                restore(tx, saving, child, &children, depth - 1)?;
            }
        }
    }
    records::set_deleted(tx, org, object, ids, false, by, saving.now).map(drop)
}
