//! What monitors ask. Anyone on the network that reaches the server; nothing of a tenant is told by name.

use crate::app::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
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
    sources(&app, &mut text);
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

/// How phone systems stand: by the places of tenant and source in the settings.
fn sources(app: &App, text: &mut String) {
    let mut lines: BTreeMap<(&str, &str, &str), Vec<String>> = BTreeMap::new();
    for (index, tenant) in app.tenants.iter().enumerate() {
        for (nth, source) in tenant.settings.sources.iter().enumerate() {
            let health = app.source_health.of(tenant.id, &source.name);
            let labels = format!("{{tenant=\"{index}\",source=\"{nth}\"}}");
            let mut put = |name, kind, help, value: String| {
                lines.entry((name, kind, help)).or_default().push(format!("{labels} {value}"));
            };
            let connected = u8::from(health.connected).to_string();
            put("source_connected", "gauge", "Whether a phone system is being read.", connected);
            let connections = health.connections.to_string();
            put(
                "source_connections_total",
                "counter",
                "Connections to a phone system that began.",
                connections,
            );
            let refused = health.refused.to_string();
            put("source_refused_total", "counter", "What a phone system was told and refused.", refused);
            let unanswered = health.unanswered.to_string();
            put(
                "source_unanswered_total",
                "counter",
                "What a phone system was told and did not answer.",
                unanswered,
            );
            if let Some(ahead_ms) = health.ahead_ms {
                let ahead = format!("{:.3}", ahead_ms as f64 / 1_000.0);
                put("source_clock_ahead_seconds", "gauge", "By how much its clock is ahead of ours.", ahead);
            }
        }
    }
    for (index, tenant) in app.tenants.iter().enumerate() {
        let names = tenant.settings.sources.iter().enumerate();
        let named = names.map(|(nth, source)| (nth.to_string(), Some(source.name.as_str())));
        for (nth, source) in named.chain([(String::new(), None)]) {
            for (what, count) in app.hooks.counted(tenant.id, source) {
                let labels = format!("{{tenant=\"{index}\",source=\"{nth}\",result=\"{what}\"}}");
                let key = ("hook_deliveries_total", "counter", "What became of deliveries that were pushed.");
                lines.entry(key).or_default().push(format!("{labels} {count}"));
            }
        }
    }
    for ((name, kind, help), values) in lines {
        let _ = writeln!(text, "# HELP bitacora_{name} {help}\n# TYPE bitacora_{name} {kind}");
        for value in values {
            let _ = writeln!(text, "bitacora_{name}{value}");
        }
    }
}
