//! What in a header's value is a name that each play gives anew: ids of legs and bridges, counters of
//! channels, agents, numbers, queues. Whole names only: `1001` inside a longer number is none.

use super::captures::{AGENTS, CALLER, CALLER_NAME, Capture, DIALLED, DIALLED_WITH_PREFIX, MAILBOX, SYSTEM};

/// What a name stands for. Numbers count the distinct names of a kind, in order of their first mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Caller,
    CallerName,
    Dialled,
    /// The dialled number after the digit for an outside line.
    DialledWithPrefix,
    Did,
    Queue,
    Mailbox,
    Agent(u16),
    AgentName(u16),
    Leg(u16),
    Bridge(u16),
    Channel(u16),
}

/// The distinct names of a session.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) agents: Vec<String>,
    pub(super) legs: Vec<String>,
    pub(super) bridges: Vec<String>,
    pub(super) channels: Vec<String>,
}

/// A stretch of text, or a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Text(&'a str),
    Name(Slot),
}

/// Variables that hold measurements, where digits are no names.
const MEASURES: [&str; 3] = ["RTPAUDIO", "TIME", "WAIT"];

/// Whether the value of the variable is worth scanning.
pub(super) fn names_things(variable: &str) -> bool {
    !MEASURES.iter().any(|measure| variable.contains(measure))
}

/// Cuts the value of header `header` into text and names.
pub(super) fn scan<'a>(header: &str, value: &'a str, capture: &Capture, names: &mut Names) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    let mut rest = 0;
    if let Some(queue) = capture.queue
        && let Some(after) = value.strip_prefix(queue)
        && (header == "Queue" || (matches!(header, "AppData" | "LastData") && after.starts_with(',')))
    {
        tokens.push(Token::Name(Slot::Queue));
        rest = queue.len();
    }
    let mut at = rest;
    while at < value.len() {
        let found = name_at(value, at, capture, names);
        let Some((slot, length)) = found else {
            at += value[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        if rest < at {
            tokens.push(Token::Text(&value[rest..at]));
        }
        tokens.push(Token::Name(slot));
        at += length;
        rest = at;
    }
    if rest < value.len() {
        tokens.push(Token::Text(&value[rest..]));
    }
    tokens
}

/// The name that begins at `at`, and its length.
fn name_at(value: &str, at: usize, capture: &Capture, names: &mut Names) -> Option<(Slot, usize)> {
    let before = value[..at].chars().next_back();
    let text = &value[at..];
    if let Some(length) = channel_counter(&value[..at], text) {
        let slot = Slot::Channel(index_of(&mut names.channels, &text[..length]));
        // The dash stays where it is: it is part of the counter's text.
        return Some((slot, length));
    }
    if before.is_some_and(|before| before.is_ascii_alphanumeric() || before == '.') {
        return None;
    }
    if let Some(length) = leg_id(text) {
        return Some((Slot::Leg(index_of(&mut names.legs, &text[..length])), length));
    }
    if let Some(length) = uuid(text) {
        return Some((Slot::Bridge(index_of(&mut names.bridges, &text[..length])), length));
    }
    if text.starts_with(CALLER_NAME) {
        return Some((Slot::CallerName, CALLER_NAME.len()));
    }
    let number = &text[..run(text, |byte| byte.is_ascii_alphanumeric())];
    if let Some(agent) =
        text.strip_prefix("Agent ").and_then(|after| AGENTS.iter().find(|it| after.starts_with(*it)))
    {
        return Some((Slot::AgentName(index_of(&mut names.agents, agent)), "Agent ".len() + agent.len()));
    }
    let in_mailbox = text[number.len()..].starts_with("@default") || value[..at].ends_with("/default/");
    let slot = match number {
        CALLER => Slot::Caller,
        DIALLED => Slot::Dialled,
        DIALLED_WITH_PREFIX => Slot::DialledWithPrefix,
        MAILBOX if in_mailbox => Slot::Mailbox,
        _ if Some(number) == capture.did => Slot::Did,
        _ if AGENTS.contains(&number) => Slot::Agent(index_of(&mut names.agents, number)),
        _ => return None,
    };
    Some((slot, number.len()))
}

/// `pbx1-1795350690.3`, or the id that a click-to-dial asked for, `cti-7f3a-leg1`.
fn leg_id(text: &str) -> Option<usize> {
    if let Some(after) = text.strip_prefix(SYSTEM).and_then(|after| after.strip_prefix('-')) {
        let seconds = run(after, |byte| byte.is_ascii_digit());
        let counter = after[seconds..].strip_prefix('.')?;
        return Some(text.len() - counter.len() + run(counter, |byte| byte.is_ascii_digit()));
    }
    text.starts_with("cti-").then(|| run(text, |byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

/// The counter at the end of a channel's name, `0000000a` in `PJSIP/1001-0000000a`.
fn channel_counter(before: &str, text: &str) -> Option<usize> {
    const DIGITS: usize = 8;
    let (_, name) = before.strip_suffix('-')?.rsplit_once('/')?;
    let of_a_channel = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (of_a_channel
        && run(text, |byte| byte.is_ascii_alphanumeric()) == DIGITS
        && run(text, |byte| byte.is_ascii_hexdigit()) == DIGITS)
        .then_some(DIGITS)
}

/// `5b0617e2-da9a-4f96-b882-da3c87bf79c5`
fn uuid(text: &str) -> Option<usize> {
    const LENGTH: usize = 36;
    let candidate = text.get(..LENGTH)?;
    let fits = candidate.bytes().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    fits.then_some(LENGTH)
}

/// How many bytes of the beginning fit.
fn run(text: &str, fits: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| fits(*byte)).count()
}

fn index_of(names: &mut Vec<String>, name: &str) -> u16 {
    let place = names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    // A session has a few dozen names.
    u16::try_from(place).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pbx::captures::Scenario;

    fn check(header: &str, value: &str, want: &str) {
        let mut names = Names::default();
        let shown: String = scan(header, value, &Scenario::Answered.capture(), &mut names)
            .into_iter()
            .map(|token| match token {
                Token::Text(text) => text.to_owned(),
                Token::Name(slot) => format!("<{slot:?}>"),
            })
            .collect();
        assert_eq!(shown, want, "{header}: {value}");
    }

    #[test]
    fn names_are_found_whole_and_nowhere_else() {
        check("Uniqueid", "pbx1-1795350690.3", "<Leg(0)>");
        check("Value", "/srv/ast/spool/monitor/pbx1-1795350690.3.wav", "/srv/ast/spool/monitor/<Leg(0)>.wav");
        check("Channel", "PJSIP/1001-00000003", "PJSIP/<Agent(0)>-<Channel(0)>");
        check("CallerID", "\"Ana Customer\" <5550100>", "\"<CallerName>\" <<Caller>>");
        check("DialString", "5550200@trunk", "<Dialled>@trunk");
        check("Exten", "95550200", "<DialledWithPrefix>");
        check("AppData", "inbound 5550100 -> 600", "inbound <Caller> -> <Did>");
        check("AppData", "support,tT,,,20", "<Queue>,tT,,,20");
        check("Mailbox", "600@default", "<Mailbox>@default");
        check("Privilege", "call,all", "call,all");
        check("MemberName", "Agent 1001", "<AgentName(0)>");
        check(
            "Extra",
            "{\"bridge_id\":\"5b0617e2-da9a-4f96-b882-da3c87bf79c5\"}",
            "{\"bridge_id\":\"<Bridge(0)>\"}",
        );
        for untouched in ["10010", "x1001", "0.600", "16", "Queue:support", "lp=0"] {
            check("Value", untouched, untouched);
        }
    }
}
