//! Custom fields: definitions, values, and what is unique.

use std::collections::BTreeSet;
use std::sync::Arc;

use openlma_core::access::SystemAccess;
use openlma_core::catalog::{Catalog, CustomField, ObjectDef};
use openlma_core::time::zone;
use openlma_core::{Code, Id, Record, Result, Value};
use openlma_soql::{BindContext, compile};
use openlma_store::custom_fields;
use openlma_store::query::{self, Moment};
use openlma_store::records::{self, Lock};
use rstest::rstest;

use crate::support::{Db, Engine, at, id, org};

fn definitions() -> Vec<CustomField> {
    let json = serde_json::json!([
        { "object": "Lead", "name": "Code__c", "label": "Code", "type": "text", "length": 40,
          "unique": true },
        { "object": "Lead", "name": "Number__c", "label": "Number", "type": "number",
          "precision": 18, "scale": 6, "external_id": true },
        { "object": "Lead", "name": "Day__c", "label": "Day", "type": "date", "indexed": true },
        { "object": "Lead", "name": "Instant__c", "label": "Instant", "type": "datetime" },
        { "object": "Lead", "name": "Tick__c", "label": "Tick", "type": "checkbox" },
        { "object": "Lead", "name": "Choice__c", "label": "Choice", "type": "picklist",
          "values": ["One", "Two"] },
        { "object": "Lead", "name": "Plain__c", "label": "Plain", "type": "number",
          "precision": 18, "scale": 6 },
    ]);
    serde_json::from_value(json).unwrap()
}

fn object() -> Arc<ObjectDef> {
    let catalog = Catalog::standard().with_custom(&definitions());
    Arc::clone(catalog.known("Lead"))
}

fn lead(n: u64, code: &str) -> Record {
    let mut record = Record::with_defaults(&object());
    record.set("Id", id("00Q", n));
    record.set("Code__c", code);
    record
}

fn insert(db: &Db, org: Id, records: Vec<Record>) -> Result<(), Code> {
    let done = db
        .store
        .write_blocking(move |tx| records::insert(tx, org, &records));
    done.map_err(|e| e.code)
}

fn update(db: &Db, records: Vec<Record>, field: &str) -> Result<(), Code> {
    let changed: BTreeSet<usize> = object().index_of(field).into_iter().collect();
    let done = db
        .store
        .write_blocking(move |tx| records::update(tx, org(), &records, &changed));
    done.map_err(|e| e.code)
}

fn set_deleted(db: &Db, n: u64, deleted: bool) -> Result<u64, Code> {
    let done = db.store.write_blocking(move |tx| {
        records::set_deleted(
            tx,
            org(),
            &object(),
            &[id("00Q", n)],
            deleted,
            id("005", 1),
            at(0),
        )
    });
    done.map_err(|e| e.code)
}

fn find(db: &Db, field: &'static str, value: impl Into<Value>) -> Vec<Id> {
    let value = value.into();
    let found = db.read(move |tx| {
        let values = std::slice::from_ref(&value);
        records::load_by(tx, org(), &object(), field, values, Lock::No)
    });
    found.iter().filter_map(Record::id).collect()
}

/// R-AUT-7: definitions are kept, oldest first, one of a name.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_aut_7_definitions_are_kept(#[case] engine: Engine) {
    let db = engine.open();
    for (n, field) in definitions().into_iter().enumerate() {
        let now = at(i64::try_from(n).unwrap());
        db.write(move |tx| custom_fields::define(tx, org(), &field, now));
    }
    assert_eq!(db.read(|tx| custom_fields::list(tx, org())), definitions());
    assert_eq!(db.read(|tx| custom_fields::list(tx, id("00D", 2))), []);
    let again = CustomField {
        name: "CODE__c".into(),
        ..definitions().swap_remove(0)
    };
    let outcome = db
        .store
        .write_blocking(move |tx| custom_fields::define(tx, org(), &again, at(9)));
    assert_eq!(outcome.map_err(|e| e.code), Err(Code::DuplicateValue));
}

