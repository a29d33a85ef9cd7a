//! The migrated databases are what is declared, and what is declared keeps to the rules of the
//! house.

use std::collections::{BTreeMap, BTreeSet};

use openlma_store::schema::{ColumnType, Table, tables, views};
use openlma_store::{Row, Tx};
use rstest::rstest;

use crate::support::{Db, Engine};

/// Columns with type and "may be null", primary key, indexes with columns and uniqueness.
#[derive(Debug, Default, PartialEq)]
struct Shape {
    columns: BTreeMap<String, (String, bool)>,
    key: Vec<String>,
    indexes: BTreeMap<String, (Vec<String>, bool)>,
}

fn type_of(engine: Engine, ty: ColumnType) -> &'static str {
    match (engine, ty) {
        (Engine::Sqlite, ColumnType::Text) => "TEXT",
        (Engine::Sqlite, ColumnType::Int | ColumnType::Bool) => "INTEGER",
        (Engine::Sqlite, ColumnType::Real) => "REAL",
        // Compared bytewise, whatever the database's collation.
        (Engine::Postgres, ColumnType::Text) => "text C",
        (Engine::Postgres, ColumnType::Int) => "bigint",
        (Engine::Postgres, ColumnType::Bool) => "boolean",
        (Engine::Postgres, ColumnType::Real) => "double precision",
    }
}

fn declared(engine: Engine) -> BTreeMap<String, Shape> {
    let shape = |table: &Table| {
        let mut shape = Shape {
            key: table.primary_key.clone(),
            ..Shape::default()
        };
        let mut column = |name: &str, ty, nullable| {
            let ty = type_of(engine, ty).to_owned();
            shape.columns.insert(name.to_owned(), (ty, nullable));
        };
        for c in &table.columns {
            column(&c.name, c.ty, c.nullable);
        }
        if table.primary_key.is_empty() {
            column("seq", ColumnType::Int, false);
            shape.key.push("seq".into());
        }
        for i in &table.indexes {
            let index = (i.columns.clone(), i.unique);
            shape.indexes.insert(i.name.clone(), index);
        }
        shape
    };
    tables()
        .iter()
        .map(|t| (t.name.clone(), shape(t)))
        .collect()
}

const SQLITE_COLUMNS: &str = "SELECT m.name, c.name, c.type, c.\"notnull\" = 0 AND c.pk = 0 \
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";
const SQLITE_KEYS: &str = "SELECT m.name, m.name, c.name FROM sqlite_schema m \
    JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0 ORDER BY m.name, c.pk";
const SQLITE_INDEXES: &str = "SELECT m.tbl_name, m.name, c.name, l.\"unique\" FROM sqlite_schema m \
    JOIN pragma_index_list(m.tbl_name) l ON l.name = m.name JOIN pragma_index_info(m.name) c \
    WHERE m.type = 'index' AND m.sql IS NOT NULL ORDER BY m.name, c.seqno";
const POSTGRES_COLUMNS: &str = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), \
    data_type || COALESCE(' ' || collation_name, ''), is_nullable = 'YES' \
    FROM information_schema.columns WHERE table_schema = 'public' \
    AND table_name NOT IN (SELECT viewname FROM pg_views WHERE schemaname = 'public')";
const POSTGRES_KEYS: &str = "SELECT CAST(t.relname AS TEXT), CAST(i.relname AS TEXT), \
    CAST(a.attname AS TEXT), x.indisunique FROM pg_index x \
    JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' \
    CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY k(col, nr) \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.col \
    WHERE x.indisprimary ORDER BY t.relname, k.nr";

fn names(row: &mut Row) -> (String, String, String) {
    (row.string(0), row.string(1), row.string(2))
}

fn rows(db: &Db, sql: impl Into<String>) -> Vec<Row> {
    let sql = sql.into();
    db.read(move |tx: &mut Tx<'_>| tx.query(&sql, &[]))
}

fn migrated(engine: Engine) -> BTreeMap<String, Shape> {
    let db = engine.open();
    let (columns, keys, indexes) = match engine {
        Engine::Sqlite => (SQLITE_COLUMNS, SQLITE_KEYS, SQLITE_INDEXES.to_owned()),
        Engine::Postgres => {
            let indexes = POSTGRES_KEYS.replace("WHERE x.indisprimary", "WHERE NOT x.indisprimary");
            (POSTGRES_COLUMNS, POSTGRES_KEYS, indexes)
        }
    };
    let mut shapes: BTreeMap<String, Shape> = BTreeMap::new();
    for mut row in rows(&db, columns) {
        let nullable = row.bool(3);
        let (table, column, ty) = names(&mut row);
        let shape = shapes.entry(table).or_default();
        shape.columns.insert(column, (ty, nullable));
    }
    for mut row in rows(&db, keys) {
        let (table, _, column) = names(&mut row);
        shapes.entry(table).or_default().key.push(column);
    }
    for mut row in rows(&db, indexes) {
        let unique = row.bool(3);
        let (table, index, column) = names(&mut row);
        let indexes = &mut shapes.entry(table).or_default().indexes;
        let index = indexes.entry(index).or_insert((Vec::new(), unique));
        index.0.push(column);
    }
    shapes.retain(|name, _| name != "migrations" && !name.starts_with("sqlite_"));
    shapes
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn the_migrated_schema_is_what_the_catalogue_says(#[case] engine: Engine) {
    let (is, wanted) = (migrated(engine), declared(engine));
    assert_eq!(
        is.keys().collect::<Vec<_>>(),
        wanted.keys().collect::<Vec<_>>()
    );
    for (name, shape) in &wanted {
        assert_eq!(&is[name], shape, "{name}");
    }
}

#[rstest]
#[case::sqlite(
    Engine::Sqlite,
    "SELECT COUNT(*) FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name)"
)]
#[case::postgres(
    Engine::Postgres,
    "SELECT COUNT(*) FROM pg_constraint WHERE contype = 'f'"
)]
fn no_foreign_key_ties_orgs_together(#[case] engine: Engine, #[case] sql: &'static str) {
    assert_eq!(engine.open().number(sql), 0);
}

/// R-ORG-5: what is no directory belongs to one org, and is found by it.
#[test]
fn r_org_5_keys_lead_with_the_org() {
    for table in tables().iter().filter(|t| !t.directory) {
        assert_eq!(table.primary_key[0], "org_id", "{}", table.name);
        for index in table.indexes.iter().filter(|i| i.unique) {
            assert_eq!(index.columns[0], "org_id", "{}", index.name);
        }
    }
}

#[test]
fn names_are_unique_and_fit_postgres() {
    let tables = tables();
    let indexes = tables.iter().flat_map(|t| &t.indexes).map(|i| &i.name);
    let mut seen = BTreeSet::new();
    for name in tables.iter().map(|t| &t.name).chain(indexes) {
        assert!(name.len() <= 63, "{name}");
        assert!(seen.insert(name), "{name} is there twice");
    }
}

#[test]
fn the_snapshot_of_the_migrations_is_current() {
    let text = include_str!("../../migrations/schema.json");
    let written: serde_json::Value = serde_json::from_str(text).unwrap();
    let current = serde_json::json!({ "tables": tables(), "views": views() });
    assert!(written == current, "run `cargo xtask schema`");
}
