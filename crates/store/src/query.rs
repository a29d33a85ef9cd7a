//! From a plan of the query language to one SQL statement. Values are always parameters.

use std::fmt::Write as _;

use openlma_core::catalog::{Derived, FieldDef, FieldType, Source};
use openlma_core::time::{Date, Timestamp};
use openlma_core::{Code, Error, Id, Result, Value};
use openlma_soql::{Column, CompareOp, Condition, Plan};

use crate::custom_fields;
use crate::dialect::Dialect;
use crate::schema::of_catalog::{column_type, compared};
use crate::tx::Tx;
use crate::value::Val;

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
            values.push(decode(plan.field(&output.column), row.take(i))?);
        }
        out.push(values);
    }
    Ok(Answer {
        total: out.len() as u64,
        rows: out,
    })
}

fn decode(field: &FieldDef, value: Val) -> Result<Value> {
    match (field.source, &field.ty, value) {
        (Source::Custom, FieldType::Boolean, Val::Null) => Ok(Value::Bool(false)),
        (_, _, value) => value.into_value(field),
    }
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
    let mut sql = String::from("SELECT ");
    if plan.count {
        sql.push_str("COUNT(*) FROM (SELECT t0.id");
    } else {
        for (i, output) in plan.select.iter().enumerate() {
            let column = w.column(&output.column, Form::Shown);
            let _ = write!(sql, "{}{column}", if i > 0 { ", " } else { "" });
        }
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
    }
    sql.push_str(" WHERE t0.org_id = ?1");
    if plan.object.soft_delete() && !plan.include_deleted {
        sql.push_str(" AND NOT t0.is_deleted");
    }
    if let Some(hidden) = hidden_rows(plan.object.name) {
        let _ = write!(sql, " AND {hidden}");
    }
    if let Some(filter) = &plan.filter {
        let condition = w.condition(filter, false);
        let _ = write!(sql, " AND {condition}");
    }
    if !plan.count {
        w.order(&mut sql);
    }
    let limit = if plan.count {
        plan.limit
    } else {
        Some(plan.limit.map_or(MAX_ROWS + 1, |n| n.min(MAX_ROWS + 1)))
    };
    if let Some(limit) = limit {
        let _ = write!(sql, " LIMIT {limit}");
    }
    if plan.offset > 0 {
        // SQLite knows OFFSET only after LIMIT.
        if limit.is_none() {
            sql.push_str(if dialect == Dialect::Sqlite {
                " LIMIT -1"
            } else {
                ""
            });
        }
        let _ = write!(sql, " OFFSET {}", plan.offset);
    }
    if plan.count {
        sql.push_str(") AS counted");
    }
    Statement {
        sql,
        params: w.params,
    }
}

/// Rows that an object's table keeps and no door shows.
fn hidden_rows(object: &str) -> Option<&'static str> {
    // R-LIC-5: the subscriber's copy is hidden when the package is uninstalled.
    (object == openlma_core::catalog::names::PACKAGE_LICENSE)
        .then_some("t0.terms_status <> 'Uninstalled'")
}

