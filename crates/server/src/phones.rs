//! The phone systems as far as they can be told something, and who their queues leave alone. A phone system is
//! here while it is connected; what cannot be told now is not kept for later, because a call that is dialled a
//! minute late is worse than none.

use domain::duty::Pause;
use domain::event::{QueueMember, QueuePlace, Standing};
use domain::id::{AgentKey, TenantId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use telephony::ami::actions::Action;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Actions that may wait for a connection to take them.
pub const MAX_WAITING_ACTIONS: usize = 256;
/// How long an answer is waited for; what becomes of the action after that, events tell.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A phone system cannot be told anything now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the phone system cannot be told now")]
pub struct NotTold;

/// Why it is not certain that a phone system does what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// It was not told.
    #[error(transparent)]
    NotTold(#[from] NotTold),
    /// It says that it does not, in its own words.
    #[error("the phone system refused: {0}")]
    Refused(String),
    /// It said nothing: it may do it or not.
    #[error("the phone system did not answer")]
    Unanswered,
}

/// What a phone system says to what it was asked: nothing against it, and what was asked for, or why it does not do it.
pub type Answer = Result<Option<String>, String>;

/// Something that a phone system is to be told.
#[derive(Debug)]
pub struct Telling {
    /// The action.
    pub action: Action,
    /// Who waits for its answer; nobody where what is missing is told again anyway.
    pub asker: Option<oneshot::Sender<Answer>>,
}

type Line = (TenantId, String);

/// Every phone system that is connected.
#[derive(Default)]
pub struct Phones {
    lines: Mutex<HashMap<Line, Connected>>,
    /// Who is in which queue. Unlike the rest it outlives a connection, and a start, until the next one says it anew:
    /// nobody leaves a ring group because we do not hear of it.
    members: Mutex<HashMap<Line, Members>>,
}

/// Who is in the queues of a phone system.
#[derive(Default)]
struct Members {
    /// By queue and interface.
    agents: BTreeMap<(String, String), AgentKey>,
    /// They were told over a connection that is no more.
    of_before: bool,
}

struct Connected {
    actions: mpsc::Sender<Telling>,
    /// By queue and interface.
    members: BTreeMap<(String, String), (AgentKey, Standing)>,
}

/// What a queue is to be told of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberChange {
    /// The queue.
    pub queue: String,
    /// The member.
    pub interface: String,
    /// Why they are left alone from now on; `None`: they are offered calls again.
    pub pause: Option<Pause>,
}

impl Phones {
    /// A connection begins; what it is told is received here.
    pub fn connected(&self, tenant: TenantId, source: &str) -> mpsc::Receiver<Telling> {
        let (actions, receiver) = mpsc::channel(MAX_WAITING_ACTIONS);
        let connected = Connected { actions, members: BTreeMap::new() };
        self.lines().insert((tenant, source.to_owned()), connected);
        self.members().entry((tenant, source.to_owned())).or_default().of_before = true;
        receiver
    }

    /// The connection is no more.
    pub fn disconnected(&self, tenant: TenantId, source: &str) {
        self.lines().remove(&(tenant, source.to_owned()));
    }

    /// Whether it can be told something now.
    pub fn reachable(&self, tenant: TenantId, source: &str) -> bool {
        self.lines().get(&(tenant, source.to_owned())).is_some_and(|line| !line.actions.is_closed())
    }

    /// Tells it something, and does not wait for what it says.
    ///
    /// # Errors
    /// It is not connected, or takes nothing more now.
    pub fn tell(&self, tenant: TenantId, source: &str, action: Action) -> Result<(), NotTold> {
        self.send(tenant, source, Telling { action, asker: None })
    }

