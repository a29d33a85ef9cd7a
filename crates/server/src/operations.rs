//! What operators' tools ask: `/healthz`, `/readyz`, `/metrics`.

use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::routing::get;
use openlma_app::data::Dialect;

use crate::state::State;

/// The routes.
pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

/// Ready: not stopping, and the database answers.
async fn ready(Shared(state): Shared<State>) -> (StatusCode, &'static str) {
    if !state.ready.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match state.app.is_new().await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        ),
    }
}

async fn metrics(Shared(state): Shared<State>) -> String {
    let counters = state.app.store().counters();
    let value = |n: &std::sync::atomic::AtomicU64| n.load(Ordering::Relaxed);
    let database = match state.app.store().dialect() {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgres",
    };
    let mut out = String::new();
    for (name, help, n) in [
        (
            "openlma_sql_statements_total",
            "SQL statements run by units of work.",
            value(&counters.statements),
        ),
        (
            "openlma_units_total",
            "Units of work committed.",
            value(&counters.units),
        ),
        (
            "openlma_commits_total",
            "Commits; with group commit fewer than units.",
            value(&counters.commits),
        ),
        (
            "openlma_messages_delivered_total",
            "Messages handed over to their receiving org.",
            state.worker.delivered(),
        ),
        (
            "openlma_messages_applied_total",
            "Messages applied or held with a reason.",
            state.worker.applied(),
        ),
    ] {
        out.push_str(&format!(
            "# HELP {name} {help}\n# TYPE {name} counter\n{name}{{database=\"{database}\"}} {n}\n"
        ));
    }
    let (memory, read) = state.app.checks_answered();
    out.push_str(
        "# HELP openlma_checks_total Checks with a key and a user's id, by where the \
         answer came from.\n# TYPE openlma_checks_total counter\n",
    );
    for (from, n) in [("memory", memory), ("database", read)] {
        out.push_str(&format!("openlma_checks_total{{from=\"{from}\"}} {n}\n"));
    }
    out
}
