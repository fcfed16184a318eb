//! Invariant 4: the same frames give the same calls, byte for byte, however they arrive. Frames of each
//! recorded session are shuffled within half a second, repeated, cut into reads anywhere, taken up again
//! after a restart; and where a part is lost, the difference says that it is inferred.

use domain::call::{CallBook, CallPolicy, CallRecord, Finding};
use domain::event::SourceEvent;
use domain::id::{At, CallKey, TenantId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use telephony::ami::{Deriver, Splitter, frames, id_time};
use telephony::endpoints::{EndpointMap, EndpointSettings};
use telephony::replay::Replay;

/// How far out of order frames are shuffled.
const DISORDER_US: i64 = 500_000;

static CAPTURES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let entries = std::fs::read_dir(captures()).expect("the captures folder");
    let folders = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut all: Vec<(String, Vec<u8>)> = folders
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path.join("ami.raw")).expect("ami.raw"))
        })
        .collect();
    all.sort();
    all
});

static ENDPOINTS: LazyLock<EndpointMap> = LazyLock::new(|| {
    let text = std::fs::read_to_string(captures().join("endpoints.toml")).expect("endpoints.toml");
    let settings: EndpointSettings = toml::from_str(&text).expect("a valid endpoint map");
    EndpointMap::try_from(&settings).expect("no endpoint listed twice")
});

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures")
}

fn replay(connections: &[&[u8]]) -> Vec<CallRecord> {
    let replay =
        Replay { tenant: TenantId(1), source: "pbx1", endpoints: &ENDPOINTS, policy: CallPolicy::default() };
    replay.calls(connections.iter().copied())
}

/// The frames of a connection as separate pieces of bytes.
fn pieces(bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(bytes, b"\r\n\r\n").map(|at| at + 4) {
        pieces.push(&bytes[from..at]);
        from = at;
    }
    pieces
}

fn time_of(piece: &[u8]) -> Option<i64> {
    let frame = frames(piece).next()?;
    let (seconds, micros) = frame.get("Timestamp")?.split_once('.')?;
    Some(seconds.parse::<i64>().ok()? * 1_000_000 + micros.parse::<i64>().ok()?)
}

