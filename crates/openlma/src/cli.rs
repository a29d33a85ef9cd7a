//! The command line: its commands and what is common to all of them.

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::commands::{
    business, config, field, grants, init, install, key, lead, license, login, org, package, seat,
    serve, soql, user,
};
use crate::config::ConfigArgs;
use crate::demo;
use crate::failure::{Exit, Failure};
use crate::output::Format;
use crate::session::Server;

/// a self-hosted License Management App
///
/// Publishers register packages and manage the licenses of the orgs that install them; products
/// ask whether a user is licensed. Try it: openlma demo
///
/// Exit codes: 0 done, 1 refused, 2 used wrongly, 3 not licensed, 4 cannot start or be reached,
/// 5 sign-in needed or forbidden.
#[derive(Parser)]
#[command(name = "openlma", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// how data is shown
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    server: Server,
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
    /// sign in and keep the token
    Login(login::LoginArgs),
    /// print an access token
    Token(login::TokenArgs),
    /// make, list and lock orgs; install the License Management App in one
    #[command(subcommand)]
    Org(org::OrgCommand),
    /// make, list, activate and deactivate the users of an org, and choose their profiles
    #[command(subcommand)]
    User(user::UserCommand),
    /// show and change what profiles let their users see and do
    #[command(subcommand)]
    Profile(grants::ProfileCommand),
    /// make permission sets, which grant something beside the profile, and give them to users
    #[command(subcommand)]
    PermissionSet(grants::SetCommand),
    /// list and define custom fields
    #[command(subcommand)]
    Field(field::FieldCommand),
    /// make, upload, register, refresh and move packages, and choose who gets their leads
    #[command(subcommand)]
    Package(package::PackageCommand),
    /// install a package version in the org of the token; list, confirm and cancel installs
    Install(install::InstallArgs),
    /// upgrade a package of this org to a higher version
    Upgrade {
        /// id of the install, or namespace of the package
        install: String,
        /// id of the higher version (04t…)
        version: String,
    },
    /// uninstall a package of this org: its seats are released, its users are not licensed
    Uninstall {
        /// id of the install, or namespace of the package
        install: String,
    },
    /// list, show, modify, edit and delete the licenses of subscribers
    #[command(subcommand)]
    License(license::LicenseCommand),
    /// give users of this org seats, and take them back
    #[command(subcommand)]
    Seat(seat::SeatCommand),
    /// ask whether a user is licensed; exit 3 when not
    Check(seat::CheckArgs),
    /// make, list, rotate and delete the keys with which products ask that
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// list, show and convert leads
    #[command(subcommand)]
    Lead(lead::LeadCommand),
    /// list what waits between orgs, and why
    Messages,
    /// try waiting messages again; exit 1 when one still waits
    Retry {
        /// id of the message, as openlma messages shows it
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        message: Option<String>,
        /// all that wait
        #[arg(long)]
        all: bool,
    },
    /// run a query (SOQL) and show its rows
    Soql {
        /// the query, such as "SELECT Name FROM sfLma__License__c"
        query: String,
    },
    /// print the description of /api/v1 (OpenAPI)
    Openapi,
    /// print the completions of a shell
    Completions {
        /// the shell
        shell: Shell,
    },
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let (format, server) = (self.format, &self.server);
        match self.command {
            Command::Serve(args) => serve::run(&args),
            Command::Demo(args) => demo::run(&args, format),
            Command::Init(args) => init::run(&args, format),
            Command::Migrate(args) => config::migrate(&args),
            Command::Config(command) => config::run(&command),
            Command::Login(args) => login::login(&args, server),
            Command::Token(args) => login::token(&args, server),
            Command::Org(command) => org::run(command, server, format),
            Command::User(command) => user::run(command, server, format),
            Command::Profile(command) => grants::profile(command, server, format),
            Command::PermissionSet(command) => grants::permission_set(command, server, format),
            Command::Field(command) => field::run(command, server, format),
            Command::Package(command) => package::run(command, server, format),
            Command::Install(args) => install::install(args, server, format),
            Command::Upgrade { install, version } => {
                install::upgrade(&install, version, server, format)
            }
            Command::Uninstall { install } => install::uninstall(&install, server),
            Command::License(command) => license::run(command, server, format),
            Command::Seat(command) => seat::run(command, server, format),
            Command::Check(args) => seat::check(&args, server, format),
            Command::Key(command) => key::run(command, server, format),
            Command::Lead(command) => lead::run(command, server, format),
            Command::Messages => business::messages(server, format),
            Command::Retry { message, .. } => business::retry(message.as_deref(), server, format),
            Command::Soql { query } => soql::run(&query, server, format),
            Command::Openapi => config::openapi(),
            Command::Completions { shell } => Ok(config::completions(shell)),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Cli;

    #[test]
    fn the_commands_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn text_is_another_word_for_table() {
        assert!(Cli::try_parse_from(["openlma", "demo", "--format", "text"]).is_ok());
    }

    #[test]
    fn short_help_has_no_full_stop() {
        fn look(command: &clap::Command) {
            let abouts = command.get_arguments().filter_map(|a| a.get_help());
            for about in abouts.chain(command.get_about()) {
                let text = about.to_string();
                assert!(!text.ends_with('.'), "{}: {text}", command.get_name());
            }
            command.get_subcommands().for_each(look);
        }
        look(&Cli::command());
    }
}
