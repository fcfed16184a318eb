//! Notices: what other programs are told of calls, by outgoing webhooks. A notice follows from what a Commit changes
//! ([`decide`]) and is stored in its transaction; [`endpoint`] is who is told, [`delivery`] what becomes of telling them.
//! How a notice reads on the wire is not here, nor how it gets there.

pub mod decide;
pub mod delivery;
pub mod endpoint;

use crate::activity::{Activity, Outcome};
use crate::audit::FieldChange;
use crate::call::{CallRecord, CallType, Direction};
use crate::correction::Correction;
use crate::disposition::LoggedCode;
use crate::id::{
    AgentKey, At, AuditId, CallKey, CaseId, EngagementKey, NoticeId, PersonId, TenantId, UserId,
};
use crate::wrapup::Wrapup;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is told. The word is the `type` of the webhook and is never given another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NoticeKind {
    /// A call is over and logged.
    #[serde(rename = "activity.logged")]
    ActivityLogged,
    /// Every agent who owed a wrap-up said Do not log.
    #[serde(rename = "activity.not_logged")]
    ActivityNotLogged,
    /// Nobody logged it, and the time of one who owed it was up.
    #[serde(rename = "activity.undispositioned")]
    ActivityUndispositioned,
    /// What was filed was put right.
    #[serde(rename = "activity.corrected")]
    ActivityCorrected,
    /// A call was missed.
    #[serde(rename = "call.missed")]
    CallMissed,
    /// The caller gave up before any agent answered.
    #[serde(rename = "call.abandoned")]
    CallAbandoned,
    /// The caller left a message.
    #[serde(rename = "call.voicemail")]
    CallVoicemail,
    /// What was told as a call of its own turned out to be part of another.
    #[serde(rename = "call.merged")]
    CallMerged,
    /// An agent's After Call Work takes long.
    #[serde(rename = "wrapup.late")]
    WrapupLate,
    /// Somebody tries an endpoint out.
    #[serde(rename = "webhook.test")]
    Test,
}

impl NoticeKind {
    /// Those that an endpoint can ask for.
    pub const ASKED_FOR: [NoticeKind; 9] = [
        NoticeKind::ActivityLogged,
        NoticeKind::ActivityNotLogged,
        NoticeKind::ActivityUndispositioned,
        NoticeKind::ActivityCorrected,
        NoticeKind::CallMissed,
        NoticeKind::CallAbandoned,
        NoticeKind::CallVoicemail,
        NoticeKind::CallMerged,
        NoticeKind::WrapupLate,
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            NoticeKind::ActivityLogged => "activity.logged",
            NoticeKind::ActivityNotLogged => "activity.not_logged",
            NoticeKind::ActivityUndispositioned => "activity.undispositioned",
            NoticeKind::ActivityCorrected => "activity.corrected",
            NoticeKind::CallMissed => "call.missed",
            NoticeKind::CallAbandoned => "call.abandoned",
            NoticeKind::CallVoicemail => "call.voicemail",
            NoticeKind::CallMerged => "call.merged",
            NoticeKind::WrapupLate => "wrapup.late",
            NoticeKind::Test => "webhook.test",
        }
    }

    /// The kind that an endpoint asks for by this word.
    pub fn asked_for(word: &str) -> Option<NoticeKind> {
        NoticeKind::ASKED_FOR.into_iter().find(|kind| kind.word() == word)
    }
}

/// Something that is told, before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// What is told.
    pub kind: NoticeKind,
    /// When it was so.
    pub at: At,
    /// What is told of it.
    pub body: NoticeBody,
}

/// Something that is told, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id, by which a receiver knows it again however often it comes.
    pub id: NoticeId,
    /// What is told.
    pub kind: NoticeKind,
    /// When it was so.
    pub at: At,
    /// What is told of it.
    pub body: NoticeBody,
}

impl News {
    /// The notice, the tenant's `nth`.
    pub fn numbered(self, tenant: TenantId, nth: u64) -> Notice {
        let id = NoticeId::derived(tenant, self.kind.word(), self.body.subject(), nth, self.at);
        Notice { id, kind: self.kind, at: self.at, body: self.body }
    }
}

/// What is told of something, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum NoticeBody {
    /// Of an Activity and its call.
    Activity(Box<ActivityTold>),
    /// Of a correction.
    Correction(Box<CorrectionTold>),
    /// Of a call that is part of another.
    Merged {
        /// The call that is no more.
        from: CallKey,
        /// The call that it is part of.
        into: CallKey,
    },
    /// Of a wrap-up.
    Wrapup(WrapupTold),
    /// Of an endpoint that is tried out.
    Test {
        /// The endpoint's id.
        endpoint: Uuid,
    },
}

