//! Random rows of leads and licenses, and random plans over them.

use std::sync::Arc;

use openlma_core::catalog::{Catalog, CustomField, FieldDef, FieldType, Source, names};
use openlma_core::fold::fold;
use openlma_core::time::{Date, Timestamp};
use openlma_core::{Record, Value};
use openlma_soql::plan::Output;
use openlma_soql::{Column, CompareOp, Condition, Join, Order, Plan, Role};
use proptest::prelude::*;

use crate::support::id;

const TEXTS: [&str; 12] = [
    "a", "B", "ab", "Ab", "Äb", "äB", "a_b", "a%b", "a\\b", "🦀", "ß", "Trial",
];
const PIECES: [&str; 11] = [
    "a", "b", "ä", "%", "_", "\\%", "\\_", "\\\\", "🦀", "tri", "al",
];
const NUMBERS: [f64; 9] = [
    -1.0,
    0.0,
    -0.0,
    1.0,
    2.5,
    0.1 + 0.2,
    7.0,
    -3.25,
    123_456_789_012.0,
];
const STATUSES: [&str; 4] = ["Trial", "Active", "Suspended", "Uninstalled"];

/// The day of all queries.
pub(crate) fn today() -> Date {
    "2026-03-01".parse().unwrap()
}

/// The instant of all queries.
pub(crate) fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// Leads with custom fields of every type, indexed and not.
pub(crate) fn catalog() -> Catalog {
    let field = |name: &str, indexed: bool, ty: serde_json::Value| {
        let mut all = serde_json::json!({
            "object": "Lead", "name": name, "label": name, "indexed": indexed,
        });
        let all_fields = all.as_object_mut().unwrap();
        all_fields.extend(ty.as_object().unwrap().clone());
        serde_json::from_value::<CustomField>(all).unwrap()
    };
    let text = serde_json::json!({ "type": "text", "length": 50 });
    let number = serde_json::json!({ "type": "number", "precision": 18, "scale": 4 });
    let picklist = serde_json::json!({ "type": "picklist", "values": ["a", "B"] });
    Catalog::standard().with_custom(&[
        field("Text__c", false, text.clone()),
        field("Text_Indexed__c", true, text),
        field("Number__c", false, number.clone()),
        field("Number_Indexed__c", true, number),
        field("Day__c", false, serde_json::json!({ "type": "date" })),
        field(
            "Day_Indexed__c",
            true,
            serde_json::json!({ "type": "date" }),
        ),
        field(
            "Instant__c",
            false,
            serde_json::json!({ "type": "datetime" }),
        ),
        field(
            "Instant_Indexed__c",
            true,
            serde_json::json!({ "type": "datetime" }),
        ),
        field("Tick__c", false, serde_json::json!({ "type": "checkbox" })),
        field("Choice__c", true, picklist),
    ])
}

/// Fields of leads that are filled and asked for.
pub(crate) const LEAD_FIELDS: [&str; 16] = [
    "Id",
    "Company",
    "NumberOfEmployees",
    "AnnualRevenue",
    "IsConverted",
    "ConvertedDate",
    "Text__c",
    "Text_Indexed__c",
    "Number__c",
    "Number_Indexed__c",
    "Day__c",
    "Day_Indexed__c",
    "Instant__c",
    "Instant_Indexed__c",
    "Tick__c",
    "Choice__c",
];
/// Fields of licenses that are filled and asked for.
pub(crate) const LICENSE_FIELDS: [&str; 11] = [
    "Id",
    "sfLma__Status__c",
    "sfLma__Seats__c",
    "sfLma__Expiration__c",
    "sfLma__Last_Modified__c",
    "sfLma__Org_Instance__c",
    "sfLma__Is_Sandbox__c",
    "sfLma__Lead__c",
    "olma__Effective_Status__c",
    "olma__Days_To_Expiry__c",
    "olma__Access_Ends_At__c",
];

/// A value of the field's type, as a record has it.
fn value(field: &FieldDef) -> BoxedStrategy<Value> {
    if field.name.ends_with("Status__c") {
        return proptest::sample::select(&STATUSES[..])
            .prop_map(Value::from)
            .boxed();
    }
    match &field.ty {
        FieldType::Id | FieldType::Reference { .. } => {
            (0..8_u64).prop_map(|n| Value::from(id("00Q", n))).boxed()
        }
        FieldType::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        FieldType::Int(_) => (-3..8_i64).prop_map(Value::Int).boxed(),
        FieldType::Double(..) | FieldType::Currency(..) => proptest::sample::select(&NUMBERS[..])
            .prop_map(Value::Number)
            .boxed(),
        FieldType::Date => (25..32_u8)
            .prop_map(|d| {
                let day = if d > 28 {
                    format!("2026-03-{:02}", d - 28)
                } else {
                    format!("2026-02-{d}")
                };
                Value::Date(day.parse().unwrap())
            })
            .boxed(),
        FieldType::DateTime => (-2..3_i64)
            .prop_map(|s| Value::DateTime(now() + jiff::SignedDuration::from_secs(s)))
            .boxed(),
        _ => proptest::sample::select(&TEXTS[..])
            .prop_map(Value::from)
            .boxed(),
    }
}

