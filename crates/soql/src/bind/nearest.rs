//! The name that was probably meant.

/// Names longer than this get no hint; no name of the catalogue is.
const LONGEST: usize = 80;

/// The candidate nearest to `name`, if one is near enough: the same without its namespace, or at
/// most a third of its letters away. Of equally near ones, the first.
pub(super) fn nearest<'n>(
    name: &str,
    candidates: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let far = (name.len() / 3).max(1);
    candidates
        .filter_map(|candidate| {
            let lower = candidate.to_ascii_lowercase();
            let distance = match lower.strip_suffix(&name) {
                Some(front) if front.ends_with("__") => 0,
                _ => distance(name.as_bytes(), lower.as_bytes()),
            };
            (distance <= far).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let replaced = row[j] + usize::from(a[i] != b[j]);
            let mut best = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_not() {
        let names = ["Id", "Name", "sfLma__Seats__c", "sfLma__Status__c"];
        let near = |name| nearest(name, names.into_iter());
        assert_eq!(near("nmae"), Some("Name"));
        assert_eq!(near("Nam"), Some("Name"));
        assert_eq!(near("Seats__c"), Some("sfLma__Seats__c"));
        assert_eq!(near("sfLma__Statsu__c"), Some("sfLma__Status__c"));
        assert_eq!(near("Revenue"), None);
        assert_eq!(near(&"x".repeat(100)), None);
    }
}
