//! The package goes and comes back.

use serde_json::{Value, json};

use super::installing::assign;
use crate::failure::Failure;
use crate::story::Step;
use crate::story::world::{World, client, follows, same, soql, text};

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "package uninstalled",
        rules: &["R-INS-7"],
        needs: &["license appears"],
        run: uninstall,
    },
    Step {
        name: "license is Uninstalled",
        rules: &["R-INS-7", "R-LIC-2", "R-LIC-8"],
        needs: &["package uninstalled"],
        run: uninstalled,
    },
    Step {
        name: "package installed again: the license revives",
        rules: &["R-INS-7", "R-LIC-2", "R-LIC-12"],
        needs: &["license is Uninstalled"],
        run: reinstall,
    },
    Step {
        name: "a new seat licenses the first user again",
        rules: &["R-SEAT-1", "R-CHK-2"],
        needs: &["package installed again: the license revives"],
        run: seat,
    },
];

fn uninstall(world: &mut World) -> Result<String, Failure> {
    let path = format!("/api/v1/installs/{}", world.known("install")?);
    let admin = client(world.subscriber.as_ref())?;
    admin.delete(&path)?;
    let seats = soql(admin, "SELECT Id FROM UserPackageLicense")?;
    same("seats", &Value::from(seats.len()), 0)?;
    world.check_becomes(&world.username("first", "subscriber"), "Uninstalled")
}

fn uninstalled(world: &mut World) -> Result<String, Failure> {
    follows("the license to be Uninstalled", || {
        let row = world.license_row("sfLma__Status__c, sfLma__Used_Licenses__c")?;
        let gone = row["sfLma__Status__c"] == "Uninstalled";
        Ok((gone && row["sfLma__Used_Licenses__c"].is_null()).then_some(()))
    })?;
    Ok("Uninstalled, used seats blank, read by SOQL".into())
}

fn reinstall(world: &mut World) -> Result<String, Failure> {
    let admin = client(world.subscriber.as_ref())?;
    let version = world
        .known("higher version")
        .or_else(|_| world.known("version"))?;
    let made = admin.post("/api/v1/installs", &json!({"version_id": version}))?;
    same("stage", &made["stage"], "Succeeded")?;
    same("copy", &made["package_license_id"], world.known("copy")?)?;
    let row = follows("the license to revive", || {
        let row = world.license_row("Name, sfLma__Status__c")?;
        Ok((row["sfLma__Status__c"] != "Uninstalled").then_some(row))
    })?;
    let key = made["installation_key"].as_str().map(str::to_owned);
    world.keep("install", text(&made, "id")?);
    if let Some(key) = key {
        world.keep("installation key", key);
    }
    Ok(format!(
        "the same license {}, {}, {} seats",
        text(&row, "Name")?,
        text(&row, "sfLma__Status__c")?,
        world.license()?["seats"]
    ))
}

fn seat(world: &mut World) -> Result<String, Failure> {
    assign(world, "first")?;
    world.check_becomes(&world.username("first", "subscriber"), "Licensed")
}
