//! The generic CTI that Zammad reads and many phone systems speak already: `newCall`, `answer` and `hangup`, as JSON or
//! as an HTML form. It tells no times, no holds and no transfers, so calls say that what is known of them is reduced.
//! The token that it is known by is the server's.

use super::call_facts::{CallFacts, EndedBy};
use super::fields::Fields;
use super::object::{Fault, FaultKind};
use crate::endpoints::EndpointMap;
use domain::event::SourceEvent;
use domain::id::{AgentKey, At};

/// One thing that a phone system told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CtiEvent {
    kind: Kind,
    outbound: bool,
    call: String,
    from: Option<String>,
    to: Option<String>,
    users: Vec<String>,
    queue: Option<String>,
    answering_number: Option<String>,
    cause: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    NewCall,
    Answer,
    Hangup,
}

impl CtiEvent {
    /// Reads a JSON body.
    ///
    /// # Errors
    /// The first field that cannot be taken.
    pub fn from_json(body: &[u8]) -> Result<CtiEvent, Fault> {
        CtiEvent::of(&Fields::from_json(body)?)
    }

    /// Reads an HTML form.
    ///
    /// # Errors
    /// The first field that cannot be taken.
    pub fn from_form(body: &[u8]) -> Result<CtiEvent, Fault> {
        CtiEvent::of(&Fields::from_form(body)?)
    }

    /// Fields that are not known are let pass: connectors send what their phone systems have.
    fn of(fields: &Fields) -> Result<CtiEvent, Fault> {
        let kind = match fields.text("event")?.as_str() {
            "newCall" => Kind::NewCall,
            "answer" => Kind::Answer,
            "hangup" => Kind::Hangup,
            _ => return Err(Fault::at("event", FaultKind::Unknown)),
        };
        let outbound = match fields.text("direction")?.as_str() {
            "in" => false,
            "out" => true,
            _ => return Err(Fault::at("direction", FaultKind::Unknown)),
        };
        let mut users = fields.all(&["user", "user[]"])?;
        users.dedup();
        let call = match fields.optional("callId")? {
            Some(call) => call,
            None => fields.optional("call_id")?.ok_or_else(|| Fault::at("callId", FaultKind::Missing))?,
        };
        let event = CtiEvent {
            kind,
            outbound,
            call,
            from: fields.optional("from")?,
            to: fields.optional("to")?,
            users,
            queue: fields.optional("queue")?,
            answering_number: fields.optional("answeringNumber")?,
            cause: fields.optional("cause")?,
        };
        if event.outbound && event.to.is_none() {
            return Err(Fault::at("to", FaultKind::Missing));
        }
        if event.needs_agent() && event.agent_name().is_none() {
            return Err(Fault::at("user", FaultKind::Missing));
        }
        Ok(event)
    }

    fn needs_agent(&self) -> bool {
        self.outbound || self.kind == Kind::Answer
    }

    /// What makes it the same event when it is sent again.
    pub fn identity(&self) -> (&'static str, String) {
        match self.kind {
            Kind::NewCall => ("newCall", self.call.clone()),
            // After a transfer another agent answers the same call.
            Kind::Answer => ("answer", format!("{}/{}", self.call, self.agent_name().unwrap_or_default())),
            Kind::Hangup => ("hangup", self.call.clone()),
        }
    }

    /// Who talks, or dials: the user where one is named, else the number that answered, else our side's number.
    fn agent_name(&self) -> Option<&str> {
        let ours = if self.outbound { &self.from } else { &self.to };
        self.users.first().or(self.answering_number.as_ref()).or(ours.as_ref()).map(String::as_str)
    }

    /// The facts that it tells; it came at `received_at`.
    pub fn facts(&self, map: &EndpointMap, received_at: At) -> Vec<SourceEvent> {
        let mut call = CallFacts::new(&self.call, received_at);
        let agent = self.agent_name().map(|name| map.agent(name));
        match (self.outbound, &agent, &self.to) {
            (true, Some(agent), Some(to)) => call.outbound(agent, None, to),
            _ => call.inbound(self.from.as_deref(), self.to.as_deref()),
        }
        call.reduced();
        match (self.kind, agent) {
            (Kind::NewCall, _) if !self.outbound => self.rings(&mut call, map),
            (Kind::Answer, Some(agent)) => call.answered(&agent, None),
            (Kind::Hangup, agent) => call.ended(&self.ended_by(agent)),
            _ => {}
        }
        call.events()
    }

    /// The users that a call is for: members of the queue where one is named.
    fn rings(&self, call: &mut CallFacts<'_>, map: &EndpointMap) {
        let queue = self.queue.as_ref().map(|queue| map.ring_group(queue));
        if let Some(queue) = &queue {
            call.queued(queue.clone());
        }
        for user in &self.users {
            call.offered(&map.agent(user), None, queue.clone());
        }
    }

    /// `cancel` is who called, hanging up before anybody answered; who ends a call that was answered is not told.
    fn ended_by(&self, agent: Option<AgentKey>) -> EndedBy {
        match (self.cause.as_deref(), self.outbound, agent) {
            (Some("cancel"), false, _) => EndedBy::Customer,
            (Some("cancel"), true, Some(agent)) => EndedBy::Agent(agent, None),
            _ => EndedBy::System,
        }
    }
}
