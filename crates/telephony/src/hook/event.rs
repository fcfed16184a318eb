//! Our own form: one CloudEvent 1.0 in structured mode (docs/webhooks.md). `type` says what happened, `subject` to
//! which call, `time` when. Attributes of the envelope that are not known are let pass, as CloudEvents asks; fields
//! of `data` are not. Signatures are the server's.

use super::call_facts::{CallFacts, EndedBy, OfferEnd};
use super::object::{Fault, FaultKind, Object};
use super::time::rfc3339;
use crate::endpoints::EndpointMap;
use domain::event::SourceEvent;
use domain::id::At;
use serde_json::Value;

/// The version of CloudEvents that is read.
const SPEC_VERSION: &str = "1.0";
/// What `datacontenttype` may say.
const DATA_TYPE: &str = "application/json";

/// A CloudEvent that can be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct CloudEvent {
    id: String,
    source: String,
    call: String,
    at: At,
    told: Told,
}

/// What it tells.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Inbound { from: Option<String>, to: Option<String> },
    Outbound { by: Who, to: String },
    Queued { queue: String },
    Offered { to: Who, queue: Option<String> },
    OfferEnded { to: Who, how: OfferEnd },
    Answered { by: Who },
    Hold { by: Who, on: bool },
    Left { who: Who },
    Ended { by: Ender },
    Voicemail { mailbox: String, recording: Option<String> },
    Recorded { recording: String },
}

/// An agent, by the name that the sender has for them, and which of several offers to them it is.
#[derive(Clone, Debug, PartialEq)]
struct Who {
    agent: String,
    offer: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Ender {
    Customer,
    Agent(Who),
    System,
}

impl CloudEvent {
    /// Reads a body.
    ///
    /// # Errors
    /// The first field that cannot be taken.
    pub fn parse(body: &[u8]) -> Result<CloudEvent, Fault> {
        let value: Value = serde_json::from_slice(body).map_err(|_| Fault::at("", FaultKind::WrongType))?;
        let event = Object::of(&value, "")?;
        if event.text("specversion")? != SPEC_VERSION {
            return Err(event.fault("specversion", FaultKind::Unknown));
        }
        if event.optional("datacontenttype")?.is_some_and(|of| of != DATA_TYPE) {
            return Err(event.fault("datacontenttype", FaultKind::Unknown));
        }
        let at = rfc3339(event.text("time")?).ok_or_else(|| event.fault("time", FaultKind::NotATime))?;
        let nothing = Value::Object(serde_json::Map::new());
        let data = Object::of(event.get("data").unwrap_or(&nothing), "data")?;
        let told =
            told(event.text("type")?, &data)?.ok_or_else(|| event.fault("type", FaultKind::Unknown))?;
        let text = |name| event.text(name).map(str::to_owned);
        Ok(CloudEvent { id: text("id")?, source: text("source")?, call: text("subject")?, at, told })
    }

    /// When it happened, by the sender.
    pub fn at(&self) -> At {
        self.at
    }

    /// What makes it the same event wherever it is sent again: CloudEvents' `source` and `id`.
    pub fn identity(&self) -> (&str, &str) {
        (&self.source, &self.id)
    }

