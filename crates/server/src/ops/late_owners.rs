//! `late_owners`: calls that nobody was found for are filed when a record with their number appears. Which records these
//! are is noted by the store, with the record; here their calls are looked for and `domain` decides on each. Done twice, or
//! half and then again, it comes to the same.

use super::{OpError, lookup};
use crate::app::{App, Tenant};
use domain::commit::{Change, Commit};
use domain::directory::RecordKeys;
use domain::late::{LateScene, endings, file};
use futures_util::future::join_all;
use store::{ActivityFilter, ActivityRow, CommitError, LateOwner};

/// Most records whose calls are looked for before others are asked for.
pub const OWNERS_AT_A_TIME: usize = 20;
/// Most calls that are filed side by side: they share the flushes of the disk.
const CALLS_AT_A_TIME: usize = 25;
/// About how many calls are looked at in one read.
const LOOK_AT_MOST: usize = 20_000;
/// How often a call is decided on anew when somebody changed it meanwhile.
const MAX_DECISIONS: usize = 8;

/// The records whose calls are to be looked for.
///
/// # Errors
/// The store cannot read.
pub async fn waiting(app: &App, tenant: &Tenant) -> Result<Vec<LateOwner>, OpError> {
    Ok(app.store.late_owners(tenant.id, OWNERS_AT_A_TIME).await?)
}

/// Looks for the calls of a record and files those that are its; answers of how many.
///
/// # Errors
/// The store cannot read or write; what was filed stays so, and the record is looked after again.
pub async fn file_calls_of(app: &App, tenant: &Tenant, owner: LateOwner) -> Result<usize, OpError> {
    let person = app.store.person(tenant.id, owner.person).await?;
    let keys = person.map(|person| RecordKeys::of(&person, tenant.settings.region));
    let number = keys.map(|keys| endings(&keys)).filter(|number| !number.ends.is_empty());
    let mut filed = 0;
    if let Some(number) = number {
        let filter =
            ActivityFilter { number: Some(number), matched: Some(false), ..ActivityFilter::default() };
        let mut after: Option<String> = None;
        loop {
            let (limit, most) = (CALLS_AT_A_TIME, LOOK_AT_MOST);
            let page = app.store.list_activities(tenant.id, &filter, after.as_deref(), limit, most).await?;
            for done in join_all(page.rows.into_iter().map(|row| file_one(app, tenant, row))).await {
                filed += usize::from(done?);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    let done = Change::LateOwnerDone { person: owner.person, version: owner.version };
    let number = app.store.commit(Commit::of(tenant.id, vec![done])).await?;
    if filed > 0 {
        // The last calls of the record may be on anybody's panel.
        app.hub.changed_for_all(tenant.id, number);
    }
    Ok(filed)
}

/// Files a call, if it is somebody's now.
async fn file_one(app: &App, tenant: &Tenant, row: ActivityRow) -> Result<bool, OpError> {
    let key = row.call.key;
    let mut row = Some(row);
    for _ in 0..MAX_DECISIONS {
        let Some(ActivityRow { activity, call }) = row else { return Ok(false) };
        let mut moment = app.store.snapshot(tenant.id).await?;
        let (_, matched) = lookup::match_call(&mut *moment, &tenant.rules(), &call).await?;
        let wrapups = moment.wrapups_of_call(key).await?;
        drop(moment);
        let scene = LateScene { call: &call, activity: &activity, wrapups: &wrapups, matched: &matched };
        let Some((preconditions, changes)) = file(&scene) else { return Ok(false) };
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(_) => return Ok(true),
            // Somebody logged or corrected it just now: they may have said whose it is.
            Err(CommitError::Refused { .. }) => row = app.store.activity(tenant.id, key).await?,
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("a call changes faster than it can be filed".to_owned()))
}
