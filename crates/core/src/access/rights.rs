//! The object permissions one by one, and which of them need others (R-SEC-1).

use super::ObjectAccess;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// One object permission.
    pub enum Right = "Object permission" {
        /// Read records.
        Read = "read",
        /// Create records.
        Create = "create",
        /// Change records.
        Edit = "edit",
        /// Delete records.
        Delete = "delete",
        /// Read all records.
        ViewAll = "view_all",
        /// Change and delete all records.
        ModifyAll = "modify_all",
    }
}

impl Right {
    /// The others that this one does not go without.
    #[must_use]
    pub const fn needs(self) -> &'static [Right] {
        match self {
            Right::Read => &[],
            Right::Create | Right::Edit | Right::ViewAll => &[Right::Read],
            Right::Delete => &[Right::Read, Right::Edit],
            Right::ModifyAll => &[Right::Read, Right::Edit, Right::Delete, Right::ViewAll],
        }
    }
}

impl ObjectAccess {
    /// Is this permission given?
    #[must_use]
    pub const fn has(self, right: Right) -> bool {
        match right {
            Right::Read => self.read,
            Right::Create => self.create,
            Right::Edit => self.edit,
            Right::Delete => self.delete,
            Right::ViewAll => self.view_all,
            Right::ModifyAll => self.modify_all,
        }
    }

    /// Gives a permission with those that it needs.
    pub(super) fn give(&mut self, right: Right) {
        right
            .needs()
            .iter()
            .for_each(|needed| self.set(*needed, true));
        self.set(right, true);
    }

    /// Takes a permission away, and those that need it.
    pub(super) fn take(&mut self, right: Right) {
        let needing = Right::ALL
            .iter()
            .filter(|other| other.needs().contains(&right));
        needing.for_each(|other| self.set(*other, false));
        self.set(right, false);
    }

    fn set(&mut self, right: Right, given: bool) {
        let switch = match right {
            Right::Read => &mut self.read,
            Right::Create => &mut self.create,
            Right::Edit => &mut self.edit,
            Right::Delete => &mut self.delete,
            Right::ViewAll => &mut self.view_all,
            Right::ModifyAll => &mut self.modify_all,
        };
        *switch = given;
    }
}
