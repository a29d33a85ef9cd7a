//! Connections and registrations (R-PKG-2 to R-PKG-4), proven by another org's token.

use openlma_core::Result;
use openlma_core::license::terms::Validity;
use openlma_core::license::{DefaultValues, SandboxPolicy};
use openlma_core::quote::beginning;
use openlma_wire as wire;

use super::Problem;
use super::convert::{id, invalid, seats_in, seats_out};
use super::describe::{IdempotencyKey, Posts};
use super::packages::shown;
use crate::auth::User;
use crate::extract::Json;
use crate::state::State;

/// Connects a packaging org with the caller's org.
#[utoipa::path(
    post, path = "/connections", tag = "publishing", params(IdempotencyKey),
    request_body = wire::NewConnection,
    responses((status = 200, description = "Connected", body = wire::Connection), Posts)
)]
pub(super) async fn connect(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(new): Json<wire::NewConnection>,
) -> Result<Json<wire::Connection>, Problem> {
    let org = state.app.connect(&actor, &new.org_token).await?;
    Ok(Json(wire::Connection {
        org_id: org.id.to_string(),
        org_name: org.name.clone(),
        namespace: org.namespace.clone(),
    }))
}

/// Registers a package with the org that has the License Management App; again with the same
/// org, it replaces the default values.
#[utoipa::path(
    post, path = "/registrations", tag = "publishing", params(IdempotencyKey),
    request_body = wire::NewRegistration,
    responses((status = 200, description = "Registered", body = wire::Package), Posts)
)]
pub(super) async fn register(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(new): Json<wire::NewRegistration>,
) -> Result<Json<wire::Package>, Problem> {
    let package = id(&new.package_id, "package_id")?;
    let defaults = defaults_in(&new.defaults)?;
    let package = state
        .app
        .register(&actor, package, &new.org_token, defaults)
        .await?;
    Ok(Json(shown(&package, None)?))
}

fn active_days(days: i64) -> Result<u32> {
    u32::try_from(days).map_err(|_| {
        let why = format!("active_days: {days} is not allowed; give 1 to 36500, or null for never");
        invalid("active_days", why)
    })
}

fn defaults_in(defaults: &wire::Defaults) -> Result<DefaultValues> {
    let validity = match (
        defaults.status.as_str(),
        defaults.trial_days,
        defaults.active_days,
    ) {
        ("Trial", Some(days), None) => Validity::Trial {
            days: trial_days(days)?,
        },
        ("Active", None, days) => Validity::Active {
            days: days.map(active_days).transpose()?,
        },
        ("Trial", None, _) => {
            return Err(invalid(
                "trial_days",
                "trial_days: give 1 to 90 with status Trial",
            ));
        }
        ("Trial", _, Some(_)) => {
            return Err(invalid(
                "active_days",
                "active_days does not go with status Trial; give trial_days",
            ));
        }
        ("Active", Some(_), _) => {
            return Err(invalid(
                "trial_days",
                "trial_days does not go with status Active; give active_days or neither",
            ));
        }
        (status, ..) => {
            return Err(invalid(
                "status",
                format!(
                    "status: {} is not allowed; give Trial or Active",
                    beginning(status)
                ),
            ));
        }
    };
    let sandbox = SandboxPolicy {
        unrestricted: defaults.sandbox.unrestricted,
        leads: defaults.sandbox.leads,
    };
    DefaultValues::new(validity, seats_in(defaults.seats)?, sandbox)
}

/// Days of a trial; the rules know the range, here is only what fits.
fn trial_days(days: i64) -> Result<u8> {
    let wrong = |_| {
        let message = format!("trial_days: {days} is not allowed; give 1 to 90 whole days");
        invalid("trial_days", message)
    };
    u8::try_from(days).map_err(wrong)
}

/// Default values as they are shown.
pub(super) fn defaults_out(defaults: &DefaultValues) -> wire::Defaults {
    let (status, trial_days, active_days) = match defaults.validity {
        Validity::Trial { days } => ("Trial", Some(i64::from(days)), None),
        Validity::Active { days } => ("Active", None, days.map(i64::from)),
    };
    wire::Defaults {
        status: status.to_owned(),
        trial_days,
        active_days,
        seats: seats_out(defaults.seats),
        sandbox: wire::SandboxPolicy {
            unrestricted: defaults.sandbox.unrestricted,
            leads: defaults.sandbox.leads,
        },
    }
}

#[cfg(test)]
mod tests {
    use openlma_wire::{Defaults, Seats};

    use super::{defaults_in, defaults_out};

    fn trial(days: Option<i64>) -> Defaults {
        Defaults {
            status: "Trial".into(),
            trial_days: days,
            seats: Seats::Number(5),
            ..Defaults::default()
        }
    }

    /// R-PKG-4: default values there and back.
    #[test]
    fn r_pkg_4_defaults_there_and_back() {
        let forever = Defaults::default();
        let a_year = Defaults {
            active_days: Some(365),
            ..Defaults::default()
        };
        for defaults in [trial(Some(1)), trial(Some(90)), forever, a_year] {
            let read = defaults_in(&defaults).unwrap();
            assert_eq!(defaults_out(&read), defaults);
        }
    }

    /// R-PKG-4: what is out of range or does not go together names the member.
    #[test]
    fn r_pkg_4_refused_defaults() {
        let both = Defaults {
            trial_days: Some(30),
            ..Defaults::default()
        };
        let suspended = Defaults {
            status: "Suspended".into(),
            ..Defaults::default()
        };
        let mixed = Defaults {
            active_days: Some(3),
            ..trial(Some(3))
        };
        for (defaults, field) in [
            (trial(None), "trial_days"),
            (trial(Some(0)), "trial_days"),
            (trial(Some(91)), "trial_days"),
            (trial(Some(400)), "trial_days"),
            (both, "trial_days"),
            (suspended, "status"),
            (mixed, "active_days"),
        ] {
            assert_eq!(defaults_in(&defaults).unwrap_err().fields, [field]);
        }
    }
}
