//! Phone systems that push: each delivery is one HTTP body, kept as it came ([`delivery`]) and read here, whenever
//! and as often as it is read. Who may deliver, and what is answered, is the server's.

mod call_facts;
pub mod delivery;
pub mod event;
mod fields;
mod object;
pub mod time;
pub mod twilio;
pub mod zammad;

pub use call_facts::id_time;
pub use delivery::{Delivery, Form, deliveries};
pub use object::{Fault, FaultKind};

use crate::endpoints::EndpointMap;
use domain::event::SourceEvent;
use domain::id::At;
use event::CloudEvent;
use twilio::task::TaskEvent;
use twilio::voice::Callback;
use zammad::CtiEvent;

/// A call of which nothing was told for so long is over, in milliseconds: its end was lost, and who pushes cannot be
/// asked what lives.
pub const SILENT_CALL_MS: i64 = 12 * 60 * 60 * 1000;

/// A delivery that was understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Understood {
    /// Our own form.
    Event(CloudEvent),
    /// The generic CTI.
    Cti(CtiEvent),
    /// A callback of Twilio Voice.
    Voice {
        /// The callback.
        callback: Callback,
        /// Agents are told of by reservations.
        reservations: bool,
    },
    /// An event of TaskRouter.
    Task(TaskEvent),
}

impl Understood {
    /// Reads a delivery.
    ///
    /// # Errors
    /// What cannot be taken.
    pub fn of(delivery: &Delivery) -> Result<Understood, Fault> {
        let body = &delivery.body;
        match delivery.form {
            Form::Signed => CloudEvent::parse(body).map(Understood::Event),
            Form::ZammadJson => CtiEvent::from_json(body).map(Understood::Cti),
            Form::ZammadForm => CtiEvent::from_form(body).map(Understood::Cti),
            Form::TwilioVoice | Form::TwilioCustomers => {
                let reservations = delivery.form == Form::TwilioCustomers;
                Callback::parse(body).map(|callback| Understood::Voice { callback, reservations })
            }
            Form::TwilioTask => TaskEvent::parse(body).map(Understood::Task),
        }
    }

    /// What makes it the same delivery when it is sent again: within one source no two others are alike in it.
    pub fn identity(&self) -> String {
        match self {
            Understood::Event(event) => {
                let (source, id) = event.identity();
                format!("event\u{1f}{source}\u{1f}{id}")
            }
            Understood::Cti(event) => {
                let (kind, id) = event.identity();
                format!("cti\u{1f}{kind}\u{1f}{id}")
            }
            Understood::Voice { callback, .. } => {
                let (id, what) = callback.identity();
                format!("voice\u{1f}{id}\u{1f}{what}")
            }
            Understood::Task(event) => format!("task\u{1f}{}", event.identity()),
        }
    }

    /// The facts that it tells; it came at `received_at`.
    pub fn facts(&self, map: &EndpointMap, received_at: At) -> Vec<SourceEvent> {
        match self {
            Understood::Event(event) => event.facts(map),
            Understood::Cti(event) => event.facts(map, received_at),
            Understood::Voice { callback, reservations } => callback.facts(map, received_at, *reservations),
            Understood::Task(event) => event.facts(map, received_at),
        }
    }

    /// Whether it is of no call, or says nothing of one that is kept: there is nothing to store.
    pub fn tells_nothing(&self) -> bool {
        matches!(
            self,
            Understood::Voice { callback: Callback::Nothing, .. } | Understood::Task(TaskEvent::Nothing)
        )
    }
}
