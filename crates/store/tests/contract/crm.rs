//! What of ours is what in the CRM, and what becomes of what hung on a record that is part of another now.

use crate::fixture::World;
use crate::observed::pages;
use crate::sample::*;
use crate::sample_crm::*;
use domain::activity::Activity;
use domain::commit::{Change, Commit};
use domain::directory::Person;
use domain::id::PersonId;
use domain::mirror::{Joined, Local, Mirrored, RemoteId};
use domain::wrapup::{PartyChoice, Wrapup};
use store::{CommitError, LateOwner};

for_each_store! {
    one_organisation_is_followed_and_no_other,
    a_mirrored_record_is_found_by_its_number_and_by_its_id_there,
    calls_wait_for_a_mirrored_record_unless_it_is_of_a_first_load,
    a_record_has_one_id_there_and_those_before_mean_it_still,
    a_twin_means_the_same_person,
    a_record_that_is_gone_is_nothing_there,
    a_mirrored_case_has_the_number_it_has_there_if_it_is_free,
    users_and_places_are_what_was_said_last,
    whoever_kept_users_learns_that_one_was_changed,
    what_hung_on_a_record_hangs_on_what_it_became,
    what_became_nothing_that_is_there_stays,
    activities_of_what_became_another_are_carried_out_again,
}

async fn local(world: &World<'_>, of: u32) -> Option<Local> {
    world.store.locals(world.tenant, &[remote(of)]).await.unwrap()[0]
}

async fn joined(world: &World<'_>, n: u32) -> Vec<Joined> {
    world.store.joined(world.tenant, &[Local::Person(person_id(n))]).await.unwrap()
}

fn became(from: u32, into: u32) -> Change {
    Change::PersonBecame { from: person_id(from), into: person_id(into) }
}

async fn one_organisation_is_followed_and_no_other(world: &World<'_>) {
    world.write(vec![followed(), followed()]).await;
    let organisation = world.store.crm_organisation(world.tenant).await.unwrap();
    assert_eq!(organisation.as_deref(), Some("00D000000000001EAA"));
    let other = Change::CrmFollowed { organisation: "00D000000000002EAA".to_owned() };
    let refused = world.store.commit(Commit::of(world.tenant, vec![other])).await;
    assert!(matches!(refused, Err(CommitError::Inconsistent(_))), "{refused:?}");
}

async fn a_mirrored_record_is_found_by_its_number_and_by_its_id_there(world: &World<'_>) {
    world.write(vec![mirrored(person(3, "Eva", &["600 00 00 03"]), &[number(3)], 9, true)]).await;
    assert_eq!(world.store.match_number(world.tenant, &[number(3)]).await.unwrap()[0].person.name, "Eva");
    assert_eq!(local(world, 9).await, Some(Local::Person(person_id(3))));
    assert_eq!(joined(world, 3).await, [joined_person(3, 9)]);
    assert_eq!((local(world, 8).await, joined(world, 1).await), (None, vec![]));
}

async fn calls_wait_for_a_mirrored_record_unless_it_is_of_a_first_load(world: &World<'_>) {
    let late = async || {
        let owners = world.store.late_owners(world.tenant, 9).await.unwrap();
        owners.into_iter().map(|LateOwner { person, .. }| person).collect::<Vec<PersonId>>()
    };
    let before = late().await;
    world.write(vec![mirrored(person(3, "Eva", &["1"]), &[number(3)], 9, false)]).await;
    assert_eq!(late().await, before);
    world.write(vec![mirrored(person(4, "Leo", &["1"]), &[number(3)], 8, true)]).await;
    assert_eq!(late().await, [before, vec![person_id(4)]].concat());
}

async fn a_record_has_one_id_there_and_those_before_mean_it_still(world: &World<'_>) {
    for of in [9, 8, 8] {
        world.write(vec![Change::Joined(joined_person(1, of))]).await;
        assert_eq!(joined(world, 1).await, [joined_person(1, of)]);
    }
    assert_eq!(local(world, 9).await, Some(Local::Person(person_id(1))));
}

async fn a_twin_means_the_same_person(world: &World<'_>) {
    let twins = Joined { twin: Some(remote(7)), ..joined_person(1, 9) };
    world.write(vec![Change::Joined(twins.clone())]).await;
    assert_eq!(joined(world, 1).await, [twins]);
    for of in [9, 7] {
        assert_eq!(local(world, of).await, Some(Local::Person(person_id(1))));
    }
}

async fn a_record_that_is_gone_is_nothing_there(world: &World<'_>) {
    world.write(vec![Change::Joined(joined_person(1, 9)), Change::PersonDeleted(person_id(1))]).await;
    assert_eq!((local(world, 9).await, joined(world, 1).await), (None, vec![]));
}

async fn a_mirrored_case_has_the_number_it_has_there_if_it_is_free(world: &World<'_>) {
    let mirrored = async |n: u32, number| {
        let case = Box::new(domain::case::Case { number, ..case(n, "Order", None) });
        world.write(vec![Change::CaseMirrored { case, remote: remote(n + 20) }]).await;
        world.store.cases(world.tenant, &[case_id(n)]).await.unwrap()[0].number
    };
    assert_eq!(mirrored(2, 26).await, 26);
    assert_eq!(mirrored(3, 26).await, 27, "the next one");
    assert_eq!(mirrored(3, 30).await, 30);
    assert_eq!(mirrored(3, 30).await, 30);
    assert_eq!(mirrored(4, 0).await, 31);
    assert_eq!(world.store.search_cases(world.tenant, "30", 9).await.unwrap()[0].id, case_id(3));
    assert_eq!(local(world, 23).await, Some(Local::Case(case_id(3))));
}

