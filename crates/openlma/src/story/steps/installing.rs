//! The install, the lead and the license that follow from it, seats, checks.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::http::Method;
use crate::story::Step;
use crate::story::world::{World, client, follows, only, record, same, soql, text};

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "package installed",
        rules: &["R-INS-1", "R-CHK-5"],
        needs: &["registration done", "subscriber's users made"],
        run: install,
    },
    Step {
        name: "install repeated with the same key",
        rules: &["R-INS-9"],
        needs: &["package installed"],
        run: repeat,
    },
    Step {
        name: "license appears",
        rules: &["R-LIC-1", "R-LIC-3", "R-SYN-1"],
        needs: &["package installed"],
        run: license,
    },
    Step {
        name: "lead appears",
        rules: &["R-LEAD-1"],
        needs: &["license appears", "lead manager set"],
        run: lead,
    },
    Step {
        name: "seat assigned",
        rules: &["R-SEAT-1", "R-LIC-8"],
        needs: &["license appears"],
        run: seat,
    },
    Step {
        name: "first user is licensed",
        rules: &["R-CHK-1", "R-CHK-2"],
        needs: &["seat assigned"],
        run: licensed,
    },
    Step {
        name: "second user is not: NoSeat",
        rules: &["R-CHK-2"],
        needs: &["seat assigned"],
        run: no_seat,
    },
    Step {
        name: "no seat beyond the last",
        rules: &["R-SEAT-1"],
        needs: &["seat assigned"],
        run: limit,
    },
];

/// The request of the install, the same each time.
fn request(world: &World) -> Result<(Value, String), Failure> {
    let body = json!({"version_id": world.known("version")?, "access": "administrators"});
    Ok((body, format!("story-{}", world.tag)))
}

fn install(world: &mut World) -> Result<String, Failure> {
    let (body, once) = request(world)?;
    let admin = client(world.subscriber.as_ref())?;
    let made = admin.send(Method::Post, "/api/v1/installs", Some(&body), Some(&once))?;
    let made = made.success()?;
    same("stage", &made["stage"], "Succeeded")?;
    let copy = text(&made, "package_license_id")?;
    let rows = soql(
        admin,
        &format!("SELECT Status, AllowedLicenses FROM PackageLicense WHERE Id = '{copy}'"),
    )?;
    same("seats", &only(rows)?["AllowedLicenses"], 2)?;
    world.keep("install", text(&made, "id")?);
    world.keep("copy", copy);
    world.keep("installation key", text(&made, "installation_key")?);
    Ok("Succeeded, with an installation key; PackageLicense read by SOQL".into())
}

fn repeat(world: &mut World) -> Result<String, Failure> {
    let (body, once) = request(world)?;
    let admin = client(world.subscriber.as_ref())?;
    let again = admin.send(Method::Post, "/api/v1/installs", Some(&body), Some(&once))?;
    let again = again.success()?;
    same("install", &again["id"], world.known("install")?)?;
    same(
        "key",
        &again["installation_key"],
        world.known("installation key")?,
    )?;
    let rows = soql(admin, "SELECT Id FROM PackageLicense")?;
    only(rows)?;
    Ok("the same install and key, one PackageLicense".into())
}

fn license(world: &mut World) -> Result<String, Failure> {
    let business = client(world.business.as_ref())?;
    let row = follows("the license to appear", || {
        let rows = soql(
            business,
            "SELECT Id, Name, sfLma__Status__c, sfLma__Seats__c, sfLma__Package_License_ID__c \
             FROM sfLma__License__c",
        )?;
        Ok(rows.into_iter().next())
    })?;
    let id = text(&row, "Id")?;
    let seen = business.get(&format!("/api/v1/licenses/{id}"))?;
    same("status", &seen["status"], "Trial")?;
    same("seats", &seen["seats"], 2)?;
    same("days to expiry", &seen["days_to_expiry"], 30)?;
    same("copy", &seen["package_license_id"], world.known("copy")?)?;
    world.keep("license", id);
    Ok(format!(
        "{}, Trial, 30 days left, 2 seats",
        text(&row, "Name")?
    ))
}

fn lead(world: &mut World) -> Result<String, Failure> {
    let business = client(world.business.as_ref())?;
    let page = business.get("/api/v1/leads?source=Package%20Installation")?;
    let lead = only(page["items"].as_array().cloned().unwrap_or_default())?;
    let seen = record(business, "Lead", &text(&lead, "id")?)?;
    same("source", &seen["LeadSource"], "Package Installation")?;
    same("owner", &seen["OwnerId"], world.known("lead manager")?)?;
    same(
        "license's lead",
        &world.license()?["lead_id"],
        lead["id"].clone(),
    )?;
    world.keep("lead", text(&lead, "id")?);
    Ok("owned by the lead manager, tied to the license".into())
}

/// Assigns a seat to a user.
pub(super) fn assign(world: &World, user: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/packages/{}/seats", world.namespace());
    let users = json!({"users": [world.username(user, "subscriber")]});
    client(world.subscriber.as_ref())?
        .post(&path, &users)
        .map(drop)
}

fn seat(world: &mut World) -> Result<String, Failure> {
    assign(world, "first")?;
    let rows = soql(
        client(world.subscriber.as_ref())?,
        "SELECT UserId FROM UserPackageLicense",
    )?;
    same("seats", &Value::from(rows.len()), 2)?;
    follows("the publisher to see two used seats", || {
        let row = world.license_row("sfLma__Used_Licenses__c")?;
        Ok((row["sfLma__Used_Licenses__c"].as_f64() == Some(2.0)).then_some(()))
    })?;
    Ok("two used, in the subscriber's org and on the license".into())
}

fn licensed(world: &mut World) -> Result<String, Failure> {
    let (licensed, reason) = world.check(&world.username("first", "subscriber"))?;
    same("reason", &Value::from(reason.as_str()), "Licensed")?;
    same("licensed", &Value::from(licensed), true)?;
    let (_, by_external_id) = world.check("number-One")?;
    same("by external id", &Value::from(by_external_id), "Licensed")?;
    Ok("Licensed, by user name and by external id".into())
}

fn no_seat(world: &mut World) -> Result<String, Failure> {
    let (licensed, reason) = world.check(&world.username("second", "subscriber"))?;
    same("reason", &Value::from(reason), "NoSeat")?;
    same("licensed", &Value::from(licensed), false)?;
    Ok("not licensed, NoSeat".into())
}

fn limit(world: &mut World) -> Result<String, Failure> {
    let path = format!("/api/v1/packages/{}/seats", world.namespace());
    let users = json!({"users": [world.username("second", "subscriber")]});
    let admin = client(world.subscriber.as_ref())?;
    let refused = admin.send(Method::Post, &path, Some(&users), None)?;
    same(
        "code",
        &Value::from(refused.code()),
        "LICENSE_LIMIT_EXCEEDED",
    )?;
    let seen = admin.get(&path)?;
    same("used", &seen["used"], 2)?;
    Ok("LICENSE_LIMIT_EXCEEDED, still two used".into())
}
