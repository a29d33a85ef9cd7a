//! Names: which object, parent and field a path means, and the joins it needs.
//!
//! The one place that asks for permissions; a name that may not be read is not found.

use std::sync::Arc;

use openlma_core::access::FieldAccess;
use openlma_core::catalog::{Catalog, FieldDef, FieldType, ObjectDef};
use openlma_core::quote::beginning;
use openlma_core::{Code, Error, Result};

use super::nearest::nearest;
use crate::ast::{Name, Path, Query};
use crate::plan::{Column, Join};
use crate::source::{At, Source};

/// How many parents a path may go through (R-ERR-2).
const MAX_LEVELS: usize = 5;

/// How many parents a query may read in all.
const MAX_JOINS: usize = 55;

const CUSTOM_OBJECT: &str = "If you are attempting to use a custom object, be sure to append the \
    '__c' after the entity name. Please reference your WSDL or the describe call for the \
    appropriate names.";
const CUSTOM_FIELD: &str = "If you are attempting to use a custom field, be sure to append the \
    '__c' after the custom field name. Please reference your WSDL or the describe call for the \
    appropriate names.";
const CUSTOM_RELATIONSHIP: &str = "If you are attempting to use a custom relationship, be sure to \
    append the '__r' after the custom relationship name. Please reference your WSDL or the \
    describe call for the appropriate names.";

/// The objects that a query reads, as they are found.
pub(super) struct Scope<'a> {
    source: &'a Source,
    alias: Option<&'a str>,
    catalog: &'a Catalog,
    access: &'a dyn FieldAccess,
    root: Arc<ObjectDef>,
    joins: Vec<Join>,
}

/// The way from the root to one parent object: look-ups, and the object each leads to.
#[derive(Clone, Default)]
pub(super) struct Chain(Vec<(usize, Arc<ObjectDef>)>);

/// A path whose names are found; no join is made yet.
pub(super) struct Bound {
    /// Relationships and field in the schema's case.
    pub(super) names: Vec<String>,
    /// Each object that the path may lead to, with the field's position; never empty.
    ends: Vec<(Chain, Arc<ObjectDef>, usize)>,
}

impl Bound {
    /// The field, of the first object that has it.
    pub(super) fn field(&self) -> &FieldDef {
        let (_, object, field) = &self.ends[0];
        &object.fields()[*field]
    }

    /// Does it hold for the field in every object that the path may lead to?
    pub(super) fn all(&self, holds: fn(&FieldType) -> bool) -> bool {
        self.ends
            .iter()
            .all(|(_, object, field)| holds(&object.fields()[*field].ty))
    }

    /// The object that has the field, the first one.
    pub(super) fn object(&self) -> &Arc<ObjectDef> {
        &self.ends[0].1
    }
}

