//! What a field declares about itself.

use std::borrow::Cow;

pub use super::field_type::FieldType;
use crate::value::Value;

/// Where a field's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A column, written by callers or by the system.
    Stored,
    /// A column that the object's rules work out from the record at every save.
    Calculated,
    /// An expression over stored columns and the query's one `now` (R-LIC-5).
    Derived(Derived),
    /// Put together from its parts when read.
    Compound,
    /// A value in the record's custom JSON.
    Custom,
}

/// The values that depend on the clock. `store` has the SQL of each, `rules` the same in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derived {
    /// License: Trial, Active, Expired, Suspended, Uninstalled.
    EffectiveStatus,
    /// License: whole days from today to the last day of access, negative afterwards.
    DaysToExpiry,
    /// PackageLicense: Trial, Active, Expired, Suspended, Free.
    PackageLicenseStatus,
}

/// What becomes of a look-up when its parent is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDelete {
    /// It becomes null.
    #[default]
    SetNull,
    /// The child goes too.
    Cascade,
    /// The parent stays.
    Restrict,
    /// Nothing happens (the look-up keeps the id).
    Keep,
}

/// One field of an object.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one per describe key")]
pub struct FieldDef {
    /// API name.
    pub name: Cow<'static, str>,
    /// Label.
    pub label: Cow<'static, str>,
    /// Type.
    pub ty: FieldType,
    /// Column in the object's table; empty for compounds and custom fields.
    pub column: String,
    /// Where the value comes from.
    pub source: Source,
    /// `C`: may be given on create.
    pub createable: bool,
    /// `U`: may be given on update.
    pub updateable: bool,
    /// `n`: may be null.
    pub nillable: bool,
    /// `D`: has a value when not given on create.
    pub defaulted: bool,
    /// `I`: usable as a key to look records up.
    pub id_lookup: bool,
    /// `N`: names the record.
    pub name_field: bool,
    /// `A`: numbered by the system.
    pub auto_number: bool,
    /// `R`: only the picklist's values.
    pub restricted: bool,
    /// `!`: must be given on create.
    pub required: bool,
    /// Written by the LMA; by hand only with Modify All Data (R-PKG-6).
    pub platform: bool,
    /// Changes are kept in history.
    pub history: bool,
    /// A column of ours that no door shows.
    pub hidden: bool,
    /// Has an index of its own.
    pub indexed: bool,
    /// Its values are unique in the org (custom fields).
    pub unique: bool,
    /// A key of some other system (custom fields).
    pub external_id: bool,
    /// Value when not given on create.
    pub default: Value,
    /// Name of the child relationship at the parent.
    pub child_name: Option<&'static str>,
    /// What becomes of it when the parent is deleted.
    pub on_delete: OnDelete,
    /// Compound field of which it is a part.
    pub part_of: Option<&'static str>,
    /// The fields from which it is calculated; hidden when one of them is (R-SEC-1).
    pub calculated_from: &'static [&'static str],
}

/// Declares a field; `flags` are letters as on the page of standard objects:
/// `C U n D I N A R !`.
pub(super) fn field(
    name: impl Into<Cow<'static, str>>,
    label: impl Into<Cow<'static, str>>,
    ty: FieldType,
    flags: &str,
) -> FieldDef {
    let name = name.into();
    let has = |c| flags.contains(c);
    let boolean = ty == FieldType::Boolean;
    let compound = matches!(ty, FieldType::Address(_));
    FieldDef {
        column: if compound {
            String::new()
        } else {
            column(&name)
        },
        source: if compound {
            Source::Compound
        } else {
            Source::Stored
        },
        name,
        label: label.into(),
        createable: has('C'),
        updateable: has('U'),
        nillable: has('n') && !boolean,
        defaulted: has('D') || boolean,
        id_lookup: has('I'),
        name_field: has('N'),
        auto_number: has('A'),
        restricted: has('R'),
        required: has('!'),
        platform: false,
        history: false,
        hidden: false,
        indexed: false,
        unique: false,
        external_id: false,
        default: if boolean {
            Value::Bool(false)
        } else {
            Value::Null
        },
        child_name: None,
        on_delete: OnDelete::default(),
        part_of: None,
        calculated_from: &[],
        ty,
    }
}

