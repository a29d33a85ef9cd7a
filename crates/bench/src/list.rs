//! `list`: the first page of a list of licenses by expiration with a status, of very many licenses
//! against a few, in turns.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use openlma_store::{Options, Store, Val};
use openlma_testkit::bulk::{self, World};

use crate::child::Server;
use crate::clones::{Install, Numbered, Template};
use crate::data::{Engine, Place};
use crate::report::{Baseline, Measured, median, ratios};
use crate::{Size, http};

/// Licenses of the small org.
const FEW: usize = 1_000;
/// Rounds within one measure.
const ROUNDS: usize = 5;
/// At most so many times the time that the small one takes.
const TARGET: f64 = 1.5;
/// The list.
const PAGE: &str = "SELECT Id, Name, sfLma__Status__c, sfLma__Expiration__c \
                    FROM sfLma__License__c WHERE sfLma__Status__c = 'Active' \
                    ORDER BY sfLma__Expiration__c";
/// Rows of the page.
const ROWS: usize = 50;
/// Licenses in all states, that end on many days or not at all.
const NUMBERED: &[Numbered] = &[
    ("licenses", "name", |n| format!("C-{n:07}").into()),
    ("licenses", "name__f", |n| format!("c-{n:07}").into()),
    ("licenses", "status", |n| STATUSES[n % 4].into()),
    ("licenses", "status__f", |n| {
        STATUSES[n % 4].to_lowercase().into()
    }),
    ("licenses", "expiration", expiration),
];
const STATUSES: [&str; 4] = ["Active", "Trial", "Suspended", "Uninstalled"];

/// One of 997 days; one license of eleven does not expire.
fn expiration(n: usize) -> Val {
    let day = |n: usize| {
        let first = jiff::civil::date(2030, 1, 1);
        let days = i64::try_from(n * 7_919 % 997).ok()?;
        first.checked_add(jiff::Span::new().days(days)).ok()
    };
    (!n.is_multiple_of(11)).then(|| day(n)).flatten().into()
}

/// A list of one world.
struct List {
    server: Server,
    connection: http::Connection,
    token: String,
    _place: Place,
}

pub(crate) fn measure(engine: Engine, size: &Size) -> Result<Vec<Measured>> {
    let mut many = List::make(engine, size.loaded)?;
    let mut few = List::make(engine, FEW)?;
    [
        ("list", "", "licenses that do not expire come first"),
        (
            "list/last",
            " NULLS LAST",
            "licenses that do not expire come last",
        ),
    ]
    .into_iter()
    .map(|(name, order, note)| {
        let path = http::query(&format!("{PAGE}{order} LIMIT {ROWS}"));
        let (mut ours, mut small) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let (mut of_many, mut of_few) = (Vec::new(), Vec::new());
            for _ in 0..size.pages {
                of_many.push(many.milliseconds(&path)?);
                of_few.push(few.milliseconds(&path)?);
            }
            // The first one warms up.
            if round > 0 {
                ours.push(median(&of_many));
                small.push(median(&of_few));
            }
        }
        let note = format!(
            "{} licenses against {FEW}, {} pages of each in a round; {note}",
            size.loaded, size.pages
        );
        Ok(measured(name, engine, ours, small, note))
    })
    .collect()
}

fn measured(
    name: &'static str,
    engine: Engine,
    ours: Vec<f64>,
    small: Vec<f64>,
    note: String,
) -> Measured {
    let (ratio_median, ratio_min, ratio_max) = ratios(&ours, &small);
    Measured {
        name,
        database: engine.name(),
        unit: "milliseconds a page, median",
        cpu_us_per_op: None,
        ours,
        baseline: Baseline {
            name: "the same page of the small org",
            values: small,
        },
        ratio_median,
        ratio_min,
        ratio_max,
        target: format!("<= {TARGET}"),
        met: Some(ratio_median <= TARGET),
        notes: vec![note],
    }
}

impl List {
    fn make(engine: Engine, licenses: usize) -> Result<List> {
        eprintln!("loading {licenses} licenses");
        let place = Place::new(engine)?;
        let app = bulk::app(&place.database)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let (business, subscriber, token) = runtime.block_on(async {
            let world = World::make(&app, 1, 1, 1).await?;
            world.install_all().await?;
            let token = bulk::token(&world.app, &world.business).await?;
            let subscriber = world.customers[0].actor.org_id();
            anyhow::Ok((world.business.org_id(), subscriber, token))
        })?;
        drop(app);
        let store = Store::open(&Options::new(&place.database))?;
        let install = Install::of(&store, business, subscriber)?;
        Template::read(&store, install, &["licenses"], NUMBERED)?.write(&store, licenses - 1)?;
        drop(store);
        place.count()?;
        let server = Server::ours(&place.database)?;
        let mut connection = http::Connection::open(&server.address)?;
        let count = http::query("SELECT COUNT() FROM sfLma__License__c");
        let loaded = connection.json(&http::get(&count, &token))?["totalSize"].as_u64();
        ensure!(loaded == Some(licenses as u64), "{loaded:?} were loaded");
        Ok(List {
            server,
            connection,
            token,
            _place: place,
        })
    }

    /// What one page takes.
    fn milliseconds(&mut self, path: &str) -> Result<f64> {
        let request = http::get(path, &self.token);
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let started = Instant::now();
        let page = self.connection.json(&request);
        let time = started.elapsed();
        let page = page.with_context(|| format!("of {}", self.server.address))?;
        let rows = page["records"].as_array().map(Vec::len);
        ensure!(rows == Some(ROWS), "a page of {rows:?} rows");
        Ok(time.as_secs_f64() * 1e3)
    }
}
