//! Facts about the legs of a call, for sources that name calls and agents and no legs. Each call has one leg of the
//! customer and one for each offer to an agent; who talks is in the call's one bridge. Nothing is remembered from
//! one delivery to the next: a fact means what it says, whatever came before it.

use domain::event::{CallEvent, DialResult, Fact, LegRef, Place, Role, SourceEvent};
use domain::id::{AgentKey, At};

/// Q.850 causes that say how a part of a call ended.
mod cause {
    pub(super) const NORMAL: u16 = 16;
    pub(super) const SUBSCRIBER_ABSENT: u16 = 20;
    pub(super) const USER_BUSY: u16 = 17;
    pub(super) const CALL_REJECTED: u16 = 21;
    pub(super) const ANSWERED_ELSEWHERE: u16 = 26;
}

/// How an offer to an agent ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfferEnd {
    /// They let it ring.
    Missed,
    /// They refused it.
    Rejected,
    /// Their phone was engaged.
    Busy,
    /// The caller hung up meanwhile.
    CallerGaveUp,
    /// Another agent was faster.
    AnsweredElsewhere,
    /// Their phone could not be rung.
    Unreachable,
}

/// Who asked to hang up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EndedBy {
    /// The customer.
    Customer,
    /// This agent.
    Agent(AgentKey, Option<String>),
    /// Nobody who was told of.
    System,
}

/// What is told of one call at one moment.
pub(super) struct CallFacts<'a> {
    call: &'a str,
    at: At,
    /// The id of the customer's leg within the call; the call's own where there is none.
    customer: Option<&'a str>,
    events: Vec<SourceEvent>,
}

impl<'a> CallFacts<'a> {
    pub(super) fn new(call: &'a str, at: At) -> Self {
        CallFacts { call, at, customer: Some("customer"), events: Vec::new() }
    }

    /// The same of a source whose calls are named by the customer's leg.
    pub(super) fn of_leg(leg: &'a str, at: At) -> Self {
        CallFacts { call: leg, at, customer: None, events: Vec::new() }
    }

    /// All that was told.
    pub(super) fn events(self) -> Vec<SourceEvent> {
        self.events
    }

    /// Somebody outside calls us.
    pub(super) fn inbound(&mut self, from: Option<&str>, to: Option<&str>) {
        let customer = self.customer_with(from);
        self.tell(Fact::Joined { place: Place::Origin, dialled: to.map(str::to_owned) }, customer, None);
    }

    /// An agent calls somebody outside.
    pub(super) fn outbound(&mut self, agent: &AgentKey, offer: Option<&str>, to: &str) {
        let (dialler, customer) = (self.agent(agent, offer), self.customer_with(Some(to)));
        let to = Some(to.to_owned());
        self.tell(Fact::Joined { place: Place::Origin, dialled: to.clone() }, dialler.clone(), None);
        self.tell(Fact::Joined { place: Place::Called, dialled: to.clone() }, customer.clone(), None);
        self.tell(Fact::DialBegan { target: to }, customer, Some(dialler));
    }

    /// The caller waits in a ring group.
    pub(super) fn queued(&mut self, queue: String) {
        let customer = self.customer();
        self.tell(Fact::QueueJoined { queue }, customer, None);
    }

    /// An agent is called, for a ring group where one is named.
    pub(super) fn offered(&mut self, agent: &AgentKey, offer: Option<&str>, queue: Option<String>) {
        let leg = self.called(agent, offer);
        if let Some(queue) = queue {
            let with = Some(self.customer());
            self.tell(Fact::Offered { queue, agent: agent.clone() }, leg, with);
        }
    }

    /// An offer ended without an answer.
    pub(super) fn offer_ended(&mut self, agent: &AgentKey, offer: Option<&str>, end: OfferEnd) {
        let (leg, customer) = (self.agent(agent, offer), self.customer());
        let (result, cause) = match end {
            OfferEnd::Missed => (DialResult::NoAnswer, 0),
            OfferEnd::Rejected => (DialResult::NoAnswer, cause::CALL_REJECTED),
            OfferEnd::Busy => (DialResult::Busy, cause::USER_BUSY),
            OfferEnd::CallerGaveUp => (DialResult::Cancelled, 0),
            OfferEnd::AnsweredElsewhere => (DialResult::Cancelled, cause::ANSWERED_ELSEWHERE),
            OfferEnd::Unreachable => (DialResult::Unreachable, cause::SUBSCRIBER_ABSENT),
        };
        if end == OfferEnd::CallerGaveUp {
            self.tell(Fact::HangupRequested, customer.clone(), None);
        }
        self.tell(Fact::DialEnded { result }, leg.clone(), Some(customer));
        self.tell(Fact::Ended { cause }, leg, None);
    }

