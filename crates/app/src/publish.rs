//! Publishing: packages, versions, connections, registrations (§2).

use std::sync::Arc;

use openlma_core::access::Permission;
use openlma_core::catalog::Catalog;
use openlma_core::catalog::input::from_json;
use openlma_core::fold::fold;
use openlma_core::id::{IdRun, prefix};
use openlma_core::license::DefaultValues;
use openlma_core::org::{self, LmaTarget};
use openlma_core::package::{Namespace, VersionNumber};
use openlma_core::time::{Timestamp, day_in};
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::directory::{self, Package, Version};
use openlma_store::messages::{self, Outgoing};
use openlma_store::records::{self, Lock};
use openlma_store::{Signal, Tx};

use crate::actor::{Actor, Caller};
use crate::bodies::{self, Registered, VersionBody, kind};
use crate::sign_in::TokenKind;
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
    /// Makes a package in the actor's org.
    ///
    /// # Errors
    /// `DUPLICATE_VALUE`, when the namespace is taken or holds a package already;
    /// `INVALID_OPERATION` for a managed package in an org with the LMA (R-ORG-3).
    pub async fn create_package(
        &self,
        actor: &Actor,
        name: &str,
        namespace: Option<&str>,
    ) -> Result<Id> {
        actor.require(Permission::CreateAndUploadPackages)?;
        let namespace = namespace.map(Namespace::parse).transpose()?;
        if namespace.is_some() && actor.org.is_business {
            return Err(Error::new(
                Code::InvalidOperation,
                "an org with the License Management App cannot own a managed package; \
                 use a packaging org of its own",
            ));
        }
        let mut record = new_record(
            "MetadataPackage",
            self.id(prefix::METADATA_PACKAGE),
            actor,
            self.now(),
        );
        set_text(&mut record, "Name", Some(name))?;
        if record.get("Name").is_null() {
            return Err(missing("Name"));
        }
        record.set(
            "NamespacePrefix",
            namespace.as_ref().map(|n| n.as_str().to_owned()),
        );
        record.set("managed", namespace.is_some());
        let (org, now) = (Arc::clone(&actor.org), self.now());
        self.store()
            .write(move |tx| {
                if let Some(namespace) = &namespace {
                    claim_namespace(tx, &org, namespace, &record, now)?;
                }
                records::insert(tx, org.id, std::slice::from_ref(&record))?;
                crate::orgs::set_flag(tx, org.id, "is_packaging", now)?;
                record
                    .id()
                    .ok_or_else(|| Error::internal("a package without id"))
            })
            .await
    }

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
                let object = Catalog::standard().known("MetadataPackage");
                records::load_one(tx, org.id, object, package, Lock::Rows)?;
                let found = directory::package(tx, package)?.filter(|p| p.packaging_org == org.id);
                let Some(found) = found else {
                    return Err(not_found("package in this org"));
                };
                if directory::versions(tx, package)?
                    .iter()
                    .any(|v| number_of(v) == number)
                {
                    return Err(Error::new(
                        Code::DuplicateValue,
                        format!("version: {number} is uploaded already; choose a higher number"),
                    )
                    .field("version"));
                }
                records::insert(tx, org.id, std::slice::from_ref(&record))?;
                let id = record
                    .id()
                    .ok_or_else(|| Error::internal("a version without id"))?;
                if let Some(registration) = &found.registration {
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

    /// The packages of the actor's own org, and of the packaging orgs that it is connected with.
    ///
    /// # Errors
    /// Of the database.
    pub async fn packages(&self, actor: &Actor) -> Result<Vec<Package>> {
        let org = actor.org.id;
        self.store()
            .read(move |tx| {
                let mut packages = directory::packages_of(tx, org)?;
                for other in directory::connected(tx, org)? {
                    if other != org {
                        packages.extend(directory::packages_of(tx, other)?);
                    }
                }
                Ok(packages)
            })
            .await
    }

    /// One of [`App::packages`], with its versions.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn package(&self, actor: &Actor, id: Id) -> Result<(Package, Vec<Version>)> {
        let packages = self.packages(actor).await?;
        let package = packages
            .into_iter()
            .find(|p| p.id == id)
            .ok_or_else(|| not_found("package"))?;
        let versions = self
            .store()
            .look(move |tx| directory::versions(tx, id))
            .await?;
        Ok((package, versions))
    }

    /// R-PKG-2 (a): connects a packaging org, proven by its administrator's token.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` without Manage Listings here or administration there.
    pub async fn connect(&self, actor: &Actor, org_token: &str) -> Result<Arc<OrgContext>> {
        actor.require(Permission::ManageListings)?;
        let other = self.administrator(org_token).await?;
        let (org, by, now) = (actor.org.id, actor.user, self.now());
        let packaging = other.org.id;
        self.store()
            .write(move |tx| directory::connect(tx, org, packaging, by, now))
            .await?;
        Ok(other.org)
    }

    /// R-PKG-2 (b), R-PKG-3: registers a package with the org of the token, which has the LMA.
    /// Registering again with the same org replaces the default values.
    ///
    /// # Errors
    /// `DUPLICATE_VALUE`, when the package is registered with another org; `INVALID_OPERATION`,
    /// when that org has no LMA or may not have it (R-ORG-3).
    pub async fn register(
        &self,
        actor: &Actor,
        package: Id,
        org_token: &str,
        defaults: DefaultValues,
    ) -> Result<Package> {
        actor.require(Permission::ManageListings)?;
        let business = self.administrator(org_token).await?.org;
        let (found, _) = self.package(actor, package).await?;
        if found.namespace.is_none() {
            return Err(Error::new(
                Code::InvalidOperation,
                "only a managed package can be registered: this one has no namespace",
            ));
        }
        let packaging = self.org(found.packaging_org).await?;
        let defaults =
            serde_json::to_string(&defaults).map_err(|e| Error::internal(e.to_string()))?;
        let (now, ids) = (self.now(), self.ids());
        self.store()
            .write(move |tx| {
                may_register(tx, &business, now)?;
                match &found.registration {
                    Some(known) if known.org == business.id => {
                        directory::redefine(tx, package, known.org, &defaults, &known.state)?;
                    }
                    Some(_) => return Err(registered_elsewhere()),
                    None => {
                        directory::register(tx, package, business.id, &defaults, now)
                            .map_err(|e| unless_duplicate(e, registered_elsewhere))?;
                        let body = registered_body(tx, &found, &packaging)?;
                        let mut ids = ids.clone();
                        tell(
                            tx,
                            &mut ids,
                            &found,
                            business.id,
                            kind::REGISTERED,
                            body,
                            now,
                        )?;
                    }
                }
                directory::package(tx, package)?.ok_or_else(|| not_found("package"))
            })
            .await
    }

    /// The administrator whose token this is.
    async fn administrator(&self, token: &str) -> Result<Actor> {
        match self.authenticate(token, TokenKind::Access).await {
            Ok(Caller::User(other)) => {
                other.require(Permission::CustomizeApplication)?;
                Ok(other)
            }
            Ok(Caller::Operator(_)) | Err(_) => Err(Error::new(
                Code::FieldIntegrityException,
                "org_token: this is not a valid token of an org's administrator; \
                 sign in to that org and pass its access token",
            )
            .field("org_token")),
        }
    }
}

