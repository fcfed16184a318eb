//! A line between two programs that can be cut: TCP in both directions, and nothing of its own.

use std::io;
use std::net::SocketAddr;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// A line.
pub struct Relay {
    address: SocketAddr,
    cut: watch::Sender<bool>,
    serves: JoinHandle<()>,
}

impl Relay {
    /// Lays a line to `there`.
    ///
    /// # Errors
    /// No port is free.
    pub async fn to(there: SocketAddr) -> io::Result<Relay> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (cut, is_cut) = watch::channel(false);
        Ok(Relay { address, cut, serves: tokio::spawn(serve(listener, there, is_cut)) })
    }

    /// Where its near end is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks every connection; new ones break at once.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.cut.send_replace(false);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.serves.abort();
    }
}

async fn serve(listener: TcpListener, there: SocketAddr, is_cut: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        connections.spawn(connect(near, there, is_cut.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// Ends when either end does, or the line is cut.
async fn connect(mut near: TcpStream, there: SocketAddr, mut is_cut: watch::Receiver<bool>) {
    if *is_cut.borrow() {
        return;
    }
    let Ok(mut far) = TcpStream::connect(there).await else { return };
    tokio::select! {
        // How a connection ended is for its ends to say.
        _ = copy_bidirectional(&mut near, &mut far) => {}
        _ = is_cut.wait_for(|cut| *cut) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn what_is_said_gets_through_until_the_line_is_cut_and_after_it_is_mended() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let relay = Relay::to(listener.local_addr().expect("an address")).await.expect("a line");
        let mut near = TcpStream::connect(relay.address()).await.expect("connected");
        let (mut far, _) = listener.accept().await.expect("a connection");
        near.write_all(b"one").await.expect("said");
        let mut heard = [0; 3];
        far.read_exact(&mut heard).await.expect("heard");
        assert_eq!(&heard, b"one");
        relay.cut();
        assert_eq!((near.read(&mut heard).await.ok(), far.read(&mut heard).await.ok()), (Some(0), Some(0)));
        let mut refused = TcpStream::connect(relay.address()).await.expect("connected");
        assert_eq!(refused.read(&mut heard).await.unwrap_or_default(), 0);
        relay.mend();
        let mut near = TcpStream::connect(relay.address()).await.expect("connected");
        let (mut far, _) = listener.accept().await.expect("a connection");
        far.write_all(b"two").await.expect("said");
        near.read_exact(&mut heard).await.expect("heard");
        assert_eq!(&heard, b"two");
    }
}
