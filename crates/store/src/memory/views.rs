//! Views of the list of Activities.

use super::MemoryStore;
use crate::contract::MAX_PAGE;
use crate::errors::ReadError;
use crate::views::{SeenViews, ViewRecords};
use async_trait::async_trait;
use domain::id::{TenantId, UserId, ViewId};
use domain::list_view::ListView;

#[async_trait]
impl ViewRecords for MemoryStore {
    async fn view(&self, tenant: TenantId, id: ViewId) -> Result<Option<ListView>, ReadError> {
        Ok(self.state().of(tenant).views.get(&id).cloned())
    }

    async fn views(&self, tenant: TenantId, user: UserId) -> Result<SeenViews, ReadError> {
        let state = self.state();
        let tenant = state.of(tenant);
        let own = tenant.views.values().filter(|view| view.owner == user).take(MAX_PAGE);
        let shared = tenant.views.values().filter(|view| view.shared && view.owner != user).take(MAX_PAGE);
        let mut views: Vec<ListView> = own.chain(shared).cloned().collect();
        views.sort_by_key(|view| view.id);
        let first = tenant.first_views.get(&user).copied();
        Ok(SeenViews { first: first.filter(|id| views.iter().any(|view| view.id == *id)), views })
    }
}
