//! SOQL, the query language: text → tokens → tree → plan.
//!
//! The lexer and the parser know no catalogue, the binder knows names, types and permissions,
//! the plan is plain data that `store` turns into SQL. Nothing here may know a database, read a
//! clock or hold a connection.

pub mod plan;

pub use plan::{Column, CompareOp, Condition, Join, Order, Output, Plan, Role};
