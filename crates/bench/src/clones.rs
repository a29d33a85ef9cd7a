//! Copies of one real install, written row by row: worlds that are too large for the use cases.
//!
//! No row is invented here: what a copy has is what the use cases wrote for the install it was
//! copied from, with ids of its own, and what the measure has numbered.

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use openlma_core::Id;
use openlma_core::id::IdSource;
use openlma_store::{Store, Val};

/// Copies in one transaction.
const BATCH: usize = 500;
/// Most parameters of a statement; PostgreSQL takes 65,535, SQLite half of that.
const PARAMETERS: usize = 8_000;
/// The node of the ids: no server has it.
const NODE: u16 = 1_000;
/// When the ids were made, in seconds since 1970: before every real one.
const MADE: i64 = 1_600_000_000;

/// The install that is copied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Install {
    /// The org that licenses.
    pub(crate) business: Id,
    /// The org that has installed.
    pub(crate) subscriber: Id,
    /// The subscriber's copy of the license.
    pub(crate) copy: Id,
}

impl Install {
    /// The one that the org has; it must have no other.
    pub(crate) fn of(store: &Store, business: Id, subscriber: Id) -> Result<Install> {
        let sql = format!("SELECT id FROM package_licenses WHERE org_id = '{subscriber:?}'");
        let found = store.read_blocking(move |tx| tx.query(&sql, &[]))?;
        ensure!(found.len() == 1, "the org has {} installs", found.len());
        Ok(Install {
            business,
            subscriber,
            copy: found[0].key(0)?,
        })
    }

    /// Which rows of a table belong to it.
    fn condition(&self, table: &str) -> String {
        let (business, org) = (self.business.as_str(), self.subscriber.as_str());
        let of_org = format!("org_id = '{org}'");
        let licenses = format!(
            "org_id = '{business}' AND package_license_id = '{}'",
            self.copy
        );
        match table {
            "organizations" => format!("id = '{org}'"),
            "licenses" => licenses,
            "leads" => format!(
                "org_id = '{business}' AND id IN (SELECT lead FROM licenses WHERE {licenses})"
            ),
            _ => of_org,
        }
    }
}

/// Tables in which an install and its org have rows.
pub(crate) const ALL: &[&str] = &[
    "organizations",
    "users",
    "package_licenses",
    "user_package_licenses",
    "installs",
    "licenses",
    "leads",
];

/// A column that is different in each copy: table, name, and its value in the nth.
pub(crate) type Numbered = (&'static str, &'static str, fn(usize) -> Val);

/// The rows of an install, ready to be copied.
pub(crate) struct Template {
    rows: Vec<Row>,
    ids: Vec<Id>,
}

struct Row {
    insert: String,
    cells: Vec<Cell>,
}

enum Cell {
    Same(Val),
    /// A text in which there are ids.
    Pieces(Vec<Piece>),
    Numbered(fn(usize) -> Val),
}

enum Piece {
    Text(String),
    /// The nth id of the template, in one of its forms.
    Id {
        n: usize,
        long: bool,
        lower: bool,
    },
}

