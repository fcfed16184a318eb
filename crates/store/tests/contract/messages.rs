//! Messages as work: one a call whatever is said again, in the order they were left, and counted.

use crate::fixture::World;
use crate::observed::pages_of_messages;
use crate::sample::*;
use domain::commit::{Change, Precondition};
use domain::id::CallKey;
use domain::message::{Message, MessageBox, MessageState};
use store::{CommitError, MessageCount, MessageStates, ReadError};

for_each_store! {
    a_call_leaves_one_message_whatever_is_said_again,
    what_somebody_has_touched_is_neither_left_anew_nor_withdrawn,
    a_message_that_was_not_left_after_all_goes,
    a_message_is_what_was_last_said_of_it,
    a_message_of_an_unknown_call_is_inconsistent,
    the_message_precondition_compares_the_revision,
    what_waits_comes_oldest_first_and_what_is_done_newest_first,
    a_list_holds_what_lies_in_its_boxes_once,
    the_pages_go_on_where_the_page_before_ended_whatever_happened_since,
    what_waits_is_counted_by_box,
    a_sound_is_wanted_until_it_is_settled,
    a_message_of_a_call_that_is_part_of_another_goes_along_if_somebody_touched_it,
}

fn left(message: Message) -> Change {
    Change::MessageLeft(Box::new(message))
}

fn saved(message: Message) -> Change {
    Change::Message(Box::new(message))
}

async fn read(world: &World<'_>, n: u32) -> Option<Message> {
    world.store.message(world.tenant, call_key(n)).await.unwrap()
}

async fn list(world: &World<'_>, states: MessageStates, boxes: Option<Vec<MessageBox>>) -> Vec<CallKey> {
    let pages = pages_of_messages(world.store, world.tenant, states, boxes).await;
    assert!(pages.iter().all(|page| page.len() <= 2));
    pages.concat().into_iter().map(|message| message.call).collect()
}

/// Calls 3 to 5 end.
async fn more_calls(world: &World<'_>) {
    world.write((3..=5).map(|n| call(ended_call(n, "A", vec![]))).collect()).await;
}

async fn a_call_leaves_one_message_whatever_is_said_again(world: &World<'_>) {
    let later = Message { left_at: at(9), ..message(2, Some("sales A")) };
    for said in [message(2, Some("sales A")), later.clone(), later.clone()] {
        world.write(vec![left(said.clone())]).await;
        assert_eq!(read(world, 2).await, Some(said));
    }
    assert_eq!(list(world, MessageStates::Waiting, None).await, [call_key(2)]);
    assert_eq!(read(world, 1).await, None);
}

async fn what_somebody_has_touched_is_neither_left_anew_nor_withdrawn(world: &World<'_>) {
    for touched in [taken_message(2, None), done_message(2, None)] {
        world.write(vec![saved(touched.clone())]).await;
        world.write(vec![left(message(2, Some("other")))]).await;
        world.write(vec![Change::MessageWithdrawn(call_key(2))]).await;
        assert_eq!(read(world, 2).await, Some(touched));
    }
}

async fn a_message_that_was_not_left_after_all_goes(world: &World<'_>) {
    for _ in 0..2 {
        world.write(vec![Change::MessageWithdrawn(call_key(2))]).await;
        assert_eq!(read(world, 2).await, None);
    }
    world.write(vec![left(message(2, None))]).await;
    assert_eq!(read(world, 2).await, Some(message(2, None)));
    world.write(vec![Change::MessageWithdrawn(call_key(9))]).await;
}

async fn a_message_is_what_was_last_said_of_it(world: &World<'_>) {
    let of_agent = Message { agent: Some(agent(1)), ..message(2, None) };
    let steps = [
        taken_message(2, Some("help")),
        done_message(2, Some("help")),
        Message { state: MessageState::Open, revision: 3, ..done_message(2, None) },
        Message { revision: 4, ..of_agent },
    ];
    for step in steps {
        world.write(vec![saved(step.clone())]).await;
        assert_eq!(read(world, 2).await, Some(step));
    }
}

async fn a_message_of_an_unknown_call_is_inconsistent(world: &World<'_>) {
    for change in [left(message(9, None)), saved(taken_message(9, None))] {
        let commit = domain::commit::Commit::of(world.tenant, vec![change]);
        let refused = world.store.commit(commit).await;
        assert!(matches!(refused, Err(CommitError::Inconsistent(_))), "{refused:?}");
    }
}

async fn the_message_precondition_compares_the_revision(world: &World<'_>) {
    let at_revision = |n: u32, revision| Precondition::Message { call: call_key(n), revision };
    assert!(world.holds(at_revision(2, Some(0))).await);
    assert!(!world.holds(at_revision(2, None)).await);
    world.write(vec![saved(taken_message(2, None))]).await;
    assert!(!world.holds(at_revision(2, Some(0))).await);
    assert!(world.holds(at_revision(2, Some(1))).await);
    for none in [1, 9] {
        assert!(world.holds(at_revision(none, None)).await);
        assert!(!world.holds(at_revision(none, Some(0))).await);
    }
}

