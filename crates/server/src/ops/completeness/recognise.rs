//! Whether a call that a file tells of is one that is known: by the id of one of its channels, else by its time and numbers.

use crate::app::App;
use crate::ops::OpError;
use domain::call::{CallRecord, Direction};
use domain::completeness::missing::MissingCall;
use domain::completeness::run::KnownBy;
use domain::completeness::told::Told;
use domain::id::{At, CallKey};
use std::collections::{BTreeMap, HashSet};
use store::{CallBrief, MayBe};
use telephony::endpoints::EndpointMap;
use telephony::files::facts::{self, Context};

/// The same call begins within so much of the time that two accounts of it tell, in milliseconds: both are of the phone
/// system's own clock, and files count whole seconds.
pub(in crate::ops) const SAME_TIME_MS: i64 = 1_500;
/// A caller hears menus for so long at most before they are in a queue, in milliseconds.
const MAX_BEFORE_QUEUE_MS: i64 = 30 * 60_000;
/// Most calls that begin within that time and are compared with one.
const MAX_NEAR: usize = 200;

/// A phone system as its files are read.
pub(super) struct System {
    pub(super) tenant: domain::id::TenantId,
    pub(super) source: String,
    pub(super) map: EndpointMap,
    pub(super) names: BTreeMap<String, domain::id::AgentKey>,
    pub(super) policy: domain::call::CallPolicy,
}

impl System {
    pub(super) fn context(&self) -> Context<'_> {
        Context {
            tenant: self.tenant,
            source: &self.source,
            map: &self.map,
            names: &self.names,
            policy: self.policy,
        }
    }

    /// The ids that a call may be known by.
    pub(super) fn may_be(&self, told: &Told) -> MayBe {
        let (calls, parts) = facts::ids(told, &self.context());
        MayBe { calls, parts }
    }

    /// The call that is known and began at that time with these numbers, and by which of them; none of those that are taken.
    pub(super) async fn near(
        &self,
        app: &App,
        call: &CallRecord,
        taken: &HashSet<CallKey>,
    ) -> Result<Option<(CallKey, KnownBy)>, OpError> {
        let (from, until) = around(call.started_at);
        let near = app.store.calls_began(self.tenant, &self.source, (from, None), until, MAX_NEAR).await?;
        let mut near: Vec<CallBrief> = near
            .into_iter()
            .filter(|brief| !taken.contains(&brief.key) && same_customer(brief, call))
            .collect();
        near.sort_by_key(|brief| (brief.started_at.0 - call.started_at.0).abs());
        let both = near.iter().find(|brief| same_ours(brief, call));
        let found = both.map(|brief| (brief.key, KnownBy::TimeAndNumbers));
        Ok(found.or_else(|| near.first().map(|brief| (brief.key, KnownBy::TimeAndCustomer))))
    }
}

/// The time in which the same call may begin.
pub(in crate::ops) fn around(at: At) -> (At, At) {
    (at.plus_millis(-SAME_TIME_MS), At(at.plus_millis(SAME_TIME_MS).0 + 1))
}

/// The time in which another file may have told that the same call began. A `queue_log` tells of none before it is in a
/// queue.
pub(super) fn may_have_begun(told: &Told, call: &CallRecord) -> (At, At) {
    let (from, until) = around(call.started_at);
    let before_queue = if told.records.is_empty() { MAX_BEFORE_QUEUE_MS } else { 0 };
    let ended = call.ended_at.filter(|_| !told.records.is_empty()).unwrap_or(until);
    (from.plus_millis(-before_queue), until.max(ended))
}

/// Whether two calls that only files tell of are the same.
pub(super) fn same_missing(one: &MissingCall, told: &Told, call: &CallRecord, named: bool) -> bool {
    // Two ids of the phone system's are two calls.
    let may_be = !(one.named && named);
    may_be
        && one.call.source == call.source
        && one.call.direction == call.direction
        && alike(one.call.customer_number(), call.customer_number())
        && same_time(one, told, call)
}

/// Whether they begin at one time, or one tells of the queue that the other was in.
fn same_time(one: &MissingCall, told: &Told, call: &CallRecord) -> bool {
    let (from, until) = around(call.started_at);
    let at_once = from <= one.call.started_at && one.call.started_at < until;
    let within = |inner: &CallRecord, outer: &CallRecord| {
        outer.started_at <= inner.started_at && outer.ended_at.is_some_and(|ended| inner.started_at <= ended)
    };
    let of_queue = |told: &Told| told.records.is_empty();
    at_once
        || (of_queue(told) && !of_queue(&one.told) && within(call, &one.call))
        || (!of_queue(told) && of_queue(&one.told) && within(&one.call, call))
}

/// Whether a call whose events come late is one that was made from a file that told no ids.
pub(in crate::ops) fn is_made_of(made: &MissingCall, heard: &CallRecord) -> bool {
    made.call.direction == heard.direction && alike(made.call.customer_number(), heard.customer_number())
}

fn same_customer(brief: &CallBrief, call: &CallRecord) -> bool {
    let theirs = if brief.direction == Direction::Inbound { &brief.from } else { &brief.to };
    brief.direction == call.direction && alike(theirs.as_deref(), call.customer_number())
}

fn same_ours(brief: &CallBrief, call: &CallRecord) -> bool {
    if brief.direction != Direction::Inbound {
        // Which of our numbers an outgoing call shows is told in many ways.
        return true;
    }
    let ours = [call.to.as_deref(), call.did.as_deref()];
    let told = [brief.to.as_deref(), brief.did.as_deref()];
    ours.iter().flatten().any(|one| told.iter().flatten().any(|other| alike(Some(one), Some(other))))
}

/// Whether two spellings are of one number, as far as their digits say; numbers that neither tells are alike.
fn alike(one: Option<&str>, other: Option<&str>) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    one.map(digits).unwrap_or_default() == other.map(digits).unwrap_or_default()
}
