//! A phone system with its phones: those of agents, and one behind the trunk for the whole world.

use std::path::Path;
use telephony::ami::Frame;
use testkit::pbx::{Onlooker, Pbx};
use testkit::sip::{Phone, PhoneCall, WITHIN};
use tokio::time::timeout;

/// Whoever calls from outside.
pub(crate) const CALLER: &str = "+34600111222";
/// What ids of a phone system begin with.
const NAME: &str = "pbx1";

/// A phone system.
pub(crate) struct System {
    pub(crate) pbx: Pbx,
    pub(crate) onlooker: Onlooker,
    /// The trunk: everybody who is no agent.
    pub(crate) outside: Phone,
    phones: Vec<Phone>,
}

impl System {
    /// Starts one in which these agents have a phone.
    pub(crate) async fn start(tree: &Path, agents: &[&str]) -> System {
        let pbx = Pbx::start(tree, NAME).await.expect("a phone system");
        let onlooker = pbx.onlooker().await.expect("an onlooker");
        let outside = Phone::new(pbx.sip(), "trunk").await.expect("a port");
        let mut phones = Vec::new();
        for agent in agents {
            phones.push(Phone::new(pbx.sip(), agent).await.expect("a port"));
        }
        let system = System { pbx, onlooker, outside, phones };
        system.register().await;
        system
    }

    async fn register(&self) {
        for phone in self.all_phones() {
            phone.register().await;
        }
    }

    /// Ends it as a power cut would; calls are gone, and phones do not hear of it.
    pub(crate) fn kill(&mut self) {
        self.pbx.kill();
    }

    /// Starts it again after that.
    pub(crate) async fn start_again(&mut self) {
        self.pbx.start_again().await.expect("a phone system");
        self.onlooker = self.pbx.onlooker().await.expect("an onlooker");
        self.register().await;
    }

    fn all_phones(&self) -> impl Iterator<Item = &Phone> {
        std::iter::once(&self.outside).chain(&self.phones)
    }

    /// The phone of an agent.
    pub(crate) fn phone(&self, agent: &str) -> &Phone {
        self.phones.iter().find(|phone| phone.user() == agent).expect("an agent with a phone")
    }

    /// Somebody outside calls one of our numbers.
    pub(crate) fn caller_calls(&self, number: &str) -> PhoneCall {
        self.outside.call(number, Some(CALLER))
    }

    /// Waits until it tells of something.
    pub(crate) async fn until_told(&self, what: &str, wanted: impl Fn(&Frame) -> bool) {
        if timeout(WITHIN, self.onlooker.saw(wanted)).await.is_err() {
            panic!("the phone system did not tell in time: {what}\n{}", self.told());
        }
    }

    /// Waits until an agent of a queue and a caller are connected.
    pub(crate) async fn until_connected(&self) {
        self.until_told("they are connected", |frame| frame.event() == Some("AgentConnect")).await;
    }

    /// Legs of which it told the beginning and not the end.
    pub(crate) fn living_legs(&self) -> usize {
        let frames = self.onlooker.frames();
        let count = |event: &str| frames.iter().filter(|frame| frame.event() == Some(event)).count();
        count("Newchannel").saturating_sub(count("Hangup"))
    }

    /// What phones were told that no phone should be.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.all_phones().flat_map(Phone::faults).collect()
    }

    /// Everything it told, for whoever wonders.
    pub(crate) fn told(&self) -> String {
        let frames = self.onlooker.frames();
        frames.iter().map(|frame| String::from_utf8_lossy(&frame.to_bytes()).into_owned()).collect()
    }
}
