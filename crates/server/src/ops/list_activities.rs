//! `list_activities`: the list of all Activities, filtered. Whose calls somebody may see is checked in `http`.

use super::{OpError, read_activity};
use crate::app::{App, Tenant};
use crate::view::ActivityLineView;
use domain::id::At;
use store::ActivityFilter;

/// How many lines a page holds.
pub const LIST_PAGE: usize = 25;
/// About how many calls are looked at for a page: a tenth of a second's work. What is rare is found over several.
pub const LOOK_AT_MOST: usize = 20_000;

/// A page of the list, newest first.
#[derive(Debug)]
pub struct ListPage {
    /// The lines.
    pub lines: Vec<ActivityLineView>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
    /// How far back it has looked; `None` at the end.
    pub searched_to: Option<At>,
}

/// A page.
///
/// # Errors
/// The store cannot read, or `after` is no place it gave out.
pub async fn list(
    app: &App,
    tenant: &Tenant,
    filter: &ActivityFilter,
    after: Option<&str>,
) -> Result<ListPage, OpError> {
    let page = app.store.list_activities(tenant.id, filter, after, LIST_PAGE, LOOK_AT_MOST).await?;
    let moment = &mut *app.store.snapshot(tenant.id).await?;
    let lines = read_activity::lines(moment, app, tenant, &page.rows).await?;
    Ok(ListPage { lines, next: page.next, searched_to: page.searched_to })
}
