//! Calls, matches and the panel as the API shows them.

use super::control::ControlsView;
use super::dial::DialTraceView;
use super::{
    ActivityLineView, CandidateView, CaseLineView, CodeChoiceView, CrmCountView, DraftView,
    InboxStandingView, LabelView, ListenerView, ListensView, MessageCountView, OpportunityView,
    PersonLineView, ReasonView, RelateView, word,
};
use crate::clock::rfc3339;
use domain::call::CallRecord;
use domain::directory::PersonLine;
use domain::matching::{AutoCreate, Match};
use domain::phone::OtherParty;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The facts of a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CallFactsView {
    /// Its id, also that of its Activity.
    pub id: Uuid,
    /// `inbound`, `outbound` or `internal`.
    pub direction: String,
    /// What it turned out to be; null while it lives.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The other party's number as the phone system gave it.
    pub number: Option<String>,
    /// The same for reading.
    pub number_display: Option<String>,
    /// `number`, `withheld`, `internal`, `own` or `unusable`.
    pub number_kind: String,
    /// Number of ours that was dialled.
    pub did: Option<String>,
    /// The ring group.
    pub ring_group: Option<String>,
    /// When it began.
    pub started_at: String,
    /// When agent and customer were first connected.
    pub answered_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Milliseconds of talk.
    pub talk_ms: i64,
    /// Milliseconds of it on hold.
    pub hold_ms: i64,
    /// Milliseconds the customer waited.
    pub wait_ms: Option<i64>,
}

impl CallFactsView {
    /// The facts of `call`, whose other party is `party`.
    pub fn of(call: &CallRecord, party: &OtherParty) -> Self {
        let (number_kind, number, number_display) = match party {
            OtherParty::Number(number) => ("number", Some(number.raw.clone()), Some(number.display.clone())),
            OtherParty::Withheld => ("withheld", None, None),
            OtherParty::Internal { digits } => ("internal", Some(digits.clone()), Some(digits.clone())),
            OtherParty::Own { e164 } => ("own", e164.clone(), e164.as_deref().map(domain::phone::display)),
            OtherParty::Unusable { raw } => ("unusable", Some(raw.clone()), Some(raw.clone())),
        };
        CallFactsView {
            id: call.key.0,
            direction: word(&call.direction),
            kind: call.kind.map(|kind| word(&kind)),
            number,
            number_display,
            number_kind: number_kind.to_owned(),
            did: call.did.clone(),
            ring_group: call.ring_group.clone(),
            started_at: rfc3339(call.started_at),
            answered_at: call.answered_at.map(rfc3339),
            ended_at: call.ended_at.map(rfc3339),
            talk_ms: call.talk_ms,
            hold_ms: call.hold_ms,
            wait_ms: call.wait_ms,
        }
    }
}

/// What the directory says of the number.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MatchView {
    /// `none`, `one` or `many`.
    pub kind: String,
    /// Why there can be none: `withheld`, `internal`, `own`, `unusable`.
    pub why: Option<String>,
    /// Every record that has it.
    pub candidates: Vec<CandidateView>,
    /// The record it was dialled from: the party, whatever else matches.
    pub clicked: Option<PersonLineView>,
    /// What Log makes when nobody is chosen and nobody matches.
    pub will_create: Option<String>,
}

impl MatchView {
    /// The match, with what the settings would make.
    pub fn of(found: &Match, clicked: Option<&PersonLine>, auto_create: AutoCreate) -> Self {
        MatchView {
            kind: word(&found.kind),
            why: found.why.map(|why| word(&why)),
            candidates: CandidateView::of(found),
            clicked: clicked.map(PersonLineView::from),
            will_create: found.will_create(auto_create).map(|kind| word(&kind)),
        }
    }
}

