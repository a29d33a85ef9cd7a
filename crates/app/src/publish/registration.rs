//! Connecting packaging orgs, and registering packages with the org that has the LMA (R-PKG-2,
//! R-PKG-3).

use std::sync::Arc;

use openlma_core::access::Permission;
use openlma_core::id::IdRun;
use openlma_core::license::DefaultValues;
use openlma_core::org::{self, LmaTarget};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::directory::{self, Package, Registration};
use openlma_store::{Tx, messages, registrations};

use super::rows::lock_package;
use super::tell::tell;
use super::version::version_body;
use crate::actor::{Actor, Caller};
use crate::bodies::{self, Registered, kind};
use crate::sign_in::TokenKind;
use crate::{App, OrgContext, not_found, unless_duplicate};

impl App {
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
    /// Registering again with the same org replaces the default values, and tries one that failed
    /// or waits again.
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
            )
            .field("package_id"));
        }
        let packaging = self.org(found.packaging_org).await?;
        let defaults =
            serde_json::to_string(&defaults).map_err(|e| Error::internal(e.to_string()))?;
        let registering = Registering {
            packaging,
            business,
            defaults,
            now: self.now(),
        };
        let ids = self.ids();
        self.store()
            .write(move |tx| registering.run(tx, &mut ids.clone(), package))
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

/// A registration as one unit of work.
struct Registering {
    packaging: Arc<OrgContext>,
    business: Arc<OrgContext>,
    defaults: String,
    now: Timestamp,
}

impl Registering {
    fn run(&self, tx: &mut Tx<'_>, ids: &mut IdRun, id: Id) -> Result<Package> {
        may_register(tx, &self.business, self.now)?;
        // An upload at the same moment comes before, and is in the message, or sees the
        // registration and sends one of its own.
        let Some(package) = lock_package(tx, self.packaging.id, id)? else {
            return Err(not_found("package"));
        };
        match package.registered() {
            Some(known) if known.org == self.business.id => {
                self.again(tx, ids, &package, known)?;
            }
            Some(_) => return Err(registered_elsewhere()),
            None => {
                let (org, defaults, now) = (self.business.id, &self.defaults, self.now);
                if !registrations::register_anew(tx, id, org, defaults, now)? {
                    registrations::register(tx, id, org, defaults, now)
                        .map_err(|e| unless_duplicate(e, registered_elsewhere))?;
                }
                self.tell(tx, ids, &package)?;
            }
        }
        directory::package(tx, id)?.ok_or_else(|| not_found("package"))
    }

    /// New default values; what holds the registration up is tried again (R-PKG-3).
    fn again(
        &self,
        tx: &mut Tx<'_>,
        ids: &mut IdRun,
        package: &Package,
        known: &Registration,
    ) -> Result<()> {
        // The inbox before the registration: in the order of who applies its messages.
        let waits = known.state != "Done"
            && messages::retry_queue(tx, self.business.id, package.id, self.now)?;
        registrations::redefine(tx, package.id, known.org, &self.defaults)?;
        if registrations::restart(tx, package.id, self.now)? && !waits {
            self.tell(tx, ids, package)?;
        }
        Ok(())
    }

    fn tell(&self, tx: &mut Tx<'_>, ids: &mut IdRun, package: &Package) -> Result<()> {
        let body = registered_body(tx, package, &self.packaging)?;
        let to = self.business.id;
        tell(tx, ids, package, to, kind::REGISTERED, body, self.now)
    }
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
        after: None,
    })
}
