//! Profiles and permission sets of the caller's org (R-SEC-1, R-SEC-2).

use axum::http::StatusCode;
use openlma_app::grants::{Granted, NewGrants};
use openlma_core::access::{
    FieldLevel, GrantsChange, ObjectChange, ObjectGrant, Permission, Right,
};
use openlma_core::{Error, Id, Result};
use openlma_wire as wire;
use openlma_wire::words;

use super::Problem;
use super::convert::{id, invalid};
use super::describe::{IdempotencyKey, Posts, Reads, Writes};
use super::reading::{By, Filter, List, Paging};
use crate::auth::User;
use crate::extract::{Json, Path, Query};
use crate::state::State;

/// The profiles, oldest first.
#[utoipa::path(
    get, path = "/profiles", tag = "users", params(Paging),
    responses((status = 200, description = "A page of them", body = wire::Page<wire::Profile>), Reads)
)]
pub(super) async fn list_profiles(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Query(paging): Query<Paging>,
) -> Result<Json<wire::Page<wire::Profile>>, Problem> {
    let list = List {
        object: "Profile",
        columns: &["Id", "Name", "Description"],
        filter: Filter::default(),
        by: By::Oldest,
    };
    let (rows, next) = list.page(&state.app, &actor, &paging).await?;
    let items = rows.iter().map(|row| wire::Profile {
        id: row.text("Id").unwrap_or_default(),
        name: row.text("Name").unwrap_or_default(),
        description: row.text("Description"),
    });
    Ok(Json(wire::Page {
        items: items.collect(),
        next,
    }))
}

/// Makes a profile, which grants nothing yet or what another one grants.
#[utoipa::path(
    post, path = "/profiles", tag = "users", params(IdempotencyKey), request_body = wire::NewGrants,
    responses((status = 201, description = "Made", body = wire::Made), Posts)
)]
pub(super) async fn create_profile(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(new): Json<wire::NewGrants>,
) -> Result<(StatusCode, Json<wire::Made>), Problem> {
    Ok(made(
        state.app.create_profile(&actor, &new_grants(new)).await?,
    ))
}

/// What a profile grants, and who has it.
#[utoipa::path(
    get, path = "/profiles/{id}", tag = "users",
    params(("id" = String, Path, description = "The profile (00e)")),
    responses((status = 200, description = "The profile", body = wire::Granted), Reads)
)]
pub(super) async fn get_profile(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(profile): Path<String>,
) -> Result<Json<wire::Granted>, Problem> {
    let profile = of("00e", &profile)?;
    Ok(Json(shown(state.app.granted(&actor, profile).await?)))
}

/// Grants and revokes of a profile. It counts at once, for all its users.
#[utoipa::path(
    patch, path = "/profiles/{id}", tag = "users",
    params(("id" = String, Path, description = "The profile (00e)")),
    request_body = wire::GrantsChange,
    responses((status = 200, description = "The profile", body = wire::Granted), Writes)
)]
pub(super) async fn change_profile(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(profile): Path<String>,
    Json(wanted): Json<wire::GrantsChange>,
) -> Result<Json<wire::Granted>, Problem> {
    let (profile, change) = (of("00e", &profile)?, change(wanted)?);
    let changed = state.app.change_grants(&actor, profile, &change).await?;
    Ok(Json(shown(changed)))
}

/// The permission sets, oldest first.
#[utoipa::path(
    get, path = "/permission-sets", tag = "users", params(Paging),
    responses(
        (status = 200, description = "A page of them", body = wire::Page<wire::PermissionSet>),
        Reads
    )
)]
pub(super) async fn list_permission_sets(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Query(paging): Query<Paging>,
) -> Result<Json<wire::Page<wire::PermissionSet>>, Problem> {
    let mut filter = Filter::default();
    filter.flag("IsOwnedByProfile", false);
    let list = List {
        object: "PermissionSet",
        columns: &["Id", "Name", "Label", "Description"],
        filter,
        by: By::Oldest,
    };
    let (rows, next) = list.page(&state.app, &actor, &paging).await?;
    let items = rows.iter().map(|row| wire::PermissionSet {
        id: row.text("Id").unwrap_or_default(),
        name: row.text("Name").unwrap_or_default(),
        label: row.text("Label").unwrap_or_default(),
        description: row.text("Description"),
    });
    Ok(Json(wire::Page {
        items: items.collect(),
        next,
    }))
}

