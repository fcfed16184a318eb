//! From AMI frames to domain events. A frame means what it says, whatever came before it: nothing is
//! remembered but the lines of an unfinished list. What the events add up to is decided in `domain::call`.
//!
//! Left aside on purpose: `AgentConnect`, `AgentComplete` and `Cdr`, whose reasons and durations are wrong
//! after transfers and hang-ups by command; `QueueCallerAbandon`, which also comes on time-out.

use super::codec::Frame;
use crate::endpoints::EndpointMap;
use domain::ear::Ear;
use domain::event::{
    CallEvent, CommandAnswer, DialResult, Fact, LegRef, QueueMember, Role, SourceEvent, Standing,
};
use domain::id::At;

/// Most channels a snapshot may list.
const MAX_SNAPSHOT_LEGS: usize = 100_000;
/// Variables that ride on events when `channelvars` names them.
const RECORDING_VARIABLE: &str = "MIXMONITOR_FILENAME";
const VOICEMAIL_VARIABLE: &str = "VM_MESSAGEFILE";
const PRESENTATION_VARIABLE: &str = "CALLERID(pres)";
/// How values of it begin that forbid showing the number. Others say that it may be shown, or that there is none.
const MAY_NOT_BE_SHOWN: &str = "prohib";
/// Events that tell of a caller before anybody is offered them. The variable rides on every one of a leg but the first.
const PRESENTING: [&str; 5] = ["Newstate", "MixMonitorStart", "QueueCallerJoin", "DialBegin", "BridgeEnter"];
/// Seconds that a phone system's clock may show: it began with Unix, and the year 2100 is not yet.
const SECONDS: std::ops::Range<i64> = 0..4_102_444_800;
/// What AMI writes where it knows no number.
const NO_NUMBER: [&str; 3] = ["", "<unknown>", "<null>"];

/// Turns frames into events.
#[derive(Debug, Default)]
pub struct Deriver {
    snapshot: Vec<String>,
    last_at: At,
}

impl Deriver {
    /// How many lines of an unfinished list are held.
    pub fn held_lines(&self) -> usize {
        self.snapshot.len()
    }

    /// The events that a frame tells, in order. `received_at` stands in where the frame has no time of its own
    /// (`timestampevents` is off).
    pub fn derive(&mut self, frame: &Frame, map: &EndpointMap, received_at: At) -> Vec<SourceEvent> {
        let Some(event) = frame.event() else { return answer(frame) };
        let at = frame.get("Timestamp").and_then(parse_time).unwrap_or(received_at);
        self.last_at = self.last_at.max(at);
        match event {
            "CoreShowChannel" => {
                if self.snapshot.len() < MAX_SNAPSHOT_LEGS {
                    self.snapshot.extend(frame.get("Uniqueid").map(str::to_owned));
                }
                Vec::new()
            }
            "CoreShowChannelsComplete" => {
                let legs = std::mem::take(&mut self.snapshot);
                vec![SourceEvent::Alive { at: self.last_at, legs }]
            }
            "QueueMember" | "QueueMemberAdded" | "QueueMemberPause" | "QueueMemberRemoved" => {
                member(event, frame, map).map(SourceEvent::Member).into_iter().collect()
            }
            _ => call_events(event, frame, map, at),
        }
    }
}

/// An answer to one of our actions. That a click-to-dial is refused at once tells no event: its answer is all there is.
fn answer(frame: &Frame) -> Vec<SourceEvent> {
    let (Some(response), Some(command)) = (frame.response(), frame.get("ActionID")) else {
        return Vec::new();
    };
    let refused = (response == "Error").then(|| frame.get("Message").unwrap_or_default().to_owned());
    let at = frame.get("Timestamp").and_then(parse_time);
    let value = frame.get("Value").map(str::to_owned);
    vec![SourceEvent::Answered(CommandAnswer { command: command.to_owned(), refused, at, value })]
}

/// A list names a member's interface otherwise than an event does.
fn member(event: &str, frame: &Frame, map: &EndpointMap) -> Option<QueueMember> {
    let interface = frame.get(if event == "QueueMember" { "Location" } else { "Interface" })?;
    let standing = match (event, frame.get("Paused")) {
        ("QueueMemberRemoved", _) => Standing::Gone,
        (_, Some("1")) => {
            Standing::Paused { reason: frame.get("PausedReason").unwrap_or_default().to_owned() }
        }
        _ => Standing::Offered,
    };
    let (interface, agent) = (interface.to_owned(), map.agent(interface));
    Some(QueueMember { queue: frame.get("Queue")?.to_owned(), interface, agent, standing })
}

