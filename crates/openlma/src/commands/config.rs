//! `openlma config`, `openlma migrate`, `openlma openapi`, `openlma completions`: what needs no
//! running server.

use clap::{Args, CommandFactory, Subcommand};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::config::ConfigArgs;
use crate::failure::{Exit, Failure};
use crate::{compose, output};

/// What to do with the settings.
#[derive(Args)]
pub(crate) struct ConfigCommand {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// print the settings that count, as a file with settings
    Print(ConfigArgs),
    /// check file, environment and flags; exit 2 when something is wrong
    Check(ConfigArgs),
}

/// Prints or checks the settings.
pub(crate) fn run(command: &ConfigCommand) -> Result<Exit, Failure> {
    match &command.verb {
        Verb::Print(args) => {
            let text = toml::to_string(&args.resolve()?.shown())
                .map_err(|e| Failure::usage(format!("the settings cannot be written: {e}")))?;
            output::line(text.trim_end());
        }
        Verb::Check(args) => {
            args.resolve()?;
            output::note("the settings are in order");
        }
    }
    Ok(Exit::Ok)
}

/// Brings the schema of a database up to date.
pub(crate) fn migrate(args: &ConfigArgs) -> Result<Exit, Failure> {
    let config = args.for_database()?;
    compose::start_log(config.log, &config.log_filter)?;
    compose::open_store(&config.database)?;
    output::note("the schema is up to date");
    Ok(Exit::Ok)
}

/// Prints the description of our own API.
pub(crate) fn openapi() -> Result<Exit, Failure> {
    let text = openlma_server::openapi()
        .to_pretty_json()
        .map_err(|e| Failure::usage(format!("the description is no JSON: {e}")))?;
    output::line(text);
    Ok(Exit::Ok)
}

/// Prints a shell's completions.
pub(crate) fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "openlma", &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end());
    Exit::Ok
}
