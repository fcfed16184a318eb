//! One phone system that pushes, read for as long as the server runs. What requests hand over is put on disk with all
//! that follows from it, many deliveries to a commit where many wait, and only then are the requests told. What cannot
//! be stored is not taken, and the source is taken up again from what is stored.

use super::source::{every, told};
use crate::app::{App, Tenant};
use crate::hooks::{Handed, Taken};
use crate::ops::ingest::{Ingest, IngestError};
use domain::id::{At, TenantId};
use sha2::{Digest, Sha256};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use store::{ReadError, Store};
use telephony::endpoints::EndpointMap;
use telephony::hook::{Understood, deliveries};
use telephony::reader::Reader;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

/// How often calls are let settle while a source is silent.
const TICK: Duration = Duration::from_millis(250);
/// How long is waited before a source is taken up again whose deliveries could not be stored.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// Most deliveries in a commit, and about how many bytes of them; one alone may have more.
const MAX_TOGETHER: usize = 64;
const MAX_TOGETHER_BYTES: usize = 64 * 1024;
/// How long a delivery is known again, in milliseconds: longer than any signature is good, which is at most for an hour
/// before and an hour after its time.
pub const KNOWN_FOR_MS: i64 = 3 * 60 * 60 * 1000;
/// Most deliveries that are known again; beyond, the oldest is forgotten.
const MAX_KNOWN: usize = 200_000;
/// How many stored chunks are read at a time.
const PAGE: usize = 100;

/// A source that is pushed to.
pub struct Pushed {
    /// Its tenant.
    pub tenant: Arc<Tenant>,
    /// Its name.
    pub name: String,
    /// Its endpoints.
    pub endpoints: EndpointMap,
    /// What was handed over and waits.
    pub waiting: mpsc::Receiver<Handed>,
}

/// Reads deliveries until `stop`.
pub async fn run(app: Arc<App>, mut source: Pushed, mut stop: watch::Receiver<bool>) {
    let (tenant, name) = (source.tenant.id, source.name.clone());
    loop {
        let ended = read(&app, &mut source, &mut stop).await;
        app.source_health.connected(tenant, &name, false);
        let Err(error) = ended else { return };
        tracing::warn!(source = name, %error, "deliveries cannot be stored; the source is taken up again");
        tokio::select! {
            () = sleep_until(Instant::now() + AGAIN_AFTER) => {}
            () = told(&mut stop) => return,
        }
    }
}

async fn read(
    app: &Arc<App>,
    source: &mut Pushed,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), IngestError> {
    let (tenant, endpoints) = (Arc::clone(&source.tenant), source.endpoints.clone());
    let mut ingest =
        Ingest::resume_by(Arc::clone(app), tenant, &source.name, endpoints, Reader::Hook).await?;
    ingest.connected();
    let mut known = Known::stored(&*app.store, source.tenant.id, &source.name, app.around.now()).await?;
    app.source_health.connected(source.tenant.id, &source.name, true);
    let mut tick = every(TICK);
    let mut handed = VecDeque::new();
    loop {
        let mut more = Vec::new();
        tokio::select! {
            biased;
            () = told(stop) => return Ok(()),
            _ = tick.tick() => ingest.tick(app.around.now()).await?,
            count = source.waiting.recv_many(&mut more, MAX_TOGETHER), if handed.is_empty() => {
                if count == 0 {
                    return Ok(());
                }
            }
            () = std::future::ready(()), if !handed.is_empty() => {}
        }
        handed.extend(more);
        take(app, source, &mut ingest, &mut known, &mut handed).await?;
    }
}

