//! Drafts that are saved while their call moves on (P1).

use crate::world::{CALLER, HERE, World, path_of};
use sandbox::pbx::Scenario;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many calls end under the hand that saves.
const CALLS: usize = 24;

/// Where the caller hangs up.
fn split_at_the_end(frames: Vec<Vec<u8>>) -> (Vec<u8>, Vec<u8>) {
    let ends = frames
        .iter()
        .position(|frame| String::from_utf8_lossy(frame).starts_with("Event: HangupRequest"))
        .expect("somebody hangs up");
    let (talk, end) = frames.split_at(ends);
    (talk.concat(), end.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_a_draft_that_is_saved_at_the_moment_its_call_ends_is_taken() {
    let world = World::new().await;
    for _ in 0..CALLS {
        let ana = world.sign_in(HERE, "ana").await;
        let (talk, end) = split_at_the_end(world.frames_of(Scenario::Answered, CALLER));
        world.read_bytes(HERE, &talk).await;
        let panel = world.ask(&ana, "GET", "/me/panel", None).await.is(200);
        let call = json!({ "id": panel.body["calls"][0]["engagement"] });
        let path = path_of(&call, "draft");
        let over = AtomicBool::new(false);
        let ending = async {
            world.read_bytes(HERE, &end).await;
            over.store(true, Ordering::Release);
        };
        // Nothing entered yet: nothing is written, so that looking is all that there is to do, again and again.
        let saving = async {
            while !over.load(Ordering::Acquire) {
                world.ask(&ana, "PUT", &path, Some(json!({ "revision": 0, "notes": "" }))).await.is(200);
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(ending, saving);
        world.ask(&ana, "PUT", &path, Some(json!({ "revision": 0, "notes": "kept" }))).await.is(200);
    }
    let kept = "SELECT count(*) FROM wrapup WHERE state = 'open' AND draft_notes = 'kept'";
    assert_eq!(world.count(kept), i64::try_from(CALLS).expect("few"));
}
