//! A supervisor's connection: the floor, or its alerts alone, at once and after changes. A client that reads slowly misses
//! some in between, never the last one.

use super::floor::Read;
use super::socket::{Hello, PING_EVERY, Ping, farewell};
use crate::app::{App, Tenant};
use crate::clock::rfc3339;
use axum::extract::ws::{Message, WebSocket};
use serde::Deserialize;
use tokio::time::{Instant, interval_at};

/// How much of the floor somebody looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scope {
    /// All of it.
    Whole,
    /// Its alerts.
    Alerts,
}

/// What a client says when it looks at more of it, or at less.
#[derive(Deserialize)]
struct Looks {
    floor: Scope,
}

/// Serves the floor until the client goes, its token runs out unrenewed, or the server stops.
pub(super) async fn serve(
    app: &App,
    tenant: &Tenant,
    mut socket: WebSocket,
    mut token: String,
    mut scope: Scope,
) {
    let floor = app.hub.floors.of(tenant.id);
    let mut changes = floor.listen();
    let mut ping = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    let mut alerts_told: Option<String> = None;
    loop {
        changes.borrow_and_update();
        match floor.read(app, tenant).await {
            Ok(read) if scope == Scope::Alerts && alerts_told.as_ref() == Some(&read.alerts) => {}
            Ok(read) => {
                let text = told(&read, scope, &rfc3339(app.around.now()));
                if socket.send(Message::Text(text.into())).await.is_err() {
                    return;
                }
                alerts_told = (scope == Scope::Alerts).then(|| read.alerts.clone());
            }
            // The client keeps what it shows; the next change or its own reconnecting brings it back.
            Err(error) => tracing::error!(%error, "a floor could not be read"),
        }
        loop {
            tokio::select! {
                changed = changes.changed() => {
                    if changed.is_err() { return }
                    break;
                }
                _ = ping.tick() => {
                    if app.tokens.caller(&token, app.around.now()).is_none() {
                        farewell(socket).await;
                        return;
                    }
                    if socket.send(Message::Ping(Vec::new().into())).await.is_err() { return }
                }
                message = socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => {
                        if let Ok(renewed) = serde_json::from_str::<Hello>(&text) {
                            token = renewed.token;
                        } else if let Ok(looks) = serde_json::from_str::<Looks>(&text) {
                            scope = looks.floor;
                            alerts_told = None;
                            break;
                        } else if serde_json::from_str::<Ping>(&text).is_ok_and(|ping| ping.is_one())
                            && socket.send(Message::Text(r#"{"type":"pong"}"#.into())).await.is_err()
                        {
                            return;
                        }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                },
                () = app.hub.stopping() => {
                    let _ = socket.send(Message::Close(None)).await;
                    return;
                }
            }
        }
    }
}

/// The time is that of the telling: a floor that nothing changed may have been read long ago.
fn told(read: &Read, scope: Scope, now: &str) -> String {
    match scope {
        Scope::Whole => format!(r#"{{"type":"floor","now":"{now}","floor":{}}}"#, read.whole),
        Scope::Alerts => format!(r#"{{"type":"alerts","now":"{now}","alerts":{}}}"#, read.alerts),
    }
}
