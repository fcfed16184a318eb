//! The lists of a tenant that take more than one table to answer.

use super::tenant::{Made, Tenant};
use crate::answers::{ActivityPage, ActivityRow};
use crate::contract::MAX_PAGE;
use crate::search::{Query, case_number, subject_words};
use domain::activity::Activity;
use domain::case::Case;
use domain::commit::AgentStateEntry;
use domain::id::{AgentKey, At, CaseId, PersonId};
use std::cmp::Reverse;

impl Tenant {
    /// An Activity with its call, and when the call was first heard of.
    pub(super) fn activity_row(&self, activity: &Activity) -> Option<(u64, ActivityRow)> {
        let call = self.calls.get(&activity.key)?;
        Some((call.order, ActivityRow { activity: activity.clone(), call: call.row.clone() }))
    }

    /// The Activities that `wanted` names, the last begun first.
    pub(super) fn activity_rows(&self, wanted: impl Fn(&ActivityRow) -> bool) -> Vec<(u64, ActivityRow)> {
        let mut rows: Vec<_> =
            self.activities.values().filter_map(|activity| self.activity_row(activity)).collect();
        rows.retain(|(_, row)| wanted(row));
        rows.sort_by_key(|(order, _)| Reverse(*order));
        rows
    }

    /// A page of the Activities that `wanted` names, which goes on below `before`.
    pub(super) fn activity_page(
        &self,
        wanted: impl Fn(&ActivityRow) -> bool,
        before: u64,
        limit: usize,
    ) -> ActivityPage {
        let (rows, next) = page(self.activity_rows(wanted), before, limit);
        ActivityPage { rows, next }
    }

    /// Whether the Activity is on the list of this Case.
    pub(super) fn is_of_case(&self, row: &ActivityRow, case: CaseId) -> bool {
        let Some(case) = self.cases.get(&case).map(|made| &made.row) else { return false };
        let began = row.call.started_at;
        let of_contact = || case.contact.is_some_and(|contact| owns(row, contact));
        row.activity.case() == Some(case.id) || (case.open_within(began, began) && of_contact())
    }

    /// Open ones first, the newest of them first.
    pub(super) fn cases_of(&self, person: PersonId) -> Vec<Case> {
        let is_of = |made: &&Made<Case>| [made.row.contact, made.row.account].contains(&Some(person));
        let mut cases: Vec<&Made<Case>> = self.cases.values().filter(is_of).collect();
        cases.sort_by_key(|made| (made.row.closed_at.is_some(), Reverse(made.order)));
        cases.into_iter().map(|made| made.row.clone()).collect()
    }

    /// The Case of the number that was typed, then those whose subject holds the words, the newest first.
    pub(super) fn cases_found(&self, text: &str) -> Vec<Case> {
        let (query, number) = (Query::new(text), case_number(text));
        let has_number = |case: &Case| Some(case.number) == number;
        let is_found =
            |made: &&Made<Case>| has_number(&made.row) || query.matches(&subject_words(&made.row.subject));
        let mut cases: Vec<&Made<Case>> = self.cases.values().filter(is_found).collect();
        cases.sort_by_key(|made| (!has_number(&made.row), Reverse(made.order)));
        cases.into_iter().map(|made| made.row.clone()).collect()
    }

    /// What the agent did, in the order it was stored, which is that of the times.
    pub(super) fn states_of(&self, agent: &AgentKey) -> impl DoubleEndedIterator<Item = &AgentStateEntry> {
        self.states.values().filter(move |entry| entry.agent == *agent)
    }

    /// What the agent did at `from`, and what they began after that and before `to`.
    pub(super) fn history(&self, agent: &AgentKey, from: At, to: At) -> Vec<AgentStateEntry> {
        if to <= from {
            return Vec::new();
        }
        let at_from = self.states_of(agent).rfind(|entry| entry.since <= from);
        let later = self.states_of(agent).filter(|entry| entry.since > from && entry.since < to);
        at_from.into_iter().chain(later).take(MAX_PAGE).cloned().collect()
    }
}

/// The first `limit` of the rows below `before`, and where the next page begins.
pub(super) fn page<T>(mut rows: Vec<(u64, T)>, before: u64, limit: usize) -> (Vec<T>, Option<String>) {
    rows.retain(|(order, _)| *order < before);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(order, _)| order.to_string());
    (rows.into_iter().map(|(_, row)| row).collect(), next)
}

/// Whether the Activity is on the list of this person.
pub(super) fn owns(row: &ActivityRow, person: PersonId) -> bool {
    match row.activity.party {
        Some(party) => party.person == Some(person),
        None => row.activity.candidates.iter().any(|candidate| candidate.person == person),
    }
}
