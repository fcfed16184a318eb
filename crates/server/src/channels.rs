//! The legs that live now, as far as phone systems told of them: by which channel something can be asked about an
//! agent's part of a call, and what was asked of it. It is taken in once it is committed and outlives a connection. What
//! a call is, is decided in `domain::call`; nothing of that is here, and nothing here is stored.

mod legs;

use domain::event::{CallEvent, Fact, LegRef, Role, SourceEvent};
use domain::id::{AgentKey, CallKey, EngagementKey, TenantId};
use legs::Legs;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use telephony::ami::id_time;

/// Most living legs of one phone system that are known here; of more, nothing can be asked.
const MAX_LEGS: usize = 50_000;
/// Most parts of calls that one leg may have had when one of them is asked for.
const MAX_PARTS_OF_A_LEG: usize = 64;

type Line = (TenantId, String);

/// Every living leg.
#[derive(Default)]
pub struct Channels {
    lines: Mutex<HashMap<Line, Legs>>,
}

/// A leg that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The phone system's id of the leg.
    pub leg: String,
    /// The phone system's name of it, by which it is told.
    pub name: String,
    /// Who is behind it.
    pub role: Role,
    /// What it is part of.
    link: String,
    /// The bridge it is in.
    bridge: Option<String>,
    /// Its recording, where it is recorded.
    recording: Option<Recording>,
    /// Whether what is said into it is kept back, as we asked.
    pub muted: bool,
    /// Whom it asks while whoever it talks to waits, as we asked.
    pub asks: Option<Asks>,
    /// The leg that it listens to, which does not hear of it.
    listens_to: Option<String>,
}

/// Somebody is asked before a call is handed over to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asks {
    /// What was dialled.
    pub number: String,
    /// The bridge to whoever waits; back in it, nobody is asked any more.
    back_in: Option<String>,
}

/// Whether a recording goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// It does.
    On,
    /// Silence is put into it.
    Paused,
}

impl Channels {
    /// Takes in what was told and committed; answers the agents of whom something that panels show changed.
    pub fn heard(&self, tenant: TenantId, source: &str, events: &[SourceEvent]) -> BTreeSet<AgentKey> {
        let mut lines = self.lines();
        let legs = lines.entry((tenant, source.to_owned())).or_default();
        let mut news = BTreeSet::new();
        for event in events {
            match event {
                SourceEvent::Call(event) => hear(legs, event, &mut news),
                SourceEvent::Alive { legs: alive, .. } => {
                    let alive: HashSet<&str> = alive.iter().map(String::as_str).collect();
                    legs.retain(&alive);
                }
                SourceEvent::Gap { .. } | SourceEvent::Member(_) | SourceEvent::Answered(_) => {}
            }
        }
        news
    }

    /// A source is taken up again, and all that is stored of its living calls was read anew: legs are what that says. What
    /// we asked of those that are still there stands.
    pub fn read_again(&self, tenant: TenantId, source: &str, events: &[SourceEvent]) {
        let before = self.lines().remove(&(tenant, source.to_owned())).unwrap_or_default();
        self.heard(tenant, source, events);
        let mut lines = self.lines();
        let legs = lines.entry((tenant, source.to_owned())).or_default();
        for old in before.into_all() {
            if let Some(channel) = legs.get_mut(&old.leg) {
                channel.muted = old.muted;
                channel.asks = old.asks;
            }
        }
    }

    /// The living leg of an agent's part of a call: the one that its id follows from; else the agent's only one, or the one
    /// that is part of this call. A queue that calls its members through a local channel knows them by that one, and they
    /// talk on another.
    pub fn of_part(
        &self,
        tenant: TenantId,
        source: &str,
        agent: &AgentKey,
        (call, part): (CallKey, EngagementKey),
    ) -> Option<Channel> {
        let lines = self.lines();
        let legs = lines.get(&(tenant, source.to_owned()))?;
        let is_it = |channel: &&Channel| {
            let time = id_time(&channel.leg);
            (0..MAX_PARTS_OF_A_LEG)
                .any(|nth| EngagementKey::derived(tenant, source, &channel.leg, nth, time) == part)
        };
        let of_call = |channel: &&Channel| {
            CallKey::derived(tenant, source, &channel.link, id_time(&channel.link)) == call
        };
        let own = || legs.of_agent(agent);
        let only = || own().next().filter(|_| own().nth(1).is_none());
        own().find(is_it).or_else(only).or_else(|| own().find(of_call)).cloned()
    }