/// Makes a permission set, which grants nothing yet or what a profile grants.
#[utoipa::path(
    post, path = "/permission-sets", tag = "users", params(IdempotencyKey),
    request_body = wire::NewGrants,
    responses((status = 201, description = "Made", body = wire::Made), Posts)
)]
pub(super) async fn create_permission_set(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(new): Json<wire::NewGrants>,
) -> Result<(StatusCode, Json<wire::Made>), Problem> {
    let new = new_grants(new);
    Ok(made(state.app.create_permission_set(&actor, &new).await?))
}

/// What a permission set grants, and who has it.
#[utoipa::path(
    get, path = "/permission-sets/{id}", tag = "users",
    params(("id" = String, Path, description = "The permission set (0PS)")),
    responses((status = 200, description = "The permission set", body = wire::Granted), Reads)
)]
pub(super) async fn get_permission_set(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(set): Path<String>,
) -> Result<Json<wire::Granted>, Problem> {
    Ok(Json(shown(
        state.app.granted(&actor, of("0PS", &set)?).await?,
    )))
}

/// Grants and revokes of a permission set. It counts at once, for all its users.
#[utoipa::path(
    patch, path = "/permission-sets/{id}", tag = "users",
    params(("id" = String, Path, description = "The permission set (0PS)")),
    request_body = wire::GrantsChange,
    responses((status = 200, description = "The permission set", body = wire::Granted), Writes)
)]
pub(super) async fn change_permission_set(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(set): Path<String>,
    Json(wanted): Json<wire::GrantsChange>,
) -> Result<Json<wire::Granted>, Problem> {
    let (set, change) = (of("0PS", &set)?, change(wanted)?);
    Ok(Json(shown(
        state.app.change_grants(&actor, set, &change).await?,
    )))
}

