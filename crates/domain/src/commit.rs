//! A Commit: everything one decision changes, as plain typed data. The store makes it durable whole or
//! not at all; only then is it acknowledged or shown. Rows, SQL and the order of writing are the store's.

mod entries;

pub use entries::{AgentStateEntry, FrameChunk};

use crate::account::{OneTimeLink, Session, TokenHash, User};
use crate::activity::Activity;
use crate::audit::AuditEntry;
use crate::bulk::{Bulk, BulkItem};
use crate::call::CallRecord;
use crate::case::Case;
use crate::centre::Centre;
use crate::completeness::crm_check::{CrmCheck, CrmCheckFailure};
use crate::completeness::missing::MissingCall;
use crate::completeness::run::Reconciliation;
use crate::correction::Correction;
use crate::dial::Dial;
use crate::directory::{Person, RecordKeys};
use crate::disposition::{DispositionCode, DispositionSet};
use crate::duty::AgentMode;
use crate::event::QueuePlace;
use crate::follow_up::FollowUp;
use crate::id::{
    At, CallKey, EndpointId, ImportId, NoticeId, PersonId, ReconciliationId, ReportId, TenantId, UserId,
    ViewId,
};
use crate::import::{Import, PastCall, Progress};
use crate::list_view::ListView;
use crate::message::Message;
use crate::mirror::{CrmUser, Joined, MirroredUpTo, RemoteId};
use crate::notice::News;
use crate::notice::delivery::Attempted;
use crate::notice::endpoint::{Endpoint, Fared};
use crate::outbox::{Attempt, FiledState, FollowUpFiled, Subject};
pub use crate::precondition::Precondition;
use crate::report::calendar::Calendar;
use crate::report_mail::ReportMail;
use crate::saved_report::SavedReport;
use crate::wrapup::Wrapup;

