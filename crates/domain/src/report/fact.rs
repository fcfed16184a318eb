//! What reports look at of one call, once it is over. Which calls that are, and what becomes of it when the call changes,
//! follows from the call as it stands: nothing here remembers.

use super::ReportColumn;
use crate::activity::Activity;
use crate::call::{CallRecord, CallType, Direction, Engagement};
use crate::id::{AgentKey, At, CodeId};
use crate::wrapup::Wrapup;

/// How many of the last digits of a number say who called: what is before them is written by some systems and not by others.
const DIGITS_OF_A_CALLER: usize = 9;

/// A name as a store numbers it: of an agent, a ring group or a code. It means something only beside the list of names it
/// came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(pub u32);

/// A call as reports see it: with the names of what it is segmented by, or with the numbers a store gave to these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<Agent = Word, Group = Word, Code = Word> {
    /// When it began.
    pub started_at: At,
    /// What it turned out to be.
    pub kind: CallType,
    /// What it is counted as.
    pub column: ReportColumn<Code>,
    /// The agent whose it is; `None`: nobody had the customer.
    pub agent: Option<Agent>,
    /// The ring group.
    pub ring_group: Option<Group>,
    /// Milliseconds of each measure that it has.
    pub times: Times,
    /// Tells callers apart: the same number has the same. `None`: it was withheld.
    pub caller: Option<u64>,
    /// What else is the case with it.
    pub traits: Traits,
}

/// A [`Fact`] with names.
pub type NamedFact = Fact<AgentKey, String, CodeId>;

/// What of a call takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// The customer waited: until an agent answered, or until the call was lost.
    Wait,
    /// The customer and agents talked, hold included.
    Talk,
    /// The customer was kept on hold.
    Hold,
    /// Agents summed it up: each from when their wrap-up was due until they submitted, were released or their time was up.
    AfterCallWork,
}

impl Measure {
    /// Each of them.
    pub const ALL: [Measure; 4] = [Measure::Wait, Measure::Talk, Measure::Hold, Measure::AfterCallWork];
}

/// Milliseconds of each measure; `None` where the call has none of it, which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// See [`Measure::Wait`].
    pub wait: Option<i64>,
    /// See [`Measure::Talk`]; none where no agent had the customer.
    pub talk: Option<i64>,
    /// See [`Measure::Hold`]; none where no agent had the customer.
    pub hold: Option<i64>,
    /// See [`Measure::AfterCallWork`]; none while it is not over.
    pub after_call_work: Option<i64>,
}

impl Times {
    /// That of one measure.
    pub fn of(&self, measure: Measure) -> Option<i64> {
        match measure {
            Measure::Wait => self.wait,
            Measure::Talk => self.talk,
            Measure::Hold => self.hold,
            Measure::AfterCallWork => self.after_call_work,
        }
    }
}

/// Yes or no, by what is the case with a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Traits(pub u16);

impl Traits {
    /// It is related to a Case.
    pub const CASE: Traits = Traits(1);
    /// It is filed on a person.
    pub const PARTY: Traits = Traits(1 << 1);
    /// Somebody noted something.
    pub const NOTES: Traits = Traits(1 << 2);
    /// It was recorded.
    pub const RECORDED: Traits = Traits(1 << 3);
    /// Several agents had the customer.
    pub const HANDED_OVER: Traits = Traits(1 << 4);
    /// What was filed was corrected.
    pub const CORRECTED: Traits = Traits(1 << 5);
    /// It was dialled by a click.
    pub const CLICKED: Traits = Traits(1 << 6);

    /// Whether all of these are the case.
    pub fn has(self, all: Traits) -> bool {
        self.0 & all.0 == all.0
    }

    /// These and those.
    pub fn and(self, more: Traits) -> Traits {
        Traits(self.0 | more.0)
    }

    fn when(self, holds: bool) -> Traits {
        if holds { self } else { Traits::default() }
    }
}

impl CallType {
    /// Which way a call of this type went.
    pub fn direction(self) -> Direction {
        match self {
            CallType::Outbound | CallType::OutboundMissed => Direction::Outbound,
            CallType::Internal => Direction::Internal,
            CallType::Inbound
            | CallType::Voicemail
            | CallType::ShortAbandoned
            | CallType::Abandoned
            | CallType::Missed => Direction::Inbound,
        }
    }
}

impl NamedFact {
    /// What reports see of a call with its Activity and the wrap-ups of it; `None` where it is in none: while it lives,
    /// when it was among agents, or where it is no call of a customer.
    pub fn of(call: &CallRecord, activity: &Activity, wrapups: &[Wrapup]) -> Option<Self> {
        let kind = call.kind.filter(|kind| *kind != CallType::Internal)?;
        if !activity.archived || call.no_activity.is_some() || call.direction == Direction::Internal {
            return None;
        }
        let met = call.engagements.iter().filter(|part| part.answered_at.is_some()).count();
        let talked = |ms: i64| (met > 0 || call.answered_at.is_some()).then_some(ms.max(0));
        Some(Fact {
            started_at: call.started_at,
            kind,
            column: ReportColumn::of(activity.outcome, activity.code.as_ref().map(|code| code.id)),
            agent: activity.agent_in(call).cloned(),
            ring_group: call.ring_group.clone(),
            times: Times {
                wait: call.wait_ms.map(|ms| ms.max(0)),
                talk: talked(call.talk_ms),
                hold: talked(call.hold_ms),
                after_call_work: after_call_work(&call.engagements, wrapups),
            },
            caller: call.customer_number().and_then(caller),
            traits: Traits::CASE
                .when(activity.case().is_some())
                .and(Traits::PARTY.when(activity.party.is_some_and(|party| party.person.is_some())))
                .and(Traits::NOTES.when(activity.notes.as_ref().is_some_and(|notes| !notes.is_empty())))
                .and(Traits::RECORDED.when(call.recording.is_some()))
                .and(Traits::HANDED_OVER.when(met > 1))
                .and(Traits::CORRECTED.when(activity.revision > 0))
                .and(Traits::CLICKED.when(activity.dialled_from.is_some())),
        })
    }
}

/// What agents took to sum a call up, in milliseconds; none while one of them is at it.
pub fn after_call_work(parts: &[Engagement], wrapups: &[Wrapup]) -> Option<i64> {
    let owed = |wrapup: &&Wrapup| parts.iter().any(|part| part.key == wrapup.key && part.wrapup);
    let mut sum = None;
    for wrapup in wrapups.iter().filter(owed) {
        let opened = wrapup.opened_at?;
        let ended = [wrapup.closed_at, wrapup.released.as_ref().map(|released| released.at)];
        let ended = ended.into_iter().flatten().min()?;
        sum = Some(sum.unwrap_or(0) + ended.millis_since(opened));
    }
    sum
}

/// FNV-1a of the last digits: the same on every machine and in every release, which a standard hasher does not promise.
fn caller(number: &str) -> Option<u64> {
    let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_digit).collect();
    let last =
        digits.get(digits.len().saturating_sub(DIGITS_OF_A_CALLER)..).filter(|last| !last.is_empty())?;
    let fold = |hash: u64, digit: &u8| (hash ^ u64::from(*digit)).wrapping_mul(0x0000_0100_0000_01b3);
    Some(last.iter().fold(0xcbf2_9ce4_8422_2325, fold))
}
