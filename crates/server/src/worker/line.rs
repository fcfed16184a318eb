//! The two ways in which a source's bytes come: a feed that is played, or a socket that is read.

use super::feed::Feed;
use super::source::Pace;
use crate::settings::AmiSettings;
use domain::id::At;
use std::io;
use std::time::Duration;
use telephony::ami::actions::login;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

/// Most bytes taken at once.
const MAX_READ_BYTES: usize = 64 * 1024;
/// How long connecting and logging in may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Where bytes come from.
pub enum Line {
    /// Recorded or made up, at a pace.
    Feed {
        /// What is played.
        feed: Box<dyn Feed>,
        /// When.
        pace: Pace,
        /// What was taken and not yet played.
        pending: Option<(At, Vec<u8>)>,
    },
    /// A phone system.
    Ami {
        /// Where it is and who we are to it.
        settings: AmiSettings,
        /// The connection, while there is one.
        socket: Option<TcpStream>,
    },
}

impl Line {
    /// Plays a feed.
    pub fn feed(feed: Box<dyn Feed>, speed: f64) -> Line {
        Line::Feed { feed, pace: Pace::new(speed), pending: None }
    }

    /// Connects anew, where there is anything to connect to.
    ///
    /// # Errors
    /// It cannot be reached. A wrong password shows in the bytes it answers.
    pub async fn connect(&mut self) -> io::Result<()> {
        let Line::Ami { settings, socket } = self else { return Ok(()) };
        *socket = None;
        let connecting = async {
            let mut stream = TcpStream::connect(&settings.address).await?;
            stream.set_nodelay(true)?;
            let hello = login(&settings.username, &settings.secret)
                .map_err(|bad| io::Error::new(io::ErrorKind::InvalidInput, bad))?;
            stream.write_all(&hello).await?;
            Ok::<_, io::Error>(stream)
        };
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, "no connection in time");
        *socket = Some(timeout(CONNECT_WITHIN, connecting).await.map_err(late)??);
        Ok(())
    }

    /// Whether it can be told something.
    pub fn listens(&self) -> bool {
        matches!(self, Line::Ami { .. })
    }

    /// Tells it something; nothing where it does not listen.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn tell(&mut self, action: &[u8]) -> io::Result<()> {
        match self {
            Line::Ami { socket: Some(socket), .. } => socket.write_all(action).await,
            _ => Ok(()),
        }
    }

    /// The next bytes as they came; `None`: there will be no more. Given up in between, it loses nothing.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        match self {
            Line::Feed { feed, pace, pending } => {
                if pending.is_none() {
                    *pending = feed.next();
                }
                let Some((at, _)) = pending else { return Ok(None) };
                sleep_until(pace.due(*at)).await;
                Ok(Some(take_due(feed.as_mut(), pace, pending)))
            }
            Line::Ami { socket, .. } => {
                let socket = socket.as_mut().ok_or(io::ErrorKind::NotConnected)?;
                let mut bytes = vec![0; MAX_READ_BYTES];
                match socket.read(&mut bytes).await? {
                    0 => Err(io::ErrorKind::UnexpectedEof.into()),
                    count => {
                        bytes.truncate(count);
                        Ok(Some(bytes))
                    }
                }
            }
        }
    }
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