impl Template {
    /// Reads the rows of an install in some of the tables.
    pub(crate) fn read(
        store: &Store,
        install: Install,
        tables: &[&'static str],
        numbered: &[Numbered],
    ) -> Result<Template> {
        let mut ids = vec![install.subscriber, install.copy];
        let mut read = Vec::new();
        for table in tables {
            let (columns, rows) = rows_of(store, table, &install.condition(table))?;
            ensure!(!rows.is_empty(), "the install has no row in {table}");
            let key = columns.iter().position(|c| c == "id").context("a key")?;
            for row in rows {
                if let Val::Text(id) = &row[key] {
                    ids.push(Id::parse(id)?);
                }
                read.push((*table, columns.clone(), row));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let rows = read.into_iter().map(|(table, columns, row)| {
            let cells = columns.iter().zip(row).map(|(column, value)| {
                let of_column = |(t, c, _): &&Numbered| *t == table && c == column;
                match numbered.iter().find(of_column) {
                    Some((_, _, value)) => Cell::Numbered(*value),
                    None => cell(value, &ids),
                }
            });
            Row {
                cells: cells.collect(),
                insert: format!("INSERT INTO {table} (\"{}\")", columns.join("\", \"")),
            }
        });
        Ok(Template {
            rows: rows.collect(),
            ids,
        })
    }

    /// Writes so many copies.
    pub(crate) fn write(&self, store: &Store, count: usize) -> Result<()> {
        let source = IdSource::new(NODE);
        let made = Timestamp::from_second(MADE)?;
        for from in (0..count).step_by(BATCH) {
            let numbers = from..count.min(from + BATCH);
            let ids: Vec<Vec<Id>> = numbers
                .clone()
                .map(|_| {
                    let next = |id: &Id| source.next(id.prefix(), made);
                    self.ids.iter().map(next).collect()
                })
                .collect();
            let statements: Vec<(String, Vec<Val>)> = self
                .rows
                .iter()
                .flat_map(|row| row.statements(numbers.start, &ids))
                .collect();
            store.write_blocking(move |tx| {
                for (sql, params) in &statements {
                    tx.execute(sql, params)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

impl Row {
    /// What writes its copies from the nth on, several at a time; `ids` are those of each copy.
    fn statements(&self, first: usize, ids: &[Vec<Id>]) -> Vec<(String, Vec<Val>)> {
        let width = self.cells.len();
        let at_once = (PARAMETERS / width).max(1);
        let mut out = Vec::new();
        for (chunk, ids) in ids.chunks(at_once).enumerate() {
            let marks: Vec<String> = (0..ids.len())
                .map(|row| {
                    let marks = (1..=width).map(|n| format!("?{}", row * width + n));
                    format!("({})", marks.collect::<Vec<_>>().join(", "))
                })
                .collect();
            let rows = ids.iter().enumerate();
            let params = rows.flat_map(|(n, ids)| {
                let n = first + chunk * at_once + n;
                self.cells.iter().map(move |cell| cell.value(n, ids))
            });
            let sql = format!("{} VALUES {}", self.insert, marks.join(", "));
            out.push((sql, params.collect()));
        }
        out
    }
}

impl Cell {
    fn value(&self, number: usize, ids: &[Id]) -> Val {
        match self {
            Cell::Same(value) => value.clone(),
            Cell::Numbered(value) => value(number),
            Cell::Pieces(pieces) => Val::Text(pieces.iter().map(|p| p.text(ids)).collect()),
        }
    }
}

impl Piece {
    fn text(&self, ids: &[Id]) -> String {
        match self {
            Piece::Text(text) => text.clone(),
            Piece::Id { n, long, lower } => {
                let text = if *long {
                    ids[*n].to_string()
                } else {
                    ids[*n].as_str().to_owned()
                };
                if *lower { text.to_lowercase() } else { text }
            }
        }
    }
}

/// Columns and rows of a table where a condition holds.
fn rows_of(store: &Store, table: &str, condition: &str) -> Result<(Vec<String>, Vec<Vec<Val>>)> {
    let declared = openlma_store::schema::tables();
    let declared = declared.into_iter().find(|t| t.name == table);
    let declared = declared.context("no such table")?;
    let columns: Vec<String> = declared.columns.into_iter().map(|c| c.name).collect();
    let sql = format!(
        "SELECT \"{}\" FROM {table} WHERE {condition}",
        columns.join("\", \"")
    );
    let rows = store.read_blocking(move |tx| tx.query(&sql, &[]))?;
    let rows = rows.into_iter().map(openlma_store::Row::into_values);
    Ok((columns, rows.collect()))
}

/// Finds the ids in a value: of 15 characters or of 18, as they are or folded.
fn cell(value: Val, ids: &[Id]) -> Cell {
    let Val::Text(text) = &value else {
        return Cell::Same(value);
    };
    let mut pieces = Vec::new();
    let (mut plain, mut rest) = (String::new(), text.as_str());
    while let Some(next) = rest.chars().next() {
        let found = ids
            .iter()
            .enumerate()
            .find_map(|(n, id)| starts(rest, n, id));
        let Some((piece, length)) = found else {
            plain.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces.push(piece);
        rest = &rest[length..];
    }
    if pieces.is_empty() {
        return Cell::Same(value);
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Cell::Pieces(pieces)
}

/// The id with which a text starts, and its length there.
fn starts(text: &str, n: usize, id: &Id) -> Option<(Piece, usize)> {
    [(true, false), (false, false), (true, true), (false, true)]
        .into_iter()
        .find_map(|(long, lower)| {
            let piece = Piece::Id { n: 0, long, lower };
            let form = piece.text(&[*id]);
            text.starts_with(&form)
                .then_some((Piece::Id { n, long, lower }, form.len()))
        })
}

#[cfg(test)]
mod tests {
    use openlma_core::Id;
    use openlma_store::Val;

    use super::cell;

    #[test]
    fn all_forms_of_an_id_are_replaced() {
        let id = |text| Id::parse(text).unwrap();
        let (old, new) = (id("00D00000000AB1C"), id("00D00000000XY2Z"));
        let text = format!(
            "ä {old} {old:?}/{} {}",
            old.to_string().to_lowercase(),
            "00d00000000ab1c"
        );
        let cell = cell(Val::Text(text), &[old]);
        let wanted = format!(
            "ä {new} {new:?}/{} {}",
            new.to_string().to_lowercase(),
            "00d00000000xy2z"
        );
        assert_eq!(cell.value(0, &[new]), Val::Text(wanted));
    }
}
