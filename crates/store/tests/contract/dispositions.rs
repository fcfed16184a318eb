//! Disposition sets and codes.

use crate::fixture::World;
use crate::sample::*;
use domain::call::Direction;
use domain::commit::{Change, Commit, Precondition};
use domain::disposition::{DispositionCode, DispositionSet};
use store::CommitError;

for_each_store! {
    sets_come_by_id_and_codes_by_position,
    a_set_and_its_codes_are_saved_apart,
    a_code_of_an_unknown_set_is_inconsistent,
    versions_of_sets_and_codes_are_compared,
    codes_are_read_as_they_are_after_each_change,
}

fn saved_set(set: DispositionSet) -> Change {
    Change::Set(Box::new(set))
}

fn saved_code(code: DispositionCode) -> Change {
    Change::Code(Box::new(code))
}

async fn sets_come_by_id_and_codes_by_position(world: &World<'_>) {
    let second = DispositionSet {
        direction: Direction::Outbound,
        ring_groups: vec!["ventas".to_owned(), "citas \"1\"".to_owned()],
        retired: true,
        version: 4,
        ..set(2, "Outbound")
    };
    let retired = DispositionCode { retired: true, version: 3, ..code(5, 2, 9, "was") };
    let changes =
        vec![saved_set(second.clone()), saved_code(retired.clone()), saved_code(code(4, 2, 9, "same"))];
    world.write(changes).await;
    world.write(vec![saved_code(code(3, 2, 0, "first"))]).await;
    let first = set(1, "Inbound A");
    let first = DispositionSet { codes: vec![code(2, 1, 0, "lost A"), code(1, 1, 1, "sold A")], ..first };
    let second =
        DispositionSet { codes: vec![code(3, 2, 0, "first"), code(4, 2, 9, "same"), retired], ..second };
    assert_eq!(*world.store.dispositions(world.tenant).await.unwrap(), [first, second]);
}

async fn a_set_and_its_codes_are_saved_apart(world: &World<'_>) {
    let renamed = DispositionSet { version: 2, codes: vec![code(9, 1, 0, "ignored")], ..set(1, "Renamed") };
    let moved = DispositionCode { version: 2, ..code(1, 2, 0, "moved") };
    world.write(vec![saved_set(renamed), saved_set(set(2, "Other")), saved_code(moved.clone())]).await;
    let sets = world.store.dispositions(world.tenant).await.unwrap();
    assert_eq!((sets[0].name.as_str(), sets[0].version), ("Renamed", 2));
    assert_eq!(sets[0].codes, vec![code(2, 1, 0, "lost A")]);
    assert_eq!(sets[1].codes, vec![moved]);
}

async fn codes_are_read_as_they_are_after_each_change(world: &World<'_>) {
    let label = async || {
        let sets = world.store.dispositions(world.tenant).await.unwrap();
        sets[0].codes.iter().find(|code| code.id == code_id(1)).unwrap().label.clone()
    };
    for text in ["once", "twice", "thrice"] {
        let changed = code(1, 1, 1, text);
        world.write(vec![saved_code(changed.clone())]).await;
        assert_eq!((label().await, label().await), (changed.label.clone(), changed.label));
    }
}

async fn a_code_of_an_unknown_set_is_inconsistent(world: &World<'_>) {
    for change in [saved_code(code(3, 5, 0, "lost")), saved_code(code(1, 5, 0, "moved"))] {
        let refused = world.store.commit(Commit::of(world.tenant, vec![change])).await;
        assert!(matches!(refused, Err(CommitError::Inconsistent(_))));
    }
}

async fn versions_of_sets_and_codes_are_compared(world: &World<'_>) {
    let of_set = |n, version| Precondition::SetVersion { id: set_id(n), version };
    let of_code = |n, version| Precondition::CodeVersion { id: code_id(n), version };
    assert!(world.holds(of_set(1, 1)).await && !world.holds(of_set(1, 2)).await);
    assert!(world.holds(of_set(2, 0)).await && !world.holds(of_set(2, 1)).await);
    assert!(world.holds(of_code(1, 1)).await && !world.holds(of_code(1, 2)).await);
    assert!(world.holds(of_code(5, 0)).await && !world.holds(of_code(5, 1)).await);
    let set = DispositionSet { version: 2, ..set(1, "Inbound") };
    let code = DispositionCode { version: 2, ..code(1, 1, 1, "sold") };
    world.write(vec![saved_set(set), saved_code(code)]).await;
    assert!(world.holds(of_set(1, 2)).await && !world.holds(of_set(1, 1)).await);
    assert!(world.holds(of_code(1, 2)).await && !world.holds(of_code(1, 1)).await);
}
