//! Who gets access to an installed package, as it travels (R-INS-2).

use std::fmt;

use serde::de::{self, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Who gets access: `"administrators"`, `"all"` or `{"profiles": ["00e…"]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Administrators.
    #[default]
    Administrators,
    /// All active users.
    All,
    /// Users of these profiles, by id.
    Profiles(Vec<String>),
}

impl<'de> Deserialize<'de> for Access {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Access, D::Error> {
        struct Choice;

        impl<'de> Visitor<'de> for Choice {
            type Value = Access;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"administrators\", \"all\" or {\"profiles\": [profile ids]}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Access, E> {
                match text {
                    "administrators" => Ok(Access::Administrators),
                    "all" => Ok(Access::All),
                    _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Access, A::Error> {
                let wrong = || de::Error::invalid_value(Unexpected::Map, &Choice);
                if map
                    .next_key::<String>()?
                    .is_none_or(|key| key != "profiles")
                {
                    return Err(wrong());
                }
                let profiles = map.next_value()?;
                match map.next_key::<String>()? {
                    None => Ok(Access::Profiles(profiles)),
                    Some(_) => Err(wrong()),
                }
            }
        }

        d.deserialize_any(Choice)
    }
}

#[cfg(test)]
mod tests {
    use super::Access;

    /// R-INS-2: each choice there and back; anything else is told what there is.
    #[test]
    fn r_ins_2_choices_in_json() {
        for json in ["\"administrators\"", "\"all\"", r#"{"profiles":["00e1"]}"#] {
            let access: Access = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&access).unwrap(), json);
        }
        for json in [
            "5",
            "null",
            "\"some\"",
            "{}",
            r#"{"users":[]}"#,
            r#"{"profiles":[],"users":[]}"#,
        ] {
            let refused = serde_json::from_str::<Access>(json)
                .unwrap_err()
                .to_string();
            assert!(
                refused.contains("\"administrators\", \"all\" or"),
                "{refused}"
            );
        }
    }
}
