//! What phone systems push (docs/webhooks.md). Each path says itself who may call it; the tenant is the host's, as
//! everywhere. A delivery is answered once it is on disk with all that follows from it. Nothing of a body, a secret or a
//! token is written into the log: neither is the path, which may hold a token.

mod body;
mod refused;
mod signature;
pub(super) mod signed;
pub(super) mod twilio;
pub(super) mod zammad;

pub use body::MAX_DELIVERY_BYTES;

use crate::app::{App, Tenant};
use crate::hooks::{Refusal, Taken};
use crate::settings::SourceSettings;
use refused::Refused;
use telephony::hook::{Delivery, Fault, Understood};

/// Hands an understood delivery over and waits until it is on disk.
async fn deliver(
    app: &App,
    tenant: &Tenant,
    source: &SourceSettings,
    delivery: Delivery,
    understood: &Understood,
) -> Result<Taken, Refused> {
    let taken = app.hooks.hand_over(tenant.id, &source.name, delivery, understood.identity()).await;
    taken.map_err(|error| {
        tracing::warn!(source = source.name, %error, "a delivery was not taken");
        Refused::Unavailable
    })
}

/// Counts what was refused and says it in the log, by the source's name where one is known.
fn count(app: &App, tenant: &Tenant, source: Option<&SourceSettings>, refused: &Refused) {
    let name = source.map(|source| source.name.as_str());
    let why = refused.counted_as();
    app.hooks.was_refused(tenant.id, name, why);
    if why != Refusal::Unavailable {
        let field = refused.field();
        tracing::warn!(
            source = name,
            tenant = tenant.settings.slug,
            why = why.word(),
            field,
            "a delivery was refused"
        );
    }
}

/// Reads a delivery; what cannot be read is not kept.
fn understand(delivery: &Delivery) -> Result<Understood, Refused> {
    Understood::of(delivery).map_err(|fault: Fault| match fault.path.is_empty() {
        true => Refused::Malformed,
        false => Refused::Invalid(fault),
    })
}
