//! The trait every store implements, and its errors. What a store must do beyond the signatures is
//! written in the contract suite (`tests/contract/`), which runs against each of them.

use crate::answers::{
    ActivityListPage, ActivityPage, ActivityRow, AgentNames, AuditPage, Census, LateOwner, MessageCount,
    MessagePage, SourceProgress, WrapupPage, WrapupTally,
};
use crate::bulks::BulkRecords;
use crate::completeness::CompletenessRecords;
use crate::crm::CrmRecords;
use crate::crm_ledger::CrmLedgerRecords;
use crate::errors::{CommitError, Inconsistency, ReadError, inconsistent};
use crate::follow_ups::FollowUpRecords;
use crate::history::History;
use crate::imports::ImportRecords;
use crate::listing::ActivityFilter;
use crate::messages::MessageFilter;
use crate::notices::NoticeRecords;
use crate::reports::ReportRecords;
use crate::saved_reports::SavedReportRecords;
use crate::snapshot::Snapshot;
use crate::sqlite::StoreStats;
use crate::views::ViewRecords;
use crate::whole::WholeTables;
use async_trait::async_trait;
use domain::account::{OneTimeLink, Session, TokenHash, User};
use domain::audit::AuditSubject;
use domain::call::CallRecord;
use domain::case::Case;
use domain::centre::Centre;
use domain::commit::{AgentStateEntry, Change, Commit, FrameChunk};
use domain::correction::Correction;
use domain::dial::Dial;
use domain::directory::{Person, PersonLine, RecordKeys};
use domain::disposition::DispositionSet;
use domain::duty::{AgentMode, Mode};
use domain::event::QueuePlace;
use domain::id::{AgentKey, At, CallKey, CaseId, CodeId, EngagementKey, PersonId, TenantId, UserId};
use domain::matching::{MatchRule, PhoneHit};
use domain::message::Message;
use domain::phone::{KeyBasis, PhoneKey};
use domain::wrapup::Wrapup;
use std::sync::Arc;

type Hits = Result<Vec<PhoneHit>, ReadError>;

/// Most rows any list answers with.
pub const MAX_PAGE: usize = 200;
/// Most rows of a kind that a view of the floor rests on.
pub const MAX_FLOOR_ROWS: usize = 5_000;

/// Most ring groups that calls came through which are told.
pub const MAX_RING_GROUPS_NAMED: usize = 2_000;
/// Most records of one number that a look-up sorts by name; of more, those made first. A number that
/// thousands of records share is a switchboard's or a placeholder, and the agent searches by name.
pub const SHARED_NUMBER_SCAN: usize = 1_000;

