//! The values that picklists offer, and the standard lists (standard-objects.md §7).

mod lists;

use std::sync::Arc;

pub use lists::*;

use crate::fold::fold;
use crate::time;

/// The values of a picklist, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Picklist {
    values: Values,
    default: Option<&'static str>,
    open: Option<Open>,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    Standard(&'static [&'static str]),
    Own(Arc<Vec<String>>),
}

/// Lists that take more than the values they offer, by a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Open {
    /// Any name of the time zone data.
    TimeZone,
    /// `ll`, `ll_CC` and variants `ll_CC_X`.
    Locale,
}

/// Most values that a sentence names.
const NAMED: usize = 12;

impl Picklist {
    /// One of the standard lists.
    #[must_use]
    pub const fn standard(values: &'static [&'static str]) -> Picklist {
        Picklist {
            values: Values::Standard(values),
            default: None,
            open: None,
        }
    }

    /// A standard list whose `default` is chosen beforehand.
    #[must_use]
    pub const fn with_default(values: &'static [&'static str], default: &'static str) -> Picklist {
        Picklist {
            values: Values::Standard(values),
            default: Some(default),
            open: None,
        }
    }

    const fn open(values: &'static [&'static str], rule: Open) -> Picklist {
        Picklist {
            values: Values::Standard(values),
            default: None,
            open: Some(rule),
        }
    }

    /// The list of a custom field.
    #[must_use]
    pub fn own(values: Vec<String>) -> Picklist {
        Picklist {
            values: Values::Own(Arc::new(values)),
            default: None,
            open: None,
        }
    }

    /// The values on offer, in order.
    pub fn values(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match &self.values {
            Values::Standard(values) => Box::new(values.iter().copied()),
            Values::Own(values) => Box::new(values.iter().map(String::as_str)),
        }
    }

    /// The value chosen beforehand.
    #[must_use]
    pub fn default_value(&self) -> Option<&'static str> {
        self.default
    }

    /// What there is to choose from, in words.
    #[must_use]
    pub fn allowed(&self) -> String {
        match self.open {
            Some(Open::TimeZone) => time::WHAT_ZONE.to_owned(),
            Some(Open::Locale) => "give a language, such as en_US or de".to_owned(),
            None => {
                let values: Vec<&str> = self.values().collect();
                let named = values.get(..NAMED).unwrap_or(&values).join(", ");
                match values.len() {
                    0..=NAMED => format!("give one of {named}"),
                    all => {
                        format!("give one of the {all} values that describe lists, such as {named}")
                    }
                }
            }
        }
    }

    /// The list's own spelling of `text`, ignoring case; `None` for what the list does not take.
    #[must_use]
    pub fn canonical(&self, text: &str) -> Option<String> {
        let folded = fold(text);
        if let Some(value) = self.values().find(|v| fold(v) == folded) {
            return Some(value.to_owned());
        }
        match self.open? {
            Open::TimeZone => zone_name(text),
            Open::Locale => locale(text),
        }
    }
}

fn zone_name(text: &str) -> Option<String> {
    let zone = time::zone(text).ok()?;
    zone.iana_name().map(str::to_owned)
}

/// `de_at` becomes `de_AT`; a variant is kept in upper case.
fn locale(text: &str) -> Option<String> {
    let mut parts = text.split('_');
    let language = parts.next()?;
    let letters = |s: &str, sizes: std::ops::RangeInclusive<usize>| {
        sizes.contains(&s.len()) && s.bytes().all(|c| c.is_ascii_alphabetic())
    };
    if !letters(language, 2..=3) {
        return None;
    }
    let mut out = language.to_ascii_lowercase();
    if let Some(country) = parts.next() {
        if !letters(country, 2..=2) {
            return None;
        }
        out = format!("{out}_{}", country.to_ascii_uppercase());
    }
    if let Some(variant) = parts.next() {
        if variant.is_empty() || !variant.bytes().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        out = format!("{out}_{}", variant.to_ascii_uppercase());
    }
    parts.next().is_none().then_some(out)
}
