//! Writes the next migration from the difference between the declared tables and the last
//! snapshot. `--check` only says whether one is missing. Run by `cargo xtask schema`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command of the build"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use openlma_store::Dialect;
use openlma_store::schema::{Table, difference, tables, views};
use serde::{Deserialize, Serialize};

/// What the last migration led to.
#[derive(Default, PartialEq, Serialize, Deserialize)]
struct Snapshot {
    tables: Vec<Table>,
    views: Vec<(String, String)>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.iter().any(|a| a == "--check");
    let name = arguments
        .iter()
        .find(|a| !a.starts_with("--"))
        .map_or("schema", String::as_str);
    match write(check, name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
    }
}

fn write(check: bool, name: &str) -> Result<(), String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let path = folder.join("schema.json");
    let before: Snapshot = match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map_err(|e| e.to_string())?,
        Err(_) => Snapshot::default(),
    };
    let after = Snapshot {
        tables: tables(),
        views: views(),
    };
    if before == after {
        println!("the schema is current");
        return Ok(());
    }
    if check {
        return Err("the catalogue and the migrations differ: run `cargo xtask schema`".into());
    }
    let number = std::fs::read_dir(folder.join("sqlite"))
        .map_err(|e| e.to_string())?
        .count()
        + 1;
    let file = format!("{number:04}_{name}");
    for dialect in Dialect::ALL {
        let mut sql =
            difference(dialect, &before.tables, &after.tables).map_err(|e| e.join("\n"))?;
        for (view, text) in &after.views {
            if !before.views.contains(&(view.clone(), text.clone())) {
                let _ = write!(
                    sql,
                    "DROP VIEW IF EXISTS {view};\nCREATE VIEW {view} AS\n{text};\n"
                );
            }
        }
        save(
            &folder.join(dialect.name()).join(format!("{file}.sql")),
            &sql,
        )?;
    }
    save(
        &path,
        &(serde_json::to_string_pretty(&after).map_err(|e| e.to_string())? + "\n"),
    )?;
    save(&folder.join("index.rs"), &index(&folder)?)?;
    println!("wrote migration {file}");
    Ok(())
}

fn index(folder: &Path) -> Result<String, String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join("sqlite"))
        .map_err(|e| e.to_string())?
        .filter_map(|f| {
            Some(
                f.ok()?
                    .file_name()
                    .to_str()?
                    .strip_suffix(".sql")?
                    .to_owned(),
            )
        })
        .collect();
    names.sort();
    let mut out =
        String::from("// Written by `cargo xtask schema`.\nconst MIGRATIONS: &[Migration] = &[\n");
    for name in names {
        let _ = write!(
            out,
            "    Migration {{\n        name: \"{name}\",\n        \
             sqlite: include_str!(\"../migrations/sqlite/{name}.sql\"),\n        \
             postgres: include_str!(\"../migrations/postgres/{name}.sql\"),\n    }},\n"
        );
    }
    out.push_str("];\n");
    Ok(out)
}

fn save(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}
