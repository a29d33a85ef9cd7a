//! The operator makes the orgs; their administrators sign in and make users.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::http::Client;
use crate::story::Step;
use crate::story::world::{World, client, new_org, only, same, soql, text};

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "operator signs in",
        rules: &["R-ORG-7", "R-USR-1"],
        needs: &[],
        run: operator,
    },
    Step {
        name: "orgs made, administrators sign in",
        rules: &["R-ORG-2", "R-ORG-6", "R-ORG-7"],
        needs: &["operator signs in"],
        run: orgs,
    },
    Step {
        name: "subscriber's users made",
        rules: &["R-USR-3"],
        needs: &["orgs made, administrators sign in"],
        run: users,
    },
];

fn operator(world: &mut World) -> Result<String, Failure> {
    let (username, password) = world.operator_login.clone();
    world.operator = Some(world.sign_in(&username, &password)?);
    Ok(format!("a token for {username}"))
}

fn orgs(world: &mut World) -> Result<String, Failure> {
    let business = org(world, "business", &json!({"business": true}))?;
    let packaging = json!({"packaging": true, "edition": "Developer"});
    let packaging = org(world, "packaging", &packaging)?;
    let subscriber = org(world, "subscriber", &json!({"country": "Germany"}))?;
    let second = org(world, "latecomer", &json!({"time_zone": "Asia/Tokyo"}))?;
    world.business = Some(business);
    world.packaging = Some(packaging);
    world.subscriber = Some(subscriber);
    world.second_subscriber = Some(second);
    Ok("business, packaging and two subscriber orgs, each read by SOQL".into())
}

/// Makes an org, signs its administrator in, and reads the org as that.
fn org(world: &mut World, role: &'static str, more: &Value) -> Result<Client, Failure> {
    let new = new_org(world, role, more);
    let made = client(world.operator.as_ref())?.post("/api/v1/orgs", &new)?;
    let admin = world.sign_in(&world.username("admin", role), &world.password)?;
    let row = only(soql(
        &admin,
        "SELECT Id, Name, TimeZoneSidKey FROM Organization",
    )?)?;
    same("id", &row["Id"], text(&made, "id")?)?;
    same("name", &row["Name"], new["name"].clone())?;
    world.keep(role, text(&made, "id")?);
    Ok(admin)
}

fn users(world: &mut World) -> Result<String, Failure> {
    let admin = client(world.subscriber.as_ref())?;
    for (user, number) in [("first", "One"), ("second", "Two")] {
        let new = json!({
            "username": world.username(user, "subscriber"),
            "first_name": "User",
            "last_name": number,
            "external_id": format!("number-{number}"),
        });
        admin.post("/api/v1/users", &new)?;
    }
    let rows = soql(
        admin,
        "SELECT Username, IsActive FROM User WHERE FirstName = 'User' ORDER BY Username",
    )?;
    same("users", &Value::from(rows.len()), 2)?;
    same("active", &rows[0]["IsActive"], true)?;
    Ok("two users, read by SOQL".into())
}
