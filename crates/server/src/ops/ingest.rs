//! `ingest`: bytes of a phone system become stored frames, calls, Activities and wrap-ups, all in one commit.
//! What was acknowledged is on disk; what panels show was committed. How bytes are read is the source's kind's
//! (`telephony::reader`); where they come from is the workers'.

mod again;
mod one_call;
mod opening;

use super::messages::MessageNews;
use crate::app::{App, Tenant};
use domain::call::{CallBook, Finding};
use domain::commit::{Change, Commit, FrameChunk};
use domain::event::{CommandAnswer, QueueMember, SourceEvent};
use domain::id::{At, CallKey, EngagementKey};
use one_call::PartOf;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use store::{CommitError, ReadError};
use telephony::endpoints::EndpointMap;
use telephony::reader::Reader;

/// How many stored chunks are read at a time when a source is taken up again.
const RESUME_PAGE: usize = 500;
/// How often it is decided anew what becomes of calls that are one, when somebody logs or corrects one of them meanwhile.
const MAX_DECISIONS: usize = 8;
/// Number of the first chunk of a source.
const FIRST_CHUNK: u64 = 1;

/// Why a source cannot go on; it is taken up again from what is stored.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// What it rests on cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It cannot be written.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// One source being read.
pub struct Ingest {
    app: Arc<App>,
    tenant: Arc<Tenant>,
    source: String,
    endpoints: EndpointMap,
    book: CallBook,
    reader: Reader,
    chunk: u64,
    connection: u64,
    frames: u64,
    resume_from: u64,
    /// Our clock when the source was last heard, to go on by while it is silent.
    heard_at: At,
    /// A connection began and nothing came over it yet.
    connected: bool,
    /// What goes into the next commit.
    found: Vec<Finding>,
    /// What its queues said of their members, for whoever tells them whom to leave alone.
    members: Vec<QueueMember>,
    /// What happened to legs, for whoever asks something of them.
    heard: Vec<SourceEvent>,
    /// What it said to what it was told.
    answers: Vec<CommandAnswer>,
    /// It says that it has started.
    booted: bool,
    /// Who is in its queues is not what is stored of it.
    membership_changed: bool,
    /// Stored frames are being read again, the oldest of them perhaps from the middle of a call.
    reading_again: bool,
    /// Calls of which every frame was read in this run.
    whole: HashSet<CallKey>,
    /// Calls that were over long ago, and of which this run knows a part. What is stored of them rests on all of
    /// their frames, and nothing that comes now changes it.
    parts_of_old: HashSet<CallKey>,
    /// What was opened by a commit of this run; opening again would change nothing and cost a look-up.
    opened_activities: HashSet<CallKey>,
    opened_wrapups: HashSet<EngagementKey>,
    /// How many events were ignored when it was said last.
    ignored: u64,
}

impl Ingest {
    /// Takes a manager interface up where it was left ([`Ingest::resume_by`]).
    ///
    /// # Errors
    /// The store cannot read or write.
    pub async fn resume(
        app: Arc<App>,
        tenant: Arc<Tenant>,
        source: &str,
        endpoints: EndpointMap,
    ) -> Result<Ingest, IngestError> {
        Ingest::resume_by(app, tenant, source, endpoints, Reader::ami()).await
    }

    /// Takes a source up where it was left, reading again what is stored of calls that lived.
    ///
    /// # Errors
    /// The store cannot read or write.
    pub async fn resume_by(
        app: Arc<App>,
        tenant: Arc<Tenant>,
        source: &str,
        endpoints: EndpointMap,
        reader: Reader,
    ) -> Result<Ingest, IngestError> {
        let progress = app.store.source_progress(tenant.id, source).await?;
        app.phones.were_members(tenant.id, source, app.store.queue_members(tenant.id, source).await?);
        let book = CallBook::new(tenant.id, source, reader.id_time(), tenant.rules().centre.call_policy());
        let mut ingest = Ingest {
            heard_at: app.around.now(),
            connected: false,
            found: Vec::new(),
            members: Vec::new(),
            heard: Vec::new(),
            answers: Vec::new(),
            booted: false,
            membership_changed: false,
            reading_again: true,
            whole: HashSet::new(),
            parts_of_old: HashSet::new(),
            app,
            tenant,
            source: source.to_owned(),
            endpoints,
            book,
            reader,
            chunk: progress.last_chunk,
            connection: progress.last_connection,
            frames: 0,
            resume_from: progress.resume_from,
            opened_activities: HashSet::new(),
            opened_wrapups: HashSet::new(),
            ignored: 0,
        };
        ingest.read_again(progress.resume_from).await?;
        Ok(ingest)
    }

