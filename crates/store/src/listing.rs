//! The list of Activities: what may be asked of it, and where a page goes on. How the rows are found is each store's.

use domain::activity::Outcome;
use domain::call::{CallType, Direction, HungUpBy};
use domain::id::{AgentKey, At, CaseId, CodeId, PersonId};
use domain::outbox::FiledState;
use domain::phone::{MAX_WRITTEN_DIGITS, WrittenNumber};
use domain::wrapup::SettledBy;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What of all Activities is wanted: those that everything said here holds for. What is empty or `None` keeps all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// The call began then or later.
    pub from: Option<At>,
    /// The call began before.
    pub until: Option<At>,
    /// The call is of one of these types; none is while it lives.
    pub kinds: Vec<CallType>,
    /// The call went one of these ways.
    pub directions: Vec<Direction>,
    /// The outcome is one of these.
    pub outcomes: Vec<Outcome>,
    /// It carries one of these codes.
    pub codes: Vec<CodeId>,
    /// Whether it carries a code at all.
    pub coded: Option<bool>,
    /// One of its wrap-ups was not logged for one of these reasons.
    pub reasons: Vec<String>,
    /// This agent has a part in the call, also one that only rang.
    pub agent: Option<AgentKey>,
    /// The ring group.
    pub ring_group: Option<String>,
    /// It is filed on this record.
    pub party: Option<PersonId>,
    /// It is filed on one of these records; `None` keeps all, an empty list nothing.
    pub parties: Option<Vec<PersonId>>,
    /// It is related to this Case.
    pub case: Option<CaseId>,
    /// The other party's number.
    pub number: Option<WrittenNumber>,
    /// The number that was called, exactly.
    pub did: Option<String>,
    /// How long the customer and agents talked.
    pub talk: Within,
    /// How long the customer waited.
    pub wait: Within,
    /// How long the customer was kept on hold.
    pub hold: Within,
    /// How long its agents took to sum it up; while one is at it, it has no length.
    pub after_call_work: Within,
    /// One of these ended it.
    pub hung_up_by: Vec<HungUpBy>,
    /// Whether several agents had the customer.
    pub handed_over: Option<bool>,
    /// Whether what was filed was corrected.
    pub corrected: Option<bool>,
    /// It stands so in the CRM.
    pub carried: Vec<Carried>,
    /// Whether it was recorded.
    pub recording: Option<bool>,
    /// Whether a message was left.
    pub voicemail: Option<bool>,
    /// Whether several records could own it and that is unsettled.
    pub possible: Option<bool>,
    /// Whether it is filed on a record.
    pub matched: Option<bool>,
    /// Whose it is was settled in one of these ways.
    pub settled_by: Vec<SettledBy>,
    /// It was logged then or later.
    pub logged_from: Option<At>,
    /// It was logged before.
    pub logged_until: Option<At>,
    /// Words of the notes, as [`note_query`](crate::note_query) makes them.
    pub words: Vec<String>,
}

/// Bounds of a length of time, in whole seconds, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// At least.
    pub least_s: Option<i64>,
    /// At most.
    pub most_s: Option<i64>,
}

impl Within {
    /// Whether anything is asked.
    pub(crate) fn asks(self) -> bool {
        self.least_s.is_some() || self.most_s.is_some()
    }

    /// Whether this many milliseconds are within; what has no length is within no bounds.
    pub(crate) fn holds(self, ms: Option<i64>) -> bool {
        let seconds = ms.map(|ms| ms.max(0) / 1000);
        self.least_s.is_none_or(|least| seconds.is_some_and(|seconds| seconds >= least))
            && self.most_s.is_none_or(|most| seconds.is_some_and(|seconds| seconds <= most))
    }
}

impl ActivityFilter {
    /// Whether it was logged when it is to have been; what was not has no time at all.
    pub(crate) fn holds_logged(&self, at: Option<At>) -> bool {
        self.logged_from.is_none_or(|from| at.is_some_and(|at| at >= from))
            && self.logged_until.is_none_or(|until| at.is_some_and(|at| at < until))
    }
}

