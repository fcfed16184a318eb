//! A phone in the browser, as the API tells it to the agent who has it.

use crate::settings::{WebPhoneAccount, WebPhoneSettings};
use serde::Serialize;
use utoipa::ToSchema;

/// What the phone in an agent's browser is told to be (`GET /me/phone`). It is never written to a log: it has no `Debug`.
#[derive(Serialize, ToSchema)]
pub struct WebPhoneView {
    /// Where the phone system takes SIP over a WebSocket.
    pub url: String,
    /// Its SIP domain.
    pub domain: String,
    /// The name by which the browser registers.
    pub username: String,
    /// Its password.
    pub password: String,
    /// Servers that help to find a way through a network, as `RTCPeerConnection` takes them.
    pub ice_servers: Vec<IceServerView>,
}

/// Such a server.
#[derive(Serialize, ToSchema)]
pub struct IceServerView {
    /// Its addresses.
    pub urls: Vec<String>,
    /// The user, where it asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Their password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl WebPhoneView {
    /// The phone that an agent has by these settings.
    pub fn of(settings: &WebPhoneSettings, account: &WebPhoneAccount) -> Self {
        let stun = (!settings.stun.is_empty()).then(|| IceServerView {
            urls: settings.stun.clone(),
            username: None,
            credential: None,
        });
        let turn = settings.turn.as_ref().map(|turn| IceServerView {
            urls: turn.urls.clone(),
            username: Some(turn.username.clone()),
            credential: Some(turn.credential.clone()),
        });
        WebPhoneView {
            url: settings.url.clone(),
            domain: settings.domain().to_owned(),
            username: account.username.clone(),
            password: account.password.clone(),
            ice_servers: stun.into_iter().chain(turn).collect(),
        }
    }
}
