//! `cargo xtask rules`: our own sentence for every rule, and the tests that prove it.
//!
//! A test proves a rule if its documentation names it (`R-LIC-2`) or its name does
//! (`r_lic_2_…`). A rule that code or a page names and `docs/rules.toml` does not know is an error,
//! and so is one that has neither a test nor a word about what is left of it for later.

mod marks;
mod tests_of;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use self::tests_of::{Proof, proofs};
use crate::generated::write_or_check;
use crate::process::{output, program, root};

const SENTENCES: &str = "docs/rules.toml";
const PAGE: &str = "docs/rules.md";

/// The chapters on the business, from orgs to moving: how many rules each family has.
const FAMILIES: &[(&str, u8)] = &[
    ("ORG", 7),
    ("PKG", 9),
    ("INS", 9),
    ("SYN", 4),
    ("LIC", 12),
    ("SEAT", 3),
    ("CHK", 5),
    ("LEAD", 7),
    ("REF", 2),
    ("MOV", 1),
    ("CASE", 1),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentences {
    rule: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    text: String,
    /// What of it is not built yet.
    later: Option<String>,
}

/// Writes `docs/rules.md`, or with `check` compares it.
///
/// # Errors
///
/// The list is not current; a rule is absent, there twice, or has neither test nor `later`; a file
/// names one that is not there.
pub(crate) fn rules(check: bool) -> Result<()> {
    let text = fs::read_to_string(root().join(SENTENCES)).context(SENTENCES)?;
    let Sentences { rule: rules } = toml::from_str(&text).context(SENTENCES)?;
    complete(&rules)?;
    let files = files()?;
    known(&rules, &files)?;
    let rust = files.iter().filter(|(file, _)| file.ends_with(".rs"));
    let proofs: Vec<Proof> = rust.flat_map(|(file, text)| proofs(file, text)).collect();
    write_or_check(PAGE, &render(&rules, &proofs)?, check, "cargo xtask rules")
}

/// Insists that every rule of the families is listed.
fn complete(rules: &[Rule]) -> Result<()> {
    for (family, count) in FAMILIES {
        for number in 1..=*count {
            let id = format!("R-{family}-{number}");
            if !rules.iter().any(|rule| rule.id == id) {
                bail!("{SENTENCES} lacks {id}");
            }
        }
    }
    Ok(())
}

/// The product's Rust files and pages with their texts, in the order of their paths.
fn files() -> Result<Vec<(String, String)>> {
    let list = [
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        "*.rs",
        "*.md",
    ];
    let files = output(&mut program("git", list))?;
    // Here, examples of tests that name rules would be taken for such tests.
    let files: BTreeSet<&str> = files
        .lines()
        .filter(|file| !file.starts_with("xtask/") && *file != PAGE)
        .collect();
    // A file that is deleted, but not yet in the index, is listed as well.
    let read = |file: &str| fs::read_to_string(root().join(file)).ok();
    let texts = files.into_iter();
    Ok(texts
        .filter_map(|file| Some((file.to_owned(), read(file)?)))
        .collect())
}

/// Makes sure that every rule that is named anywhere has its sentence.
fn known(rules: &[Rule], files: &[(String, String)]) -> Result<()> {
    let known: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    for (file, text) in files {
        if let Some(rule) = marks::in_text(text)
            .iter()
            .find(|r| !known.contains(r.as_str()))
        {
            bail!("{file} names {rule}, which {SENTENCES} lacks");
        }
    }
    Ok(())
}

fn render(rules: &[Rule], proofs: &[Proof]) -> Result<String> {
    let mut proven: BTreeMap<&str, Vec<&Proof>> = BTreeMap::new();
    for Rule { id, .. } in rules {
        if marks::in_text(id) != [id.as_str()] {
            bail!("{SENTENCES}: \"{id}\" is not of the form R-ABC-1");
        }
        if proven.insert(id, Vec::new()).is_some() {
            bail!("{SENTENCES}: {id} is there twice");
        }
    }
    for proof in proofs {
        for rule in &proof.rules {
            let Some(of_rule) = proven.get_mut(rule.as_str()) else {
                bail!(
                    "{}: {} names {rule}, which {SENTENCES} lacks",
                    proof.file,
                    proof.test
                );
            };
            of_rule.push(proof);
        }
    }

    let mut page = String::from(
        "# The rules, and the tests that prove them\n\n\
         Written by `cargo xtask rules` from `rules.toml` beside it and from the tests that name a\n\
         rule in their documentation or their name. What is left of a rule for later is not there yet.\n\n\
         | rule | what it says | left for later | proven by |\n|---|---|---|---|\n",
    );
    for Rule { id, text, later } in rules {
        let tests = proven
            .get(id.as_str())
            .map(|proofs| by_file(proofs))
            .unwrap_or_default();
        let later = later.as_deref().unwrap_or_default();
        if tests.is_empty() && later.is_empty() {
            bail!("{SENTENCES}: no test names {id}, and no `later` says what is left of it");
        }
        let [text, later] = [text, later].map(|cell| cell.replace('|', "\\|"));
        writeln!(page, "| {id} | {text} | {later} | {tests} |")?;
    }
    Ok(page)
}

/// `file`: `test`, `test`; the file's name once.
fn by_file(proofs: &[&Proof]) -> String {
    let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for proof in proofs {
        files.entry(&proof.file).or_default().insert(&proof.test);
    }
    let shown = files.iter().map(|(file, tests)| {
        let tests = tests
            .iter()
            .map(|test| format!("`{test}`"))
            .collect::<Vec<_>>();
        format!("{file}: {}", tests.join(", "))
    });
    shown.collect::<Vec<_>>().join("<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(id: &str) -> Rule {
        Rule {
            id: id.to_owned(),
            text: "A sentence.".to_owned(),
            later: None,
        }
    }

    fn left(id: &str) -> Rule {
        Rule {
            later: Some("all of it".to_owned()),
            ..rule(id)
        }
    }

    fn proof(rule: &str) -> Proof {
        Proof {
            file: "a.rs".to_owned(),
            test: "t".to_owned(),
            rules: vec![rule.to_owned()],
        }
    }

    #[test]
    fn a_rule_has_a_test_or_is_left_for_later() {
        let page = render(&[left("R-LIC-1"), rule("R-LIC-2")], &[proof("R-LIC-2")]).unwrap();
        assert!(
            page.contains("| R-LIC-1 | A sentence. | all of it |  |\n"),
            "{page}"
        );
        assert!(
            page.ends_with("| R-LIC-2 | A sentence. |  | a.rs: `t` |\n"),
            "{page}"
        );
        let refused = render(&[rule("R-LIC-1")], &[]).unwrap_err();
        assert!(refused.to_string().contains("R-LIC-1"), "{refused}");
    }

    #[test]
    fn every_rule_of_the_business_is_listed() {
        let ids = FAMILIES
            .iter()
            .flat_map(|(family, count)| (1..=*count).map(move |n| format!("R-{family}-{n}")));
        let mut all: Vec<Rule> = ids.map(|id| rule(&id)).collect();
        assert!(complete(&all).is_ok());
        let last = all.pop();
        assert!(last.is_some() && complete(&all).is_err());
    }

    #[test]
    fn rules_that_a_file_names_are_known() {
        let file = |text: &str| [("a.md".to_owned(), text.to_owned())];
        assert!(known(&[rule("R-LIC-1")], &file("as R-LIC-1 says")).is_ok());
        let refused = known(&[rule("R-LIC-1")], &file("R-LIC-1, R-LIC-2")).unwrap_err();
        assert!(
            refused.to_string().starts_with("a.md names R-LIC-2"),
            "{refused}"
        );
    }

    #[test]
    fn unknown_double_and_misspelt_rules_are_refused() {
        assert!(render(&[rule("R-LIC-1")], &[proof("R-LIC-2")]).is_err());
        assert!(render(&[rule("R-LIC-1"), rule("R-LIC-1")], &[]).is_err());
        assert!(render(&[rule("LIC-1")], &[]).is_err());
    }
}
