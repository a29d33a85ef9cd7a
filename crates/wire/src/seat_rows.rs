//! Seats of users (R-SEAT-1).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Users to be given seats.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignSeats {
    /// Users, each by id, user name, external id or email.
    #[schema(min_items = 1, max_items = 200)]
    pub users: Vec<String>,
    /// Give seats to those who can have one; otherwise nobody gets one when one cannot.
    #[serde(default)]
    pub partial: bool,
}

/// What became of an assignment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Assigned {
    /// Seats made.
    pub assigned: Vec<AssignedSeat>,
    /// Users who got none; only with `partial`.
    pub refused: Vec<RefusedSeat>,
}

/// A seat that was made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AssignedSeat {
    /// The seat (051).
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its user.
    #[schema(min_length = 18, max_length = 18)]
    pub user_id: String,
}

/// A user who got no seat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RefusedSeat {
    /// As the request named the user.
    pub user: String,
    /// Why, for machines.
    pub code: String,
    /// Why, for people.
    pub detail: String,
}

/// Users whose seats are taken back.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeSeats {
    /// Users, each by id, user name, external id or email.
    #[schema(min_items = 1, max_items = 200)]
    pub users: Vec<String>,
}

/// Seats were taken back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Revoked {
    /// How many; users who had none do not count.
    pub revoked: u64,
}

/// The seats of a package in the caller's org.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeatList {
    /// Everybody has access, seats are not managed one by one.
    pub site_license: bool,
    /// Seats; null for a site license.
    pub seats: Option<u32>,
    /// Seats taken; null for a site license.
    pub used: Option<i64>,
    /// Seats that are free, negative when more are taken than licensed; null for a site license.
    pub available: Option<i64>,
    /// Seats that users hold; dormant under a site license.
    pub items: Vec<Seat>,
    /// Pass it as `cursor` for the next page; null on the last one.
    pub next: Option<String>,
}

/// A seat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Seat {
    /// Its id (051).
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its user.
    #[schema(min_length = 18, max_length = 18)]
    pub user_id: String,
    /// User name.
    pub username: String,
    /// Full name.
    pub name: String,
    /// A deactivated user keeps the seat until it is revoked (R-SEAT-2).
    pub active: bool,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: Option<String>,
}
