//! What an Asterisk is told: AMI actions and their bytes. Sending them, and knowing what came of them, is not here.

use domain::ear::How;

/// Most characters of a value; Asterisk drops lines that are longer than about a thousand.
const MAX_VALUE_CHARS: usize = 512;

/// A value that would end its line and begin a header of its own, or is too long.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{header} cannot hold this value")]
pub struct BadValue {
    /// The header.
    pub header: &'static str,
}

/// What an Asterisk is told, whole but for the id by which its answer is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    name: &'static str,
    headers: Vec<u8>,
    /// Where events of later name it, it has one of its own.
    id: Option<String>,
}

impl Action {
    fn named(name: &'static str) -> Self {
        Action { name, headers: Vec::new(), id: None }
    }

    fn with(mut self, header: &'static str, value: &str) -> Result<Self, BadValue> {
        self.headers.extend_from_slice(line(header, value)?.as_bytes());
        Ok(self)
    }

    /// What kind of action it is.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The id it brings with it; without one, whoever sends it chooses.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// As it is sent, with this id.
    ///
    /// # Errors
    /// The id does not fit.
    pub fn bytes(&self, id: &str) -> Result<Vec<u8>, BadValue> {
        let mut bytes = format!("Action: {}\r\n{}", self.name, line("ActionID", id)?).into_bytes();
        bytes.extend_from_slice(&self.headers);
        bytes.extend_from_slice(b"\r\n");
        Ok(bytes)
    }
}

fn line(header: &'static str, value: &str) -> Result<String, BadValue> {
    if value.contains(['\r', '\n', '\0']) || value.chars().count() > MAX_VALUE_CHARS {
        return Err(BadValue { header });
    }
    Ok(format!("{header}: {value}\r\n"))
}

/// Says who we are.
///
/// # Errors
/// A value does not fit.
pub fn login(username: &str, secret: &str) -> Result<Action, BadValue> {
    Action::named("Login").with("Username", username)?.with("Secret", secret)
}

/// Asks for what lives and who is in the queues: what is not named is over.
pub fn snapshot() -> [Action; 2] {
    [Action::named("CoreShowChannels"), Action::named("QueueStatus")]
}

/// Asks whether it is there, and for its time.
pub fn ping() -> Action {
    Action::named("Ping")
}

/// Asks for all devices that it knows a state of.
pub fn list_devices() -> Action {
    Action::named("DeviceStateList")
}

/// Asks what we are allowed to ask.
pub fn list_commands() -> Action {
    Action::named("ListCommands")
}

/// Asks whether a module is loaded, under an id of its own.
///
/// # Errors
/// The value does not fit.
pub fn module_check(module: &str, id: &str) -> Result<Action, BadValue> {
    let action = Action::named("ModuleCheck").with("Module", module)?;
    Ok(Action { id: Some(id.to_owned()), ..action })
}

/// Calls nobody: an extension that no dialplan has, which fails at once and is told like any other call.
///
/// # Errors
/// The leg's name does not fit.
pub fn trial_call(leg: &str) -> Result<Action, BadValue> {
    let action = Action::named("Originate").with("ChannelId", leg)?;
    let action = action.with("Channel", "Local/bitacora@bitacora-check/n")?;
    action.with("Application", "Wait")?.with("Data", "1")?.with("Async", "true")
}

/// Gives a member of a queue a penalty.
///
/// # Errors
/// A value does not fit.
pub fn queue_penalty(queue: &str, interface: &str, penalty: &str) -> Result<Action, BadValue> {
    let action = Action::named("QueuePenalty").with("Queue", queue)?.with("Interface", interface)?;
    action.with("Penalty", penalty)
}

/// Has a queue leave a member alone, or call them again.
///
/// # Errors
/// A value does not fit.
pub fn queue_pause(queue: &str, interface: &str, paused: bool, reason: &str) -> Result<Action, BadValue> {
    let action = Action::named("QueuePause").with("Queue", queue)?.with("Interface", interface)?;
    action.with("Paused", if paused { "true" } else { "false" })?.with("Reason", reason)
}

/// Ends a channel.
///
/// # Errors
/// The value does not fit.
pub fn hang_up(channel: &str) -> Result<Action, BadValue> {
    Action::named("Hangup").with("Channel", channel)?.with("Cause", "16")
}

