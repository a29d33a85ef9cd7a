//! Comparisons on values, as the evaluator makes them.

use proptest::prelude::*;

use super::*;

const COLUMN: Column = Column::Field {
    source: 0,
    field: 0,
};

fn on(value: &Value, condition: &Condition) -> bool {
    matches(condition, &|_| value.clone())
}

fn compare_with(op: CompareOp, value: impl Into<Value>) -> Condition {
    Condition::Compare {
        column: COLUMN,
        op,
        value: value.into(),
    }
}

/// The table of `plan.rs`, line by line.
#[test]
fn null_matches_what_the_table_says() {
    use CompareOp::{Eq, Ge, Gt, Le, Lt, Ne};
    for op in [Eq, Lt, Le, Gt, Ge] {
        assert!(!on(&Value::Null, &compare_with(op, "x")), "{op:?}");
    }
    assert!(on(&Value::Null, &compare_with(Ne, "x")));
    assert!(!on(
        &Value::Null,
        &Condition::Like {
            column: COLUMN,
            pattern: "%".into()
        }
    ));
    for negated in [false, true] {
        let list = Condition::In {
            column: COLUMN,
            values: vec!["x".into()],
            negated,
        };
        assert_eq!(on(&Value::Null, &list), negated);
        let null = Condition::IsNull {
            column: COLUMN,
            negated,
        };
        assert_eq!(on(&Value::Null, &null), !negated);
    }
    let not = |inner| Condition::Not(Box::new(inner));
    assert!(on(&Value::Null, &not(compare_with(Eq, "x"))));
    assert!(!on(&Value::Null, &not(compare_with(Ne, "x"))));
    assert!(on(&Value::Null, &Condition::And(Vec::new())));
    assert!(!on(&Value::Null, &Condition::Or(Vec::new())));
}

#[test]
fn texts_compare_folded_and_numbers_as_numbers() {
    let text = Value::from("Ärger");
    assert!(on(&text, &compare_with(CompareOp::Eq, "ärger")));
    assert!(on(&text, &compare_with(CompareOp::Gt, "zebra")));
    assert!(on(&Value::Int(2), &compare_with(CompareOp::Eq, 2.0)));
    assert!(on(&Value::Number(2.5), &compare_with(CompareOp::Gt, 2)));
    assert!(!on(&Value::Bool(true), &compare_with(CompareOp::Eq, 1)));
}

#[test]
fn patterns() {
    for (text, pattern, fits) in [
        ("v1.10", "v%1.%", true),
        ("v2.0", "v%1.%", false),
        ("", "%", true),
        ("", "", true),
        ("a", "", false),
        ("ab", "_", false),
        ("ä", "_", true),
        ("50%", r"50\%", true),
        ("500", r"50\%", false),
        (r"a\b", r"a\\b", true),
        ("aXbXc", "a%X%c", true),
        ("aab", "%ab", true),
        ("abab", "%ab", true),
        ("aba", "%ab", false),
    ] {
        assert_eq!(like(text, pattern), fits, "{text} {pattern}");
    }
}

#[test]
fn a_pattern_of_many_runs_takes_no_long_time() {
    assert!(!like(&"a".repeat(5_000), &format!("{}b", "a%".repeat(500))));
}

/// The obvious definition of a pattern, by recursion.
fn like_by_definition(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|n| like_by_definition(&text[n..], rest)),
        ['\\', c, rest @ ..] => text.first() == Some(c) && like_by_definition(&text[1..], rest),
        ['_', rest @ ..] => !text.is_empty() && like_by_definition(&text[1..], rest),
        [c, rest @ ..] => text.first() == Some(c) && like_by_definition(&text[1..], rest),
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        (0..3i64).prop_map(Value::Int),
        prop_oneof![Just(0.5), Just(1.0)].prop_map(Value::Number),
    ]
}

fn op() -> impl Strategy<Value = CompareOp> {
    use CompareOp::{Eq, Ge, Gt, Le, Lt, Ne};
    prop::sample::select(vec![Eq, Ne, Lt, Le, Gt, Ge])
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (op(), 0..3i64).prop_map(|(op, n)| compare_with(op, n)),
        any::<bool>().prop_map(|negated| Condition::IsNull {
            column: COLUMN,
            negated
        }),
        (
            prop::collection::vec((0..3i64).prop_map(Value::Int), 1..3),
            any::<bool>()
        )
            .prop_map(|(values, negated)| Condition::In {
                column: COLUMN,
                values,
                negated
            }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::And),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Or),
            inner.prop_map(|c| Condition::Not(Box::new(c))),
        ]
    })
}

proptest! {
    #[test]
    fn like_agrees_with_its_definition(text in "[ab%]{0,6}", pattern in r"([ab]|%|_|\\%){0,6}") {
        let letters: Vec<char> = text.chars().collect();
        let pieces: Vec<char> = pattern.chars().collect();
        prop_assert_eq!(like(&text, &pattern), like_by_definition(&letters, &pieces));
    }

    /// A condition is two-valued: either it or its complement matches, never both, null or not.
    #[test]
    fn not_is_the_complement(value in value(), condition in condition()) {
        let complement = Condition::Not(Box::new(condition.clone()));
        prop_assert_ne!(on(&value, &condition), on(&value, &complement));
    }

    #[test]
    fn de_morgan_holds_with_nulls(value in value(), a in condition(), b in condition()) {
        let not = |c: &Condition| Condition::Not(Box::new(c.clone()));
        let left = not(&Condition::And(vec![a.clone(), b.clone()]));
        let right = Condition::Or(vec![not(&a), not(&b)]);
        prop_assert_eq!(on(&value, &left), on(&value, &right));
    }

    #[test]
    fn negated_operators_are_complements(value in value(), n in 0..3i64) {
        let differs = on(&value, &compare_with(CompareOp::Ne, n));
        prop_assert_eq!(differs, !on(&value, &compare_with(CompareOp::Eq, n)));
        let list = |negated| Condition::In { column: COLUMN, values: vec![n.into()], negated };
        prop_assert_eq!(on(&value, &list(true)), differs);
        prop_assert_eq!(on(&value, &list(false)), !differs);
    }
}
