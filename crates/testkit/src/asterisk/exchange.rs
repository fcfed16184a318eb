//! What goes on in the phone system: which channels live, which calls were played, and who is told.

use crate::time;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use telephony::ami::{Frame, frames};
use tokio::sync::mpsc::UnboundedSender;

/// What it writes where it knows no number.
const UNKNOWN: &str = "<unknown>";

/// A call as it was played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlayedCall {
    /// The phone system's id of it: its first channel.
    pub link: String,
    /// Number that its first channel shows; empty where it shows none.
    pub caller: String,
    /// Extensions whose phones were part of it.
    pub agents: BTreeSet<String>,
    /// The connections over which its frames were told; 0 stands for those told to nobody.
    pub told: BTreeSet<u64>,
    /// Whether all of its channels are gone.
    pub over: bool,
}

/// A channel that lives.
#[derive(Clone, Debug)]
struct Channel {
    name: String,
    link: String,
}

#[derive(Default)]
struct State {
    channels: BTreeMap<String, Channel>,
    played: BTreeMap<String, PlayedCall>,
    connection: u64,
    reader: Option<UnboundedSender<Vec<u8>>>,
}

/// The inside of the phone system. One lock makes what is told and what is listed agree.
#[derive(Default)]
pub(super) struct Exchange {
    state: Mutex<State>,
}

impl Exchange {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn played(&self) -> Vec<PlayedCall> {
        self.state().played.values().cloned().collect()
    }

    pub(super) fn connection(&self) -> u64 {
        self.state().connection
    }

    /// Something happened: it is noted, and told where somebody listens.
    pub(super) fn happened(&self, bytes: &[u8]) {
        let mut state = self.state();
        let told = match &state.reader {
            Some(reader) if reader.send(bytes.to_vec()).is_ok() => state.connection,
            _ => 0,
        };
        for frame in frames(bytes) {
            state.note(&frame, told);
        }
    }

    /// A reader logged in: from now on it is told. The answer comes before anything that happens later.
    pub(super) fn logged_in(&self, reader: &UnboundedSender<Vec<u8>>, answer: String) {
        let mut state = self.state();
        state.connection += 1;
        // One that is gone shows when it is told the next thing.
        let _ = reader.send(answer.into_bytes());
        state.reader = Some(reader.clone());
    }

    /// Answers with the channels that live at this moment.
    pub(super) fn list_channels(&self, reader: &UnboundedSender<Vec<u8>>, action_id: &str) {
        let state = self.state();
        let stamp = timestamp();
        let mut out = format!(
            "Response: Success\r\nActionID: {action_id}\r\nEventList: start\r\n\
             Message: Channels will follow\r\n\r\n"
        );
        for (id, Channel { name, link }) in &state.channels {
            let _ = write!(
                out,
                "Event: CoreShowChannel\r\nActionID: {action_id}\r\nTimestamp: {stamp}\r\n\
                 Channel: {name}\r\nUniqueid: {id}\r\nLinkedid: {link}\r\n\r\n"
            );
        }
        let _ = write!(
            out,
            "Event: CoreShowChannelsComplete\r\nActionID: {action_id}\r\nTimestamp: {stamp}\r\n\
             EventList: Complete\r\nListItems: {}\r\n\r\n",
            state.channels.len()
        );
        let _ = reader.send(out.into_bytes());
    }
}

impl State {
    fn note(&mut self, frame: &Frame, told: u64) {
        let (Some(id), Some(link)) = (frame.get("Uniqueid"), frame.get("Linkedid")) else { return };
        let name = frame.get("Channel").unwrap_or_default();
        match frame.event() {
            Some("Newchannel") => {
                let channel = Channel { name: name.to_owned(), link: link.to_owned() };
                self.channels.insert(id.to_owned(), channel);
            }
            Some("Hangup") => drop(self.channels.remove(id)),
            _ => {}
        }
        let lives = self.channels.values().any(|channel| channel.link == link);
        let call = self.played.entry(link.to_owned()).or_default();
        if call.link.is_empty() {
            call.link = link.to_owned();
            let number = frame.get("CallerIDNum").filter(|number| *number != UNKNOWN);
            call.caller = number.unwrap_or_default().to_owned();
        }
        let endpoint = name.strip_prefix("PJSIP/").and_then(|rest| rest.rsplit_once('-'));
        let digits = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        call.agents.extend(endpoint.map(|(name, _)| name).filter(|name| digits(name)).map(str::to_owned));
        call.told.insert(told);
        call.over = !lives;
    }
}

/// `1795350690.523146`, as Asterisk stamps its events.
pub(super) fn timestamp() -> String {
    let now = time::now().0;
    format!("{}.{:06}", now.div_euclid(1_000_000), now.rem_euclid(1_000_000))
}