/// How an Activity stands in the CRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// It is there as it stands here.
    Sent,
    /// It is to be sent, for the first time or again.
    Waiting,
    /// The CRM does not take it, and a person has to look.
    Refused,
    /// It was there, and somebody deleted it there.
    DeletedThere,
    /// It is not there and is not going to be.
    Never,
}

impl Carried {
    /// From what the outbox has of it, which is whether it is refused, and from what of it is there.
    pub(crate) fn of(outbox: Option<bool>, filed: Option<&FiledState>) -> Self {
        match (outbox, filed) {
            (Some(true), _) => Carried::Refused,
            (Some(false), _) => Carried::Waiting,
            (None, Some(FiledState::There(_))) => Carried::Sent,
            (None, Some(FiledState::DeletedThere)) => Carried::DeletedThere,
            (None, None) => Carried::Never,
        }
    }
}

/// Whether one of these is wanted; of none, any is.
pub(crate) fn one_of<T: PartialEq>(wanted: &[T], value: Option<&T>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.contains(value))
}

/// Whether what is wanted, if anything is, is this.
pub(crate) fn is_wanted<T: PartialEq>(wanted: Option<&T>, value: Option<&T>) -> bool {
    wanted.is_none() || wanted == value
}

/// The digits of the other party's number as the phone system gave it, an address cut at its host; at most the last
/// [`MAX_WRITTEN_DIGITS`].
pub(crate) fn number_digits(number: Option<&str>) -> Option<String> {
    let user = number?.split(['@', ';']).next()?;
    let digits: String = user.chars().filter(char::is_ascii_digit).collect();
    let from = digits.len().saturating_sub(MAX_WRITTEN_DIGITS);
    (!digits.is_empty()).then(|| digits[from..].to_owned())
}

/// A place in the list: before it is what was listed. The list goes back in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListPlace {
    pub(crate) at: At,
    /// Which of those that began at the same time.
    pub(crate) row: i64,
}

impl ListPlace {
    /// Before all others.
    pub(crate) const START: ListPlace = ListPlace { at: At(i64::MAX), row: i64::MAX };

    /// Before, in time, all that began then; no row has this place.
    pub(crate) fn before(at: At) -> Self {
        ListPlace { at, row: i64::MIN }
    }
}

/// Between the two parts of a place as text.
const SEPARATOR: char = '.';

impl fmt::Display for ListPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", self.at.0, self.row)
    }
}

impl FromStr for ListPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, row) = text.split_once(SEPARATOR).ok_or(())?;
        let (at, row) = (at.parse().map_err(|_| ())?, row.parse().map_err(|_| ())?);
        Ok(ListPlace { at: At(at), row })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_whole_seconds_and_what_has_no_length_is_within_none() {
        let within = Within { least_s: Some(2), most_s: Some(3) };
        let held: Vec<bool> =
            [Some(1_999), Some(2_000), Some(3_999), Some(4_000), None].map(|ms| within.holds(ms)).into();
        assert_eq!(held, [false, true, true, false, false]);
        assert!(Within::default().holds(None) && !Within::default().asks() && within.asks());
    }

    #[test]
    fn a_place_is_what_its_text_says_and_nothing_else_is_one() {
        for place in [ListPlace::START, ListPlace { at: At(-7), row: 1 }] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in ["", ".", "7", "7.", ".7", "x.1", "1.1.1", "99999999999999999999.1"] {
            assert_eq!(text.parse::<ListPlace>(), Err(()), "{text}");
        }
    }

    #[test]
    fn the_digits_of_a_number_are_those_of_its_user_part() {
        let digits = |text| number_digits(Some(text));
        assert_eq!(digits("sip:+34 600-111-222@10.0.0.1"), Some("34600111222".to_owned()));
        assert_eq!(digits("tel:600;ext=9"), Some("600".to_owned()));
        assert_eq!((digits("anonymous"), digits(""), number_digits(None)), (None, None, None));
        assert_eq!(digits(&"9".repeat(30)).map(|digits| digits.len()), Some(MAX_WRITTEN_DIGITS));
    }
}
