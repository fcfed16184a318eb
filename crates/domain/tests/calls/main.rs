//! What a call turns out to be (mission section 2), told as a small story of legs. The stories of a real phone
//! system are in `captures/`; here are those that were not recorded, and the settings.

mod waiting_and_listening;
mod withheld;

use domain::call::{
    CallBook, CallPolicy, CallRecord, CallState, CallType, Direction, Finding, HungUpBy, NoActivity,
    OfferResult, Via,
};
use domain::event::{CallEvent, DialResult, Fact, LegRef, Role, SourceEvent};
use domain::id::{AgentKey, At, CallKey, TenantId};
use std::collections::BTreeMap;

/// A phone system that says what the test tells it to.
struct Story {
    book: CallBook,
    calls: BTreeMap<CallKey, CallRecord>,
    clock: At,
}

fn no_time(_: &str) -> Option<At> {
    None
}

fn role(leg: &str) -> Role {
    match leg.split_once('-') {
        Some(("ann" | "bob" | "eve", _)) => Role::Agent(AgentKey(leg[..3].to_owned())),
        Some(("line", _)) => Role::Customer,
        _ => Role::Helper,
    }
}

/// A leg: `ann-1` is of agent ann, `line-1` of somebody outside, anything else of nobody.
fn leg(leg: &str, link: &str) -> LegRef {
    let number = (role(leg) == Role::Customer).then(|| "+34600111222".to_owned());
    LegRef { leg: leg.to_owned(), link: link.to_owned(), name: leg.to_owned(), role: role(leg), number }
}

impl Story {
    fn new() -> Story {
        Story::with(CallPolicy::default())
    }

    fn with(policy: CallPolicy) -> Story {
        let book = CallBook::new(TenantId(1), "story", no_time, policy);
        Story { book, calls: BTreeMap::new(), clock: At(1_000_000_000) }
    }

    fn after(&mut self, millis: i64) -> &mut Self {
        self.clock = self.clock.plus_millis(millis);
        let findings = self.book.settle(self.clock);
        self.keep(findings);
        self
    }

    fn says(&mut self, on: LegRef, with: Option<LegRef>, fact: Fact) -> &mut Self {
        self.clock.0 += 1;
        let event = CallEvent { at: self.clock, fact, on, with };
        self.book.take(SourceEvent::Call(Box::new(event)), 0);
        let findings = self.book.settle(At(0));
        self.keep(findings);
        self
    }

    fn starts(&mut self, name: &str, link: &str, dialled: Option<&str>) -> &mut Self {
        self.says(leg(name, link), None, Fact::Started { dialled: dialled.map(str::to_owned) })
    }

    fn dials(&mut self, from: &str, to: &str, link: &str) -> &mut Self {
        self.starts(to, link, None);
        let target = (role(to) == Role::Customer).then(|| "+34600111222".to_owned());
        self.says(leg(to, link), Some(leg(from, link)), Fact::DialBegan { target });
        self.says(leg(to, link), None, Fact::Ringing)
    }

    fn offers(&mut self, queue: &str, from: &str, to: &str, link: &str) -> &mut Self {
        self.starts(to, link, None);
        let Role::Agent(agent) = role(to) else { panic!("a queue offers to agents") };
        let offered = Fact::Offered { queue: queue.to_owned(), agent };
        self.says(leg(to, link), Some(leg(from, link)), offered);
        self.says(leg(to, link), Some(leg(from, link)), Fact::DialBegan { target: None });
        self.says(leg(to, link), None, Fact::Ringing)
    }

    fn queues(&mut self, name: &str, link: &str, queue: &str) -> &mut Self {
        self.says(leg(name, link), None, Fact::QueueJoined { queue: queue.to_owned() })
    }

    fn dial_ends(&mut self, name: &str, link: &str, result: DialResult) -> &mut Self {
        self.says(leg(name, link), None, Fact::DialEnded { result })
    }

