//! From a plan of the query language to one SQL statement. Values are always parameters.

mod column;
mod condition;
mod order;

use std::fmt::Write as _;

use openlma_core::time::{Date, Timestamp};
use openlma_core::{Code, Error, Id, Result, Value};
use openlma_soql::Plan;

use crate::dialect::Dialect;
use crate::tx::Tx;
use crate::value::Val;
use column::Form;

/// Most rows of one answer.
pub const MAX_ROWS: u32 = 2000;

/// The moment a query sees: one for all its parts.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The instant.
    pub now: Timestamp,
    /// The day of the org's zone at that instant.
    pub today: Date,
}

/// Rows of a query: values in the order of the plan's outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Number of rows; for `COUNT()` the count itself.
    pub total: u64,
    /// The rows; none for `COUNT()`.
    pub rows: Vec<Vec<Value>>,
}

/// Runs a plan over the records of an org.
///
/// # Errors
/// `EXCEEDED_ID_LIMIT`, when there are more than [`MAX_ROWS`] rows and no LIMIT keeps below it.
pub fn run(tx: &mut Tx<'_>, org: Id, plan: &Plan, moment: Moment) -> Result<Answer> {
    let statement = statement(tx.dialect(), org, plan, moment);
    let rows = tx.query(&statement.sql, &statement.params)?;
    if plan.count {
        let total = rows.first().map_or(0, |r| r.number(0));
        return Ok(Answer {
            total: u64::try_from(total).unwrap_or(0),
            rows: Vec::new(),
        });
    }
    if rows.len() > MAX_ROWS as usize {
        return Err(Error::new(
            Code::ExceededIdLimit,
            format!(
                "the query finds more than {MAX_ROWS} rows: narrow it, or say LIMIT {MAX_ROWS}"
            ),
        ));
    }
    let mut out = Vec::with_capacity(rows.len());
    for mut row in rows {
        let mut values = Vec::with_capacity(plan.select.len());
        for (i, output) in plan.select.iter().enumerate() {
            values.push(row.take(i).into_value(plan.field(&output.column))?);
        }
        out.push(values);
    }
    Ok(Answer {
        total: out.len() as u64,
        rows: out,
    })
}

/// A statement with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Text with `?1` parameters.
    pub sql: String,
    /// The parameters.
    pub params: Vec<Val>,
}

/// The statement of a plan.
#[must_use]
pub fn statement(dialect: Dialect, org: Id, plan: &Plan, moment: Moment) -> Statement {
    let params = vec![org.into()];
    let mut w = Writer {
        dialect,
        plan,
        org,
        moment,
        params,
        now: None,
        today: None,
    };
    let walks = w.walks();
    let mut sql = String::from("SELECT ");
    if plan.count {
        sql.push_str("COUNT(*) FROM (SELECT t0.id");
    } else {
        for (i, output) in plan.select.iter().enumerate() {
            let column = w.column(&output.column, Form::Shown);
            let _ = write!(sql, "{}{column}", if i > 0 { ", " } else { "" });
        }
    }
    if let Some(walks) = &walks {
        walks.select(&mut sql);
    }
    let _ = write!(sql, " FROM {} t0", plan.object.table);
    for (i, join) in plan.joins.iter().enumerate() {
        let look_up = &plan.source(join.source).fields()[join.look_up];
        let n = i + 1;
        let _ = write!(
            sql,
            " LEFT JOIN {} t{n} ON t{n}.org_id = t{}.org_id AND t{n}.id = t{}.\"{}\"",
            join.object.table, join.source, join.source, look_up.column
        );
        if let Some(hidden) = hidden_rows(join.object.name, n) {
            let _ = write!(sql, " AND {hidden}");
        }
    }
    sql.push_str(" WHERE t0.org_id = ?1");
    if plan.object.soft_delete() && !plan.include_deleted {
        sql.push_str(" AND NOT t0.is_deleted");
    }
    if let Some(hidden) = hidden_rows(plan.object.name, 0) {
        let _ = write!(sql, " AND {hidden}");
    }
    if let Some(filter) = &plan.filter {
        let condition = w.condition(filter, false);
        let _ = write!(sql, " AND {condition}");
    }
    match walks {
        Some(walks) => sql = walks.statement(&sql, &mut w),
        None if plan.count => {
            w.window(&mut sql);
            sql.push_str(") AS counted");
        }
        None => {
            w.order(&mut sql);
            w.window(&mut sql);
        }
    }
    Statement {
        sql,
        params: w.params,
    }
}

/// Rows that an object's table keeps and no door shows.
fn hidden_rows(object: &str, source: usize) -> Option<String> {
    // R-LIC-5: the subscriber's copy is hidden when the package is uninstalled.
    (object == openlma_core::catalog::names::PACKAGE_LICENSE)
        .then(|| format!("t{source}.uninstalled_at IS NULL"))
}

/// A statement as it grows.
struct Writer<'a> {
    dialect: Dialect,
    plan: &'a Plan,
    org: Id,
    moment: Moment,
    params: Vec<Val>,
    now: Option<usize>,
    today: Option<usize>,
}

impl Writer<'_> {
    fn bind(&mut self, value: Val) -> String {
        self.params.push(value);
        format!("?{}", self.params.len())
    }
}
