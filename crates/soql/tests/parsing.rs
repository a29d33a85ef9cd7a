//! The parser: what it takes, how it prints, and the exact errors.
#![expect(clippy::expect_used, reason = "tests")]

use openlma_core::Code;
use openlma_soql::parse;

/// Each query with what the printer makes of it; the same again means it printed itself.
#[test]
fn queries_print_in_one_form_that_parses_the_same() {
    for (text, printed) in [
        ("select Id from Lead", "SELECT Id FROM Lead"),
        ("SELECT COUNT() FROM Lead", "SELECT COUNT() FROM Lead"),
        (
            "SELECT Id, a.Account.Name FROM Contact a",
            "SELECT Id, a.Account.Name FROM Contact AS a",
        ),
        (
            "SELECT FIELDS(all) FROM Lead LIMIT 200",
            "SELECT FIELDS(ALL) FROM Lead LIMIT 200",
        ),
        (
            "SELECT fields(Standard) FROM Lead",
            "SELECT FIELDS(STANDARD) FROM Lead",
        ),
        (
            "SELECT Id FROM L WHERE (((a = 1))) AND NOT (b <> null OR c < -2.50)",
            "SELECT Id FROM L WHERE a = 1 AND NOT (b != NULL OR c < -2.5)",
        ),
        (
            "SELECT Id FROM L WHERE NOT NOT a = true AND b like 'x\\_%'",
            "SELECT Id FROM L WHERE NOT NOT a = TRUE AND b LIKE 'x\\_%'",
        ),
        (
            "SELECT Id FROM L WHERE a NOT IN ('x', null , TODAY)",
            "SELECT Id FROM L WHERE a NOT IN ('x', NULL, TODAY)",
        ),
        (
            "SELECT Id FROM L WHERE a = 'x'ORDER BY b desc nulls last, c asc",
            "SELECT Id FROM L WHERE a = 'x' ORDER BY b DESC NULLS LAST, c",
        ),
        (
            "SELECT Id FROM L WHERE a > 2026-01-02T03:04:05.000+0000 AND b = LAST_90_DAYS",
            "SELECT Id FROM L WHERE a > 2026-01-02T03:04:05Z AND b = LAST_N_DAYS:90",
        ),
        (
            "SELECT Id FROM L LIMIT 10 OFFSET 2000 FOR VIEW",
            "SELECT Id FROM L LIMIT 10 OFFSET 2000 FOR VIEW",
        ),
        // Keywords are contextual.
        (
            "SELECT Count, Fields, Order.Last FROM Group WHERE First = TODAY AND Today = 'x'",
            "SELECT Count, Fields, Order.Last FROM Group WHERE First = TODAY AND Today = 'x'",
        ),
        ("SELECT\r\n\tId\nFROM\n L", "SELECT Id FROM L"),
    ] {
        let query = parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(query.to_string(), printed);
        assert_eq!(parse(printed).expect(printed), query, "{text}");
    }
}

fn error(text: &str) -> (Code, String) {
    let error = parse(text).expect_err(text);
    (error.code, error.message)
}

#[test]
fn the_form_of_an_error_is_the_originals() {
    let (code, message) = error("SELECT FROM Lead");
    assert_eq!(code, Code::MalformedQuery);
    assert_eq!(
        message,
        "\nSELECT FROM Lead\n       ^\nERROR at Row:1:Column:8\n\
         unexpected token: 'FROM', expected field name"
    );
}

