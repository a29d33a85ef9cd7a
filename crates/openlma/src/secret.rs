//! The server's secret (R-SEC-5): from `--secret-file`, else made at the first start beside the
//! SQLite file, else kept in PostgreSQL. It must never be printed or logged.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use openlma_app::Secret;
use openlma_store::{Store, directory};

use crate::failure::Failure;
use crate::hex;
use crate::surroundings::random;

/// Name of the secret among the settings that PostgreSQL keeps.
const IN_DATABASE: &str = "secret";

/// The secret of a server on this database.
///
/// # Errors
/// Exit 2 for a file that holds no secret, exit 4 when it was lost or cannot be kept.
pub(crate) fn load(secret_file: Option<&Path>, store: &Store) -> Result<Secret, Failure> {
    let bytes = match (secret_file, store.path()) {
        (Some(file), _) => read(file)?,
        (None, Some(database)) => beside(&key_path(database), store)?,
        (None, None) => in_database(store)?,
    };
    Ok(Secret::new(bytes))
}

fn key_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".key");
    PathBuf::from(path)
}

fn read(file: &Path) -> Result<[u8; 32], Failure> {
    let bytes = std::fs::read(file).map_err(|e| {
        Failure::usage(format!(
            "the secret file {} cannot be read: {e}",
            file.display()
        ))
    })?;
    warn_if_readable(file);
    parse(&bytes).ok_or_else(|| {
        Failure::usage(format!(
            "the secret file {} holds no secret",
            file.display()
        ))
        .hint("it must hold 32 bytes, or 64 hexadecimal digits: `openssl rand -hex 32`")
    })
}

fn parse(bytes: &[u8]) -> Option<[u8; 32]> {
    if let Ok(exact) = bytes.try_into() {
        return Some(exact);
    }
    hex::decode(std::str::from_utf8(bytes).ok()?.trim_end())
}

fn beside(path: &Path, store: &Store) -> Result<[u8; 32], Failure> {
    if path.exists() {
        return read(path);
    }
    let initialised = store.read_blocking(|tx| directory::meta(tx, "initialised"))?;
    if initialised.is_some() {
        return Err(Failure::unreachable(format!(
            "the secret of this database is missing: {}",
            path.display()
        ))
        .hint("restore the file from your backup, or name it with --secret-file"));
    }
    let bytes = random();
    match keep(path, &bytes) {
        Ok(()) => Ok(bytes),
        // Another process was faster.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => read(path),
        Err(e) => Err(Failure::unreachable(format!(
            "the secret cannot be kept in {}: {e}",
            path.display()
        ))),
    }
}

/// Writes the secret, readable by its owner only, whole or not at all.
fn keep(path: &Path, bytes: &[u8; 32]) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    writeln!(file, "{}", hex::encode(bytes))?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|e| e.error)?;
    Ok(())
}

fn in_database(store: &Store) -> Result<[u8; 32], Failure> {
    let new = hex::encode(&random::<32>());
    let kept = store.write_blocking(move |tx| directory::keep_meta(tx, IN_DATABASE, &new))?;
    tracing::warn!(
        "the server's secret is kept in the database itself; \
         give --secret-file to keep it apart from the data"
    );
    hex::decode(&kept)
        .ok_or_else(|| Failure::unreachable("the secret kept in the database is damaged"))
}

#[cfg(unix)]
fn warn_if_readable(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let others = std::fs::metadata(file).is_ok_and(|m| m.permissions().mode() & 0o077 != 0);
    if others {
        tracing::warn!(
            file = %file.display(),
            "the secret can be read by others; run: chmod 600"
        );
    }
}

#[cfg(not(unix))]
fn warn_if_readable(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-SEC-5
    #[test]
    fn r_sec_5_a_secret_is_kept_for_its_owner_only_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db.key");
        keep(&path, &[7; 32]).unwrap();
        assert_eq!(read(&path).unwrap(), [7; 32]);
        assert_eq!(
            keep(&path, &[8; 32]).unwrap_err().kind(),
            ErrorKind::AlreadyExists
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    /// R-SEC-5
    #[test]
    fn r_sec_5_secrets_are_32_bytes_or_their_digits() {
        assert_eq!(parse(&[9; 32]), Some([9; 32]));
        assert_eq!(
            parse(format!("{}\n", "09".repeat(32)).as_bytes()),
            Some([9; 32])
        );
        assert_eq!(parse(&[9; 31]), None);
        assert_eq!(parse(b""), None);
    }
}
