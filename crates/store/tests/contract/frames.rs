//! Raw frames: their order, where a restart goes on, and what may be thrown away.

use crate::fixture::World;
use crate::sample::*;
use domain::commit::{Change, Commit, FrameChunk};
use store::{CommitError, MAX_PAGE, SourceProgress};

for_each_store! {
    chunks_come_back_in_order_as_they_were,
    progress_says_how_far_a_source_got,
    a_chunk_received_again_is_left_as_it_is,
    a_chunk_that_skips_one_or_differs_is_inconsistent,
    only_old_chunks_before_the_resume_point_are_forgotten,
    numbers_go_on_after_forgetting,
    members_of_queues_are_the_last_that_were_told,
}

fn received(chunk: FrameChunk) -> Change {
    Change::Frames(chunk)
}

fn resume(source: &str, chunk: u64) -> Change {
    Change::ResumeFrom { source: source.to_owned(), chunk }
}

fn forget(source: &str, before: i64) -> Change {
    Change::ForgetFrames { source: source.to_owned(), before: at(before) }
}

async fn numbers(world: &World<'_>, source: &str) -> Vec<u64> {
    let chunks = world.store.frame_chunks(world.tenant, source, 0, 100).await.unwrap();
    chunks.iter().map(|chunk| chunk.chunk).collect()
}

async fn inconsistent(world: &World<'_>, change: Change) -> bool {
    let answer = world.store.commit(Commit::of(world.tenant, vec![change])).await;
    matches!(answer, Err(CommitError::Inconsistent(_)))
}

async fn chunks_come_back_in_order_as_they_were(world: &World<'_>) {
    let binary = FrameChunk { bytes: (0..=255).collect(), ..chunk("other", 1, "") };
    let chunks = vec![binary, chunk("other", 2, ""), chunk("other", 3, "ñ\r\n")];
    world.write(chunks.iter().cloned().map(received).collect()).await;
    let read =
        async |from, limit| world.store.frame_chunks(world.tenant, "other", from, limit).await.unwrap();
    assert_eq!(read(1, 100).await, chunks);
    assert_eq!(read(2, 1).await, chunks[1..2]);
    assert_eq!(read(4, 9).await, vec![]);
    assert_eq!(world.store.frame_chunks(world.tenant, "unknown", 1, 9).await.unwrap(), vec![]);
    world.write((4..300).map(|n| received(chunk("other", n, "x"))).collect()).await;
    assert_eq!(read(1, 1_000).await.len(), MAX_PAGE);
}

async fn progress_says_how_far_a_source_got(world: &World<'_>) {
    let progress = async |source| world.store.source_progress(world.tenant, source).await.unwrap();
    let is = |last_chunk, last_connection, resume_from| SourceProgress {
        last_chunk,
        last_connection,
        resume_from,
    };
    assert_eq!(progress("pbx").await, is(2, 1, 2));
    assert_eq!(progress("other").await, is(0, 0, 1));
    world.write(vec![received(chunk("pbx", 3, "three"))]).await;
    assert_eq!(progress("pbx").await, is(3, 2, 2));
    world.write(vec![resume("pbx", 4)]).await;
    assert_eq!(progress("pbx").await, is(3, 2, 4));
    world.write(vec![resume("pbx", 99)]).await;
    assert_eq!(progress("pbx").await, is(3, 2, 4), "nothing is stored further on");
    world.write(vec![resume("other", 1)]).await;
    assert_eq!(progress("other").await, is(0, 0, 1));
}

async fn a_chunk_received_again_is_left_as_it_is(world: &World<'_>) {
    let again = FrameChunk { received_at: at(99), connection: 7, ..chunk("pbx", 2, "two A") };
    world.write(vec![received(again), received(chunk("pbx", 1, "one A"))]).await;
    let stored = world.store.frame_chunks(world.tenant, "pbx", 1, 9).await.unwrap();
    assert_eq!(stored, vec![chunk("pbx", 1, "one A"), chunk("pbx", 2, "two A")]);
    assert_eq!(world.store.source_progress(world.tenant, "pbx").await.unwrap().last_connection, 1);
}

async fn a_chunk_that_skips_one_or_differs_is_inconsistent(world: &World<'_>) {
    assert!(inconsistent(world, received(chunk("pbx", 4, "four"))).await);
    assert!(inconsistent(world, received(chunk("pbx", 0, "zero"))).await);
    assert!(inconsistent(world, received(chunk("pbx", 2, "two B"))).await);
    assert!(inconsistent(world, received(chunk("other", 2, "two"))).await);
    assert_eq!((numbers(world, "pbx").await, numbers(world, "other").await), (vec![1, 2], vec![]));
}

async fn only_old_chunks_before_the_resume_point_are_forgotten(world: &World<'_>) {
    world
        .write(
            (3..8)
                .map(|n| received(chunk("pbx", n, "x")))
                .chain([received(chunk("other", 1, "x"))])
                .collect(),
        )
        .await;
    world.write(vec![forget("pbx", 100), forget("unknown", 100)]).await;
    assert_eq!(numbers(world, "pbx").await, vec![2, 3, 4, 5, 6, 7], "2 is where a restart begins");
    world.write(vec![resume("pbx", 6), forget("pbx", 4)]).await;
    assert_eq!(numbers(world, "pbx").await, vec![4, 5, 6, 7], "4 is as old as the limit, not older");
    assert_eq!(numbers(world, "other").await, vec![1]);
    let progress = world.store.source_progress(world.tenant, "pbx").await.unwrap();
    assert_eq!((progress.last_chunk, progress.resume_from), (7, 6));
}

async fn numbers_go_on_after_forgetting(world: &World<'_>) {
    world.write(vec![resume("pbx", 3), forget("pbx", 100)]).await;
    assert!(numbers(world, "pbx").await.is_empty());
    world.write(vec![received(chunk("pbx", 2, "said again, and forgotten"))]).await;
    assert!(numbers(world, "pbx").await.is_empty());
    world.write(vec![received(chunk("pbx", 3, "three"))]).await;
    assert_eq!(numbers(world, "pbx").await, vec![3]);
}

async fn members_of_queues_are_the_last_that_were_told(world: &World<'_>) {
    let read = async |source| world.store.queue_members(world.tenant, source).await.unwrap();
    let told = async |source, members| {
        let change = in_queues(source, members);
        world.write(vec![change.clone()]).await;
        let Change::QueueMembers { members, .. } = change else { unreachable!() };
        members
    };
    let both = told("pbx", &[("help", 1), ("help", 2), ("sales", 1)]).await;
    assert_eq!((read("pbx").await, read("other").await), (both, vec![]));
    let one = told("pbx", &[("help", 2)]).await;
    let other = told("other", &[("help", 1)]).await;
    assert_eq!((read("pbx").await, read("other").await), (one, other));
    told("pbx", &[]).await;
    assert_eq!(read("pbx").await, vec![]);
}
