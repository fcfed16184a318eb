//! How often the review of the code book is right on made quarters. The seeds are others than those by which its limits were
//! set (`examples/review_scores.rs`), and fixed: what is counted here is the same on every machine. A rule that says nothing falls
//! below the floors of what is found, one that says too much above the ceiling of what is wrong.

use sandbox::quarter::{Fault, Strength, quarter, scored};

const SEEDS: std::ops::Range<u64> = 50_000..50_010;

#[test]
fn the_same_seed_gives_the_same_quarter_and_another_does_not() {
    let calls = |seed| quarter(seed, 300, Some(Fault::DriftingOther), Strength::Plain).calls;
    assert_eq!(calls(1), calls(1));
    assert_ne!(calls(1), calls(2));
}

#[test]
fn p16_a_healthy_quarter_is_left_alone() {
    for calls in [300, 3_000] {
        let score = scored(SEEDS, calls, None, Strength::Plain);
        assert!(score.wrong <= 1, "{calls}: {score:?}");
    }
}

#[test]
fn p16_what_was_planted_in_a_quarter_is_found_and_little_else() {
    for fault in Fault::ALL {
        let score = scored(SEEDS, 3_000, Some(fault), Strength::Plain);
        assert!(score.found >= 9, "{fault:?}: {score:?}");
        assert!(score.wrong <= 1, "{fault:?}: {score:?}");
    }
}

#[test]
fn p16_a_small_quarter_says_less_and_nothing_wrong() {
    for (fault, least) in Fault::ALL.into_iter().zip([3, 2, 2, 7, 1, 7]) {
        let score = scored(SEEDS, 300, Some(fault), Strength::Plain);
        assert!(score.found >= least, "{fault:?}: {score:?}");
        assert!(score.wrong <= 1, "{fault:?}: {score:?}");
    }
}

#[test]
fn p16_a_large_quarter_is_left_alone_as_well() {
    let score = scored(SEEDS.start..SEEDS.start + 2, 30_000, None, Strength::Plain);
    assert_eq!(score.wrong, 0, "{score:?}");
}