async fn users_and_places_are_what_was_said_last(world: &World<'_>) {
    let user = |n, of| Change::CrmUser(Box::new(crm_user(n, of)));
    world.write(vec![user(2, None), user(1, None), user(2, Some(1))]).await;
    let users = world.store.crm_users(world.tenant).await.unwrap();
    assert_eq!(users, [crm_user(1, None), crm_user(2, Some(1))]);
    let steps = [
        up_to(Mirrored::Leads, "a", Some((1, 9))),
        up_to(Mirrored::Users, "b", None),
        up_to(Mirrored::Leads, "c", None),
    ];
    world.write(steps.iter().cloned().map(Change::MirroredUpTo).collect()).await;
    let places = world.store.mirrored(world.tenant).await.unwrap();
    assert_eq!(places, [steps[1].clone(), steps[2].clone()]);
}

async fn whoever_kept_users_learns_that_one_was_changed(world: &World<'_>) {
    let mut before = world.store.users_changed();
    let mut changes_it = async |change: Change| {
        world.write(vec![change]).await;
        let now = world.store.users_changed();
        std::mem::replace(&mut before, now) != now
    };
    assert!(changes_it(Change::CrmUser(Box::new(crm_user(1, None)))).await);
    assert!(changes_it(Change::CrmUser(Box::new(crm_user(1, Some(1))))).await);
    assert!(changes_it(Change::User(Box::new(user(9, "nine")))).await);
    assert_eq!(world.store.users_changed(), before, "reading changes nothing");
}

async fn what_hung_on_a_record_hangs_on_what_it_became(world: &World<'_>) {
    let draft = domain::wrapup::Draft {
        party: Some(PartyChoice::Existing { person: person_id(1) }),
        ..draft(2, "typed")
    };
    let of_account = Person { account: Some(person_id(1)), ..person(4, "Leo", &[]) };
    world
        .write(vec![
            Change::Joined(joined_person(1, 9)),
            Change::Wrapup(Box::new(Wrapup { draft, ..wrapup(1, 1, 1) })),
            found_by(of_account, &[]),
        ])
        .await;
    let lists = pages(world.store, world.tenant, person_id(1)).await.concat();
    let filed: Vec<_> = lists.iter().map(|row| row.activity.key).collect();
    world.write(vec![became(1, 2)]).await;
    assert_eq!(world.store.person(world.tenant, person_id(1)).await.unwrap(), None);
    let now = pages(world.store, world.tenant, person_id(2)).await.concat();
    assert_eq!(now.iter().map(|row| row.activity.key).collect::<Vec<_>>(), filed);
    assert!(pages(world.store, world.tenant, person_id(1)).await.concat().is_empty());
    let open = world.store.activity(world.tenant, call_key(1)).await.unwrap().unwrap().activity;
    assert_eq!(open.candidates.iter().map(|one| one.person).collect::<Vec<_>>(), [person_id(2)]);
    let logged = world.store.activity(world.tenant, call_key(2)).await.unwrap().unwrap().activity;
    assert_eq!(logged.party.and_then(|party| party.person), Some(person_id(2)));
    let wrapup = world.store.wrapup(world.tenant, engagement_key(1)).await.unwrap().unwrap();
    assert_eq!(wrapup.draft.party, Some(PartyChoice::Existing { person: person_id(2) }));
    assert_eq!(world.store.cases_of_person(world.tenant, person_id(2), 9).await.unwrap()[0].id, case_id(1));
    assert_eq!(world.store.people_of_account(world.tenant, person_id(2), 9).await.unwrap()[0].name, "Leo");
    assert_eq!(local(world, 9).await, Some(Local::Person(person_id(2))));
    assert_eq!(joined(world, 2).await, [], "an id that it had is none that it has");
}

async fn what_became_nothing_that_is_there_stays(world: &World<'_>) {
    for (from, into) in [(1, 9), (9, 1), (1, 1)] {
        world.write(vec![became(from, into)]).await;
    }
    let list = pages(world.store, world.tenant, person_id(1)).await.concat();
    assert!(!list.is_empty());
    let unknown = RemoteId("003000000000000999".to_owned());
    assert_eq!(world.store.locals(world.tenant, &[unknown]).await.unwrap(), [None]);
}

async fn activities_of_what_became_another_are_carried_out_again(world: &World<'_>) {
    let settled = Activity { archived: true, ..logged_activity(2, &[], 1) };
    world.write(vec![followed(), Change::Activity(Box::new(settled)), became(1, 2)]).await;
    let due = world.store.outbox_due(world.tenant, at(0), 9).await.unwrap();
    let version = due.iter().find(|entry| entry.subject == domain::outbox::Subject::Activity(call_key(2)));
    assert!(version.is_some(), "{due:?}");
}
