//! How callers were served, as the API shows it.

use crate::clock::rfc3339;
use crate::ops::count_calls::Asked;
use crate::ops::count_service::ServiceReport;
use crate::ops::report::date_of;
use domain::report::fact::Word;
use domain::report::plan::{Per, Period};
use domain::report::service::ServiceCounts;
use serde::Serialize;
use utoipa::ToSchema;

/// Answered calls, by whether their number called again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstCallView {
    /// It did not call the ring group again within the days.
    pub settled: u64,
    /// It did.
    pub repeated: u64,
    /// The days are not over yet.
    pub too_new: u64,
    /// The number was withheld.
    pub withheld: u64,
}

/// Incoming calls, by how callers were served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceCountsView {
    /// All but short abandons.
    pub offered: u64,
    /// Of these, answered by an agent.
    pub answered: u64,
    /// Of these, within the time.
    pub in_time: u64,
    /// Of those offered, lost.
    pub lost: u64,
    /// Of those offered, left a message.
    pub voicemail: u64,
    /// Short abandons, which count nowhere else.
    pub short_abandoned: u64,
    /// What became of those that were answered.
    pub first_call: FirstCallView,
}

/// Calls of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServicePeriodView {
    /// Its first day.
    pub from: String,
    /// The hour of that day, with reports by the hour.
    pub hour: Option<u8>,
    /// Its calls.
    #[serde(flatten)]
    pub calls: ServiceCountsView,
}

/// Calls of a ring group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceGroupView {
    /// Its key; null: none.
    pub key: Option<String>,
    /// What it is called today, where it is called anything.
    pub name: Option<String>,
    /// Within how many seconds its calls are answered in time.
    pub answer_within_s: u32,
    /// Its calls.
    #[serde(flatten)]
    pub calls: ServiceCountsView,
}

/// How callers were served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceView {
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Whose days they are.
    pub zone: String,
    /// By when days are over or not; RFC 3339.
    pub as_of: String,
    /// Within how many seconds a call is answered in time, where its ring group says nothing else.
    pub answer_within_s: u32,
    /// How many days a call is watched for another.
    pub repeat_days: u32,
    /// All of them.
    pub whole: ServiceCountsView,
    /// By period, those that have any.
    pub periods: Vec<ServicePeriodView>,
    /// By ring group, those that have any, most calls first.
    pub ring_groups: Vec<ServiceGroupView>,
}

impl ServiceView {
    /// Shows counts.
    pub fn of(asked: &Asked, report: &ServiceReport) -> Self {
        let policy = &report.centre.service;
        let periods = report.service.periods.iter();
        let groups = report.service.ring_groups.iter();
        let mut ring_groups: Vec<_> =
            groups.map(|(group, calls)| group_view(report, *group, calls)).collect();
        let calls = |group: &ServiceGroupView| group.calls.offered + group.calls.short_abandoned;
        ring_groups.sort_by(|a, b| (calls(b), &a.key).cmp(&(calls(a), &b.key)));
        ServiceView {
            from: asked.days.from.to_string(),
            until: asked.days.until.to_string(),
            zone: asked.days.zone_name().to_owned(),
            as_of: rfc3339(report.as_of),
            answer_within_s: policy.answer_within_s,
            repeat_days: policy.repeat_days,
            whole: counts(&report.service.whole),
            periods: periods.map(|(period, calls)| period_view(asked, *period, calls)).collect(),
            ring_groups,
        }
    }
}

fn counts(calls: &ServiceCounts) -> ServiceCountsView {
    let first = calls.first;
    ServiceCountsView {
        offered: calls.offered,
        answered: calls.answered,
        in_time: calls.in_time,
        lost: calls.lost,
        voicemail: calls.voicemail,
        short_abandoned: calls.short_abandoned,
        first_call: FirstCallView {
            settled: first.settled,
            repeated: first.repeated,
            too_new: first.too_new,
            withheld: first.withheld,
        },
    }
}

fn period_view(asked: &Asked, (day, hour): Period, calls: &ServiceCounts) -> ServicePeriodView {
    // A period that began before the report does begins with it there.
    let from = date_of(day).unwrap_or(asked.days.from).max(asked.days.from);
    let hour = (asked.per == Per::Hour).then_some(hour);
    ServicePeriodView { from: from.to_string(), hour, calls: counts(calls) }
}

fn group_view(report: &ServiceReport, group: Option<Word>, calls: &ServiceCounts) -> ServiceGroupView {
    let key = group.and_then(|group| report.words.ring_group(group)).map(str::to_owned);
    let set_up = report.centre.ring_groups.iter().find(|group| Some(&group.key) == key.as_ref());
    let own = set_up.and_then(|group| group.answer_within_s);
    ServiceGroupView {
        name: key.as_ref().and_then(|key| report.names.ring_groups.get(key).cloned()),
        answer_within_s: own.unwrap_or(report.centre.service.answer_within_s),
        calls: counts(calls),
        key,
    }
}
