//! What many crashes and restarts left must be what one reading of the stored frames gives (invariant 4).

use crate::centre::{AGENTS, SOURCE, tenant_settings};
use crate::contents::Contents;
use domain::commit::{Change, Commit};
use domain::id::{CallKey, TenantId};
use sandbox::centre::{endpoints, many_agents};
use server::app::App;
use server::clock::Machine;
use server::ops::ingest::Ingest;
use server::settings::Settings;
use std::path::Path;
use std::sync::Arc;
use store::{MemoryStore, OpenOptions, SqliteStore, Store};
use telephony::endpoints::EndpointMap;

/// Chunks taken over at a time.
const PAGE: usize = 200;

/// Every call that differs.
pub(crate) async fn read_once(database: &Path, contents: &Contents) -> Vec<String> {
    let stored = SqliteStore::open(database, &OpenOptions::default()).expect("the database");
    let settings = Settings { tenants: vec![tenant_settings()], ..Settings::default() };
    let fresh: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let app = App::new(Arc::clone(&fresh), Arc::new(Machine), settings, Vec::new()).await.expect("an app");
    let app = Arc::new(app);
    let tenant = Arc::clone(&app.tenants[0]);
    assert_eq!(tenant.id, TenantId(contents.tenant), "ids are derived from it");
    let mut next = 1;
    loop {
        let chunks = stored.frame_chunks(tenant.id, SOURCE, next, PAGE).await.expect("frames");
        let Some(last) = chunks.last() else { break };
        next = last.chunk + 1;
        let changes = chunks.into_iter().map(Change::Frames).collect();
        fresh.commit(Commit::of(tenant.id, changes)).await.expect("taken over");
    }
    let map = EndpointMap::try_from(&endpoints(&many_agents(AGENTS))).expect("endpoints");
    Ingest::resume(Arc::clone(&app), Arc::clone(&tenant), SOURCE, map).await.expect("read");
    let mut wrong = Vec::new();
    for key in contents.calls.keys().map(|key| CallKey(*key)) {
        let there = stored.call(tenant.id, key).await.expect("a call");
        let again = fresh.call(tenant.id, key).await.expect("a call");
        if there != again {
            wrong.push(format!("read once, call {key} is {again:?}, stored is {there:?}"));
        }
    }
    let census = fresh.census(tenant.id).await.expect("a census");
    if census.live + census.ended != contents.calls.len() as u64 {
        wrong.push(format!("read once, there are {census:?}, stored are {}", contents.calls.len()));
    }
    wrong
}
