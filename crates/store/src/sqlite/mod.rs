//! The store on SQLite: one thread writes, a few connections read. Each table's SQL is in its own file, as
//! close to what PostgreSQL takes as costs nothing; how Commits share a transaction is in [`writer`].

mod accounts;
mod activities;
mod agents;
mod audit;
mod backfill;
mod bulks;
mod calls;
mod cases;
mod centre;
mod checkpoint;
mod codes;
mod completeness;
mod connection;
mod copy;
mod corrections;
mod crm;
mod crm_ledger;
mod crm_records;
mod dispositions;
mod fact_blobs;
mod facts;
mod fault;
mod follow_ups;
mod frames;
mod history;
mod imports;
mod kept;
mod late;
mod ledger;
mod listed;
mod listing;
mod lookup;
mod messages;
mod migrations;
mod notes;
mod notice_records;
mod notices;
mod options;
mod outbox;
mod people;
mod readers;
mod report_records;
mod rollups;
mod saved_reports;
mod snapshot;
mod statement;
mod stats;
mod transaction;
mod views;
mod whole;
mod words;
mod wrapup_tally;
mod wrapups;
mod writer;

pub use copy::{Copied, CopyError, copy_database, settle_log, sync_folder_of};
pub use options::{CHECKPOINT_PAGES, Durability, OpenError, OpenOptions};
pub use stats::StoreStats;

use crate::answers::{
    ActivityListPage, ActivityPage, ActivityRow, AgentNames, AuditPage, Census, LateOwner, MessageCount,
    MessagePage, SourceProgress, WrapupPage, WrapupTally,
};
use crate::contract::{Store, page_limit, place};
use crate::errors::{CommitError, ReadError};
use crate::inbox::InboxPlace;
use crate::listing::{ActivityFilter, ListPlace};
use crate::messages::MessageFilter;
use crate::snapshot::Snapshot;
use async_trait::async_trait;
use checkpoint::Checkpointer;
use domain::account::{OneTimeLink, Session, TokenHash, User};
use domain::audit::AuditSubject;
use domain::case::Case;
use domain::centre::Centre;
use domain::commit::{AgentStateEntry, Commit, FrameChunk};
use domain::correction::Correction;
use domain::directory::{Person, PersonLine};
use domain::disposition::DispositionSet;
use domain::event::QueuePlace;
use domain::id::{AgentKey, At, CallKey, CaseId, CodeId, PersonId, TenantId, UserId};
use domain::matching::{MatchRule, PhoneHit};
use domain::phone::{KeyBasis, PhoneKey};
use kept::Kept;
use readers::Readers;
use rusqlite::params;
use snapshot::SqliteSnapshot;
use statement::first;
use stats::Counters;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::{mpsc, oneshot};
use writer::{Job, Work};

const TENANT: &str = "SELECT id FROM tenant WHERE slug = ?1";
const CENSUS: &str = "SELECT live, ended, activities, reasons, open_wrapups FROM census WHERE tenant_id = ?1";

/// A store on an SQLite file. Dropped without [`close`](Self::close), what was acknowledged is still there
/// at the next opening.
#[derive(Debug)]
pub struct SqliteStore {
    writer: mpsc::Sender<Job>,
    readers: Arc<Readers>,
    counters: Arc<Counters>,
    kept: Arc<Kept>,
}

