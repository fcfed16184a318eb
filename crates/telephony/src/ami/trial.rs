//! What an Asterisk lets us do and tells us, tried out on it: [`trial`] says what to ask, [`Trial`] reads what comes back.
//! Nobody's phone rings, and no queue is changed: a call to an extension that is nowhere tells whether calls are heard,
//! and a member who is given the penalty that they have, whether queues are.

use super::actions::{Action, BadValue, list_commands, module_check, queue_penalty, trial_call};
use super::codec::Frame;
use std::collections::BTreeSet;

/// Variables that must ride on events (`channelvars` of manager.conf), and what is lost without them.
const CHANNEL_VARIABLES: [(&str, &str); 3] = [
    ("MIXMONITOR_FILENAME", "recordings have no file"),
    ("VM_MESSAGEFILE", "voicemail has no file"),
    ("CALLERID(pres)", "callers who withhold their number are shown and looked up by it"),
];
/// Actions that we send, and the manager class that allows each.
const NEEDED_ACTIONS: [(&str, &str); 4] = [
    ("Originate", "originate"),
    ("Hangup", "call"),
    ("QueuePause", "agent"),
    ("CoreShowChannels", "reporting"),
];

/// Actions that only what agents may ask of calls needs: the manager class that allows each, and what brings it.
const CONTROL_ACTIONS: [(&str, &str, &str); 5] = [
    ("BlindTransfer", "call", "the core"),
    ("Atxfer", "call", "the core"),
    ("MuteAudio", "system", "res_mutestream.so"),
    ("MixMonitorMute", "call", "app_mixmonitor.so"),
    ("PJSIPNotify", "system", "res_pjsip_notify.so"),
];

/// The module by which somebody listens in, and the id under which it is asked for.
const EAR: (&str, &str) = ("app_chanspy", "check-ear");

/// Something that an Asterisk lacks for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// A class of `write` in manager.conf.
    Write {
        /// The class.
        class: &'static str,
        /// An action that it allows.
        action: &'static str,
    },
    /// What it takes for something that agents may ask of calls by our settings.
    Control {
        /// The action.
        action: &'static str,
        /// The class that allows it.
        class: &'static str,
        /// The module that brings it.
        module: &'static str,
    },
    /// The module by which somebody listens in on calls.
    Ear,
    /// `wrapuptime` of a queue whose agents are told to be left alone once the call is over.
    Wrapuptime {
        /// The queue.
        queue: String,
    },
    /// A class of `read` in manager.conf.
    Read {
        /// The class.
        class: &'static str,
    },
    /// `timestampevents = yes` in manager.conf: without it times are those of arrival.
    Timestamps,
    /// `systemname` in asterisk.conf: without it two systems may give two calls one id.
    SystemName,
    /// A variable in `channelvars` of manager.conf.
    ChannelVariable {
        /// The variable.
        name: &'static str,
        /// What is lost.
        lost: &'static str,
    },
}

impl Lacking {
    /// Whether calls cannot be logged without it.
    pub fn is_vital(&self) -> bool {
        match self {
            Lacking::Read { class } => *class != "system",
            Lacking::Write { .. } => true,
            Lacking::Control { .. }
            | Lacking::Ear
            | Lacking::Wrapuptime { .. }
            | Lacking::Timestamps
            | Lacking::SystemName
            | Lacking::ChannelVariable { .. } => false,
        }
    }
}

impl std::fmt::Display for Lacking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Lacking::Write { class, action } => {
                write!(f, "manager.conf: write lacks {class}: {action} is not allowed")
            }
            Lacking::Control { action, class, module } => {
                write!(
                    f,
                    "manager.conf: write lacks {class}, or {module} is not loaded: agents cannot ask for {action}"
                )
            }
            Lacking::Ear => {
                write!(f, "modules.conf: app_chanspy.so is not loaded: nobody can listen in on calls")
            }
            Lacking::Wrapuptime { queue } => {
                write!(
                    f,
                    "queues.conf: {queue} has no wrapuptime: it may call an agent before their pause arrives"
                )
            }
            Lacking::Read { class: "agent" } => {
                write!(
                    f,
                    "manager.conf: read lacks agent: who is in a queue, and whom it calls, is not heard"
                )
            }
            Lacking::Read { class: "system" } => {
                write!(
                    f,
                    "manager.conf: read lacks system: that the phone system starts or stops is not heard"
                )
            }
            Lacking::Read { class } => {
                write!(f, "manager.conf: read lacks {class}: calls are not heard")
            }
            Lacking::Timestamps => {
                write!(f, "manager.conf: timestampevents = yes is not set: times are those of arrival")
            }
            Lacking::SystemName => {
                write!(f, "asterisk.conf: systemname is not set: two systems could give two calls one id")
            }
            Lacking::ChannelVariable { name, lost } => {
                write!(f, "manager.conf: channelvars lacks {name}: {lost}")
            }
        }
    }
}

/// What is asked at first. The queues' members are listed by [`super::actions::snapshot`], which is asked before.
///
/// # Errors
/// The leg's name does not fit.
pub fn trial(leg: &str) -> Result<[Action; 2], BadValue> {
    Ok([list_commands(), trial_call(leg)?])
}

/// What is asked as well where somebody may listen in on calls. It takes `system` in `write`, which nothing else of that needs.
///
/// # Errors
/// Its name does not fit.
pub fn ask_for_ear() -> Result<Action, BadValue> {
    module_check(EAR.0, EAR.1)
}