/// An Activity as it is told. Of people and Cases nothing but their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityTold {
    /// The call, and the Activity.
    pub call: CallKey,
    /// What the call turned out to be.
    pub kind: Option<CallType>,
    /// Which way it went.
    pub direction: Direction,
    /// What became of the wrap-ups.
    pub outcome: Outcome,
    /// The customer's number, as the phone system gave it.
    pub number: Option<String>,
    /// The ring group.
    pub ring_group: Option<String>,
    /// When it began.
    pub started_at: At,
    /// When an agent and the customer were first connected.
    pub answered_at: Option<At>,
    /// When it ended.
    pub ended_at: Option<At>,
    /// How long the customer waited, in milliseconds.
    pub wait_ms: Option<i64>,
    /// How long they talked, in milliseconds.
    pub talk_ms: i64,
    /// The agent whose it is.
    pub agent: Option<AgentKey>,
    /// When it was logged.
    pub logged_at: Option<At>,
    /// The code.
    pub code: Option<LoggedCode>,
    /// The notes. An endpoint is told them only where it is said so.
    pub notes: Option<String>,
    /// The person it is filed on.
    pub person: Option<PersonId>,
    /// The Case it is related to.
    pub case: Option<CaseId>,
    /// Counts its corrections.
    pub revision: u64,
}

/// A correction as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionTold {
    /// Its id.
    pub id: AuditId,
    /// Who made it.
    pub by: UserId,
    /// The correction that it undid.
    pub undoes: Option<AuditId>,
    /// The names of the fields that differ since.
    pub fields: Vec<String>,
    /// The Activity since.
    pub activity: ActivityTold,
}

/// A wrap-up as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapupTold {
    /// The wrap-up, and the agent's part of the call.
    pub wrapup: EngagementKey,
    /// The call.
    pub call: CallKey,
    /// The agent.
    pub agent: AgentKey,
    /// Since when it is owed.
    pub opened_at: At,
}

impl ActivityTold {
    /// What is told of an Activity and its call.
    pub fn of(call: &CallRecord, activity: &Activity) -> Self {
        ActivityTold {
            call: call.key,
            kind: call.kind,
            direction: call.direction,
            outcome: activity.outcome,
            number: call.customer_number().map(str::to_owned),
            ring_group: call.ring_group.clone(),
            started_at: call.started_at,
            answered_at: call.answered_at,
            ended_at: call.ended_at,
            wait_ms: call.wait_ms,
            talk_ms: call.talk_ms,
            agent: activity.agent_in(call).cloned(),
            logged_at: activity.logged_at,
            code: activity.code.clone(),
            notes: activity.notes.clone(),
            person: activity.party.and_then(|party| party.person),
            case: activity.case(),
            revision: activity.revision,
        }
    }
}

impl CorrectionTold {
    /// What is told of a correction, with the Activity as it is since.
    pub fn of(correction: &Correction, activity: ActivityTold) -> Self {
        let Correction { id, by, undoes, .. } = *correction;
        let name = |change: &FieldChange| change.field.clone();
        CorrectionTold { id, by, undoes, fields: correction.fields.iter().map(name).collect(), activity }
    }
}

impl WrapupTold {
    /// What is told of a wrap-up; nothing of one that was never owed.
    pub fn of(wrapup: &Wrapup) -> Option<Self> {
        let Wrapup { key, call, opened_at, .. } = *wrapup;
        Some(WrapupTold { wrapup: key, call, agent: wrapup.agent.clone(), opened_at: opened_at? })
    }
}

impl NoticeBody {
    /// The id of what it is about.
    pub fn subject(&self) -> Uuid {
        match self {
            NoticeBody::Activity(activity) => activity.call.0,
            NoticeBody::Correction(correction) => correction.id.0,
            NoticeBody::Merged { from, .. } => from.0,
            NoticeBody::Wrapup(wrapup) => wrapup.wrapup.0,
            NoticeBody::Test { endpoint } => *endpoint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_one_that_is_stored_and_can_be_asked_for() {
        for kind in NoticeKind::ASKED_FOR {
            assert_eq!(NoticeKind::asked_for(kind.word()), Some(kind));
        }
        assert_eq!(NoticeKind::asked_for("webhook.test"), None, "a test is asked for by its own button");
        assert_eq!(NoticeKind::asked_for("activity.Logged"), None);
    }

    #[test]
    fn the_same_news_twice_are_two_notices_and_those_of_another_tenant_others() {
        let news = || News {
            kind: NoticeKind::CallMerged,
            at: At(5),
            body: NoticeBody::Merged { from: CallKey(Uuid::from_u128(1)), into: CallKey(Uuid::from_u128(2)) },
        };
        let id = |tenant, nth| news().numbered(TenantId(tenant), nth).id;
        assert_eq!(id(1, 1), id(1, 1));
        assert_ne!(id(1, 1), id(1, 2));
        assert_ne!(id(1, 1), id(2, 1));
    }
}
