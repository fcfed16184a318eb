//! Past calls as they are learnt from: every call once, in the order they began, with how its code was changed.

use crate::fixture::World;
use crate::sample::*;
use domain::activity::Outcome;
use domain::call::{CallRecord, CallType, Direction, NoActivity};
use domain::commit::Change;
use domain::correction::{Correction, Filed};
use domain::history::{Caller, HistoryCall, Replaced};
use store::ReadError;

for_each_store! {
    history_tells_every_call_once_in_the_order_they_began,
    history_tells_which_codes_were_replaced_by_whom_and_when,
    history_knows_the_same_caller_whichever_way_the_call_went,
    a_place_of_history_that_was_not_given_out_is_refused,
}

async fn told(world: &World<'_>, from: i64, until: i64, limit: usize) -> Vec<HistoryCall> {
    let (mut calls, mut after) = (vec![], None::<String>);
    loop {
        let slice =
            world.store.history(world.tenant, at(from), at(until), after.as_deref(), limit).await.unwrap();
        assert!(slice.calls.len() <= limit.max(1));
        calls.extend(slice.calls);
        after = slice.next;
        if after.is_none() {
            return calls;
        }
    }
}

fn shown(n: u32, record: CallRecord) -> Vec<Change> {
    vec![call(record), Change::Activity(Box::new(open_activity(n, &[])))]
}

async fn history_tells_every_call_once_in_the_order_they_began(world: &World<'_>) {
    let internal = CallRecord {
        direction: Direction::Internal,
        no_activity: Some(NoActivity::InternalCall),
        ..ended_call(3, "A", vec![])
    };
    world.write(shown(3, internal)).await;
    let missed =
        CallRecord { kind: Some(CallType::Missed), talk_ms: 0, wait_ms: None, ..ended_call(4, "A", vec![]) };
    world.write(shown(4, missed)).await;
    for n in [5, 6] {
        let record = CallRecord { started_at: at(1), ..ended_call(n, "A", vec![ended_engagement(n, 3)]) };
        world.write(shown(n, record)).await;
    }
    let all = told(world, 0, 100, 100).await;
    let keys: Vec<_> = all.iter().map(|call| call.key).collect();
    assert_eq!(keys, [1, 5, 6, 2, 4].map(call_key));
    let logged = &all[3];
    assert_eq!((logged.outcome, logged.code), (Outcome::Logged, Some(code_id(1))));
    assert_eq!((logged.notes.as_deref(), logged.logged_at), (Some("sold two"), Some(at(100))));
    assert_eq!(
        (logged.talk_ms, logged.wait_ms, logged.kind),
        (59_000, Some(1_000), Some(CallType::Voicemail))
    );
    assert_eq!((logged.ring_group.as_deref(), logged.agent.as_ref()), (Some("sales A"), Some(&agent(1))));
    assert_eq!((all[1].agent.as_ref(), all[4].agent.as_ref()), (Some(&agent(3)), None));
    assert_eq!((all[4].kind, all[4].wait_ms, all[4].code), (Some(CallType::Missed), None, None));
    for limit in [0, 1, 2, 3] {
        assert_eq!(told(world, 0, 100, limit).await, all, "{limit}");
    }
    assert_eq!(told(world, 2, 4, 9).await, all[3..4]);
    assert_eq!(told(world, 1, 2, 1).await, all[..3]);
}

async fn history_tells_which_codes_were_replaced_by_whom_and_when(world: &World<'_>) {
    let filed = |code: Option<u32>| Filed { code: code.map(|n| logged(n, "any")), ..Filed::default() };
    let made = |n: u32, second: i64, before, after| Correction {
        at: at(second),
        by: user_id(n),
        before: filed(before),
        after: filed(after),
        ..correction(n, 2, Some(1))
    };
    let corrections = [
        made(1, 130, Some(1), Some(2)),
        made(2, 200, Some(2), Some(2)),
        made(3, 300, None, Some(1)),
        made(4, 900, Some(2), Some(1)),
    ];
    world.write(corrections.map(|made| Change::Correction(Box::new(made))).to_vec()).await;
    let all = told(world, 0, 100, 100).await;
    let expected = [
        Replaced { at: at(130), by: user_id(1), from: code_id(1), to: code_id(2) },
        Replaced { at: at(900), by: user_id(4), from: code_id(2), to: code_id(1) },
    ];
    let call = all.iter().find(|call| call.key == call_key(2)).unwrap();
    assert_eq!(call.replaced, expected);
    assert_eq!(call.swapped_within(60_000).collect::<Vec<_>>(), [&expected[0]]);
    assert!(all.iter().all(|call| call.key == call_key(2) || call.replaced.is_empty()));
    world.write(vec![Change::CallMerged { from: call_key(2), into: call_key(1) }]).await;
    let merged = told(world, 0, 100, 100).await;
    assert_eq!((merged[0].key, &merged[0].replaced[..]), (call_key(1), &expected[..]));
}

async fn history_knows_the_same_caller_whichever_way_the_call_went(world: &World<'_>) {
    let numbers = |n: u32, direction, from: Option<&str>, to: &str| CallRecord {
        direction,
        from: from.map(str::to_owned),
        to: Some(to.to_owned()),
        ..ended_call(n, "A", vec![])
    };
    world.write(shown(5, numbers(5, Direction::Inbound, Some("+34 600 111 222"), "8000"))).await;
    world.write(shown(6, numbers(6, Direction::Outbound, Some("8000"), "0034600111222"))).await;
    world.write(shown(7, numbers(7, Direction::Inbound, None, "8000"))).await;
    let callers: Vec<_> = told(world, 5, 100, 9).await.iter().map(|call| call.caller).collect();
    assert_eq!(callers, [Caller::of_digits("600111222"), Caller::of_digits("600111222"), None]);
    assert!(callers[0].is_some());
}

async fn a_place_of_history_that_was_not_given_out_is_refused(world: &World<'_>) {
    let refused = world.store.history(world.tenant, at(0), at(9), Some("x"), 1).await;
    assert!(matches!(refused, Err(ReadError::BadCursor)));
}
