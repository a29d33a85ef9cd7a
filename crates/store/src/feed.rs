//! The commit feed: what other nodes, caches and workers must hear of after a commit.
//!
//! Rows are polled. Sequence numbers commit out of order on PostgreSQL, so a reader asks again
//! for everything at or above its last watermark (the oldest transaction then running) and
//! ignores what it has seen.

use std::collections::BTreeSet;

use openlma_core::{Id, Result};

use crate::dialect::Dialect;
use crate::rows::Set;
use crate::sql::{Made, statements};
use crate::tx::Tx;
use crate::value::Val;

/// What a commit changed that somebody may be waiting for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// The org has messages to send.
    Outbox(Id),
    /// The org has messages to apply.
    Inbox(Id),
    /// The org has a background job to run.
    Job(Id),
    /// The org's settings, users, permissions or custom fields changed.
    Org(Id),
    /// The answer of checks may have changed for this package license of the org.
    Entitlement(Id, Id),
}

impl Signal {
    /// The org concerned.
    #[must_use]
    pub fn org(&self) -> Id {
        match self {
            Signal::Outbox(org) | Signal::Inbox(org) | Signal::Job(org) | Signal::Org(org) => *org,
            Signal::Entitlement(org, _) => *org,
        }
    }

    fn parts(&self) -> (&'static str, Id, Option<Id>) {
        match self {
            Signal::Outbox(org) => ("outbox", *org, None),
            Signal::Inbox(org) => ("inbox", *org, None),
            Signal::Job(org) => ("job", *org, None),
            Signal::Org(org) => ("org", *org, None),
            Signal::Entitlement(org, subject) => ("entitlement", *org, Some(*subject)),
        }
    }

    fn from_parts(topic: &str, org: Id, subject: Option<Id>) -> Option<Signal> {
        Some(match topic {
            "outbox" => Signal::Outbox(org),
            "inbox" => Signal::Inbox(org),
            "job" => Signal::Job(org),
            "org" => Signal::Org(org),
            "entitlement" => Signal::Entitlement(org, subject?),
            _ => return None,
        })
    }
}

/// Where a reader of the feed stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Everything of transactions below this number has been read.
    watermark: i64,
    /// Rows at or above the watermark that have been read already: transaction and sequence.
    seen: BTreeSet<(i64, i64)>,
}

statements! {
    /// Rows kept for readers that lag.
    PRUNE = "DELETE FROM feed WHERE seq < (SELECT MAX(seq) FROM feed) - ?1";
    APPEND: Set = Set {
        head: Made(|dialect| {
            let (current, _) = dialect.transaction_numbers();
            format!(
                "INSERT INTO feed (xid, topic, org_id, subject) \
                 SELECT {current}, v.column1, v.column2, v.column3 FROM (VALUES "
            )
        }),
        columns: 3,
        tail: ") AS v",
    };
    END: Made = Made(|dialect| format!("SELECT {}", order(dialect).1));
    POLL: Made = Made(|dialect| {
        let (column, oldest) = order(dialect);
        format!(
            "SELECT {column}, seq, topic, org_id, subject, {oldest} FROM feed \
             WHERE ({column}, seq) > (?1, ?2) ORDER BY {column}, seq LIMIT {PAGE}"
        )
    });
}

/// Rows kept for readers that lag behind.
const KEPT: i64 = 200_000;

/// Rows read at a time.
const PAGE: usize = 1000;

/// Appends one row a signal.
pub(crate) fn append(tx: &mut Tx<'_>, signals: &[Signal]) -> Result<()> {
    let rows = signals.iter().map(|signal| {
        let (topic, org, subject) = signal.parts();
        vec![Val::from(topic), Val::from(org), Val::from(subject)]
    });
    APPEND.write(tx, &rows.collect::<Vec<_>>())
}

/// The column by which the feed is read, and what no unfinished transaction is below.
///
/// On SQLite sequence numbers commit in order, so they serve as the watermark themselves.
fn order(dialect: Dialect) -> (&'static str, &'static str) {
    match dialect {
        Dialect::Sqlite => ("seq", "(SELECT COALESCE(MAX(seq), 0) FROM feed)"),
        Dialect::Postgres => ("xid", dialect.transaction_numbers().1),
    }
}

/// Where the feed ends now.
///
/// # Errors
/// Of the database.
pub fn end(tx: &mut Tx<'_>) -> Result<Position> {
    let watermark = tx.query_one(&END.text(tx.dialect()), &[])?;
    let mut position = Position {
        watermark: watermark.map_or(0, |r| r.number(0)),
        seen: BTreeSet::new(),
    };
    poll(tx, &mut position)?;
    Ok(position)
}

/// What was committed since the last call, in no particular order across transactions.
///
/// # Errors
/// Of the database; the position is then where it was.
pub fn poll(tx: &mut Tx<'_>, position: &mut Position) -> Result<Vec<Signal>> {
    let sql = POLL.text(tx.dialect());
    let mut next = position.clone();
    let mut signals = Vec::new();
    let mut last = (position.watermark, 0);
    // The oldest transaction that ran when the first page was read; a later page may see more.
    let mut finished = None;
    loop {
        let rows = tx.query(&sql, &[Val::Int(last.0), Val::Int(last.1)])?;
        let full = rows.len() == PAGE;
        for mut row in rows {
            last = (row.number(0), row.number(1));
            let finished = *finished.get_or_insert(row.number(5));
            next.watermark = next.watermark.max(last.0.min(finished));
            if next.seen.insert(last) {
                let (topic, org, subject) = (row.string(2), row.key(3)?, row.id(4));
                signals.extend(Signal::from_parts(&topic, org, subject));
            }
        }
        if !full {
            break;
        }
    }
    next.seen = next.seen.split_off(&(next.watermark, 0));
    *position = next;
    Ok(signals)
}

/// Drops rows that every reader has had time to read.
///
/// # Errors
/// Of the database.
pub fn prune(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute(PRUNE, &[Val::Int(KEPT)])
}
