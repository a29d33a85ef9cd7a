//! The field list: outputs, and the keys that a reply needs beside them.

use std::collections::HashSet;

use openlma_core::catalog::{FieldDef, FieldType};
use openlma_core::{Code, Result};

use super::scope::{Bound, Scope};
use crate::ast::{FieldGroup, Name, Path, SelectItem};
use crate::plan::{Output, Role};
use crate::source::At;

/// How many fields a query may select; keys and parts of compounds may come on top.
const MAX_OUTPUTS: usize = 1_000;

impl Scope<'_> {
    /// Binds the field list and appends the missing keys.
    pub(super) fn select(&mut self, items: &[SelectItem]) -> Result<Vec<Output>> {
        let mut list = List {
            outputs: Vec::new(),
            seen: HashSet::new(),
        };
        // Parents that shown paths go through, each once, in the schema's case and as written.
        let mut parents: Vec<(Vec<String>, Vec<Name>)> = vec![(Vec::new(), Vec::new())];
        for item in items {
            match item {
                SelectItem::Field(path) => {
                    let bound = self.resolve(path)?;
                    note_parents(&mut parents, &bound, path);
                    self.select_field(&mut list, &bound, path)?;
                }
                SelectItem::Fields(group, at) => {
                    for path in self.group(*group, *at) {
                        let bound = self.resolve(&path)?;
                        self.select_field(&mut list, &bound, &path)?;
                    }
                }
            }
        }
        for (mut path, names) in parents {
            path.push("Id".to_owned());
            if list.seen.contains(&path) {
                continue;
            }
            if let Some(column) = self.key(&names)? {
                list.outputs.push(Output {
                    path,
                    column,
                    role: Role::Key,
                });
            }
        }
        Ok(list.outputs)
    }

    fn select_field(&mut self, list: &mut List, bound: &Bound, path: &Path) -> Result<()> {
        if !list.seen.insert(bound.names.clone()) {
            let message = format!("duplicate field selected: {}", bound.names.join("."));
            return Err(self.error(Code::InvalidField, path.at(), message));
        }
        if let FieldType::Address(prefix) = bound.field().ty {
            return self.select_parts(list, bound, prefix, path.at());
        }
        if list.outputs.len() >= MAX_OUTPUTS {
            let message = format!("a query may select at most {MAX_OUTPUTS} fields");
            return Err(self.error(Code::MalformedQuery, path.at(), message));
        }
        let column = self.column(bound, path)?;
        list.outputs.push(Output {
            path: bound.names.clone(),
            column,
            role: Role::Field,
        });
        Ok(())
    }

    /// A compound stands for those of its parts that the caller may read.
    fn select_parts(&mut self, list: &mut List, bound: &Bound, prefix: &str, at: At) -> Result<()> {
        let compound = bound.field().name.clone();
        let object = bound.object();
        for part in object
            .fields()
            .iter()
            .filter(|f| f.part_of == Some(&*compound))
        {
            let Some(column) = self.sibling(bound, &part.name, at)? else {
                continue;
            };
            let mut path = bound.names.clone();
            path.push(part_name(&part.name, prefix));
            list.outputs.push(Output {
                path,
                column,
                role: Role::Part,
            });
        }
        Ok(())
    }

    fn group(&self, group: FieldGroup, at: At) -> Vec<Path> {
        let object = self.root();
        let fits = |field: &&FieldDef| {
            let custom = field.name.ends_with("__c");
            self.may_read(object, field)
                && match group {
                    FieldGroup::All => true,
                    FieldGroup::Standard => !custom,
                    FieldGroup::Custom => custom,
                }
        };
        let path = |field: &FieldDef| Path {
            names: vec![Name {
                text: field.name.to_string(),
                at,
            }],
        };
        object.fields().iter().filter(fits).map(path).collect()
    }
}

struct List {
    outputs: Vec<Output>,
    seen: HashSet<Vec<String>>,
}

/// Notes every parent on the way of a path.
fn note_parents(parents: &mut Vec<(Vec<String>, Vec<Name>)>, bound: &Bound, path: &Path) {
    let levels = bound.names.len() - 1;
    // The written path may begin with the object's own name.
    let written = &path.names[path.names.len() - bound.names.len()..];
    for level in 1..=levels {
        let names = &bound.names[..level];
        if !parents.iter().any(|(known, _)| known == names) {
            parents.push((names.to_vec(), written[..level].to_vec()));
        }
    }
}

/// `BillingPostalCode` is `postalCode` in its compound.
fn part_name(field: &str, prefix: &str) -> String {
    let bare = field.strip_prefix(prefix).unwrap_or(field);
    let mut letters = bare.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect()
}
