//! What agents clicked, what they say of themselves, and what they did.

use crate::fixture::World;
use crate::sample::*;
use domain::commit::{AgentStateEntry, Change, Precondition};
use domain::dial::{Dial, DialledFrom};
use domain::duty::{AgentMode, AgentState, Mode};
use domain::id::At;
use store::MAX_PAGE;

for_each_store! {
    a_click_is_found_by_the_part_of_a_call_it_makes,
    a_click_is_stored_once,
    a_mode_is_what_the_agent_said_last,
    an_agent_who_never_said_anything_is_available,
    the_mode_precondition_compares_the_version,
    a_history_begins_with_what_the_agent_did_then,
    the_same_state_again_goes_on,
    an_entry_never_begins_before_the_one_before_it,
    a_history_holds_one_agent_and_so_many_entries,
}

async fn does_in_turn(world: &World<'_>, agent: u32, states: &[(AgentState, i64)]) {
    let entries = states.iter().map(|(state, second)| does(agent, *state, *second));
    world.write(entries.map(|entry| Change::AgentState(Box::new(entry))).collect()).await;
}

/// States and the seconds they began in.
async fn history(world: &World<'_>, of: u32, from: i64, to: i64) -> Vec<(AgentState, i64)> {
    let entries = world.store.agent_history(world.tenant, &agent(of), at(from), at(to)).await.unwrap();
    entries.iter().map(|entry| (entry.state, (entry.since.0 - at(0).0) / 1_000_000)).collect()
}

async fn a_click_is_found_by_the_part_of_a_call_it_makes(world: &World<'_>) {
    let read = async |n| world.store.dial(world.tenant, engagement_key(n)).await.unwrap();
    assert_eq!(read(2).await, None);
    let clicks = [
        Dial { from: DialledFrom::Typed, ..dial(2, "+34 600") },
        Dial { from: DialledFrom::Person { person: person_id(1) }, ..dial(3, "8000") },
        Dial { from: DialledFrom::Case { case: case_id(1), contact: None }, ..dial(4, "") },
    ];
    world.write(clicks.iter().map(|click| Change::Dial(Box::new(click.clone()))).collect()).await;
    for (click, n) in clicks.into_iter().zip(2..) {
        assert_eq!(read(n).await, Some(click));
    }
    assert_eq!(read(1).await, Some(dial(1, "600 A")));
}

async fn a_click_is_stored_once(world: &World<'_>) {
    let again = Dial { at: at(99), ..dial(1, "700") };
    world.write(vec![Change::Dial(Box::new(again))]).await;
    assert_eq!(world.store.dial(world.tenant, engagement_key(1)).await.unwrap(), Some(dial(1, "600 A")));
}

async fn a_mode_is_what_the_agent_said_last(world: &World<'_>) {
    let read = async |n| world.store.mode(world.tenant, &agent(n)).await.unwrap();
    assert_eq!(read(1).await, away(1, "Lunch A", 1));
    for (mode, version) in
        [(Mode::Holding, 2), (Mode::Available, 3), (Mode::Away { reason: "".to_owned() }, 4)]
    {
        let said = AgentMode { agent: agent(1), mode, since: at(60), version };
        world.write(vec![Change::Mode(Box::new(said.clone()))]).await;
        assert_eq!(read(1).await, said);
    }
    world.write(vec![Change::Mode(Box::new(away(2, "Break", 1)))]).await;
    assert_eq!((read(2).await, read(1).await.version), (away(2, "Break", 1), 4));
}

async fn an_agent_who_never_said_anything_is_available(world: &World<'_>) {
    let silent = AgentMode { agent: agent(3), mode: Mode::Available, since: At(0), version: 0 };
    assert_eq!(world.store.mode(world.tenant, &agent(3)).await.unwrap(), silent);
}

