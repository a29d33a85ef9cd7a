//! Unique values that are taken (R-ERR-1).

use openlma_testkit::{Answer, Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, create, license_id, one, patch_license, problem, refusal, sobject, texts,
};

const PACKAGE_LICENSE: &str = "sfLma__Package_License_ID__c";

/// What the answer says, without the number of the other record or its id.
fn told(answer: &Answer, others: &[&str]) {
    assert!(
        answer
            .text
            .contains("duplicate value found: Package License ID"),
        "{answer:?}"
    );
    for other in others {
        assert!(!answer.text.contains(&other[..15]), "{answer:?}");
    }
}

/// R-ERR-1: a license with the Package License ID of another is neither made, changed nor taken back;
/// the field is named, nothing of the other license is.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_a_package_license_id_is_taken(#[case] backend: Backend) {
    let world = World::start(backend);
    let _ = world.install(&world.customer(|_| {}));
    let me = &world.business.http;
    let first = license_id(&world);
    let row = me.get(&sobject(LICENSE, &first)).expect(200);
    let number = row[PACKAGE_LICENSE].as_str().unwrap();
    let taken = json!({PACKAGE_LICENSE: number, "sfLma__Status__c": "Active"});
    let expected = (
        "DUPLICATE_VALUE".to_owned(),
        vec![PACKAGE_LICENSE.to_owned()],
    );
    let other = create(me, LICENSE, &json!({"sfLma__Status__c": "Active"}));
    for refused in [
        me.post(&sobject(LICENSE, ""), &taken),
        patch_license(me, &other, &json!({PACKAGE_LICENSE: number})),
    ] {
        assert_eq!(refusal(&refused), expected, "{refused:?}");
        told(&refused, &[number, &first]);
    }
    let kept = me.get(&sobject(LICENSE, &other)).expect(200);
    assert_eq!(kept[PACKAGE_LICENSE], Value::Null);

    assert_eq!(me.delete(&sobject(LICENSE, &first)).status, 204);
    let successor = create(me, LICENSE, &taken);
    let back = format!("/api/v1/records/{first}/undelete");
    let refused = me.post(&back, &json!({}));
    assert_eq!(problem(&refused, 400), "DUPLICATE_VALUE");
    assert_eq!(
        texts(&refused.json()["fields"]),
        ["package_license_id"],
        "{refused:?}"
    );
    told(&refused, &[number, &successor]);
    let soql = format!("SELECT Id FROM {LICENSE} WHERE {PACKAGE_LICENSE} = '{number}'");
    assert_eq!(one(me, &soql)["Id"], json!(successor));
}
