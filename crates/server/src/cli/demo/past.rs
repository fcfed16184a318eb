//! The demo's past: a quarter of a year of calls, read and wrapped up day by day by the very operations of the
//! present, under a clock that is set back. Nothing is written beside the rules.

use super::habit::{close, habit};
use super::messages::{LEFT_TO_DO, deal_with, keep};
use crate::app::{App, Tenant};
use crate::clock::{Machine, Surroundings};
use crate::ops::OpError;
use crate::ops::ingest::{Ingest, IngestError};
use crate::ops::submit_scene::Submitter;
use crate::settings::Settings;
use domain::account::User;
use domain::id::At;
use sandbox::pbx::past_frames;
use sandbox::people::{Callers, DEMO_PEOPLE};
use sandbox::{DEMO_SEED, centre};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Store;
use telephony::endpoints::EndpointMap;

/// Name of the source whose calls the past holds; the present has its own.
const SOURCE: &str = "past";
/// A silence of so many milliseconds between two frames is a night.
const NIGHT_MS: i64 = 6 * 60 * 60 * 1_000;
/// After so many working days it is said how far it got.
const TOLD_EVERY: usize = 20;
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

/// Makes so many days of the first tenant's past, up to last night.
pub(super) async fn make(store: Arc<dyn Store>, settings: &Settings, days: u16) -> Result<(), NoPast> {
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
    let users = app.store.users(tenant.id).await?;
    let mut frames = past_frames(DEMO_SEED, callers, days, today).peekable();
    for day in 1.. {
        let Some((mut last, mut bytes)) = frames.next() else { break };
        while let Some((at, more)) = frames.next_if(|(at, _)| at.millis_since(last) < NIGHT_MS) {
            bytes.extend(more);
            last = at;
        }
        // What was left before is dealt with in the morning, and some of it waits for whoever tries it out.
        deal_with(&app, &tenant, &users, last, LEFT_TO_DO).await?;
        clock.0.store(last.0, Ordering::Relaxed);
        ingest.take(&bytes, last).await?;
        ingest.tick(last.plus_millis(AFTERMATH_MS)).await?;
        for user in &users {
            wrap_up(&app, &tenant, &clock, user).await?;
        }
        if day % TOLD_EVERY == 0 {
            println!("… {day} working days …");
        }
    }
    deal_with(&app, &tenant, &users, today, LEFT_TO_DO).await?;
    keep(&app, &tenant).await?;
    Ok(())
}

async fn wrap_up(app: &App, tenant: &Arc<Tenant>, clock: &SetBack, user: &User) -> Result<(), NoPast> {
    let Some(agent) = user.agent.clone() else { return Ok(()) };
    let by = Submitter { user: user.id, agent, role: user.role };
    loop {
        let owed = app.store.open_wrapups(tenant.id, &by.agent).await?;
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
