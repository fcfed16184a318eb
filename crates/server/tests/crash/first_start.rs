//! Power cuts while the server makes its database: whatever is found afterwards, the next start must serve.

use crate::kills::ONE_AT_A_TIME;
use crate::rounds::PATIENCE;
use std::path::Path;
use testkit::dice::Dice;
use testkit::http::Client;
use testkit::powercut::{Cut, Disk, Layer, Loss};
use testkit::server::{NotServing, ServerProcess};
use testkit::tier::{Seeded, rounds, seed};
use tokio::time::timeout;

const PURPOSE: u64 = 3;
/// A first start has fewer syncs than this.
const MANY_SYNCS: u64 = 100;

async fn start(config: &Path, variables: &[(&str, std::ffi::OsString)]) -> Result<ServerProcess, NotServing> {
    let starting = ServerProcess::start(Path::new(env!("CARGO_BIN_EXE_bitacora")), config, variables);
    timeout(PATIENCE, starting).await.expect("it starts or ends in time")
}

#[tokio::test]
async fn a_first_start_that_loses_power_can_be_repeated() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let seeded = Seeded(seed());
    let mut dice = Dice::new(seeded.0, PURPOSE);
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path().canonicalize().expect("a folder");
    let layer = Layer::build(&root).expect("the file layer");
    let (data, config, journal) = (root.join("data"), root.join("bitacora.toml"), root.join("journal"));
    let settings = format!(
        "[server]\nlisten = '127.0.0.1:0'\n[data]\ndir = '{}'\n[log]\nlevel = 'warn'",
        data.display()
    );
    std::fs::write(&config, settings).expect("settings");
    let mut cuts = 0;
    for _ in 0..rounds(1, 20) {
        for sync in 1..=MANY_SYNCS {
            std::fs::create_dir(&data).expect("a folder");
            let mut disk = Disk::of(&data).expect("the folder");
            let cut = layer.variables(&data, &journal, Some(Cut::BeforeSync(sync)));
            let began = start(&config, &cut).await;
            disk.replay(&std::fs::read(&journal).expect("a journal")).expect("a journal");
            let loss = if dice.percent(50) { Loss::Everything } else { Loss::Some(&mut dice) };
            let served = began.is_ok();
            drop(began);
            disk.cut(loss).expect("the folder");
            let mut server =
                start(&config, &[]).await.unwrap_or_else(|error| panic!("cut at sync {sync}: {error}"));
            let mut client = Client::connect(server.address()).await.expect("a connection");
            assert_eq!(client.ask("GET", "/readyz", None).await.expect("an answer").status, 200);
            server.kill();
            std::fs::remove_dir_all(&data).expect("removed");
            std::fs::remove_file(&journal).expect("removed");
            cuts += 1;
            if served {
                break;
            }
        }
    }
    assert!(cuts > 3, "a first start syncs now and then");
    println!("first starts: {cuts} cuts");
}
