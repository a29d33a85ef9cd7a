//! The JSON shapes of `/api/v1`, shared by the server, the command line and the check client.
//!
//! Ids are texts of 18 characters (15 are taken too), instants RFC 3339 in UTC, days ISO
//! (`2026-01-31`), seats a number from 1 to 99,000,000 or `"site"`. A body that is sent may hold
//! no unknown members; an answer may gain members, so readers ignore those they do not know.
//!
//! Nothing here may know the other crates of openlma: no rule is decided here.

mod access;
mod conversion;
mod days;
mod fields;
mod given;
mod grants;
mod installs;
mod jobs;
mod keys;
mod leads;
mod licensed;
mod licenses;
mod messages;
mod orgs;
mod packages;
mod page;
mod problem;
mod seat_rows;
mod seats;
mod users;
pub mod words;

pub use access::Access;
pub use conversion::{Convert, Converted};
pub use fields::Field;
pub use grants::{
    Granted, Grantee, GrantsChange, NewGrants, ObjectChange, ObjectGrant, PermissionSet, Profile,
};
pub use installs::{Install, ListedInstall, NewInstall, Upgrade};
pub use jobs::{Job, RefreshCounts, RefreshFailure};
pub use keys::{Key, KeyMade, NewKey};
pub use leads::Lead;
pub use licensed::Licensed;
pub use licenses::{
    Change, HistoryEntry, License, LicenseDetails, LicenseEdited, Modified, Modify, NewTrial,
    Resent,
};
pub use messages::{Message, Retried};
pub use orgs::{InstallLma, LmaInstalled, NewOrg, Org, OrgChange, OrgMade, OrgSettings};
pub use packages::{
    Connection, Defaults, Dissociation, Funnel, LeadManager, LeadManagerSet, NewConnection,
    NewPackage, NewRegistration, NewVersion, Package, Registration, SandboxPolicy, Version,
};
pub use page::{Made, Page, Restored};
pub use problem::Problem;
pub use seat_rows::{
    AssignSeats, Assigned, AssignedSeat, RefusedSeat, RevokeSeats, Revoked, Seat, SeatList,
};
pub use seats::Seats;
pub use users::{ClientMade, NewClient, NewUser, UserChange};