    fn enters(&mut self, name: &str, link: &str, bridge: &str) -> &mut Self {
        self.says(leg(name, link), None, Fact::BridgeEntered { bridge: bridge.to_owned(), shared: true })
    }

    fn leaves(&mut self, name: &str, link: &str, bridge: &str) -> &mut Self {
        self.says(leg(name, link), None, Fact::BridgeLeft { bridge: bridge.to_owned() })
    }

    fn asks_to_hang_up(&mut self, name: &str, link: &str) -> &mut Self {
        self.says(leg(name, link), None, Fact::HangupRequested)
    }

    fn ends(&mut self, name: &str, link: &str, cause: u16) -> &mut Self {
        self.says(leg(name, link), None, Fact::Ended { cause })
    }

    fn keep(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            match finding {
                Finding::Changed(call) => {
                    let before = self.calls.insert(call.key, (*call).clone());
                    let ended = before.is_some_and(|before| before.state == CallState::Ended);
                    assert!(
                        !ended || call.state == CallState::Ended,
                        "invariant 5: an ended call lives again"
                    );
                }
                Finding::Merged { from, .. } => {
                    self.calls.remove(&from);
                }
                Finding::Forgotten(_) => {}
            }
        }
    }

    /// The calls when everything is over.
    fn calls(&mut self) -> Vec<CallRecord> {
        self.after(5_000);
        let mut calls: Vec<CallRecord> = self.calls.values().cloned().collect();
        calls.sort_by_key(|call| call.started_at);
        calls
    }

    fn call(&mut self) -> CallRecord {
        let mut calls = self.calls();
        assert_eq!(calls.len(), 1, "{calls:#?}");
        calls.remove(0)
    }
}

/// A caller who is in a queue and talks to ann.
fn answered() -> Story {
    let mut story = Story::new();
    story.starts("line-1", "1", Some("600")).queues("line-1", "1", "support");
    story.after(2_000).offers("support", "line-1", "ann-2", "1");
    story.after(1_000).dial_ends("ann-2", "1", DialResult::Answered);
    story.enters("ann-2", "1", "A").enters("line-1", "1", "A");
    story
}

fn results(call: &CallRecord) -> Vec<(&str, Via, Option<OfferResult>, bool)> {
    let parts = call.engagements.iter();
    parts.map(|part| (part.agent.0.as_str(), part.via, part.result, part.wrapup)).collect()
}

#[test]
fn every_agent_who_met_the_customer_owes_a_wrapup_and_the_one_who_was_only_asked_does_not() {
    let mut story = answered();
    story.after(1_000).says(leg("ann-2", "1"), None, Fact::HoldBegan);
    // Ann asks Bob over another bridge, then goes back.
    story.leaves("ann-2", "1", "A").dials("ann-2", "bob-3", "1");
    story.after(500).dial_ends("bob-3", "1", DialResult::Answered);
    story.enters("bob-3", "1", "B").enters("ann-2", "1", "B");
    story.after(3_000).leaves("bob-3", "1", "B").ends("bob-3", "1", 16).leaves("ann-2", "1", "B");
    story.says(leg("ann-2", "1"), None, Fact::HoldEnded).enters("ann-2", "1", "A");
    story.after(1_000).ends("line-1", "1", 16).ends("ann-2", "1", 16);
    let call = story.call();
    assert_eq!(
        results(&call),
        [
            ("ann", Via::Queue, Some(OfferResult::Answered), true),
            ("bob", Via::Consult, Some(OfferResult::Answered), false)
        ]
    );
    assert!((3_400..3_700).contains(&call.hold_ms), "on hold while Ann asked: {}", call.hold_ms);
}

