//! Installs to come: orgs and packages enough for a whole measure, each pair of them once.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use openlma_testkit::bulk::{self, World};

use crate::http;

/// Orgs that install.
const CUSTOMERS: usize = 256;

/// The installs to come.
pub(crate) struct Orders {
    /// Token and body of each.
    pairs: Vec<(String, String)>,
    next: AtomicUsize,
    /// Of the business org.
    pub(crate) token: String,
}

impl Orders {
    /// Makes orgs and packages for at least `count` installs on an empty database.
    pub(crate) fn prepare(database: &str, count: usize) -> Result<Orders> {
        let packages = count.div_ceil(CUSTOMERS);
        eprintln!("making {packages} packages and {CUSTOMERS} orgs");
        let app = bulk::app(database)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let world = World::make(&app, packages, CUSTOMERS, 3).await?;
            let token = bulk::token(&world.app, &world.business).await?;
            Ok(Orders::of(&world, 0, token))
        })
    }

    /// All packages of a world but the first few, in all its orgs.
    pub(crate) fn of(world: &World, but: usize, token: String) -> Orders {
        let mut pairs = Vec::new();
        for version in world.versions.iter().skip(but) {
            for customer in &world.customers {
                let body = format!(r#"{{"version_id":"{version}","access":"all"}}"#);
                pairs.push((customer.token.clone(), body));
            }
        }
        Orders {
            pairs,
            next: AtomicUsize::new(0),
            token,
        }
    }

    /// The request of the next install; none when there are no more.
    pub(crate) fn next(&self) -> Option<Vec<u8>> {
        let (token, body) = self.pairs.get(self.next.fetch_add(1, Ordering::Relaxed))?;
        Some(http::post("/api/v1/installs", token, body))
    }

    /// Have all been taken, and more been asked for?
    pub(crate) fn exhausted(&self) -> bool {
        self.next.load(Ordering::Relaxed) >= self.pairs.len()
    }
}
