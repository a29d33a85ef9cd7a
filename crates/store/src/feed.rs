//! The commit feed: what other nodes, caches and workers must hear of after a commit.
//!
//! Rows are polled. Sequence numbers commit out of order on PostgreSQL, so a reader asks again
//! for everything at or above its last watermark (the oldest transaction then running) and
//! ignores what it has seen.

use openlma_core::{Id, Result};

use crate::sql::statements;
use crate::tx::Tx;
use crate::value::Val;

/// What a commit changed that somebody may be waiting for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// The org has messages to send.
    Outbox(Id),
    /// The org has messages to apply.
    Inbox(Id),
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
            Signal::Outbox(org) | Signal::Inbox(org) | Signal::Org(org) => *org,
            Signal::Entitlement(org, _) => *org,
        }
    }

    fn parts(&self) -> (&'static str, Id, Option<Id>) {
        match self {
            Signal::Outbox(org) => ("outbox", *org, None),
            Signal::Inbox(org) => ("inbox", *org, None),
            Signal::Org(org) => ("org", *org, None),
            Signal::Entitlement(org, subject) => ("entitlement", *org, Some(*subject)),
        }
    }

    fn from_parts(topic: &str, org: Id, subject: Option<Id>) -> Option<Signal> {
        Some(match topic {
            "outbox" => Signal::Outbox(org),
            "inbox" => Signal::Inbox(org),
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
    /// Rows at or above the watermark that have been read already.
    seen: std::collections::BTreeSet<i64>,
}

statements! {
    /// The newest watermark, to begin reading from now on.
    NOW_SQLITE = "SELECT COALESCE(MAX(seq), 0) FROM feed";
    /// Rows kept for readers that lag.
    PRUNE = "DELETE FROM feed WHERE seq < (SELECT MAX(seq) FROM feed) - ?1";
}

/// Rows kept for readers that lag behind.
const KEPT: i64 = 200_000;

/// Appends one row a signal, in one statement.
pub(crate) fn append(tx: &mut Tx<'_>, signals: &[Signal]) -> Result<()> {
    let (current, _) = tx.dialect().transaction_numbers();
    let mut sql = String::from("INSERT INTO feed (xid, topic, org_id, subject) VALUES ");
    let mut params = Vec::with_capacity(signals.len() * 3);
    for (i, signal) in signals.iter().enumerate() {
        let (topic, org, subject) = signal.parts();
        let n = i * 3;
        if i > 0 {
            sql.push_str(", ");
        }
        sql.push_str(&format!("({current}, ?{}, ?{}, ?{})", n + 1, n + 2, n + 3));
        params.extend([Val::from(topic), Val::from(org), Val::from(subject)]);
    }
    tx.execute(&sql, &params).map(drop)
}

/// Where the feed ends now.
///
/// # Errors
/// Of the database.
pub fn end(tx: &mut Tx<'_>) -> Result<Position> {
    let (_, oldest) = tx.dialect().transaction_numbers();
    let sql = match tx.dialect() {
        crate::Dialect::Sqlite => NOW_SQLITE.to_owned(),
        crate::Dialect::Postgres => format!("SELECT {oldest}"),
    };
    let watermark = tx.query_one(&sql, &[])?.map_or(0, |r| r.number(0));
    let mut position = Position {
        watermark,
        seen: Default::default(),
    };
    poll(tx, &mut position)?;
    Ok(position)
}

/// What was committed since the last call, in no particular order across transactions.
///
/// # Errors
/// Of the database.
pub fn poll(tx: &mut Tx<'_>, position: &mut Position) -> Result<Vec<Signal>> {
    let (_, oldest) = tx.dialect().transaction_numbers();
    // On SQLite sequence numbers commit in order, so they serve as the watermark themselves.
    let (column, next) = match tx.dialect() {
        crate::Dialect::Sqlite => ("seq", "seq"),
        crate::Dialect::Postgres => ("xid", oldest),
    };
    let sql = format!(
        "SELECT seq, topic, org_id, subject, {column}, {next} FROM feed WHERE {column} >= ?1 \
         ORDER BY {column}, seq LIMIT 10000"
    );
    let mut signals = Vec::new();
    let mut watermark = position.watermark;
    let rows = tx.query(&sql, &[Val::Int(position.watermark)])?;
    for mut row in rows {
        let seq = row.number(0);
        watermark = watermark.max(row.number(4).min(row.number(5)));
        if !position.seen.insert(seq) {
            continue;
        }
        let (topic, org, subject) = (row.string(1), row.key(2)?, row.id(3));
        signals.extend(Signal::from_parts(&topic, org, subject));
    }
    if watermark > position.watermark {
        position.watermark = watermark;
        forget(tx, position, column)?;
    }
    Ok(signals)
}

/// Forgets rows below the watermark, which no later answer will hold.
fn forget(tx: &mut Tx<'_>, position: &mut Position, column: &str) -> Result<()> {
    let sql = format!("SELECT seq FROM feed WHERE {column} >= ?1");
    let rows = tx.query(&sql, &[Val::Int(position.watermark)])?;
    let open: std::collections::BTreeSet<i64> = rows.iter().map(|r| r.number(0)).collect();
    position.seen.retain(|seq| open.contains(seq));
    Ok(())
}

/// Drops rows that every reader has had time to read.
///
/// # Errors
/// Of the database.
pub fn prune(tx: &mut Tx<'_>) -> Result<u64> {
    tx.execute(PRUNE, &[Val::Int(KEPT)])
}
