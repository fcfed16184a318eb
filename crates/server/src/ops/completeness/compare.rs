//! Compares a file of a phone system with what is known. Each call of it is known, explained, or missing; what is missing is
//! kept. Compared again, the same file changes nothing but what has become otherwise since.

use super::reader::{BadFile, FileReader, Taken};
use super::recognise::System;
use super::{endpoints, files, source};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::imports::rows::Unreadable;
use crate::settings::zone;
use domain::call::{CallRecord, NoActivity};
use domain::commit::{Change, Commit, Precondition};
use domain::completeness::missing::MissingCall;
use domain::completeness::run::{Explained, Found, KnownBy, MAX_ONLY_OURS_NAMED, Reconciliation, RunState};
use domain::completeness::told::{FileKind, Told};
use domain::id::{At, CallKey};
use std::collections::HashSet;
use store::CommitError;
use telephony::files::facts;
use telephony::files::grouping::Grouping;

/// How many records are read between two words of how far it is.
const RECORDS_AT_A_TIME: u64 = 2_000;
/// How many calls are looked up at a time.
const CALLS_AT_A_TIME: usize = 500;
/// How often calls are looked at anew when somebody made some of them ours meanwhile.
const MAX_DECISIONS: usize = 8;

/// What a file says of a call that is not known by an id, beside what others said of it.
#[derive(Default)]
struct Kept {
    rests_on: Option<Precondition>,
    change: Option<Change>,
    /// Whether it is one of ours: somebody made it, or it was heard of.
    ours: bool,
}

/// What was found so far.
struct Comparison<'a> {
    app: &'a App,
    system: System,
    run: Reconciliation,
    /// Calls of ours that the file tells of.
    ours: HashSet<CallKey>,
}

/// Compares the whole file.
///
/// # Errors
/// The disk or the store cannot read or write; it begins again then.
pub async fn compare(app: &App, tenant: &Tenant, run: Reconciliation) -> Result<(), OpError> {
    let found = Found::default();
    if source(tenant, &run.source).is_err() {
        // It was taken out of the settings since.
        let run = Reconciliation { state: RunState::Failed, ended_at: Some(app.around.now()), ..run };
        let id = run.id;
        app.store.commit(Commit::of(tenant.id, vec![Change::Reconciliation(Box::new(run))])).await?;
        files::forget(app, tenant, id).await;
        return Ok(());
    }
    let system = system(app, tenant, &run.source, Some(&run.zone)).await?;
    let (path, kind, zone) = (files::path(app, tenant, run.id), run.kind, system.zone.clone());
    let mut comparison =
        Comparison { app, system, run: Reconciliation { found, ..run }, ours: HashSet::new() };
    let opened = blocking(move || FileReader::open(&path, kind, zone)).await?;
    let mut reader = match opened {
        Ok(reader) => reader,
        Err(BadFile::Unreadable(Unreadable::Io(error))) => {
            return Err(OpError::Unavailable(error.to_string()));
        }
        Err(error) => return comparison.fail(tenant, &error).await,
    };
    let mut grouping = Grouping::default();
    loop {
        let piece = blocking(move || {
            let taken = reader.take(&mut grouping, RECORDS_AT_A_TIME);
            (reader, grouping, taken)
        });
        let (read, mut group, taken) = piece.await?;
        let taken = match taken {
            Ok(taken) => taken,
            Err(error) => return comparison.fail(tenant, &error).await,
        };
        let told = if taken.at_end { group.rest() } else { group.whole() };
        comparison.take(&told, &taken).await?;
        if taken.at_end {
            return comparison.end(tenant).await;
        }
        (reader, grouping) = (read, group);
    }
}

