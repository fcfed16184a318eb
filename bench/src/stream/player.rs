//! The phone system of the stream: it sends the frames of a floor, those of one moment in one write.

use crate::Outcome;
use crate::agents::now;
use crate::login::let_in;
use domain::id::At;
use sandbox::pbx::{Floor, FloorSettings, greeting};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, timeout};

/// How long the server may take to connect.
const CONNECTED_WITHIN: Duration = Duration::from_secs(30);
/// What is due so soon is sent with what is due.
const ONE_MOMENT: Duration = Duration::from_millis(1);
/// Most bytes of one write.
const MAX_WRITE_BYTES: usize = 64 * 1024;

/// What was played so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Played {
    pub(super) calls: u64,
    pub(super) frames: u64,
    pub(super) living: u64,
    pub(super) turned_away: u64,
}

#[derive(Default)]
struct Counters {
    calls: AtomicU64,
    frames: AtomicU64,
    living: AtomicU64,
    turned_away: AtomicU64,
    late_us: AtomicU64,
    stop: AtomicBool,
}

/// A stream that is played.
pub(super) struct Playing {
    counters: Arc<Counters>,
    plays: JoinHandle<Outcome>,
}

impl Playing {
    /// Waits for the server and begins.
    pub(super) async fn start(listener: TcpListener, settings: FloorSettings) -> Outcome<Playing> {
        let (mut socket, _) = timeout(CONNECTED_WITHIN, listener.accept()).await??;
        socket.set_nodelay(true)?;
        let_in(&mut socket).await?;
        let counters = Arc::new(Counters::default());
        let (opens, starts) = (now(), Instant::now());
        let hello = greeting(opens);
        counters.frames.store(super::lag::count(&hello), Relaxed);
        socket.write_all(&hello).await?;
        let (mut reads, writes) = socket.into_split();
        // Whatever it asks is not answered, but its questions must go somewhere.
        tokio::spawn(async move {
            let mut rest = vec![0; 4_096];
            while reads.read(&mut rest).await.is_ok_and(|count| count > 0) {}
        });
        let floor = Floor::new(settings, opens);
        let plays = tokio::spawn(play(floor, (opens, starts), writes, Arc::clone(&counters)));
        Ok(Playing { counters, plays })
    }

    /// What was played so far.
    pub(super) fn so_far(&self) -> Played {
        let of = |counter: &AtomicU64| counter.load(Relaxed);
        let Counters { calls, frames, living, turned_away, .. } = &*self.counters;
        Played { calls: of(calls), frames: of(frames), living: of(living), turned_away: of(turned_away) }
    }

    /// How late the latest frame was sent since this was asked last: the stream's own fault, or the server's that did not
    /// take it.
    pub(super) fn late(&self) -> Duration {
        Duration::from_micros(self.counters.late_us.swap(0, Relaxed))
    }

    /// Sends no more; the connection stays.
    pub(super) async fn stop(self) -> Outcome<Played> {
        self.counters.stop.store(true, Relaxed);
        let counters = Arc::clone(&self.counters);
        let playing = Playing { counters, plays: tokio::spawn(async { Ok(()) }) };
        self.plays.await??;
        Ok(playing.so_far())
    }
}

async fn play(
    mut floor: Floor,
    (opens, starts): (At, Instant),
    mut socket: tokio::net::tcp::OwnedWriteHalf,
    counters: Arc<Counters>,
) -> Outcome {
    let due = |at: At| starts + Duration::from_micros((at.0 - opens.0).max(0).unsigned_abs());
    let mut pending = floor.next();
    let mut out = Vec::with_capacity(MAX_WRITE_BYTES * 2);
    let mut sent = counters.frames.load(Relaxed);
    while let Some((at, bytes)) = pending.take() {
        if counters.stop.load(Relaxed) {
            break;
        }
        let first = due(at);
        if first > Instant::now() {
            sleep_until(first.into()).await;
        }
        counters.late_us.fetch_max(first.elapsed().as_micros() as u64, Relaxed);
        let until = Instant::now() + ONE_MOMENT;
        out.extend_from_slice(&bytes);
        sent += u64::from(!bytes.is_empty());
        loop {
            pending = floor.next();
            match &pending {
                Some((at, bytes)) if due(*at) <= until && out.len() < MAX_WRITE_BYTES => {
                    out.extend_from_slice(bytes);
                    sent += u64::from(!bytes.is_empty());
                }
                _ => break,
            }
        }
        socket.write_all(&out).await?;
        out.clear();
        counters.frames.store(sent, Relaxed);
        counters.calls.store(floor.calls(), Relaxed);
        counters.living.store(floor.playing() as u64, Relaxed);
        counters.turned_away.store(floor.turned_away(), Relaxed);
    }
    // Hanging up would end the calls: the server may still read.
    socket.writable().await?;
    tokio::spawn(async move {
        tokio::time::sleep(super::AFTERMATH).await;
        drop(socket);
    });
    Ok(())
}
