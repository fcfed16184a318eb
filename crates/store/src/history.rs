//! What past calls tell whoever learns from them. Reports count other columns of the same calls
//! ([`ReportRecords::facts`](crate::ReportRecords::facts)); nothing here counts.

use crate::errors::ReadError;
use crate::listing::number_digits;
use async_trait::async_trait;
use domain::call::Direction;
use domain::history::{Caller, HistoryCall};
use domain::id::{At, TenantId};

/// Most calls that a slice of history holds: notes included, some megabytes.
pub const MAX_HISTORY_SLICE: usize = 5_000;
/// Most changes of its code that a call of history tells, the oldest of them.
pub const MAX_REPLACED_TOLD: usize = 20;

/// Some of the calls of a time, in the order they began.
#[derive(Clone, Debug, PartialEq)]
pub struct HistorySlice {
    /// The calls.
    pub calls: Vec<HistoryCall>,
    /// What to ask for next; `None` at the end.
    pub next: Option<String>,
}

/// The calls that are learnt from.
#[async_trait]
pub trait History {
    /// Calls with an Activity that began at or after `from` and before `until`, in the order they began, then in that in
    /// which the store heard of them; at most `limit` and [`MAX_HISTORY_SLICE`]. Those among agents are left out. `after`
    /// is what the slice before said comes next.
    async fn history(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        after: Option<&str>,
        limit: usize,
    ) -> Result<HistorySlice, ReadError>;
}

/// Who was outside of a call between these numbers.
pub(crate) fn caller(direction: Direction, from: Option<&str>, to: Option<&str>) -> Option<Caller> {
    let number = match direction {
        Direction::Inbound => from,
        Direction::Outbound => to,
        Direction::Internal => None,
    };
    Caller::of_digits(&number_digits(number)?)
}
