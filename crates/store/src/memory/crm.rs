//! The CRM that a tenant's directory mirrors, and the outbox.

use super::MemoryStore;
use super::tenant::{Made, PersonRow, Tenant};
use crate::contract::{page_limit, place};
use crate::crm::{CrmRecords, OutboxPage, OutboxTally};
use crate::errors::{Inconsistency, ReadError, inconsistent};
use async_trait::async_trait;
use domain::activity::{Activity, Outcome};
use domain::became::Became;
use domain::call::{CallRecord, CallState};
use domain::case::Case;
use domain::directory::{Person, RecordKeys};
use domain::id::{AgentKey, At, CallKey, PersonId, TenantId};
use domain::mirror::{CrmUser, Joined, Local, MirroredUpTo, RemoteId};
use domain::outbox::{Attempt, FiledState, FollowUpFiled, FollowUpThere, OutboxEntry, Subject, Vanished};

/// What an id of the CRM is of one of our records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Main,
    Twin,
    Former,
}

/// An entry of the outbox, whose Activity it is, and when it was noted compared with the others.
#[derive(Clone, Debug)]
pub(super) struct Noted {
    pub(super) entry: OutboxEntry,
    agent: Option<AgentKey>,
    order: u64,
}

impl Tenant {
    fn followed(&self) -> bool {
        self.crm.get(&()).is_some()
    }

    fn main_of(&self, local: Local) -> Option<&RemoteId> {
        let of = |(_, (to, part)): &(&RemoteId, &(Local, Part))| *to == local && *part == Part::Main;
        self.crm_links.iter().find(of).map(|(remote, _)| remote)
    }

    fn note(&mut self, subject: Subject, agent: Option<&AgentKey>) {
        let order = self.noted.get(&()).copied().unwrap_or_default() + 1;
        self.noted.insert((), order);
        let noted = match self.outbox.get(&subject).cloned() {
            Some(noted) => Noted {
                entry: noted.entry.noted_again(),
                agent: agent.cloned().or(noted.agent),
                order: noted.order,
            },
            None => Noted { entry: OutboxEntry::noted(subject), agent: agent.cloned(), order },
        };
        self.outbox.insert(subject, noted);
    }

    /// A record of ours changed: it is to be made there, unless it is there.
    pub(super) fn record_changed(&mut self, local: Local) {
        if self.followed() && self.main_of(local).is_none() {
            self.note(local.into(), None);
        }
    }

    /// Stores the Activity; one that is settled is to be carried out.
    pub(super) fn activity_is(&mut self, activity: Activity) {
        if self.activities.get(&activity.key) == Some(&activity) {
            return;
        }
        self.activities.insert(activity.key, activity.clone());
        self.activity_changed(&activity);
    }

    pub(super) fn activity_changed(&mut self, now: &Activity) {
        if self.is_carried_out(now) {
            if self.filed.get(&now.key) != Some(&FiledState::DeletedThere) {
                self.note(Subject::Activity(now.key), now.agent.as_ref());
            }
            if self.follow_ups.get(&now.key).is_some() {
                self.note(Subject::FollowUp(now.key), None);
            }
        }
    }

    pub(super) fn is_carried_out(&self, activity: &Activity) -> bool {
        Tenant::settled(activity) && self.followed() && self.imported.get(&activity.key).is_none()
    }

    /// The follow-up of a call is another than it was.
    pub(super) fn follow_up_changed(&mut self, call: CallKey) {
        if self.followed() && self.imported.get(&call).is_none() {
            self.note(Subject::FollowUp(call), None);
        }
    }

    /// What became of a follow-up there. That of a call that is no more is forgotten once it is gone.
    pub(super) fn follow_up_carried(&mut self, call: CallKey, version: u64, filed: FollowUpFiled) {
        if filed.state == FollowUpThere::Gone && self.calls.get(&call).is_none() {
            self.follow_up_filed.remove(&call);
        } else {
            self.follow_up_filed.insert(call, filed);
        }
        self.carried_out(Subject::FollowUp(call), version, None);
    }

