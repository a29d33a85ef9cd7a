//! Messages from a packaging org about one of its packages (§4).

use openlma_core::id::{IdRun, prefix};
use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};
use openlma_store::directory::Package;
use openlma_store::messages::{self, Outgoing};
use openlma_store::{Tx, records};

/// Sends a message about a package from its packaging org, in the package's own queue.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    package: &Package,
    to_org: Id,
    kind: &'static str,
    body: String,
    now: Timestamp,
) -> Result<()> {
    let from = package.packaging_org;
    let seq = records::take_numbers(tx, from, &format!("queue {}", package.id.as_str()), 1)?;
    let message = Outgoing {
        id: ids.next(prefix::MESSAGE),
        to_org,
        queue: package.id,
        seq,
        kind,
        revision: 0,
        body,
    };
    messages::send(tx, from, &message, now)
}
