//! What is no record of the catalogue: directory, users, tokens, seats, installs.

use openlma_core::catalog::{Catalog, names};
use openlma_core::{Code, Id, Record};
use openlma_store::installs::{self, Install};
use openlma_store::users::{self, Choice};
use openlma_store::{auth, directory, licensing, records, registrations};
use rstest::rstest;

use crate::support::{Db, Engine, at, id, org};

fn insert(db: &Db, object: &str, fill: impl Fn(&mut Record)) {
    let mut record = Record::with_defaults(Catalog::standard().known(object));
    fill(&mut record);
    db.write(move |tx| records::insert(tx, org(), std::slice::from_ref(&record)));
}

fn organization(db: &Db) {
    insert(db, "Organization", |o| {
        o.set("Id", org());
        o.set("Name", "Example");
        o.set("status", "Active");
        o.set("TimeZoneSidKey", "Europe/Berlin");
    });
}

fn user(db: &Db, n: u64, name: &str, profile: u64) {
    insert(db, "User", |u| {
        u.set("Id", id("005", n));
        u.set("Username", format!("{name}@example.com"));
        u.set("Email", "same@example.com");
        u.set("Name", name);
        u.set("ProfileId", id("00e", profile));
        u.set("IsActive", n != 4);
        u.set("UserType", "Standard");
        u.set("external_id", format!("ext-{n}"));
    });
}

fn profile(db: &Db, n: u64, name: &str) {
    insert(db, "Profile", |p| {
        p.set("Id", id("00e", n));
        p.set("Name", name);
    });
}

/// R-INS-2 and R-CHK-5: whom an installer chooses, whom a text means.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_ins_2_users_are_chosen_and_r_chk_5_resolved(#[case] engine: Engine) {
    let db = engine.open();
    profile(&db, 1, "System Administrator");
    profile(&db, 2, "Standard User");
    for (n, name, profile) in [(1, "b", 2), (2, "Z", 1), (3, "A", 2), (4, "off", 1)] {
        user(&db, n, name, profile);
    }
    let chosen = |choice: Choice| {
        db.read(move |tx| {
            let count = users::count_chosen(tx, org(), &choice)?;
            let chosen = users::chosen(tx, org(), &choice, 2)?;
            let ids: Vec<Id> = chosen.into_iter().map(|(id, _)| id).collect();
            Ok((count, ids))
        })
    };
    let ids = |numbers: &[u64]| numbers.iter().map(|n| id("005", *n)).collect::<Vec<_>>();
    assert_eq!(chosen(Choice::All), (3, ids(&[2, 3])));
    assert_eq!(chosen(Choice::Administrators), (1, ids(&[2])));
    assert_eq!(
        chosen(Choice::Profiles(vec![id("00e", 2)])),
        (2, ids(&[3, 1]))
    );
    assert_eq!(chosen(Choice::Profiles(vec![])), (0, vec![]));
    let resolve = |folded: &'static str, exact: &'static str| {
        db.read(move |tx| users::resolve(tx, org(), folded, exact))
    };
    assert_eq!(resolve("z@example.com", "Z@example.com"), ids(&[2]));
    assert_eq!(resolve("ext-3", "ext-3"), ids(&[3]));
    assert_eq!(resolve("same@example.com", "same@example.com").len(), 2);
    assert_eq!(resolve("nobody", "nobody"), []);
}

/// R-USR-1: a user name is one user's on the whole server.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_usr_1_names_and_sign_in(#[case] engine: Engine) {
    let db = engine.open();
    organization(&db);
    user(&db, 1, "a", 1);
    let key = id("005", 1);
    db.write(move |tx| users::take_name(tx, "a@example.com", org(), key));
    let taken = |name: &'static str| {
        let other = id("00D", 2);
        let taken = db
            .store
            .write_blocking(move |tx| users::take_name(tx, name, other, key));
        taken.map_err(|e| e.code)
    };
    assert_eq!(taken("a@example.com"), Err(Code::DuplicateValue));
    db.write(|tx| users::rename(tx, "a@example.com", "b@example.com"));
    assert_eq!(taken("a@example.com"), Ok(()));
    let owner = db.read(|tx| users::by_name(tx, "b@example.com"));
    assert_eq!(owner, Some((org(), key)));
    for hash in ["first", "second"] {
        db.write(move |tx| users::set_password(tx, org(), key, hash, at(0)));
    }
    let credential = || {
        db.read(move |tx| users::credential(tx, org(), key))
            .unwrap()
    };
    assert_eq!(credential().password_hash.as_deref(), Some("second"));
    let failed = |now: i64| {
        db.write(move |tx| users::login_failed(tx, org(), key, 3, at(now + 900), at(now)));
        credential().locked_until
    };
    let done = |now: i64| db.write(move |tx| users::login_done(tx, org(), key, at(now)));
    assert_eq!([failed(0), failed(0)], [None, None]);
    assert!(done(0));
    assert_eq!([failed(0), failed(0)], [None, None]);
    assert_eq!(failed(0), Some(at(900)));
    // What was under way when the lock came neither lifts nor prolongs it.
    assert!(!done(899));
    assert_eq!(failed(899), Some(at(900)));
    // When it has ended, the count begins anew.
    assert_eq!([failed(900), failed(900)], [None, None]);
    assert_eq!(failed(901), Some(at(1801)));
    assert!(!done(1800));
    assert!(done(1801));
    assert_eq!(credential().locked_until, None);
}

