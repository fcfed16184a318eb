//! A recorded session, compiled: which of its frames are played, how long after one another, and what in
//! them is text and what a name. Writing a frame of a play parses nothing. Durations that the PBX counted itself
//! (`HoldTime`, `TalkTime`, `Duration`) stay as recorded, whatever the stretch; no rule rests on them.

use super::captures::{SYSTEM, Scenario};
use super::stamp;
use super::tokens::{Names, Slot, Token, names_things, scan};
use domain::id::At;
use std::collections::HashMap;
use telephony::ami::{Frame, frames};

/// What the connection may see, by the manager rights of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Calls and agents; of the variables only those on recordings and voicemail. What a PBX should grant.
    Calls,
    /// The dialplan's steps, every variable and the CDRs as well: about twice the bytes.
    Everything,
}

/// System name of the replayed PBX; every id begins with it.
const PLAYED_SYSTEM: &str = "demo";
/// Events about the recorded PBX rather than its calls, and states that other calls would contradict.
const LEFT_OUT: [&str; 9] = [
    "TestEvent",
    "SuccessfulAuth",
    "FullyBooted",
    "PeerStatus",
    "ContactStatus",
    "RequestNotSupported",
    "RTCPSent",
    "QueueMemberPause",
    "QueueMemberStatus",
];
/// Events that only an account with all rights sees.
const DIALPLAN: [&str; 2] = ["Newexten", "Cdr"];
/// Variables that also the other accounts see.
const VARIABLES: [&str; 4] = ["MIXMONITOR_FILENAME", "QUEUESTATUS", "VM_MESSAGEFILE", "VMSTATUS"];
/// Headers with a time of day.
const CLOCKS: [&str; 4] = ["EventTime", "StartTime", "AnswerTime", "EndTime"];
/// Frames of a device that still belong to the call come this soon after its last one (microseconds).
const AFTER_LAST_US: i64 = 100_000;

/// Frames nearer to one another than this belong to one step of the PBX, which takes the time it takes
/// (microseconds).
pub(super) const ONE_STEP_US: i64 = 200_000;

/// A part of a frame.
#[derive(Clone, Copy, Debug)]
enum Piece {
    /// Bytes of `Template::text`.
    Text { from: u32, to: u32 },
    /// A value of the play.
    Name(Slot),
    /// The time of the frame itself.
    Timestamp,
    /// The second in which a frame was sent.
    Clock { frame: u32 },
}

/// A frame of a session.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Microseconds after the frame before.
    pub(super) gap_us: i64,
    /// Whether two parties could talk to one another in that time.
    pub(super) talking: bool,
    pieces: Vec<Piece>,
    /// Bytes that it takes, about.
    size: usize,
}

/// A compiled session.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) scenario: Scenario,
    pub(super) frames: Vec<Shape>,
    /// Agents of the session in order of their first mention.
    pub(super) agents: Vec<String>,
    /// Frame in which each leg is first mentioned.
    pub(super) leg_frames: Vec<usize>,
    pub(super) bridges: usize,
    pub(super) channels: usize,
    text: Vec<u8>,
}

/// What the names of a template stand for in one play.
pub(super) trait Values {
    /// The text of a name.
    fn value(&self, slot: Slot) -> &str;
    /// When a frame is sent.
    fn time(&self, frame: usize) -> At;
}

impl Template {
    pub(super) fn compile(scenario: Scenario, rights: Rights) -> Template {
        let played = played(scenario.capture().bytes, rights);
        let times: Vec<i64> = played.iter().map(|(at, _)| *at).collect();
        let mut compiler = Compiler {
            scenario,
            times: &times,
            text: Vec::new(),
            names: Names::default(),
            leg_frames: Vec::new(),
        };
        let mut shapes = Vec::with_capacity(played.len());
        let mut bridges = HashMap::new();
        let mut before = times.first().copied().unwrap_or_default();
        for (index, (at, frame)) in played.iter().enumerate() {
            let talking = bridges.values().any(|parties| *parties >= 2);
            let (pieces, size) = compiler.frame(index, frame);
            shapes.push(Shape { gap_us: at - before, talking, pieces, size });
            before = *at;
            count_parties(&mut bridges, frame);
        }
        let Compiler { names, leg_frames, text, .. } = compiler;
        Template {
            scenario,
            frames: shapes,
            agents: names.agents,
            leg_frames,
            bridges: names.bridges.len(),
            channels: names.channels.len(),
            text,
        }
    }

    /// How long it lasts as recorded, in microseconds: without the pauses in which two parties talk, and these.
    pub(super) fn lasts(&self) -> (i64, i64) {
        let pauses = |talking: bool| {
            let those = self
                .frames
                .iter()
                .filter(move |shape| (shape.talking && shape.gap_us >= ONE_STEP_US) == talking);
            those.map(|shape| shape.gap_us).sum()
        };
        (pauses(false), pauses(true))
    }

