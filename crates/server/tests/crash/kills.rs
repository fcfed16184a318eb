//! SIGKILL at random moments.

use crate::rounds::Story;
use std::time::Duration;
use testkit::dice::Dice;
use testkit::tier::{Seeded, rounds, seed};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// One story at a time: the machine is meant to be busy with one centre.
pub(crate) static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
/// When the kill comes after the server began to serve.
const LATEST_KILL_MS: u64 = 2_500;
const PURPOSE: u64 = 1;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_told_survives_kills_under_64_agents() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let seeded = Seeded(seed());
    let mut dice = Dice::new(seeded.0, PURPOSE);
    let mut story = Story::begin(seeded.0, true).await;
    for round in 1..=rounds(30, 500) {
        let mut working = story.start(&[], false).await.expect("it starts after any crash");
        let moment = Duration::from_millis(dice.below(LATEST_KILL_MS));
        let by_itself = timeout(moment, working.server.ended()).await;
        assert!(by_itself.is_err(), "round {round}: it ended by itself:\n{}", working.server.output());
        working.server.kill();
        working.all_left().await;
        let (_, wrong) = story.check();
        assert_eq!(wrong, Vec::<String>::new(), "round {round}:\n{}", working.server.output());
    }
    let contents = story.settle().await;
    story.tell("kills", &contents);
}