    /// What is there of the follow-up of a call that is part of another now, or may be, is to go; the other's is to be there.
    pub(super) fn follow_up_task_merged(&mut self, from: CallKey, into: CallKey) {
        let noted = self.outbox.get(&Subject::FollowUp(from)).is_some();
        let there = self.follow_up_filed.get(&from).cloned();
        if noted || there.is_some() {
            self.note(Subject::FollowUp(from), None);
        }
        let deleted = there.filter(|there| there.state == FollowUpThere::DeletedThere);
        if let (Some(deleted), None) = (deleted, self.follow_up_filed.get(&into)) {
            self.follow_up_filed.insert(into, deleted);
        }
        if self.follow_ups.get(&into).is_some() {
            self.follow_up_changed(into);
        }
    }

    /// Whether what became of the call is certain: then it is carried out.
    pub(super) fn settled(activity: &Activity) -> bool {
        activity.archived && activity.outcome != Outcome::Open
    }

    /// The call is about to be this.
    pub(super) fn call_changes(&mut self, now: &CallRecord) {
        let changes = self.calls.get(&now.key).is_some_and(|made| made.row != *now);
        let activity = self.activities.get(&now.key).cloned();
        if let Some(activity) = activity.filter(|_| changes && now.state == CallState::Ended) {
            self.activity_changed(&activity);
        }
    }

    pub(super) fn outbox_merged(&mut self, from: CallKey, into: CallKey) {
        let was_due = self.outbox.get(&Subject::Activity(from)).is_some();
        let filed = self.filed.get(&from).cloned();
        self.outbox.remove(&Subject::Activity(from));
        self.filed.remove(&from);
        let led_here = |(call, vanished): (&CallKey, &Vanished)| {
            (vanished.into == from).then(|| (*call, Vanished { into, ..vanished.clone() }))
        };
        let led_here: Vec<_> = self.vanished.iter().filter_map(led_here).collect();
        for (call, vanished) in led_here {
            self.vanished.insert(call, vanished);
        }
        match filed {
            Some(FiledState::There(filed)) => self.vanish(from, Vanished { into, filed: Some(filed) }),
            None if was_due => self.vanish(from, Vanished { into, filed: None }),
            Some(FiledState::DeletedThere) | None => {}
        }
    }

    fn vanish(&mut self, call: CallKey, vanished: Vanished) {
        self.vanished.insert(call, vanished);
        self.note(Subject::Vanished(call), None);
    }

    /// It is in the outbox no more.
    pub(super) fn outbox_done(&mut self, subject: &Subject) {
        self.outbox.remove(subject);
        if let Subject::Vanished(call) = subject {
            self.vanished.remove(call);
        }
    }

    pub(super) fn crm_followed(&mut self, organisation: String) -> Result<(), Inconsistency> {
        match self.crm.get(&()) {
            Some(known) if *known != organisation => {
                Err(inconsistent("crm", "organisation", &"the tenant", "another one is mirrored"))
            }
            _ => {
                self.crm.insert((), organisation);
                Ok(())
            }
        }
    }

    pub(super) fn person_mirrored(
        &mut self,
        person: Person,
        keys: &RecordKeys,
        joined: Joined,
        awaited: bool,
        order: u64,
    ) {
        if awaited {
            self.person_known(person, keys, order);
        } else {
            self.person_is(person, keys, order);
        }
        self.joined(joined);
    }

    pub(super) fn case_mirrored(&mut self, mut case: Case, remote: RemoteId, order: u64) {
        let numbered = |number| self.cases.values().find(|made| made.row.number == number);
        let free = case.number != 0 && numbered(case.number).is_none();
        let known = self.cases.get(&case.id).cloned();
        let order = known.as_ref().map_or(order, |known| known.order);
        case.number = match known {
            _ if free => case.number,
            Some(known) => known.row.number,
            None => self.cases.values().map(|made| made.row.number).max().unwrap_or(0) + 1,
        };
        let local = Local::Case(case.id);
        self.cases.insert(case.id, Made { order, row: case });
        self.joined(Joined { local, remote, twin: None });
    }

    pub(super) fn joined(&mut self, joined: Joined) {
        let ids = [(Some(joined.remote), Part::Main), (joined.twin, Part::Twin)];
        for (remote, part) in ids {
            let Some(remote) = remote else { continue };
            let earlier: Vec<RemoteId> = self
                .crm_links
                .iter()
                .filter(|(id, link)| **link == (joined.local, part) && **id != remote)
                .map(|(id, _)| id.clone())
                .collect();
            earlier.into_iter().for_each(|id| self.crm_links.insert(id, (joined.local, Part::Former)));
            self.crm_links.insert(remote, (joined.local, part));
        }
        self.outbox.remove(&Subject::from(joined.local));
    }

