//! The command line: its commands and what is common to all of them.

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::commands::{config, init, serve};
use crate::config::ConfigArgs;
use crate::failure::{Exit, Failure};
use crate::output::Format;
use crate::demo;

/// a self-hosted License Management App
///
/// Publishers register packages and manage the licenses of the orgs that install them; products
/// ask whether a user is licensed. Try it: openlma demo
#[derive(Parser)]
#[command(name = "openlma", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    /// how data is shown
    #[arg(long, global = true, value_enum, default_value_t, hide_possible_values = false)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// run the server
    Serve(serve::ServeArgs),
    /// run a server on invented data, to try things out
    Demo(demo::DemoArgs),
    /// make the operator and the first publisher on an empty database
    Init(init::InitArgs),
    /// bring the schema of a database up to date
    Migrate(ConfigArgs),
    /// print or check the settings of the server
    Config(config::ConfigCommand),
    /// print the completions of a shell
    Completions {
        /// the shell
        shell: Shell,
    },
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let format = self.format;
        match self.command {
            Command::Serve(args) => serve::run(&args),
            Command::Demo(args) => demo::run(&args, format),
            Command::Init(args) => init::run(&args, format),
            Command::Migrate(args) => config::migrate(&args),
            Command::Config(command) => config::run(&command),
            Command::Completions { shell } => Ok(config::completions(shell)),
        }
    }
}
