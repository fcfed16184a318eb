//! `unknown_callers`: records for the numbers of calls that nobody sums up, where the setting of the call's type makes any
//! (P5). Which calls these are is noted with what archives them; here `domain` decides on each, under the lock per tenant
//! and number. Done twice, or half and then again, it comes to the same.

use super::crm::search_number::search_first;
use super::{OpError, lookup};
use crate::app::{App, Tenant};
use domain::auto_create::{UnknownCaller, for_unknown_caller};
use domain::commit::{Change, Commit};
use domain::id::{CallKey, PersonId};
use domain::matching::MatchKind;
use domain::phone::{CallerNumber, OtherParty};
use store::CommitError;

/// Most calls that are looked after before others are asked for.
pub const CALLERS_AT_A_TIME: usize = 50;
/// How often a call is decided on anew when its number or the call moved meanwhile.
const MAX_DECISIONS: usize = 8;

/// The calls that wait for a record.
///
/// # Errors
/// The store cannot read.
pub async fn wanted(app: &App, tenant: &Tenant) -> Result<Vec<CallKey>, OpError> {
    Ok(app.store.callers_wanted(tenant.id, CALLERS_AT_A_TIME).await?)
}

/// Makes the record of a call's number and files the call on it, where that is still wanted; answers whether it did.
///
/// # Errors
/// The store cannot read or write; the call is looked after again.
pub async fn look_after(app: &App, tenant: &Tenant, key: CallKey) -> Result<bool, OpError> {
    if let Some(number) = unknown(app, tenant, key).await? {
        search_first(app, tenant, &number).await;
    }
    for _ in 0..MAX_DECISIONS {
        let decided = decide(app, tenant, key).await?;
        let makes = decided.is_some();
        let (preconditions, mut changes) = decided.unwrap_or_default();
        changes.push(Change::CallerLookedAfter(key));
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(number) => {
                if makes {
                    // The number may be on anybody's card.
                    app.hub.changed_for_all(tenant.id, number);
                }
                return Ok(makes);
            }
            // Somebody made a record with the number, or said whose the call is.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("a call changes faster than its caller can be looked after".to_owned()))
}

/// The number of the call, where nobody here has it.
async fn unknown(app: &App, tenant: &Tenant, key: CallKey) -> Result<Option<CallerNumber>, OpError> {
    if app.crms.of(tenant.id).is_none() {
        return Ok(None);
    }
    let mut moment = app.store.snapshot(tenant.id).await?;
    let Some(row) = moment.activity(key).await? else { return Ok(None) };
    let (number, matched) = lookup::match_call(&mut *moment, &tenant.rules(), &row.call).await?;
    Ok(match number {
        OtherParty::Number(number) if matched.kind == MatchKind::None => Some(number),
        _ => None,
    })
}

type Decided = (Vec<domain::commit::Precondition>, Vec<Change>);

async fn decide(app: &App, tenant: &Tenant, key: CallKey) -> Result<Option<Decided>, OpError> {
    let rules = tenant.rules();
    let mut moment = app.store.snapshot(tenant.id).await?;
    let Some(row) = moment.activity(key).await? else { return Ok(None) };
    let (number, matched) = lookup::match_call(&mut *moment, &rules, &row.call).await?;
    let wrapups = moment.wrapups_of_call(key).await?;
    Ok(for_unknown_caller(&UnknownCaller {
        call: &row.call,
        activity: &row.activity,
        wrapups: &wrapups,
        number: &number,
        matched: &matched,
        match_rule: &rules.centre.matching,
        rules: &rules.centre.auto_create,
        region: tenant.settings.region,
        new_person: PersonId(app.around.new_id()),
    }))
}
