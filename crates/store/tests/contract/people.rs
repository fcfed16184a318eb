//! Records of the directory and the words they are found by. Numbers are in [`crate::numbers`].

use crate::fixture::World;
use crate::sample::*;
use domain::commit::{Change, Commit, Precondition};
use domain::directory::{Person, PersonKind, PersonLine};
use domain::phone::{KeyBasis, Tier};
use store::CommitError;

for_each_store! {
    a_person_is_what_was_last_said_of_them,
    lines_come_in_the_order_asked,
    people_are_found_by_beginnings_of_words,
    people_are_found_by_digits,
    words_that_are_gone_find_nobody,
    a_deleted_person_is_nowhere,
    people_are_read_by_id_each_once_a_page_after_the_other,
    a_key_of_a_field_that_is_not_there_is_inconsistent,
    the_person_preconditions_look_at_the_row,
    an_accounts_people_are_those_who_name_it,
    which_of_several_records_belong_to_an_account_is_one_read,
    calls_may_wait_for_a_record_with_a_number_that_is_new_to_it,
}

fn saved(person: Person) -> Change {
    found_by(person, &[])
}

async fn found(world: &World<'_>, text: &str) -> Vec<String> {
    let lines = world.store.search_people(world.tenant, text, 50).await.unwrap();
    lines.into_iter().map(|line| line.name).collect()
}

async fn a_person_is_what_was_last_said_of_them(world: &World<'_>) {
    let read = async || world.store.person(world.tenant, person_id(3)).await.unwrap();
    assert_eq!(read().await, None);
    let full = Person {
        kind: PersonKind::PersonAccount,
        company: Some("Peñas & Cía.".to_owned()),
        account: Some(person_id(4)),
        email: Some("eva@example.org".to_owned()),
        version: 7,
        created_by_call: Some(call_key(2)),
        owner: Some(user_id(2)),
        ..person(3, "Eva 'O Hara\u{0}", &["", "600", "o \"91\""])
    };
    let kinds = [PersonKind::Contact, PersonKind::Lead, PersonKind::Account]
        .map(|kind| Person { kind, ..person(3, "Eva", &[]) });
    for step in [full].into_iter().chain(kinds) {
        world.write(vec![saved(step.clone())]).await;
        assert_eq!(read().await, Some(step));
    }
}

async fn people_are_read_by_id_each_once_a_page_after_the_other(world: &World<'_>) {
    world.write((10..17).rev().map(|n| saved(person(n, "Somebody", &[]))).collect()).await;
    let whole = world.store.people_after(world.tenant, None, 50).await.unwrap();
    assert!(whole.is_sorted_by(|a, b| a.id < b.id));
    for n in 10..17 {
        assert!(whole.iter().any(|person| person.id == person_id(n)), "{n}");
    }
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.people_after(world.tenant, after, 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        pages.extend(page);
    }
    assert_eq!(pages, whole);
}

async fn lines_come_in_the_order_asked(world: &World<'_>) {
    let ids = [2, 4, 1, 2].map(person_id);
    let lines = world.store.person_lines(world.tenant, &ids).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.id).collect::<Vec<_>>(), [2, 1, 2].map(person_id));
    let bea = PersonLine {
        id: person_id(2),
        kind: PersonKind::Contact,
        name: "Bea A".to_owned(),
        company: None,
        phone: Some("600000001".to_owned()),
    };
    assert_eq!(lines[0], bea);
}

async fn people_are_found_by_beginnings_of_words(world: &World<'_>) {
    let acme = Person { company: Some("Acme S.A.".to_owned()), ..person(3, "Ángel Ibáñez Núñez", &[]) };
    let anne = Person { company: Some("acmé".to_owned()), ..person(4, "Anne-Marie Ib", &[]) };
    world.write(vec![saved(acme), saved(anne)]).await;
    let (angel, anne, ana) = ("Ángel Ibáñez Núñez", "Anne-Marie Ib", "Ana A");
    let cases: &[(&str, &[&str])] = &[
        ("an", &[ana, anne, angel]),
        ("ÁN", &[ana, anne, angel]),
        ("angel", &[angel]),
        ("ib an", &[anne, angel]),
        ("ibañ", &[angel]),
        ("acme", &[anne, angel]),
        ("acme marie", &[anne]),
        ("marie, acme; ib", &[anne]),
        ("a a", &[ana, anne, "Bea A", angel]),
        ("ngel", &[]),
        ("angel x", &[]),
        ("", &[]),
        (" -'\"%_* ", &[]),
        ("an*", &[ana, anne, angel]),
    ];
    for (text, names) in cases {
        assert_eq!(found(world, text).await, *names, "{text:?}");
    }
    let two = world.store.search_people(world.tenant, "a", 2).await.unwrap();
    assert_eq!(two.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(), [ana, anne]);
}