    /// The channel that the recording of a conversation hangs on, and how it stands.
    pub fn recorded(&self, tenant: TenantId, source: &str, channel: &Channel) -> Option<(String, Recording)> {
        let lines = self.lines();
        let legs = lines.get(&(tenant, source.to_owned()))?;
        let recorded = legs.together(channel).filter_map(|leg| Some((leg, leg.recording?)));
        let (leg, recording) = recorded.max_by_key(|(leg, _)| (leg.leg == channel.leg, leg.leg.as_str()))?;
        Some((leg.name.clone(), recording))
    }

    /// The legs that listen in on this one.
    pub fn listeners(&self, tenant: TenantId, source: &str, leg: &str) -> Vec<Channel> {
        let lines = self.lines();
        let legs = lines.get(&(tenant, source.to_owned()));
        legs.into_iter().flat_map(|legs| legs.listening_to(leg)).cloned().collect()
    }

    /// The phone system keeps back what is said into this leg, or no longer.
    pub fn muted(&self, tenant: TenantId, source: &str, leg: &str, muted: bool) {
        self.change(tenant, source, leg, |channel| channel.muted = muted);
    }

    /// A leg asks somebody now; `before` is how it was before it did.
    pub fn asks(&self, tenant: TenantId, source: &str, before: &Channel, number: &str) {
        let asks = Asks { number: number.to_owned(), back_in: before.bridge.clone() };
        self.change(tenant, source, &before.leg, |channel| channel.asks = Some(asks));
    }

