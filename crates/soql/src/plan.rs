//! The plan: a bound query as plain data, ready to become SQL.
//!
//! Every name is resolved and every permission asked; nothing here is text of the query. `store`
//! turns a plan into a statement, [`crate::eval`] evaluates its condition in memory. Nothing here
//! may know SQL.
//!
//! # One table for null
//!
//! A condition is two-valued: it matches a row or it does not. Null never makes it unknown, so
//! `NOT` is a plain complement. Empty text does not exist, it is null.
//!
//! | condition on a column that is null | matches |
//! |---|---|
//! | `Compare` with `Eq`, `Lt`, `Le`, `Gt`, `Ge` | no |
//! | `Compare` with `Ne` | yes |
//! | `Like` | no |
//! | `In`, not negated | no |
//! | `In`, negated | yes |
//! | `IsNull`, not negated | yes |
//! | `IsNull`, negated | no |
//! | `Not(c)` | where `c` does not match |
//!
//! A column reached through a look-up that is null, or whose parent is missing, is null. The
//! binder turns a written `null` (and `''`) into `IsNull`, so [`Condition::Compare`] and
//! [`Condition::In`] never carry [`Value::Null`].

use std::sync::Arc;

use openlma_core::Value;
use openlma_core::catalog::{FieldDef, ObjectDef};

/// A bound query.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The object after FROM; source 0.
    pub object: Arc<ObjectDef>,
    /// Parents that the columns need; `joins[n]` is source `n + 1`. A join refers only to
    /// sources before it.
    pub joins: Vec<Join>,
    /// What to read, in the query's order, then the keys that it did not ask for. Empty when
    /// `count` is set.
    pub select: Vec<Output>,
    /// Which rows; `None` means all.
    pub filter: Option<Condition>,
    /// In which order; the store adds a unique column last to make it stable.
    pub order: Vec<Order>,
    /// At most so many rows.
    pub limit: Option<u32>,
    /// Rows to leave out at the front, 0-2,000.
    pub offset: u32,
    /// `SELECT COUNT()`: the answer is the number of rows after `limit` and `offset`.
    pub count: bool,
    /// Rows in the recycle bin take part too; otherwise rows of an object with
    /// [`ObjectDef::soft_delete`] are left out when deleted. Parents are joined either way.
    pub include_deleted: bool,
}

/// A left join from a look-up to the id of its parent.
#[derive(Clone, Debug)]
pub struct Join {
    /// 0 is the root, `n` is `joins[n - 1]`.
    pub source: usize,
    /// Position of the look-up in the source object's fields.
    pub look_up: usize,
    /// The parent object. A polymorphic look-up has one join for each object that is needed.
    pub object: Arc<ObjectDef>,
}

/// One value of each row.
///
/// A reply nests records: the path `["Account", "Name"]` is the field `Name` of the parent
/// `Account`. For the root and for every parent that a shown path goes through, `select` holds
/// the record's own `Id` (path `["Id"]`, `["Account", "Id"]`, …), shown or as [`Role::Key`]: a
/// parent whose `Id` is null is missing and the reply says `null` for the whole of it; the id's
/// prefix names the object for the attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Names in the schema's case: relationships, then the field, then a compound's part.
    pub path: Vec<String>,
    /// Where the value comes from.
    pub column: Column,
    /// What the reply does with it.
    pub role: Role,
}

/// What a reply does with an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Shown.
    Field,
    /// Only there to tell whether a record exists and what it is.
    Key,
    /// A part of a compound field; the path ends with the compound and the part
    /// (`["BillingAddress", "city"]`). A compound whose parts are all null is null.
    Part,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// A field of a source.
    Field {
        /// 0 is the root, `n` is `joins[n - 1]`.
        source: usize,
        /// Position in the source object's fields; never a compound.
        field: usize,
    },
    /// The first of these that is not null; at least two, all of one kind. Comes from a path
    /// through a polymorphic look-up, where at most one parent exists.
    Coalesce(Vec<Column>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `=`
    Eq,
    /// `!=`, matches null too.
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Which rows match; the module's table says what null does.
///
/// Texts in it are folded with [`openlma_core::fold::fold`]; a column of text is folded before it
/// is compared, and folded texts are ordered by code point. Ids compare by their 15 characters
/// with case. A whole number may meet a column with fractions and the reverse: they compare as
/// numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All match; true when empty. The binder joins many conditions as a tree of short lists,
    /// so an expression written from it is never deep.
    And(Vec<Condition>),
    /// At least one matches; false when empty.
    Or(Vec<Condition>),
    /// The complement.
    Not(Box<Condition>),
    /// A column against a value.
    Compare {
        /// The left side.
        column: Column,
        /// How.
        op: CompareOp,
        /// The right side, never null.
        value: Value,
    },
    /// A column of text against a pattern.
    Like {
        /// The left side.
        column: Column,
        /// Folded; `%` is any run of characters, `_` is one character, `\` takes the next
        /// character as it is (only `%`, `_` and `\` follow it).
        pattern: String,
    },
    /// A column against a list.
    In {
        /// The left side.
        column: Column,
        /// At least one value, none null, none twice.
        values: Vec<Value>,
        /// `NOT IN`, matches null too.
        negated: bool,
    },
    /// Whether a column is null.
    IsNull {
        /// The column.
        column: Column,
        /// Whether it is *not* null.
        negated: bool,
    },
}

/// One key of the order. Text is ordered folded, as in [`Condition`]; false before true.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// From high to low.
    pub descending: bool,
    /// Nulls before everything else, else after; independent of `descending`.
    pub nulls_first: bool,
}

impl Plan {
    /// The object of a source: 0 is the root, `n` is `joins[n - 1]`.
    #[must_use]
    pub fn source(&self, source: usize) -> &Arc<ObjectDef> {
        match source.checked_sub(1) {
            Some(join) => &self.joins[join].object,
            None => &self.object,
        }
    }

    /// The declaration of a column's field; the first one's for a coalesced column.
    #[must_use]
    pub fn field(&self, column: &Column) -> &FieldDef {
        let (source, field) = column.first();
        &self.source(source).fields()[field]
    }
}

impl Column {
    /// Source and field of the column, or of the first of several.
    #[must_use]
    pub fn first(&self) -> (usize, usize) {
        match self {
            Column::Field { source, field } => (*source, *field),
            // Never empty, as declared.
            Column::Coalesce(columns) => columns.first().map_or((0, 0), Column::first),
        }
    }
}
