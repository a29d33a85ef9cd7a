//! Passwords: Argon2id, off the async threads, a bounded number at once.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use openlma_core::{Code, Error, Result};
use tokio::sync::Semaphore;

/// Hashes at work at the same time; each takes about 20 MiB.
const AT_ONCE: usize = 2;
/// Characters of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

pub(crate) struct Passwords {
    permits: Semaphore,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords {
            permits: Semaphore::new(AT_ONCE),
        }
    }
}

impl Passwords {
    /// A PHC string for a new password.
    pub(crate) async fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String> {
        if !LENGTH.contains(&password.chars().count()) {
            return Err(Error::new(
                Code::FieldIntegrityException,
                "password: give 8 to 128 characters",
            )
            .field("password"));
        }
        let password = password.to_owned();
        self.work(move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|e| Error::internal(format!("a password was not hashed: {e}")))
        })
        .await?
    }

    /// Does the password fit? Without a hash it takes as long and says no, so that nobody learns
    /// which user names exist.
    pub(crate) async fn fits(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let password = password.to_owned();
        self.work(move || match hash {
            Some(hash) => Argon2::default()
                .verify_password(password.as_bytes(), &*hash)
                .is_ok(),
            None => {
                let salt = [0_u8; 16];
                let _ = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
                false
            }
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let permit = self
            .permits
            .acquire()
            .await
            .map_err(|e| Error::internal(e.to_string()))?;
        let done = tokio::task::spawn_blocking(work).await;
        drop(permit);
        done.map_err(|e| Error::internal(format!("a password was not checked: {e}")))
    }
}
