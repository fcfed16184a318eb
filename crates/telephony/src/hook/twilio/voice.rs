//! Status callbacks of calls, and callbacks of recordings. Each call of Twilio's is a leg here; one that another dialled
//! is linked to it by `ParentCallSid`. Who is behind a leg is said by its far end: `From` of an inbound one, `To` of all
//! others; where no agent is listed under it, it is a customer.
//!
//! Left aside: legs to a customer that the REST API begins without a parent. Who talks with them is told nowhere.

use super::super::fields::Fields;
use super::super::object::{Fault, FaultKind};
use super::super::time::rfc2822;
use crate::endpoints::EndpointMap;
use domain::event::{CallEvent, DialResult, Fact, LegRef, Place, Role, SourceEvent};
use domain::id::At;

/// Q.850 causes of the statuses.
mod cause {
    pub(super) const NORMAL: u16 = 16;
    pub(super) const USER_BUSY: u16 = 17;
    pub(super) const NO_ANSWER: u16 = 19;
    pub(super) const OUT_OF_ORDER: u16 = 27;
}

/// A callback that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// How a leg stands.
    Leg(Box<Leg>),
    /// A recording that is there.
    Recording {
        /// Its own id, with how it stands.
        id: String,
        /// The leg that was recorded.
        call: String,
        /// Where it is, as Twilio says.
        url: String,
    },
    /// One that tells nothing that is kept.
    Nothing,
}

/// How a leg stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    id: String,
    parent: Option<String>,
    status: Status,
    direction: Direction,
    from: Option<String>,
    to: Option<String>,
    at: Option<At>,
    sequence: Option<String>,
    duration_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Begun,
    Ringing,
    InProgress,
    Completed,
    Busy,
    NoAnswer,
    Cancelled,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Inbound,
    Dialled,
    ByApi,
}

impl Callback {
    /// Reads the form, or the JSON object, of a callback.
    ///
    /// # Errors
    /// The first field that cannot be taken.
    pub fn parse(body: &[u8]) -> Result<Callback, Fault> {
        let fields = Fields::of(body)?;
        let call = fields.text("CallSid")?;
        if let Some(recording) = fields.optional("RecordingSid")? {
            let status = fields.optional("RecordingStatus")?.unwrap_or_else(|| "completed".to_owned());
            return match (status.as_str(), fields.optional("RecordingUrl")?) {
                ("completed", Some(url)) => Ok(Callback::Recording { id: recording, call, url }),
                ("completed", None) => Err(Fault::at("RecordingUrl", FaultKind::Missing)),
                _ => Ok(Callback::Nothing),
            };
        }
        let duration = fields.optional("CallDuration")?.map_or(Ok(0), |text| text.parse::<u32>());
        let duration = duration.map_err(|_| Fault::at("CallDuration", FaultKind::WrongType))?;
        let at = fields.optional("Timestamp")?;
        let at = at.map(|text| rfc2822(&text).ok_or_else(|| Fault::at("Timestamp", FaultKind::NotATime)));
        Ok(Callback::Leg(Box::new(Leg {
            parent: fields.optional("ParentCallSid")?,
            status: status(&fields.text("CallStatus")?)?,
            direction: direction(&fields.text("Direction")?)?,
            from: fields.optional("From")?,
            to: fields.optional("To")?,
            at: at.transpose()?,
            sequence: fields.optional("SequenceNumber")?,
            duration_ms: i64::from(duration) * 1_000,
            id: call,
        })))
    }

    /// What makes it the same callback when it is sent again.
    pub fn identity(&self) -> (&str, String) {
        match self {
            Callback::Leg(leg) => {
                let sequence = leg.sequence.as_deref().unwrap_or_default();
                (&leg.id, format!("{:?}/{sequence}", leg.status))
            }
            Callback::Recording { id, .. } => (id, "recording".to_owned()),
            Callback::Nothing => ("", String::new()),
        }
    }

    /// The facts that it tells; it came at `received_at`. Where `reservations` tell of agents, their legs do not.
    pub fn facts(&self, map: &EndpointMap, received_at: At, reservations: bool) -> Vec<SourceEvent> {
        match self {
            Callback::Leg(leg) => {
                Told::of(leg, map, received_at, reservations).map_or_else(Vec::new, Told::events)
            }
            Callback::Recording { call, url, .. } => {
                let on = leg_ref(call, None, Role::Helper, None);
                vec![event(received_at, Fact::Recorded { path: Some(url.clone()) }, on, None)]
            }
            Callback::Nothing => Vec::new(),
        }
    }
}

fn status(word: &str) -> Result<Status, Fault> {
    Ok(match word {
        "queued" | "initiated" => Status::Begun,
        "ringing" => Status::Ringing,
        "in-progress" => Status::InProgress,
        "completed" => Status::Completed,
        "busy" => Status::Busy,
        "no-answer" => Status::NoAnswer,
        "canceled" => Status::Cancelled,
        "failed" => Status::Failed,
        _ => return Err(Fault::at("CallStatus", FaultKind::Unknown)),
    })
}

