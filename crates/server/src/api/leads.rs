//! Leads in the caller's business org (§7).

use openlma_core::catalog::names;
use openlma_core::{Code, Error, Result};
use openlma_wire as wire;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problem;
use super::convert::id;
use super::describe::Reads;
use super::reading::{By, Filter, List, Paging, Row};
use crate::auth::User;
use crate::extract::{Json, Path, Query};
use crate::state::State;

const OWNER_NAME: &str = "Owner.Name";

const COLUMNS: &[&str] = &[
    "Id",
    "Name",
    "FirstName",
    "LastName",
    "Company",
    "Email",
    "Country",
    "State",
    "Status",
    "LeadSource",
    "sfLma__Subscriber_Org_Type__c",
    "OwnerId",
    OWNER_NAME,
    "IsConverted",
    "ConvertedDate",
    "ConvertedAccountId",
    "ConvertedContactId",
    "ConvertedOpportunityId",
    "CreatedDate",
];

/// Which leads.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// From this source, such as `Package Installation`.
    source: Option<String>,
    /// With this email, ignoring case.
    email: Option<String>,
    /// Only those that have been converted, or only those that have not.
    converted: Option<bool>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Most rows of the page; 100 when not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Leads, newest first.
#[utoipa::path(
    get, path = "/leads", tag = "leads", params(Wanted),
    responses((status = 200, description = "A page of them", body = wire::Page<wire::Lead>), Reads)
)]
pub(super) async fn list_leads(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Query(wanted): Query<Wanted>,
) -> Result<Json<wire::Page<wire::Lead>>, Problem> {
    let paging = Paging {
        cursor: wanted.cursor.clone(),
        limit: wanted.limit,
    };
    let list = List {
        object: names::LEAD,
        columns: COLUMNS,
        filter: wanted.filter(),
        by: By::Newest,
    };
    let (rows, next) = list.page(&state.app, &actor, &paging).await?;
    Ok(Json(wire::Page {
        items: rows.iter().map(shown).collect(),
        next,
    }))
}

impl Wanted {
    fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        if let Some(source) = &self.source {
            filter.is("LeadSource", source);
        }
        if let Some(email) = &self.email {
            filter.is("Email", email);
        }
        if let Some(converted) = self.converted {
            filter.flag("IsConverted", converted);
        }
        filter
    }
}

/// One lead.
#[utoipa::path(
    get, path = "/leads/{id}", tag = "leads",
    params(("id" = String, Path, description = "The lead")),
    responses((status = 200, description = "The lead", body = wire::Lead), Reads)
)]
pub(super) async fn get_lead(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(lead): Path<String>,
) -> Result<Json<wire::Lead>, Problem> {
    let mut filter = Filter::default();
    filter.is("Id", &id(&lead, "id")?.to_string());
    let list = List {
        object: names::LEAD,
        columns: COLUMNS,
        filter,
        by: By::Oldest,
    };
    let found = list.first(&state.app, &actor).await?;
    let row = found.ok_or_else(|| Error::new(Code::NotFound, "there is no such lead"))?;
    Ok(Json(shown(&row)))
}

fn shown(row: &Row) -> wire::Lead {
    wire::Lead {
        id: row.text("Id").unwrap_or_default(),
        name: row.text("Name"),
        first_name: row.text("FirstName"),
        last_name: row.text("LastName"),
        company: row.text("Company"),
        email: row.text("Email"),
        country: row.text("Country"),
        state: row.text("State"),
        status: row.text("Status"),
        source: row.text("LeadSource"),
        subscriber_org_type: row.text("sfLma__Subscriber_Org_Type__c"),
        owner_id: row.text("OwnerId"),
        owner_name: row.text(OWNER_NAME),
        converted: row.flag("IsConverted"),
        converted_on: row.text("ConvertedDate"),
        account_id: row.text("ConvertedAccountId"),
        contact_id: row.text("ConvertedContactId"),
        opportunity_id: row.text("ConvertedOpportunityId"),
        created_at: row.text("CreatedDate"),
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::catalog::Catalog;

    #[test]
    fn columns_exist() {
        let object = Catalog::standard().known("Lead");
        for column in super::COLUMNS {
            let field = column.replace("Owner.Name", "OwnerId");
            assert!(object.field(&field).is_some(), "{column}");
        }
    }
}