/// Gives a user a permission set.
#[utoipa::path(
    put, path = "/permission-sets/{id}/users/{user}", tag = "users",
    params(
        ("id" = String, Path, description = "The permission set (0PS)"),
        ("user" = String, Path, description = "The user")
    ),
    responses((status = 204, description = "The user has it"), Reads)
)]
pub(super) async fn assign_permission_set(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path((set, user)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    assign(&state, &actor, (&set, &user), true).await
}

/// Takes a permission set away from a user.
#[utoipa::path(
    delete, path = "/permission-sets/{id}/users/{user}", tag = "users",
    params(
        ("id" = String, Path, description = "The permission set (0PS)"),
        ("user" = String, Path, description = "The user")
    ),
    responses((status = 204, description = "The user has it no longer"), Reads)
)]
pub(super) async fn revoke_permission_set(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path((set, user)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    assign(&state, &actor, (&set, &user), false).await
}

async fn assign(
    state: &State,
    actor: &openlma_app::Actor,
    (set, user): (&str, &str),
    assigned: bool,
) -> Result<StatusCode, Problem> {
    let (set, user) = (of("0PS", set)?, id(user, "user")?);
    let done = state.app.assign_permission_set(actor, set, user, assigned);
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An id of an address, with the prefix of what stands there.
fn of(prefix: &str, text: &str) -> Result<Id> {
    let id = id(text, "id")?;
    if id.prefix() == prefix {
        return Ok(id);
    }
    let what = if prefix == "00e" {
        "profile"
    } else {
        "permission set"
    };
    let message = format!("there is no such {what}");
    Err(Error::new(openlma_core::Code::NotFound, message))
}

fn made(id: Id) -> (StatusCode, Json<wire::Made>) {
    let made = wire::Made { id: id.to_string() };
    (StatusCode::CREATED, Json(made))
}

fn new_grants(new: wire::NewGrants) -> NewGrants {
    NewGrants {
        name: new.name,
        label: new.label,
        description: new.description,
        like: new.like,
    }
}

fn change(wanted: wire::GrantsChange) -> Result<GrantsChange> {
    let permission = |(name, given): (String, bool)| {
        let permission = Permission::parse(&name)?;
        Ok((permission, given))
    };
    let object = |(name, change): (String, wire::ObjectChange)| Ok((name, object_change(change)?));
    Ok(GrantsChange {
        permissions: wanted
            .permissions
            .into_iter()
            .map(permission)
            .collect::<Result<_>>()?,
        objects: wanted
            .objects
            .into_iter()
            .map(object)
            .collect::<Result<_>>()?,
    })
}

fn object_change(wanted: wire::ObjectChange) -> Result<ObjectChange> {
    let rights = [
        (Right::Read, wanted.read),
        (Right::Create, wanted.create),
        (Right::Edit, wanted.edit),
        (Right::Delete, wanted.delete),
        (Right::ViewAll, wanted.view_all),
        (Right::ModifyAll, wanted.modify_all),
    ];
    let except = |(field, wanted): (String, Option<String>)| {
        let wanted = wanted.as_deref();
        Ok((field, wanted.map(|text| level(text, "except")).transpose()?))
    };
    let fields = wanted.fields.as_deref();
    Ok(ObjectChange {
        rights: rights
            .into_iter()
            .filter_map(|(right, given)| Some((right, given?)))
            .collect(),
        fields: fields.map(|text| level(text, "fields")).transpose()?,
        except: wanted
            .except
            .into_iter()
            .map(except)
            .collect::<Result<_>>()?,
    })
}

/// The levels, as they stand in JSON.
const LEVELS: [(&str, FieldLevel); 3] = [
    ("none", FieldLevel::None),
    ("read", FieldLevel::Read),
    ("edit", FieldLevel::Edit),
];

fn level(text: &str, member: &str) -> Result<FieldLevel> {
    let known = LEVELS.iter().find(|(word, _)| *word == text);
    known.map(|(_, level)| *level).ok_or_else(|| {
        let allowed = words::FieldLevel::ALL.join(", ");
        invalid(member, format!("{member}: {text} is not one of {allowed}"))
    })
}

fn word(level: FieldLevel) -> String {
    let known = LEVELS.iter().find(|(_, known)| *known == level);
    known.map_or("", |(word, _)| word).to_owned()
}

fn shown(granted: Granted) -> wire::Granted {
    let objects = granted.grants.objects.into_iter();
    wire::Granted {
        id: granted.id.to_string(),
        name: granted.name,
        label: granted.label,
        description: granted.description,
        permissions: granted
            .grants
            .permissions
            .iter()
            .map(Permission::to_string)
            .collect(),
        objects: objects
            .map(|(name, grant)| (name, grant_shown(grant)))
            .collect(),
        users: granted
            .users
            .into_iter()
            .map(|(id, username)| wire::Grantee {
                id: id.to_string(),
                username,
            })
            .collect(),
    }
}

fn grant_shown(grant: ObjectGrant) -> wire::ObjectGrant {
    let except = grant.fields.except.into_iter();
    wire::ObjectGrant {
        read: grant.access.read,
        create: grant.access.create,
        edit: grant.access.edit,
        delete: grant.access.delete,
        view_all: grant.access.view_all,
        modify_all: grant.access.modify_all,
        fields: word(grant.fields.default),
        except: except.map(|(name, level)| (name, word(level))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::access::Permission;
    use openlma_wire as wire;
    use openlma_wire::words;

    use super::{LEVELS, change};

    /// R-SEC-1: the words of the description are those of the rules.
    #[test]
    fn r_sec_1_words_are_those_of_the_rules() {
        let names: Vec<_> = Permission::ALL.iter().map(|p| p.as_str()).collect();
        assert_eq!(words::Permission::ALL, names);
        assert_eq!(words::FieldLevel::ALL, LEVELS.map(|(word, _)| word));
    }

    /// R-ERR-1: what is no permission and no level is named with what is allowed; the answer calls the
    /// Permission by its member.
    #[test]
    fn r_err_1_refused_changes() {
        for (json, member) in [
            (r#"{"permissions": {"Fly": true}}"#, "Permission"),
            (r#"{"objects": {"Lead": {"fields": "all"}}}"#, "fields"),
            (
                r#"{"objects": {"Lead": {"except": {"Email": "write"}}}}"#,
                "except",
            ),
        ] {
            let wanted: wire::GrantsChange = serde_json::from_str(json).unwrap();
            assert_eq!(change(wanted).unwrap_err().fields, [member], "{json}");
        }
    }
}
