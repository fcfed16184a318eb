//! What monitors ask. Anyone on the network that reaches the server; nothing of a tenant is told by name.

use crate::app::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use std::sync::Arc;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// The store can be read and written.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    match app.store.ready().await {
        Ok(()) => "ok".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response()
        }
    }
}

/// Numbers for Prometheus.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, values: Vec<(usize, u64)>| {
        let _ = writeln!(text, "# HELP bitacora_{name} {help}\n# TYPE bitacora_{name} gauge");
        for (tenant, value) in values {
            let _ = writeln!(text, "bitacora_{name}{{tenant=\"{tenant}\"}} {value}");
        }
    };
    let mut censuses = Vec::new();
    for (index, tenant) in app.tenants.iter().enumerate() {
        match app.store.census(tenant.id).await {
            Ok(census) => censuses.push((index, census)),
            Err(error) => {
                tracing::warn!(%error, "the census cannot be read");
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
        }
    }
    let column = |of: fn(&store::Census) -> u64| -> Vec<(usize, u64)> {
        censuses.iter().map(|(index, census)| (*index, of(census))).collect()
    };
    gauge("calls_live", "Calls that live.", column(|census| census.live));
    gauge("calls_ended", "Calls that ended.", column(|census| census.ended));
    gauge("activities_archived", "Archived Activities.", column(|census| census.activities));
    gauge(
        "calls_without_activity",
        "Ended calls with a stored reason for none.",
        column(|census| census.reasons),
    );
    gauge("wrapups_open", "Wrap-ups owed.", column(|census| census.open_wrapups));
    gauge("panels_connected", "Panels that listen.", vec![(0, app.hub.listeners() as u64)]);
    let written = app.store.stats();
    for (name, help, value) in [
        ("store_batches_total", "Transactions put on disk.", written.batches),
        ("store_commits_total", "Commits in them.", written.commits),
        ("store_refused_total", "Commits whose precondition did not hold.", written.refused),
        ("store_failed_total", "What could not be written.", written.failed),
    ] {
        let _ = writeln!(
            text,
            "# HELP bitacora_{name} {help}\n# TYPE bitacora_{name} counter\nbitacora_{name} {value}"
        );
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
