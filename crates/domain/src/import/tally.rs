//! What became of the rows of a file, in numbers and by name.

use super::mapping::Field;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most words of a kind that nobody knows and that are told one by one.
pub const MAX_WORDS_TOLD: usize = 200;
/// Most refused rows that are told one by one; the file of refused rows has all.
pub const MAX_REFUSED_TOLD: usize = 100;

/// Why a row is not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A cell that is needed is empty.
    Missing,
    /// The row has more or fewer cells than there are headings.
    WrongWidth,
    /// More than fits.
    TooLong,
    /// No time can be read.
    NotATime,
    /// It began after now.
    InFuture,
    /// It ended before it began.
    EndsBeforeStart,
    /// No duration can be read, or one of more than a month.
    NotADuration,
    /// A word for a type that nobody knows.
    UnknownType,
    /// Somebody who is no agent here.
    UnknownAgent,
    /// A code that is not in the code book for calls of this direction.
    UnknownCode,
}

/// Why a row is not imported, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The field; `None`: the row as a whole.
    pub field: Option<Field>,
    /// Why.
    pub reason: Reason,
    /// What stands there, cut where it is long.
    pub value: String,
}

/// A row that is not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// The line in which it begins.
    pub line: u64,
    /// Why.
    #[serde(flatten)]
    pub refusal: Refusal,
}

/// How many rows became what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows that were looked at.
    pub rows: u64,
    /// Calls that are new.
    pub new: u64,
    /// Calls that were there already, or twice in the file.
    pub there: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// The same by reason.
    pub refused_by: BTreeMap<Reason, u64>,
}

impl Tally {
    /// One more row is a call, which was there already or not.
    pub fn call(&mut self, there: bool) {
        self.rows += 1;
        if there { self.there += 1 } else { self.new += 1 }
    }

    /// One more row is refused.
    pub fn refuse(&mut self, reason: Reason) {
        self.rows += 1;
        self.refused += 1;
        *self.refused_by.entry(reason).or_default() += 1;
    }
}

/// What a check found besides numbers: what an admin has to decide before it is started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Agents that nobody knows, with how many rows have them.
    pub agents: BTreeMap<String, u64>,
    /// Codes that nobody knows.
    pub codes: BTreeMap<String, u64>,
    /// Types that nobody knows.
    pub types: BTreeMap<String, u64>,
    /// Whether there are more of any than are told.
    pub more_words: bool,
    /// The first rows that are refused.
    pub refused: Vec<RefusedRow>,
}

impl Findings {
    /// Takes note of a word that nobody knows; whatever becomes of its row.
    pub fn unknown(&mut self, field: Field, word: &str) {
        let words = match field {
            Field::Agent => &mut self.agents,
            Field::Code => &mut self.codes,
            Field::Type => &mut self.types,
            _ => return,
        };
        if let Some(count) = words.get_mut(word) {
            *count += 1;
        } else if words.len() < MAX_WORDS_TOLD {
            words.insert(word.to_owned(), 1);
        } else {
            self.more_words = true;
        }
    }

    /// Takes note of a row that is refused.
    pub fn refuse(&mut self, line: u64, refusal: Refusal) {
        if self.refused.len() < MAX_REFUSED_TOLD {
            self.refused.push(RefusedRow { line, refusal });
        }
    }
}
