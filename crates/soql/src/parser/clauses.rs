//! The query as a whole: its clauses and their order.

use openlma_core::{Code, Result};

use super::Parser;
use crate::ast::{FieldGroup, Name, Nulls, OrderItem, Purpose, Query, Select, SelectItem};
use crate::token::{Kind, Sign};

/// The largest OFFSET (R-ERR-2).
const MAX_OFFSET: u32 = 2_000;

/// The largest LIMIT beside `FIELDS(ALL)` and `FIELDS(CUSTOM)`.
const MAX_FIELDS_LIMIT: u32 = 200;

/// Words that may follow FROM and are not reserved, but are no alias either.
const CLAUSES: [&str; 8] = [
    "ORDER", "OFFSET", "FOR", "GROUP", "WITH", "USING", "UPDATE", "ALL",
];

/// Clauses of the language that are not served.
const UNSERVED: [(&str, &str); 5] = [
    ("USING", "USING SCOPE"),
    ("WITH", "WITH"),
    ("GROUP", "GROUP BY"),
    ("HAVING", "HAVING"),
    ("UPDATE", "UPDATE"),
];

impl Parser<'_> {
    pub(super) fn query(&mut self) -> Result<Query> {
        self.require("SELECT")?;
        let select = self.select()?;
        self.require("FROM")?;
        let object = self.free_name("object name")?;
        let alias = self.alias()?;
        self.refuse_unserved()?;
        let filter = if self.take("WHERE") {
            Some(self.filter()?)
        } else {
            None
        };
        self.refuse_unserved()?;
        let order = if self.take("ORDER") {
            self.order()?
        } else {
            Vec::new()
        };
        let limit = if self.take("LIMIT") {
            Some(self.whole_number()?)
        } else {
            None
        };
        let offset = if self.take("OFFSET") {
            Some(self.offset()?)
        } else {
            None
        };
        let purpose = if self.take("FOR") {
            Some(self.purpose()?)
        } else {
            None
        };
        self.refuse_unserved()?;
        if self.token().kind != Kind::End {
            self.expect_also("end of query");
            return Err(self.unexpected());
        }
        self.check_fields_limit(&select, limit)?;
        let source = std::mem::take(&mut self.source);
        Ok(Query {
            source,
            select,
            object,
            alias,
            filter,
            order,
            limit,
            offset,
            purpose,
        })
    }

    /// `FROM Account a`, `FROM Account AS a`.
    fn alias(&mut self) -> Result<Option<Name>> {
        if self.token().is_word("AS") && self.ahead(1).kind == Kind::Word {
            self.advance();
        }
        let token = self.token();
        let clause = CLAUSES.iter().any(|word| token.is_word(word));
        let alias = if token.kind == Kind::Word && !clause && !token.is_reserved() {
            Some(self.name("alias")?)
        } else {
            None
        };
        if self.token().kind == Kind::Sign(Sign::Comma) {
            return Err(self.unsupported("a second object in FROM"));
        }
        Ok(alias)
    }

    fn refuse_unserved(&self) -> Result<()> {
        match UNSERVED.iter().find(|(word, _)| self.token().is_word(word)) {
            Some((_, clause)) => Err(self.unsupported(clause)),
            None => Ok(()),
        }
    }

    fn order(&mut self) -> Result<Vec<OrderItem>> {
        self.require("BY")?;
        let mut items = Vec::new();
        loop {
            self.refuse_function()?;
            let path = self.path()?;
            let descending = !self.take("ASC") && self.take("DESC");
            let nulls = if self.take("NULLS") {
                Some(self.nulls()?)
            } else {
                None
            };
            items.push(OrderItem {
                path,
                descending,
                nulls,
            });
            if !self.take_sign(Sign::Comma, "','") {
                return Ok(items);
            }
        }
    }

    fn nulls(&mut self) -> Result<Nulls> {
        if self.take("FIRST") {
            return Ok(Nulls::First);
        }
        self.require("LAST")?;
        Ok(Nulls::Last)
    }

    fn offset(&mut self) -> Result<u32> {
        let at = self.at();
        let offset = self.whole_number()?;
        if offset > MAX_OFFSET {
            let message = format!("Maximum SOQL offset allowed is {MAX_OFFSET}");
            return Err(self
                .source
                .error(Code::NumberOutsideValidRange, at, message));
        }
        Ok(offset)
    }

    fn purpose(&mut self) -> Result<Purpose> {
        if self.take("VIEW") {
            return Ok(Purpose::View);
        }
        self.require("REFERENCE")?;
        Ok(Purpose::Reference)
    }

    fn check_fields_limit(&self, select: &Select, limit: Option<u32>) -> Result<()> {
        let Select::Items(items) = select else {
            return Ok(());
        };
        let unbounded = items.iter().find_map(|item| match item {
            SelectItem::Fields(FieldGroup::All | FieldGroup::Custom, at) => Some(*at),
            _ => None,
        });
        match unbounded {
            Some(at) if limit.is_none_or(|n| n > MAX_FIELDS_LIMIT) => Err(self.malformed(
                at,
                format!("The SOQL FIELDS function must have a LIMIT of at most {MAX_FIELDS_LIMIT}"),
            )),
            _ => Ok(()),
        }
    }
}
