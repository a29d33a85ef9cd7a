//! The signals that end a server: the first asks, the second ends at once with exit code 130.
//! What to do before the end is for those who wait.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::failure::Failure;

/// Exit code of a server that was told twice.
const AT_ONCE: i32 = 130;

/// Whether the process has been told to stop; clones share it.
#[derive(Clone)]
pub(crate) struct Stop {
    told: watch::Receiver<bool>,
    leave_behind: Arc<Mutex<Option<PathBuf>>>,
}

impl Stop {
    /// Listens for SIGTERM and SIGINT; call it inside the async runtime.
    pub(crate) fn listen() -> Result<Stop, Failure> {
        let open = |kind| {
            signal(kind).map_err(|e| Failure::unreachable(format!("signals cannot be heard: {e}")))
        };
        let (mut terminate, mut interrupt) = (
            open(SignalKind::terminate())?,
            open(SignalKind::interrupt())?,
        );
        let (tell, told) = watch::channel(false);
        let stop = Stop {
            told,
            leave_behind: Arc::default(),
        };
        let folder = Arc::clone(&stop.leave_behind);
        tokio::spawn(async move {
            either(&mut terminate, &mut interrupt).await;
            tracing::info!("stopping; a second signal ends at once");
            // Nobody waits when the server has ended already.
            let _ = tell.send(true);
            either(&mut terminate, &mut interrupt).await;
            end_at_once(&folder);
        });
        Ok(stop)
    }

    /// Names a temporary folder that even a second signal must not leave behind.
    pub(crate) fn remove_at_once(&self, folder: PathBuf) {
        *self
            .leave_behind
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(folder);
    }

    /// Returns when the process is told to stop.
    pub(crate) async fn told(&self) {
        let mut told = self.told.clone();
        // An error means that the listening task is gone, and the process with it.
        let _ = told.wait_for(|told| *told).await;
    }
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a second signal must not wait for anything"
)]
fn end_at_once(folder: &Mutex<Option<PathBuf>>) {
    let folder = folder.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(folder) = folder {
        let _ = std::fs::remove_dir_all(folder);
    }
    std::process::exit(AT_ONCE);
}