fn differs_only_where_inferred(whole: &[CallRecord], cut: &[CallRecord]) -> Result<(), String> {
    for call in cut {
        let same = whole.iter().any(|other| other == call);
        if !same && !call.inferred {
            return Err(format!("{} differs and does not say that it is inferred: {call:#?}", call.key));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shuffled_within_half_a_second_and_repeated_frames_give_the_same_calls(
        which in 0..CAPTURES.len(), seed in any::<u64>(), repeat in 0..4u64,
    ) {
        let (name, bytes) = &CAPTURES[which];
        let mut state = seed | 1;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut last = 0;
        let mut timed: Vec<(i64, &[u8])> = Vec::new();
        for piece in pieces(bytes) {
            last = time_of(piece).unwrap_or(last);
            let copies = 1 + u64::from(repeat > 0 && random() % 5 < repeat);
            for _ in 0..copies {
                timed.push((last + (random() % DISORDER_US as u64) as i64, piece));
            }
        }
        timed.sort_by_key(|(at, _)| *at);
        // The greeting comes first on any connection, whatever follows it.
        let greeting = timed.iter().position(|(_, piece)| piece.starts_with(b"Asterisk")).expect("a greeting");
        let first = timed.remove(greeting);
        timed.retain(|(_, piece)| !piece.starts_with(b"Asterisk"));
        timed.insert(0, first);
        let shuffled: Vec<u8> = timed.iter().flat_map(|(_, piece)| piece.iter().copied()).collect();
        prop_assert_eq!(replay(&[bytes]), replay(&[&shuffled]), "{} with seed {}", name, seed);
    }

    #[test]
    fn reads_cut_anywhere_give_the_same_calls(which in 0..CAPTURES.len(), size in 1usize..4000) {
        let (name, bytes) = &CAPTURES[which];
        let mut splitter = Splitter::default();
        let whole: Vec<u8> = bytes.chunks(size).filter_map(|read| splitter.push(read)).flatten().collect();
        prop_assert_eq!(replay(&[bytes]), replay(&[&whole]), "{} in reads of {}", name, size);
    }

    #[test]
    fn what_a_lost_part_changes_is_marked_as_inferred(
        which in 0..CAPTURES.len(), from in 0.0f64..1.0, lost in 0.01f64..0.5,
    ) {
        let (name, bytes) = &CAPTURES[which];
        let all = pieces(bytes);
        let start = ((all.len() - 1) as f64 * from) as usize;
        // Something comes after the gap; where nothing does, nobody knows of one.
        let end = (start + (all.len() as f64 * lost) as usize).min(all.len() - 1);
        let before: Vec<u8> = all[..start].concat();
        let after: Vec<u8> = all[end..].concat();
        let cut = replay(&[&before, &after]);
        if let Err(why) = differs_only_where_inferred(&replay(&[bytes]), &cut) {
            return Err(TestCaseError::fail(format!("{name} without frames {start}..{end}: {why}")));
        }
    }

    #[test]
    fn a_restart_that_reads_the_stored_frames_again_finds_the_same_calls(
        which in 0..CAPTURES.len(), at in 0.0f64..1.0,
    ) {
        let (name, bytes) = &CAPTURES[which];
        let all = pieces(bytes);
        let cut = (all.len() as f64 * at) as usize;
        let mut stored: BTreeMap<CallKey, CallRecord> = BTreeMap::new();
        let mut first = CallBook::new(TenantId(1), "pbx1", id_time, CallPolicy::default());
        feed(&mut first, &all[..cut], 0, &mut stored);
        let resume = first.resume_from(cut as u64) as usize;
        drop(first);
        let mut second = CallBook::new(TenantId(1), "pbx1", id_time, CallPolicy::default());
        feed(&mut second, &all[resume..], resume, &mut stored);
        let end = second.clock().plus_millis(120_000);
        keep(&mut stored, second.settle(end));
        let mut resumed: Vec<CallRecord> = stored.into_values().collect();
        resumed.sort_by_key(|call| (call.started_at, call.key));
        prop_assert_eq!(replay(&[bytes]), resumed, "{} restarted after frame {}", name, cut);
    }
}

/// Feeds frames as chunks of their own, settling after each as the live loop does.
fn feed(book: &mut CallBook, pieces: &[&[u8]], first: usize, stored: &mut BTreeMap<CallKey, CallRecord>) {
    let mut deriver = Deriver::default();
    for (index, piece) in pieces.iter().enumerate() {
        for frame in frames(piece) {
            for event in deriver.derive(&frame, &ENDPOINTS, At(0)) {
                book.take(event, (first + index) as u64);
            }
        }
        keep(stored, book.settle(At(0)));
    }
}

fn keep(stored: &mut BTreeMap<CallKey, CallRecord>, findings: Vec<Finding>) {
    for finding in findings {
        match finding {
            Finding::Changed(record) => {
                stored.insert(record.key, *record);
            }
            Finding::Merged { from, .. } => {
                stored.remove(&from);
            }
            Finding::Forgotten(_) => {}
        }
    }
}

#[test]
fn a_leg_id_used_again_after_a_life_of_unseen_beginning_is_two_calls() {
    let (_, bytes) = CAPTURES.iter().find(|(name, _)| name == "s25_originate_same_id").expect("s25");
    let all = pieces(bytes);
    // The first Newchannel of the id is lost; its Hangup and the second Newchannel are not.
    for start in [0, 5, 11] {
        let calls = replay(&[&all[..start].concat(), &all[29..].concat()]);
        assert_eq!(calls.len(), 2, "without frames {start}..29");
        assert_eq!(calls.iter().map(|call| call.inferred).collect::<Vec<_>>(), [true, false]);
        assert_eq!(calls[1], replay(&[bytes])[1]);
    }
}

#[test]
fn a_snapshot_after_a_gap_ends_the_legs_it_does_not_name_and_says_so() {
    let (_, bytes) = CAPTURES.iter().find(|(name, _)| name == "s01_answered").expect("s01");
    let all = pieces(bytes);
    let talking = all
        .iter()
        .position(|piece| frames(piece).next().is_some_and(|frame| frame.event() == Some("HangupRequest")))
        .expect("a hangup");
    let mut book = CallBook::new(TenantId(1), "pbx1", id_time, CallPolicy::default());
    let mut stored = BTreeMap::new();
    feed(&mut book, &all[..talking], 0, &mut stored);
    let back = book.clock().plus_millis(30_000);
    book.take(SourceEvent::Gap { at: back }, 0);
    book.take(SourceEvent::Alive { at: back, legs: Vec::new() }, 0);
    keep(&mut stored, book.settle(back.plus_millis(5_000)));
    let call = stored.values().next().expect("the call");
    assert!(call.inferred);
    assert_eq!(call.ended_at, Some(back));
    assert!(call.engagements.iter().all(|engagement| engagement.wrapup_due()));
}
