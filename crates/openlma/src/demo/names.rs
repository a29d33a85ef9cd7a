//! Invented names and places. Nothing here may be, or sound like, a real person or company.

/// A place with its language, as orgs have it.
pub(super) struct Place {
    pub(super) country: &'static str,
    pub(super) zone: &'static str,
    pub(super) language: &'static str,
}

const fn place(country: &'static str, zone: &'static str, language: &'static str) -> Place {
    Place {
        country,
        zone,
        language,
    }
}

/// Where orgs are; the first and the last to see a new day are among them.
pub(super) const PLACES: &[Place] = &[
    place("United States", "America/New_York", "en_US"),
    place("Germany", "Europe/Berlin", "de"),
    place("Japan", "Asia/Tokyo", "ja"),
    place("India", "Asia/Kolkata", "en_US"),
    place("Brazil", "America/Sao_Paulo", "pt_BR"),
    place("Kiribati", "Pacific/Kiritimati", "en_US"),
    place("Sweden", "Europe/Stockholm", "sv"),
    place("Canada", "America/St_Johns", "en_US"),
    place("France", "Europe/Paris", "fr"),
    place("American Samoa", "Pacific/Pago_Pago", "en_US"),
    place("Mexico", "America/Mexico_City", "es_MX"),
    place("Nepal", "Asia/Kathmandu", "en_US"),
];

/// What subscriber orgs do.
pub(super) const TRADES: &[&str] = &[
    "Optics", "Bakery", "Harbour", "Museum", "Printing", "Gardens", "Pottery", "Library",
    "Weaving", "Orchard", "Foundry", "Ferries",
];

const ONES: [&str; 20] = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
];
const TENS: [&str; 10] = [
    "", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety",
];

/// A number as a last name: `Seven`, `Twenty-Four`.
pub(super) fn number(n: u32) -> String {
    let index = |n: u32| n as usize;
    match n {
        0..20 => ONES[index(n)].to_owned(),
        20..100 if n.is_multiple_of(10) => TENS[index(n / 10)].to_owned(),
        20..100 => format!("{}-{}", TENS[index(n / 10)], ONES[index(n % 10)]),
        _ => format!("{n}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_make_names() {
        let names = [0, 7, 19, 20, 24, 99, 100].map(number);
        assert_eq!(
            names,
            [
                "Zero",
                "Seven",
                "Nineteen",
                "Twenty",
                "Twenty-Four",
                "Ninety-Nine",
                "100"
            ]
        );
    }

    #[test]
    fn every_place_has_a_zone() {
        for place in PLACES {
            assert!(
                openlma_core::time::zone(place.zone).is_ok(),
                "{}",
                place.zone
            );
        }
    }
}
