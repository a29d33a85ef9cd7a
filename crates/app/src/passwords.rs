//! Passwords: Argon2id, off the async threads, a bounded number at once.

use std::sync::Arc;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use openlma_core::{Code, Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hashes at work at the same time; each takes about 20 MiB.
const AT_ONCE: usize = 2;
/// Characters of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
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
        let work = move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|e| Error::internal(format!("a password was not hashed: {e}")))
        };
        self.turn().await?.work(work).await?
    }

    /// Waits until one more hash may be worked out.
    pub(crate) async fn turn(&self) -> Result<Turn> {
        let permits = Arc::clone(&self.permits);
        let permit = permits.acquire_owned().await;
        permit.map(Turn).map_err(|e| Error::internal(e.to_string()))
    }
}

/// The right to work out one hash.
pub(crate) struct Turn(OwnedSemaphorePermit);

impl Turn {
    /// Does the password fit? Without a hash it takes as long and says no, so that nobody learns
    /// which user names exist.
    pub(crate) async fn fits(self, password: &str, hash: Option<String>) -> Result<bool> {
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

    /// The turn ends with the work, also when nobody waits for its outcome any more.
    async fn work<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let Turn(permit) = self;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await
            .map_err(|e| Error::internal(format!("a password was not checked: {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Passwords};

    /// R-USR-1: a caller who hangs up does not make room for another hash while theirs is worked
    /// out.
    #[tokio::test]
    async fn r_usr_1_a_turn_ends_with_its_work() {
        let passwords = Passwords::default();
        let turn = passwords.turn().await.unwrap();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (end, ends) = std::sync::mpsc::channel::<()>();
        let caller = tokio::spawn(turn.work(move || {
            begun.send(()).unwrap();
            ends.recv().unwrap();
        }));
        begins.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.permits.available_permits(), AT_ONCE - 1);
        end.send(()).unwrap();
        let all = u32::try_from(AT_ONCE).unwrap();
        assert!(passwords.permits.acquire_many(all).await.is_ok());
    }
}