async fn the_mode_precondition_compares_the_version(world: &World<'_>) {
    let on = |n, version| Precondition::ModeVersion { agent: agent(n), version };
    for (on, holds) in [(on(1, 1), true), (on(1, 0), false), (on(2, 0), true), (on(2, 1), false)] {
        assert_eq!(world.holds(on.clone()).await, holds, "{on:?}");
    }
    world.write(vec![Change::Mode(Box::new(away(1, "Lunch", 2)))]).await;
    assert!(world.holds(on(1, 2)).await && !world.holds(on(1, 1)).await);
}

async fn a_history_begins_with_what_the_agent_did_then(world: &World<'_>) {
    use AgentState::{AfterCallWork, Available, OnCall, Ringing};
    let day = [(Available, 10), (Ringing, 20), (OnCall, 25), (AfterCallWork, 60), (Available, 90)];
    does_in_turn(world, 2, &day).await;
    let cases: [(_, _, &[_]); 9] = [
        (0, 100, &day),
        (10, 91, &day),
        (15, 60, &day[..3]),
        (20, 60, &day[1..3]),
        (24, 25, &day[1..2]),
        (200, 300, &day[4..]),
        (0, 10, &[]),
        (30, 30, &[]),
        (30, 20, &[]),
    ];
    for (from, to, expected) in cases {
        assert_eq!(history(world, 2, from, to).await, expected, "{from} to {to}");
    }
    let all = world.store.agent_history(world.tenant, &agent(1), at(0), at(99)).await.unwrap();
    let lunch = AgentStateEntry { reason: Some("Lunch A".to_owned()), ..does(1, AgentState::Away, 5) };
    assert_eq!(all, [does(1, AgentState::Ringing, 1), lunch]);
}

async fn the_same_state_again_goes_on(world: &World<'_>) {
    use AgentState::{Available, Away};
    does_in_turn(world, 2, &[(Available, 10), (Available, 20), (Away, 30), (Available, 40)]).await;
    assert_eq!(history(world, 2, 0, 100).await, [(Available, 10), (Away, 30), (Available, 40)]);
    // Another reason is another entry.
    let away = |reason: &str, second| {
        let reason = Some(reason.to_owned());
        Change::AgentState(Box::new(AgentStateEntry { reason, ..does(3, Away, second) }))
    };
    world.write(vec![away("Lunch", 1), away("Lunch", 2), away("Break", 3), away("Lunch", 4)]).await;
    assert_eq!(history(world, 3, 0, 100).await, [(Away, 1), (Away, 3), (Away, 4)]);
}

async fn an_entry_never_begins_before_the_one_before_it(world: &World<'_>) {
    use AgentState::{Available, OnCall, Ringing};
    // The phone system says that it rang before our clock says that the agent was free.
    does_in_turn(world, 2, &[(Available, 10), (Ringing, 9), (OnCall, 8), (Available, 12)]).await;
    assert_eq!(
        history(world, 2, 0, 100).await,
        [(Available, 10), (Ringing, 10), (OnCall, 10), (Available, 12)]
    );
    assert_eq!(
        history(world, 2, 10, 12).await,
        [(OnCall, 10)],
        "what lasted for no time is not what they did"
    );
    assert_eq!(history(world, 2, 9, 11).await, [(Available, 10), (Ringing, 10), (OnCall, 10)]);
}

async fn a_history_holds_one_agent_and_so_many_entries(world: &World<'_>) {
    use AgentState::{Available, OnCall};
    let many: Vec<_> =
        (0..=MAX_PAGE as i64).map(|n| (if n % 2 == 0 { Available } else { OnCall }, 10 + n)).collect();
    does_in_turn(world, 2, &many).await;
    does_in_turn(world, 3, &[(OnCall, 15)]).await;
    assert_eq!(history(world, 2, 0, 10_000).await, many[..MAX_PAGE]);
    assert_eq!(history(world, 2, 10, 10_000).await, many[..MAX_PAGE]);
    assert_eq!(history(world, 3, 0, 10_000).await, [(OnCall, 15)]);
    assert_eq!(history(world, 4, 0, 10_000).await, []);
}
