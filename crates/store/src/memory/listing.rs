//! The list of Activities by walking all of them.

use super::tenant::Tenant;
use crate::answers::{ActivityListPage, ActivityRow};
use crate::listing::{ActivityFilter, Carried, ListPlace, is_wanted, number_digits, one_of};
use crate::search::{note_words, notes_hold};
use domain::activity::Activity;
use domain::call::{CallRecord, CallType};
use domain::id::CallKey;
use domain::outbox::Subject;
use domain::phone::WrittenNumber;
use domain::report::fact::after_call_work;
use std::cmp::Reverse;

impl Tenant {
    /// A page of the list, which goes on after `after`.
    pub(super) fn list(&self, filter: &ActivityFilter, after: ListPlace, limit: usize) -> ActivityListPage {
        let rows = self.activity_rows(|row| self.keeps(filter, row));
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

impl Tenant {
    fn keeps(&self, filter: &ActivityFilter, row: &ActivityRow) -> bool {
        is_listed(&row.call)
            && by_call(filter, &row.call)
            && by_activity(filter, &row.activity)
            && self.by_wrapups(filter, &row.call)
            && (filter.carried.is_empty() || filter.carried.contains(&self.carried(row.call.key)))
    }

    fn by_wrapups(&self, filter: &ActivityFilter, call: &CallRecord) -> bool {
        let wrapups: Vec<_> =
            self.wrapups.values().filter(|wrapup| wrapup.call == call.key).cloned().collect();
        let given =
            |id: &String| wrapups.iter().any(|one| one.reason.as_ref().is_some_and(|it| it.id == *id));
        (filter.reasons.is_empty() || filter.reasons.iter().any(given))
            && filter.after_call_work.holds(after_call_work(&call.engagements, &wrapups))
    }

    pub(super) fn carried(&self, call: CallKey) -> Carried {
        let noted = self.outbox.get(&Subject::Activity(call));
        Carried::of(noted.map(|noted| noted.entry.stuck()), self.filed.get(&call))
    }
}

fn said(wanted: Option<bool>, is: bool) -> bool {
    wanted.is_none_or(|wanted| wanted == is)
}

fn by_call(filter: &ActivityFilter, call: &CallRecord) -> bool {
    let met = call.engagements.iter().filter(|part| part.answered_at.is_some()).count();
    filter.from.is_none_or(|from| call.started_at >= from)
        && filter.until.is_none_or(|until| call.started_at < until)
        && one_of(&filter.kinds, call.kind.as_ref())
        && one_of(&filter.directions, Some(&call.direction))
        && filter.agent.as_ref().is_none_or(|agent| call.engagements.iter().any(|part| part.agent == *agent))
        && is_wanted(filter.ring_group.as_ref(), call.ring_group.as_ref())
        && is_wanted(filter.did.as_ref(), call.did.as_ref())
        && filter.number.as_ref().is_none_or(|number| is_number(call, number))
        && filter.talk.holds(Some(call.talk_ms))
        && filter.wait.holds(call.wait_ms)
        && filter.hold.holds(Some(call.hold_ms))
        && one_of(&filter.hung_up_by, call.hung_up_by.as_ref())
        && said(filter.handed_over, met > 1)
        && said(filter.recording, call.recording.is_some())
        && said(filter.voicemail, call.voicemail.is_some())
}

fn by_activity(filter: &ActivityFilter, activity: &Activity) -> bool {
    let party = activity.party.and_then(|party| party.person);
    one_of(&filter.outcomes, Some(&activity.outcome))
        && one_of(&filter.codes, activity.code.as_ref().map(|code| &code.id))
        && said(filter.coded, activity.code.is_some())
        && said(filter.corrected, activity.revision > 0)
        && filter.parties.as_ref().is_none_or(|parties| party.is_some_and(|one| parties.contains(&one)))
        && is_wanted(filter.party.as_ref(), party.as_ref())
        && is_wanted(filter.case.as_ref(), activity.case().as_ref())
        && said(filter.possible, activity.party.is_none() && !activity.candidates.is_empty())
        && said(filter.matched, party.is_some())
        && one_of(&filter.settled_by, activity.party.as_ref().map(|party| &party.by))
        && filter.holds_logged(activity.logged_at)
        && notes_hold(&note_words(activity.notes.as_deref()), &filter.words)
}

fn is_number(call: &CallRecord, number: &WrittenNumber) -> bool {
    number_digits(call.customer_number()).is_some_and(|digits| number.means(&digits))
}
