//! A large world, made through the use cases as fast as they go: a publisher with packages, and
//! customers with users.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use openlma_app::actor::Operator;
use openlma_app::data::Choice;
use openlma_app::install::InstallRequest;
use openlma_app::orgs::NewOrg;
use openlma_app::users::NewUser;
use openlma_app::{Actor, App, Clock, Random, Secret};
use openlma_core::license::DefaultValues;
use openlma_core::{Id, Result};
use openlma_store::{Options, Store};
use tokio::task::JoinSet;

use crate::clock::real_ticks;
use crate::world;

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the composition root of the measured server"
        )]
        Timestamp::now()
    }

    fn ticks(&self) -> Duration {
        real_ticks()
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

/// The secret of the servers that tests and measurements start.
pub const SECRET: [u8; 32] = [9; 32];

/// The use cases on a database, with nothing kept of what checks have read.
///
/// # Errors
/// When the database does not open.
pub fn app(database: &str) -> Result<App> {
    app_keeping(database, 0)
}

/// The use cases on a database, as the server puts them together, with so many bytes for what checks
/// have read.
///
/// # Errors
/// When the database does not open.
pub fn app_keeping(database: &str, check_cache: u64) -> Result<App> {
    let store = Store::open(&Options::new(database))?;
    App::new(
        store,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Secret::new(SECRET),
        check_cache,
    )
}

/// A publisher with packages, and customers with users.
pub struct World {
    /// The use cases.
    pub app: App,
    /// The publisher's administrator.
    pub business: Actor,
    /// The customers.
    pub customers: Vec<Customer>,
    /// One version of each package.
    pub versions: Vec<Id>,
}

/// A customer's org.
#[derive(Clone)]
pub struct Customer {
    /// Its administrator.
    pub actor: Actor,
    /// The administrator's access token.
    pub token: String,
    /// Its users, the administrator first.
    pub users: Vec<Id>,
}

/// Work under way at the same time while the world is made.
const AT_ONCE: usize = 64;

impl World {
    /// Makes it on an empty database.
    ///
    /// # Errors
    /// Of the use cases.
    pub async fn make(app: &App, packages: usize, customers: usize, users: usize) -> Result<World> {
        let operator = person("operator@bench.example");
        let business = NewOrg {
            business: true,
            ..org("business")
        };
        let made = app
            .init(&operator, Some(&business))
            .await?
            .expect("the publisher's org");
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
    ///
    /// # Errors
    /// Of the use cases.
    pub async fn install_all(&self) -> Result<Vec<Vec<String>>> {
        let mut keys = Vec::new();
        for version in &self.versions {
            keys.push(self.take(*version).await?);
        }
        self.provision().await?;
        Ok(keys)
    }

    /// Installs a version in every org; answers the keys.
    ///
    /// # Errors
    /// Of the use cases.
    pub async fn install(&self, version: Id) -> Result<Vec<String>> {
        let keys = self.take(version).await?;
        self.provision().await?;
        Ok(keys)
    }

    /// The installs without their provisioning.
    async fn take(&self, version: Id) -> Result<Vec<String>> {
        let world = Arc::new((self.app.clone(), self.customers.clone()));
        in_parallel(self.customers.len(), move |n| {
            let world = Arc::clone(&world);
            async move {
                let (app, customers) = world.as_ref();
                let request = InstallRequest {
                    version,
                    access: Choice::All,
                    confirm: true,
                };
                let answer = app.install(&customers[n].actor, &request, None).await?;
                Ok(answer.key.expect("a key"))
            }
        })
        .await
    }

    /// Has the business org make what belongs to the installs.
    async fn provision(&self) -> Result<()> {
        for customer in &self.customers {
            self.app.deliver(customer.actor.org_id()).await?;
        }
        self.app
            .apply_received(self.business.org_id())
            .await
            .map(drop)
    }
}

/// Runs `work` for 0 to `count`, some at a time; the results are in order.
///
/// # Errors
/// The first that any job had.
///
/// # Panics
/// When a job panicked.
pub async fn in_parallel<T, F>(count: usize, work: impl Fn(usize) -> F) -> Result<Vec<T>>
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
            let (n, value) = done.expect("a job that ends");
            out[n] = Some(value?);
        }
    }
    while let Some(done) = running.join_next().await {
        let (n, value) = done.expect("a job that ends");
        out[n] = Some(value?);
    }
    Ok(out.into_iter().map(|v| v.expect("a result")).collect())
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
    let version = world::version("1.0");
    let version = app.upload_version(&packaging, package, &version).await?;
    let packaging_token = token(app, &packaging).await?;
    app.connect(business, &packaging_token).await?;
    let defaults: DefaultValues =
        serde_json::from_str(r#"{"status": "Active", "active_days": 365, "seats": 5}"#)
            .expect("default values");
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

/// An access token without the cost of a password.
///
/// # Errors
/// Of the use cases.
pub async fn token(app: &App, actor: &Actor) -> Result<String> {
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
        administrator: person(&format!("admin@{domain}.example")),
        ..world::org(domain)
    }
}

/// A user who never signs in: hashing passwords would take most of the time.
fn person(username: &str) -> NewUser {
    NewUser {
        password: None,
        ..world::user(username)
    }
}