fn claim_namespace(
    tx: &mut Tx<'_>,
    org: &OrgContext,
    namespace: &Namespace,
    package: &Record,
    now: Timestamp,
) -> Result<()> {
    let folded = namespace.folded();
    let taken = |why: &str| {
        Error::new(
            Code::DuplicateValue,
            format!("namespace: {namespace} {why}"),
        )
        .field("namespace")
    };
    let elsewhere = || taken("belongs to another packaging org of this server");
    match directory::namespace(tx, &folded)? {
        Some((owner, _)) if owner == org.id => {
            return Err(taken("holds a managed package already"));
        }
        Some(_) => return Err(elsewhere()),
        None => {}
    }
    if let Some(own) = &org.namespace
        && fold(own) != folded
    {
        return Err(taken(&format!(
            "is not this org's namespace, which is {own}"
        )));
    }
    let id = package
        .id()
        .ok_or_else(|| Error::internal("a package without id"))?;
    directory::take_namespace(tx, &folded, org.id, id)
        .map_err(|e| unless_duplicate(e, elsewhere))?;
    let object = Catalog::standard().known("Organization");
    let found = records::load_by(tx, org.id, object, "Id", &[Value::Id(org.id)], Lock::Rows)?;
    let Some(before) = found.into_iter().next() else {
        return Err(not_found("org"));
    };
    let mut after = before.clone();
    after.set("NamespacePrefix", namespace.as_str());
    after.set("SystemModstamp", now);
    crate::orgs::write_organization(tx, &before, &after)?;
    tx.signal(Signal::Org(org.id));
    Ok(())
}