/// R-AUT-7: every type of value comes back as it was.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_aut_7_values_come_back(#[case] engine: Engine) {
    let db = engine.open();
    let mut record = lead(1, "Ünïque 🦀 \"'\\ ?1");
    record.set("Number__c", 0.1 + 0.2);
    record.set("Day__c", Value::Date("1999-12-31".parse().unwrap()));
    record.set("Instant__c", at(-5));
    record.set("Tick__c", true);
    record.set("Choice__c", "Two");
    let empty = lead(2, "");
    for record in [record, empty] {
        let (key, wanted) = (record.id().unwrap(), record.values().to_vec());
        assert_eq!(insert(&db, org(), vec![record]), Ok(()));
        let got = db.read(move |tx| records::load_one(tx, org(), &object(), key, Lock::No));
        assert_eq!(got.unwrap().values(), wanted);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn an_external_id_finds_its_record(#[case] engine: Engine) {
    let db = engine.open();
    let mut one = lead(1, "ÄB");
    one.set("Number__c", -0.0);
    let mut two = lead(2, "other");
    two.set("Number__c", 1e15);
    assert_eq!(insert(&db, org(), vec![one.clone(), two]), Ok(()));
    assert_eq!(find(&db, "Code__c", "äb"), [id("00Q", 1)]);
    assert_eq!(find(&db, "Number__c", 0.0), [id("00Q", 1)]);
    assert_eq!(
        find(&db, "Number__c", 1_000_000_000_000_000_i64),
        [id("00Q", 2)]
    );
    one.set("Number__c", 7.5);
    assert_eq!(update(&db, vec![one], "Number__c"), Ok(()));
    assert_eq!(find(&db, "Number__c", 0.0), []);
    assert_eq!(find(&db, "Number__c", 7.5), [id("00Q", 1)]);
}

/// R-AUT-7: unique in the org, without regard to case, among the living.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_aut_7_unique_values_are_unique(#[case] engine: Engine) {
    let db = engine.open();
    let taken = Err(Code::DuplicateValue);
    assert_eq!(
        insert(
            &db,
            org(),
            vec![lead(1, "a"), lead(2, "b"), lead(3, ""), lead(4, "")]
        ),
        Ok(())
    );
    assert_eq!(insert(&db, org(), vec![lead(5, "A")]), taken);
    assert_eq!(insert(&db, org(), vec![lead(5, "x"), lead(6, "X")]), taken);
    assert_eq!(insert(&db, id("00D", 2), vec![lead(5, "A")]), Ok(()));
    assert_eq!(update(&db, vec![lead(2, "A")], "Code__c"), taken);
    // Swapped within one save.
    assert_eq!(
        update(&db, vec![lead(1, "b"), lead(2, "a")], "Code__c"),
        Ok(())
    );
    assert_eq!(find(&db, "Code__c", "a"), [id("00Q", 2)]);
    // In the recycle bin it holds nothing; it comes back only if the value is still free.
    assert_eq!(set_deleted(&db, 2, true), Ok(1));
    assert_eq!(set_deleted(&db, 2, false), Ok(1));
    assert_eq!(set_deleted(&db, 2, true), Ok(1));
    assert_eq!(insert(&db, org(), vec![lead(7, "a")]), Ok(()));
    assert_eq!(set_deleted(&db, 2, false), taken.map(|()| 0));
    let removed = db.write(|tx| records::remove(tx, org(), &object(), id("00Q", 7)));
    assert_eq!(removed, 1);
    assert_eq!(set_deleted(&db, 2, false), Ok(1));
}

/// Numbers of up to eighteen digits come back to the last bit, and are found by it.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn numbers_keep_their_last_bit(#[case] engine: Engine) {
    let db = engine.place().with(|o| o.rehearse = false).open();
    let mut state = 88_172_645_463_325_252_u64;
    let leads: Vec<Record> = (1..=1000)
        .map(|n| {
            // Xorshift: any digits will do.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let digits = state % 1_000_000_000_000_000_000;
            let text = format!("{}.{:06}", digits / 1_000_000, digits % 1_000_000);
            let mut lead = lead(n, "");
            let number: f64 = text.parse().unwrap();
            lead.set("Number__c", number);
            lead.set("Plain__c", number);
            lead
        })
        .collect();
    let values = |leads: &[Record]| {
        let mut values: Vec<f64> = leads
            .iter()
            .filter_map(|l| l.get("Number__c").as_number())
            .collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let ids: Vec<Id> = leads.iter().filter_map(Record::id).collect();
    let wanted = values(&leads);
    assert_eq!(insert(&db, org(), leads), Ok(()));
    let loaded = db.read(move |tx| records::load(tx, org(), &object(), &ids, Lock::No));
    assert!(values(&loaded) == wanted, "other numbers than were stored");
    let catalog = Catalog::standard().with_custom(&definitions());
    let zone = zone("GMT").unwrap();
    let context = BindContext {
        now: at(0),
        zone: &zone,
        include_deleted: false,
    };
    for number in wanted.iter().step_by(20) {
        for field in ["Number__c", "Plain__c"] {
            let soql = format!("SELECT COUNT() FROM Lead WHERE {field} = {number}");
            let plan = compile(&soql, &catalog, &SystemAccess, &context).unwrap();
            let today = "2026-03-01".parse().unwrap();
            let moment = Moment { now: at(0), today };
            let found = db.read(move |tx| query::run(tx, org(), &plan, moment));
            assert_eq!(found.total, 1, "{soql}");
        }
    }
}
