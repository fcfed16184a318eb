//! A phone system with its phones: those of agents, and one behind the trunk for the whole world.

use std::path::Path;
use telephony::ami::Frame;
use testkit::pbx::{Onlooker, Pbx};
use testkit::sip::{Caller, Phone, PhoneCall, WITHIN};
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

    /// Ends it as its administrator does, with all calls; phones are told.
    pub(crate) async fn stop(&mut self) {
        self.tell("Command", &[("Command", "core stop now")]).await;
        self.pbx.until_ended().await.expect("it stops");
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
        self.outside.call(number, &Caller::Shown(CALLER))
    }

    /// Waits until it tells of something.
    pub(crate) async fn until_told(&self, what: &str, wanted: impl Fn(&Frame) -> bool) {
        if timeout(WITHIN, self.onlooker.saw(wanted)).await.is_err() {
            panic!("the phone system did not tell in time: {what}\n{}", self.told());
        }
    }

    /// Waits until it has told of something so many times.
    pub(crate) async fn until_told_times(&self, times: usize, what: &str, wanted: impl Fn(&Frame) -> bool) {
        if timeout(WITHIN, self.onlooker.saw_times(times, wanted)).await.is_err() {
            panic!("the phone system did not tell {times} times in time: {what}\n{}", self.told());
        }
    }

    /// Waits until the legs of an endpoint have entered a bridge so many times in all.
    pub(crate) async fn until_joined(&self, endpoint: &str, times: usize) {
        let of_it = |frame: &Frame| frame.event() == Some("BridgeEnter") && is_of(frame, endpoint);
        self.until_told_times(times, &format!("{endpoint} enters a bridge"), of_it).await;
    }

    /// The newest leg of an endpoint.
    pub(crate) fn leg(&self, endpoint: &str) -> String {
        let frames = self.onlooker.frames();
        let mut began =
            frames.iter().rev().filter(|frame| frame.event() == Some("Newchannel") && is_of(frame, endpoint));
        began.next().and_then(|frame| frame.get("Channel")).expect("a leg of it").to_owned()
    }

    /// Somebody who administers it tells it something.
    pub(crate) async fn tell(&self, action: &str, headers: &[(&str, &str)]) {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let bytes = format!("Action: {action}\r\n{headers}\r\n");
        self.onlooker.tell(bytes.as_bytes()).await.expect("a connection");
    }

    /// Puts an agent into a ring group, which calls them by this interface.
    pub(crate) async fn add_to(&self, queue: &str, interface: &str, agent: &str) {
        let phone = format!("PJSIP/{agent}");
        let headers = [("Queue", queue), ("Interface", interface), ("StateInterface", &phone)];
        self.tell("QueueAdd", &headers).await;
        let added = |frame: &Frame| {
            frame.event() == Some("QueueMemberAdded")
                && (frame.get("Queue"), frame.get("Interface")) == (Some(queue), Some(interface))
        };
        self.until_told("a new member", added).await;
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

/// Whether a frame tells of a leg of an endpoint, such as `1001`.
fn is_of(frame: &Frame, endpoint: &str) -> bool {
    frame.get("Channel").is_some_and(|leg| leg.starts_with(&format!("PJSIP/{endpoint}-")))
}
