//! The publisher converts the lead of the install.

use serde_json::json;

use crate::failure::Failure;
use crate::http::Method;
use crate::story::Step;
use crate::story::world::{World, client, only, record, same, soql, text};

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "lead converted",
        rules: &["R-LEAD-4"],
        needs: &["lead appears"],
        run: convert,
    },
    Step {
        name: "license has the account and the contact",
        rules: &["R-LEAD-4", "R-LEAD-6"],
        needs: &["lead converted"],
        run: license,
    },
    Step {
        name: "converted lead is converted once and read-only",
        rules: &["R-LEAD-4", "R-LEAD-5"],
        needs: &["lead converted"],
        run: once,
    },
];

/// The status that ends a conversion, as the org lists it.
fn status(world: &World) -> Result<String, Failure> {
    let rows = soql(
        client(world.business.as_ref())?,
        "SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true",
    )?;
    text(&only(rows)?, "MasterLabel")
}

fn convert(world: &mut World) -> Result<String, Failure> {
    let status = status(world)?;
    let business = client(world.business.as_ref())?;
    let lead = world.known("lead")?;
    let path = format!("/api/v1/leads/{lead}/convert");
    let made = business.post(&path, &json!({"converted_status": status}))?;
    let (account, contact) = (text(&made, "account_id")?, text(&made, "contact_id")?);
    let opportunity = text(&made, "opportunity_id")?;
    let seen = record(business, "Lead", lead)?;
    same("converted", &seen["IsConverted"], true)?;
    same("status", &seen["Status"], status)?;
    same("account", &seen["ConvertedAccountId"], account.as_str())?;
    let person = record(business, "Contact", &contact)?;
    same("contact's account", &person["AccountId"], account.as_str())?;
    same("contact's email", &person["Email"], seen["Email"].clone())?;
    let sale = record(business, "Opportunity", &opportunity)?;
    same("opportunity's name", &sale["Name"], seen["Company"].clone())?;
    world.keep("account", account);
    world.keep("contact", contact);
    Ok("account, contact and opportunity, read as records".into())
}

fn license(world: &mut World) -> Result<String, Failure> {
    let row = world.license_row("sfLma__Account__c, sfLma__Contact__c, sfLma__Lead__c")?;
    same(
        "account",
        &row["sfLma__Account__c"],
        world.known("account")?,
    )?;
    same(
        "contact",
        &row["sfLma__Contact__c"],
        world.known("contact")?,
    )?;
    same("lead", &row["sfLma__Lead__c"], world.known("lead")?)?;
    let path = format!("/api/v1/licenses?contact={}", world.known("contact")?);
    let page = client(world.business.as_ref())?.get(&path)?;
    let listed = only(page["items"].as_array().cloned().unwrap_or_default())?;
    same("listed", &listed["id"], world.known("license")?)?;
    Ok("read by SOQL, listed by contact".into())
}

fn once(world: &mut World) -> Result<String, Failure> {
    let status = status(world)?;
    let business = client(world.business.as_ref())?;
    let path = format!("/api/v1/leads/{}", world.known("lead")?);
    let again = json!({"converted_status": status});
    let convert = format!("{path}/convert");
    let refused = business.send(Method::Post, &convert, Some(&again), None)?;
    same(
        "code",
        &refused.code().into(),
        "CANNOT_UPDATE_CONVERTED_LEAD",
    )?;
    let seen = business.get(&path)?;
    same("converted", &seen["converted"], true)?;
    same("contact", &seen["contact_id"], world.known("contact")?)?;
    Ok("CANNOT_UPDATE_CONVERTED_LEAD, still the first contact".into())
}
