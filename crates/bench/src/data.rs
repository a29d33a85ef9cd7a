//! The world that is measured: made through the use cases, as large as wanted.

use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::Timestamp;
use openlma_app::actor::Operator;
use openlma_app::data::Choice;
use openlma_app::install::InstallRequest;
use openlma_app::orgs::NewOrg;
use openlma_app::publish::NewVersion;
use openlma_app::users::NewUser;
use openlma_app::{Actor, App, Clock, Random, Secret};
use openlma_core::Id;
use openlma_core::license::DefaultValues;
use openlma_core::org::{Edition, OrgStatus};
use openlma_core::package::VersionNumber;
use openlma_store::{Options, Store};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::Which;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    pub(crate) fn wanted(self, which: Which) -> bool {
        match which {
            Which::Both => true,
            Which::Sqlite => self == Engine::Sqlite,
            Which::Postgres => self == Engine::Postgres,
        }
    }
}

/// A durable database that goes with this value.
pub(crate) struct Place {
    pub(crate) database: String,
    _folder: Option<TempDir>,
    _cluster: Option<openlma_pgcluster::Cluster>,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Result<Place> {
        match engine {
            Engine::Sqlite => {
                let folder = TempDir::new()?;
                let path = folder.path().join("openlma.db");
                let database = path.to_str().context("a path in UTF-8")?.to_owned();
                Ok(Place {
                    database,
                    _folder: Some(folder),
                    _cluster: None,
                })
            }
            Engine::Postgres => {
                let options = openlma_pgcluster::Options {
                    fsync: true,
                    ..Default::default()
                };
                let cluster = openlma_pgcluster::Cluster::start(&options)?;
                let database = cluster.create_database(None)?.url;
                Ok(Place {
                    database,
                    _folder: None,
                    _cluster: Some(cluster),
                })
            }
        }
    }
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the composition root of the measured server"
        )]
        Timestamp::now()
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        #[expect(
            clippy::disallowed_methods,
            reason = "the composition root of the measured server"
        )]
        let filled = getrandom::fill(buffer);
        assert!(filled.is_ok(), "the system has no randomness");
    }
}

/// The use cases on a database, as `serve` puts them together.
pub(crate) fn app(database: &str) -> Result<App> {
    let store = Store::open(&Options::new(database)).map_err(anyhow::Error::new)?;
    App::new(
        store,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Secret::new([9; 32]),
    )
    .map_err(anyhow::Error::new)
}

/// A publisher with packages, and customers with users.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) business: Actor,
    pub(crate) customers: Vec<Customer>,
    /// One version of each package.
    pub(crate) versions: Vec<Id>,
}

/// A customer's org.
#[derive(Clone)]
pub(crate) struct Customer {
    pub(crate) actor: Actor,
    pub(crate) token: String,
    pub(crate) users: Vec<Id>,
}

/// Work under way at the same time while the world is made.
const AT_ONCE: usize = 64;

impl World {
    pub(crate) async fn make(
        app: &App,
        packages: usize,
        customers: usize,
        users: usize,
    ) -> Result<World> {
        let operator = person("operator@bench.example");
        let business = NewOrg {
            business: true,
            ..org("business")
        };
        let made = app
            .init(&operator, Some(&business))
            .await?
            .context("the publisher's org")?;
        let business = app.actor(made.id, made.administrator).await?;
        let business_token = token(app, &business).await?;
        let operator = Operator {
            user: made.administrator,
        };
        let versions = in_parallel(packages, {
            let (app, business) = (app.clone(), business.clone());
            move |n| {
                let (app, business, token) =
                    (app.clone(), business.clone(), business_token.clone());
                async move { package(&app, &operator, &business, &token, n).await }
            }
        })
        .await?;
        drain(app, &business).await?;
        let customers = in_parallel(customers, {
            let app = app.clone();
            move |n| {
                let app = app.clone();
                async move { customer(&app, &operator, n, users).await }
            }
        })
        .await?;
        Ok(World {
            app: app.clone(),
            business,
            customers,
            versions,
        })
    }

