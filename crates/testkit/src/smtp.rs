//! A mail server that keeps what it is handed and says what a test wants: it speaks SMTP (RFC 5321) over a port of its own,
//! holds sessions to its order, asks for a name and a password where it was given one, and is encrypted by STARTTLS (RFC 3207)
//! where it was given a certificate.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Longest mail that it takes, in bytes.
const MAX_MAIL: usize = 8 * 1024 * 1024;

/// A mail as it was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The sender of its envelope.
    pub from: String,
    /// The readers of its envelope.
    pub to: Vec<String>,
    /// Its lines, dots unstuffed.
    pub data: String,
    /// Who had signed in.
    pub signed_in: Option<String>,
    /// Whether the connection was encrypted.
    pub encrypted: bool,
}

/// What it does with the next mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// It takes them.
    #[default]
    Takes,
    /// It answers so to the mail, once all of it is there.
    Refuses(u16),
    /// It answers so to the first reader.
    RefusesReader(u16),
    /// It takes them, and the connection breaks before it says so.
    BreaksOff,
}

#[derive(Debug, Default)]
struct State {
    manner: Manner,
    kept: Vec<Kept>,
    /// AUTH PLAIN as it has to come; none: nobody signs in.
    secret: Option<String>,
    /// Readers whom it does not take, and what it answers.
    refused: BTreeMap<String, u16>,
    /// Lines that were said before the connection was encrypted.
    in_the_clear: Vec<String>,
}

/// The mail server; it ends when it is let go.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl MailServer {
    /// One on a free port. `secret` is what AUTH PLAIN has to say, in base64.
    ///
    /// # Errors
    /// There is no port.
    pub async fn start(secret: Option<&str>) -> io::Result<Self> {
        MailServer::begin(secret, None).await
    }

    /// The same, which takes mails only once the connection is encrypted.
    ///
    /// # Errors
    /// There is no port.
    pub async fn start_encrypted(secret: Option<&str>, acceptor: TlsAcceptor) -> io::Result<Self> {
        MailServer::begin(secret, Some(acceptor)).await
    }

    async fn begin(secret: Option<&str>, acceptor: Option<TlsAcceptor>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = State { secret: secret.map(str::to_owned), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let serving = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, acceptor.clone(), Arc::clone(&serving)));
            }
        });
        Ok(MailServer { address, state, task })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it does from now on.
    pub fn is(&self, manner: Manner) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).manner = manner;
    }

    /// It answers so to this reader from now on.
    pub fn refuses(&self, reader: &str, code: u16) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.refused.insert(reader.to_owned(), code);
    }

    /// It takes this reader from now on.
    pub fn takes(&self, reader: &str) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).refused.remove(reader);
    }

    /// What was said before the connection was encrypted.
    pub fn in_the_clear(&self) -> Vec<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).in_the_clear.clone()
    }

    /// The mails that it took.
    pub fn kept(&self) -> Vec<Kept> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).kept.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How a session stands.
#[derive(Debug, Default)]
struct Session {
    /// Whether it can be encrypted, and is not.
    offers_tls: bool,
    encrypted: bool,
    greeted: bool,
    signed_in: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

/// What follows from a line.
enum Then {
    /// This is said.
    Say(String),
    /// The mail comes.
    Data,
    /// The connection is encrypted.
    Encrypt,
    /// It is over.
    Bye,
}

impl Session {
    fn hear(&mut self, line: &str, manner: Manner, secret: Option<&str>) -> Then {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let say = |text: &str| Then::Say(text.to_owned());
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => self.greet(secret.is_some()),
            "STARTTLS" if self.offers_tls => Then::Encrypt,
            "AUTH" if rest.strip_prefix("PLAIN ").is_some_and(|said| Some(said) == secret) => {
                self.signed_in = Some(rest.to_owned());
                say("235 welcome")
            }
            "AUTH" => say("535 no"),
            "MAIL" if !self.greeted || self.from.is_some() => say("503 not now"),
            "MAIL" if self.offers_tls => say("530 encrypt first"),
            "MAIL" if secret.is_some() && self.signed_in.is_none() => say("530 sign in"),
            "MAIL" => {
                self.from = Some(address(rest));
                say("250 ok")
            }
            "RCPT" if self.from.is_none() => say("503 not now"),
            "RCPT" => match manner {
                Manner::RefusesReader(code) => Then::Say(format!("{code} no")),
                _ => {
                    self.to.push(address(rest));
                    say("250 ok")
                }
            },
            "DATA" if self.to.is_empty() => say("503 nobody to read it"),
            "DATA" => Then::Data,
            "RSET" => {
                (self.from, self.to) = (None, Vec::new());
                say("250 ok")
            }
            "NOOP" => say("250 ok"),
            "QUIT" => Then::Bye,
            _ => say("500 what"),
        }
    }

