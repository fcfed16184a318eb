//! What is learnt from past calls: each with what its Activity says today, and how its code was changed after Log. The
//! review of the code book and the suggestion of codes read it; what they make of it is theirs.

use crate::activity::Outcome;
use crate::call::{CallType, Direction};
use crate::id::{AgentKey, At, CallKey, CodeId, UserId};

/// How many digits at the end of a number say whose it is, however the country is written before them.
const DIGITS_THAT_TELL: usize = 9;

/// The same for calls with the same outside number, and for no others that one would meet. It says nothing of the number
/// and is for comparing within one answer, not for showing or keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Caller(pub u64);

impl Caller {
    /// Whoever has a number of these digits; `None` where there are none.
    pub fn of_digits(digits: &str) -> Option<Self> {
        let tell = digits.get(digits.len().saturating_sub(DIGITS_THAT_TELL)..).unwrap_or(digits);
        // FNV-1a: the same on every machine and in every version.
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        (!tell.is_empty()).then(|| Caller(tell.bytes().fold(0xcbf2_9ce4_8422_2325, hash)))
    }
}

/// A code that was put in place of another after Log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// When.
    pub at: At,
    /// By whom.
    pub by: UserId,
    /// The code before.
    pub from: CodeId,
    /// The code since.
    pub to: CodeId,
}

/// A call as history tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryCall {
    /// The call, and its Activity.
    pub key: CallKey,
    /// When it began.
    pub started_at: At,
    /// Which way it went.
    pub direction: Direction,
    /// What it turned out to be; `None` while it lives.
    pub kind: Option<CallType>,
    /// The last ring group it was in.
    pub ring_group: Option<String>,
    /// The agent whose it is; `None`: nobody had the customer.
    pub agent: Option<AgentKey>,
    /// What became of its wrap-ups.
    pub outcome: Outcome,
    /// The code.
    pub code: Option<CodeId>,
    /// The notes.
    pub notes: Option<String>,
    /// When it was logged.
    pub logged_at: Option<At>,
    /// How long the customer waited, in milliseconds.
    pub wait_ms: Option<i64>,
    /// Milliseconds of talk.
    pub talk_ms: i64,
    /// Who was outside; `None` where the number was withheld.
    pub caller: Option<Caller>,
    /// Its codes that were replaced, oldest first.
    pub replaced: Vec<Replaced>,
}

impl HistoryCall {
    /// Codes that were replaced no later than so many milliseconds after Log: somebody chose wrong and saw it.
    pub fn swapped_within(&self, millis: i64) -> impl Iterator<Item = &Replaced> {
        let until = self.logged_at.map(|at| at.plus_millis(millis));
        self.replaced.iter().filter(move |one| until.is_some_and(|until| one.at <= until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_the_same_however_the_country_is_written() {
        let of = Caller::of_digits;
        assert_eq!(of("34600111222"), of("600111222"));
        assert_eq!(of("0034600111222"), of("600111222"));
        assert_ne!(of("600111222"), of("600111223"));
        assert_ne!(of("8001"), of("8002"));
        assert_eq!(of(""), None);
    }
}