    pub(super) fn person_gone(&mut self, id: PersonId) {
        self.crm_links.remove_where(|_, (local, _)| *local == Local::Person(id));
        self.outbox.remove(&Subject::Person(id));
        self.people.remove(&id);
    }

    pub(super) fn person_became(
        &mut self,
        from: PersonId,
        into: PersonId,
        order: u64,
    ) -> Result<(), Inconsistency> {
        if from == into || self.people.get(&from).is_none() || self.people.get(&into).is_none() {
            return Ok(());
        }
        let of_person = |activity: &&Activity| match activity.party {
            Some(party) => party.person == Some(from),
            None => activity.candidates.iter().any(|candidate| candidate.person == from),
        };
        let activities: Vec<Activity> = self.activities.values().filter(of_person).cloned().collect();
        for activity in activities {
            let wrapups: Vec<_> =
                self.wrapups.values().filter(|wrapup| wrapup.call == activity.key).cloned().collect();
            for wrapup in wrapups {
                self.wrapups.insert(wrapup.key, wrapup.after(from, into));
            }
            self.activity_is(activity.after(from, into));
        }
        let of_person = |case: &Case| case.contact == Some(from) || case.account == Some(from);
        let cases: Vec<Case> =
            self.cases.values().map(|made| &made.row).filter(|case| of_person(case)).cloned().collect();
        for case in cases {
            self.case_is(case.after(from, into), order)?;
        }
        let of_account = |made: &&Made<PersonRow>| made.row.person.account == Some(from);
        let people: Vec<_> = self.people.values().filter(of_account).cloned().collect();
        for mut made in people {
            made.row.person.account = Some(into);
            made.row.person.version += 1;
            self.people.insert(made.row.person.id, made);
        }
        let ids: Vec<RemoteId> = self
            .crm_links
            .iter()
            .filter(|(_, (local, _))| *local == Local::Person(from))
            .map(|(id, _)| id.clone())
            .collect();
        ids.into_iter().for_each(|id| self.crm_links.insert(id, (Local::Person(into), Part::Former)));
        self.person_gone(from);
        Ok(())
    }

    pub(super) fn carried_out(&mut self, subject: Subject, version: u64, filed: Option<FiledState>) {
        if let (Some(filed), Subject::Activity(call)) = (filed, subject) {
            match (self.calls.get(&call).is_some(), filed) {
                (true, filed) => self.filed.insert(call, filed),
                (false, FiledState::There(filed)) => {
                    if let Some(known) = self.vanished.get(&call).cloned() {
                        self.vanish(call, Vanished { filed: Some(filed), ..known });
                    }
                }
                (false, FiledState::DeletedThere) => {}
            }
        }
        let Some(noted) = self.outbox.get(&subject).cloned() else { return };
        if noted.entry.version == version {
            self.outbox_done(&subject);
        } else {
            self.entry_is(OutboxEntry { in_doubt: false, ..noted.entry });
        }
    }

    pub(super) fn outbox_tried(&mut self, attempt: &Attempt) {
        if let Some(noted) = self.outbox.get(&attempt.subject).cloned() {
            self.entry_is(noted.entry.tried(attempt));
        }
    }

    pub(super) fn outbox_again(&mut self, subject: Subject, despite: bool) {
        if let Some(noted) = self.outbox.get(&subject).filter(|noted| noted.entry.stuck()).cloned() {
            let despite_duplicates = noted.entry.despite_duplicates || despite;
            self.entry_is(OutboxEntry { despite_duplicates, ..noted.entry.noted_again() });
        }
    }

    pub(super) fn entry_is(&mut self, entry: OutboxEntry) {
        if let Some(noted) = self.outbox.get(&entry.subject).cloned() {
            self.outbox.insert(entry.subject, Noted { entry, ..noted });
        }
    }

    /// The outbox, what was noted first coming first.
    fn noted(&self) -> Vec<Noted> {
        let mut noted: Vec<Noted> = self.outbox.values().cloned().collect();
        noted.sort_by_key(|noted| noted.order);
        noted
    }

