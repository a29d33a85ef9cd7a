//! The shell that starts a server and ends it when the process that wanted it is gone.
//!
//! It holds the reading end of a pipe whose only writing end is in this process. The end of
//! that pipe, whether by a drop, an exit or `kill -9`, is the signal to stop the server and
//! remove its folder, so no run leaves a server behind.

use std::io::{BufRead, BufReader, Error, Read, Result};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// `$1` is the folder of PostgreSQL's programs; the working folder is the cluster's.
/// `pg_ctl` answers when the server takes connections, and stops it by its pid: at once, since
/// nobody wants the data, and a polite stop waits a minute for a client that says nothing.
const SCRIPT: &str = r#"
finish() {
    "$1/pg_ctl" -D data -m immediate -w stop >>log 2>&1
    rm -rf "$PWD"
}
if "$1/pg_ctl" -D data -l log -w -t 60 start >>start.log 2>&1; then
    echo ready
    read -r _
else
    cat start.log log
fi
finish "$1"
"#;

/// A running server's keeper.
#[derive(Debug)]
pub(crate) struct Watchdog(Child);

impl Watchdog {
    /// Starts the server whose data are in `folder/data`. Returns when it takes connections.
    ///
    /// # Errors
    ///
    /// What the server wrote, if it did not start; the folder is removed then.
    pub(crate) fn start(bin: &Path, folder: &Path, account: Option<(u32, u32)>) -> Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "openlma-pgcluster"]).arg(bin);
        shell
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        shell.stderr(Stdio::null());
        // Not in our process group: Ctrl-C in a terminal must reach only us.
        shell.process_group(0);
        run_as(&mut shell, account);

        let mut child = shell.spawn()?;
        let mut said = String::new();
        if let Some(stdout) = child.stdout.take() {
            let mut reader = BufReader::new(stdout);
            reader.read_line(&mut said)?;
            if said == "ready\n" {
                return Ok(Self(child));
            }
            reader.read_to_string(&mut said)?;
        }
        child.wait()?;
        Err(Error::other(format!("the server did not start:\n{said}")))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // Nothing can be done about a shell that cannot be waited for.
        let _ended = self.0.wait();
    }
}

/// Makes `command` run as the server's account.
pub(crate) fn run_as(command: &mut Command, account: Option<(u32, u32)>) {
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
}
