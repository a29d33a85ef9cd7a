//! Tokens, their places, and the texts that are none.

use super::*;

fn kinds(text: &str) -> Vec<Kind<'_>> {
    tokens(text).into_iter().map(|t| t.kind).collect()
}

fn one(text: &str) -> Kind<'_> {
    kinds(text).swap_remove(0)
}

#[test]
fn words_signs_and_numbers() {
    assert_eq!(
        kinds("a_1.b<=-5,<>+2.5e1"),
        vec![
            Kind::Word,
            Kind::Sign(Sign::Dot),
            Kind::Word,
            Kind::Sign(Sign::Le),
            Kind::Int(-5),
            Kind::Sign(Sign::Comma),
            Kind::Sign(Sign::Ne),
            Kind::Number(25.0),
            Kind::End
        ]
    );
}

#[test]
fn a_token_knows_its_place() {
    let all = tokens("SELECT\n  Ää 'ü' x");
    let places: Vec<_> = all.iter().map(|t| (t.at.0, t.text)).collect();
    assert_eq!(places[0], (0, "SELECT"));
    assert_eq!(places[1], (9, "Ä"));
    assert_eq!(all[1].kind, Kind::Bad("no character of the language"));
    assert_eq!(places[3], (14, "'ü'"));
    assert_eq!(places[4], (19, "x"));
    assert_eq!(places[5], (20, ""));
}

#[test]
fn instants_in_every_form_that_clients_send() {
    let expected = Kind::DateTime("2026-01-02T03:04:05Z".parse().unwrap());
    for text in [
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.000Z",
        "2026-01-02T03:04:05.000+00:00",
        "2026-01-02T03:04:05.000+0000",
        "2026-01-02T04:04:05+01:00",
        "2026-01-01T22:04:05-0500",
        "2026-01-02t03:04:05z",
    ] {
        assert_eq!(one(text), expected, "{text}");
    }
    assert_eq!(one("2026-01-02"), Kind::Date("2026-01-02".parse().unwrap()));
}

#[test]
fn what_is_almost_a_date_is_bad_as_a_whole() {
    for text in [
        "2026-1-1",
        "2026-13-01",
        "2026-02-30",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04Z",
        "2026-01-02T25:00:00Z",
        "1e999",
        "12abc",
        "-",
    ] {
        let all = tokens(text);
        assert!(matches!(all[0].kind, Kind::Bad(_)), "{text}: {all:?}");
        assert_eq!(all[0].text, text);
    }
}

/// Integrations write `'x'ORDER BY`: the quote alone ends the text.
#[test]
fn a_word_may_follow_a_quote_at_once() {
    assert_eq!(
        kinds(r"'it\'s'ORDER"),
        vec![Kind::Text(r"it\'s"), Kind::Word, Kind::End]
    );
}

#[test]
fn quotes_that_do_not_end_and_escapes_that_do_not_exist() {
    assert_eq!(one("'abc"), Kind::Bad("a quoted text does not end"));
    assert_eq!(one(r"'abc\'"), Kind::Bad("a quoted text does not end"));
    assert_eq!(one(r"'a\qc'"), Kind::Bad("illegal escape in a quoted text"));
    let nul = Kind::Bad("the character U+0000 in a quoted text");
    assert_eq!([one("'a\0'"), one(r"'a\u0000'")], [nul.clone(), nul]);
}
