//! Terms that do not arrive, and installs that wait: who hears of it, and how it goes on (R-SYN-2,
//! R-SYN-3, R-PKG-3).

use jiff::SignedDuration;
use openlma_app::bodies::{self, Facts, Installed, InstallerBody, kind};
use openlma_core::catalog::{Catalog, names};
use openlma_core::id::prefix;
use openlma_core::license::Terms;
use openlma_core::{Id, Result, Value as Stored};
use openlma_store::messages::{self, Outgoing};
use openlma_store::records::{self, Lock};
use openlma_store::{Store, Tx};
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{count, id, license_id, modify, one, package, register, texts};

/// Writes in an org what no door can.
fn write<T: Send + 'static>(
    world: &World,
    unit: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> T {
    let store: &Store = world.server.app.store();
    world.server.wait(store.write(unit)).unwrap()
}

/// Takes the version away from an org's copy, so that nothing can be applied to it; or sets it.
fn set_version(world: &World, org: &Org, version: Option<Id>) {
    let org = org.id;
    write(world, move |tx| {
        let object = Catalog::standard().known(names::PACKAGE_LICENSE);
        let copies = openlma_store::licensing::copies(tx, org)?;
        let mut copy = records::load(tx, org, object, &copies, Lock::Rows)?.remove(0);
        copy.set("version_id", version.map_or(Stored::Null, Stored::Id));
        let changed = object.index_of("version_id").into_iter().collect();
        records::update(tx, org, &[copy], &changed)
    });
}

/// R-SYN-3: terms that the subscriber's side cannot apply make the license Failed, with the reason;
/// sent again they take the place of those that wait, and once they went through it is In sync.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_3_failed_terms(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let path = format!("/api/v1/licenses/{license}");
    let seen = || {
        let row = me.get(&path).expect(200);
        (row["sync"].clone(), row["sync_error"].clone())
    };
    let current_as_of = me.get(&path).expect(200)["current_as_of"].clone();
    let waiting = || {
        let waiting = customer.http.get("/api/v1/messages").expect(200);
        waiting["items"].as_array().unwrap().clone()
    };
    set_version(&world, &customer, None);
    world.server.clock.advance(SignedDuration::from_secs(60));
    let change = json!({"sfLma__Seats__c": 7});
    assert_eq!(
        crate::support::patch_license(me, &license, &change).status,
        204
    );
    world.server.settle();
    let (state, why) = seen();
    assert_eq!(state, "Failed");
    assert!(why.as_str().is_some_and(|w| !w.is_empty()), "{why}");
    // The information is as old as it was.
    assert_eq!(me.get(&path).expect(200)["current_as_of"], current_as_of);
    let list = "SELECT Id FROM sfLma__License__c WHERE olma__Sync_State__c = 'Failed'";
    assert_eq!(me.rows(list).len(), 1);
    let held = waiting();
    assert_eq!((held.len(), &held[0]["kind"]), (1, &json!("terms")));

    // By hand, in vain: still one message, the later one.
    let retried = me.post(&format!("{path}/retry"), &json!({})).expect(200);
    assert_eq!(
        (&retried["sync"], &retried["sync_error"]),
        (&json!("Failed"), &why)
    );
    world.server.settle();
    let again = waiting();
    assert_eq!(again.len(), 1);
    assert_ne!(again[0]["id"], held[0]["id"]);

    // By itself, as the message is tried again.
    set_version(&world, &customer, Some(world.version));
    world.server.clock.advance(SignedDuration::from_hours(1));
    world.server.until("the terms arrive", || {
        world.server.settle();
        (seen().0 == "In sync").then_some(())
    });
    assert_eq!(seen().1, Value::Null);
    assert!(waiting().is_empty());
    let copy = one(&customer.http, "SELECT AllowedLicenses FROM PackageLicense");
    assert_eq!(copy["AllowedLicenses"], 7);

    // By hand, with success; and by a newer change.
    for seats in [8, 9] {
        set_version(&world, &customer, None);
        let change = json!({"sfLma__Seats__c": seats});
        assert_eq!(
            crate::support::patch_license(me, &license, &change).status,
            204
        );
        world.server.settle();
        assert_eq!(seen().0, "Failed");
        set_version(&world, &customer, Some(world.version));
        let done = if seats == 8 {
            me.post(&format!("{path}/retry"), &json!({})).expect(200)
        } else {
            modify(me, &license, &json!({"seats": 10})).expect(200)
        };
        assert_eq!(done["sync"], "InSync");
        world.server.settle();
        assert_eq!(seen(), (json!("In sync"), Value::Null));
        assert!(waiting().is_empty());
    }
    let copy = one(&customer.http, "SELECT AllowedLicenses FROM PackageLicense");
    assert_eq!(copy["AllowedLicenses"], 10);
}