    /// A connection to the source begins: what happened before it is not known, unless its kind says it again.
    pub fn connected(&mut self) {
        let loses = self.reader.loses_between_connections();
        if loses || self.connection == 0 {
            self.connection += 1;
        }
        self.frames = 0;
        self.reader.begin();
        self.connected = loses;
    }

    /// What happened before `at` since the source was last heard is not known. Calls that were over by then are
    /// not concerned. It rests on what is stored and nothing else, so that reading again finds the same.
    fn gap(&mut self, at: At) {
        if !self.book.is_empty() {
            let silent_ms = at.millis_since(self.heard_at);
            self.found.extend(self.book.settle(self.book.clock().plus_millis(silent_ms)));
            self.book.take(SourceEvent::Gap { at: self.book.clock() }, self.chunk);
        }
    }

    /// Takes in bytes as they were read; returns when all that they tell is durable.
    ///
    /// # Errors
    /// The store cannot read or write: nothing of these bytes was acknowledged.
    pub async fn take(&mut self, bytes: &[u8], received_at: At) -> Result<(), IngestError> {
        let Some(piece) = self.reader.cut(bytes) else { return Ok(()) };
        if std::mem::take(&mut self.connected) {
            self.gap(received_at);
        }
        self.heard_at = received_at;
        self.chunk += 1;
        let first_frame = self.frames;
        self.frames += self.read_frames(&piece, self.chunk, received_at);
        let chunk = FrameChunk {
            source: self.source.clone(),
            chunk: self.chunk,
            connection: self.connection,
            first_frame,
            received_at,
            bytes: piece,
        };
        self.commit(self.book.clock(), Some(chunk)).await?;
        self.tell_channels();
        self.tell_members();
        Ok(())
    }

    /// What was committed of legs is taken in, and panels are told where it is something that they show.
    fn tell_channels(&mut self) {
        let heard = std::mem::take(&mut self.heard);
        let news = self.app.channels.heard(self.tenant.id, &self.source, &heard);
        if !heard.is_empty() {
            // By which legs something can be asked was not known yet when the calls were told of.
            self.app.hub.floors.changed(self.tenant.id);
        }
        for agent in &news {
            self.app.hub.seen(self.tenant.id, agent);
        }
    }

    fn tell_members(&mut self) {
        let mut news = Vec::new();
        for member in std::mem::take(&mut self.members) {
            let agent = member.agent.clone();
            if self.app.phones.membership_is(self.tenant.id, &self.source, &member) {
                self.membership_changed = true;
                // Which codes they are offered may be others now.
                self.app.hub.seen(self.tenant.id, &agent);
            }
            if self.app.phones.member_is(self.tenant.id, &self.source, member) {
                news.push(agent);
            }
        }
        if !news.is_empty() {
            self.app.hub.touch(self.tenant.id, news);
        }
    }

    /// Lets time pass: calls settle though the source is silent.
    ///
    /// # Errors
    /// The store cannot read or write.
    pub async fn tick(&mut self, now: At) -> Result<(), IngestError> {
        let silent_ms = now.millis_since(self.heard_at);
        let now = self.book.clock().plus_millis(silent_ms);
        if let Some(limit_ms) = self.reader.gives_calls_up_after_ms() {
            self.book.give_up_silent(now, limit_ms);
        }
        self.commit(now, None).await
    }

    /// What it said, since this was asked last, to what it was told.
    pub fn answers(&mut self) -> Vec<CommandAnswer> {
        std::mem::take(&mut self.answers)
    }

