//! The list of Activities by walking all of them.

use super::tenant::Tenant;
use crate::answers::{ActivityListPage, ActivityRow};
use crate::listing::{ActivityFilter, ListPlace, is_wanted, number_digits, one_of};
use crate::search::{note_words, notes_hold};
use domain::call::{CallRecord, CallType};
use domain::phone::WrittenNumber;
use std::cmp::Reverse;

impl Tenant {
    /// A page of the list, which goes on after `after`.
    pub(super) fn list(&self, filter: &ActivityFilter, after: ListPlace, limit: usize) -> ActivityListPage {
        let rows = self.activity_rows(|row| keeps(filter, row));
        let mut rows: Vec<_> = rows.into_iter().map(|(order, row)| (place(order, &row), row)).collect();
        rows.retain(|(place, _)| *place < after);
        rows.sort_by_key(|(place, _)| Reverse(*place));
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().map(|(place, _)| *place).filter(|_| more);
        ActivityListPage {
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            next: next.map(|place| place.to_string()),
            searched_to: next.map(|place| place.at),
        }
    }
}

pub(super) fn place(order: u64, row: &ActivityRow) -> ListPlace {
    ListPlace { at: row.call.started_at, row: i64::try_from(order).unwrap_or(i64::MAX) }
}

/// Whether the Activity of this call is on any list.
pub(super) fn is_listed(call: &CallRecord) -> bool {
    call.has_customer() && call.kind != Some(CallType::Internal)
}

fn keeps(filter: &ActivityFilter, row: &ActivityRow) -> bool {
    let ActivityRow { activity, call } = row;
    let party = activity.party.and_then(|party| party.person);
    let said = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
    let by_call = filter.from.is_none_or(|from| call.started_at >= from)
        && filter.until.is_none_or(|until| call.started_at < until)
        && one_of(&filter.kinds, call.kind.as_ref())
        && one_of(&filter.directions, Some(&call.direction))
        && filter.agent.as_ref().is_none_or(|agent| call.engagements.iter().any(|part| part.agent == *agent))
        && is_wanted(filter.ring_group.as_ref(), call.ring_group.as_ref())
        && is_wanted(filter.did.as_ref(), call.did.as_ref())
        && filter.number.as_ref().is_none_or(|number| is_number(call, number))
        && filter.wants_talk(call.talk_ms)
        && said(filter.recording, call.recording.is_some())
        && said(filter.voicemail, call.voicemail.is_some());
    is_listed(call)
        && by_call
        && one_of(&filter.outcomes, Some(&activity.outcome))
        && is_wanted(filter.code.as_ref(), activity.code.as_ref().map(|code| &code.id))
        && is_wanted(filter.party.as_ref(), party.as_ref())
        && is_wanted(filter.case.as_ref(), activity.case().as_ref())
        && said(filter.possible, activity.party.is_none() && !activity.candidates.is_empty())
        && said(filter.matched, party.is_some())
        && notes_hold(&note_words(activity.notes.as_deref()), &filter.words)
}

fn is_number(call: &CallRecord, number: &WrittenNumber) -> bool {
    number_digits(call.customer_number()).is_some_and(|digits| number.means(&digits))
}
