//! What each change does to the rows of a tenant. Preconditions are in [`super::tenant`].

use super::tenant::{LinkRow, Made, PersonRow, Tenant, same_login};
use crate::contract::{begins, check_frames, check_keys, number_taken};
use crate::errors::{Inconsistency, inconsistent};
use domain::account::{Session, User};
use domain::activity::Outcome;
use domain::call::CallRecord;
use domain::case::Case;
use domain::commit::{AgentStateEntry, Change, FrameChunk};
use domain::directory::{Person, RecordKeys};
use domain::id::{At, CallKey, PersonId, TenantId};
use domain::mirror::{Joined, Local};
use domain::phone::PhoneKey;
use domain::wrapup::{Wrapup, WrapupState};

impl Tenant {
    /// Applies one change; `order` is greater than that of every row written before.
    pub(super) fn apply(
        &mut self,
        change: Change,
        order: u64,
        tenant: TenantId,
    ) -> Result<(), Inconsistency> {
        match change {
            Change::Frames(chunk) => self.frames_received(chunk)?,
            Change::ResumeFrom { source, chunk } => {
                let row = self.sources.get(&source).copied().unwrap_or_default();
                self.sources.insert(source, super::tenant::SourceRow { resume_from: chunk, ..row });
            }
            Change::ForgetFrames { source, before } => self.frames_forgotten(&source, before),
            Change::QueueMembers { source, mut members } => {
                let row = self.sources.get(&source).copied().unwrap_or_default();
                self.sources.insert(source.clone(), row);
                members.sort();
                self.queue_members.insert(source, members);
            }
            Change::Call(record) => {
                self.call_changes(&record);
                self.call_is(*record, order);
            }
            Change::CallMerged { from, into } => self.call_merged(from, into)?,
            Change::WrapupOpened(wrapup) => self.wrapup_opened(*wrapup)?,
            Change::Wrapup(wrapup) => {
                self.call_known("wrapup", wrapup.call)?;
                self.wrapups.insert(wrapup.key, *wrapup);
            }
            Change::ActivityOpened(activity) => {
                self.call_known("activity", activity.key)?;
                if self.activities.get(&activity.key).is_none() {
                    self.activity_is(*activity);
                }
            }
            Change::Activity(mut activity) => {
                self.call_known("activity", activity.key)?;
                activity.archived |= self.activities.get(&activity.key).is_some_and(|before| before.archived);
                self.activity_is(activity.as_ref().clone());
                self.follow(&activity);
            }
            Change::FollowUp(follow_up) => {
                self.call_known("follow_up", follow_up.call)?;
                let call = follow_up.call;
                self.follow_ups.insert(call, *follow_up);
                self.follow_up_changed(call);
            }
            Change::FollowUpCarried { call, version, filed } => self.follow_up_carried(call, version, *filed),
            Change::ActivityArchived { key, owes_wrapup } => self.activity_archived(key, owes_wrapup),
            Change::Correction(correction) => {
                self.call_known("correction", correction.call)?;
                if self.corrections.get(&correction.id).is_none() {
                    self.corrections.insert(correction.id, Made { order, row: *correction });
                }
            }
            Change::Person { person, keys } => self.person_said(*person, &keys, order),
            Change::PersonRekeyed { id, version, keys } => self.person_rekeyed(id, version, &keys)?,
            Change::LateOwnerDone { person, version } => {
                self.late_owners.remove_where(|id, since| *id == person && *since == version);
            }
            Change::CallerWanted(call) => self.callers_wanted.insert(call, ()),
            Change::CallerLookedAfter(call) => self.callers_wanted.remove(&call),
            Change::MessageLeft(message) => {
                self.call_known("message", message.call)?;
                self.message_left(*message);
            }
            Change::MessageWithdrawn(call) => self.message_withdrawn(call),
            Change::Message(message) => {
                self.call_known("message", message.call)?;
                self.message_is(*message);
            }
            Change::MessageSoundSettled(call) => self.message_sound_settled(call),
            Change::PersonDeleted(id) => self.person_gone(id),
            Change::CrmFollowed { organisation } => self.crm_followed(organisation)?,
            Change::PersonMirrored { person, keys, remote, twin, awaited } => {
                let joined = Joined { local: Local::Person(person.id), remote, twin };
                self.person_mirrored(*person, &keys, joined, awaited, order);
            }
            Change::CaseMirrored { case, remote } => self.case_mirrored(*case, remote, order),
            Change::Joined(joined) => self.joined(joined),
            Change::PersonBecame { from, into } => self.person_became(from, into, order)?,
            Change::CrmUser(user) => self.crm_users.insert(user.remote.id.clone(), *user),
            Change::MirroredUpTo(place) => self.mirrored.insert(place.of, place),
            Change::CarriedOut { subject, version, filed } => self.carried_out(subject, version, filed),
            Change::OutboxTried(attempt) => self.outbox_tried(&attempt),
            Change::OutboxAgain { subject, despite_duplicates } => {
                self.outbox_again(subject, despite_duplicates);
            }
            Change::OutboxLeft(subject) => self.outbox_done(&subject),
            Change::GoneThere { call, record } => self.gone_there(call, &record),
            Change::FileAgain(call) => self.file_again(call),
            Change::CrmCheck(check) => self.crm_check_is(*check),
            Change::CrmCheckFailed(failure) => self.crm_check_failed(*failure),
            Change::Endpoint(endpoint) => self.endpoint_is(*endpoint, order),
            Change::EndpointRemoved(id) => self.endpoint_removed(id),
            Change::EndpointFared { endpoint, how, at } => self.endpoint_fared(endpoint, how, at),
            Change::Told { news, only } => self.tell(*news, only, tenant),
            Change::LateToldUpTo(at) => self.late_told(at),
            Change::DeliveryTried(attempted) => self.delivery_tried(&attempted),
            Change::DeliveriesAgain { endpoint, notices, not_before } => {
                self.deliveries_again(endpoint, &notices, not_before);
            }
            Change::ForgetNotices { before, most } => self.notices_forgotten(before, most),
            Change::Case(case) => self.case_is(*case, order)?,
            Change::Dial(dial) => {
                if self.dials.get(&dial.engagement).is_none() {
                    self.dials.insert(dial.engagement, *dial);
                }
            }
            Change::Mode(mode) => self.modes.insert(mode.agent.clone(), *mode),
            Change::AgentState(entry) => self.agent_does(*entry, order),
            Change::Centre(centre) => self.centre.insert((), *centre),
            Change::Audit(entry) => {
                if self.audit.get(&entry.id).is_none() {
                    self.audit.insert(entry.id, Made { order, row: *entry });
                }
            }
            Change::Set(mut set) => {
                set.codes.clear();
                self.sets.insert(set.id, *set);
            }
            Change::Code(code) => {
                if self.sets.get(&code.set).is_none() {
                    return Err(inconsistent("code", "set_id", &code.id, "its set is unknown"));
                }
                self.codes.insert(code.id, *code);
            }
            Change::User(user) => self.user_is(*user)?,
            Change::Session(session) => self.session_is(session)?,
            Change::SessionEnded(id) => self.sessions.remove(&id),
            Change::ForgetSessions { expired_before } => {
                self.sessions.remove_where(|_, session| session.expires_at < expired_before);
            }
            Change::SessionsEnded(user) => self.sessions.remove_where(|_, session| session.user == user),
            Change::Link(link) => {
                if link.user.is_some_and(|user| self.users.get(&user).is_none()) {
                    return Err(inconsistent("link", "user_id", &"a link", "its user is unknown"));
                }
                if self.links.get(&link.hash).is_none() {
                    self.links.insert(link.hash, LinkRow { link, used: false });
                }
            }
            Change::ReportCalendar(calendar) => self.report_calendar.insert((), *calendar),
            Change::Import(import) => self.import_is(*import),
            Change::ImportWentOn { id, progress } => self.import_went_on(id, *progress),
            Change::ImportRemoved(id) => self.imports.remove(&id),
            Change::Bulk(bulk) => self.bulks.insert(bulk.id, *bulk),
            Change::BulkItem(item) => self.bulk_items.insert((item.bulk, item.call), *item),
            Change::Report(report) => self.saved_reports.insert(report.id, *report),
            Change::ReportRemoved(id) => self.remove_report(id),
            Change::ReportMail(mail) => self.save_mail(*mail),
            Change::Reconciliation(run) => self.reconciliations.insert(run.id, *run),
            Change::ReconciliationRemoved(id) => self.reconciliations.remove(&id),
            Change::MissingCall(missing) => self.missing.insert(missing.key, *missing),
            Change::MissingCallRemoved(key) => self.missing.remove(&key),
            Change::View(view) => self.views.insert(view.id, *view),
            Change::ViewRemoved(id) => self.views.remove(&id),
            Change::FirstView { user, view: Some(view) } => self.first_views.insert(user, view),
            Change::FirstView { user, view: None } => self.first_views.remove(&user),
            Change::PastCall(past) => self.past_call(*past, order),
            // Here nothing is counted before it is asked for.
            Change::ReportFill { .. } | Change::ReportPack { .. } => {}
            Change::LinkUsed(hash) => {
                if let Some(row) = self.links.get(&hash).cloned() {
                    self.links.insert(hash, LinkRow { used: true, ..row });
                }
            }
        }
        Ok(())
    }

