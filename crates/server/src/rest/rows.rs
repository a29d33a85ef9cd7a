//! From the flat rows of a plan to nested records: attributes first, parents and compounds
//! inside. Knows nothing of HTTP.

use openlma_core::Value;
use openlma_core::catalog::input::to_json;
use openlma_core::catalog::{Catalog, FieldDef};
use openlma_soql::{Output, Plan, Role};
use serde_json::{Map, Value as Json, json};

use super::address::Version;

/// How the rows of a plan nest, worked out once for all of them.
pub(super) struct Shape<'a> {
    plan: &'a Plan,
    root: Node<'a>,
}

/// A record: the one that was asked for, or a parent.
#[derive(Default)]
struct Node<'a> {
    /// Position of its id in a row.
    id: Option<usize>,
    members: Vec<(&'a str, Member<'a>)>,
}

enum Member<'a> {
    /// A value at a position of a row.
    Field(usize, &'a FieldDef),
    /// A parent.
    Parent(Node<'a>),
    /// Parts of a compound, each at a position of a row.
    Compound(Vec<(&'a str, usize, &'a FieldDef)>),
}

impl<'a> Shape<'a> {
    /// The shape of a plan's rows.
    pub(super) fn of(plan: &'a Plan) -> Shape<'a> {
        let mut root = Node::default();
        for (at, output) in plan.select.iter().enumerate() {
            root.add(&output.path, at, output, plan.field(&output.column));
        }
        Shape { plan, root }
    }

    /// One row as JSON.
    pub(super) fn row(&self, catalog: &Catalog, version: &Version, row: &[Value]) -> Json {
        let id = self.root.id.and_then(|at| row.get(at)?.as_id());
        let name = self.plan.object.name;
        let mut attributes = json!({"type": name});
        if let Some(id) = id {
            attributes["url"] = version.record(name, id).into();
        }
        self.root.fill(attributes, catalog, version, row)
    }
}

impl<'a> Node<'a> {
    fn add(&mut self, path: &'a [String], at: usize, output: &Output, field: &'a FieldDef) {
        match (path, output.role) {
            ([name], role) => {
                if name == "Id" {
                    self.id = Some(at);
                }
                if role == Role::Field {
                    self.members.push((name, Member::Field(at, field)));
                }
            }
            ([compound, part], Role::Part) => self.part(compound, part, at, field),
            ([parent, rest @ ..], _) => {
                let member = self.position(parent, || Member::Parent(Node::default()));
                if let Member::Parent(node) = &mut self.members[member].1 {
                    node.add(rest, at, output, field);
                }
            }
            ([], _) => {}
        }
    }

    fn part(&mut self, compound: &'a str, part: &'a str, at: usize, field: &'a FieldDef) {
        let member = self.position(compound, || Member::Compound(Vec::new()));
        if let Member::Compound(parts) = &mut self.members[member].1 {
            parts.push((part, at, field));
        }
    }

    fn position(&mut self, name: &'a str, new: impl FnOnce() -> Member<'a>) -> usize {
        let known = self.members.iter().position(|(known, _)| *known == name);
        known.unwrap_or_else(|| {
            self.members.push((name, new()));
            self.members.len() - 1
        })
    }

    fn fill(&self, attributes: Json, catalog: &Catalog, version: &Version, row: &[Value]) -> Json {
        let mut out = Map::with_capacity(self.members.len() + 1);
        out.insert("attributes".to_owned(), attributes);
        for (name, member) in &self.members {
            let json = match member {
                Member::Field(at, field) => shown(row, *at, field),
                Member::Parent(node) => node.record(catalog, version, row),
                Member::Compound(parts) => compound(parts, row),
            };
            out.insert((*name).to_owned(), json);
        }
        Json::Object(out)
    }

    /// A parent as JSON: null when it is missing. Its id names its object.
    fn record(&self, catalog: &Catalog, version: &Version, row: &[Value]) -> Json {
        let id = self.id.and_then(|at| row.get(at)?.as_id());
        let Some(id) = id else { return Json::Null };
        let attributes = match catalog.by_prefix(id.prefix()) {
            Some(object) => {
                json!({"type": object.name, "url": version.record(object.name, id)})
            }
            None => Json::Null,
        };
        self.fill(attributes, catalog, version, row)
    }
}

fn shown(row: &[Value], at: usize, field: &FieldDef) -> Json {
    row.get(at)
        .map_or(Json::Null, |value| to_json(field, value))
}

/// A compound of which every part is null is null.
fn compound(parts: &[(&str, usize, &FieldDef)], row: &[Value]) -> Json {
    let out: Map<String, Json> = parts
        .iter()
        .map(|(name, at, field)| ((*name).to_owned(), shown(row, *at, field)))
        .collect();
    if out.values().all(Json::is_null) {
        Json::Null
    } else {
        Json::Object(out)
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
