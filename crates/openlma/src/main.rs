//! The binary: the command line, the settings, the composition root. No rule is decided here.

mod cli;
mod commands;
mod compose;
mod config;
mod demo;
mod failure;
mod hex;
mod http;
mod output;
mod secret;
mod session;
mod signals;
mod story;
mod surroundings;
mod table;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // Help and versions go to standard output, errors to standard error.
            match e.use_stderr() {
                true => output::misuse(&e.render().to_string()),
                false => drop(e.print()),
            }
            return ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(2));
        }
    };
    match cli.run() {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::failure(&failure);
            failure.exit.into()
        }
    }
}
