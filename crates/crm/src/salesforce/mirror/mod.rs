//! What changed in the org since a place: everything, the first time. `place.rs` says how a place is kept, `table.rs` reads
//! large tables by the Bulk API, `together.rs` asks for several kinds with one call.
//!
//! Deletions and merges come with the changes, because a deleted record is stamped and found by `queryAll` until it leaves
//! the recycle bin. That a deletion stamps a record is not documented, and what is deleted past the bin is in no query, so
//! that every two hours the org's own list of what was deleted is read as well: a call for each kind.

mod place;
mod table;
mod together;

use super::Salesforce;
use super::api::{Ask, Trouble};
use super::governor::Purpose;
use super::reading::{self, Selection, object_name};
use super::stamp;
use crate::contract::{Changed, Place};
use crate::error::CrmError;
use domain::id::At;
use domain::mirror::{Fate, Mirrored, News, RemoteId};
use place::{OVERLAP_MS, Phase, Stand};
use serde_json::Value;

/// Records of a page.
const PAGE: usize = 2_000;
/// How often the list of what was deleted is read, in milliseconds.
const SWEEP_MS: i64 = 2 * 3600 * 1000;
/// How far back that list reaches, in milliseconds: a day less than thirty.
const SWEEP_REACH_MS: i64 = 29 * 24 * 3600 * 1000;
/// Most ids that one query names.
const IDS_A_QUERY: usize = 170;
/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 3600 * 1000;

impl Salesforce {
    /// A page of what changed since a place.
    pub(super) async fn changed_since(
        &self,
        of: Mirrored,
        since: Option<&Place>,
    ) -> Result<Changed, CrmError> {
        let selection = self.selection(of).await?;
        let mut stand = match since.and_then(Stand::of_place) {
            Some(stand) if stand.choice == selection.choice => stand,
            before => self.begin(&selection, before.as_ref()).await?,
        };
        match stand.phase.clone() {
            Phase::Bulk { job, locator } => {
                self.table_page(&selection, stand, &job, locator.as_deref()).await
            }
            Phase::Load => self.load_page(&selection, stand).await,
            Phase::Follow { .. } => {
                let (news, more) = self.page(&selection, &mut stand).await?;
                self.followed(&selection, stand, news, more).await
            }
        }
    }

    /// What a page of changes comes to, with the list of deletions where that is due.
    async fn followed(
        &self,
        selection: &Selection,
        mut stand: Stand,
        mut news: Vec<News>,
        more: bool,
    ) -> Result<Changed, CrmError> {
        stand.phase = Phase::Follow { under_way: more };
        let now = self.api.surroundings().now();
        if !more && now.millis_since(stand.swept) >= SWEEP_MS && selection.of != Mirrored::Users {
            news.extend(self.sweep(selection, &mut stand, now).await?);
        }
        Ok(Changed { news, next: stand.place(), more, progress: None })
    }

    /// The beginning: how many there are, and by which way they are read.
    async fn begin(&self, selection: &Selection, before: Option<&Stand>) -> Result<Stand, CrmError> {
        let now = self.api.surroundings().now();
        let filter = self.filter(selection.of, now).map(|filter| format!(" WHERE {filter}"));
        let soql = format!("SELECT COUNT() FROM {}{}", object_name(selection.of), filter.unwrap_or_default());
        let path = format!("query?q={}", super::api::escaped(&soql));
        let total = match self.api.ask(&Ask::get(path, Purpose::Rest)).await {
            Ok(answer) => answer.get("totalSize").and_then(Value::as_u64).unwrap_or_default(),
            // Whoever takes too long to count has many.
            Err(Trouble::Crm(error)) if error.code.as_deref() == Some("QUERY_TIMEOUT") => {
                self.config.bulk_from.saturating_add(1)
            }
            Err(trouble) => return Err(self.api.unexpected(trouble)),
        };
        let mut stand = Stand::anew(before, &selection.choice, now, total);
        if total > self.config.bulk_from {
            let job = self.begin_table(selection, now).await?;
            stand.phase = Phase::Bulk { job, locator: None };
        }
        Ok(stand)
    }

    /// What of an object is read the first time.
    fn filter(&self, of: Mirrored, now: At) -> Option<String> {
        match of {
            Mirrored::Leads => Some("IsConverted = false".to_owned()),
            Mirrored::Cases => {
                let days = i64::from(self.config.case_days);
                let since = stamp::moment(now.plus_millis(-days * DAY_MS));
                Some(format!("(IsClosed = false OR SystemModstamp >= {since})"))
            }
            _ => None,
        }
    }

