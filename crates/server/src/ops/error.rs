//! Why an operation was not done, in codes that clients word for their reader (docs/api.md, "Errors").
//! Internal detail goes to the log where the error is made into an answer, never to the client.

use crate::phones::NotDone;
use crm::CrmError;
use domain::centre::{CentreFault, CentreRefused};
use domain::disposition::CodeRefused;
use domain::wrapup::submit::SubmitRefused;
use serde_json::Value;
use std::borrow::Cow;
use store::{CommitError, ReadError};

/// What went wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldFault {
    /// Nothing in it.
    Empty,
    /// More than fits.
    TooLong,
    /// Less than is safe.
    TooShort,
    /// Names something that does not exist.
    Unknown,
    /// Somebody else has it.
    Taken,
    /// It would leave nobody who can administrate.
    LastAdmin,
    /// No number can be made of it.
    NotANumber,
    /// Each call of a number would make a record again.
    WouldRepeat,
    /// It was saved, and can only be retired.
    RetireInstead,
    /// It is no text in UTF-8.
    NotText,
    /// An address of mail with letters that not every mail server takes.
    NotAscii,
    /// No address of the web can be made of it.
    NotAnAddress,
    /// The address is not encrypted.
    NotEncrypted,
    /// The address is in a network that is not called.
    ForbiddenNetwork,
}

impl FieldFault {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            FieldFault::Empty => "empty",
            FieldFault::TooLong => "too_long",
            FieldFault::TooShort => "too_short",
            FieldFault::Unknown => "unknown",
            FieldFault::Taken => "taken",
            FieldFault::LastAdmin => "last_admin",
            FieldFault::NotANumber => "not_a_number",
            FieldFault::WouldRepeat => "would_repeat",
            FieldFault::RetireInstead => "retire_instead",
            FieldFault::NotText => "not_text",
            FieldFault::NotAscii => "not_ascii",
            FieldFault::NotAnAddress => "not_an_address",
            FieldFault::NotEncrypted => "not_encrypted",
            FieldFault::ForbiddenNetwork => "forbidden_network",
        }
    }
}

