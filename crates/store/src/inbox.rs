//! Where a page of the inbox goes on: after a wrap-up, in the order of the inbox. Which wrap-ups are on it, and how they
//! are read, is each store's.

use crate::answers::WrapupPage;
use domain::id::{At, EngagementKey};
use domain::wrapup::Wrapup;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Between the two parts of a place as text.
const SEPARATOR: char = '.';

/// A place in the order of the inbox: by the time a wrap-up became owed, then by its id. One without a time is
/// older than all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct InboxPlace {
    pub(crate) opened_at: Option<At>,
    pub(crate) key: EngagementKey,
}

impl InboxPlace {
    /// Before every wrap-up: no id is as small.
    pub(crate) const START: InboxPlace = InboxPlace { opened_at: None, key: EngagementKey(Uuid::nil()) };

    pub(crate) fn of(wrapup: &Wrapup) -> Self {
        InboxPlace { opened_at: wrapup.opened_at, key: wrapup.key }
    }
}

impl fmt::Display for InboxPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.opened_at.map(|at| at.0.to_string()).unwrap_or_default();
        write!(f, "{at}{SEPARATOR}{}", self.key.0.simple())
    }
}

impl FromStr for InboxPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, key) = text.split_once(SEPARATOR).ok_or(())?;
        let opened_at = if at.is_empty() { None } else { Some(At(at.parse().map_err(|_| ())?)) };
        let key = Uuid::try_parse(key).map_err(|_| ())?;
        Ok(InboxPlace { opened_at, key: EngagementKey(key) })
    }
}

/// The first `limit` of rows that are in order, of which one more was read than fits where there is a next page.
pub(crate) fn page(mut wrapups: Vec<Wrapup>, limit: usize) -> WrapupPage {
    let more = wrapups.len() > limit;
    wrapups.truncate(limit);
    let next = wrapups.last().filter(|_| more).map(|last| InboxPlace::of(last).to_string());
    WrapupPage { wrapups, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_its_text_says_and_nothing_else_is_one() {
        for opened_at in [None, Some(At(0)), Some(At(-7)), Some(At(i64::MAX))] {
            let place = InboxPlace { opened_at, key: EngagementKey(Uuid::from_u128(9)) };
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in ["", ".", "7", "7.", "x.00000000000000000000000000000009", "99999999999999999999.0"] {
            assert_eq!(text.parse::<InboxPlace>(), Err(()), "{text}");
        }
    }
}
