//! The list of Activities: what each filter keeps, the order, and pages that hold every row once.

use crate::fixture::World;
use crate::sample::*;
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallType, Direction, HungUpBy, NoActivity};
use domain::commit::Change;
use domain::id::AgentKey;
use domain::phone::WrittenNumber;
use domain::wrapup::reason::DoNotLogReason;
use domain::wrapup::{PartyLink, SettledBy, Wrapup, WrapupState};
use store::{ActivityFilter, Carried, ReadError, Within, note_query};

for_each_store! {
    the_list_goes_back_by_the_time_a_call_began_and_then_by_when_it_was_heard_of,
    each_filter_keeps_what_it_says_and_all_hold_together,
    each_filter_of_a_wrapup_and_of_the_crm_keeps_what_it_says,
    one_agents_calls_go_back_in_time_each_once_whatever_is_between_them,
    p11_calls_among_agents_are_on_no_list_and_all_others_are,
    a_number_is_found_by_its_end_and_however_it_is_written,
    notes_are_found_by_the_beginnings_of_their_words,
    corrected_rows_are_found_by_what_they_are_now,
    pages_hold_every_row_once_whatever_begins_meanwhile,
    a_look_that_ends_early_says_how_far_it_came_and_goes_on_there,
    a_list_that_is_not_short_and_one_that_is_give_the_same,
    a_place_that_was_not_given_out_is_refused,
}

/// More than there are.
const MANY: usize = 1_000;

fn none() -> ActivityFilter {
    ActivityFilter::default()
}

fn least(seconds: i64) -> Within {
    Within { least_s: Some(seconds), most_s: None }
}

fn most(seconds: i64) -> Within {
    Within { least_s: None, most_s: Some(seconds) }
}

fn shown(call: u32, activity: Activity, record: CallRecord) -> Vec<Change> {
    assert_eq!(activity.key, call_key(call));
    vec![crate::sample::call(record), Change::Activity(Box::new(activity))]
}

