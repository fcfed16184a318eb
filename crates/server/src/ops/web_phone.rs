//! `web_phone`: what the phone in an agent's browser is told to be. It comes from the settings, is the agent's own alone,
//! and nothing of it is stored or logged.

use super::OpError;
use crate::app::Tenant;
use crate::settings::{SourceKind, WebPhoneAccount, WebPhoneSettings};
use crate::view::WebPhoneView;
use domain::id::AgentKey;

/// Whether an agent has a phone in the browser.
pub fn has(tenant: &Tenant, agent: &AgentKey) -> bool {
    find(tenant, agent).is_some()
}

/// The phone in the browser of an agent.
///
/// # Errors
/// They have none.
pub fn web_phone(tenant: &Tenant, agent: &AgentKey) -> Result<WebPhoneView, OpError> {
    let (settings, account) = find(tenant, agent).ok_or(OpError::NotFound)?;
    Ok(WebPhoneView::of(settings, account))
}

/// What pages of a tenant must be allowed to connect to for them, each once.
pub fn origins(tenant: &Tenant) -> Vec<&str> {
    let mut origins: Vec<&str> = all(tenant).map(WebPhoneSettings::origin).collect();
    origins.sort_unstable();
    origins.dedup();
    origins
}

/// An agent who has one at two phone systems uses that of the first: one window is one phone.
fn find<'a>(tenant: &'a Tenant, agent: &AgentKey) -> Option<(&'a WebPhoneSettings, &'a WebPhoneAccount)> {
    all(tenant).find_map(|settings| Some((settings, settings.of(agent)?)))
}

fn all(tenant: &Tenant) -> impl Iterator<Item = &WebPhoneSettings> {
    tenant.settings.sources.iter().filter_map(|source| match &source.kind {
        SourceKind::Ami(ami) => ami.web_phone.as_deref(),
        // These are only heard.
        SourceKind::Recording { .. }
        | SourceKind::Floor { .. }
        | SourceKind::Webhook(_)
        | SourceKind::Zammad(_)
        | SourceKind::Twilio(_) => None,
    })
}
