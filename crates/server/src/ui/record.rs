//! The page of one record: highlights, sections of fields, related lists. The same for every
//! object of the catalogue; what is particular stands in `layout`.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use openlma_core::catalog::{FieldDef, ObjectDef, names};
use openlma_core::{Code, Error, Id, Result};

use super::frame::{Environment, Frame};
use super::reading::{self, Reading, Row, Which};
use super::record_layout::{self, Related};
use super::shown::{self, Eye, Shown};
use super::table::{self, Table};
use super::visitor::Visitor;
use super::{answer, format, layout, problem};
use crate::state::State;

/// Rows of a related list.
const SHORT: usize = 10;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    list_title: &'static str,
    list: String,
    title: String,
    subtitle: String,
    highlights: Vec<Line>,
    sections: Vec<Lines>,
    related: Vec<RelatedList>,
}

/// A label and what is shown beside it.
struct Line {
    label: String,
    shown: Shown,
    /// A second, smaller line.
    note: Option<String>,
}

/// A section.
struct Lines {
    title: String,
    lines: Vec<Line>,
}

/// A related list.
struct RelatedList {
    anchor: usize,
    title: &'static str,
    total: String,
    table: Table,
    /// The whole list, when not all rows are shown.
    all: Option<String>,
}

/// `GET /o/<domain>/<object>/<id>`
pub(super) async fn record(
    Shared(state): Shared<State>,
    visitor: Visitor,
    Path((_, object, id)): Path<(String, String, String)>,
) -> Response {
    match show(&state, &visitor, &object, &id).await {
        Ok(page) => answer::page(StatusCode::OK, &page),
        Err(error) => problem::framed(&state, &visitor, &error).await,
    }
}

async fn show(state: &State, visitor: &Visitor, object: &str, id: &str) -> Result<RecordPage> {
    let (app, actor) = (&state.app, &visitor.actor);
    let object = app.object(actor, object)?;
    let eye = Eye::new(app, actor, visitor.base());
    let missing = || {
        let text = format!("there is no such {}, or it was deleted", object.label);
        Error::new(Code::NotFound, text)
    };
    let id = Id::parse(id).map_err(|_| missing())?;
    if object.prefix != Some(id.prefix()) {
        return Err(missing());
    }
    let all = object.fields().iter().map(|field| &*field.name);
    let reading = Reading::of(actor, object).fields(all);
    let row = reading.one(app, id).await?.ok_or_else(missing)?;
    let name = object.name_field().map_or("Id", |field| &field.name);
    let title = row.text(name).map_or_else(|| id.to_string(), str::to_owned);
    Ok(RecordPage {
        frame: Frame::new(state, visitor, Some(object.name)).await,
        list_title: layout::plural(object),
        list: format!("{}/{}", eye.base, object.name),
        subtitle: subtitle(object, &row),
        title,
        highlights: highlights(&eye, object, &row),
        sections: sections(&eye, object, &row),
        related: related(&eye, state, object, id).await?,
    })
}

fn subtitle(object: &ObjectDef, row: &Row) -> String {
    let package = row.text("sfLma__Package__r.Name");
    let subscriber = row.text("olma__Subscriber_Org_Name__c");
    match (object.name, package, subscriber) {
        (names::LICENSE, Some(package), Some(subscriber)) => {
            format!("License of {package} for {subscriber}")
        }
        _ => object.label.to_owned(),
    }
}

fn line(eye: &Eye<'_>, object: &ObjectDef, field: &FieldDef, row: &Row) -> Line {
    Line {
        label: layout::label(object, field).to_owned(),
        shown: eye.see(object, field, row),
        note: None,
    }
}

fn highlights(eye: &Eye<'_>, object: &ObjectDef, row: &Row) -> Vec<Line> {
    table::columns(eye, object, record_layout::highlights(object))
        .into_iter()
        .map(|field| {
            let mut line = line(eye, object, field, row);
            line.note = note(&field.name, row);
            if let Shown::Day { distance, .. } = &mut line.shown {
                line.note = line.note.or(distance.take());
            }
            line
        })
        .collect()
}

