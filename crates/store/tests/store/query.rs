//! Queries from text to rows, for what one can say by example.

use openlma_core::access::SystemAccess;
use openlma_core::catalog::{Catalog, names};
use openlma_core::time::zone;
use openlma_core::{Code, Id, Record, Result, Value};
use openlma_soql::{BindContext, Plan, compile};
use openlma_store::query::{self, Answer, MAX_ROWS, Moment};
use openlma_store::records;
use rstest::rstest;

use crate::support::{Db, Engine, at, fresh, id, org};

const PACKAGE: &str = "sfLma__Package__c";

fn plan(soql: &str, include_deleted: bool) -> Plan {
    let zone = zone("GMT").unwrap();
    let context = BindContext {
        now: at(0),
        zone: &zone,
        include_deleted,
    };
    compile(soql, Catalog::standard(), &SystemAccess, &context).unwrap()
}

fn try_ask(db: &Db, org: Id, plan: Plan) -> Result<Answer> {
    let moment = Moment {
        now: at(0),
        today: "2023-11-14".parse().unwrap(),
    };
    db.store
        .read_blocking(move |tx| query::run(tx, org, &plan, moment))
}

/// The first column of the answer; null is `-`.
fn ask(db: &Db, soql: &str) -> Vec<String> {
    let answer = try_ask(db, org(), plan(soql, false)).unwrap();
    let first = answer.rows.into_iter().map(|mut row| row.swap_remove(0));
    first
        .map(|value| match value {
            Value::Null => "-".to_owned(),
            Value::Text(text) => text,
            Value::Id(id) => id.as_str().to_owned(),
            Value::Number(n) => n.to_string(),
            other => format!("{other:?}"),
        })
        .collect()
}

fn insert(db: &Db, object: &str, org: Id, rows: &[&[(&str, Value)]]) {
    let object = Catalog::standard().known(object);
    let records: Vec<Record> = rows
        .iter()
        .map(|values| {
            let mut record = Record::with_defaults(object);
            record.set("Id", fresh(object.prefix.unwrap()));
            for (field, value) in *values {
                record.set(field, value.clone());
            }
            record
        })
        .collect();
    db.write(move |tx| records::insert(tx, org, &records));
}

