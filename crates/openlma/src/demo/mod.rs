//! `openlma demo`: a server on invented data, on loopback only.

mod cast;
mod facts;
mod guide;
mod names;
mod seed;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use openlma_app::App;
use openlma_server::{Running, Settings};
use tempfile::TempDir;

use self::facts::{Facts, Run};
use crate::config::{CHECK_CACHE, LogForm, known_database, only_loopback, without_password};
use crate::failure::{Exit, Failure};
use crate::http::Client;
use crate::output::{self, Format};
use crate::signals::Stop;
use crate::surroundings::ShiftedClock;
use crate::{compose, story};

/// Where the demonstration listens when nobody says otherwise.
const USUAL_PORT: u16 = 8080;

/// What the demonstration is to be.
#[derive(Args)]
pub(crate) struct DemoArgs {
    /// address and port to listen on; loopback only [default: 127.0.0.1:8080, with --story any
    /// free port]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// empty database, or one that demo made with the same seed [default: a temporary one]
    #[arg(long, value_name = "PATH|URL")]
    database: Option<String>,
    /// the same seed makes the same data
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// subscriber orgs to make
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=500))]
    orgs: u32,
    /// write addresses, users, keys and licenses as JSON once the server is ready
    #[arg(long, value_name = "FILE")]
    print_json: Option<PathBuf>,
    /// walk through the main job once over HTTP and report each step
    #[arg(long)]
    story: bool,
    /// after the story keep serving
    #[arg(long, requires = "story")]
    stay: bool,
}

impl DemoArgs {
    /// A story meets no other demonstration, so it takes any free port.
    fn address(&self) -> SocketAddr {
        let port = if self.story { 0 } else { USUAL_PORT };
        self.listen
            .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    }
}

/// Runs the demonstration.
pub(crate) fn run(args: &DemoArgs, format: Format) -> Result<Exit, Failure> {
    let address = args.address();
    only_loopback(address)?;
    args.database.as_deref().map_or(Ok(()), known_database)?;
    compose::start_log(LogForm::Text, "warn")?;
    let (listener, address) = compose::bind(address)?;
    if let Some(file) = &args.print_json {
        forget(file)?;
    }
    // The store's last handle is dropped before the folder.
    let (folder, database) = place(args)?;
    let store = compose::open_store(&database)?;
    let clock = Arc::new(ShiftedClock::default());
    let kept = facts::kept(&store, args.seed)
        .map_err(|f| name_database(f, &without_password(&database)))?;
    let app = compose::app(
        store,
        None,
        Arc::clone(&clock) as Arc<_>,
        u64::from(CHECK_CACHE) << 20,
    )?;
    let demo = Demo {
        args,
        format,
        address,
        database,
        clock,
        kept,
    };
    let folder = folder.as_ref().map(TempDir::path);
    compose::run_to_end(app, async |app| demo.serve(app, listener, folder).await)
}

fn name_database(failure: Failure, database: &str) -> Failure {
    Failure {
        message: format!("{database} {}", failure.message),
        ..failure
    }
}

/// The database, and the folder that goes away with it.
fn place(args: &DemoArgs) -> Result<(Option<TempDir>, String), Failure> {
    if let Some(database) = &args.database {
        return Ok((None, database.clone()));
    }
    let folder = tempfile::Builder::new()
        .prefix("openlma-demo-")
        .tempdir()
        .map_err(|e| Failure::unreachable(format!("no temporary folder: {e}")))?;
    let database = folder.path().join("demo.db").to_string_lossy().into_owned();
    Ok((Some(folder), database))
}

/// The file of an earlier run must not look like that of this one.
fn forget(file: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(file) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Failure::usage(format!(
            "{} cannot be written: {e}",
            file.display()
        ))),
        _ => Ok(()),
    }
}

/// One run.
struct Demo<'a> {
    args: &'a DemoArgs,
    format: Format,
    /// Where it listens.
    address: SocketAddr,
    /// Where it is, with the password of a PostgreSQL user.
    database: String,
    clock: Arc<ShiftedClock>,
    kept: Option<Facts>,
}

impl Demo<'_> {
    async fn serve(
        self,
        app: App,
        listener: TcpListener,
        folder: Option<&Path>,
    ) -> Result<Exit, Failure> {
        let stop = Stop::listen()?;
        let listener = compose::listener(listener)?;
        if let Some(folder) = folder {
            stop.remove_at_once(folder.to_owned());
        }
        let facts = tokio::select! {
            facts = self.facts(&app) => facts?,
            () = stop.told() => return Ok(self.interrupted()),
        };
        let base_url = format!("http://{}", self.address);
        let (told, asked) = tokio::sync::oneshot::channel::<()>();
        let signal = stop.clone();
        let ends = async move {
            tokio::select! {
                () = signal.told() => {}
                _ = asked => {}
            }
        };
        let running = openlma_server::serve(app, Settings::new(&base_url), listener, ends).await;
        let running = running.map_err(|e| Failure::unreachable(e.to_string()))?;
        let run = Run {
            base_url,
            database: self.database.clone(),
        };
        let exit = tokio::select! {
            exit = self.present(&run, &facts) => exit?,
            () = stop.told() => self.interrupted(),
        };
        if !self.args.story || self.args.stay {
            stop.told().await;
        }
        // Fails when the server has ended already.
        let _ = told.send(());
        end(running).await?;
        Ok(exit)
    }

    /// A story that was not told to its end did not pass.
    fn interrupted(&self) -> Exit {
        if self.args.story {
            Exit::Refused
        } else {
            Exit::Ok
        }
    }

    /// What was made before, or is made now.
    async fn facts(&self, app: &App) -> Result<Facts, Failure> {
        if let Some(kept) = &self.kept {
            return Ok(kept.clone());
        }
        output::note(format_args!(
            "making two publishers and {} subscriber orgs …",
            self.args.orgs
        ));
        let cast = cast::cast(self.args.seed, self.args.orgs);
        seed::seed(app, &self.clock, &cast, self.args.seed).await
    }

    /// Says that the server is ready, where everything is, and runs the story.
    async fn present(&self, run: &Run, facts: &Facts) -> Result<Exit, Failure> {
        let base = run.base_url.clone();
        blocking(move || Client::new(&base).wait_until_ready()).await??;
        if let Some(file) = &self.args.print_json {
            facts::write(file, &facts.document(run))?;
        }
        output::line(format_args!("listening on {}", run.base_url));
        if !self.args.story {
            guide::print(run, facts);
            return Ok(Exit::Ok);
        }
        let (base, operator) = (run.base_url.clone(), facts.operator.clone());
        let json = self.format == Format::Json;
        let passed =
            blocking(move || story::run(&base, &operator.username, &operator.password, json))
                .await??;
        if self.args.stay && !json {
            guide::print(run, facts);
        }
        Ok(if passed { Exit::Ok } else { Exit::Refused })
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Failure::unreachable(format!("a thread ended early: {e}")))
}

async fn end(running: Running) -> Result<(), Failure> {
    running
        .ended()
        .await
        .map_err(|e| Failure::unreachable(format!("the server ended: {e}")))
}
