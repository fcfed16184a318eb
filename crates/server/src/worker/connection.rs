//! A connection to the manager interface of an Asterisk, from the greeting on. Nothing that comes over it is taken
//! away or changed: what was read to see whether we are let in is handed out first. When it is made anew is
//! [`super::source`]'s.

use crate::settings::{AmiSettings, trusted};
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use telephony::ami::actions::{BadValue, login};
use telephony::ami::{Splitter, frames};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Most bytes taken at once.
const MAX_READ_BYTES: usize = 64 * 1024;
/// How long connecting and logging in may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// What the interface says first, whoever connects.
const GREETING: &[u8] = b"Asterisk Call Manager/";
/// The id of our first action, by which its answer is known.
const LOGIN: &str = "login";
/// Most bytes before the answer to it.
const MAX_HANDSHAKE_BYTES: usize = 256 * 1024;

/// Why nothing can be read from a phone system.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It cannot be reached, or what was between us broke.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It did not greet and let us in within the time.
    #[error("no connection within {} s", CONNECT_WITHIN.as_secs())]
    Late,
    /// Something else listens there.
    #[error("what listens there is no Asterisk manager interface")]
    NotAsterisk,
    /// It knows no such user, or another secret, or does not let us in from here.
    #[error("it does not let us in ({0}): check username, secret, permit and deny in its manager.conf")]
    Refused(String),
    /// What we are to it cannot be said in a header.
    #[error(transparent)]
    BadValue(#[from] BadValue),
    /// Nothing was heard for so long that it must be gone.
    #[error("nothing was heard of it for {} s, though it was asked", .0.as_secs())]
    Silent(Duration),
}

impl LineError {
    /// Whether trying again soon makes it worse: who asks with a wrong secret too often is shut out altogether.
    pub fn waits(&self) -> bool {
        matches!(self, LineError::Refused(_) | LineError::NotAsterisk | LineError::BadValue(_))
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// A connection that was let in.
pub struct Connection {
    stream: Box<dyn Stream>,
    /// What was read and not handed out yet.
    pending: Vec<u8>,
}

impl Connection {
    /// Connects and says who we are.
    ///
    /// # Errors
    /// See [`LineError`].
    pub async fn open(settings: &AmiSettings) -> Result<Connection, LineError> {
        let opening = async {
            let mut connection = Connection { stream: stream(settings).await?, pending: Vec::new() };
            let hello = login(&settings.username, &settings.secret)?.bytes(LOGIN)?;
            connection.stream.write_all(&hello).await?;
            connection.let_in().await?;
            Ok(connection)
        };
        timeout(CONNECT_WITHIN, opening).await.map_err(|_| LineError::Late)?
    }

    /// Reads until it is said whether we are let in.
    async fn let_in(&mut self) -> Result<(), LineError> {
        let mut splitter = Splitter::default();
        loop {
            let bytes = read(&mut self.stream).await?;
            self.pending.extend_from_slice(&bytes);
            let greeted = self.pending.len().min(GREETING.len());
            if self.pending[..greeted] != GREETING[..greeted] || self.pending.len() > MAX_HANDSHAKE_BYTES {
                return Err(LineError::NotAsterisk);
            }
            let Some(whole) = splitter.push(&bytes) else { continue };
            for frame in frames(&whole).filter(|frame| frame.get("ActionID") == Some(LOGIN)) {
                match frame.response() {
                    Some("Success") => return Ok(()),
                    Some(_) => {
                        return Err(LineError::Refused(frame.get("Message").unwrap_or_default().to_owned()));
                    }
                    None => {}
                }
            }
        }
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// The next bytes as they came. Given up in between, it loses nothing.
    ///
    /// # Errors
    /// The connection broke or was closed.
    pub async fn next(&mut self) -> io::Result<Vec<u8>> {
        if self.pending.is_empty() {
            read(&mut self.stream).await
        } else {
            Ok(std::mem::take(&mut self.pending))
        }
    }
}

async fn read(stream: &mut Box<dyn Stream>) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; MAX_READ_BYTES];
    match stream.read(&mut bytes).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        count => {
            bytes.truncate(count);
            Ok(bytes)
        }
    }
}

/// What is sent goes encrypted where the settings name the certificate by which the phone system is known.
async fn stream(settings: &AmiSettings) -> Result<Box<dyn Stream>, LineError> {
    let socket = TcpStream::connect(&settings.address).await?;
    socket.set_nodelay(true)?;
    let Some(ca) = &settings.tls_ca else { return Ok(Box::new(socket)) };
    let wrong = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    // Read anew each time: a certificate that was renewed holds from the next connection on.
    let roots = trusted(ca).map_err(io::Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(wrong)?.with_root_certificates(roots);
    let name = ServerName::try_from(settings.host().to_owned());
    let name = name.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    Ok(Box::new(TlsConnector::from(Arc::new(config.with_no_client_auth())).connect(name, socket).await?))
}
