//! What the records that people see are called in the CRM: by that the page around a panel opens them, and by that a record's own
//! page says that it is changed there.

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
    match there(app, tenant, local).await? {
        None => Ok(()),
        Some(_) => Err(OpError::EditedThere),
    }
}

/// A record in the CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct There {
    /// What it is called there.
    pub id: String,
    /// Where people open it in a browser, as far as is known by now.
    pub page: Option<String>,
}

/// The record there that one of ours is; `None`: it is here alone, or not there yet.
///
/// # Errors
/// The store cannot read.
pub async fn there(app: &App, tenant: &Tenant, local: Local) -> Result<Option<There>, ReadError> {
    let joined = app.store.joined(tenant.id, &[local]).await?.into_iter().next();
    Ok(joined.map(|joined| There {
        page: app.crms.of(tenant.id).and_then(|link| link.crm.page_of(&joined.remote)),
        id: joined.remote.0,
    }))
}
