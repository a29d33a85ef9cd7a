//! Finds the tests of a Rust file and the rules that each names. Reads lines, not syntax:
//! the formatter keeps attributes and signatures where this looks for them. Pure.

use super::marks;

/// A test and the rules it says it proves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof {
    /// Path below the root.
    pub(super) file: String,
    /// The function's name.
    pub(super) test: String,
    /// At least one, without repetition.
    pub(super) rules: Vec<String>,
}

/// What stands above a function: its documentation and its attributes.
#[derive(Debug, Default)]
struct Above {
    rules: Vec<String>,
    is_test: bool,
    in_attribute: bool,
}

/// The tests of `file` that name a rule. In a `tests/` folder every function that names one is
/// taken for a test, since a macro may make it one.
pub(super) fn proofs(file: &str, text: &str) -> Vec<Proof> {
    let all_are_tests = file.split('/').any(|part| part == "tests");
    let mut found = Vec::new();
    let mut above = Above::default();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || above.takes(line) {
            continue;
        }
        let mut rules = std::mem::take(&mut above);
        if let Some(name) = function_name(line).filter(|_| rules.is_test || all_are_tests) {
            rules.rules.extend(marks::in_name(name));
            rules.rules.sort();
            rules.rules.dedup();
            if !rules.rules.is_empty() {
                let (file, test) = (file.to_owned(), name.to_owned());
                found.push(Proof {
                    file,
                    test,
                    rules: rules.rules,
                });
            }
        }
    }
    found
}

impl Above {
    /// Takes a line in if it is a comment, or an attribute or a part of one.
    fn takes(&mut self, line: &str) -> bool {
        if self.in_attribute {
            self.in_attribute = !line.ends_with(']');
            return true;
        }
        if let Some(attribute) = line.strip_prefix("#[") {
            self.in_attribute = !line.ends_with(']');
            self.is_test |= makes_a_test(attribute);
            return true;
        }
        let is_comment = line.starts_with("//") && !line.starts_with("//!");
        if is_comment {
            self.rules.extend(marks::in_text(line));
        }
        is_comment
    }
}

/// `test]`, `tokio::test(…)]`, `rstest]`, but not `cfg(test)]`.
fn makes_a_test(attribute: &str) -> bool {
    let path = attribute
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':')
        .next();
    path.and_then(|path| path.rsplit("::").next())
        .is_some_and(|name| name == "test" || name == "rstest")
}

fn function_name(line: &str) -> Option<&str> {
    let mut words = line
        .split_whitespace()
        .skip_while(|word| matches!(*word, "pub" | "pub(crate)" | "async" | "const" | "unsafe"));
    if words.next() != Some("fn") {
        return None;
    }
    words.next()?.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
/// R-LIC-1 is a rule of this function, which is no test.
fn status() {}

/// R-LIC-2, R-LIC-3
#[test]
fn transitions() {
    // R-LIC-9 inside a body is not above a function
    let x = 1;
}

#[rstest]
#[case::sqlite(
    Backend::Sqlite
)]
async fn r_seat_1_last_seat(#[case] backend: Backend) {}

#[cfg(test)]
fn r_lic_4_builder() {}
";

    fn named(file: &str) -> Vec<(String, Vec<String>)> {
        proofs(file, FILE)
            .into_iter()
            .map(|proof| (proof.test, proof.rules))
            .collect()
    }

    #[test]
    fn only_tests_prove() {
        let names: Vec<_> = named("src/a.rs");
        assert_eq!(names.len(), 2, "{names:?}");
        assert_eq!(names[0].0, "transitions");
        assert_eq!(names[0].1, ["R-LIC-2", "R-LIC-3"]);
        assert_eq!(names[1].0, "r_seat_1_last_seat");
        assert_eq!(names[1].1, ["R-SEAT-1"]);
    }

    #[test]
    fn what_names_a_rule_among_tests_is_a_test() {
        assert_eq!(named("crates/a/tests/a.rs").len(), 4);
    }
}
