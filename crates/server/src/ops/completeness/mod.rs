//! The completeness ledger (docs/api-completeness.md): where each call stands, day by day ([`ledger`]); files of a phone system
//! that are taken ([`files`]), read ([`reader`]) and compared with what is known ([`compare`]); and calls that only those
//! tell of, listed and made ours ([`missing`]); those that lack what they are to have are mended ([`gaps`]). The CRM's side: days compared with it ([`crm_check`]), each by itself once it is over ([`crm_night`]), and Activities sent
//! to it once more ([`crm_send`]).

pub mod compare;
pub mod crm_check;
pub mod crm_night;
pub mod crm_send;
pub mod files;
pub mod gaps;
pub mod ledger;
pub mod missing;
pub mod reader;
mod recognise;

pub(super) use recognise::{around, is_made_of};

use crate::app::{App, Tenant};
use crate::ops::{FieldFault, OpError};
use crate::settings::{SourceKind, SourceSettings};
use crate::view::UserNames;
use telephony::endpoints::EndpointMap;

/// The names of the phone systems whose files can be compared.
pub fn sources(tenant: &Tenant) -> Vec<String> {
    let all = tenant.settings.sources.iter().filter(|source| writes_files(&source.kind));
    all.map(|source| source.name.clone()).collect()
}

/// What users are called now.
///
/// # Errors
/// The store cannot read.
pub async fn user_names(app: &App, tenant: &Tenant) -> Result<UserNames, OpError> {
    let users = app.store.users(tenant.id).await?;
    Ok(users.into_iter().map(|user| (user.id, user.name)).collect())
}

/// Whether such a phone system writes files that are read here.
fn writes_files(kind: &SourceKind) -> bool {
    match kind {
        SourceKind::Ami(_) | SourceKind::Recording { .. } | SourceKind::Floor { .. } => true,
        SourceKind::Webhook(_) | SourceKind::Zammad(_) | SourceKind::Twilio(_) => false,
    }
}

/// The Asterisk of this name.
///
/// # Errors
/// The tenant has none that is called so and writes such files.
pub(super) fn source<'t>(tenant: &'t Tenant, name: &str) -> Result<&'t SourceSettings, OpError> {
    let mut sources = tenant.settings.sources.iter().filter(|source| writes_files(&source.kind));
    let found = sources.find(|source| source.name == name);
    found.ok_or(OpError::invalid("source", FieldFault::Unknown))
}

/// Its endpoints.
///
/// # Errors
/// They contradict one another, which a start refuses.
pub(super) fn endpoints(source: &SourceSettings) -> Result<EndpointMap, OpError> {
    EndpointMap::try_from(&source.endpoints).map_err(|twice| OpError::Internal(twice.to_string()))
}
