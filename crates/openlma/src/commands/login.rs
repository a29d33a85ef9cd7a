//! `openlma login` and `openlma token`: access tokens.

use std::io::{BufRead, IsTerminal};

use clap::Args;
use serde_json::Value;

use crate::failure::{Exit, Failure};
use crate::output;
use crate::session::{Saved, Server, save, saved};

/// Said below the help of what takes a password.
const WHERE_FROM: &str = "The password comes from --password-stdin, else from the environment variable \
                          OPENLMA_PASSWORD, else it is asked for on the terminal.";

/// Who signs in.
#[derive(Args)]
#[command(after_help = WHERE_FROM)]
pub(crate) struct LoginArgs {
    /// user name; the last one when not given
    username: Option<String>,
    #[command(flatten)]
    password: Password,
}

/// Where the password comes from.
#[derive(Args)]
pub(crate) struct Password {
    /// read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[arg(
        long,
        hide = true,
        env = "OPENLMA_PASSWORD",
        hide_env_values = true,
        conflicts_with = "password_stdin"
    )]
    password: Option<String>,
}

/// Whose token is printed.
#[derive(Args)]
#[command(after_help = WHERE_FROM)]
pub(crate) struct TokenArgs {
    /// user name; without it the token of the last login is printed
    username: Option<String>,
    #[command(flatten)]
    password: Password,
    /// an OAuth client, which acts as its run-as user
    #[arg(long, requires = "client_secret", conflicts_with = "username")]
    client_id: Option<String>,
    /// secret of the OAuth client
    #[arg(long, env = "OPENLMA_CLIENT_SECRET", hide_env_values = true)]
    client_secret: Option<String>,
}

impl Password {
    /// The password; asked for on a terminal when it was not given.
    fn read(&self, username: &str) -> Result<String, Failure> {
        if let Some(password) = &self.password {
            return Ok(password.clone());
        }
        let stdin = std::io::stdin();
        let unreadable = |e: std::io::Error| Failure::usage(format!("no password: {e}"));
        if self.password_stdin {
            let mut line = String::new();
            stdin.lock().read_line(&mut line).map_err(unreadable)?;
            return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
        }
        if !stdin.is_terminal() {
            return Err(Failure::usage("no password was given")
                .hint("use --password-stdin or set OPENLMA_PASSWORD"));
        }
        rpassword::prompt_password(format!("password of {username}: ")).map_err(unreadable)
    }
}

/// Signs in and keeps the token.
pub(crate) fn login(args: &LoginArgs, server: &Server) -> Result<Exit, Failure> {
    let username = match &args.username {
        Some(name) => name.clone(),
        None => saved()?.map(|s| s.username).ok_or_else(no_name)?,
    };
    let (client, url) = server.anonymous()?;
    let answer = client.sign_in(&username, &args.password.read(&username)?)?;
    let path = save(&Saved {
        url: url.clone(),
        username: username.clone(),
        token: token_of(&answer)?,
    })?;
    output::note(format_args!(
        "signed in to {url} as {username}; kept in {}",
        path.display()
    ));
    Ok(Exit::Ok)
}

/// Prints a token, and keeps nothing.
pub(crate) fn token(args: &TokenArgs, server: &Server) -> Result<Exit, Failure> {
    let (client, _) = server.anonymous()?;
    let token = match (&args.client_id, &args.username) {
        (Some(id), _) => {
            let secret = args.client_secret.as_deref().unwrap_or_default();
            token_of(&client.sign_in_client(id, secret)?)?
        }
        (None, Some(name)) => token_of(&client.sign_in(name, &args.password.read(name)?)?)?,
        (None, None) => {
            let client = server.client()?;
            client.token().unwrap_or_default().to_owned()
        }
    };
    output::line(token);
    Ok(Exit::Ok)
}

fn token_of(answer: &Value) -> Result<String, Failure> {
    let token = answer["access_token"].as_str();
    token
        .map(str::to_owned)
        .ok_or_else(|| Failure::unreachable("the server gave no token"))
}

fn no_name() -> Failure {
    Failure::usage("no user name was given").hint("openlma login USERNAME")
}
