//! Every statement is prepared on both engines: what compile-time checking would do.

use openlma_store::sql;

use crate::support::Engine;

type Shape = Result<(usize, usize), String>;

fn shapes(engine: Engine) -> Vec<(String, Shape)> {
    engine.open().read(|tx| {
        let statements = sql::all(tx.dialect()).into_iter();
        Ok(statements
            .map(|(module, name, text)| (format!("{module}::{name}"), tx.prepare_only(&text)))
            .collect())
    })
}

#[test]
fn every_statement_prepares_alike_on_sqlite_and_postgres() {
    let (sqlite, postgres) = (shapes(Engine::Sqlite), shapes(Engine::Postgres));
    assert!(sqlite.len() > 150, "{}", sqlite.len());
    assert_eq!(sqlite.len(), postgres.len());
    for ((name, a), (_, b)) in sqlite.iter().zip(&postgres) {
        assert!(a.is_ok(), "{name} on SQLite: {a:?}");
        assert_eq!(a, b, "{name}: parameters and columns");
    }
}