/// Why an operation was not done.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// No such thing in this tenant.
    #[error("not found")]
    NotFound,
    /// Not for this user.
    #[error("forbidden")]
    Forbidden,
    /// No valid access token.
    #[error("unauthenticated")]
    Unauthenticated,
    /// Wrong login or password.
    #[error("invalid credentials")]
    InvalidCredentials,
    /// The session is over.
    #[error("session expired")]
    SessionExpired,
    /// Too many failed log-ins from here.
    #[error("too many attempts")]
    TooManyAttempts {
        /// Seconds until the next may be made.
        retry_after_s: i64,
    },
    /// As many files are on their way to this user as may be at a time.
    #[error("too many files at a time")]
    TooManyFiles,
    /// The one-time link was used or is too old.
    #[error("token used")]
    TokenUsed,
    /// Nobody has confirmed the code yet.
    #[error("not confirmed")]
    NotConfirmed,
    /// A field cannot be taken.
    #[error("invalid {field}: {}", fault.code())]
    Invalid {
        /// The field.
        field: Cow<'static, str>,
        /// What is wrong with it.
        fault: FieldFault,
    },
    /// A line of a file cannot be read.
    #[error("line {line}: {reason}")]
    BadLine {
        /// The line, from 1.
        line: u64,
        /// Why, as a code.
        reason: &'static str,
    },
    /// A submit was refused by a rule.
    #[error(transparent)]
    Refused(#[from] SubmitRefused),
    /// The chosen record vanished, or records appeared; the match as it is now.
    #[error("{code}")]
    MatchMoved {
        /// `party_gone` or `match_changed`.
        code: &'static str,
        /// The match now.
        current: Box<Value>,
    },
    /// Somebody changed it meanwhile; how it is now.
    #[error("stale revision")]
    Stale {
        /// As it is now.
        current: Box<Value>,
    },
    /// Another one deals with the message, or it is dealt with; how it is now.
    #[error("{code}")]
    MessageMoved {
        /// `message_taken` or `message_done`.
        code: &'static str,
        /// The message now.
        current: Box<Value>,
    },
    /// The wrap-up was closed in another way; the Activity that stands.
    #[error("closed differently")]
    ClosedDifferently {
        /// The Activity.
        activity: Box<Value>,
    },
    /// No phone system knows this agent.
    #[error("no phone")]
    NoPhone,
    /// The agent's phone system cannot be told anything now.
    #[error("the phone system cannot be told now")]
    PhoneUnreachable,
    /// The phone system says that it does not do it.
    #[error("the phone system refused")]
    PhoneRefused,
    /// The phone system said nothing: it may have done it or not.
    #[error("the phone system did not answer")]
    PhoneUnanswered,
    /// That cannot be asked of this call now.
    #[error("not possible now")]
    NotPossible,
    /// The agent may not dial now.
    #[error("busy")]
    Busy,
    /// The wrap-up's time cannot be extended any more.
    #[error("no more time")]
    NoMoreTime,
    /// The wrap-up keeps no calls away: its agent submitted it, or the timer closed it.
    #[error("nothing to release")]
    NothingToRelease,
    /// As many of the agent's wrap-ups wait as may.
    #[error("the inbox is full")]
    InboxFull,
    /// The part was not logged; or no part was named, and one was logged or is still owed.
    #[error("not correctable")]
    NotCorrectable,
    /// The correction was undone, or what it changed was changed since.
    #[error("nothing to undo")]
    NothingToUndo,
    /// The direction would have no set left for calls of no ring group.
    #[error("the last set of its direction")]
    LastSet,
    /// The person asked not to be called, and whoever dials did not say that they know.
    #[error("the person asked not to be called")]
    DoNotCall,
    /// The code of the call asks for no follow-up any more.
    #[error("the follow-up was withdrawn")]
    FollowUpWithdrawn,
    /// The record is the CRM's, and is changed there.
    #[error("the record is changed in the CRM that it mirrors")]
    EditedThere,
    /// The CRM does not show the record to their user.
    #[error("not shared")]
    NotShared,
    /// The CRM does not say now whether it shows the record to their user.
    #[error("sharing unknown")]
    SharingUnknown,
    /// The CRM cannot be asked now.
    #[error("the CRM failed: {0}")]
    Crm(#[from] CrmError),
    /// The centre has no CRM, or is not connected to it.
    #[error("no CRM is connected")]
    NoCrm,
    /// The object or the field is not in the CRM any more, offers nothing to pick from, or is hidden from our user there.
    #[error("the CRM has no such picklist")]
    PicklistGone,
    /// Our user may not read that in the CRM.
    #[error("the CRM lets our user not read that")]
    CrmForbids,
    /// Nothing can be stored now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl OpError {
    /// A field's fault.
    pub fn invalid(field: impl Into<Cow<'static, str>>, fault: FieldFault) -> Self {
        OpError::Invalid { field: field.into(), fault }
    }

    /// Its code, and the field it is about.
    pub fn code(&self) -> (&'static str, Option<&str>) {
        match self {
            OpError::NotFound => ("not_found", None),
            OpError::BadLine { .. } => ("bad_line", Some("file")),
            OpError::Forbidden => ("forbidden", None),
            OpError::Unauthenticated => ("unauthenticated", None),
            OpError::InvalidCredentials => ("invalid_credentials", None),
            OpError::SessionExpired => ("session_expired", None),
            OpError::TooManyAttempts { .. } => ("too_many_attempts", None),
            OpError::TooManyFiles => ("too_many_files", None),
            OpError::TokenUsed => ("token_used", None),
            OpError::NotConfirmed => ("not_confirmed", None),
            OpError::Invalid { field, .. } => ("invalid", Some(field)),
            OpError::Refused(refused) => refusal_code(refused),
            OpError::MatchMoved { code, .. } => (code, Some("party")),
            OpError::Stale { .. } => ("stale_revision", None),
            OpError::MessageMoved { code, .. } => (code, None),
            OpError::ClosedDifferently { .. } => ("wrapup_closed_differently", None),
            OpError::NoPhone => ("no_phone", None),
            OpError::PhoneUnreachable => ("phone_unreachable", None),
            OpError::PhoneRefused => ("phone_refused", None),
            OpError::PhoneUnanswered => ("phone_unanswered", None),
            OpError::NotPossible => ("not_possible", None),
            OpError::Busy => ("busy", None),
            OpError::NoMoreTime => ("no_more_time", None),
            OpError::NothingToRelease => ("nothing_to_release", None),
            OpError::InboxFull => ("inbox_full", None),
            OpError::NotCorrectable => ("not_correctable", None),
            OpError::NothingToUndo => ("nothing_to_undo", None),
            OpError::LastSet => ("last_set", None),
            OpError::DoNotCall => ("do_not_call", None),
            OpError::FollowUpWithdrawn => ("follow_up_withdrawn", None),
            OpError::EditedThere => ("edited_there", None),
            OpError::NotShared => ("not_shared", None),
            OpError::SharingUnknown => ("sharing_unknown", None),
            OpError::Crm(_) => ("crm_failed", None),
            OpError::NoCrm => ("no_crm", None),
            OpError::PicklistGone => ("picklist_gone", Some("field")),
            OpError::CrmForbids => ("crm_forbids", None),
            OpError::Unavailable(_) => ("unavailable", None),
            OpError::Internal(_) => ("internal", None),
        }
    }
}

fn refusal_code(refused: &SubmitRefused) -> (&'static str, Option<&'static str>) {
    match refused {
        SubmitRefused::NotDue => ("wrapup_not_due", None),
        SubmitRefused::ClosedDifferently => ("wrapup_closed_differently", None),
        SubmitRefused::StaleRevision => ("stale_revision", None),
        SubmitRefused::CodeRequired => ("code_required", Some("code")),
        SubmitRefused::Code(CodeRefused::Unknown) => ("code_unknown", Some("code")),
        SubmitRefused::Code(CodeRefused::OtherSet) => ("code_other_set", Some("code")),
        SubmitRefused::Code(CodeRefused::Retired) => ("code_retired", Some("code")),
        SubmitRefused::Code(CodeRefused::Heading) => ("code_is_heading", Some("code")),
        SubmitRefused::Code(CodeRefused::OutOfDates) => ("code_not_valid", Some("code")),
        SubmitRefused::NotesRequired => ("notes_required", Some("notes")),
        SubmitRefused::NotesTooLong => ("invalid", Some("notes")),
        SubmitRefused::PartyRequired => ("party_required", Some("party")),
        SubmitRefused::NameTooLong => ("invalid", Some("party.name")),
        SubmitRefused::KindRefused => ("invalid", Some("party.kind")),
        SubmitRefused::ReasonUnknown => ("invalid", Some("reason")),
        SubmitRefused::MatchChanged => ("match_changed", Some("party")),
    }
}

impl From<CentreRefused> for OpError {
    fn from(refused: CentreRefused) -> Self {
        let fault = match refused.fault {
            CentreFault::Empty => FieldFault::Empty,
            CentreFault::TooLong => FieldFault::TooLong,
            CentreFault::Unknown => FieldFault::Unknown,
            CentreFault::NotANumber => FieldFault::NotANumber,
            CentreFault::Taken => FieldFault::Taken,
            CentreFault::WouldRepeat => FieldFault::WouldRepeat,
            CentreFault::RetireInstead => FieldFault::RetireInstead,
        };
        OpError::invalid(refused.field, fault)
    }
}

impl From<NotDone> for OpError {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::NotTold(_) => OpError::PhoneUnreachable,
            NotDone::Refused(_) => OpError::PhoneRefused,
            NotDone::Unanswered => OpError::PhoneUnanswered,
        }
    }
}

impl From<ReadError> for OpError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(why) => OpError::Unavailable(why),
            ReadError::BadCursor => OpError::invalid("after", FieldFault::Unknown),
            ReadError::Inconsistent(what) => OpError::Internal(what.to_string()),
        }
    }
}

impl From<CommitError> for OpError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Unavailable(why) => OpError::Unavailable(why),
            CommitError::Inconsistent(what) => OpError::Internal(what.to_string()),
            CommitError::Refused { index } => {
                OpError::Internal(format!("precondition {index} failed and nobody asked why"))
            }
        }
    }
}