/// A call that rings this agent or that they are on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LiveCallView {
    /// The engagement, also the id of the wrap-up it will owe.
    pub engagement: Uuid,
    /// The call.
    pub call: CallFactsView,
    /// `ringing`, `connected` or `held`.
    pub state: String,
    /// How it came to the agent.
    pub via: String,
    /// When it began to ring.
    pub offered_at: String,
    /// When it was answered.
    pub answered_at: Option<String>,
    /// Who it may be.
    #[serde(rename = "match")]
    pub matched: MatchView,
    /// The last calls of the one who matches.
    pub last_calls: Vec<ActivityLineView>,
    /// What was entered so far.
    pub draft: DraftView,
    /// The codes.
    pub codes: Vec<CodeChoiceView>,
    /// What made these codes be on offer: `ring_group`, `agent` or `direction`; null where there are none.
    pub codes_from: Option<String>,
    /// What Log would relate now; null while the party is unsettled.
    pub relate: Option<RelateView>,
    /// The Opportunity that Log would relate besides; null: none.
    pub opportunity: Option<OpportunityView>,
    /// Open Cases of the party.
    pub cases: Vec<CaseLineView>,
    /// What can be asked of it.
    pub controls: ControlsView,
    /// Who listens in, where the settings let agents know.
    pub listeners: Vec<ListenerView>,
}

/// A wrap-up that is there to submit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WrapupView {
    /// Its id.
    pub id: Uuid,
    /// `open` or `undispositioned`.
    pub state: String,
    /// The call.
    pub call: CallFactsView,
    /// Since when it is owed.
    pub opened_at: String,
    /// Who it may be.
    #[serde(rename = "match")]
    pub matched: MatchView,
    /// What was entered so far.
    pub draft: DraftView,
    /// The codes.
    pub codes: Vec<CodeChoiceView>,
    /// What made these codes be on offer: `ring_group`, `agent` or `direction`; null where there are none.
    pub codes_from: Option<String>,
    /// The last calls of the one who matches.
    pub last_calls: Vec<ActivityLineView>,
    /// What Log would relate now; null while the party is unsettled.
    pub relate: Option<RelateView>,
    /// The Opportunity that Log would relate besides; null: none.
    pub opportunity: Option<OpportunityView>,
    /// Open Cases of the party.
    pub cases: Vec<CaseLineView>,
    /// When its time is up.
    pub deadline: Option<String>,
    /// Whether it is.
    pub late: bool,
    /// Whether the agent may take more time.
    pub can_extend: bool,
    /// Whether calls are offered though it is owed.
    pub released: bool,
}

/// The agent of a panel.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PanelAgentView {
    /// Their key in the phone system's map.
    pub key: String,
    /// Their name.
    pub name: String,
    /// `available`, `ringing`, `on_call`, `after_call_work` or `away`.
    pub state: String,
    /// Since when.
    pub since: String,
    /// What they said of themselves: `available`, `away` or `holding`.
    pub mode: String,
    /// Why they are away.
    pub away_reason: Option<String>,
}

/// An agent's state: all that the panel shows.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PanelView {
    /// Grows with every change.
    pub version: u64,
    /// The server's time.
    pub now: String,
    /// The agent.
    pub agent: PanelAgentView,
    /// Whether codes are on (P13).
    pub codes_enabled: bool,
    /// Whether codes are suggested while notes are taken.
    pub suggest_codes: bool,
    /// How many panels the agent has open (P9).
    pub instances: usize,
    /// Whether the phone system can be told to dial for this agent now.
    pub can_dial: bool,
    /// Whether the agent has a phone in the browser (`GET /me/phone`).
    pub web_phone: bool,
    /// The agent's last click to dial, while nothing was heard of it or where their own phone was not picked up.
    pub dial: Option<DialTraceView>,
    /// Whose call the agent listens in on.
    pub listens_to: Option<ListensView>,
    /// What an agent may say when they go away.
    pub away_reasons: Vec<LabelView>,
    /// The reasons of Do not log that can be given now.
    pub do_not_log_reasons: Vec<ReasonView>,
    /// Whether the record opens by itself where one matches.
    pub pop_single_match: bool,
    /// Ringing and connected calls, oldest first.
    pub calls: Vec<LiveCallView>,
    /// Wrap-ups owed, oldest first, then the newest that the timer closed, newest first.
    pub wrapups: Vec<WrapupView>,
    /// Whether the timer closed more than these.
    pub more_wrapups: bool,
    /// What waits for the agent, and how much may.
    pub inbox: InboxStandingView,
    /// How many messages wait for the agent and their ring groups, where any does.
    pub messages: Vec<MessageCountView>,
    /// How many of the agent's Activities are not in the CRM yet; null: none is mirrored.
    pub crm: Option<CrmCountView>,
}