/// A value to compare the field with: folded, and a number of either kind for any number.
fn operand(field: &FieldDef) -> BoxedStrategy<Value> {
    match &field.ty {
        FieldType::Int(_) | FieldType::Double(..) | FieldType::Currency(..) => prop_oneof![
            (-3..8_i64).prop_map(Value::Int),
            proptest::sample::select(&NUMBERS[..]).prop_map(Value::Number),
        ]
        .boxed(),
        _ => value(field)
            .prop_map(|v| match v {
                Value::Text(text) => Value::Text(fold(&text)),
                other => other,
            })
            .boxed(),
    }
}

/// A record with values in some of these fields.
pub(crate) fn record(
    catalog: &Catalog,
    object: &str,
    fields: &'static [&'static str],
) -> BoxedStrategy<Record> {
    let object = Arc::clone(catalog.known(object));
    let values: Vec<_> = fields
        .iter()
        .map(|name| {
            let field = object.field(name).unwrap();
            let value = value(field);
            if field.ty == FieldType::Boolean {
                value
            } else {
                prop_oneof![1 => Just(Value::Null), 3 => value].boxed()
            }
        })
        .collect();
    values
        .prop_map(move |values| {
            let mut record = Record::with_defaults(&object);
            for (name, value) in fields.iter().zip(values) {
                if !matches!(object.field(name).unwrap().source, Source::Derived(_)) {
                    record.set(name, value);
                }
            }
            record
        })
        .boxed()
}

/// Columns of licenses, and of their leads (source 1).
fn column(catalog: &Catalog) -> BoxedStrategy<(Column, FieldDef)> {
    let of = |source: usize, object: &str, fields: &'static [&'static str]| {
        let object = Arc::clone(catalog.known(object));
        proptest::sample::select(fields).prop_map(move |name| {
            let field = object.index_of(name).unwrap();
            (
                Column::Field { source, field },
                object.fields()[field].clone(),
            )
        })
    };
    prop_oneof![
        of(0, names::LICENSE, &LICENSE_FIELDS),
        of(1, names::LEAD, &LEAD_FIELDS),
    ]
    .boxed()
}

fn leaf(catalog: &Catalog) -> BoxedStrategy<Condition> {
    let ops = [
        CompareOp::Eq,
        CompareOp::Ne,
        CompareOp::Lt,
        CompareOp::Le,
        CompareOp::Gt,
        CompareOp::Ge,
    ];
    column(catalog)
        .prop_flat_map(move |(column, field)| {
            let (a, b, c) = (column.clone(), column.clone(), column.clone());
            let compare = (proptest::sample::select(ops.to_vec()), operand(&field)).prop_map(
                move |(op, value)| Condition::Compare {
                    column: a.clone(),
                    op,
                    value,
                },
            );
            let within = (prop::collection::vec(operand(&field), 1..4), any::<bool>()).prop_map(
                move |(values, negated)| Condition::In {
                    column: b.clone(),
                    values,
                    negated,
                },
            );
            let null = any::<bool>().prop_map(move |negated| Condition::IsNull {
                column: c.clone(),
                negated,
            });
            if field.ty.folds() {
                let pieces = prop::collection::vec(proptest::sample::select(&PIECES[..]), 0..4);
                let like = pieces.prop_map(move |pieces| Condition::Like {
                    column: column.clone(),
                    pattern: pieces.concat(),
                });
                prop_oneof![compare, within, null, like].boxed()
            } else {
                prop_oneof![compare, within, null].boxed()
            }
        })
        .boxed()
}

fn condition(catalog: &Catalog) -> BoxedStrategy<Condition> {
    leaf(catalog)
        .prop_recursive(3, 10, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::And),
                prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Or),
                inner.prop_map(|c| Condition::Not(Box::new(c))),
            ]
        })
        .boxed()
}

/// A query over licenses and their leads.
pub(crate) fn plan(catalog: &Catalog) -> BoxedStrategy<Plan> {
    let object = Arc::clone(catalog.known(names::LICENSE));
    let lead = Arc::clone(catalog.known(names::LEAD));
    let order = (column(catalog), any::<bool>(), any::<bool>()).prop_map(
        |((column, _), descending, nulls_first)| Order {
            column,
            descending,
            nulls_first,
        },
    );
    let window = (
        prop::option::of(0..6_u32),
        prop_oneof![3 => Just(0), 1 => 0..4_u32],
    );
    (
        prop::option::weighted(0.9, condition(catalog)),
        prop::collection::vec(order, 0..3),
        window,
        prop::bool::weighted(0.2),
    )
        .prop_map(move |(filter, order, (limit, offset), count)| Plan {
            joins: vec![Join {
                source: 0,
                look_up: object.index_of("sfLma__Lead__c").unwrap(),
                object: Arc::clone(&lead),
            }],
            select: vec![Output {
                path: vec!["Id".into()],
                column: Column::Field {
                    source: 0,
                    field: object.index_of("Id").unwrap(),
                },
                role: Role::Field,
            }],
            object: Arc::clone(&object),
            filter,
            order,
            limit,
            offset,
            count,
            include_deleted: false,
        })
        .boxed()
}
