//! `docs/guide-by-cli.md` is true: its commands are run against a demonstration, one after the
//! other, and write what it says. Ids and days are masked on both sides.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Ended, Server, openlma};
use crate::transcripts::{Mask, Seen, token_of, words};

/// How often a command that only reads is run until it writes what the guide says: what another
/// org did arrives by message.
const TRIES: usize = 60;
/// Commands that may be run again.
const READS: &[&str] = &[
    "list",
    "show",
    "messages",
    "check",
    "funnel",
    "soql",
    "refreshes",
];

/// R-ORG-3, R-PKG-2, R-PKG-3, R-PKG-4, R-LEAD-2, R-INS-1, R-LIC-2, R-LIC-3, R-LIC-10, R-SEAT-1,
/// R-LEAD-4, R-INS-7, R-SYN-2, R-LIC-11
#[test]
fn r_lic_10_the_guide_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide-by-cli.md");
    let guide = std::fs::read_to_string(path).unwrap();
    let folder = TempDir::new().unwrap();
    let demo = openlma(folder.path(), &["demo", "--listen", "127.0.0.1:0"]);
    let server = Server::start(demo);
    let played = Reader::of(folder.path(), &server).play(&guide);
    assert_eq!(server.end("TERM"), Some(0));
    if played != guide {
        let other = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide-by-cli.md");
        std::fs::write(&other, &played).unwrap();
        let line = played.lines().zip(guide.lines()).find(|(a, b)| a != b);
        panic!(
            "docs/guide-by-cli.md is not what happens; first: {line:#?}\n\
             if that is meant, copy {} over it",
            other.display()
        );
    }
}

/// Somebody who types what the guide says.
struct Reader<'a> {
    folder: &'a Path,
    variables: BTreeMap<String, String>,
    seen: Seen,
    mask: Mask,
}

/// A command of the guide with what it is to write.
#[derive(Default)]
struct Step {
    command: String,
    output: String,
}

impl<'a> Reader<'a> {
    fn of(folder: &'a Path, server: &Server) -> Reader<'a> {
        let (_, url) = server.first_line.split_once("listening on ").unwrap();
        let texts = vec![
            (url.to_owned(), "http://127.0.0.1:8080"),
            (folder.to_str().unwrap().to_owned(), "~/.config"),
        ];
        Reader {
            folder,
            variables: BTreeMap::from([("OPENLMA_URL".to_owned(), url.to_owned())]),
            seen: Seen::default(),
            mask: Mask { texts, days: false },
        }
    }

    /// Runs all commands; answers the guide with what they wrote.
    fn play(mut self, guide: &str) -> String {
        let mut played = String::new();
        let mut lines = guide.lines().peekable();
        let mut in_console = false;
        while let Some(line) = lines.next() {
            played.push_str(line);
            played.push('\n');
            in_console = if in_console {
                line != "```"
            } else {
                line == "```console"
            };
            let Some(command) = line.strip_prefix("$ ").filter(|_| in_console) else {
                continue;
            };
            let mut step = Step {
                command: command.to_owned(),
                output: String::new(),
            };
            while let Some(line) = lines.next_if(|l| !l.starts_with("$ ") && *l != "```") {
                step.output.push_str(line);
                step.output.push('\n');
            }
            played.push_str(&self.run(&step));
        }
        played
    }

    /// Runs a command; what the guide should say. Where it says nothing, success is enough.
    fn run(&mut self, step: &Step) -> String {
        if let Some(setting) = step.command.strip_prefix("export ") {
            let (name, value) = setting.split_once('=').unwrap();
            self.variables.insert(name.to_owned(), value.to_owned());
            return String::new();
        }
        let mut words = words(&self.seen.filled(&step.command));
        for word in &mut words {
            if let Some(who) = token_of(word) {
                *word = self.openlma(&["token", who]).with(0).out.trim().to_owned();
            } else if word.starts_with("$(date ") {
                let echo = Command::new("sh")
                    .args(["-c", &format!("echo {word}")])
                    .output();
                *word = Ended::of(echo.unwrap()).with(0).out.trim().to_owned();
            }
        }
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let again = words.iter().any(|word| READS.contains(word)) && !step.output.is_empty();
        let wanted = steady(&step.output);
        for left in (0..if again { TRIES } else { 1 }).rev() {
            let ended = self.openlma(&words);
            let written = self.mask.text(&(ended.out.clone() + &ended.err));
            if step.output.is_empty() {
                assert_eq!(ended.code, Some(0), "{}\n{}", step.command, ended.err);
            }
            if step.output.is_empty() || steady(&written) == wanted {
                self.seen.remember(&ended.out);
                return step.output.clone();
            }
            if left == 0 {
                self.seen.remember(&ended.out);
                return written;
            }
        }
        unreachable!("the last try returns")
    }

    fn openlma(&self, arguments: &[&str]) -> Ended {
        let mut command = openlma(self.folder, arguments);
        command.envs(&self.variables);
        Ended::of(command.output().unwrap())
    }
}

/// An output without what the clock makes of it: days, and what was tried again by itself.
fn steady(output: &str) -> String {
    let mask = Mask {
        texts: Vec::new(),
        days: true,
    };
    let line = |line: &str| match line.split_once(" went through, ") {
        Some(_) => "tried again".to_owned(),
        None if line.starts_with("TRIES ") => "TRIES".to_owned(),
        None => line.to_owned(),
    };
    let lines: Vec<String> = mask.text(output).lines().map(line).collect();
    lines.join("\n")
}
