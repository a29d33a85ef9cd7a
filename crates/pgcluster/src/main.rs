//! A throwaway PostgreSQL by hand: `cargo run -p openlma-pgcluster` prints the administrator's
//! URL and keeps the cluster until standard input ends. Set it as `OPENLMA_TEST_POSTGRES` to
//! spare each test process its own. Nothing but that may be here.

use std::io::{Read, Result, Write};

use openlma_pgcluster::{Cluster, Options};

fn main() -> Result<()> {
    let cluster = Cluster::start(&Options::default())?;
    writeln!(std::io::stdout(), "{}", cluster.admin_url())?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
