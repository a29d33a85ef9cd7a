//! Seats: the customer's administrator assigns and revokes them (R-SEAT).

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{code, count, one, problem, reason, refusal, sobject, texts};

const SEATS: &str = "/api/v1/packages/orbit/seats";

fn world(backend: Backend, seats: u32) -> World {
    let defaults = json!({"status": "Active", "seats": seats});
    World::with(backend, serde_json::from_value(defaults).unwrap())
}

/// R-SEAT-1: users are named by id, user name, external id or email; who has a seat, is inactive or
/// unknown is refused with nothing assigned; with partial the others get theirs.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_seat_1_assign_and_revoke(#[case] backend: Backend) {
    let world = world(backend, 4);
    let customer = world.customer(|_| {});
    let http = &customer.http;
    let ids: Vec<String> = (0..5)
        .map(|n| {
            let body = json!({
                "username": format!("u{n}@customer1.example"),
                "last_name": format!("User {n}"),
                "external_id": format!("X-{n}"),
                "email": format!("mail{n}@elsewhere.example"),
            });
            let made = http.post("/api/v1/users", &body).expect(201);
            made["id"].as_str().unwrap().to_owned()
        })
        .collect();
    let _ = world.install(&customer);
    let assign = |body: Value| http.post(SEATS, &body);
    let list = || http.get(SEATS).expect(200);
    let two = assign(json!({"users": ["U0@CUSTOMER1.example", "mail1@elsewhere.example"]}));
    assert_eq!(two.expect(200)["assigned"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&list()["used"], &list()["available"]),
        (&json!(3), &json!(1))
    );
    let off = http.patch(
        &format!("/api/v1/users/{}", ids[4]),
        &json!({"active": false}),
    );
    assert_eq!(off.status, 204);
    for (users, expected) in [
        (json!(["X-2", "X-0"]), "DUPLICATE_VALUE"),
        (json!(["X-2", ids[2]]), "DUPLICATE_VALUE"),
        (json!(["X-2", "X-3"]), "LICENSE_LIMIT_EXCEEDED"),
        (json!(["X-2", "X-4"]), "FIELD_INTEGRITY_EXCEPTION"),
        (json!(["X-2", "nobody"]), "NOT_FOUND"),
        (
            json!(["X-2", world.packaging.administrator.to_string()]),
            "NOT_FOUND",
        ),
        (json!([]), "FIELD_INTEGRITY_EXCEPTION"),
    ] {
        let refused = assign(json!({"users": users}));
        assert_eq!(problem(&refused, refused.status), expected, "{users}");
        assert!((400..500).contains(&refused.status));
        assert_eq!(list()["used"], 3, "{users}");
    }
    let users = json!(["nobody", "X-0", "X-4", "X-2", "X-3"]);
    let partial = assign(json!({"users": users, "partial": true})).expect(200);
    assert_eq!(partial["assigned"][0]["user_id"], ids[2]);
    let refused: Vec<_> = partial["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["code"].clone())
        .collect();
    assert_eq!(
        refused,
        [
            "NOT_FOUND",
            "DUPLICATE_VALUE",
            "FIELD_INTEGRITY_EXCEPTION",
            "LICENSE_LIMIT_EXCEEDED"
        ]
    );
    // Pages of seats lead on to the end.
    let mut names = Vec::new();
    let mut path = format!("{SEATS}?limit=3");
    loop {
        let page = http.get(&path).expect(200);
        names.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|s| s["username"].clone()),
        );
        match page["next"].as_str() {
            Some(next) => path = format!("{SEATS}?limit=3&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(names.len(), 4);
    let gone = http.json("DELETE", SEATS, &json!({"users": ["X-0", "X-1", "X-3"]}));
    assert_eq!(gone.expect(200)["revoked"], 2);
    assert_eq!(list()["used"], 2);
    let unknown = http.json("DELETE", SEATS, &json!({"users": ["X-2", "nobody"]}));
    assert_eq!(problem(&unknown, 404), "NOT_FOUND");
    assert_eq!(list()["used"], 2);
    world.server.settle();
    let row = one(
        &world.business.http,
        "SELECT sfLma__Used_Licenses__c FROM sfLma__License__c",
    );
    assert_eq!(row["sfLma__Used_Licenses__c"].as_f64(), Some(2.0));
    // Only who manages package licenses assigns.
    let worker = world.with_profile(&customer, "worker@customer1.example", "Standard User");
    let refused = worker.http.post(SEATS, &json!({"users": ["X-3"]}));
    assert_eq!(problem(&refused, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
    assert_eq!(http.get("/api/v1/packages/nothing/seats").status, 404);
}

/// R-SEAT-1, R-SEAT-2: UserPackageLicense is created and deleted at the Salesforce-compatible door;
/// a deactivated user's seat counts until it is revoked.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_seat_1_user_package_license(#[case] backend: Backend) {
    let world = world(backend, 2);
    let customer = world.customer(|_| {});
    let http = &customer.http;
    let second = world
        .user(&customer, "second@customer1.example")
        .to_string();
    let third = world.user(&customer, "third@customer1.example").to_string();
    let key = world.install(&customer);
    let copy = one(http, "SELECT Id, Status, UsedLicenses FROM PackageLicense");
    let copy = copy["Id"].as_str().unwrap();
    let object = "UserPackageLicense";
    let seat = |user: &str| {
        http.post(
            &sobject(object, ""),
            &json!({"PackageLicenseId": copy, "UserId": user}),
        )
    };
    let made = seat(&second).expect(201);
    assert_eq!(reason(&world, &key, &second), "Licensed");
    assert_eq!(code(&seat(&third), 400), "LICENSE_LIMIT_EXCEEDED");
    assert_eq!(code(&seat(&second), 400), "DUPLICATE_VALUE");
    let (refused, fields) = refusal(&http.post(&sobject(object, ""), &json!({})));
    assert_eq!(refused, "REQUIRED_FIELD_MISSING");
    assert_eq!(fields, ["PackageLicenseId", "UserId"]);
    let foreign = world.business.administrator.to_string();
    assert_eq!(code(&seat(&foreign), 404), "NOT_FOUND");
    assert_eq!(count(http, object), 2);
    let app = &world.server.app;
    let off = app.set_user_active(&customer.actor, crate::support::id(&second), false);
    world.server.wait(off).unwrap();
    assert_eq!(reason(&world, &key, &second), "UserInactive");
    assert_eq!(code(&seat(&third), 400), "LICENSE_LIMIT_EXCEEDED");
    let row = sobject(object, made["id"].as_str().unwrap());
    assert_eq!(http.get(&row).expect(200)["UserId"], second);
    assert_eq!(http.delete(&row).status, 204);
    assert_eq!(code(&http.delete(&row), 404), "NOT_FOUND");
    let _ = seat(&third).expect(201);
    assert_eq!(reason(&world, &key, &third), "Licensed");
    let reader = world.with_profile(&customer, "reader@customer1.example", "Read Only");
    let own = one(
        &reader.http,
        &format!("SELECT Id FROM {object} WHERE UserId = '{third}'"),
    );
    let own = sobject(object, own["Id"].as_str().unwrap());
    assert_eq!(
        code(&reader.http.delete(&own), 403),
        "INSUFFICIENT_ACCESS_OR_READONLY"
    );
}

/// R-SEAT-1: of 32 callers at the last seat exactly one wins, and the others hear why not.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_seat_1_the_last_seat(#[case] backend: Backend) {
    let world = world(backend, 2);
    let customer = world.customer(|_| {});
    let http = &customer.http;
    for n in 0..32 {
        let body = json!({"username": format!("u{n}@customer1.example"), "last_name": "U"});
        let _ = http.post("/api/v1/users", &body).expect(201);
    }
    let _ = world.install(&customer);
    let outcomes: Vec<(u16, String)> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..32)
            .map(|n| {
                let http = http.clone();
                scope.spawn(move || {
                    let users = json!({"users": [format!("u{n}@customer1.example")]});
                    let answer = http.post(SEATS, &users);
                    let code = answer.json()["code"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned();
                    (answer.status, code)
                })
            })
            .collect();
        callers.into_iter().map(|c| c.join().unwrap()).collect()
    });
    let won = outcomes.iter().filter(|(status, _)| *status == 200).count();
    let lost = (400, "LICENSE_LIMIT_EXCEEDED".to_owned());
    assert_eq!(
        (won, outcomes.iter().filter(|o| **o == lost).count()),
        (1, 31),
        "{outcomes:?}"
    );
    let list = http.get(SEATS).expect(200);
    assert_eq!((&list["used"], &list["available"]), (&json!(2), &json!(0)));
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let names = texts(&json!(
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["username"].clone())
            .collect::<Vec<_>>()
    ));
    assert!(
        names.contains(&"admin@customer1.example".to_owned()),
        "{names:?}"
    );
}
