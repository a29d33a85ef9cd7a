//! A refresh that makes the licenses of many orgs, and corrects those of others, is cut off in the
//! middle of its steps; the next server goes on with it, and each license is counted once.

use openlma_app::App;
use openlma_core::Id;
use openlma_core::catalog::{Catalog, names};
use openlma_store::{Options, Store};
use openlma_testkit::Client;
use openlma_testkit::bulk::{self, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::place::{Engine, Place, Server, until};

/// Orgs with the package: four steps of a refresh, and a bit.
const ORGS: usize = 430;
/// Of every three licenses one is deleted, one differs and one is as it should be.
const OF_THREE: usize = 3;
/// Records of one call.
const BATCH: usize = 200;
/// The rules let a node have a job for 30 s after its last step; the test does not sit them out.
const END_LEASES: &str = "UPDATE jobs SET lease_until = 0";
const SPOIL: &str = "UPDATE licenses SET version_number = '9.9' WHERE id = ?1";

/// The world before the refresh: everybody has the package, and the publisher's records are wrong.
/// Answers the publisher's token, the package, and how many licenses are gone and how many differ.
async fn spoilt(app: &App) -> (String, Id, usize, usize) {
    let world = World::make(app, 1, ORGS, 1).await.unwrap();
    world.install(world.versions[0]).await.unwrap();
    let store = app.store();
    let ids = |sql: &'static str| async move {
        let rows = store.read(move |tx| tx.query(sql, &[])).await.unwrap();
        rows.iter()
            .map(|row| row.key(0).unwrap())
            .collect::<Vec<Id>>()
    };
    let licenses = ids("SELECT id FROM licenses ORDER BY id").await;
    assert_eq!(licenses.len(), ORGS);
    let of = |n: usize| licenses.iter().copied().skip(n).step_by(OF_THREE);
    let (gone, differ): (Vec<Id>, Vec<Id>) = (of(0).collect(), of(1).collect());
    let object = Catalog::standard().known(names::LICENSE);
    for ids in gone.chunks(BATCH) {
        let deleted = app.delete_records(&world.business, object, ids.to_vec(), true);
        assert!(deleted.await.unwrap().iter().all(Result::is_ok));
    }
    let spoil = differ.clone();
    let spoilt = store.write(move |tx| {
        spoil
            .iter()
            .try_for_each(|id| tx.execute(SPOIL, &[(*id).into()]).map(drop))
    });
    spoilt.await.unwrap();
    let token = bulk::token(app, &world.business).await.unwrap();
    let package = ids("SELECT id FROM metadata_packages").await[0];
    (token, package, gone.len(), differ.len())
}

/// R-REF-1: resumable after kill -9: nothing is made twice, and every number of the job is right.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_ref_1_a_refresh_goes_on_after_kill_9(#[case] engine: Engine) {
    let place = Place::new(engine);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = bulk::app(&place.database).unwrap();
    let (token, package, gone, differ) = runtime.block_on(spoilt(&app));
    drop(app);
    let left = ORGS - gone;

    let server = Server::start(&place);
    let client = Client::new(&server.url, Some(&token));
    let refresh = format!("/api/v1/packages/{package}/refresh");
    let begun = client.post(&refresh, &json!({})).expect(202);
    let job = format!("/api/v1/jobs/{}", begun["id"].as_str().unwrap());
    // Killed in the middle of a step: it has made licenses, and has not counted them.
    let seen = cut_off(server, &place, &token, |client| {
        let seen = client.get(&job).expect(200)["counts"]["seen"].as_u64();
        (licenses(client) > left).then_some(seen.unwrap())
    });
    // Killed in the middle of a later one.
    let server = Server::start(&place);
    let later = cut_off(server, &place, &token, |client| {
        let now = client.get(&job).expect(200)["counts"]["seen"].as_u64();
        now.filter(|now| *now > seen)
    });
    assert!(
        later < ORGS as u64,
        "the job was over before the second kill"
    );

    let server = Server::start(&place);
    let client = Client::new(&server.url, Some(&token));
    let done = until("the job ends", || {
        let job = client.get(&job).expect(200);
        (!job["finished_at"].is_null()).then_some(job)
    });
    assert_eq!(done["state"], "Done", "{done}");
    let mut counts = done["counts"].as_object().unwrap().clone();
    counts.retain(|_, n| *n != 0);
    let wanted = json!({"total": ORGS, "seen": ORGS, "made": gone, "corrected": differ});
    assert_eq!(Value::Object(counts), wanted);
    place.settle();
    assert_eq!(licenses(&client), ORGS);
    let soql = "SELECT COUNT() FROM Lead";
    assert_eq!(client.query(soql).expect(200)["totalSize"], ORGS);
    let soql = "SELECT Id FROM sfLma__License__c WHERE sfLma__Version_Number__c = '9.9'";
    assert!(client.rows(soql).is_empty());
    server.kill();
}

/// Kills the server as soon as a condition holds; answers what the condition found.
fn cut_off<T>(
    server: Server,
    place: &Place,
    token: &str,
    found: impl Fn(&Client) -> Option<T>,
) -> T {
    let client = Client::new(&server.url, Some(token));
    let found = until("the job is that far", || found(&client));
    server.kill();
    let store = Store::open(&Options::new(&place.database)).unwrap();
    store
        .write_blocking(|tx| tx.execute(END_LEASES, &[]))
        .unwrap();
    found
}

fn licenses(client: &Client) -> usize {
    let answer = client
        .query("SELECT COUNT() FROM sfLma__License__c")
        .expect(200);
    usize::try_from(answer["totalSize"].as_u64().unwrap()).unwrap()
}
