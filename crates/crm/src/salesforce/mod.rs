//! Salesforce. `transport.rs` says what the client needs of the world; `session.rs` and `assertion.rs` log in, `governor.rs`
//! counts calls, `refused.rs` says what a refusal means, `api.rs` asks with all of that. What is asked is above them.
//!
//! Tested against the emulated org (docs/salesforce-emulator.md), in version 67.0 of the API; 60.0 to 67.0 are spoken. What is
//! written where, and what of it is assumed, is in docs/salesforce-client.md.

mod api;
mod ask_about;
mod assertion;
mod calls_there;
mod carry;
mod config;
pub mod consent;
mod describe;
mod examine;
mod filing;
mod governor;
mod https;
mod implement;
mod make;
mod mirror;
mod phone_fields;
mod picklists;
mod queries;
mod reading;
mod refused;
mod secret;
mod session;
mod sharing;
mod stamp;
mod transport;
mod wrote;

pub use assertion::{KeyError, SigningKey};
pub use config::{
    Config, DEFAULT_BULK_FROM, DEFAULT_CASE_DAYS, DEFAULT_CONCURRENCY, DEFAULT_RESERVE_PERCENT, Language,
    Login, Offset,
};
pub use https::{ANSWER_TIMEOUT, CONNECT_TIMEOUT, Https, HttpsError, HttpsSettings};
pub use secret::Secret;
pub use session::KeepsRefreshToken;
pub use transport::{MAX_ANSWER_BYTES, Method, Request, Response, Surroundings, Transport, TransportError};

use crate::error::CrmError;
use api::Api;
use describe::Describes;
use domain::mirror::PhoneChoice;
use filing::TaskStatuses;
use governor::Governor;
use session::Sessions;
use std::sync::{Arc, RwLock};
use tokio::sync::Mutex;

/// By what an org can be asked something that this client does not ask.
#[derive(Debug)]
pub struct Opened {
    /// Scheme, host and port.
    pub instance: String,
    /// An access token of the user that we are there.
    pub token: Secret,
}

/// An org of Salesforce.
pub struct Salesforce {
    config: Arc<Config>,
    api: Api,
    describes: Describes,
    /// The record type of people who are accounts, once it was asked for.
    person_record_type: Mutex<Option<String>>,
    /// What a Task that is done is called, once it was asked for.
    task_statuses: Mutex<Option<TaskStatuses>>,
    /// Which phone fields are mirrored.
    phones: RwLock<Arc<Vec<PhoneChoice>>>,
}

impl Salesforce {
    /// The org that `config` says. Nothing is asked of it yet. `keeps`: who keeps the refresh token, where we log in by one; without
    /// it the one of `config` is shown.
    pub fn new(
        config: Config,
        transport: Arc<dyn Transport>,
        surroundings: Arc<dyn Surroundings>,
        keeps: Option<Arc<dyn KeepsRefreshToken>>,
    ) -> Salesforce {
        let config = Arc::new(config);
        let governor = Governor::new(config.concurrency, config.reserve_percent);
        let sessions =
            Sessions::new(Arc::clone(&config), Arc::clone(&transport), Arc::clone(&surroundings), keeps);
        let phones = RwLock::new(Arc::new(config.phones.clone()));
        let api = Api::new(transport, surroundings, sessions, governor);
        Salesforce {
            config,
            api,
            describes: Describes::default(),
            person_record_type: Mutex::new(None),
            task_statuses: Mutex::new(None),
            phones,
        }
    }

    /// Logs in anew from now on: an admin connected the org, or disconnected it.
    pub async fn log_in_anew(&self) {
        self.api.sessions().end().await;
    }

    /// Logs in, for something that this client does not ask itself.
    ///
    /// # Errors
    /// The org does not let us in, or is another one than is meant.
    pub async fn open(&self) -> Result<Opened, CrmError> {
        let session = self.api.session().await?;
        Ok(Opened { instance: session.instance.clone(), token: Secret::new(session.access.reveal()) })
    }
}
