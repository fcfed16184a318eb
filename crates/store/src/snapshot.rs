//! What is read together. A card of the panel, or what Log rests on, is many small reads of which each depends on
//! the one before; here they see one moment of the store, and cost one transaction. Lists and searches are not here:
//! they take as long as they take, and would hold a moment open for it.

use crate::answers::{ActivityRow, FloorRows};
use crate::errors::ReadError;
use crate::listing::Carried;
use async_trait::async_trait;
use domain::call::CallRecord;
use domain::case::Case;
use domain::dial::Dial;
use domain::directory::{Person, PersonLine};
use domain::duty::AgentMode;
use domain::id::{AgentKey, CallKey, CaseId, EngagementKey, PersonId};
use domain::matching::{MatchRule, PhoneHit};
use domain::message::Message;
use domain::phone::PhoneKey;
use domain::wrapup::Wrapup;
use std::collections::BTreeSet;

/// One tenant's rows as they were at one moment, which is between its taking and the first read: all that was
/// acknowledged before it was taken is in it, nothing that was committed after the first read. Let go of it soon; while
/// it is held, a store on a file cannot throw old states away.
///
/// Every method fails where the store cannot read.
#[async_trait]
pub trait Snapshot: Send {
    /// The records of the first tier of `plan` that has any which the rule matches, at most
    /// [`MAX_CANDIDATES`](domain::matching::MAX_CANDIDATES), one hit a record, in its first field that is looked at; by
    /// the order of kinds, then by name and id.
    async fn match_by_rule(
        &mut self,
        plan: &[PhoneKey],
        rule: &MatchRule,
    ) -> Result<Vec<PhoneHit>, ReadError>;
    /// The same where every record is matched by every field.
    async fn match_number(&mut self, plan: &[PhoneKey]) -> Result<Vec<PhoneHit>, ReadError> {
        self.match_by_rule(plan, &MatchRule::default()).await
    }
    /// A record.
    async fn person(&mut self, id: PersonId) -> Result<Option<Person>, ReadError>;
    /// Records in one line, those that exist, in the order asked.
    async fn person_lines(&mut self, ids: &[PersonId]) -> Result<Vec<PersonLine>, ReadError>;
    /// Those of these records that belong to an Account; of those that do not exist, none.
    async fn with_account(&mut self, ids: &[PersonId]) -> Result<BTreeSet<PersonId>, ReadError>;
    /// A call.
    async fn call(&mut self, key: CallKey) -> Result<Option<CallRecord>, ReadError>;
    /// Calls in which this agent has an engagement that has not ended, oldest first, at most
    /// [`MAX_PAGE`](crate::MAX_PAGE).
    async fn live_calls(&mut self, agent: &AgentKey) -> Result<Vec<CallRecord>, ReadError>;
    /// A wrap-up, early ones included.
    async fn wrapup(&mut self, key: EngagementKey) -> Result<Option<Wrapup>, ReadError>;
    /// Every wrap-up of a call, by id.
    async fn wrapups_of_call(&mut self, call: CallKey) -> Result<Vec<Wrapup>, ReadError>;
    /// Every wrap-up of these calls, by id; as many reads as for one.
    async fn wrapups_of_calls(&mut self, calls: &[CallKey]) -> Result<Vec<Wrapup>, ReadError>;
    /// How the Activities of these calls stand in the CRM, in the order asked; as many reads as for one. Of a call that is not
    /// there nothing is there.
    async fn carried(&mut self, calls: &[CallKey]) -> Result<Vec<Carried>, ReadError>;
    /// The wrap-ups this agent owes, oldest first, at most [`MAX_PAGE`](crate::MAX_PAGE).
    async fn open_wrapups(&mut self, agent: &AgentKey) -> Result<Vec<Wrapup>, ReadError>;
    /// Those of this agent that the timer closed, newest first, at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE).
    async fn undispositioned_wrapups(
        &mut self,
        agent: &AgentKey,
        limit: usize,
    ) -> Result<Vec<Wrapup>, ReadError>;
    /// An Activity with its call.
    async fn activity(&mut self, key: CallKey) -> Result<Option<ActivityRow>, ReadError>;
    /// The message that a call left, as work.
    async fn message(&mut self, call: CallKey) -> Result<Option<Message>, ReadError>;
    /// The newest of the Activities filed on this record, or that it may own while that is unsettled (P11), newest
    /// first, at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE).
    async fn last_activities(
        &mut self,
        person: PersonId,
        limit: usize,
    ) -> Result<Vec<ActivityRow>, ReadError>;
    /// Cases, those that exist, in the order asked.
    async fn cases(&mut self, ids: &[CaseId]) -> Result<Vec<Case>, ReadError>;
    /// Cases whose Contact or Account is this record, open ones first, newest first, at most `limit` and
    /// [`MAX_PAGE`](crate::MAX_PAGE).
    async fn cases_of_person(&mut self, person: PersonId, limit: usize) -> Result<Vec<Case>, ReadError>;
    /// The click that made this part of a call.
    async fn dial(&mut self, engagement: EngagementKey) -> Result<Option<Dial>, ReadError>;
    /// All that a supervisor's view of the floor rests on; of each kind at most `limit` and
    /// [`MAX_FLOOR_ROWS`](crate::MAX_FLOOR_ROWS).
    async fn floor(&mut self, limit: usize) -> Result<FloorRows, ReadError>;
    /// What an agent last said of themselves; available, version 0, since time 0 where they never did.
    async fn mode(&mut self, agent: &AgentKey) -> Result<AgentMode, ReadError>;
}
