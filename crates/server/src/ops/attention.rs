//! What went wrong while nobody looked and waits for an admin, counted, so that the navigation says it on every page. What it is
//! and what to do about it is said where it is mended: the webhooks, the imports, the CRM.

use crate::app::{App, Tenant};
use crate::ops::OpError;
use domain::completeness::crm_check::CrmCheckFault;
use domain::import::ImportState;
use domain::notice::delivery::DeliveryState;
use domain::notice::endpoint::OffBecause;

/// How much waits for an admin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// Endpoints of other programs that are off because of a fault of theirs, or gave something up; none that an admin switched
    /// off.
    pub webhooks: u64,
    /// Imports of past calls that broke off.
    pub imports: u64,
    /// What the CRM refused for good.
    pub refused: u64,
    /// Days that could not be compared with the CRM, and were not since; none of which nobody can make one that is compared.
    pub not_compared: u64,
}

/// How much waits.
///
/// # Errors
/// The store cannot read.
pub async fn attention(app: &App, tenant: &Tenant) -> Result<Attention, OpError> {
    let imports = app.store.imports(tenant.id).await?;
    let broke_off = imports.iter().filter(|stored| stored.import.state == ImportState::Failed).count();
    let mirrors = app.store.crm_organisation(tenant.id).await?.is_some();
    let (refused, not_compared) = if mirrors {
        let failures = app.store.crm_check_failures(tenant.id).await?;
        let amiss = failures.iter().filter(|failure| failure.fault != CrmCheckFault::TooMany).count();
        (app.store.outbox_tally(tenant.id).await?.stuck, amiss as u64)
    } else {
        (0, 0)
    };
    let webhooks = webhooks(app, tenant).await?;
    Ok(Attention { webhooks, imports: broke_off as u64, refused, not_compared })
}

async fn webhooks(app: &App, tenant: &Tenant) -> Result<u64, OpError> {
    let mut count = 0;
    for endpoint in app.store.endpoints(tenant.id).await? {
        let is_amiss = match endpoint.off.map(|off| off.because) {
            Some(OffBecause::Admin) => false,
            Some(OffBecause::Gone | OffBecause::Failing) => true,
            // That there is one is enough: how many there are takes counting them.
            None => {
                let dead = Some(DeliveryState::Dead);
                let page = app.store.deliveries(tenant.id, endpoint.id, dead, None, 1).await?;
                !page.deliveries.is_empty()
            }
        };
        count += u64::from(is_amiss);
    }
    Ok(count)
}