fn companies(db: &Db, names: &[&str]) {
    for name in names {
        insert(db, "Lead", org(), &[&[("Company", (*name).into())]]);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn like_ignores_case_in_every_script(#[case] engine: Engine) {
    let db = engine.open();
    companies(
        &db,
        &[
            "Äpfel_1",
            "ÄPFELX1",
            "100%",
            "1000",
            "back\\slash",
            "Ω🦀",
            "Straße",
        ],
    );
    let like = |pattern: &str| {
        ask(
            &db,
            &format!("SELECT Company FROM Lead WHERE Company LIKE '{pattern}' ORDER BY Company"),
        )
    };
    assert_eq!(like("äPFEL_1"), ["Äpfel_1", "ÄPFELX1"]);
    assert_eq!(like("äpfel\\_1"), ["Äpfel_1"]);
    assert_eq!(like("100\\%"), ["100%"]);
    assert_eq!(like("100_"), ["100%", "1000"]);
    assert_eq!(like("%\\\\%"), ["back\\slash"]);
    assert_eq!(like("ω_"), ["Ω🦀"]);
    assert_eq!(like("stra_e"), ["Straße"]);
    assert_eq!(like("strasse"), [""; 0]);
    let all = [
        "100%",
        "1000",
        "back\\slash",
        "Straße",
        "Äpfel_1",
        "ÄPFELX1",
        "Ω🦀",
    ];
    assert_eq!(like("%"), all);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn order_nulls_and_windows(#[case] engine: Engine) {
    let db = engine.open();
    companies(&db, &["b", "A", "", "_", "ä", "a", "C"]);
    let by = |end: &str| ask(&db, &format!("SELECT Company FROM Lead ORDER BY {end}"));
    assert_eq!(by("Company"), ["-", "_", "A", "a", "b", "C", "ä"]);
    assert_eq!(
        by("Company NULLS LAST"),
        ["_", "A", "a", "b", "C", "ä", "-"]
    );
    assert_eq!(
        by("Company DESC NULLS LAST"),
        ["ä", "C", "b", "A", "a", "_", "-"]
    );
    assert_eq!(by("Company LIMIT 2 OFFSET 1"), ["_", "A"]);
    assert_eq!(by("Company LIMIT 0"), [""; 0]);
    assert_eq!(by("Company NULLS LAST OFFSET 5"), ["ä", "-"]);
    let count = |end: &str| {
        let soql = format!("SELECT COUNT() FROM Lead {end}");
        let answer = try_ask(&db, org(), plan(&soql, false)).unwrap();
        assert_eq!(answer.rows, Vec::<Vec<Value>>::new());
        answer.total
    };
    assert_eq!(count(""), 7);
    assert_eq!(count("WHERE Company = 'a'"), 2);
    assert_eq!(count("LIMIT 3 OFFSET 5"), 2);
    assert_eq!(count("OFFSET 5"), 2);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn parents_and_owners_of_several_kinds(#[case] engine: Engine) {
    let db = engine.open();
    let (user, queue, lead) = (id("005", 1), id("00G", 1), id("00Q", 1));
    insert(
        &db,
        "User",
        org(),
        &[&[("Id", user.into()), ("Name", "Úrsula".into())]],
    );
    insert(
        &db,
        "Group",
        org(),
        &[&[("Id", queue.into()), ("Name", "Queue".into())]],
    );
    let lead_row: &[_] = &[
        ("Id", lead.into()),
        ("Company", "Of a lead".into()),
        ("OwnerId", queue.into()),
    ];
    insert(&db, "Lead", org(), &[lead_row]);
    let license = |name: &str, owner: Id, lead: Value| {
        let row: &[_] = &[
            ("Name", name.into()),
            ("OwnerId", owner.into()),
            ("sfLma__Lead__c", lead),
        ];
        insert(&db, names::LICENSE, org(), &[row]);
    };
    license("L-1", user, lead.into());
    license("L-2", queue, Value::Null);
    license("L-3", id("005", 9), id("00Q", 9).into());
    let one =
        |what: &str, end: &str| ask(&db, &format!("SELECT {what} FROM sfLma__License__c {end}"));
    assert_eq!(one("Owner.Name", "ORDER BY Name"), ["Úrsula", "Queue", "-"]);
    assert_eq!(one("Name", "WHERE Owner.Name = 'úRSULA'"), ["L-1"]);
    assert_eq!(
        one("Name", "WHERE Owner.Name != 'Queue' ORDER BY Name"),
        ["L-1", "L-3"]
    );
    assert_eq!(
        one("Name", "ORDER BY Owner.Name DESC NULLS FIRST"),
        ["L-3", "L-1", "L-2"]
    );
    assert_eq!(
        one("sfLma__Lead__r.Company", "ORDER BY Name"),
        ["Of a lead", "-", "-"]
    );
    assert_eq!(
        one("sfLma__Lead__r.Owner.Name", "ORDER BY Name"),
        ["Queue", "-", "-"]
    );
    assert_eq!(
        one("Name", "WHERE sfLma__Lead__r.Owner.Name LIKE 'q%'"),
        ["L-1"]
    );
}

/// R-LIC-5: what depends on the clock is worked out at the query's one instant.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_lic_5_derived_values(#[case] engine: Engine) {
    let db = engine.open();
    let row = |name: &str, status: &str, ends: i64, day: &str| {
        let values: &[_] = &[
            ("Name", name.into()),
            ("sfLma__Status__c", status.into()),
            ("olma__Access_Ends_At__c", at(ends).into()),
            (
                "sfLma__Expiration__c",
                day.parse::<openlma_core::time::Date>().unwrap().into(),
            ),
        ];
        insert(&db, names::LICENSE, org(), &[values]);
    };
    row("L-1", "Active", 1, "2024-01-01");
    row("L-2", "Trial", 0, "2023-11-13");
    row("L-3", "Suspended", -9, "2023-02-28");
    insert(
        &db,
        names::LICENSE,
        org(),
        &[&[
            ("Name", "L-4".into()),
            ("sfLma__Status__c", "Active".into()),
        ]],
    );
    let one = |what: &str, end: &str| {
        ask(
            &db,
            &format!("SELECT {what} FROM sfLma__License__c {end} ORDER BY Name"),
        )
    };
    assert_eq!(
        one("olma__Effective_Status__c", ""),
        ["Active", "Expired", "Suspended", "Active"]
    );
    assert_eq!(
        one("Name", "WHERE olma__Effective_Status__c = 'EXPIRED'"),
        ["L-2"]
    );
    assert_eq!(
        one("olma__Days_To_Expiry__c", ""),
        ["48", "-1", "-259", "-"]
    );
    assert_eq!(
        one("Name", "WHERE olma__Days_To_Expiry__c > -1.5"),
        ["L-1", "L-2"]
    );
    let copy = |namespace: &str, status: &str, ends: i64, uninstalled: Value| {
        let values: &[_] = &[
            ("NamespacePrefix", namespace.into()),
            ("package_id", fresh("033").into()),
            ("terms_status", status.into()),
            ("ExpirationDate", at(ends).into()),
            ("uninstalled_at", uninstalled),
        ];
        insert(&db, names::PACKAGE_LICENSE, org(), &[values]);
    };
    copy("a", "Active", 1, Value::Null);
    copy("b", "Trial", 0, Value::Null);
    copy("c", "Free", -1, Value::Null);
    copy("d", "Active", 1, at(0).into());
    let shown = ask(
        &db,
        "SELECT Status FROM PackageLicense ORDER BY NamespacePrefix",
    );
    assert_eq!(shown, ["Active", "Expired", "Free"]);
}

/// R-ORG-5: another org's records are not there; deleted ones only when asked for.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn only_the_orgs_own_living_records(#[case] engine: Engine) {
    let db = engine.open();
    insert(&db, PACKAGE, org(), &[&[("Name", "mine".into())]]);
    insert(
        &db,
        PACKAGE,
        org(),
        &[&[("Name", "gone".into()), ("IsDeleted", true.into())]],
    );
    insert(&db, PACKAGE, id("00D", 2), &[&[("Name", "theirs".into())]]);
    let soql = format!("SELECT Name FROM {PACKAGE} ORDER BY Name DESC");
    assert_eq!(ask(&db, &soql), ["mine"]);
    let all = try_ask(&db, org(), plan(&soql, true)).unwrap();
    assert_eq!(all.total, 2);
    assert_eq!(all.rows[1][0], Value::from("gone"));
}

/// R-ERR-2: a query answers at most 2,000 rows.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_err_2_too_many_rows_are_refused(#[case] engine: Engine) {
    let db = engine.place().with(|o| o.rehearse = false).open();
    let rows: Vec<&[(&str, Value)]> = vec![&[]; MAX_ROWS as usize + 1];
    insert(&db, "Lead", org(), &rows);
    let outcome = |end: &str| {
        let soql = format!("SELECT Id FROM Lead {end}");
        try_ask(&db, org(), plan(&soql, false))
            .map(|a| a.total)
            .map_err(|e| e.code)
    };
    assert_eq!(outcome(""), Err(Code::ExceededIdLimit));
    assert_eq!(outcome("LIMIT 2001"), Err(Code::ExceededIdLimit));
    assert_eq!(outcome("LIMIT 2000"), Ok(2000));
    assert_eq!(outcome("OFFSET 1"), Ok(2000));
    let count = try_ask(&db, org(), plan("SELECT COUNT() FROM Lead", false)).unwrap();
    assert_eq!(count.total, 2001);
}

/// The packaging org's view of its subscribers.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn package_subscribers_are_seen_through_licenses(#[case] engine: Engine) {
    let db = engine.open();
    let (package, version) = (id("a0P", 1), id("a0V", 1));
    let package_row: &[_] = &[
        ("Id", package.into()),
        ("sfLma__Package_ID__c", "033000000000001EAA".into()),
    ];
    let version_row: &[_] = &[
        ("Id", version.into()),
        ("sfLma__Version_ID__c", "04t000000000001EAA".into()),
    ];
    insert(&db, PACKAGE, org(), &[package_row]);
    insert(&db, names::PACKAGE_VERSION, org(), &[version_row]);
    for (n, status, org_status) in [(1, "Active", "ACTIVE"), (2, "Uninstalled", "DELETED")] {
        let row: &[_] = &[
            ("Id", id("a0L", n).into()),
            ("sfLma__Status__c", status.into()),
            ("sfLma__Package__c", package.into()),
            ("sfLma__Package_Version__c", version.into()),
            (
                "sfLma__Package_License_ID__c",
                id("050", n).to_string().into(),
            ),
            ("sfLma__Org_Status_Formula__c", org_status.into()),
            ("sfLma__Subscriber_Org_Is_Sandbox__c", (n == 2).into()),
            ("olma__Subscriber_Org_Name__c", format!("Ünïon {n}").into()),
            ("org_key", id("00D", n).to_string().into()),
        ];
        insert(&db, names::LICENSE, org(), &[row]);
    }
    let soql = "SELECT Id, MetadataPackageId, MetadataPackageVersionId, InstalledStatus, OrgKey, \
                OrgName, OrgStatus, OrgType, ParentOrg, HasRestrictionEnabled \
                FROM PackageSubscriber WHERE OrgName LIKE 'ünïon%' ORDER BY InstalledStatus";
    let rows = try_ask(&db, org(), plan(soql, false)).unwrap().rows;
    let row = |n: u64, installed: &str, org_status: &str, org_type: &str| -> Vec<Value> {
        vec![
            id("0Ps", n).into(),
            id("033", 1).into(),
            id("04t", 1).into(),
            installed.into(),
            id("00D", n).to_string().into(),
            format!("Ünïon {n}").into(),
            org_status.into(),
            org_type.into(),
            Value::Null,
            false.into(),
        ]
    };
    let wanted = [
        row(1, "i", "Active", "Production"),
        row(2, "u", "Inactive", "Sandbox"),
    ];
    assert_eq!(rows, wanted);
}
