//! Events of TaskRouter: a reservation is one agent's part of the call that its task stands for (`call_sid` in the
//! task's attributes). Wrap-up belongs to the reservation, not to the task. Tasks of other channels tell nothing.

use super::super::call_facts::{CallFacts, OfferEnd};
use super::super::fields::Fields;
use super::super::object::{Fault, FaultKind, check};
use crate::endpoints::EndpointMap;
use domain::event::SourceEvent;
use domain::id::At;
use serde_json::Value;

/// Longest attributes of a task that are read, in bytes.
const MAX_ATTRIBUTES_BYTES: usize = 32 * 1024;

/// An event that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskEvent {
    /// A caller waits in a queue.
    Queued {
        /// The event's own id.
        id: String,
        /// The call.
        call: TaskCall,
        /// The queue's name.
        queue: String,
        /// When.
        at: Option<At>,
    },
    /// Something became of a reservation.
    Reservation(Box<Reservation>),
    /// One that tells nothing that is kept.
    Nothing,
}

/// The call that a task stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskCall {
    /// The customer's leg.
    leg: String,
    from: Option<String>,
    to: Option<String>,
}

impl TaskCall {
    /// Whoever a task is made for called us: until their leg's own callback comes, the task says who they are.
    fn facts(&self, at: At) -> CallFacts<'_> {
        let mut told = CallFacts::of_leg(&self.leg, at);
        told.inbound(self.from.as_deref(), self.to.as_deref());
        told
    }
}

/// What became of a reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    id: String,
    call: TaskCall,
    reservation: String,
    worker: String,
    queue: Option<String>,
    at: Option<At>,
    became: Became,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Created,
    Accepted,
    Ended(OfferEnd),
    Left,
}

impl TaskEvent {
    /// Reads the form, or the JSON object, of an event.
    ///
    /// # Errors
    /// The first field that cannot be taken.
    pub fn parse(body: &[u8]) -> Result<TaskEvent, Fault> {
        let fields = Fields::of(body)?;
        let kind = fields.text("EventType")?;
        let became = match kind.as_str() {
            "task-queue.entered" => None,
            "reservation.created" => Some(Became::Created),
            "reservation.accepted" => Some(Became::Accepted),
            "reservation.rejected" => Some(Became::Ended(OfferEnd::Rejected)),
            "reservation.timeout" => Some(Became::Ended(OfferEnd::Missed)),
            "reservation.canceled" => Some(Became::Ended(OfferEnd::CallerGaveUp)),
            "reservation.rescinded" => Some(Became::Ended(OfferEnd::AnsweredElsewhere)),
            "reservation.wrapup" | "reservation.completed" => Some(Became::Left),
            _ => return Ok(TaskEvent::Nothing),
        };
        let Some(call) = call_of(fields.raw("TaskAttributes").unwrap_or_default())? else {
            return Ok(TaskEvent::Nothing);
        };
        let (id, at) = (fields.text("Sid")?, time(&fields)?);
        let queue = fields.optional("TaskQueueName")?;
        Ok(match became {
            None => {
                let queue = queue.ok_or_else(|| Fault::at("TaskQueueName", FaultKind::Missing))?;
                TaskEvent::Queued { id, call, queue, at }
            }
            Some(became) => TaskEvent::Reservation(Box::new(Reservation {
                id,
                call,
                reservation: fields.text("ReservationSid")?,
                worker: fields.text("WorkerName")?,
                queue,
                at,
                became,
            })),
        })
    }

    /// What makes it the same event when it is sent again.
    pub fn identity(&self) -> &str {
        match self {
            TaskEvent::Queued { id, .. } => id,
            TaskEvent::Reservation(of) => &of.id,
            TaskEvent::Nothing => "",
        }
    }

    /// The facts that it tells; it came at `received_at`.
    pub fn facts(&self, map: &EndpointMap, received_at: At) -> Vec<SourceEvent> {
        match self {
            TaskEvent::Queued { call, queue, at, .. } => {
                let mut told = call.facts(at.unwrap_or(received_at));
                told.queued(map.ring_group(queue));
                told.events()
            }
            TaskEvent::Reservation(of) => of.facts(map, received_at),
            TaskEvent::Nothing => Vec::new(),
        }
    }
}

impl Reservation {
    fn facts(&self, map: &EndpointMap, received_at: At) -> Vec<SourceEvent> {
        let mut told = self.call.facts(self.at.unwrap_or(received_at));
        let (agent, offer) = (map.agent(&self.worker), Some(self.reservation.as_str()));
        match self.became {
            Became::Created => {
                let queue = self.queue.as_ref().map(|queue| map.ring_group(queue));
                told.offered(&agent, offer, queue);
            }
            Became::Accepted => told.answered(&agent, offer),
            Became::Ended(how) => told.offer_ended(&agent, offer, how),
            Became::Left => told.left(&agent, offer),
        }
        told.events()
    }
}

/// The call that a task stands for, if it stands for one.
fn call_of(attributes: &str) -> Result<Option<TaskCall>, Fault> {
    let wrong = |kind| Fault::at("TaskAttributes", kind);
    if attributes.len() > MAX_ATTRIBUTES_BYTES {
        return Err(wrong(FaultKind::TooLong));
    }
    let value: Value = serde_json::from_str(attributes).map_err(|_| wrong(FaultKind::WrongType))?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let Some(leg) = text("call_sid") else { return Ok(None) };
    check(leg).map_err(wrong)?;
    let number = |name| text(name).filter(|number| check(number).is_ok()).map(str::to_owned);
    Ok(Some(TaskCall { leg: leg.to_owned(), from: number("from"), to: number("to") }))
}

/// Milliseconds where they are told, else seconds.
fn time(fields: &Fields) -> Result<Option<At>, Fault> {
    for (name, unit_us) in [("TimestampMs", 1_000), ("Timestamp", 1_000_000)] {
        let Some(text) = fields.optional(name)? else { continue };
        let micros = text.parse::<i64>().ok().and_then(|count| count.checked_mul(unit_us));
        return micros.map(|micros| Some(At(micros))).ok_or_else(|| Fault::at(name, FaultKind::NotATime));
    }
    Ok(None)
}
