//! Which notices follow from what changed. They tell what stands, not each step to it: a call that lives, or of which a
//! wrap-up is owed, is told once that is settled; what is settled in another way later is told again, as what it is then.
//! Party and Case that a rule fills in later, when a record with the number appears, are told nobody.

use super::{ActivityTold, CorrectionTold, News, NoticeBody, NoticeKind, WrapupTold};
use crate::activity::{Activity, Outcome};
use crate::call::{CallRecord, CallType};
use crate::correction::Correction;
use crate::id::{At, CallKey};
use crate::wrapup::{Wrapup, WrapupState};

/// What is told of a call as it stands; `None`: nothing, or nothing yet.
pub fn standing(call: &CallRecord, activity: &Activity) -> Option<NoticeKind> {
    if !activity.archived {
        return None;
    }
    match activity.outcome {
        Outcome::Open => None,
        Outcome::Logged => Some(NoticeKind::ActivityLogged),
        Outcome::NotLogged => Some(NoticeKind::ActivityNotLogged),
        Outcome::Undispositioned => Some(NoticeKind::ActivityUndispositioned),
        Outcome::NoWrapup => match call.kind? {
            CallType::Missed => Some(NoticeKind::CallMissed),
            CallType::Abandoned | CallType::ShortAbandoned => Some(NoticeKind::CallAbandoned),
            CallType::Voicemail => Some(NoticeKind::CallVoicemail),
            CallType::Inbound | CallType::Outbound | CallType::OutboundMissed | CallType::Internal => None,
        },
    }
}

/// What a Commit has told: `before` is what stood before it.
pub fn settled(before: Option<NoticeKind>, call: &CallRecord, activity: &Activity) -> Option<News> {
    let kind = standing(call, activity).filter(|kind| Some(*kind) != before)?;
    let ended = call.ended_at.unwrap_or(call.started_at);
    // Logged while the call still lived, it is told when that is over.
    let at =
        activity.logged_at.filter(|_| kind == NoticeKind::ActivityLogged).map_or(ended, |at| at.max(ended));
    Some(News { kind, at, body: NoticeBody::Activity(Box::new(ActivityTold::of(call, activity))) })
}

/// What a correction has told.
pub fn corrected(correction: &Correction, call: &CallRecord, activity: &Activity) -> News {
    let told = CorrectionTold::of(correction, ActivityTold::of(call, activity));
    News {
        kind: NoticeKind::ActivityCorrected,
        at: correction.at,
        body: NoticeBody::Correction(Box::new(told)),
    }
}

/// What is told of a call that is part of another: nothing, where nothing was told of it.
pub fn merged(before: Option<NoticeKind>, from: CallKey, into: &CallRecord) -> Option<News> {
    before?;
    let at = into.ended_at.unwrap_or(into.started_at);
    Some(News { kind: NoticeKind::CallMerged, at, body: NoticeBody::Merged { from, into: into.key } })
}

