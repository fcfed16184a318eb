//! Imports: how far they are, and calls of the past, which are written once and are nobody's to carry out.

use crate::fixture::World;
use crate::sample::*;
use crate::sample_crm::followed;
use domain::activity::Activity;
use domain::commit::{Change, Precondition};
use domain::id::ImportId;
use domain::import::{Book, Import, ImportState, Mapping, PastCall, Progress};
use domain::outbox::Subject;
use store::StoredImport;
use uuid::Uuid;

for_each_store! {
    an_import_is_kept_and_how_far_it_is_beside_it,
    imports_are_listed_last_first_and_forgotten,
    a_past_call_is_written_once_and_its_activity_with_it,
    a_call_that_is_there_stays_what_it_is,
    a_past_call_is_never_in_the_outbox,
    a_step_rests_on_the_version_that_was_read,
}

fn import_id(n: u32) -> ImportId {
    ImportId(Uuid::from_u128(0x0193_0000_0000_8000_8000_0009_0000_0000 | u128::from(n)))
}

fn import(n: u32, version: u64) -> Import {
    Import {
        id: import_id(n),
        version,
        state: ImportState::Running,
        failure: None,
        file: format!("{n}.csv"),
        source: "talkdesk".to_owned(),
        bytes: 100,
        created_at: at(0),
        created_by: user_id(1),
        mapping: Mapping::default(),
        book: Book::default(),
        findings: None,
        started_at: None,
        ended_at: None,
    }
}

/// The `n`th call as an import would bring it.
pub(crate) fn past(n: u32, notes: &str) -> Change {
    let call = ended_call(n, "P", vec![ended_engagement(n, 1)]);
    let activity = Activity { archived: true, notes: Some(notes.to_owned()), ..logged_activity(n, &[], 1) };
    Change::PastCall(Box::new(PastCall { import: import_id(1), line: u64::from(n), call, activity }))
}

fn saved(import: &Import) -> Change {
    Change::Import(Box::new(import.clone()))
}

fn so_far(byte: u64) -> Progress {
    Progress { byte, line: 3, ..Progress::begun(at(1)) }
}

async fn an_import_is_kept_and_how_far_it_is_beside_it(world: &World<'_>) {
    let first = import(1, 1);
    world.write(vec![saved(&first)]).await;
    let stored = || world.store.import(world.tenant, import_id(1));
    let new = StoredImport { import: first.clone(), progress: Progress::default() };
    assert_eq!(stored().await.unwrap(), Some(new));
    let progress = Box::new(so_far(70));
    world.write(vec![Change::ImportWentOn { id: import_id(1), progress }]).await;
    // Who pauses it says nothing of how far it is.
    let paused = Import { state: ImportState::Paused, version: 2, ..first };
    world.write(vec![saved(&paused)]).await;
    let expected = StoredImport { import: paused, progress: so_far(70) };
    assert_eq!(stored().await.unwrap(), Some(expected));
    assert_eq!(world.store.import(world.other, import_id(1)).await.unwrap(), None);
}

async fn imports_are_listed_last_first_and_forgotten(world: &World<'_>) {
    world.write(vec![saved(&import(1, 1)), saved(&import(2, 1))]).await;
    let listed = async || {
        let imports = world.store.imports(world.tenant).await.unwrap();
        imports.into_iter().map(|stored| stored.import.id).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, [import_id(2), import_id(1)]);
    world.write(vec![past(9, "x"), Change::ImportRemoved(import_id(1))]).await;
    assert_eq!(listed().await, [import_id(2)]);
    // What is not there goes nowhere, and what came of one stays.
    let progress = Box::new(so_far(1));
    world.write(vec![Change::ImportWentOn { id: import_id(1), progress }]).await;
    assert_eq!(listed().await, [import_id(2)]);
    assert!(world.store.activity(world.tenant, call_key(9)).await.unwrap().is_some());
}

async fn a_past_call_is_written_once_and_its_activity_with_it(world: &World<'_>) {
    let keys = [call_key(9), call_key(1), call_key(8)];
    let known = async || world.store.known_calls(world.tenant, &keys).await.unwrap();
    assert_eq!(known().await, [false, true, false]);
    let before = world.store.census(world.tenant).await.unwrap();
    world.write(vec![past(9, "one"), past(9, "two"), past(8, "three")]).await;
    world.write(vec![past(9, "four")]).await;
    assert_eq!(known().await, [true, true, true]);
    assert_eq!(world.store.known_calls(world.other, &keys).await.unwrap(), [false, true, false]);
    let row = world.store.activity(world.tenant, call_key(9)).await.unwrap().unwrap();
    assert_eq!((row.activity.notes.as_deref(), row.activity.revision), (Some("one"), 0));
    let after = world.store.census(world.tenant).await.unwrap();
    assert_eq!((after.ended - before.ended, after.activities - before.activities), (2, 2));
    assert_eq!((after.open_wrapups, after.live), (before.open_wrapups, before.live));
    let list = world.store.activities_of_person(world.tenant, person_id(1), None, 99).await.unwrap();
    assert!(list.rows.iter().any(|row| row.activity.key == call_key(9)));
}

async fn a_call_that_is_there_stays_what_it_is(world: &World<'_>) {
    let there = world.store.call(world.tenant, call_key(1)).await.unwrap();
    let activity = world.store.activity(world.tenant, call_key(1)).await.unwrap();
    world.write(vec![past(1, "other")]).await;
    assert_eq!(world.store.call(world.tenant, call_key(1)).await.unwrap(), there);
    assert_eq!(world.store.activity(world.tenant, call_key(1)).await.unwrap(), activity);
}

async fn a_past_call_is_never_in_the_outbox(world: &World<'_>) {
    world.write(vec![followed(), past(9, "one")]).await;
    let noted = async |n| {
        let subject = Subject::Activity(call_key(n));
        world.store.outbox_entry(world.tenant, subject).await.unwrap().is_some()
    };
    assert!(!noted(9).await);
    let corrected = Activity { archived: true, revision: 1, ..logged_activity(9, &[], 1) };
    world.write(vec![Change::Activity(Box::new(corrected))]).await;
    assert!(!noted(9).await);
    // Where it came of a phone system it is.
    let call = ended_call(8, "P", vec![ended_engagement(8, 1)]);
    let ours = Activity { archived: true, ..logged_activity(8, &[], 1) };
    world.write(vec![Change::Call(Box::new(call)), Change::Activity(Box::new(ours))]).await;
    assert!(noted(8).await);
}

async fn a_step_rests_on_the_version_that_was_read(world: &World<'_>) {
    let on = |version| Precondition::ImportVersion { id: import_id(1), version };
    assert!(world.holds(on(0)).await);
    world.write(vec![saved(&import(1, 4))]).await;
    assert!(world.holds(on(4)).await);
    assert!(!world.holds(on(3)).await);
}
