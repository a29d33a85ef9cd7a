//! The field list.

use openlma_core::Result;
use openlma_core::quote::beginning;

use super::Parser;
use crate::ast::{FieldGroup, Select, SelectItem};
use crate::source::At;
use crate::token::{Kind, Sign};

impl Parser<'_> {
    pub(super) fn select(&mut self) -> Result<Select> {
        let mut items = Vec::new();
        loop {
            if self.token().kind == Kind::Sign(Sign::Open) {
                return Err(self.unsupported("a sub-query in the field list"));
            }
            if self.token().is_word("TYPEOF") && self.ahead(1).kind == Kind::Word {
                return Err(self.unsupported("TYPEOF"));
            }
            if items.is_empty() && self.count() {
                return Ok(Select::Count);
            }
            items.push(self.select_item()?);
            if self.token().kind == Kind::Word && !self.token().is_word("FROM") {
                let message = "only aggregate expressions use field aliasing";
                return Err(self.malformed(self.at(), message));
            }
            if !self.take_sign(Sign::Comma, "','") {
                return Ok(Select::Items(items));
            }
        }
    }

    /// Takes `COUNT()`.
    fn count(&mut self) -> bool {
        let found = self.token().is_word("COUNT")
            && self.ahead(1).kind == Kind::Sign(Sign::Open)
            && self.ahead(2).kind == Kind::Sign(Sign::Close);
        if found {
            (0..3).for_each(|_| self.advance());
        }
        found
    }

    fn select_item(&mut self) -> Result<SelectItem> {
        let at = self.at();
        if self.token().is_word("FIELDS") && self.ahead(1).kind == Kind::Sign(Sign::Open) {
            self.advance();
            self.advance();
            return self.field_group(at);
        }
        self.refuse_function()?;
        Ok(SelectItem::Field(self.path()?))
    }

    fn field_group(&mut self, at: At) -> Result<SelectItem> {
        let group = if self.take("ALL") {
            FieldGroup::All
        } else if self.take("STANDARD") {
            FieldGroup::Standard
        } else {
            self.require("CUSTOM")?;
            FieldGroup::Custom
        };
        self.require_sign(Sign::Close, "')'")?;
        Ok(SelectItem::Fields(group, at))
    }

    /// Refuses `name(`, which is a function call.
    pub(super) fn refuse_function(&self) -> Result<()> {
        let token = self.token();
        if token.kind == Kind::Word && self.ahead(1).kind == Kind::Sign(Sign::Open) {
            let name = token.text.to_ascii_uppercase();
            let what = match name.as_str() {
                // Alone it would have been taken.
                "COUNT" if self.ahead(2).kind == Kind::Sign(Sign::Close) => {
                    "COUNT() beside other fields".to_owned()
                }
                _ => format!("the function {}", beginning(&name)),
            };
            return Err(self.unsupported(&what));
        }
        Ok(())
    }
}
