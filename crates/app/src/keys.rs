//! The server's secret and what is made of it: installation keys, publisher keys and hashes of
//! tokens (R-CHK-5, R-SEC-5).

mod publisher;
mod rotation;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use openlma_core::Id;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub use self::rotation::MintedKey;

use crate::App;

/// How installation keys begin.
pub const INSTALLATION_KEY: &str = "olma_ik_";
/// How publisher keys begin.
pub const PUBLISHER_KEY: &str = "olma_pk_";

/// 32 bytes that only this server knows.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A secret from its bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Secret {
        Secret(bytes)
    }

    /// The installation key of one copy and generation: the same each time, so that it can be
    /// shown again to a replay without being kept.
    pub(crate) fn installation_key(&self, org: Id, package_license: Id, generation: i64) -> String {
        let mac = self.mac("installation key");
        key(INSTALLATION_KEY, mac, org, package_license, generation)
    }

    /// The text of one publisher key and generation, in the same way.
    pub(crate) fn publisher_key(&self, org: Id, id: Id, generation: i64) -> String {
        key(
            PUBLISHER_KEY,
            self.mac("publisher key"),
            org,
            id,
            generation,
        )
    }

    /// What is kept of a text to know it again. Keyed: texts with passwords in them cannot be
    /// guessed from it.
    pub(crate) fn fingerprint(&self, text: &str) -> String {
        let mut mac = self.mac("fingerprint");
        mac.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// A MAC that is of use for one purpose only.
    fn mac(&self, purpose: &str) -> Hmac<Sha256> {
        let mut mac = match <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0) {
            Ok(mac) => mac,
            Err(_) => unreachable!("HMAC takes a key of any length"),
        };
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac
    }
}

impl App {
    /// Eight letters that tell this server from others on the same host: the same at each start
    /// (R-ORG-4). No secret.
    #[must_use]
    pub fn server_mark(&self) -> String {
        let mut mark = Sha256::new();
        mark.update(b"server mark\0");
        mark.update(self.inner.secret.0);
        mark.finalize()[..4]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// A text that nobody can guess, 43 characters that are safe in a cookie and in an address.
    #[must_use]
    pub fn random_text(&self) -> String {
        let mut bytes = [0_u8; 32];
        self.inner.random.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn key(beginning: &str, mut mac: Hmac<Sha256>, org: Id, subject: Id, generation: i64) -> String {
    mac.update(org.as_str().as_bytes());
    mac.update(subject.as_str().as_bytes());
    mac.update(&generation.to_be_bytes());
    let tag = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{beginning}{}{}{tag}", org.as_str(), subject.as_str())
}

/// The org and the copy that an installation key names, or the org and the key that a publisher key
/// does; whether it is right is for its hash.
pub(crate) fn key_parts(beginning: &str, key: &str) -> Option<(Id, Id)> {
    let rest = key.strip_prefix(beginning)?;
    Some((
        Id::from_stored(rest.get(..15)?)?,
        Id::from_stored(rest.get(15..30)?)?,
    ))
}

/// SHA-256 of a random text, as kept at rest.
pub(crate) fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// The hash of a key, as checks keep it in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyHash([u8; 32]);

impl KeyHash {
    /// Reads what [`hash`] wrote.
    pub(crate) fn parse(text: &str) -> Option<KeyHash> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(KeyHash)
    }

    /// Is it the hash of this key? Does not tell by its duration where they differ.
    pub(crate) fn is_of(&self, key: &str) -> bool {
        Sha256::digest(key.as_bytes())
            .as_slice()
            .ct_eq(&self.0)
            .into()
    }
}

/// Compares without telling by its duration where two hashes differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
