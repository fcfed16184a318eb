//! A store in memory: the model that the contract suite holds the others to, and what tests of the
//! server run on. Made to be obviously right, not fast: reads walk every row. Nothing is durable.

mod apply;
mod bulks;
mod completeness;
mod crm;
mod crm_ledger;
mod follow_ups;
mod history;
mod imports;
mod listing;
mod lists;
mod messages;
mod notices;
mod reports;
mod saved_reports;
mod snapshot;
mod table;
mod tenant;
mod views;
mod whole;

use crate::answers::{
    ActivityListPage, ActivityPage, ActivityRow, AuditPage, Census, LateOwner, MessageCount, MessagePage,
    SourceProgress, WaitingSince, WrapupPage, WrapupTally,
};
use crate::contract::{MAX_PAGE, MAX_RING_GROUPS_NAMED, Store, check_change, page_limit, place};
use crate::errors::{CommitError, ReadError, inconsistent};
use crate::inbox::{self, InboxPlace};
use crate::listing::{ActivityFilter, ListPlace};
use crate::messages::MessageFilter;
use crate::reports::ReportName;
use crate::search::{Query, words_of};
use crate::snapshot::Snapshot;
use async_trait::async_trait;
use domain::account::{OneTimeLink, Session, TokenHash, User};
use domain::activity::Activity;
use domain::audit::{AuditEntry, AuditSubject};
use domain::call::CallState;
use domain::case::Case;
use domain::centre::Centre;
use domain::commit::{AgentStateEntry, Commit, FrameChunk};
use domain::correction::Correction;
use domain::directory::{Person, PersonLine};
use domain::disposition::DispositionSet;
use domain::event::QueuePlace;
use domain::id::{AgentKey, At, CallKey, CaseId, CodeId, PersonId, TenantId, UserId};
use domain::matching::{MAX_CANDIDATES, MatchRule, PhoneHit};
use domain::phone::{KeyBasis, PhoneKey, Tier};
use domain::report::fact::Word;
use domain::wrapup::{Wrapup, WrapupState};
use lists::{owns, page};
use snapshot::MemorySnapshot;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tenant::{Made, Tenant, same_login};

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
    /// Numbers of names that reports have.
    words: Mutex<BTreeMap<(TenantId, ReportName), Word>>,
}

#[derive(Debug, Default)]
struct State {
    slugs: BTreeMap<String, TenantId>,
    /// Whoever holds a moment of a tenant keeps it: the next Commit then changes another.
    tenants: BTreeMap<TenantId, Arc<Tenant>>,
    /// Stands in for the answer to reads of a tenant that does not exist.
    nobody: Arc<Tenant>,
    commits: u64,
    changes: u64,
}

impl State {
    fn of(&self, tenant: TenantId) -> &Arc<Tenant> {
        self.tenants.get(&tenant).unwrap_or(&self.nobody)
    }

    fn commit(&mut self, commit: Commit) -> Result<u64, CommitError> {
        let Some(tenant) = self.tenants.get_mut(&commit.tenant) else {
            return Err(inconsistent("tenant", "id", &commit.tenant.0, "unknown tenant").into());
        };
        let tenant = Arc::make_mut(tenant);
        if let Some(index) = commit.preconditions.iter().position(|one| !tenant.holds(one)) {
            return Err(CommitError::Refused { index });
        }
        let mut before = tenant.before(&commit.changes);
        for change in commit.changes {
            self.changes += 1;
            let past = tenant.new_past_call(&change);
            let done = check_change(&change).and_then(|()| tenant.apply(change, self.changes, commit.tenant));
            if let Err(inconsistency) = done {
                tenant.roll_back();
                return Err(inconsistency.into());
            }
            if let Some((before, past)) = before.as_mut().zip(past) {
                tenant.stood_already(before, past);
            }
        }
        if let Some(before) = before {
            tenant.tell_since(&before, commit.tenant);
        }
        tenant.settle();
        self.commits += 1;
        Ok(self.commits)
    }
}