    /// Installs every package in every org; answers the keys, package by package.
    pub(crate) async fn install_all(&self) -> Result<Vec<Vec<String>>> {
        let mut keys = Vec::new();
        for version in &self.versions {
            let world = (self.app.clone(), self.customers.clone(), *version);
            let world = Arc::new(world);
            let made = in_parallel(self.customers.len(), move |n| {
                let world = Arc::clone(&world);
                async move {
                    let (app, customers, version) = world.as_ref();
                    let request = InstallRequest {
                        version: *version,
                        access: Choice::All,
                        confirm: true,
                    };
                    let answer = app.install(&customers[n].actor, &request, None).await?;
                    answer.key.context("an install without key")
                }
            });
            keys.push(made.await?);
        }
        for customer in &self.customers {
            self.app.deliver(customer.actor.org_id()).await?;
        }
        self.app.apply_received(self.business.org_id()).await?;
        Ok(keys)
    }
}

/// Runs `work` for 0 to `count`, some at a time; the results are in order.
pub(crate) async fn in_parallel<T, F>(count: usize, work: impl Fn(usize) -> F) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let mut out: Vec<Option<T>> = (0..count).map(|_| None).collect();
    let mut running = JoinSet::new();
    for n in 0..count {
        let job = work(n);
        running.spawn(async move { (n, job.await) });
        if running.len() >= AT_ONCE
            && let Some(done) = running.join_next().await
        {
            let (n, value) = done?;
            out[n] = Some(value?);
        }
    }
    while let Some(done) = running.join_next().await {
        let (n, value) = done?;
        out[n] = Some(value?);
    }
    out.into_iter()
        .map(|v| v.context("a job without result"))
        .collect()
}

/// Delivers what packaging orgs had to say.
async fn drain(app: &App, business: &Actor) -> Result<()> {
    loop {
        let due = app.due_work().await?;
        if due.is_empty() {
            return Ok(());
        }
        for signal in due {
            app.deliver(signal.org()).await?;
        }
        app.apply_received(business.org_id()).await?;
    }
}

async fn package(
    app: &App,
    operator: &Operator,
    business: &Actor,
    business_token: &str,
    n: usize,
) -> Result<Id> {
    let made = app
        .create_org(operator, &org(&format!("packaging{n}")))
        .await?;
    let packaging = app.actor(made.id, made.administrator).await?;
    let package = app
        .create_package(&packaging, &format!("Package {n}"), Some(&format!("ns{n}")))
        .await?;
    let version = NewVersion {
        number: VersionNumber::parse("1.0")?,
        name: None,
        beta: false,
        notes: None,
        artifact_url: None,
        artifact_sha256: None,
    };
    let version = app.upload_version(&packaging, package, &version).await?;
    let packaging_token = token(app, &packaging).await?;
    app.connect(business, &packaging_token).await?;
    let defaults: DefaultValues =
        serde_json::from_str(r#"{"status": "Active", "active_days": 365, "seats": 5}"#)?;
    app.register(business, package, business_token, defaults)
        .await?;
    Ok(version)
}

async fn customer(app: &App, operator: &Operator, n: usize, users: usize) -> Result<Customer> {
    let made = app
        .create_org(operator, &org(&format!("customer{n}")))
        .await?;
    let actor = app.actor(made.id, made.administrator).await?;
    let mut ids = vec![made.administrator];
    for u in 1..users {
        ids.push(
            app.create_user(&actor, &person(&format!("user{u}@customer{n}.example")))
                .await?,
        );
    }
    let token = token(app, &actor).await?;
    Ok(Customer {
        actor,
        token,
        users: ids,
    })
}

/// A token without the cost of a password.
async fn token(app: &App, actor: &Actor) -> Result<String> {
    let client = app
        .create_client(actor, "bench", &["client_credentials"], Some(actor.user))
        .await?;
    Ok(app
        .client_credentials(&client.client_id, &client.client_secret)
        .await?
        .token)
}

fn org(domain: &str) -> NewOrg {
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
        administrator: person(&format!("admin@{domain}.example")),
    }
}

fn person(username: &str) -> NewUser {
    let last_name = username.split('@').next().unwrap_or_default().to_owned();
    NewUser {
        username: username.to_owned(),
        last_name,
        ..NewUser::default()
    }
}