/// Which of the wrap-ups that are owed became late after `told_up_to` and by `now`, where After Call Work of so many
/// seconds is long. Those of agents who were released count no more than for supervisors' alerts.
pub fn late<'a>(
    owed: impl IntoIterator<Item = &'a Wrapup>,
    acw_s: u32,
    told_up_to: At,
    now: At,
) -> Vec<News> {
    let news = |wrapup: &Wrapup| {
        let told = WrapupTold::of(wrapup)?;
        let at = told.opened_at.plus_millis(i64::from(acw_s) * 1000);
        let is_late = wrapup.state == WrapupState::Open && wrapup.released.is_none();
        let became_so = told_up_to < at && at <= now;
        (is_late && became_so).then_some(News {
            kind: NoticeKind::WrapupLate,
            at,
            body: NoticeBody::Wrapup(told),
        })
    };
    let mut late: Vec<News> = owed.into_iter().filter_map(news).collect();
    late.sort_by_key(|news| (news.at, news.body.subject()));
    late
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::sample::ended_call;
    use crate::id::{AgentKey, EngagementKey, TenantId};
    use crate::wrapup::Released;

    const SECOND: i64 = 1_000_000;

    fn call(kind: CallType) -> CallRecord {
        CallRecord { kind: Some(kind), ended_at: Some(At(100)), ..ended_call(Vec::new()) }
    }

    fn activity(outcome: Outcome, archived: bool) -> Activity {
        let logged_at = (outcome == Outcome::Logged).then_some(At(50));
        Activity { outcome, archived, logged_at, ..Activity::open(call(CallType::Inbound).key, Vec::new()) }
    }

    #[test]
    fn what_is_told_of_a_call_is_how_it_stands() {
        use CallType::{Abandoned, Inbound, Missed, Outbound, OutboundMissed, ShortAbandoned, Voicemail};
        for (outcome, kind, told) in [
            (Outcome::Open, Inbound, None),
            (Outcome::Logged, Inbound, Some("activity.logged")),
            (Outcome::Logged, Outbound, Some("activity.logged")),
            (Outcome::NotLogged, Inbound, Some("activity.not_logged")),
            (Outcome::Undispositioned, Inbound, Some("activity.undispositioned")),
            (Outcome::NoWrapup, Missed, Some("call.missed")),
            (Outcome::NoWrapup, Abandoned, Some("call.abandoned")),
            (Outcome::NoWrapup, ShortAbandoned, Some("call.abandoned")),
            (Outcome::NoWrapup, Voicemail, Some("call.voicemail")),
            (Outcome::NoWrapup, OutboundMissed, None),
            (Outcome::NoWrapup, Inbound, None),
        ] {
            let said = standing(&call(kind), &activity(outcome, true));
            assert_eq!(said.map(NoticeKind::word), told, "{outcome:?} {kind:?}");
            assert_eq!(
                standing(&call(kind), &activity(outcome, false)),
                None,
                "it lives: {outcome:?} {kind:?}"
            );
        }
    }

    #[test]
    fn a_call_is_told_once_until_it_stands_otherwise() {
        let (missed, logged) = (call(CallType::Missed), call(CallType::Inbound));
        let unwrapped = activity(Outcome::NoWrapup, true);
        let kind = |news: Option<News>| news.map(|news| news.kind);
        assert_eq!(kind(settled(None, &missed, &unwrapped)), Some(NoticeKind::CallMissed));
        assert_eq!(settled(Some(NoticeKind::CallMissed), &missed, &unwrapped), None);
        let abandoned = call(CallType::Abandoned);
        let again = settled(Some(NoticeKind::CallMissed), &abandoned, &unwrapped);
        assert_eq!(kind(again), Some(NoticeKind::CallAbandoned));
        let late_log =
            settled(Some(NoticeKind::ActivityUndispositioned), &logged, &activity(Outcome::Logged, true));
        assert_eq!(kind(late_log), Some(NoticeKind::ActivityLogged));
    }

    #[test]
    fn a_log_while_the_call_lived_is_told_as_of_its_end() {
        let of = |logged_at| {
            let activity = Activity { logged_at: Some(At(logged_at)), ..activity(Outcome::Logged, true) };
            settled(None, &call(CallType::Inbound), &activity).unwrap().at
        };
        assert_eq!(of(50), At(100));
        assert_eq!(of(150), At(150));
    }

    #[test]
    fn a_call_that_is_part_of_another_is_told_where_it_had_been_told() {
        let (from, into) = (CallKey::derived(TenantId(1), "pbx", "gone", None), call(CallType::Inbound));
        assert_eq!(merged(None, from, &into), None);
        let news = merged(Some(NoticeKind::CallMissed), from, &into).unwrap();
        assert_eq!(news.body, NoticeBody::Merged { from, into: into.key });
    }

    fn owed(agent: &str, opened: i64) -> Wrapup {
        let key = EngagementKey::derived(TenantId(1), "pbx", agent, 0, None);
        let new = Wrapup::new(key, call(CallType::Inbound).key, AgentKey(agent.to_owned()));
        Wrapup { state: WrapupState::Open, opened_at: Some(At(opened * SECOND)), ..new }
    }

    #[test]
    fn a_wrapup_is_late_once_and_from_the_very_moment() {
        let all = [owed("1001", 0), owed("1002", 30)];
        let told = |up_to: i64, now: i64| late(&all, 60, At(up_to * SECOND), At(now * SECOND)).len();
        assert_eq!(told(0, 59), 0);
        assert_eq!(told(0, 60), 1);
        assert_eq!(told(60, 89), 0, "what was told is not told again");
        assert_eq!(told(60, 90), 1);
        assert_eq!(told(0, 1_000), 2, "what became late while nobody looked is told then");
        let released = Released { at: At(1), by: None, reason: None };
        for wrapup in [
            Wrapup { released: Some(released), ..owed("1003", 0) },
            Wrapup { state: WrapupState::Logged, ..owed("1004", 0) },
            Wrapup { opened_at: None, ..owed("1005", 0) },
        ] {
            assert_eq!(late([&wrapup], 60, At(0), At(1_000 * SECOND)), [], "{wrapup:?}");
        }
    }
}
