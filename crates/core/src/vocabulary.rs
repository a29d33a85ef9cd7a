//! Closed vocabularies: an enum whose every variant has one text.
//!
//! Only the macro lives here; each vocabulary is declared in the module whose idea it is.

/// Declares an enum with one text per variant: `ALL`, `as_str`, `parse` (ignoring case, with an
/// error that lists what is allowed), `Display` and serde as that text.
macro_rules! vocabulary {
    (
        $(#[$doc:meta])*
        pub enum $name:ident = $what:literal {
            $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The text of the value.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// Reads the text, ignoring case.
            ///
            /// # Errors
            /// `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST`, listing what is allowed.
            pub fn parse(text: &str) -> $crate::error::Result<$name> {
                $name::ALL.iter().copied().find(|v| v.as_str().eq_ignore_ascii_case(text)).ok_or_else(
                    || {
                        let allowed: Vec<_> = $name::ALL.iter().map(|v| v.as_str()).collect();
                        $crate::vocabulary::bad_value($what, text, &allowed)
                    },
                )
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<$name, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(d)?;
                $name::parse(&text).map_err(|e| serde::de::Error::custom(e.message))
            }
        }
    };
}
pub(crate) use vocabulary;

/// The error for a text that a vocabulary does not have; its field is what the vocabulary is called.
pub(crate) fn bad_value(what: &str, text: &str, allowed: &[&str]) -> crate::error::Error {
    crate::error::Error::new(
        crate::error::Code::InvalidOrNullForRestrictedPicklist,
        format!(
            "{what}: bad value for restricted picklist field: {} (allowed: {})",
            crate::quote::beginning(text),
            allowed.join(", ")
        ),
    )
    .field(what)
}