#[test]
fn music_that_stops_after_the_next_agent_came_was_put_on_by_the_one_before() {
    let mut story = answered();
    story.after(1_000).says(leg("ann-2", "1"), None, Fact::HoldBegan);
    story.says(leg("line-1", "1"), None, Fact::MusicBegan);
    story.starts("ann-4", "4", None).dials("ann-4", "bob-3", "4");
    story.after(500).dial_ends("bob-3", "4", DialResult::Answered);
    story.enters("bob-3", "4", "B").enters("ann-4", "4", "B");
    story.after(2_000).says(leg("ann-2", "1"), None, Fact::HoldEnded);
    story.leaves("bob-3", "4", "B").leaves("ann-2", "1", "A").enters("bob-3", "4", "A");
    // A busy phone system takes its time to stop the music.
    story.after(300).says(leg("line-1", "1"), None, Fact::MusicEnded);
    story.leaves("ann-4", "4", "B").ends("ann-2", "1", 16).ends("ann-4", "4", 16);
    story.after(1_000).says(leg("line-1", "1"), None, Fact::MusicBegan);
    story.after(700).says(leg("line-1", "1"), None, Fact::MusicEnded);
    story.after(1_000).ends("line-1", "1", 16).ends("bob-3", "4", 16);
    let call = story.call();
    let held: Vec<(&str, i64)> =
        call.engagements.iter().map(|part| (part.agent.0.as_str(), part.hold_ms)).collect();
    assert_eq!(held, [("ann", 2_500), ("bob", 700)]);
}

#[test]
fn a_conference_gives_each_agent_a_wrapup_when_they_leave() {
    let mut story = answered();
    for name in ["line-1", "ann-2"] {
        story.leaves(name, "1", "A").enters(name, "1", "room");
        story.says(leg(name, "1"), None, Fact::ConferenceJoined { bridge: "room".to_owned() });
    }
    // Eve's leg is linked to nothing of this call; the room joins it.
    story.starts("eve-9", "9", Some("700")).enters("eve-9", "9", "room");
    story.says(leg("eve-9", "9"), None, Fact::ConferenceJoined { bridge: "room".to_owned() });
    story.after(4_000).leaves("ann-2", "1", "room").ends("ann-2", "1", 16);
    let due: Vec<_> =
        story.calls.values().flat_map(|call| &call.engagements).filter(|part| part.wrapup_due()).collect();
    assert_eq!(due.len(), 1, "Ann wraps up while the customer talks on");
    story.after(2_000).ends("line-1", "1", 16).ends("eve-9", "9", 16);
    let call = story.call();
    let wrapups: Vec<_> =
        call.engagements.iter().filter(|part| part.wrapup).map(|part| part.agent.0.as_str()).collect();
    assert_eq!(wrapups, ["ann", "eve"]);
    assert_eq!(call.kind, Some(CallType::Inbound));
}

#[test]
fn leaving_for_a_moment_is_one_part_and_coming_back_later_is_another() {
    for (away_ms, parts) in [(800, 1), (1_500, 2)] {
        let mut story = answered();
        story.after(1_000).leaves("ann-2", "1", "A").after(away_ms).enters("ann-2", "1", "A");
        story.after(1_000).ends("line-1", "1", 16).ends("ann-2", "1", 16);
        let call = story.call();
        assert_eq!(call.engagements.len(), parts, "away for {away_ms} ms");
        assert!(call.engagements.iter().all(|part| part.wrapup));
        let keys: std::collections::BTreeSet<_> = call.engagements.iter().map(|part| part.key).collect();
        assert_eq!(keys.len(), parts, "each part has an id of its own");
    }
}

#[test]
fn a_caller_lost_after_a_transfer_had_an_agent() {
    let mut story = answered();
    story.after(1_000).leaves("ann-2", "1", "A").ends("ann-2", "1", 16).leaves("line-1", "1", "A");
    story.dials("line-1", "bob-3", "1");
    story.after(4_000).asks_to_hang_up("line-1", "1").dial_ends("bob-3", "1", DialResult::Cancelled);
    story.ends("bob-3", "1", 0).ends("line-1", "1", 16);
    let call = story.call();
    assert_eq!(call.kind, Some(CallType::Inbound));
    assert_eq!(
        results(&call),
        [
            ("ann", Via::Queue, Some(OfferResult::Answered), true),
            ("bob", Via::Transfer, Some(OfferResult::CancelledByCaller), false),
        ]
    );
}

