//! Reports (P15): which call counts where. A call counts once, on the day it began, with what its Activity says today, once
//! it is over. Where days begin is handed in: zones and their changes of the hour are the server's.

pub mod aggregate;
pub mod calendar;
pub mod cells;
pub mod counted;
pub mod counts;
pub mod durations;
pub mod fact;
pub mod plan;
pub mod rollup;
pub mod service;
pub mod tally;

use crate::activity::Outcome;
use crate::id::CodeId;

/// What a call is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportColumn<Code = CodeId> {
    /// Logged with this code.
    Code(Code),
    /// Logged while codes were off (P13).
    NoCode,
    /// Do not log (P3).
    NotLogged,
    /// Nobody summed it up in time.
    Undispositioned,
    /// A wrap-up is owed.
    Open,
    /// Nobody owed one.
    NoWrapup,
}

impl<Code> ReportColumn<Code> {
    /// What a call of this outcome and code is counted as.
    pub fn of(outcome: Outcome, code: Option<Code>) -> Self {
        match (outcome, code) {
            (Outcome::Logged, Some(code)) => ReportColumn::Code(code),
            (Outcome::Logged, None) => ReportColumn::NoCode,
            (Outcome::NotLogged, _) => ReportColumn::NotLogged,
            (Outcome::Undispositioned, _) => ReportColumn::Undispositioned,
            (Outcome::Open, _) => ReportColumn::Open,
            (Outcome::NoWrapup, _) => ReportColumn::NoWrapup,
        }
    }

    /// The same with another name of the code.
    pub fn named<Other>(self, name: impl FnOnce(Code) -> Other) -> ReportColumn<Other> {
        match self {
            ReportColumn::Code(code) => ReportColumn::Code(name(code)),
            ReportColumn::NoCode => ReportColumn::NoCode,
            ReportColumn::NotLogged => ReportColumn::NotLogged,
            ReportColumn::Undispositioned => ReportColumn::Undispositioned,
            ReportColumn::Open => ReportColumn::Open,
            ReportColumn::NoWrapup => ReportColumn::NoWrapup,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p15_each_call_counts_under_its_code_or_what_it_has_instead() {
        let of = |outcome, code: Option<u8>| ReportColumn::of(outcome, code);
        assert_eq!(of(Outcome::Logged, Some(1)), ReportColumn::Code(1));
        assert_eq!(of(Outcome::Logged, None), ReportColumn::NoCode);
        // A code that was given before Do not log, or before time was up, counts no more.
        assert_eq!(of(Outcome::NotLogged, Some(1)), ReportColumn::NotLogged);
        assert_eq!(of(Outcome::Undispositioned, Some(1)), ReportColumn::Undispositioned);
        assert_eq!(of(Outcome::Open, None), ReportColumn::Open);
        assert_eq!(of(Outcome::NoWrapup, None), ReportColumn::NoWrapup);
    }
}
