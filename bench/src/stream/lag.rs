//! How long after its own time a frame is on disk, as another process sees it: what can be read from the database was
//! flushed before.

use crate::{Outcome, failure};
use domain::id::At;
use rusqlite::{Connection, OpenFlags};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is looked whether there is something new; what is measured is at most so much too long.
const LOOK_EVERY: Duration = Duration::from_millis(2);
const NEW: &str = "SELECT id, bytes FROM frame_chunk WHERE id > ?1 ORDER BY id";
/// What stands before the time of a frame.
const TIMESTAMP: &[u8] = b"\r\nTimestamp: ";

#[derive(Default)]
struct Seen {
    lags: Mutex<Vec<Duration>>,
    frames: AtomicU64,
    stop: AtomicBool,
    failed: Mutex<Option<String>>,
}

/// A database that is watched.
pub(super) struct Watched {
    seen: Arc<Seen>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.seen.stop.store(true, Relaxed);
    }
}

impl Watched {
    /// Watches from now on, in a thread of its own.
    pub(super) fn start(database: PathBuf) -> Watched {
        let seen = Arc::new(Seen::default());
        let of_thread = Arc::clone(&seen);
        std::thread::spawn(move || {
            if let Err(error) = watch(&database, &of_thread) {
                *of_thread.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
            }
        });
        Watched { seen }
    }

    /// The lag of each frame that was seen since this was asked last.
    pub(super) fn lags(&self) -> Vec<Duration> {
        std::mem::take(&mut *self.seen.lags.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until so many frames are on disk.
    pub(super) async fn until(&self, frames: u64, at_most: Duration) -> Outcome {
        let began = Instant::now();
        while self.seen.frames.load(Relaxed) < frames {
            let failed = self.seen.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(error) = failed {
                return failure(format!("the database cannot be watched: {error}"));
            }
            if began.elapsed() > at_most {
                let stored = self.seen.frames.load(Relaxed);
                return failure(format!(
                    "{stored} of {frames} frames are stored {} s later",
                    at_most.as_secs()
                ));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

fn watch(database: &PathBuf, seen: &Seen) -> Outcome {
    let file = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    file.busy_timeout(Duration::from_secs(5))?;
    let mut version = file.prepare("PRAGMA data_version")?;
    let mut new = file.prepare(NEW)?;
    let (mut known, mut last) = (-1_i64, 0_i64);
    while !seen.stop.load(Relaxed) {
        let now: i64 = version.query_row([], |row| row.get(0))?;
        if now == known {
            std::thread::sleep(LOOK_EVERY);
            continue;
        }
        known = now;
        let mut lags = Vec::new();
        let mut rows = new.query([last])?;
        let read_at = crate::agents::now();
        while let Some(row) = rows.next()? {
            last = row.get(0)?;
            let bytes = row.get_ref(1)?.as_blob()?;
            let late = |at: At| Duration::from_micros((read_at.0 - at.0).max(0).unsigned_abs());
            lags.extend(times(bytes).map(late));
        }
        seen.frames.fetch_add(lags.len() as u64, Relaxed);
        seen.lags.lock().unwrap_or_else(PoisonError::into_inner).extend(lags);
    }
    Ok(())
}

/// How many frames have a time.
pub(super) fn count(bytes: &[u8]) -> u64 {
    times(bytes).count() as u64
}

/// The time of each frame that has one.
fn times(bytes: &[u8]) -> impl Iterator<Item = At> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let place = rest.windows(TIMESTAMP.len()).position(|window| window == TIMESTAMP)?;
            rest = &rest[place + TIMESTAMP.len()..];
            let end = rest.iter().position(|byte| *byte == b'\r').unwrap_or(rest.len());
            let parsed = std::str::from_utf8(&rest[..end]).ok().and_then(|text| {
                let (seconds, micros) = text.split_once('.')?;
                Some(At(seconds.parse::<i64>().ok()? * 1_000_000 + micros.parse::<i64>().ok()?))
            });
            if parsed.is_some() {
                return parsed;
            }
        }
    })
}