#[test]
fn a_direct_call_that_its_agent_did_not_answer_is_missed_whoever_gave_up() {
    for caller_gives_up in [true, false] {
        let mut story = Story::new();
        story.starts("line-1", "1", Some("602")).dials("line-1", "ann-2", "1").after(5_000);
        if caller_gives_up {
            story.asks_to_hang_up("line-1", "1").dial_ends("ann-2", "1", DialResult::Cancelled);
        } else {
            story.dial_ends("ann-2", "1", DialResult::NoAnswer);
        }
        let call = story.ends("ann-2", "1", 0).ends("line-1", "1", 16).call();
        assert_eq!(call.kind, Some(CallType::Missed));
    }
}

fn abandoned_after(millis: i64, policy: CallPolicy) -> Option<CallType> {
    let mut story = Story::with(policy);
    story.starts("line-1", "1", Some("600")).queues("line-1", "1", "support").after(millis);
    story.asks_to_hang_up("line-1", "1").ends("line-1", "1", 16).call().kind
}

#[test]
fn short_abandons_are_told_apart_only_where_a_threshold_is_set() {
    let five_seconds = CallPolicy { short_abandon_ms: Some(5_000), ..CallPolicy::default() };
    assert_eq!(abandoned_after(3_000, CallPolicy::default()), Some(CallType::Abandoned));
    assert_eq!(abandoned_after(3_000, five_seconds), Some(CallType::ShortAbandoned));
    assert_eq!(abandoned_after(6_000, five_seconds), Some(CallType::Abandoned));
}

#[test]
fn a_call_that_the_phone_system_gave_up_is_missed() {
    let mut story = Story::new();
    story.starts("line-1", "1", Some("600")).queues("line-1", "1", "support").after(20_000);
    assert_eq!(story.ends("line-1", "1", 16).call().kind, Some(CallType::Missed));
}

fn dialled_out(policy: CallPolicy) -> CallRecord {
    let mut story = Story::with(policy);
    story.starts("ann-1", "1", Some("9600111222")).dials("ann-1", "line-2", "1").after(20_000);
    story.dial_ends("line-2", "1", DialResult::NoAnswer).ends("line-2", "1", 19);
    story.asks_to_hang_up("ann-1", "1").ends("ann-1", "1", 16).call()
}

#[test]
fn an_agent_who_dialled_out_and_reached_nobody_owes_a_wrapup_as_the_setting_says() {
    let call = dialled_out(CallPolicy::default());
    assert_eq!((call.kind, call.direction), (Some(CallType::OutboundMissed), Direction::Outbound));
    assert_eq!(results(&call), [("ann", Via::Outbound, Some(OfferResult::Unreachable), true)]);
    let call = dialled_out(CallPolicy { wrapup_unreached: false, ..CallPolicy::default() });
    assert_eq!(results(&call), [("ann", Via::Outbound, Some(OfferResult::Unreachable), false)]);
}

#[test]
fn agents_among_themselves_make_no_activity_and_the_ledger_says_why() {
    let mut story = Story::new();
    story.starts("ann-1", "1", Some("1002")).dials("ann-1", "bob-2", "1").after(1_000);
    story.dial_ends("bob-2", "1", DialResult::Answered).enters("bob-2", "1", "A").enters("ann-1", "1", "A");
    let call = story.after(5_000).ends("ann-1", "1", 16).ends("bob-2", "1", 16).call();
    assert_eq!((call.kind, call.no_activity), (Some(CallType::Internal), Some(NoActivity::InternalCall)));
    assert!(call.engagements.iter().all(|part| !part.wrapup && part.via == Via::Internal));
}

