//! Suggestion of disposition codes: a call's notes and facts, compared with what the same centre logged before. It only
//! orders codes that the call may get anyway and says why; nothing is ever chosen by it. The model is naive Bayes with a
//! Dirichlet prior over words and facts, kept as whole numbers: examples can be added in any order and taken away again.
//!
//! Not here: reading of history, the clock, and sentences. Reasons are words of the very notes that were asked about, and
//! facts of that call; nothing of another call is ever shown.

mod accuracy;
mod history;
mod nearest;
mod rank;
#[cfg(test)]
mod tests;
mod words;

pub use accuracy::{HeldOut, SetAccuracy, WeekAccuracy, held_out};
pub use history::History;
pub use words::{MAX_NOTE_TERMS, folded};

use crate::call::{CallType, Direction};
use crate::id::{At, CodeId};
use serde::Serialize;

/// Most examples that are learnt from: the newest count, older ones are left out by whoever reads them.
pub const MAX_EXAMPLES: usize = 30_000;
/// Fewest examples, among the codes that a call may get, before anything is suggested.
pub const MIN_EXAMPLES: u64 = 30;
/// Most suggestions for a call.
pub const MAX_SUGGESTIONS: usize = 3;
/// Most reasons of a suggestion.
pub const MAX_REASONS: usize = 3;
/// After this many days an example counts half.
pub const HALF_LIFE_DAYS: i64 = 180;

/// What is known of a call besides its notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFacts {
    /// Which way it went.
    pub direction: Direction,
    /// What it turned out to be; `None` while it lives.
    pub kind: Option<CallType>,
    /// Milliseconds of talk; `None` while it lives.
    pub talk_ms: Option<i64>,
    /// The ring group.
    pub ring_group: Option<String>,
    /// The hour of day at which it began, as clocks of the centre showed it.
    pub hour: u8,
    /// Whether it was dialled from a Case.
    pub from_case: bool,
}

/// A call that somebody labelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// When the call began.
    pub at: At,
    /// The code it has.
    pub code: CodeId,
    /// Its notes.
    pub notes: String,
    /// Its facts.
    pub facts: CallFacts,
}

/// A fact as the model counts it: one value of a few.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "fact", content = "value", rename_all = "snake_case")]
pub enum Fact {
    /// Which way the call went.
    Direction(Direction),
    /// What it turned out to be.
    Kind(CallType),
    /// How long they talked.
    Talk(TalkBand),
    /// The ring group's key.
    RingGroup(String),
    /// When in the day.
    Hours(HourBand),
    /// That it was dialled from a Case, or was not.
    FromCase(bool),
}

/// How long they talked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TalkBand {
    /// Nobody talked.
    None,
    /// Less than half a minute.
    Seconds,
    /// Less than two minutes.
    Short,
    /// Less than six minutes.
    Medium,
    /// Longer.
    Long,
}

/// When in the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HourBand {
    /// From six to noon.
    Morning,
    /// From noon to four.
    Midday,
    /// From four to nine.
    Afternoon,
    /// From nine to six.
    Night,
}

/// Why a code is suggested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A word of the notes, as it was typed.
    Word(String),
    /// A fact of the call.
    Fact(Fact),
    /// Nothing of this call weighed: the code is what such calls mostly get.
    Usual,
}

/// A code, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The code.
    pub code: CodeId,
    /// What weighed most, the weightiest first; never none.
    pub reasons: Vec<Reason>,
}

impl CallFacts {
    /// The facts as they are counted.
    pub fn counted(&self) -> Vec<Fact> {
        let band = |talk_ms: i64| match talk_ms / 1000 {
            ..=0 => TalkBand::None,
            1..30 => TalkBand::Seconds,
            30..120 => TalkBand::Short,
            120..360 => TalkBand::Medium,
            _ => TalkBand::Long,
        };
        let hours = match self.hour {
            6..12 => HourBand::Morning,
            12..16 => HourBand::Midday,
            16..21 => HourBand::Afternoon,
            _ => HourBand::Night,
        };
        let mut facts =
            vec![Fact::Direction(self.direction), Fact::Hours(hours), Fact::FromCase(self.from_case)];
        facts.extend(self.talk_ms.map(band).map(Fact::Talk));
        facts.extend(self.kind.map(Fact::Kind));
        facts.extend(self.ring_group.clone().map(Fact::RingGroup));
        facts
    }
}
