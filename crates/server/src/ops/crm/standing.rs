//! How it goes with the CRM, as admins see it; and who of its users is who here.

use super::consent;
use super::people::People;
use crate::app::{App, Tenant};
use crate::crm_token::ConsentStanding;
use crate::crms::{Standing, Traffic};
use crate::ops::{FieldFault, OpError};
use crm::{Budget, Finding};
use domain::commit::{Change, Commit};
use domain::id::UserId;
use domain::mirror::{CrmUser, MirroredUpTo, RemoteId};
use store::OutboxTally;

/// How it goes.
pub struct CrmStanding {
    /// The organisation that is mirrored.
    pub organisation: String,
    /// Whether it is set how it is reached.
    pub connected: bool,
    /// How what is carried out goes.
    pub out: Standing,
    /// How what is read goes.
    pub read: Standing,
    /// How many calls are left.
    pub budget: Option<Budget>,
    /// How far each kind was read.
    pub mirrored: Vec<MirroredUpTo>,
    /// How much is in the outbox.
    pub outbox: OutboxTally,
    /// How many days could not be compared with it, and were not since.
    pub not_compared: u64,
    /// How an admin's consent stands, where we log in by that.
    pub consent: Option<ConsentStanding>,
}

/// How it goes; `None`: the tenant mirrors none.
///
/// # Errors
/// The store cannot read.
pub async fn standing(app: &App, tenant: &Tenant) -> Result<Option<CrmStanding>, OpError> {
    let Some(organisation) = app.store.crm_organisation(tenant.id).await? else { return Ok(None) };
    let link = app.crms.of(tenant.id);
    let of = |traffic| link.as_ref().map(|link| link.standing(traffic)).unwrap_or_default();
    Ok(Some(CrmStanding {
        organisation,
        connected: link.is_some(),
        out: of(Traffic::Out),
        read: of(Traffic::In),
        budget: link.as_ref().and_then(|link| link.crm.budget()),
        mirrored: app.store.mirrored(tenant.id).await?,
        outbox: app.store.outbox_tally(tenant.id).await?,
        not_compared: app.store.crm_check_failures(tenant.id).await?.len() as u64,
        consent: consent::standing(app, tenant),
    }))
}

/// Looks at everything that logging needs.
///
/// # Errors
/// The tenant has no CRM that can be reached, or the store cannot read.
pub async fn examine(app: &App, tenant: &Tenant) -> Result<Vec<Finding>, OpError> {
    let link = app.crms.of(tenant.id).ok_or(OpError::NotFound)?;
    let people = People::read(app, tenant).await?;
    Ok(link.crm.examine(&people.agents()).await.findings)
}

/// The CRM's users with ours, by name.
///
/// # Errors
/// The store cannot read.
pub async fn users(app: &App, tenant: &Tenant) -> Result<Vec<(CrmUser, Option<UserId>)>, OpError> {
    let people = People::read(app, tenant).await?;
    let mut users: Vec<_> =
        people.all().map(|(theirs, ours)| (theirs.clone(), ours.map(|user| user.id))).collect();
    users.sort_by(|(a, _), (b, _)| (&a.remote.name, &a.remote.id).cmp(&(&b.remote.name, &b.remote.id)));
    Ok(users)
}

/// Says who a user of the CRM is here; nobody, where `user` is none.
///
/// # Errors
/// Either of them is not there, or the store cannot write.
pub async fn choose_user(
    app: &App,
    tenant: &Tenant,
    remote: &RemoteId,
    user: Option<UserId>,
) -> Result<(), OpError> {
    let all = app.store.crm_users(tenant.id).await?;
    let known = all.into_iter().find(|known| known.remote.id == *remote).ok_or(OpError::NotFound)?;
    if let Some(user) = user
        && app.store.user(tenant.id, user).await?.is_none()
    {
        return Err(OpError::invalid("user", FieldFault::Unknown));
    }
    let chosen = CrmUser { user, chosen: true, ..known };
    app.store.commit(Commit::of(tenant.id, vec![Change::CrmUser(Box::new(chosen))])).await?;
    Ok(())
}
