//! Registration of the hand-written statements, so that one test prepares all of them on both
//! engines.

/// Declares the statements of a module and the list `ALL` of them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* const $name: &str = $text;)*
        /// The statements of this module, by name.
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}
pub(crate) use statements;

/// Every hand-written statement: module, name, text with `?1` parameters.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static str, &'static str)> {
    let modules: &[(&str, &[(&str, &str)])] = &[
        ("auth", crate::auth::ALL),
        ("custom_fields", crate::custom_fields::ALL),
        ("directory", crate::directory::ALL),
        ("feed", crate::feed::ALL),
        ("idempotency", crate::idempotency::ALL),
        ("installs", crate::installs::ALL),
        ("jobs", crate::jobs::ALL),
        ("licensing", crate::licensing::ALL),
        ("inbox", crate::messages::inbox::ALL),
        ("outbox", crate::messages::outbox::ALL),
        ("publisher_keys", crate::publisher_keys::ALL),
        ("refresh", crate::refresh::ALL),
        ("install_counts", crate::install_counts::ALL),
        ("registrations", crate::registrations::ALL),
        ("users", crate::users::ALL),
    ];
    modules
        .iter()
        .flat_map(|(module, list)| list.iter().map(|(name, text)| (*module, *name, *text)))
        .collect()
}
