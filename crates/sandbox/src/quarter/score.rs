//! How often the review of made quarters is right.

use super::maker::agent_key;
use super::{Fault, Planted, Quarter, Strength, quarter};
use domain::id::CodeId;
use domain::review::{Finding, FindingKind, Gatherer, review};
use std::collections::BTreeMap;

/// What came of reviewing quarters of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Quarters.
    pub quarters: u32,
    /// Those whose fault was found: the right kind, with the right code, agent or word.
    pub found: u32,
    /// Findings that are right: the fault, and what follows from it.
    pub right: u32,
    /// Findings of what was not there.
    pub wrong: u32,
    /// Quarters with a finding of what was not there.
    pub disturbed: u32,
    /// Right and wrong findings by what they are about.
    pub kinds: BTreeMap<FindingKind, (u32, u32)>,
}

/// Reviews quarters of so many calls with this fault, one for each seed.
pub fn scored(
    seeds: impl Iterator<Item = u64>,
    calls: usize,
    fault: Option<Fault>,
    strength: Strength,
) -> Score {
    let mut score = Score::default();
    for seed in seeds {
        let made = quarter(seed, calls, fault, strength);
        let found = findings(&made);
        let mut wrong = 0;
        for finding in &found {
            let is_right = fault.is_some_and(|fault| follows(fault, finding, &made));
            let kind = score.kinds.entry(finding.kind).or_default();
            *kind = (kind.0 + u32::from(is_right), kind.1 + u32::from(!is_right));
            wrong += u32::from(!is_right);
        }
        score.quarters += 1;
        score.found +=
            u32::from(fault.is_some_and(|fault| found.iter().any(|finding| is_it(fault, finding, &made))));
        score.right += found.len() as u32 - wrong;
        score.wrong += wrong;
        score.disturbed += u32::from(wrong > 0);
    }
    score
}

/// What the review says of a quarter.
fn findings(made: &Quarter) -> Vec<Finding> {
    let mut gatherer = Gatherer::new(&made.set, made.from, made.until);
    made.calls.iter().for_each(|call| gatherer.add(call));
    review(&gatherer.gathered())
}

/// Whether a finding is the fault itself.
fn is_it(fault: Fault, finding: &Finding, made: &Quarter) -> bool {
    let id = |place: usize| -> CodeId { made.set.codes[place].id };
    let Planted { stricken, twin, taken, deviant } = made.planted;
    let is_of = |places: &[usize]| {
        let mut wanted: Vec<CodeId> = places.iter().map(|place| id(*place)).collect();
        let mut codes = finding.codes.clone();
        wanted.sort();
        codes.sort();
        wanted == codes
    };
    match fault {
        Fault::DeadCode => {
            matches!(finding.kind, FindingKind::NeverUsed | FindingKind::HardlyUsed) && is_of(&[stricken])
        }
        Fault::DuplicatePair => finding.kind == FindingKind::Overlap && is_of(&[stricken, twin]),
        Fault::DriftingOther => finding.kind == FindingKind::OtherRising,
        Fault::DeviatingAgent => {
            let agent = agent_key(deviant);
            finding.kind == FindingKind::AgentDiffers
                && finding.agent.as_ref().is_some_and(|found| found.0 == agent)
                && is_of(&[taken])
        }
        Fault::ImplausibleTalk => finding.kind == FindingKind::Implausible && is_of(&[taken]),
        Fault::UncoveredWord => {
            finding.kind == FindingKind::Uncovered && finding.words.iter().any(|word| word == "tarjeta")
        }
    }
}

/// Whether a finding is the fault or what it makes true: a drift ends as a large share.
fn follows(fault: Fault, finding: &Finding, made: &Quarter) -> bool {
    let grown = matches!(fault, Fault::DriftingOther | Fault::UncoveredWord);
    is_it(fault, finding, made)
        || grown && finding.kind == FindingKind::OtherLarge
        || fault == Fault::UncoveredWord
            && finding.words.iter().any(|word| word == "bloqueada" || word == "extraviada")
}
