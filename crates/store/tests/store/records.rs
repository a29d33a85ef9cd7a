//! Records in and out, by the catalogue.

use std::collections::BTreeSet;
use std::sync::Arc;

use openlma_core::catalog::{Catalog, FieldDef, FieldType, ObjectDef, Storage, names};
use openlma_core::time::from_micros;
use openlma_core::{Code, Record, Value};
use openlma_store::records::{self, Lock};
use rstest::rstest;

use crate::support::{Engine, at, fresh, id, org};

/// Some value of the field's type; other ones for another `turn`.
pub(crate) fn sample(field: &FieldDef, turn: usize) -> Value {
    let texts = [
        "Ünïcode 🦀 '; DROP \"x\" -- ?1 $1 \\ % _".to_owned(),
        "lang ".repeat(6000),
        "X".to_owned(),
    ];
    let n = i64::try_from(turn).unwrap();
    match &field.ty {
        FieldType::Id => Value::Null,
        FieldType::Reference { .. } => id("005", turn as u64).into(),
        FieldType::Boolean => Value::Bool(turn.is_multiple_of(2)),
        FieldType::Int(_) => Value::Int([-7, 99_999_999, 0][turn % 3] + n),
        FieldType::Double(..) | FieldType::Currency(..) | FieldType::Percent(..) => {
            Value::Number([-0.1, 123_456_789_012.25, 5.0][turn % 3])
        }
        FieldType::Date => Value::Date(
            ["1700-01-01", "2024-02-29", "4000-12-31"][turn % 3]
                .parse()
                .unwrap(),
        ),
        FieldType::DateTime => {
            Value::DateTime(from_micros([-1, 1_700_000_000_123_456, 0][turn % 3]))
        }
        _ => Value::Text(texts[turn % 3].clone()),
    }
}

fn filled(object: &Arc<ObjectDef>, key: openlma_core::Id, turn: usize) -> Record {
    let mut record = Record::empty(object);
    for (i, field) in object.fields().iter().enumerate() {
        if field.stored() {
            record.set_at(i, sample(field, turn + i));
        }
    }
    record.set("Id", key);
    record
}

fn stored(object: &ObjectDef) -> BTreeSet<usize> {
    (0..object.fields().len())
        .filter(|i| object.fields()[*i].stored())
        .collect()
}

