//! A week of a call centre, as calls with their Activities and wrap-ups: busy on weekdays, 300 agents in twelve ring groups
//! and codes of unequal use. Every week of the years is a copy of it.

use crate::seeded::Seeded;
use domain::activity::{Activity, Outcome as Became};
use domain::call::{CallRecord, CallState, CallType, Direction, Engagement, Explained, OfferResult, Via};
use domain::commit::Change;
use domain::disposition::LoggedCode;
use domain::id::{AgentKey, At, CallKey, EngagementKey, UserId};
use domain::wrapup::{PartyLink, SettledBy, Wrapup, WrapupState};
use sandbox::centre;
use uuid::Uuid;

pub(super) const AGENTS: usize = 300;
pub(super) const RING_GROUPS: usize = 12;
/// Of a Monday, so that weeks begin with it.
pub(super) const MONDAY: At = At(1_672_614_000_000_000);
const HOUR_US: i64 = 3_600_000_000;
/// How busy each hour of a weekday is, from eight in the morning on; weekends have a sixth of it in the morning.
const BUSY: [usize; 12] = [4, 8, 11, 12, 11, 8, 5, 7, 10, 9, 7, 3];
/// Types of calls, and how many of a hundred they are.
const TYPES: [(CallType, usize); 7] = [
    (CallType::Inbound, 62),
    (CallType::Outbound, 20),
    (CallType::OutboundMissed, 6),
    (CallType::Abandoned, 6),
    (CallType::ShortAbandoned, 2),
    (CallType::Missed, 2),
    (CallType::Voicemail, 2),
];
const WORDS: [&str; 24] = [
    "factura",
    "tarifa",
    "avería",
    "router",
    "portabilidad",
    "contrato",
    "baja",
    "cita",
    "entrega",
    "pedido",
    "cambio",
    "titular",
    "cobro",
    "devolución",
    "técnico",
    "instalación",
    "oferta",
    "fibra",
    "línea",
    "móvil",
    "consulta",
    "queja",
    "datos",
    "pago",
];

/// The agent of a number.
pub(super) fn agent(nth: usize) -> AgentKey {
    AgentKey(format!("{}", 2_000 + nth))
}

/// The ring group of a number.
pub(super) fn ring_group(nth: usize) -> String {
    format!("group{nth:02}")
}

/// Codes as they are logged.
pub(super) fn codes() -> Vec<LoggedCode> {
    let sets = centre::disposition_sets();
    sets.iter()
        .flat_map(|set| &set.codes)
        .map(|code| LoggedCode::plain(code.id, code.label.clone()))
        .collect()
}

/// Hours of the week in the proportion of their calls.
fn hours() -> Vec<i64> {
    let weekdays =
        (0..5).flat_map(|day| (0..).zip(BUSY).map(move |(hour, busy)| (day * 24 + 8 + hour, 6 * busy)));
    let weekend =
        (5..7).flat_map(|day| (0..).zip(BUSY).take(6).map(move |(hour, busy)| (day * 24 + 8 + hour, busy)));
    weekdays.chain(weekend).flat_map(|(hour, busy)| std::iter::repeat_n(hour, busy)).collect()
}

/// When the calls of a week begin, in order.
pub(super) fn beginnings(calls: usize) -> Vec<At> {
    let (hours, mut dice) = (hours(), Seeded(1));
    let mut all: Vec<At> = (0..calls)
        .map(|_| {
            At(MONDAY.0 + hours[dice.below(hours.len())] * HOUR_US + dice.below(HOUR_US as usize) as i64)
        })
        .collect();
    all.sort_unstable();
    all
}

fn id(space: u128, nth: usize) -> Uuid {
    Uuid::from_u128(space << 96 | 0x7000_8000_0000_0000_0000 | nth as u128)
}