    fn call_known(&self, table: &'static str, call: CallKey) -> Result<(), Inconsistency> {
        match self.calls.get(&call) {
            Some(_) => Ok(()),
            None => Err(inconsistent(table, "call_id", &call, "its call is unknown")),
        }
    }

    fn frames_received(&mut self, chunk: FrameChunk) -> Result<(), Inconsistency> {
        let mut row = self.sources.get(&chunk.source).copied().unwrap_or_default();
        let stored = self.frames.get(&(chunk.source.clone(), chunk.chunk));
        if check_frames(&chunk, row.last_chunk, stored.map(|chunk| chunk.bytes.as_slice()))? {
            if let Some(heard) = row.heard_at.filter(|_| chunk.connection > row.last_connection) {
                self.deaf.insert((heard, chunk.source.clone()), chunk.received_at);
            }
            row.last_chunk = chunk.chunk;
            row.last_connection = chunk.connection;
            row.heard_at = Some(chunk.received_at);
            self.sources.insert(chunk.source.clone(), row);
            self.frames.insert((chunk.source.clone(), chunk.chunk), chunk);
        }
        Ok(())
    }

    fn frames_forgotten(&mut self, source: &str, before: At) {
        let resume_from = self.sources.get(&source.to_owned()).map_or(0, |row| row.resume_from);
        self.frames.remove_where(|(name, number), chunk| {
            name == source && *number < resume_from && chunk.received_at < before
        });
    }

