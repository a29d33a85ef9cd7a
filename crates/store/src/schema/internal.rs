//! The tables that no object of the catalogue stands for.

use super::ColumnType::{Bool, Int, Text};
use super::Table;

pub(super) fn tables() -> Vec<Table> {
    let mut tables = directory();
    tables.extend(sign_in());
    tables.extend(messages());
    tables.extend(org_settings());
    tables
}

fn directory() -> Vec<Table> {
    vec![
        Table::new("meta")
            .directory()
            .column("name", Text, false)
            .column("value", Text, false)
            .key(&["name"]),
        Table::new("feed")
            .directory()
            .column("xid", Int, false)
            .column("topic", Text, false)
            .column("org_id", Text, false)
            .column("subject", Text, true)
            .index(&["xid"]),
        Table::new("domains")
            .directory()
            .column("name", Text, false)
            .column("org_id", Text, false)
            .key(&["name"]),
        Table::new("namespaces")
            .directory()
            .column("name", Text, false)
            .column("org_id", Text, false)
            .column("package_id", Text, false)
            .key(&["name"]),
        Table::new("registrations")
            .directory()
            .column("package_id", Text, false)
            .column("org_id", Text, false)
            .column("defaults", Text, false)
            .column("state", Text, false)
            .column("reason", Text, true)
            .column("hold_installs", Bool, false)
            .column("requested_at", Int, false)
            .column("done_at", Int, true)
            .key(&["package_id"])
            .index(&["org_id"]),
        Table::new("usernames")
            .directory()
            .column("name", Text, false)
            .column("org_id", Text, false)
            .column("user_id", Text, false)
            .key(&["name"]),
    ]
}

fn sign_in() -> Vec<Table> {
    vec![
        Table::new("credentials")
            .column("org_id", Text, false)
            .column("user_id", Text, false)
            .column("password_hash", Text, false)
            .column("changed_at", Int, false)
            .key(&["org_id", "user_id"]),
        Table::new("tokens")
            .column("org_id", Text, false)
            .column("hash", Text, false)
            .column("user_id", Text, false)
            .column("client_id", Text, true)
            .column("kind", Text, false)
            .column("created_at", Int, false)
            .column("expires_at", Int, false)
            .key(&["org_id", "hash"])
            .index(&["org_id", "user_id"])
            .index(&["expires_at"]),
        Table::new("oauth_clients")
            .column("org_id", Text, false)
            .column("id", Text, false)
            .column("name", Text, false)
            .column("secret_hash", Text, false)
            .column("grants", Text, false)
            .column("run_as", Text, true)
            .column("created_at", Int, false)
            .key(&["org_id", "id"]),
        Table::new("publisher_keys")
            .column("org_id", Text, false)
            .column("id", Text, false)
            .column("name", Text, false)
            .column("generation", Int, false)
            .column("hash", Text, false)
            .column("created_by", Text, false)
            .column("created_at", Int, false)
            .column("rotated_at", Int, true)
            .key(&["org_id", "id"]),
        Table::new("permission_set_assignments")
            .column("org_id", Text, false)
            .column("user_id", Text, false)
            .column("permission_set_id", Text, false)
            .key(&["org_id", "user_id", "permission_set_id"]),
    ]
}

