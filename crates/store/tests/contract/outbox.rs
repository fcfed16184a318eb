//! The outbox: what is noted in it and by which change, and what attempts leave of it.

use crate::fixture::World;
use crate::sample::*;
use crate::sample_crm::*;
use domain::activity::{Activity, Outcome};
use domain::commit::Change;
use domain::disposition::{CodeEffects, LoggedCode};
use domain::id::At;
use domain::outbox::{Attempt, FiledState, OutboxEntry, RefusalKind, Subject, Vanished};
use domain::report::calendar::Day;
use store::OutboxTally;

for_each_store! {
    a_tenant_that_mirrors_no_crm_has_nothing_noted,
    a_record_that_is_made_here_is_noted_until_it_is_joined,
    a_case_that_is_made_here_is_noted_until_it_is_joined,
    what_is_mirrored_is_not_noted,
    an_activity_is_noted_once_it_is_archived_and_settled,
    the_same_again_is_not_noted_again,
    a_correction_and_a_late_fact_are_noted_again,
    what_changed_while_it_was_carried_out_stays,
    an_attempt_says_when_it_is_due_again,
    a_refusal_waits_for_a_person_and_a_change_tries_it_again,
    a_person_can_have_it_tried_again_or_leave_it,
    an_attempt_of_an_earlier_version_leaves_its_doubt_and_nothing_else,
    what_became_of_an_activity_is_kept,
    what_was_noted_first_is_due_first,
    follow_ups_are_due_behind_everything_else,
    the_stuck_are_listed_page_by_page,
    the_agents_own_are_counted,
    a_call_that_is_part_of_another_is_carried_out_no_more,
    what_is_there_of_a_call_that_is_part_of_another_is_to_be_taken_away,
    what_was_carried_out_while_it_became_part_of_another_is_known_to_be_there,
    a_follow_up_is_noted_with_what_changes_it_and_with_its_activity,
    the_follow_up_of_a_call_that_is_part_of_another_is_to_go_and_the_others_to_be_there,
}

fn follow_up(n: u32) -> Subject {
    Subject::FollowUp(call_key(n))
}

/// The Activity of a call whose code asks for a follow-up on this day, or for none.
fn asking(n: u32, day: Option<i32>) -> Activity {
    let effects = CodeEffects { follow_up: day.map(Day), ..CodeEffects::default() };
    let (agent, code) = (Some(agent(1)), Some(LoggedCode { effects, ..logged(1, "sold") }));
    Activity { agent, code, ..settled(n) }
}

async fn a_follow_up_is_noted_with_what_changes_it_and_with_its_activity(world: &World<'_>) {
    world.write(vec![call(ended_call(3, "A", vec![])), saved(asking(3, Some(100)))]).await;
    assert_eq!(due(world).await, [], "a tenant that mirrors no CRM has nothing noted");
    world.write(vec![followed()]).await;
    world.write(vec![call(ended_call(4, "A", vec![])), saved(asking(4, None))]).await;
    assert_eq!(version(world, follow_up(4)).await, None);
    world.write(vec![saved(asking(4, Some(100)))]).await;
    assert_eq!(version(world, follow_up(4)).await, Some(1));
    let carried = |version, task| Change::FollowUpCarried {
        call: call_key(4),
        version,
        filed: Box::new(follow_up_filed(task)),
    };
    world.write(vec![carried(1, Some(7))]).await;
    assert_eq!(version(world, follow_up(4)).await, None);
    let filed = world.store.follow_up_filed(world.tenant, call_key(4)).await;
    assert_eq!(filed, Ok(Some(follow_up_filed(Some(7)))));
    // Whom its task is about changes with the Activity; whose it is with itself.
    world.write(vec![saved(Activity { notes: Some("x".to_owned()), ..asking(4, Some(100)) })]).await;
    assert_eq!(version(world, follow_up(4)).await, Some(1));
    let made = world.store.follow_up(world.tenant, call_key(4)).await.unwrap().unwrap();
    let given = made.give(made.version, &agent(2)).unwrap().unwrap();
    world.write(vec![Change::FollowUp(Box::new(given))]).await;
    assert_eq!(version(world, follow_up(4)).await, Some(2));
    world.write(vec![carried(1, Some(7))]).await;
    assert_eq!(version(world, follow_up(4)).await, Some(2), "it changed while it was carried out");
    world.write(vec![saved(asking(4, None)), carried(2, None)]).await;
    assert!(version(world, follow_up(4)).await > Some(2));
}

