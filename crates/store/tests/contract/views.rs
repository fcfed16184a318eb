//! Views of the list of Activities: who sees them, what they begin with, and how many somebody keeps.

use crate::fixture::World;
use crate::sample::*;
use domain::commit::{Change, Precondition};
use domain::id::ViewId;
use domain::list_view::{Column, ListView};
use store::SeenViews;
use uuid::Uuid;

for_each_store! {
    a_view_is_its_owners_and_everybodys_once_it_is_shared,
    whoever_begins_with_a_view_begins_with_none_once_they_do_not_see_it,
    a_decision_rests_on_a_views_version_and_on_how_many_are_kept,
}

pub(crate) fn view_id(n: u32) -> ViewId {
    ViewId(Uuid::from_u128(0x0193_0000_0000_8000_8000_000b_0000_0000 | u128::from(n)))
}

pub(crate) fn view(n: u32, owner: u32, shared: bool) -> ListView {
    ListView {
        id: view_id(n),
        owner: user_id(owner),
        name: format!("view {n}"),
        shared,
        filters: vec![("when".to_owned(), "7d".to_owned())],
        columns: vec![Column::When, Column::Who],
        version: 1,
    }
}

fn saved(view: ListView) -> Change {
    Change::View(Box::new(view))
}

fn begins(user: u32, view: Option<u32>) -> Change {
    Change::FirstView { user: user_id(user), view: view.map(view_id) }
}

async fn seen(world: &World<'_>, user: u32) -> SeenViews {
    world.store.views(world.tenant, user_id(user)).await.unwrap()
}

async fn a_view_is_its_owners_and_everybodys_once_it_is_shared(world: &World<'_>) {
    world.write(vec![saved(view(3, 1, false)), saved(view(1, 2, true)), saved(view(2, 1, true))]).await;
    let of = async |user| seen(world, user).await.views;
    assert_eq!(of(1).await, vec![view(1, 2, true), view(2, 1, true), view(3, 1, false)]);
    assert_eq!(of(2).await, vec![view(1, 2, true), view(2, 1, true)]);
    world.write(vec![saved(view(2, 1, false))]).await;
    assert_eq!(of(2).await, vec![view(1, 2, true)]);
    assert_eq!(world.store.view(world.tenant, view_id(2)).await.unwrap(), Some(view(2, 1, false)));
    assert_eq!(world.store.view(world.other, view_id(2)).await.unwrap(), None);
    assert_eq!(world.store.views(world.other, user_id(1)).await.unwrap(), SeenViews::default());
    world.write(vec![Change::ViewRemoved(view_id(2))]).await;
    assert_eq!(of(1).await, vec![view(1, 2, true), view(3, 1, false)]);
}

async fn whoever_begins_with_a_view_begins_with_none_once_they_do_not_see_it(world: &World<'_>) {
    world.write(vec![saved(view(1, 2, true)), begins(1, Some(1)), begins(2, Some(1))]).await;
    assert_eq!(seen(world, 1).await.first, Some(view_id(1)));
    world.write(vec![saved(view(1, 2, false))]).await;
    assert_eq!((seen(world, 1).await.first, seen(world, 2).await.first), (None, Some(view_id(1))));
    world.write(vec![begins(2, None)]).await;
    assert_eq!(seen(world, 2).await.first, None);
    world.write(vec![begins(2, Some(1)), Change::ViewRemoved(view_id(1))]).await;
    assert_eq!(seen(world, 2).await.first, None);
}

async fn a_decision_rests_on_a_views_version_and_on_how_many_are_kept(world: &World<'_>) {
    world.write(vec![saved(view(1, 2, true))]).await;
    let version = |version| Precondition::ViewVersion { id: view_id(1), version };
    let kept = |count| Precondition::ViewsKept { owner: user_id(2), count };
    for (precondition, holds) in [
        (version(1), true),
        (version(0), false),
        (Precondition::ViewVersion { id: view_id(2), version: 0 }, true),
        (kept(1), true),
        (kept(0), false),
        (Precondition::ViewsKept { owner: user_id(1), count: 0 }, true),
    ] {
        assert_eq!(world.holds(precondition.clone()).await, holds, "{precondition:?}");
    }
}