/// Both halves of §4: what an org has to send, and what it has received.
///
/// `due_at > 0`, which is always so, keeps the index of due messages from those who ask for the first
/// of a queue: where few messages wait, PostgreSQL takes all indexes for equally good, and where many
/// do, only the one of queues is.
fn messages() -> Vec<Table> {
    vec![
        Table::new("outbox")
            .column("org_id", Text, false)
            .column("id", Text, false)
            .column("to_org", Text, false)
            .column("queue", Text, false)
            .column("seq", Int, false)
            .column("kind", Text, false)
            .column("revision", Int, false)
            .column("body", Text, false)
            .column("created_at", Int, false)
            .key(&["org_id", "id"])
            .unique(&["org_id", "queue", "seq"]),
        Table::new("inbox")
            .column("org_id", Text, false)
            .column("id", Text, false)
            .column("from_org", Text, false)
            .column("queue", Text, false)
            .column("seq", Int, false)
            .column("kind", Text, false)
            .column("revision", Int, false)
            .column("body", Text, false)
            .column("received_at", Int, false)
            .column("done_at", Int, true)
            .column("due_at", Int, false)
            .column("attempts", Int, false)
            .column("reason_code", Text, true)
            .column("reason", Text, true)
            .column("fix", Text, true)
            .key(&["org_id", "id"])
            .add_index(&["org_id", "queue", "seq"], false, Some("done_at IS NULL"))
            .add_index(
                &["org_id", "due_at"],
                false,
                Some("done_at IS NULL AND due_at > 0"),
            )
            .add_index(&["done_at"], false, Some("done_at IS NOT NULL")),
    ]
}

fn org_settings() -> Vec<Table> {
    vec![
        Table::new("counters")
            .column("org_id", Text, false)
            .column("name", Text, false)
            .column("value", Int, false)
            .key(&["org_id", "name"]),
        Table::new("connections")
            .column("org_id", Text, false)
            .column("packaging_org", Text, false)
            .column("connected_by", Text, false)
            .column("connected_at", Int, false)
            .key(&["org_id", "packaging_org"]),
        Table::new("installs")
            .column("org_id", Text, false)
            .column("id", Text, false)
            .column("package_id", Text, false)
            .column("version_id", Text, false)
            .column("package_license", Text, true)
            .column("stage", Text, false)
            .column("reason", Text, true)
            .column("access", Text, false)
            .column("user_id", Text, false)
            .column("unseated", Int, false)
            .column("unseated_first", Text, true)
            .column("minted_key", Int, false)
            .column("requested_at", Int, false)
            .column("finished_at", Int, true)
            .key(&["org_id", "id"])
            .index(&["org_id", "package_id"]),
        Table::new("jobs")
            .column("org_id", Text, false)
            .column("id", Text, false)
            .column("kind", Text, false)
            .column("subject", Text, false)
            .column("state", Text, false)
            .column("cursor", Text, false)
            .column("progress", Text, false)
            .column("reason", Text, true)
            .column("requested_by", Text, false)
            .column("requested_at", Int, false)
            .column("finished_at", Int, true)
            .column("lease_until", Int, false)
            .key(&["org_id", "id"])
            .add_index(
                &["org_id", "kind", "subject"],
                true,
                Some("finished_at IS NULL"),
            )
            .add_index(&["lease_until"], false, Some("finished_at IS NULL")),
        Table::new("install_counts")
            .column("org_id", Text, false)
            .column("package_id", Text, false)
            .column("subscriber_org", Text, false)
            .column("revision", Int, false)
            .column("requested", Int, false)
            .column("confirmed", Int, false)
            .column("succeeded", Int, false)
            .column("cancelled", Int, false)
            .column("failed", Int, false)
            .key(&["org_id", "package_id", "subscriber_org"]),
        Table::new("idempotency")
            .column("org_id", Text, false)
            .column("actor", Text, false)
            .column("route", Text, false)
            .column("idempotency_key", Text, false)
            .column("body_hash", Text, false)
            .column("started_at", Int, false)
            .column("subject", Text, true)
            .column("status", Int, true)
            .column("answer", Text, true)
            .key(&["org_id", "actor", "route", "idempotency_key"])
            .index(&["started_at"]),
        Table::new("custom_fields")
            .column("org_id", Text, false)
            .column("object", Text, false)
            .column("name", Text, false)
            .column("definition", Text, false)
            .column("created_at", Int, false)
            .key(&["org_id", "object", "name"]),
        Table::new("custom_values")
            .column("org_id", Text, false)
            .column("object", Text, false)
            .column("field", Text, false)
            .column("value", Text, false)
            .column("holder", Text, false)
            .column("id", Text, false)
            .key(&["org_id", "object", "field", "value", "holder"])
            .index(&["org_id", "id"]),
    ]
}
