//! `list_activities`: the list of all Activities, filtered. Whose calls somebody may see is checked in `http`.

use super::crm::sharing::visible;
use super::people::MAX_SEARCH_CHARS;
use super::{FieldFault, OpError, read_activity};
use crate::app::{App, Tenant};
use crate::view::ActivityLineView;
use domain::id::{At, PersonId, UserId};
use domain::mirror::Local;
use store::ActivityFilter;

/// How many lines a page holds.
pub const LIST_PAGE: usize = 25;
/// About how many calls are looked at for a page: a tenth of a second's work. What is rare is found over several.
pub const LOOK_AT_MOST: usize = 20_000;

/// Most records of one name whose calls are listed.
pub const MAX_CALLED_SO: usize = 100;
const PARTY_NAME: &str = "party_name";

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

/// The records whose name or company begins so, of those that `by` may see: a list that is filtered by a name tells who
/// is called so.
///
/// # Errors
/// The store cannot read; the text is empty, too long, or so many are called so that the list would be of some of them
/// alone.
pub async fn called(app: &App, tenant: &Tenant, by: UserId, name: &str) -> Result<Vec<PersonId>, OpError> {
    if name.trim().is_empty() {
        return Err(OpError::invalid(PARTY_NAME, FieldFault::Empty));
    }
    if name.chars().count() > MAX_SEARCH_CHARS {
        return Err(OpError::invalid(PARTY_NAME, FieldFault::TooLong));
    }
    let looked_at = app.store.search_people(tenant.id, name, MAX_CALLED_SO + 1).await?;
    if looked_at.len() > MAX_CALLED_SO {
        return Err(OpError::invalid(PARTY_NAME, FieldFault::TooShort));
    }
    let seen = visible(app, tenant, by, looked_at, |line| Local::Person(line.id)).await?;
    Ok(seen.into_iter().map(|line| line.id).collect())
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
