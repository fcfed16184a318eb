//! The review of a disposition set over a quarter of calls (P16): what is wrong with its codes or their use, each with
//! what it rests on, what to do about it, and how the same calls would have looked had it been done. Nothing is changed
//! here, and nobody's calls but those with a code of the set are looked at.
//!
//! A rule speaks up where chance does not explain what it saw *and* where it is large enough to matter: with many calls
//! everything differs from everything a little. `crates/sandbox/tests/review.rs` says how often they are right.

mod agents;
mod facts;
mod gather;
mod other;
mod overlap;
mod replay;
mod statistics;
mod unused;
mod words;

pub use gather::{Gatherer, MAX_REVIEW_CALLS, MAX_VOCABULARY, MAX_WORDS_A_NOTE, ReviewCalls};
pub use other::is_catch_all;
pub use replay::replay;

use crate::id::{AgentKey, CallKey, CodeId};

/// Most calls that a finding shows as examples.
pub const MAX_EXAMPLES: usize = 5;
/// Parts that a quarter is cut into to see what drifts: about weeks.
pub const PARTS: usize = 13;
/// Most findings of a kind; the clearest ones.
pub const MAX_FINDINGS_OF_KIND: usize = 10;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// A code that nobody chose.
    NeverUsed,
    /// A code that was chosen far less often than one in a set of this size that is of use.
    HardlyUsed,
    /// A code for whatever fits nowhere has a large share.
    OtherLarge,
    /// The share of such a code rises.
    OtherRising,
    /// Two codes that mean the same to those who choose.
    Overlap,
    /// An agent who chooses otherwise than the others of the same ring groups.
    AgentDiffers,
    /// Calls too short for their code.
    Implausible,
    /// A word of the notes that no code is about.
    Uncovered,
}

impl FindingKind {
    /// All of them.
    pub const ALL: [FindingKind; 8] = [
        FindingKind::NeverUsed,
        FindingKind::HardlyUsed,
        FindingKind::OtherLarge,
        FindingKind::OtherRising,
        FindingKind::Overlap,
        FindingKind::AgentDiffers,
        FindingKind::Implausible,
        FindingKind::Uncovered,
    ];
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Reports are wrong by it.
    High,
    /// Somebody should look.
    Medium,
    /// For tidiness.
    Low,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measured {
    /// Calls with the code, beside those that a useful code would have at least.
    Calls,
    /// Its share of all calls, beside the share that is taken to be too much, or the other's.
    Share,
    /// Its share in the first third of the time, beside that in the last.
    ShareFirstAndLast,
    /// Pairs of calls of one caller with one code each, beside those that chance makes.
    CallersWithBoth,
    /// How alike the words are that set the two codes apart from the rest: 0 not at all, 1 the same.
    WordsAlike,
    /// Times one was put in place of the other within minutes, beside those that chance makes.
    Swapped,
    /// The agent's share of the code, beside their team's.
    AgentAndTeam,
    /// Calls of the agent that would have to be labelled otherwise to look like the team's, as a share.
    Moved,
    /// Calls of the code that are too short, beside those that chance makes.
    TooShort,
    /// Seconds of talk below which a call is too short for the code, beside those of the middle call.
    TalkSeconds,
    /// Calls whose notes hold the word, beside all with notes.
    WithWord,
    /// Share of these calls that have a code for whatever fits nowhere, beside that of all calls.
    WordInOther,
}

/// A number that a finding rests on, and what it is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// What it is.
    pub what: Measured,
    /// What was seen.
    pub seen: f64,
    /// What it is compared with.
    pub beside: Option<f64>,
}

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Offer the code no more.
    Retire {
        /// The code.
        code: CodeId,
    },
    /// Offer one code no more, and use the other for its calls.
    Merge {
        /// The code that goes.
        from: CodeId,
        /// The code that stays.
        into: CodeId,
    },
    /// Make codes of what a code is used for.
    Split {
        /// The code.
        code: CodeId,
        /// Words of its notes that it would be split by, most of the calls first; none where no word stands out.
        by: Vec<String>,
    },
    /// Talk with the agent, so that they use codes as their team does.
    Coach {
        /// The agent.
        agent: AgentKey,
        /// The code that is furthest from the team's.
        code: CodeId,
    },
    /// Look at the calls that are too short for their code with those who labelled them.
    Recheck {
        /// The code.
        code: CodeId,
        /// Milliseconds of talk below which a call is looked at.
        below_ms: i64,
    },
    /// Make a code for calls whose notes hold one of these words.
    NewCode {
        /// The words.
        words: Vec<String>,
    },
}

/// What a call is counted as before or after a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountedAs {
    /// This code.
    Code(CodeId),
    /// A code that is yet to be made, by the word it is about.
    NewCode(String),
    /// No code: whoever logged the call would have to choose another.
    Unsettled,
}

/// How many calls a code had, and how many it would have had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The code.
    pub code: CountedAs,
    /// As it was.
    pub before: u64,
    /// As it would have been.
    pub after: u64,
}

/// Something that the review found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// How much it matters.
    pub severity: Severity,
    /// The codes it is about; where there are two, the one with fewer calls first.
    pub codes: Vec<CodeId>,
    /// The agent it is about.
    pub agent: Option<AgentKey>,
    /// The words that are its evidence.
    pub words: Vec<String>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// Hits and all calls in each of [`PARTS`] parts of the time; empty where time says nothing.
    pub parts: Vec<(u64, u64)>,
    /// Calls to look at, latest first.
    pub examples: Vec<CallKey>,
    /// What is proposed.
    pub change: Change,
}

/// What a review found, what matters most first.
pub fn review(calls: &ReviewCalls) -> Vec<Finding> {
    let mut found = unused::findings(calls);
    found.extend(other::findings(calls));
    found.extend(overlap::findings(calls));
    found.extend(agents::findings(calls));
    found.extend(facts::findings(calls));
    found.extend(words::findings(calls));
    found.sort_by_key(|finding| finding.severity);
    for kind in FindingKind::ALL {
        let mut left = MAX_FINDINGS_OF_KIND;
        found.retain(|finding| {
            let keeps = finding.kind != kind || left > 0;
            left = left.saturating_sub(usize::from(finding.kind == kind));
            keeps
        });
    }
    found
}

/// A share of a whole; 0 of nothing.
fn share(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}
