//! Uploading versions of a package (R-PKG-1), and how they are told to a business org.

use std::sync::Arc;

use openlma_core::access::Permission;
use openlma_core::id::prefix;
use openlma_core::package::VersionNumber;
use openlma_core::time::{Timestamp, day_in};
use openlma_core::{Code, Error, Id, Record, Result};
use openlma_store::directory::{self, Version};
use openlma_store::records;

use super::rows::{lock_package, new_record, set_name, set_text};
use super::tell::tell;
use crate::actor::Actor;
use crate::bodies::{self, VersionBody, kind};
use crate::{App, OrgContext, not_found};

/// A version to be uploaded (R-PKG-1).
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// Number, unique in the package.
    pub number: VersionNumber,
    /// Name; the number when not given.
    pub name: Option<String>,
    /// Beta, not Released.
    pub beta: bool,
    /// Notes.
    pub notes: Option<String>,
    /// Address of the artifact.
    pub artifact_url: Option<String>,
    /// Its SHA-256, 64 hexadecimal digits.
    pub artifact_sha256: Option<String>,
}

impl App {
    /// Uploads a version. A registered package's business org hears of it.
    ///
    /// # Errors
    /// `NOT_FOUND` for a package of another org; `DUPLICATE_VALUE` for a number that is taken.
    pub async fn upload_version(
        &self,
        actor: &Actor,
        package: Id,
        version: &NewVersion,
    ) -> Result<Id> {
        actor.require(Permission::CreateAndUploadPackages)?;
        let now = self.now();
        let record = version_record(
            self.id(prefix::METADATA_PACKAGE_VERSION),
            actor,
            package,
            version,
            now,
        )?;
        let number = version.number;
        let (org, ids) = (Arc::clone(&actor.org), self.ids());
        self.store()
            .write(move |tx| {
                // Locked, so that of two uploads of one number the later one sees the first.
                let Some(found) = lock_package(tx, org.id, package)? else {
                    return Err(not_found("package in this org"));
                };
                if directory::versions(tx, package)?
                    .iter()
                    .any(|v| number_of(v) == number)
                {
                    return Err(Error::new(
                        Code::DuplicateValue,
                        format!("version: {number} is uploaded already; choose another number"),
                    )
                    .field("version"));
                }
                records::insert(tx, org.id, std::slice::from_ref(&record))?;
                let id = record
                    .id()
                    .ok_or_else(|| Error::internal("a version without id"))?;
                if let Some(registration) = found.registered() {
                    let versions = directory::versions(tx, package)?;
                    let version = versions.iter().find(|v| v.id == id);
                    let version = version.ok_or_else(|| Error::internal("a version vanished"))?;
                    let body = bodies::encode(&version_body(version, &org))?;
                    tell(
                        tx,
                        &mut ids.clone(),
                        &found,
                        registration.org,
                        kind::VERSION,
                        body,
                        now,
                    )?;
                }
                Ok(id)
            })
            .await
    }
}

fn version_record(
    id: Id,
    actor: &Actor,
    package: Id,
    version: &NewVersion,
    now: Timestamp,
) -> Result<Record> {
    let mut record = new_record("MetadataPackageVersion", id, actor, now);
    let number = version.number.to_string();
    set_name(&mut record, version.name.as_deref().unwrap_or(&number))?;
    set_text(&mut record, "notes", version.notes.as_deref())?;
    set_text(&mut record, "artifact_url", version.artifact_url.as_deref())?;
    if let Some(sum) = &version.artifact_sha256 {
        if sum.len() != 64 || !sum.bytes().all(|c| c.is_ascii_hexdigit()) {
            return Err(Error::new(
                Code::FieldIntegrityException,
                "artifact_sha256: give the 64 hexadecimal digits of the SHA-256",
            )
            .field("artifact_sha256"));
        }
        record.set("artifact_sha256", sum.to_ascii_lowercase());
    }
    record.set("MetadataPackageId", package);
    record.set(
        "ReleaseState",
        if version.beta { "Beta" } else { "Released" },
    );
    record.set("MajorVersion", i64::from(version.number.major));
    record.set("MinorVersion", i64::from(version.number.minor));
    record.set("PatchVersion", i64::from(version.number.patch));
    record.set("BuildNumber", 1_i64);
    record.set("uploaded_at", now);
    Ok(record)
}

/// A version as a message tells it.
pub(super) fn version_body(version: &Version, packaging: &OrgContext) -> VersionBody {
    let uploaded = version.uploaded_at.unwrap_or(Timestamp::UNIX_EPOCH);
    VersionBody {
        package_id: version.package,
        version_id: version.id,
        name: version.name.clone(),
        number: number_of(version).to_string(),
        beta: !version.released,
        release_date: day_in(uploaded, &packaging.zone).to_string(),
    }
}

/// The number of a version in the directory.
#[must_use]
pub fn number_of(version: &Version) -> VersionNumber {
    number(version.number)
}

/// Major, minor and patch as the directory has them.
#[must_use]
pub fn number((major, minor, patch): (i64, i64, i64)) -> VersionNumber {
    let part = |n: i64| u32::try_from(n).unwrap_or(0);
    VersionNumber {
        major: part(major),
        minor: part(minor),
        patch: part(patch),
    }
}