/// What a highlight says beside its value.
fn note(field: &str, row: &Row) -> Option<String> {
    match field {
        // The stored status, only where it differs.
        "olma__Effective_Status__c" => row
            .text("sfLma__License_Status__c")
            .filter(|stored| row.text(field) != Some(stored))
            .map(|stored| format!("License Status {stored}")),
        "sfLma__Package_Version__c" => row
            .text("sfLma__Package_Version_Number__c")
            .map(str::to_owned),
        "olma__Subscriber_Org_Name__c" => {
            row.text("sfLma__Subscriber_Org_ID__c").map(str::to_owned)
        }
        "sfLma__Seats__c" => match row.value("olma__Available_Seats__c").as_int() {
            Some(free @ 0..) => Some(format!("{} available", format::whole(free))),
            _ => None,
        },
        "olma__Sync_State__c" => row.text("olma__Sync_Error__c").map(str::to_owned),
        _ => None,
    }
}

/// The declared sections, then fields that stand in none, then what the system keeps.
fn sections(eye: &Eye<'_>, object: &ObjectDef, row: &Row) -> Vec<Lines> {
    let readable = |name: &str| reading::readable(eye.actor, object, name);
    let mut sections: Vec<Lines> = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for section in record_layout::sections(object) {
        named.extend(section.fields);
        let fields = section.fields.iter().filter_map(|name| readable(name));
        sections.push(Lines {
            title: section.title.to_owned(),
            lines: fields.map(|field| line(eye, object, field, row)).collect(),
        });
    }
    let rest = object.fields().iter().filter(|field| {
        !named.contains(&&*field.name)
            && readable(&field.name).is_some()
            && !record_layout::repeated(object, field)
            && !shown::shown_in_address(field)
    });
    let (system, mut own): (Vec<_>, Vec<_>) = rest.partition(|field| layout::system(field));
    own.sort_by_key(|field| !field.name_field);
    let title = if named.is_empty() {
        format!("{} details", object.label)
    } else {
        "Further fields".to_owned()
    };
    sections.push(filled(eye, object, row, title, &own));
    sections.push(filled(eye, object, row, "System".to_owned(), &system));
    sections.retain(|section| !section.lines.is_empty());
    sections
}

/// A section of the fields that have a value.
fn filled(
    eye: &Eye<'_>,
    object: &ObjectDef,
    row: &Row,
    title: String,
    fields: &[&FieldDef],
) -> Lines {
    let fields = fields.iter().filter(|field| {
        let empty = eye.see(object, field, row).is_nothing();
        let kept = field.name == "IsDeleted" || field.name == "SystemModstamp";
        !empty && !kept
    });
    let mut lines: Vec<Line> = fields.map(|field| line(eye, object, field, row)).collect();
    for line in &mut lines {
        // Whole days ago is for days that somebody plans with.
        if title == "System"
            && let Shown::Day { distance, .. } = &mut line.shown
        {
            *distance = None;
        }
    }
    Lines { title, lines }
}

async fn related(
    eye: &Eye<'_>,
    state: &State,
    object: &ObjectDef,
    id: Id,
) -> Result<Vec<RelatedList>> {
    let mut lists = Vec::new();
    for (anchor, list) in record_layout::related(object).iter().enumerate() {
        let child = state.app.object(eye.actor, list.object).ok();
        let may = child.filter(|child| reading::readable(eye.actor, child, list.by).is_some());
        if let Some(child) = may {
            lists.push(related_list(eye, state, child, list, (anchor, id)).await?);
        }
    }
    Ok(lists)
}

async fn related_list(
    eye: &Eye<'_>,
    state: &State,
    child: &Arc<ObjectDef>,
    list: &Related,
    (anchor, id): (usize, Id),
) -> Result<RelatedList> {
    let newest_by = reading::readable(eye.actor, child, list.newest_by);
    let which = Which {
        condition: format!("{} = '{id}'", list.by),
        order: match newest_by {
            Some(field) => format!("{} DESC, Id DESC", field.name),
            None => "Id DESC".to_owned(),
        },
        limit: SHORT,
    };
    let mut columns = table::columns(eye, child, list.columns);
    columns.retain(|field| field.name != list.by);
    let reading = table::reading(eye, child, &columns);
    let rows = reading.rows(&state.app, &which).await?;
    let total = reading::count(&state.app, eye.actor, child, &which.condition).await?;
    let title = layout::plural(child);
    let more = total > rows.len() as u64;
    let all = format!("{}/{}?by={}&is={id}", eye.base, child.name, list.by);
    Ok(RelatedList {
        anchor,
        title,
        total: format::total(total),
        table: Table::new(eye, child, &columns, &rows, title.to_owned()),
        all: more.then_some(all),
    })
}
