//! The manager connection: actions as they come, cut anywhere, and whether the client may give any. What an
//! action does is in [`super::actions`].

/// Longest action read; who sends a longer one is cut off.
pub(super) const MAX_ACTION_BYTES: usize = 64 * 1024;

/// How far a connection has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// There is none, or it is to be closed.
    #[default]
    Closed,
    /// It was made.
    Greeted,
    /// The client logged in.
    LoggedIn {
        /// Whether it is sent events.
        events: bool,
    },
}

/// A connection.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) stage: Stage,
    pending: Vec<u8>,
}

impl Session {
    /// A connection that was just made.
    pub(super) fn greeted() -> Session {
        Session { stage: Stage::Greeted, pending: Vec::new() }
    }

    /// Whether events are sent.
    pub(super) fn listens(&self) -> bool {
        self.stage == Stage::LoggedIn { events: true }
    }

    /// Takes in bytes as they came.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.stage != Stage::Closed {
            self.pending.extend_from_slice(bytes);
        }
    }

    /// The next action that is whole; closes the connection where one grows too long.
    pub(super) fn next_action(&mut self) -> Option<Action> {
        loop {
            if self.stage == Stage::Closed {
                self.pending.clear();
                return None;
            }
            let Some(end) = end_of_action(&self.pending) else {
                if self.pending.len() > MAX_ACTION_BYTES {
                    self.stage = Stage::Closed;
                    continue;
                }
                return None;
            };
            let action: Vec<u8> = self.pending.drain(..end).collect();
            let action = Action::read(&action);
            if !action.headers.is_empty() {
                return Some(action);
            }
        }
    }
}

/// Where the first action ends: after an empty line.
fn end_of_action(bytes: &[u8]) -> Option<usize> {
    let mut line = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            if bytes.get(line..at).is_some_and(|text| text.iter().all(|byte| *byte == b'\r')) {
                return Some(at + 1);
            }
            line = at + 1;
        }
    }
    None
}

/// What a client wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Action {
    headers: Vec<(String, String)>,
}

impl Action {
    fn read(bytes: &[u8]) -> Action {
        let text = String::from_utf8_lossy(bytes);
        let headers = text.lines().filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        Action { headers: headers.collect() }
    }

    /// The first value of a header, whatever the case of its name; empty ones count as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).find(|value| !value.is_empty())
    }

    /// Every value of a header.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(header, _)| header.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// The client's own id of the action.
    pub(super) fn id(&self) -> Option<&str> {
        self.get("ActionID")
    }

    /// A truth value as Asterisk reads one.
    pub(super) fn truth(&self, name: &str) -> bool {
        let value = self.get(name).unwrap_or_default();
        ["1", "yes", "true", "y", "t", "on"].iter().any(|word| value.eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_ends_with_an_empty_line_however_lines_end() {
        let mut session = Session::greeted();
        session.push(b"\r\n\nAction: Ping\nActionID: 1\n\nAction: Login\r\nSecret:\r\n\r\nAction: P");
        let first = session.next_action().expect("an action");
        assert_eq!((first.get("action"), first.id()), (Some("Ping"), Some("1")));
        let second = session.next_action().expect("an action");
        assert_eq!((second.get("Action"), second.get("secret")), (Some("Login"), None));
        assert_eq!(session.next_action(), None);
        assert_eq!(session.stage, Stage::Greeted);
    }

    #[test]
    fn an_action_that_never_ends_closes_the_connection() {
        let mut session = Session::greeted();
        session.push(&vec![b'x'; MAX_ACTION_BYTES]);
        assert_eq!(session.next_action(), None);
        assert_eq!(session.stage, Stage::Greeted);
        session.push(b"x");
        assert_eq!(session.next_action(), None);
        assert_eq!(session.stage, Stage::Closed);
    }
}
