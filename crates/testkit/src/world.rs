//! A publisher with one registered package and a customer, made the way their people would.

use openlma_app::actor::{Caller, Operator};
use openlma_app::orgs::NewOrg;
use openlma_app::publish::NewVersion;
use openlma_app::sign_in::TokenKind;
use openlma_app::users::NewUser;
use openlma_app::{Actor, data::Choice, install::InstallRequest};
use openlma_core::catalog::Catalog;
use openlma_core::license::DefaultValues;
use openlma_core::org::{Edition, OrgStatus};
use openlma_core::package::VersionNumber;
use openlma_core::time::Timestamp;
use openlma_core::{Id, Record, Result};

use openlma_store::{Tx, records};

use crate::backend::Backend;
use crate::http::Client;
use crate::server::TestServer;

/// The password of everybody.
pub const PASSWORD: &str = "a long password";
/// The namespace of the package.
pub const NAMESPACE: &str = "orbit";

/// An org with its administrator signed in.
pub struct Org {
    /// The org.
    pub id: Id,
    /// Its administrator.
    pub administrator: Id,
    /// The administrator's access token.
    pub token: String,
    /// The administrator as an actor, for what has no door yet.
    pub actor: Actor,
    /// The administrator over HTTP.
    pub http: Client,
}

/// A publisher, a packaging org, a package with a version, registered.
pub struct World {
    /// The server.
    pub server: TestServer,
    /// An operator.
    pub operator: Operator,
    /// The operator over HTTP.
    pub operator_http: Client,
    /// Where licenses and leads live.
    pub business: Org,
    /// Where the package was made.
    pub packaging: Org,
    /// The package (033).
    pub package: Id,
    /// Its first version (04t), 1.0.
    pub version: Id,
    orgs: std::cell::Cell<u32>,
}

/// A user with the password of everybody.
#[must_use]
pub fn user(username: &str) -> NewUser {
    NewUser {
        username: username.to_owned(),
        first_name: Some("Test".into()),
        last_name: username.split('@').next().unwrap_or_default().to_owned(),
        password: Some(PASSWORD.into()),
        ..NewUser::default()
    }
}

/// An Enterprise org in the zone of Berlin.
#[must_use]
pub fn org(domain: &str) -> NewOrg {
    NewOrg {
        name: format!("Org {domain}"),
        domain: domain.to_owned(),
        edition: Edition::Enterprise,
        status: OrgStatus::Active,
        trial_end: None,
        sandbox: false,
        instance: None,
        country: Some("Germany".into()),
        language: None,
        time_zone: "Europe/Berlin".into(),
        business: false,
        packaging: false,
        administrator: user(&format!("admin@{domain}.example")),
    }
}

impl World {
    /// A world whose package has these default values.
    #[must_use]
    pub fn with(backend: Backend, defaults: DefaultValues) -> World {
        World::on(TestServer::start(backend), defaults)
    }

    /// A world on a server that has just started.
    #[must_use]
    pub fn on(server: TestServer, defaults: DefaultValues) -> World {
        let business = NewOrg {
            business: true,
            ..org("business")
        };
        let operator = user("operator@server.example");
        server
            .wait(server.app.init(&operator, Some(&business)))
            .expect("a new server");
        let business = sign_in(&server, "admin@business.example");
        let token = token_of(&server, "operator@server.example");
        let operator = match server.wait(server.app.authenticate(&token, TokenKind::Access)) {
            Ok(Caller::Operator(operator)) => operator,
            _ => panic!("the operator is one"),
        };
        let operator_http = server.bearer(&token);
        let new = org("packaging");
        server
            .wait(server.app.create_org(&operator, &new))
            .expect("a packaging org");
        let packaging = sign_in(&server, "admin@packaging.example");
        let app = server.app.clone();
        let (package, version) = server.wait(async {
            let package = app
                .create_package(&packaging.actor, "Orbit", Some(NAMESPACE))
                .await;
            let package = package.expect("a package");
            let version = app
                .upload_version(&packaging.actor, package, &version("1.0"))
                .await;
            app.connect(&business.actor, &packaging.token)
                .await
                .expect("a connection");
            app.register(&business.actor, package, &business.token, defaults)
                .await
                .expect("a registration");
            (package, version.expect("a version"))
        });
        let world = World {
            server,
            operator,
            operator_http,
            business,
            packaging,
            package,
            version,
            orgs: std::cell::Cell::new(0),
        };
        world.server.settle();
        world
    }

    /// A world whose package begins with a 30 days' trial of 2 seats.
    #[must_use]
    pub fn start(backend: Backend) -> World {
        let defaults = r#"{"status": "Trial", "trial_days": 30, "seats": 2}"#;
        World::with(
            backend,
            serde_json::from_str(defaults).expect("default values"),
        )
    }

