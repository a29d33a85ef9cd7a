//! The composition root: the one place where clock, randomness, secret, store, use cases and
//! server are put together.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use openlma_app::{App, Clock};
use openlma_store::{Options, Store};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogForm, without_password};
use crate::failure::{Exit, Failure};
use crate::secret;
use crate::surroundings::OsRandom;

/// How long threads may take to end after the server has ended.
const LAST_THREADS: Duration = Duration::from_millis(500);

/// Sends the log to standard error.
///
/// # Errors
/// Exit 2 for a filter that does not parse.
pub(crate) fn start_log(form: LogForm, filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter).map_err(|e| {
        Failure::usage(format!("log-filter: {e}")).hint("give a level, such as warn, info or debug")
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    match form {
        LogForm::Text => log.with_ansi(false).init(),
        LogForm::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
    Ok(())
}

/// Opens the database and brings its schema up to date. Blocks; no async runtime may run yet.
///
/// # Errors
/// Exit 4.
pub(crate) fn open_store(database: &str) -> Result<Store, Failure> {
    Store::open(&Options::new(database)).map_err(|e| {
        let failure = Failure::from(e);
        Failure::unreachable(format!(
            "the database {} cannot be opened: {}",
            without_password(database),
            failure.message
        ))
        .hint(
            "is the database running, and may this user write there? Name another with --database",
        )
    })
}

/// The use cases on an opened store.
///
/// # Errors
/// Exit 4; exit 2 for a wrong secret file.
pub(crate) fn app(
    store: Store,
    secret_file: Option<&Path>,
    clock: Arc<dyn Clock>,
    check_cache: u64,
) -> Result<App, Failure> {
    let secret = secret::load(secret_file, &store)?;
    let random = Arc::new(OsRandom);
    Ok(App::new(store, clock, random, secret, check_cache)?)
}

/// The use cases as a configuration has them.
///
/// # Errors
/// As [`app`].
pub(crate) fn app_of(config: &Config, clock: Arc<dyn Clock>) -> Result<App, Failure> {
    let store = open_store(&config.database)?;
    app(
        store,
        config.secret_file.as_deref(),
        clock,
        config.check_cache_bytes(),
    )
}

/// The async runtime.
///
/// # Errors
/// Exit 4.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::unreachable(format!("no threads: {e}")))
}

/// Runs a server to its end, and closes its database.
///
/// # Errors
/// What ended it; exit 4 without threads.
pub(crate) fn run_to_end(
    app: App,
    serve: impl AsyncFnOnce(App) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let store = app.store().clone();
    let runtime = runtime()?;
    let ended = runtime.block_on(serve(app));
    runtime.shutdown_timeout(LAST_THREADS);
    // The last handle: the file of the database is complete when this returns.
    drop(store);
    ended
}

/// Takes an address; done before anything is written, so that a server that cannot listen leaves
/// nothing behind.
///
/// # Errors
/// Exit 4, when it is taken already.
pub(crate) fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let bound = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok::<_, std::io::Error>((listener, address))
    };
    bound().map_err(|e| {
        Failure::unreachable(format!("cannot listen on {address}: {e}"))
            .hint("choose another address with --listen; port 0 takes any free port")
    })
}

/// The address that was taken, for the async runtime in which this is called.
///
/// # Errors
/// Exit 4.
pub(crate) fn listener(bound: TcpListener) -> Result<tokio::net::TcpListener, Failure> {
    tokio::net::TcpListener::from_std(bound)
        .map_err(|e| Failure::unreachable(format!("cannot listen: {e}")))
}