fn may_register(tx: &mut Tx<'_>, business: &OrgContext, now: Timestamp) -> Result<()> {
    if !business.is_business {
        return Err(Error::new(
            Code::InvalidOperation,
            format!(
                "the License Management App is not installed in {}",
                business.name
            ),
        ));
    }
    org::may_install_lma(&LmaTarget {
        edition: business.edition,
        status: business.status_at(now),
        sandbox: business.sandbox,
        owns_managed_package: directory::owns_managed(tx, business.id)?,
    })
    .map(drop)
}

fn registered_elsewhere() -> Error {
    Error::new(
        Code::DuplicateValue,
        "the package is registered with another org; end that association first",
    )
    .field("package_id")
}

/// An error about a value that was taken meanwhile, in words of its own.
pub(crate) fn unless_duplicate(error: Error, otherwise: impl FnOnce() -> Error) -> Error {
    if error.code == Code::DuplicateValue {
        otherwise()
    } else {
        error
    }
}

/// Sends a message about a package from its packaging org, in the package's own queue.
fn tell(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    package: &Package,
    to_org: Id,
    kind: &'static str,
    body: String,
    now: Timestamp,
) -> Result<()> {
    let from = package.packaging_org;
    let seq = records::take_numbers(tx, from, &format!("queue {}", package.id.as_str()), 1)?;
    let message = Outgoing {
        id: ids.next(prefix::MESSAGE),
        to_org,
        queue: package.id,
        seq,
        kind,
        revision: 0,
        body,
    };
    messages::send(tx, from, &message, now)
}

fn registered_body(tx: &mut Tx<'_>, package: &Package, packaging: &OrgContext) -> Result<String> {
    let versions = directory::versions(tx, package.id)?;
    bodies::encode(&Registered {
        package_id: package.id,
        name: package.name.clone(),
        namespace: package.namespace.clone(),
        developer_name: package.developer.clone(),
        developer_org: package.packaging_org,
        versions: versions
            .iter()
            .map(|v| version_body(v, packaging))
            .collect(),
    })
}

fn version_body(version: &Version, packaging: &OrgContext) -> VersionBody {
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
    let part = |n: i64| u32::try_from(n).unwrap_or(0);
    let (major, minor, patch) = version.number;
    VersionNumber {
        major: part(major),
        minor: part(minor),
        patch: part(patch),
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
    set_text(
        &mut record,
        "Name",
        Some(version.name.as_deref().unwrap_or(&number)),
    )?;
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

fn new_record(object: &str, id: Id, actor: &Actor, now: Timestamp) -> Record {
    let mut record = Record::with_defaults(Catalog::standard().known(object));
    record.set("Id", id);
    for field in ["CreatedById", "LastModifiedById"] {
        record.set(field, actor.user);
    }
    for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
        record.set(field, now);
    }
    record
}

/// Sets a text after the catalogue's checks.
fn set_text(record: &mut Record, name: &str, text: Option<&str>) -> Result<()> {
    let object = Arc::clone(record.object());
    if let (Some(field), Some(text)) = (object.field(name), text) {
        record.set(name, from_json(field, &serde_json::Value::from(text))?);
    }
    Ok(())
}

fn missing(field: &str) -> Error {
    Error::new(
        Code::RequiredFieldMissing,
        format!("Required fields are missing: [{field}]"),
    )
    .field(field)
}
