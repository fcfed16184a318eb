//! Views of the list of Activities: kept by those who look at it, shared by supervisors. Whether its filters mean
//! anything is asked in `http`, which knows them.

use super::shared_log::of_view;
use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::ListViewView;
use domain::account::Role;
use domain::commit::{Change, Commit, Precondition};
use domain::id::{UserId, ViewId};
use domain::list_view::{Column, ListView, MAX_VIEWS_PER_USER, ViewFault};
use store::{CommitError, SeenViews};

/// Who looks at the list.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// The user.
    pub user: UserId,
    /// What they may.
    pub role: Role,
}

impl Viewer {
    fn supervises(self) -> bool {
        self.role >= Role::Supervisor
    }
}

/// What a view is to be.
#[derive(Clone, Debug)]
pub struct ViewEntry {
    /// Its name.
    pub name: String,
    /// Whether everybody sees it; only a supervisor may say so.
    pub shared: bool,
    /// Filters and their values.
    pub filters: Vec<(String, String)>,
    /// What is shown.
    pub columns: Vec<Column>,
}

/// The views that somebody sees.
///
/// # Errors
/// The store cannot read.
pub async fn list(app: &App, tenant: &Tenant, viewer: Viewer) -> Result<SeenViews, OpError> {
    Ok(app.store.views(tenant.id, viewer.user).await?)
}

/// Keeps a view.
///
/// # Errors
/// It cannot be kept so, whoever keeps it has as many as they may, only supervisors may share, or the store cannot write.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    viewer: Viewer,
    entry: ViewEntry,
) -> Result<ListView, OpError> {
    let view = checked(viewer, ViewId(app.around.new_id()), viewer.user, 1, entry)?;
    loop {
        let seen = app.store.views(tenant.id, viewer.user).await?;
        let kept = seen.views.iter().filter(|view| view.owner == viewer.user).count();
        if kept >= MAX_VIEWS_PER_USER {
            return Err(OpError::invalid("views", FieldFault::TooLong));
        }
        let preconditions = vec![Precondition::ViewsKept { owner: viewer.user, count: kept as u64 }];
        let mut changes = vec![Change::View(Box::new(view.clone()))];
        changes.extend(of_view(app, viewer.user, None, Some(&view)));
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(_) => return Ok(view),
            // Another tab of theirs kept one meanwhile: they have one more now.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Changes a view.
///
/// # Errors
/// There is none that they see, it is not theirs to change, it changed meanwhile, it cannot be kept so, or the store
/// cannot write.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    viewer: Viewer,
    (id, version): (ViewId, u64),
    entry: ViewEntry,
) -> Result<ListView, OpError> {
    let before = to_change(app, tenant, viewer, id).await?;
    if before.version != version {
        return Err(stale(&before, viewer));
    }
    let view = checked(viewer, id, before.owner, version + 1, entry)?;
    let preconditions = vec![Precondition::ViewVersion { id, version }];
    let mut changes = vec![Change::View(Box::new(view.clone()))];
    changes.extend(of_view(app, viewer.user, Some(&before), Some(&view)));
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(_) => Ok(view),
        Err(CommitError::Refused { .. }) => Err(stale(&to_change(app, tenant, viewer, id).await?, viewer)),
        Err(error) => Err(error.into()),
    }
}

/// Removes a view. Whoever began with it begins with all calls again.
///
/// # Errors
/// There is none that they see, it is not theirs to remove, or the store cannot write.
pub async fn remove(app: &App, tenant: &Tenant, viewer: Viewer, id: ViewId) -> Result<(), OpError> {
    loop {
        let before = to_change(app, tenant, viewer, id).await?;
        let preconditions = vec![Precondition::ViewVersion { id, version: before.version }];
        let mut changes = vec![Change::ViewRemoved(id)];
        changes.extend(of_view(app, viewer.user, Some(&before), None));
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(_) => return Ok(()),
            // Somebody changed it meanwhile: whether it may be removed, and what went, is asked of what is there now.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// With which view they begin; `None`: with all calls.
///
/// # Errors
/// They see no such view, or the store cannot write.
pub async fn begin_with(
    app: &App,
    tenant: &Tenant,
    viewer: Viewer,
    view: Option<ViewId>,
) -> Result<(), OpError> {
    if let Some(id) = view {
        let seen = app.store.views(tenant.id, viewer.user).await?;
        if !seen.views.iter().any(|view| view.id == id) {
            return Err(OpError::NotFound);
        }
    }
    app.store.commit(Commit::of(tenant.id, vec![Change::FirstView { user: viewer.user, view }])).await?;
    Ok(())
}

/// One that they may change; of others' private ones they are not told that they are there.
async fn to_change(app: &App, tenant: &Tenant, viewer: Viewer, id: ViewId) -> Result<ListView, OpError> {
    let view = app.store.view(tenant.id, id).await?.ok_or(OpError::NotFound)?;
    if view.may_change(viewer.user, viewer.supervises()) {
        return Ok(view);
    }
    Err(if view.shared { OpError::Forbidden } else { OpError::NotFound })
}

fn checked(
    viewer: Viewer,
    id: ViewId,
    owner: UserId,
    version: u64,
    entry: ViewEntry,
) -> Result<ListView, OpError> {
    let ViewEntry { name, shared, filters, columns } = entry;
    if shared && !viewer.supervises() {
        return Err(OpError::Forbidden);
    }
    let view = ListView { id, owner, name, shared, filters, columns, version };
    view.checked().map_err(|fault| match fault {
        ViewFault::NameEmpty => OpError::invalid("name", FieldFault::Empty),
        ViewFault::NameTooLong => OpError::invalid("name", FieldFault::TooLong),
        ViewFault::ColumnsEmpty => OpError::invalid("columns", FieldFault::Empty),
        ViewFault::ColumnTwice => OpError::invalid("columns", FieldFault::Taken),
        ViewFault::FiltersTooLong => OpError::invalid("filters", FieldFault::TooLong),
        ViewFault::FilterTwice => OpError::invalid("filters", FieldFault::Taken),
    })
}

fn stale(view: &ListView, viewer: Viewer) -> OpError {
    OpError::Stale { current: json(&ListViewView::of(view, viewer.user, viewer.supervises())) }
}
