//! From a bound listener to an orderly end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use openlma_app::App;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::router;
use crate::state::{Settings, State};
use crate::worker::Worker;

/// How long what is in flight may still take after the signal to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its handlers share.
    pub state: State,
    task: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Waits until the server has ended.
    ///
    /// # Errors
    /// What ended it.
    pub async fn ended(self) -> std::io::Result<()> {
        self.task.await.map_err(std::io::Error::other)?
    }
}

/// Serves on `listener` until `stop` is done; then `/readyz` says no at once, what is in flight
/// gets ten seconds, and leased work is left to its lease.
///
/// # Errors
/// When the listener has no address.
pub async fn serve(
    app: App,
    settings: Settings,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<Running> {
    let address = listener.local_addr()?;
    let ready = Arc::new(AtomicBool::new(true));
    let worker = Worker::start(app.clone());
    let state = State {
        app,
        settings: Arc::new(settings),
        worker: Arc::clone(&worker),
        ready: Arc::clone(&ready),
    };
    let service = router(state.clone());
    let stopping_worker = Arc::clone(&worker);
    let (asked, told) = tokio::sync::oneshot::channel::<()>();
    let stopping = async move {
        stop.await;
        ready.store(false, Ordering::Relaxed);
        stopping_worker.stop();
        // Nobody waits when the server ended by itself.
        let _ = asked.send(());
    };
    let task = tokio::spawn(async move {
        let server = axum::serve(listener, service).with_graceful_shutdown(stopping);
        let too_long = async {
            let _ = told.await;
            tokio::time::sleep(LAST_REQUESTS).await;
        };
        let ended = tokio::select! {
            done = server => done,
            () = too_long => Ok(()),
        };
        worker.stop();
        worker.stopped().await;
        ended
    });
    Ok(Running {
        address,
        state,
        task,
    })
}