async fn the_follow_up_of_a_call_that_is_part_of_another_is_to_go_and_the_others_to_be_there(
    world: &World<'_>,
) {
    world.write(vec![followed()]).await;
    for n in 3..=4 {
        world.write(vec![call(ended_call(n, "A", vec![]))]).await;
    }
    world.write(vec![saved(asking(3, Some(100))), saved(asking(4, None))]).await;
    let carried = |n, version, task| Change::FollowUpCarried {
        call: call_key(n),
        version,
        filed: Box::new(follow_up_filed(task)),
    };
    world.write(vec![carried(3, 1, Some(7))]).await;
    world.write(vec![Change::CallMerged { from: call_key(3), into: call_key(4) }]).await;
    let noted = subjects(world).await;
    assert!(noted.contains(&follow_up(3)) && noted.contains(&follow_up(4)), "{noted:?}");
    assert_eq!(world.store.follow_up(world.tenant, call_key(3)).await, Ok(None));
    world.write(vec![carried(3, 1, None), carried(4, 1, Some(8))]).await;
    // What is gone of a call that is no more is forgotten.
    assert_eq!(world.store.follow_up_filed(world.tenant, call_key(3)).await, Ok(None));
    let there = world.store.follow_up_filed(world.tenant, call_key(4)).await;
    assert_eq!(there, Ok(Some(follow_up_filed(Some(8)))));
}

async fn due(world: &World<'_>) -> Vec<OutboxEntry> {
    world.store.outbox_due(world.tenant, at(1_000), 99).await.unwrap()
}

async fn subjects(world: &World<'_>) -> Vec<Subject> {
    due(world).await.into_iter().map(|entry| entry.subject).collect()
}

async fn version(world: &World<'_>, subject: Subject) -> Option<u64> {
    world.store.outbox_entry(world.tenant, subject).await.unwrap().map(|entry| entry.version)
}

fn activity(n: u32) -> Subject {
    Subject::Activity(call_key(n))
}

fn settled(n: u32) -> Activity {
    Activity { archived: true, ..logged_activity(n, &[], 1) }
}

fn saved(activity: Activity) -> Change {
    Change::Activity(Box::new(activity))
}

/// Calls 3 to 5 end, and their Activities are settled.
async fn three_settled(world: &World<'_>) {
    world.write(vec![followed()]).await;
    for n in 3..=5 {
        world.write(vec![call(ended_call(n, "A", vec![])), saved(settled(n))]).await;
    }
}

async fn a_tenant_that_mirrors_no_crm_has_nothing_noted(world: &World<'_>) {
    world.write(vec![found_by(person(3, "Eva", &[]), &[]), Change::Case(Box::new(case(3, "x", None)))]).await;
    world.write(vec![call(ended_call(3, "A", vec![])), saved(settled(3))]).await;
    assert_eq!(due(world).await, []);
    assert_eq!(world.store.crm_organisation(world.tenant).await.unwrap(), None);
    assert_eq!(world.store.outbox_tally(world.tenant).await.unwrap(), OutboxTally::default());
}

async fn a_record_that_is_made_here_is_noted_until_it_is_joined(world: &World<'_>) {
    let subject = Subject::Person(person_id(3));
    world.write(vec![followed(), found_by(person(3, "Eva", &[]), &[])]).await;
    assert_eq!(due(world).await, [OutboxEntry::noted(subject)]);
    world.write(vec![found_by(person(3, "Eva B", &[]), &[])]).await;
    assert_eq!(version(world, subject).await, Some(2));
    world.write(vec![Change::Joined(joined_person(3, 9))]).await;
    assert_eq!(due(world).await, []);
    world.write(vec![found_by(person(3, "Eva C", &[]), &[])]).await;
    assert_eq!(due(world).await, []);
}

async fn a_case_that_is_made_here_is_noted_until_it_is_joined(world: &World<'_>) {
    let subject = Subject::Case(case_id(3));
    world.write(vec![followed(), Change::Case(Box::new(case(3, "Order", Some(1))))]).await;
    assert_eq!(subjects(world).await, [subject]);
    let case = Box::new(case(3, "Order", Some(1)));
    world.write(vec![Change::CaseMirrored { case, remote: remote(5) }]).await;
    assert_eq!(due(world).await, []);
}

