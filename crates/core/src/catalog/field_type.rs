//! The types that fields can have.

use std::borrow::Cow;

use super::picklist::Picklist;

/// The type of a field, with what its values must keep to.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// The record's own id.
    Id,
    /// A look-up to one of several objects, with the name of the parent path.
    Reference {
        /// Objects it may point at; more than one makes it polymorphic.
        to: &'static [&'static str],
        /// Name in dotted paths; `None` where the original has none.
        relationship: Option<Cow<'static, str>>,
    },
    /// One line of text, length in characters.
    String(u32),
    /// Text of several lines; above 255 characters it cannot be filtered or sorted.
    TextArea(u32),
    /// A choice, with the length of what is stored.
    Picklist(Picklist, u32),
    /// Free text with suggestions.
    Combobox(u32),
    /// Telephone number.
    Phone(u32),
    /// Web address.
    Url(u32),
    /// `local@domain.tld`.
    Email(u32),
    /// Checkbox; never null.
    Boolean,
    /// Whole number of at most so many digits.
    Int(u8),
    /// Number with precision and scale.
    Double(u8, u8),
    /// Amount of money with precision and scale.
    Currency(u8, u8),
    /// Per cent with precision and scale.
    Percent(u8, u8),
    /// Calendar day.
    Date,
    /// Instant.
    DateTime,
    /// Any scalar (history values); the value is its JSON as text, see `input::encode_any`.
    AnyType,
    /// Compound of the parts with this prefix (`Billing`, or nothing).
    Address(&'static str),
}

impl FieldType {
    /// A look-up without a parent path.
    #[must_use]
    pub fn lookup(to: &'static [&'static str]) -> FieldType {
        FieldType::Reference {
            to,
            relationship: None,
        }
    }

    /// A look-up with a parent path.
    #[must_use]
    pub fn reference(to: &'static [&'static str], relationship: &'static str) -> FieldType {
        FieldType::Reference {
            to,
            relationship: Some(Cow::Borrowed(relationship)),
        }
    }

    /// Name in describe.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            FieldType::Id => "id",
            FieldType::Reference { .. } => "reference",
            FieldType::String(_) => "string",
            FieldType::TextArea(_) => "textarea",
            FieldType::Picklist(..) => "picklist",
            FieldType::Combobox(_) => "combobox",
            FieldType::Phone(_) => "phone",
            FieldType::Url(_) => "url",
            FieldType::Email(_) => "email",
            FieldType::Boolean => "boolean",
            FieldType::Int(_) => "int",
            FieldType::Double(..) => "double",
            FieldType::Currency(..) => "currency",
            FieldType::Percent(..) => "percent",
            FieldType::Date => "date",
            FieldType::DateTime => "datetime",
            FieldType::AnyType => "anyType",
            FieldType::Address(_) => "address",
        }
    }

    /// Most characters that a text of this type may have.
    #[must_use]
    pub fn text_length(&self) -> Option<u32> {
        match self {
            FieldType::String(n)
            | FieldType::TextArea(n)
            | FieldType::Picklist(_, n)
            | FieldType::Combobox(n)
            | FieldType::Phone(n)
            | FieldType::Url(n)
            | FieldType::Email(n) => Some(*n),
            _ => None,
        }
    }

    /// Is it text that is compared without regard to case, and so stored folded beside?
    #[must_use]
    pub fn folds(&self) -> bool {
        self.text_length().is_some() && self.filterable()
    }

    /// May it stand in WHERE?
    #[must_use]
    pub fn filterable(&self) -> bool {
        !matches!(self, FieldType::TextArea(n) if *n > 255)
            && !matches!(self, FieldType::AnyType | FieldType::Address(_))
    }

    /// May it stand in ORDER BY?
    #[must_use]
    pub fn sortable(&self) -> bool {
        self.filterable()
    }
}
