//! A source that never ends what it begins: frames, lists, legs, calls, ids. What is held has a limit each, and reading on
//! stays fast.

use crate::derived::Reader;
use domain::call::{MAX_CALLS_HELD, MAX_LIVES_PER_LEG, MAX_NAMES_PER_CALL};
use domain::id::At;
use std::fmt::Write;
use std::time::Duration;
use telephony::ami::{MAX_FRAME_BYTES, Splitter};
use testkit::tier::{full, rounds, timed};

/// How long a flood may take on a machine that others use as well.
fn within() -> Duration {
    Duration::from_secs(rounds(180, 900) as u64)
}

const SECOND: i64 = 1_795_350_690;
const NOW: At = At(SECOND * 1_000_000);
/// Frames of one read.
const A_READ: usize = 150;

/// Reads so many frames that `write` writes, and then ends everything.
fn flood(frames: usize, write: impl Fn(&mut String, usize)) -> Reader {
    flood_into(Reader::new(), frames, write)
}

fn flood_into(mut reader: Reader, frames: usize, write: impl Fn(&mut String, usize)) -> Reader {
    let ((), took) = timed(|| {
        let mut text = String::new();
        for number in 0..frames {
            write(&mut text, number);
            if (number + 1) % A_READ == 0 || number + 1 == frames {
                reader.read(text.as_bytes(), NOW);
                text.clear();
            }
        }
    });
    assert!(took < within(), "{frames} frames took {took:?}");
    reader
}

fn newchannel(text: &mut String, leg: &str, link: &str, second: i64, micros: usize) {
    let _ = write!(
        text,
        "Event: Newchannel\r\nTimestamp: {second}.{micros:06}\r\nChannel: PJSIP/trunk-00000001\r\nUniqueid: {leg}\r\n\
         Linkedid: {link}\r\nExten: 600\r\n\r\n"
    );
}

#[test]
fn a_frame_that_never_ends_is_held_up_to_its_limit_whatever_it_is_made_of() {
    for filler in [&b"x"[..], b"a\n", b"a: b\r\n", b"\r", b"\xff"] {
        let mut splitter = Splitter::default();
        let ((), took) = timed(|| {
            let read = filler.repeat(100);
            for _ in 0..(8 * MAX_FRAME_BYTES / read.len()) {
                assert_eq!(splitter.push(&read), None);
                assert!(splitter.held_bytes() <= MAX_FRAME_BYTES + read.len());
            }
        });
        assert!(took < within(), "{filler:?} took {took:?}");
        assert!(splitter.dropped_bytes() >= 6 * MAX_FRAME_BYTES as u64);
        assert!(splitter.push(b"\r\n\r\nEvent: After\r\n\r\n").is_some(), "what comes after is read");
    }
}

#[test]
fn a_list_that_never_ends_is_held_up_to_its_limit() {
    const MAX_LISTED: usize = 100_000;
    let reader = flood(MAX_LISTED + 1_000, |text, number| {
        let _ = write!(text, "Event: CoreShowChannel\r\nUniqueid: 1795350690.{number}\r\n\r\n");
    });
    assert_eq!(reader.deriver.held_lines(), MAX_LISTED);
    reader.end();
}

#[test]
fn calls_that_never_end_are_held_up_to_their_limit_and_those_that_are_held_go_on() {
    let (limit, beyond) = if full() { (MAX_CALLS_HELD, 1_000_000) } else { (2_000, 5_000) };
    let mut reader = flood_into(Reader::holding_at_most(limit), beyond, |text, number| {
        let id = format!("pbx1-{SECOND}.{number}");
        newchannel(text, &id, &id, SECOND, number % 1_000_000);
    });
    let held = reader.book.held();
    assert_eq!((held.calls, held.legs), (limit, limit));
    assert_eq!(reader.book.ignored(), (beyond - limit) as u64);
    let hangup = format!(
        "Event: Hangup\r\nTimestamp: {SECOND}.900000\r\nChannel: PJSIP/trunk-00000001\r\nUniqueid: pbx1-{SECOND}.7\r\n\
         Linkedid: pbx1-{SECOND}.7\r\nCause: 16\r\n\r\n"
    );
    reader.read(hangup.as_bytes(), NOW);
    assert_eq!(reader.book.held().events, limit + 1, "the end of one that is held is heard");
    reader.end();
}

#[test]
fn a_call_of_very_many_legs_is_held_up_to_its_limit() {
    let legs = if full() { 1_000_000 } else { 20_000 };
    let reader = flood(legs, |text, number| {
        newchannel(
            text,
            &format!("pbx1-{SECOND}.{number}"),
            &format!("pbx1-{SECOND}.0"),
            SECOND,
            number % 1_000_000,
        );
    });
    let held = reader.book.held();
    assert_eq!((held.calls, held.names), (1, MAX_NAMES_PER_CALL));
    assert!(held.events < MAX_NAMES_PER_CALL, "{held:?}");
    reader.end();
}

#[test]
fn a_conference_of_very_many_legs_is_folded_in_time() {
    let reader = flood(6_000, |text, number| {
        let (leg, second) = (number % 2_000, SECOND + (number / 2_000) as i64);
        let event = ["Newchannel", "BridgeEnter", "Hold"][number / 2_000];
        let endpoint = if leg % 2 == 0 { "trunk" } else { "1001" };
        let _ = write!(
            text,
            "Event: {event}\r\nTimestamp: {second}.{leg:06}\r\nChannel: PJSIP/{endpoint}-{leg:08x}\r\nUniqueid: pbx1-{SECOND}.{leg}\r\n\
             Linkedid: pbx1-{SECOND}.0\r\nBridgeUniqueid: b\r\n\r\n"
        );
    });
    assert_eq!(reader.book.held().calls, 1);
    reader.end();
}

#[test]
fn a_leg_id_that_is_used_again_and_again_has_so_many_lives_and_no_more() {
    let times = if full() { 1_000_000 } else { 5_000 };
    let reader = flood(times, |text, number| {
        newchannel(text, "cti-same", "cti-same", SECOND + (number / 1_000_000) as i64, number % 1_000_000);
    });
    assert!(reader.book.held().calls <= MAX_LIVES_PER_LEG, "{:?}", reader.book.held());
    reader.end();
}

#[test]
fn calls_that_are_joined_to_one_another_without_end_are_held_up_to_their_limit() {
    // Each frame says that the leg before calls this one.
    let reader = flood(rounds(3_000, 300_000), |text, number| {
        let _ = write!(
            text,
            "Event: DialBegin\r\nTimestamp: {SECOND}.{:06}\r\nChannel: PJSIP/trunk-00000001\r\nUniqueid: a.{number}\r\n\
             Linkedid: a.{number}\r\nDestChannel: PJSIP/1001-00000001\r\nDestUniqueid: a.{}\r\nDestLinkedid: a.{}\r\n\r\n",
            number % 1_000_000,
            number + 1,
            number + 1
        );
    });
    let held = reader.book.held();
    assert!(
        held.names <= held.calls * MAX_NAMES_PER_CALL && held.events <= rounds(3_000, 300_000),
        "{held:?}"
    );
    reader.end();
}