/// Call `nth` of the week, which began then, as it is once it is over and summed up.
pub(super) fn call(nth: usize, began: At, codes: &[LoggedCode]) -> Vec<Change> {
    let mut dice = Seeded(nth as u64 ^ 0x5eed);
    let mut draw = dice.below(100);
    let kind = TYPES.into_iter().find(|(_, share)| {
        let is = draw < *share;
        draw = draw.saturating_sub(*share);
        is
    });
    let kind = kind.map_or(CallType::Inbound, |(kind, _)| kind);
    let of = (dice.below(AGENTS) * dice.below(AGENTS)) / AGENTS;
    let wait_ms = (dice.below(60) * dice.below(900)) as i64;
    let talk_ms = 4_000 + (dice.below(900) * dice.below(900)) as i64;
    let answered = matches!(kind, CallType::Inbound | CallType::Outbound);
    let answered_at = answered.then(|| began.plus_millis(wait_ms));
    let ended_at = began.plus_millis(wait_ms + if answered { talk_ms } else { 0 });
    let number = format!("+346{:08}", dice.below(40_000_000));
    let outbound = kind.direction() == Direction::Outbound;
    let (from, to) =
        if outbound { (None, Some(number)) } else { (Some(number), Some("911000001".to_owned())) };
    let part = Engagement {
        key: EngagementKey(id(2, nth)),
        agent: agent(of),
        via: if outbound { Via::Outbound } else { Via::Queue },
        result: answered.then_some(OfferResult::Answered),
        offered_at: began,
        answered_at,
        ended_at: Some(ended_at),
        hold_ms: 0,
        on_hold: false,
        wrapup: answered,
    };
    let record = CallRecord {
        key: CallKey(id(1, nth)),
        source: "pbx".to_owned(),
        state: CallState::Ended,
        kind: Some(kind),
        direction: kind.direction(),
        from,
        to,
        did: (!outbound).then(|| "911000001".to_owned()),
        ring_group: (!outbound).then(|| ring_group(of % RING_GROUPS)),
        started_at: began,
        answered_at,
        ended_at: Some(ended_at),
        waiting_since: None,
        wait_ms: Some(wait_ms),
        talk_ms: if answered { talk_ms } else { 0 },
        hold_ms: if answered && dice.below(5) == 0 { 30_000 } else { 0 },
        recording: None,
        voicemail: None,
        hung_up_by: None,
        no_activity: None,
        inferred: false,
        explanation: vec![Explained::new("type.inbound_answered", &[("wait_ms", "4000")])],
        engagements: if answered || outbound { vec![part] } else { Vec::new() },
    };
    let mut changes = vec![Change::Call(Box::new(record))];
    changes.extend(summed_up(nth, of, ended_at, answered, codes, &mut dice));
    changes
}

fn summed_up(
    nth: usize,
    of: usize,
    ended: At,
    owed: bool,
    codes: &[LoggedCode],
    dice: &mut Seeded,
) -> Vec<Change> {
    let mut activity = Activity { archived: true, ..Activity::open(CallKey(id(1, nth)), Vec::new()) };
    if !owed {
        activity.outcome = Became::NoWrapup;
        return vec![Change::ActivityOpened(Box::new(activity))];
    }
    let closed = ended.plus_millis(3_000 + dice.below(60_000) as i64);
    let (state, outcome) = match dice.below(100) {
        0..4 => (WrapupState::Undispositioned, Became::Undispositioned),
        4..10 => (WrapupState::NotLogged, Became::NotLogged),
        _ => (WrapupState::Logged, Became::Logged),
    };
    let mut wrapup = Wrapup {
        state,
        opened_at: Some(ended),
        closed_at: Some(closed),
        closed_by: Some(UserId(id(5, 1))),
        ..Wrapup::new(EngagementKey(id(2, nth)), CallKey(id(1, nth)), agent(of))
    };
    activity.outcome = outcome;
    activity.agent = Some(agent(of));
    if state == WrapupState::Logged {
        // Few codes have most of the calls.
        wrapup.code = codes.get(dice.below(codes.len()) * dice.below(codes.len()) / codes.len()).cloned();
        let notes = (0..6).map(|_| WORDS[dice.below(WORDS.len())]).collect::<Vec<_>>().join(" ");
        wrapup.notes = (dice.below(10) < 6).then_some(notes);
        wrapup.party = Some(PartyLink { person: None, by: SettledBy::NobodyMatches });
        activity.code.clone_from(&wrapup.code);
        activity.notes.clone_from(&wrapup.notes);
        activity.party = wrapup.party;
        activity.logged_at = Some(closed);
    }
    vec![Change::ActivityOpened(Box::new(activity)), Change::Wrapup(Box::new(wrapup))]
}
