//! Whose number may not be shown.

use super::*;

#[test]
fn a_caller_has_no_number_before_it_can_be_known_whether_they_withhold_it() {
    let number = |story: &Story| story.calls.values().next().expect("a call").from.clone();
    for (first, then, shown) in [
        (None, None, true),
        (Some(false), None, true),
        (Some(true), None, false),
        // What is said later is the dialplan's own, of whatever it calls next.
        (Some(false), Some(true), true),
        (Some(true), Some(false), false),
    ] {
        let mut story = Story::new();
        story.starts("line-1", "1", Some("600"));
        assert_eq!(number(&story), None, "it is not known yet");
        for withheld in [first, then].into_iter().flatten() {
            story.says(leg("line-1", "1"), None, Fact::Presented { withheld });
        }
        story.queues("line-1", "1", "support").dials("line-1", "ann-2", "1");
        assert_eq!(number(&story).is_some(), shown, "{first:?}, {then:?}");
        let call = story.after(4_000).ends("ann-2", "1", 0).ends("line-1", "1", 16).call();
        assert_eq!((call.from.is_some(), call.direction), (shown, Direction::Inbound));
        let why = call.explanation.iter().any(|why| why.rule == "caller.withheld");
        assert_eq!(why, !shown, "{first:?}, {then:?}");
    }
}

#[test]
fn an_agent_who_hides_their_number_dials_a_customer_all_the_same() {
    let mut story = Story::new();
    story.starts("ann-1", "1", Some("9600111222")).dials("ann-1", "line-2", "1");
    story.says(leg("line-2", "1"), None, Fact::Presented { withheld: true }).after(2_000);
    let call = story.ends("line-2", "1", 19).ends("ann-1", "1", 16).call();
    assert_eq!(call.customer_number(), Some("+34600111222"));
    assert!(call.explanation.iter().all(|why| why.rule != "caller.withheld"));
}
