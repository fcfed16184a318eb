//! `match_number`: who a call may be with. Never creates anybody (invariant 7).

use super::OpError;
use crate::app::Rules;
use domain::call::CallRecord;
use domain::dial::DialledFrom;
use domain::directory::Person;
use domain::id::TenantId;
use domain::matching::{Match, MatchRule};
use domain::phone::OtherParty;
use domain::wrapup::{PartyLink, SettledBy};
use store::{ReadError, Snapshot, Store};

/// The other party's number of a call, read by the tenant's numbering plan.
pub fn party_of(rules: &Rules, call: &CallRecord) -> OtherParty {
    rules.party(call.customer_number().unwrap_or_default())
}

/// What the directory says of a number, of those records that are matched.
///
/// # Errors
/// The store cannot read.
pub async fn match_number(
    moment: &mut dyn Snapshot,
    party: &OtherParty,
    rule: &MatchRule,
) -> Result<Match, ReadError> {
    let hits = match party {
        OtherParty::Number(number) => moment.match_by_rule(&number.plan, rule).await?,
        _ => Vec::new(),
    };
    Ok(Match::of(party, hits))
}

/// The same where nothing else is read of the same moment: the store is quicker at that.
///
/// # Errors
/// The store cannot read.
pub async fn match_caller(
    store: &dyn Store,
    tenant: TenantId,
    party: &OtherParty,
    rule: &MatchRule,
) -> Result<Match, ReadError> {
    let hits = match party {
        OtherParty::Number(number) => store.match_by_rule(tenant, &number.plan, rule).await?,
        _ => Vec::new(),
    };
    Ok(Match::of(party, hits))
}

/// The record that was clicked to dial, where it is still there.
///
/// # Errors
/// The store cannot read.
pub async fn clicked(
    moment: &mut dyn Snapshot,
    from: Option<DialledFrom>,
) -> Result<Option<Person>, ReadError> {
    match from.and_then(|from| from.person()) {
        Some(person) => moment.person(person).await,
        None => Ok(None),
    }
}

/// The party that follows without anybody choosing: the record that was clicked, else the only one that has the
/// number.
pub fn party_by_itself(clicked: Option<Person>, matched: &Match) -> Option<PartyLink> {
    let clicked = clicked.map(|person| PartyLink { person: Some(person.id), by: SettledBy::Clicked });
    clicked.or_else(|| matched.by_itself())
}

/// Both at once.
///
/// # Errors
/// The store cannot read.
pub async fn match_call(
    moment: &mut dyn Snapshot,
    rules: &Rules,
    call: &CallRecord,
) -> Result<(OtherParty, Match), OpError> {
    let party = party_of(rules, call);
    let found = match_number(moment, &party, &rules.centre.matching).await?;
    Ok((party, found))
}
