//! `openlma package dissociate` and `openlma package funnel`: the end of a package's association
//! with its business org, and what became of its install requests.

use clap::Args;
use openlma_wire as wire;

use super::package::{DETAILS, find};
use crate::failure::{Exit, Failure};
use crate::http::Client;
use crate::output::{self, Column, Format};

const FUNNEL: &[Column] = &[
    ("requested", "requested"),
    ("confirmed", "confirmed"),
    ("succeeded", "succeeded"),
    ("cancelled", "cancelled"),
    ("failed", "failed"),
];

/// The end of an association.
#[derive(Args)]
pub(crate) struct Dissociate {
    /// id or namespace
    package: String,
    /// refuse new installs until the package is registered again [default: they are unrestricted]
    #[arg(long)]
    hold_installs: bool,
    /// do it: the licenses in the org that the package leaves become Read-Only
    #[arg(long)]
    yes: bool,
}

/// Ends the association.
pub(super) fn dissociate(
    args: &Dissociate,
    client: &Client,
    format: Format,
) -> Result<Exit, Failure> {
    if !args.yes {
        return Err(Failure::new(
            Exit::Refused,
            "the licenses of this package become Read-Only in the org that it leaves",
        )
        .hint("add --yes to do it; registering again with that org makes them Editable again"));
    }
    let package = find(client, &args.package)?;
    let wanted = wire::Dissociation {
        hold_installs: args.hold_installs,
    };
    let path = format!("/api/v1/packages/{package}/dissociate");
    output::one(format, DETAILS, &client.post(&path, &wanted)?);
    output::note("ended; next: openlma package register, then openlma package refresh");
    Ok(Exit::Ok)
}

/// Shows the funnel.
pub(super) fn funnel(package: &str, client: &Client, format: Format) -> Result<Exit, Failure> {
    let package = find(client, package)?;
    let counts = client.get(&format!("/api/v1/packages/{package}/funnel"))?;
    output::one(format, FUNNEL, &counts);
    Ok(Exit::Ok)
}
