//! The two ways in which a source's bytes come: a feed that is played, or a socket that is read.

use super::connection::{Connection, LineError};
use super::feed::Feed;
use super::source::Pace;
use crate::settings::AmiSettings;
use domain::id::At;
use tokio::time::{Instant, sleep_until};

/// Most bytes taken at once.
const MAX_READ_BYTES: usize = 64 * 1024;

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
        connection: Option<Connection>,
    },
}

impl Line {
    /// Plays a feed.
    pub fn feed(feed: Box<dyn Feed>, speed: f64) -> Line {
        Line::Feed { feed, pace: Pace::new(speed), pending: None }
    }

    /// A phone system that is not connected yet.
    pub fn ami(settings: AmiSettings) -> Line {
        Line::Ami { settings, connection: None }
    }

    /// Connects anew, where there is anything to connect to.
    ///
    /// # Errors
    /// See [`LineError`].
    pub async fn connect(&mut self) -> Result<(), LineError> {
        let Line::Ami { settings, connection } = self else { return Ok(()) };
        *connection = None;
        *connection = Some(Connection::open(settings).await?);
        Ok(())
    }

    /// Whether it can be told something.
    pub fn listens(&self) -> bool {
        matches!(self, Line::Ami { .. })
    }

    /// Sends it something; nothing where it does not listen.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        match self {
            Line::Ami { connection: Some(connection), .. } => Ok(connection.send(bytes).await?),
            _ => Ok(()),
        }
    }

    /// The next bytes as they came; `None`: there will be no more. Given up in between, it loses nothing.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, LineError> {
        match self {
            Line::Feed { feed, pace, pending } => {
                if pending.is_none() {
                    *pending = feed.next();
                }
                let Some((at, _)) = pending else { return Ok(None) };
                sleep_until(pace.due(*at)).await;
                Ok(Some(take_due(feed.as_mut(), pace, pending)))
            }
            Line::Ami { connection: Some(connection), .. } => Ok(Some(connection.next().await?)),
            Line::Ami { connection: None, .. } => Err(LineError::Io(std::io::ErrorKind::NotConnected.into())),
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