/// One decision's changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The tenant all of it belongs to.
    pub tenant: TenantId,
    /// What must still hold when it is written.
    pub preconditions: Vec<Precondition>,
    /// What changes, in order.
    pub changes: Vec<Change>,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Raw bytes of a source were received.
    Frames(FrameChunk),
    /// Calls before this chunk need no replay after a restart.
    ResumeFrom {
        /// The source.
        source: String,
        /// Number of the first chunk that is still needed.
        chunk: u64,
    },
    /// Chunks received before this, and before the resume point, are thrown away.
    ForgetFrames {
        /// The source.
        source: String,
        /// Received before this.
        before: At,
    },
    /// These are in the queues of a source now, and nobody else. Each queue has an interface once.
    QueueMembers {
        /// The source.
        source: String,
        /// Who is where.
        members: Vec<QueuePlace>,
    },
    /// The call is now this; replaces what was known of it.
    Call(Box<CallRecord>),
    /// What was thought a call of its own turned out to be part of another; engagements and wrap-ups
    /// move with [`Change::Call`] and [`Change::Wrapup`] of the other, the first one's row and Activity go. What of it may be
    /// in the CRM is noted, to be taken away there.
    CallMerged {
        /// The call that is no more.
        from: CallKey,
        /// The call it is part of.
        into: CallKey,
    },
    /// The wrap-up becomes owed, unless it is already owed or closed; its draft stays.
    WrapupOpened(Box<Wrapup>),
    /// The wrap-up is now this.
    Wrapup(Box<Wrapup>),
    /// An Activity begins; nothing where it exists already.
    ActivityOpened(Box<Activity>),
    /// The Activity is now this. One that was archived stays archived: its call may end between the reading
    /// and the writing of a Log.
    Activity(Box<Activity>),
    /// The call of the Activity is over: archived, and `NoWrapup` where it is still `Open` and no
    /// wrap-up of the call is owed. Nothing else changes.
    ActivityArchived {
        /// The Activity.
        key: CallKey,
        /// Whether any engagement owes or owed a wrap-up.
        owes_wrapup: bool,
    },
    /// What was filed of a call was corrected; nothing where this correction is written down already.
    Correction(Box<Correction>),
    /// A record of the directory is now this, found under these keys. Where any of them is new to it, calls may wait for
    /// it: the store notes that until [`Change::LateOwnerDone`].
    Person {
        /// The record.
        person: Box<Person>,
        /// Every key of its numbers.
        keys: RecordKeys,
    },
    /// A record is found under these keys now, its numbers having been read by another basis; the record itself
    /// and its version stay. Nothing where it is not at this version any more: whoever changed it gave it keys.
    PersonRekeyed {
        /// The record.
        id: PersonId,
        /// The version whose numbers were read.
        version: u64,
        /// Every key of its numbers.
        keys: RecordKeys,
    },
    /// The calls that waited for a record at this version have been filed, or are nobody's; nothing where its numbers
    /// changed since.
    LateOwnerDone {
        /// The record.
        person: PersonId,
        /// The version whose numbers were looked for.
        version: u64,
    },
    /// The call ended, and a record is to be made for its number where still nobody has it: the store notes that until
    /// [`Change::CallerLookedAfter`].
    CallerWanted(CallKey),
    /// The record of a call's number was made, or is not needed.
    CallerLookedAfter(CallKey),
    /// A call ended and left a message: from now on it is somebody's work, once a call. Nothing where people have done
    /// something with it already.
    MessageLeft(Box<Message>),
    /// A call that was thought to have left a message did not; nothing where people have done something with it already.
    MessageWithdrawn(CallKey),
    /// The work on a message stands like this now.
    Message(Box<Message>),
    /// The sound of a message was copied, or will not be: nobody needs to look for it any more.
    MessageSoundSettled(CallKey),
    /// A record of the directory is gone; Activities keep a link to its id.
    PersonDeleted(PersonId),
    /// The tenant's directory mirrors this organisation of a CRM from now on: Activities that are settled from then on, and
    /// records that are made here, are noted in the outbox. Another organisation than before is inconsistent.
    CrmFollowed {
        /// Its id there.
        organisation: String,
    },
    /// A record of the directory is now this, as the CRM has it. It is in no outbox because of it.
    PersonMirrored {
        /// The record.
        person: Box<Person>,
        /// Every key of its numbers.
        keys: RecordKeys,
        /// Its id there.
        remote: RemoteId,
        /// The Contact of a person who is an account of their own.
        twin: Option<RemoteId>,
        /// Whether calls may wait for it, as with [`Change::Person`]; not so with a first load.
        awaited: bool,
    },
    /// A Case is now this, as the CRM has it. Its number is the CRM's, unless another Case here has it.
    CaseMirrored {
        /// The Case.
        case: Box<Case>,
        /// Its id there.
        remote: RemoteId,
    },
    /// A record that was made here has this id there now.
    Joined(Joined),
    /// A record is part of another now, having been merged into it or converted: what hung on it hangs on that, the ids it
    /// had there mean that, and the first one's row goes. Activities that are in the CRM are noted in the outbox. Nothing
    /// where either is not there.
    PersonBecame {
        /// The record that is no more.
        from: PersonId,
        /// What it is part of.
        into: PersonId,
    },
    /// A user of the CRM is now this.
    CrmUser(Box<CrmUser>),
    /// A kind of records was read up to here.
    MirroredUpTo(MirroredUpTo),
    /// It was carried out as it stood at this version: nothing is left to do, unless it changed since.
    CarriedOut {
        /// What.
        subject: Subject,
        /// How it stood.
        version: u64,
        /// What of it is there now; with Activities.
        filed: Option<FiledState>,
    },
    /// It was tried and not carried out. Nothing where it is not in the outbox any more.
    OutboxTried(Box<Attempt>),
    /// Somebody says: try again what was refused; `despite_duplicates`: make it although others are like it. Nothing where
    /// it is not refused any more.
    OutboxAgain {
        /// What.
        subject: Subject,
        /// Whether it is made although others are like it.
        despite_duplicates: bool,
    },
    /// Somebody says: leave it. It is in the outbox no more, until it changes again.
    OutboxLeft(Subject),
    /// The record of an Activity was looked for in the CRM and is not there any more. Nothing where it is another record by
    /// now, or where anything of the Activity is in the outbox.
    GoneThere {
        /// The call.
        call: CallKey,
        /// The record that was looked for.
        record: RemoteId,
    },
    /// Somebody says: the Activity is to be in the CRM, once more where somebody deleted it there. It is noted in the outbox,
    /// and what we know of a record that was deleted is forgotten. Nothing where it is there as far as we know, is in the outbox
    /// already, is not settled or came of an import, and where no CRM is mirrored.
    FileAgain(CallKey),
    /// A day was compared with the CRM, and this was found; what was found of it before goes, and that it could not be compared.
    /// Of more than [`MAX_CHECKS`](crate::completeness::crm_check::MAX_CHECKS) those that were compared first are forgotten.
    CrmCheck(Box<CrmCheck>),
    /// A day could not be compared with the CRM; what was kept of that before goes. Of more than
    /// [`MAX_FAILURES`](crate::completeness::crm_check::MAX_FAILURES) the oldest days are forgotten.
    CrmCheckFailed(Box<CrmCheckFailure>),
    /// An endpoint is now this: from now on it is told what it asks for.
    Endpoint(Box<Endpoint>),
    /// An endpoint is gone, with its secrets and what it was told.
    EndpointRemoved(EndpointId),
    /// How a delivery went for the endpoint as a whole; nothing where it is not there any more.
    EndpointFared {
        /// The endpoint.
        endpoint: EndpointId,
        /// How it went.
        how: Fared,
        /// When.
        at: At,
    },
    /// Endpoints are told this: those that ask for it, or the one that is named, asked or not. What follows from calls
    /// the store adds by itself, as [`crate::notice::decide`] says.
    Told {
        /// What.
        news: Box<News>,
        /// Whom alone.
        only: Option<EndpointId>,
    },
    /// Wrap-ups that became late up to here were told.
    LateToldUpTo(At),
    /// An endpoint was told something, or was not reached; nothing where it is to be told it no more.
    DeliveryTried(Box<Attempted>),
    /// Somebody says: tell the endpoint these again, whatever became of them. Those that are not there are passed over.
    DeliveriesAgain {
        /// The endpoint.
        endpoint: EndpointId,
        /// What.
        notices: Vec<NoticeId>,
        /// Not before this.
        not_before: At,
    },
    /// What was so before this is told no more and thrown away, so many notices at most.
    ForgetNotices {
        /// The time.
        before: At,
        /// How many at most.
        most: usize,
    },
    /// A Case is now this. One that is new (number 0) gets the tenant's next number.
    Case(Box<Case>),
    /// A number was clicked.
    Dial(Box<Dial>),
    /// What an agent said of themselves is now this.
    Mode(Box<AgentMode>),
    /// What an agent is doing, and since when; nothing where that is what was stored last. What they did before
    /// ended then.
    AgentState(Box<AgentStateEntry>),
    /// The centre's settings are now these.
    Centre(Box<Centre>),
    /// Days and months of reports are those of this calendar from now on. Where they were of another, rollups answer nothing
    /// until all calls are counted anew by [`Change::ReportFill`].
    ReportCalendar(Box<Calendar>),
    /// So many more calls are counted for reports; nothing where none are left.
    ReportFill {
        /// How many at most.
        calls: usize,
    },
    /// What reports see of whole days is kept so that it is read faster. Nothing that can be read is another after it.
    ReportPack {
        /// Days that ended before.
        before: At,
        /// Until they have so many calls; a day is never packed in part.
        calls: usize,
    },
    /// An import is now this; how far it is stays, and is [`Progress::default`] where it is new.
    Import(Box<Import>),
    /// An import, or its check, is so far; nothing where there is no such import.
    ImportWentOn {
        /// The import.
        id: ImportId,
        /// How far.
        progress: Box<Progress>,
    },
    /// An import is forgotten. The calls that came of it stay.
    ImportRemoved(ImportId),
    /// A call of the past, with its Activity; nothing where the call is there already. Neither is in any outbox because of
    /// it, now or when it changes: where it came from it may be in the CRM as well.
    PastCall(Box<PastCall>),
    /// A file that is compared with what is known, and what was found, is now this.
    Reconciliation(Box<Reconciliation>),
    /// It is forgotten. What was found missing by it stays.
    ReconciliationRemoved(ReconciliationId),
    /// A call that a file tells of and nobody heard is now this.
    MissingCall(Box<MissingCall>),
    /// A call that only a file told of is none after all: it is known by another id.
    MissingCallRemoved(CallKey),
    /// A view of the list of Activities is now this.
    View(Box<ListView>),
    /// A view is gone.
    ViewRemoved(ViewId),
    /// Somebody begins with this view from now on; `None`: with none.
    FirstView {
        /// Who.
        user: UserId,
        /// The view.
        view: Option<ViewId>,
    },
    /// A saved report is now this.
    Report(Box<SavedReport>),
    /// A saved report is gone, and its mails with it.
    ReportRemoved(ReportId),
    /// A mail of a saved report is now this; nothing where there is no such report. Of more than
    /// [`MAX_MAILS_KEPT`](crate::report_mail::MAX_MAILS_KEPT) those that are over and older than
    /// [`MAILS_KEPT_US`](crate::report_mail::MAILS_KEPT_US) are forgotten.
    ReportMail(Box<ReportMail>),
    /// A correction of many Activities is now this.
    Bulk(Box<Bulk>),
    /// This became of one of its calls.
    BulkItem(Box<BulkItem>),
    /// Somebody changed something.
    Audit(Box<AuditEntry>),
    /// A follow-up was carried out at this version of its entry in the outbox, and this became of it there.
    FollowUpCarried {
        /// The call.
        call: CallKey,
        /// How its entry stood.
        version: u64,
        /// What became of it.
        filed: Box<FollowUpFiled>,
    },
    /// The follow-up of a call is now this. What follows from the code of an Activity the store adds by itself, as
    /// [`crate::follow_up::following`] says.
    FollowUp(Box<FollowUp>),
    /// A set is now this; its codes are saved apart.
    Set(Box<DispositionSet>),
    /// A code is now this.
    Code(Box<DispositionCode>),
    /// A user is now this.
    User(Box<User>),
    /// A session is now this.
    Session(Session),
    /// A session ended.
    SessionEnded(TokenHash),
    /// Sessions that expired before this are thrown away.
    ForgetSessions {
        /// The time.
        expired_before: At,
    },
    /// Every session of the user ended.
    SessionsEnded(UserId),
    /// A one-time link was made.
    Link(OneTimeLink),
    /// A one-time link was used up.
    LinkUsed(TokenHash),
}

impl Commit {
    /// A Commit that rests on nothing.
    pub fn of(tenant: TenantId, changes: Vec<Change>) -> Self {
        Commit { tenant, preconditions: Vec::new(), changes }
    }
}