    /// Asks it to do something; it answers whether it does, which is not yet that it is done. Answers what it was asked
    /// for, where it was asked for something.
    ///
    /// # Errors
    /// It cannot be told, refuses, or says nothing within [`ANSWER_WITHIN`].
    pub async fn ask(
        &self,
        tenant: TenantId,
        source: &str,
        action: Action,
    ) -> Result<Option<String>, NotDone> {
        let (asker, answer) = oneshot::channel();
        self.send(tenant, source, Telling { action, asker: Some(asker) })?;
        match timeout(ANSWER_WITHIN, answer).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(why))) => Err(NotDone::Refused(why)),
            // The connection broke, or it took too long.
            Ok(Err(_)) | Err(_) => Err(NotDone::Unanswered),
        }
    }

    fn send(&self, tenant: TenantId, source: &str, telling: Telling) -> Result<(), NotTold> {
        let lines = self.lines();
        let line = lines.get(&(tenant, source.to_owned())).ok_or(NotTold)?;
        line.actions.try_send(telling).map_err(|_| NotTold)
    }

    /// Takes in what a phone system says of a member; answers whether that is news.
    pub fn member_is(&self, tenant: TenantId, source: &str, member: QueueMember) -> bool {
        let mut lines = self.lines();
        let Some(line) = lines.get_mut(&(tenant, source.to_owned())) else { return false };
        let place = (member.queue, member.interface);
        match member.standing {
            Standing::Gone => line.members.remove(&place).is_some(),
            standing => {
                let now = (member.agent, standing);
                line.members.insert(place, now.clone()).as_ref() != Some(&now)
            }
        }
    }

    /// Takes in that somebody is in a queue, or is not any more; answers whether that is news.
    pub fn membership_is(&self, tenant: TenantId, source: &str, member: &QueueMember) -> bool {
        let mut all = self.members();
        let members = all.entry((tenant, source.to_owned())).or_default();
        if std::mem::take(&mut members.of_before) {
            members.agents.clear();
        }
        let place = (member.queue.clone(), member.interface.clone());
        match member.standing {
            Standing::Gone => members.agents.remove(&place).is_some(),
            _ => members.agents.insert(place, member.agent.clone()).as_ref() != Some(&member.agent),
        }
    }

    /// Takes in what is stored of a phone system's queues, where nothing was heard of them yet.
    pub fn were_members(&self, tenant: TenantId, source: &str, places: Vec<QueuePlace>) {
        self.members().entry((tenant, source.to_owned())).or_insert_with(|| Members {
            agents: places.into_iter().map(|place| ((place.queue, place.interface), place.agent)).collect(),
            of_before: true,
        });
    }

    /// Who is in which queue, as it is stored.
    pub fn queue_places(&self, tenant: TenantId, source: &str) -> Vec<QueuePlace> {
        let all = self.members();
        let members = all.get(&(tenant, source.to_owned())).into_iter().flat_map(|members| &members.agents);
        let place = |((queue, interface), agent): (&(String, String), &AgentKey)| QueuePlace {
            queue: queue.clone(),
            interface: interface.clone(),
            agent: agent.clone(),
        };
        members.map(place).collect()
    }

    /// The queues that an agent is in.
    pub fn queues_of(&self, tenant: TenantId, source: &str, agent: &AgentKey) -> Vec<String> {
        let all = self.members();
        let members = all.get(&(tenant, source.to_owned())).into_iter().flat_map(|members| &members.agents);
        members.filter(|(_, of)| *of == agent).map(|((queue, _), _)| queue.clone()).collect()
    }

    /// Every queue with each agent in it.
    pub fn memberships(&self, tenant: TenantId, source: &str) -> Vec<(String, AgentKey)> {
        let all = self.members();
        let members = all.get(&(tenant, source.to_owned())).into_iter().flat_map(|members| &members.agents);
        members.map(|((queue, _), agent)| (queue.clone(), agent.clone())).collect()
    }

    /// What a source's queues must be told so that they do with this agent as `wanted` says. A pause that somebody
    /// else set is left as it is: it keeps calls away as well, and is not ours to undo (invariant 11).
    pub fn tellings(
        &self,
        tenant: TenantId,
        source: &str,
        agent: &AgentKey,
        wanted: Option<Pause>,
    ) -> Vec<MemberChange> {
        let lines = self.lines();
        let Some(line) = lines.get(&(tenant, source.to_owned())) else { return Vec::new() };
        let members = line.members.iter().filter(|(_, (of, _))| of == agent);
        members
            .filter(|(_, (_, standing))| must_change(standing, wanted))
            .map(|((queue, interface), _)| MemberChange {
                queue: queue.clone(),
                interface: interface.clone(),
                pause: wanted,
            })
            .collect()
    }

    fn members(&self) -> MutexGuard<'_, HashMap<Line, Members>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Line, Connected>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn must_change(standing: &Standing, wanted: Option<Pause>) -> bool {
    match (standing, wanted) {
        (Standing::Gone, _) | (Standing::Offered, None) => false,
        (Standing::Offered, Some(_)) => true,
        (Standing::Paused { reason }, None) => reason.starts_with(Pause::PREFIX),
        (Standing::Paused { reason }, Some(pause)) => {
            reason.starts_with(Pause::PREFIX) && reason != pause.code()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use telephony::ami::actions::ping;

    fn paused(reason: &str) -> Standing {
        Standing::Paused { reason: reason.to_owned() }
    }

    #[test]
    fn only_our_own_pauses_are_undone() {
        let ours = paused("bitacora:acw");
        assert!(must_change(&ours, None));
        assert!(must_change(&ours, Some(Pause::Away)) && !must_change(&ours, Some(Pause::AfterCallWork)));
        for other in ["", "Lunch", "acw"] {
            assert!(!must_change(&paused(other), None), "{other}");
            assert!(!must_change(&paused(other), Some(Pause::AfterCallWork)), "{other}");
        }
    }

    #[test]
    fn a_member_who_is_offered_calls_is_paused_where_they_must_be() {
        assert!(must_change(&Standing::Offered, Some(Pause::AfterCallWork)));
        assert!(!must_change(&Standing::Offered, None));
    }

    #[test]
    fn who_is_in_a_queue_is_remembered_until_the_next_connection_says_it_anew() {
        let (phones, tenant) = (Phones::default(), TenantId(1));
        let member = |queue: &str, agent: &str, standing| QueueMember {
            queue: queue.to_owned(),
            interface: format!("PJSIP/{agent}"),
            agent: AgentKey(agent.to_owned()),
            standing,
        };
        let tell = |queue: &str, agent: &str, standing| {
            phones.membership_is(tenant, "pbx", &member(queue, agent, standing))
        };
        let queues = |agent: &str| phones.queues_of(tenant, "pbx", &AgentKey(agent.to_owned()));
        let _receiver = phones.connected(tenant, "pbx");
        assert!(tell("sales", "1001", Standing::Offered) && tell("help", "1001", paused("Lunch")));
        assert!(tell("help", "1002", Standing::Offered) && !tell("help", "1001", Standing::Offered));
        assert_eq!(queues("1001"), ["help", "sales"]);
        assert!(tell("sales", "1001", Standing::Gone) && !tell("sales", "1001", Standing::Gone));
        phones.disconnected(tenant, "pbx");
        assert_eq!(queues("1001"), ["help"]);
        let _receiver = phones.connected(tenant, "pbx");
        assert_eq!(queues("1001"), ["help"]);
        tell("visits", "1002", Standing::Offered);
        assert_eq!((queues("1001"), queues("1002")), (Vec::new(), vec!["visits".to_owned()]));
        let all = [("visits".to_owned(), AgentKey("1002".to_owned()))];
        assert_eq!(phones.memberships(tenant, "pbx"), all);
        assert_eq!(phones.memberships(TenantId(2), "pbx"), []);
        let stored = phones.queue_places(tenant, "pbx");
        let after_a_start = Phones::default();
        after_a_start.were_members(tenant, "pbx", stored.clone());
        let _receiver = after_a_start.connected(tenant, "pbx");
        assert_eq!(after_a_start.queue_places(tenant, "pbx"), stored);
        // What was heard counts, not what was stored before.
        phones.were_members(tenant, "pbx", Vec::new());
        assert_eq!(phones.queue_places(tenant, "pbx"), stored);
    }

    #[test]
    fn each_queue_is_told_for_itself_and_nobody_while_it_is_not_connected() {
        let (phones, tenant, agent) = (Phones::default(), TenantId(1), AgentKey("1001".to_owned()));
        let member = |queue: &str, standing| QueueMember {
            queue: queue.to_owned(),
            interface: "PJSIP/1001".to_owned(),
            agent: agent.clone(),
            standing,
        };
        assert!(!phones.member_is(tenant, "pbx", member("sales", Standing::Offered)));
        let _receiver = phones.connected(tenant, "pbx");
        assert!(phones.member_is(tenant, "pbx", member("sales", Standing::Offered)));
        assert!(phones.member_is(tenant, "pbx", member("support", paused("Lunch"))));
        assert!(!phones.member_is(tenant, "pbx", member("support", paused("Lunch"))), "no news");
        let wanted = Some(Pause::AfterCallWork);
        let telling =
            MemberChange { queue: "sales".to_owned(), interface: "PJSIP/1001".to_owned(), pause: wanted };
        assert_eq!(phones.tellings(tenant, "pbx", &agent, wanted), [telling]);
        assert_eq!(phones.tellings(TenantId(2), "pbx", &agent, wanted), []);
        phones.disconnected(tenant, "pbx");
        assert_eq!(phones.tellings(tenant, "pbx", &agent, wanted), []);
        assert_eq!(phones.tell(tenant, "pbx", ping()), Err(NotTold));
    }
}
