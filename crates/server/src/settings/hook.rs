//! Settings of phone systems that push: what is shared with them. Nothing of it is ever written out.

use serde::Deserialize;
use std::fmt;

/// Least length of a secret or token, in characters: it must not be guessed.
const MIN_SECRET_CHARS: usize = 24;
/// Most secrets a source has at a time: the one in use and the one that takes its place.
const MAX_SECRETS: usize = 2;
/// From and to how many seconds a signature may be good.
const REPLAY_WINDOW_S: std::ops::RangeInclusive<u32> = 10..=3_600;

/// What signs our own form.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Secrets, one or two while one is changed for another; a signature by any of them is good.
    pub secrets: Vec<String>,
    /// How many seconds a signature is good, before and after its time.
    #[serde(default = "default_window")]
    pub replay_window_s: u32,
}

/// What a connector of the generic CTI is known by.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZammadSettings {
    /// The token in its URL.
    pub token: String,
}

/// What Twilio signs with, and how it calls us.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    /// Auth tokens of the account: the primary, and the secondary while one is changed for the other.
    pub auth_tokens: Vec<String>,
    /// How Twilio reaches this server, as it stands in the console; `server.public_url` where empty.
    #[serde(default)]
    pub public_url: Option<String>,
    /// Whether TaskRouter tells of agents. Their legs tell nothing then.
    #[serde(default)]
    pub taskrouter: bool,
}

fn default_window() -> u32 {
    300
}

impl fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSettings")
            .field("replay_window_s", &self.replay_window_s)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TwilioSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TwilioSettings")
            .field("public_url", &self.public_url)
            .field("taskrouter", &self.taskrouter)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ZammadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZammadSettings").finish_non_exhaustive()
    }
}

impl WebhookSettings {
    /// Which field cannot be used, and why.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        if self.secrets.is_empty() || self.secrets.len() > MAX_SECRETS {
            return Some(("secrets", format!("one, or {MAX_SECRETS} while one is changed for another")));
        }
        if let Some(reason) = self.secrets.iter().find_map(|secret| too_short(secret)) {
            return Some(("secrets", reason));
        }
        let (from, to) = (REPLAY_WINDOW_S.start(), REPLAY_WINDOW_S.end());
        let wrong = !REPLAY_WINDOW_S.contains(&self.replay_window_s);
        wrong.then(|| ("replay_window_s", format!("from {from} to {to} seconds")))
    }
}

impl TwilioSettings {
    /// Which field cannot be used, and why. `served_at` is how the world reaches the server, where that is set.
    pub(super) fn fault(&self, served_at: Option<&String>) -> Option<(&'static str, String)> {
        if self.auth_tokens.is_empty() || self.auth_tokens.len() > MAX_SECRETS {
            return Some(("auth_tokens", format!("one, or {MAX_SECRETS} while one is changed for another")));
        }
        if let Some(reason) = self.auth_tokens.iter().find_map(|token| too_short(token)) {
            return Some(("auth_tokens", reason));
        }
        match self.public_url.as_ref().or(served_at) {
            None => Some((
                "public_url",
                "needed, or server.public_url: signatures are of this address".to_owned(),
            )),
            Some(url) if !(url.starts_with("https://") || url.starts_with("http://")) => {
                Some(("public_url", format!("{url:?} does not begin with https:// or http://")))
            }
            Some(_) => None,
        }
    }
}

impl ZammadSettings {
    /// Which field cannot be used, and why.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        let plain = self.token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
        if !plain {
            return Some(("token", "letters, digits and - _ . ~ only: it stands in a URL".to_owned()));
        }
        too_short(&self.token).map(|reason| ("token", reason))
    }
}

/// Why a secret can be guessed; never the secret itself.
fn too_short(secret: &str) -> Option<String> {
    let short = secret.chars().count() < MIN_SECRET_CHARS;
    short.then(|| format!("at least {MIN_SECRET_CHARS} characters, as `openssl rand -hex 32` makes them"))
}
