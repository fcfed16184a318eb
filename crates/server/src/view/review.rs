//! The review of a disposition set as the API shows it.

use super::LabelView;
use crate::ops::report::ReportDays;
use crate::ops::review::Review;
use domain::id::{AgentKey, CodeId};
use domain::review::{Change, CountedAs, Evidence, Finding, FindingKind, Measured, Replayed, Severity};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKindView {
    /// Nobody chose the code.
    NeverUsed,
    /// It was chosen far less often than one of use.
    HardlyUsed,
    /// A code for whatever fits nowhere has a large share.
    OtherLarge,
    /// Its share rises.
    OtherRising,
    /// Two codes mean the same.
    Overlap,
    /// An agent chooses otherwise than their team.
    AgentDiffers,
    /// Calls are too short for their code.
    Implausible,
    /// No code is about a word of the notes.
    Uncovered,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewSeverityView {
    /// Reports are wrong by it.
    High,
    /// Somebody should look.
    Medium,
    /// For tidiness.
    Low,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewMeasureView {
    /// Calls, beside those of a useful code at least.
    Calls,
    /// A share, beside the one that is the limit, or an even one.
    Share,
    /// The share in the first third, beside that in the last.
    ShareFirstAndLast,
    /// Pairs of calls of one caller, beside those of chance.
    CallersWithBoth,
    /// How alike the words are, from 0 to 1, beside the limit.
    WordsAlike,
    /// Swaps within minutes, beside those of chance.
    Swapped,
    /// The agent's share, beside the team's.
    AgentAndTeam,
    /// The part of the agent's calls that differs, beside the limit.
    Moved,
    /// Calls that are too short, beside those of chance.
    TooShort,
    /// Seconds below which a call is too short, beside the middle call's.
    TalkSeconds,
    /// Calls whose notes hold the word, beside all with notes.
    WithWord,
    /// Their share that fits nowhere, beside that of all calls.
    WordInOther,
}

/// A number that a finding rests on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReviewEvidenceView {
    /// What it is.
    pub what: ReviewMeasureView,
    /// What was seen.
    pub seen: f64,
    /// What it is compared with.
    pub beside: Option<f64>,
}

/// A code.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReviewCodeView {
    /// Its id.
    pub id: Uuid,
    /// Its label.
    pub label: LabelView,
}

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReviewChangeView {
    /// Retire a code.
    Retire {
        /// The code.
        code: Uuid,
    },
    /// Retire one code and use another for its calls.
    Merge {
        /// The code that goes.
        from: Uuid,
        /// The code that stays.
        into: Uuid,
    },
    /// Make codes of what a code is used for.
    Split {
        /// The code.
        code: Uuid,
        /// Words to split it by.
        by: Vec<String>,
    },
    /// Talk with the agent.
    Coach {
        /// The agent.
        agent: String,
        /// The code that differs most.
        code: Uuid,
    },
    /// Look at the short calls again.
    Recheck {
        /// The code.
        code: Uuid,
        /// Milliseconds of talk below which a call is looked at.
        below_ms: i64,
    },
    /// Make a code.
    NewCode {
        /// Words of the notes that it is about.
        words: Vec<String>,
    },
}

/// How a code's calls would have been counted.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReviewCountView {
    /// The code; null: one to be made, or none.
    pub code: Option<ReviewCodeView>,
    /// The word that a code to be made is about.
    pub new_code: Option<String>,
    /// As it was.
    pub before: u64,
    /// As it would have been.
    pub after: u64,
}

/// Calls of a part of the time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReviewPartView {
    /// Those the finding is about.
    pub hits: u64,
    /// All.
    pub of: u64,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReviewFindingView {
    /// What it is about.
    pub kind: ReviewKindView,
    /// How much it matters.
    pub severity: ReviewSeverityView,
    /// The codes; of two, the one with fewer calls first.
    pub codes: Vec<ReviewCodeView>,
    /// The agent.
    pub agent: Option<String>,
    /// The agent's name, where a user is that agent.
    pub agent_name: Option<String>,
    /// Words that are its evidence.
    pub words: Vec<String>,
    /// What it rests on.
    pub evidence: Vec<ReviewEvidenceView>,
    /// The time in equal parts; none where time says nothing.
    pub parts: Vec<ReviewPartView>,
    /// Activities to look at.
    pub examples: Vec<Uuid>,
    /// What is proposed.
    pub change: ReviewChangeView,
    /// The same calls, had it been done before.
    pub replayed: Vec<ReviewCountView>,
}

/// The review of a set.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReviewView {
    /// The set.
    pub set: Uuid,
    /// Its name.
    pub set_name: String,
    /// The first day.
    pub from: String,
    /// The last.
    pub until: String,
    /// Whose days they are.
    pub zone: String,
    /// Calls with a code of the set.
    pub calls: u64,
    /// Calls that were not looked at, because there are too many.
    pub left_out: u64,
    /// What was found, what matters most first.
    pub findings: Vec<ReviewFindingView>,
}