impl<'a> Scope<'a> {
    /// Finds the object after FROM.
    pub(super) fn open(
        query: &'a Query,
        catalog: &'a Catalog,
        access: &'a dyn FieldAccess,
    ) -> Result<Scope<'a>> {
        let Name { text, at } = &query.object;
        let Some(root) = catalog
            .object(text)
            .filter(|object| access.may_read_object(object))
        else {
            let readable = catalog
                .objects()
                .iter()
                .filter(|object| access.may_read_object(object));
            let hint = hint(text, readable.map(|object| object.name));
            let message = format!(
                "sObject type '{}' is not supported. {CUSTOM_OBJECT}{hint}",
                beginning(text)
            );
            return Err(query.source.error(Code::InvalidType, *at, message));
        };
        Ok(Scope {
            source: &query.source,
            alias: query.alias.as_ref().map(|name| name.text.as_str()),
            catalog,
            access,
            root: Arc::clone(root),
            joins: Vec::new(),
        })
    }

    /// The root and all joins that were made.
    pub(super) fn close(self) -> (Arc<ObjectDef>, Vec<Join>) {
        (self.root, self.joins)
    }

    pub(super) fn root(&self) -> &Arc<ObjectDef> {
        &self.root
    }

    pub(super) fn error(&self, code: Code, at: At, message: impl AsRef<str>) -> Error {
        self.source.error(code, at, message)
    }

    /// Finds what a path means.
    pub(super) fn resolve(&self, path: &Path) -> Result<Bound> {
        let (parents, field) = self.split(path)?;
        let mut names = Vec::with_capacity(parents.len() + 1);
        let mut chains = vec![Chain::default()];
        for parent in parents {
            let (name, next) = self.step(&chains, parent)?;
            names.push(name);
            chains = next;
        }
        let mut ends: Vec<(Chain, Arc<ObjectDef>, usize)> = Vec::new();
        for chain in &chains {
            let object = self.end(chain);
            let Some(index) = self.readable(object, &field.text) else {
                continue;
            };
            let kind = kind(&object.fields()[index].ty);
            // A path through a polymorphic look-up has one type: that of the first object.
            if ends
                .first()
                .is_none_or(|(_, o, i)| self::kind(&o.fields()[*i].ty) == kind)
            {
                ends.push((chain.clone(), Arc::clone(object), index));
            }
        }
        if ends.is_empty() {
            return Err(self.no_column(&chains, field));
        }
        let mut bound = Bound { names, ends };
        let name = bound.field().name.to_string();
        bound.names.push(name);
        Ok(bound)
    }

    /// Takes the object's own name or alias off the front and counts the parents.
    fn split<'p>(&self, path: &'p Path) -> Result<(&'p [Name], &'p Name)> {
        let mut names = path.names.as_slice();
        if let [first, _, ..] = names {
            let own = |name: &str| first.text.eq_ignore_ascii_case(name);
            if own(self.root.name) || self.alias.is_some_and(own) {
                names = &names[1..];
            }
        }
        let Some((field, parents)) = names.split_last() else {
            return Err(Error::internal("a path without names"));
        };
        if parents.len() > MAX_LEVELS {
            let message = format!("a path may go through at most {MAX_LEVELS} parents");
            return Err(self.error(Code::MalformedQuery, path.at(), message));
        }
        Ok((parents, field))
    }

    /// Follows one relationship from each object that the path may have led to.
    fn step(&self, chains: &[Chain], name: &Name) -> Result<(String, Vec<Chain>)> {
        let mut written = None;
        let mut next = Vec::new();
        for chain in chains {
            let object = self.end(chain);
            let Some(look_up) = object.parent(&name.text) else {
                continue;
            };
            let Some(index) = self.readable(object, &look_up.name) else {
                continue;
            };
            for target in self.targets(look_up) {
                written = written.or(look_up.relationship());
                let mut longer = chain.clone();
                longer.0.push((index, target));
                next.push(longer);
            }
        }
        match written {
            Some(written) => Ok((written.to_owned(), next)),
            None => Err(self.no_relationship(chains, name)),
        }
    }

    fn targets(&self, look_up: &FieldDef) -> impl Iterator<Item = Arc<ObjectDef>> {
        let objects = look_up
            .references()
            .iter()
            .filter_map(|name| self.catalog.object(name));
        objects
            .filter(|object| self.access.may_read_object(object))
            .cloned()
    }

    fn end<'c>(&'c self, chain: &'c Chain) -> &'c Arc<ObjectDef> {
        chain.0.last().map_or(&self.root, |(_, object)| object)
    }

    /// The position of a field, if the caller may know it.
    fn readable(&self, object: &ObjectDef, name: &str) -> Option<usize> {
        let index = object.index_of(name)?;
        self.may_read(object, &object.fields()[index])
            .then_some(index)
    }

    pub(super) fn may_read(&self, object: &ObjectDef, field: &FieldDef) -> bool {
        !field.hidden && self.access.may_read_field(object, field)
    }

    /// The column of a bound path; makes the joins it needs.
    pub(super) fn column(&mut self, bound: &Bound, path: &Path) -> Result<Column> {
        let ends = bound.ends.iter().map(|(chain, _, field)| (chain, *field));
        self.coalesce(ends, path.at())
    }

    /// The column of another field of the objects that a bound path leads to; `None` when none
    /// of them has it for the caller.
    pub(super) fn sibling(&mut self, bound: &Bound, name: &str, at: At) -> Result<Option<Column>> {
        let ends: Vec<_> = bound
            .ends
            .iter()
            .filter_map(|(chain, object, _)| Some((chain, self.readable(object, name)?)))
            .collect();
        if ends.is_empty() {
            return Ok(None);
        }
        self.coalesce(ends.into_iter(), at).map(Some)
    }

    /// The `Id` of the record that `parents` lead to, whatever kind it is.
    pub(super) fn key(&mut self, parents: &[Name]) -> Result<Option<Column>> {
        let mut chains = vec![Chain::default()];
        for parent in parents {
            chains = self.step(&chains, parent)?.1;
        }
        let ends: Vec<_> = chains
            .iter()
            .filter_map(|chain| Some((chain, self.end(chain).index_of("Id")?)))
            .collect();
        if ends.is_empty() {
            return Ok(None);
        }
        let at = parents.first().map_or(At(0), |name| name.at);
        self.coalesce(ends.into_iter(), at).map(Some)
    }

    fn coalesce<'c>(
        &mut self,
        ends: impl Iterator<Item = (&'c Chain, usize)>,
        at: At,
    ) -> Result<Column> {
        let mut columns = Vec::new();
        for (chain, field) in ends {
            columns.push(Column::Field {
                source: self.join(chain),
                field,
            });
        }
        if self.joins.len() > MAX_JOINS {
            let message = format!("a query may read at most {MAX_JOINS} parents");
            return Err(self.error(Code::MalformedQuery, at, message));
        }
        Ok(if columns.len() == 1 {
            columns.remove(0)
        } else {
            Column::Coalesce(columns)
        })
    }

    /// The source at the end of a chain; joins what is not joined yet.
    fn join(&mut self, chain: &Chain) -> usize {
        let mut source = 0;
        for (look_up, object) in &chain.0 {
            let known = self.joins.iter().position(|join| {
                join.source == source && join.look_up == *look_up && join.object.name == object.name
            });
            source = 1 + known.unwrap_or_else(|| {
                self.joins.push(Join {
                    source,
                    look_up: *look_up,
                    object: Arc::clone(object),
                });
                self.joins.len() - 1
            });
        }
        source
    }

    fn no_column(&self, chains: &[Chain], name: &Name) -> Error {
        let objects: Vec<&ObjectDef> = chains.iter().map(|chain| &**self.end(chain)).collect();
        let readable = objects.iter().flat_map(|object| {
            let fields = object
                .fields()
                .iter()
                .filter(|field| self.may_read(object, field));
            fields.map(|field| &*field.name)
        });
        let hint = hint(&name.text, readable);
        let (column, entity) = (beginning(&name.text), entity(&objects));
        let message =
            format!("No such column '{column}' on entity '{entity}'. {CUSTOM_FIELD}{hint}");
        self.error(Code::InvalidField, name.at, message)
    }

    fn no_relationship(&self, chains: &[Chain], name: &Name) -> Error {
        let objects: Vec<&ObjectDef> = chains.iter().map(|chain| &**self.end(chain)).collect();
        let readable = objects.iter().flat_map(|object| {
            let fields = object.fields().iter().filter(|field| {
                self.may_read(object, field) && self.targets(field).next().is_some()
            });
            fields.filter_map(FieldDef::relationship)
        });
        let hint = hint(&name.text, readable);
        let message = format!(
            "Didn't understand relationship '{}' in field path. {CUSTOM_RELATIONSHIP}{hint}",
            beginning(&name.text)
        );
        self.error(Code::InvalidField, name.at, message)
    }
}

