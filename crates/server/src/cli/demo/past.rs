//! The demo's past: two weeks of calls, read and wrapped up by the very operations of the present, under a
//! clock that is set back. Nothing is written beside the rules.

use super::habit::{close, habit};
use crate::app::{App, Tenant};
use crate::clock::{Machine, Surroundings};
use crate::ops::OpError;
use crate::ops::ingest::{Ingest, IngestError};
use crate::ops::submit_scene::Submitter;
use crate::settings::Settings;
use domain::id::{AgentKey, At};
use sandbox::pbx::past_frames;
use sandbox::people::{Callers, DEMO_PEOPLE};
use sandbox::{DEMO_SEED, centre};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Store;
use telephony::endpoints::EndpointMap;

/// How many days back the demo's past goes.
const DAYS: u16 = 14;
/// Name of the source whose calls the past holds; the present has its own.
const SOURCE: &str = "past";
/// Most bytes taken in at once.
const PIECE_BYTES: usize = 256 * 1024;
/// Until when, in milliseconds after the last frame, the last call of the past is let settle.
const AFTERMATH_MS: i64 = 120_000;

/// Why there is no past.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoPast {
    #[error(transparent)]
    Ingest(#[from] IngestError),
    #[error(transparent)]
    Op(#[from] OpError),
    #[error(transparent)]
    Read(#[from] store::ReadError),
    #[error(transparent)]
    Commit(#[from] store::CommitError),
    #[error(transparent)]
    Endpoints(#[from] telephony::endpoints::ListedTwice),
}

/// A clock that is set.
struct SetBack(AtomicI64);

impl Surroundings for SetBack {
    fn now(&self) -> At {
        At(self.0.load(Ordering::Relaxed))
    }

    fn random(&self) -> [u8; 32] {
        Machine.random()
    }
}

/// Makes the past of the first tenant, up to last night.
pub(super) async fn make(store: Arc<dyn Store>, settings: &Settings) -> Result<(), NoPast> {
    let today = Machine.now();
    let clock = Arc::new(SetBack(AtomicI64::new(today.0)));
    let around: Arc<dyn Surroundings> = clock.clone();
    let app = Arc::new(App::new(store, around, settings.clone(), Vec::new()).await?);
    let Some(tenant) = app.tenants.first().cloned() else { return Ok(()) };
    let agents = centre::agents();
    let endpoints = EndpointMap::try_from(&centre::endpoints(&agents))?;
    let mut ingest = Ingest::resume(Arc::clone(&app), Arc::clone(&tenant), SOURCE, endpoints).await?;
    ingest.connected();
    let callers = Callers::of_sample(DEMO_SEED, DEMO_PEOPLE);
    let (mut piece, mut last) = (Vec::new(), today);
    for (at, frame) in past_frames(DEMO_SEED, callers, DAYS, today) {
        piece.extend_from_slice(&frame);
        last = at;
        if piece.len() >= PIECE_BYTES {
            clock.0.store(at.0, Ordering::Relaxed);
            ingest.take(&std::mem::take(&mut piece), at).await?;
        }
    }
    ingest.take(&piece, last).await?;
    ingest.tick(last.plus_millis(AFTERMATH_MS)).await?;
    for agent in agents {
        wrap_up(&app, &tenant, &clock, &AgentKey(agent.extension)).await?;
    }
    Ok(())
}

async fn wrap_up(app: &App, tenant: &Arc<Tenant>, clock: &SetBack, agent: &AgentKey) -> Result<(), NoPast> {
    let users = app.store.users(tenant.id).await?;
    let Some(user) = users.iter().find(|user| user.agent.as_ref() == Some(agent)) else { return Ok(()) };
    let by = Submitter { user: user.id, agent: agent.clone(), role: user.role };
    loop {
        let owed = app.store.open_wrapups(tenant.id, agent).await?;
        if owed.is_empty() {
            return Ok(());
        }
        for wrapup in owed {
            let habit = habit(app, tenant, &wrapup).await?;
            let closed_at = wrapup.opened_at.unwrap_or(clock.now()).plus_millis(habit.after_ms);
            clock.0.store(closed_at.0, Ordering::Relaxed);
            close(app, tenant, &by, &wrapup, habit).await?;
        }
    }
}
