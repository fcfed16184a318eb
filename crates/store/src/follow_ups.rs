//! What is asked of follow-ups, and of who asked not to be called. How the rows are found is each store's.

use crate::errors::ReadError;
use crate::listing::ListPlace;
use async_trait::async_trait;
use domain::follow_up::FollowUp;
use domain::id::{AgentKey, At, CallKey, PersonId, TenantId};

/// Which follow-ups are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUpFilter {
    /// Those of this agent; `None`: of all.
    pub agent: Option<AgentKey>,
    /// Those that are done, by due day backwards; otherwise those that are to be done, by due day.
    pub done: bool,
}

/// A page of follow-ups.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowUpPage {
    /// They.
    pub follow_ups: Vec<FollowUp>,
    /// What to ask for next; `None` at the end.
    pub next: Option<String>,
}

/// The part of a [`Store`](crate::Store) that has to do with what codes asked for. Every method fails where the store
/// cannot read.
#[async_trait]
pub trait FollowUpRecords {
    /// The follow-up of a call, whatever its state.
    async fn follow_up(&self, tenant: TenantId, call: CallKey) -> Result<Option<FollowUp>, ReadError>;

    /// Follow-ups that the filter keeps, withdrawn ones never; at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE); `after`
    /// is what the page before said comes next.
    async fn follow_ups(
        &self,
        tenant: TenantId,
        filter: &FollowUpFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FollowUpPage, ReadError>;

    /// Of each of these people, in the order asked, the call that was stored last of those filed on them whose code says
    /// that they asked not to be called.
    async fn asked_not_to_be_called(
        &self,
        tenant: TenantId,
        people: &[PersonId],
    ) -> Result<Vec<Option<CallKey>>, ReadError>;
}

/// A follow-up, and its place in lists: the day it is due, as a time, and its row.
pub(crate) type Placed = (ListPlace, FollowUp);

/// The place of a follow-up that is due on a day.
pub(crate) fn place_of(follow_up: &FollowUp, row: i64) -> ListPlace {
    ListPlace { at: At(i64::from(follow_up.due.0)), row }
}

impl FollowUpFilter {
    /// Before the first of the list.
    pub(crate) fn start(&self) -> ListPlace {
        if self.done { ListPlace::START } else { ListPlace::before(At(i64::MIN)) }
    }
}

/// The first `limit` of what was found in order; one more than fit was looked for.
pub(crate) fn page(mut found: Vec<Placed>, limit: usize) -> FollowUpPage {
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(place, _)| place.to_string());
    FollowUpPage { follow_ups: found.into_iter().map(|(_, follow_up)| follow_up).collect(), next }
}