/// Place and message of each error.
#[test]
fn errors_name_the_place_and_what_was_expected() {
    for (text, place, expected) in [
        ("", "1:1", "unexpected end of query, expected SELECT"),
        (
            "DELETE FROM Lead",
            "1:1",
            "unexpected token: 'DELETE', expected SELECT",
        ),
        (
            "SELECT Id",
            "1:10",
            "unexpected end of query, expected '.', ',' or FROM",
        ),
        (
            "SELECT Id,\n FROM Lead",
            "2:2",
            "unexpected token: 'FROM', expected field name",
        ),
        (
            "SELECT Id Name FROM Lead",
            "1:11",
            "only aggregate expressions use field aliasing",
        ),
        (
            "SELECT Id FROM",
            "1:15",
            "unexpected end of query, expected object name",
        ),
        (
            "SELECT Id FROM Lead WHERE",
            "1:26",
            "unexpected end of query, expected NOT, '(' or field name",
        ),
        (
            "SELECT Id FROM Lead WHERE Name",
            "1:31",
            "unexpected end of query, expected '.', an operator, LIKE, IN or NOT",
        ),
        (
            "SELECT Id FROM Lead WHERE Name = Foo",
            "1:34",
            "unexpected token: 'Foo', expected a value",
        ),
        (
            "SELECT Id FROM Lead WHERE Name = :x",
            "1:34",
            "unexpected token: ':', expected a value",
        ),
        (
            "SELECT Id FROM Lead WHERE a IN ()",
            "1:33",
            "unexpected token: ')', expected a value",
        ),
        (
            "SELECT Id FROM Lead WHERE a NOT 1",
            "1:33",
            "unexpected token: '1', expected IN",
        ),
        (
            "SELECT Id FROM Lead WHERE (a = 1",
            "1:33",
            "unexpected end of query, expected AND, OR or ')'",
        ),
        (
            "SELECT Id FROM Lead WHERE a = 1 AND b = 2 OR c = 3",
            "1:43",
            "unexpected token: 'OR', AND and OR may be mixed only with parentheses",
        ),
        (
            "SELECT Id FROM Lead WHERE a = 'x",
            "1:31",
            "unexpected token: ''x' (a quoted text does not end), expected a value",
        ),
        (
            "SELECT Id FROM Lead WHERE a = 2026-1-1",
            "1:31",
            "unexpected token: '2026-1-1' (no number and no date), expected a value",
        ),
        (
            "SELECT Id FROM Lead WHERE a = LAST_N_DAYS",
            "1:42",
            "unexpected end of query, expected ':'",
        ),
        (
            "SELECT Id FROM Lead WHERE a = LAST_N_DAYS:-1",
            "1:43",
            "unexpected token: '-1', expected a whole number",
        ),
        (
            "SELECT Id FROM Lead ORDER Name",
            "1:27",
            "unexpected token: 'Name', expected BY",
        ),
        (
            "SELECT Id FROM Lead LIMIT x",
            "1:27",
            "unexpected token: 'x', expected a whole number",
        ),
        (
            "SELECT Id FROM Lead LIMIT 1 x",
            "1:29",
            "unexpected token: 'x', expected OFFSET, FOR or end of query",
        ),
        (
            "SELECT Id FROM Lead FOR UPDATE",
            "1:25",
            "unexpected token: 'UPDATE', expected VIEW or REFERENCE",
        ),
        (
            "SELECT FIELDS(ALL) FROM Lead",
            "1:8",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        (
            "SELECT Id, FIELDS(CUSTOM) FROM Lead LIMIT 201",
            "1:12",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        (
            "SELECT FIELDS(SOME) FROM Lead",
            "1:15",
            "unexpected token: 'SOME', expected ALL, STANDARD or CUSTOM",
        ),
    ] {
        let (code, message) = error(text);
        assert_eq!(code, Code::MalformedQuery, "{text}");
        let tail = format!(
            "\nERROR at Row:{}\n{expected}",
            place.replace(':', ":Column:")
        );
        assert!(message.ends_with(&tail), "{text}\n{message}\n--{tail}");
    }
}

/// What the language has and this compiler does not says so, at its place.
#[test]
fn what_is_not_served_says_so() {
    for (text, place, what) in [
        (
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            "1:12",
            "a sub-query in the field list",
        ),
        (
            "SELECT TYPEOF Owner WHEN User THEN Id END FROM Lead",
            "1:8",
            "TYPEOF",
        ),
        ("SELECT COUNT(Id) FROM Lead", "1:8", "the function COUNT"),
        (
            "SELECT Id, COUNT() FROM Lead",
            "1:12",
            "COUNT() beside other fields",
        ),
        (
            "SELECT toLabel(Status) FROM Lead",
            "1:8",
            "the function TOLABEL",
        ),
        (
            "SELECT Status FROM Lead GROUP BY Status",
            "1:25",
            "GROUP BY",
        ),
        ("SELECT Id FROM Lead HAVING x = 1", "1:21", "HAVING"),
        (
            "SELECT Id FROM Lead USING SCOPE mine",
            "1:21",
            "USING SCOPE",
        ),
        ("SELECT Id FROM Lead WITH SECURITY_ENFORCED", "1:21", "WITH"),
        (
            "SELECT Id FROM Lead WHERE a = 1 WITH USER_MODE",
            "1:33",
            "WITH",
        ),
        ("SELECT Id FROM Lead UPDATE TRACKING", "1:21", "UPDATE"),
        (
            "SELECT Id FROM Lead l, l.Owner o",
            "1:22",
            "a second object in FROM",
        ),
        (
            "SELECT Id FROM Lead WHERE Id IN (SELECT Id FROM Lead)",
            "1:34",
            "a sub-query in IN",
        ),
        (
            "SELECT Id FROM Lead WHERE a INCLUDES ('x')",
            "1:29",
            "INCLUDES",
        ),
        (
            "SELECT Id FROM Lead WHERE DAY_ONLY(a) = TODAY",
            "1:27",
            "the function DAY_ONLY",
        ),
        (
            "SELECT Id FROM Lead WHERE a = THIS_FISCAL_YEAR",
            "1:31",
            "the date literal THIS_FISCAL_YEAR",
        ),
        (
            "SELECT Id FROM Lead ORDER BY COUNT(Id)",
            "1:30",
            "the function COUNT",
        ),
    ] {
        let (code, message) = error(text);
        assert_eq!(code, Code::MalformedQuery, "{text}");
        let place = place.replace(':', ":Column:");
        let tail = format!("\nERROR at Row:{place}\n{what} is not supported");
        assert!(message.ends_with(&tail), "{text}\n{message}");
    }
}

/// R-ERR-2: offset, length and depth have limits.
#[test]
fn r_err_2_a_query_is_bounded() {
    let (code, message) = error("SELECT Id FROM Lead OFFSET 2001");
    assert_eq!(code, Code::NumberOutsideValidRange);
    assert!(
        message.ends_with("Row:1:Column:28\nMaximum SOQL offset allowed is 2000"),
        "{message}"
    );

    let nested = |n| {
        format!(
            "SELECT Id FROM L WHERE {}a = 1{}",
            "(".repeat(n),
            ")".repeat(n)
        )
    };
    assert!(parse(&nested(50)).is_ok());
    let (_, message) = error(&nested(51));
    assert!(
        message.ends_with("conditions may nest at most 50 levels deep"),
        "{message}"
    );
    let (_, message) = error(&format!(
        "SELECT Id FROM L WHERE {}a = 1",
        "NOT ".repeat(20_000)
    ));
    assert!(message.contains("nest at most 50"), "…");

    let wide = |n| format!("SELECT Id FROM L WHERE a = '{}'", "ä".repeat(n));
    assert!(parse(&wide(100_000 - 29)).is_ok());
    let (code, message) = error(&wide(100_000 - 28));
    assert_eq!(code, Code::MalformedQuery);
    assert_eq!(
        message,
        "a query may have at most 100000 characters, this one has 100001"
    );
}