fn call_events(event_name: &str, frame: &Frame, map: &EndpointMap, at: At) -> Vec<SourceEvent> {
    let Some(facts) = facts(event_name, frame, map) else { return Vec::new() };
    let dest = leg(frame, map, "Dest");
    let (on, with) = match event_name {
        "DialBegin" | "DialState" | "DialEnd" | "AgentCalled" => (dest, leg(frame, map, "")),
        // The leg that is listened to is none of this call.
        "ChanSpyStart" => (leg(frame, map, "Spyer"), None),
        _ => (leg(frame, map, ""), None),
    };
    let Some(mut on) = on else { return Vec::new() };
    if event_name == "OriginateResponse" {
        // It repeats the number that the click showed the agent, which is the customer's.
        on.number = None;
    }
    let event =
        |fact| SourceEvent::Call(Box::new(CallEvent { at, fact, on: on.clone(), with: with.clone() }));
    presented(event_name, frame, map, at).into_iter().chain(facts.into_iter().map(event)).collect()
}

/// Whether the caller asked that nobody is shown their number. That it may be shown is not said with each attempt to reach
/// somebody: it was said before, and a call holds so many facts and no more.
fn presented(event: &str, frame: &Frame, map: &EndpointMap, at: At) -> Option<SourceEvent> {
    let mut told = frame.all("ChanVariable").filter_map(|pair| pair.split_once('='));
    let (_, value) = told.find(|(name, _)| *name == PRESENTATION_VARIABLE)?;
    let withheld = value.starts_with(MAY_NOT_BE_SHOWN);
    let tells = PRESENTING.contains(&event) && (withheld || !matches!(event, "DialBegin" | "BridgeEnter"));
    let on = leg(frame, map, "").filter(|leg| tells && leg.role == Role::Customer)?;
    Some(SourceEvent::Call(Box::new(CallEvent { at, fact: Fact::Presented { withheld }, on, with: None })))
}

fn facts(event: &str, frame: &Frame, map: &EndpointMap) -> Option<Vec<Fact>> {
    let text = |header: &str| frame.get(header).filter(|value| !NO_NUMBER.contains(value)).map(str::to_owned);
    let bridge = || text("BridgeUniqueid");
    let fact = match event {
        "Newchannel" => Fact::Started { dialled: text("Exten").filter(|exten| exten != "s") },
        "Newstate" => match frame.get("ChannelStateDesc")? {
            "Ringing" => Fact::Ringing,
            "Up" => Fact::Up,
            _ => return None,
        },
        "DialBegin" => Fact::DialBegan { target: frame.get("DialString").and_then(dialled_number) },
        "DialState" if frame.get("DialStatus") == Some("RINGING") => Fact::Ringing,
        "DialEnd" => Fact::DialEnded { result: dial_result(frame.get("DialStatus")?) },
        "QueueCallerJoin" => Fact::QueueJoined { queue: map.ring_group(frame.get("Queue")?) },
        "QueueCallerLeave" => Fact::QueueLeft,
        "ChanSpyStart" => {
            let to = leg(frame, map, "Spyee")?;
            let agent = match to.role {
                Role::Agent(agent) => Some(agent),
                Role::Customer | Role::Helper => None,
            };
            Fact::ListenBegan { to: to.leg, agent }
        }
        "AgentCalled" => Fact::Offered {
            queue: map.ring_group(frame.get("Queue")?),
            agent: map.agent(frame.get("Interface")?),
        },
        "BridgeEnter" => {
            let entered = Fact::BridgeEntered {
                bridge: bridge()?,
                shared: frame.get("BridgeTechnology") != Some("holding_bridge"),
            };
            return Some(with_variables(entered, frame));
        }
        "BridgeLeave" => Fact::BridgeLeft { bridge: bridge()? },
        "ConfbridgeJoin" => Fact::ConferenceJoined { bridge: bridge()? },
        "Hold" => Fact::HoldBegan,
        "Unhold" => Fact::HoldEnded,
        "MusicOnHoldStart" => Fact::MusicBegan,
        "MusicOnHoldStop" => Fact::MusicEnded,
        "MixMonitorStart" => Fact::Recorded { path: None },
        "MixMonitorMute" if frame.get("State") == Some("1") => Fact::RecordingPaused,
        "MixMonitorMute" => Fact::RecordingResumed,
        "VarSet" => return variable(frame.get("Variable")?, frame.get("Value")?).map(|fact| vec![fact]),
        "MessageWaiting" => Fact::VoicemailLeft { mailbox: text("Mailbox")? },
        "OriginateResponse" if frame.get("Response") == Some("Failure") => {
            Fact::OriginateFailed { dialled: text("Exten") }
        }
        "HangupRequest" => Fact::HangupRequested,
        "Hangup" => {
            let cause = frame.get("Cause").and_then(|cause| cause.parse().ok()).unwrap_or_default();
            return Some(with_variables(Fact::Ended { cause }, frame));
        }
        _ => return None,
    };
    Some(vec![fact])
}

/// The fact itself after what the variables riding on its frame tell.
fn with_variables(fact: Fact, frame: &Frame) -> Vec<Fact> {
    let told = frame.all("ChanVariable").filter_map(|pair| pair.split_once('='));
    let mut facts: Vec<Fact> = told.filter_map(|(name, value)| variable(name, value)).collect();
    facts.push(fact);
    facts
}

