//! The calls, people and codes that both loops start from.

use crate::Outcome;
use crate::seeded::Seeded;
use domain::activity::{Activity, Outcome as Became};
use domain::call::{CallRecord, CallState, CallType, Direction, Engagement, Explained, OfferResult, Via};
use domain::commit::Change;
use domain::directory::{Person, PersonKind, PhoneField, PhoneText, RecordKeys};
use domain::disposition::{CodeScope, LoggedCode, on_offer};
use domain::id::{AgentKey, At, CallKey, EngagementKey, PersonId, UserId};
use domain::matching::Candidate;
use domain::phone::{Region, Tier};
use domain::report::calendar::Day;
use domain::wrapup::{Draft, PartyLink, SettledBy, Wrapup, WrapupState};
use sandbox::centre;
use uuid::Uuid;

const PEOPLE: usize = 10_000;
const PEOPLE_PER_COMMIT: usize = 500;
/// The ring group that all calls came through.
const RING_GROUP: &str = centre::RING_GROUPS[0].label;

/// About 120 bytes, as agents type.
pub(crate) const NOTES: &str = "Llama por la factura de mayo; se le reenvía por correo y queda en llamar el \
    lunes si no le llega. Quiere cambiar de tarifa.";

/// An id that begins with a time, as those of a source do.
fn id(space: u64, n: usize) -> Uuid {
    let mut dice = Seeded(n as u64 ^ space << 60);
    let millis = 1_700_000_000_000 + n as u128;
    Uuid::from_u128(millis << 80 | 0x8 << 76 | 0x2 << 62 | u128::from(dice.next() >> 2))
}

pub(crate) fn call_key(n: usize) -> CallKey {
    CallKey(id(1, n))
}

/// Also the id of the wrap-up.
pub(crate) fn engagement_key(n: usize) -> EngagementKey {
    EngagementKey(id(2, n))
}

/// The one who has the number of call `n`.
pub(crate) fn person_id(n: usize) -> PersonId {
    PersonId(id(3, n % PEOPLE))
}

fn number(n: usize) -> String {
    format!("+346{:08}", (n % PEOPLE) * 997)
}

/// The agent of call `n`, who has no other.
pub(crate) fn agent(n: usize) -> AgentKey {
    AgentKey(format!("{}", 100_000 + n))
}

fn at(n: usize) -> At {
    At(1_700_000_000_000_000 + 1_000 * n as i64)
}

/// People, in portions.
pub(crate) fn people() -> Outcome<Vec<Vec<Change>>> {
    let region: Region = centre::REGION.parse()?;
    let person = |n: usize| {
        let person = Person {
            id: person_id(n),
            kind: PersonKind::Contact,
            name: format!("Person {n}"),
            company: Some("Acme S.A.".to_owned()),
            email: None,
            phones: vec![PhoneText { field: PhoneField::Phone, raw: number(n) }],
            version: 1,
            created_by_call: None,
            owner: None,
            account: None,
        };
        let keys = RecordKeys::of(&person, region);
        // They have been there for long: no call waits for them.
        let done = Change::LateOwnerDone { person: person.id, version: person.version };
        [Change::Person { person: Box::new(person), keys }, done]
    };
    let people: Vec<Change> = (0..PEOPLE).flat_map(person).collect();
    Ok(people.chunks(PEOPLE_PER_COMMIT).map(<[Change]>::to_vec).collect())
}

/// The codes of the sample centre.
pub(crate) fn codes() -> Vec<Change> {
    let mut changes = Vec::new();
    for set in centre::disposition_sets() {
        let codes = set.codes.clone();
        changes.push(Change::Set(Box::new(set)));
        changes.extend(codes.into_iter().map(|code| Change::Code(Box::new(code))));
    }
    changes
}

/// The code that all is logged with; `None` where the centre has none for these calls.
pub(crate) fn code() -> Option<LoggedCode> {
    let sets = centre::disposition_sets();
    let scope = CodeScope {
        direction: Direction::Inbound,
        ring_group: Some(RING_GROUP),
        of_agent: &[],
        today: Day(0),
    };
    let mut codes = on_offer(&sets, &scope)?.sets.into_iter().flat_map(|set| &set.codes);
    let code = codes.find(|code| !code.retired && !code.requires_notes)?;
    Some(LoggedCode::plain(code.id, code.label.clone()))
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
        key: call_key(n),
        source: "pbx".to_owned(),
        state: CallState::Ended,
        kind: Some(CallType::Inbound),
        direction: Direction::Inbound,
        from: Some(number(n)),
        to: Some("911000001".to_owned()),
        did: Some("911000001".to_owned()),
        ring_group: Some(RING_GROUP.to_owned()),
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
        explanation: vec![Explained::new("type.inbound_answered", &[("wait_ms", "4000")])],
        engagements: vec![part],
    }
}

/// Call `n`, ended; its wrap-up is owed, or was logged.
pub(crate) fn ended_call(n: usize, logged: bool) -> Vec<Change> {
    let candidate =
        Candidate { person: person_id(n), tier: Tier::E, field: PhoneField::Phone, stored_as: number(n) };
    let party = Some(PartyLink { person: Some(person_id(n)), by: SettledBy::OneMatch });
    let mut activity = Activity { archived: true, party, ..Activity::open(call_key(n), vec![candidate]) };
    let mut wrapup = Wrapup {
        state: WrapupState::Open,
        opened_at: Some(at(n + 60)),
        ..Wrapup::new(engagement_key(n), call_key(n), agent(n))
    };
    let call = Change::Call(Box::new(call(n)));
    if !logged {
        let opened = Change::WrapupOpened(Box::new(wrapup));
        return vec![call, Change::ActivityOpened(Box::new(activity)), opened];
    }
    wrapup.state = WrapupState::Logged;
    wrapup.closed_at = Some(at(n + 90));
    wrapup.closed_by = Some(UserId(id(5, 1)));
    wrapup.draft = Draft { revision: 1, notes: NOTES.to_owned(), ..Draft::default() };
    wrapup.code = code();
    wrapup.notes = Some(NOTES.to_owned());
    wrapup.party = party;
    activity.outcome = Became::Logged;
    activity.agent = Some(wrapup.agent.clone());
    activity.code.clone_from(&wrapup.code);
    activity.notes.clone_from(&wrapup.notes);
    activity.logged_at = wrapup.closed_at;
    vec![call, Change::ActivityOpened(Box::new(activity)), Change::Wrapup(Box::new(wrapup))]
}

/// Whether this is what Log leaves of wrap-up `n`.
pub(crate) fn is_logged(n: usize, wrapup: &Wrapup) -> bool {
    wrapup.state == WrapupState::Logged
        && wrapup.code == code()
        && wrapup.notes.as_deref() == Some(NOTES)
        && wrapup.party.and_then(|party| party.person) == Some(person_id(n))
        && wrapup.draft.notes == NOTES
}
