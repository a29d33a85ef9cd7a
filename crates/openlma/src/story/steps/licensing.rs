//! The publisher modifies the license; the subscriber upgrades; an org's own field.

use serde_json::{Value, json};

use super::installing::assign;
use super::publishing::upload;
use crate::failure::Failure;
use crate::story::Step;
use crate::story::world::{World, client, follows, patch, same, soql};

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "modification tried out",
        rules: &["R-LIC-10"],
        needs: &["license appears"],
        run: dry_run,
    },
    Step {
        name: "seats, expiration and status modified",
        rules: &["R-LIC-2", "R-LIC-10", "R-SYN-3"],
        needs: &["license appears"],
        run: modify,
    },
    Step {
        name: "second user gets a seat",
        rules: &["R-LIC-6", "R-SEAT-1"],
        needs: &["seats, expiration and status modified", "seat assigned"],
        run: second_seat,
    },
    Step {
        name: "license suspended",
        rules: &["R-LIC-2", "R-CHK-2"],
        needs: &["seats, expiration and status modified", "seat assigned"],
        run: suspend,
    },
    Step {
        name: "license active again",
        rules: &["R-LIC-2", "R-CHK-4"],
        needs: &["license suspended"],
        run: resume,
    },
    Step {
        name: "history kept",
        rules: &["R-LIC-10"],
        needs: &["seats, expiration and status modified"],
        run: history,
    },
    Step {
        name: "higher version uploaded and installed",
        rules: &["R-INS-5", "R-PKG-5"],
        needs: &["license appears"],
        run: upgrade,
    },
    Step {
        name: "custom field defined, written, queried",
        rules: &["R-AUT-7"],
        needs: &["license appears"],
        run: custom_field,
    },
];

/// What the story makes of the license: a year from some fixed day far ahead.
fn terms() -> Value {
    json!({"status": "Active", "seats": 3, "expires_on": "2099-12-31"})
}

fn ask(world: &World, mut request: Value, dry_run: bool) -> Result<Value, Failure> {
    request["dry_run"] = dry_run.into();
    let path = format!("/api/v1/licenses/{}/modify", world.known("license")?);
    client(world.business.as_ref())?.post(&path, &request)
}

fn dry_run(world: &mut World) -> Result<String, Failure> {
    let answer = ask(world, terms(), true)?;
    let changes = answer["changes"].as_array().map_or(0, Vec::len);
    same("changes", &Value::from(changes), 3)?;
    let row = world.license_row("sfLma__Status__c, sfLma__Seats__c")?;
    same("status", &row["sfLma__Status__c"], "Trial")?;
    same("seats", &row["sfLma__Seats__c"], 2)?;
    Ok("three changes announced, none written".into())
}

fn modify(world: &mut World) -> Result<String, Failure> {
    let answer = ask(world, terms(), false)?;
    same("sync", &answer["sync"], "InSync")?;
    let row = world.license_row("sfLma__Status__c, sfLma__Seats__c, sfLma__Expiration__c")?;
    same("status", &row["sfLma__Status__c"], "Active")?;
    same("seats", &row["sfLma__Seats__c"], 3)?;
    same("expiration", &row["sfLma__Expiration__c"], "2099-12-31")?;
    let copy = soql(
        client(world.subscriber.as_ref())?,
        "SELECT Status, AllowedLicenses FROM PackageLicense",
    )?;
    same("copy's status", &copy[0]["Status"], "Active")?;
    same("copy's seats", &copy[0]["AllowedLicenses"], 3)?;
    Ok("InSync; both copies read by SOQL".into())
}

fn second_seat(world: &mut World) -> Result<String, Failure> {
    assign(world, "second")?;
    world.check_becomes(&world.username("second", "subscriber"), "Licensed")
}

fn set_status(world: &World, status: &str) -> Result<(), Failure> {
    let business = client(world.business.as_ref())?;
    let to = json!({"sfLma__Status__c": status});
    patch(business, "sfLma__License__c", world.known("license")?, &to)
}

fn suspend(world: &mut World) -> Result<String, Failure> {
    set_status(world, "Suspended")?;
    same("status", &world.license()?["status"], "Suspended")?;
    world.check_becomes(&world.username("first", "subscriber"), "Suspended")
}

fn resume(world: &mut World) -> Result<String, Failure> {
    set_status(world, "Active")?;
    world.check_becomes(&world.username("first", "subscriber"), "Licensed")
}

fn history(world: &mut World) -> Result<String, Failure> {
    let business = client(world.business.as_ref())?;
    let license = world.known("license")?;
    let page = business.get(&format!("/api/v1/licenses/{license}/history"))?;
    let shown = page["items"].as_array().cloned().unwrap_or_default();
    let seats = shown.iter().find(|e| e["field"] == "sfLma__Seats__c");
    let seats = seats.cloned().unwrap_or_default();
    same("from", &seats["from"], "2")?;
    same("to", &seats["to"], "3")?;
    let rows = soql(
        business,
        &format!("SELECT Field FROM sfLma__License__History WHERE ParentId = '{license}'"),
    )?;
    same("entries", &Value::from(rows.len()), shown.len())?;
    Ok(format!("{} entries, by API and by SOQL", rows.len()))
}

fn upgrade(world: &mut World) -> Result<String, Failure> {
    upload(world, "1.1", "higher version")?;
    let path = format!("/api/v1/installs/{}/upgrade", world.known("install")?);
    let higher = json!({"version_id": world.known("higher version")?});
    let answer = client(world.subscriber.as_ref())?.post(&path, &higher)?;
    same("stage", &answer["stage"], "Succeeded")?;
    follows("the license to show version 1.1", || {
        let row = world.license_row("sfLma__Version_Number__c, sfLma__Package_Version__r.Name")?;
        Ok((row["sfLma__Version_Number__c"] == "1.1").then_some(()))
    })?;
    Ok("1.1 on the license, read by SOQL".into())
}

fn custom_field(world: &mut World) -> Result<String, Failure> {
    let business = client(world.business.as_ref())?;
    let license = world.known("license")?;
    let field = json!({
        "object": "sfLma__License__c",
        "name": "Order_Number__c",
        "label": "Order Number",
        "type": "text",
        "length": 40,
        "indexed": true,
    });
    business.post("/api/v1/fields", &field)?;
    let to = json!({"Order_Number__c": "ORDER-7"});
    patch(business, "sfLma__License__c", license, &to)?;
    let rows = soql(
        business,
        "SELECT Id, Order_Number__c FROM sfLma__License__c WHERE Order_Number__c = 'ORDER-7'",
    )?;
    same("found", &Value::from(rows.len()), 1)?;
    same("license", &rows[0]["Id"], license)?;
    Ok("ORDER-7, found by it".into())
}
