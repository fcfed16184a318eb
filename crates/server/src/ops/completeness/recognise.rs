//! Whether a call that a file tells of is one that is known: by the id of one of its channels, else by its time and numbers.

use crate::app::App;
use crate::ops::OpError;
use domain::call::{CallRecord, Direction};
use domain::completeness::missing::MissingCall;
use domain::completeness::run::KnownBy;
use domain::completeness::told::Told;
use domain::id::{At, CallKey};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::{CallBrief, MAX_PAGE, MayBe};
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
    /// By whose clock its files tell the time, where they do not say so themselves.
    pub(super) zone: TimeZone,
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

    /// The call that is known and began when these files tell with these numbers, and by which of them; none of those that
    /// are taken.
    pub(super) async fn near(
        &self,
        app: &App,
        (told, call): (&Told, &CallRecord),
        taken: &HashSet<CallKey>,
    ) -> Result<Option<(CallKey, KnownBy)>, OpError> {
        for call in self.readings(told, call) {
            let (from, until) = around(call.started_at);
            let near =
                app.store.calls_began(self.tenant, &self.source, (from, None), until, MAX_NEAR).await?;
            let mut near: Vec<CallBrief> = near
                .into_iter()
                .filter(|brief| !taken.contains(&brief.key) && same_customer(brief, &call))
                .collect();
            near.sort_by_key(|brief| (brief.started_at.0 - call.started_at.0).abs());
            if let Some(both) = near.iter().find(|brief| same_ours(brief, &call)) {
                return Ok(Some((both.key, KnownBy::TimeAndNumbers)));
            }
            if let Some(one) = near.first() {
                return Ok(Some((one.key, KnownBy::TimeAndCustomer)));
            }
        }
        Ok(None)
    }

    /// The call of which other files told what these tell, whether or not somebody made it ours since: the one that began
    /// nearest, and none of those that are taken, unless the phone system's own id says that it is this one.
    pub(super) async fn told_before(
        &self,
        app: &App,
        (told, call, named): (&Told, &CallRecord, bool),
        taken: &HashSet<CallKey>,
    ) -> Result<Option<MissingCall>, OpError> {
        for call in self.readings(told, call) {
            let (from, until) = may_have_begun(told, &call);
            let mut after = (from, None);
            let mut nearest: Option<MissingCall> = None;
            loop {
                // Those of a busy half hour fill more than a page.
                let page = app.store.missing_calls(self.tenant, false, after, until, MAX_PAGE).await?;
                let more = page.last().filter(|_| page.len() == MAX_PAGE);
                let next = more.map(|last| (last.call.started_at, Some(last.key)));
                let alike = page.into_iter().filter(|one| {
                    one.key != call.key
                        && same_missing(one, told, &call, named)
                        && (!taken.contains(&one.key) || shares_call(&one.told, told))
                });
                nearest = nearest.into_iter().chain(alike).min_by_key(|one| {
                    (!shares_call(&one.told, told), (one.call.started_at.0 - call.started_at.0).abs())
                });
                let Some(next) = next else { break };
                after = next;
            }
            if nearest.is_some() {
                return Ok(nearest);
            }
        }
        Ok(None)
    }

    /// The call as it was read, and as it would be an hour later where the clock showed its time twice: a file without ids
    /// does not say which of both it was.
    fn readings(&self, told: &Told, call: &CallRecord) -> Vec<CallRecord> {
        let by_zone = !told.records.is_empty() && facts::own_id(told).is_some_and(|(_, named)| !named);
        let mut readings = vec![call.clone()];
        if let Some(shift) = repeated(&self.zone, call.started_at).filter(|_| by_zone) {
            let later = |at: At| At(at.0 + shift);
            readings.push(CallRecord {
                started_at: later(call.started_at),
                ended_at: call.ended_at.map(later),
                ..call.clone()
            });
        }
        readings
    }
}

/// How much later the clock of a zone shows this time again, in microseconds.
fn repeated(zone: &TimeZone, at: At) -> Option<i64> {
    let shown = zone.to_datetime(Timestamp::from_microsecond(at.0).ok()?);
    let AmbiguousOffset::Fold { before, after } = zone.to_ambiguous_timestamp(shown).offset() else {
        return None;
    };
    let shift = i64::from(before.seconds() - after.seconds()) * 1_000_000;
    // What was read as the later one is not read again.
    (zone.to_offset(Timestamp::from_microsecond(at.0).ok()?) == before).then_some(shift)
}

