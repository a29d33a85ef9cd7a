//! The list of an object: columns, order, paging, a find on the name. The same for every object
//! of the catalogue.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use openlma_core::catalog::{FieldDef, FieldType, ObjectDef};
use openlma_core::{Id, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::frame::{Environment, Frame};
use super::keyset::{Cursor, Sort};
use super::reading::{self, Reading, Row, Which};
use super::shown::Eye;
use super::table::{self, Table};
use super::visitor::Visitor;
use super::{answer, format, layout, problem};
use crate::state::State;

/// Rows on a page.
const PAGE: usize = 50;

/// What a list may be asked for.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Asked {
    /// API name of the field that orders it.
    sort: Option<String>,
    /// `desc` for the reverse.
    dir: Option<String>,
    /// Behind which row it begins.
    after: Option<String>,
    /// What names begin with.
    find: Option<String>,
    /// Only rows whose field of this name …
    by: Option<String>,
    /// … has this value.
    is: Option<String>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct List {
    frame: Frame,
    title: &'static str,
    one: &'static str,
    object: &'static str,
    total: String,
    single: bool,
    table: Table,
    find: Option<Find>,
    chip: Option<Chip>,
    /// Order to keep when something is looked for.
    kept: Vec<(&'static str, String)>,
    first: Option<String>,
    next: Option<String>,
    shown: String,
    narrowed: bool,
    /// The list without any condition.
    all: String,
    /// When something will stand here.
    empty: &'static str,
}

/// The field to look something up with.
struct Find {
    label: String,
    value: String,
}

/// A condition that narrows the list.
struct Chip {
    label: String,
    value: String,
    off: String,
    by: String,
    is: String,
}

/// `GET /o/<domain>/<object>`
pub(super) async fn list(
    Shared(state): Shared<State>,
    visitor: Visitor,
    Path((_, object)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    match show(&state, &visitor, &object, asked).await {
        Ok(page) => answer::page(StatusCode::OK, &page),
        Err(error) => problem::framed(&state, &visitor, &error).await,
    }
}

async fn show(state: &State, visitor: &Visitor, object: &str, mut asked: Asked) -> Result<List> {
    let (app, actor) = (&state.app, &visitor.actor);
    let object = app.object(actor, object)?;
    let eye = Eye::new(app, actor, visitor.base());
    let columns = table::columns(&eye, object, &layout::columns(object));
    asked.find = asked.find.filter(|text| !text.trim().is_empty());
    let sort = sort(&eye, object, &asked);
    let find = name_field(&eye, object);
    let by = narrowed_by(&eye, object, &asked);
    let condition = condition(&asked, find, by);
    let cursor = asked.after.as_deref().and_then(|text| sort.read(text));
    let mut which = Which {
        condition: condition.clone(),
        order: sort.order(),
        limit: PAGE + 1,
    };
    if let Some(cursor) = &cursor {
        which.condition = both(&which.condition, &sort.behind(cursor));
    }
    let reading = table::reading(&eye, object, &columns).field(&sort.field.name);
    let mut rows = reading.rows(app, &which).await?;
    let next = next_page(&mut rows, &sort).map(|after| {
        let asked = Asked {
            after: Some(after),
            ..asked.clone()
        };
        address(&eye, object, &asked)
    });
    let total = reading::count(app, actor, object, &condition).await?;
    let title = layout::plural(object);
    let mut table = Table::new(&eye, object, &columns, &rows, title.to_owned());
    heads(&eye, object, &columns, &sort, &asked, &mut table);
    let first = Asked {
        after: None,
        ..asked.clone()
    };
    Ok(List {
        frame: Frame::new(state, visitor, Some(object.name)).await,
        title,
        one: object.label,
        object: object.name,
        single: total == 1,
        total: format::total(total),
        shown: format::whole(i64::try_from(rows.len()).unwrap_or_default()),
        table,
        chip: chip(&eye, state, object, by, &asked).await,
        find: find.map(|field| Find {
            label: layout::label(object, field).to_owned(),
            value: asked.find.clone().unwrap_or_default(),
        }),
        kept: kept(&asked),
        first: cursor.map(|_| address(&eye, object, &first)),
        next,
        narrowed: !condition.is_empty(),
        all: address(&eye, object, &Asked::default()),
        empty: layout::when_filled(object),
    })
}

/// The field that names records, if it can be looked up.
fn name_field<'o>(eye: &Eye<'_>, object: &'o ObjectDef) -> Option<&'o FieldDef> {
    let name = object.name_field()?;
    reading::readable(eye.actor, object, &name.name).filter(|field| field.ty.folds())
}

/// A field that narrows the list to one value of it.
fn narrowed_by<'o>(eye: &Eye<'_>, object: &'o ObjectDef, asked: &Asked) -> Option<&'o FieldDef> {
    let field = reading::readable(eye.actor, object, asked.by.as_deref()?)?;
    let value = asked.is.as_deref()?;
    let fits = match field.ty {
        FieldType::Reference { .. } => Id::parse(value).is_ok(),
        _ => field.ty.folds() && !value.is_empty(),
    };
    fits.then_some(field)
}

fn condition(asked: &Asked, find: Option<&FieldDef>, by: Option<&FieldDef>) -> String {
    let mut condition = String::new();
    if let (Some(field), Some(text)) = (find, &asked.find) {
        condition = format!("{} LIKE {}", field.name, reading::beginning(text.trim()));
    }
    if let (Some(field), Some(value)) = (by, &asked.is) {
        let one = format!("{} = {}", field.name, reading::quoted(value));
        condition = both(&condition, &one);
    }
    condition
}

fn both(a: &str, b: &str) -> String {
    if a.is_empty() {
        return b.to_owned();
    }
    format!("{a} AND {b}")
}

/// The order: as asked for, if there is an index for it; else the newest first.
fn sort<'o>(eye: &Eye<'_>, object: &'o ObjectDef, asked: &Asked) -> Sort<'o> {
    let wanted = asked
        .sort
        .as_deref()
        .and_then(|name| reading::readable(eye.actor, object, name))
        .filter(|field| sortable(field));
    match wanted {
        Some(field) => Sort {
            field,
            descending: asked.dir.as_deref() == Some("desc"),
        },
        None => Sort {
            field: &object.fields()[object.index_of("Id").unwrap_or_default()],
            descending: true,
        },
    }
}

fn sortable(field: &FieldDef) -> bool {
    field.indexed && field.ty.sortable()
}

/// Cuts the row that was read beyond the page; the cursor of the next page, if there is one.
fn next_page(rows: &mut Vec<Row>, sort: &Sort<'_>) -> Option<String> {
    if rows.len() <= PAGE {
        return None;
    }
    rows.truncate(PAGE);
    let last = rows.last()?;
    let cursor = Cursor {
        value: last.value(&sort.field.name).clone(),
        id: last.id()?,
    };
    Some(cursor.write())
}

/// Heads of columns that have an index order the list.
fn heads(
    eye: &Eye<'_>,
    object: &ObjectDef,
    columns: &[&FieldDef],
    sort: &Sort<'_>,
    asked: &Asked,
    table: &mut Table,
) {
    for (head, field) in table.heads.iter_mut().zip(columns) {
        if !sortable(field) {
            continue;
        }
        let current = field.name == sort.field.name;
        if current {
            head.sorted = Some(if sort.descending {
                "descending"
            } else {
                "ascending"
            });
        }
        let reverse = current && !sort.descending;
        let asked = Asked {
            sort: Some(field.name.to_string()),
            dir: reverse.then(|| "desc".to_owned()),
            after: None,
            ..asked.clone()
        };
        head.href = Some(address(eye, object, &asked));
    }
}

async fn chip(
    eye: &Eye<'_>,
    state: &State,
    object: &ObjectDef,
    by: Option<&FieldDef>,
    asked: &Asked,
) -> Option<Chip> {
    let (field, value) = (by?, asked.is.clone()?);
    let mut shown = value.clone();
    if let Ok(id) = Id::parse(&value)
        && let Some(parent) = eye.actor.org.catalog.by_prefix(id.prefix())
        && let Some(name) = name_of(eye, state, parent, id).await
    {
        shown = name;
    }
    let without = Asked {
        by: None,
        is: None,
        after: None,
        ..asked.clone()
    };
    Some(Chip {
        label: layout::label(object, field).to_owned(),
        value: shown,
        off: address(eye, object, &without),
        by: field.name.to_string(),
        is: value,
    })
}

async fn name_of(eye: &Eye<'_>, state: &State, parent: &Arc<ObjectDef>, id: Id) -> Option<String> {
    let name = parent.name_field()?;
    let reading = Reading::of(eye.actor, parent).field(&name.name);
    let row = reading.one(&state.app, id).await.ok()??;
    row.text(&name.name).map(str::to_owned)
}

fn kept(asked: &Asked) -> Vec<(&'static str, String)> {
    let pairs = [("sort", &asked.sort), ("dir", &asked.dir)];
    pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.clone()?)))
        .collect()
}

/// The address of a list.
fn address(eye: &Eye<'_>, object: &ObjectDef, asked: &Asked) -> String {
    let pairs = [
        ("find", &asked.find),
        ("by", &asked.by),
        ("is", &asked.is),
        ("sort", &asked.sort),
        ("dir", &asked.dir),
        ("after", &asked.after),
    ];
    let mut address = format!("{}/{}", eye.base, object.name);
    let mut mark = '?';
    for (name, value) in pairs {
        if let Some(value) = value {
            address.push(mark);
            address.push_str(name);
            address.push('=');
            address.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
            mark = '&';
        }
    }
    address
}
