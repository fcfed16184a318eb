//! Codes for whatever fits nowhere ("Other", "Otros", "Varios"): how large, and whether they grow. No flag says which
//! codes these are; their labels do, in either language.

use super::gather::{ReviewCalls, words};
use super::statistics::{order_z, share_at_least, trend_z};
use super::words::standing_out;
use super::{Change, Evidence, Finding, FindingKind, Measured, PARTS, Severity, share};
use crate::disposition::Label;

/// Words that make a code one for whatever fits nowhere.
const CATCH_ALL: [&str; 14] = [
    "other",
    "others",
    "misc",
    "miscellaneous",
    "various",
    "unknown",
    "else",
    "otro",
    "otra",
    "otros",
    "otras",
    "varios",
    "varias",
    "resto",
];
/// The share that says too little of what calls are about.
const TOO_LARGE: f64 = 0.15;
/// Standard deviations by which it must be over that.
const SURE: f64 = 2.0;
/// Standard deviations of a trend, weighed by calls: several looks at several codes.
const TREND: f64 = 2.8;
/// Standard deviations of a trend, by the order of the parts alone.
const TREND_IN_ORDER: f64 = 2.0;
/// How much the share rises at least, from the first third to the last.
const RISES_BY: f64 = 0.04;
/// How many times the first third's share the last third's is at least.
const RISES_TIMES: f64 = 1.4;
/// Most words a code is proposed to be split by.
const SPLIT_BY: usize = 3;

/// Whether a code is for whatever fits nowhere, as its label says.
pub fn is_catch_all(label: &Label) -> bool {
    words(&label.es).chain(words(&label.en)).any(|word| CATCH_ALL.contains(&word.as_str()))
}

pub(super) fn findings(calls: &ReviewCalls) -> Vec<Finding> {
    let catch_alls = calls.offered().filter(|place| is_catch_all(&calls.codes[*place].label));
    catch_alls.flat_map(|place| [large(calls, place), rising(calls, place)]).flatten().collect()
}

fn large(calls: &ReviewCalls, place: usize) -> Option<Finding> {
    let (count, total) = (calls.counted()[place], calls.total());
    let even = 1.0 / calls.offered().count().max(1) as f64;
    // Of two codes one may well have half of the calls.
    let limit = TOO_LARGE.max(even * 1.2);
    let least = share_at_least(count, total, SURE);
    let evidence = vec![Evidence { what: Measured::Share, seen: share(count, total), beside: Some(limit) }];
    let severity = if least > 2.0 * limit { Severity::High } else { Severity::Medium };
    (least > limit).then(|| finding(calls, place, FindingKind::OtherLarge, severity, evidence))
}

fn rising(calls: &ReviewCalls, place: usize) -> Option<Finding> {
    let parts = calls.parts(|row| row.code == place);
    let third = PARTS / 3;
    let of = |parts: &[(u64, u64)]| {
        share(parts.iter().map(|part| part.0).sum(), parts.iter().map(|part| part.1).sum())
    };
    let (first, last) = (of(&parts[..third]), of(&parts[PARTS - third..]));
    let matters = last - first >= RISES_BY && last >= RISES_TIMES * first;
    let rises = matters && trend_z(&parts) > TREND && order_z(&parts) > TREND_IN_ORDER;
    let evidence = vec![Evidence { what: Measured::ShareFirstAndLast, seen: first, beside: Some(last) }];
    let severity = if last > 2.0 * TOO_LARGE { Severity::High } else { Severity::Medium };
    rises.then(|| finding(calls, place, FindingKind::OtherRising, severity, evidence))
}

fn finding(
    calls: &ReviewCalls,
    place: usize,
    kind: FindingKind,
    severity: Severity,
    evidence: Vec<Evidence>,
) -> Finding {
    let by: Vec<String> = standing_out(calls, place).into_iter().take(SPLIT_BY).collect();
    let code = calls.codes[place].id;
    Finding {
        kind,
        severity,
        codes: vec![code],
        agent: None,
        words: by.clone(),
        evidence,
        parts: calls.parts(|row| row.code == place),
        examples: calls.examples(|row| row.code == place),
        change: Change::Split { code, by },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_of_either_language_says_that_a_code_is_for_whatever_fits_nowhere() {
        let label = |es: &str, en: &str| is_catch_all(&Label { es: es.to_owned(), en: en.to_owned() });
        assert!(label("Otros motivos", "Reasons") && label("X", "Misc.") && label("Varios", ""));
        assert!(!label("Venta", "Sale") && !label("Motores", "Mother"));
    }
}