    pub(super) fn call_is(&mut self, record: CallRecord, order: u64) {
        // An engagement belongs to one call: one that moved here is no longer of the other.
        let moved = |call: &CallRecord| {
            call.key != record.key && call.engagements.iter().any(|e| record.engagement(e.key).is_some())
        };
        let others: Vec<_> = self.calls.values().filter(|made| moved(&made.row)).cloned().collect();
        for mut other in others {
            other.row.engagements.retain(|engagement| record.engagement(engagement.key).is_none());
            self.calls.insert(other.row.key, other);
        }
        if let Some(group) = &record.ring_group {
            self.ring_groups.insert(group.clone(), ());
        }
        let order = self.calls.get(&record.key).map_or(order, |made| made.order);
        self.calls.insert(record.key, Made { order, row: record });
    }

    fn call_merged(&mut self, from: CallKey, into: CallKey) -> Result<(), Inconsistency> {
        if from == into || self.calls.get(&from).is_none() {
            return Ok(());
        }
        self.call_known("call", into)?;
        let left: Vec<_> = self.wrapups.values().filter(|wrapup| wrapup.call == from).cloned().collect();
        for wrapup in left {
            self.wrapups.insert(wrapup.key, Wrapup { call: into, ..wrapup });
        }
        let made: Vec<_> = self.corrections.values().filter(|made| made.row.call == from).cloned().collect();
        for mut made in made {
            made.row.call = into;
            self.corrections.insert(made.row.id, made);
        }
        self.message_merged(from, into);
        self.follow_up_merged(from, into);
        self.follow_up_task_merged(from, into);
        self.outbox_merged(from, into);
        self.activities.remove(&from);
        self.imported.remove(&from);
        self.calls.remove(&from);
        Ok(())
    }

