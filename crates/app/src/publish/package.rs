//! Making a package, and the claim on its namespace (R-PKG-1).

use std::sync::Arc;

use openlma_core::access::Permission;
use openlma_core::catalog::Catalog;
use openlma_core::fold::fold;
use openlma_core::id::prefix;
use openlma_core::package::Namespace;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::directory;
use openlma_store::records::{self, Lock};
use openlma_store::{Signal, Tx};

use super::rows::{new_record, set_text};
use crate::actor::Actor;
use crate::{App, OrgContext, not_found, unless_duplicate};

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
            return Err(Error::missing(["Name"]));
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
        .field("NamespacePrefix")
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
