//! The bytes of a case: recorded sessions, kept cases and noise, changed in the ways in which a broken or hostile sender
//! might.

use std::path::Path;
use std::sync::LazyLock;
use testkit::dice::Dice;

/// Longest case, in bytes.
pub(crate) const MAX_CASE_BYTES: usize = 96 * 1024;
/// Most changes of a case.
const MAX_CHANGES: u64 = 24;

/// What values are replaced by: ends of ranges, other alphabets, words that mean something, and what looks like an end.
const VALUES: [&str; 30] = [
    "",
    "0",
    "-1",
    "1",
    "s",
    "<unknown>",
    "<null>",
    "65536",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "-9223372036854.775808",
    "9223372036854.775807",
    "1795350690.-00001",
    "NaN",
    "1e308",
    "#",
    "#2",
    "pbx1-1795350690.3#18446744073709551616",
    ";1",
    ";2",
    "Local/1001@agents-00000001;2",
    "cti-00000000-0000-7000-8000-000000000000",
    "cti-ffffffff-ffff-7fff-bfff-ffffffffffff",
    "ANSWER",
    "Up",
    "holding_bridge",
    "ñ😀\u{202e}\u{0}",
    "%s%n{}",
    ": : :",
];
/// Names of events that are read.
const EVENTS: [&str; 24] = [
    "Newchannel",
    "Newstate",
    "DialBegin",
    "DialState",
    "DialEnd",
    "QueueCallerJoin",
    "AgentCalled",
    "BridgeEnter",
    "BridgeLeave",
    "ConfbridgeJoin",
    "Hold",
    "Unhold",
    "MusicOnHoldStart",
    "MixMonitorStart",
    "VarSet",
    "MessageWaiting",
    "OriginateResponse",
    "HangupRequest",
    "Hangup",
    "CoreShowChannel",
    "CoreShowChannelsComplete",
    "QueueMember",
    "QueueMemberPause",
    "FullyBooted",
];

/// Every recorded session and every kept case, by name.
pub(crate) static SEEDS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for entry in std::fs::read_dir(here.join("../../captures")).expect("the captures").flatten() {
        if let Ok(bytes) = std::fs::read(entry.path().join("ami.raw")) {
            all.push((entry.file_name().to_string_lossy().into_owned(), bytes));
        }
    }
    for entry in std::fs::read_dir(here.join("tests/fuzz/corpus")).expect("the corpus").flatten() {
        all.push((
            entry.file_name().to_string_lossy().into_owned(),
            std::fs::read(entry.path()).expect("a case"),
        ));
    }
    all.sort();
    assert!(all.len() > 40, "{} sessions", all.len());
    all
});

/// The bytes of a case: one in eight is noise, the others are pieces of sessions with changes.
pub(crate) fn case(dice: &mut Dice) -> Vec<u8> {
    if dice.percent(12) {
        return noise(dice);
    }
    let mut bytes = piece(dice);
    if dice.percent(30) {
        bytes.extend(piece(dice));
    }
    for _ in 0..dice.below(MAX_CHANGES) {
        change(&mut bytes, dice);
        bytes.truncate(MAX_CASE_BYTES);
    }
    bytes
}

/// Letters of the wire, so that some of it is almost a frame.
fn noise(dice: &mut Dice) -> Vec<u8> {
    const ALPHABET: &[u8] = b"\r\n\r\n:: .-#;/@=Event Hangup1Uniqueid\xff\xc3\0";
    let length = dice.below(4_096);
    (0..length).map(|_| ALPHABET[dice.below(ALPHABET.len() as u64) as usize]).collect()
}

/// A run of whole frames of one session.
fn piece(dice: &mut Dice) -> Vec<u8> {
    let (_, bytes) = dice.pick(&SEEDS).expect("a session");
    let ends: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, four)| four == b"\r\n\r\n").map(|(at, _)| at + 4).collect();
    let Some(&from) = dice.pick(&ends) else { return bytes.clone() };
    let from = if dice.percent(50) { 0 } else { from };
    let all = bytes.get(from..).unwrap_or_default();
    all[..all.len().min(MAX_CASE_BYTES / 2)].to_vec()
}

/// Where lines begin and end.
fn lines(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            lines.push((from, at + 1));
            from = at + 1;
        }
    }
    lines
}

fn place(bytes: &[u8], dice: &mut Dice) -> usize {
    dice.below(bytes.len() as u64 + 1) as usize
}

fn change(bytes: &mut Vec<u8>, dice: &mut Dice) {
    match dice.below(9) {
        0 => {
            let at = place(bytes, dice);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = dice.number() as u8;
            }
        }
        1 => {
            let (from, length) = (place(bytes, dice), dice.below(200) as usize);
            bytes.drain(from..(from + length).min(bytes.len()));
        }
        2 => {
            let at = place(bytes, dice);
            let few: Vec<u8> = (0..dice.below(40)).map(|_| dice.number() as u8).collect();
            bytes.splice(at..at, few);
        }
        3 => bytes.truncate(place(bytes, dice)),
        _ => change_line(bytes, dice),
    }
}

/// Repeats, drops, moves or rewrites a line.
fn change_line(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let lines = lines(bytes);
    let (Some(&(from, to)), Some(&(other, _))) = (dice.pick(&lines), dice.pick(&lines)) else { return };
    let line = bytes[from..to].to_vec();
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default().to_vec();
    let with = |value: &[u8]| [&name, b": ".as_slice(), value, b"\r\n"].concat();
    match dice.below(7) {
        0 => drop(bytes.drain(from..to)),
        1 => drop(bytes.splice(other..other, line)),
        2 => {
            let times = dice.below(300) as usize;
            drop(bytes.splice(to..to, line.repeat(times)));
        }
        3 => {
            let event = dice.pick(&EVENTS).expect("an event");
            drop(bytes.splice(from..to, format!("Event: {event}\r\n").into_bytes()));
        }
        // The value of another line: ids of other legs, times of other frames.
        4 => {
            let value = bytes[other..].split(|byte| *byte == b'\r').next().unwrap_or_default();
            let value = value.splitn(2, |byte| *byte == b' ').nth(1).unwrap_or_default().to_vec();
            drop(bytes.splice(from..to, with(&value)));
        }
        5 => drop(bytes.splice(from..to, with(&vec![b'9'; dice.below(3_000) as usize]))),
        _ => {
            let value = dice.pick(&VALUES).expect("a value");
            drop(bytes.splice(from..to, with(value.as_bytes())));
        }
    }
}

/// Cuts bytes into reads.
pub(crate) fn reads<'b>(bytes: &'b [u8], dice: &mut Dice) -> Vec<&'b [u8]> {
    let longest = [1, 7, 100, 1_500, 64 * 1024][dice.below(5) as usize];
    let mut rest = bytes;
    let mut reads = Vec::new();
    while !rest.is_empty() {
        let (read, after) = rest.split_at((1 + dice.below(longest) as usize).min(rest.len()));
        reads.push(read);
        rest = after;
    }
    reads
}
