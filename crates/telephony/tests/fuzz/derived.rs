//! Frames into calls: whatever they say, nothing panics, what is held is bounded, and when everything is over nothing is
//! held any more.

use crate::bytes::{SEEDS, case, reads};
use domain::call::{
    CallBook, CallPolicy, CallRecord, CallState, Finding, MAX_CALLS_HELD, MAX_EVENTS_AND_ENDS_PER_CALL,
    MAX_NAMES_PER_CALL,
};
use domain::event::SourceEvent;
use domain::id::{At, CallKey, TenantId};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;
use telephony::ami::{Deriver, Splitter, frames, id_time};
use telephony::endpoints::{EndpointMap, EndpointSettings, infer};
use testkit::dice::Dice;
use testkit::tier::{InCase, Seeded, cases, seed, timed};

const PURPOSE: u64 = 903;
const CASES: u64 = 400;
const LONG: Duration = Duration::from_secs(600);
/// How long a case may take on a machine that others use as well.
const CASE_WITHIN: Duration = Duration::from_secs(20);
/// Later than any call is held.
const LONG_AFTER_MS: i64 = 600_000;

pub(crate) static ENDPOINTS: LazyLock<EndpointMap> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures/endpoints.toml");
    let text = std::fs::read_to_string(path).expect("the map");
    let settings: EndpointSettings = toml::from_str(&text).expect("a map");
    EndpointMap::try_from(&settings).expect("no endpoint listed twice")
});

/// A reader of one connection, as the server has it.
pub(crate) struct Reader {
    splitter: Splitter,
    pub(crate) deriver: Deriver,
    pub(crate) book: CallBook,
    calls: BTreeMap<CallKey, Box<CallRecord>>,
    reads: u64,
}

impl Reader {
    pub(crate) fn new() -> Reader {
        Reader::holding_at_most(MAX_CALLS_HELD)
    }

    pub(crate) fn holding_at_most(calls: usize) -> Reader {
        let book = CallBook::new(TenantId(1), "pbx1", id_time, CallPolicy::default());
        Reader {
            splitter: Splitter::default(),
            deriver: Deriver::default(),
            book: book.holding_at_most(calls),
            calls: BTreeMap::new(),
            reads: 0,
        }
    }

    /// Takes in one read, and looks at what is held afterwards.
    pub(crate) fn read(&mut self, bytes: &[u8], received_at: At) {
        self.reads += 1;
        if let Some(whole) = self.splitter.push(bytes) {
            for frame in frames(&whole) {
                for event in self.deriver.derive(&frame, &ENDPOINTS, received_at) {
                    self.book.take(event, self.reads);
                }
            }
        }
        self.settle(received_at);
        let held = self.book.held();
        assert!(held.most_events <= MAX_EVENTS_AND_ENDS_PER_CALL, "{held:?}");
        assert!(held.names <= held.calls * MAX_NAMES_PER_CALL, "{held:?}");
        assert!(self.book.resume_from(self.reads + 1) <= self.reads + 1);
    }

    pub(crate) fn settle(&mut self, at: At) {
        for finding in self.book.settle(at) {
            match finding {
                Finding::Changed(call) => {
                    let before = self.calls.get(&call.key).map(|call| call.state);
                    assert!(
                        before != Some(CallState::Ended) || call.state == CallState::Ended,
                        "it lives again: {call:?}"
                    );
                    assert!(
                        call.talk_ms >= 0 && call.hold_ms >= 0 && call.hold_ms <= call.talk_ms,
                        "{call:?}"
                    );
                    self.calls.insert(call.key, call);
                }
                // A call of what is still to come of it is another one.
                Finding::Forgotten(key) | Finding::Merged { from: key, .. } => drop(self.calls.remove(&key)),
            }
        }
    }

    /// Every leg that is left is gone, and time passes: then nothing is held.
    pub(crate) fn end(mut self) {
        let clock = self.book.clock();
        self.book.take(SourceEvent::Gap { at: clock }, self.reads);
        self.book.take(SourceEvent::Alive { at: clock, legs: Vec::new() }, self.reads);
        for after in [2_000, LONG_AFTER_MS] {
            self.settle(clock.plus_millis(after));
        }
        let held = self.book.held();
        assert_eq!(
            (held.calls, held.events, held.names, held.legs),
            (0, 0, 0, 0),
            "of what is over is left: {:?}",
            self.calls.values().next()
        );
    }
}

fn check(bytes: &[u8], dice: &mut Dice) {
    let mut reader = Reader::new();
    let received_at = At(1_795_350_690_000_000);
    for read in reads(bytes, dice) {
        reader.read(read, received_at);
    }
    // A map guessed from it is one, or says what is listed twice.
    let whole = Splitter::default().push(bytes).unwrap_or_default();
    let all: Vec<_> = frames(&whole).collect();
    let _ = EndpointMap::try_from(&infer(all.iter()));
    reader.end();
}

#[test]
fn calls_of_any_frames_are_bounded_and_end() {
    let seeded = Seeded(seed());
    for number in cases(CASES, LONG) {
        let _case = InCase(number);
        let mut dice = Dice::new(seeded.0 ^ number, PURPOSE);
        let bytes = case(&mut dice);
        let ((), took) = timed(|| check(&bytes, &mut dice));
        assert!(took < CASE_WITHIN, "case {number} of {} bytes took {took:?}", bytes.len());
    }
}

#[test]
fn calls_of_each_session_and_each_kept_case_are_bounded_and_end() {
    let seeded = Seeded(seed());
    for (name, bytes) in SEEDS.iter() {
        let mut dice = Dice::new(seeded.0, PURPOSE + 1);
        let ((), took) = timed(|| check(bytes, &mut dice));
        assert!(took < CASE_WITHIN, "{name} took {took:?}");
    }
}
