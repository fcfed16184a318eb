//! Salesforce. `transport.rs` says what the client needs of the world; `session.rs` and `assertion.rs` log in, `governor.rs`
//! counts calls, `refused.rs` says what a refusal means, `api.rs` asks with all of that. What is asked is above them.
//!
//! Tested against the emulated org (docs/salesforce-emulator.md), in version 67.0 of the API; 60.0 to 67.0 are spoken. What is
//! written where, and what of it is assumed, is in docs/salesforce-client.md.

mod api;
mod ask_about;
mod assertion;
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
    Login, Offset, PhoneChoice,
};
pub use https::{ANSWER_TIMEOUT, CONNECT_TIMEOUT, Https, HttpsError, HttpsSettings};
pub use secret::Secret;
pub use session::KeepsRefreshToken;
pub use transport::{MAX_ANSWER_BYTES, Method, Request, Response, Surroundings, Transport, TransportError};

use api::Api;
use describe::Describes;
use governor::Governor;
use session::Sessions;
use std::sync::Arc;
use tokio::sync::Mutex;

/// An org of Salesforce.
pub struct Salesforce {
    config: Arc<Config>,
    api: Api,
    describes: Describes,
    /// The record type of people who are accounts, once it was asked for.
    person_record_type: Mutex<Option<String>>,
    /// What a Task that is done is called, once it was asked for.
    done_status: Mutex<Option<String>>,
}

impl Salesforce {
    /// The org that `config` says. Nothing is asked of it yet. `keeps`: where a refresh token is stored that comes instead of
    /// the one in the settings.
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
        let api = Api::new(transport, surroundings, sessions, governor);
        Salesforce {
            config,
            api,
            describes: Describes::default(),
            person_record_type: Mutex::new(None),
            done_status: Mutex::new(None),
        }
    }
}