async fn what_waits_comes_oldest_first_and_what_is_done_newest_first(world: &World<'_>) {
    more_calls(world).await;
    let second = |n, at_second| Message { left_at: at(at_second), ..message(n, Some("sales A")) };
    world.write(vec![left(second(3, 1)), left(second(4, 2)), saved(taken_message(5, None))]).await;
    // Calls 2 and 4 at the same second: by when they were first heard of.
    let waiting = [3, 2, 4, 5].map(call_key);
    assert_eq!(list(world, MessageStates::Waiting, None).await, waiting);
    assert_eq!(list(world, MessageStates::Open, None).await, waiting[..3]);
    assert_eq!(list(world, MessageStates::Taken, None).await, [call_key(5)]);
    assert_eq!(list(world, MessageStates::Done, None).await, []);
    let done = |n, at_second| Message { left_at: at(at_second), ..done_message(n, None) };
    world.write([2, 3, 4, 5].map(|n| saved(done(n, i64::from(n % 4)))).to_vec()).await;
    assert_eq!(list(world, MessageStates::Done, None).await, [3, 2, 5, 4].map(call_key));
    assert_eq!(list(world, MessageStates::Waiting, None).await, []);
}

async fn a_list_holds_what_lies_in_its_boxes_once(world: &World<'_>) {
    more_calls(world).await;
    let of_agent = Message { agent: Some(agent(1)), ..message(4, None) };
    world.write(vec![left(message(3, Some("help"))), left(of_agent), left(message(5, None))]).await;
    let group = |name: &str| MessageBox::RingGroup(name.to_owned());
    let waiting = async |boxes| list(world, MessageStates::Waiting, Some(boxes)).await;
    assert_eq!(waiting(vec![group("help")]).await, [call_key(3)]);
    assert_eq!(waiting(vec![group("help"), MessageBox::Agent(agent(1))]).await, [3, 4].map(call_key));
    assert_eq!(waiting(vec![MessageBox::Agent(agent(2))]).await, []);
    assert_eq!(
        waiting(vec![MessageBox::NoRingGroup, MessageBox::Agent(agent(1))]).await,
        [4, 5].map(call_key)
    );
    let twice = vec![group("help"), group("help"), group("sales A")];
    assert_eq!(waiting(twice).await, [2, 3].map(call_key));
    assert_eq!(waiting(vec![]).await, []);
    assert_eq!(waiting(vec![group("sales B")]).await, [], "the other tenant's");
}

async fn the_pages_go_on_where_the_page_before_ended_whatever_happened_since(world: &World<'_>) {
    more_calls(world).await;
    world.write((3..=5).map(|n| left(message(n, None))).collect()).await;
    let filter = store::MessageFilter::default();
    let first = world.store.messages(world.tenant, &filter, None, 2).await.unwrap();
    assert_eq!(first.messages.len(), 2);
    // Both are dealt with meanwhile.
    world.write([2, 3].map(|n| saved(done_message(n, None))).to_vec()).await;
    let rest = world.store.messages(world.tenant, &filter, first.next.as_deref(), 2).await.unwrap();
    assert_eq!(rest.messages.iter().map(|message| message.call).collect::<Vec<_>>(), [4, 5].map(call_key));
    assert_eq!(rest.next, None);
    for wrong in ["", "x", "1", "1.x"] {
        let refused = world.store.messages(world.tenant, &filter, Some(wrong), 2).await;
        assert_eq!(refused, Err(ReadError::BadCursor), "{wrong}");
    }
}

async fn what_waits_is_counted_by_box(world: &World<'_>) {
    more_calls(world).await;
    let of_agent = Message { agent: Some(agent(1)), ..message(4, None) };
    world
        .write(vec![saved(taken_message(3, Some("sales A"))), left(of_agent), saved(done_message(5, None))])
        .await;
    let count = |ring_group: Option<&str>, of: Option<u32>, open, taken| MessageCount {
        ring_group: ring_group.map(str::to_owned),
        agent: of.map(agent),
        open,
        taken,
    };
    let expected = [count(None, Some(1), 1, 0), count(Some("sales A"), None, 1, 1)];
    assert_eq!(world.store.message_tally(world.tenant).await.unwrap(), expected);
}

async fn a_sound_is_wanted_until_it_is_settled(world: &World<'_>) {
    more_calls(world).await;
    world.write((3..=5).map(|n| left(message(n, None))).collect()).await;
    let wanted = async |after: Option<u32>, limit| {
        world.store.message_sounds_wanted(world.tenant, after.map(call_key), limit).await.unwrap()
    };
    assert_eq!(wanted(None, 9).await, [2, 3, 4, 5].map(call_key));
    assert_eq!(wanted(None, 2).await, [2, 3].map(call_key));
    assert_eq!(wanted(Some(3), 9).await, [4, 5].map(call_key));
    world
        .write(vec![Change::MessageSoundSettled(call_key(3)), Change::MessageSoundSettled(call_key(9))])
        .await;
    // What people do with it, and what is said of the call again, does not ask for it again.
    world.write(vec![left(message(3, Some("help")))]).await;
    world.write(vec![saved(taken_message(3, None)), saved(taken_message(4, None))]).await;
    assert_eq!(wanted(None, 9).await, [2, 4, 5].map(call_key));
}

async fn a_message_of_a_call_that_is_part_of_another_goes_along_if_somebody_touched_it(world: &World<'_>) {
    more_calls(world).await;
    let merged = |from, into| Change::CallMerged { from: call_key(from), into: call_key(into) };
    world.write(vec![left(message(3, None)), merged(3, 4)]).await;
    assert_eq!((read(world, 3).await, read(world, 4).await), (None, None));
    world.write(vec![left(message(4, None)), saved(taken_message(2, None)), merged(2, 4)]).await;
    assert_eq!(read(world, 4).await, Some(Message { call: call_key(4), ..taken_message(2, None) }));
    world.write(vec![saved(done_message(5, None)), merged(4, 5)]).await;
    assert_eq!(read(world, 5).await, Some(done_message(5, None)));
    assert_eq!(list(world, MessageStates::Waiting, None).await, []);
}
