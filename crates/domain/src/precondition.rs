//! What a Commit rests on. How a store asks it is the store's; that it asks inside the transaction is what makes a decision on
//! what was read safe.

use crate::account::TokenHash;
use crate::activity::{Activity, ActivityStanding};
use crate::bulk::Became;
use crate::call::CallRecord;
use crate::id::{
    AgentKey, At, BulkId, CallKey, CaseId, CodeId, EndpointId, EngagementKey, ImportId, PersonId, ReportId,
    SetId, UserId, ViewId,
};
use crate::matching::MatchRule;
use crate::phone::PhoneKey;
use crate::wrapup::{Standing, Wrapup};

/// What a decision rested on; checked inside the transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// The wrap-up stands like this. Absent counts as [`Standing::NEW`].
    Wrapup {
        /// The wrap-up.
        key: EngagementKey,
        /// What was read of it.
        standing: Standing,
    },
    /// Still so many of the call's wrap-ups are closed, and so many of these by their agents: what became of
    /// the whole was decided on them.
    ClosedWrapups {
        /// The call.
        call: CallKey,
        /// How many of its wrap-ups are closed.
        closed: usize,
        /// How many of them an agent submitted.
        submitted: usize,
    },
    /// The Activity stands like this. Absent counts as [`ActivityStanding::NEW`].
    Activity {
        /// The call.
        key: CallKey,
        /// What was read of it.
        standing: ActivityStanding,
    },
    /// The call is exactly this.
    Call(Box<CallRecord>),
    /// The message is at this revision; `None`: there is none.
    Message {
        /// The call that left it.
        call: CallKey,
        /// Its revision.
        revision: Option<u64>,
    },
    /// The Case exists.
    CaseExists {
        /// The Case.
        id: CaseId,
    },
    /// The Case is at this version.
    CaseVersion {
        /// The Case.
        id: CaseId,
        /// Its version.
        version: u64,
    },
    /// What the agent last said of themselves is at this version.
    ModeVersion {
        /// The agent.
        agent: AgentKey,
        /// Its version.
        version: u64,
    },
    /// The centre's settings are at this version.
    CentreVersion {
        /// Their version.
        version: u64,
    },
    /// No record of the tenant that is matched has any of these keys: the lock per tenant and number of auto-create.
    NumberUnclaimed {
        /// The keys that a look-up would try.
        keys: Vec<PhoneKey>,
        /// Which records are matched.
        rule: MatchRule,
    },
    /// The record exists.
    PersonExists {
        /// The record.
        id: PersonId,
    },
    /// The record is at this version.
    PersonVersion {
        /// The record.
        id: PersonId,
        /// Its version.
        version: u64,
    },
    /// The code is at this version.
    CodeVersion {
        /// The code.
        id: CodeId,
        /// Its version.
        version: u64,
    },
    /// The set is at this version.
    SetVersion {
        /// The set.
        id: SetId,
        /// Its version.
        version: u64,
    },
    /// The follow-up of the call is at this version.
    FollowUpVersion {
        /// The call.
        call: CallKey,
        /// Its version; 0: it has none.
        version: u64,
    },
    /// The import is at this version.
    ImportVersion {
        /// The import.
        id: ImportId,
        /// Its version.
        version: u64,
    },
    /// The user is at this version.
    UserVersion {
        /// The user.
        id: UserId,
        /// Its version.
        version: u64,
    },
    /// Nobody else of the tenant signs in with this.
    LoginFree {
        /// The login; compared without case.
        login: String,
        /// The user who may have it.
        except: Option<UserId>,
    },
    /// The tenant has no user yet.
    NoUsers,
    /// No other active user is this agent: two would each be asked for the same wrap-ups.
    AgentFree {
        /// The agent.
        agent: AgentKey,
        /// The user who may be this agent.
        except: UserId,
    },
    /// Another active user than this one is an administrator.
    OtherAdmin {
        /// Who does not count.
        except: UserId,
    },
    /// The one-time link exists, unused, and has not expired at `now`.
    LinkValid {
        /// Its hash.
        hash: TokenHash,
        /// The time of the decision.
        now: At,
    },
    /// The endpoint is at this version.
    EndpointVersion {
        /// The endpoint.
        id: EndpointId,
        /// Its version.
        version: u64,
    },
    /// The call that a file tells of is at this version.
    MissingVersion {
        /// The call.
        key: CallKey,
        /// Its version.
        version: u64,
    },
    /// Nothing is stored of the call.
    CallUnknown {
        /// The call.
        key: CallKey,
    },
    /// The view is at this version.
    ViewVersion {
        /// The view.
        id: ViewId,
        /// Its version.
        version: u64,
    },
    /// Somebody keeps so many views.
    ViewsKept {
        /// Who.
        owner: UserId,
        /// How many.
        count: u64,
    },
    /// The saved report is at this version.
    ReportVersion {
        /// The report.
        id: ReportId,
        /// Its version.
        version: u64,
    },
    /// Somebody keeps so many reports.
    ReportsKept {
        /// Who.
        owner: UserId,
        /// How many.
        count: u64,
    },
    /// The mail of a saved report is at this version; 0: there is none.
    ReportMailVersion {
        /// The report.
        report: ReportId,
        /// When it was due.
        due: At,
        /// Its version.
        version: u64,
    },
    /// This became of one of the calls of a correction of many; `None`: nothing yet.
    BulkItem {
        /// Of which.
        bulk: BulkId,
        /// The call.
        call: CallKey,
        /// What was read of it.
        became: Option<Became>,
    },
    /// Late wrap-ups were told up to here and no further; `None`: none ever were.
    LateToldUpTo(Option<At>),
    /// The session's current token is still this one.
    SessionAt {
        /// The session.
        id: TokenHash,
        /// Hash of its current token.
        current: TokenHash,
    },
}

impl Precondition {
    /// The Activity stands as it was read.
    pub fn activity(read: &Activity) -> Self {
        Precondition::Activity { key: read.key, standing: read.standing() }
    }

    /// The wrap-up stands as it was read.
    pub fn wrapup(read: &Wrapup) -> Self {
        Precondition::Wrapup { key: read.key, standing: read.standing() }
    }
}
