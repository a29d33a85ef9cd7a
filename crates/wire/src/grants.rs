//! Profiles and permission sets: what they grant (R-SEC-1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words;

/// A profile in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
}

/// A permission set in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PermissionSet {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its API name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it is for.
    pub description: Option<String>,
}

/// A profile or permission set to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrants {
    /// Name, unique in the org.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// What people call a permission set; the name when not given. A profile goes by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80)]
    pub label: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub description: Option<String>,
    /// Name of the profile whose grants it begins with; it begins with none when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
}

/// A profile or permission set, what it grants, and who has it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Granted {
    /// The profile (00e) or the permission set (0PS).
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it is for.
    pub description: Option<String>,
    /// Named permissions.
    #[schema(value_type = Vec<words::Permission>)]
    pub permissions: Vec<String>,
    /// By API name of the object; `*` for every object that is not named.
    pub objects: BTreeMap<String, ObjectGrant>,
    /// The users who have it, by user name.
    pub users: Vec<Grantee>,
}

/// A user who has a profile or permission set.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Grantee {
    /// The user.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// The user name.
    pub username: String,
}

/// What is granted of an object.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "six independent switches")]
pub struct ObjectGrant {
    /// Read records.
    pub read: bool,
    /// Create records.
    pub create: bool,
    /// Change records.
    pub edit: bool,
    /// Delete records.
    pub delete: bool,
    /// Read all records.
    pub view_all: bool,
    /// Change and delete all records.
    pub modify_all: bool,
    /// How far the fields are open that are not named.
    #[schema(value_type = words::FieldLevel)]
    pub fields: String,
    /// How far single fields are open, by API name.
    #[schema(value_type = BTreeMap<String, words::FieldLevel>)]
    pub except: BTreeMap<String, String>,
}

/// What to grant and what to revoke; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantsChange {
    /// Named permissions to grant (true) or revoke (false), such as `{"ConvertLeads": true}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub permissions: BTreeMap<String, bool>,
    /// By API name of the object.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub objects: BTreeMap<String, ObjectChange>,
}

/// What to grant (true) and revoke (false) of an object. A permission comes with those that it needs,
/// and goes with those that need it: without `read` nothing is left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectChange {
    /// Read records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<bool>,
    /// Create records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<bool>,
    /// Change records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<bool>,
    /// Delete records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<bool>,
    /// Read all records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_all: Option<bool>,
    /// Change and delete all records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modify_all: Option<bool>,
    /// How far the fields are open that are not named. When absent it follows the permissions: open to
    /// edit with `create` or `edit`, else to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::FieldLevel>)]
    pub fields: Option<String>,
    /// How far single fields are open, by API name: `none`, `read`, `edit`; null lets one go with the
    /// others again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    pub except: BTreeMap<String, Option<String>>,
}
