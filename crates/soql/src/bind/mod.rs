//! The binder: tree + catalogue + permissions → plan.
//!
//! Names are looked up ignoring case. What the caller may not read answers exactly as if it did
//! not exist (R-SEC-1), wherever it stands. Nothing here may know SQL.

mod condition;
mod nearest;
mod scope;
mod select;
mod value;

use jiff::tz::TimeZone;
use openlma_core::access::FieldAccess;
use openlma_core::catalog::{Catalog, FieldType};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Result};

use crate::ast::{Nulls, OrderItem, Query, Select};
use crate::plan::{Order, Plan};
use scope::Scope;

/// How many keys ORDER BY may have.
const MAX_ORDER: usize = 32;

/// What a query means beside its text.
#[derive(Clone, Copy, Debug)]
pub struct BindContext<'a> {
    /// The one instant of the query; date literals count from its day.
    pub now: Timestamp,
    /// The org's time zone, in which days begin and end.
    pub zone: &'a TimeZone,
    /// Rows in the recycle bin take part too (queryAll).
    pub include_deleted: bool,
}

/// Binds a query to the objects and fields that the caller may read.
///
/// # Errors
/// With excerpt, row and column: `INVALID_TYPE` for an object and `INVALID_FIELD` for a field
/// that does not exist or may not be read, that cannot be filtered or sorted, or whose value is
/// of another type; `INVALID_QUERY_FILTER_OPERATOR` for an operator that the field does not take
/// and for a text that is no id; `MALFORMED_QUERY` for a path of more than 5 parents, for more
/// than 55 parents in all, 1,000 selected fields or 32 keys of ORDER BY.
pub fn bind(
    query: &Query,
    catalog: &Catalog,
    access: &dyn FieldAccess,
    context: &BindContext<'_>,
) -> Result<Plan> {
    let mut scope = Scope::open(query, catalog, access)?;
    let count = query.select == Select::Count;
    let select = match &query.select {
        Select::Count => Vec::new(),
        Select::Items(items) => scope.select(items)?,
    };
    let filter = match &query.filter {
        Some(expr) => Some(scope.condition(expr, context)?),
        None => None,
    };
    if let Some(item) = query.order.get(MAX_ORDER) {
        let message = format!("ORDER BY takes at most {MAX_ORDER} fields");
        return Err(scope.error(Code::MalformedQuery, item.path.at(), message));
    }
    let order = query
        .order
        .iter()
        .map(|item| scope.order(item))
        .collect::<Result<_>>()?;
    let (object, joins) = scope.close();
    Ok(Plan {
        object,
        joins,
        select,
        filter,
        order,
        limit: query.limit,
        offset: query.offset.unwrap_or(0),
        count,
        include_deleted: context.include_deleted,
    })
}

impl Scope<'_> {
    fn order(&mut self, item: &OrderItem) -> Result<Order> {
        let bound = self.resolve(&item.path)?;
        if !bound.all(FieldType::sortable) {
            let message = format!(
                "field '{}' can not be sorted in a query call",
                bound.field().name
            );
            return Err(self.error(Code::InvalidField, item.path.at(), message));
        }
        Ok(Order {
            column: self.column(&bound, &item.path)?,
            descending: item.descending,
            nulls_first: item.nulls != Some(Nulls::Last),
        })
    }
}
