//! `openlma lead convert`: a lead becomes an account, a contact and an opportunity.

use clap::Args;
use openlma_wire as wire;

use crate::failure::{Exit, Failure};
use crate::http::{Client, escape};
use crate::output::{self, Column, Format};

const COLUMNS: &[Column] = &[
    ("lead", "lead_id"),
    ("account", "account_id"),
    ("contact", "contact_id"),
    ("opportunity", "opportunity_id"),
];

/// A lead and what to convert it into.
#[derive(Args)]
pub(crate) struct Convert {
    /// id of the lead
    lead: String,
    /// status of the lead afterwards, one that ends a conversion
    #[arg(long, default_value = "Closed - Converted")]
    status: String,
    /// merge into this account, by id; a new one when not given
    #[arg(long)]
    account: Option<String>,
    /// merge into this contact of the account, by id; a new one when not given
    #[arg(long, requires = "account")]
    contact: Option<String>,
    /// who owns the lead and what is made, by user id; the lead's owner when not given
    #[arg(long)]
    owner: Option<String>,
    /// make no opportunity
    #[arg(long)]
    no_opportunity: bool,
    /// name of the opportunity; the lead's company when not given
    #[arg(long, conflicts_with = "no_opportunity")]
    opportunity_name: Option<String>,
    /// the lead's source replaces that of the contact
    #[arg(long, requires = "contact")]
    overwrite_lead_source: bool,
}

/// Converts it.
pub(crate) fn convert(args: &Convert, client: &Client, format: Format) -> Result<Exit, Failure> {
    let path = format!("/api/v1/leads/{}/convert", escape(&args.lead));
    let wanted = wire::Convert {
        converted_status: args.status.clone(),
        account_id: args.account.clone(),
        contact_id: args.contact.clone(),
        owner_id: args.owner.clone(),
        do_not_create_opportunity: args.no_opportunity,
        opportunity_name: args.opportunity_name.clone(),
        overwrite_lead_source: args.overwrite_lead_source,
        send_notification_email: false,
    };
    output::one(format, COLUMNS, &client.post(&path, &wanted)?);
    Ok(Exit::Ok)
}
