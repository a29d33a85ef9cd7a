//! Licenses in the caller's business org, and their history (§5).

use openlma_app::{Actor, App};
use openlma_core::catalog::names;
use openlma_core::license::expiry::EffectiveStatus;
use openlma_core::license::{Seats, Status, field};
use openlma_core::{Code, Error, Id, Result};
use openlma_wire as wire;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problem;
use super::convert::{id, seats_out};
use super::describe::Reads;
use super::reading::{By, Filter, List, Paging, Row};
use crate::auth::User;
use crate::extract::{Json, Path, Query};
use crate::state::State;

/// Namespace of a license's package.
const NAMESPACE: &str = "sfLma__Package__r.olma__Namespace__c";
/// Status with expiry.
const EFFECTIVE: &str = "olma__Effective_Status__c";
/// The subscriber's org.
const ORG: &str = "sfLma__Subscriber_Org_ID__c";

/// The records that show their licenses (R-LEAD-6).
const LEAD: &str = "sfLma__Lead__c";
const ACCOUNT: &str = "sfLma__Account__c";
const CONTACT: &str = "sfLma__Contact__c";

const COLUMNS: &[&str] = &[
    "Id",
    "Name",
    field::STATUS,
    EFFECTIVE,
    field::SEATS,
    field::USED,
    field::AVAILABLE_SEATS,
    field::EXPIRATION,
    "olma__Days_To_Expiry__c",
    field::ACCESS_ENDS_AT,
    field::INSTALL_DATE,
    field::UNINSTALLED_AT,
    field::LICENSE_TYPE,
    "sfLma__Package__c",
    "sfLma__Package__r.Name",
    "sfLma__Package__r.sfLma__Package_ID__c",
    NAMESPACE,
    "sfLma__Version_Number__c",
    ORG,
    "olma__Subscriber_Org_Name__c",
    "sfLma__Org_Type__c",
    field::ORG_STATUS,
    "sfLma__Org_Instance__c",
    "sfLma__Subscriber_Org_Is_Sandbox__c",
    field::PACKAGE_LICENSE_ID,
    LEAD,
    ACCOUNT,
    CONTACT,
    "olma__Sync_State__c",
    "olma__Sync_Error__c",
    "sfLma__Last_Modified__c",
    "CreatedDate",
    "LastModifiedDate",
];

/// The object with the history of licenses.
const HISTORY: &str = "sfLma__License__History";
const HISTORY_COLUMNS: &[&str] = &[
    "Id",
    "Field",
    "OldValue",
    "NewValue",
    "CreatedById",
    "CreatedBy.Name",
    "CreatedDate",
];

/// Which licenses.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Of the package with this namespace.
    namespace: Option<String>,
    /// With this status as written.
    #[param(value_type = Option<wire::words::LicenseStatus>)]
    status: Option<String>,
    /// With this status, expiry taken into account.
    #[param(value_type = Option<wire::words::EffectiveStatus>)]
    effective_status: Option<String>,
    /// Of this subscriber org.
    org: Option<String>,
    /// Of this lead.
    lead: Option<String>,
    /// Of this account.
    account: Option<String>,
    /// Of this contact.
    contact: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Most rows of the page; 100 when not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Licenses, oldest first.
#[utoipa::path(
    get, path = "/licenses", tag = "licenses", params(Wanted),
    responses((status = 200, description = "A page of them", body = wire::Page<wire::License>), Reads)
)]
pub(super) async fn list_licenses(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Query(wanted): Query<Wanted>,
) -> Result<Json<wire::Page<wire::License>>, Problem> {
    let paging = Paging {
        cursor: wanted.cursor.clone(),
        limit: wanted.limit,
    };
    let list = List {
        object: names::LICENSE,
        columns: COLUMNS,
        filter: wanted.filter()?,
        by: By::Oldest,
    };
    let (rows, next) = list.page(&state.app, &actor, &paging).await?;
    Ok(Json(wire::Page {
        items: rows.iter().map(shown).collect::<Result<_>>()?,
        next,
    }))
}

impl Wanted {
    fn filter(&self) -> Result<Filter> {
        let mut filter = Filter::default();
        if let Some(namespace) = &self.namespace {
            filter.is(NAMESPACE, namespace);
        }
        if let Some(status) = &self.status {
            filter.is(field::STATUS, Status::parse(status)?.as_str());
        }
        if let Some(status) = &self.effective_status {
            filter.is(EFFECTIVE, EffectiveStatus::parse(status)?.as_str());
        }
        if let Some(org) = &self.org {
            filter.is_id(ORG, id(org, "org")?);
        }
        for (wanted, member, look_up) in [
            (&self.lead, "lead", LEAD),
            (&self.account, "account", ACCOUNT),
            (&self.contact, "contact", CONTACT),
        ] {
            if let Some(wanted) = wanted {
                filter.is(look_up, &id(wanted, member)?.to_string());
            }
        }
        Ok(filter)
    }
}

/// One license.
#[utoipa::path(
    get, path = "/licenses/{id}", tag = "licenses",
    params(("id" = String, Path, description = "The license")),
    responses((status = 200, description = "The license", body = wire::License), Reads)
)]
pub(super) async fn get_license(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(license): Path<String>,
) -> Result<Json<wire::License>, Problem> {
    let row = find(&state.app, &actor, id(&license, "id")?, COLUMNS).await?;
    Ok(Json(shown(&row)?))
}

