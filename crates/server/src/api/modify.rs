//! *Modify License* (R-LIC-10).

use openlma_app::modify::Modified;
use openlma_core::license::Status;
use openlma_core::license::modify::ModifyRequest;
use openlma_core::quote::beginning;
use openlma_core::{Error, Result};
use openlma_wire as wire;
use openlma_wire::words::Confirmation;

use super::Problem;
use super::convert::{day, id, invalid, seats_in};
use super::describe::{IdempotencyKey, Posts};
use crate::auth::User;
use crate::extract::{Json, Path};
use crate::state::State;

/// Changes the terms of a license, or says what would change with `dry_run`. A last day that is set
/// in the past is refused with `CONFIRMATION_REQUIRED` unless `ends_access_now` is confirmed.
#[utoipa::path(
    post, path = "/licenses/{id}/modify", tag = "licenses",
    params(("id" = String, Path, description = "The license"), IdempotencyKey),
    request_body = wire::Modify,
    responses((status = 200, description = "What changed", body = wire::Modified), Posts)
)]
pub(super) async fn modify_license(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(license): Path<String>,
    Json(wanted): Json<wire::Modify>,
) -> Result<Json<wire::Modified>, Problem> {
    let license = id(&license, "id")?;
    let request = request(&wanted)?;
    let confirmed = confirmed(&wanted.confirm)?;
    let done = state
        .app
        .modify_license(&actor, license, &request, wanted.dry_run, confirmed)
        .await?;
    Ok(Json(shown(done)))
}

fn request(wanted: &wire::Modify) -> Result<ModifyRequest> {
    let last_day = |day_or_never: &Option<String>| {
        let text = day_or_never.as_deref();
        text.map(|text| day(text, "expires_on")).transpose()
    };
    Ok(ModifyRequest {
        status: wanted.status.as_deref().map(status).transpose()?,
        seats: wanted.seats.map(seats_in).transpose()?,
        expiration: wanted.expires_on.as_ref().map(last_day).transpose()?,
    })
}

/// A status that people give; Uninstalled comes by an uninstall alone (R-LIC-2).
fn status(text: &str) -> Result<Status> {
    Status::parse(text).map_err(|e| Error {
        message: format!(
            "Status: {} cannot be set; allowed: Trial, Active, Suspended",
            beginning(text)
        ),
        fields: vec!["status".into()],
        ..e
    })
}

fn confirmed(confirm: &[String]) -> Result<bool> {
    match confirm
        .iter()
        .find(|word| !Confirmation::ALL.contains(&word.as_str()))
    {
        None => Ok(!confirm.is_empty()),
        Some(word) => Err(invalid(
            "confirm",
            format!(
                "confirm: {} is nothing to confirm; allowed is ends_access_now",
                beginning(word)
            ),
        )),
    }
}

/// What a modification did, as it is shown.
pub(super) fn shown(done: Modified) -> wire::Modified {
    let changes = done.modification.changes.into_iter();
    wire::Modified {
        changes: changes
            .map(|change| wire::Change {
                field: change.field,
                from: change.from,
                to: change.to,
            })
            .collect(),
        over_by: done.modification.over_by,
        access_ends_now: done.modification.access_ends_now,
        terms_revision: done.terms_revision,
        mails: Vec::new(),
        hooks: Vec::new(),
        sync: done
            .in_sync
            .map(|there| if there { "InSync" } else { "Pending" }.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::license::{Seats, Status};
    use openlma_wire as wire;

    use super::{confirmed, request};

    fn wanted(json: &str) -> wire::Modify {
        serde_json::from_str(json).unwrap()
    }

    /// R-LIC-2: what is allowed names what people can set.
    #[test]
    fn r_lic_2_allowed_is_what_can_be_set() {
        let refused = request(&wanted(r#"{"status": "Off"}"#)).unwrap_err();
        assert!(
            refused
                .message
                .ends_with("allowed: Trial, Active, Suspended")
        );
        assert!(!refused.message.contains("Uninstalled"));
    }

    /// R-LIC-10: what is absent stays, null never expires.
    #[test]
    fn r_lic_10_absent_is_not_null() {
        let nothing = request(&wanted("{}")).unwrap();
        assert_eq!(
            nothing,
            openlma_core::license::modify::ModifyRequest::default()
        );
        let never = request(&wanted(r#"{"expires_on": null}"#)).unwrap();
        assert_eq!(never.expiration, Some(None));
        let all = r#"{"status": "Active", "seats": 5, "expires_on": "2026-12-31"}"#;
        let all = request(&wanted(all)).unwrap();
        assert_eq!(all.status, Some(Status::Active));
        assert_eq!(all.seats, Some(Seats::Number(5)));
        assert_eq!(all.expiration, Some(Some("2026-12-31".parse().unwrap())));
    }

    /// R-LIC-3: only what can be confirmed counts as confirmed.
    #[test]
    fn r_lic_3_confirmations() {
        assert!(!confirmed(&[]).unwrap());
        assert!(confirmed(&["ends_access_now".into()]).unwrap());
        assert_eq!(confirmed(&["yes".into()]).unwrap_err().fields, ["confirm"]);
    }

    /// R-ERR-1: a misspelt member is refused, not ignored.
    #[test]
    fn r_err_1_unknown_members() {
        let refused = serde_json::from_str::<wire::Modify>(r#"{"expires": null}"#).unwrap_err();
        assert!(refused.to_string().contains("unknown field `expires`"));
    }
}
