//! Packages: namespaces, version numbers, and whether a version may be installed (R-PKG-1,
//! R-PKG-8, R-INS-5).

use std::fmt;

use crate::error::{Code, Error, Result};
use crate::fold::fold;
use crate::org::Edition;
use crate::quote::beginning;
use crate::vocabulary::vocabulary;

/// A namespace: 1 to 15 letters, digits and single underscores, a letter first (R-PKG-1).
///
/// Unique over the server ignoring case, see [`Namespace::folded`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Namespace(String);

impl Namespace {
    /// Reads a namespace; its spelling is kept.
    ///
    /// # Errors
    /// `FIELD_INTEGRITY_EXCEPTION` on `NamespacePrefix`, naming the rule.
    pub fn parse(text: &str) -> Result<Namespace> {
        let fits = (1..=15).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
            && !text.contains("__");
        if fits {
            return Ok(Namespace(text.into()));
        }
        Err(Error::new(
            Code::FieldIntegrityException,
            format!(
                "Namespace Prefix: {} is not allowed; give 1 to 15 letters, digits and single \
                 underscores, a letter first",
                beginning(text)
            ),
        )
        .field("NamespacePrefix"))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which it is unique.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Largest part of a version number, so that the text fits its field of 20 characters.
const MAX_PART: u32 = 99_999;

/// The number of a version: `1.2`, or `1.2.3` for a patch.
///
/// ```
/// use openlma_core::package::VersionNumber;
/// let number = VersionNumber::parse("1.10").unwrap();
/// assert!(number > VersionNumber::parse("1.9.4").unwrap());
/// assert_eq!(number.to_string(), "1.10");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionNumber {
    /// First part.
    pub major: u32,
    /// Second part.
    pub minor: u32,
    /// Third part; 0 when there is none.
    pub patch: u32,
}

impl VersionNumber {
    /// Reads `major.minor` or `major.minor.patch`, each part 0 to 99999.
    ///
    /// # Errors
    /// `FIELD_INTEGRITY_EXCEPTION` on `version`, naming the form.
    pub fn parse(text: &str) -> Result<VersionNumber> {
        let part = |text: &str| {
            let digits = (1..=5).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
            digits
                .then(|| text.parse::<u32>().ok())
                .flatten()
                .filter(|n| *n <= MAX_PART)
        };
        let parts: Option<Vec<u32>> = text.split('.').map(part).collect();
        match parts.as_deref() {
            Some([major, minor]) => Ok(VersionNumber {
                major: *major,
                minor: *minor,
                patch: 0,
            }),
            Some([major, minor, patch]) => Ok(VersionNumber {
                major: *major,
                minor: *minor,
                patch: *patch,
            }),
            _ => Err(Error::new(
                Code::FieldIntegrityException,
                format!(
                    "version: {} is not a version number; give major.minor or \
                     major.minor.patch, each 0 to 99999",
                    beginning(text)
                ),
            )
            .field("version")),
        }
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

impl serde::Serialize for VersionNumber {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for VersionNumber {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<VersionNumber, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        VersionNumber::parse(&text).map_err(|e| serde::de::Error::custom(e.message))
    }
}

vocabulary! {
    /// How far a version is (R-PKG-1).
    pub enum ReleaseState = "Release State" {
        /// For trying out only (R-PKG-8).
        Beta = "Beta",
        /// For customers.
        Released = "Released",
    }
}

/// What installing a version amounts to (R-INS-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallKind {
    /// The package is not installed yet, or no longer.
    Install,
    /// This very version is installed: the existing install is the answer.
    Same,
    /// A lower version is installed.
    Upgrade,
}

/// Decides what installing `wanted` over `installed` amounts to (R-INS-5).
///
/// # Errors
/// `DOWNGRADE_NOT_ALLOWED` when a higher version is installed, naming both.
pub fn decide(installed: Option<&VersionNumber>, wanted: &VersionNumber) -> Result<InstallKind> {
    use std::cmp::Ordering;
    let Some(installed) = installed else {
        return Ok(InstallKind::Install);
    };
    match wanted.cmp(installed) {
        Ordering::Equal => Ok(InstallKind::Same),
        Ordering::Greater => Ok(InstallKind::Upgrade),
        Ordering::Less => Err(Error::new(
            Code::DowngradeNotAllowed,
            format!(
                "version {installed} is installed; {wanted} is older, install {installed} or higher"
            ),
        )
        .field("version_id")),
    }
}

/// R-PKG-8: may a beta be installed in an org?
///
/// # Errors
/// `INVALID_OPERATION` in orgs that are neither a sandbox nor of Developer Edition.
pub fn may_install_beta(edition: Edition, sandbox: bool) -> Result<()> {
    if sandbox || edition == Edition::Developer {
        return Ok(());
    }
    Err(Error::new(
        Code::InvalidOperation,
        "a beta version installs only in sandboxes and Developer Edition orgs; \
         install a released version",
    )
    .field("version_id"))
}

/// R-PKG-8: a beta cannot be upgraded, and nothing is upgraded to a beta.
///
/// # Errors
/// `INVALID_OPERATION` when the installed or the wanted version is a beta.
pub fn may_upgrade(installed: ReleaseState, wanted: ReleaseState) -> Result<()> {
    let why = match (installed, wanted) {
        (ReleaseState::Released, ReleaseState::Released) => return Ok(()),
        (ReleaseState::Beta, _) => {
            "an installed beta version cannot be upgraded; uninstall it, then install this version"
        }
        (ReleaseState::Released, ReleaseState::Beta) => {
            "a released version cannot be upgraded to a beta; uninstall it first"
        }
    };
    Err(Error::new(Code::InvalidOperation, why).field("version_id"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> VersionNumber {
        VersionNumber::parse(text).unwrap()
    }

    #[test]
    fn r_pkg_1_namespaces() {
        for good in ["a", "Acme", "acme_2", "a_b_c", "abcdefghijklmno"] {
            assert_eq!(Namespace::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "1a",
            "_a",
            "a__b",
            "a-b",
            "a b",
            "ä",
            "abcdefghijklmnop",
        ] {
            let error = Namespace::parse(bad).unwrap_err();
            assert_eq!(error.code, Code::FieldIntegrityException, "{bad}");
        }
        assert_eq!(Namespace::parse("AcMe").unwrap().folded(), "acme");
    }

    #[test]
    fn r_pkg_1_version_numbers() {
        assert_eq!(
            number("1.2"),
            VersionNumber {
                major: 1,
                minor: 2,
                patch: 0
            }
        );
        assert_eq!(number("1.2.3").to_string(), "1.2.3");
        assert_eq!(number("1.2.0").to_string(), "1.2");
        for bad in [
            "", "1", "1.", "1.2.", ".1.2", "1.2.3.4", "v1.2", "1.-2", "1.+2", "1.100000",
        ] {
            assert!(VersionNumber::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn r_ins_5_install_same_upgrade_downgrade() {
        assert_eq!(decide(None, &number("1.0")).unwrap(), InstallKind::Install);
        let installed = number("1.9");
        assert_eq!(
            decide(Some(&installed), &number("1.9.0")).unwrap(),
            InstallKind::Same
        );
        assert_eq!(
            decide(Some(&installed), &number("1.10")).unwrap(),
            InstallKind::Upgrade
        );
        let error = decide(Some(&installed), &number("1.8.7")).unwrap_err();
        assert_eq!(error.code, Code::DowngradeNotAllowed);
    }

    #[test]
    fn r_pkg_8_betas() {
        assert!(may_install_beta(Edition::Enterprise, true).is_ok());
        assert!(may_install_beta(Edition::Developer, false).is_ok());
        assert!(may_install_beta(Edition::Enterprise, false).is_err());
        assert!(may_upgrade(ReleaseState::Released, ReleaseState::Released).is_ok());
        assert!(may_upgrade(ReleaseState::Beta, ReleaseState::Released).is_err());
        assert!(may_upgrade(ReleaseState::Released, ReleaseState::Beta).is_err());
    }

    proptest! {
        /// R-INS-5: of two different versions exactly one direction is an upgrade.
        #[test]
        fn one_direction_only(a in any_number(), b in any_number()) {
            prop_assert_eq!(number(&a.to_string()), a);
            let up = decide(Some(&a), &b);
            let down = decide(Some(&b), &a);
            if a == b {
                prop_assert_eq!(up.unwrap(), InstallKind::Same);
            } else {
                prop_assert_ne!(up.is_ok(), down.is_ok());
            }
        }
    }

    fn any_number() -> impl Strategy<Value = VersionNumber> {
        (0..=MAX_PART, 0u32..5, 0u32..5).prop_map(|(major, minor, patch)| VersionNumber {
            major,
            minor,
            patch,
        })
    }
}
