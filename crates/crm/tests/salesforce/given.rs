//! Activities to be filed.

use super::org::START;
use crm::{Carried, Filing, RemoteParty};
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallState, CallType, Direction};
use domain::directory::PersonKind;
use domain::disposition::{Label, LoggedCode};
use domain::id::{CallKey, CodeId, TenantId};
use domain::mirror::RemoteId;
use domain::outbox::Filed;
use uuid::Uuid;

pub(crate) fn id(text: impl Into<String>) -> RemoteId {
    RemoteId(text.into())
}

/// The `nth` call, which came in, was answered and is over.
pub(crate) fn call(nth: usize) -> CallRecord {
    let key = CallKey::derived(TenantId(1), "pbx", &nth.to_string(), Some(START));
    CallRecord {
        key,
        source: "pbx".to_owned(),
        state: CallState::Ended,
        kind: Some(CallType::Inbound),
        direction: Direction::Inbound,
        from: Some(format!("+3460{nth:07}")),
        to: Some("+34911000000".to_owned()),
        did: Some("+34911000000".to_owned()),
        ring_group: Some("ventas".to_owned()),
        started_at: START,
        answered_at: Some(START.plus_millis(8_000)),
        ended_at: Some(START.plus_millis(68_500)),
        waiting_since: None,
        wait_ms: Some(8_000),
        talk_ms: 60_500,
        hold_ms: 0,
        recording: None,
        voicemail: None,
        hung_up_by: None,
        no_activity: None,
        inferred: false,
        explanation: Vec::new(),
        engagements: Vec::new(),
    }
}

/// The `nth` call as an agent logged it, with nobody in particular.
pub(crate) fn logged(nth: usize) -> Filing {
    let call = call(nth);
    let mut activity = Activity::open(call.key, Vec::new());
    activity.outcome = Outcome::Logged;
    activity.archived = true;
    let label = Label { es: "Venta cerrada".to_owned(), en: "Sale closed".to_owned() };
    activity.code = Some(LoggedCode::plain(CodeId(Uuid::from_u128(7)), label));
    activity.notes = Some(format!("Nota {nth}"));
    activity.logged_at = Some(START.plus_millis(90_000));
    Filing {
        activity,
        call,
        party: None,
        case: None,
        opportunity: None,
        agent: None,
        agent_name: Some("Ana Ruiz".to_owned()),
        recording_url: None,
        before: None,
        in_doubt: false,
        again: false,
    }
}

/// The `nth` call, which nobody logged.
pub(crate) fn not_logged(nth: usize) -> Filing {
    let mut filing = logged(nth);
    filing.activity.outcome = Outcome::NotLogged;
    filing.activity.code = None;
    filing.activity.notes = None;
    filing.activity.logged_at = None;
    filing
}

pub(crate) fn party(kind: PersonKind, record: &str) -> RemoteParty {
    RemoteParty { kind, id: id(record), account: None, twin: None }
}

/// What is there, of something that was carried out.
#[track_caller]
pub(crate) fn filed(carried: &Carried) -> Filed {
    match carried {
        Carried::Filed(filed) => filed.clone(),
        other => panic!("not filed: {other:?}"),
    }
}