    /// Whether it said, since this was asked last, that it has started.
    pub fn has_booted(&mut self) -> bool {
        std::mem::take(&mut self.booted)
    }

    /// Says that a limit was reached, and again when twice as much was ignored.
    fn tell_ignored(&mut self) {
        let ignored = self.book.ignored();
        if ignored >= (self.ignored * 2).max(1) {
            let (source, held) = (&self.source, self.book.held());
            tracing::warn!(source, ignored, ?held, "the phone system says more of calls than is held");
            self.ignored = ignored;
        }
    }

    /// How many calls can still change.
    pub fn open_calls(&self) -> usize {
        self.book.len()
    }

    fn read_frames(&mut self, bytes: &[u8], chunk: u64, received_at: At) -> u64 {
        let reading = self.reader.read(bytes, &self.endpoints, received_at);
        self.booted |= !self.reading_again && reading.booted;
        if reading.not_understood > 0 {
            let (source, count) = (&self.source, reading.not_understood);
            tracing::warn!(source, chunk, count, "deliveries that were understood once are not any more");
        }
        for event in reading.events {
            match event {
                // How a queue treats its members is asked anew with each connection, not remembered.
                SourceEvent::Member(member) if !self.reading_again => self.members.push(member),
                SourceEvent::Answered(answer) if !self.reading_again => self.answers.push(answer),
                event => {
                    self.heard.push(event.clone());
                    self.book.take(event, chunk);
                }
            }
        }
        reading.frames
    }

    async fn commit(&mut self, now: At, chunk: Option<FrameChunk>) -> Result<(), IngestError> {
        self.tell_ignored();
        self.book.policy_is(self.tenant.rules().centre.call_policy());
        let settled = self.book.settle(now);
        let found: Vec<Finding> = std::mem::take(&mut self.found).into_iter().chain(settled).collect();
        let findings = if self.reading_again { self.of_living(found).await? } else { found };
        let findings = self.of_whole(findings).await?;
        let mut changes: Vec<Change> = chunk.map(Change::Frames).into_iter().collect();
        let mut agents = BTreeSet::new();
        let mut part_of = PartOf::default();
        for finding in findings {
            match finding {
                Finding::Changed(call) => self.changes_of(*call, &mut changes, &mut agents).await?,
                Finding::Merged { from, into } => part_of.note(from, into),
                Finding::Forgotten(_) => {}
            }
        }
        let resume_from = self.book.resume_from(self.chunk + 1);
        if resume_from != self.resume_from {
            changes.push(Change::ResumeFrom { source: self.source.clone(), chunk: resume_from });
        }
        if std::mem::take(&mut self.membership_changed) {
            let members = self.app.phones.queue_places(self.tenant.id, &self.source);
            changes.push(Change::QueueMembers { source: self.source.clone(), members });
        }
        if changes.is_empty() && part_of.is_empty() {
            return Ok(());
        }
        let messages = MessageNews::of(&changes);
        let number = self.write(changes, &part_of).await?;
        self.resume_from = resume_from;
        self.app.hub.busy(self.tenant.id, &agents);
        self.app.hub.changed(self.tenant.id, &agents, number);
        messages.tell(&self.app, &self.tenant, number);
        Ok(())
    }

    /// Writes it all; what becomes of calls that are one is decided again where what that rests on changed meanwhile.
    async fn write(&self, changes: Vec<Change>, part_of: &PartOf) -> Result<u64, IngestError> {
        let tenant = self.tenant.id;
        if part_of.is_empty() {
            return Ok(self.app.store.commit(Commit::of(tenant, changes)).await?);
        }
        let mut decisions = 1;
        loop {
            let (preconditions, more) = self.made_one(part_of, &changes).await?;
            // After the calls: what a call that is part of another leaves is moved to one that is there.
            let changes = changes.iter().cloned().chain(more).collect();
            match self.app.store.commit(Commit { tenant, preconditions, changes }).await {
                Err(CommitError::Refused { .. }) if decisions < MAX_DECISIONS => decisions += 1,
                written => return Ok(written?),
            }
        }
    }
}
