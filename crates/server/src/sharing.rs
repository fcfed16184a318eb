//! What is known of who may see which record of a CRM: answers it gave, kept for a while, and questions that wait to be asked
//! of it together. Who asks, and what is hidden by the answers, is in [`crate::ops::crm::sharing`].

use crm::{Access, AccessQuestion, OpenToAll};
use domain::id::{AgentKey, At};
use domain::mirror::{Mirrored, RemoteId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

const MS_A_MINUTE: i64 = 60_000;
/// How long an answer is taken for true without asking again. A record that changes is forgotten when the mirror reads it.
const FRESH_MS: i64 = 4 * 60 * MS_A_MINUTE;
/// How long an answer counts while the CRM gives no other.
const STALE_MS: i64 = 24 * 60 * MS_A_MINUTE;
/// How long it is taken for true which kinds are open to all.
const OPEN_MS: i64 = 60 * MS_A_MINUTE;
/// Most records that are remembered for one user.
const MAX_RECORDS: usize = 20_000;
/// Most records that wait to be asked for one user; more are asked when they are looked at again.
const MAX_WANTED: usize = 500;

/// Why a record is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// The CRM does not show it to them.
    NotShared,
    /// The CRM has not answered yet.
    Asking,
}

/// What is known of some records.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Those that are not shown.
    pub hidden: BTreeMap<RemoteId, Hidden>,
    /// Those to ask for: nothing is known of them, or it was a long time ago.
    pub ask: Vec<RemoteId>,
}

/// How far what agents see follows what the CRM shows its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharingPolicy {
    /// Whether it does.
    pub follow: bool,
    /// Whether users who are none there see its records.
    pub show_without_user: bool,
}

impl Default for SharingPolicy {
    fn default() -> Self {
        SharingPolicy { follow: true, show_without_user: true }
    }
}

/// What is known of who may see what.
#[derive(Default)]
pub struct Sharing {
    /// How far it is followed.
    pub policy: SharingPolicy,
    known: Mutex<Known>,
    /// Somebody waits for an answer.
    pub asked: Notify,
}

#[derive(Default)]
struct Known {
    open: Option<(BTreeSet<Mirrored>, At)>,
    may: HashMap<RemoteId, UserKnown>,
    wanted: BTreeMap<RemoteId, Wanted>,
}

#[derive(Default)]
struct UserKnown {
    records: HashMap<RemoteId, (bool, At)>,
    /// Kinds of which they were shown a record, and when: where a kind is open to all, one shows that they may see all.
    kinds: BTreeMap<Mirrored, At>,
}

#[derive(Default)]
struct Wanted {
    records: BTreeSet<RemoteId>,
    agents: BTreeSet<AgentKey>,
}