impl SqliteStore {
    /// Opens the file, made where there is none, and brings its schema up to date. Blocks.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, OpenError> {
        let (mut conn, readers) = connection::open(path, options)?;
        let checkpointer = Checkpointer::start(&mut conn, path, options)?;
        let counters = Arc::new(Counters::default());
        let (writer, queue) = mpsc::channel(writer::QUEUE);
        let kept = Arc::new(Kept::default());
        let (counted, noted) = (Arc::clone(&counters), Arc::clone(&kept));
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer::run_writer(conn, checkpointer, queue, &counted, &noted))
            .map_err(|error| OpenError::Unavailable(error.to_string()))?;
        Ok(SqliteStore { writer, readers: Arc::new(readers), counters, kept })
    }

    /// Writes what is queued, moves the log into the file, and ends the writer. Commits after this are
    /// [`Unavailable`](CommitError::Unavailable); reads go on.
    pub async fn close(&self) {
        let (closed, done) = oneshot::channel();
        if self.writer.send(Job::Close(closed)).await.is_ok() {
            // Gone without an answer, it is closed all the same.
            let _ = done.await;
        }
    }

    /// Reads the number index once, so that the first look-ups after a start find it in memory: cold they
    /// take milliseconds each.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn warm_up(&self) -> Result<(), ReadError> {
        self.readers.scan(lookup::warm_up).await
    }

    /// A full queue holds the caller back here; nothing is dropped.
    async fn write(&self, work: Work) -> Result<u64, CommitError> {
        let gone = || CommitError::Unavailable("the store is closed".to_owned());
        let (answer, answered) = oneshot::channel();
        let place = self.writer.reserve().await.map_err(|_| gone())?;
        self.counters.queued.fetch_add(1, Relaxed);
        place.send(Job::Write(work, answer));
        answered.await.map_err(|_| gone())?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, commit: Commit) -> Result<u64, CommitError> {
        self.write(Work::Commit(Box::new(commit))).await
    }

    async fn tenant(&self, slug: &str) -> Result<TenantId, CommitError> {
        let known =
            self.readers.point(|conn| first(conn, TENANT, params![slug], "tenant", |row| row.get("id")));
        if let Ok(Some(id)) = known {
            return Ok(TenantId(id));
        }
        let id = self.write(Work::Tenant(slug.to_owned())).await?;
        let too_many = |_| CommitError::Unavailable("no more tenants can be numbered".to_owned());
        Ok(TenantId(u32::try_from(id).map_err(too_many)?))
    }

    async fn snapshot(&self, tenant: TenantId) -> Result<Box<dyn Snapshot>, ReadError> {
        Ok(Box::new(SqliteSnapshot { tenant, lease: self.readers.lease()? }))
    }

    async fn match_by_rule(
        &self,
        tenant: TenantId,
        plan: &[PhoneKey],
        rule: &MatchRule,
    ) -> Result<Vec<PhoneHit>, ReadError> {
        self.readers.lookup_lease()?.read(|conn| lookup::match_number(conn, tenant, plan, rule))
    }

    async fn search_people(
        &self,
        tenant: TenantId,
        text: &str,
        limit: usize,
    ) -> Result<Vec<PersonLine>, ReadError> {
        let text = text.to_owned();
        self.readers.scan(move |conn| lookup::search(conn, tenant, &text, page_limit(limit))).await
    }

    async fn people_after(
        &self,
        tenant: TenantId,
        after: Option<PersonId>,
        limit: usize,
    ) -> Result<Vec<Person>, ReadError> {
        self.readers.scan(move |conn| people::after(conn, tenant, after, page_limit(limit))).await
    }

    async fn people_to_rekey(
        &self,
        tenant: TenantId,
        basis: &KeyBasis,
        limit: usize,
    ) -> Result<Vec<Person>, ReadError> {
        let basis = *basis;
        self.readers.scan(move |conn| people::of_another_basis(conn, tenant, &basis, page_limit(limit))).await
    }

    async fn late_owners(&self, tenant: TenantId, limit: usize) -> Result<Vec<LateOwner>, ReadError> {
        self.readers.point(|conn| late::owners(conn, tenant, page_limit(limit)))
    }

    async fn callers_wanted(&self, tenant: TenantId, limit: usize) -> Result<Vec<CallKey>, ReadError> {
        self.readers.point(|conn| late::wanted(conn, tenant, page_limit(limit)))
    }

    async fn ring_groups(&self, tenant: TenantId) -> Result<Vec<String>, ReadError> {
        self.readers.scan(move |conn| calls::ring_groups(conn, tenant)).await
    }

    async fn corrections(&self, tenant: TenantId, call: CallKey) -> Result<Vec<Correction>, ReadError> {
        self.readers.point(|conn| corrections::of_call(conn, tenant, call))
    }

    async fn activities_of_person(
        &self,
        tenant: TenantId,
        person: PersonId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ActivityPage, ReadError> {
        let before = place(after, i64::MAX)?;
        let page = move |conn: &_| activities::of_person(conn, tenant, person, before, page_limit(limit));
        self.readers.page(limit, page).await
    }

    async fn activities_of_agent(
        &self,
        tenant: TenantId,
        agent: &AgentKey,
        limit: usize,
    ) -> Result<Vec<ActivityRow>, ReadError> {
        let agent = agent.clone();
        self.readers
            .page(limit, move |conn| activities::of_agent(conn, tenant, &agent, page_limit(limit)))
            .await
    }

    async fn list_activities(
        &self,
        tenant: TenantId,
        filter: &ActivityFilter,
        after: Option<&str>,
        limit: usize,
        look_at_most: usize,
    ) -> Result<ActivityListPage, ReadError> {
        let (filter, after) = (filter.clone(), place(after, ListPlace::START)?);
        let limit = page_limit(limit);
        let asked = move |conn: &_| {
            listing::page(conn, &listing::Asked { tenant, filter: &filter, after, limit, look_at_most })
        };
        self.readers.scan(asked).await
    }

    async fn wrapup_inbox(
        &self,
        tenant: TenantId,
        agent: Option<&AgentKey>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WrapupPage, ReadError> {
        let (agent, after) = (agent.cloned(), place(after, InboxPlace::START)?);
        let read = move |conn: &_| wrapups::inbox(conn, tenant, agent.as_ref(), after, page_limit(limit));
        self.readers.scan(read).await
    }

    async fn wrapup_tally(
        &self,
        tenant: TenantId,
        agent: Option<&AgentKey>,
    ) -> Result<WrapupTally, ReadError> {
        let agent = agent.cloned();
        self.readers.scan(move |conn| wrapup_tally::tally(conn, tenant, agent.as_ref())).await
    }

    async fn messages(
        &self,
        tenant: TenantId,
        filter: &MessageFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<MessagePage, ReadError> {
        let (filter, after) = (filter.clone(), place(after, filter.states.start())?);
        let read = move |conn: &_| messages::list(conn, tenant, &filter, after, page_limit(limit));
        self.readers.scan(read).await
    }

    async fn message_tally(&self, tenant: TenantId) -> Result<Vec<MessageCount>, ReadError> {
        self.readers.point(|conn| messages::tally(conn, tenant))
    }

    async fn message_sounds_wanted(
        &self,
        tenant: TenantId,
        after: Option<CallKey>,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError> {
        self.readers.point(|conn| messages::sound_wanted(conn, tenant, after, page_limit(limit)))
    }

    async fn cases_after(&self, tenant: TenantId, after: u64, limit: usize) -> Result<Vec<Case>, ReadError> {
        self.readers.scan(move |conn| cases::after(conn, tenant, after, page_limit(limit))).await
    }

    async fn cases_of_person(
        &self,
        tenant: TenantId,
        person: PersonId,
        limit: usize,
    ) -> Result<Vec<Case>, ReadError> {
        self.readers.page(limit, move |conn| cases::of_person(conn, tenant, person, page_limit(limit))).await
    }

    async fn search_cases(&self, tenant: TenantId, text: &str, limit: usize) -> Result<Vec<Case>, ReadError> {
        let text = text.to_owned();
        self.readers.scan(move |conn| cases::search(conn, tenant, &text, page_limit(limit))).await
    }

    async fn activities_of_case(
        &self,
        tenant: TenantId,
        case: CaseId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ActivityPage, ReadError> {
        let before = place(after, i64::MAX)?;
        let page = move |conn: &_| activities::of_case(conn, tenant, case, before, page_limit(limit));
        self.readers.scan(page).await
    }

    async fn people_of_account(
        &self,
        tenant: TenantId,
        account: PersonId,
        limit: usize,
    ) -> Result<Vec<PersonLine>, ReadError> {
        self.readers.scan(move |conn| people::of_account(conn, tenant, account, page_limit(limit))).await
    }

    async fn agent_history(
        &self,
        tenant: TenantId,
        agent: &AgentKey,
        from: At,
        to: At,
    ) -> Result<Vec<AgentStateEntry>, ReadError> {
        let agent = agent.clone();
        self.readers.scan(move |conn| agents::history(conn, tenant, &agent, from, to)).await
    }

    async fn centre(&self, tenant: TenantId) -> Result<Option<Centre>, ReadError> {
        let changes = self.kept.changes();
        if let Some(centre) = self.kept.centre.get(tenant, changes) {
            return Ok(centre.as_ref().clone());
        }
        let centre = Arc::new(self.readers.point(|conn| centre::centre(conn, tenant))?);
        self.kept.centre.put(tenant, changes, &centre);
        Ok(centre.as_ref().clone())
    }

    async fn audit(
        &self,
        tenant: TenantId,
        subject: Option<AuditSubject>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<AuditPage, ReadError> {
        let before = place(after, i64::MAX)?;
        self.readers.scan(move |conn| audit::page(conn, tenant, subject, before, page_limit(limit))).await
    }

    async fn dispositions(&self, tenant: TenantId) -> Result<Arc<Vec<DispositionSet>>, ReadError> {
        let changes = self.kept.changes();
        if let Some(sets) = self.kept.sets.get(tenant, changes) {
            return Ok(sets);
        }
        let sets = Arc::new(self.readers.scan(move |conn| dispositions::sets(conn, tenant)).await?);
        self.kept.sets.put(tenant, changes, &sets);
        Ok(sets)
    }

    async fn code_uses(&self, tenant: TenantId, code: CodeId) -> Result<u64, ReadError> {
        self.readers.scan(move |conn| activities::code_uses(conn, tenant, code)).await
    }

    async fn users(&self, tenant: TenantId) -> Result<Vec<User>, ReadError> {
        self.readers.scan(move |conn| accounts::users(conn, tenant)).await
    }

    async fn agent_names(&self, tenant: TenantId) -> Result<Arc<AgentNames>, ReadError> {
        let changes = self.kept.changes();
        if let Some(names) = self.kept.names.get(tenant, changes) {
            return Ok(names);
        }
        let names = Arc::new(self.readers.scan(move |conn| accounts::agent_names(conn, tenant)).await?);
        self.kept.names.put(tenant, changes, &names);
        Ok(names)
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<User>, ReadError> {
        self.readers.point(|conn| accounts::user(conn, tenant, id))
    }

    async fn user_by_login(&self, tenant: TenantId, login: &str) -> Result<Option<User>, ReadError> {
        self.readers.point(|conn| accounts::user_by_login(conn, tenant, login))
    }

    async fn session(&self, tenant: TenantId, token: TokenHash) -> Result<Option<Session>, ReadError> {
        self.readers.point(|conn| accounts::session(conn, tenant, token))
    }

    async fn link(&self, tenant: TenantId, hash: TokenHash) -> Result<Option<OneTimeLink>, ReadError> {
        self.readers.point(|conn| accounts::unused_link(conn, tenant, hash))
    }

    async fn source_progress(&self, tenant: TenantId, source: &str) -> Result<SourceProgress, ReadError> {
        self.readers.point(|conn| frames::progress(conn, tenant, source))
    }

    async fn queue_members(&self, tenant: TenantId, source: &str) -> Result<Vec<QueuePlace>, ReadError> {
        self.readers.point(|conn| frames::queue_members(conn, tenant, source))
    }

    async fn frame_chunks(
        &self,
        tenant: TenantId,
        source: &str,
        from: u64,
        limit: usize,
    ) -> Result<Vec<FrameChunk>, ReadError> {
        let source = source.to_owned();
        self.readers.scan(move |conn| frames::chunks(conn, tenant, &source, from, page_limit(limit))).await
    }

    async fn census(&self, tenant: TenantId) -> Result<Census, ReadError> {
        let counted = self.readers.point(|conn| {
            first(conn, CENSUS, params![tenant.0], "census", |row| {
                Ok(Census {
                    live: row.count("live")?,
                    ended: row.count("ended")?,
                    activities: row.count("activities")?,
                    reasons: row.count("reasons")?,
                    open_wrapups: row.count("open_wrapups")?,
                })
            })
        })?;
        Ok(counted.unwrap_or_default())
    }

    async fn ready(&self) -> Result<(), ReadError> {
        self.readers.point(|conn| statement::exists(conn, "SELECT 1 FROM store_state", []))?;
        match self.write(Work::Probe).await {
            Ok(_) => Ok(()),
            Err(error) => Err(ReadError::Unavailable(error.to_string())),
        }
    }

    fn stats(&self) -> StoreStats {
        self.counters.snapshot()
    }
}
