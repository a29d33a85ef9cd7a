//! Publishers: packages, versions, connections, registrations, and the fields and clients that
//! go with them.

use openlma_app::publish::NewVersion;
use openlma_core::catalog::{CustomField, CustomType, names};
use openlma_core::license::DefaultValues;
use openlma_core::package::VersionNumber;
use openlma_core::{Error, Id, Result};
use serde_json::json;

use super::{Published, Stage};
use crate::demo::cast::{Cast, Org, Packaging, Publisher};

impl Stage<'_> {
    pub(super) async fn publishers(&mut self, cast: &Cast) -> Result<()> {
        for (index, publisher) in cast.publishers.iter().enumerate() {
            if index == 0 {
                self.first(&publisher.business).await?;
            } else {
                self.org(&publisher.business, &["business"]).await?;
            }
            for packaging in &publisher.packaging {
                self.org(&packaging.org, &["packaging"]).await?;
                self.publish(publisher, packaging).await?;
            }
            self.settle().await?;
            self.lead_manager(publisher).await?;
        }
        if let Some(first) = cast.publishers.first() {
            self.client(&first.business).await?;
            self.field(&first.business).await?;
        }
        Ok(())
    }

    /// The package with all versions but the newest of several, connected and registered.
    async fn publish(&mut self, publisher: &Publisher, packaging: &Packaging) -> Result<()> {
        let domain = &packaging.org.domain;
        let admin = self.admin(domain)?;
        let (name, namespace) = (packaging.package, packaging.namespace);
        let id = self
            .app
            .create_package(admin, name, Some(namespace))
            .await?;
        self.packages.push(Published {
            namespace,
            id,
            versions: Vec::new(),
            registered: packaging.defaults.is_some(),
        });
        let first = packaging.versions.len().saturating_sub(1).max(1);
        for number in &packaging.versions[..first] {
            self.upload(packaging, number).await?;
        }
        let Some(defaults) = packaging.defaults else {
            return Ok(());
        };
        let defaults: DefaultValues =
            serde_json::from_str(defaults).map_err(|e| Error::internal(e.to_string()))?;
        let business = self.admin(&publisher.business.domain)?;
        let token = self.token(&packaging.org.people[0].username).await?;
        self.app.connect(business, &token).await?;
        let token = self.token(&publisher.business.people[0].username).await?;
        self.app.register(business, id, &token, defaults).await?;
        Ok(())
    }

    async fn upload(&mut self, packaging: &Packaging, number: &'static str) -> Result<()> {
        let admin = self.admin(&packaging.org.domain)?;
        let package = self.package(packaging.namespace)?.id;
        let version = NewVersion {
            number: VersionNumber::parse(number)?,
            name: None,
            beta: false,
            notes: Some(format!("Version {number} of {}.", packaging.package)),
            artifact_url: None,
            artifact_sha256: None,
        };
        let id = self.app.upload_version(admin, package, &version).await?;
        let made = self.packages.iter_mut().find(|p| p.id == package);
        if let Some(made) = made {
            made.versions.push((number, id));
        }
        Ok(())
    }

    /// The versions that nobody has yet.
    pub(super) async fn newest_versions(&mut self, cast: &Cast) -> Result<()> {
        for packaging in cast.publishers.iter().flat_map(|p| &p.packaging) {
            if let [_, .., newest] = packaging.versions {
                self.upload(packaging, newest).await?;
            }
        }
        Ok(())
    }

    /// The license editor gets the leads of the publisher's packages.
    async fn lead_manager(&self, publisher: &Publisher) -> Result<()> {
        let Some(editor) = publisher.business.people.get(1) else {
            return Ok(());
        };
        let admin = self.admin(&publisher.business.domain)?;
        let text = format!("SELECT Id FROM User WHERE Username = '{}'", editor.username);
        let editor = self.first_id(admin, &text).await?;
        self.set_lead_manager(publisher, editor).await
    }

    pub(super) async fn set_lead_manager(&self, publisher: &Publisher, user: Id) -> Result<()> {
        let admin = self.admin(&publisher.business.domain)?;
        for row in self
            .query(admin, "SELECT Id FROM sfLma__Package__c")
            .await?
        {
            if let Some(id) = row.first().and_then(openlma_core::Value::as_id) {
                self.set(admin, names::PACKAGE, id, "sfLma__Lead_Manager__c", user)
                    .await?;
            }
        }
        Ok(())
    }

    async fn first_id(&self, actor: &openlma_app::Actor, text: &str) -> Result<Id> {
        let rows = self.query(actor, text).await?;
        rows.first()
            .and_then(|row| row.first()?.as_id())
            .ok_or_else(|| Error::internal(format!("nothing found by {text}")))
    }

    /// An OAuth client of the business org that acts as its administrator.
    async fn client(&mut self, org: &Org) -> Result<()> {
        let admin = self.admin(&org.domain)?;
        let grants = ["password", "client_credentials"];
        let made = self
            .app
            .create_client(admin, "Demo client", &grants, Some(admin.user))
            .await?;
        self.facts.oauth_clients.push(json!({
            "org": org.domain,
            "client_id": made.client_id,
            "client_secret": made.client_secret,
            "grants": grants,
            "jwt_key_file": null,
            "refresh_token": null,
        }));
        Ok(())
    }

    /// A custom field that holds the key of another system.
    async fn field(&mut self, org: &Org) -> Result<()> {
        let admin = self.admin(&org.domain)?;
        let field = CustomField {
            object: names::LEAD.into(),
            name: "Billing_Number__c".into(),
            label: "Billing Number".into(),
            ty: CustomType::Text { length: 40 },
            default: None,
            required: false,
            indexed: true,
            unique: true,
            external_id: true,
        };
        let made = self.app.define_field(admin, &field).await?;
        self.facts.external_id = Some(json!({"object": made.object, "field": made.name}));
        Ok(())
    }
}
