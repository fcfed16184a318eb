//! The trait every CRM implements, and what it is handed and answers. Plain data: how a record looks there is its own.

use crate::error::CrmError;
use async_trait::async_trait;
use domain::activity::Activity;
use domain::call::CallRecord;
use domain::case::Case;
use domain::code_file::PicklistValue;
use domain::directory::{Person, PersonKind, PhoneField};
use domain::disposition::Label;
use domain::id::{At, CallKey};
use domain::mirror::{Mirrored, News, PhoneChoice, RemoteId};
use domain::outbox::{Filed, Refusal, TaskFiled};
use domain::report::calendar::Day;

/// Whom an Activity is filed on, by their ids there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteParty {
    /// What kind of record it is.
    pub kind: PersonKind,
    /// The record.
    pub id: RemoteId,
    /// The Account it belongs to.
    pub account: Option<RemoteId>,
    /// The Contact of a person who is an account of their own.
    pub twin: Option<RemoteId>,
}

/// An Activity as it is to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// What people and rules said of it.
    pub activity: Activity,
    /// The call.
    pub call: CallRecord,
    /// Whom it is filed on.
    pub party: Option<RemoteParty>,
    /// The Case it is related to.
    pub case: Option<RemoteId>,
    /// The Opportunity it is related to.
    pub opportunity: Option<RemoteId>,
    /// The CRM's user who had the call.
    pub agent: Option<RemoteId>,
    /// The agent's name, which is kept also where they are no user there.
    pub agent_name: Option<String>,
    /// Where the recording can be heard.
    pub recording_url: Option<String>,
    /// What of it is there already, as far as is known.
    pub before: Option<Filed>,
    /// Whether an earlier attempt may have been carried out: it is asked for first.
    pub in_doubt: bool,
    /// Whether a person said that it is to be there although somebody may have deleted it: it is asked for first, and made
    /// where it is there no more. A Task of it that is left is taken for its own.
    pub again: bool,
}

/// A record of a call, as the CRM has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallThere {
    /// The record.
    pub record: RemoteId,
    /// The id of the call, as the record says it. Those of other programs may say any, or none.
    pub call: Option<String>,
    /// The id of the call that it turned out to be part of, where it says so.
    pub part_of: Option<String>,
    /// Whether it was deleted.
    pub deleted: bool,
}

/// A page of records of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallsThere {
    /// The records, in no order.
    pub calls: Vec<CallThere>,
    /// How many there are on all pages.
    pub total: u64,
    /// Where to go on; `None` at the end.
    pub next: Option<Place>,
}

/// A person to be made there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The record as it is here; its id is given to the one there, so that it is made once.
    pub person: Person,
    /// The Account it belongs to, there.
    pub account: Option<RemoteId>,
    /// The CRM's user whose it is to be.
    pub owner: Option<RemoteId>,
    /// Whether it is made although others are like it: an agent saw them and said so.
    pub despite_duplicates: bool,
    /// Whether an earlier attempt may have been carried out.
    pub in_doubt: bool,
}

/// A Case to be made there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCase {
    /// The Case as it is here; its id is given to the one there.
    pub case: Case,
    /// Whose it is, there.
    pub contact: Option<RemoteId>,
    /// The Account whose it is, there.
    pub account: Option<RemoteId>,
    /// The CRM's user who works on it.
    pub owner: Option<RemoteId>,
    /// Whether an earlier attempt may have been carried out.
    pub in_doubt: bool,
}

/// A call that turned out to be part of another: what is there of it is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The call.
    pub call: CallKey,
    /// The call that it is part of.
    pub into: CallKey,
    /// What of it is there, as far as is known.
    pub filed: Option<Filed>,
    /// Whether it may be deleted there: the other call is there, and says all that people said of this one.
    pub may_delete: bool,
}

/// What came of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is not there, or not any more.
    Gone,
    /// Somebody changed it there, or we may not delete: it stays, and says what it is part of.
    Marked,
    /// It is refused for good.
    Refused(Refusal),
}

/// The follow-up of a call as it is to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpFiling {
    /// The call.
    pub call: CallKey,
    /// How often it was taken away there and came back: each time it is another task.
    pub round: u32,
    /// When the call began: its task was not made before that. `None`: it is not known any more.
    pub began_at: Option<At>,
    /// What is to be there; `None`: nothing is to be done after the call any more.
    pub wanted: Option<FollowUpWanted>,
    /// The task that is there, as far as is known.
    pub before: Option<TaskFiled>,
    /// Whether an earlier attempt may have been carried out.
    pub in_doubt: bool,
}

/// What is to be done after a call, or was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpWanted {
    /// The label of the code that asked for it.
    pub label: Label,
    /// The day it is due, where the centre is.
    pub due: Day,
    /// Whether it is done.
    pub done: bool,
    /// Whom the call is filed on.
    pub party: Option<RemoteParty>,
    /// The Case it is related to.
    pub case: Option<RemoteId>,
    /// The Opportunity it is related to.
    pub opportunity: Option<RemoteId>,
    /// The CRM's user whose it is; `None`: ours, because the agent is none there.
    pub agent: Option<RemoteId>,
}

