//! One panel's connection, or that of a supervisor ([`floor_socket`]): the client says who it is, then gets the agent's snapshot at once and after every
//! change. A client that reads slowly misses snapshots in between, never the last one.

use super::Instance;
use super::floor_socket::{self, Scope};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::crm::{opportunities, resolve};
use crate::ops::panel::{PanelOwner, panel};
use crate::view::OnScreen;
use axum::extract::ws::{Message, WebSocket};
use domain::account::Role;
use domain::relate::View;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, interval_at, timeout};
use uuid::Uuid;

/// Longest message taken from a client, in bytes.
pub const MAX_CLIENT_MESSAGE_BYTES: usize = 4 * 1024;
/// How long a client may take to say who it is.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How often the server makes sure that somebody still listens and that the token still holds.
pub(super) const PING_EVERY: Duration = Duration::from_secs(20);

/// What a client says first, and when it has renewed its token.
#[derive(Deserialize)]
pub(super) struct Hello {
    pub(super) token: String,
    /// How much of the floor is wanted; nothing: an agent's panel is.
    #[serde(default)]
    floor: Option<Scope>,
    /// What the panel calls itself; a name of our own where it says none.
    #[serde(default)]
    instance: Option<Uuid>,
    /// Whether records are on screen beside it.
    #[serde(default)]
    console: bool,
    /// Whether nobody sees it: it tells a page around it of calls, and counts as no panel of its agent (P9).
    #[serde(default)]
    unseen: bool,
}

/// What is on screen beside the panel, whenever it changes.
#[derive(Deserialize)]
struct Looks {
    view: OnScreen,
    #[serde(default)]
    focused: bool,
}

/// What a client says to learn whether somebody still hears it: a script does not see the protocol's own pings.
#[derive(Deserialize)]
pub(super) struct Ping {
    r#type: String,
}

impl Ping {
    pub(super) fn is_one(&self) -> bool {
        self.r#type == "ping"
    }
}

/// Serves a panel until it goes, its token runs out unrenewed, or the server stops.
pub async fn serve(app: Arc<App>, mut socket: WebSocket) {
    let Ok(Some(Ok(Message::Text(text)))) = timeout(HELLO_WITHIN, socket.recv()).await else { return };
    let caller = serde_json::from_str::<Hello>(&text)
        .ok()
        .and_then(|hello| app.tokens.caller(&hello.token, app.around.now()).map(|caller| (hello, caller)));
    let Some((hello, caller)) = caller else {
        farewell(socket).await;
        return;
    };
    let tenant = app.tenant(caller.tenant).cloned();
    if let (Some(scope), Some(tenant)) = (hello.floor, &tenant) {
        if caller.role >= Role::Supervisor {
            floor_socket::serve(&app, tenant, socket, hello.token, scope).await;
        } else {
            let _ = socket.send(Message::Text(r#"{"type":"forbidden"}"#.into())).await;
        }
        return;
    }
    let (Some(agent), Some(tenant)) = (caller.agent.clone(), tenant) else {
        let _ = socket.send(Message::Text(r#"{"type":"no_agent"}"#.into())).await;
        return;
    };
    let instance = Instance(hello.instance.unwrap_or_else(|| app.around.new_id()));
    let owner = PanelOwner { user: caller.user, agent, name: caller.name.clone(), instance: Some(instance) };
    if hello.unseen {
        listen(&app, &tenant, &owner, instance, socket, hello.token).await;
        return;
    }
    let view = if hello.console { View::Other } else { View::NoConsole };
    let connection = app.hub.panels.opened(tenant.id, &owner.agent, instance, view);
    // The agent's other panels show that there is one more, and one less when it goes.
    app.hub.seen(tenant.id, &owner.agent);
    listen(&app, &tenant, &owner, instance, socket, hello.token).await;
    app.hub.panels.closed(tenant.id, &owner.agent, connection);
    app.hub.seen(tenant.id, &owner.agent);
}

/// The panel says what is on screen. A Case that only the CRM can tell is asked for beside this connection, which goes on.
async fn looked(app: &Arc<App>, tenant: &Arc<Tenant>, owner: &PanelOwner, instance: Instance, looks: Looks) {
    let Looks { view, focused } = looks;
    let known = match resolve::view_known(app, tenant, &view).await {
        Ok(known) => known,
        Err(error) => {
            tracing::error!(%error, "what is on screen could not be looked up");
            return;
        }
    };
    app.hub.panels.looks_at(tenant.id, &owner.agent, instance, known.unwrap_or(View::Silent), focused);
    app.hub.seen(tenant.id, &owner.agent);
    if let Some(View::Opportunity { opportunity }) = known {
        let (app, tenant, agent) = (Arc::clone(app), Arc::clone(tenant), owner.agent.clone());
        tokio::spawn(async move {
            if opportunities::learn(&app, &tenant, opportunity).await {
                app.hub.seen(tenant.id, &agent);
            }
        });
    }
    if known.is_none() {
        let (app, tenant, agent) = (Arc::clone(app), Arc::clone(tenant), owner.agent.clone());
        tokio::spawn(async move {
            if let Ok(found @ View::Case { .. }) = resolve::view(&app, &tenant, view).await
                && app.hub.panels.view(tenant.id, &agent, instance) == View::Silent
            {
                app.hub.panels.looks_at(tenant.id, &agent, instance, found, focused);
                app.hub.seen(tenant.id, &agent);
            }
        });
    }
}

async fn listen(
    app: &Arc<App>,
    tenant: &Arc<Tenant>,
    owner: &PanelOwner,
    instance: Instance,
    mut socket: WebSocket,
    mut token: String,
) {
    let mut changes = app.hub.listen(tenant.id, &owner.agent);
    let mut ping = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    loop {
        let version = *changes.borrow_and_update();
        match snapshot(app, tenant, owner, version).await {
            Ok(text) => {
                if socket.send(Message::Text(text.into())).await.is_err() {
                    return;
                }
            }
            // The client keeps what it shows; the next change or its own reconnecting brings it back.
            Err(error) => tracing::error!(%error, "a panel could not be read"),
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
                            looked(app, tenant, owner, instance, looks).await;
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

async fn snapshot(
    app: &App,
    tenant: &Arc<Tenant>,
    owner: &PanelOwner,
    version: u64,
) -> Result<String, OpError> {
    let panel = panel(app, tenant, owner, version).await?;
    let message = serde_json::json!({ "type": "panel", "panel": panel });
    Ok(message.to_string())
}

pub(super) async fn farewell(mut socket: WebSocket) {
    let _ = socket.send(Message::Text(r#"{"type":"unauthenticated"}"#.into())).await;
    let _ = socket.send(Message::Close(None)).await;
}
