//! A package, a version, the connection, the registration, the lead manager.

use serde_json::json;

use crate::failure::Failure;
use crate::story::Step;
use crate::story::world::{World, client, follows, only, same, soql, text};

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "package created",
        rules: &["R-PKG-1"],
        needs: &["orgs made, administrators sign in"],
        run: package,
    },
    Step {
        name: "version uploaded",
        rules: &["R-PKG-1"],
        needs: &["package created"],
        run: version,
    },
    Step {
        name: "packaging org connected",
        rules: &["R-PKG-2"],
        needs: &["package created"],
        run: connect,
    },
    Step {
        name: "package registered",
        rules: &["R-PKG-2", "R-PKG-4"],
        needs: &["version uploaded", "packaging org connected"],
        run: register,
    },
    Step {
        name: "registration done",
        rules: &["R-PKG-3", "R-PKG-5"],
        needs: &["package registered"],
        run: registered,
    },
    Step {
        name: "lead manager set",
        rules: &["R-LEAD-2"],
        needs: &["registration done"],
        run: lead_manager,
    },
];

fn package(world: &mut World) -> Result<String, Failure> {
    let namespace = world.namespace();
    let admin = client(world.packaging.as_ref())?;
    let new = json!({"name": "Story Package", "namespace": namespace});
    let made = admin.post("/api/v1/packages", &new)?;
    let row = only(soql(
        admin,
        "SELECT Id, NamespacePrefix FROM MetadataPackage",
    )?)?;
    same("id", &row["Id"], text(&made, "id")?)?;
    same("namespace", &row["NamespacePrefix"], namespace.as_str())?;
    world.keep("package", text(&made, "id")?);
    Ok(format!("{namespace}, read by SOQL"))
}

/// Uploads a version and keeps its id under a name.
pub(super) fn upload(world: &mut World, number: &str, kept: &'static str) -> Result<(), Failure> {
    let admin = client(world.packaging.as_ref())?;
    let path = format!("/api/v1/packages/{}/versions", world.known("package")?);
    let made = admin.post(&path, &json!({"version": number}))?;
    let id = text(&made, "id")?;
    let found = soql(
        admin,
        &format!("SELECT MajorVersion, ReleaseState FROM MetadataPackageVersion WHERE Id = '{id}'"),
    )?;
    same("release state", &only(found)?["ReleaseState"], "Released")?;
    world.keep(kept, id);
    Ok(())
}

fn version(world: &mut World) -> Result<String, Failure> {
    upload(world, "1.0", "version")?;
    Ok("1.0, Released, read by SOQL".into())
}

fn connect(world: &mut World) -> Result<String, Failure> {
    let token = client(world.packaging.as_ref())?
        .token()
        .unwrap_or_default();
    let business = client(world.business.as_ref())?;
    business.post("/api/v1/connections", &json!({"org_token": token}))?;
    let path = format!("/api/v1/packages/{}", world.known("package")?);
    let seen = business.get(&path)?;
    same("namespace", &seen["namespace"], world.namespace())?;
    Ok("the publisher sees the package".into())
}

fn register(world: &mut World) -> Result<String, Failure> {
    let business = client(world.business.as_ref())?;
    let new = json!({
        "package_id": world.known("package")?,
        "org_token": business.token(),
        "defaults": {"status": "Trial", "trial_days": 30, "seats": 2},
    });
    let seen = business.post("/api/v1/registrations", &new)?;
    same("seats", &seen["registration"]["defaults"]["seats"], 2)?;
    Ok("Trial of 30 days, 2 seats".into())
}

fn registered(world: &mut World) -> Result<String, Failure> {
    let business = client(world.business.as_ref())?;
    let path = format!("/api/v1/packages/{}", world.known("package")?);
    follows("the registration to be done", || {
        let seen = business.get(&path)?;
        Ok((seen["registration"]["state"] == "Done").then_some(()))
    })?;
    let rows = soql(
        business,
        "SELECT Name, sfLma__Latest_Version__c, olma__Namespace__c FROM sfLma__Package__c",
    )?;
    let row = only(rows)?;
    same("namespace", &row["olma__Namespace__c"], world.namespace())?;
    same("latest version", &row["sfLma__Latest_Version__c"], "1.0")?;
    let versions = soql(business, "SELECT Name FROM sfLma__Package_Version__c")?;
    only(versions)?;
    Ok("Package and Package Version, read by SOQL".into())
}

fn lead_manager(world: &mut World) -> Result<String, Failure> {
    let business = client(world.business.as_ref())?;
    let new = json!({
        "username": world.username("manager", "business"),
        "first_name": "Lead",
        "last_name": "Manager",
        "profile": "License Administrator",
    });
    let manager = text(&business.post("/api/v1/users", &new)?, "id")?;
    let path = format!("/api/v1/packages/{}/lead-manager", world.known("package")?);
    business.put(&path, &json!({"user": manager}))?;
    let rows = soql(
        business,
        "SELECT sfLma__Lead_Manager__c FROM sfLma__Package__c",
    )?;
    same(
        "lead manager",
        &only(rows)?["sfLma__Lead_Manager__c"],
        manager.as_str(),
    )?;
    world.keep("lead manager", manager);
    Ok("read by SOQL".into())
}