#[test]
fn a_ring_all_over_five_agents_is_one_call_with_five_attempts() {
    let mut story = Story::new();
    story.starts("line-1", "1", Some("605")).queues("line-1", "1", "all");
    for name in ["ann-2", "bob-3", "eve-4", "ann-5", "bob-6"] {
        story.offers("all", "line-1", name, "1");
    }
    story.after(2_000).dial_ends("eve-4", "1", DialResult::Answered);
    for name in ["ann-2", "bob-3", "ann-5", "bob-6"] {
        story.dial_ends(name, "1", DialResult::Cancelled).ends(name, "1", 26);
    }
    story.enters("eve-4", "1", "A").enters("line-1", "1", "A");
    let call = story.after(1_000).ends("line-1", "1", 16).ends("eve-4", "1", 16).call();
    let elsewhere =
        results(&call).iter().filter(|part| part.2 == Some(OfferResult::AnsweredElsewhere)).count();
    assert_eq!((call.engagements.len(), elsewhere, call.kind), (5, 4, Some(CallType::Inbound)));
}

#[test]
fn recorders_and_spies_make_no_call() {
    let mut story = Story::new();
    story.starts("snoop-1", "1", None).enters("snoop-1", "1", "A").ends("snoop-1", "1", 16);
    assert!(story.calls().is_empty());
}

#[test]
fn an_ended_call_never_lives_again_and_late_facts_amend_it() {
    let mut story = answered();
    story.after(1_000).ends("line-1", "1", 16).ends("ann-2", "1", 16).after(3_000);
    let before = story.call();
    story.says(leg("line-1", "1"), None, Fact::Recorded { path: Some("late.wav".to_owned()) });
    let after = story.call();
    assert_eq!((after.state, after.ended_at), (CallState::Ended, before.ended_at));
    assert_eq!(after.recording.as_deref(), Some("late.wav"));
    // A leg that turns up after the end opens nothing; Story asserts it at every change.
    story.starts("bob-7", "1", None);
    assert_eq!(story.call().state, CallState::Ended);
}

#[test]
fn a_caller_who_came_while_nobody_listened_is_a_caller_all_the_same() {
    let mut story = Story::new();
    // Heard of first: ann's phone, linked to a leg that began in the gap.
    story.offers("ventas", "line-1", "ann-1", "line-1");
    story.enters("ann-1", "line-1", "b").enters("line-1", "line-1", "b");
    story.after(5_000).ends("line-1", "line-1", 16).ends("ann-1", "line-1", 16);
    let call = story.call();
    assert_eq!((call.direction, call.kind), (Direction::Inbound, Some(CallType::Inbound)));
    assert_eq!((call.from.as_deref(), call.inferred), (Some("+34600111222"), true));
    assert_eq!((call.engagements.len(), call.engagements[0].via), (1, Via::Queue));
}

#[test]
fn an_agent_whose_phone_was_called_while_nobody_listened_stays_part_of_the_call() {
    let mut story = Story::new();
    story.says(leg("ann-1", "line-1"), None, Fact::Ringing);
    let shown = story.calls.values().next().expect("a call").engagements[0].key;
    story.ends("line-1", "line-1", 16).ends("ann-1", "line-1", 16);
    let call = story.call();
    assert_eq!((call.direction, call.inferred), (Direction::Inbound, true));
    assert_eq!(call.engagements.iter().map(|part| part.key).collect::<Vec<_>>(), [shown]);
}