impl MemoryStore {
    /// A store without any tenant.
    pub fn new() -> Self {
        MemoryStore::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic between two statements of a Commit would be a bug of this model; going on with what it
        // left gives the test that caused it the better message.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tenant {
    fn hits(&self, plan: &[PhoneKey], tier: Tier, rule: &MatchRule) -> Vec<PhoneHit> {
        let keys: Vec<&PhoneKey> = plan.iter().filter(|key| key.tier == tier).collect();
        let mut people = self.people_by_keys(&keys, rule);
        people.truncate(MAX_CANDIDATES);
        let hit = |(person, field): (&Person, usize)| {
            let text = person.phones.get(field)?;
            Some(PhoneHit { person: person.into(), tier, field: text.field, stored_as: text.raw.clone() })
        };
        people.into_iter().filter_map(hit).collect()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, commit: Commit) -> Result<u64, CommitError> {
        self.state().commit(commit)
    }

    async fn tenant(&self, slug: &str) -> Result<TenantId, CommitError> {
        let state = &mut *self.state();
        let next = TenantId(state.slugs.len() as u32 + 1);
        let id = *state.slugs.entry(slug.to_owned()).or_insert(next);
        state.tenants.entry(id).or_default();
        Ok(id)
    }

    async fn snapshot(&self, tenant: TenantId) -> Result<Box<dyn Snapshot>, ReadError> {
        Ok(Box::new(MemorySnapshot(Arc::clone(self.state().of(tenant)))))
    }

    async fn search_people(
        &self,
        tenant: TenantId,
        text: &str,
        limit: usize,
    ) -> Result<Vec<PersonLine>, ReadError> {
        let query = Query::new(text);
        let state = self.state();
        let mut lines: Vec<PersonLine> = Vec::new();
        for Made { row, .. } in state.of(tenant).people.values() {
            if query.matches(&words_of(&row.person, &row.keys)) {
                lines.push(PersonLine::from(&row.person));
            }
        }
        lines.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        lines.truncate(page_limit(limit));
        Ok(lines)
    }

    async fn people_after(
        &self,
        tenant: TenantId,
        after: Option<PersonId>,
        limit: usize,
    ) -> Result<Vec<Person>, ReadError> {
        let state = self.state();
        let mut people: Vec<Person> =
            state.of(tenant).people.values().map(|made| made.row.person.clone()).collect();
        people.retain(|person| after.is_none_or(|after| person.id > after));
        people.sort_by_key(|person| person.id);
        people.truncate(page_limit(limit));
        Ok(people)
    }

    async fn people_to_rekey(
        &self,
        tenant: TenantId,
        basis: &KeyBasis,
        limit: usize,
    ) -> Result<Vec<Person>, ReadError> {
        let state = self.state();
        let rows = state.of(tenant).people.values().map(|made| &made.row);
        let stale = rows.filter(|row| row.basis != *basis).map(|row| row.person.clone());
        Ok(stale.take(page_limit(limit)).collect())
    }

    async fn late_owners(&self, tenant: TenantId, limit: usize) -> Result<Vec<LateOwner>, ReadError> {
        let state = self.state();
        let owners = state.of(tenant).late_owners.iter();
        let owner = |(person, version): (&PersonId, &u64)| LateOwner { person: *person, version: *version };
        Ok(owners.map(owner).take(page_limit(limit)).collect())
    }

    async fn callers_wanted(&self, tenant: TenantId, limit: usize) -> Result<Vec<CallKey>, ReadError> {
        let state = self.state();
        Ok(state.of(tenant).callers_wanted.iter().map(|(call, ())| *call).take(page_limit(limit)).collect())
    }

    async fn ring_groups(&self, tenant: TenantId) -> Result<Vec<String>, ReadError> {
        let state = self.state();
        let groups = state.of(tenant).ring_groups.iter().map(|(group, ())| group.clone());
        Ok(groups.take(MAX_RING_GROUPS_NAMED).collect())
    }

    async fn corrections(&self, tenant: TenantId, call: CallKey) -> Result<Vec<Correction>, ReadError> {
        let state = self.state();
        let mut made: Vec<_> =
            state.of(tenant).corrections.values().filter(|made| made.row.call == call).cloned().collect();
        made.sort_by_key(|made| std::cmp::Reverse(made.order));
        Ok(made.into_iter().take(MAX_PAGE).map(|made| made.row).collect())
    }

    async fn activities_of_person(
        &self,
        tenant: TenantId,
        person: PersonId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ActivityPage, ReadError> {
        let before = place(after, u64::MAX)?;
        let state = self.state();
        Ok(state.of(tenant).activity_page(|row| owns(row, person), before, page_limit(limit)))
    }

    async fn activities_of_agent(
        &self,
        tenant: TenantId,
        agent: &AgentKey,
        limit: usize,
    ) -> Result<Vec<ActivityRow>, ReadError> {
        let state = self.state();
        let part_of = |row: &ActivityRow| row.call.engagements.iter().any(|part| part.agent == *agent);
        let mut rows = state.of(tenant).activity_rows(part_of);
        rows.sort_by_key(|(order, row)| Reverse((row.call.started_at, *order)));
        Ok(rows.into_iter().take(page_limit(limit)).map(|(_, row)| row).collect())
    }

    async fn list_activities(
        &self,
        tenant: TenantId,
        filter: &ActivityFilter,
        after: Option<&str>,
        limit: usize,
        _look_at_most: usize,
    ) -> Result<ActivityListPage, ReadError> {
        let after = place(after, ListPlace::START)?;
        Ok(self.state().of(tenant).list(filter, after, page_limit(limit)))
    }

    async fn wrapup_inbox(
        &self,
        tenant: TenantId,
        agent: Option<&AgentKey>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WrapupPage, ReadError> {
        let after = place(after, InboxPlace::START)?;
        let state = self.state();
        let wanted = |wrapup: &&Wrapup| wrapup.owed() && agent.is_none_or(|agent| wrapup.agent == *agent);
        let mut wrapups: Vec<Wrapup> = state.of(tenant).wrapups.values().filter(wanted).cloned().collect();
        wrapups.retain(|wrapup| InboxPlace::of(wrapup) > after);
        wrapups.sort_by_key(InboxPlace::of);
        Ok(inbox::page(wrapups, page_limit(limit)))
    }

    async fn wrapup_tally(
        &self,
        tenant: TenantId,
        agent: Option<&AgentKey>,
    ) -> Result<WrapupTally, ReadError> {
        let state = self.state();
        let mut tally = WrapupTally::default();
        let wanted = |wrapup: &&Wrapup| wrapup.owed() && agent.is_none_or(|agent| wrapup.agent == *agent);
        for wrapup in state.of(tenant).wrapups.values().filter(wanted) {
            let (opened_at, extensions) = (wrapup.opened_at, wrapup.extensions);
            match wrapup.state {
                WrapupState::Undispositioned => tally.undispositioned += 1,
                _ if wrapup.released.is_some() => tally.released += 1,
                _ => tally.waiting.push(WaitingSince { opened_at, extensions }),
            }
        }
        tally.waiting.sort_unstable();
        Ok(tally)
    }

    async fn messages(
        &self,
        tenant: TenantId,
        filter: &MessageFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<MessagePage, ReadError> {
        let after = place(after, filter.states.start())?;
        Ok(self.state().of(tenant).message_page(filter, after, page_limit(limit)))
    }

    async fn message_tally(&self, tenant: TenantId) -> Result<Vec<MessageCount>, ReadError> {
        Ok(self.state().of(tenant).message_tally())
    }

    async fn message_sounds_wanted(
        &self,
        tenant: TenantId,
        after: Option<CallKey>,
        limit: usize,
    ) -> Result<Vec<CallKey>, ReadError> {
        Ok(self.state().of(tenant).message_sounds_wanted(after, page_limit(limit)))
    }

    async fn cases_after(&self, tenant: TenantId, after: u64, limit: usize) -> Result<Vec<Case>, ReadError> {
        let state = self.state();
        let later = state.of(tenant).cases.values().filter(|made| made.row.number > after);
        let mut cases: Vec<Case> = later.map(|made| made.row.clone()).collect();
        cases.sort_by_key(|case| case.number);
        cases.truncate(page_limit(limit));
        Ok(cases)
    }

    async fn cases_of_person(
        &self,
        tenant: TenantId,
        person: PersonId,
        limit: usize,
    ) -> Result<Vec<Case>, ReadError> {
        let mut cases = self.state().of(tenant).cases_of(person);
        cases.truncate(page_limit(limit));
        Ok(cases)
    }

    async fn search_cases(&self, tenant: TenantId, text: &str, limit: usize) -> Result<Vec<Case>, ReadError> {
        let mut cases = self.state().of(tenant).cases_found(text);
        cases.truncate(page_limit(limit));
        Ok(cases)
    }

    async fn activities_of_case(
        &self,
        tenant: TenantId,
        case: CaseId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ActivityPage, ReadError> {
        let before = place(after, u64::MAX)?;
        let state = self.state();
        let tenant = state.of(tenant);
        Ok(tenant.activity_page(|row| tenant.is_of_case(row, case), before, page_limit(limit)))
    }

    async fn people_of_account(
        &self,
        tenant: TenantId,
        account: PersonId,
        limit: usize,
    ) -> Result<Vec<PersonLine>, ReadError> {
        let state = self.state();
        let people = state.of(tenant).people.values().map(|made| &made.row.person);
        let of_account = people.filter(|person| person.account == Some(account));
        let mut lines: Vec<PersonLine> = of_account.map(PersonLine::from).collect();
        lines.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        lines.truncate(page_limit(limit));
        Ok(lines)
    }

    async fn agent_history(
        &self,
        tenant: TenantId,
        agent: &AgentKey,
        from: At,
        to: At,
    ) -> Result<Vec<AgentStateEntry>, ReadError> {
        Ok(self.state().of(tenant).history(agent, from, to))
    }

    async fn centre(&self, tenant: TenantId) -> Result<Option<Centre>, ReadError> {
        Ok(self.state().of(tenant).centre.get(&()).cloned())
    }

    async fn audit(
        &self,
        tenant: TenantId,
        subject: Option<AuditSubject>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<AuditPage, ReadError> {
        let before = place(after, u64::MAX)?;
        let state = self.state();
        let wanted = |made: &&Made<AuditEntry>| subject.is_none_or(|subject| made.row.subject == subject);
        let entries = state.of(tenant).audit.values().filter(wanted);
        let mut rows: Vec<_> = entries.map(|made| (made.order, made.row.clone())).collect();
        rows.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
        let (entries, next) = page(rows, before, page_limit(limit));
        Ok(AuditPage { entries, next })
    }

    async fn dispositions(&self, tenant: TenantId) -> Result<Arc<Vec<DispositionSet>>, ReadError> {
        let state = self.state();
        let tenant = state.of(tenant);
        let mut sets: Vec<DispositionSet> = tenant.sets.values().cloned().collect();
        for set in &mut sets {
            set.codes = tenant.codes.values().filter(|code| code.set == set.id).cloned().collect();
            set.codes.sort_by_key(|code| (code.position, code.id));
        }
        Ok(Arc::new(sets))
    }

    async fn code_uses(&self, tenant: TenantId, code: CodeId) -> Result<u64, ReadError> {
        let state = self.state();
        let uses = |activity: &&Activity| activity.code.as_ref().is_some_and(|logged| logged.id == code);
        Ok(state.of(tenant).activities.values().filter(uses).count() as u64)
    }

    async fn users(&self, tenant: TenantId) -> Result<Vec<User>, ReadError> {
        let mut users: Vec<User> = self.state().of(tenant).users.values().cloned().collect();
        users.sort_by_key(|user| crate::contract::login_key(&user.login));
        Ok(users)
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<User>, ReadError> {
        Ok(self.state().of(tenant).users.get(&id).cloned())
    }

    async fn user_by_login(&self, tenant: TenantId, login: &str) -> Result<Option<User>, ReadError> {
        Ok(self.state().of(tenant).users.values().find(|user| same_login(user, login)).cloned())
    }

    async fn session(&self, tenant: TenantId, token: TokenHash) -> Result<Option<Session>, ReadError> {
        let state = self.state();
        let opens = |session: &&Session| session.current == token || session.previous == Some(token);
        Ok(state.of(tenant).sessions.values().find(opens).cloned())
    }

    async fn link(&self, tenant: TenantId, hash: TokenHash) -> Result<Option<OneTimeLink>, ReadError> {
        let state = self.state();
        Ok(state.of(tenant).links.get(&hash).filter(|row| !row.used).map(|row| row.link.clone()))
    }

    async fn source_progress(&self, tenant: TenantId, source: &str) -> Result<SourceProgress, ReadError> {
        let row = self.state().of(tenant).sources.get(&source.to_owned()).copied().unwrap_or_default();
        Ok(SourceProgress::new(row.last_chunk, row.last_connection, row.resume_from))
    }

    async fn queue_members(&self, tenant: TenantId, source: &str) -> Result<Vec<QueuePlace>, ReadError> {
        Ok(self.state().of(tenant).queue_members.get(&source.to_owned()).cloned().unwrap_or_default())
    }

    async fn frame_chunks(
        &self,
        tenant: TenantId,
        source: &str,
        from: u64,
        limit: usize,
    ) -> Result<Vec<FrameChunk>, ReadError> {
        let state = self.state();
        let wanted = |chunk: &&FrameChunk| chunk.source == source && chunk.chunk >= from;
        Ok(state.of(tenant).frames.values().filter(wanted).take(page_limit(limit)).cloned().collect())
    }

    async fn census(&self, tenant: TenantId) -> Result<Census, ReadError> {
        let state = self.state();
        let tenant = state.of(tenant);
        let calls = || tenant.calls.values().map(|made| &made.row);
        let ended = || calls().filter(|call| call.state == CallState::Ended);
        Ok(Census {
            live: calls().filter(|call| call.state == CallState::Live).count() as u64,
            ended: ended().count() as u64,
            activities: tenant.activities.values().filter(|activity| activity.archived).count() as u64,
            reasons: ended().filter(|call| call.no_activity.is_some()).count() as u64,
            open_wrapups: tenant.wrapups.values().filter(|w| w.state == WrapupState::Open).count() as u64,
        })
    }

    async fn ready(&self) -> Result<(), ReadError> {
        Ok(())
    }
}