/// R-SEC-5: tokens are kept by hash, end, and can be ended.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_sec_5_tokens(#[case] engine: Engine) {
    let db = engine.open();
    user(&db, 1, "a", 1);
    for (hash, ends) in [("one", 10), ("two", 20), ("three", 30)] {
        let token = auth::NewToken {
            hash: hash.into(),
            user: id("005", 1),
            client: None,
            kind: "access",
            expires_at: at(ends),
        };
        db.write(move |tx| auth::issue(tx, org(), &token, at(0)));
    }
    let token = |hash: &'static str| db.read(move |tx| auth::token(tx, org(), hash));
    let one = token("one").unwrap();
    assert_eq!(
        (one.user, one.expires_at, one.active),
        (id("005", 1), at(10), true)
    );
    assert_eq!(db.write(|tx| auth::prune(tx, at(11))), 1);
    db.write(|tx| auth::revoke(tx, org(), "two"));
    assert!(token("one").is_none() && token("two").is_none() && token("three").is_some());
    db.write(|tx| auth::revoke_all(tx, org(), id("005", 1)));
    assert!(token("three").is_none());
}

/// R-SEAT-2: a seat is one user's once, and counts until it is revoked.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_seat_2_seats_and_the_check(#[case] engine: Engine) {
    let db = engine.open();
    organization(&db);
    let copy = id("050", 1);
    insert(&db, names::PACKAGE_LICENSE, |p| {
        p.set("Id", copy);
        p.set("NamespacePrefix", "Ns");
        p.set("package_id", id("033", 1));
        p.set("terms_status", "Active");
        p.set("AllowedLicenses", 2);
        p.set("ExpirationDate", at(60));
    });
    for n in 1..=4 {
        user(&db, n, &format!("user-{n}"), 1);
    }
    let seat = |n: u64, user: u64| {
        let seats = [(id("051", n), id("005", user))];
        let done = db.store.write_blocking(move |tx| {
            licensing::insert_seats(tx, org(), copy, &seats, id("005", 1), at(0))
        });
        done.map_err(|e| e.code)
    };
    assert_eq!((seat(1, 1), seat(2, 4)), (Ok(()), Ok(())));
    assert_eq!(seat(3, 1), Err(Code::DuplicateValue));
    let (seats, count, namespace) = db.read(move |tx| {
        let seats = licensing::seats(tx, org(), copy, Some(id("051", 1)), 10)?;
        let count = licensing::count_seats(tx, org(), copy)?;
        Ok((seats, count, licensing::by_namespace(tx, org(), "ns")?))
    });
    assert_eq!((seats.len(), seats[0].active, count), (1, false, 2));
    assert_eq!(namespace, Some(copy));
    let check = |user: Option<Id>| {
        let entitlement = db.read(move |tx| licensing::entitlement(tx, org(), copy, user));
        entitlement.unwrap()
    };
    let seated = check(Some(id("005", 1)));
    assert_eq!(
        (seated.user, seated.seated),
        (Some((id("005", 1), true)), true)
    );
    assert_eq!(seated.access_ends_at, Some(at(60)));
    assert_eq!((seated.zone.as_str(), seated.seats), ("Europe/Berlin", 2));
    let unseated = check(Some(id("005", 2)));
    assert_eq!(
        (unseated.user, unseated.seated),
        (Some((id("005", 2), true)), false)
    );
    assert_eq!(check(None).user, None);
    let other_org = db.read(move |tx| licensing::entitlement(tx, id("00D", 2), copy, None));
    assert_eq!(other_org, None);
    let revoke = || db.write(move |tx| licensing::revoke(tx, org(), copy, id("005", 1)));
    assert_eq!((revoke(), revoke()), (true, false));
    assert_eq!(
        db.write(move |tx| licensing::revoke_all(tx, org(), copy)),
        1
    );
}