    fn tally(&self, of: impl Fn(&Noted) -> bool) -> OutboxTally {
        let noted: Vec<Noted> = self.noted().into_iter().filter(|noted| of(noted)).collect();
        let stuck = noted.iter().filter(|noted| noted.entry.stuck()).count() as u64;
        OutboxTally { waiting: noted.len() as u64 - stuck, stuck }
    }
}

#[async_trait]
impl CrmRecords for MemoryStore {
    async fn crm_organisation(&self, tenant: TenantId) -> Result<Option<String>, ReadError> {
        Ok(self.state().of(tenant).crm.get(&()).cloned())
    }

    async fn joined(&self, tenant: TenantId, locals: &[Local]) -> Result<Vec<Joined>, ReadError> {
        let state = self.state();
        let tenant = state.of(tenant);
        let joined = |local: &Local| {
            let twin = tenant.crm_links.iter().find(|(_, link)| **link == (*local, Part::Twin));
            let twin = twin.map(|(id, _)| id.clone());
            Some(Joined { local: *local, remote: tenant.main_of(*local)?.clone(), twin })
        };
        Ok(locals.iter().filter_map(joined).collect())
    }

    async fn locals(&self, tenant: TenantId, remotes: &[RemoteId]) -> Result<Vec<Option<Local>>, ReadError> {
        let state = self.state();
        let links = &state.of(tenant).crm_links;
        Ok(remotes.iter().map(|remote| links.get(remote).map(|(local, _)| *local)).collect())
    }

    fn users_changed(&self) -> u64 {
        self.state().changes
    }

    async fn crm_users(&self, tenant: TenantId) -> Result<Vec<CrmUser>, ReadError> {
        Ok(self.state().of(tenant).crm_users.values().cloned().collect())
    }

    async fn mirrored(&self, tenant: TenantId) -> Result<Vec<MirroredUpTo>, ReadError> {
        Ok(self.state().of(tenant).mirrored.values().cloned().collect())
    }

    async fn outbox_due(
        &self,
        tenant: TenantId,
        now: At,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, ReadError> {
        let entries = self.state().of(tenant).noted().into_iter().map(|noted| noted.entry);
        let due = entries.filter(|entry| !entry.stuck() && entry.not_before <= now);
        let (follow_ups, others): (Vec<_>, Vec<_>) =
            due.partition(|entry| matches!(entry.subject, Subject::FollowUp(_)));
        Ok(others.into_iter().chain(follow_ups).take(page_limit(limit)).collect())
    }

    async fn outbox_entry(
        &self,
        tenant: TenantId,
        subject: Subject,
    ) -> Result<Option<OutboxEntry>, ReadError> {
        Ok(self.state().of(tenant).outbox.get(&subject).map(|noted| noted.entry.clone()))
    }

    async fn outbox_stuck(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<OutboxPage, ReadError> {
        let after = place(after, 0)?;
        let mut stuck = self.state().of(tenant).noted();
        stuck.retain(|noted| noted.entry.stuck() && noted.order > after);
        let more = stuck.len() > page_limit(limit);
        stuck.truncate(page_limit(limit));
        let next = stuck.last().filter(|_| more).map(|noted| noted.order.to_string());
        Ok(OutboxPage { entries: stuck.into_iter().map(|noted| noted.entry).collect(), next })
    }

    async fn outbox_tally(&self, tenant: TenantId) -> Result<OutboxTally, ReadError> {
        Ok(self.state().of(tenant).tally(|_| true))
    }

    async fn outbox_of_agent(&self, tenant: TenantId, agent: &AgentKey) -> Result<OutboxTally, ReadError> {
        Ok(self.state().of(tenant).tally(|noted| noted.agent.as_ref() == Some(agent)))
    }

    async fn follow_up_filed(
        &self,
        tenant: TenantId,
        call: CallKey,
    ) -> Result<Option<FollowUpFiled>, ReadError> {
        Ok(self.state().of(tenant).follow_up_filed.get(&call).cloned())
    }

    async fn filed(&self, tenant: TenantId, call: CallKey) -> Result<Option<FiledState>, ReadError> {
        Ok(self.state().of(tenant).filed.get(&call).cloned())
    }

    async fn vanished(&self, tenant: TenantId, call: CallKey) -> Result<Option<Vanished>, ReadError> {
        Ok(self.state().of(tenant).vanished.get(&call).cloned())
    }
}
