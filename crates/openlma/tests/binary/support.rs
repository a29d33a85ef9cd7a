//! Runs the binary, without the settings of whoever runs the tests.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The binary with these arguments, in a folder of its own.
pub(crate) fn openlma(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openlma"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("XDG_CONFIG_HOME", folder)
        .env("TMPDIR", folder)
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ended {
    Ended::of(openlma(folder, arguments).output().unwrap())
}

/// What it left.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn of(output: Output) -> Ended {
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Insists on the exit code.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Ended {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }
}

/// A server that ends with this value.
pub(crate) struct Server {
    child: Child,
    /// The first line of standard output.
    pub(crate) first_line: String,
}

impl Server {
    /// Starts it and waits for its first line.
    pub(crate) fn start(command: Command) -> Server {
        Server::run(command, Stdio::null(), "").0
    }

    /// Starts it and reads until a line begins like this: also all that was read.
    pub(crate) fn reading(command: Command, until: &str) -> (Server, String) {
        Server::run(command, Stdio::null(), until)
    }

    /// Starts it with its log in a file.
    pub(crate) fn logging(command: Command, log: &Path) -> Server {
        let log = std::fs::File::create(log).unwrap();
        Server::run(command, log.into(), "").0
    }

    fn run(mut command: Command, log: Stdio, until: &str) -> (Server, String) {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut read = String::new();
        loop {
            let before = read.len();
            let more = out.read_line(&mut read).unwrap();
            if more == 0 || read[before..].starts_with(until) {
                break;
            }
        }
        // What follows must not block the server.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let first_line = read.lines().next().unwrap_or_default().to_owned();
        (Server { child, first_line }, read)
    }

    /// Sends a signal and waits for the end: the exit code.
    pub(crate) fn end(mut self, signal: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("kill")
            .args([format!("-{signal}"), pid])
            .status()
            .unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
