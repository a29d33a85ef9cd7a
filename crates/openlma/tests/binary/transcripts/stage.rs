//! A server with a clock that stands still, a publisher, and people who ask it by the binary.

use std::collections::BTreeMap;
use std::fmt::Write;

use openlma_testkit::{Backend, World, world};
use tempfile::TempDir;

use super::mask::Mask;
use super::script::{Line, Seen, token_of, words};
use crate::support::{Ended, openlma};

/// What a script is played on: the package `orbit` of `packaging.example`, registered with
/// `business.example` for trials of 30 days with 2 seats.
pub(super) struct Stage {
    world: World,
    folder: TempDir,
    tokens: BTreeMap<String, String>,
    who: String,
    seen: Seen,
    mask: Mask,
}

impl Stage {
    pub(super) fn new(backend: Backend) -> Stage {
        let world = World::start(backend);
        let folder = TempDir::new().unwrap();
        let texts = vec![
            (world.server.url.clone(), "[URL]"),
            (folder.path().to_str().unwrap().to_owned(), "[FOLDER]"),
        ];
        Stage {
            world,
            folder,
            tokens: BTreeMap::new(),
            who: "nobody".to_owned(),
            seen: Seen::default(),
            mask: Mask { texts, days: false },
        }
    }

    /// Plays a script; answers what was to be seen.
    pub(super) fn play(mut self, script: &str) -> String {
        let mut transcript = String::new();
        for line in script.lines() {
            writeln!(transcript, "{line}").unwrap();
            match Line::of(line) {
                Line::As(who) => self.who = who.to_owned(),
                Line::At(instant) => {
                    self.world.server.clock.set(instant);
                    // Those of before may have expired.
                    self.tokens.clear();
                }
                Line::Run(command) => transcript.push_str(&self.run(command)),
                Line::Remark(_) => continue,
            }
            self.world.server.settle();
        }
        transcript
    }

    /// Runs a command: its data as it is, its messages behind `!`, an exit code that is not 0
    /// behind `=`.
    fn run(&mut self, command: &str) -> String {
        let mut words = words(&self.seen.filled(command));
        for word in &mut words {
            if let Some(who) = token_of(word) {
                *word = self.token(who);
            }
        }
        let settings = words.iter().take_while(|word| *word != "openlma").count();
        let arguments: Vec<&str> = words[settings + 1..].iter().map(String::as_str).collect();
        let mut command = openlma(self.folder.path(), &arguments);
        command.env("OPENLMA_URL", &self.world.server.url);
        command.env("OPENLMA_ADMIN_PASSWORD", world::PASSWORD);
        if self.who != "nobody" {
            let who = self.who.clone();
            command.env("OPENLMA_TOKEN", self.token(&who));
        }
        for setting in &words[..settings] {
            let (name, value) = setting.split_once('=').unwrap();
            command.env(name, value);
        }
        let ended = Ended::of(command.output().unwrap());
        self.seen.remember(&ended.out);
        let mut text = self.mask.text(&ended.out);
        for line in self.mask.text(&ended.err).lines() {
            writeln!(text, "! {line}").unwrap();
        }
        if ended.code != Some(0) {
            writeln!(text, "= {}", ended.code.unwrap_or(-1)).unwrap();
        }
        text
    }

    fn token(&mut self, who: &str) -> String {
        let sign_in = || world::token_of(&self.world.server, who);
        self.tokens
            .entry(who.to_owned())
            .or_insert_with(sign_in)
            .clone()
    }
}
