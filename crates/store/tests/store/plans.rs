//! How the engines read a list: in its order by an index, however many rows there are.

use openlma_core::Result;
use openlma_core::access::SystemAccess;
use openlma_core::catalog::Catalog;
use openlma_core::time::zone;
use openlma_soql::{BindContext, compile};
use openlma_store::query::{Moment, statement};
use rstest::rstest;

use crate::support::{Engine, at, org};

/// The orders that lists of licenses take: those of the query language and those of the pages.
const ORDERS: [&str; 6] = [
    "",
    "NULLS LAST",
    "DESC",
    "DESC NULLS LAST",
    "ASC NULLS LAST, Id ASC",
    "DESC NULLS LAST, Id DESC",
];

/// The plan of a query, with PostgreSQL told that its tables are too large to be sorted.
fn plan(engine: Engine, soql: &str) -> String {
    let zone = zone("GMT").unwrap();
    let context = BindContext {
        now: at(0),
        zone: &zone,
        include_deleted: false,
    };
    let plan = compile(soql, Catalog::standard(), &SystemAccess, &context).unwrap();
    let moment = Moment {
        now: at(0),
        today: "2023-11-14".parse().unwrap(),
    };
    let rows = engine.open().read(move |tx| -> Result<_> {
        let (explain, settings) = match engine {
            Engine::Sqlite => ("EXPLAIN QUERY PLAN", &[][..]),
            Engine::Postgres => ("EXPLAIN", &["seqscan", "bitmapscan", "sort"][..]),
        };
        for setting in settings {
            tx.execute(&format!("SET LOCAL enable_{setting} = off"), &[])?;
        }
        let statement = statement(tx.dialect(), org(), &plan, moment);
        tx.query(&format!("{explain} {}", statement.sql), &statement.params)
    });
    let last = |mut row: openlma_store::Row| match engine {
        Engine::Sqlite => row.string(3),
        Engine::Postgres => row.string(0),
    };
    rows.into_iter().map(last).collect::<Vec<_>>().join("\n")
}

/// A page of licenses by expiration with a status costs the same with a thousand and with a
/// million of them.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_page_by_expiration_walks_an_index(#[case] engine: Engine) {
    for order in ORDERS {
        let soql = format!(
            "SELECT Id, Name FROM sfLma__License__c WHERE sfLma__Status__c = 'Active' \
             ORDER BY sfLma__Expiration__c {order} LIMIT 50"
        );
        let plan = plan(engine, &soql);
        let walks = plan.matches("licenses_status__f_expiration_idx").count();
        let whole_sort = "USE TEMP B-TREE FOR ORDER BY";
        match engine {
            Engine::Sqlite => {
                assert_eq!(walks, 1, "{order}: {plan}");
                assert!(!plan.contains(whole_sort), "{order}: {plan}");
            }
            // Two walks, of which each has at most a page; what is sorted is that.
            Engine::Postgres => {
                assert_eq!(walks, 2, "{order}: {plan}");
                let sorts = plan.matches("Sort  (").count();
                let by_day = plan.matches("Incremental Sort").count();
                assert_eq!(sorts - by_day, 1, "{order}: {plan}");
            }
        }
    }
}

/// Records by id are read by their key, in both directions.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_page_by_id_walks_the_key(#[case] engine: Engine) {
    for order in ["", "DESC", "NULLS LAST", "DESC NULLS LAST"] {
        let soql = format!("SELECT Id FROM sfLma__License__c ORDER BY Id {order} LIMIT 50");
        let plan = plan(engine, &soql);
        assert!(!plan.contains("Sort"), "{order}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{order}: {plan}");
    }
}
