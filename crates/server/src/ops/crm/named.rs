//! What the records that a panel shows are called in the CRM: by that the page around the panel opens them.

use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::view::{PanelView, ShowsRecords};
use domain::mirror::Local;
use std::collections::BTreeMap;
use store::ReadError;

/// Names the records of a panel, where the tenant has a CRM.
///
/// # Errors
/// The store cannot read.
pub async fn name_records(app: &App, tenant: &Tenant, panel: &mut PanelView) -> Result<(), ReadError> {
    if app.crms.of(tenant.id).is_none() {
        return Ok(());
    }
    let mut wanted = Vec::new();
    panel.records(&mut |record| wanted.push(record.local()));
    wanted.sort_unstable();
    wanted.dedup();
    let joined = app.store.joined(tenant.id, &wanted).await?;
    let names: BTreeMap<Local, String> =
        joined.into_iter().map(|joined| (joined.local, joined.remote.0)).collect();
    panel.records(&mut |record| {
        let name = names.get(&record.local()).cloned();
        record.name(name);
    });
    Ok(())
}

/// A record that is in the CRM is changed there: what is changed here would never get there, and the next news of it would
/// undo it without a word.
///
/// # Errors
/// It is the CRM's, or the store cannot read.
pub async fn is_ours(app: &App, tenant: &Tenant, local: Local) -> Result<(), OpError> {
    match app.store.joined(tenant.id, &[local]).await?.is_empty() {
        true => Ok(()),
        false => Err(OpError::EditedThere),
    }
}
