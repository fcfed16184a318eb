//! Views of the list of Activities as the API shows them.

use super::word;
use domain::id::UserId;
use domain::list_view::ListView;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is asked, by name, as the address of a page says it.
pub fn address_of(asked: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish()
}

/// A view, as one user sees it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ListViewView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether it is theirs.
    pub own: bool,
    /// Whether they may change it.
    pub can_change: bool,
    /// Filters as the page's address says them, by name.
    pub filters: BTreeMap<String, String>,
    /// What is shown, from left to right.
    pub columns: Vec<String>,
    /// Counts its changes.
    pub version: u64,
}

impl ListViewView {
    /// The view as `user` sees it, who supervises or not.
    pub fn of(view: &ListView, user: UserId, supervises: bool) -> Self {
        ListViewView {
            id: view.id.0,
            name: view.name.clone(),
            shared: view.shared,
            own: view.owner == user,
            can_change: view.may_change(user, supervises),
            filters: view.filters.iter().cloned().collect(),
            columns: view.columns.iter().map(word).collect(),
            version: view.version,
        }
    }
}
