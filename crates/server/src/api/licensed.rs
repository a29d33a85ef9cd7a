//! "Is this user licensed?" (R-CHK-1, R-CHK-2, R-CHK-5).

use openlma_app::actor::Caller;
use openlma_app::check::Checked;
use openlma_app::keys::{INSTALLATION_KEY, PUBLISHER_KEY};
use openlma_app::seats::CopyName;
use openlma_app::sign_in::TokenKind;
use openlma_core::license::Seats;
use openlma_core::{Code, Error, Result};
use openlma_wire as wire;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problem;
use super::convert::{id, instant, invalid};
use super::describe::Reads;
use crate::auth::Bearer;
use crate::extract::{Json, Query};
use crate::state::State;

/// Which package, and which user.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Question {
    /// The subscriber's org by id or domain: with a publisher key, and only then.
    org: Option<String>,
    /// The package by its namespace. With an installation key neither this nor `package_id` is
    /// needed.
    namespace: Option<String>,
    /// The package by its id (033).
    package_id: Option<String>,
    /// The user by id, user name, external id or email; the caller when not given. Needed with
    /// a key.
    user: Option<String>,
}

/// Is a user licensed? With an access token of a user of the org, an installation key, or a publisher
/// key and the org.
#[utoipa::path(
    get, path = "/licensed", tag = "check", params(Question),
    responses((status = 200, description = "The answer, also when it is no", body = wire::Licensed), Reads)
)]
pub(super) async fn licensed(
    axum::extract::State(state): axum::extract::State<State>,
    Bearer(bearer): Bearer,
    Query(question): Query<Question>,
) -> Result<Json<wire::Licensed>, Problem> {
    let app = &state.app;
    let named = question.named()?;
    let checked = if bearer.starts_with(PUBLISHER_KEY) {
        let org = question.org.as_deref().ok_or_else(|| {
            let asked = "org: a publisher key needs the org to ask about, by id or domain";
            invalid("org", asked)
        })?;
        let (package, user) = (named.ok_or_else(no_package)?, question.user()?);
        let checked = app.check_with_publisher_key(&bearer, org, &package, user);
        checked.await?
    } else if question.org.is_some() {
        let refused = "org: only a publisher key asks about another org; without it leave org out";
        return Err(invalid("org", refused).into());
    } else if bearer.starts_with(INSTALLATION_KEY) {
        let user = question.user()?;
        app.check_with_key(&bearer, named.as_ref(), user).await?
    } else {
        let Caller::User(actor) = app.authenticate(&bearer, TokenKind::Access).await? else {
            return Err(Problem(Error::new(
                Code::InsufficientAccess,
                "operators read no records: ask as a user of the org",
            )));
        };
        let package = named.ok_or_else(no_package)?;
        app.check(&actor, &package, question.user.as_deref())
            .await?
    };
    Ok(Json(shown(&checked)))
}

fn no_package() -> Error {
    invalid(
        "namespace",
        "namespace: name the package by namespace or package_id",
    )
}

impl Question {
    fn named(&self) -> Result<Option<CopyName>> {
        match (&self.namespace, &self.package_id) {
            (Some(_), Some(_)) => Err(invalid(
                "package_id",
                "package_id: give either namespace or package_id",
            )),
            (Some(namespace), None) => Ok(Some(CopyName::Namespace(namespace.clone()))),
            (None, Some(package)) => Ok(Some(CopyName::Package(id(package, "package_id")?))),
            (None, None) => Ok(None),
        }
    }

    /// The user, whom only a user of the org may leave out.
    fn user(&self) -> Result<&str> {
        self.user
            .as_deref()
            .ok_or_else(|| invalid("user", "user: a key needs the user to ask about"))
    }
}

fn shown(checked: &Checked) -> wire::Licensed {
    let (held, answer) = (&checked.held, &checked.answer);
    let seats = match held.seats {
        Seats::Site => None,
        Seats::Number(n) => Some(n),
    };
    wire::Licensed {
        licensed: answer.licensed,
        reason: answer.reason.as_str().to_owned(),
        package: held.product.package.map(|id| id.to_string()),
        version: held.product.version.clone(),
        status: held.status().map(|s| s.as_str().to_owned()),
        effective_status: answer.effective_status.map(|e| e.as_str().to_owned()),
        expires_on: held.expires_on.map(|day| day.to_string()),
        site_license: seats.is_none(),
        seats,
        used: seats.filter(|_| held.installed).map(|_| held.used.into()),
        features: serde_json::Map::new(),
        as_of: instant(checked.as_of),
        valid_until: instant(answer.valid_until),
    }
}

#[cfg(test)]
mod tests {
    use super::Question;

    /// R-CHK-1: a package is named in one way.
    #[test]
    fn r_chk_1_one_name() {
        let question = |namespace: Option<&str>, package_id: Option<&str>| Question {
            namespace: namespace.map(str::to_owned),
            package_id: package_id.map(str::to_owned),
            org: None,
            user: None,
        };
        let package = "033000000000001";
        assert!(question(None, None).named().unwrap().is_none());
        assert!(question(Some("acme"), None).named().unwrap().is_some());
        assert!(question(None, Some(package)).named().unwrap().is_some());
        assert!(question(Some("acme"), Some(package)).named().is_err());
        assert!(question(None, Some("acme")).named().is_err());
    }
}
