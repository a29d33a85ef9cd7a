//! The tree of a query: what was written, before any name is looked up.
//!
//! Places stand beside names and values for the errors of the binder; they take no part in
//! equality, so a printed tree parses to an equal one.

use openlma_core::time::{Date, Timestamp};

use crate::days::DayRange;
use crate::plan::CompareOp;
use crate::source::{At, Source};

/// A whole query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The text it was read from.
    pub source: Source,
    /// What to read.
    pub select: Select,
    /// The object after FROM.
    pub object: Name,
    /// Another name for it, valid in the whole query.
    pub alias: Option<Name>,
    /// WHERE.
    pub filter: Option<Expr>,
    /// ORDER BY.
    pub order: Vec<OrderItem>,
    /// LIMIT.
    pub limit: Option<u32>,
    /// OFFSET, 0-2,000.
    pub offset: Option<u32>,
    /// FOR VIEW or FOR REFERENCE: accepted, means nothing here.
    pub purpose: Option<Purpose>,
}

/// After SELECT.
#[derive(Clone, Debug, PartialEq)]
pub enum Select {
    /// `COUNT()`, alone.
    Count,
    /// A list, never empty.
    Items(Vec<SelectItem>),
}

/// One element of the field list.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectItem {
    /// A field, or a path of parents to one.
    Field(Path),
    /// `FIELDS(…)`
    Fields(FieldGroup, At),
}

/// The argument of `FIELDS()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldGroup {
    /// All fields; needs LIMIT 200 or less.
    All,
    /// The fields that every org has.
    Standard,
    /// The org's own fields; needs LIMIT 200 or less.
    Custom,
}

/// A name as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Its characters, case kept.
    pub text: String,
    /// Where it begins.
    pub at: At,
}

/// Names with dots between, never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Object or alias, parents, field.
    pub names: Vec<Name>,
}

/// After WHERE.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// At least two, joined by AND.
    And(Vec<Expr>),
    /// At least two, joined by OR.
    Or(Vec<Expr>),
    /// NOT.
    Not(Box<Expr>),
    /// `field = value` and the like.
    Compare {
        /// Left.
        path: Path,
        /// The operator.
        op: CompareOp,
        /// Right.
        value: Literal,
    },
    /// `field LIKE 'pattern'`
    Like {
        /// Left.
        path: Path,
        /// Right.
        value: Literal,
    },
    /// `field IN (…)`, `field NOT IN (…)`
    In {
        /// Left.
        path: Path,
        /// NOT IN.
        negated: bool,
        /// The list, never empty.
        values: Vec<Literal>,
    },
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// What it is.
    pub kind: LiteralKind,
    /// Where it begins.
    pub at: At,
}

/// What a written value is.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralKind {
    /// NULL
    Null,
    /// TRUE or FALSE
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other finite number.
    Number(f64),
    /// A quoted text, its escapes as written and valid.
    Text(String),
    /// A day.
    Date(Date),
    /// An instant.
    DateTime(Timestamp),
    /// `TODAY`, `LAST_N_DAYS:7` and the like.
    Days(DayRange),
}

/// One key of ORDER BY.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderItem {
    /// By what.
    pub path: Path,
    /// DESC.
    pub descending: bool,
    /// NULLS FIRST or NULLS LAST, when written.
    pub nulls: Option<Nulls>,
}

/// Where rows without a value go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// Before the others; also when nothing is written, whatever the direction.
    First,
    /// After the others.
    Last,
}

/// FOR what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// VIEW
    View,
    /// REFERENCE
    Reference,
}

impl Path {
    /// Where it begins.
    #[must_use]
    pub fn at(&self) -> At {
        self.names.first().map_or(At(0), |name| name.at)
    }
}
