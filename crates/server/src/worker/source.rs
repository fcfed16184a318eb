//! One phone system, read for as long as the server runs. When its calls cannot be stored, or its connection
//! breaks, it is taken up again from what is stored; nothing is dropped, the source is held back.

use super::answers::{Answered, Answers};
use super::connection::LineError;
use super::line::Line;
use crate::app::{App, Tenant};
use crate::ops::ingest::{Ingest, IngestError};
use crate::phones::Telling;
use crate::source_health::ClockNews;
use domain::id::At;
use std::sync::Arc;
use std::time::Duration;
use telephony::ami::actions::{Action, ping, snapshot};
use telephony::endpoints::EndpointMap;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// How often calls are let settle while a source is silent.
const TICK: Duration = Duration::from_millis(250);
/// First and longest wait before a source is taken up again.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// How long silence is borne.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often a phone system is asked whether it is there.
    pub ask_every: Duration,
    /// Of what has not said anything for so long after it was asked, nothing more will come.
    pub silent_after: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience { ask_every: Duration::from_secs(5), silent_after: Duration::from_secs(15) }
    }
}

/// A source to be read.
pub struct Source {
    /// Its tenant.
    pub tenant: Arc<Tenant>,
    /// Its name.
    pub name: String,
    /// Its endpoints.
    pub endpoints: EndpointMap,
    /// How long it may say nothing.
    pub patience: Patience,
}

/// Why reading began anew.
#[derive(Debug, thiserror::Error)]
enum Interrupted {
    #[error("the connection: {0}")]
    Line(#[from] LineError),
    #[error("storing: {0}")]
    Ingest(#[from] IngestError),
}

/// Reads `line` until `stop`.
pub async fn run(app: Arc<App>, source: Source, mut line: Line, mut stop: watch::Receiver<bool>) {
    let (tenant, name) = (source.tenant.id, source.name.clone());
    let mut wait = BACK_OFF.0;
    loop {
        let began = Instant::now();
        let ended = Reading::begin_and_read(&app, &source, &mut line, &mut stop).await;
        app.phones.disconnected(tenant, &name);
        app.hub.floors.changed(tenant);
        app.source_health.connected(tenant, &name, false);
        let Err(error) = ended else { return };
        // A connection that lasted was good: the next trouble is a new one.
        if began.elapsed() > BACK_OFF.1 {
            wait = BACK_OFF.0;
        }
        if matches!(&error, Interrupted::Line(error) if error.waits()) {
            wait = BACK_OFF.1;
        }
        tracing::warn!(source = name, %error, wait_s = wait.as_secs_f64(), "interrupted; it is taken up again");
        tokio::select! {
            () = sleep_until(Instant::now() + wait) => {}
            () = told(&mut stop) => return,
        }
        wait = (wait * 2).min(BACK_OFF.1);
    }
}

/// A source being read over one connection.
struct Reading<'r> {
    app: &'r App,
    source: &'r Source,
    line: &'r mut Line,
    ingest: Ingest,
    answers: Answers,
    /// When it was first asked whether it is there, of the times since it was heard last.
    asked_at: Option<Instant>,
}

impl Reading<'_> {
    async fn begin_and_read(
        app: &Arc<App>,
        source: &Source,
        line: &mut Line,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), Interrupted> {
        let tenant = Arc::clone(&source.tenant);
        let mut ingest =
            Ingest::resume(Arc::clone(app), tenant, &source.name, source.endpoints.clone()).await?;
        tokio::select! {
            connected = line.connect() => connected?,
            () = told(stop) => return Ok(()),
        }
        ingest.connected();
        app.source_health.connected(source.tenant.id, &source.name, true);
        tracing::info!(source = source.name, "connected");
        let answers = Answers::default();
        Reading { app, source, line, ingest, answers, asked_at: None }.read(stop).await
    }