fn variable(name: &str, value: &str) -> Option<Fact> {
    match name {
        // Listed in channelvars it rides on every event, and is empty where nothing is recorded.
        RECORDING_VARIABLE if !value.is_empty() => Some(Fact::Recorded { path: Some(value.to_owned()) }),
        VOICEMAIL_VARIABLE if !value.is_empty() => Some(Fact::VoicemailFile { path: value.to_owned() }),
        // ARI records a bridge by sending a channel of its own into it, and tells in no other way.
        "BRIDGEPEER" if value.contains("Recorder/ARI") => Some(Fact::Recorded { path: None }),
        _ => None,
    }
}

/// The number in a dial string: `5550200@trunk` calls one, `PJSIP/1001` or `1001` names an endpoint.
pub(crate) fn dialled_number(dial_string: &str) -> Option<String> {
    let (number, _) = dial_string.split_once('@')?;
    let number = number.rsplit('/').next().unwrap_or(number);
    let looks_dialled = number.chars().any(|digit| digit.is_ascii_digit());
    looks_dialled.then(|| number.to_owned())
}

fn dial_result(status: &str) -> DialResult {
    match status {
        "ANSWER" => DialResult::Answered,
        "NOANSWER" => DialResult::NoAnswer,
        "BUSY" => DialResult::Busy,
        "CHANUNAVAIL" | "CONGESTION" => DialResult::Unreachable,
        _ => DialResult::Cancelled,
    }
}

fn leg(frame: &Frame, map: &EndpointMap, prefix: &str) -> Option<LegRef> {
    let get = |name: &str| {
        if prefix.is_empty() { frame.get(name) } else { frame.get(&format!("{prefix}{name}")) }
    };
    let leg = get("Uniqueid").filter(|id| !NO_NUMBER.contains(id))?;
    let name = get("Channel").unwrap_or_default();
    let number = get("CallerIDNum").filter(|number| !NO_NUMBER.contains(number));
    Some(LegRef {
        leg: leg.to_owned(),
        link: get("Linkedid").filter(|id| !id.is_empty()).unwrap_or(leg).to_owned(),
        name: name.to_owned(),
        role: map.role(name),
        number: number.map(str::to_owned),
    })
}

/// `1795350690.523146`: seconds and microseconds. `None` for what is no time of ours: differences of such would be no time
/// either.
fn parse_time(text: &str) -> Option<At> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds: i64 = seconds.parse().ok().filter(|seconds| SECONDS.contains(seconds))?;
    let digits = fraction.get(..6.min(fraction.len()))?;
    let micros: u32 = format!("{digits:0<6}").parse().ok()?;
    Some(At(seconds * 1_000_000 + i64::from(micros)))
}

/// The time in an id: `pbx1-1795350690.3` was made in second 1795350690, `cti-<UUIDv7>` and `ear-listen-<UUIDv7>` when the
/// UUID was.
pub fn id_time(id: &str) -> Option<At> {
    let id = id.split('#').next().unwrap_or(id);
    let of_click = || id.strip_prefix("cti-").and_then(|rest| uuid::Uuid::parse_str(rest).ok());
    if let Some(uuid) = Ear::of_leg(id).map(|ear| ear.entry.0).or_else(of_click) {
        let (seconds, nanos) = uuid.get_timestamp()?.to_unix();
        return Some(At(i64::try_from(seconds).ok()?.checked_mul(1_000_000)? + i64::from(nanos / 1000)));
    }
    let (seconds, counter) = id.rsplit('-').next()?.split_once('.')?;
    counter.parse::<u64>().ok()?;
    let seconds: i64 = seconds.parse().ok().filter(|seconds| *seconds > 0)?;
    seconds.checked_mul(1_000_000).map(At)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_microseconds_whatever_their_length() {
        assert_eq!(parse_time("1795350690.523146"), Some(At(1_795_350_690_523_146)));
        assert_eq!(parse_time("1795350690.5"), Some(At(1_795_350_690_500_000)));
        assert_eq!(parse_time("1795350690"), Some(At(1_795_350_690_000_000)));
        assert_eq!(parse_time("soon"), None);
        for wrong in
            ["-1.5", "9223372036854.0", "-9223372036854.775808", "4102444800.0", "1795350690.-5", "1.é"]
        {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ids_tell_their_time_where_they_carry_one() {
        assert_eq!(id_time("pbx1-1795350690.3"), Some(At(1_795_350_690_000_000)));
        assert_eq!(id_time("1795350690.3"), Some(At(1_795_350_690_000_000)));
        let made = id_time("cti-0190a5c8-3f00-7000-8000-000000000001");
        assert!(made.is_some());
        assert_eq!(id_time("ear-whisper-0190a5c8-3f00-7000-8000-000000000001"), made);
        assert_eq!(id_time("cti-dup-1"), None);
        assert_eq!(id_time("ari-leg-1001"), None);
    }

    #[test]
    fn a_dial_string_is_a_number_only_where_it_says_over_which_trunk() {
        assert_eq!(dialled_number("5550200@trunk").as_deref(), Some("5550200"));
        assert_eq!(dialled_number("PJSIP/+34910000000@trunk").as_deref(), Some("+34910000000"));
        assert_eq!(dialled_number("PJSIP/1001"), None);
        assert_eq!(dialled_number("1002"), None);
    }
}