    fn change(&self, tenant: TenantId, source: &str, leg: &str, change: impl FnOnce(&mut Channel)) {
        let mut lines = self.lines();
        let legs = lines.get_mut(&(tenant, source.to_owned()));
        if let Some(channel) = legs.and_then(|legs| legs.get_mut(leg)) {
            change(channel);
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Line, Legs>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Channel {
    fn begun(named: &LegRef) -> Channel {
        Channel {
            leg: named.leg.clone(),
            name: named.name.clone(),
            role: named.role.clone(),
            link: named.link.clone(),
            bridge: None,
            recording: None,
            muted: false,
            asks: None,
            listens_to: None,
        }
    }

    /// An event names it so now: a transfer changes what it is part of, a redirection its name.
    fn is_named(&mut self, named: &LegRef) {
        self.name.clone_from(&named.name);
        self.role.clone_from(&named.role);
        self.link.clone_from(&named.link);
    }

    /// Takes in what happened to it; answers whether its recording is another than it was.
    fn hears(&mut self, fact: &Fact, news: &mut BTreeSet<AgentKey>) -> bool {
        let recording = self.recording;
        match fact {
            Fact::BridgeEntered { bridge, .. } => {
                self.bridge = Some(bridge.clone());
                if self.asks.as_ref().is_some_and(|asks| asks.back_in.as_ref() == Some(bridge)) {
                    self.no_longer_asks(news);
                }
            }
            // Whoever waited is taken back.
            Fact::HoldEnded if self.asks.is_some() => self.no_longer_asks(news),
            Fact::BridgeLeft { bridge } if self.bridge.as_ref() == Some(bridge) => self.bridge = None,
            Fact::Recorded { .. } => {
                self.recording.get_or_insert(Recording::On);
            }
            Fact::ListenBegan { to, .. } => self.listens_to = Some(to.clone()),
            Fact::RecordingPaused => self.recording = Some(Recording::Paused),
            Fact::RecordingResumed => self.recording = Some(Recording::On),
            _ => {}
        }
        self.recording != recording
    }

    fn no_longer_asks(&mut self, news: &mut BTreeSet<AgentKey>) {
        self.asks = None;
        news.extend(self.agent());
    }

    /// The agent behind it.
    pub fn agent(&self) -> Option<AgentKey> {
        match &self.role {
            Role::Agent(agent) => Some(agent.clone()),
            Role::Customer | Role::Helper => None,
        }
    }
}

fn hear(legs: &mut Legs, event: &CallEvent, news: &mut BTreeSet<AgentKey>) {
    let on = &event.on;
    if matches!(event.fact, Fact::Ended { .. } | Fact::Vanished) {
        if let Some(over) = legs.remove(&on.leg) {
            news.extend(over.listens_to.and_then(|leg| legs.get_mut(&leg)?.agent()));
        }
        return;
    }
    if let Fact::ListenBegan { to, .. } = &event.fact {
        news.extend(legs.get_mut(to).and_then(|listened_to| listened_to.agent()));
    }
    let recording_changed = legs.change(on, |channel| channel.hears(&event.fact, news)).unwrap_or_default();
    if recording_changed && let Some(channel) = legs.get_mut(&on.leg).cloned() {
        news.extend(legs.together(&channel).filter_map(Channel::agent));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::At;

    const TENANT: TenantId = TenantId(1);
    const CUSTOMER: &str = "pbx1-1795350690.3";
    const AGENT: &str = "pbx1-1795350691.4";

    fn ana() -> AgentKey {
        AgentKey("1001".to_owned())
    }

    fn says(leg: &str, fact: Fact) -> SourceEvent {
        let (name, role) = match leg {
            CUSTOMER => ("PJSIP/trunk-0001", Role::Customer),
            _ => ("PJSIP/1001-0002", Role::Agent(ana())),
        };
        let on = LegRef {
            leg: leg.to_owned(),
            link: CUSTOMER.to_owned(),
            name: name.to_owned(),
            role,
            number: None,
        };
        SourceEvent::Call(Box::new(CallEvent { at: At(0), fact, on, with: None }))
    }

    fn enters(bridge: &str) -> Fact {
        Fact::BridgeEntered { bridge: bridge.to_owned(), shared: true }
    }

    fn part(nth: usize) -> EngagementKey {
        EngagementKey::derived(TENANT, "pbx", AGENT, nth, id_time(AGENT))
    }

    fn call() -> CallKey {
        CallKey::derived(TENANT, "pbx", CUSTOMER, id_time(CUSTOMER))
    }

    fn talking() -> Channels {
        let channels = Channels::default();
        let events = [
            says(CUSTOMER, Fact::Recorded { path: None }),
            says(AGENT, Fact::Ringing),
            says(CUSTOMER, enters("b1")),
            says(AGENT, enters("b1")),
        ];
        channels.heard(TENANT, "pbx", &events);
        channels
    }

    #[test]
    fn the_leg_of_a_part_is_the_one_its_id_follows_from_while_it_lives() {
        let channels = talking();
        let leg =
            |nth| channels.of_part(TENANT, "pbx", &ana(), (call(), part(nth))).map(|channel| channel.name);
        assert_eq!(leg(0).as_deref(), Some("PJSIP/1001-0002"));
        assert_eq!(leg(1).as_deref(), Some("PJSIP/1001-0002"), "its second part as well");
        let ben = AgentKey("1002".to_owned());
        assert_eq!(channels.of_part(TENANT, "pbx", &ben, (call(), part(0))), None);
        assert_eq!(channels.of_part(TenantId(2), "pbx", &ana(), (call(), part(0))), None, "another tenant's");
        channels.heard(TENANT, "pbx", &[says(AGENT, Fact::Ended { cause: 16 })]);
        assert_eq!(channels.of_part(TENANT, "pbx", &ana(), (call(), part(0))), None);
    }

    #[test]
    fn of_an_agents_two_legs_none_is_taken_for_a_part_of_another_call() {
        let channels = talking();
        let second = "pbx1-1795350695.9";
        let mut says_elsewhere = says(second, Fact::Ringing);
        if let SourceEvent::Call(event) = &mut says_elsewhere {
            event.on.link = second.to_owned();
        }
        channels.heard(TENANT, "pbx", &[says_elsewhere]);
        let unknown = EngagementKey::derived(TENANT, "pbx", "pbx1-1795350699.1", 0, None);
        let leg = |call| channels.of_part(TENANT, "pbx", &ana(), (call, unknown)).map(|channel| channel.leg);
        assert_eq!(leg(call()).as_deref(), Some(AGENT), "the one that talks in this call");
        let elsewhere = CallKey::derived(TENANT, "pbx", "pbx1-1795350699.1", None);
        assert_eq!(leg(elsewhere), None);
    }

    #[test]
    fn a_leg_that_is_not_on_the_list_of_the_living_is_forgotten() {
        let channels = talking();
        let alive = SourceEvent::Alive { at: At(1), legs: vec![CUSTOMER.to_owned()] };
        channels.heard(TENANT, "pbx", &[alive]);
        assert_eq!(channels.of_part(TENANT, "pbx", &ana(), (call(), part(0))), None);
    }

    #[test]
    fn reading_what_is_stored_again_undoes_nothing_that_was_asked_since() {
        let channels = talking();
        let own = || channels.of_part(TENANT, "pbx", &ana(), (call(), part(0))).expect("a leg");
        channels.muted(TENANT, "pbx", AGENT, true);
        channels.asks(TENANT, "pbx", &own(), "1002");
        let stored = [says(CUSTOMER, enters("b1")), says(AGENT, enters("b1"))];
        channels.read_again(TENANT, "pbx", &stored);
        let asks = own().asks.map(|asks| asks.number);
        assert_eq!((own().muted, asks.as_deref()), (true, Some("1002")));
    }

    #[test]
    fn a_recording_is_paused_on_the_leg_that_it_hangs_on_and_the_agent_is_told() {
        let channels = talking();
        let own = channels.of_part(TENANT, "pbx", &ana(), (call(), part(0))).expect("a leg");
        let recorded = || channels.recorded(TENANT, "pbx", &own);
        assert_eq!(recorded(), Some(("PJSIP/trunk-0001".to_owned(), Recording::On)));
        let told = channels.heard(TENANT, "pbx", &[says(CUSTOMER, Fact::RecordingPaused)]);
        assert_eq!(told, BTreeSet::from([ana()]));
        assert_eq!(recorded(), Some(("PJSIP/trunk-0001".to_owned(), Recording::Paused)));
        // The file's name rides on every event and says nothing of whether it is paused.
        let told = channels.heard(TENANT, "pbx", &[says(CUSTOMER, Fact::Recorded { path: None })]);
        assert_eq!((told.len(), recorded().map(|(_, how)| how)), (0, Some(Recording::Paused)));
        channels.heard(TENANT, "pbx", &[says(CUSTOMER, Fact::RecordingResumed)]);
        assert_eq!(recorded().map(|(_, how)| how), Some(Recording::On));
    }

    #[test]
    fn who_is_listened_to_hears_of_it_and_of_its_end() {
        let channels = talking();
        let ear = |fact| {
            let on = LegRef {
                leg: "ear-whisper-1".to_owned(),
                link: "ear-whisper-1".to_owned(),
                name: "PJSIP/1003-0009".to_owned(),
                role: Role::Agent(AgentKey("1003".to_owned())),
                number: None,
            };
            SourceEvent::Call(Box::new(CallEvent { at: At(0), fact, on, with: None }))
        };
        let heard = |tenant| {
            let listeners = channels.listeners(tenant, "pbx", AGENT).into_iter();
            listeners.filter_map(|channel| channel.agent()).collect::<Vec<_>>()
        };
        let began = || ear(Fact::ListenBegan { to: AGENT.to_owned(), agent: Some(ana()) });
        let told = channels.heard(TENANT, "pbx", &[ear(Fact::Ringing), began()]);
        assert_eq!(told, BTreeSet::from([ana()]));
        assert_eq!((heard(TENANT), heard(TenantId(2))), (vec![AgentKey("1003".to_owned())], Vec::new()));
        // A restart reads what is stored again, and knows it too.
        let again = Channels::default();
        again.read_again(TENANT, "pbx", &[says(AGENT, Fact::Ringing), began()]);
        assert_eq!(again.listeners(TENANT, "pbx", AGENT).len(), 1);
        let told = channels.heard(TENANT, "pbx", &[ear(Fact::Ended { cause: 16 })]);
        assert_eq!((told, heard(TENANT)), (BTreeSet::from([ana()]), Vec::new()));
    }

    #[test]
    fn who_is_back_with_the_customer_asks_nobody_any_more() {
        let channels = talking();
        let before = channels.of_part(TENANT, "pbx", &ana(), (call(), part(0))).expect("a leg");
        channels.asks(TENANT, "pbx", &before, "1002");
        let asks = || {
            channels
                .of_part(TENANT, "pbx", &ana(), (call(), part(0)))
                .and_then(|channel| channel.asks)
                .is_some()
        };
        let left = Fact::BridgeLeft { bridge: "b1".to_owned() };
        let told = channels.heard(TENANT, "pbx", &[says(AGENT, left), says(AGENT, enters("b2"))]);
        assert!(asks() && told.is_empty(), "with the colleague, the customer still waits");
        let told = channels.heard(TENANT, "pbx", &[says(AGENT, enters("b1"))]);
        assert_eq!((asks(), told), (false, BTreeSet::from([ana()])));
    }
}
