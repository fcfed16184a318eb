//! Salesforce. `transport.rs` says what the client needs of the world; `session.rs` and `assertion.rs` log in, `governor.rs`
//! counts calls, `refused.rs` says what a refusal means, `api.rs` asks with all of that. What is asked is above them.
//!
//! Tested against the emulated org (docs/salesforce-emulator.md). Versions 60.0 to 67.0 of the API are spoken; 66.0 is the
//! one that is tested.

mod api;
mod assertion;
mod carry;
mod config;
mod describe;
mod filing;
mod governor;
mod refused;
mod secret;
mod session;
mod stamp;
mod transport;
mod wrote;

pub use assertion::{KeyError, SigningKey};
pub use config::{
    Config, DEFAULT_CASE_DAYS, DEFAULT_CONCURRENCY, DEFAULT_RESERVE_PERCENT, Language, Login, Offset,
    PhoneChoice,
};
pub use secret::Secret;
pub use session::KeepsRefreshToken;
pub use transport::{MAX_ANSWER_BYTES, Method, Request, Response, Surroundings, Transport, TransportError};

use crate::contract::{Budget, Carried, Filing};
use api::Api;
use describe::Describes;
use governor::Governor;
use session::Sessions;
use std::sync::Arc;

/// An org of Salesforce.
pub struct Salesforce {
    config: Arc<Config>,
    api: Api,
    describes: Describes,
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
        Salesforce { config, api, describes: Describes::default() }
    }

    /// Has these Activities be there (see [`crate::Crm::file`]).
    pub async fn file(&self, filings: &[Filing]) -> Vec<Carried> {
        self.carry(filings).await
    }

    /// How many calls are left, as far as it was told (see [`crate::Crm::budget`]).
    pub fn budget(&self) -> Option<Budget> {
        self.api.governor.budget()
    }
}
