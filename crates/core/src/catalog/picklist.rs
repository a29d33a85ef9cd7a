//! The values that picklists offer, and the standard lists.

use std::sync::Arc;

/// The values of a picklist, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Picklist {
    values: Values,
    default: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    Standard(&'static [&'static str]),
    Own(Arc<Vec<String>>),
}

impl Picklist {
    /// One of the standard lists.
    #[must_use]
    pub const fn standard(values: &'static [&'static str]) -> Picklist {
        Picklist { values: Values::Standard(values), default: None }
    }

    /// A standard list whose `default` is chosen beforehand.
    #[must_use]
    pub const fn with_default(
        values: &'static [&'static str],
        default: &'static str,
    ) -> Picklist {
        Picklist { values: Values::Standard(values), default: Some(default) }
    }

    /// The list of a custom field.
    #[must_use]
    pub fn own(values: Vec<String>) -> Picklist {
        Picklist { values: Values::Own(Arc::new(values)), default: None }
    }

    /// The values, in order.
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

    /// The list's own spelling of `text`, ignoring case.
    #[must_use]
    pub fn canonical(&self, text: &str) -> Option<&str> {
        let folded = crate::fold::fold(text);
        self.values().find(|v| crate::fold::fold(v) == folded)
    }
}
