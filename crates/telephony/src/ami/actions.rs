//! What an Asterisk is told, as the bytes of AMI actions. Sending them, and knowing what came of them, is not here:
//! an action's effect shows in the events that follow.

/// Most characters of a value; Asterisk drops lines that are longer than about a thousand.
const MAX_VALUE_CHARS: usize = 512;

/// A value that would end its line and begin a header of its own, or is too long.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{header} cannot hold this value")]
pub struct BadValue {
    /// The header.
    pub header: &'static str,
}

/// An action being written.
struct Action(Vec<u8>);

impl Action {
    fn named(name: &'static str) -> Self {
        Action(format!("Action: {name}\r\n").into_bytes())
    }

    fn with(mut self, header: &'static str, value: &str) -> Result<Self, BadValue> {
        if value.contains(['\r', '\n', '\0']) || value.chars().count() > MAX_VALUE_CHARS {
            return Err(BadValue { header });
        }
        self.0.extend_from_slice(format!("{header}: {value}\r\n").as_bytes());
        Ok(self)
    }

    fn bytes(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"\r\n");
        self.0
    }
}

/// Logs in, then asks for what lives and who is paused: what is not named is over.
///
/// # Errors
/// A value does not fit.
pub fn login(username: &str, secret: &str) -> Result<Vec<u8>, BadValue> {
    let login = Action::named("Login").with("ActionID", "login")?;
    let mut bytes = login.with("Username", username)?.with("Secret", secret)?.bytes();
    bytes.extend(Action::named("CoreShowChannels").with("ActionID", "snapshot")?.bytes());
    bytes.extend(Action::named("QueueStatus").with("ActionID", "members")?.bytes());
    Ok(bytes)
}

/// Has a queue leave a member alone, or call them again.
///
/// # Errors
/// A value does not fit.
pub fn queue_pause(queue: &str, interface: &str, paused: bool, reason: &str) -> Result<Vec<u8>, BadValue> {
    let action = Action::named("QueuePause").with("Queue", queue)?.with("Interface", interface)?;
    let action = action.with("Paused", if paused { "true" } else { "false" })?;
    Ok(action.with("Reason", reason)?.bytes())
}

/// Ends a channel.
///
/// # Errors
/// The value does not fit.
pub fn hang_up(channel: &str) -> Result<Vec<u8>, BadValue> {
    Ok(Action::named("Hangup").with("Channel", channel)?.with("Cause", "16")?.bytes())
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

/// Calls an agent's phone, then a number.
///
/// # Errors
/// A value does not fit.
pub fn originate(dial: &Originate<'_>) -> Result<Vec<u8>, BadValue> {
    let action = Action::named("Originate").with("ActionID", dial.leg)?.with("ChannelId", dial.leg)?;
    let action = action.with("Channel", dial.endpoint)?.with("Exten", dial.number)?;
    let action = action.with("Context", dial.context)?.with("Priority", "1")?;
    let action = action.with("CallerID", dial.number)?.with("Timeout", &dial.ring_ms.to_string())?;
    Ok(action.with("Variable", &format!("__CTI_REQUEST_ID={}", dial.leg))?.with("Async", "true")?.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_its_headers_and_an_empty_line() {
        let bytes = queue_pause("support", "PJSIP/1001", true, "bitacora:acw").expect("an action");
        let expected = "Action: QueuePause\r\nQueue: support\r\nInterface: PJSIP/1001\r\nPaused: true\r\n\
            Reason: bitacora:acw\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    #[test]
    fn a_value_cannot_bring_a_header_of_its_own() {
        for number in ["600\r\nAction: Hangup", "600\n", "6\0"] {
            let dial = Originate { endpoint: "PJSIP/1001", leg: "cti-1", number, context: "out", ring_ms: 1 };
            assert_eq!(originate(&dial), Err(BadValue { header: "Exten" }), "{number:?}");
        }
        assert_eq!(login("x", &"s".repeat(600)), Err(BadValue { header: "Secret" }));
    }
}