impl Sharing {
    /// Nothing is known yet.
    pub fn new(policy: SharingPolicy) -> Sharing {
        Sharing { policy, ..Sharing::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of what `user` may see of `records`, each with the kind whose records all are as open as it is.
    pub fn look(&self, user: &RemoteId, records: &[(RemoteId, Option<Mirrored>)], now: At) -> Look {
        let known = self.known();
        let mut look = Look::default();
        for (record, kind) in records {
            let (may, fresh) = known.may(user, record, *kind, now);
            if !fresh {
                look.ask.push(record.clone());
            }
            match may {
                Some(true) => {}
                Some(false) => _ = look.hidden.insert(record.clone(), Hidden::NotShared),
                None => _ = look.hidden.insert(record.clone(), Hidden::Asking),
            }
        }
        look
    }

    /// Has these asked for, together with what others want; the agent's panels are told of the answer.
    pub fn want(&self, user: &RemoteId, agent: &AgentKey, records: Vec<RemoteId>) {
        self.want_later(user, agent, records);
        self.asked.notify_one();
    }

    /// The same with the next questions.
    pub fn want_later(&self, user: &RemoteId, agent: &AgentKey, records: Vec<RemoteId>) {
        let mut known = self.known();
        let wanted = known.wanted.entry(user.clone()).or_default();
        wanted.agents.insert(agent.clone());
        let room = MAX_WANTED.saturating_sub(wanted.records.len());
        wanted.records.extend(records.into_iter().take(room));
    }

    /// Takes what is wanted, to ask for it: the questions, and the agents of each user.
    pub fn take(&self) -> (Vec<AccessQuestion>, BTreeMap<RemoteId, BTreeSet<AgentKey>>) {
        let wanted = std::mem::take(&mut self.known().wanted);
        let mut agents = BTreeMap::new();
        let mut questions = Vec::new();
        for (user, wanted) in wanted {
            questions
                .push(AccessQuestion { user: user.clone(), records: wanted.records.into_iter().collect() });
            agents.insert(user, wanted.agents);
        }
        (questions, agents)
    }

    /// Whether it is time to ask which kinds are open to all.
    pub fn open_due(&self, now: At) -> bool {
        self.known().open.as_ref().is_none_or(|(_, at)| now.millis_since(*at) >= OPEN_MS)
    }

    /// These kinds are open to all who may see the kind at all.
    pub fn open_to_all(&self, open: OpenToAll, now: At) {
        let kinds = [
            (open.accounts, Mirrored::Accounts),
            (open.contacts_of_accounts, Mirrored::Contacts),
            (open.leads, Mirrored::Leads),
            (open.cases, Mirrored::Cases),
        ];
        let kinds = kinds.into_iter().filter(|(open, _)| *open).map(|(_, kind)| kind);
        self.known().open = Some((kinds.collect(), now));
    }

    /// What the CRM answered; answers for which users something is otherwise now.
    pub fn learn(
        &self,
        access: Vec<Access>,
        kind_of: impl Fn(&RemoteId) -> Option<Mirrored>,
        now: At,
    ) -> BTreeSet<RemoteId> {
        let mut known = self.known();
        let mut changed = BTreeSet::new();
        for Access { user, record, may_read } in access {
            let kind = kind_of(&record);
            if known.may(&user, &record, kind, now).0 != Some(may_read) {
                changed.insert(user.clone());
            }
            let of_user = known.may.entry(user).or_default();
            if let Some(kind) = kind.filter(|_| may_read) {
                of_user.kinds.insert(kind, now);
            }
            of_user.make_room(now);
            of_user.records.insert(record, (may_read, now));
        }
        changed
    }

    /// These records changed there: whose they are may have, too.
    pub fn forget<'a>(&self, records: impl IntoIterator<Item = &'a RemoteId>) {
        let mut known = self.known();
        for record in records {
            for user in known.may.values_mut() {
                user.records.remove(record);
            }
        }
    }
}

impl Known {
    /// Whether `user` may see `record`, as far as is known, and whether that needs no asking.
    fn may(
        &self,
        user: &RemoteId,
        record: &RemoteId,
        kind: Option<Mirrored>,
        now: At,
    ) -> (Option<bool>, bool) {
        let Some(of_user) = self.may.get(user) else { return (None, false) };
        let open = |kind: &Mirrored| self.open.as_ref().is_some_and(|(open, _)| open.contains(kind));
        let shown = kind.filter(open).and_then(|kind| of_user.kinds.get(&kind));
        if shown.is_some_and(|at| now.millis_since(*at) < FRESH_MS) {
            return (Some(true), true);
        }
        match of_user.records.get(record) {
            Some((may, at)) if now.millis_since(*at) < FRESH_MS => (Some(*may), true),
            Some((may, at)) if now.millis_since(*at) < STALE_MS => (Some(*may), false),
            _ => (shown.filter(|at| now.millis_since(**at) < STALE_MS).map(|_| true), false),
        }
    }
}

impl UserKnown {
    fn make_room(&mut self, now: At) {
        if self.records.len() < MAX_RECORDS {
            return;
        }
        self.records.retain(|_, (_, at)| now.millis_since(*at) < FRESH_MS);
        if self.records.len() >= MAX_RECORDS {
            self.records.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn id(text: &str) -> RemoteId {
        RemoteId(text.to_owned())
    }

    fn of(text: &str) -> (RemoteId, Option<Mirrored>) {
        let kind = if text.starts_with("003") { Mirrored::Contacts } else { Mirrored::Cases };
        (id(text), Some(kind))
    }

    fn answer(user: &str, record: &str, may_read: bool) -> Access {
        Access { user: id(user), record: id(record), may_read }
    }

    fn at(minutes: i64) -> At {
        At(minutes * MINUTE)
    }

    fn kind(id: &RemoteId) -> Option<Mirrored> {
        of(&id.0).1
    }

    #[test]
    fn what_nobody_answered_is_not_shown_and_is_asked_for() {
        let sharing = Sharing::default();
        let look = sharing.look(&id("ana"), &[of("003a")], at(0));
        assert_eq!(look.hidden, BTreeMap::from([(id("003a"), Hidden::Asking)]));
        assert_eq!(look.ask, [id("003a")]);
    }

    #[test]
    fn an_answer_counts_for_its_user_alone_and_is_asked_again_after_hours() {
        let sharing = Sharing::default();
        let answers = vec![answer("ana", "003a", true), answer("ana", "500a", false)];
        assert_eq!(sharing.learn(answers, kind, at(0)), BTreeSet::from([id("ana")]));
        let both = [of("003a"), of("500a")];
        let look = sharing.look(&id("ana"), &both, at(239));
        assert_eq!(look, Look { hidden: BTreeMap::from([(id("500a"), Hidden::NotShared)]), ask: vec![] });
        assert_eq!(sharing.look(&id("luis"), &both, at(1)).hidden.len(), 2);
        let old = sharing.look(&id("ana"), &both, at(241));
        assert_eq!((old.hidden.len(), old.ask.len()), (1, 2), "it counts until there is another");
        assert_eq!(sharing.look(&id("ana"), &both, at(24 * 60)).hidden.len(), 2, "but not for ever");
        assert_eq!(sharing.learn(vec![answer("ana", "003a", true)], kind, at(241)), BTreeSet::new());
        assert_eq!(sharing.learn(vec![answer("ana", "003a", false)], kind, at(242)).len(), 1);
    }

    #[test]
    fn one_record_of_a_kind_that_is_open_to_all_speaks_for_all_of_them() {
        let sharing = Sharing::default();
        assert!(sharing.open_due(at(0)));
        sharing.open_to_all(OpenToAll { contacts_of_accounts: true, ..OpenToAll::default() }, at(0));
        assert!(!sharing.open_due(at(59)) && sharing.open_due(at(60)));
        sharing.learn(vec![answer("ana", "003a", true), answer("ana", "500a", true)], kind, at(0));
        let look = sharing.look(&id("ana"), &[of("003b"), of("500b")], at(1));
        assert_eq!(look.ask, [id("500b")]);
        // One that they do not see may be no more; it says nothing of others.
        sharing.learn(vec![answer("luis", "003a", false)], kind, at(0));
        assert_eq!(sharing.look(&id("luis"), &[of("003b")], at(1)).ask, [id("003b")]);
    }

    #[test]
    fn a_record_that_changed_is_asked_for_again() {
        let sharing = Sharing::default();
        sharing.learn(vec![answer("ana", "003a", true)], kind, at(0));
        sharing.forget([&id("003a")]);
        assert_eq!(sharing.look(&id("ana"), &[of("003a")], at(1)).ask, [id("003a")]);
    }

    #[test]
    fn what_several_panels_want_is_one_question_a_user() {
        let sharing = Sharing::default();
        let agent = |key: &str| AgentKey(key.to_owned());
        sharing.want(&id("ana"), &agent("101"), vec![id("003a"), id("003b")]);
        sharing.want(&id("ana"), &agent("101"), vec![id("003a")]);
        sharing.want(&id("luis"), &agent("102"), vec![id("003a")]);
        let (questions, agents) = sharing.take();
        assert_eq!(questions.iter().map(|one| one.records.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(agents[&id("luis")], BTreeSet::from([agent("102")]));
        assert_eq!(sharing.take().0, Vec::new());
    }

    #[test]
    fn memory_has_a_bound() {
        let sharing = Sharing::default();
        let answers = (0..MAX_RECORDS + 10).map(|nth| answer("ana", &format!("003{nth}"), true)).collect();
        sharing.learn(answers, kind, at(0));
        assert!(sharing.known().may[&id("ana")].records.len() <= MAX_RECORDS);
    }
}
