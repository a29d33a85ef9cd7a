//! Throwaway PostgreSQL clusters for tests, stories and measurements.
//!
//! A [`Cluster`] is made with Debian's own binaries under a temporary folder, listens on
//! loopback only, and ends with the process that started it, however that process ends.
//! Nothing here may know a table, a migration or a rule, and nothing that ships may depend
//! on this crate: it trusts every local connection.

mod binaries;
mod cluster;
mod database;
mod watchdog;

use std::sync::OnceLock;

pub use cluster::{Cluster, Options};
pub use database::Database;

/// Names the administrator's URL of a cluster that is already running. Where it is set,
/// [`shared`] uses that cluster instead of starting one: `cargo xtask test` starts one for
/// the whole run.
pub const SHARED_CLUSTER_VARIABLE: &str = "OPENLMA_TEST_POSTGRES";

/// The one cluster of this process: the one that [`SHARED_CLUSTER_VARIABLE`] names, else one
/// started at the first call, which ends with the process.
///
/// # Panics
///
/// If there is no PostgreSQL or it does not start: a test without its database has failed.
pub fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| {
        let cluster = match admin_url() {
            Some(url) => Cluster::attach(&url),
            None => Cluster::start(&Options::default()),
        };
        cluster.unwrap_or_else(|error| panic!("no PostgreSQL to test on: {error}"))
    })
}

/// Whether this machine has what a cluster needs: PostgreSQL's programs, and where we are root
/// the user `postgres`.
pub fn is_installed() -> bool {
    binaries::folder().is_ok() && binaries::account().is_ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "one cluster for a whole run is handed to test processes through the environment"
)]
fn admin_url() -> Option<String> {
    std::env::var(SHARED_CLUSTER_VARIABLE)
        .ok()
        .filter(|url| !url.is_empty())
}