impl ReviewView {
    /// The review.
    pub fn of(days: &ReportDays, review: &Review) -> Self {
        let findings = review.findings.iter().map(|(finding, counts)| finding_view(review, finding, counts));
        ReviewView {
            set: review.set.0.0,
            set_name: review.set.1.clone(),
            from: days.from.to_string(),
            until: days.until.to_string(),
            zone: days.zone_name().to_owned(),
            calls: review.calls,
            left_out: review.left_out,
            findings: findings.collect(),
        }
    }
}

fn finding_view(review: &Review, finding: &Finding, counts: &[Replayed]) -> ReviewFindingView {
    let name = |agent: &AgentKey| review.agent_name(agent).map(str::to_owned);
    ReviewFindingView {
        kind: kind(finding.kind),
        severity: match finding.severity {
            Severity::High => ReviewSeverityView::High,
            Severity::Medium => ReviewSeverityView::Medium,
            Severity::Low => ReviewSeverityView::Low,
        },
        codes: finding.codes.iter().map(|id| code(review, *id)).collect(),
        agent: finding.agent.as_ref().map(|agent| agent.0.clone()),
        agent_name: finding.agent.as_ref().and_then(name),
        words: finding.words.clone(),
        evidence: finding.evidence.iter().map(evidence).collect(),
        parts: finding.parts.iter().map(|(hits, of)| ReviewPartView { hits: *hits, of: *of }).collect(),
        examples: finding.examples.iter().map(|key| key.0).collect(),
        change: change(&finding.change),
        replayed: counts.iter().map(|line| count(review, line)).collect(),
    }
}

fn code(review: &Review, id: CodeId) -> ReviewCodeView {
    let none = || LabelView { es: String::new(), en: String::new() };
    let label = review.names.codes.get(&id).map(|code| LabelView::from(&code.label));
    ReviewCodeView { id: id.0, label: label.unwrap_or_else(none) }
}

fn count(review: &Review, line: &Replayed) -> ReviewCountView {
    let (code, new_code) = match &line.code {
        CountedAs::Code(id) => (Some(code(review, *id)), None),
        CountedAs::NewCode(word) => (None, Some(word.clone())),
        CountedAs::Unsettled => (None, None),
    };
    ReviewCountView { code, new_code, before: line.before, after: line.after }
}

fn evidence(evidence: &Evidence) -> ReviewEvidenceView {
    let what = match evidence.what {
        Measured::Calls => ReviewMeasureView::Calls,
        Measured::Share => ReviewMeasureView::Share,
        Measured::ShareFirstAndLast => ReviewMeasureView::ShareFirstAndLast,
        Measured::CallersWithBoth => ReviewMeasureView::CallersWithBoth,
        Measured::WordsAlike => ReviewMeasureView::WordsAlike,
        Measured::Swapped => ReviewMeasureView::Swapped,
        Measured::AgentAndTeam => ReviewMeasureView::AgentAndTeam,
        Measured::Moved => ReviewMeasureView::Moved,
        Measured::TooShort => ReviewMeasureView::TooShort,
        Measured::TalkSeconds => ReviewMeasureView::TalkSeconds,
        Measured::WithWord => ReviewMeasureView::WithWord,
        Measured::WordInOther => ReviewMeasureView::WordInOther,
    };
    ReviewEvidenceView { what, seen: evidence.seen, beside: evidence.beside }
}

fn kind(kind: FindingKind) -> ReviewKindView {
    match kind {
        FindingKind::NeverUsed => ReviewKindView::NeverUsed,
        FindingKind::HardlyUsed => ReviewKindView::HardlyUsed,
        FindingKind::OtherLarge => ReviewKindView::OtherLarge,
        FindingKind::OtherRising => ReviewKindView::OtherRising,
        FindingKind::Overlap => ReviewKindView::Overlap,
        FindingKind::AgentDiffers => ReviewKindView::AgentDiffers,
        FindingKind::Implausible => ReviewKindView::Implausible,
        FindingKind::Uncovered => ReviewKindView::Uncovered,
    }
}

fn change(change: &Change) -> ReviewChangeView {
    match change {
        Change::Retire { code } => ReviewChangeView::Retire { code: code.0 },
        Change::Merge { from, into } => ReviewChangeView::Merge { from: from.0, into: into.0 },
        Change::Split { code, by } => ReviewChangeView::Split { code: code.0, by: by.clone() },
        Change::Coach { agent, code } => ReviewChangeView::Coach { agent: agent.0.clone(), code: code.0 },
        Change::Recheck { code, below_ms } => ReviewChangeView::Recheck { code: code.0, below_ms: *below_ms },
        Change::NewCode { words } => ReviewChangeView::NewCode { words: words.clone() },
    }
}
