//! A registration and the uploads after it, applied in the business org (R-PKG-3, R-PKG-5), where a
//! package may have been before (R-MOV-1).

use openlma_core::catalog::names;
use openlma_core::id::IdRun;
use openlma_core::license::state::LicenseType;
use openlma_core::{Error, Id, Record, Result, Value};
use openlma_store::messages::Message;
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, registrations};

use crate::bodies::{self, Registered, VersionBody, kind};
use crate::ended::mark;
use crate::save::{self, Fields, Saving};

/// Applies one message of a package's queue. Answers the body with which it goes on, when there are
/// more licenses than one unit writes.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    message: &Message,
) -> Result<Option<String>> {
    if message.kind == kind::VERSION {
        let body: VersionBody = bodies::decode(&message.body)?;
        return add_versions(tx, saving, ids, body.package_id, &[body]).map(|()| None);
    }
    let mut body: Registered = bodies::decode(&message.body)?;
    let known = find_package(tx, saving, body.package_id)?;
    if body.after.is_none() {
        take_in(tx, saving, ids, &body, known.as_ref())?;
    }
    // Whoever comes back finds its licenses (R-PKG-3); a new package has none.
    let Some(package) = known else {
        return Ok(None);
    };
    let reached = mark(tx, saving, ids, &package, LicenseType::Editable, body.after)?;
    body.after = reached;
    reached.map(|_| bodies::encode(&body)).transpose()
}

/// Makes the records of a package and its versions, or has those that are there go on.
fn take_in(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    body: &Registered,
    known: Option<&Record>,
) -> Result<()> {
    if let Some(before) = known {
        set_state(tx, saving, ids, before, "Done")?;
    } else {
        let object = saving.writer.org.catalog.known(names::PACKAGE);
        let fields = fields(
            object,
            [
                ("Name", Value::text(body.name.as_str())),
                ("sfLma__Package_ID__c", body.package_id.to_string().into()),
                (
                    "sfLma__Developer_Name__c",
                    body.developer_name.as_str().into(),
                ),
                (
                    "sfLma__Developer_Org_ID__c",
                    body.developer_org.to_string().into(),
                ),
                ("olma__Namespace__c", body.namespace.clone().into()),
                ("olma__Registration_State__c", "Done".into()),
            ],
        );
        only(save::create(tx, saving, ids, object, &[fields])?)?;
    }
    add_versions(tx, saving, ids, body.package_id, &body.versions)?;
    let org = saving.writer.org.id;
    registrations::advance(tx, body.package_id, org, "Done", None, saving.now)
}

/// Writes how a Package record's registration stands.
pub(crate) fn set_state(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    package: &Record,
    state: &str,
) -> Result<()> {
    let mut after = package.clone();
    after.set("olma__Registration_State__c", state);
    let pair = vec![(package.clone(), after)];
    only(save::rewrite(tx, saving, ids, pair)?).map(drop)
}

/// The Package record of a package id.
pub(crate) fn find_package(tx: &mut Tx<'_>, saving: &Saving<'_>, id: Id) -> Result<Option<Record>> {
    let object = saving.writer.org.catalog.known(names::PACKAGE);
    let found = records::load_by(
        tx,
        saving.writer.org.id,
        object,
        "sfLma__Package_ID__c",
        &[id.to_string().into()],
        Lock::Rows,
    )?;
    Ok(found.into_iter().next())
}

fn add_versions(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    package_id: Id,
    versions: &[VersionBody],
) -> Result<()> {
    let Some(package) = find_package(tx, saving, package_id)? else {
        return Err(crate::not_found(
            "package: its registration has not been applied",
        ));
    };
    let object = saving.writer.org.catalog.known(names::PACKAGE_VERSION);
    let wanted: Vec<Value> = versions
        .iter()
        .map(|v| v.version_id.to_string().into())
        .collect();
    let org = saving.writer.org.id;
    let known = records::load_by(tx, org, object, "sfLma__Version_ID__c", &wanted, Lock::No)?;
    let is_known = |v: &VersionBody| {
        known
            .iter()
            .any(|r| r.get("sfLma__Version_ID__c").as_text() == Some(&v.version_id.to_string()))
    };
    let before = records::load_by(
        tx,
        org,
        object,
        "sfLma__Package__c",
        &[Value::from(package.id())],
        Lock::No,
    )?;
    let sequence = |r: &Record| r.get("sfLma__Sequence__c").as_int();
    let last = before.iter().filter_map(sequence).max().unwrap_or(0);
    let new: Vec<&VersionBody> = versions.iter().filter(|v| !is_known(v)).collect();
    let rows: Vec<Fields> = new
        .iter()
        .zip(last + 1..)
        .map(|(v, sequence)| version_fields(object, &package, v, sequence))
        .collect::<Result<_>>()?;
    for part in rows.chunks(save::BATCH) {
        for row in save::create(tx, saving, ids, object, part)? {
            row.map_err(first)?;
        }
    }
    // R-PKG-5: the latest upload that is released.
    let Some(latest) = new.iter().rev().find(|v| !v.beta) else {
        return Ok(());
    };
    let mut after = package.clone();
    after.set("sfLma__Latest_Version__c", latest.number.as_str());
    after.set("sfLma__Release_Date__c", bodies::day(&latest.release_date)?);
    only(save::rewrite(tx, saving, ids, vec![(package, after)])?).map(drop)
}

fn version_fields(
    object: &openlma_core::catalog::ObjectDef,
    package: &Record,
    version: &VersionBody,
    sequence: i64,
) -> Result<Fields> {
    #[expect(clippy::cast_precision_loss, reason = "a count of versions")]
    let sequence = sequence as f64;
    Ok(fields(
        object,
        [
            ("Name", Value::text(version.name.as_str())),
            ("sfLma__Package__c", package.id().into()),
            ("sfLma__Version__c", version.number.as_str().into()),
            ("sfLma__Version_Number__c", version.number.as_str().into()),
            (
                "sfLma__Version_ID__c",
                version.version_id.to_string().into(),
            ),
            ("sfLma__Is_Beta__c", version.beta.into()),
            (
                "sfLma__Release_Date__c",
                bodies::day(&version.release_date)?.into(),
            ),
            ("sfLma__Sequence__c", sequence.into()),
        ],
    ))
}

/// Fields by name, as the save path takes them.
pub(crate) fn fields(
    object: &openlma_core::catalog::ObjectDef,
    named: impl IntoIterator<Item = (&'static str, Value)>,
) -> Fields {
    named
        .into_iter()
        .filter_map(|(name, value)| Some((object.index_of(name)?, value)))
        .collect()
}

/// The one row of a batch of one, or the first of its errors.
pub(crate) fn only<T>(rows: Vec<save::RowResult<T>>) -> Result<T> {
    save::only(rows).map_err(first)
}

/// The first of a record's errors.
pub(crate) fn first(errors: Vec<Error>) -> Error {
    errors
        .into_iter()
        .next()
        .unwrap_or_else(|| Error::internal("an error without a reason"))
}
