//! `GET /id/ORG/USER` and `GET /services/oauth2/userinfo`: who the caller is.

use axum::Json;
use axum::extract::State as Shared;
use openlma_app::Actor;
use openlma_core::access::FieldAccess;
use openlma_core::catalog::input::to_json;
use openlma_core::catalog::names;
use openlma_core::{Code, Error, Id, Record};
use serde_json::{Value, json};

use super::Errors;
use super::extract::Path;
use crate::auth::RestUser;
use crate::state::State;

/// The address of the caller's identity.
pub(super) fn address(public_url: &str, actor: &Actor) -> String {
    format!("{public_url}/id/{}/{}", actor.org_id(), actor.user)
}

/// The caller in the words of OpenID.
pub(super) async fn userinfo(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
) -> Result<Json<Value>, Errors> {
    let user = own_record(&state, &actor).await?;
    let shown = |name| shown(&actor, &user, name);
    Ok(Json(json!({
        "sub": address(&state.settings.public_url, &actor),
        "user_id": actor.user,
        "organization_id": actor.org_id(),
        "preferred_username": username(&user),
        "name": shown("Name"),
        "given_name": shown("FirstName"),
        "family_name": shown("LastName"),
        "nickname": shown("CommunityNickname"),
        "email": shown("Email"),
        "zoneinfo": shown("TimeZoneSidKey"),
        "locale": shown("LocaleSidKey"),
        "language": shown("LanguageLocaleKey"),
        "user_type": shown("UserType"),
        "active": true,
        "urls": urls(&state.settings.public_url),
    })))
}

/// The caller in the original's words. Another user's identity is not shown, nor whether there
/// is such a user.
pub(super) async fn identity(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path((org, user)): Path<(String, String)>,
) -> Result<Json<Value>, Errors> {
    let named = |text: &str, id: Id| Id::parse(text).is_ok_and(|named| named == id);
    if !named(&org, actor.org_id()) || !named(&user, actor.user) {
        let message = "the token belongs to another user than the address";
        return Err(Error::new(Code::InsufficientAccess, message).into());
    }
    let user = own_record(&state, &actor).await?;
    let shown = |name| shown(&actor, &user, name);
    Ok(Json(json!({
        "id": address(&state.settings.public_url, &actor),
        "asserted_user": true,
        "user_id": actor.user,
        "organization_id": actor.org_id(),
        "username": username(&user),
        "display_name": shown("Name"),
        "first_name": shown("FirstName"),
        "last_name": shown("LastName"),
        "nick_name": shown("CommunityNickname"),
        "email": shown("Email"),
        "timezone": shown("TimeZoneSidKey"),
        "locale": shown("LocaleSidKey"),
        "language": shown("LanguageLocaleKey"),
        "user_type": shown("UserType"),
        "active": true,
        "urls": urls(&state.settings.public_url),
    })))
}

async fn own_record(state: &State, actor: &Actor) -> Result<Record, Errors> {
    let object = actor.org.catalog.known(names::USER);
    Ok(state.app.record(actor, object, actor.user).await?)
}

/// Everybody knows the name by which they signed in.
fn username(user: &Record) -> Option<&str> {
    user.get("Username").as_text()
}

/// A field of the caller's own record, or null where the profile hides it (R-SEC-1).
fn shown(actor: &Actor, user: &Record, name: &str) -> Value {
    let object = user.object();
    object
        .field(name)
        .filter(|field| actor.permissions.may_read_field(object, field))
        .map_or(Value::Null, |field| to_json(field, user.get(name)))
}

/// Where to go on; `{version}` is for the client to fill in.
fn urls(public_url: &str) -> Value {
    let data = format!("{public_url}/services/data/v{{version}}/");
    json!({
        "rest": data,
        "sobjects": format!("{data}sobjects/"),
        "query": format!("{data}query/"),
    })
}
