//! `bitacora serve`.

use super::folder::{DATABASE, DataFolder};
use super::{log, refuse, variables};
use crate::app::DemoUser;
use crate::clock::Machine;
use crate::ops::users::first_admin_link;
use crate::running::{Running, start};
use crate::settings::{Settings, load};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Durability, OpenOptions, SqliteStore};
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

pub(super) fn run(config: Option<&Path>) -> ExitCode {
    let settings = match load(config, variables()) {
        Ok(settings) => settings,
        Err(error) => return refuse(error),
    };
    if let Err(error) = log::begin(&settings.log) {
        return refuse(error);
    }
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(error),
    };
    runtime.block_on(async {
        match serve(settings, Vec::new()).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(error),
        }
    })
}

async fn serve(settings: Settings, demo_users: Vec<DemoUser>) -> Result<(), String> {
    let mut end = End::listen()?;
    let folder = DataFolder::to_serve(&settings.data.dir).map_err(|error| error.to_string())?;
    let store = open(&settings)?;
    let shared: Arc<dyn store::Store> = Arc::clone(&store) as _;
    // Reading all phone numbers anew may take minutes, and goes on at the next start.
    let running = tokio::select! {
        running = start(shared, Arc::new(Machine), settings, demo_users) => running,
        () = end.told() => {
            store.close().await;
            return Ok(());
        }
    };
    let running = running.map_err(|error| error.to_string())?;
    println!("Bitácora listens on {}", running.app.public_url());
    for tenant in &running.app.tenants {
        let link = first_admin_link(&running.app, tenant, &running.app.public_url()).await;
        if let Some(link) = link.map_err(|error| error.to_string())? {
            println!(
                "{}: nobody has signed up yet; the first admin does so here, once, within a day:",
                tenant.settings.slug
            );
            println!("  {link}");
        }
    }
    end.serve(running).await;
    store.close().await;
    drop(folder);
    Ok(())
}

/// What tells the process to end. Made before anything is announced: who reads that it runs may end it.
pub(super) struct End {
    terminate: Signal,
    interrupt: Signal,
}

impl End {
    /// Listens for it from now on.
    pub(super) fn listen() -> Result<End, String> {
        let listen = |kind| signal(kind).map_err(|error| error.to_string());
        Ok(End { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Waits for it.
    pub(super) async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping");
    }

    /// Serves until then.
    pub(super) async fn serve(mut self, running: Running) {
        self.told().await;
        running.stop().await;
    }
}

/// Opens the database that the settings name.
pub(super) fn open(settings: &Settings) -> Result<Arc<SqliteStore>, String> {
    let dir = &settings.data.dir;
    std::fs::create_dir_all(dir).map_err(|error| format!("setting data.dir: {}: {error}", dir.display()))?;
    let durability = if settings.data.synchronous { Durability::Full } else { Durability::Off };
    let options = OpenOptions {
        durability,
        checkpoint_pages: settings.data.checkpoint_pages,
        ..OpenOptions::default()
    };
    SqliteStore::open(&dir.join(DATABASE), &options).map(Arc::new).map_err(|error| error.to_string())
}
