//! `mirror`: reads what changed in the CRM, kind by kind, and has the directory hold it.

use super::phones;
use super::reflect::Reflecting;
use crate::app::{App, Tenant};
use crate::crms::{CrmLink, Traffic};
use crate::ops::OpError;
use crm::{Changed, CrmError, CrmErrorKind, Place};
use domain::commit::{Change, Commit};
use domain::mirror::{Mirrored, MirroredUpTo};
use std::collections::BTreeSet;

/// What came of reading one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many news it held.
    pub news: usize,
    /// How many of them changed something here.
    pub changed: usize,
    /// Whether more is there now.
    pub more: bool,
}

/// Why a page was not read.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The CRM cannot be read.
    #[error(transparent)]
    Crm(#[from] CrmError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<store::ReadError> for MirrorError {
    fn from(error: store::ReadError) -> Self {
        MirrorError::Op(error.into())
    }
}

impl From<store::CommitError> for MirrorError {
    fn from(error: store::CommitError) -> Self {
        MirrorError::Op(error.into())
    }
}

/// The tenant mirrors this organisation from now on: what is settled from now on is carried out.
///
/// # Errors
/// It mirrors another one, or the store cannot write.
pub async fn follow(app: &App, tenant: &Tenant, link: &CrmLink) -> Result<(), store::CommitError> {
    let organisation = link.organisation.0.clone();
    app.store.commit(Commit::of(tenant.id, vec![Change::CrmFollowed { organisation }])).await.map(|_| ())
}

/// Reads everything that changed since the last time; whatever was read is kept, also where reading ends early. Kinds that keep
/// up are asked for together; what cannot be read of one of them holds up those alone that refer to its records.
///
/// # Errors
/// Something cannot be read or written: the first of it, where it is several.
pub async fn mirror(app: &App, tenant: &Tenant, link: &CrmLink) -> Result<usize, MirrorError> {
    link.spend();
    link.crm.choose_phones(&phones::chosen(tenant));
    let (mut changed, mut refused) = (0, None);
    let mut behind = BTreeSet::new();
    let places = app.store.mirrored(tenant.id).await?;
    let keeps_up = |of: Mirrored| places.iter().find(|place| place.of == of && place.loading.is_none());
    let following: Vec<(Mirrored, Option<Place>)> = Mirrored::ALL
        .into_iter()
        .filter_map(|of| Some((of, Some(Place(keeps_up(of)?.place.clone())))))
        .collect();
    let read = if following.is_empty() { Vec::new() } else { link.crm.changed_together(&following).await };
    for ((of, _), read) in following.iter().zip(read) {
        match read {
            // Whom it refers to may not be here yet. It is read again once that is.
            Ok(_) if rests_on(*of).iter().any(|other| behind.contains(other)) => _ = behind.insert(*of),
            Ok(read) => {
                let page = take_over(app, tenant, link, *of, None, read).await?;
                changed += page.changed;
                if page.more {
                    changed += rest(app, tenant, link, *of).await?;
                }
            }
            Err(error) => {
                behind.insert(*of);
                refused = refused.or(Some(error));
            }
        }
    }
    // Those that are read for the first time, in their order: what others refer to comes first.
    for of in Mirrored::ALL.into_iter().filter(|of| keeps_up(*of).is_none()) {
        if rests_on(of).iter().any(|other| behind.contains(other)) {
            behind.insert(of);
            continue;
        }
        match rest(app, tenant, link, of).await {
            Ok(more) => changed += more,
            Err(MirrorError::Crm(error)) if is_of_one_kind(&error) => {
                behind.insert(of);
                refused = refused.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    match refused {
        Some(error) => Err(error.into()),
        None => {
            link.went_well(Traffic::In, app.around.now());
            Ok(changed)
        }
    }
}

/// Whose records one of this kind may refer to. Its reference is looked up once, when it is read: they come first.
fn rests_on(of: Mirrored) -> &'static [Mirrored] {
    match of {
        Mirrored::Users | Mirrored::Accounts | Mirrored::Leads => &[],
        Mirrored::Contacts => &[Mirrored::Accounts],
        Mirrored::Cases => &[Mirrored::Accounts, Mirrored::Contacts],
    }
}

/// Whether an error may be that of one kind of records, so that others can be read all the same.
fn is_of_one_kind(error: &CrmError) -> bool {
    matches!(error.kind, CrmErrorKind::Forbidden | CrmErrorKind::NotUnderstood)
}

/// Reads a kind until there is no more of it; answers how many records changed.
async fn rest(app: &App, tenant: &Tenant, link: &CrmLink, of: Mirrored) -> Result<usize, MirrorError> {
    let mut changed = 0;
    loop {
        let page = page(app, tenant, link, of).await?;
        changed += page.changed;
        if !page.more {
            return Ok(changed);
        }
    }
}

/// Reads one page of a kind.
///
/// # Errors
/// It cannot be read, or what it says not be written.
pub async fn page(app: &App, tenant: &Tenant, link: &CrmLink, of: Mirrored) -> Result<Page, MirrorError> {
    let places = app.store.mirrored(tenant.id).await?;
    let since = places.iter().find(|place| place.of == of);
    let loading = since.map_or(Some((0, 0)), |place| place.loading);
    let place = since.map(|place| Place(place.place.clone()));
    link.crm.choose_phones(&phones::chosen(tenant));
    let read = link.crm.changed(of, place.as_ref()).await?;
    take_over(app, tenant, link, of, loading, read).await
}

/// Has the directory hold a page. `loading`: how far the first load was before it; none: that is through.
async fn take_over(
    app: &App,
    tenant: &Tenant,
    link: &CrmLink,
    of: Mirrored,
    loading: Option<(u64, u64)>,
    read: Changed,
) -> Result<Page, MirrorError> {
    let first = loading.is_some() || read.progress.is_some();
    let mut reflecting = Reflecting::new(app, tenant, link, !first).await?;
    let changed = reflecting.reflect(&read.news).await?;
    // Where there is more of a first load, its progress stands; once all is read it is a mirror that keeps up.
    let loading = read.progress.or(loading).filter(|_| first && read.more);
    let up_to = MirroredUpTo { of, place: read.next.0, loading, at: app.around.now() };
    let number = app.store.commit(Commit::of(tenant.id, vec![Change::MirroredUpTo(up_to)])).await?;
    if changed > 0 && !first {
        // Anybody's open card may be about one of them.
        app.hub.changed_for_all(tenant.id, number);
    }
    Ok(Page { news: read.news.len(), changed, more: read.more })
}