/// The time in which the same call may begin.
pub(in crate::ops) fn around(at: At) -> (At, At) {
    (at.plus_millis(-SAME_TIME_MS), At(at.plus_millis(SAME_TIME_MS).0 + 1))
}

/// The time in which another file may have told that the same call began. A `queue_log` tells of none before it is in a
/// queue.
fn may_have_begun(told: &Told, call: &CallRecord) -> (At, At) {
    let (from, until) = around(call.started_at);
    let before_queue = if told.records.is_empty() { MAX_BEFORE_QUEUE_MS } else { 0 };
    let ended = call.ended_at.filter(|_| !told.records.is_empty()).unwrap_or(until);
    (from.plus_millis(-before_queue), until.max(ended))
}

/// Whether two calls that only files tell of are the same.
fn same_missing(one: &MissingCall, told: &Told, call: &CallRecord, named: bool) -> bool {
    // Two ids of the phone system's are two calls.
    let may_be = !(one.named && named) && may_be_one(&one.told, told);
    may_be
        && one.call.source == call.source
        && one.call.direction == call.direction
        && alike(one.call.customer_number(), call.customer_number())
        && same_time(one, told, call)
}

/// Whether nothing says that they are two: lines of other calls, other queues, other channels. Of withheld numbers, this is all
/// that tells callers of one time apart.
fn may_be_one(one: &Told, other: &Told) -> bool {
    let queues = |told: &Told| {
        let of_lines = told.queue.iter().map(|line| line.queue.clone()).filter(|queue| queue != "NONE");
        of_lines.chain(told.records.iter().filter_map(facts::queue_of)).collect::<BTreeSet<String>>()
    };
    let channels = |told: &Told| {
        let all = told.records.iter().flat_map(|record| [record.channel.clone(), record.dstchannel.clone()]);
        all.filter(|name| !name.is_empty()).collect::<BTreeSet<String>>()
    };
    meet(&calls_of(one), &calls_of(other))
        && meet(&queues(one), &queues(other))
        && meet(&channels(one), &channels(other))
}

/// The ids of calls that lines of `queue_log` tell.
fn calls_of(told: &Told) -> BTreeSet<String> {
    told.queue.iter().map(|line| line.call.clone()).collect()
}

/// Whether both tell lines of the same call.
fn shares_call(one: &Told, other: &Told) -> bool {
    !calls_of(one).is_disjoint(&calls_of(other))
}

/// Whether they have any in common, where both have any.
fn meet(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    one.is_empty() || other.is_empty() || !one.is_disjoint(other)
}

/// Whether they begin at one time, or one tells of the queue that the other was in.
fn same_time(one: &MissingCall, told: &Told, call: &CallRecord) -> bool {
    let (from, until) = around(call.started_at);
    // One that was made of what a queue told is not begun anew by what is told of it since.
    let at_once = [Some(one.call.started_at), one.told.began_at()]
        .into_iter()
        .flatten()
        .any(|began| from <= began && began < until);
    let within = |inner: &CallRecord, outer: &CallRecord| {
        outer.started_at <= inner.started_at && outer.ended_at.is_some_and(|ended| inner.started_at <= ended)
    };
    let of_queue = |told: &Told| told.records.is_empty();
    at_once
        || (of_queue(told) && !of_queue(&one.told) && within(call, &one.call))
        || (!of_queue(told) && of_queue(&one.told) && within(&one.call, call))
}

/// Whether a call whose events come late is one that was made from a file that told no ids. One that began after that is
/// another, and a number that is withheld says nothing: better such a call twice than one that nobody sees.
pub(in crate::ops) fn is_made_of(made: &MissingCall, heard: &CallRecord) -> bool {
    made.made.is_some_and(|made| heard.started_at < made.at)
        && made.call.direction == heard.direction
        && digits(heard.customer_number()).is_some()
        && alike(made.call.customer_number(), heard.customer_number())
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
    digits(one) == digits(other)
}

/// What of a number is compared; `None` where it is withheld.
fn digits(number: Option<&str>) -> Option<String> {
    let digits = number?.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    Some(digits).filter(|digits| !digits.is_empty())
}