/// What came of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUpCarried {
    /// It is there as it stands.
    There(TaskFiled),
    /// It was there, and somebody deleted it there: it is not made again.
    DeletedThere,
    /// Nothing of it is there, or what is there says that it is not to be done any more.
    Gone,
    /// It is refused for good.
    Refused(Refusal),
}

/// What came of making something there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// It is there, by this id; whether by this attempt or an earlier one does not matter.
    Is(RemoteId),
    /// It is refused for good.
    Refused(Refusal),
}

/// What came of carrying an Activity out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    /// It is there as it stands. Where `linked` is not said, it is to be carried out once more.
    Filed(Filed),
    /// It was there, and somebody deleted it there: it is not made again.
    DeletedThere,
    /// It is refused for good.
    Refused(Refusal),
    /// It was not carried out, or nobody knows: again, or not, as this says.
    Failed(CrmError),
}

/// Up to where something was read. Opaque to whoever keeps it; `None` stands for the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(pub String);

/// A page of what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What changed, oldest first. The same may come more than once.
    pub news: Vec<News>,
    /// From where to go on; kept once the news is kept.
    pub next: Place,
    /// Whether more is there now.
    pub more: bool,
    /// With the initial load: how many were read, and how many there are.
    pub progress: Option<(u64, u64)>,
}

/// How many calls the CRM still answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls that were answered in the last 24 hours, by all programs.
    pub used: u64,
    /// Most in 24 hours.
    pub most: u64,
    /// When this was told.
    pub told_at: At,
}

/// Which of some records a user of the CRM may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessQuestion {
    /// The user.
    pub user: RemoteId,
    /// The records.
    pub records: Vec<RemoteId>,
}

/// A phone field that the CRM has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneFieldThere {
    /// What is mirrored of its object.
    pub of: Mirrored,
    /// The object.
    pub object: String,
    /// What the object is called there.
    pub object_label: String,
    /// The field.
    pub field: String,
    /// What the field is called there.
    pub label: String,
    /// What it is taken for where nobody says otherwise.
    pub taken_for: PhoneField,
    /// Whether it is mirrored where nobody chose.
    pub is_usual: bool,
}

/// An object of the CRM whose fields may offer values to pick from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PicklistObjectThere {
    /// The object.
    pub object: String,
    /// What it is called there.
    pub label: String,
}

/// A field that offers values to pick one from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PicklistFieldThere {
    /// The field.
    pub field: String,
    /// What it is called there.
    pub label: String,
    /// What the field is called that says which of its values can be picked, where there is one that offers values itself.
    pub depends_on: Option<String>,
}

/// What such a field offers now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PicklistThere {
    /// What its object is called there.
    pub object_label: String,
    /// What the field is called there.
    pub field_label: String,
    /// The locale that labels are told in, as far as it is told.
    pub locale: Option<String>,
    /// What can be picked now, in its order; where the field depends on another, below the values of that.
    pub values: Vec<PicklistValue>,
}

/// Whether a user of the CRM may see a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The user.
    pub user: RemoteId,
    /// The record.
    pub record: RemoteId,
    /// Whether they may.
    pub may_read: bool,
}

/// Which records every user may read who may read their object at all, whoever owns them. Of the others each has to be asked
/// about ([`Crm::access`]); users are in neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenToAll {
    /// Accounts, those of people who are an account of their own among them.
    pub accounts: bool,
    /// Contacts that belong to an Account. One that belongs to none is its owner's alone, whatever is set.
    pub contacts_of_accounts: bool,
    /// Leads.
    pub leads: bool,
    /// Cases.
    pub cases: bool,
}

impl OpenToAll {
    /// Whether a record of a person or an organisation is.
    pub fn person(self, kind: PersonKind, belongs_to_account: bool) -> bool {
        match kind {
            PersonKind::Account | PersonKind::PersonAccount => self.accounts,
            PersonKind::Contact => self.contacts_of_accounts && belongs_to_account,
            PersonKind::Lead => self.leads,
        }
    }
}

/// How something that was examined stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingState {
    /// As it should be.
    Good,
    /// It works, and something will be missing.
    Warning,
    /// It does not work.
    Bad,
}

/// One thing that was examined. Its wording is that of whoever shows it, by `topic`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was examined, e.g. `field_missing`, `object_missing`, `field_required`, `user_inactive`.
    pub topic: &'static str,
    /// How it stands.
    pub state: FindingState,
    /// Names and values for its wording, e.g. `("field", "Call_Activity__c.Case__c")`.
    pub facts: Vec<(&'static str, String)>,
}

/// What a doctor found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// All of it, in the order it was looked at; what follows from something that is bad is left out.
    pub findings: Vec<Finding>,
}

