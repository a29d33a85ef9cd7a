//! Properties of the parser and the printer over random texts and random trees.
#![expect(clippy::unwrap_used, reason = "tests")]

use openlma_soql::CompareOp;
use openlma_soql::ast::*;
use openlma_soql::days::{DayRange, Place, Unit};
use openlma_soql::parse;
use openlma_soql::source::{At, Source};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn name() -> impl Strategy<Value = Name> {
    // `X` keeps keywords out; that those are contextual is tested by hand.
    "X[A-Za-z0-9_]{0,8}".prop_map(|text| Name { text, at: At(0) })
}

fn path() -> impl Strategy<Value = Path> {
    vec(name(), 1..4).prop_map(|names| Path { names })
}

fn days() -> impl Strategy<Value = DayRange> {
    let unit = select(vec![
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ]);
    let place = prop_oneof![
        Just(Place::Last),
        Just(Place::This),
        Just(Place::Next),
        any::<u32>().prop_map(Place::LastN),
        any::<u32>().prop_map(Place::NextN),
        any::<u32>().prop_map(Place::Ago),
    ];
    (unit, place).prop_map(|(unit, place)| DayRange { unit, place })
}

fn literal() -> impl Strategy<Value = Literal> {
    let kind = prop_oneof![
        Just(LiteralKind::Null),
        any::<bool>().prop_map(LiteralKind::Bool),
        any::<i64>().prop_map(LiteralKind::Int),
        (-1e12..1e12f64).prop_map(LiteralKind::Number),
        "[^\\x00]*".prop_map(|text| LiteralKind::Text(openlma_soql::escape::raw(&text))),
        r"([a-z ]|\\%|\\_|%|_|\\u00e4){0,6}".prop_map(LiteralKind::Text),
        (0..4_000_000i64).prop_map(|n| {
            let at = jiff::Timestamp::from_second(n * 1_000).unwrap();
            LiteralKind::Date(at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date())
        }),
        (0..4_000_000_000_000i64)
            .prop_map(|n| { LiteralKind::DateTime(jiff::Timestamp::from_millisecond(n).unwrap()) }),
        days().prop_map(LiteralKind::Days),
    ];
    kind.prop_map(|kind| Literal { kind, at: At(0) })
}

fn expr() -> impl Strategy<Value = Expr> {
    use CompareOp::{Eq, Ge, Gt, Le, Lt, Ne};
    let op = select(vec![Eq, Ne, Lt, Le, Gt, Ge]);
    let leaf = prop_oneof![
        (path(), op, literal()).prop_map(|(path, op, value)| Expr::Compare { path, op, value }),
        (path(), literal()).prop_map(|(path, value)| Expr::Like { path, value }),
        (path(), any::<bool>(), vec(literal(), 1..4)).prop_map(|(path, negated, values)| {
            Expr::In {
                path,
                negated,
                values,
            }
        }),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Expr::And),
            vec(inner.clone(), 2..4).prop_map(Expr::Or),
            inner.prop_map(|e| Expr::Not(Box::new(e))),
        ]
    })
}

fn order() -> impl Strategy<Value = OrderItem> {
    (
        path(),
        any::<bool>(),
        option::of(select(vec![Nulls::First, Nulls::Last])),
    )
        .prop_map(|(path, descending, nulls)| OrderItem {
            path,
            descending,
            nulls,
        })
}

fn query() -> impl Strategy<Value = Query> {
    let item = prop_oneof![
        4 => path().prop_map(SelectItem::Field),
        1 => Just(SelectItem::Fields(FieldGroup::Standard, At(0))),
    ];
    let fields = prop_oneof![
        1 => Just(Select::Count),
        5 => vec(item, 1..5).prop_map(Select::Items),
    ];
    (
        (fields, name(), option::of(name()), option::of(expr())),
        (
            vec(order(), 0..3),
            option::of(any::<u32>()),
            option::of(0..=2_000u32),
        ),
        option::of(select(vec![Purpose::View, Purpose::Reference])),
    )
        .prop_map(
            |((select, object, alias, filter), (order, limit, offset), purpose)| Query {
                source: Source::default(),
                select,
                object,
                alias,
                filter,
                order,
                limit,
                offset,
                purpose,
            },
        )
}

proptest! {
    #[test]
    fn a_printed_tree_parses_to_itself(query in query()) {
        let text = query.to_string();
        let parsed = parse(&text).map_err(|e| TestCaseError::fail(format!("{text}\n{e}")))?;
        prop_assert_eq!(parsed, query);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in any::<String>()) {
        let _ = parse(&text);
    }

    /// Words and signs of the language in any order reach deeper than random characters do.
    #[test]
    fn any_words_are_parsed_or_refused(
        words in vec(select(vec![
            "SELECT ", "Id", ",", " FROM ", "Lead", " WHERE ", "(", ")", " AND ", " OR ", " NOT ",
            " IN ", " LIKE ", "=", "<", ">", "!", ".", ":", "'x'", "'", "\\", " ORDER BY ", " ASC ",
            " NULLS ", " LAST ", " LIMIT ", " OFFSET ", "5", "-", "2026-01-01", "T", "COUNT",
            "FIELDS(", "ALL", " LAST_N_DAYS", " TODAY", " FOR ", " VIEW", "\n", "ä",
        ]), 0..40),
        start in select(vec!["", "SELECT Id FROM Lead WHERE ", "SELECT Id FROM Lead ORDER BY "]),
    ) {
        let text = format!("{start}{}", words.concat());
        if let Ok(query) = parse(&text) {
            prop_assert_eq!(parse(&query.to_string())?, query);
        }
    }

    /// An error's place is a place in the text.
    #[test]
    fn errors_stay_inside_the_text(text in "[A-Z '(),.=ä\n]{0,60}") {
        let error = parse(&format!("SELECT {text}")).err();
        if let Some(error) = error {
            let row = error.message.split("Row:").nth(1).and_then(|t| t.split(':').next());
            let row: usize = row.unwrap().parse().unwrap();
            prop_assert!(row <= 1 + text.matches('\n').count());
        }
    }
}
