//! Frames as a manager connection carries them, and the clock that gives each event a time of its own. What
//! events say is not here.

use super::super::stamp;
use domain::id::At;
use std::fmt::{Display, Write as _};

/// Two events of one moment are so many microseconds apart: readers order by time.
const FRAME_GAP_US: i64 = 40;

/// A frame being written.
#[derive(Debug)]
pub(super) struct Frame(String);

impl Frame {
    /// An event of the phone system.
    pub(super) fn event(name: &str, at: At, system: &str) -> Frame {
        let class = if name.starts_with("Queue") || name.starts_with("Agent") { "agent" } else { "call" };
        let mut time = Vec::new();
        stamp::write_timestamp(&mut time, at);
        Frame(String::with_capacity(1_024))
            .put("Event", &name)
            .put("Privilege", &format_args!("{class},all"))
            .put("Timestamp", &String::from_utf8_lossy(&time))
            .put("SystemName", &system)
    }

    /// A line of a list that was asked for. Such events carry no time.
    pub(super) fn listed(name: &str, action_id: Option<&str>) -> Frame {
        Frame(String::new()).put("Event", &name).action_id(action_id)
    }

    /// The answer to an action.
    pub(super) fn response(outcome: &str, action_id: Option<&str>) -> Frame {
        Frame(String::new()).put("Response", &outcome).action_id(action_id)
    }

    fn action_id(self, action_id: Option<&str>) -> Frame {
        match action_id {
            Some(id) => self.put("ActionID", &id),
            None => self,
        }
    }

    /// Adds a header.
    pub(super) fn put(mut self, name: &str, value: &dyn Display) -> Frame {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{name}: {value}\r\n");
        self
    }

    /// Adds a header whose name has something before it.
    pub(super) fn put_prefixed(mut self, prefix: &str, name: &str, value: &dyn Display) -> Frame {
        let _ = write!(self.0, "{prefix}{name}: {value}\r\n");
        self
    }

    /// Adds several headers.
    pub(super) fn put_all(self, headers: &[(&str, &dyn Display)]) -> Frame {
        headers.iter().fold(self, |frame, (name, value)| frame.put(name, *value))
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.push_str("\r\n");
        self.0.into_bytes()
    }
}

/// What waits to be sent, in order.
#[derive(Debug, Default)]
pub(super) struct Wire {
    sent: Vec<(At, Vec<u8>)>,
    clock: At,
}

impl Wire {
    /// The time of an event that happens at `now`: after every event before it.
    pub(super) fn tick(&mut self, now: At) -> At {
        self.clock = now.max(At(self.clock.0.saturating_add(FRAME_GAP_US)));
        self.clock
    }

    /// Sends a frame.
    pub(super) fn send(&mut self, now: At, frame: Frame) {
        self.send_bytes(now, frame.finish());
    }

    /// Sends bytes that are no frame, such as the greeting.
    pub(super) fn send_bytes(&mut self, now: At, bytes: Vec<u8>) {
        self.sent.push((now.max(self.clock), bytes));
    }

    /// What was sent since the last call.
    pub(super) fn take(&mut self) -> Vec<(At, Vec<u8>)> {
        std::mem::take(&mut self.sent)
    }

    /// The same without times.
    pub(super) fn take_bytes(&mut self) -> Vec<u8> {
        self.take().into_iter().flat_map(|(_, bytes)| bytes).collect()
    }
}
