//! What stands for a column in SQL: stored, folded, worked out or out of the custom JSON.

use openlma_core::catalog::{Derived, FieldDef, FieldType, Source};
use openlma_soql::Column;

use super::Writer;
use crate::custom_fields;
use crate::schema::of_catalog::{column_type, compared};

/// Whether a column is wanted as it is shown or as it is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Shown,
    Compared,
}

impl Writer<'_> {
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

    pub(super) fn column(&mut self, column: &Column, form: Form) -> String {
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
                match (&field.ty, source) {
                    (FieldType::Boolean, 0) => format!("COALESCE({value}, FALSE)"),
                    // Of a parent that may be missing.
                    (FieldType::Boolean, _) => format!(
                        "CASE WHEN {table}.id IS NOT NULL THEN COALESCE({value}, FALSE) END"
                    ),
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
}
