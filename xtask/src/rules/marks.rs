//! How a rule is named in prose (`R-LIC-2`) and in a function's name (`r_lic_2`). Pure.

/// The rules that `text` names, in its order.
pub(super) fn in_text(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter_map(mark)
        .collect()
}

/// The rules that a function's name names, in its order.
pub(super) fn in_name(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split('_').collect();
    let triples = words.windows(3).filter(|words| words[0] == "r");
    triples
        .filter_map(|words| mark(&words.join("-").to_uppercase()))
        .collect()
}

/// `word` if it is `R-`, letters, `-`, digits.
fn mark(word: &str) -> Option<String> {
    let (family, number) = word
        .strip_prefix("R-")?
        .trim_end_matches('-')
        .split_once('-')?;
    let is_family = !family.is_empty() && family.bytes().all(|b| b.is_ascii_uppercase());
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (is_family && is_number).then(|| format!("R-{family}-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_names_rules() {
        assert_eq!(
            in_text("R-LIC-2, (R-SEAT-10): both"),
            ["R-LIC-2", "R-SEAT-10"]
        );
        assert!(in_text("R-lic-2 OR-LIC-2 R-LIC R--2 R-LIC-x").is_empty());
    }

    #[test]
    fn names_name_rules() {
        assert_eq!(in_name("r_lic_2_and_r_lic_3_hold"), ["R-LIC-2", "R-LIC-3"]);
        assert!(in_name("for_lic_2").is_empty());
    }
}
