//! What a store keeps of views of the list of Activities.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::id::{TenantId, UserId, ViewId};
use domain::list_view::ListView;

/// Views as somebody sees them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeenViews {
    /// Their own and those that are shared, by id: the oldest first.
    pub views: Vec<ListView>,
    /// The one that they begin with, if it is among these.
    pub first: Option<ViewId>,
}

/// Reads of views; every method fails where the store cannot read.
#[async_trait]
pub trait ViewRecords {
    /// A view.
    async fn view(&self, tenant: TenantId, id: ViewId) -> Result<Option<ListView>, ReadError>;

    /// Those that this user sees, at most [`MAX_PAGE`](crate::MAX_PAGE) of their own and as many that others share.
    async fn views(&self, tenant: TenantId, user: UserId) -> Result<SeenViews, ReadError>;
}
