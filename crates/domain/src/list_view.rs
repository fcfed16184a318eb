//! Views of the list of Activities that somebody keeps: a name for filters and columns. Which filters there are is the
//! API's; what is kept of them is what an address of the page says, so that a span such as the last seven days moves on.

use crate::id::{UserId, ViewId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest name of a view, in characters.
pub const MAX_VIEW_NAME_CHARS: usize = 80;
/// Most views that somebody keeps.
pub const MAX_VIEWS_PER_USER: usize = 50;
/// Most filters of a view.
pub const MAX_VIEW_FILTERS: usize = 60;
/// Longest value of a filter, in characters.
pub const MAX_VIEW_VALUE_CHARS: usize = 2_000;

/// What of a call the list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// When it began.
    When,
    /// Its type.
    Type,
    /// Which way it went.
    Direction,
    /// Whom it is filed on, and the number.
    Who,
    /// The other party's number alone.
    Number,
    /// The number of ours that was called.
    Did,
    /// The agent.
    Agent,
    /// The ring group.
    RingGroup,
    /// The code.
    Code,
    /// The notes.
    Notes,
    /// The Case.
    Case,
    /// How long the customer waited.
    Wait,
    /// How long they talked.
    Talk,
    /// How long the customer was on hold.
    Hold,
    /// How long its agents took to sum it up.
    Acw,
    /// What became of its wrap-ups.
    Outcome,
    /// Why it was not logged.
    Reason,
    /// How it was settled whose it is.
    SettledBy,
    /// How it stands in the CRM.
    Crm,
    /// Who ended it.
    HungUpBy,
    /// Whether it was recorded.
    Recording,
    /// Whether a message was left.
    Voicemail,
    /// Whether several agents had the customer.
    HandedOver,
    /// Whether what was filed was corrected.
    Corrected,
    /// When it was logged.
    LoggedAt,
}

/// A view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    /// Its id.
    pub id: ViewId,
    /// Who keeps it.
    pub owner: UserId,
    /// Its name.
    pub name: String,
    /// Whether everybody of the tenant sees it.
    pub shared: bool,
    /// Filters and their values, each once, in the order they were chosen in.
    pub filters: Vec<(String, String)>,
    /// What is shown, from left to right.
    pub columns: Vec<Column>,
    /// Counts its changes, from 1.
    pub version: u64,
}

/// What is wrong with a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewFault {
    /// It has no name.
    NameEmpty,
    /// Its name is longer than [`MAX_VIEW_NAME_CHARS`].
    NameTooLong,
    /// It has no columns.
    ColumnsEmpty,
    /// A column stands twice.
    ColumnTwice,
    /// Filters are more than [`MAX_VIEW_FILTERS`], or a value is longer than [`MAX_VIEW_VALUE_CHARS`].
    FiltersTooLong,
    /// A filter stands twice.
    FilterTwice,
}

impl ListView {
    /// The view with its name trimmed, if it can be kept.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub fn checked(self) -> Result<Self, ViewFault> {
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            return Err(ViewFault::NameEmpty);
        }
        if name.chars().count() > MAX_VIEW_NAME_CHARS {
            return Err(ViewFault::NameTooLong);
        }
        if self.columns.is_empty() {
            return Err(ViewFault::ColumnsEmpty);
        }
        if self.columns.iter().collect::<BTreeSet<_>>().len() < self.columns.len() {
            return Err(ViewFault::ColumnTwice);
        }
        let too_long = |(_, value): &(String, String)| value.chars().count() > MAX_VIEW_VALUE_CHARS;
        if self.filters.len() > MAX_VIEW_FILTERS || self.filters.iter().any(too_long) {
            return Err(ViewFault::FiltersTooLong);
        }
        let names: BTreeSet<_> = self.filters.iter().map(|(name, _)| name).collect();
        if names.len() < self.filters.len() {
            return Err(ViewFault::FilterTwice);
        }
        Ok(ListView { name, ..self })
    }

    /// Whether `user`, who supervises or not, may change it: their own, and what is shared a supervisor.
    pub fn may_change(&self, user: UserId, supervises: bool) -> bool {
        self.owner == user || (self.shared && supervises)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn view() -> ListView {
        ListView {
            id: ViewId(Uuid::nil()),
            owner: UserId(Uuid::nil()),
            name: " Mine ".to_owned(),
            shared: false,
            filters: vec![("when".to_owned(), "7d".to_owned())],
            columns: vec![Column::When, Column::Who],
            version: 1,
        }
    }

    #[test]
    fn a_view_is_kept_with_its_name_trimmed_and_refused_by_what_is_wrong_with_it() {
        assert_eq!(view().checked().map(|view| view.name), Ok("Mine".to_owned()));
        let twice = |text: &str| (text.to_owned(), String::new());
        for (wrong, fault) in [
            (ListView { name: "  ".to_owned(), ..view() }, ViewFault::NameEmpty),
            (ListView { name: "x".repeat(MAX_VIEW_NAME_CHARS + 1), ..view() }, ViewFault::NameTooLong),
            (ListView { columns: vec![], ..view() }, ViewFault::ColumnsEmpty),
            (ListView { columns: vec![Column::Who, Column::Who], ..view() }, ViewFault::ColumnTwice),
            (
                ListView {
                    filters: vec![("notes".to_owned(), "x".repeat(MAX_VIEW_VALUE_CHARS + 1))],
                    ..view()
                },
                ViewFault::FiltersTooLong,
            ),
            (ListView { filters: vec![twice("code"), twice("code")], ..view() }, ViewFault::FilterTwice),
        ] {
            assert_eq!(wrong.checked(), Err(fault));
        }
    }

    #[test]
    fn what_is_private_is_changed_by_its_owner_alone_and_what_is_shared_by_supervisors_too() {
        let other = UserId(Uuid::from_u128(7));
        let shared = ListView { shared: true, ..view() };
        let may = [
            view().may_change(view().owner, false),
            view().may_change(other, true),
            shared.may_change(other, false),
            shared.may_change(other, true),
        ];
        assert_eq!(may, [true, false, false, true]);
    }
}