/// Puts the first of what was handed over on disk, as many as go together, and tells who waits.
async fn take(
    app: &App,
    source: &Pushed,
    ingest: &mut Ingest,
    known: &mut Known,
    handed: &mut VecDeque<Handed>,
) -> Result<(), IngestError> {
    let now = app.around.now();
    let (mut bytes, mut taken, mut told) = (Vec::new(), Vec::new(), Vec::new());
    while bytes.len() < MAX_TOGETHER_BYTES {
        let Some(next) = handed.pop_front() else { break };
        let mark = mark(&next.identity);
        let is_known = known.has(&mark) || taken.contains(&mark);
        if !is_known {
            bytes.extend(next.delivery.to_bytes());
            taken.push(mark);
        }
        told.push((next.taken, if is_known { Taken::Known } else { Taken::Stored }));
    }
    ingest.take(&bytes, now).await?;
    for mark in taken {
        known.add(mark, now);
    }
    for (waits, what) in told {
        app.hooks.was_taken(source.tenant.id, &source.name, what);
        // A request that was given up meanwhile will come again, and is known then.
        let _ = waits.send(what);
    }
    Ok(())
}

type Mark = [u8; 16];

fn mark(identity: &str) -> Mark {
    let digest = Sha256::digest(identity.as_bytes());
    let mut mark = [0; 16];
    mark.copy_from_slice(&digest[..16]);
    mark
}

/// Deliveries that were taken lately.
#[derive(Default)]
struct Known {
    marks: HashSet<Mark>,
    by_age: VecDeque<(At, Mark)>,
}

impl Known {
    /// What is stored is known, also after a restart.
    async fn stored(store: &dyn Store, tenant: TenantId, source: &str, now: At) -> Result<Known, ReadError> {
        let since = now.plus_millis(-KNOWN_FOR_MS);
        let mut next = first_since(store, tenant, source, since).await?;
        let mut known = Known::default();
        loop {
            let chunks = store.frame_chunks(tenant, source, next, PAGE).await?;
            let Some(last) = chunks.last() else { return Ok(known) };
            next = last.chunk + 1;
            for chunk in &chunks {
                for understood in deliveries(&chunk.bytes).filter_map(|one| Understood::of(&one).ok()) {
                    known.add(mark(&understood.identity()), chunk.received_at);
                }
            }
        }
    }

    fn has(&self, mark: &Mark) -> bool {
        self.marks.contains(mark)
    }

    fn add(&mut self, mark: Mark, now: At) {
        let too_old = now.plus_millis(-KNOWN_FOR_MS);
        while let Some((_, old)) =
            self.by_age.front().filter(|(at, _)| *at < too_old || self.by_age.len() >= MAX_KNOWN)
        {
            self.marks.remove(old);
            self.by_age.pop_front();
        }
        if self.marks.insert(mark) {
            self.by_age.push_back((now, mark));
        }
    }
}

/// The number of the first chunk that came at `since` or later: chunks are numbered in the order they came.
async fn first_since(store: &dyn Store, tenant: TenantId, source: &str, since: At) -> Result<u64, ReadError> {
    let (mut low, mut high) = (1, store.source_progress(tenant, source).await?.last_chunk + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match store.frame_chunks(tenant, source, middle, 1).await?.first() {
            Some(chunk) if chunk.received_at < since => low = chunk.chunk + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_known_for_its_time_and_no_longer() {
        let mut known = Known::default();
        known.add(mark("a"), At(0));
        known.add(mark("b"), At(0).plus_millis(KNOWN_FOR_MS));
        assert!(known.has(&mark("a")) && known.has(&mark("b")));
        known.add(mark("c"), At(0).plus_millis(KNOWN_FOR_MS + 1));
        assert!(!known.has(&mark("a")) && known.has(&mark("b")));
    }

    #[test]
    fn of_too_many_the_oldest_is_forgotten() {
        let mut known = Known::default();
        (0..=MAX_KNOWN).for_each(|nth| known.add(mark(&nth.to_string()), At(0)));
        assert_eq!(known.by_age.len(), MAX_KNOWN);
        assert!(!known.has(&mark("0")) && known.has(&mark("1")));
    }
}
