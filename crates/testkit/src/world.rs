//! A publisher with one registered package and a customer, made the way their people would.

use openlma_app::actor::{Caller, Operator};
use openlma_app::orgs::NewOrg;
use openlma_app::publish::NewVersion;
use openlma_app::sign_in::TokenKind;
use openlma_app::users::NewUser;
use openlma_app::{Actor, data::Choice, install::InstallRequest};
use openlma_core::Id;
use openlma_core::license::DefaultValues;
use openlma_core::org::{Edition, OrgStatus};
use openlma_core::package::VersionNumber;

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
        let server = TestServer::start(backend);
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

fn token_of(server: &TestServer, username: &str) -> String {
    let issued = server.app.sign_in(username, PASSWORD, TokenKind::Access);
    server.wait(issued).expect("a token").token
}