async fn people_are_found_by_digits(world: &World<'_>) {
    let keys = [key(Tier::E, "+5491123456789"), key(Tier::N, "1123456789"), key(Tier::L, "54:23456789")];
    world.write(vec![found_by(person(3, "Eva", &["2345-6789"]), &keys)]).await;
    for text in ["+54 9 11", "5491", "0054911", "9112", "1123", "2345", "(2345) 67", "eva 1123"] {
        assert_eq!(found(world, text).await, ["Eva"], "{text}");
    }
    for text in ["112", "6789", "eva 600000001"] {
        assert_eq!(found(world, text).await, [""; 0], "{text}");
    }
    assert_eq!(found(world, "600 00 00 01").await, ["Ana A", "Bea A"]);
}

async fn words_that_are_gone_find_nobody(world: &World<'_>) {
    let renamed = Person { version: 2, ..person(1, "Zoe", &["700"]) };
    world.write(vec![found_by(renamed, &[number(3)])]).await;
    assert_eq!(found(world, "ana").await, [""; 0]);
    assert_eq!(found(world, "600000001").await, ["Bea A"]);
    assert_eq!(found(world, "zo").await, ["Zoe"]);
    assert_eq!(found(world, "60000 0003").await, ["Zoe"]);
}

async fn a_deleted_person_is_nowhere(world: &World<'_>) {
    world.write(vec![Change::PersonDeleted(person_id(1)), Change::PersonDeleted(person_id(5))]).await;
    assert_eq!(world.store.person(world.tenant, person_id(1)).await.unwrap(), None);
    assert_eq!(world.store.person_lines(world.tenant, &[person_id(1)]).await.unwrap(), vec![]);
    assert_eq!(found(world, "ana").await, [""; 0]);
    assert_eq!(world.store.match_number(world.tenant, &[number(1)]).await.unwrap().len(), 1);
    // And can come back.
    world.write(vec![found_by(person(1, "Ana again", &["x"]), &[number(1)])]).await;
    assert_eq!(found(world, "ana").await, ["Ana again"]);
    assert_eq!(world.store.match_number(world.tenant, &[number(1)]).await.unwrap().len(), 2);
}

async fn a_key_of_a_field_that_is_not_there_is_inconsistent(world: &World<'_>) {
    let commit = Commit::of(world.tenant, vec![found_by(person(3, "Eva", &[]), &[number(3)])]);
    assert!(matches!(world.store.commit(commit).await, Err(CommitError::Inconsistent(_))));
    assert_eq!(world.store.person(world.tenant, person_id(3)).await.unwrap(), None);
}

async fn the_person_preconditions_look_at_the_row(world: &World<'_>) {
    let exists = |n| Precondition::PersonExists { id: person_id(n) };
    let at_version = |n, version| Precondition::PersonVersion { id: person_id(n), version };
    assert!(world.holds(exists(1)).await && !world.holds(exists(3)).await);
    assert!(world.holds(at_version(1, 1)).await && !world.holds(at_version(1, 2)).await);
    assert!(world.holds(at_version(3, 0)).await && !world.holds(at_version(3, 1)).await);
    world
        .write(vec![saved(Person { version: 2, ..person(1, "Ana", &[]) }), saved(person(3, "Eva", &[]))])
        .await;
    world.write(vec![Change::PersonDeleted(person_id(2))]).await;
    assert!(world.holds(at_version(1, 2)).await && !world.holds(at_version(1, 1)).await);
    assert!(world.holds(exists(3)).await && !world.holds(exists(2)).await);
    assert!(world.holds(at_version(2, 0)).await);
}

