//! Registration of the hand-written statements, so that one test prepares all of them on both
//! engines.

use crate::dialect::Dialect;

/// A hand-written statement, or a family of them.
pub(crate) trait Statement: Sync {
    /// Every text of it that an engine gets, with `?1` parameters.
    fn texts(&self, dialect: Dialect) -> Vec<String>;
}

impl Statement for &'static str {
    fn texts(&self, _: Dialect) -> Vec<String> {
        vec![(*self).to_owned()]
    }
}

/// A statement that is put together: the engines differ in a part of it, or the catalogue has one.
pub(crate) struct Made(pub(crate) fn(Dialect) -> String);

impl Made {
    /// Its text for an engine.
    pub(crate) fn text(&self, dialect: Dialect) -> String {
        (self.0)(dialect)
    }
}

impl Statement for Made {
    fn texts(&self, dialect: Dialect) -> Vec<String> {
        vec![self.text(dialect)]
    }
}

/// Declares the statements of a module, texts or what else is a [`Statement`], and the list `ALL` of
/// them.
macro_rules! statements {
    (@kind) => { &str };
    (@kind $kind:ty) => { $kind };
    ($($(#[$doc:meta])* $name:ident $(: $kind:ty)? = $statement:expr;)*) => {
        $($(#[$doc])* const $name: $crate::sql::statements!(@kind $($kind)?) = $statement;)*
        /// The statements of this module, by name.
        pub(crate) const ALL: &[(&str, &dyn $crate::sql::Statement)] =
            &[$((stringify!($name), &$name),)*];
    };
}
pub(crate) use statements;

type Module = (
    &'static str,
    &'static [(&'static str, &'static dyn Statement)],
);

const MODULES: &[Module] = &[
    ("auth", crate::auth::ALL),
    ("custom_fields", crate::custom_fields::ALL),
    ("directory", crate::directory::ALL),
    ("feed", crate::feed::ALL),
    ("idempotency", crate::idempotency::ALL),
    ("inbox", crate::messages::inbox::ALL),
    ("install_counts", crate::install_counts::ALL),
    ("installs", crate::installs::ALL),
    ("jobs", crate::jobs::ALL),
    ("licensing", crate::licensing::ALL),
    ("migrate", crate::migrate::ALL),
    ("outbox", crate::messages::outbox::ALL),
    ("publisher_keys", crate::publisher_keys::ALL),
    ("records", crate::records::ALL),
    ("refresh", crate::refresh::ALL),
    ("registrations", crate::registrations::ALL),
    ("users", crate::users::ALL),
];

/// Every text of the hand-written statements for an engine: module, name, text with `?1` parameters.
#[must_use]
pub fn all(dialect: Dialect) -> Vec<(&'static str, &'static str, String)> {
    let statements = MODULES
        .iter()
        .flat_map(|(module, list)| list.iter().map(|(name, one)| (*module, *name, *one)));
    statements
        .flat_map(|(module, name, statement)| {
            let texts = statement.texts(dialect).into_iter();
            texts.map(move |text| (module, name, text))
        })
        .collect()
}
