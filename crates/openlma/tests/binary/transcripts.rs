//! The command line as it is seen: each file in `scripts` is a row of commands, each file in
//! `snapshots` what they wrote and how they ended. `docs/TESTING.md` says how to change them.

mod mask;
mod script;
mod stage;

use std::path::{Path, PathBuf};

use openlma_testkit::Backend;
use rstest::rstest;

pub(crate) use self::mask::Mask;
pub(crate) use self::script::{Seen, token_of, words};
use self::stage::Stage;

/// Both databases answer alike, so both have the same snapshot. What a file proves stands in its
/// first lines.
#[rstest]
fn commands_write_what_the_snapshots_say(
    #[files("tests/binary/scripts/*.txt")] path: PathBuf,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let text = std::fs::read_to_string(&path).unwrap();
    let transcript = Stage::new(backend).play(&text);
    let name = path.file_stem().unwrap().to_str().unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, transcript));
}