    /// The facts that it tells.
    pub fn facts(&self, map: &EndpointMap) -> Vec<SourceEvent> {
        let mut call = CallFacts::new(&self.call, self.at);
        let agent = |who: &Who| map.agent(&who.agent);
        match &self.told {
            Told::Inbound { from, to } => call.inbound(from.as_deref(), to.as_deref()),
            Told::Outbound { by, to } => call.outbound(&agent(by), by.offer.as_deref(), to),
            Told::Queued { queue } => call.queued(map.ring_group(queue)),
            Told::Offered { to, queue } => {
                let queue = queue.as_ref().map(|queue| map.ring_group(queue));
                call.offered(&agent(to), to.offer.as_deref(), queue);
            }
            Told::OfferEnded { to, how } => call.offer_ended(&agent(to), to.offer.as_deref(), *how),
            Told::Answered { by } => call.answered(&agent(by), by.offer.as_deref()),
            Told::Hold { by, on } => call.hold(&agent(by), by.offer.as_deref(), *on),
            Told::Left { who } => call.left(&agent(who), who.offer.as_deref()),
            Told::Ended { by } => call.ended(&match by {
                Ender::Customer => EndedBy::Customer,
                Ender::Agent(who) => EndedBy::Agent(agent(who), who.offer.clone()),
                Ender::System => EndedBy::System,
            }),
            Told::Voicemail { mailbox, recording } => call.voicemail(mailbox, recording.as_deref()),
            Told::Recorded { recording } => call.recorded(recording),
        }
        call.events()
    }
}

/// `None`: there is no such type.
fn told(kind: &str, data: &Object<'_>) -> Result<Option<Told>, Fault> {
    let owned = |text: &str| text.to_owned();
    Ok(Some(match kind {
        "call.started.v1" => started(data)?,
        "call.queued.v1" => {
            data.only(&["queue"])?;
            Told::Queued { queue: data.text("queue").map(owned)? }
        }
        "call.offered.v1" => {
            data.only(&["agent", "offer", "queue"])?;
            Told::Offered { to: who(data)?, queue: data.optional("queue")?.map(owned) }
        }
        "call.offer_ended.v1" => {
            data.only(&["agent", "offer", "result"])?;
            Told::OfferEnded { to: who(data)?, how: offer_end(data)? }
        }
        "call.answered.v1" => Told::Answered { by: only_who(data)? },
        "call.held.v1" => Told::Hold { by: only_who(data)?, on: true },
        "call.retrieved.v1" => Told::Hold { by: only_who(data)?, on: false },
        "call.transferred.v1" | "call.left.v1" => Told::Left { who: only_who(data)? },
        "call.ended.v1" => {
            data.only(&["by", "agent", "offer"])?;
            Told::Ended { by: ender(data)? }
        }
        "call.voicemail_left.v1" => {
            data.only(&["mailbox", "recording"])?;
            let mailbox = data.text("mailbox").map(owned)?;
            Told::Voicemail { mailbox, recording: data.optional("recording")?.map(owned) }
        }
        "call.recorded.v1" => {
            data.only(&["recording"])?;
            Told::Recorded { recording: data.text("recording").map(owned)? }
        }
        _ => return Ok(None),
    }))
}

fn started(data: &Object<'_>) -> Result<Told, Fault> {
    data.only(&["direction", "from", "to", "agent", "offer"])?;
    match data.text("direction")? {
        "inbound" => Ok(Told::Inbound {
            from: data.optional("from")?.map(str::to_owned),
            to: data.optional("to")?.map(str::to_owned),
        }),
        "outbound" => Ok(Told::Outbound { by: who(data)?, to: data.text("to")?.to_owned() }),
        _ => Err(data.fault("direction", FaultKind::Unknown)),
    }
}

fn who(data: &Object<'_>) -> Result<Who, Fault> {
    Ok(Who { agent: data.text("agent")?.to_owned(), offer: data.optional("offer")?.map(str::to_owned) })
}

fn only_who(data: &Object<'_>) -> Result<Who, Fault> {
    data.only(&["agent", "offer"])?;
    who(data)
}

fn offer_end(data: &Object<'_>) -> Result<OfferEnd, Fault> {
    Ok(match data.text("result")? {
        "missed" => OfferEnd::Missed,
        "rejected" => OfferEnd::Rejected,
        "busy" => OfferEnd::Busy,
        "caller_gave_up" => OfferEnd::CallerGaveUp,
        "answered_elsewhere" => OfferEnd::AnsweredElsewhere,
        "unreachable" => OfferEnd::Unreachable,
        _ => return Err(data.fault("result", FaultKind::Unknown)),
    })
}

fn ender(data: &Object<'_>) -> Result<Ender, Fault> {
    match data.optional("by")? {
        Some("customer") => Ok(Ender::Customer),
        Some("agent") => Ok(Ender::Agent(who(data)?)),
        Some("system") | None => Ok(Ender::System),
        Some(_) => Err(data.fault("by", FaultKind::Unknown)),
    }
}