async fn what_is_mirrored_is_not_noted(world: &World<'_>) {
    world.write(vec![followed(), mirrored(person(3, "Eva", &[]), &[], 9, true)]).await;
    world.write(vec![mirrored(person(3, "Eva B", &[]), &[], 9, true)]).await;
    assert_eq!(due(world).await, []);
}

async fn an_activity_is_noted_once_it_is_archived_and_settled(world: &World<'_>) {
    world.write(vec![followed(), call(ended_call(3, "A", vec![]))]).await;
    world.write(vec![saved(logged_activity(3, &[], 1))]).await;
    assert_eq!(due(world).await, [], "the call is not over");
    world.write(vec![Change::ActivityArchived { key: call_key(3), owes_wrapup: true }]).await;
    assert_eq!(subjects(world).await, [activity(3)]);
    world
        .write(vec![
            call(ended_call(4, "A", vec![])),
            Change::ActivityOpened(Box::new(open_activity(4, &[]))),
        ])
        .await;
    world.write(vec![Change::ActivityArchived { key: call_key(4), owes_wrapup: true }]).await;
    assert_eq!(subjects(world).await, [activity(3)], "a wrap-up is owed");
    world.write(vec![saved(Activity { outcome: Outcome::NotLogged, ..open_activity(4, &[]) })]).await;
    assert_eq!(subjects(world).await, [activity(3), activity(4)]);
    world
        .write(vec![
            call(ended_call(5, "A", vec![])),
            Change::ActivityOpened(Box::new(open_activity(5, &[]))),
        ])
        .await;
    world.write(vec![Change::ActivityArchived { key: call_key(5), owes_wrapup: false }]).await;
    assert_eq!(subjects(world).await, [activity(3), activity(4), activity(5)]);
}

async fn the_same_again_is_not_noted_again(world: &World<'_>) {
    three_settled(world).await;
    let again = vec![call(ended_call(3, "A", vec![])), saved(settled(3))];
    world.write(again).await;
    world.write(vec![Change::ActivityArchived { key: call_key(3), owes_wrapup: false }]).await;
    assert_eq!(version(world, activity(3)).await, Some(1));
}

async fn a_correction_and_a_late_fact_are_noted_again(world: &World<'_>) {
    three_settled(world).await;
    world.write(vec![saved(Activity { revision: 1, notes: None, ..settled(3) })]).await;
    assert_eq!(version(world, activity(3)).await, Some(2));
    let mut late = ended_call(3, "A", vec![]);
    late.talk_ms += 1_000;
    world.write(vec![call(late)]).await;
    assert_eq!(version(world, activity(3)).await, Some(3));
}

async fn what_changed_while_it_was_carried_out_stays(world: &World<'_>) {
    three_settled(world).await;
    let done = |n, version| Change::CarriedOut { subject: activity(n), version, filed: Some(filed(n)) };
    world.write(vec![saved(Activity { revision: 1, ..settled(4) })]).await;
    world.write(vec![done(3, 1), done(4, 1)]).await;
    assert_eq!(subjects(world).await, [activity(4), activity(5)]);
    assert_eq!(world.store.filed(world.tenant, call_key(4)).await.unwrap(), Some(filed(4)));
    world.write(vec![done(4, 2)]).await;
    assert_eq!(subjects(world).await, [activity(5)]);
}

async fn an_attempt_says_when_it_is_due_again(world: &World<'_>) {
    three_settled(world).await;
    world.write(vec![tried(Attempt { in_doubt: true, ..attempt(activity(3), 1, 7) })]).await;
    let due_at = async |second| world.store.outbox_due(world.tenant, at(second), 1).await.unwrap()[0].clone();
    assert_eq!(due_at(6).await.subject, activity(4));
    let again = due_at(7).await;
    assert_eq!((again.subject, again.tries, again.in_doubt), (activity(3), 7, true));
    world.write(vec![saved(Activity { revision: 1, ..settled(3) })]).await;
    let changed = due_at(0).await;
    assert_eq!((changed.tries, changed.not_before, changed.in_doubt), (0, At(0), true), "the doubt stays");
}

