//! Seats of a package in the caller's org (R-SEAT-1).

use openlma_app::seats::CopyName;
use openlma_core::id::prefix;
use openlma_core::license::Seats;
use openlma_core::{Error, Id, Result};
use openlma_wire as wire;

use super::Problem;
use super::convert::{instant, invalid};
use super::describe::{IdempotencyKey, Posts, Reads, Writes};
use super::reading::Paging;
use crate::auth::User;
use crate::extract::{Json, Path, Query};
use crate::state::State;

/// Most users of one request.
const BATCH: usize = 200;

/// The seats of a package.
#[utoipa::path(
    get, path = "/packages/{namespace}/seats", tag = "seats",
    params(
        ("namespace" = String, Path, description = "The package by namespace or id (033)"),
        Paging,
    ),
    responses((status = 200, description = "A page of them", body = wire::SeatList), Reads)
)]
pub(super) async fn list_seats(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<wire::SeatList>, Problem> {
    let after = paging.after(Some(prefix::SEAT))?;
    let wanted = paging.limit()?;
    let copy = named(&package);
    let (record, mut rows) = state
        .app
        .seats(&actor, &copy, after, i64::from(wanted) + 1)
        .await?;
    let seats = Seats::from_stored(record.get("AllowedLicenses").as_int().unwrap_or(-1))?;
    let used = record.get("UsedLicenses").as_int().unwrap_or(0);
    let next = paging.cut(&mut rows, |seat| seat.id.to_string())?;
    let number = match seats {
        Seats::Site => None,
        Seats::Number(n) => Some(n),
    };
    Ok(Json(wire::SeatList {
        site_license: number.is_none(),
        seats: number,
        used: number.map(|_| used),
        available: seats.available(u32::try_from(used).unwrap_or(u32::MAX)),
        items: rows
            .into_iter()
            .map(|seat| wire::Seat {
                id: seat.id.to_string(),
                user_id: seat.user.to_string(),
                username: seat.username,
                name: seat.name,
                active: seat.active,
                since: seat.since.map(instant),
            })
            .collect(),
        next,
    }))
}

/// Gives seats to users: to all of them or, unless `partial`, to none.
#[utoipa::path(
    post, path = "/packages/{namespace}/seats", tag = "seats",
    params(
        ("namespace" = String, Path, description = "The package by namespace or id (033)"),
        IdempotencyKey,
    ),
    request_body = wire::AssignSeats,
    responses((status = 200, description = "Who got one", body = wire::Assigned), Posts)
)]
pub(super) async fn assign_seats(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
    Json(wanted): Json<wire::AssignSeats>,
) -> Result<Json<wire::Assigned>, Problem> {
    some_users(&wanted.users)?;
    let copy = named(&package);
    let done = state
        .app
        .assign_seats(&actor, &copy, &wanted.users, wanted.partial)
        .await
        .map_err(of_users)?;
    let assigned = done.seats.iter().map(|(seat, user)| wire::AssignedSeat {
        id: seat.to_string(),
        user_id: user.to_string(),
    });
    let refused = done
        .refused
        .into_iter()
        .map(|(user, error)| wire::RefusedSeat {
            user,
            code: error.code.as_str().to_owned(),
            detail: error.told(),
        });
    Ok(Json(wire::Assigned {
        assigned: assigned.collect(),
        refused: refused.collect(),
    }))
}

/// Takes users' seats back. Users who have none are left out.
#[utoipa::path(
    delete, path = "/packages/{namespace}/seats", tag = "seats",
    params(("namespace" = String, Path, description = "The package by namespace or id (033)")),
    request_body = wire::RevokeSeats,
    responses((status = 200, description = "How many were taken", body = wire::Revoked), Writes)
)]
pub(super) async fn revoke_seats(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
    Json(wanted): Json<wire::RevokeSeats>,
) -> Result<Json<wire::Revoked>, Problem> {
    some_users(&wanted.users)?;
    let revoked = state
        .app
        .revoke_seats(&actor, &named(&package), &wanted.users)
        .await
        .map_err(of_users)?;
    Ok(Json(wire::Revoked { revoked }))
}

/// A namespace begins with a letter, so it is never taken for an id.
fn named(package: &str) -> CopyName {
    match Id::parse(package) {
        Ok(id) if id.prefix() == prefix::METADATA_PACKAGE => CopyName::Package(id),
        _ => CopyName::Namespace(package.to_owned()),
    }
}

/// What is wrong with one user is wrong with the list.
fn of_users(mut error: Error) -> Error {
    for field in error.fields.iter_mut().filter(|field| *field == "UserId") {
        "users".clone_into(field);
    }
    error
}

fn some_users(users: &[String]) -> Result<()> {
    if (1..=BATCH).contains(&users.len()) {
        return Ok(());
    }
    Err(invalid("users", format!("users: give 1 to {BATCH} users")))
}

#[cfg(test)]
mod tests {
    use openlma_app::seats::CopyName;

    use super::{named, some_users};

    #[test]
    fn a_package_is_named_by_namespace_or_id() {
        assert!(matches!(named("acme"), CopyName::Namespace(_)));
        assert!(matches!(named("a33000000000001"), CopyName::Namespace(_)));
        assert!(matches!(named("033000000000001"), CopyName::Package(_)));
    }

    /// R-SEAT-1: one or many, within what one request takes.
    #[test]
    fn r_seat_1_one_or_many() {
        assert!(some_users(&[]).is_err());
        assert!(some_users(&vec![String::new(); 200]).is_ok());
        assert!(some_users(&vec![String::new(); 201]).is_err());
    }
}
