//! Conversion of leads (R-LEAD-4).

use openlma_app::convert::Converted;
use openlma_core::lead::convert::Conversion;
use openlma_core::{Id, Result};
use openlma_wire as wire;

use super::Problem;
use super::convert::id;
use super::describe::{IdempotencyKey, Posts};
use crate::auth::User;
use crate::extract::{Json, Path};
use crate::state::State;

/// Converts a lead into an account and a contact, new or existing, and an opportunity unless told
/// otherwise. Every license of the lead gets the account and the contact; the lead is read-only
/// from then on.
#[utoipa::path(
    post, path = "/leads/{id}/convert", tag = "leads",
    params(("id" = String, Path, description = "The lead"), IdempotencyKey),
    request_body = wire::Convert,
    responses((status = 200, description = "Converted", body = wire::Converted), Posts)
)]
pub(super) async fn convert_lead(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(lead): Path<String>,
    Json(wanted): Json<wire::Convert>,
) -> Result<Json<wire::Converted>, Problem> {
    let wanted = conversion(id(&lead, "id")?, wanted)?;
    let done = state.app.convert_lead(&actor, wanted).await?;
    Ok(Json(shown(&done)))
}

fn conversion(lead: Id, wanted: wire::Convert) -> Result<Conversion> {
    let named = |text: &Option<String>, member| text.as_deref().map(|t| id(t, member)).transpose();
    Ok(Conversion {
        lead,
        account: named(&wanted.account_id, "account_id")?,
        contact: named(&wanted.contact_id, "contact_id")?,
        owner: named(&wanted.owner_id, "owner_id")?,
        converted_status: wanted.converted_status,
        do_not_create_opportunity: wanted.do_not_create_opportunity,
        opportunity_name: wanted.opportunity_name,
        overwrite_lead_source: wanted.overwrite_lead_source,
        send_notification_email: wanted.send_notification_email,
    })
}

fn shown(done: &Converted) -> wire::Converted {
    wire::Converted {
        lead_id: done.lead.to_string(),
        account_id: done.into.account.to_string(),
        contact_id: done.into.contact.to_string(),
        opportunity_id: done.into.opportunity.map(|id| id.to_string()),
    }
}