async fn a_refusal_waits_for_a_person_and_a_change_tries_it_again(world: &World<'_>) {
    three_settled(world).await;
    let refused = Some(refusal(RefusalKind::Rule));
    world.write(vec![tried(Attempt { refusal: refused.clone(), ..attempt(activity(3), 1, 1) })]).await;
    assert_eq!(subjects(world).await, [activity(4), activity(5)]);
    assert_eq!(world.store.outbox_tally(world.tenant).await.unwrap(), OutboxTally { waiting: 2, stuck: 1 });
    let stuck = world.store.outbox_stuck(world.tenant, None, 9).await.unwrap();
    assert_eq!((stuck.entries[0].subject, &stuck.entries[0].refusal), (activity(3), &refused));
    world.write(vec![saved(Activity { revision: 1, ..settled(3) })]).await;
    assert_eq!(subjects(world).await, [activity(3), activity(4), activity(5)]);
}

async fn a_person_can_have_it_tried_again_or_leave_it(world: &World<'_>) {
    three_settled(world).await;
    let again = |n, despite| Change::OutboxAgain { subject: activity(n), despite_duplicates: despite };
    world.write(vec![again(3, true)]).await;
    assert_eq!(version(world, activity(3)).await, Some(1), "nothing of it is refused");
    for n in [3, 4] {
        let refusal = Some(refusal(RefusalKind::Duplicates));
        world.write(vec![tried(Attempt { refusal, ..attempt(activity(n), 1, 1) })]).await;
    }
    world.write(vec![again(3, true), Change::OutboxLeft(activity(4)), again(9, false)]).await;
    assert_eq!(subjects(world).await, [activity(3), activity(5)]);
    assert!(due(world).await[0].despite_duplicates);
    assert_eq!(world.store.outbox_stuck(world.tenant, None, 9).await.unwrap().entries, []);
}

async fn an_attempt_of_an_earlier_version_leaves_its_doubt_and_nothing_else(world: &World<'_>) {
    three_settled(world).await;
    world.write(vec![saved(Activity { revision: 1, ..settled(3) })]).await;
    let refusal = Some(refusal(RefusalKind::Rule));
    world.write(vec![tried(Attempt { in_doubt: true, refusal, ..attempt(activity(3), 1, 5) })]).await;
    let expected = OutboxEntry { version: 2, in_doubt: true, ..OutboxEntry::noted(activity(3)) };
    assert_eq!(due(world).await[0], expected);
    world.write(vec![Change::CarriedOut { subject: activity(3), version: 1, filed: None }]).await;
    assert_eq!(due(world).await[0], OutboxEntry { in_doubt: false, ..expected });
}

async fn what_became_of_an_activity_is_kept(world: &World<'_>) {
    three_settled(world).await;
    assert_eq!(world.store.filed(world.tenant, call_key(3)).await.unwrap(), None);
    for state in [filed(3), FiledState::DeletedThere] {
        let filed = Some(state.clone());
        world.write(vec![Change::CarriedOut { subject: activity(3), version: 1, filed }]).await;
        assert_eq!(world.store.filed(world.tenant, call_key(3)).await.unwrap(), Some(state));
    }
    world.write(vec![Change::CarriedOut { subject: activity(9), version: 1, filed: Some(filed(9)) }]).await;
    assert_eq!(world.store.filed(world.tenant, call_key(9)).await.unwrap(), None, "a call that is not there");
}

async fn what_was_noted_first_is_due_first(world: &World<'_>) {
    three_settled(world).await;
    world.write(vec![saved(Activity { revision: 1, ..settled(3) })]).await;
    world.write(vec![found_by(person(3, "Eva", &[]), &[])]).await;
    let first = world.store.outbox_due(world.tenant, at(0), 2).await.unwrap();
    let first: Vec<Subject> = first.into_iter().map(|entry| entry.subject).collect();
    assert_eq!(first, [activity(3), activity(4)]);
    assert_eq!(subjects(world).await.last(), Some(&Subject::Person(person_id(3))));
}

/// A day's follow-ups are noted in one go where an admin says that they are Tasks.
async fn follow_ups_are_due_behind_everything_else(world: &World<'_>) {
    world.write(vec![followed()]).await;
    for n in 3..=5 {
        world.write(vec![call(ended_call(n, "A", vec![])), saved(asking(n, Some(100)))]).await;
    }
    world.write(vec![saved(Activity { revision: 1, ..asking(3, Some(100)) })]).await;
    let due = async |limit| {
        let due = world.store.outbox_due(world.tenant, at(0), limit).await.unwrap();
        due.into_iter().map(|entry| entry.subject).collect::<Vec<_>>()
    };
    let all = [activity(3), activity(4), activity(5), follow_up(3), follow_up(4), follow_up(5)];
    assert_eq!(due(9).await, all);
    assert_eq!(due(2).await, all[..2]);
    assert_eq!(due(4).await, all[..4]);
}