    /// Agent and customer talk from now on.
    pub(super) fn answered(&mut self, agent: &AgentKey, offer: Option<&str>) {
        // Where no offer was told, this is all there is of it.
        let leg = self.called(agent, offer);
        let customer = self.customer();
        self.tell(Fact::DialEnded { result: DialResult::Answered }, leg.clone(), Some(customer.clone()));
        self.tell(Fact::Taken, leg.clone(), None);
        let entered = Fact::BridgeEntered { bridge: self.call.to_owned(), shared: true };
        self.tell(entered.clone(), customer, None);
        self.tell(entered, leg, None);
    }

    /// The agent puts the customer on hold, or takes them back.
    pub(super) fn hold(&mut self, agent: &AgentKey, offer: Option<&str>, on: bool) {
        let leg = self.agent(agent, offer);
        self.tell(if on { Fact::HoldBegan } else { Fact::HoldEnded }, leg, None);
    }

    /// The agent's part is over, the call goes on.
    pub(super) fn left(&mut self, agent: &AgentKey, offer: Option<&str>) {
        let leg = self.agent(agent, offer);
        self.tell(Fact::BridgeLeft { bridge: self.call.to_owned() }, leg.clone(), None);
        self.tell(Fact::Ended { cause: cause::NORMAL }, leg, None);
    }

    /// The call is over, for everybody.
    pub(super) fn ended(&mut self, by: &EndedBy) {
        let customer = self.customer();
        match by {
            EndedBy::Customer => self.tell(Fact::HangupRequested, customer.clone(), None),
            EndedBy::Agent(agent, offer) => {
                let leg = self.agent(agent, offer.as_deref());
                self.tell(Fact::HangupRequested, leg, None);
            }
            EndedBy::System => {}
        }
        self.tell(Fact::CallEnded { cause: cause::NORMAL }, customer, None);
    }

    /// The caller left a message.
    pub(super) fn voicemail(&mut self, mailbox: &str, recording: Option<&str>) {
        let customer = self.customer();
        self.tell(Fact::VoicemailLeft { mailbox: mailbox.to_owned() }, customer.clone(), None);
        if let Some(path) = recording {
            self.tell(Fact::VoicemailFile { path: path.to_owned() }, customer, None);
        }
    }

    /// The call was recorded there.
    pub(super) fn recorded(&mut self, path: &str) {
        let customer = self.customer();
        self.tell(Fact::Recorded { path: Some(path.to_owned()) }, customer, None);
    }

    /// Nothing that is told of the call has a time.
    pub(super) fn reduced(&mut self) {
        let customer = self.customer();
        self.tell(Fact::Reduced, customer, None);
    }

    fn called(&mut self, agent: &AgentKey, offer: Option<&str>) -> LegRef {
        let (leg, customer) = (self.agent(agent, offer), self.customer());
        self.tell(Fact::Joined { place: Place::Called, dialled: None }, leg.clone(), None);
        self.tell(Fact::DialBegan { target: None }, leg.clone(), Some(customer));
        leg
    }

    fn tell(&mut self, fact: Fact, on: LegRef, with: Option<LegRef>) {
        self.events.push(SourceEvent::Call(Box::new(CallEvent { at: self.at, fact, on, with })));
    }

    fn customer(&self) -> LegRef {
        self.customer_with(None)
    }

    fn customer_with(&self, number: Option<&str>) -> LegRef {
        self.leg(self.customer, Role::Customer, number)
    }

    fn agent(&self, agent: &AgentKey, offer: Option<&str>) -> LegRef {
        let who = offer.map_or_else(|| format!("agent/{agent}"), |offer| format!("agent/{agent}/{offer}"));
        self.leg(Some(&who), Role::Agent(agent.clone()), None)
    }

    fn leg(&self, who: Option<&str>, role: Role, number: Option<&str>) -> LegRef {
        let link = without_number_sign(self.call);
        LegRef {
            leg: who.map_or_else(|| link.clone(), |who| format!("{link}/{}", without_number_sign(who))),
            link,
            name: "hook".to_owned(),
            role,
            number: number.map(str::to_owned),
        }
    }
}

/// A number sign in a leg's id counts its lives (`domain::call`).
pub(super) fn without_number_sign(id: &str) -> String {
    id.replace('#', "%23")
}

/// The time in a call's id, where it is a UUIDv7.
pub fn id_time(id: &str) -> Option<At> {
    let id = id.split(['/', '#']).next().unwrap_or(id);
    let (seconds, nanos) = uuid::Uuid::parse_str(id).ok()?.get_timestamp()?.to_unix();
    Some(At(i64::try_from(seconds).ok()?.checked_mul(1_000_000)? + i64::from(nanos / 1000)))
}
