//! What an object declares about itself.

use std::collections::HashMap;

use super::custom::CustomField;
use super::field::{FieldDef, FieldType, OnDelete, field};

/// Where an object's rows live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// A table keyed by org and id.
    Table,
    /// A table of the directory (R-ORG-5), keyed by id; `org_id` is the owner.
    Directory,
    /// A read-only view over other tables, written by `store`.
    View,
}

/// What may be done with an object, as describe tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one per describe key")]
pub struct Ops {
    /// `C`
    pub createable: bool,
    /// `U`
    pub updateable: bool,
    /// `D`
    pub deletable: bool,
    /// `u`
    pub undeletable: bool,
    /// `r`
    pub replicateable: bool,
    /// `s`
    pub searchable: bool,
    /// `l`
    pub layoutable: bool,
    /// `m`
    pub mru: bool,
    /// `t`
    pub triggerable: bool,
    /// `g`
    pub mergeable: bool,
}

/// One object of the catalogue.
#[derive(Clone, Debug)]
pub struct ObjectDef {
    /// API name.
    pub name: &'static str,
    /// Label, singular.
    pub label: &'static str,
    /// Label, plural.
    pub plural: &'static str,
    /// First three characters of its ids; `None` for a few that have no ids of their own.
    pub prefix: Option<&'static str>,
    /// Table or view.
    pub table: &'static str,
    /// Where rows live.
    pub storage: Storage,
    /// Takes custom fields, rules and the generic save; otherwise typed and closed.
    pub generic: bool,
    /// The original counts it as a custom object.
    pub custom: bool,
    /// What may be done with it.
    pub ops: Ops,
    /// Unique sets of fields beside the id; a null never collides, nor does a deleted record.
    pub uniques: Vec<Vec<&'static str>>,
    /// Indexes beside those of single fields, each led by the org.
    pub indexes: Vec<Vec<&'static str>>,
    /// Fields of lists that are read in order: one that is asked for a value, one to sort by.
    pub lists: Vec<[&'static str; 2]>,
    fields: Vec<FieldDef>,
    by_name: HashMap<String, usize>,
}

impl ObjectDef {
    /// The fields, system fields first, custom fields last.
    #[must_use]
    pub fn fields(&self) -> &[FieldDef] {
        &self.fields
    }

    /// Looks a field up by API name, ignoring case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        self.index_of(name).map(|i| &self.fields[i])
    }

    /// Position of a field in [`ObjectDef::fields`] and in every record of the object.
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        match self.by_name.get(name) {
            Some(i) => Some(*i),
            None => self.by_name.get(&name.to_ascii_lowercase()).copied(),
        }
    }

    /// The field that names a record.
    #[must_use]
    pub fn name_field(&self) -> Option<&FieldDef> {
        self.fields.iter().find(|f| f.name_field)
    }

    /// The look-up whose parent path is `relationship` (`Account`, `sfLma__Lead__r`).
    #[must_use]
    pub fn parent(&self, relationship: &str) -> Option<&FieldDef> {
        self.fields.iter().find(|f| {
            f.relationship()
                .is_some_and(|r| r.eq_ignore_ascii_case(relationship))
                && !f.hidden
        })
    }

    /// Does it keep deleted records?
    #[must_use]
    pub fn soft_delete(&self) -> bool {
        self.field("IsDeleted").is_some()
    }

    /// Fields whose changes are kept in history.
    pub fn tracked(&self) -> impl Iterator<Item = (usize, &FieldDef)> {
        self.fields.iter().enumerate().filter(|(_, f)| f.history)
    }

    pub(super) fn with_custom(&self, fields: Vec<CustomField>) -> ObjectDef {
        let mut object = self.clone();
        object
            .fields
            .extend(fields.into_iter().map(FieldDef::from_custom));
        object.index();
        object
    }

    fn index(&mut self) {
        self.by_name.clear();
        for (i, f) in self.fields.iter().enumerate() {
            self.by_name.insert(f.name.to_string(), i);
            self.by_name.insert(f.name.to_ascii_lowercase(), i);
        }
    }
}

