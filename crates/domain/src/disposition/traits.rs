//! What a code says besides its label, and what becomes of that when a call is logged with it. What is done with a
//! follow-up is in [`crate::follow_up`].

use super::{DispositionCode, DispositionSet, Label, LoggedCode};
use crate::id::CodeId;
use crate::report::calendar::Day;
use serde::{Deserialize, Serialize};

/// Most days after which somebody is to be followed up: a year.
pub const MAX_FOLLOW_UP_DAYS: u16 = 366;

/// What a code says besides its label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeTraits {
    /// The code it stands under, of the same set.
    pub parent: Option<CodeId>,
    /// After how many days the agent is to follow up; `None`: not at all.
    pub follow_up_days: Option<u16>,
    /// Whether the person asked not to be called.
    pub do_not_call: bool,
    /// Whether the matter is still open with it.
    pub not_final: bool,
    /// The first day on which it can be picked.
    pub valid_from: Option<Day>,
    /// The last day on which it can be picked.
    pub valid_until: Option<Day>,
    /// The code that reports count it as, where they are asked to; it is retired.
    pub merged_into: Option<CodeId>,
}

/// What a code asked for when it was given to a call; it stays, whatever becomes of the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeEffects {
    /// The day on which the agent is to follow up.
    pub follow_up: Option<Day>,
    /// Whether the person asked not to be called.
    pub do_not_call: bool,
    /// Whether the matter is still open.
    pub not_final: bool,
}

impl CodeEffects {
    /// Whether it asked for nothing.
    pub fn is_nothing(&self) -> bool {
        *self == CodeEffects::default()
    }
}

impl CodeTraits {
    /// Whether it can be picked on a day, as far as its dates say.
    pub fn valid_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_until.is_none_or(|until| day <= until)
    }

    /// What it asks for when it is given to a call on a day.
    pub fn effects(&self, day: Day) -> CodeEffects {
        CodeEffects {
            follow_up: self.follow_up_days.map(|days| Day(day.0.saturating_add(i32::from(days)))),
            do_not_call: self.do_not_call,
            not_final: self.not_final,
        }
    }
}

impl LoggedCode {
    /// A code of a set as a call is labelled with it on a day: by its whole path.
    pub fn given(set: &DispositionSet, code: &DispositionCode, day: Day) -> LoggedCode {
        LoggedCode { id: code.id, label: set.path(code), effects: code.traits.effects(day) }
    }

    /// A code by a label alone, asking for nothing: of calls that were over before they came here.
    pub fn plain(id: CodeId, label: Label) -> LoggedCode {
        LoggedCode { id, label, effects: CodeEffects::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p14_dates_include_their_first_and_last_day() {
        let check = |from: Option<i32>, until: Option<i32>, on: i32, expected: bool| {
            let (valid_from, valid_until) = (from.map(Day), until.map(Day));
            let traits = CodeTraits { valid_from, valid_until, ..CodeTraits::default() };
            assert_eq!(traits.valid_on(Day(on)), expected, "{from:?} {until:?} {on}");
        };
        check(None, None, 5, true);
        check(Some(5), None, 4, false);
        check(Some(5), None, 5, true);
        check(None, Some(5), 5, true);
        check(None, Some(5), 6, false);
        check(Some(5), Some(5), 5, true);
    }

    #[test]
    fn a_follow_up_is_due_so_many_days_after_the_code_was_given() {
        let traits = CodeTraits { follow_up_days: Some(3), do_not_call: true, ..CodeTraits::default() };
        let effects = traits.effects(Day(100));
        assert_eq!(effects, CodeEffects { follow_up: Some(Day(103)), do_not_call: true, not_final: false });
        assert!(CodeTraits::default().effects(Day(100)).is_nothing());
    }
}
