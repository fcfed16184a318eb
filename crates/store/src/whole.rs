//! Whole tables, a page at a time: what is taken out of a store rather than looked at. Each goes on by a place that stands still,
//! so that what is there from the first page to the last is in exactly one of them. Activities, records, Cases, corrections and
//! the change log are not here: their lists go on so already.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::commit::AgentStateEntry;
use domain::completeness::ledger::DeafSpan;
use domain::dial::Dial;
use domain::follow_up::FollowUp;
use domain::id::{At, TenantId, UserId};
use domain::list_view::ListView;
use domain::message::Message;
use domain::report_mail::ReportMail;
use domain::saved_report::SavedReport;
use std::fmt;
use std::str::FromStr;

/// A page of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct WholePage<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// What to ask for next; `None` at the end.
    pub next: Option<String>,
}

impl<T> WholePage<T> {
    /// The first `limit` of what was found in order, each with its place; one more than fit was looked for.
    pub(crate) fn of(mut found: Vec<(impl fmt::Display, T)>, limit: usize) -> Self {
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(place, _)| place.to_string());
        WholePage { rows: found.into_iter().map(|(_, row)| row).collect(), next }
    }
}

/// What an agent did for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentSpell {
    /// What, and since when.
    pub entry: AgentStateEntry,
    /// Until when: when they began something else. `None`: they still do it.
    pub until: Option<At>,
}

/// A place in the histories of agents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SpellPlace {
    pub(crate) agent: String,
    pub(crate) since: At,
    /// Which of those that began at the same time.
    pub(crate) row: i64,
}

impl SpellPlace {
    /// Before all others.
    pub(crate) fn start() -> Self {
        SpellPlace { agent: String::new(), since: At(i64::MIN), row: i64::MIN }
    }
}

/// Between the parts of a place as text; the key of an agent, which may have it, comes last.
const SEPARATOR: char = '.';

impl fmt::Display for SpellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}{SEPARATOR}{}", self.since.0, self.row, self.agent)
    }
}

impl FromStr for SpellPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, SEPARATOR);
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or(());
        let (since, row) = (At(number()?), number()?);
        Ok(SpellPlace { agent: parts.next().ok_or(())?.to_owned(), since, row })
    }
}

/// A place that a time and a name tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimedPlace {
    pub(crate) at: At,
    pub(crate) what: String,
}

impl TimedPlace {
    /// Before all others.
    pub(crate) fn start() -> Self {
        TimedPlace { at: At(i64::MIN), what: String::new() }
    }
}

impl fmt::Display for TimedPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", self.at.0, self.what)
    }
}

impl FromStr for TimedPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, what) = text.split_once(SEPARATOR).ok_or(())?;
        Ok(TimedPlace { at: At(at.parse().map_err(|_| ())?), what: what.to_owned() })
    }
}

/// The part of a [`Store`](crate::Store) that has to do with taking out whole tables. `after` is what the page before said comes
/// next; at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE) rows a page. Every method fails where the store cannot read, or `after`
/// is no place that was given out.
#[async_trait]
pub trait WholeTables {
    /// Messages, whatever their state, in the order in which the store first heard of their calls.
    async fn all_messages(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<Message>, ReadError>;

    /// Follow-ups, withdrawn ones too, in the same order.
    async fn all_follow_ups(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<FollowUp>, ReadError>;

    /// What agents did, by agent, oldest first.
    async fn all_agent_states(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<AgentSpell>, ReadError>;

    /// Clicks to dial, by the id of the part of the call that they ask for.
    async fn all_dials(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<Dial>, ReadError>;

    /// Times in which a source was not heard, oldest first.
    async fn all_deaf(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<DeafSpan>, ReadError>;

    /// The views that this user sees, by id: their own and those that are shared.
    async fn all_views(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<ListView>, ReadError>;

    /// The saved reports that this user sees, by id: their own and those that are shared.
    async fn all_saved_reports(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<SavedReport>, ReadError>;

    /// The mails of those reports, as far as they are kept, by report and then by when they were due.
    async fn all_report_mails(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<ReportMail>, ReadError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_its_text_says_and_nothing_else_is_one() {
        let spell = SpellPlace { agent: "a.1".to_owned(), since: At(-7), row: 3 };
        for place in [SpellPlace::start(), spell] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        let timed = TimedPlace { at: At(5), what: "pbx.north".to_owned() };
        for place in [TimedPlace::start(), timed] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in ["", ".", "7", "7.x.a", "x.1.a"] {
            assert_eq!(text.parse::<SpellPlace>(), Err(()), "{text}");
        }
        for text in ["", ".", "x.1"] {
            assert_eq!(text.parse::<TimedPlace>(), Err(()), "{text}");
        }
    }
}
