//! SOQL, the query language: text → tokens → tree → plan.
//!
//! The lexer and the parser know no catalogue, the binder knows names, types and permissions,
//! the plan is plain data that `store` turns into SQL. Nothing here may know a database, read a
//! clock or hold a connection. The language that is parsed stands in `GRAMMAR.md`.

pub mod ast;
pub mod bind;
pub mod days;
pub mod escape;
pub mod eval;
mod lexer;
mod parser;
pub mod plan;
mod print;
pub mod source;
mod token;

use openlma_core::Result;
use openlma_core::access::FieldAccess;
use openlma_core::catalog::Catalog;

pub use bind::{BindContext, bind};
pub use parser::parse;
pub use plan::{Column, CompareOp, Condition, Join, Order, Output, Plan, Role};

/// Parses and binds a query.
///
/// # Errors
/// Those of [`parse`] and of [`bind()`].
pub fn compile(
    text: &str,
    catalog: &Catalog,
    access: &dyn FieldAccess,
    context: &BindContext<'_>,
) -> Result<Plan> {
    bind(&parse(text)?, catalog, access, context)
}
