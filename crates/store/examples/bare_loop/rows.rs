//! The calls, people and wrap-ups that both loops start from.

use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallState, CallType, Direction, Engagement, Explained, OfferResult, Via};
use domain::commit::{Change, Commit, Precondition};
use domain::directory::PhoneField;
use domain::disposition::{Label, LoggedCode};
use domain::id::{AgentKey, At, CallKey, CodeId, EngagementKey, PersonId, TenantId, UserId};
use domain::matching::Candidate;
use domain::phone::Tier;
use domain::relate::CaseChoice;
use domain::wrapup::{Draft, PartyLink, SettledBy, Wrapup, WrapupState};
use uuid::Uuid;

/// Tenants that the calls are spread over.
pub(crate) const TENANTS: usize = 100;

/// About 120 bytes, as agents type.
pub(crate) const NOTES: &str = "Llama por la factura de mayo; se le reenvía por correo y queda en llamar el \
    lunes si no le llega. Quiere cambiar de tarifa.";

/// An id that begins with a time, as those of a source do.
fn id(space: u64, n: usize) -> Uuid {
    let mut state = n as u64 ^ space << 60;
    let millis = 1_700_000_000_000 + n as u128;
    Uuid::from_u128(millis << 80 | 0x8 << 76 | 0x2 << 62 | u128::from(random(&mut state) >> 2))
}

/// The next of a row of numbers that look random (splitmix64).
pub(crate) fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

pub(crate) fn engagement_key(n: usize) -> EngagementKey {
    EngagementKey(id(2, n))
}

pub(crate) fn person_id(n: usize) -> PersonId {
    PersonId(id(3, n % 10_000))
}

fn at(n: usize) -> At {
    At(1_700_000_000_000_000 + 1_000 * n as i64)
}

fn agent(n: usize) -> AgentKey {
    AgentKey(format!("{}", 1_000 + n % 64))
}

fn call(n: usize) -> CallRecord {
    let part = Engagement {
        key: engagement_key(n),
        agent: agent(n),
        via: Via::Queue,
        result: Some(OfferResult::Answered),
        offered_at: at(n),
        answered_at: Some(at(n)),
        ended_at: Some(at(n + 60)),
        hold_ms: 0,
        on_hold: false,
        wrapup: true,
    };
    CallRecord {
        key: CallKey(id(1, n)),
        source: "pbx".to_owned(),
        state: CallState::Ended,
        kind: Some(CallType::Inbound),
        direction: Direction::Inbound,
        from: Some(format!("+346{:08}", n % 10_000)),
        to: Some("8000".to_owned()),
        did: Some("+34910000000".to_owned()),
        ring_group: Some("sales".to_owned()),
        started_at: at(n),
        answered_at: Some(at(n)),
        ended_at: Some(at(n + 60)),
        waiting_since: None,
        wait_ms: Some(4_000),
        talk_ms: 60_000,
        hold_ms: 0,
        recording: None,
        voicemail: None,
        hung_up_by: None,
        no_activity: None,
        inferred: false,
        explanation: vec![Explained::new("type.agent_talked", &[("agent", "1001")])],
        engagements: vec![part],
    }
}

/// The wrap-up of call `n` as it is owed.
pub(crate) fn owed(n: usize) -> Wrapup {
    Wrapup {
        state: WrapupState::Open,
        opened_at: Some(at(n + 60)),
        ..Wrapup::new(engagement_key(n), CallKey(id(1, n)), agent(n))
    }
}

fn activity(n: usize) -> Activity {
    let candidate = Candidate {
        person: person_id(n),
        tier: Tier::E,
        field: PhoneField::Phone,
        stored_as: "600 00 00 00".to_owned(),
    };
    Activity { archived: true, ..Activity::open(CallKey(id(1, n)), vec![candidate]) }
}

/// Call `n`, ended, with a wrap-up that is owed.
pub(crate) fn ended_call(n: usize) -> Vec<Change> {
    vec![
        Change::Call(Box::new(call(n))),
        Change::ActivityOpened(Box::new(activity(n))),
        Change::WrapupOpened(Box::new(owed(n))),
    ]
}

fn draft() -> Draft {
    Draft {
        revision: 1,
        code: Some(code().id),
        notes: NOTES.to_owned(),
        party: None,
        case: CaseChoice::ByItself,
    }
}

pub(crate) fn code() -> LoggedCode {
    LoggedCode::plain(CodeId(id(4, 1)), Label { es: "Factura".to_owned(), en: "Invoice".to_owned() })
}

pub(crate) fn user() -> UserId {
    UserId(id(5, 1))
}

pub(crate) fn logged_at(n: usize) -> At {
    at(n + 90)
}

/// Saving what was typed.
pub(crate) fn save_draft(tenant: TenantId, n: usize) -> Commit {
    let on = Precondition::wrapup(&owed(n));
    let change = Change::Wrapup(Box::new(Wrapup { draft: draft(), ..owed(n) }));
    Commit { tenant, preconditions: vec![on], changes: vec![change] }
}

/// Pressing Log.
pub(crate) fn log(tenant: TenantId, n: usize) -> Commit {
    let party = Some(PartyLink { person: Some(person_id(n)), by: SettledBy::OneMatch });
    let wrapup = Wrapup {
        state: WrapupState::Logged,
        closed_at: Some(logged_at(n)),
        closed_by: Some(user()),
        draft: Draft { revision: 2, ..draft() },
        code: Some(code()),
        notes: Some(NOTES.to_owned()),
        party,
        ..owed(n)
    };
    let activity = Activity {
        outcome: Outcome::Logged,
        agent: Some(wrapup.agent.clone()),
        code: Some(code()),
        notes: Some(NOTES.to_owned()),
        party,
        logged_at: Some(logged_at(n)),
        ..activity(n)
    };
    Commit {
        tenant,
        preconditions: vec![
            Precondition::wrapup(&Wrapup { draft: draft(), ..owed(n) }),
            Precondition::ClosedWrapups { call: wrapup.call, closed: 0, submitted: 0 },
            Precondition::PersonExists { id: person_id(n) },
        ],
        changes: vec![Change::Wrapup(Box::new(wrapup)), Change::Activity(Box::new(activity))],
    }
}