async fn the_stuck_are_listed_page_by_page(world: &World<'_>) {
    three_settled(world).await;
    for n in 3..=5 {
        let refusal = Some(refusal(RefusalKind::Rule));
        world.write(vec![tried(Attempt { refusal, ..attempt(activity(n), 1, 1) })]).await;
    }
    let first = world.store.outbox_stuck(world.tenant, None, 2).await.unwrap();
    world.write(vec![Change::OutboxLeft(activity(4))]).await;
    let second = world.store.outbox_stuck(world.tenant, first.next.as_deref(), 2).await.unwrap();
    assert_eq!((first.entries.len(), second.entries[0].subject, second.next), (2, activity(5), None));
}

async fn the_agents_own_are_counted(world: &World<'_>) {
    three_settled(world).await;
    let whose = settled(3).agent.unwrap();
    world.write(vec![saved(Activity { agent: Some(agent(4)), ..settled(5) })]).await;
    let refusal = Some(refusal(RefusalKind::Owner));
    world.write(vec![tried(Attempt { refusal, ..attempt(activity(3), 1, 1) })]).await;
    let of = async |agent| world.store.outbox_of_agent(world.tenant, &agent).await.unwrap();
    assert_eq!(of(whose).await, OutboxTally { waiting: 1, stuck: 1 });
    assert_eq!(of(agent(4)).await, OutboxTally { waiting: 1, stuck: 0 });
    assert_eq!(of(agent(3)).await, OutboxTally::default());
}

async fn a_call_that_is_part_of_another_is_carried_out_no_more(world: &World<'_>) {
    three_settled(world).await;
    world.write(vec![Change::CallMerged { from: call_key(3), into: call_key(4) }]).await;
    assert_eq!(version(world, activity(3)).await, None);
    assert_eq!(subjects(world).await, [activity(4), activity(5), vanished(3)]);
    // It was about to be carried out: whether it is there is to be asked.
    let expected = Some(Vanished { into: call_key(4), filed: None });
    assert_eq!(world.store.vanished(world.tenant, call_key(3)).await, Ok(expected));
}

fn vanished(n: u32) -> Subject {
    Subject::Vanished(call_key(n))
}

async fn what_is_there_of_a_call_that_is_part_of_another_is_to_be_taken_away(world: &World<'_>) {
    three_settled(world).await;
    let filed = filed(3);
    let carried = |n: u32, filed: &FiledState| Change::CarriedOut {
        subject: activity(n),
        version: 1,
        filed: Some(filed.clone()),
    };
    world.write(vec![carried(3, &filed), carried(4, &FiledState::DeletedThere)]).await;
    let merged = |n| Change::CallMerged { from: call_key(n), into: call_key(5) };
    world.write(vec![merged(3), merged(4)]).await;
    assert_eq!(subjects(world).await, [activity(5), vanished(3)], "what was deleted there is not looked for");
    let FiledState::There(there) = filed else { panic!("it is there") };
    let known = Vanished { into: call_key(5), filed: Some(there) };
    assert_eq!(world.store.vanished(world.tenant, call_key(3)).await, Ok(Some(known)));
    let done = Change::CarriedOut { subject: vanished(3), version: 1, filed: None };
    world.write(vec![done]).await;
    assert_eq!(subjects(world).await, [activity(5)]);
    assert_eq!(world.store.vanished(world.tenant, call_key(3)).await, Ok(None));
}

async fn what_was_carried_out_while_it_became_part_of_another_is_known_to_be_there(world: &World<'_>) {
    three_settled(world).await;
    world.write(vec![Change::CallMerged { from: call_key(3), into: call_key(4) }]).await;
    let filed = filed(3);
    let carried = Change::CarriedOut { subject: activity(3), version: 1, filed: Some(filed.clone()) };
    world.write(vec![carried]).await;
    let FiledState::There(there) = filed else { panic!("it is there") };
    let known = Vanished { into: call_key(4), filed: Some(there) };
    assert_eq!(world.store.vanished(world.tenant, call_key(3)).await, Ok(Some(known)));
    assert_eq!(version(world, vanished(3)).await, Some(2));
    world.write(vec![Change::OutboxLeft(vanished(3))]).await;
    assert_eq!(world.store.vanished(world.tenant, call_key(3)).await, Ok(None));
}
