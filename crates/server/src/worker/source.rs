//! One phone system, read for as long as the server runs. When its calls cannot be stored, or its connection
//! breaks, it is taken up again from what is stored; nothing is dropped, the source is held back.

use super::line::Line;
use crate::app::{App, Tenant};
use crate::ops::ingest::{Ingest, IngestError};
use domain::id::At;
use std::sync::Arc;
use std::time::Duration;
use telephony::endpoints::EndpointMap;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// How often calls are let settle while a source is silent.
const TICK: Duration = Duration::from_millis(250);
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
}

/// Why reading began anew.
#[derive(Debug, thiserror::Error)]
enum Interrupted {
    #[error("the connection: {0}")]
    Line(#[from] std::io::Error),
    #[error("storing: {0}")]
    Ingest(#[from] IngestError),
}

/// Reads `line` until `stop`.
pub async fn run(app: Arc<App>, source: Source, mut line: Line, mut stop: watch::Receiver<bool>) {
    let mut wait = BACK_OFF.0;
    loop {
        let began = Instant::now();
        let ended = read(&app, &source, &mut line, &mut stop).await;
        app.phones.disconnected(source.tenant.id, &source.name);
        match ended {
            Ok(()) => return,
            Err(error) => tracing::warn!(source = source.name, %error, "interrupted; it is taken up again"),
        }
        // A connection that lasted was good: the next trouble is a new one.
        if began.elapsed() > BACK_OFF.1 {
            wait = BACK_OFF.0;
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
    line: &mut Line,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), Interrupted> {
    let tenant = Arc::clone(&source.tenant);
    let mut ingest = Ingest::resume(Arc::clone(app), tenant, &source.name, source.endpoints.clone()).await?;
    line.connect().await?;
    ingest.connected();
    let mut actions = line.listens().then(|| app.phones.connected(source.tenant.id, &source.name));
    tracing::info!(source = source.name, "connected");
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut more = true;
    loop {
        tokio::select! {
            biased;
            () = told(stop) => return Ok(()),
            // Before anything is read: who must be left alone is told at once.
            Some(action) = next_action(&mut actions) => line.tell(&action).await?,
            _ = tick.tick() => ingest.tick(app.around.now()).await?,
            bytes = line.next(), if more => match bytes? {
                Some(bytes) => ingest.take(&bytes, app.around.now()).await?,
                None => more = false,
            },
        }
    }
}

/// What the phone system is to be told next; never anything where it does not listen.
async fn next_action(actions: &mut Option<mpsc::Receiver<Vec<u8>>>) -> Option<Vec<u8>> {
    match actions {
        Some(actions) => actions.recv().await,
        None => std::future::pending().await,
    }
}

/// Waits until the server stops; that the sender is gone means the same.
pub(super) async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// When what a feed's clock dates is played.
pub struct Pace {
    speed: f64,
    began: Option<(At, Instant)>,
}

impl Pace {
    /// So many times faster than the feed's clock; 0: at once.
    pub fn new(speed: f64) -> Self {
        Pace { speed, began: None }
    }

    pub(super) fn due(&mut self, at: At) -> Instant {
        self.began.get_or_insert_with(|| (at, Instant::now()));
        self.at(at)
    }

    pub(super) fn at(&self, at: At) -> Instant {
        let Some((first, began)) = self.began else { return Instant::now() };
        if self.speed <= 0.0 {
            return began;
        }
        let micros = (at.0 - first.0).max(0) as f64 / self.speed;
        began + Duration::from_micros(micros as u64)
    }
}