/// How the original calls the end of a path: polymorphic ones lead to `Name`.
fn entity<'o>(objects: &[&'o ObjectDef]) -> &'o str {
    match objects {
        [object] => object.name,
        _ => "Name",
    }
}

fn hint<'n>(name: &str, readable: impl Iterator<Item = &'n str>) -> String {
    nearest(name, readable).map_or_else(String::new, |near| format!(" Did you mean '{near}'?"))
}

/// What kind of value a field has, as far as comparing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Text,
    Bool,
    Number,
    Date,
    DateTime,
    /// Never compared.
    Opaque,
}

pub(super) fn kind(ty: &FieldType) -> Kind {
    match ty {
        FieldType::Id | FieldType::Reference { .. } => Kind::Id,
        FieldType::Boolean => Kind::Bool,
        FieldType::Int(_)
        | FieldType::Double(..)
        | FieldType::Currency(..)
        | FieldType::Percent(..) => Kind::Number,
        FieldType::Date => Kind::Date,
        FieldType::DateTime => Kind::DateTime,
        FieldType::AnyType | FieldType::Address(_) => Kind::Opaque,
        FieldType::String(_)
        | FieldType::TextArea(_)
        | FieldType::Picklist(..)
        | FieldType::Combobox(_)
        | FieldType::Phone(_)
        | FieldType::Url(_)
        | FieldType::Email(_) => Kind::Text,
    }
}