/// Durable state. Every method names its tenant; no answer ever holds another tenant's row.
/// A read sees every Commit that was acknowledged before the read began. A tenant that does not exist
/// reads as empty; a Commit for it is [`CommitError::Inconsistent`].
///
/// "Oldest" and "newest" mean the order in which the store first heard of the call, the Case or the entry.
///
/// The changes of a Commit are written in the order they stand in, and each must find what it hangs on:
/// a wrap-up or an Activity its call, a code its set, a session or a link its user. One that does not is
/// [`CommitError::Inconsistent`]. A precondition on the version of something absent compares with 0.
#[async_trait]
pub trait Store:
    BulkRecords
    + CompletenessRecords
    + CrmLedgerRecords
    + CrmRecords
    + FollowUpRecords
    + History
    + ImportRecords
    + NoticeRecords
    + ReportRecords
    + SavedReportRecords
    + ViewRecords
    + WholeTables
    + Send
    + Sync
    + 'static
{
    /// Writes all of the Commit or nothing; when this answers `Ok`, it survives a power cut. The number
    /// grows with each Commit, over all tenants and restarts, and orders what panels are shown. A chunk of
    /// frames that is already stored is left as it is; one that skips a number, or differs from what is
    /// stored under its number, is [`CommitError::Inconsistent`].
    ///
    /// # Errors
    /// See [`CommitError`].
    async fn commit(&self, commit: Commit) -> Result<u64, CommitError>;

    /// The id of the tenant called `slug`, made where it was unknown.
    async fn tenant(&self, slug: &str) -> Result<TenantId, CommitError>;

    /// One moment of a tenant's rows, to read several things of. A read of one of them is there below as well.
    ///
    /// # Errors
    /// The store cannot read.
    async fn snapshot(&self, tenant: TenantId) -> Result<Box<dyn Snapshot>, ReadError>;

    // --- directory ---

    /// The records that have a number, whatever their kind and the field ([`Snapshot::match_by_rule`]).
    async fn match_number(&self, tenant: TenantId, plan: &[PhoneKey]) -> Hits {
        self.match_by_rule(tenant, plan, &MatchRule::default()).await
    }
    /// Those that the rule matches, where nothing else is read of the same moment.
    async fn match_by_rule(&self, of: TenantId, plan: &[PhoneKey], rule: &MatchRule) -> Hits {
        self.snapshot(of).await?.match_by_rule(plan, rule).await
    }
    /// A record.
    async fn person(&self, tenant: TenantId, id: PersonId) -> Result<Option<Person>, ReadError> {
        self.snapshot(tenant).await?.person(id).await
    }
    /// Records in one line, those that exist, in the order asked.
    async fn person_lines(&self, tenant: TenantId, ids: &[PersonId]) -> Result<Vec<PersonLine>, ReadError> {
        self.snapshot(tenant).await?.person_lines(ids).await
    }
    /// Records each word of whose search text starts some word of the record's name or company (case and
    /// accents ignored), or, from four digits on, one of its numbers with or without country; by name, at
    /// most `limit` and [`MAX_PAGE`].
    async fn search_people(
        &self,
        tenant: TenantId,
        text: &str,
        limit: usize,
    ) -> Result<Vec<PersonLine>, ReadError>;

    /// Records by id, those after this one; at most `limit` and [`MAX_PAGE`].
    async fn people_after(
        &self,
        tenant: TenantId,
        after: Option<PersonId>,
        limit: usize,
    ) -> Result<Vec<Person>, ReadError>;

    /// Records whose keys were made by another basis than this, in any order, at most `limit` and
    /// [`MAX_PAGE`]; none where all of the tenant's are of this one.
    async fn people_to_rekey(
        &self,
        tenant: TenantId,
        basis: &KeyBasis,
        limit: usize,
    ) -> Result<Vec<Person>, ReadError>;

    /// Records that have a number which they had not before, and whose earlier calls were not looked for yet, by id, at
    /// most `limit` and [`MAX_PAGE`].
    async fn late_owners(&self, tenant: TenantId, limit: usize) -> Result<Vec<LateOwner>, ReadError>;

    /// Calls that ended and wait for a record of their number to be made, by id, at most `limit` and [`MAX_PAGE`].
    async fn callers_wanted(&self, tenant: TenantId, limit: usize) -> Result<Vec<CallKey>, ReadError>;

    // --- calls, wrap-ups, activities ---

    /// Every ring group that a call ever came through, by key, at most [`MAX_RING_GROUPS_NAMED`].
    async fn ring_groups(&self, tenant: TenantId) -> Result<Vec<String>, ReadError>;

    /// A call.
    async fn call(&self, tenant: TenantId, key: CallKey) -> Result<Option<CallRecord>, ReadError> {
        self.snapshot(tenant).await?.call(key).await
    }
    /// Calls in which this agent has an engagement that has not ended, oldest first, at most
    /// [`MAX_PAGE`].
    async fn live_calls(&self, tenant: TenantId, agent: &AgentKey) -> Result<Vec<CallRecord>, ReadError> {
        self.snapshot(tenant).await?.live_calls(agent).await
    }
    /// A wrap-up, early ones included.
    async fn wrapup(&self, tenant: TenantId, key: EngagementKey) -> Result<Option<Wrapup>, ReadError> {
        self.snapshot(tenant).await?.wrapup(key).await
    }
    /// Every wrap-up of a call, by id.
    async fn wrapups_of_call(&self, tenant: TenantId, call: CallKey) -> Result<Vec<Wrapup>, ReadError> {
        self.snapshot(tenant).await?.wrapups_of_call(call).await
    }
    /// The wrap-ups this agent owes, oldest first, at most [`MAX_PAGE`].
    async fn open_wrapups(&self, tenant: TenantId, agent: &AgentKey) -> Result<Vec<Wrapup>, ReadError> {
        self.snapshot(tenant).await?.open_wrapups(agent).await
    }
    /// An Activity with its call.
    async fn activity(&self, tenant: TenantId, key: CallKey) -> Result<Option<ActivityRow>, ReadError> {
        self.snapshot(tenant).await?.activity(key).await
    }
    /// What was corrected of a call, newest first, at most [`MAX_PAGE`].
    async fn corrections(&self, tenant: TenantId, call: CallKey) -> Result<Vec<Correction>, ReadError>;
    /// Activities filed on this record, or that it may own while that is unsettled (P11), newest first,
    /// at most `limit` and [`MAX_PAGE`]; `after` is what the page before said comes next.
    async fn activities_of_person(
        &self,
        tenant: TenantId,
        person: PersonId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ActivityPage, ReadError>;
    /// Activities this agent was part of, those that began last first, at most `limit` and [`MAX_PAGE`].
    async fn activities_of_agent(
        &self,
        tenant: TenantId,
        agent: &AgentKey,
        limit: usize,
    ) -> Result<Vec<ActivityRow>, ReadError>;

    /// Activities that the filter keeps, by the time their call began, newest first, then by the order in which the
    /// store heard of the calls, last first; at most `limit` and [`MAX_PAGE`]. `after` is what the page before said
    /// comes next. About `look_at_most` calls are looked at for one page, so it may hold fewer Activities, even
    /// none, and go on all the same. Calls among agents are on no list.
    async fn list_activities(
        &self,
        tenant: TenantId,
        filter: &ActivityFilter,
        after: Option<&str>,
        limit: usize,
        look_at_most: usize,
    ) -> Result<ActivityListPage, ReadError>;

    /// Wrap-ups that are owed or were closed by the timer, of this agent or of all, oldest first, at most
    /// `limit` and [`MAX_PAGE`]; `after` is what the page before said comes next.
    async fn wrapup_inbox(
        &self,
        tenant: TenantId,
        agent: Option<&AgentKey>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WrapupPage, ReadError>;
    /// How many wrap-ups are owed or were closed by the timer, of this agent or of all.
    async fn wrapup_tally(
        &self,
        tenant: TenantId,
        agent: Option<&AgentKey>,
    ) -> Result<WrapupTally, ReadError>;
    /// Those of this agent that the timer closed, newest first, at most `limit` and [`MAX_PAGE`].
    async fn undispositioned_wrapups(
        &self,
        tenant: TenantId,
        agent: &AgentKey,
        limit: usize,
    ) -> Result<Vec<Wrapup>, ReadError> {
        self.snapshot(tenant).await?.undispositioned_wrapups(agent, limit).await
    }

    /// The message that a call left, as work.
    async fn message(&self, tenant: TenantId, call: CallKey) -> Result<Option<Message>, ReadError> {
        self.snapshot(tenant).await?.message(call).await
    }
    /// Messages that the filter keeps, by when they were left: those that wait oldest first, those that are done newest
    /// first; at most `limit` and [`MAX_PAGE`].
    async fn messages(
        &self,
        tenant: TenantId,
        filter: &MessageFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<MessagePage, ReadError>;
    /// How many messages wait in each box where any does, by ring group and agent.
    async fn message_tally(&self, tenant: TenantId) -> Result<Vec<MessageCount>, ReadError>;
    /// Calls whose message's sound is to be copied, oldest first, after this one; at most `limit` and [`MAX_PAGE`].
    async fn message_sounds_wanted(
        &self,
        tenant: TenantId,
        after: Option<CallKey>,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError>;

    // --- Cases ---

    /// Cases, those that exist, in the order asked.
    async fn cases(&self, tenant: TenantId, ids: &[CaseId]) -> Result<Vec<Case>, ReadError> {
        self.snapshot(tenant).await?.cases(ids).await
    }
    /// Cases by number, those after this one; at most `limit` and [`MAX_PAGE`].
    async fn cases_after(&self, tenant: TenantId, after: u64, limit: usize) -> Result<Vec<Case>, ReadError>;
    /// Cases whose Contact or Account is this record, open ones first, newest first, at most `limit` and
    /// [`MAX_PAGE`].
    async fn cases_of_person(
        &self,
        tenant: TenantId,
        person: PersonId,
        limit: usize,
    ) -> Result<Vec<Case>, ReadError>;
    /// The Case with this number (zeros and a `#` before it do not count), then those each word of the text
    /// starts some word of whose subject (case and accents ignored), newest first; at most `limit` and
    /// [`MAX_PAGE`].
    async fn search_cases(&self, tenant: TenantId, text: &str, limit: usize) -> Result<Vec<Case>, ReadError>;
    /// Activities related to this Case, and those on the list of its Contact whose call began while the Case was
    /// open; newest first, each once, at most `limit` and [`MAX_PAGE`]. A Case that does not exist has none.
    async fn activities_of_case(
        &self,
        tenant: TenantId,
        case: CaseId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ActivityPage, ReadError>;
    /// Records that belong to this Account, by name then id, at most `limit` and [`MAX_PAGE`].
    async fn people_of_account(
        &self,
        tenant: TenantId,
        account: PersonId,
        limit: usize,
    ) -> Result<Vec<PersonLine>, ReadError>;

    // --- agents ---

    /// The click that made this part of a call.
    async fn dial(&self, tenant: TenantId, engagement: EngagementKey) -> Result<Option<Dial>, ReadError> {
        self.snapshot(tenant).await?.dial(engagement).await
    }
    /// What an agent last said of themselves; available, version 0, since time 0 where they never did.
    async fn mode(&self, tenant: TenantId, agent: &AgentKey) -> Result<AgentMode, ReadError> {
        self.snapshot(tenant).await?.mode(agent).await
    }
    /// What an agent was doing from `from` to before `to`, oldest first, beginning with what they did at `from`,
    /// at most [`MAX_PAGE`]. Each entry lasts until the next one; one that was said to begin before the one
    /// stored before it begins with that.
    async fn agent_history(
        &self,
        tenant: TenantId,
        agent: &AgentKey,
        from: At,
        to: At,
    ) -> Result<Vec<AgentStateEntry>, ReadError>;

    // --- settings and the change log ---

    /// The centre's settings; `None` where nobody ever stored any.
    async fn centre(&self, tenant: TenantId) -> Result<Option<Centre>, ReadError>;
    /// The change log of a subject or of everything, newest first, at most `limit` and [`MAX_PAGE`]; `after` is
    /// what the page before said comes next.
    async fn audit(
        &self,
        tenant: TenantId,
        subject: Option<AuditSubject>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<AuditPage, ReadError>;

    // --- dispositions ---

    /// Every set, by id, with its codes by position.
    async fn dispositions(&self, tenant: TenantId) -> Result<Arc<Vec<DispositionSet>>, ReadError>;
    /// How many Activities carry this code.
    async fn code_uses(&self, tenant: TenantId, code: CodeId) -> Result<u64, ReadError>;

    // --- users ---

    /// Every user, by login.
    async fn users(&self, tenant: TenantId) -> Result<Vec<User>, ReadError>;
    /// The name of the user who is each agent; where several are one, of the last of them by login.
    async fn agent_names(&self, tenant: TenantId) -> Result<Arc<AgentNames>, ReadError> {
        let users = self.users(tenant).await?.into_iter();
        Ok(Arc::new(users.filter_map(|user| Some((user.agent?, user.name))).collect()))
    }
    /// A user.
    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<User>, ReadError>;
    /// The user who signs in with this, without regard to case.
    async fn user_by_login(&self, tenant: TenantId, login: &str) -> Result<Option<User>, ReadError>;
    /// The session whose current or previous token has this hash.
    async fn session(&self, tenant: TenantId, token: TokenHash) -> Result<Option<Session>, ReadError>;
    /// A one-time link that was not used yet; whether it expired is for the caller to say.
    async fn link(&self, tenant: TenantId, hash: TokenHash) -> Result<Option<OneTimeLink>, ReadError>;

    // --- raw frames ---

    /// How far a source got.
    async fn source_progress(&self, tenant: TenantId, source: &str) -> Result<SourceProgress, ReadError>;
    /// Who is in which queue of a source, as it said last, by queue and interface.
    async fn queue_members(&self, tenant: TenantId, source: &str) -> Result<Vec<QueuePlace>, ReadError>;
    /// Stored chunks from number `from` on, in order, at most `limit` and [`MAX_PAGE`].
    async fn frame_chunks(
        &self,
        tenant: TenantId,
        source: &str,
        from: u64,
        limit: usize,
    ) -> Result<Vec<FrameChunk>, ReadError>;

    // --- the whole ---

    /// Numbers for the completeness ledger.
    async fn census(&self, tenant: TenantId) -> Result<Census, ReadError>;
    /// Whether it can read and write now.
    async fn ready(&self) -> Result<(), ReadError>;
    /// What was written since it was opened; zeros where nothing counts it.
    fn stats(&self) -> StoreStats {
        StoreStats::default()
    }
}

/// How many rows to answer with when `limit` were asked for.
pub(crate) fn page_limit(limit: usize) -> usize {
    limit.clamp(1, MAX_PAGE)
}

/// Where a page goes on: what the page before said comes next, or `start`.
pub(crate) fn place<T: std::str::FromStr>(after: Option<&str>, start: T) -> Result<T, ReadError> {
    after.map_or(Ok(start), |text| text.parse().map_err(|_| ReadError::BadCursor))
}

/// The mode of an agent who never said anything.
pub(crate) fn never_said(agent: &AgentKey) -> AgentMode {
    AgentMode { agent: agent.clone(), mode: Mode::default(), since: At(0), version: 0 }
}

/// When an entry of an agent's history begins after the last one; `None` where it says the same. The clocks of
/// phone systems are not ours: an entry is never put before what was known when it was made.
pub(crate) fn begins(last: Option<&AgentStateEntry>, entry: &AgentStateEntry) -> Option<At> {
    match last {
        Some(last) if (last.state, &last.reason) == (entry.state, &entry.reason) => None,
        Some(last) => Some(entry.since.max(last.since)),
        None => Some(entry.since),
    }
}

/// A Case that is new has the number of another.
pub(crate) fn number_taken(case: &Case) -> Inconsistency {
    inconsistent("case_record", "number", &case.id, "another Case has this number")
}

/// What a login is compared by.
pub(crate) fn login_key(login: &str) -> String {
    login.to_lowercase()
}

/// Whether a chunk is new to a source that got as far as `last`, where `stored` are the bytes kept under
/// its number, if they still are.
pub(crate) fn check_frames(
    chunk: &FrameChunk,
    last: u64,
    stored: Option<&[u8]>,
) -> Result<bool, Inconsistency> {
    let at = || format!("{} {}", chunk.source, chunk.chunk);
    if chunk.chunk > last + 1 || chunk.chunk == 0 {
        return Err(inconsistent("frames", "chunk", &at(), &format!("chunk {} comes next", last + 1)));
    }
    if stored.is_some_and(|stored| stored != chunk.bytes) {
        return Err(inconsistent("frames", "bytes", &at(), "other bytes are stored under this number"));
    }
    Ok(chunk.chunk == last + 1)
}

/// What can be said about a change without looking at what is stored.
pub(crate) fn check_change(change: &Change) -> Result<(), Inconsistency> {
    match change {
        Change::Call(call) => {
            let mut keys: Vec<EngagementKey> = call.engagements.iter().map(|part| part.key).collect();
            keys.sort_unstable();
            match keys.windows(2).find(|pair| pair[0] == pair[1]) {
                Some(pair) => Err(inconsistent("engagement", "key", &pair[0], "twice in one call")),
                None => Ok(()),
            }
        }
        Change::Person { person, keys } | Change::PersonMirrored { person, keys, .. } => {
            check_keys(person, keys)
        }
        _ => Ok(()),
    }
}

/// Whether each key of a record is of a phone field that it has.
pub(crate) fn check_keys(person: &Person, keys: &RecordKeys) -> Result<(), Inconsistency> {
    if keys.keys.iter().any(|(_, field)| *field >= person.phones.len()) {
        let reason = "a key of a phone field that is not there";
        return Err(inconsistent("phone_key", "field", &person.id, reason));
    }
    Ok(())
}
