//! Codes that are never or hardly used. Where the second most frequent code has half of the calls of the first, the third a
//! third and so on (Zipf), which is uneven enough for a set that is in use, the last of n codes has 1/(n·H(n)) of them. A
//! code of use has at least two thirds of that; one is named where so few calls would be a rare chance even then, over all codes
//! of the set, so a small quarter names only what is certain. A code is held against the calls since it was made.

use super::gather::ReviewCalls;
use super::statistics::poisson_at_most;
use super::{Change, Evidence, Finding, FindingKind, Measured, Severity, share};
use crate::id::{At, CodeId};

/// The part that a code of use has at least of what the last of a Zipf set has.
const OF_THE_LAST: f64 = 2.0 / 3.0;
/// How rarely any code of use in a set may be named.
const CHANCE: f64 = 0.1;
/// The version of ids that begin with the time they were made.
const TIMED_IDS: usize = 7;

/// When a code was made, where its id tells.
fn made_at(code: CodeId) -> Option<At> {
    let bytes = code.0.as_bytes();
    let millis = bytes[..6].iter().fold(0_i64, |time, byte| time << 8 | i64::from(*byte));
    (code.0.get_version_num() == TIMED_IDS).then_some(At(millis.saturating_mul(1000)))
}

/// The least share that a code of use has, where so many are offered.
fn least_share(offered: usize) -> f64 {
    let harmonic: f64 = (1..=offered).map(|rank| 1.0 / rank as f64).sum();
    OF_THE_LAST / (offered as f64 * harmonic)
}

pub(super) fn findings(calls: &ReviewCalls) -> Vec<Finding> {
    let (offered, counts) = (calls.offered().count(), calls.counted());
    // With one code there is nothing to choose.
    if offered < 2 {
        return Vec::new();
    }
    let named = |place: usize| {
        let code = calls.codes[place].id;
        let since = made_at(code).unwrap_or(calls.from);
        let looked_at = calls.rows.iter().filter(|row| row.at >= since).count() as u64;
        let least = looked_at as f64 * least_share(offered);
        let count = counts[place];
        // The code for whatever fits nowhere is there to be rare.
        if super::is_catch_all(&calls.codes[place].label)
            || poisson_at_most(count, least) * offered as f64 >= CHANCE
        {
            return None;
        }
        let (kind, severity) = match count {
            0 => (FindingKind::NeverUsed, Severity::Medium),
            _ => (FindingKind::HardlyUsed, Severity::Low),
        };
        let evidence = vec![
            Evidence { what: Measured::Calls, seen: count as f64, beside: Some(least) },
            Evidence {
                what: Measured::Share,
                seen: share(count, looked_at),
                beside: Some(least_share(offered)),
            },
        ];
        Some(Finding {
            kind,
            severity,
            codes: vec![code],
            agent: None,
            words: Vec::new(),
            evidence,
            parts: Vec::new(),
            examples: calls.examples(|row| row.code == place),
            change: Change::Retire { code },
        })
    };
    calls.offered().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_id_with_a_time_in_it_says_when_its_code_was_made() {
        let timed = Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001);
        assert_eq!(made_at(CodeId(timed)), Some(At(0x0193_0000_0000 * 1000)));
        assert_eq!(made_at(CodeId(Uuid::from_u128(7))), None);
    }
}
