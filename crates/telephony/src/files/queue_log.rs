//! Lines of Asterisk's `queue_log`: `1795350690|pbx1-1795350690.3|support|NONE|ENTERQUEUE||5550100|1`. Its times are seconds
//! since 1970, whatever the phone system's zone.

use domain::completeness::told::QueueLine;
use domain::id::At;

/// What stands in place of a call's id where a line is about none.
const NO_CALL: [&str; 4] = ["NONE", "MANAGER", "REALTIME", ""];
/// Fewest parts of a line.
const PARTS: usize = 5;
/// Seconds that a line may tell: from 1970 to 2100.
const SECONDS: std::ops::Range<i64> = 1..4_102_444_800;

/// A line that is none of `queue_log`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a line of queue_log")]
pub struct NotQueueLog;

/// A line; `None` where it is about no call.
///
/// # Errors
/// It is none of `queue_log`.
pub fn line(text: &str, number: u64) -> Result<Option<QueueLine>, NotQueueLog> {
    let parts: Vec<&str> = text.trim_end_matches(['\r', '\n']).split('|').collect();
    let [at, call, queue, agent, event, data @ ..] = parts.as_slice() else { return Err(NotQueueLog) };
    let second = at.split('.').next().and_then(|whole| whole.parse::<i64>().ok());
    let second = second.filter(|second| SECONDS.contains(second)).ok_or(NotQueueLog)?;
    let named = event.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    if parts.len() < PARTS || event.is_empty() || !named {
        return Err(NotQueueLog);
    }
    if NO_CALL.contains(call) {
        return Ok(None);
    }
    Ok(Some(QueueLine {
        line: number,
        at: At(second * 1_000_000),
        call: (*call).to_owned(),
        queue: (*queue).to_owned(),
        agent: (*agent).to_owned(),
        event: (*event).to_owned(),
        data: data.iter().map(|part| (*part).to_owned()).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_about_a_call_or_about_none() {
        let read =
            line("1795350692|pbx1-1795350690.3|support|Agent 1001|CONNECT|2|pbx1-1795350690.4|1\r\n", 3);
        let read = read.unwrap().unwrap();
        assert_eq!((read.at, read.event.as_str(), read.line), (At(1_795_350_692_000_000), "CONNECT", 3));
        assert_eq!(read.data, ["2", "pbx1-1795350690.4", "1"]);
        for about_none in
            ["1795350689|NONE|support|Agent 1001|UNPAUSE|", "1795350689|MANAGER|short|a|ADDMEMBER|PAUSED"]
        {
            assert_eq!(line(about_none, 1), Ok(None));
        }
        for none in [
            "",
            "abc",
            "1|2|3",
            "yesterday|a|b|c|CONNECT",
            "\"\",\"5550100\",\"600\"",
            "1795350689|a|b|c|connect me",
        ] {
            assert_eq!(line(none, 1), Err(NotQueueLog), "{none}");
        }
    }
}
