//! What every handler is given.

use std::sync::Arc;

use openlma_app::App;

use crate::worker::Worker;

/// How this server presents itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that clients reach, without a slash at the end: `instance_url`, links and
    /// redirects are built from it, never from the Host header (R-ORG-4).
    pub public_url: String,
    /// Largest request body, bytes (R-ERR-2).
    pub body_limit: usize,
}

impl Settings {
    /// The usual settings for an address.
    #[must_use]
    pub fn new(public_url: impl Into<String>) -> Settings {
        Settings {
            public_url: public_url.into(),
            body_limit: 10 * 1024 * 1024,
        }
    }
}

/// Shared by all handlers; clones share it.
#[derive(Clone)]
pub struct State {
    /// The use cases.
    pub app: App,
    /// How this server presents itself.
    pub settings: Arc<Settings>,
    /// The worker, to know whether it is well.
    pub worker: Arc<Worker>,
    /// False from the first signal to stop on: `/readyz` answers 503.
    pub ready: Arc<std::sync::atomic::AtomicBool>,
}
