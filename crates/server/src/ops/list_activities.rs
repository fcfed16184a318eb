//! `list_activities`: the list of all Activities, filtered. Whose calls somebody may see is checked in `http`.

use super::crm::sharing::visible;
use super::people::MAX_SEARCH_CHARS;
use super::{FieldFault, OpError, read_activity};
use crate::app::{App, Tenant};
use crate::view::ListedActivityView;
use domain::id::{At, CallKey, PersonId, UserId};
use domain::mirror::Local;
use domain::wrapup::Wrapup;
use std::collections::BTreeMap;
use store::{ActivityFilter, ActivityRow, Carried, Snapshot};

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
    pub lines: Vec<ListedActivityView>,
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
    let lines = listed(moment, app, tenant, &page.rows).await?;
    Ok(ListPage { lines, next: page.next, searched_to: page.searched_to })
}

/// Rows as the list shows them. What it shows besides a line is read of all of them at once.
///
/// # Errors
/// The store cannot read.
pub async fn listed(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    rows: &[ActivityRow],
) -> Result<Vec<ListedActivityView>, OpError> {
    let calls: Vec<CallKey> = rows.iter().map(|row| row.call.key).collect();
    let mut wrapups: BTreeMap<CallKey, Vec<Wrapup>> = BTreeMap::new();
    for wrapup in moment.wrapups_of_calls(&calls).await? {
        wrapups.entry(wrapup.call).or_default().push(wrapup);
    }
    let with_crm = app.crms.of(tenant.id).is_some();
    let carried = if with_crm { moment.carried(&calls).await? } else { Vec::new() };
    let carried: BTreeMap<CallKey, Carried> = calls.into_iter().zip(carried).collect();
    let of: BTreeMap<CallKey, &ActivityRow> = rows.iter().map(|row| (row.call.key, row)).collect();
    let lines = read_activity::lines(moment, app, tenant, rows).await?;
    let listed = lines.into_iter().filter_map(|line| {
        let key = CallKey(line.id);
        let wrapups = wrapups.get(&key).map_or(&[][..], Vec::as_slice);
        Some(ListedActivityView::of(line, of.get(&key)?, wrapups, carried.get(&key).copied()))
    });
    Ok(listed.collect())
}