/// Whether a column is wanted as it is shown or as it is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Shown,
    Compared,
}

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

    fn now(&mut self) -> String {
        let n = self.now.unwrap_or_else(|| {
            self.params.push(self.moment.now.into());
            self.params.len()
        });
        self.now = Some(n);
        format!("CAST(?{n} AS BIGINT)")
    }

    fn today(&mut self) -> String {
        let n = self.today.unwrap_or_else(|| {
            self.params.push(self.moment.today.into());
            self.params.len()
        });
        self.today = Some(n);
        format!("CAST(?{n} AS TEXT)")
    }

    fn column(&mut self, column: &Column, form: Form) -> String {
        match column {
            Column::Field { source, field } => {
                let plan = self.plan;
                self.field(*source, &plan.source(*source).fields()[*field], form)
            }
            Column::Coalesce(columns) => {
                let parts: Vec<String> = columns.iter().map(|c| self.column(c, form)).collect();
                format!("COALESCE({})", parts.join(", "))
            }
        }
    }

    fn field(&mut self, source: usize, field: &FieldDef, form: Form) -> String {
        let table = format!("t{source}");
        match field.source {
            Source::Derived(what) => {
                let text = self.derived(&table, what);
                let folded = form == Form::Compared && field.ty.folds();
                // The vocabularies of derived texts are ASCII.
                if folded {
                    format!("LOWER({text})")
                } else {
                    text
                }
            }
            Source::Custom => {
                let folded = form == Form::Compared && field.ty.folds();
                let end = if folded { custom_fields::FOLDED } else { "" };
                let key = format!("{}{end}", field.name);
                let ty = column_type(&field.ty);
                let value = self
                    .dialect
                    .json_value(&format!("{table}.custom"), &key, ty);
                match (&field.ty, form) {
                    (FieldType::Boolean, _) => format!("COALESCE({value}, FALSE)"),
                    _ => value,
                }
            }
            _ if form == Form::Compared => format!("{table}.\"{}\"", compared(field)),
            _ => format!("{table}.\"{}\"", field.column),
        }
    }

    /// The values that depend on the clock (R-LIC-5).
    fn derived(&mut self, table: &str, what: Derived) -> String {
        match what {
            Derived::EffectiveStatus => {
                let now = self.now();
                format!(
                    "CASE WHEN {table}.status IN ('Trial', 'Active') AND {table}.access_ends_at <= \
                     {now} THEN 'Expired' ELSE {table}.status END"
                )
            }
            Derived::DaysToExpiry => {
                let today = self.today();
                self.dialect
                    .days_between(&today, &format!("{table}.expiration"))
            }
            Derived::PackageLicenseStatus => {
                let now = self.now();
                format!(
                    "CASE WHEN {table}.terms_status IN ('Trial', 'Active') AND \
                     {table}.expiration_date <= {now} THEN 'Expired' ELSE {table}.terms_status END"
                )
            }
        }
    }

    /// Two-valued: `negated` is pushed down to the leaves, where null is spelled out.
    fn condition(&mut self, condition: &Condition, negated: bool) -> String {
        match condition {
            Condition::And(parts) => self.list(parts, negated, negated),
            Condition::Or(parts) => self.list(parts, !negated, negated),
            Condition::Not(inner) => self.condition(inner, !negated),
            Condition::Compare { column, op, value } => {
                let op = if negated {
                    complement(*op)
                } else {
                    Op::from(*op)
                };
                self.compare(column, op, value)
            }
            Condition::Like { column, pattern } => {
                let left = self.column(column, Form::Compared);
                let right = self.bind(Val::Text(pattern.clone()));
                if negated {
                    format!("({left} IS NULL OR {left} NOT LIKE {right} ESCAPE '\\')")
                } else {
                    format!("{left} LIKE {right} ESCAPE '\\'")
                }
            }
            Condition::In {
                column,
                values,
                negated: not_in,
            } => self.membership(column, values, *not_in != negated),
            Condition::IsNull {
                column,
                negated: not_null,
            } => {
                let left = self.column(column, Form::Compared);
                let not = if *not_null != negated { "NOT " } else { "" };
                format!("{left} IS {not}NULL")
            }
        }
    }

    fn list(&mut self, parts: &[Condition], any: bool, negated: bool) -> String {
        if parts.is_empty() {
            return if any { "FALSE" } else { "TRUE" }.to_owned();
        }
        let parts: Vec<String> = parts.iter().map(|p| self.condition(p, negated)).collect();
        format!("({})", parts.join(if any { " OR " } else { " AND " }))
    }

    fn compare(&mut self, column: &Column, op: Op, value: &Value) -> String {
        if let (Op::Equal, Some(indexed)) = (&op, self.indexed(column, std::slice::from_ref(value)))
        {
            return indexed;
        }
        let left = self.column(column, Form::Compared);
        let right = self.bind(Val::of(value));
        match op {
            Op::Equal => format!("{left} = {right}"),
            Op::OrNull(sql) => format!("({left} IS NULL OR {left} {sql} {right})"),
            Op::Plain(sql) => format!("{left} {sql} {right}"),
        }
    }

    fn membership(&mut self, column: &Column, values: &[Value], not_in: bool) -> String {
        if !not_in && let Some(indexed) = self.indexed(column, values) {
            return indexed;
        }
        let left = self.column(column, Form::Compared);
        let list: Vec<String> = values.iter().map(|v| self.bind(Val::of(v))).collect();
        let list = list.join(", ");
        if not_in {
            format!("({left} IS NULL OR {left} NOT IN ({list}))")
        } else {
            format!("{left} IN ({list})")
        }
    }

    /// Equality on an indexed custom field goes through the index table.
    fn indexed(&mut self, column: &Column, values: &[Value]) -> Option<String> {
        let Column::Field { source, field } = column else {
            return None;
        };
        let plan = self.plan;
        let object = plan.source(*source);
        let field = &object.fields()[*field];
        if field.source != Source::Custom || !field.indexed || field.ty == FieldType::Boolean {
            return None;
        }
        let texts: Vec<String> = values
            .iter()
            .filter_map(custom_fields::indexed_text)
            .collect();
        let org = self.bind(self.org.into());
        let name = self.bind(Val::from(object.name));
        let key = self.bind(Val::from(field.name.as_ref()));
        let list: Vec<String> = texts.into_iter().map(|t| self.bind(Val::Text(t))).collect();
        Some(format!(
            "t{source}.id IN (SELECT id FROM custom_values WHERE org_id = {org} AND object = {name} \
             AND field = {key} AND value IN ({}))",
            list.join(", ")
        ))
    }

    fn order(&mut self, sql: &mut String) {
        sql.push_str(" ORDER BY ");
        let plan = self.plan;
        for order in &plan.order {
            let column = self.column(&order.column, Form::Compared);
            let direction = if order.descending { "DESC" } else { "ASC" };
            let nulls = if order.nulls_first { "FIRST" } else { "LAST" };
            let _ = write!(sql, "{column} {direction} NULLS {nulls}, ");
        }
        sql.push_str("t0.id");
    }
}

enum Op {
    Equal,
    Plain(&'static str),
    /// Null matches too.
    OrNull(&'static str),
}

impl From<CompareOp> for Op {
    fn from(op: CompareOp) -> Op {
        match op {
            CompareOp::Eq => Op::Equal,
            CompareOp::Ne => Op::OrNull("<>"),
            CompareOp::Lt => Op::Plain("<"),
            CompareOp::Le => Op::Plain("<="),
            CompareOp::Gt => Op::Plain(">"),
            CompareOp::Ge => Op::Plain(">="),
        }
    }
}

/// What matches exactly where `op` does not.
fn complement(op: CompareOp) -> Op {
    match op {
        CompareOp::Eq => Op::OrNull("<>"),
        CompareOp::Ne => Op::Equal,
        CompareOp::Lt => Op::OrNull(">="),
        CompareOp::Le => Op::OrNull(">"),
        CompareOp::Gt => Op::OrNull("<="),
        CompareOp::Ge => Op::OrNull("<"),
    }
}
