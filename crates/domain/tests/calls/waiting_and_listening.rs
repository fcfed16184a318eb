//! Those who wait, and those who listen in on a call of others.

use super::*;

/// The leg by which eve listens in.
fn ear() -> LegRef {
    let name = "ear-whisper-01900000-0000-7000-8000-000000000001";
    LegRef { role: Role::Agent(AgentKey("eve".to_owned())), ..leg(name, name) }
}

#[test]
fn who_listens_in_is_in_a_call_of_their_own_that_owes_nothing_and_the_other_stays_what_it_was() {
    let (mut story, undisturbed) = (answered(), answered().after(9_000).calls.clone());
    story.after(1_000).says(ear(), None, Fact::Started { dialled: None });
    story.says(ear(), None, Fact::DialBegan { target: None }).says(ear(), None, Fact::Ringing).after(1_000);
    story.says(ear(), None, Fact::DialEnded { result: DialResult::Answered });
    let to = Fact::ListenBegan { to: "ann-2".to_owned(), agent: Some(AgentKey("ann".to_owned())) };
    story.says(ear(), None, to).after(5_000).says(ear(), None, Fact::Ended { cause: 16 }).after(2_000);
    let ears: Vec<&CallRecord> =
        story.calls.values().filter(|call| call.no_activity == Some(NoActivity::ListeningIn)).collect();
    let [call] = ears.as_slice() else { panic!("one call of the ear: {ears:?}") };
    assert_eq!(
        (call.kind, call.direction, call.to.as_deref()),
        (Some(CallType::Internal), Direction::Internal, Some("ann"))
    );
    assert_eq!(results(call), [("eve", Via::Listening, Some(OfferResult::Answered), false)]);
    let part = &call.engagements[0];
    assert_eq!(part.answered_at.map(|from| from.plus_millis(5_000).0 + 1), part.ended_at.map(|at| at.0));
    let others: Vec<&CallRecord> = story.calls.values().filter(|call| call.no_activity.is_none()).collect();
    assert_eq!(others, undisturbed.values().collect::<Vec<_>>());
}

#[test]
fn who_does_not_pick_up_to_listen_in_has_listened_to_nobody() {
    let mut story = Story::new();
    story.says(ear(), None, Fact::Started { dialled: None });
    story.says(ear(), None, Fact::DialBegan { target: None }).says(ear(), None, Fact::Ringing).after(20_000);
    story.says(ear(), None, Fact::DialEnded { result: DialResult::NoAnswer });
    let call = story.says(ear(), None, Fact::Ended { cause: 19 }).call();
    assert_eq!((call.no_activity, call.to.as_deref()), (Some(NoActivity::ListeningIn), None));
    assert_eq!(results(&call), [("eve", Via::Listening, Some(OfferResult::Missed), false)]);
}

/// Since when the caller waits, in milliseconds after the story began.
fn waits(story: &Story) -> Option<i64> {
    let mut waiting = story.calls.values().filter_map(|call| call.waiting_since);
    waiting.next().map(|since| since.millis_since(At(1_000_000_000)))
}

#[test]
fn a_caller_waits_from_the_first_ring_group_until_somebody_has_them_or_they_go() {
    let mut story = Story::new();
    story.starts("line-1", "1", Some("603")).after(1_000);
    assert_eq!(waits(&story), None, "an announcement is no waiting");
    story.queues("line-1", "1", "support").after(2_000);
    assert_eq!(waits(&story), Some(1_000));
    // From one ring group into the next it is one waiting; in between they are in none.
    story.says(leg("line-1", "1"), None, Fact::QueueLeft).after(500);
    assert_eq!(waits(&story), None);
    story.queues("line-1", "1", "all").after(2_000);
    assert_eq!(waits(&story), Some(1_000));
    story.offers("all", "line-1", "ann-2", "1").after(500);
    assert_eq!(waits(&story), Some(1_000), "while it rings");
    story.says(leg("line-1", "1"), None, Fact::QueueLeft);
    story.enters("ann-2", "1", "A").enters("line-1", "1", "A").after(3_000);
    assert_eq!(waits(&story), None);
    // Handed on to a ring group they wait anew.
    story.leaves("ann-2", "1", "A").ends("ann-2", "1", 16).leaves("line-1", "1", "A").after(1_000);
    story.queues("line-1", "1", "support").after(4_000);
    assert_eq!(waits(&story), Some(10_000));
    story.ends("line-1", "1", 16);
    assert_eq!(waits(&story), None, "gone, though the call is not settled yet");
    assert_eq!(story.call().waiting_since, None);
}
