//! `openlma serve`: the server.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use clap::Args;
use openlma_app::App;
use openlma_server::Settings;

use crate::config::{Config, ConfigArgs};
use crate::failure::{Exit, Failure};
use crate::signals::Stop;
use crate::surroundings::SystemClock;
use crate::{compose, output};

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
    let (listener, address) = compose::bind(config.listen)?;
    let app = compose::app_of(&config, Arc::new(SystemClock))?;
    compose::run_to_end(app, async |app| {
        serve(app, &config, listener, address).await
    })
}

async fn serve(
    app: App,
    config: &Config,
    listener: TcpListener,
    address: SocketAddr,
) -> Result<Exit, Failure> {
    let stop = Stop::listen()?;
    let listener = compose::listener(listener)?;
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
