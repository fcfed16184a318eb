//! A mail server that keeps what it is handed and says what a test wants: it speaks SMTP (RFC 5321) over a port of its own,
//! holds sessions to its order, and asks for a name and a password where it was given one.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

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
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = State { secret: secret.map(str::to_owned), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let serving = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(session(stream, Arc::clone(&serving)));
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
    /// It is over.
    Bye,
}

impl Session {
    fn hear(&mut self, line: &str, manner: Manner, secret: Option<&str>) -> Then {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let say = |text: &str| Then::Say(text.to_owned());
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => {
                *self = Session { greeted: true, ..Session::default() };
                let auth = if secret.is_some() { "250-AUTH PLAIN\r\n" } else { "" };
                Then::Say(format!("250-mail.test\r\n{auth}250 8BITMIME"))
            }
            "AUTH" if rest.strip_prefix("PLAIN ").is_some_and(|said| Some(said) == secret) => {
                self.signed_in = Some(rest.to_owned());
                say("235 welcome")
            }
            "AUTH" => say("535 no"),
            "MAIL" if !self.greeted || self.from.is_some() => say("503 not now"),
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

    /// The mail that came, with its envelope.
    fn kept(&mut self, data: String) -> Kept {
        Kept {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            data,
            signed_in: self.signed_in.clone(),
        }
    }
}

async fn session(stream: TcpStream, state: Arc<Mutex<State>>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut session = Session::default();
    write.write_all(b"220 mail.test ready\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let (manner, secret) = {
            let state = state.lock().unwrap_or_else(PoisonError::into_inner);
            (state.manner, state.secret.clone())
        };
        let answer = match session.hear(&line, manner, secret.as_deref()) {
            Then::Say(answer) => answer,
            Then::Bye => return write.write_all(b"221 bye\r\n").await,
            Then::Data => {
                write.write_all(b"354 go on\r\n").await?;
                let kept = session.kept(data(&mut lines).await?);
                if let Manner::Refuses(code) = manner {
                    format!("{code} no")
                } else {
                    state.lock().unwrap_or_else(PoisonError::into_inner).kept.push(kept);
                    if manner == Manner::BreaksOff {
                        return Ok(());
                    }
                    "250 taken".to_owned()
                }
            }
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// What stands between the brackets of `FROM:<…>` or `TO:<…>`.
fn address(rest: &str) -> String {
    let inner = rest.split_once('<').and_then(|(_, inner)| inner.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}

type Lines = tokio::io::Lines<BufReader<tokio::net::tcp::OwnedReadHalf>>;

async fn data(lines: &mut Lines) -> io::Result<String> {
    let mut data = String::new();
    while let Some(line) = lines.next_line().await? {
        if line == "." {
            return Ok(data);
        }
        if data.len() > MAX_MAIL {
            return Err(io::Error::other("the mail is too large"));
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
        data.push_str("\r\n");
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}
