//! Somebody else at the manager interface, who is told what the product is told: what a test waits for, and what it
//! shows when it fails.

use super::LOOK_EVERY;
use super::place::{ONLOOKER, SECRET};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use telephony::ami::{Frame, Splitter, actions, frames};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::interval;

/// Most bytes read at once.
const MAX_READ_BYTES: usize = 64 * 1024;

/// An onlooker.
pub struct Onlooker {
    told: Arc<Mutex<Vec<Frame>>>,
    news: watch::Receiver<usize>,
    output: tokio::sync::Mutex<OwnedWriteHalf>,
    reads: JoinHandle<()>,
}

impl Onlooker {
    pub(super) async fn connect(address: SocketAddr) -> io::Result<Onlooker> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (input, mut output) = stream.into_split();
        let login = actions::login(ONLOOKER, SECRET).map_err(io::Error::other)?;
        for action in std::iter::once(login).chain(actions::snapshot()) {
            output.write_all(&action.bytes(action.name()).map_err(io::Error::other)?).await?;
        }
        let told = Arc::new(Mutex::new(Vec::new()));
        let (tell, news) = watch::channel(0);
        let reads = tokio::spawn(read(input, Arc::clone(&told), tell));
        Ok(Onlooker { told, news, output: tokio::sync::Mutex::new(output), reads })
    }

    /// Connects as soon as somebody listens there.
    pub(super) async fn when_it_listens(address: SocketAddr) -> Onlooker {
        let mut look = interval(LOOK_EVERY);
        loop {
            look.tick().await;
            if let Ok(onlooker) = Onlooker::connect(address).await {
                return onlooker;
            }
        }
    }

    /// Waits for a frame, which may have come already. Where it never comes this never ends: give it a time limit.
    pub async fn saw(&self, wanted: impl Fn(&Frame) -> bool) -> Frame {
        let mut news = self.news.clone();
        let mut seen = 0;
        loop {
            let found = {
                let told = self.told();
                let found = told.iter().skip(seen).find(|frame| wanted(frame)).cloned();
                seen = told.len();
                found
            };
            if let Some(frame) = found {
                return frame;
            }
            if news.wait_for(|count| *count > seen).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Waits until it was told so many frames of a kind. Where that never comes this never ends.
    pub async fn saw_times(&self, times: usize, wanted: impl Fn(&Frame) -> bool) {
        let mut news = self.news.clone();
        loop {
            news.mark_unchanged();
            let found = self.told().iter().filter(|frame| wanted(frame)).count();
            if found >= times {
                return;
            }
            if news.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Everything that was told so far.
    pub fn frames(&self) -> Vec<Frame> {
        self.told().clone()
    }

    /// Why each queue leaves this member alone now; queues that do not are not among them.
    pub fn pauses(&self, interface: &str) -> BTreeMap<String, String> {
        let mut pauses = BTreeMap::new();
        let told = self.told();
        let of_member = told.iter().filter(|frame| {
            [frame.get("Interface"), frame.get("Location")].contains(&Some(interface))
                && frame.get("PausedReason").is_some()
        });
        for frame in of_member {
            let queue = frame.get("Queue").unwrap_or_default().to_owned();
            match frame.get("Paused") {
                Some("1") => pauses.insert(queue, frame.get("PausedReason").unwrap_or_default().to_owned()),
                _ => pauses.remove(&queue),
            };
        }
        pauses
    }

    /// Waits until the pauses of a member are as wanted.
    pub async fn until_pauses(&self, interface: &str, wanted: impl Fn(&BTreeMap<String, String>) -> bool) {
        let mut news = self.news.clone();
        while !wanted(&self.pauses(interface)) {
            if news.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Tells the phone system something, as an administrator of it would.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn tell(&self, action: &[u8]) -> io::Result<()> {
        self.output.lock().await.write_all(action).await
    }

    fn told(&self) -> MutexGuard<'_, Vec<Frame>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Onlooker {
    fn drop(&mut self) {
        self.reads.abort();
    }
}

async fn read(mut input: OwnedReadHalf, told: Arc<Mutex<Vec<Frame>>>, tell: watch::Sender<usize>) {
    let mut splitter = Splitter::default();
    let mut bytes = vec![0; MAX_READ_BYTES];
    while let Ok(count @ 1..) = input.read(&mut bytes).await {
        let Some(whole) = splitter.push(&bytes[..count]) else { continue };
        let mut known = told.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(frames(&whole));
        tell.send_replace(known.len());
    }
}