/// Begins the declaration of an object.
pub(super) fn object(name: &'static str, label: &'static str, table: &'static str) -> Builder {
    Builder {
        object: ObjectDef {
            name,
            label,
            plural: "",
            prefix: None,
            table,
            storage: Storage::Table,
            generic: false,
            custom: name.ends_with("__c"),
            ops: Ops::default(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            lists: Vec::new(),
            fields: Vec::new(),
            by_name: HashMap::new(),
        },
    }
}

/// The declaration of an object, as it grows.
pub(super) struct Builder {
    object: ObjectDef,
}

impl Builder {
    /// First three characters of its ids. Adds the field `Id`.
    pub(super) fn prefix(mut self, prefix: &'static str) -> Builder {
        self.object.prefix = Some(prefix);
        let label = if self.object.custom {
            "Record ID".into()
        } else {
            format!("{} ID", self.object.label)
        };
        self.object
            .fields
            .insert(0, field("Id", label, FieldType::Id, "D I"));
        self
    }

    /// Label in the plural, where it is not label + s.
    pub(super) fn plural(mut self, plural: &'static str) -> Builder {
        self.object.plural = plural;
        self
    }

    /// Where rows live, if not in a table of their own.
    pub(super) fn storage(mut self, storage: Storage) -> Builder {
        self.object.storage = storage;
        self
    }

    /// Takes custom fields, rules and the generic save path.
    pub(super) fn generic(mut self) -> Builder {
        self.object.generic = true;
        self
    }

    /// Letters of `Ops`: `CUD u r s l m t g`.
    pub(super) fn ops(mut self, letters: &str) -> Builder {
        let has = |c| letters.contains(c);
        self.object.ops = Ops {
            createable: has('C'),
            updateable: has('U'),
            deletable: has('D'),
            undeletable: has('u'),
            replicateable: has('r'),
            searchable: has('s'),
            layoutable: has('l'),
            mru: has('m'),
            triggerable: has('t'),
            mergeable: has('g'),
        };
        self
    }

    /// Adds fields.
    pub(super) fn fields(mut self, fields: impl IntoIterator<Item = FieldDef>) -> Builder {
        self.object.fields.extend(fields);
        self
    }

    /// `IsDeleted`: records go to the recycle bin.
    pub(super) fn recycle_bin(self) -> Builder {
        self.fields([field("IsDeleted", "Deleted", FieldType::Boolean, "D")])
    }

    /// `CreatedDate`, `CreatedById`, `LastModifiedDate`, `LastModifiedById`, `SystemModstamp`.
    pub(super) fn audit(self) -> Builder {
        self.fields([
            field("CreatedDate", "Created Date", FieldType::DateTime, "D"),
            field(
                "CreatedById",
                "Created By ID",
                FieldType::reference(&["User"], "CreatedBy"),
                "D",
            )
            .on_delete(OnDelete::Keep),
            field(
                "LastModifiedDate",
                "Last Modified Date",
                FieldType::DateTime,
                "D",
            )
            .indexed(),
            field(
                "LastModifiedById",
                "Last Modified By ID",
                FieldType::reference(&["User"], "LastModifiedBy"),
                "D",
            )
            .on_delete(OnDelete::Keep),
            field(
                "SystemModstamp",
                "System Modstamp",
                FieldType::DateTime,
                "D",
            )
            .indexed(),
        ])
    }

    /// `LastActivityDate`, where tasks can hang on the record.
    pub(super) fn activities(self) -> Builder {
        self.fields([field(
            "LastActivityDate",
            "Last Activity",
            FieldType::Date,
            "n",
        )])
    }

    /// `LastViewedDate` and `LastReferencedDate`.
    pub(super) fn viewed(self) -> Builder {
        self.fields([
            field(
                "LastViewedDate",
                "Last Viewed Date",
                FieldType::DateTime,
                "n",
            ),
            field(
                "LastReferencedDate",
                "Last Referenced Date",
                FieldType::DateTime,
                "n",
            ),
        ])
    }

    /// Unique over these fields within the org. Records with a null in them and records in the
    /// recycle bin are left out.
    pub(super) fn unique(mut self, fields: &[&'static str]) -> Builder {
        self.object.uniques.push(fields.to_vec());
        self
    }

    /// An index over these fields, led by the org.
    pub(super) fn index(mut self, fields: &[&'static str]) -> Builder {
        self.object.indexes.push(fields.to_vec());
        self
    }

    /// A list that is asked for one value of a field, and sorted by another and then by id.
    pub(super) fn list(mut self, value: &'static str, sorted: &'static str) -> Builder {
        self.object.lists.push([value, sorted]);
        self
    }

    /// Ends the declaration.
    pub(super) fn build(mut self) -> ObjectDef {
        if self.object.plural.is_empty() {
            self.object.plural = Box::leak(format!("{}s", self.object.label).into_boxed_str());
        }
        self.object.index();
        self.object
    }
}