    fn wrapup_opened(&mut self, opened: Wrapup) -> Result<(), Inconsistency> {
        let row = match self.wrapups.get(&opened.key) {
            Some(row) if row.state != WrapupState::Early => return Ok(()),
            Some(row) => Wrapup { draft: row.draft.clone(), state: WrapupState::Open, ..opened },
            None => Wrapup { state: WrapupState::Open, ..opened },
        };
        self.call_known("wrapup", row.call)?;
        self.wrapups.insert(row.key, row);
        Ok(())
    }

    fn activity_archived(&mut self, key: CallKey, owes_wrapup: bool) {
        let Some(mut activity) = self.activities.get(&key).cloned() else { return };
        let owed = self.wrapups.values().any(|wrapup| wrapup.call == key && wrapup.owed());
        activity.archived = true;
        if activity.outcome == Outcome::Open && !owes_wrapup && !owed {
            activity.outcome = Outcome::NoWrapup;
        }
        self.activity_is(activity);
    }

    /// The record is this; calls may wait for it where it has a key that it had not.
    fn person_said(&mut self, person: Person, keys: &RecordKeys, order: u64) {
        let local = Local::Person(person.id);
        let changes = self.people.get(&person.id).is_none_or(|made| made.row.person != person);
        self.person_known(person, keys, order);
        if changes {
            self.record_changed(local);
        }
    }

    pub(super) fn person_known(&mut self, person: Person, keys: &RecordKeys, order: u64) {
        let (id, version) = (person.id, person.version);
        let keys_of =
            |tenant: &Self| tenant.people.get(&id).map(|made| made.row.keys.clone()).unwrap_or_default();
        let had = keys_of(self);
        self.person_is(person, keys, order);
        let is_new = |key: &PhoneKey| had.iter().all(|(before, _)| before != key);
        if keys_of(self).iter().any(|(key, _)| is_new(key)) {
            self.late_owners.insert(id, version);
        }
    }

    pub(super) fn person_is(&mut self, person: Person, keys: &RecordKeys, order: u64) {
        let order = self.people.get(&person.id).map_or(order, |made| made.order);
        self.people.insert(person.id, Made { order, row: PersonRow::new(person, keys) });
    }

    fn person_rekeyed(&mut self, id: PersonId, version: u64, keys: &RecordKeys) -> Result<(), Inconsistency> {
        let Some(Made { order, row }) = self.people.get(&id).cloned() else { return Ok(()) };
        if row.person.version == version {
            check_keys(&row.person, keys)?;
            self.person_is(row.person, keys, order);
        }
        Ok(())
    }

    pub(super) fn case_is(&mut self, mut case: Case, order: u64) -> Result<(), Inconsistency> {
        if let Some(before) = self.cases.get(&case.id) {
            let (order, number) = (before.order, before.row.number);
            let now = Case { number, ..case };
            if now != before.row {
                let local = Local::Case(now.id);
                self.cases.insert(now.id, Made { order, row: now });
                self.record_changed(local);
            }
            return Ok(());
        }
        let numbers = || self.cases.values().map(|made| made.row.number);
        if case.number == 0 {
            case.number = numbers().max().unwrap_or(0) + 1;
        } else if numbers().any(|number| number == case.number) {
            return Err(number_taken(&case));
        }
        let local = Local::Case(case.id);
        self.cases.insert(case.id, Made { order, row: case });
        self.record_changed(local);
        Ok(())
    }

    fn agent_does(&mut self, entry: AgentStateEntry, order: u64) {
        let last = self.states_of(&entry.agent).last();
        if let Some(since) = begins(last, &entry) {
            self.states.insert((entry.agent.clone(), order), AgentStateEntry { since, ..entry });
        }
    }

    fn user_is(&mut self, user: User) -> Result<(), Inconsistency> {
        if self.users.values().any(|other| other.id != user.id && same_login(other, &user.login)) {
            return Err(inconsistent("user", "login", &user.id, "another user signs in with it"));
        }
        self.users.insert(user.id, user);
        Ok(())
    }

    fn session_is(&mut self, session: Session) -> Result<(), Inconsistency> {
        if self.users.get(&session.user).is_none() {
            return Err(inconsistent("session", "user_id", &session.user, "its user is unknown"));
        }
        self.sessions.insert(session.id, session);
        Ok(())
    }
}
