//! How often the review of the code book is right, as the tables of docs/verification/review.md:
//! `cargo run --release -p bitacora-sandbox --example review_scores`. It answers the same wherever it runs.

use domain::review::FindingKind;
use sandbox::quarter::{Fault, Strength, scored};
use std::collections::BTreeMap;

/// None of these was looked at before the limits stood (they were set on seeds from 1,000 to 3,100).
const FIRST_SEED: u64 = 90_000;
/// How many quarters of each kind, by how many calls they have.
const SIZES: [(usize, u64); 3] = [(300, 200), (3_000, 200), (30_000, 30)];

fn main() {
    println!(
        "| calls | fault | quarters | found | recall | right findings | wrong findings | quarters with any wrong |"
    );
    println!("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut kinds: BTreeMap<(usize, FindingKind), (u32, u32)> = BTreeMap::new();
    for (calls, quarters) in SIZES {
        let faults = [Strength::Plain, Strength::Faint]
            .into_iter()
            .flat_map(|strength| Fault::ALL.map(|fault| (Some(fault), strength)));
        for (fault, strength) in std::iter::once((None, Strength::Plain)).chain(faults) {
            let score = scored(FIRST_SEED..FIRST_SEED + quarters, calls, fault, strength);
            let name = fault.map_or_else(|| "none".to_owned(), |fault| format!("{fault:?}, {strength:?}"));
            let found = fault.map_or_else(
                || "– | –".to_owned(),
                |_| format!("{} | {:.2}", score.found, f64::from(score.found) / f64::from(score.quarters)),
            );
            println!(
                "| {calls} | {name} | {} | {found} | {} | {} | {} |",
                score.quarters, score.right, score.wrong, score.disturbed
            );
            for (kind, (right, wrong)) in score.kinds {
                let sum = kinds.entry((calls, kind)).or_default();
                *sum = (sum.0 + right, sum.1 + wrong);
            }
        }
    }
    println!("\n| calls | finding | right | wrong | precision |");
    println!("| ---: | --- | ---: | ---: | ---: |");
    for ((calls, kind), (right, wrong)) in kinds {
        let precision = f64::from(right) / f64::from(right + wrong);
        println!("| {calls} | {kind:?} | {right} | {wrong} | {precision:.2} |");
    }
}