/// A phone system of the tenant, as its files are read by the clock of a zone, or else by the centre's.
pub(super) async fn system(
    app: &App,
    tenant: &Tenant,
    name: &str,
    by_zone: Option<&str>,
) -> Result<System, OpError> {
    let users = app.store.users(tenant.id).await?;
    let named = users.into_iter().filter_map(|user| Some((user.name.to_lowercase(), user.agent?)));
    Ok(System {
        tenant: tenant.id,
        source: name.to_owned(),
        map: endpoints(source(tenant, name)?)?,
        names: named.collect(),
        policy: tenant.rules().centre.call_policy(),
        zone: by_zone.and_then(zone::zone).unwrap_or_else(|| tenant.settings.zone()),
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, OpError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| OpError::Internal(error.to_string()))
}

impl Comparison<'_> {
    async fn take(&mut self, told: &[Told], taken: &Taken) -> Result<(), OpError> {
        self.run.found.records += taken.records;
        self.run.byte = taken.byte;
        if let Some((from, until)) = taken.spans {
            self.run.found.spans(from, until);
        }
        if told.is_empty() {
            return self.save(vec![], vec![]).await.map(drop);
        }
        for some in told.chunks(CALLS_AT_A_TIME) {
            self.look_at_some(some).await?;
        }
        Ok(())
    }

    async fn look_at_some(&mut self, told: &[Told]) -> Result<(), OpError> {
        let (found, ours) = (self.run.found.clone(), self.ours.clone());
        for _ in 0..MAX_DECISIONS {
            let (preconditions, changes) = self.look_at(told).await?;
            if self.save(preconditions, changes).await? {
                return Ok(());
            }
            // Somebody made one of them ours, or it was heard of.
            (self.run.found, self.ours) = (found.clone(), ours.clone());
        }
        Err(OpError::Unavailable("calls change faster than a file is compared with them".to_owned()))
    }

    async fn look_at(&mut self, told: &[Told]) -> Result<(Vec<Precondition>, Vec<Change>), OpError> {
        let asked: Vec<_> = told.iter().map(|told| self.system.may_be(told)).collect();
        let known = self.app.store.known_as(self.system.tenant, &asked).await?;
        let (mut preconditions, mut changes) = (Vec::new(), Vec::new());
        self.ours.extend(known.iter().flatten());
        for (told, known) in told.iter().zip(known) {
            self.run.found.calls += 1;
            for beside in facts::beside(told, &self.system.map) {
                *self.run.found.beside.entry(beside).or_default() += 1;
            }
            if known.is_some() {
                *self.run.found.known.entry(KnownBy::Id).or_default() += 1;
                continue;
            }
            let Some(call) = facts::call(told, &self.system.context()) else {
                self.unlisted(told);
                continue;
            };
            if let Some(why) = needs_none(&call) {
                *self.run.found.explained.entry(why).or_default() += 1;
                continue;
            }
            if let Some((key, by)) = self.system.near(self.app, (told, &call), &self.ours).await? {
                self.ours.insert(key);
                *self.run.found.known.entry(by).or_default() += 1;
                if let Some((rests_on, removed)) = self.no_more_missing(call.key).await? {
                    preconditions.push(rests_on);
                    changes.push(removed);
                }
                continue;
            }
            let kept = self.missing(told, call).await?;
            if kept.ours {
                *self.run.found.known.entry(KnownBy::TimeAndCustomer).or_default() += 1;
            } else {
                self.run.found.missing += 1;
            }
            preconditions.extend(kept.rests_on);
            changes.extend(kept.change);
        }
        Ok((preconditions, changes))
    }

    fn unlisted(&mut self, told: &Told) {
        *self.run.found.explained.entry(Explained::UnlistedEndpoint).or_default() += 1;
        for record in &told.records {
            for channel in [&record.channel, &record.dstchannel] {
                if !channel.is_empty() {
                    self.run.found.unlisted(telephony::endpoints::endpoint_of(channel));
                }
            }
        }
    }

    /// What was missing by an id of ours, and is known now by one of the phone system's: it goes, unless somebody makes it
    /// meanwhile.
    async fn no_more_missing(&self, key: CallKey) -> Result<Option<(Precondition, Change)>, OpError> {
        let missing = self.app.store.missing_call(self.system.tenant, key).await?;
        Ok(missing.filter(|missing| missing.made.is_none()).map(|missing| missing.removal()))
    }

    /// The call as one that is missing, with what other files said of it; or, where that is ours by now, what this one adds.
    async fn missing(&mut self, told: &Told, call: CallRecord) -> Result<Kept, OpError> {
        let named = facts::own_id(told).is_some_and(|(_, named)| named);
        let Some(before) = self.told_before(told, &call, named).await? else {
            let missing = MissingCall {
                key: call.key,
                version: 1,
                named,
                run: self.run.id,
                file: self.run.file.clone(),
                told: told.clone(),
                call,
                made: None,
            };
            let rests_on = Precondition::MissingVersion { key: missing.key, version: 0 };
            let change = Change::MissingCall(Box::new(missing));
            return Ok(Kept { rests_on: Some(rests_on), change: Some(change), ours: false });
        };
        // Another call of the same file is another call.
        self.ours.insert(before.key);
        let heard = self.app.store.call(self.system.tenant, before.key).await?.is_some();
        let ours = heard || before.made.is_some();
        let both = before.told.clone().with(told.clone());
        if both == before.told {
            return Ok(Kept { ours, ..Kept::default() });
        }
        let (key, version) = (before.key, before.version);
        let call = if ours {
            // What was made stays as it was made.
            before.call.clone()
        } else {
            CallRecord { key, ..facts::call(&both, &self.system.context()).unwrap_or(call) }
        };
        let missing = MissingCall { version: version + 1, told: both, call, ..before };
        let rests_on = Precondition::MissingVersion { key, version };
        Ok(Kept { rests_on: Some(rests_on), change: Some(Change::MissingCall(Box::new(missing))), ours })
    }

    async fn told_before(
        &self,
        told: &Told,
        call: &CallRecord,
        named: bool,
    ) -> Result<Option<MissingCall>, OpError> {
        let by_id = self.app.store.missing_call(self.system.tenant, call.key).await?;
        if by_id.is_some() {
            return Ok(by_id);
        }
        self.system.told_before(self.app, (told, call, named), &self.ours).await
    }

    /// Writes what was found and how far it is; whether what it rests on still held.
    async fn save(&self, preconditions: Vec<Precondition>, changes: Vec<Change>) -> Result<bool, OpError> {
        let mut changes = changes;
        changes.push(Change::Reconciliation(Box::new(self.run.clone())));
        let commit = Commit { tenant: self.system.tenant, preconditions, changes };
        match self.app.store.commit(commit).await {
            Err(CommitError::Refused { .. }) => Ok(false),
            written => Ok(written.map(|_| true)?),
        }
    }

    async fn end(mut self, tenant: &Tenant) -> Result<(), OpError> {
        if let (Some(from), Some(until)) = (self.run.found.from, self.run.found.until) {
            self.only_ours(from, until).await?;
        }
        (self.run.state, self.run.ended_at) = (RunState::Done, Some(self.app.around.now()));
        self.save(vec![], vec![]).await?;
        let (calls, missing) = (self.run.found.calls, self.run.found.missing);
        tracing::info!(run = %self.run.id, calls, missing, "a file of a phone system was compared");
        files::forget(self.app, tenant, self.run.id).await;
        Ok(())
    }

    async fn fail(mut self, tenant: &Tenant, error: &BadFile) -> Result<(), OpError> {
        tracing::warn!(run = %self.run.id, %error, "a file of a phone system cannot be compared");
        (self.run.state, self.run.ended_at) = (RunState::Failed, Some(self.app.around.now()));
        self.save(vec![], vec![]).await?;
        files::forget(self.app, tenant, self.run.id).await;
        Ok(())
    }

    /// Calls of the file's time that it says nothing of. Those at its edges may be in the file before or after it.
    async fn only_ours(&mut self, from: At, until: At) -> Result<(), OpError> {
        let mut after = (from, None);
        loop {
            let page = self.app.store.calls_began(
                self.system.tenant,
                &self.system.source,
                after,
                until,
                CALLS_AT_A_TIME,
            );
            let page = page.await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = (last.started_at, Some(last.key));
            for call in &page {
                let told_of = self.run.kind == FileKind::Cdr || call.ring_group.is_some();
                let within = call.ended_at.is_some_and(|ended| ended <= until);
                if call.has_customer && told_of && within && !self.ours.contains(&call.key) {
                    self.run.found.only_ours += 1;
                    if self.run.found.only_ours_named.len() < MAX_ONLY_OURS_NAMED {
                        self.run.found.only_ours_named.push(call.key);
                    }
                }
            }
        }
    }
}

/// Why a call needs no Activity.
fn needs_none(call: &CallRecord) -> Option<Explained> {
    match call.no_activity {
        Some(NoActivity::InternalCall) => Some(Explained::InternalCall),
        Some(NoActivity::AgentDidNotPickUp) => Some(Explained::AgentDidNotPickUp),
        Some(NoActivity::NoCustomer) => Some(Explained::NoCustomer),
        Some(NoActivity::ListeningIn) => Some(Explained::ListeningIn),
        None => (!call.has_customer()).then_some(Explained::InternalCall),
    }
}
