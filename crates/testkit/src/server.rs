//! The real server, on 127.0.0.1 and a free port.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use openlma_app::{App, Secret};
use openlma_server::{Running, Settings, State};
use openlma_store::{Options, Store};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::backend::{Backend, Place};
use crate::clock::ManualClock;
use crate::http::Client;
use crate::random::SeededRandom;

/// When tests begin, unless they say otherwise.
const BEGINS: &str = "2026-03-02T09:00:00Z";
/// How long a condition may take to become true before a test fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// Limits of a server.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Units that may wait in each queue of the store.
    pub queue: usize,
    /// Connections of the store.
    pub connections: usize,
    /// Largest request body, bytes.
    pub body_limit: usize,
    /// Memory for what checks have read, bytes.
    pub check_cache: u64,
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning {
            queue: 4096,
            connections: 4,
            body_limit: 10 * 1024 * 1024,
            check_cache: 1024 * 1024,
        }
    }
}

/// A running server; it ends with this value.
pub struct TestServer {
    /// Its use cases, for what has no door yet.
    pub app: App,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    state: State,
    stop: Option<oneshot::Sender<()>>,
    running: Option<Running>,
    runtime: Runtime,
    place: Arc<Place>,
    tuning: Tuning,
    node: u32,
}

impl TestServer {
    /// Starts a server on an empty database.
    #[must_use]
    pub fn start(backend: Backend) -> TestServer {
        TestServer::tuned(backend, Tuning::default())
    }

    /// Starts a server with other limits.
    #[must_use]
    pub fn tuned(backend: Backend, tuning: Tuning) -> TestServer {
        let clock = Arc::new(ManualClock::at(BEGINS));
        TestServer::on(Arc::new(backend.place()), clock, tuning, 0)
    }

    /// One more node of the same server: on its database, which must be a PostgreSQL one, and with
    /// its clock.
    #[must_use]
    pub fn another_node(&self) -> TestServer {
        let (place, clock) = (Arc::clone(&self.place), Arc::clone(&self.clock));
        TestServer::on(place, clock, self.tuning, self.node + 1)
    }

    fn on(place: Arc<Place>, clock: Arc<ManualClock>, tuning: Tuning, node: u32) -> TestServer {
        let options = Options {
            connections: tuning.connections,
            queue: tuning.queue,
            rehearse: true,
            ..Options::new(&place.database)
        };
        let store = Store::open(&options).expect("the database opens");
        let app = App::new(
            store,
            Arc::clone(&clock) as _,
            Arc::new(SeededRandom::of_node(node)),
            Secret::new([7; 32]),
            tuning.check_cache,
        )
        .expect("the app starts");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let (stop, told) = oneshot::channel();
        let running = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let url = format!("http://{}", listener.local_addr().expect("an address"));
            let stopped = async {
                let _ = told.await;
            };
            let settings = Settings {
                body_limit: tuning.body_limit,
                ..Settings::new(url)
            };
            openlma_server::serve(app.clone(), settings, listener, stopped)
                .await
                .expect("the server starts")
        });
        TestServer {
            app,
            clock,
            url: format!("http://{}", running.address),
            state: running.state.clone(),
            stop: Some(stop),
            running: Some(running),
            runtime,
            place,
            tuning,
            node,
        }
    }

    /// Runs a future to its end.
    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// A caller without a token.
    #[must_use]
    pub fn anybody(&self) -> Client {
        Client::new(&self.url, None)
    }

    /// A caller with a token or key.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Client {
        Client::new(&self.url, Some(token))
    }

    /// Ends the worker, so that a test can take its steps by hand.
    pub fn stop_worker(&self) {
        self.state.worker.stop();
        self.wait(self.state.worker.stopped());
    }

    /// Waits until every message between orgs has been applied or is held.
    pub fn settle(&self) {
        self.until("all messages are dealt with", || {
            let due = self
                .wait(self.app.due_work())
                .expect("the database answers");
            (due.is_empty() && self.state.worker.idle()).then_some(())
        });
    }

    /// Waits for a condition.
    ///
    /// # Panics
    /// When it does not come true.
    pub fn until<T>(&self, what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
        #[expect(clippy::disallowed_methods, reason = "bounds the wait for a condition")]
        let started = std::time::Instant::now();
        loop {
            if let Some(value) = condition() {
                return value;
            }
            assert!(started.elapsed() < PATIENCE, "waited in vain until {what}");
            self.wait(async { tokio::time::sleep(Duration::from_millis(2)).await });
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // The server ended by itself when nobody hears this.
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(running) = self.running.take() {
            let _ = self.runtime.block_on(running.ended());
        }
    }
}
