//! Random rows, random plans: SQLite, PostgreSQL and the evaluator in memory agree.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use openlma_core::catalog::{Source, names};
use openlma_core::fold::fold;
use openlma_core::rules;
use openlma_core::time::zone;
use openlma_core::{Id, Record, Value};
use openlma_soql::{Column, Plan, eval};
use openlma_store::query::{self, Moment};
use openlma_store::records;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::random_queries::{LEAD_FIELDS, LICENSE_FIELDS, catalog, now, plan, record, today};
use crate::support::{Db, Engine, id};

fn read(license: &Record, leads: &HashMap<Id, Record>, column: &Column) -> Value {
    let Column::Field { source, field } = column else {
        return Value::Null;
    };
    let record = match source {
        0 => Some(license),
        _ => license
            .get("sfLma__Lead__c")
            .as_id()
            .and_then(|id| leads.get(&id)),
    };
    let Some(record) = record else {
        return Value::Null;
    };
    match record.object().fields()[*field].source {
        Source::Derived(what) => rules::derived(record, what, &zone("GMT").unwrap(), now()),
        _ => record.at(*field).clone(),
    }
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => fold(a).cmp(&fold(b)),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        (Value::Id(a), Value::Id(b)) => a.cmp(b),
        _ => a.as_number().partial_cmp(&b.as_number()).unwrap(),
    }
}

/// What the plan finds, worked out in memory.
fn expected(plan: &Plan, licenses: &[Record], leads: &HashMap<Id, Record>) -> Vec<Id> {
    let mut found: Vec<&Record> = licenses
        .iter()
        .filter(|l| {
            let get = |column: &Column| read(l, leads, column);
            plan.filter.as_ref().is_none_or(|f| eval::matches(f, &get))
        })
        .collect();
    found.sort_by(|a, b| {
        for order in &plan.order {
            let (x, y) = (read(a, leads, &order.column), read(b, leads, &order.column));
            let nulls = if order.nulls_first {
                Ordering::Less
            } else {
                Ordering::Greater
            };
            let so = match (x.is_null(), y.is_null()) {
                (true, true) => Ordering::Equal,
                (true, false) => nulls,
                (false, true) => nulls.reverse(),
                (false, false) if order.descending => compare(&y, &x),
                (false, false) => compare(&x, &y),
            };
            if so != Ordering::Equal {
                return so;
            }
        }
        a.id().cmp(&b.id())
    });
    let limit = plan.limit.map_or(usize::MAX, |n| n as usize);
    let window = found.into_iter().skip(plan.offset as usize).take(limit);
    window.filter_map(Record::id).collect()
}

fn ask(db: &Db, org: Id, plan: &Plan) -> (u64, Vec<Id>) {
    let plan = plan.clone();
    let moment = Moment {
        now: now(),
        today: today(),
    };
    let answer = db.read(move |tx| query::run(tx, org, &plan, moment));
    let ids = answer.rows.iter().filter_map(|row| row[0].as_id());
    (answer.total, ids.collect())
}

fn numbered(records: Vec<Record>, prefix: &str) -> Vec<Record> {
    let number = |(n, mut record): (usize, Record)| {
        record.set("Id", id(prefix, n as u64));
        record
    };
    records.into_iter().enumerate().map(number).collect()
}

/// A query means the same wherever it runs.
#[test]
fn sqlite_postgres_and_memory_answer_alike() {
    let dbs = [Engine::Sqlite, Engine::Postgres]
        .map(|engine| engine.place().with(|o| o.rehearse = false).open());
    let catalog = catalog();
    let rows = (
        prop::collection::vec(record(&catalog, names::LEAD, &LEAD_FIELDS), 0..6),
        prop::collection::vec(record(&catalog, names::LICENSE, &LICENSE_FIELDS), 0..9),
        prop::collection::vec(plan(&catalog), 8),
    );
    let orgs = AtomicU64::new(100);
    let config = Config {
        cases: 80,
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(&rows, |(leads, licenses, plans)| {
        let (leads, licenses) = (numbered(leads, "00Q"), numbered(licenses, "a0L"));
        let org = id("00D", orgs.fetch_add(1, Relaxed));
        for db in &dbs {
            let (leads, licenses) = (leads.clone(), licenses.clone());
            db.write(move |tx| {
                records::insert(tx, org, &leads)?;
                records::insert(tx, org, &licenses)
            });
        }
        let by_id = leads.iter().map(|l| (l.id().unwrap(), l.clone())).collect();
        for plan in &plans {
            let wanted = expected(plan, &licenses, &by_id);
            for (db, name) in dbs.iter().zip(["SQLite", "PostgreSQL"]) {
                let (total, ids) = ask(db, org, plan);
                prop_assert_eq!(total, wanted.len() as u64, "{}: {:?}", name, plan.filter);
                if !plan.count {
                    prop_assert_eq!(
                        &ids,
                        &wanted,
                        "{}: {:?} {:?}",
                        name,
                        plan.filter,
                        plan.order
                    );
                }
            }
        }
        Ok(())
    });
    run.unwrap();
}