#[test]
fn a_colleague_who_is_called_into_a_conference_has_the_caller_by_conference() {
    let mut story = answered();
    let joins = |name: &str| (leg(name, "line-1"), Fact::ConferenceJoined { bridge: "room".to_owned() });
    for name in ["line-1", "ann-1"] {
        story.leaves(name, "line-1", "b1").enters(name, "line-1", "room");
        let (on, fact) = joins(name);
        story.says(on, None, fact);
    }
    // Called by nobody's leg, as a command to the phone system does, and into the room.
    story.starts("bob-1", "bob-1", Some("800"));
    story.says(leg("bob-1", "bob-1"), None, Fact::DialBegan { target: None });
    story.after(2_000).enters("bob-1", "bob-1", "room");
    story.after(9_000).ends("ann-1", "line-1", 16).after(9_000);
    let call = story
        .asks_to_hang_up("line-1", "line-1")
        .ends("line-1", "line-1", 16)
        .ends("bob-1", "bob-1", 16)
        .call();
    let expected = [
        ("ann", Via::Queue, Some(OfferResult::Answered), true),
        ("bob", Via::Conference, Some(OfferResult::Answered), true),
    ];
    assert_eq!(results(&call), expected);
}

#[test]
fn a_click_that_is_refused_at_once_called_nobody_and_nothing_of_it_is_guessed() {
    let mut story = Story::new();
    let call = story
        .says(leg("ann-1", "ann-1"), None, Fact::OriginateFailed { dialled: Some("+34911222333".to_owned()) })
        .call();
    assert_eq!((call.kind, call.direction), (Some(CallType::OutboundMissed), Direction::Outbound));
    assert_eq!((call.from.as_deref(), call.to.as_deref()), (Some("ann"), Some("+34911222333")));
    assert_eq!((call.no_activity, call.inferred), (Some(NoActivity::AgentDidNotPickUp), false));
    assert_eq!(results(&call), [("ann", Via::Outbound, Some(OfferResult::Unreachable), false)]);
}

#[test]
fn a_colleague_who_gives_up_is_no_miss_of_either() {
    let mut story = Story::new();
    story.starts("ann-1", "ann-1", Some("1002")).dials("ann-1", "bob-1", "ann-1").after(3_000);
    story.asks_to_hang_up("ann-1", "ann-1").dial_ends("bob-1", "ann-1", DialResult::Cancelled);
    let call = story.ends("bob-1", "ann-1", 0).ends("ann-1", "ann-1", 127).call();
    let expected = [
        ("ann", Via::Internal, Some(OfferResult::Unreachable), false),
        ("bob", Via::Internal, Some(OfferResult::CancelledByCaller), false),
    ];
    assert_eq!((results(&call), call.hung_up_by), (expected.to_vec(), Some(HungUpBy::Agent)));
}

#[test]
fn of_agents_among_themselves_whoever_hangs_up_is_an_agent() {
    let mut story = Story::new();
    story.starts("ann-1", "ann-1", Some("1002")).dials("ann-1", "bob-1", "ann-1");
    story.dial_ends("bob-1", "ann-1", DialResult::Answered);
    story.enters("bob-1", "ann-1", "b1").enters("ann-1", "ann-1", "b1").after(3_000);
    story.asks_to_hang_up("bob-1", "ann-1").ends("bob-1", "ann-1", 16);
    assert_eq!(story.ends("ann-1", "ann-1", 16).call().hung_up_by, Some(HungUpBy::Agent));
}

#[test]
fn a_number_that_nobody_has_hangs_up_on_nobody() {
    let hung_up_by = |cause| {
        let mut story = Story::new();
        story.starts("ann-1", "ann-1", Some("9")).dials("ann-1", "line-1", "ann-1");
        story.asks_to_hang_up("line-1", "ann-1").dial_ends("line-1", "ann-1", DialResult::Unreachable);
        story.ends("line-1", "ann-1", cause).ends("ann-1", "ann-1", cause).call().hung_up_by
    };
    let (unallocated, busy) = (1, 17);
    assert_eq!(hung_up_by(unallocated), Some(HungUpBy::System));
    assert_eq!(hung_up_by(busy), Some(HungUpBy::Customer));
}