/// A CRM. Every method says in its error whether trying again can work; none of them tries for longer than the limits of
/// its implementation say.
#[async_trait]
pub trait Crm: Send + Sync + 'static {
    /// Has these Activities be there as they stand, each exactly once, and answers for each, in their order. One is
    /// carried out by one call; several together by few.
    async fn file(&self, filings: &[Filing]) -> Vec<Carried>;

    /// Takes away what is there of a call that turned out to be part of another, unless somebody changed it there since.
    ///
    /// # Errors
    /// It was not done, or nobody knows; the same again is safe.
    async fn withdraw(&self, gone: &Withdrawal) -> Result<Withdrawn, CrmError>;

    /// Has the follow-up of a call be a task there, once, and as it stands: open, done, or gone. What somebody changed there since
    /// stays.
    ///
    /// # Errors
    /// It was not done, or nobody knows; the same again is safe.
    async fn follow_up(&self, filing: &FollowUpFiling) -> Result<FollowUpCarried, CrmError>;

    /// Has a person be there, once.
    ///
    /// # Errors
    /// It was not done, or nobody knows.
    async fn make_person(&self, new: &NewPerson) -> Result<Made, CrmError>;

    /// Has a Case be there, once.
    ///
    /// # Errors
    /// It was not done, or nobody knows.
    async fn make_case(&self, new: &NewCase) -> Result<Made, CrmError>;

    /// A page of the records of calls that began from `from` to before `until`, in whole seconds, those that were deleted and can be
    /// brought back among them; the page at a place, where there is one. It reads for no longer than a few minutes: of what is
    /// made or changed while it does, a record may be on it or not.
    ///
    /// # Errors
    /// It cannot be read now.
    async fn calls_there(&self, from: At, until: At, after: Option<&Place>) -> Result<CallsThere, CrmError>;

    /// The records of these calls, deleted ones as well, by the ids that the calls have here, whenever they began.
    ///
    /// # Errors
    /// It cannot be read now.
    async fn calls_of(&self, calls: &[CallKey]) -> Result<Vec<CallThere>, CrmError>;

    /// A page of what changed since a place; everything, where there is none. Deletions, merges and conversions are in it.
    ///
    /// # Errors
    /// It cannot be read now.
    async fn changed(&self, of: Mirrored, since: Option<&Place>) -> Result<Changed, CrmError>;

    /// The same of several kinds at one time, answered in their order, by as few calls as the CRM allows. What cannot be read
    /// of one kind says nothing of the others.
    async fn changed_together(&self, kinds: &[(Mirrored, Option<Place>)]) -> Vec<Result<Changed, CrmError>>;

    /// Records whose phone fields may hold one of these spellings of a number. They may also not: whoever asks compares by
    /// the keys of the numbers.
    ///
    /// # Errors
    /// It cannot be read now.
    async fn search_number(&self, spellings: &[String]) -> Result<Vec<News>, CrmError>;

    /// The record with this id, or what became of it; `None`: our user sees none.
    ///
    /// # Errors
    /// It cannot be read now.
    async fn record(&self, id: &RemoteId) -> Result<Option<News>, CrmError>;

    /// The name of an Opportunity; `None`: our user sees none by this id.
    ///
    /// # Errors
    /// It cannot be read now.
    async fn opportunity_name(&self, id: &RemoteId) -> Result<Option<String>, CrmError>;

    /// Who may see what. A record that is not there may not be seen. Several questions are few calls.
    ///
    /// # Errors
    /// It cannot be read now.
    async fn access(&self, questions: &[AccessQuestion]) -> Result<Vec<Access>, CrmError>;

    /// What kind of record an id stands for, as far as it is one that is mirrored.
    fn kind_of(&self, record: &RemoteId) -> Option<Mirrored>;

    /// What everybody may read, as the CRM is set now. It is set seldom: whoever asks may keep the answer for some minutes.
    ///
    /// # Errors
    /// It cannot be read now. Until it was read once, nothing is open.
    async fn open_to_all(&self) -> Result<OpenToAll, CrmError>;

    /// Where people open a record there in a browser, as far as is known by now.
    fn page_of(&self, id: &RemoteId) -> Option<String>;

    /// The phone fields of people and organisations that there are now.
    ///
    /// # Errors
    /// They cannot be read now.
    async fn phone_fields(&self) -> Result<Vec<PhoneFieldThere>, CrmError>;

    /// Which phone fields are mirrored from now on, in this order; of an object that none names, those that are usual.
    /// What was read by another choice is read from the beginning.
    fn choose_phones(&self, chosen: &[PhoneChoice]);

    /// The objects whose picklists a code book may be made of.
    ///
    /// # Errors
    /// They cannot be read now.
    async fn picklist_objects(&self) -> Result<Vec<PicklistObjectThere>, CrmError>;

    /// The picklists of one of them; `None`: it is not there, or hidden from our user.
    ///
    /// # Errors
    /// They cannot be read now.
    async fn picklist_fields(&self, object: &str) -> Result<Option<Vec<PicklistFieldThere>>, CrmError>;

    /// What one of these offers now; `None`: it is not there, is no picklist, or is hidden from our user.
    ///
    /// # Errors
    /// It cannot be read now.
    async fn picklist(&self, object: &str, field: &str) -> Result<Option<PicklistThere>, CrmError>;

    /// How many calls are left, as far as it was told.
    fn budget(&self) -> Option<Budget>;

    /// Looks at everything that logging needs, for these agents' users.
    async fn examine(&self, users: &[RemoteId]) -> Examined;
}
