//! Makes the demonstration's data through the use cases, in the order in which it could have come
//! about: the clock starts a year back and comes to the present. No record is written past the
//! use cases.

mod collect;
mod installs;
mod orgs;
mod publishing;

use std::collections::HashMap;
use std::sync::Arc;

use openlma_app::actor::{Actor, Caller, Operator};
use openlma_app::data::Signal;
use openlma_app::sign_in::TokenKind;
use openlma_app::{App, Clock};
use openlma_core::catalog::ObjectDef;
use openlma_core::time::{Date, day_in};
use openlma_core::{Code, Error, Id, Result, Value};

use super::cast::Cast;
use super::facts::{self, Facts};
use crate::failure::{Exit, Failure};
use crate::surroundings::{ShiftedClock, SystemClock};

/// Days back at which everything begins.
const BEGIN: i64 = 400;

/// Makes everything; keeps what it made in the database.
pub(super) async fn seed(
    app: &App,
    clock: &Arc<ShiftedClock>,
    cast: &Cast,
    seed: u32,
) -> Result<Facts, Failure> {
    make(app, clock, cast, seed).await.map_err(|e| {
        let failure = Failure::from(e);
        Failure::new(
            Exit::Unreachable,
            format!("the demo's data was not made: {}", failure.message),
        )
    })
}

async fn make(app: &App, clock: &Arc<ShiftedClock>, cast: &Cast, seed: u32) -> Result<Facts> {
    // Cached settings of orgs are forgotten when they change.
    app.listen(|_| {});
    let mut stage = Stage {
        app,
        password: format!("demo-password-{seed}"),
        actors: HashMap::new(),
        packages: Vec::new(),
        facts: Facts {
            seed,
            unfinished: true,
            ..Facts::default()
        },
    };
    facts::keep(app.store(), &stage.facts).await?;
    clock.go_back(BEGIN);
    stage.publishers(cast).await?;
    let mut installed = Vec::new();
    let mut customers: Vec<_> = cast.customers.iter().collect();
    customers.sort_by_key(|c| -c.days);
    for customer in customers {
        clock.go_back(customer.days);
        installed.push(stage.customer(customer).await?);
    }
    clock.go_back(0);
    stage.settle().await?;
    for install in &installed {
        stage.fate(cast, install).await?;
    }
    stage.held(cast, &installed).await?;
    stage.newest_versions(cast).await?;
    stage.settle().await?;
    stage.collect(cast, &installed).await?;
    let facts = Facts {
        unfinished: false,
        ..stage.facts
    };
    facts::keep(app.store(), &facts).await?;
    Ok(facts)
}

/// What the making has at hand.
struct Stage<'a> {
    app: &'a App,
    /// Of every user who signs in.
    password: String,
    /// Administrators by their org's domain.
    actors: HashMap<String, Actor>,
    packages: Vec<Published>,
    facts: Facts,
}

/// A package that was made.
struct Published {
    namespace: &'static str,
    id: Id,
    /// Versions and their numbers, as uploaded.
    versions: Vec<(&'static str, Id)>,
    registered: bool,
}

impl Stage<'_> {
    /// The administrator of an org.
    fn admin(&self, domain: &str) -> Result<&Actor> {
        self.actors
            .get(domain)
            .ok_or_else(|| Error::internal(format!("no org {domain} was made")))
    }

    fn package(&self, namespace: &str) -> Result<&Published> {
        self.packages
            .iter()
            .find(|p| p.namespace == namespace)
            .ok_or_else(|| Error::internal(format!("no package {namespace} was made")))
    }

    async fn token(&self, username: &str) -> Result<String> {
        let issued = self
            .app
            .sign_in(username, &self.password, TokenKind::Access)
            .await?;
        Ok(issued.token)
    }

    async fn operator(&self) -> Result<Operator> {
        let token = self.token(&self.facts.operator.username).await?;
        match self.app.authenticate(&token, TokenKind::Access).await? {
            Caller::Operator(operator) => Ok(operator),
            Caller::User(_) => Err(Error::internal("the operator is a user of an org")),
        }
    }

    async fn actor(&self, username: &str) -> Result<Actor> {
        let token = self.token(username).await?;
        match self.app.authenticate(&token, TokenKind::Access).await? {
            Caller::User(actor) => Ok(actor),
            Caller::Operator(_) => Err(Error::internal("an administrator is an operator")),
        }
    }

    /// Carries messages until none is left that can go.
    async fn settle(&self) -> Result<()> {
        loop {
            let due = self.app.due_work().await?;
            if due.is_empty() {
                return Ok(());
            }
            for signal in due {
                match signal {
                    Signal::Outbox(org) => drop(self.app.deliver(org).await?),
                    Signal::Inbox(org) => drop(self.app.apply_received(org).await?),
                    Signal::Job(_) | Signal::Org(_) | Signal::Entitlement(..) => {}
                }
            }
        }
    }

    /// Rows of a query, as an administrator sees them.
    async fn query(&self, actor: &Actor, text: &str) -> Result<Vec<Vec<Value>>> {
        Ok(self.app.query(actor, text, false).await?.1.rows)
    }

    async fn set(&self, actor: &Actor, object: &str, id: Id, field: &str, to: Id) -> Result<()> {
        let object: Arc<ObjectDef> = Arc::clone(self.app.object(actor, object)?);
        let mut json = serde_json::Map::new();
        json.insert(field.to_owned(), to.to_string().into());
        match self.app.update_json(actor, &object, id, &json).await {
            Ok(_) => Ok(()),
            Err(errors) => Err(errors
                .into_iter()
                .next()
                .unwrap_or_else(|| Error::new(Code::Internal, "an error without a reason"))),
        }
    }
}

/// The present day, moved by some days.
fn day(days: i64) -> Date {
    let today = day_in(SystemClock.now(), &jiff::tz::TimeZone::UTC);
    today
        .checked_add(jiff::Span::new().days(days))
        .unwrap_or(today)
}