/// The calls that the filter keeps, over all pages of three.
pub(crate) async fn listed(world: &World<'_>, filter: &ActivityFilter, look_at_most: usize) -> Vec<u32> {
    let mut found = vec![];
    let mut after: Option<String> = None;
    loop {
        let page = world
            .store
            .list_activities(world.tenant, filter, after.as_deref(), 3, look_at_most)
            .await
            .unwrap();
        assert!(page.rows.len() <= 3);
        assert_eq!(page.next.is_some(), page.searched_to.is_some());
        found.extend(page.rows.iter().map(|row| (1..100).find(|n| call_key(*n) == row.call.key).unwrap()));
        assert!(after.is_none() || after != page.next, "it stands still");
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

async fn all(world: &World<'_>, filter: ActivityFilter) -> Vec<u32> {
    let walked = listed(world, &filter, 2).await;
    assert_eq!(listed(world, &filter, MANY).await, walked, "{filter:?}");
    walked
}

async fn the_list_goes_back_by_the_time_a_call_began_and_then_by_when_it_was_heard_of(world: &World<'_>) {
    for (n, second) in [(3, 50), (4, 7), (5, 50), (6, 40)] {
        let record = CallRecord { started_at: at(second), ..live_call(n, "A", vec![]) };
        world.write(shown(n, open_activity(n, &[]), record)).await;
    }
    assert_eq!(all(world, none()).await, vec![5, 3, 6, 4, 2, 1]);
    // Heard of again with another time.
    world.write(vec![call(CallRecord { started_at: at(60), ..live_call(4, "A", vec![]) })]).await;
    assert_eq!(all(world, none()).await, vec![4, 5, 3, 6, 2, 1]);
}

async fn each_filter_keeps_what_it_says_and_all_hold_together(world: &World<'_>) {
    let missed = CallRecord {
        kind: Some(CallType::Missed),
        talk_ms: 0,
        recording: None,
        voicemail: None,
        ring_group: Some("support".to_owned()),
        direction: Direction::Outbound,
        did: None,
        ..ended_call(3, "A", vec![engagement(4, 3)])
    };
    let nobody = Activity {
        outcome: Outcome::NoWrapup,
        party: Some(PartyLink { person: None, by: SettledBy::NobodyMatches }),
        ..open_activity(3, &[])
    };
    world.write(shown(3, nobody, missed)).await;
    let related = Activity { related: Some(related_to(4)), ..logged_activity(4, &[], 2) };
    world.write(shown(4, related, ended_call(4, "A", vec![ended_engagement(5, 2)]))).await;
    let cases: Vec<(ActivityFilter, Vec<u32>)> = vec![
        (ActivityFilter { from: Some(at(3)), ..none() }, vec![4, 3]),
        (ActivityFilter { until: Some(at(3)), ..none() }, vec![2, 1]),
        (ActivityFilter { from: Some(at(2)), until: Some(at(3)), ..none() }, vec![2]),
        (ActivityFilter { kinds: vec![CallType::Missed], ..none() }, vec![3]),
        (ActivityFilter { kinds: vec![CallType::Missed, CallType::Voicemail], ..none() }, vec![4, 3, 2]),
        (ActivityFilter { directions: vec![Direction::Outbound], ..none() }, vec![3]),
        (ActivityFilter { outcomes: vec![Outcome::Open, Outcome::NoWrapup], ..none() }, vec![3, 1]),
        (ActivityFilter { codes: vec![code_id(1)], ..none() }, vec![4, 2]),
        (ActivityFilter { codes: vec![code_id(2)], ..none() }, vec![]),
        (ActivityFilter { agent: Some(agent(2)), ..none() }, vec![4, 2]),
        (ActivityFilter { agent: Some(agent(3)), ..none() }, vec![3]),
        (ActivityFilter { agent: Some(AgentKey("x".to_owned())), ..none() }, vec![]),
        (ActivityFilter { ring_group: Some("support".to_owned()), ..none() }, vec![3]),
        (ActivityFilter { party: Some(person_id(1)), ..none() }, vec![2]),
        (ActivityFilter { party: Some(person_id(2)), ..none() }, vec![4]),
        (ActivityFilter { case: Some(case_id(4)), ..none() }, vec![4]),
        (ActivityFilter { did: Some("+34910000000".to_owned()), ..none() }, vec![4, 2]),
        (ActivityFilter { did: Some("910000000".to_owned()), ..none() }, vec![]),
        (ActivityFilter { talk: least(59), ..none() }, vec![4, 2]),
        (ActivityFilter { talk: most(58), ..none() }, vec![3, 1]),
        (ActivityFilter { recording: Some(true), ..none() }, vec![4, 2]),
        (ActivityFilter { voicemail: Some(false), ..none() }, vec![3, 1]),
        (ActivityFilter { possible: Some(true), ..none() }, vec![1]),
        (ActivityFilter { possible: Some(false), ..none() }, vec![4, 3, 2]),
        (ActivityFilter { matched: Some(true), ..none() }, vec![4, 2]),
        (ActivityFilter { matched: Some(false), ..none() }, vec![3, 1]),
        (
            ActivityFilter {
                matched: Some(true),
                party: Some(person_id(2)),
                agent: Some(agent(2)),
                ..none()
            },
            vec![4],
        ),
        (ActivityFilter { matched: Some(false), party: Some(person_id(2)), ..none() }, vec![]),
    ];
    for (filter, expected) in cases {
        assert_eq!(all(world, filter.clone()).await, expected, "{filter:?}");
    }
}

async fn each_filter_of_a_wrapup_and_of_the_crm_keeps_what_it_says(world: &World<'_>) {
    let long = CallRecord {
        wait_ms: Some(30_500),
        hold_ms: 12_000,
        hung_up_by: Some(HungUpBy::Agent),
        ..ended_call(3, "A", vec![ended_engagement(4, 1), ended_engagement(5, 2)])
    };
    let unsaid = Activity { outcome: Outcome::NotLogged, revision: 1, ..open_activity(3, &[]) };
    world.write(shown(3, unsaid, long)).await;
    let wrapup = |n: u32, reason: Option<&str>, seconds: i64| Wrapup {
        key: engagement_key(n),
        call: call_key(3),
        opened_at: Some(at(10)),
        closed_at: Some(at(10 + seconds)),
        state: WrapupState::NotLogged,
        reason: reason.map(|id| DoNotLogReason::as_first_worded(id.to_owned())),
        ..open_wrapup(n, 3, 1)
    };
    let wrapups = [wrapup(4, None, 20), wrapup(5, Some("test"), 5)];
    world.write(wrapups.map(|one| Change::Wrapup(Box::new(one))).to_vec()).await;
    let quick = CallRecord { wait_ms: None, hung_up_by: None, ..ended_call(4, "A", vec![]) };
    world.write(shown(4, open_activity(4, &[]), quick)).await;
    let reason = |id: &str| ActivityFilter { reasons: vec![id.to_owned()], ..none() };
    let cases: Vec<(ActivityFilter, Vec<u32>)> = vec![
        (ActivityFilter { codes: vec![code_id(1), code_id(2)], ..none() }, vec![2]),
        (ActivityFilter { coded: Some(false), ..none() }, vec![4, 3, 1]),
        (ActivityFilter { coded: Some(true), ..none() }, vec![2]),
        (ActivityFilter { parties: Some(vec![person_id(1), person_id(2)]), ..none() }, vec![2]),
        (ActivityFilter { parties: Some(vec![]), ..none() }, vec![]),
        (reason("test"), vec![3]),
        (reason("personal"), vec![]),
        (ActivityFilter { wait: least(30), ..none() }, vec![3]),
        (ActivityFilter { wait: most(30), from: Some(at(3)), ..none() }, vec![3]),
        (ActivityFilter { hold: least(12), ..none() }, vec![3]),
        (ActivityFilter { hold: most(11), from: Some(at(3)), ..none() }, vec![4]),
        (ActivityFilter { after_call_work: least(25), ..none() }, vec![3]),
        (ActivityFilter { after_call_work: most(24), from: Some(at(3)), ..none() }, vec![]),
        (ActivityFilter { hung_up_by: vec![HungUpBy::Agent], ..none() }, vec![3]),
        (ActivityFilter { handed_over: Some(true), ..none() }, vec![3, 2]),
        (ActivityFilter { handed_over: Some(false), ..none() }, vec![4, 1]),
        (ActivityFilter { corrected: Some(true), ..none() }, vec![3]),
        (ActivityFilter { corrected: Some(false), ..none() }, vec![4, 2, 1]),
        (ActivityFilter { settled_by: vec![SettledBy::Chosen, SettledBy::Late], ..none() }, vec![2]),
        (ActivityFilter { settled_by: vec![SettledBy::Created], ..none() }, vec![]),
        (ActivityFilter { logged_from: Some(at(0)), ..none() }, vec![2]),
        (ActivityFilter { logged_from: Some(at(100)), logged_until: Some(at(101)), ..none() }, vec![2]),
        (ActivityFilter { logged_until: Some(at(100)), ..none() }, vec![]),
        (ActivityFilter { carried: vec![Carried::Never], ..none() }, vec![4, 3, 2, 1]),
        (ActivityFilter { carried: vec![Carried::Waiting, Carried::Refused], ..none() }, vec![]),
    ];
    for (filter, expected) in cases {
        assert_eq!(all(world, filter.clone()).await, expected, "{filter:?}");
    }
}

async fn one_agents_calls_go_back_in_time_each_once_whatever_is_between_them(world: &World<'_>) {
    for n in 10..40 {
        let parts = match n % 10 {
            // Twice a part in the same call.
            0 => vec![engagement(n, 6), engagement(n + 50, 6)],
            _ => vec![engagement(n, 5)],
        };
        world.write(shown(n, open_activity(n, &[]), live_call(n, "A", parts))).await;
    }
    let of_agent = ActivityFilter { agent: Some(agent(6)), ..none() };
    assert_eq!(all(world, of_agent.clone()).await, vec![30, 20, 10]);
    // One of them began at another time after all, and another is somebody else's.
    let earlier = CallRecord { started_at: at(1), ..live_call(30, "A", vec![engagement(30, 6)]) };
    let elses = live_call(20, "A", vec![engagement(20, 5), engagement(70, 5)]);
    world.write(vec![call(earlier), call(elses)]).await;
    assert_eq!(all(world, of_agent.clone()).await, vec![10, 30]);
    assert_eq!(all(world, ActivityFilter { from: Some(at(2)), ..of_agent.clone() }).await, vec![10]);
    world.write(vec![Change::CallMerged { from: call_key(10), into: call_key(11) }]).await;
    assert_eq!(all(world, of_agent).await, vec![30]);
}

async fn p11_calls_among_agents_are_on_no_list_and_all_others_are(world: &World<'_>) {
    let internal = CallRecord {
        direction: Direction::Internal,
        no_activity: Some(NoActivity::InternalCall),
        ..ended_call(3, "A", vec![engagement(4, 1)])
    };
    world.write(shown(3, open_activity(3, &[1]), internal)).await;
    world.write(vec![call(live_call(4, "A", vec![engagement(5, 1)]))]).await;
    let missed = CallRecord { kind: Some(CallType::Missed), ..ended_call(5, "A", vec![]) };
    world.write(shown(5, Activity { outcome: Outcome::NoWrapup, ..open_activity(5, &[]) }, missed)).await;
    assert_eq!(all(world, none()).await, vec![5, 2, 1], "call 4 has no Activity");
    let of_agent = ActivityFilter { agent: Some(agent(1)), ..none() };
    assert_eq!(all(world, of_agent).await, vec![2, 1]);
}

async fn a_number_is_found_by_its_end_and_however_it_is_written(world: &World<'_>) {
    for (n, direction, number) in [
        (3, Direction::Inbound, "600111222"),
        (4, Direction::Outbound, "0034600111222"),
        (5, Direction::Inbound, "sip:+34600111222@10.0.0.1"),
        (6, Direction::Inbound, "+33600111222"),
        (7, Direction::Inbound, "anonymous"),
    ] {
        let (mut from, mut to) = (Some(number.to_owned()), Some("8000".to_owned()));
        if direction == Direction::Outbound {
            std::mem::swap(&mut from, &mut to);
        }
        let record = CallRecord { direction, from, to, ..live_call(n, "A", vec![]) };
        world.write(shown(n, open_activity(n, &[]), record)).await;
    }
    let found = async |text: &str| {
        let number = Some(WrittenNumber::read(text, "ES".parse().unwrap()).unwrap());
        all(world, ActivityFilter { number, ..none() }).await
    };
    assert_eq!(found("+34 600 111 222").await, vec![5, 4, 3]);
    assert_eq!(found("0034 600 11 12 22").await, vec![5, 4, 3]);
    assert_eq!(found("1222").await, vec![6, 5, 4, 3]);
    assert_eq!(found("600111223").await, Vec::<u32>::new());
    assert_eq!(found("8000").await, Vec::<u32>::new(), "that is ours");
    // The keys that were pressed become the number.
    let dialled = CallRecord { from: Some("600999888".to_owned()), ..live_call(3, "A", vec![]) };
    world.write(vec![call(dialled)]).await;
    assert_eq!((found("600 999 888").await, found("600 111 222").await), (vec![3], vec![6, 5, 4]));
}

async fn notes_are_found_by_the_beginnings_of_their_words(world: &World<'_>) {
    for (n, notes) in [(3, "Llamó por la señal"), (4, "la señora volverá"), (5, "")] {
        let activity = Activity { notes: Some(notes.to_owned()), ..logged_activity(n, &[], 1) };
        world.write(shown(n, activity, ended_call(n, "A", vec![]))).await;
    }
    let found = async |text: &str| all(world, ActivityFilter { words: note_query(text), ..none() }).await;
    assert_eq!(found("senal").await, vec![3]);
    assert_eq!(found("SEÑ la").await, vec![4, 3]);
    assert_eq!(found("sold").await, vec![2]);
    assert_eq!(found("olver").await, Vec::<u32>::new());
}

async fn corrected_rows_are_found_by_what_they_are_now(world: &World<'_>) {
    let corrected = Activity {
        notes: Some("lost".to_owned()),
        code: Some(logged(2, "lost")),
        related: Some(related_to(3)),
        ..logged_activity(2, &[1, 2], 2)
    };
    world.write(vec![Change::Activity(Box::new(corrected))]).await;
    let word = |text: &str| ActivityFilter { words: note_query(text), ..none() };
    assert_eq!((all(world, word("lost")).await, all(world, word("sold")).await), (vec![2], vec![]));
    let code = |n| ActivityFilter { codes: vec![code_id(n)], ..none() };
    assert_eq!((all(world, code(2)).await, all(world, code(1)).await), (vec![2], vec![]));
    let party = |n| ActivityFilter { party: Some(person_id(n)), ..none() };
    assert_eq!((all(world, party(2)).await, all(world, party(1)).await), (vec![2], vec![]));
    let case = |n| ActivityFilter { case: Some(case_id(n)), ..none() };
    assert_eq!((all(world, case(3)).await, all(world, case(1)).await), (vec![2], vec![]));
    world.write(vec![Change::CallMerged { from: call_key(2), into: call_key(1) }]).await;
    assert_eq!(all(world, word("lost")).await, Vec::<u32>::new());
}

async fn pages_hold_every_row_once_whatever_begins_meanwhile(world: &World<'_>) {
    for n in 10..17 {
        world.write(shown(n, open_activity(n, &[3]), live_call(n, "A", vec![engagement(n, 5)]))).await;
    }
    for (look_at_most, filter) in
        [(MANY, none()), (4, none()), (MANY, ActivityFilter { agent: Some(agent(5)), ..none() })]
    {
        let (mut found, mut after, mut begun) = (vec![], None::<String>, 20);
        loop {
            let after_text = after.as_deref();
            let page = world
                .store
                .list_activities(world.tenant, &filter, after_text, 3, look_at_most)
                .await
                .unwrap();
            found.extend(page.rows.iter().map(|row| row.call.key));
            let record = live_call(begun, "A", vec![engagement(begun, 5)]);
            world.write(shown(begun, open_activity(begun, &[]), record)).await;
            begun += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        found.retain(|key| (10..17).any(|n| call_key(n) == *key));
        assert_eq!(found, (10..17).rev().map(call_key).collect::<Vec<_>>());
        for n in 20..begun {
            world.write(vec![Change::CallMerged { from: call_key(n), into: call_key(1) }]).await;
        }
    }
}

async fn a_look_that_ends_early_says_how_far_it_came_and_goes_on_there(world: &World<'_>) {
    for n in 10..20 {
        world.write(shown(n, open_activity(n, &[]), live_call(n, "A", vec![]))).await;
    }
    let first = ActivityFilter { until: Some(at(10)), recording: Some(true), ..none() };
    assert_eq!(all(world, first).await, vec![2]);
    let wanted = ActivityFilter { recording: Some(true), ..none() };
    let page = world.store.list_activities(world.tenant, &wanted, None, 3, 4).await.unwrap();
    // A store may look at more than it was asked to.
    if let Some(searched_to) = page.searched_to {
        assert_eq!((page.rows.len(), searched_to), (0, at(16)));
        let next = page.next.as_deref();
        let page = world.store.list_activities(world.tenant, &wanted, next, 3, MANY).await.unwrap();
        assert_eq!(page.rows[0].call.key, call_key(2));
    }
}

async fn a_list_that_is_not_short_and_one_that_is_give_the_same(world: &World<'_>) {
    for n in 10..30 {
        let record = CallRecord {
            started_at: at(i64::from(n % 7)),
            ..ended_call(n, "A", vec![engagement(n, n % 2 + 1)])
        };
        world.write(shown(n, logged_activity(n, &[], n % 2 + 1), record)).await;
    }
    let filter = ActivityFilter {
        party: Some(person_id(2)),
        agent: Some(agent(2)),
        words: note_query("sold"),
        ..none()
    };
    let expected = listed(world, &filter, MANY).await;
    assert_eq!(expected.len(), 10);
    for look_at_most in [1, 3, 8, 20, 41, 60] {
        assert_eq!(listed(world, &filter, look_at_most).await, expected, "{look_at_most}");
    }
}

async fn a_place_that_was_not_given_out_is_refused(world: &World<'_>) {
    for after in ["", "x", "1", "1;2", "1.x"] {
        let page = world.store.list_activities(world.tenant, &none(), Some(after), 3, MANY).await;
        assert_eq!(page.err(), Some(ReadError::BadCursor), "{after:?}");
    }
}
