//! `openlma serve`: the server.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use openlma_app::App;
use openlma_server::Settings;

use crate::config::{Config, ConfigArgs};
use crate::failure::{Exit, Failure};
use crate::signals::Stop;
use crate::surroundings::SystemClock;
use crate::{compose, output};

/// How long threads may take to end after the server has ended.
const LAST_THREADS: Duration = Duration::from_millis(500);

/// Settings of the server.
#[derive(Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Serves until a signal comes.
pub(crate) fn run(args: &ServeArgs) -> Result<Exit, Failure> {
    let config = args.config.resolve()?;
    compose::start_log(config.log, &config.log_filter)?;
    let app = compose::app_of(&config, Arc::new(SystemClock))?;
    let runtime = compose::runtime()?;
    let served = runtime.block_on(serve(app, &config));
    runtime.shutdown_timeout(LAST_THREADS);
    served
}

async fn serve(app: App, config: &Config) -> Result<Exit, Failure> {
    let stop = Stop::listen()?;
    let (listener, address) = compose::bind(config.listen).await?;
    let is_new = app.is_new().await?;
    let settings = Settings::new(config.public_url(address));
    let told = stop.clone();
    let running =
        openlma_server::serve(app, settings, listener, async move { told.told().await }).await;
    let running = running.map_err(|e| Failure::unreachable(e.to_string()))?;
    output::line(format_args!("listening on http://{address}"));
    if is_new {
        output::note("hint: this database has no operator and no org yet");
        output::note("hint: stop the server and run `openlma init` on the same --database");
    }
    running
        .ended()
        .await
        .map_err(|e| Failure::unreachable(format!("the server ended: {e}")))?;
    Ok(Exit::Ok)
}