/// Asks whether there is such an extension; the answer's value is `1` or `0`, or empty where `func_dialplan.so` is not
/// loaded.
///
/// # Errors
/// A value does not fit.
pub fn extension_exists(exten: &str, context: &str) -> Result<Action, BadValue> {
    // They would end the question and begin another.
    if [exten, context].iter().any(|text| text.contains([',', '(', ')'])) {
        return Err(BadValue { header: "Exten" });
    }
    Action::named("Getvar").with("Variable", &format!("DIALPLAN_EXISTS({context},{exten},1)"))
}

/// Hands whoever talks to this channel over to an extension, unannounced; the channel's own part ends.
///
/// # Errors
/// A value does not fit.
pub fn blind_transfer(channel: &str, exten: &str, context: &str) -> Result<Action, BadValue> {
    let action = Action::named("BlindTransfer").with("Channel", channel)?;
    action.with("Exten", exten)?.with("Context", context)
}

/// Has this channel ask an extension while whoever it talks to waits; hanging it up hands over. It is the feature code
/// of features.conf (`atxfer`) that is pressed for it, so there must be one, and Queue and Dial must allow it (`t`, `T`).
///
/// # Errors
/// A value does not fit.
pub fn attended_transfer(channel: &str, exten: &str, context: &str) -> Result<Action, BadValue> {
    let action = Action::named("Atxfer").with("Channel", channel)?;
    action.with("Exten", exten)?.with("Context", context)
}

/// Has this channel, which asks somebody, go back to whom it kept waiting.
///
/// # Errors
/// The value does not fit.
pub fn cancel_attended_transfer(channel: &str) -> Result<Action, BadValue> {
    Action::named("CancelAtxfer").with("Channel", channel)
}

/// Lets nothing that is said into this channel through, or everything again.
///
/// # Errors
/// The value does not fit.
pub fn mute(channel: &str, muted: bool) -> Result<Action, BadValue> {
    let action = Action::named("MuteAudio").with("Channel", channel)?.with("Direction", "in")?;
    action.with("State", if muted { "on" } else { "off" })
}

/// Leaves silence in the recording of this channel, or records again.
///
/// # Errors
/// The value does not fit.
pub fn pause_recording(channel: &str, paused: bool) -> Result<Action, BadValue> {
    let action = Action::named("MixMonitorMute").with("Channel", channel)?.with("Direction", "both")?;
    action.with("State", if paused { "1" } else { "0" })
}

/// What a phone can be asked over the call that it has, where it takes such a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneKey {
    /// To answer while it rings, and to take back whom it put on hold.
    Talk,
    /// To put the other side on hold.
    Hold,
}

/// Presses a key of the phone behind a channel (`Event: talk` and `Event: hold` of a NOTIFY in its dialogue).
///
/// # Errors
/// The value does not fit.
pub fn press(channel: &str, key: PhoneKey) -> Result<Action, BadValue> {
    let event = match key {
        PhoneKey::Talk => "Event=talk",
        PhoneKey::Hold => "Event=hold",
    };
    Action::named("PJSIPNotify").with("Channel", channel)?.with("Variable", event)
}

/// A click-to-dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Originate<'a> {
    /// The endpoint of the agent's phone, which rings first.
    pub endpoint: &'a str,
    /// The name that their leg is to have.
    pub leg: &'a str,
    /// The number that is called once they picked up.
    pub number: &'a str,
    /// The dialplan context that leads outside.
    pub context: &'a str,
    /// How long their phone may ring, in milliseconds.
    pub ring_ms: u32,
}

/// Calls an agent's phone, then a number. Its id is the leg, by which its failure is known.
///
/// # Errors
/// A value does not fit.
pub fn originate(dial: &Originate<'_>) -> Result<Action, BadValue> {
    let action = Action::named("Originate").with("ChannelId", dial.leg)?;
    let action = action.with("Channel", dial.endpoint)?.with("Exten", dial.number)?;
    let action = action.with("Context", dial.context)?.with("Priority", "1")?;
    let action = action.with("CallerID", dial.number)?.with("Timeout", &dial.ring_ms.to_string())?;
    let action = action.with("Variable", &format!("__CTI_REQUEST_ID={}", dial.leg))?.with("Async", "true")?;
    Ok(Action { id: Some(dial.leg.to_owned()), ..action })
}

/// Somebody's phone that is called to listen in on another call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenIn<'a> {
    /// The endpoint of their phone.
    pub endpoint: &'a str,
    /// The name that their leg is to have.
    pub leg: &'a str,
    /// The channel that is listened to.
    pub channel: &'a str,
    /// Who is behind that, which their phone shows while it rings.
    pub shows: &'a str,
    /// How.
    pub how: How,
    /// How long their phone may ring, in milliseconds.
    pub ring_ms: u32,
}

