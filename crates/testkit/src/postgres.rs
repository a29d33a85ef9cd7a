//! PostgreSQL for tests: one throwaway cluster a process (or, under `cargo xtask test`, a
//! run), one database a test, copied from a template.
//!
//! What the template holds is the caller's: nothing here may know a migration.

pub use openlma_pgcluster::{Cluster, Database, Options};

/// The cluster that all tests of this process share. It ends with the process.
///
/// # Panics
///
/// If there is no PostgreSQL or it does not start: a test without its database has failed.
pub fn cluster() -> &'static Cluster {
    openlma_pgcluster::shared()
}
