//! `match_number`: who a call may be with. Never creates anybody (invariant 7).

use super::OpError;
use crate::app::Tenant;
use domain::call::CallRecord;
use domain::matching::Match;
use domain::phone::{OtherParty, other_party};
use store::{ReadError, Store};

/// The other party's number of a call, read by the tenant's numbering plan.
pub fn party_of(tenant: &Tenant, call: &CallRecord) -> OtherParty {
    other_party(call.customer_number().unwrap_or_default(), &tenant.numbers)
}

/// What the directory says of a number.
///
/// # Errors
/// The store cannot read.
pub async fn match_number(
    store: &dyn Store,
    tenant: &Tenant,
    party: &OtherParty,
) -> Result<Match, ReadError> {
    let hits = match party {
        OtherParty::Number(number) => store.match_number(tenant.id, &number.plan).await?,
        _ => Vec::new(),
    };
    Ok(Match::of(party, hits))
}

/// Both at once.
///
/// # Errors
/// The store cannot read.
pub async fn match_call(
    store: &dyn Store,
    tenant: &Tenant,
    call: &CallRecord,
) -> Result<(OtherParty, Match), OpError> {
    let party = party_of(tenant, call);
    let found = match_number(store, tenant, &party).await?;
    Ok((party, found))
}