    /// The bytes of frame `index`.
    pub(super) fn write(&self, index: usize, values: &impl Values) -> Vec<u8> {
        let Some(shape) = self.frames.get(index) else { return Vec::new() };
        let mut out = Vec::with_capacity(shape.size);
        for piece in &shape.pieces {
            match *piece {
                Piece::Text { from, to } => {
                    out.extend_from_slice(self.text.get(from as usize..to as usize).unwrap_or_default());
                }
                Piece::Name(slot) => out.extend_from_slice(values.value(slot).as_bytes()),
                Piece::Timestamp => stamp::write_timestamp(&mut out, values.time(index)),
                Piece::Clock { frame } => stamp::write_clock(&mut out, values.time(frame as usize)),
            }
        }
        out
    }
}

/// The frames that are played, in order of their times (microseconds).
fn played(bytes: &[u8], rights: Rights) -> Vec<(i64, Frame)> {
    let timed = frames(bytes).filter_map(|frame| Some((time_of(&frame)?, frame)));
    let mut all: Vec<(i64, Frame)> = timed.filter(|(_, frame)| wanted(frame, rights)).collect();
    // Few frames arrive before an earlier one, and by milliseconds only.
    all.sort_by_key(|(at, _)| *at);
    let of_a_leg = |(_, frame): &(i64, Frame)| {
        ["Uniqueid", "UniqueID", "DestUniqueid"].iter().any(|header| frame.get(header).is_some())
    };
    let first = all.iter().position(of_a_leg).unwrap_or_default();
    let end = all.iter().rfind(|frame| of_a_leg(frame)).map_or(0, |(at, _)| at + AFTER_LAST_US);
    all.into_iter().skip(first).take_while(|(at, _)| *at <= end).collect()
}

fn wanted(frame: &Frame, rights: Rights) -> bool {
    let Some(event) = frame.event() else { return false };
    match event {
        // The trunk and the queues serve many calls at once.
        "DeviceStateChange" => frame.get("Device").is_some_and(|device| device.starts_with("PJSIP/100")),
        "VarSet" => {
            rights == Rights::Everything
                || frame.get("Variable").is_some_and(|variable| VARIABLES.contains(&variable))
        }
        _ if LEFT_OUT.contains(&event) => false,
        _ => rights == Rights::Everything || !DIALPLAN.contains(&event),
    }
}

fn time_of(frame: &Frame) -> Option<i64> {
    let (seconds, micros) = frame.get("Timestamp")?.split_once('.')?;
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros.parse().ok()?)
}

fn count_parties(bridges: &mut HashMap<String, i32>, frame: &Frame) {
    let change = match frame.event() {
        Some("BridgeEnter") => 1,
        Some("BridgeLeave") => -1,
        _ => return,
    };
    if let Some(bridge) = frame.get("BridgeUniqueid") {
        *bridges.entry(bridge.to_owned()).or_default() += change;
    }
}

struct Compiler<'a> {
    scenario: Scenario,
    times: &'a [i64],
    text: Vec<u8>,
    names: Names,
    leg_frames: Vec<usize>,
}

impl Compiler<'_> {
    fn frame(&mut self, index: usize, frame: &Frame) -> (Vec<Piece>, usize) {
        let mut pieces = Vec::new();
        let scanned = frame.get("Variable").is_none_or(names_things);
        let mut size = 0;
        for (name, value) in frame.pairs() {
            // An answer to an action would be taken for one to an action of the reader.
            if name == "ActionID" {
                continue;
            }
            size += name.len() + value.len() + 16;
            self.put_text(&mut pieces, name);
            self.put_text(&mut pieces, ": ");
            match name {
                "Timestamp" => pieces.push(Piece::Timestamp),
                "SystemName" if value == SYSTEM => self.put_text(&mut pieces, PLAYED_SYSTEM),
                _ if CLOCKS.contains(&name) && !value.is_empty() => {
                    pieces.push(self.clock(index, value));
                }
                "Value" if !scanned => self.put_text(&mut pieces, value),
                _ => self.put_value(&mut pieces, name, value),
            }
            self.put_text(&mut pieces, "\r\n");
        }
        self.put_text(&mut pieces, "\r\n");
        self.leg_frames.resize(self.names.legs.len(), index);
        (pieces, size)
    }

    fn put_value(&mut self, pieces: &mut Vec<Piece>, name: &str, value: &str) {
        for token in scan(name, value, &self.scenario.capture(), &mut self.names) {
            match token {
                Token::Text(text) => self.put_text(pieces, text),
                Token::Name(slot) => pieces.push(Piece::Name(slot)),
            }
        }
    }

    /// Adds text, to the text before it where there is one.
    fn put_text(&mut self, pieces: &mut Vec<Piece>, text: &str) {
        // A session has some 50 kB.
        let from = self.text.len() as u32;
        self.text.extend_from_slice(text.as_bytes());
        let end = self.text.len() as u32;
        match pieces.last_mut() {
            Some(Piece::Text { to, .. }) if *to == from => *to = end,
            _ => pieces.push(Piece::Text { from, to: end }),
        }
    }

    /// A time of day without a fraction: that of the first frame not before it.
    fn clock(&self, index: usize, value: &str) -> Piece {
        let shown = |at: i64| {
            let mut out = Vec::new();
            stamp::write_clock(&mut out, At(at));
            out
        };
        let found = self.times.iter().position(|at| shown(*at).as_slice() >= value.as_bytes());
        Piece::Clock { frame: found.unwrap_or(index) as u32 }
    }
}
