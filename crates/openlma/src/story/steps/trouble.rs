//! A message that cannot be applied waits with its reason and goes through when the reason is
//! gone.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::story::Step;
use crate::story::world::{World, client, follows, same, soql, text};

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "install waits: the lead manager is inactive",
        rules: &["R-LEAD-2", "R-SYN-2"],
        needs: &["lead appears"],
        run: waits,
    },
    Step {
        name: "retry before the reason is gone",
        rules: &["R-SYN-2"],
        needs: &["install waits: the lead manager is inactive"],
        run: still_waits,
    },
    Step {
        name: "it goes through when the lead manager is active again",
        rules: &["R-LEAD-2", "R-SYN-2"],
        needs: &["install waits: the lead manager is inactive"],
        run: goes_through,
    },
];

fn set_active(world: &World, active: bool) -> Result<(), Failure> {
    let path = format!("/api/v1/users/{}", world.known("lead manager")?);
    let business = client(world.business.as_ref())?;
    business.patch(&path, &json!({"active": active}))?;
    let rows = soql(
        business,
        &format!(
            "SELECT IsActive FROM User WHERE Id = '{}'",
            world.known("lead manager")?
        ),
    )?;
    same("active", &rows[0]["IsActive"], active)
}

/// Licenses of the business org.
fn licenses(world: &World) -> Result<usize, Failure> {
    Ok(soql(
        client(world.business.as_ref())?,
        "SELECT Id FROM sfLma__License__c",
    )?
    .len())
}

fn waits(world: &mut World) -> Result<String, Failure> {
    set_active(world, false)?;
    let second = client(world.second_subscriber.as_ref())?;
    let install = json!({"version_id": world.known("version")?});
    let made = second.post("/api/v1/installs", &install)?;
    same("stage", &made["stage"], "Succeeded")?;
    let business = client(world.business.as_ref())?;
    let message = follows("the message to wait", || {
        let page = business.get("/api/v1/messages?state=waiting")?;
        let waiting = page["items"].as_array().cloned().unwrap_or_default();
        Ok(waiting.into_iter().find(|m| !m["reason"].is_null()))
    })?;
    same("licenses", &Value::from(licenses(world)?), 1)?;
    world.keep("message", text(&message, "id")?);
    Ok(format!(
        "{} Fix: {}",
        text(&message, "reason")?,
        text(&message, "fix")?
    ))
}

fn retry(world: &World) -> Result<Value, Failure> {
    let path = format!("/api/v1/messages/{}/retry", world.known("message")?);
    client(world.business.as_ref())?.post(&path, &json!({}))
}

fn still_waits(world: &mut World) -> Result<String, Failure> {
    let answer = retry(world)?;
    same("done", &answer["done"], false)?;
    same("licenses", &Value::from(licenses(world)?), 1)?;
    Ok("it waits on".into())
}

fn goes_through(world: &mut World) -> Result<String, Failure> {
    set_active(world, true)?;
    let business = client(world.business.as_ref())?;
    follows("the message to go through", || {
        let page = business.get("/api/v1/messages?state=waiting")?;
        Ok((page["items"] == json!([])).then_some(()))
    })?;
    same("licenses", &Value::from(licenses(world)?), 2)?;
    Ok("the second license is there, nothing waits".into())
}