fn direction(word: &str) -> Result<Direction, Fault> {
    match word {
        "inbound" => Ok(Direction::Inbound),
        "outbound-dial" => Ok(Direction::Dialled),
        "outbound-api" => Ok(Direction::ByApi),
        _ => Err(Fault::at("Direction", FaultKind::Unknown)),
    }
}

/// What a leg's callback tells of it.
struct Told<'a> {
    leg: &'a Leg,
    at: At,
    on: LegRef,
    parent: Option<LegRef>,
    events: Vec<SourceEvent>,
}

impl<'a> Told<'a> {
    /// `None` where it tells nothing of a call that is kept.
    fn of(leg: &'a Leg, map: &EndpointMap, received_at: At, reservations: bool) -> Option<Self> {
        let far = if leg.direction == Direction::Inbound { &leg.from } else { &leg.to };
        let agent = far.as_deref().and_then(|far| map.listed_agent(far));
        let customer_by_api = agent.is_none() && leg.parent.is_none() && leg.direction == Direction::ByApi;
        if (agent.is_some() && reservations) || customer_by_api {
            return None;
        }
        let number = far.as_deref().filter(|_| agent.is_none());
        let parent = leg.parent.as_deref().map(|parent| {
            // Until it tells itself who is behind it: an agent is dialled for a customer.
            let (role, number) = match (&agent, leg.from.as_deref().and_then(|from| map.listed_agent(from))) {
                (_, Some(dialler)) => (Role::Agent(dialler), None),
                (Some(_), None) => (Role::Customer, leg.from.as_deref()),
                (None, None) => (Role::Helper, None),
            };
            leg_ref(parent, None, role, number)
        });
        let role = agent.map_or(Role::Customer, Role::Agent);
        let on = leg_ref(&leg.id, leg.parent.as_deref(), role, number);
        Some(Told { leg, at: leg.at.unwrap_or(received_at), on, parent, events: Vec::new() })
    }

    fn events(mut self) -> Vec<SourceEvent> {
        self.began();
        match self.leg.status {
            Status::Begun => {}
            Status::Ringing => self.tell(self.at, Fact::Ringing),
            Status::InProgress => self.answered(self.at),
            Status::Completed => {
                // Who is told of the end alone is told by its length when it was answered.
                if self.leg.duration_ms > 0 {
                    self.answered(self.at.plus_millis(-self.leg.duration_ms));
                }
                self.ended(None, cause::NORMAL);
            }
            Status::Busy => self.ended(Some(DialResult::Busy), cause::USER_BUSY),
            Status::NoAnswer => self.ended(Some(DialResult::NoAnswer), cause::NO_ANSWER),
            Status::Cancelled => self.ended(Some(DialResult::Cancelled), 0),
            Status::Failed => self.ended(Some(DialResult::Unreachable), cause::OUT_OF_ORDER),
        }
        self.events
    }

    fn began(&mut self) {
        let at = self.at.plus_millis(-self.leg.duration_ms);
        let place = if self.parent.is_some() { Place::Called } else { Place::Origin };
        let dialled = self.leg.to.clone().filter(|_| self.leg.direction == Direction::Inbound);
        self.tell(at, Fact::Joined { place, dialled });
        if self.parent.is_some() || self.leg.direction == Direction::ByApi {
            let target = self.leg.to.clone().filter(|_| self.on.role == Role::Customer);
            self.tell_with(at, Fact::DialBegan { target });
        }
    }

    fn answered(&mut self, at: At) {
        self.tell(at, Fact::Up);
        let Some(parent) = self.parent.clone() else { return };
        self.tell_with(at, Fact::DialEnded { result: DialResult::Answered });
        if matches!(self.on.role, Role::Agent(_)) {
            self.tell(at, Fact::Taken);
        }
        let entered = Fact::BridgeEntered { bridge: parent.leg.clone(), shared: true };
        self.tell(at, entered.clone());
        self.events.push(event(at, entered, parent, None));
    }

    /// The legs that a leg dialled end with it.
    fn ended(&mut self, dial: Option<DialResult>, cause: u16) {
        if self.parent.is_none() {
            self.tell(self.at, Fact::CallEnded { cause });
            return;
        }
        if let Some(result) = dial {
            self.tell_with(self.at, Fact::DialEnded { result });
        }
        self.tell(self.at, Fact::Ended { cause });
    }

    fn tell(&mut self, at: At, fact: Fact) {
        self.events.push(event(at, fact, self.on.clone(), None));
    }

    fn tell_with(&mut self, at: At, fact: Fact) {
        self.events.push(event(at, fact, self.on.clone(), self.parent.clone()));
    }
}

fn leg_ref(id: &str, parent: Option<&str>, role: Role, number: Option<&str>) -> LegRef {
    LegRef {
        leg: id.to_owned(),
        link: parent.unwrap_or(id).to_owned(),
        name: "twilio".to_owned(),
        role,
        number: number.map(str::to_owned),
    }
}

fn event(at: At, fact: Fact, on: LegRef, with: Option<LegRef>) -> SourceEvent {
    SourceEvent::Call(Box::new(CallEvent { at, fact, on, with }))
}