    async fn read(mut self, stop: &mut watch::Receiver<bool>) -> Result<(), Interrupted> {
        let (app, source) = (self.app, self.source);
        let mut actions = self.line.listens().then(|| app.phones.connected(source.tenant.id, &source.name));
        if actions.is_some() {
            self.ask_what_there_is().await?;
        }
        let mut tick = every(TICK);
        let mut ping_due = every(source.patience.ask_every);
        let mut more = true;
        loop {
            tokio::select! {
                biased;
                () = told(stop) => return Ok(()),
                // Before anything is read: who must be left alone is told at once.
                Some(telling) = next(&mut actions) => self.send(telling).await?,
                _ = tick.tick() => self.ingest.tick(app.around.now()).await?,
                _ = ping_due.tick(), if actions.is_some() => self.ask_whether_it_is_there().await?,
                bytes = self.line.next(), if more => match bytes? {
                    Some(bytes) => self.take(&bytes).await?,
                    None => more = false,
                },
            }
        }
    }

    async fn tell(&mut self, action: Action) -> Result<(), LineError> {
        self.send(Telling { action, asker: None }).await
    }

    async fn send(&mut self, telling: Telling) -> Result<(), LineError> {
        let bytes = self.answers.send(telling, self.app.around.now())?;
        self.line.send(&bytes).await
    }

    async fn take(&mut self, bytes: &[u8]) -> Result<(), Interrupted> {
        self.asked_at = None;
        let now = self.app.around.now();
        self.ingest.take(bytes, now).await?;
        for answer in self.ingest.answers() {
            match self.answers.answered(answer, now) {
                Some(Answered::Refused { action, why }) => self.refused(action, &why),
                Some(Answered::Taken { ahead_ms: Some(ahead_ms) }) => self.compare_clocks(ahead_ms),
                Some(Answered::Taken { ahead_ms: None }) | None => {}
            }
        }
        if self.ingest.has_booted() && self.line.listens() {
            self.ask_what_there_is().await?;
        }
        Ok(())
    }

    /// A phone system that is still starting lets us in, and refuses to list queues that it does not know yet: what was
    /// asked too early is asked again. Without its members nobody would be left alone in them.
    async fn ask_what_there_is(&mut self) -> Result<(), LineError> {
        for action in snapshot() {
            self.tell(action).await?;
        }
        Ok(())
    }

    /// A line that broke without a word looks like a quiet night; what is answered tells them apart.
    async fn ask_whether_it_is_there(&mut self) -> Result<(), LineError> {
        let silent_after = self.source.patience.silent_after;
        if self.asked_at.is_some_and(|asked| asked.elapsed() >= silent_after) {
            return Err(LineError::Silent(silent_after));
        }
        self.asked_at.get_or_insert_with(Instant::now);
        let (tenant, name) = (self.source.tenant.id, &self.source.name);
        let overdue = self.answers.overdue(self.app.around.now());
        if !overdue.is_empty() {
            tracing::warn!(source = name, actions = ?overdue, "not answered; what came of them, events will tell");
            self.app.source_health.unanswered(tenant, name, overdue.len());
        }
        self.tell(ping()).await
    }

    fn refused(&self, action: &str, why: &str) {
        let (tenant, name) = (self.source.tenant.id, &self.source.name);
        tracing::warn!(source = name, action, why, "the phone system refused what it was told");
        self.app.source_health.refused(tenant, name);
    }

    fn compare_clocks(&self, ahead_ms: i64) {
        let (tenant, name) = (self.source.tenant.id, &self.source.name);
        match self.app.source_health.ahead(tenant, name, ahead_ms) {
            Some(ClockNews::Off) => {
                tracing::warn!(
                    source = name,
                    ahead_ms,
                    "its clock and ours differ; see to it that both are set"
                );
            }
            Some(ClockNews::Right) => tracing::info!(source = name, ahead_ms, "its clock agrees with ours"),
            None => {}
        }
    }
}

/// At this interval, and not more often to make up for a tick that was late.
pub(super) fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// What the phone system is to be told next; never anything where it does not listen.
async fn next(actions: &mut Option<mpsc::Receiver<Telling>>) -> Option<Telling> {
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