/// R-PKG-3: a registration whose message fails, for whatever reason, is Failed with the reason; it is
/// Done when the message went through.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_3_a_registration_that_fails(#[case] backend: Backend) {
    let world = World::start(backend);
    let (other, package, _) = package(&world, "second", false);
    world.server.stop_worker();
    let (me, app) = (&world.business.http, &world.server.app);
    register(&world, &other, package, json!({"status": "Active"})).expect(200);
    world.server.wait(app.deliver(other.id)).unwrap();
    let (org, now) = (world.business.id, app.now());
    let mut heads = write(&world, move |tx| messages::due_heads(tx, org, now, 9));
    heads.retain(|m| m.kind == kind::REGISTERED);
    let (message, body) = (heads[0].id, heads[0].body.clone());
    write(&world, move |tx| messages::go_on(tx, org, message, "{"));
    world.server.wait(app.apply_received(org)).unwrap();
    let shown = || {
        let package = me.get(&format!("/api/v1/packages/{package}")).expect(200);
        package["registration"].clone()
    };
    assert_eq!(shown()["state"], "Failed", "{}", shown());
    assert!(
        shown()["reason"]
            .as_str()
            .is_some_and(|r| r.contains("log"))
    );
    write(&world, move |tx| messages::go_on(tx, org, message, &body));
    let retry = format!("/api/v1/messages/{message}/retry");
    assert_eq!(me.post(&retry, &json!({})).expect(200)["done"], true);
    assert_eq!(
        (&shown()["state"], &shown()["reason"]),
        (&json!("Done"), &Value::Null)
    );
}

/// Installs of the flood below.
const INSTALLS: u32 = 10_000;

fn installed(world: &World, n: u32) -> Installed {
    Installed {
        package_id: world.package,
        install_date: "2026-03-02".into(),
        terms: Terms::UNLIMITED,
        facts: facts(world.version, "1.0", 1),
        installer: InstallerBody {
            first_name: None,
            last_name: format!("Person {n}"),
            email: Some(format!("person{n}@people.example")),
            company: "Company".into(),
            country: None,
            state: None,
        },
        leads: true,
    }
}

fn facts(version: Id, number: &str, revision: i64) -> Facts {
    Facts {
        version_id: version,
        version_number: number.into(),
        used: 0,
        org_name: "Customer".into(),
        edition: "Enterprise".into(),
        status: "Active".into(),
        trial_end: None,
        instance: "NA1".into(),
        sandbox: false,
        zone: "UTC".into(),
        proxy_user: String::new(),
        proxy_active: true,
        revision,
        terms_revision: 0,
    }
}

fn queue(n: u32) -> Id {
    id(&format!("050{n:012}"))
}

/// What a subscriber's side sends of installs that were upgraded afterwards.
fn flood(world: &World, customer: &Org, higher: Id) {
    let mut all = Vec::new();
    for n in 0..INSTALLS {
        let message = |seq: u32, kind, body| Outgoing {
            id: id(&format!("{}{:012}", prefix::MESSAGE, 2 * n + seq)),
            to_org: world.business.id,
            queue: queue(n),
            seq: seq.into(),
            kind,
            revision: 0,
            body,
        };
        let begun = bodies::encode(&installed(world, n)).unwrap();
        let upgraded = bodies::encode(&facts(higher, "2.0", 2)).unwrap();
        all.push(message(0, kind::INSTALLED, begun));
        all.push(message(1, kind::UPGRADED, upgraded));
    }
    let (org, now) = (customer.id, world.server.app.now());
    write(world, move |tx| {
        all.iter().try_for_each(|m| messages::send(tx, org, m, now))
    });
}

/// R-SYN-2, R-LEAD-2: many installs that arrive while the lead manager is inactive wait; when the user
/// is active again all of them appear, once, each with what came after it, in the order in which they
/// came.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_a_flood_of_installs(#[case] backend: Backend) {
    let world = World::start(backend);
    let higher = world.upload("2.0");
    let customer = world.customer(|_| {});
    let manager = crate::messages::hold(&world);
    flood(&world, &customer, higher);
    world.server.settle();
    let me = &world.business.http;
    assert_eq!(count(me, "sfLma__License__c"), 0);
    let waiting = me.get("/api/v1/messages?limit=1000").expect(200);
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1000);
    let held = waiting["items"].as_array().unwrap().iter();
    let reasons: Vec<_> = held.filter(|m| m["kind"] == "installed").collect();
    assert!(
        reasons
            .iter()
            .all(|m| m["fix"].as_str().is_some_and(|f| f.contains("retry")))
    );
    assert_eq!(me.patch(&manager, &json!({"active": true})).status, 204);
    world.server.until("all installs appear", || {
        world.server.settle();
        (count(me, "sfLma__License__c") == u64::from(INSTALLS)).then_some(())
    });
    world.server.settle();
    assert_eq!(me.get("/api/v1/messages").expect(200)["items"], json!([]));
    let mut rows: Vec<Value> = Vec::new();
    while rows.len() < INSTALLS as usize {
        let last = rows
            .last()
            .map_or("L-0", |row| row["Name"].as_str().unwrap());
        let page = me.rows(&format!(
            "SELECT Name, sfLma__Package_License_ID__c, sfLma__Version_Number__c, \
             sfLma__Lead__r.LastName FROM sfLma__License__c WHERE Name > '{last}' ORDER BY Name \
             LIMIT 2000"
        ));
        assert!(!page.is_empty(), "{last}");
        rows.extend(page);
    }
    let expected: Vec<String> = (0..INSTALLS).map(|n| queue(n).to_string()).collect();
    let found = rows
        .iter()
        .map(|r| r["sfLma__Package_License_ID__c"].clone());
    assert_eq!(texts(&found.collect::<Vec<_>>().into()), expected);
    for (n, row) in rows.iter().enumerate() {
        assert_eq!(row["sfLma__Version_Number__c"], "2.0");
        assert_eq!(row["sfLma__Lead__r"]["LastName"], format!("Person {n}"));
    }
    assert_eq!(count(me, "Lead"), u64::from(INSTALLS));
}
