//! What a phone system tells of a call long after it was over: a part of its events must not take the place of
//! the call that all of them made.

use crate::world::{CALLER, HERE, World};
use domain::id::CallKey;
use sandbox::pbx::Scenario;
use uuid::Uuid;

/// The first frame of this event that names an agent's phone.
fn frame_of<'a>(frames: &'a [Vec<u8>], event: &str) -> &'a [u8] {
    let names = |frame: &&Vec<u8>| {
        let text = String::from_utf8_lossy(frame);
        text.contains(&format!("Event: {event}\r\n")) && text.contains("PJSIP/1001-")
    };
    frames.iter().find(names).expect("such a frame")
}

#[tokio::test]
async fn a_frame_of_a_call_that_is_long_over_changes_nothing_of_it() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    let (tenant, frames) = (world.tenant(HERE).id, world.frames_of(Scenario::Answered, CALLER));
    world.read_bytes(HERE, &frames.concat()).await;
    let owed = world.owed(&ana).await;
    let key = CallKey(Uuid::parse_str(owed[0]["call"]["id"].as_str().expect("an id")).expect("a UUID"));
    let whole = world.app.store.call(tenant, key).await.expect("read").expect("the call");
    for event in ["Newchannel", "Newstate", "Hangup"] {
        world.clock.advance(600);
        world.read_bytes(HERE, frame_of(&frames, event)).await;
        let after = world.app.store.call(tenant, key).await.expect("read").expect("the call");
        assert_eq!(after, whole, "a late {event}");
    }
    assert_eq!(world.count("SELECT count(*) FROM call"), 1);
    assert_eq!(world.count("SELECT count(*) FROM wrapup"), 1);
}
