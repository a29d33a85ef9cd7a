//! One field of one record as it stands on a page: what a list's cell, a highlight and a line of
//! a section have in common.

use askama::Template;
use jiff::tz::TimeZone;
use openlma_app::{Actor, App};
use openlma_core::access::FieldAccess;
use openlma_core::catalog::{Derived, FieldDef, FieldType, ObjectDef, Source, names};
use openlma_core::time::Date;
use openlma_core::{Id, Value};

use super::reading::{self, Row};
use super::seat_bar::{Bar, Seats};
use super::{format, layout};

/// What is shown of a value; renders itself.
#[derive(Template)]
#[template(path = "shown.html")]
pub(super) enum Shown {
    /// Nothing is there; the word that says so.
    Nothing(&'static str),
    Text(String),
    /// Ids and other texts that are compared letter by letter.
    Code(String),
    Number(String),
    Day {
        machine: String,
        distance: Option<String>,
    },
    Instant(format::Instant),
    Link {
        href: String,
        text: String,
    },
    /// Out of the console; only `https`, `http` and `mailto`.
    Outside {
        href: String,
        text: String,
    },
    Status {
        sign: &'static str,
        class: &'static str,
        text: String,
    },
    Sync {
        sign: &'static str,
        class: &'static str,
        text: String,
    },
    Seats(Seats),
}

/// In whose eyes, and when.
pub(super) struct Eye<'a> {
    pub(super) actor: &'a Actor,
    pub(super) base: String,
    today: Date,
}

impl<'a> Eye<'a> {
    /// The eye of one request.
    pub(super) fn new(app: &App, actor: &'a Actor, base: String) -> Eye<'a> {
        Eye {
            actor,
            base,
            today: actor.org.today(app.now()),
        }
    }

    /// A field of a record.
    pub(super) fn see(&self, object: &ObjectDef, field: &FieldDef, row: &Row) -> Shown {
        match (object.name, &*field.name) {
            (names::LICENSE, "sfLma__Seats__c") if row.has("sfLma__Used_Licenses__c") => {
                return seats(
                    row.value("sfLma__Seats__c"),
                    row.value("sfLma__Used_Licenses__c"),
                );
            }
            (names::PACKAGE_LICENSE, "AllowedLicenses") if row.has("UsedLicenses") => {
                return seats(row.value("AllowedLicenses"), row.value("UsedLicenses"));
            }
            (layout::HISTORY, "Field") => return self.changed_field(row),
            _ => {}
        }
        if let FieldType::Address(prefix) = field.ty {
            return address(prefix, row);
        }
        let value = row.value(&field.name);
        if value.is_null() {
            return Shown::Nothing(absence(&field.name));
        }
        if let Some(id) = value.as_id().filter(|_| !field.references().is_empty()) {
            let label = reading::label_path(self.actor, field).and_then(|path| row.text(&path));
            return self.look_up(id, label);
        }
        self.plain(object, field, value)
    }

    /// A line of history names a field by its API name, or an event.
    fn changed_field(&self, row: &Row) -> Shown {
        let name = row.text("Field").unwrap_or_default();
        let license = self.actor.org.catalog.known(names::LICENSE);
        let field = reading::readable(self.actor, license, name);
        let label = match name {
            "created" => "Created",
            _ => field.map_or(name, |field| layout::label(license, field)),
        };
        Shown::Text(label.to_owned())
    }

    /// A value by its type alone.
    fn plain(&self, object: &ObjectDef, field: &FieldDef, value: &Value) -> Shown {
        match value {
            Value::Null => Shown::Nothing("None"),
            Value::Bool(flag) => Shown::Text(if *flag { "Yes" } else { "No" }.to_owned()),
            Value::Int(n) if field.name.ends_with("Year") => Shown::Number(n.to_string()),
            Value::Int(n) => Shown::Number(format::whole(*n)),
            Value::Number(n) => number(&field.ty, *n),
            Value::Date(day) => Shown::Day {
                machine: day.to_string(),
                distance: format::distance(*day, self.today),
            },
            Value::DateTime(at) => Shown::Instant(self.instant(*at)),
            Value::Id(id) => Shown::Code(id.to_string()),
            Value::Text(text) => self.text(object, field, text),
        }
    }

    fn text(&self, object: &ObjectDef, field: &FieldDef, text: &str) -> Shown {
        if let Source::Derived(Derived::EffectiveStatus | Derived::PackageLicenseStatus) =
            field.source
        {
            return status(text);
        }
        match (&field.ty, &*field.name) {
            (_, "olma__Sync_State__c") => sync(text),
            (FieldType::Url(_), _) if web_address(text) => Shown::Outside {
                href: text.to_owned(),
                text: text.to_owned(),
            },
            (FieldType::Email(_), _) => Shown::Outside {
                href: format!("mailto:{}", encoded(text)),
                text: text.to_owned(),
            },
            (FieldType::AnyType, _) => self.any(object, field, text),
            (FieldType::String(_), _) if field.label.ends_with(" ID") => {
                Shown::Code(text.to_owned())
            }
            _ => Shown::Text(text.to_owned()),
        }
    }

    /// A value of history is the JSON of a scalar.
    fn any(&self, object: &ObjectDef, field: &FieldDef, text: &str) -> Shown {
        let value = match serde_json::from_str(text) {
            Ok(serde_json::Value::String(text)) => return self.any_text(text),
            Ok(serde_json::Value::Bool(flag)) => Value::Bool(flag),
            Ok(serde_json::Value::Number(n)) => Value::from(n.as_f64()),
            _ => Value::Null,
        };
        self.plain(object, field, &value)
    }

    fn any_text(&self, text: String) -> Shown {
        if let Ok(day) = text.parse::<Date>()
            && day.to_string() == text
        {
            return Shown::Day {
                machine: text,
                distance: None,
            };
        }
        match Id::parse(&text) {
            Ok(id) if self.page_of(id).is_some() => self.look_up(id, None),
            _ => Shown::Text(text),
        }
    }

    fn look_up(&self, id: Id, label: Option<&str>) -> Shown {
        let text = label.map_or_else(|| id.to_string(), str::to_owned);
        match self.page_of(id) {
            Some(href) => Shown::Link { href, text },
            None if label.is_some() => Shown::Text(text),
            None => Shown::Code(text),
        }
    }

    /// The page of a record, if its object may be read.
    fn page_of(&self, id: Id) -> Option<String> {
        let object = self.actor.org.catalog.by_prefix(id.prefix())?;
        self.actor
            .permissions
            .may_read_object(object)
            .then(|| self.page(object, id))
    }

    /// The page of a record.
    pub(super) fn page(&self, object: &ObjectDef, id: Id) -> String {
        format!("{}/{}/{id}", self.base, object.name)
    }

    fn instant(&self, at: openlma_core::time::Timestamp) -> format::Instant {
        let org = &self.actor.org;
        let zone: &TimeZone = &org.zone;
        format::instant(at, zone, &org.zone_name, self.today)
    }
}

impl Shown {
    /// Is nothing there?
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Shown::Nothing(_))
    }
}

