//! The order of a query's rows and its window, so that an index gives both.
//!
//! PostgreSQL takes an index for an order only if the nulls stand where the index has them: behind
//! all else going up, before it going down. So the id, which is never null, does not say where its
//! nulls go, and an indexed one is read in two walks, of the rows with a value and of those without.

use std::fmt::Write as _;

use openlma_core::catalog::FieldDef;
use openlma_soql::Column;
use openlma_soql::plan::Order;

use super::column::Form;
use super::{MAX_ROWS, Writer};
use crate::dialect::Dialect;
use crate::schema::of_catalog::is_indexed;
use crate::value::Val;

/// An order that is read in two walks of an index.
pub(super) struct Walks {
    /// The column by which rows are compared.
    key: String,
    descending: bool,
    nulls_first: bool,
    id_descending: bool,
}

impl Writer<'_> {
    pub(super) fn order(&mut self, sql: &mut String) {
        sql.push_str(" ORDER BY ");
        let plan = self.plan;
        for order in &plan.order {
            let column = self.column(&order.column, Form::Compared);
            let _ = write!(sql, "{column} {}", direction(order.descending));
            if self.own(order).is_none_or(|f| f.name != "Id") {
                let nulls = if order.nulls_first { "FIRST" } else { "LAST" };
                let _ = write!(sql, " NULLS {nulls}");
            }
            sql.push_str(", ");
        }
        sql.push_str("t0.id");
    }

    /// The two walks that an order needs: by an indexed field, and then at most by the id.
    pub(super) fn walks(&mut self) -> Option<Walks> {
        let (first, id_descending) = match self.plan.order.as_slice() {
            [first] => (first, false),
            [first, id] if self.own(id)?.name == "Id" => (first, id.descending),
            _ => return None,
        };
        let field = self.own(first)?;
        let indexed = is_indexed(&self.plan.object, field);
        if self.dialect == Dialect::Sqlite || self.plan.count || !indexed {
            return None;
        }
        Some(Walks {
            key: self.column(&first.column, Form::Compared),
            descending: first.descending,
            nulls_first: first.nulls_first,
            id_descending,
        })
    }

    /// A stored field of the object itself.
    fn own(&self, order: &Order) -> Option<&FieldDef> {
        match &order.column {
            Column::Field { source: 0, field } => {
                Some(&self.plan.source(0).fields()[*field]).filter(|f| f.stored())
            }
            _ => None,
        }
    }

    /// LIMIT and OFFSET; one row more than may be answered tells that there are more.
    pub(super) fn window(&mut self, sql: &mut String) {
        let offset = i64::from(self.plan.offset);
        // SQLite knows OFFSET only after LIMIT.
        let without = (offset > 0).then_some(i64::MAX);
        if let Some(limit) = self.most().or(without) {
            let limit = self.bind(Val::Int(limit));
            let _ = write!(sql, " LIMIT {limit}");
        }
        if offset > 0 {
            let offset = self.bind(Val::Int(offset));
            let _ = write!(sql, " OFFSET {offset}");
        }
    }

    /// Most rows that are asked for.
    fn most(&self) -> Option<i64> {
        let limit = self.plan.limit.map(i64::from);
        let most = i64::from(MAX_ROWS) + 1;
        if self.plan.count {
            limit
        } else {
            Some(limit.map_or(most, |n| n.min(most)))
        }
    }
}

impl Walks {
    /// What both walks select beside the columns that are asked for.
    pub(super) fn select(&self, sql: &mut String) {
        let _ = write!(sql, ", {} AS walk_key, t0.id AS walk_id", self.key);
    }

    /// The statement of both; `walk` is what one of them reads, without its order.
    pub(super) fn statement(&self, walk: &str, writer: &mut Writer<'_>) -> String {
        let key = &self.key;
        let (to, id_to) = (direction(self.descending), direction(self.id_descending));
        let rows = writer.most().unwrap_or(i64::MAX);
        let rows = rows.saturating_add(i64::from(writer.plan.offset));
        let rows = writer.bind(Val::Int(rows));
        let mut sql = String::from("SELECT * FROM (");
        for (join, null) in [("", "NOT NULL"), (" UNION ALL ", "NULL")] {
            let _ = write!(
                sql,
                "{join}({walk} AND {key} IS {null} ORDER BY {key} {to}, t0.id {id_to} LIMIT {rows})"
            );
        }
        let _ = write!(
            sql,
            ") w ORDER BY walk_key IS NULL {}, walk_key {to}, walk_id {id_to}",
            direction(self.nulls_first)
        );
        writer.window(&mut sql);
        sql
    }
}

fn direction(descending: bool) -> &'static str {
    if descending { "DESC" } else { "ASC" }
}
