//! The text that each closed enum is stored as. A text in use must never change its meaning: rows hold it.

use super::agents::ModeKind;
use super::audit::SubjectKind;
use super::crm::{LinkPart, LocalKind};
use super::follow_ups::FollowUpKind;
use super::messages::StateKind;
use super::outbox::OutboxKind;
use crate::listing::Carried;
use domain::account::{LinkPurpose, Role};
use domain::activity::Outcome;
use domain::call::{CallState, CallType, Direction, HungUpBy, NoActivity, OfferResult, Via};
use domain::case::{CasePriority, CaseStatus};
use domain::completeness::ledger::LedgerClass;
use domain::directory::PersonKind;
use domain::duty::AgentState;
use domain::mirror::Mirrored;
use domain::notice::NoticeKind;
use domain::notice::delivery::DeliveryState;
use domain::wrapup::{SettledBy, WrapupState};

/// An enum with a stored text for each value.
pub(super) trait Code: Sized + Copy {
    /// The text stored for it.
    fn code(self) -> &'static str;
    /// The value that is stored so.
    fn from_code(code: &str) -> Option<Self>;
}

macro_rules! codes {
    ($($type:ident { $($variant:ident = $code:literal),+ $(,)? })+) => {$(
        impl Code for $type {
            fn code(self) -> &'static str {
                match self { $($type::$variant => $code,)+ }
            }

            fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some($type::$variant),)+ _ => None }
            }
        }
    )+};
}

codes! {
    Direction { Inbound = "inbound", Outbound = "outbound", Internal = "internal" }
    CallState { Live = "live", Ended = "ended" }
    CallType {
        Inbound = "inbound", Outbound = "outbound", OutboundMissed = "outbound_missed",
        Voicemail = "voicemail", ShortAbandoned = "short_abandoned", Abandoned = "abandoned",
        Missed = "missed", Internal = "internal",
    }
    Via {
        Queue = "queue", Direct = "direct", Transfer = "transfer", Consult = "consult",
        Outbound = "outbound", Conference = "conference", Internal = "internal",
        Listening = "listening",
    }
    OfferResult {
        Answered = "answered", Missed = "missed", Rejected = "rejected", Busy = "busy",
        CancelledByCaller = "cancelled_by_caller", AnsweredElsewhere = "answered_elsewhere",
        Unreachable = "unreachable",
    }
    NoActivity {
        InternalCall = "internal_call", AgentDidNotPickUp = "agent_did_not_pick_up",
        NoCustomer = "no_customer", ListeningIn = "listening_in",
    }
    HungUpBy { Customer = "customer", Agent = "agent", System = "system" }
    Outcome {
        Open = "open", Logged = "logged", NotLogged = "not_logged", Undispositioned = "undispositioned",
        NoWrapup = "no_wrapup",
    }
    LedgerClass {
        Open = "open", Logged = "logged", NotLogged = "not_logged", Undispositioned = "undispositioned",
        NoWrapup = "no_wrapup", InternalCall = "internal_call", AgentDidNotPickUp = "agent_did_not_pick_up",
        NoCustomer = "no_customer", ListeningIn = "listening_in", Gap = "gap",
    }
    WrapupState {
        Early = "early", Open = "open", Logged = "logged", NotLogged = "not_logged",
        Undispositioned = "undispositioned",
    }
    SettledBy {
        OneMatch = "one_match", Chosen = "chosen", Clicked = "clicked", Created = "created",
        NobodyMatches = "nobody_matches", Corrected = "corrected", Late = "late",
    }
    PersonKind {
        Contact = "contact", Lead = "lead", Account = "account", PersonAccount = "person_account",
    }
    Role { Agent = "agent", Supervisor = "supervisor", Admin = "admin" }
    CaseStatus { New = "new", Working = "working", Escalated = "escalated", Closed = "closed" }
    CasePriority { Low = "low", Medium = "medium", High = "high" }
    AgentState {
        Available = "available", Ringing = "ringing", OnCall = "on_call", AfterCallWork = "after_call_work",
        Away = "away",
    }
    ModeKind { Available = "available", Away = "away", Holding = "holding" }
    SubjectKind {
        Activity = "activity", Person = "person", Case = "case", Code = "code", Set = "set", User = "user",
        Wrapup = "wrapup", Message = "message", Centre = "centre", Endpoint = "endpoint", Import = "import",
        View = "view", Report = "report",
    }
    FollowUpKind { Open = "open", Done = "done", Withdrawn = "withdrawn" }
    StateKind { Open = "open", Taken = "taken", Done = "done" }
    LocalKind { Person = "person", Case = "case" }
    LinkPart { Main = "main", Twin = "twin", Former = "former" }
    Carried {
        Sent = "sent", Waiting = "waiting", Refused = "refused", DeletedThere = "deleted_there", Never = "never",
    }
    OutboxKind { Person = "person", Case = "case", Activity = "activity", Vanished = "vanished", FollowUp = "follow_up" }
    Mirrored {
        Users = "users", Accounts = "accounts", Contacts = "contacts", Leads = "leads", Cases = "cases",
    }
    NoticeKind {
        ActivityLogged = "activity.logged", ActivityNotLogged = "activity.not_logged",
        ActivityUndispositioned = "activity.undispositioned", ActivityCorrected = "activity.corrected",
        CallMissed = "call.missed", CallAbandoned = "call.abandoned", CallVoicemail = "call.voicemail",
        CallMerged = "call.merged", WrapupLate = "wrapup.late", Test = "webhook.test",
    }
    DeliveryState { Waiting = "waiting", Delivered = "delivered", Dead = "dead" }
    LinkPurpose { FirstAdmin = "first_admin", Password = "password" }
}
