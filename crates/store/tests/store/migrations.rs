//! The ledger of migrations: an unknown or an edited one stops the start.

use openlma_core::Code;
use openlma_store::Store;
use rstest::rstest;

use crate::support::Engine;

/// Opens a database, does `tampering` to it, and opens it again.
fn reopen(engine: Engine, tampering: &'static str) -> Option<Code> {
    let place = engine.place();
    let store = Store::open(&place.options).unwrap();
    store
        .write_blocking(move |tx| tx.execute(tampering, &[]))
        .unwrap();
    drop(store);
    Store::open(&place.options).err().map(|e| e.code)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn an_untouched_database_opens_again(#[case] engine: Engine) {
    assert_eq!(reopen(engine, "UPDATE migrations SET sum = sum"), None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn an_unknown_migration_stops_the_start(#[case] engine: Engine) {
    let tampering = "INSERT INTO migrations (name, sum) VALUES ('9999_of_a_newer_version', 'x')";
    assert_eq!(reopen(engine, tampering), Some(Code::InvalidOperation));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn an_edited_migration_stops_the_start(#[case] engine: Engine) {
    let tampering = "UPDATE migrations SET sum = 'x' WHERE name LIKE '0001%'";
    assert_eq!(reopen(engine, tampering), Some(Code::InvalidOperation));
}
