//! How other programs are told of calls. Which programs these are is not here: admins say so while it runs.

use super::trust::trusted;
use crate::outgoing::address::Network;
use serde::Deserialize;
use std::path::PathBuf;

/// Longest time that what was told is kept, in days.
const MAX_RETENTION_DAYS: u32 = 3_650;
/// Shortest: longer than anything is tried, and than an endpoint may fail.
const MIN_RETENTION_DAYS: u32 = 7;

/// How other programs are told of calls.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutgoingWebhooks {
    /// Whether addresses that are not encrypted are called.
    pub allow_http: bool,
    /// Networks that are called although they are not public.
    pub networks: Vec<Network>,
    /// Certificates to trust besides those of the machine, PEM.
    pub certificates: Option<PathBuf>,
    /// How long what was told is kept, in days.
    pub retention_days: u32,
}

impl Default for OutgoingWebhooks {
    fn default() -> Self {
        OutgoingWebhooks { allow_http: false, networks: Vec::new(), certificates: None, retention_days: 30 }
    }
}

impl OutgoingWebhooks {
    /// Which field cannot be used, and why.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        if !(MIN_RETENTION_DAYS..=MAX_RETENTION_DAYS).contains(&self.retention_days) {
            return Some(("retention_days", format!("from {MIN_RETENTION_DAYS} to {MAX_RETENTION_DAYS}")));
        }
        let reason = self.certificates.as_deref().and_then(|file| trusted(file).err())?;
        Some(("certificates", reason))
    }
}
