//! PostgreSQL: a pool of connection threads; each reconnects by itself and runs a unit again
//! after a serialization failure, a deadlock, or the loss of a connection before it did anything.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::{Receiver, never, select_biased};
use openlma_core::{Error, Result};
use postgres::error::{DbError, Severity};
use postgres::{Client, Config, NoTls};

use super::unit::{Mode, Outcome, Queued};
use super::{Options, Shared};
use crate::failure::explain;
use crate::migrate;
use crate::tx::{Connection, PgSession, Tx};

/// Runs of one unit before its failure is the caller's.
const RUNS: u32 = 4;
/// Pause before a unit is run again, longer each time.
const GIVE_WAY: Duration = Duration::from_millis(10);
/// Longest wait between attempts to connect.
const MAX_BACK_OFF: Duration = Duration::from_secs(2);

pub(super) fn start(
    options: &Options,
    shared: &Shared,
    normal: &Receiver<Queued>,
    background: &Receiver<Queued>,
    reads: &Receiver<Queued>,
) -> Result<()> {
    let mut config: Config = options.database.parse().map_err(|e| {
        let message = format!("the address of the database cannot be read: {e}");
        Error {
            message: message.clone(),
            ..Error::unavailable(message)
        }
    })?;
    config
        .application_name("openlma")
        .notice_callback(|notice| noticed(&notice))
        .connect_timeout(Duration::from_secs(5));
    let mut first = connect(&config).map_err(|e| {
        let message = format!("cannot connect to the database: {}", explain(&e));
        Error {
            message: message.clone(),
            ..Error::unavailable(message)
        }
    })?;
    migrate::run(&mut Tx::new(Connection::Postgres(&mut first)))?;
    drop(first);
    for n in 0..options.connections.max(2) {
        // Half of the connections see to reads first, the others to writes, so that a flood of
        // the one does not keep out the other.
        let (first, second) = if n % 2 == 0 {
            (normal.clone(), reads.clone())
        } else {
            (reads.clone(), normal.clone())
        };
        let worker = Worker {
            config: config.clone(),
            shared: shared.clone(),
            first,
            second,
            // One connection keeps to callers, so that background work never holds all.
            background: if n == 0 { never() } else { background.clone() },
            session: None,
            back_off: Duration::ZERO,
        };
        std::thread::Builder::new()
            .name(format!("postgres-{n}"))
            .spawn(move || worker.run())
            .map_err(|e| Error::unavailable(format!("no thread for a connection: {e}")))?;
    }
    Ok(())
}

/// What the database says beside its answers: a warning concerns the operator, that a table is
/// there already concerns nobody.
fn noticed(notice: &DbError) {
    let text = notice.message();
    if notice.parsed_severity() == Some(Severity::Warning) {
        tracing::warn!(notice = text, "the database warns");
    } else {
        tracing::debug!(notice = text, "the database notes");
    }
}

fn connect(config: &Config) -> Result<PgSession, postgres::Error> {
    let mut client: Client = config.connect(NoTls)?;
    client.batch_execute(
        "SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
         SET idle_in_transaction_session_timeout = '60s'; SET synchronous_commit = on",
    )?;
    Ok(PgSession::new(client))
}

struct Worker {
    config: Config,
    shared: Shared,
    first: Receiver<Queued>,
    second: Receiver<Queued>,
    background: Receiver<Queued>,
    session: Option<PgSession>,
    /// How long to wait before the next attempt to connect.
    back_off: Duration,
}

impl Worker {
    fn run(mut self) {
        loop {
            let received = select_biased! {
                recv(self.first) -> unit => unit,
                recv(self.second) -> unit => unit,
                recv(self.background) -> unit => unit,
            };
            match received {
                Ok(unit) => self.serve(unit),
                // The store was dropped: nobody can ask any more.
                Err(_) => return,
            }
        }
    }

    /// The connection, made anew when it was lost.
    fn session(&mut self) -> Result<&mut PgSession> {
        let alive = self.session.take().filter(|s| !s.broken);
        let session = match alive {
            Some(session) => session,
            None => {
                if !self.back_off.is_zero() {
                    #[expect(clippy::disallowed_methods, reason = "back-off between connections")]
                    std::thread::sleep(self.back_off);
                }
                connect(&self.config).map_err(|e| {
                    self.back_off =
                        (self.back_off * 2).clamp(Duration::from_millis(50), MAX_BACK_OFF);
                    tracing::warn!(error = %explain(&e), "no connection to the database");
                    Error::unavailable(explain(&e))
                })?
            }
        };
        self.back_off = Duration::ZERO;
        Ok(self.session.insert(session))
    }

    fn serve(&mut self, unit: Queued) {
        let shared = self.shared.clone();
        let mut runs = 0;
        let outcome = loop {
            runs += 1;
            let outcome = match self.session() {
                Ok(session) => transaction(session, &shared, &unit),
                Err(e) => Outcome::failed(e),
            };
            let lost = self.session.as_ref().is_some_and(|s| s.broken);
            // A connection that died while nobody used it is nobody's misfortune.
            let harmless = outcome.statements == 0 || unit.mode != Mode::Write;
            let again = outcome.retry || (outcome.result.is_err() && lost && harmless);
            if !again || runs == RUNS {
                break outcome;
            }
            tracing::debug!(runs, "a unit is run again");
            // The other one of a deadlock must get its lock before this one asks again.
            #[expect(clippy::disallowed_methods, reason = "gives way between two runs")]
            std::thread::sleep(GIVE_WAY * runs);
        };
        shared
            .counters
            .statements
            .fetch_add(outcome.statements, Ordering::Relaxed);
        if unit.mode == Mode::Write && outcome.result.is_ok() {
            shared.committed(1, &outcome.signals);
        }
        unit.answer(outcome.result);
    }
}

fn transaction(session: &mut PgSession, shared: &Shared, unit: &Queued) -> Outcome {
    let begin = match unit.mode {
        Mode::Single => return unit.run(Connection::Postgres(session), false),
        Mode::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Mode::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    };
    let mut rehearsed = None;
    if shared.rehearse && unit.mode == Mode::Write {
        if let Err(e) = control(session, begin) {
            return Outcome::failed(e);
        }
        let rehearsal = unit.run(Connection::Postgres(session), true);
        let _ = control(session, "ROLLBACK");
        if rehearsal.retry {
            return rehearsal;
        }
        rehearsed = rehearsal.trace;
    }
    if let Err(e) = control(session, begin) {
        return Outcome::failed(e);
    }
    let mut outcome = unit.run(Connection::Postgres(session), rehearsed.is_some());
    outcome.compare(rehearsed.as_ref());
    let end = if outcome.result.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    if let Err(e) = control(session, end)
        && outcome.result.is_ok()
    {
        // Nobody knows whether it was committed.
        outcome.result = Err(e);
    }
    outcome
}

fn control(session: &mut PgSession, sql: &str) -> Result<()> {
    session.client.batch_execute(sql).map_err(|e| {
        session.broken = true;
        Error::unavailable(format!("{sql}: {}", explain(&e)))
    })
}