/// The column of a field: the API name without namespace and `__c`, in snake case.
fn column(name: &str) -> String {
    let bare = name.strip_suffix("__c").unwrap_or(name);
    let bare = bare
        .strip_prefix("sfLma__")
        .or(bare.strip_prefix("olma__"))
        .unwrap_or(bare);
    let mut out = String::new();
    let mut lower_before = false;
    for c in bare.chars() {
        if c.is_ascii_uppercase() && lower_before {
            out.push('_');
        }
        lower_before = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(c.to_ascii_lowercase());
    }
    out
}

impl FieldDef {
    /// A value for records that do not give one.
    #[must_use]
    pub(super) fn default(mut self, value: impl Into<Value>) -> FieldDef {
        self.default = value.into();
        self.defaulted = true;
        self
    }

    /// Written by the LMA, by hand only with Modify All Data.
    #[must_use]
    pub(super) fn platform(mut self) -> FieldDef {
        self.platform = true;
        self
    }

    /// Worked out from these fields at every save.
    #[must_use]
    pub(super) fn calculated(mut self, from: &'static [&'static str]) -> FieldDef {
        self.source = Source::Calculated;
        self.calculated_from = from;
        self
    }

    /// An expression over these fields and the clock.
    #[must_use]
    pub(super) fn derived(mut self, what: Derived, from: &'static [&'static str]) -> FieldDef {
        self.source = Source::Derived(what);
        self.calculated_from = from;
        self.column = String::new();
        self
    }

    /// Changes are kept in history.
    #[must_use]
    pub(super) fn tracked(mut self) -> FieldDef {
        self.history = true;
        self
    }

    /// A column that no door shows.
    #[must_use]
    pub(super) fn hidden(mut self) -> FieldDef {
        self.hidden = true;
        self
    }

    /// Has an index of its own.
    #[must_use]
    pub(super) fn indexed(mut self) -> FieldDef {
        self.indexed = true;
        self
    }

    /// Name of the child relationship at the parent, and what deletion of the parent does.
    #[must_use]
    pub(super) fn children(mut self, name: &'static str, on_delete: OnDelete) -> FieldDef {
        self.child_name = Some(name);
        self.on_delete = on_delete;
        self
    }

    /// What deletion of the parent does, where the relationship has no name.
    #[must_use]
    pub(super) fn on_delete(mut self, on_delete: OnDelete) -> FieldDef {
        self.on_delete = on_delete;
        self
    }

    /// Part of a compound field.
    #[must_use]
    pub(super) fn part_of(mut self, compound: &'static str) -> FieldDef {
        self.part_of = Some(compound);
        self
    }

    /// Objects it may point at; empty for what is no look-up.
    #[must_use]
    pub fn references(&self) -> &'static [&'static str] {
        match &self.ty {
            FieldType::Reference { to, .. } => to,
            _ => &[],
        }
    }

    /// Name of its parent path.
    #[must_use]
    pub fn relationship(&self) -> Option<&str> {
        match &self.ty {
            FieldType::Reference { relationship, .. } => relationship.as_deref(),
            _ => None,
        }
    }

    /// Does it point at several objects?
    #[must_use]
    pub fn polymorphic(&self) -> bool {
        self.references().len() > 1
    }

    /// Is the value worked out, never written?
    #[must_use]
    pub fn calculated_value(&self) -> bool {
        matches!(
            self.source,
            Source::Calculated | Source::Derived(_) | Source::Compound
        )
    }

    /// May a profile hide it? Not what identifies a record, what it cannot be saved without, and
    /// what the system keeps.
    #[must_use]
    pub fn permissionable(&self) -> bool {
        let system = matches!(
            &*self.name,
            "Id" | "IsDeleted"
                | "CreatedDate"
                | "CreatedById"
                | "LastModifiedDate"
                | "LastModifiedById"
                | "SystemModstamp"
                | "OwnerId"
                | "IsConverted"
        );
        let of_a_name = self.name_field || self.part_of == Some("Name");
        let conversion = self.name.starts_with("Converted");
        !(self.required || self.hidden || system || of_a_name || conversion)
    }

    /// Does describe call it a formula? Standard fields that are worked out are none there.
    #[must_use]
    pub fn formula(&self) -> bool {
        self.calculated_value() && self.name.ends_with("__c")
    }

    /// Has it a column in the table?
    #[must_use]
    pub fn stored(&self) -> bool {
        matches!(self.source, Source::Stored | Source::Calculated)
    }
}