/// What was found out so far.
#[derive(Debug, Default)]
pub struct Trial {
    allowed: Option<Vec<String>>,
    /// A member of a queue, and their penalty.
    member: Option<[String; 3]>,
    members_listed: bool,
    /// Queues that have a member whom they offer a call as soon as the last is over.
    unguarded: BTreeSet<String>,
    booted: bool,
    agent_heard: bool,
    /// Whether somebody can listen in, where it may be asked.
    ear: Option<bool>,
    call: Option<HeardCall>,
}

#[derive(Debug)]
struct HeardCall {
    timestamp: bool,
    system_name: bool,
    variables: Vec<String>,
    over: bool,
}

impl Trial {
    /// Takes in what came; `leg` is the name of the trial call. Answers what is to be asked next.
    ///
    /// # Errors
    /// What a queue calls its member does not fit into a question.
    pub fn read(&mut self, frame: &Frame, leg: &str) -> Result<Option<Action>, BadValue> {
        if frame.response().is_some() && frame.pairs().any(|(_, value)| value.contains("(Priv: ")) {
            self.allowed = Some(frame.pairs().map(|(name, _)| name.to_owned()).collect());
        }
        let denied = frame.get("Message") == Some("Permission denied");
        if frame.get("ActionID") == Some(EAR.1) && !denied {
            self.ear = Some(frame.response() == Some("Success"));
        }
        let Some(event) = frame.event() else { return Ok(None) };
        match event {
            "FullyBooted" => self.booted = true,
            "QueueMemberPenalty" => self.agent_heard = true,
            "QueueMember" => {
                let of = |header| frame.get(header).unwrap_or_default().to_owned();
                if frame.get("Wrapuptime") == Some("0") {
                    self.unguarded.insert(of("Queue"));
                }
                self.member.get_or_insert_with(|| [of("Queue"), of("Location"), of("Penalty")]);
            }
            "QueueStatusComplete" => {
                self.members_listed = true;
                return match &self.member {
                    Some([queue, interface, penalty]) => queue_penalty(queue, interface, penalty).map(Some),
                    None => Ok(None),
                };
            }
            "Newchannel" | "Hangup" if frame.get("Uniqueid") == Some(leg) => self.hear_call(event, frame),
            _ => {}
        }
        Ok(None)
    }

    fn hear_call(&mut self, event: &str, frame: &Frame) {
        let names = frame.all("ChanVariable").filter_map(|pair| pair.split_once('='));
        self.call = Some(HeardCall {
            timestamp: frame.get("Timestamp").is_some(),
            system_name: frame.get("SystemName").is_some(),
            variables: names.map(|(name, _)| name.to_owned()).collect(),
            over: event == "Hangup",
        });
    }

    /// Whether nothing more is to come.
    pub fn is_over(&self) -> bool {
        self.allowed.is_some()
            && self.call.as_ref().is_some_and(|call| call.over)
            && self.members_listed
            && (self.agent_heard || self.member.is_none())
    }

    /// Whether no queue has a member, so that it is not known whether queues are heard.
    pub fn has_no_members(&self) -> bool {
        self.members_listed && self.member.is_none()
    }

    /// What is lacking of the actions that our settings let agents ask for.
    pub fn lacking_of<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> Vec<Lacking> {
        let Some(allowed) = &self.allowed else { return Vec::new() };
        let lacks = |action: &&str| !allowed.iter().any(|name| name == action);
        let known = |wanted: &str| CONTROL_ACTIONS.into_iter().find(|(action, ..)| *action == wanted);
        let lacking = wanted.into_iter().filter(lacks).filter_map(known);
        lacking.map(|(action, class, module)| Lacking::Control { action, class, module }).collect()
    }

    /// What is lacking to listen in on calls; it is not known where it may not be asked.
    pub fn lacking_ear(&self) -> Option<Lacking> {
        (self.ear == Some(false)).then_some(Lacking::Ear)
    }

    /// Whether it could not be found out if somebody can listen in.
    pub fn ear_unknown(&self) -> bool {
        self.ear.is_none()
    }

    /// The queues that would offer a call before an agent's pause arrives, where that comes once a call is over.
    pub fn unguarded(&self) -> impl Iterator<Item = Lacking> {
        self.unguarded.iter().map(|queue| Lacking::Wrapuptime { queue: queue.clone() })
    }

    /// All that is lacking, once it is over or has been given enough time.
    pub fn lacking(&self) -> Vec<Lacking> {
        let mut lacking = Vec::new();
        let allowed = |action: &str| self.allowed.iter().flatten().any(|name| name == action);
        for (action, class) in NEEDED_ACTIONS.into_iter().filter(|(action, _)| !allowed(action)) {
            lacking.push(Lacking::Write { class, action });
        }
        if !self.booted {
            lacking.push(Lacking::Read { class: "system" });
        }
        // Without the right to make the calls that would be heard, it is not known.
        if self.call.is_none() && allowed("Originate") {
            lacking.push(Lacking::Read { class: "call" });
        }
        if !self.agent_heard && self.member.is_some() && allowed("QueuePause") {
            lacking.push(Lacking::Read { class: "agent" });
        }
        let Some(call) = &self.call else { return lacking };
        lacking.extend((!call.timestamp).then_some(Lacking::Timestamps));
        lacking.extend((!call.system_name).then_some(Lacking::SystemName));
        let missing =
            CHANNEL_VARIABLES.iter().filter(|(name, _)| !call.variables.iter().any(|had| had == name));
        lacking.extend(missing.map(|(name, lost)| Lacking::ChannelVariable { name, lost }));
        lacking
    }
}