fn tables() -> impl Iterator<Item = &'static Arc<ObjectDef>> {
    Catalog::standard()
        .objects()
        .iter()
        .filter(|o| o.storage != Storage::View && o.prefix.is_some())
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn every_field_of_every_object_survives_insert_and_update(#[case] engine: Engine) {
    let db = engine.open();
    for object in tables() {
        let key = fresh(object.prefix.unwrap());
        for (turn, sql) in ["insert", "update", "update"].into_iter().enumerate() {
            let record = filled(object, key, turn);
            let wanted = record.values().to_vec();
            let got = db.write(move |tx| {
                let records = std::slice::from_ref(&record);
                match sql {
                    "insert" => records::insert(tx, org(), records)?,
                    _ => records::update(tx, org(), records, &stored(object))?,
                }
                records::load_one(tx, org(), object, key, Lock::Rows)
            });
            let got = got.unwrap();
            assert_eq!(got.values(), wanted, "{} after {sql}", object.name);
        }
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn nothing_stays_nothing(#[case] engine: Engine) {
    let db = engine.open();
    for object in tables() {
        let key = fresh(object.prefix.unwrap());
        let mut empty = Record::empty(object);
        empty.set("Id", key);
        let mut wanted = empty.clone();
        for (i, field) in object.fields().iter().enumerate() {
            if field.stored() && field.ty == FieldType::Boolean {
                wanted.set_at(i, Value::Bool(false));
            }
        }
        // Null on insert, and null again after there was something.
        let got = db.write(move |tx| {
            records::insert(tx, org(), std::slice::from_ref(&empty))?;
            let inserted = records::load_one(tx, org(), object, key, Lock::No)?;
            records::update(tx, org(), &[filled(object, key, 1)], &stored(object))?;
            records::update(tx, org(), std::slice::from_ref(&empty), &stored(object))?;
            let updated = records::load_one(tx, org(), object, key, Lock::No)?;
            Ok([inserted, updated].map(Option::unwrap))
        });
        assert_eq!(got[0].values(), wanted.values(), "{}", object.name);
        assert_eq!(got[1].values(), wanted.values(), "{}", object.name);
    }
}

fn lead(n: u64, company: &str) -> Record {
    let object = Catalog::standard().known(names::LEAD);
    let mut record = Record::with_defaults(object);
    record.set("Id", id("00Q", n));
    record.set("LastName", format!("Name {n}"));
    record.set("Company", company);
    record.set("NumberOfEmployees", i64::try_from(n).unwrap());
    record
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn sets_of_any_size_are_written_and_read(#[case] engine: Engine) {
    let db = engine.open();
    let object = Catalog::standard().known(names::LEAD);
    let mut begin = 1;
    for size in [1_u64, 2, 3, 5, 17, 64, 65, 151] {
        let records: Vec<Record> = (begin..begin + size).map(|n| lead(n, "Éxample")).collect();
        let ids: Vec<_> = records.iter().filter_map(Record::id).collect();
        let changed: BTreeSet<usize> = object.index_of("Company").into_iter().collect();
        let (loaded, other_org) = db.write(move |tx| {
            records::insert(tx, org(), &records)?;
            let mut records = records.clone();
            for record in &mut records {
                record.set("Company", "éXAMPLE two");
                // Not among the changed fields.
                record.set("LastName", "changed");
            }
            records::update(tx, org(), &records, &changed)?;
            let loaded = records::load(tx, org(), object, &ids, Lock::Rows)?;
            let other = records::load(tx, id("00D", 2), object, &ids, Lock::No)?;
            Ok((loaded, other.len()))
        });
        assert_eq!((loaded.len() as u64, other_org), (size, 0));
        for record in &loaded {
            assert_eq!(record.get("Company"), &Value::from("éXAMPLE two"));
            assert_ne!(record.get("LastName"), &Value::from("changed"));
        }
        begin += size;
    }
    let by_company = db.read(move |tx| {
        records::load_by(
            tx,
            org(),
            object,
            "company",
            &["ÉXAMPLE TWO".into()],
            Lock::No,
        )
    });
    assert_eq!(by_company.len() as u64, begin - 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn the_recycle_bin_hides_and_gives_back(#[case] engine: Engine) {
    let db = engine.open();
    let object = Catalog::standard().known(names::LEAD);
    let all: Vec<_> = (1..=70).map(|n| id("00Q", n)).collect();
    let ids = all.clone();
    let counts = db.write(move |tx| {
        let leads: Vec<_> = (1..=70).map(|n| lead(n, "C")).collect();
        records::insert(tx, org(), &leads)?;
        let by = id("005", 9);
        let first = records::set_deleted(tx, org(), object, &ids[..66], true, by, at(1))?;
        let again = records::set_deleted(tx, org(), object, &ids[..66], true, by, at(2))?;
        let live = records::existing(tx, org(), object, &ids)?.len();
        let back = records::set_deleted(tx, org(), object, &ids[..1], false, by, at(3))?;
        let gone = records::remove(tx, org(), object, ids[1])?;
        let loaded = records::load(tx, org(), object, &ids, Lock::No)?.len();
        Ok((first, again, live, back, gone, loaded))
    });
    assert_eq!(counts, (66, 0, 4, 1, 1, 69));
    let (restored, live) = db.read(move |tx| {
        let restored = records::load_one(tx, org(), object, all[0], Lock::No)?.unwrap();
        Ok((restored, records::existing(tx, org(), object, &all)?.len()))
    });
    assert_eq!(restored.get("IsDeleted"), &Value::Bool(false));
    assert_eq!(restored.get("LastModifiedDate"), &Value::from(at(3)));
    assert_eq!(restored.get("LastModifiedById"), &Value::from(id("005", 9)));
    assert_eq!(live, 5);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn children_are_found_through_their_look_up(#[case] engine: Engine) {
    let db = engine.open();
    let object = Catalog::standard().known(names::LICENSE);
    let look_up = object.field("sfLma__Lead__c").unwrap();
    let (mut found, detached) = db.write(move |tx| {
        let mut licenses = Vec::new();
        for n in 1..=6 {
            let mut license = Record::with_defaults(object);
            license.set("Id", id("a0L", n));
            license.set("sfLma__Lead__c", id("00Q", n % 3));
            license.set("IsDeleted", n == 6);
            licenses.push(license);
        }
        records::insert(tx, org(), &licenses)?;
        let parents = [id("00Q", 0), id("00Q", 1), id("00Q", 7)];
        let found = records::children(tx, org(), object, look_up, &parents)?;
        records::detach(tx, org(), object, look_up, &parents, id("005", 9), at(7))?;
        let detached = records::load(tx, org(), object, &found, Lock::No)?;
        let others = records::children(tx, org(), object, look_up, &[id("00Q", 2)])?;
        assert_eq!(others.len(), 2);
        Ok((found, detached))
    });
    found.sort_unstable();
    assert_eq!(found, [1, 3, 4].map(|n| id("a0L", n)));
    for license in detached {
        assert!(license.get("sfLma__Lead__c").is_null());
        assert_eq!(license.get("LastModifiedById"), &Value::from(id("005", 9)));
        assert_eq!(license.get("SystemModstamp"), &Value::from(at(7)));
    }
}

/// One license for each subscriber's copy, deleted ones aside.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_unique_field_is_unique_in_its_org_among_the_living(#[case] engine: Engine) {
    let db = engine.open();
    let object = Catalog::standard().known(names::LICENSE);
    let insert = move |org, n, copy: &'static str| {
        db.store.write_blocking(move |tx| {
            let mut license = Record::with_defaults(object);
            license.set("Id", id("a0L", n));
            license.set("sfLma__Package_License_ID__c", copy);
            records::insert(tx, org, &[license])?;
            let by = id("005", 1);
            let deleted = n == 1;
            records::set_deleted(tx, org, object, &[id("a0L", n)], deleted, by, at(1))
        })
    };
    let copy = "050000000000001";
    assert!(insert(org(), 1, copy).is_ok() && insert(org(), 2, copy).is_ok());
    let error = insert(org(), 3, copy).unwrap_err();
    assert_eq!(error.code, Code::DuplicateValue);
    let constraint = Some("licenses_package_license_id__f_key");
    assert_eq!(error.internal.as_deref(), constraint);
    let error = insert(org(), 2, "").unwrap_err();
    assert_eq!(error.internal.as_deref(), Some("licenses_pkey"));
    assert!(insert(id("00D", 2), 3, copy).is_ok());
}

/// R-LIC-1: numbers of licenses are never given twice.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn numbers_are_taken_once(#[case] engine: Engine) {
    let db = engine.open();
    let mut firsts = Vec::new();
    std::thread::scope(|s| {
        let takers: Vec<_> = (1..=20)
            .map(|_| s.spawn(|| db.write(|tx| records::take_numbers(tx, org(), "license", 3))))
            .collect();
        firsts.extend(takers.into_iter().map(|t| t.join().unwrap()));
    });
    firsts.sort_unstable();
    assert_eq!(firsts, (0..20).map(|n| n * 3 + 1).collect::<Vec<_>>());
    assert_eq!(
        db.write(|tx| records::take_numbers(tx, org(), "other", 1)),
        1
    );
}
