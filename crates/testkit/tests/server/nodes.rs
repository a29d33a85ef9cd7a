//! Two nodes of one server. They share a PostgreSQL database: an SQLite file has one node.

use openlma_app::orgs::NewOrg;
use openlma_core::org::OrgStatus;
use openlma_testkit::{Backend, TestServer, World};
use serde_json::{Value, json};

use crate::installs::{INSTALLS, body};
use crate::support::{count, install, one, package, problem, register};

/// A world, and a second node of its server that hears nothing of what the first one commits.
fn two() -> (World, TestServer) {
    let world = World::start(Backend::Postgres);
    let other = world.server.another_node();
    other.stop_worker();
    (world, other)
}

fn org_status(world: &World, namespace: &str) -> Value {
    let soql = format!(
        "SELECT sfLma__Org_Status__c FROM sfLma__License__c \
         WHERE sfLma__Package__r.olma__Namespace__c = '{namespace}'"
    );
    one(&world.business.http, &soql)["sfLma__Org_Status__c"].take()
}

/// R-ORG-7, R-SYN-4: a node that has not heard yet of an org's new status tells no old one: not of a
/// seat, not of an install; and nothing is installed in an org that another node locked.
#[test]
fn r_org_7_facts_are_the_latest_on_every_node_postgres() {
    let (world, other) = two();
    let (org, made, version) = package(&world, "second", false);
    register(&world, &org, made, json!({"status": "Active"})).expect(200);
    let customer = world.customer(|_| {});
    let user = world.user(&customer, "second@customer1.example");
    let _ = world.install(&customer);
    let there = other.bearer(&customer.token);
    let seats = "/api/v1/packages/orbit/seats";
    there.get(seats).expect(200);
    let set = |status| {
        let set = world
            .server
            .app
            .set_org_status(&world.operator, customer.id, status);
        world.server.wait(set).unwrap();
        world.server.settle();
    };

    set(OrgStatus::Free);
    assert_eq!(org_status(&world, "orbit"), "FREE");
    there
        .post(seats, &json!({"users": [user.to_string()]}))
        .expect(200);
    world.server.settle();
    assert_eq!(org_status(&world, "orbit"), "FREE");

    set(OrgStatus::Locked);
    let refused = there.post(INSTALLS, &body(version));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    set(OrgStatus::Free);
    let _ = install(&there, version);
    world.server.settle();
    assert_eq!(org_status(&world, "second"), "FREE");
}

/// R-INS-9, R-LEAD-3: two nodes that apply installs of one new person at the same moment make one
/// lead.
#[test]
fn r_ins_9_one_lead_on_two_nodes_postgres() {
    let (world, other) = two();
    world.server.stop_worker();
    for round in 1..=ROUNDS {
        let email = format!("new{round}@people.example");
        let of_person = |new: &mut NewOrg| new.administrator.email = Some(email.clone());
        let orgs = [world.customer(of_person), world.customer(of_person)];
        for org in &orgs {
            let _ = install(&org.http, world.version);
        }
        // The second message comes while the first one is applied, so that each node has one.
        let business = world.business.id;
        let (here, there) = (world.server.app.clone(), other.app.clone());
        world.server.wait(here.deliver(orgs[0].id)).unwrap();
        world.server.wait(async {
            let second = async {
                there.deliver(orgs[1].id).await?;
                there.apply_received(business).await
            };
            let (first, second) = tokio::join!(here.apply_received(business), second);
            first.and(second).unwrap();
        });
        let leads = format!("Lead WHERE Email = '{email}'");
        assert_eq!(count(&world.business.http, &leads), 1, "round {round}");
    }
}

/// Rounds, so that the nodes meet.
const ROUNDS: usize = 12;