/// Calls a phone, then has it listen to a channel until one of the two is over. Its id is the leg, by which its failure
/// is known.
///
/// # Errors
/// A value does not fit.
pub fn listen_in(wanted: &ListenIn<'_>) -> Result<Action, BadValue> {
    // They would end the channel's name and begin the options, or another channel's.
    if wanted.channel.contains([',', '&']) {
        return Err(BadValue { header: "Data" });
    }
    // Quiet, over once the channel is or where it is not there any more, and this very channel: by itself ChanSpy takes
    // whatever its name begins with.
    let options = match wanted.how {
        How::Listen => "qESu",
        How::Whisper => "qESuw",
        How::Barge => "qESuB",
    };
    let action = Action::named("Originate").with("ChannelId", wanted.leg)?;
    let action = action.with("Channel", wanted.endpoint)?.with("Application", "ChanSpy")?;
    let action = action.with("Data", &format!("{},{options}", wanted.channel))?;
    let action = action.with("CallerID", wanted.shows)?.with("Timeout", &wanted.ring_ms.to_string())?;
    Ok(Action { id: Some(wanted.leg.to_owned()), ..action.with("Async", "true")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_its_headers_and_an_empty_line() {
        let action = queue_pause("support", "PJSIP/1001", true, "bitacora:acw").expect("an action");
        let expected = "Action: QueuePause\r\nActionID: 7\r\nQueue: support\r\nInterface: PJSIP/1001\r\n\
            Paused: true\r\nReason: bitacora:acw\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&action.bytes("7").expect("bytes")), expected);
    }

    #[test]
    fn a_value_cannot_bring_a_header_of_its_own() {
        for number in ["600\r\nAction: Hangup", "600\n", "6\0"] {
            let dial = Originate { endpoint: "PJSIP/1001", leg: "cti-1", number, context: "out", ring_ms: 1 };
            assert_eq!(originate(&dial), Err(BadValue { header: "Exten" }), "{number:?}");
        }
        assert_eq!(login("x", &"s".repeat(600)), Err(BadValue { header: "Secret" }));
        assert_eq!(ping().bytes("1\r\nAction: Logoff"), Err(BadValue { header: "ActionID" }));
        let smuggled = "1002\r\n\r\nAction: Originate";
        assert_eq!(blind_transfer("PJSIP/1001-1", smuggled, "x"), Err(BadValue { header: "Exten" }));
        assert_eq!(attended_transfer("PJSIP/1001-1", "1002", smuggled), Err(BadValue { header: "Context" }));
        assert_eq!(extension_exists("1002,1)${SHELL(x)}", "x"), Err(BadValue { header: "Exten" }));
        assert_eq!(press(smuggled, PhoneKey::Hold), Err(BadValue { header: "Channel" }));
        for channel in ["PJSIP/1001-1,B", "PJSIP/1001-1&PJSIP/1002-2", "PJSIP/1001-1\r\nX: y"] {
            let ear = ListenIn { channel, ..an_ear(How::Listen) };
            assert_eq!(listen_in(&ear), Err(BadValue { header: "Data" }), "{channel:?}");
        }
    }

    fn an_ear(how: How) -> ListenIn<'static> {
        let (endpoint, leg, channel) = ("PJSIP/1003", "ear-listen-1", "PJSIP/1001-0000002");
        ListenIn { endpoint, leg, channel, shows: "1001", how, ring_ms: 20_000 }
    }

    #[test]
    fn who_listens_in_hears_this_very_channel_and_is_heard_by_whom_it_says() {
        for (how, data) in [
            (How::Listen, "Data: PJSIP/1001-0000002,qESu\r\n"),
            (How::Whisper, "Data: PJSIP/1001-0000002,qESuw\r\n"),
            (How::Barge, "Data: PJSIP/1001-0000002,qESuB\r\n"),
        ] {
            let action = listen_in(&an_ear(how)).expect("an action");
            let text = String::from_utf8(action.bytes("ear-listen-1").expect("bytes")).expect("text");
            assert!(text.contains(data) && text.contains("Application: ChanSpy\r\n"), "{text}");
            assert!(!text.contains("Exten:") && !text.contains("Context:"), "{text}");
        }
    }
}
