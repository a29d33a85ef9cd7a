//! The store on SQLite and on PostgreSQL: what works on one of them only is a defect.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod custom_fields;
mod doors;
mod exec;
mod exec_postgres;
mod feed;
mod idempotency;
mod messages;
mod migrations;
mod plans;
mod query;
mod query_properties;
mod random_queries;
mod records;
mod schema;
mod statements;
mod support;