    /// A customer's org, changed as wanted.
    #[must_use]
    pub fn customer(&self, change: impl FnOnce(&mut NewOrg)) -> Org {
        let n = self.orgs.get() + 1;
        self.orgs.set(n);
        let mut new = org(&format!("customer{n}"));
        change(&mut new);
        let app = &self.server.app;
        self.server
            .wait(app.create_org(&self.operator, &new))
            .expect("a customer's org");
        sign_in(&self.server, &new.administrator.username)
    }

    /// One more user of an org.
    #[must_use]
    pub fn user(&self, org: &Org, username: &str) -> Id {
        let app = &self.server.app;
        self.server
            .wait(app.create_user(&org.actor, &user(username)))
            .expect("a user")
    }

    /// A new profile of an org that gives these grants.
    pub fn profile(&self, org: &Org, name: &str, grants: &serde_json::Value) {
        let (id, now) = (org.id, self.server.app.now());
        let (name, grants) = (name.to_owned(), grants.to_string());
        let write = move |tx: &mut Tx<'_>| profile(tx, id, &name, &grants, now);
        let written = self.server.app.store().write(write);
        self.server.wait(written).expect("a profile");
    }

    /// A user of an org with a profile of its own, signed in; `grants` is what the profile gives.
    #[must_use]
    pub fn granted(&self, org: &Org, username: &str, grants: &serde_json::Value) -> Org {
        let name = format!("Profile of {username}");
        self.profile(org, &name, grants);
        self.with_profile(org, username, &name)
    }

    /// A user of an org with a profile that the org has, signed in.
    #[must_use]
    pub fn with_profile(&self, org: &Org, username: &str, profile: &str) -> Org {
        let new = NewUser {
            profile: Some(profile.to_owned()),
            ..user(username)
        };
        let made = self.server.app.create_user(&org.actor, &new);
        self.server.wait(made).expect("a user");
        sign_in(&self.server, username)
    }

    /// Installs the first version for an org's administrators; answers the installation key.
    #[must_use]
    pub fn install(&self, org: &Org) -> String {
        let request = InstallRequest {
            version: self.version,
            access: Choice::Administrators,
            confirm: true,
        };
        let app = &self.server.app;
        let answer = self
            .server
            .wait(app.install(&org.actor, &request, None))
            .expect("an install");
        self.server.settle();
        answer.key.expect("a key")
    }

    /// Uploads one more version.
    #[must_use]
    pub fn upload(&self, number: &str) -> Id {
        let app = &self.server.app;
        let new = version(number);
        let id = app.upload_version(&self.packaging.actor, self.package, &new);
        let id = self.server.wait(id).expect("a version");
        self.server.settle();
        id
    }
}

/// Writes a profile with its permission set, of any grants at once.
fn profile(tx: &mut Tx<'_>, org: Id, name: &str, grants: &str, now: Timestamp) -> Result<()> {
    let count = records::take_numbers(tx, org, "profiles of tests", 1)?;
    let id = |prefix: &str| Id::parse(&format!("{prefix}000000{count:06}"));
    let born = |object: &str, id: Id| {
        let mut record = Record::with_defaults(Catalog::standard().known(object));
        record.set("Id", id);
        for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
            record.set(field, now);
        }
        for field in ["CreatedById", "LastModifiedById"] {
            record.set(field, Id::parse("005000000000000").ok());
        }
        record
    };
    let profile_id = id("00e")?;
    let mut profile = born("Profile", profile_id);
    profile.set("Name", name);
    let mut set = born("PermissionSet", id("0PS")?);
    for field in ["Name", "Label"] {
        set.set(field, name);
    }
    set.set("IsOwnedByProfile", true);
    set.set("Type", "Profile");
    set.set("ProfileId", profile_id);
    set.set("grants", grants);
    records::insert(tx, org, &[profile])?;
    records::insert(tx, org, &[set])
}

/// A released version.
#[must_use]
pub fn version(number: &str) -> NewVersion {
    NewVersion {
        number: VersionNumber::parse(number).expect("a version number"),
        name: None,
        beta: false,
        notes: None,
        artifact_url: None,
        artifact_sha256: None,
    }
}

/// Signs a user in.
#[must_use]
pub fn sign_in(server: &TestServer, username: &str) -> Org {
    let token = token_of(server, username);
    let actor = match server.wait(server.app.authenticate(&token, TokenKind::Access)) {
        Ok(Caller::User(actor)) => actor,
        _ => panic!("{username} is a user"),
    };
    Org {
        id: actor.org_id(),
        administrator: actor.user,
        http: server.bearer(&token),
        token,
        actor,
    }
}

/// An access token of anybody with the password of everybody, operators too.
#[must_use]
pub fn token_of(server: &TestServer, username: &str) -> String {
    let issued = server.app.sign_in(username, PASSWORD, TokenKind::Access);
    server.wait(issued).expect("a token").token
}