/// The history of a license, newest first.
#[utoipa::path(
    get, path = "/licenses/{id}/history", tag = "licenses",
    params(("id" = String, Path, description = "The license"), Paging),
    responses((status = 200, description = "A page of it", body = wire::Page<wire::HistoryEntry>), Reads)
)]
pub(super) async fn license_history(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(license): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<wire::Page<wire::HistoryEntry>>, Problem> {
    let license = id(&license, "id")?;
    find(&state.app, &actor, license, &["Id"]).await?;
    let mut filter = Filter::default();
    filter.is("ParentId", &license.to_string());
    // A look-up's change has two rows: names, which are shown, and ids.
    filter.is_not("DataType", "EntityId");
    let list = List {
        object: HISTORY,
        columns: HISTORY_COLUMNS,
        filter,
        by: By::Newest,
    };
    let (rows, next) = list.page(&state.app, &actor, &paging).await?;
    Ok(Json(wire::Page {
        items: rows.iter().map(entry).collect(),
        next,
    }))
}

async fn find(
    app: &App,
    actor: &Actor,
    license: Id,
    columns: &'static [&'static str],
) -> Result<Row> {
    let mut filter = Filter::default();
    filter.is("Id", &license.to_string());
    let list = List {
        object: names::LICENSE,
        columns,
        filter,
        by: By::Oldest,
    };
    let found = list.first(app, actor).await?;
    found.ok_or_else(|| Error::new(Code::NotFound, "there is no such license"))
}

fn shown(row: &Row) -> Result<wire::License> {
    let seats = row
        .whole(field::SEATS)
        .map(Seats::from_stored)
        .transpose()?;
    Ok(wire::License {
        id: row.text("Id").unwrap_or_default(),
        name: row.text("Name"),
        status: row.text(field::STATUS),
        effective_status: row.text(EFFECTIVE),
        seats: seats.map(seats_out),
        used: row.whole(field::USED),
        available: row.whole(field::AVAILABLE_SEATS),
        expires_on: row.text(field::EXPIRATION),
        days_to_expiry: row.whole("olma__Days_To_Expiry__c"),
        access_ends_at: row.text(field::ACCESS_ENDS_AT),
        install_date: row.text(field::INSTALL_DATE),
        uninstalled_at: row.text(field::UNINSTALLED_AT),
        license_type: row.text(field::LICENSE_TYPE),
        package_id: row.id_text("sfLma__Package__r.sfLma__Package_ID__c"),
        package_record_id: row.text("sfLma__Package__c"),
        package_name: row.text("sfLma__Package__r.Name"),
        namespace: row.text(NAMESPACE),
        version: row.text("sfLma__Version_Number__c"),
        org_id: row.id_text(ORG),
        org_name: row.text("olma__Subscriber_Org_Name__c"),
        org_type: row.text("sfLma__Org_Type__c"),
        org_status: row.text(field::ORG_STATUS),
        org_instance: row.text("sfLma__Org_Instance__c"),
        sandbox: row.flag("sfLma__Subscriber_Org_Is_Sandbox__c"),
        package_license_id: row.id_text(field::PACKAGE_LICENSE_ID),
        lead_id: row.text(LEAD),
        account_id: row.text(ACCOUNT),
        contact_id: row.text(CONTACT),
        sync: row.text("olma__Sync_State__c"),
        sync_error: row.text("olma__Sync_Error__c"),
        current_as_of: row.text("sfLma__Last_Modified__c"),
        created_at: row.text("CreatedDate"),
        modified_at: row.text("LastModifiedDate"),
    })
}

fn entry(row: &Row) -> wire::HistoryEntry {
    let field = row.text("Field").unwrap_or_default();
    let value = |column| row.text(column).map(|json| plain(&field, &json));
    wire::HistoryEntry {
        id: row.text("Id").unwrap_or_default(),
        from: value("OldValue"),
        to: value("NewValue"),
        user_id: row.text("CreatedById"),
        user_name: row.text("CreatedBy.Name"),
        at: row.text("CreatedDate"),
        field,
    }
}

/// A value of history, which is kept as JSON, as people read it.
fn plain(field_name: &str, json: &str) -> String {
    use serde_json::Value as Json;
    match serde_json::from_str(json) {
        Ok(Json::String(text)) => text,
        Ok(Json::Number(n)) if field_name == field::SEATS => {
            let seats = Seats::from_number(n.as_f64().unwrap_or_default());
            seats.map_or_else(|_| n.to_string(), Seats::licensed_seats_text)
        }
        Ok(other) => other.to_string(),
        Err(_) => json.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::catalog::Catalog;
    use openlma_core::license::field;

    use super::{COLUMNS, HISTORY, HISTORY_COLUMNS, plain};

    /// R-LIC-10: history reads as a dry run's changes do.
    #[test]
    fn r_lic_10_history_values() {
        assert_eq!(plain(field::STATUS, "\"Active\""), "Active");
        assert_eq!(plain(field::SEATS, "-1.0"), "Site License");
        assert_eq!(plain(field::SEATS, "5.0"), "5");
        assert_eq!(plain(field::EXPIRATION, "\"2026-01-31\""), "2026-01-31");
    }

    #[test]
    fn columns_exist() {
        for (name, columns) in [("sfLma__License__c", COLUMNS), (HISTORY, HISTORY_COLUMNS)] {
            let object = Catalog::standard().known(name);
            for column in columns.iter().filter(|c| !c.contains('.')) {
                assert!(object.field(column).is_some(), "{column}");
            }
        }
    }
}
