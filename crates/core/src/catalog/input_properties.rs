//! What holds for every field and every value: the way out and back, and bad input of any kind.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::catalog::{Catalog, names};
use crate::error::Code;
use crate::time::from_micros;

fn of(object: &str, name: &str) -> &'static FieldDef {
    Catalog::standard().known(object).field(name).unwrap()
}

/// A value that a field may hold, as the save path would have it.
fn value_of(ty: &FieldType) -> BoxedStrategy<Value> {
    match ty {
        FieldType::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        FieldType::Int(_) => (-9_999_999i64..=9_999_999).prop_map(Value::Int).boxed(),
        FieldType::Double(18, 15) => (-180i32..=180)
            .prop_map(|n| Value::Number(n.into()))
            .boxed(),
        FieldType::Percent(..) => (0i32..=100).prop_map(|n| Value::Number(n.into())).boxed(),
        FieldType::Double(..) | FieldType::Currency(..) => (-99_999_999i32..=99_999_999)
            .prop_map(|n| Value::Number(n.into()))
            .boxed(),
        FieldType::Date => (-90_000i32..700_000)
            .prop_map(|days| {
                let day = crate::time::day_in(from_micros(0), &jiff::tz::TimeZone::UTC);
                Value::Date(day + jiff::Span::new().days(days))
            })
            .boxed(),
        FieldType::DateTime => (-8_000_000_000_000i64..60_000_000_000_000)
            .prop_map(|millis| Value::DateTime(from_micros(millis * 1000)))
            .boxed(),
        FieldType::Email(_) => "[a-z]{1,8}@[a-z]{1,8}\\.[a-z]{2,3}"
            .prop_map(Value::Text)
            .boxed(),
        FieldType::String(n)
        | FieldType::TextArea(n)
        | FieldType::Phone(n)
        | FieldType::Url(n)
        | FieldType::Combobox(n) => {
            let n = (*n).min(40);
            let one_line = !matches!(ty, FieldType::TextArea(_));
            proptest::collection::vec(
                any::<char>().prop_filter("control", |c| !c.is_control()),
                1..=n as usize,
            )
            .prop_map(move |chars| {
                let text: String = chars.into_iter().collect();
                match text.trim() {
                    kept if kept.is_empty() || one_line => Value::text(kept),
                    _ => Value::Text(text),
                }
            })
            .boxed()
        }
        _ => Just(Value::Null).boxed(),
    }
}

fn field_and_value() -> impl Strategy<Value = (&'static FieldDef, Value)> {
    let fields: Vec<&'static FieldDef> = Catalog::standard()
        .objects()
        .iter()
        .flat_map(|o| o.fields())
        .filter(|f| !matches!(f.ty, FieldType::Address(_)))
        .collect();
    proptest::sample::select(fields).prop_flat_map(|f| (Just(f), value_of(&f.ty)))
}

proptest! {
    /// What goes out comes back in unchanged.
    #[test]
    fn json_round_trips((field, value) in field_and_value()) {
        let json = to_json(field, &value);
        prop_assert_eq!(from_json(field, &json), Ok(value), "{} {}", field.name, json);
    }

    /// Ids of 15 and of 18 characters are the same id.
    #[test]
    fn ids_round_trip(body in "[0-9A-Za-z]{12}") {
        let field = of(names::CONTACT, "AccountId");
        let short = from_json(field, &json!(format!("001{body}"))).unwrap();
        let long = to_json(field, &short);
        prop_assert_eq!(long.as_str().unwrap().len(), 18);
        prop_assert_eq!(from_json(field, &long), Ok(short.clone()));
        prop_assert_eq!(from_text(field, &long.as_str().unwrap().to_lowercase()), Ok(short));
    }

    /// No text from outside breaks a reader; errors name the field or the JSON type.
    #[test]
    fn any_text_is_answered((field, _) in field_and_value(), text in any::<String>()) {
        match from_json(field, &json!(text)) {
            Ok(value) => {
                prop_assert!(value.as_text().is_none_or(|t| !t.contains('\0')));
                // Read once more it is as it was.
                let json = to_json(field, &value);
                prop_assert_eq!(from_json(field, &json), Ok(value));
            }
            Err(e) => prop_assert!(e.code == Code::JsonParserError || e.fields == [&*field.name]),
        }
        if let Err(e) = from_text(field, &text) {
            prop_assert_eq!(e.fields, vec![field.name.to_string()]);
        }
    }

    /// Numbers keep to precision and scale whatever is given.
    #[test]
    fn numbers_keep_to_their_measures(n in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
        if let Ok(value) = from_json(of(names::OPPORTUNITY, "Amount"), &json!(n)) {
            let cents = value.as_number().unwrap() * 100.0;
            prop_assert!(cents.abs() < 1e18);
            prop_assert!(cents.abs() > 9e15 || (cents - cents.round()).abs() < 0.1 + cents.abs() * 1e-15);
        }
    }
}
