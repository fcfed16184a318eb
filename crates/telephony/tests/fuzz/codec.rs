//! Bytes into frames: however they are cut, the same frames come out, and no more is held back than one frame may be long.

use crate::bytes::{SEEDS, case, reads};
use std::time::Duration;
use telephony::ami::{Frame, MAX_FRAME_BYTES, Splitter, frames};
use testkit::dice::Dice;
use testkit::tier::{InCase, Seeded, cases, seed, timed};

const PURPOSE: u64 = 901;
const CASES: u64 = 1_500;
const LONG: Duration = Duration::from_secs(600);
/// How long a case may take on a machine that others use as well.
const CASE_WITHIN: Duration = Duration::from_secs(20);

/// All frames of `bytes` cut like this; what is held back is looked at after each read.
fn split(pieces: &[&[u8]]) -> Vec<Frame> {
    let mut splitter = Splitter::default();
    let mut all = Vec::new();
    for piece in pieces {
        let whole = splitter.push(piece);
        assert!(splitter.held_bytes() <= MAX_FRAME_BYTES + piece.len(), "{} are held", splitter.held_bytes());
        for frame in whole.iter().flat_map(|whole| frames(whole)) {
            for (name, value) in frame.pairs() {
                assert!(frame.all(name).any(|found| found == value));
            }
            assert!(frame.to_bytes().len() <= 3 * MAX_FRAME_BYTES);
            let _ = (frame.event(), frame.response(), frame.greeting());
            all.push(frame);
        }
    }
    all
}

fn check(bytes: &[u8], dice: &mut Dice) {
    let at_once = split(&[bytes]);
    // Empty lines before a frame belong to it or to nothing, as the reads have it: what the frames say is the same.
    let says = |frames: &[Frame]| -> Vec<(Vec<(String, String)>, bool)> {
        let pairs =
            |frame: &Frame| frame.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        frames.iter().map(|frame| (pairs(frame), frame.greeting())).collect()
    };
    assert_eq!(says(&split(&reads(bytes, dice))), says(&at_once), "cut into reads");
}

#[test]
fn frames_of_any_bytes_are_the_same_however_they_are_cut() {
    let seeded = Seeded(seed());
    for number in cases(CASES, LONG) {
        let _case = InCase(number);
        let mut dice = Dice::new(seeded.0 ^ number, PURPOSE);
        let bytes = case(&mut dice);
        let ((), took) = timed(|| check(&bytes, &mut dice));
        assert!(took < CASE_WITHIN, "case {number} took {took:?}");
    }
}

#[test]
fn each_session_and_each_kept_case_is_split_alike_however_it_is_cut() {
    let seeded = Seeded(seed());
    for (name, bytes) in SEEDS.iter() {
        let mut dice = Dice::new(seeded.0, PURPOSE + 1);
        let ((), took) = timed(|| check(bytes, &mut dice));
        assert!(took < CASE_WITHIN, "{name} took {took:?}");
    }
}
