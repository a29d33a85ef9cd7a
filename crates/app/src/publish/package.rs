//! Making a package, and the claim on its namespace (R-PKG-1).

use openlma_core::access::Permission;
use openlma_core::fold::fold;
use openlma_core::id::prefix;
use openlma_core::package::Namespace;
use openlma_core::{Code, Error, Id, Record, Result};
use openlma_store::{Tx, directory, records};

use super::rows::{new_record, set_name};
use crate::actor::Actor;
use crate::orgs::{lock_org, write_changed};
use crate::{App, unless_duplicate};

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
        let mut record = new_record(
            "MetadataPackage",
            self.id(prefix::METADATA_PACKAGE),
            actor,
            self.now(),
        );
        set_name(&mut record, name)?;
        record.set(
            "NamespacePrefix",
            namespace.as_ref().map(|n| n.as_str().to_owned()),
        );
        record.set("managed", namespace.is_some());
        let (org, now) = (actor.org.id, self.now());
        self.store()
            .write(move |tx| {
                // The LMA may be installed at the same moment (R-ORG-3).
                let row = lock_org(tx, org)?;
                let mut after = row.clone();
                if let Some(namespace) = &namespace {
                    claim_namespace(tx, &row, namespace, &record)?;
                    after.set("NamespacePrefix", namespace.as_str());
                }
                records::insert(tx, org, std::slice::from_ref(&record))?;
                after.set("is_packaging", true);
                write_changed(tx, &row, after, now)?;
                record
                    .id()
                    .ok_or_else(|| Error::internal("a package without id"))
            })
            .await
    }
}

/// Takes a namespace for a package of an org, whose row is locked.
fn claim_namespace(
    tx: &mut Tx<'_>,
    org: &Record,
    namespace: &Namespace,
    package: &Record,
) -> Result<()> {
    if org.get("is_business").is_true() {
        return Err(Error::new(
            Code::InvalidOperation,
            "an org with the License Management App cannot own a managed package; \
             use a packaging org of its own",
        ));
    }
    let folded = namespace.folded();
    let taken = |why: &str| {
        Error::new(
            Code::DuplicateValue,
            format!("namespace: {namespace} {why}"),
        )
        .field("namespace")
    };
    let elsewhere = || taken("belongs to another packaging org of this server");
    let (Some(id), Some(package)) = (org.id(), package.id()) else {
        return Err(Error::internal("an org or a package without id"));
    };
    match directory::namespace(tx, &folded)? {
        Some((owner, _)) if owner == id => {
            return Err(taken("holds a managed package already"));
        }
        Some(_) => return Err(elsewhere()),
        None => {}
    }
    if let Some(own) = org.get("NamespacePrefix").as_text()
        && fold(own) != folded
    {
        return Err(taken(&format!(
            "is not this org's namespace, which is {own}"
        )));
    }
    directory::take_namespace(tx, &folded, id, package).map_err(|e| unless_duplicate(e, elsewhere))
}