async fn an_accounts_people_are_those_who_name_it(world: &World<'_>) {
    let of = |account: Option<u32>, row| Person { account: account.map(person_id), ..row };
    let people = async |account, limit| {
        let lines = world.store.people_of_account(world.tenant, person_id(account), limit).await.unwrap();
        lines.into_iter().map(|line| line.name).collect::<Vec<_>>()
    };
    assert_eq!(people(3, 9).await, [""; 0]);
    assert_eq!(people(5, 9).await, ["Bea A"]);
    let rows = [
        of(Some(3), person(1, "Zoe", &[])),
        of(Some(3), person(5, "Ana", &[])),
        of(Some(3), person(4, "Ana", &[])),
        of(Some(2), person(6, "Bea", &[])),
        of(None, person(7, "Eva", &[])),
    ];
    world.write(rows.map(saved).to_vec()).await;
    assert_eq!(people(3, 9).await, ["Ana", "Ana", "Zoe"]);
    let first = world.store.people_of_account(world.tenant, person_id(3), 1).await.unwrap();
    assert_eq!(first.iter().map(|line| line.id).collect::<Vec<_>>(), [person_id(4)], "by id among namesakes");
    assert_eq!(people(2, 9).await, ["Bea"]);
    // One moves, one leaves, one is renamed; the Account itself need not be there.
    world
        .write(vec![
            saved(of(Some(2), person(4, "Ana", &[]))),
            Change::PersonDeleted(person_id(5)),
            saved(of(Some(3), person(1, "Abe", &[]))),
            Change::PersonDeleted(person_id(3)),
        ])
        .await;
    assert_eq!(
        (people(3, 9).await, people(2, 9).await),
        (vec!["Abe".into()], vec!["Ana".into(), "Bea".into()])
    );
}

async fn which_of_several_records_belong_to_an_account_is_one_read(world: &World<'_>) {
    let of = |account: Option<u32>, row| Person { account: account.map(person_id), ..row };
    let rows = [
        of(Some(3), person(1, "Zoe", &[])),
        of(None, person(6, "Bea", &[])),
        of(Some(9), person(7, "Eva", &[])),
    ];
    world.write(rows.map(saved).to_vec()).await;
    let mut moment = world.store.snapshot(world.tenant).await.unwrap();
    let unknown = 12;
    let asked = [7, 6, 1, 7, unknown].map(person_id);
    let with = moment.with_account(&asked).await.unwrap();
    assert_eq!(with, [1, 7].map(person_id).into(), "an Account that is not there counts as well");
    assert_eq!(moment.with_account(&[]).await.unwrap(), [].into());
    // What another tenant has of the same id is not looked at.
    let mut other = world.store.snapshot(world.other).await.unwrap();
    assert_eq!(other.with_account(&[person_id(7)]).await.unwrap(), [].into());
}

async fn calls_may_wait_for_a_record_with_a_number_that_is_new_to_it(world: &World<'_>) {
    let waited_for = async |limit| {
        let owners = world.store.late_owners(world.tenant, limit).await.unwrap();
        owners.into_iter().map(|owner| (owner.person, owner.version)).collect::<Vec<_>>()
    };
    let done = async |n, version| {
        world.write(vec![Change::LateOwnerDone { person: person_id(n), version }]).await;
    };
    assert_eq!(waited_for(9).await, [(person_id(1), 1), (person_id(2), 1)]);
    assert_eq!(waited_for(1).await, [(person_id(1), 1)]);
    done(1, 1).await;
    done(2, 7).await;
    assert_eq!(waited_for(9).await, [(person_id(2), 1)], "its numbers changed since");
    done(2, 1).await;
    let version = |version| Person { version, ..person(1, "Ana A", &["600 00 00 01"]) };
    world.write(vec![found_by(version(2), &[number(1)])]).await;
    assert_eq!(waited_for(9).await, [], "the same number");
    world.write(vec![found_by(version(3), &[])]).await;
    assert_eq!(waited_for(9).await, [], "no number");
    world.write(vec![found_by(version(4), &[number(1), number(2)])]).await;
    world.write(vec![found_by(version(5), &[number(2)]), found_by(version(6), &[number(3)])]).await;
    assert_eq!(waited_for(9).await, [(person_id(1), 6)]);
    let other = KeyBasis { scheme: 9, ..spain() };
    let rekeyed = Change::PersonRekeyed { id: person_id(2), version: 1, keys: made_by(other, &[number(4)]) };
    world.write(vec![rekeyed]).await;
    assert_eq!(waited_for(9).await, [(person_id(1), 6)], "nobody changed anything");
}
