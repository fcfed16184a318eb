//! A phone system of its own: it plays a floor of calls in real time and speaks AMI to whoever logs in. It goes on
//! while nobody listens, as a real one does: what happens then is told to nobody, and a reader who comes back finds
//! the channels that live. It knows one reader at a time and obeys no command but what a reader begins with.

mod exchange;
mod line;

pub use exchange::PlayedCall;

use crate::time;
use domain::id::At;
use exchange::Exchange;
use sandbox::pbx::Floor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Its manager user.
pub const USERNAME: &str = "bitacora";
/// The secret of that user.
pub const SECRET: &str = "no-secret";

/// A phone system that is on.
pub struct Asterisk {
    address: SocketAddr,
    exchange: Arc<Exchange>,
    closing: Arc<AtomicBool>,
    over: watch::Receiver<bool>,
    tasks: [JoinHandle<()>; 2],
}

impl Asterisk {
    /// Switches it on; calls come as `floor` has them, which must begin at about the present time.
    ///
    /// # Errors
    /// No port is free.
    pub async fn begin(floor: Floor) -> std::io::Result<Asterisk> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let exchange = Arc::new(Exchange::default());
        let closing = Arc::new(AtomicBool::new(false));
        let (finished, over) = watch::channel(false);
        let plays = {
            let (exchange, closing) = (Arc::clone(&exchange), Arc::clone(&closing));
            tokio::spawn(async move {
                play(floor, &exchange, &closing).await;
                finished.send_replace(true);
            })
        };
        let serves = tokio::spawn(line::serve(listener, Arc::clone(&exchange)));
        Ok(Asterisk { address, exchange, closing, over, tasks: [plays, serves] })
    }

    /// Where its manager interface is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets no further call begin.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Waits until the last call is over; it must have been closed.
    pub async fn silent(&self) {
        // Where the player is gone, so are the calls.
        let _ = self.over.clone().wait_for(|over| *over).await;
    }

    /// The calls that were played.
    pub fn played(&self) -> Vec<PlayedCall> {
        self.exchange.played()
    }

    /// Counts the logins, from 1; 0 before the first.
    pub fn connection(&self) -> u64 {
        self.exchange.connection()
    }
}

impl Drop for Asterisk {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn play(mut floor: Floor, exchange: &Exchange, closing: &AtomicBool) {
    loop {
        if closing.load(Ordering::Relaxed) {
            floor.close();
        }
        let Some((at, frame)) = floor.next() else { return };
        time::until(At(at.0)).await;
        if !frame.is_empty() {
            exchange.happened(&frame);
        }
    }
}