fn absence(field: &str) -> &'static str {
    match field {
        "sfLma__Expiration__c" | "ExpirationDate" => "Does not expire",
        _ => "None",
    }
}

fn number(ty: &FieldType, n: f64) -> Shown {
    Shown::Number(match ty {
        FieldType::Currency(_, scale) => format::number(n, (*scale).into(), (*scale).into()),
        FieldType::Percent(_, scale) => format!("{}%", format::number(n, 0, (*scale).into())),
        FieldType::Double(_, scale) => format::number(n, 0, (*scale).into()),
        _ => format::number(n, 0, 6),
    })
}

fn seats(licensed: &Value, used: &Value) -> Shown {
    let used = used.as_int().unwrap_or(0);
    match licensed.as_int() {
        None => Shown::Nothing("None"),
        Some(licensed) => Shown::Seats(Seats::new(licensed, used)),
    }
}

/// Sign, word and colour of an effective status.
fn status(text: &str) -> Shown {
    let (sign, class) = match text {
        "Active" => ("active", "badge-active"),
        "Trial" => ("trial", "badge-trial"),
        "Expired" => ("expired", "badge-expired"),
        "Suspended" => ("suspended", "badge-suspended"),
        "Uninstalled" => ("uninstalled", "badge-uninstalled"),
        _ => ("active", "badge-plain"),
    };
    Shown::Status {
        sign,
        class,
        text: text.to_owned(),
    }
}

fn sync(text: &str) -> Shown {
    let (sign, class) = match text {
        "In sync" => ("check", "sync-ok"),
        "Pending" => ("sync", "sync-pending"),
        "Failed" => ("warn", "sync-failed"),
        _ => ("none", "sync-none"),
    };
    Shown::Sync {
        sign,
        class,
        text: text.to_owned(),
    }
}

/// Street, town, country as lines.
fn address(prefix: &str, row: &Row) -> Shown {
    let part = |name: &str| row.text(&format!("{prefix}{name}")).unwrap_or_default();
    let town = [part("City"), part("State"), part("PostalCode")];
    let town: Vec<&str> = town.into_iter().filter(|t| !t.is_empty()).collect();
    let town = town.join(", ");
    let lines: Vec<&str> = [part("Street"), &town, part("Country")]
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect();
    if lines.is_empty() {
        return Shown::Nothing("None");
    }
    Shown::Text(lines.join("\n"))
}

/// The parts that an address shows.
pub(super) fn shown_in_address(field: &FieldDef) -> bool {
    let ends = ["Street", "City", "State", "PostalCode", "Country"];
    field.part_of.is_some_and(|part| part.ends_with("Address"))
        && ends.iter().any(|end| field.name.ends_with(end))
}

/// An address that a browser opens as a page; anything else stays text, scripts above all.
fn web_address(text: &str) -> bool {
    let lower = text.trim_start().to_ascii_lowercase();
    let known = lower.starts_with("https://") || lower.starts_with("http://");
    known && lower.chars().all(|c| c.is_ascii_graphic())
}

fn encoded(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'@')
        .remove(b'.')
        .remove(b'-')
        .remove(b'_');
    utf8_percent_encode(text, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is stored is text on a page, never markup.
    #[test]
    fn stored_markup_stays_text() {
        let script = || "\"'><script>alert(1)</script>".to_owned();
        for shown in [
            Shown::Text(script()),
            Shown::Code(script()),
            Shown::Number(script()),
            Shown::Link {
                href: "/o/example/Lead/1".into(),
                text: script(),
            },
            Shown::Outside {
                href: script(),
                text: script(),
            },
            status(&script()),
            sync(&script()),
        ] {
            let html = shown.render().unwrap();
            assert!(
                !html.contains("<script") && !html.contains("\"'>"),
                "{html}"
            );
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(web_address("https://example.test/a?b=c"));
        assert!(web_address("HTTP://example.test"));
        for other in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "data:text/html,x",
            "example.test",
            "https://example.test/\nx",
            "//example.test",
        ] {
            assert!(!web_address(other), "{other}");
        }
    }

    #[test]
    fn a_mail_address_adds_no_headers() {
        assert_eq!(encoded("a.b-c_d@example.test"), "a.b-c_d@example.test");
        assert_eq!(encoded("a@example.test?bcc=b"), "a@example.test%3Fbcc%3Db");
    }
}
