//! `ingest`: bytes of a phone system become stored frames, calls, Activities and wrap-ups, all in one commit.
//! What was acknowledged is on disk; what panels show was committed. How bytes are read is the source's kind's
//! (`telephony::reader`); where they come from is the workers'.

use super::lookup;
use super::messages::MessageNews;
use crate::app::{App, Rules, Tenant};
use domain::activity::Activity;
use domain::auto_create::wants_caller;
use domain::call::{CallBook, CallRecord, CallState, Direction, Finding};
use domain::commit::{Change, Commit, FrameChunk};
use domain::dial::DialledFrom;
use domain::event::{CommandAnswer, QueueMember, SourceEvent};
use domain::id::{AgentKey, At, CallKey, EngagementKey};
use domain::matching::AutoCreate;
use domain::message;
use domain::wrapup::{Wrapup, WrapupState};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use store::{CommitError, ReadError};
use telephony::endpoints::EndpointMap;
use telephony::reader::Reader;

/// How many stored chunks are read at a time when a source is taken up again.
const RESUME_PAGE: usize = 500;
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

    async fn read_again(&mut self, from: u64) -> Result<(), IngestError> {
        let (mut next, mut connection) = (from, None);
        loop {
            let chunks = self.app.store.frame_chunks(self.tenant.id, &self.source, next, RESUME_PAGE).await?;
            let Some(last) = chunks.last() else { break };
            next = last.chunk + 1;
            for chunk in &chunks {
                if connection.replace(chunk.connection).is_some_and(|before| before != chunk.connection) {
                    self.gap(chunk.received_at);
                }
                self.heard_at = chunk.received_at;
                self.read_frames(&chunk.bytes, chunk.chunk, chunk.received_at);
                // As it was done when they came: what a call is may depend on when it was looked at.
                self.found.extend(self.book.settle(self.book.clock()));
            }
        }
        // Time has passed since: a call that was over then does not live again.
        self.tick(self.app.around.now()).await?;
        self.app.channels.read_again(self.tenant.id, &self.source, &std::mem::take(&mut self.heard));
        self.reading_again = false;
        Ok(())
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
        let mut merged = Vec::new();
        for finding in findings {
            match finding {
                Finding::Changed(call) => self.changes_of(*call, &mut changes, &mut agents).await?,
                Finding::Merged { from, into } => merged.push(Change::CallMerged { from, into }),
                Finding::Forgotten(_) => {}
            }
        }
        // After the calls: what a merged call leaves is moved to one that is there.
        changes.extend(merged);
        let resume_from = self.book.resume_from(self.chunk + 1);
        if resume_from != self.resume_from {
            changes.push(Change::ResumeFrom { source: self.source.clone(), chunk: resume_from });
        }
        if std::mem::take(&mut self.membership_changed) {
            let members = self.app.phones.queue_places(self.tenant.id, &self.source);
            changes.push(Change::QueueMembers { source: self.source.clone(), members });
        }
        if changes.is_empty() {
            return Ok(());
        }
        let messages = MessageNews::of(&changes);
        let number = self.app.store.commit(Commit::of(self.tenant.id, changes)).await?;
        self.resume_from = resume_from;
        self.app.hub.busy(self.tenant.id, &agents);
        self.app.hub.changed(self.tenant.id, &agents, number);
        messages.tell(&self.app, &self.tenant, number);
        Ok(())
    }

    /// What reading again found out of calls that live in the store. All others were over by frames that are read
    /// again now, and need nothing; those of which the first frames are behind the point that reading began at are
    /// another call than they were, and are noted.
    async fn of_living(&mut self, found: Vec<Finding>) -> Result<Vec<Finding>, ReadError> {
        let (mut last, mut over) = (BTreeMap::<CallKey, Box<CallRecord>>::new(), HashSet::new());
        for finding in found {
            match finding {
                Finding::Changed(call) if over.contains(&call.key) => {
                    self.parts_of_old.insert(call.key);
                }
                Finding::Changed(call) => {
                    last.insert(call.key, call);
                }
                Finding::Merged { from, .. } => {
                    last.remove(&from);
                }
                Finding::Forgotten(key) => {
                    over.insert(key);
                }
            }
        }
        let from_the_first = self.resume_from <= FIRST_CHUNK;
        let mut living = Vec::new();
        for (key, call) in last {
            match self.app.store.call(self.tenant.id, key).await? {
                Some(stored) if stored.state == CallState::Live => living.push(Finding::Changed(call)),
                Some(stored) if stored == *call => {
                    self.whole.insert(key);
                }
                None if from_the_first => living.push(Finding::Changed(call)),
                _ => {
                    self.parts_of_old.insert(key);
                }
            }
        }
        living.extend(over.into_iter().map(Finding::Forgotten));
        Ok(living)
    }

    /// Leaves out what was found of calls that were over before, by a part of their frames.
    async fn of_whole(&mut self, found: Vec<Finding>) -> Result<Vec<Finding>, ReadError> {
        let mut kept = Vec::with_capacity(found.len());
        for finding in found {
            match &finding {
                Finding::Changed(call) if self.parts_of_old.contains(&call.key) => continue,
                Finding::Changed(call) if !self.whole.contains(&call.key) => {
                    let stored = self.app.store.call(self.tenant.id, call.key).await?;
                    if stored.is_some_and(|stored| stored.state == CallState::Ended) {
                        self.parts_of_old.insert(call.key);
                        continue;
                    }
                    self.whole.insert(call.key);
                }
                Finding::Changed(_) => {}
                Finding::Merged { from, .. } if self.parts_of_old.contains(from) => continue,
                Finding::Merged { from, into } => {
                    self.whole.remove(from);
                    // A call that lives is part of the old one after all.
                    if self.parts_of_old.remove(into) {
                        self.whole.insert(*into);
                    }
                }
                Finding::Forgotten(key) => {
                    self.whole.remove(key);
                    self.parts_of_old.remove(key);
                }
            }
            kept.push(finding);
        }
        Ok(kept)
    }

    /// Where the call was clicked, if it was.
    async fn dialled_from(&self, call: &CallRecord) -> Result<Option<DialledFrom>, ReadError> {
        if call.direction != Direction::Outbound {
            return Ok(None);
        }
        for part in &call.engagements {
            if let Some(dial) = self.app.store.dial(self.tenant.id, part.key).await? {
                return Ok(Some(dial.from));
            }
        }
        Ok(None)
    }

    /// The Activity of a call that nothing is stored of: whose it may be, and where it was clicked.
    async fn opened(&self, call: &CallRecord, rules: &Rules) -> Result<Activity, ReadError> {
        let party = lookup::party_of(rules, call);
        let rule = &rules.centre.matching;
        let matched = lookup::match_caller(&*self.app.store, self.tenant.id, &party, rule).await?;
        let dialled_from = self.dialled_from(call).await?;
        let clicked = match dialled_from {
            Some(_) => {
                lookup::clicked(&mut *self.app.store.snapshot(self.tenant.id).await?, dialled_from).await?
            }
            None => None,
        };
        let mut activity = Activity::open(call.key, matched.candidates());
        activity.dialled_from = dialled_from;
        activity.party = lookup::party_by_itself(clicked, &matched);
        Ok(activity)
    }

    async fn changes_of(
        &mut self,
        call: CallRecord,
        changes: &mut Vec<Change>,
        agents: &mut BTreeSet<AgentKey>,
    ) -> Result<(), IngestError> {
        agents.extend(call.engagements.iter().map(|part| part.agent.clone()));
        let key = call.key;
        let due: Vec<Wrapup> = call
            .engagements
            .iter()
            .filter(|part| part.wrapup_due() && !self.opened_wrapups.contains(&part.key))
            .map(|part| Wrapup {
                state: WrapupState::Open,
                opened_at: part.ended_at,
                ..Wrapup::new(part.key, key, part.agent.clone())
            })
            .collect();
        let ended = call.state == CallState::Ended && call.has_customer();
        // Until an outbound call reaches somebody or is over, its number may be the keys that were pressed, the
        // digit for an outside line included; whom it is with would be asked of the wrong number.
        // And until it is known whether a caller wants their number shown, they are nobody's yet.
        let named = call.from.is_some() || call.ring_group.is_some() || !call.engagements.is_empty();
        let settled = call.answered_at.is_some() || ended || !due.is_empty();
        let told = settled || (call.direction != Direction::Outbound && named);
        let rules = self.tenant.rules();
        let opens = call.has_customer() && told && !self.opened_activities.contains(&key);
        let opened = if opens { Some(self.opened(&call, &rules).await?) } else { None };
        let owes_wrapup = call.engagements.iter().any(|part| part.wrapup);
        let makes = ended && rules.centre.auto_create.of_call(&call).make != AutoCreate::None;
        let wanted =
            makes && wants_caller(&call, &rules.centre.auto_create, &lookup::party_of(&rules, &call));
        let parts: Vec<EngagementKey> = call.engagements.iter().map(|part| part.key).collect();
        let left = message::settled(&call);
        changes.push(Change::Call(Box::new(call)));
        if let Some(activity) = opened {
            changes.push(Change::ActivityOpened(Box::new(activity)));
            self.opened_activities.insert(key);
        }
        for wrapup in due {
            self.opened_wrapups.insert(wrapup.key);
            changes.push(Change::WrapupOpened(Box::new(wrapup)));
        }
        if ended {
            changes.push(Change::ActivityArchived { key, owes_wrapup });
            changes.extend(wanted.then_some(Change::CallerWanted(key)));
            changes.extend(left);
            // What a late fact may still open is settled by the store, which opens nothing twice.
            self.opened_activities.remove(&key);
            self.opened_wrapups.retain(|wrapup| !parts.contains(wrapup));
        }
        Ok(())
    }
}