    async fn load_page(&self, selection: &Selection, mut stand: Stand) -> Result<Changed, CrmError> {
        let (news, more) = self.page(selection, &mut stand).await?;
        let progress = Some((stand.read, stand.total.max(stand.read)));
        if !more {
            stand.loaded();
        }
        // What was changed while it was loaded comes next.
        Ok(Changed { news, next: stand.place(), more: true, progress })
    }

    /// The next page in order, and whether there may be another.
    async fn page(&self, selection: &Selection, stand: &mut Stand) -> Result<(Vec<News>, bool), CrmError> {
        let now = self.api.surroundings().now();
        let is_load = stand.phase == Phase::Load;
        let found = self.api.query(&self.page_query(selection, stand, now), !is_load, Purpose::Rest).await;
        let found = found.map_err(|trouble| self.api.unexpected(trouble))?;
        Ok(take(selection, stand, &found, now))
    }

    /// The query for the page behind where a stand is.
    fn page_query(&self, selection: &Selection, stand: &Stand, now: At) -> String {
        let position = stand.from(now).map(|(at, id)| {
            let at = stamp::moment(at);
            match id.is_empty() {
                true => format!("SystemModstamp >= {at}"),
                false => format!("(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > '{id}'))"),
            }
        });
        let filter = self.filter(selection.of, stand.began).filter(|_| stand.phase == Phase::Load);
        let wanted: Vec<String> = position.into_iter().chain(filter).collect();
        let filter =
            if wanted.is_empty() { String::new() } else { format!(" WHERE {}", wanted.join(" AND ")) };
        let (fields, object) = (selection.fields.join(","), object_name(selection.of));
        format!("SELECT {fields} FROM {object}{filter} ORDER BY SystemModstamp, Id LIMIT {PAGE}")
    }

    /// What the org's list of deletions names and was not told yet.
    async fn sweep(&self, selection: &Selection, stand: &mut Stand, now: At) -> Result<Vec<News>, CrmError> {
        let object = object_name(selection.of);
        let from = stand.swept.plus_millis(-OVERLAP_MS).max(now.plus_millis(-SWEEP_REACH_MS));
        let escaped = |at| super::api::escaped(&stamp::second(at));
        let path = format!("sobjects/{object}/deleted/?start={}&end={}", escaped(from), escaped(now));
        let answer = match self.api.ask(&Ask::get(path, Purpose::Rest)).await {
            Ok(answer) => answer,
            Err(Trouble::Crm(error)) => return Err(error),
            // An object that is not replicated has no such list.
            Err(Trouble::Refused(_)) => {
                stand.sweep(now);
                return Ok(Vec::new());
            }
        };
        let listed = answer.get("deletedRecords").and_then(Value::as_array).into_iter().flatten();
        let ids: Vec<&str> = listed
            .filter_map(|record| record.get("id")?.as_str())
            .filter(|id| !stand.has_told_end(id))
            .collect();
        let mut news = Vec::new();
        for some in ids.chunks(IDS_A_QUERY) {
            let found = self.by_ids(selection, some).await?;
            for id in some {
                let record = found.iter().find(|record| record.get("Id").and_then(Value::as_str) == Some(id));
                let gone =
                    News::Gone { of: selection.of, id: RemoteId((*id).to_owned()), fate: Fate::Deleted };
                // One that was brought back since is as it is now.
                news.extend(record.map_or(Some(gone), |record| reading::news(selection, record)));
            }
        }
        let covered = answer.get("latestDateCovered").and_then(Value::as_str).and_then(stamp::read);
        stand.sweep(covered.unwrap_or(now).min(now));
        Ok(news)
    }
}

/// What of the records of a page is news, and whether there may be another page.
fn take(selection: &Selection, stand: &mut Stand, found: &[Value], now: At) -> (Vec<News>, bool) {
    let mut news = Vec::new();
    for record in found {
        let Some((id, at)) = reading::stamped(record) else {
            continue;
        };
        let told = reading::news(selection, record);
        let is_gone = matches!(told, Some(News::Gone { .. }));
        if stand.note(&id, at, is_gone) {
            news.extend(told);
        }
    }
    stand.forget(now);
    if stand.phase == Phase::Load {
        stand.read += found.len() as u64;
    }
    (news, found.len() == PAGE)
}
