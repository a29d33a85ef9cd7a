//! Properties of every plan, over random queries from the catalogue's own names.
#![expect(clippy::expect_used, reason = "tests")]

use jiff::tz::TimeZone;
use openlma_core::Value;
use openlma_core::access::SystemAccess;
use openlma_core::catalog::Catalog;
use openlma_core::time::Timestamp;
use openlma_soql::{BindContext, Column, Condition, Plan, Role, compile, eval};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const FIELDS: [&str; 14] = [
    "Id",
    "Name",
    "OwnerId",
    "Owner.Name",
    "Owner.Username",
    "CreatedDate",
    "IsDeleted",
    "CreatedBy.IsActive",
    "sfLma__Seats__c",
    "sfLma__Expiration__c",
    "sfLma__Account__r.BillingCity",
    "sfLma__Account__r.BillingAddress",
    "sfLma__Package_Version__r.sfLma__Package__r.Owner.Profile.Name",
    "sfLma__Lead__r.Description",
];

const RIGHT: [&str; 14] = [
    "= null",
    "!= null",
    "= 'x'",
    "!= ''",
    "LIKE '%x\\_'",
    "IN ('x', null)",
    "NOT IN ('x')",
    "= TRUE",
    "!= FALSE",
    ">= 5",
    "NOT IN (5, 2.5)",
    "<= TODAY",
    "IN (THIS_WEEK, 2026-01-01)",
    "> 2026-01-01T00:00:00Z",
];

fn condition() -> impl Strategy<Value = String> {
    let leaf = (select(FIELDS.to_vec()), select(RIGHT.to_vec()))
        .prop_map(|(field, right)| format!("{field} {right}"));
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(({a}) AND ({b}))")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(({a}) OR ({b}))")),
            inner.prop_map(|c| format!("(NOT ({c}))")),
        ]
    })
}

/// A query, and the same with the complement of its condition.
fn queries() -> impl Strategy<Value = (String, String)> {
    (
        vec(select(FIELDS.to_vec()), 1..5),
        condition(),
        select(FIELDS.to_vec()),
    )
        .prop_map(|(fields, condition, order)| {
            let with = |condition: &str| {
                format!(
                    "SELECT {} FROM sfLma__License__c WHERE {condition} ORDER BY {order}",
                    fields.join(", ")
                )
            };
            (with(&condition), with(&format!("NOT ({condition})")))
        })
}

fn try_plan(text: &str) -> openlma_core::Result<Plan> {
    let context = BindContext {
        now: Timestamp::UNIX_EPOCH,
        zone: &TimeZone::UTC,
        include_deleted: false,
    };
    compile(text, Catalog::standard(), &SystemAccess, &context)
}

fn check_column(plan: &Plan, column: &Column) {
    match column {
        Column::Field { source, field } => {
            assert!(*source <= plan.joins.len());
            let field = &plan.source(*source).fields()[*field];
            assert!(!field.hidden && field.ty.name() != "address");
        }
        Column::Coalesce(columns) => {
            assert!(columns.len() > 1);
            columns.iter().for_each(|column| check_column(plan, column));
        }
    }
}

fn check_condition(plan: &Plan, condition: &Condition) {
    match condition {
        Condition::And(inner) | Condition::Or(inner) => {
            inner
                .iter()
                .for_each(|condition| check_condition(plan, condition));
        }
        Condition::Not(inner) => check_condition(plan, inner),
        Condition::Compare { column, value, .. } => {
            check_column(plan, column);
            assert!(!value.is_null());
        }
        Condition::In { column, values, .. } => {
            check_column(plan, column);
            assert!(!values.is_empty() && !values.iter().any(Value::is_null));
        }
        Condition::Like { column, .. } | Condition::IsNull { column, .. } => {
            check_column(plan, column);
        }
    }
}

fn check_plan(plan: &Plan) {
    for (i, join) in plan.joins.iter().enumerate() {
        assert!(join.source <= i, "a join refers only to sources before it");
        let look_up = &plan.source(join.source).fields()[join.look_up];
        assert!(look_up.references().contains(&join.object.name));
    }
    for output in &plan.select {
        check_column(plan, &output.column);
        let parents = match output.role {
            Role::Part => output.path.len() - 2,
            Role::Field | Role::Key => output.path.len() - 1,
        };
        for level in 0..=parents {
            let mut key = output.path[..level].to_vec();
            key.push("Id".to_owned());
            assert!(plan.select.iter().any(|o| o.path == key), "no key {key:?}");
        }
    }
    plan.order
        .iter()
        .for_each(|order| check_column(plan, &order.column));
    check_condition(plan, plan.filter.as_ref().expect("all have one"));
}

proptest! {
    #[test]
    fn plans_keep_what_they_promise((text, complement) in queries()) {
        // Both bind or neither does: NOT asks for nothing more.
        let plans = (try_plan(&text), try_plan(&complement));
        prop_assert_eq!(plans.0.is_ok(), plans.1.is_ok());
        if let (Ok(plan), Ok(complement)) = plans {
            check_plan(&plan);
            check_plan(&complement);
            // A row of nulls is matched by exactly one of the two.
            let hit = |plan: &Plan| {
                plan.filter.as_ref().map(|filter| eval::matches(filter, &|_| Value::Null))
            };
            prop_assert_ne!(hit(&plan), hit(&complement));
        }
    }
}
