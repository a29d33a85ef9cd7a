//! A license is deleted, or taken back, at the moment at which a message for it is applied: whichever
//! comes first, the message counts and there is one license (R-PKG-6, R-SYN-2).

use std::sync::mpsc::channel;

use openlma_core::{Code, Id};
use openlma_store::{Tx, Val, messages};
use openlma_testkit::{Backend, Org, TestServer, World};
use rstest::rstest;
use serde_json::Value;

use crate::installs::INSTALLS;
use crate::support::{LICENSE, id, install, object};

/// What somebody does to the license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Delete,
    Undelete,
}

/// What its subscriber does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    Upgrade,
    Reinstall,
}

/// The server and the publisher's org, which threads share.
#[derive(Clone, Copy)]
struct Publisher<'a> {
    server: &'a TestServer,
    org: &'a Org,
}

impl Publisher<'_> {
    /// Hands over what a customer has to send.
    fn receive(self, customer: &Org) {
        let sent = self.server.wait(self.server.app.deliver(customer.id));
        assert!(sent.unwrap() > 0);
    }

    fn apply(self) {
        let applied = self.server.app.apply_received(self.org.id);
        self.server.wait(applied).unwrap();
    }

    /// Deletes a license or takes it back; answers whether that was allowed.
    fn act(self, deed: Deed, license: Id) -> bool {
        let (app, actor) = (&self.server.app, &self.org.actor);
        let object = object(self.org, LICENSE);
        let rows = self.server.wait(async {
            let ids = vec![license];
            match deed {
                Deed::Delete => app.delete_records(actor, &object, ids, true).await,
                Deed::Undelete => app.undelete_records(actor, &object, ids, true).await,
            }
        });
        match rows {
            Ok(rows) => rows.iter().all(Result::is_ok),
            // Another license has taken its place.
            Err(e) => {
                assert_eq!(e.code, Code::DuplicateValue, "{e:?}");
                false
            }
        }
    }

    /// The licenses of a customer that are not in the recycle bin.
    fn living(self, customer: &Org) -> Vec<Value> {
        let soql = format!(
            "SELECT Id, sfLma__Version_Number__c, sfLma__Status__c FROM sfLma__License__c \
             WHERE sfLma__Subscriber_Org_ID__c LIKE '{}%'",
            customer.id.as_str()
        );
        self.org.http.rows(&soql)
    }

    /// Does what is first and then what is second, both behind somebody who has the license's row, so
    /// that each is under way when the other one begins.
    fn behind_each_other(self, license: Id, first: &Step<'_>, second: &Step<'_>) {
        std::thread::scope(|scope| {
            let (holds, held) = channel();
            let (over, until) = channel::<()>();
            let holder = scope.spawn(move || {
                let hold = move |tx: &mut Tx<'_>| {
                    tx.query(LOCK, &[Val::from(license)])?;
                    let _ = holds.send(());
                    // Until the other end is gone.
                    let _ = until.recv();
                    Ok(())
                };
                self.server
                    .wait(self.server.app.store().write(hold))
                    .unwrap();
            });
            held.recv().unwrap();
            let first = scope.spawn(first);
            self.waiting(1);
            let second = scope.spawn(second);
            self.waiting(2);
            drop(over);
            for thread in [holder, first, second] {
                thread.join().unwrap();
            }
        });
    }

    /// Waits until so many units wait for a row.
    fn waiting(self, units: i64) {
        self.server.until("units wait for the license", || {
            let found = self
                .server
                .app
                .store()
                .look(|tx| tx.query_one(WAITING, &[]));
            let found = self.server.wait(found).unwrap().unwrap();
            (found.number(0) == units).then_some(())
        });
    }
}

type Step<'a> = dyn Fn() + Sync + 'a;

const LOCK: &str = "SELECT id FROM licenses WHERE id = ?1 FOR UPDATE";
const WAITING: &str = "SELECT COUNT(*) FROM pg_stat_activity \
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// A customer with a license, of whom news have come to the publisher's org.
fn with_news(world: &World, publisher: Publisher<'_>, news: News, higher: Id) -> (Org, Id) {
    let customer = world.customer(|_| {});
    let made = install(&customer.http, world.version);
    publisher.receive(&customer);
    publisher.apply();
    let license = publisher.living(&customer)[0]["Id"].as_str().map(id);
    match news {
        News::Upgrade => drop(install(&customer.http, higher)),
        News::Reinstall => {
            let path = format!("{INSTALLS}/{}", made["id"].as_str().unwrap());
            assert_eq!(customer.http.delete(&path).status, 204);
            publisher.receive(&customer);
            publisher.apply();
            let _ = install(&customer.http, world.version);
        }
    }
    (customer, license.unwrap())
}

/// R-PKG-6, R-SYN-2: no message is lost, and no license is there twice.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_6_deleted_while_a_message_is_applied(
    #[case] backend: Backend,
    #[values(Deed::Delete, Deed::Undelete)] deed: Deed,
    #[values(News::Upgrade, News::Reinstall)] news: News,
) {
    let world = World::start(backend);
    let higher = world.upload("2.0");
    world.server.stop_worker();
    let publisher = Publisher {
        server: &world.server,
        org: &world.business,
    };
    for deed_first in [true, false] {
        let (customer, license) = with_news(&world, publisher, news, higher);
        if deed == Deed::Undelete {
            assert!(publisher.act(Deed::Delete, license));
        }
        publisher.receive(&customer);
        let act = || {
            let _ = publisher.act(deed, license);
        };
        let apply = || publisher.apply();
        let (first, second): (&Step<'_>, &Step<'_>) = match deed_first {
            true => (&act, &apply),
            false => (&apply, &act),
        };
        match backend {
            Backend::Postgres => publisher.behind_each_other(license, first, second),
            // Units follow one another there.
            Backend::Sqlite => std::thread::scope(|scope| {
                scope.spawn(first);
                scope.spawn(second);
            }),
        }
        let org = publisher.org.id;
        let waiting = world.server.app.store();
        let waiting = waiting.look(move |tx| messages::waiting(tx, org, None, 10));
        assert_eq!(world.server.wait(waiting).unwrap(), []);
        let mut living = publisher.living(&customer);
        if living.is_empty() {
            assert!(publisher.act(Deed::Undelete, license));
            living = publisher.living(&customer);
        }
        assert_eq!(living.len(), 1, "{living:?}");
        let (shown, expected) = match news {
            News::Upgrade => ("sfLma__Version_Number__c", "2.0"),
            News::Reinstall => ("sfLma__Status__c", "Trial"),
        };
        assert_eq!(living[0][shown], expected, "the deed first: {deed_first}");
    }
}
