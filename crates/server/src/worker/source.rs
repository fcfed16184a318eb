//! One phone system, read for as long as the server runs. When its calls cannot be stored it is taken up
//! again from what is stored; nothing is dropped, the source is held back.

use super::feed::Feed;
use crate::app::{App, Tenant};
use crate::ops::ingest::{Ingest, IngestError};
use domain::id::At;
use std::sync::Arc;
use std::time::Duration;
use telephony::endpoints::EndpointMap;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// How often calls are let settle while a source is silent.
const TICK: Duration = Duration::from_millis(250);
/// Most bytes taken at once, as a socket would give.
const MAX_READ_BYTES: usize = 64 * 1024;
/// First and longest wait before a source is taken up again.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// A source to be read.
pub struct Source {
    /// Its tenant.
    pub tenant: Arc<Tenant>,
    /// Its name.
    pub name: String,
    /// Its endpoints.
    pub endpoints: EndpointMap,
    /// How many times faster than its own clock; 0: at once.
    pub speed: f64,
}

/// Reads `feed` until there is no more, then lets its last calls settle, until `stop`.
pub async fn run(app: Arc<App>, source: Source, mut feed: Box<dyn Feed>, mut stop: watch::Receiver<bool>) {
    let mut wait = BACK_OFF.0;
    let mut pace = Pace::new(source.speed);
    let mut pending = None;
    loop {
        let went = read(&app, &source, feed.as_mut(), &mut pace, &mut pending, &mut stop).await;
        match went {
            Ok(()) => return,
            Err(error) => tracing::error!(source = source.name, %error, "the source is taken up again"),
        }
        tokio::select! {
            () = sleep_until(Instant::now() + wait) => {}
            () = told(&mut stop) => return,
        }
        wait = (wait * 2).min(BACK_OFF.1);
    }
}

async fn read(
    app: &Arc<App>,
    source: &Source,
    feed: &mut dyn Feed,
    pace: &mut Pace,
    pending: &mut Option<(At, Vec<u8>)>,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), IngestError> {
    let tenant = Arc::clone(&source.tenant);
    let mut ingest = Ingest::resume(Arc::clone(app), tenant, &source.name, source.endpoints.clone()).await?;
    ingest.connected();
    tracing::info!(source = source.name, "connected");
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if pending.is_none() {
            *pending = feed.next();
        }
        let due = pending.as_ref().map(|(at, _)| pace.due(*at));
        tokio::select! {
            biased;
            () = told(stop) => return Ok(()),
            _ = tick.tick() => ingest.tick(app.around.now()).await?,
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let bytes = take_due(feed, pace, pending);
                ingest.take(&bytes, app.around.now()).await?;
            }
        }
    }
}

/// Waits until the server stops; that the sender is gone means the same.
pub(super) async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// All that is due now, as one read of a socket would give it.
fn take_due(feed: &mut dyn Feed, pace: &Pace, pending: &mut Option<(At, Vec<u8>)>) -> Vec<u8> {
    let now = Instant::now();
    let mut bytes = Vec::new();
    while let Some((at, piece)) = pending.take() {
        if bytes.len() >= MAX_READ_BYTES || (!bytes.is_empty() && pace.at(at) > now) {
            *pending = Some((at, piece));
            break;
        }
        bytes.extend_from_slice(&piece);
        *pending = feed.next();
    }
    bytes
}

/// When what the source's clock dates is played.
struct Pace {
    speed: f64,
    began: Option<(At, Instant)>,
}

impl Pace {
    fn new(speed: f64) -> Self {
        Pace { speed, began: None }
    }

    fn due(&mut self, at: At) -> Instant {
        self.began.get_or_insert_with(|| (at, Instant::now()));
        self.at(at)
    }

    fn at(&self, at: At) -> Instant {
        let Some((first, began)) = self.began else { return Instant::now() };
        if self.speed <= 0.0 {
            return began;
        }
        let micros = (at.0 - first.0).max(0) as f64 / self.speed;
        began + Duration::from_micros(micros as u64)
    }
}
