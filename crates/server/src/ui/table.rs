//! A table of records, the same on a list page and among the related lists of a record.

use askama::Template;
use openlma_core::catalog::{FieldDef, FieldType, ObjectDef, Source};

use super::layout;
use super::reading::{self, Reading, Row};
use super::shown::{Eye, Shown};

/// A table; renders itself.
#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The head of a column.
pub(super) struct Head {
    pub(super) label: String,
    /// Where the table is ordered by this column.
    pub(super) href: Option<String>,
    /// `ascending` or `descending`, for the column that the order goes by.
    pub(super) sorted: Option<&'static str>,
    pub(super) number: bool,
}

/// One cell.
pub(super) struct Cell {
    pub(super) label: String,
    /// Its place when the table becomes a list of records on a narrow screen.
    pub(super) place: &'static str,
    pub(super) shown: Shown,
    pub(super) number: bool,
    /// Names the row.
    pub(super) first: bool,
}

/// The columns that the user may read; fields that a cell needs beside its own are not among
/// them.
pub(super) fn columns<'o>(
    eye: &Eye<'_>,
    object: &'o ObjectDef,
    names: &[&str],
) -> Vec<&'o FieldDef> {
    names
        .iter()
        .filter_map(|name| reading::readable(eye.actor, object, name))
        .collect()
}

/// Reads the columns, and what their cells need beside.
pub(super) fn reading<'a>(
    eye: &Eye<'a>,
    object: &'a std::sync::Arc<ObjectDef>,
    columns: &[&FieldDef],
) -> Reading<'a> {
    Reading::of(eye.actor, object)
        .fields(columns.iter().map(|field| &*field.name))
        .fields(["sfLma__Used_Licenses__c", "UsedLicenses"])
}

impl Table {
    /// A table of rows read with [`reading`].
    pub(super) fn new(
        eye: &Eye<'_>,
        object: &ObjectDef,
        columns: &[&FieldDef],
        rows: &[Row],
        caption: String,
    ) -> Table {
        let heads = columns.iter().map(|field| Head {
            label: layout::label(object, field).to_owned(),
            href: None,
            sorted: None,
            number: numeric(object, field),
        });
        let cells = |row: &Row| {
            let cell = |(i, field): (usize, &&FieldDef)| cell(eye, object, field, row, i == 0);
            columns.iter().enumerate().map(cell).collect()
        };
        Table {
            caption,
            heads: heads.collect(),
            rows: rows.iter().map(cells).collect(),
        }
    }
}

fn cell(eye: &Eye<'_>, object: &ObjectDef, field: &FieldDef, row: &Row, first: bool) -> Cell {
    let mut shown = eye.see(object, field, row);
    let linked = matches!(shown, Shown::Link { .. }) || object.name == layout::HISTORY;
    if first && let Some(id) = row.id().filter(|_| !linked) {
        let text = match shown {
            Shown::Text(text) | Shown::Code(text) if !text.trim().is_empty() => text,
            Shown::Instant(at) => at.short,
            _ => id.to_string(),
        };
        shown = Shown::Link {
            href: eye.page(object, id),
            text,
        };
    }
    // How far away a day is matters in a list where something ends on it.
    if let Shown::Day { distance, .. } = &mut shown
        && field.name != "sfLma__Expiration__c"
    {
        *distance = None;
    }
    // In a column whose head says what it is about, a dash is enough.
    if let Shown::Nothing("None") = shown {
        shown = Shown::Nothing("—");
    }
    Cell {
        label: layout::label(object, field).to_owned(),
        place: place(field, first),
        number: numeric(object, field),
        shown,
        first,
    }
}

fn place(field: &FieldDef, first: bool) -> &'static str {
    let status = matches!(field.source, Source::Derived(_)) && field.ty.text_length().is_some();
    match &*field.name {
        _ if first => "c-name",
        _ if status => "c-state",
        "olma__Subscriber_Org_Name__c" | "Company" => "c-lead",
        _ => "",
    }
}

/// Are the column's values set flush right?
fn numeric(object: &ObjectDef, field: &FieldDef) -> bool {
    let seats = matches!(&*field.name, "sfLma__Seats__c" | "AllowedLicenses");
    let number = matches!(
        field.ty,
        FieldType::Int(_)
            | FieldType::Double(..)
            | FieldType::Currency(..)
            | FieldType::Percent(..)
    );
    number && !(seats && matches!(object.prefix, Some("a0L" | "050")))
}
