//! Power cuts: the process dies at a chosen operation on its files, and the disk forgets what was not synced.

use crate::kills::ONE_AT_A_TIME;
use crate::rounds::{PATIENCE, Story};
use std::path::Path;
use testkit::dice::Dice;
use testkit::powercut::{Cut, Disk, Layer, Loss};
use testkit::server::NotServing;
use testkit::tier::{Seeded, rounds, seed};
use tokio::time::timeout;

const PURPOSE: u64 = 2;
/// Latest sync, and latest write, before which the power goes.
const LATEST_SYNC: u64 = 250;
const LATEST_WRITE: u64 = 6_000;
/// The same while the server starts.
const EARLY_SYNC: u64 = 8;

/// So many wrap-ups are closed before the power goes where nothing is synced.
const ENOUGH_CLOSED: usize = 20;

fn place(dice: &mut Dice) -> Cut {
    match dice.below(5) {
        0 => Cut::BeforeSync(1 + dice.below(EARLY_SYNC)),
        1 | 2 => Cut::BeforeSync(1 + dice.below(LATEST_SYNC)),
        _ => Cut::BeforeWrite(1 + dice.below(LATEST_WRITE)),
    }
}

/// Lets everybody work until the power goes; the disk as it would be found is left in the data folder.
async fn until_the_power_goes(story: &mut Story, layer: &Layer, cut: Cut, dice: &mut Dice) -> usize {
    let mut disk = Disk::of(&story.centre.data).expect("the folder");
    let journal = story.centre.aside("journal");
    let variables = layer.variables(&story.centre.data, &journal, Some(cut));
    match story.start(&variables, false).await {
        Ok(mut working) => {
            working.ended().await;
            let output = working.server.output();
            let status = working.server.kill();
            assert!(died(status), "{cut:?}: it ended with {status}:\n{output}");
            working.all_left().await;
        }
        // The power went while it started.
        Err(NotServing::Ended { status, .. }) if died(status) => {}
        Err(error) => panic!("{cut:?}: {error}"),
    }
    disk.replay(&read_and_remove(&journal)).expect("a journal");
    assert!(disk.saw_everything().expect("the folder"), "{cut:?}: something was written past the journal");
    let unsynced = disk.unsynced_bytes();
    let loss = if dice.percent(40) { Loss::Everything } else { Loss::Some(dice) };
    disk.cut(loss).expect("the folder");
    unsynced
}

fn died(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(9)
}

fn read_and_remove(journal: &Path) -> Vec<u8> {
    let bytes = std::fs::read(journal).expect("a journal");
    std::fs::remove_file(journal).expect("removed");
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_told_survives_power_cuts_under_64_agents() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let seeded = Seeded(seed());
    let mut dice = Dice::new(seeded.0, PURPOSE);
    let mut story = Story::begin(seeded.0, true).await;
    let layer = Layer::build(&story.centre.aside("")).expect("the file layer");
    let mut with_loss = 0;
    let cuts = rounds(20, 200);
    for round in 1..=cuts {
        let cut = place(&mut dice);
        let unsynced = until_the_power_goes(&mut story, &layer, cut, &mut dice).await;
        with_loss += usize::from(unsynced > 0);
        let (_, wrong) = story.check();
        assert_eq!(wrong, Vec::<String>::new(), "round {round}, {cut:?}, {unsynced} bytes not synced");
    }
    assert!(with_loss * 2 > cuts, "only {with_loss} of {cuts} cuts had anything to lose");
    let contents = story.settle().await;
    story.tell("power cuts", &contents);
}

/// The proof that the test above can fail: the same work, the same check, but nothing is ever synced.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_is_noticed_when_synchronous_is_off() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let seeded = Seeded(seed());
    let mut story = Story::begin(seeded.0, false).await;
    let layer = Layer::build(&story.centre.aside("")).expect("the file layer");
    let mut disk = Disk::of(&story.centre.data).expect("the folder");
    let journal = story.centre.aside("journal");
    let variables = layer.variables(&story.centre.data, &journal, None);
    let mut working = story.start(&variables, true).await.expect("it starts");
    timeout(PATIENCE, story.ledger.until_more_are_closed(ENOUGH_CLOSED)).await.expect("agents work");
    working.server.kill();
    working.all_left().await;
    disk.replay(&read_and_remove(&journal)).expect("a journal");
    assert_eq!(story.check().1, Vec::<String>::new(), "with the power on, all is there");
    disk.cut(Loss::Everything).expect("the folder");
    let (_, wrong) = story.check();
    let lost = wrong.iter().filter(|wrong| wrong.contains("was closed by")).count();
    let closed = story.ledger.known().parts.values().filter(|part| part.closed.is_some()).count();
    assert_eq!(lost, closed, "{wrong:?}");
}