/// R-INS-1: an install goes through its stages and ends once.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_ins_1_stages_of_an_install(#[case] engine: Engine) {
    let db = engine.open();
    let requested = Install {
        id: id("0Hf", 1),
        package: id("033", 1),
        version: id("04t", 1),
        package_license: None,
        stage: "Requested".into(),
        reason: None,
        access: "{}".into(),
        user: id("005", 1),
        unseated: 0,
        unseated_first: None,
        minted_key: 0,
        requested_at: at(0),
        finished_at: None,
    };
    let first = requested.clone();
    db.write(move |tx| installs::add(tx, org(), &first));
    let advance = |install: &Install| {
        let install = install.clone();
        db.write(move |tx| installs::advance(tx, org(), &install))
    };
    let done = Install {
        package_license: Some(id("050", 1)),
        stage: "Succeeded".into(),
        unseated: 2,
        unseated_first: Some("[\"a\"]".into()),
        minted_key: 1,
        finished_at: Some(at(5)),
        ..requested.clone()
    };
    assert!(advance(&done));
    assert!(!advance(&Install {
        stage: "Cancelled".into(),
        ..done.clone()
    }));
    let (got, latest) = db.read(|tx| {
        let got = installs::get(tx, org(), id("0Hf", 1))?;
        Ok((got, installs::latest(tx, org(), id("033", 1))?))
    });
    assert_eq!((got, latest), (Some(done.clone()), Some(done)));
}

/// R-PKG-1 to R-PKG-4: namespaces, packages and their registration are the whole server's.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_pkg_3_registration(#[case] engine: Engine) {
    let db = engine.open();
    organization(&db);
    let (package, business) = (id("033", 1), id("00D", 2));
    insert(&db, "MetadataPackage", |p| {
        p.set("Id", package);
        p.set("Name", "A package");
        p.set("NamespacePrefix", "ns");
        p.set("managed", true);
    });
    insert(&db, "MetadataPackageVersion", |v| {
        v.set("Id", id("04t", 1));
        v.set("MetadataPackageId", package);
        v.set("Name", "Spring");
        v.set("MajorVersion", 1);
        v.set("MinorVersion", 2);
        v.set("PatchVersion", 3);
        v.set("ReleaseState", "Released");
    });
    let target = || db.read(|tx| directory::target(tx, id("04t", 1))).unwrap();
    assert_eq!(target().business_org, None);
    assert_eq!(target().version.number, (1, 2, 3));
    let versions = db.read(move |tx| directory::versions(tx, package));
    assert_eq!((versions.len(), versions[0].id), (1, id("04t", 1)));
    let register = || {
        let done = db
            .store
            .write_blocking(move |tx| registrations::register(tx, package, business, "{}", at(0)));
        done.map_err(|e| e.code)
    };
    assert_eq!(register(), Ok(()));
    assert_eq!(register(), Err(Code::DuplicateValue));
    assert_eq!(target().business_org, None);
    db.write(move |tx| registrations::advance(tx, package, business, "Done", None, at(1)));
    assert_eq!(target().business_org, Some(business));
    // New default values leave the state to whoever moves it; only a failed one begins anew.
    let restart = || db.write(move |tx| registrations::restart(tx, package, at(2)));
    let registration = || {
        let listed = db.read(|tx| directory::packages_of(tx, org()));
        let found = listed[0].registration.clone().unwrap();
        (found.state, found.reason, found.defaults)
    };
    db.write(move |tx| registrations::redefine(tx, package, business, "[]"));
    assert!(!restart());
    assert_eq!(registration(), ("Done".into(), None, "[]".into()));
    db.write(move |tx| registrations::advance(tx, package, business, "Failed", Some("why"), at(1)));
    db.write(move |tx| registrations::redefine(tx, package, business, "{}"));
    let failed = ("Failed".into(), Some("why".into()), "{}".into());
    assert_eq!(registration(), failed);
    assert!(restart());
    assert_eq!(registration(), ("Requested".into(), None, "{}".into()));
    db.write(move |tx| registrations::advance(tx, package, business, "Done", None, at(3)));
    let listed = db.read(|tx| directory::packages_of(tx, org()));
    assert_eq!(listed[0].developer, "Example");
    assert!(db.read(|tx| directory::owns_managed(tx, org())));
    assert!(!db.read(move |tx| directory::owns_managed(tx, business)));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn settings_of_the_server(#[case] engine: Engine) {
    let db = engine.open();
    let keep = |value: &'static str| db.write(move |tx| directory::keep_meta(tx, "m", value));
    assert_eq!(
        (keep("first"), keep("second")),
        ("first".into(), "first".into())
    );
    db.write(|tx| directory::set_meta(tx, "m", "third"));
    assert_eq!(
        db.read(|tx| directory::meta(tx, "m")).as_deref(),
        Some("third")
    );
    let node = || db.write(directory::next_node);
    assert_eq!((node(), node(), node()), (1, 2, 3));
    db.write(|tx| directory::set_meta(tx, "node", "1023"));
    assert_eq!((node(), node()), (0, 1));
}
