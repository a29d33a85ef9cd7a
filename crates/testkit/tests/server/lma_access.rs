//! Who installs the License Management App chooses who may access it (R-ORG-3).

use openlma_testkit::{Backend, Client, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::granting::profile;
use crate::pages::{Browser, sign_in};
use crate::support::{DATA, LICENSE, code, problem};

const LMA: &str = "/api/v1/lma";
const OBJECTS: [&str; 3] = [LICENSE, "sfLma__Package__c", "sfLma__Package_Version__c"];

/// An org without the LMA, and people of it with the profiles that every org has.
struct Company {
    org: Org,
    editor: Org,
    viewer: Org,
    seller: Org,
}

fn company(world: &World) -> Company {
    let org = world.customer(|new| new.domain = "company".into());
    let with =
        |name: &str, profile| world.with_profile(&org, &format!("{name}@company.example"), profile);
    Company {
        editor: with("editor", "License Administrator"),
        viewer: with("viewer", "Read Only"),
        seller: with("seller", "Standard User"),
        org,
    }
}

/// Does this user see the LMA's objects? At every door alike.
fn sees(http: &Client) -> bool {
    let listed = http
        .get(&format!("{DATA}/sobjects"))
        .expect(200)
        .to_string();
    let seen = OBJECTS.map(|object| {
        let described = http
            .get(&format!("{DATA}/sobjects/{object}/describe"))
            .status
            == 200;
        let query = http.query(&format!("SELECT Id FROM {object}"));
        let queried = query.status == 200;
        assert!(queried || code(&query, 400) == "INVALID_TYPE");
        let named = listed.contains(&format!("\"{object}\""));
        assert_eq!((described, queried), (named, named), "{object}");
        named
    });
    assert!(seen.iter().all(|s| *s == seen[0]), "{seen:?}");
    assert_eq!(http.get("/api/v1/licenses").status == 200, seen[0]);
    seen[0]
}

/// Has this page of a user a tab of licenses?
fn has_tab(browser: &Browser) -> bool {
    let page = browser.get("/o/company/Lead");
    assert_eq!(page.status, 200, "{page:?}");
    let licenses = format!("/o/company/{LICENSE}");
    let tab = page.text.contains(&licenses);
    assert_eq!(browser.get(&licenses).status == 200, tab);
    tab
}

fn editable(http: &Client) -> Value {
    let described = http
        .get(&format!("{DATA}/sobjects/{LICENSE}/describe"))
        .expect(200);
    described["updateable"].clone()
}

/// R-ORG-3: without a choice the administrators alone see its objects; profiles and permission sets
/// widen that.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_3_administrators_at_first(#[case] backend: Backend) {
    let world = World::start(backend);
    let company = company(&world);
    let me = &company.org.http;
    for user in [&company.editor, &company.viewer, &company.seller] {
        assert!(!sees(&user.http), "before there is an LMA");
    }
    me.post(LMA, &json!({})).expect(200);
    assert!(sees(me));
    for user in [&company.editor, &company.viewer, &company.seller] {
        assert!(!sees(&user.http));
    }
    // Leads are not the LMA's.
    company.seller.http.get("/api/v1/leads").expect(200);

    let read = json!({"read": true});
    let all = json!({"objects": {OBJECTS[0]: read, OBJECTS[1]: read, OBJECTS[2]: read}});
    me.patch(&profile(me, "Read Only"), &all).expect(200);
    assert!(sees(&company.viewer.http) && !sees(&company.editor.http));
    assert!(has_tab(&sign_in(&world, "viewer@company.example")));
    assert!(!has_tab(&sign_in(&world, "editor@company.example")));
    let set = me
        .post("/api/v1/permission-sets", &json!({"name": "Licenses"}))
        .expect(201);
    let set = format!("/api/v1/permission-sets/{}", set["id"].as_str().unwrap());
    me.patch(&set, &all).expect(200);
    let assignment = format!("{set}/users/{}", company.seller.administrator);
    assert_eq!(me.json("PUT", &assignment, &json!({})).status, 204);
    assert!(sees(&company.seller.http) && !sees(&company.editor.http));

    // Installed again, it leaves what was widened.
    me.post(LMA, &json!({})).expect(200);
    assert!(sees(&company.seller.http) && sees(&company.viewer.http));
    let again = me.post(LMA, &json!({"access": "all"}));
    assert_eq!(problem(&again, 400), "INVALID_OPERATION");
    assert_eq!(again.json()["fields"], json!(["access"]));
    assert!(!sees(&company.editor.http));
}

/// R-ORG-3, R-SEC-2: everybody, or chosen profiles, get what the guide recommends for them.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_3_chosen_profiles_and_all(#[case] backend: Backend) {
    let world = World::start(backend);
    let chosen = company(&world);
    let me = &chosen.org.http;
    let id = |name: &str| profile(me, name).rsplit('/').next().unwrap().to_owned();
    let unknown = me.post(
        LMA,
        &json!({"access": {"profiles": ["00e000000000001AAA"]}}),
    );
    assert_eq!(problem(&unknown, 400), "INVALID_CROSS_REFERENCE_KEY");
    assert_eq!(
        me.get("/api/v1/orgs/current").expect(200)["roles"],
        json!([])
    );
    let profiles = [id("License Administrator"), id("Standard User")];
    me.post(LMA, &json!({"access": {"profiles": profiles}}))
        .expect(200);
    assert!(sees(&chosen.editor.http) && sees(&chosen.seller.http) && sees(me));
    assert!(!sees(&chosen.viewer.http));
    assert_eq!(editable(&chosen.editor.http), true);
    assert_eq!(editable(&chosen.seller.http), false);

    let everybody = world.customer(|_| {});
    let viewer = world.with_profile(&everybody, "viewer@all.example", "Read Only");
    let seller = world.with_profile(&everybody, "seller@all.example", "Standard User");
    everybody
        .http
        .post(LMA, &json!({"access": "all"}))
        .expect(200);
    assert!(sees(&viewer.http) && sees(&seller.http));
    assert_eq!(editable(&seller.http), false);
    // Who may not install it chooses nothing.
    assert_eq!(seller.http.post(LMA, &json!({"access": "all"})).status, 403);
}