    fn greet(&mut self, asks_who: bool) -> Then {
        let (offers_tls, encrypted) = (self.offers_tls, self.encrypted);
        *self = Session { greeted: true, offers_tls, encrypted, ..Session::default() };
        let auth = if asks_who { "250-AUTH PLAIN\r\n" } else { "" };
        let tls = if offers_tls { "250-STARTTLS\r\n" } else { "" };
        Then::Say(format!("250-mail.test\r\n{tls}{auth}250 8BITMIME"))
    }

    /// The mail that came, with its envelope.
    fn kept(&mut self, data: String) -> Kept {
        Kept {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            data,
            signed_in: self.signed_in.clone(),
            encrypted: self.encrypted,
        }
    }
}

async fn serve(stream: TcpStream, acceptor: Option<TlsAcceptor>, state: Arc<Mutex<State>>) -> io::Result<()> {
    let first = Session { offers_tls: acceptor.is_some(), ..Session::default() };
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test ready\r\n").await?;
    if !session(&mut stream, first, &state).await? {
        return Ok(());
    }
    let Some(acceptor) = acceptor else { return Ok(()) };
    let mut stream = BufReader::new(acceptor.accept(stream.into_inner()).await?);
    session(&mut stream, Session { encrypted: true, ..Session::default() }, &state).await?;
    Ok(())
}

/// A session until it ends, or is to be encrypted: whether that.
async fn session<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    mut session: Session,
    state: &Mutex<State>,
) -> io::Result<bool> {
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let (manner, secret, refused) = {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if !session.encrypted {
                state.in_the_clear.push(line.trim_end().to_owned());
            }
            (state.manner, state.secret.clone(), state.refused.get(&address(&line)).copied())
        };
        let is_reader = line.to_ascii_uppercase().starts_with("RCPT ");
        let then = match refused.filter(|_| is_reader) {
            Some(code) => Then::Say(format!("{code} 5.1.1 <{}>: no such reader", address(&line))),
            None => session.hear(line.trim_end(), manner, secret.as_deref()),
        };
        line.clear();
        let answer = match then {
            Then::Say(answer) => answer,
            Then::Bye => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(false);
            }
            Then::Encrypt => {
                stream.write_all(b"220 go on\r\n").await?;
                return Ok(true);
            }
            Then::Data => {
                stream.write_all(b"354 go on\r\n").await?;
                let kept = session.kept(data(stream).await?);
                if let Manner::Refuses(code) = manner {
                    format!("{code} no")
                } else {
                    state.lock().unwrap_or_else(PoisonError::into_inner).kept.push(kept);
                    if manner == Manner::BreaksOff {
                        return Ok(false);
                    }
                    "250 taken".to_owned()
                }
            }
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        stream.flush().await?;
    }
    Ok(false)
}

/// What stands between the brackets of `FROM:<…>` or `TO:<…>`.
fn address(rest: &str) -> String {
    let inner = rest.split_once('<').and_then(|(_, inner)| inner.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}

async fn data<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> io::Result<String> {
    let (mut data, mut line) = (String::new(), String::new());
    while stream.read_line(&mut line).await? > 0 {
        let text = line.trim_end_matches(['\r', '\n']);
        if text == "." {
            return Ok(data);
        }
        if data.len() > MAX_MAIL {
            return Err(io::Error::other("the mail is too large"));
        }
        data.push_str(text.strip_prefix('.').unwrap_or(text));
        data.push_str("\r\n");
        line.clear();
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}
