//! The reading of a source's bytes, by the kind of source: what is cut from a connection and kept, and the events that
//! what was kept tells. Reading what is kept again tells the same. Sockets and requests are the server's.

use crate::ami::{self, Deriver, Splitter, frames};
use crate::endpoints::EndpointMap;
use crate::hook::{self, Understood, deliveries};
use domain::event::SourceEvent;
use domain::id::At;

/// Reads the bytes of one source.
#[derive(Debug)]
pub enum Reader {
    /// A manager interface: frames in a stream that is cut anywhere.
    Ami {
        /// Cuts it at the ends of frames.
        splitter: Splitter,
        /// Turns frames into events.
        deriver: Deriver,
    },
    /// Deliveries of a phone system that pushes, each of them whole.
    Hook,
}

/// What a piece tells.
#[derive(Debug, Default)]
pub struct Reading {
    /// How many frames or deliveries it is.
    pub frames: u64,
    /// What they tell, in order.
    pub events: Vec<SourceEvent>,
    /// The phone system says that it has started.
    pub booted: bool,
    /// Deliveries that are not understood; they were when they came.
    pub not_understood: u64,
}

impl Reader {
    /// Of an Asterisk's manager interface, live or recorded.
    pub fn ami() -> Reader {
        Reader::Ami { splitter: Splitter::default(), deriver: Deriver::default() }
    }

    /// A connection begins; what was left of the one before is no part of it.
    pub fn begin(&mut self) {
        if let Reader::Ami { .. } = self {
            *self = Reader::ami();
        }
    }

    /// Whether what happens between two connections is lost. Who pushes says it again until it is taken.
    pub fn loses_between_connections(&self) -> bool {
        matches!(self, Reader::Ami { .. })
    }

    /// After how long without a word a call is given up, in milliseconds; `None`: never, what lives is asked.
    pub fn gives_calls_up_after_ms(&self) -> Option<i64> {
        match self {
            Reader::Ami { .. } => None,
            Reader::Hook => Some(hook::SILENT_CALL_MS),
        }
    }

    /// Takes in bytes as they came and hands out what is whole now, to be kept.
    pub fn cut(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Reader::Ami { splitter, .. } => splitter.push(bytes),
            Reader::Hook => Some(bytes.to_vec()).filter(|bytes| !bytes.is_empty()),
        }
    }

    /// What a piece tells that was cut and received at `received_at`.
    pub fn read(&mut self, piece: &[u8], map: &EndpointMap, received_at: At) -> Reading {
        let mut reading = Reading::default();
        match self {
            Reader::Ami { deriver, .. } => {
                for frame in frames(piece) {
                    reading.frames += 1;
                    reading.booted |= frame.event() == Some("FullyBooted");
                    reading.events.extend(deriver.derive(&frame, map, received_at));
                }
            }
            Reader::Hook => {
                for delivery in deliveries(piece) {
                    reading.frames += 1;
                    match Understood::of(&delivery) {
                        Ok(told) => reading.events.extend(told.facts(map, received_at)),
                        Err(_) => reading.not_understood += 1,
                    }
                }
            }
        }
        reading
    }

    /// The time in an id of the source, where its ids carry one.
    pub fn id_time(&self) -> fn(&str) -> Option<At> {
        match self {
            Reader::Ami { .. } => ami::id_time,
            Reader::Hook => hook::id_time,
        }
    }
}
