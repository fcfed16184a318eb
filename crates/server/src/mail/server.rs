//! The mail server, and what it says to a letter and to each of its readers: one whom it does not take keeps the letter from
//! nobody else. The letter goes over once for all that are taken.

use super::letter::Letter;
use crate::settings::{MailSettings, MailTls};
use domain::report_mail::{Failed, MAX_ANSWER_CHARS, MailFault, ReaderState};
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use std::time::Duration;
use tokio::time::timeout;

/// How long the mail server may take for each answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// How long it may take to be told good-bye, once the letter is its own.
const BYE_WITHIN: Duration = Duration::from_secs(2);

/// A mail server that letters are handed to.
#[derive(Clone)]
pub struct Mailer {
    from: String,
    host: String,
    port: u16,
    tls: Encrypts,
    credentials: Option<Credentials>,
}

/// From when on the connection is encrypted, and by whose certificates.
#[derive(Clone)]
enum Encrypts {
    Never,
    Before(TlsParameters),
    FromTheFirst(TlsParameters),
}

/// What the mail server says of one reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it has taken the letter for them.
    pub state: ReaderState,
    /// Its code.
    pub code: Option<u16>,
    /// Its words, without the address of the reader.
    pub text: Option<String>,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// By reader, in their order; none of those of whom nothing was said.
    pub answers: Vec<Option<Answer>>,
    /// Why nothing was said of some.
    pub failed: Option<Failed>,
}

impl Mailer {
    /// The one that settings name; `None` where they name none.
    ///
    /// # Errors
    /// What of the settings cannot be used.
    pub fn of(settings: &MailSettings) -> Result<Option<Mailer>, String> {
        let (Some(host), Some(from)) = (&settings.host, &settings.from) else { return Ok(None) };
        let tls = match settings.tls {
            MailTls::None => Encrypts::Never,
            MailTls::Starttls => Encrypts::Before(parameters(host, settings)?),
            MailTls::Implicit => Encrypts::FromTheFirst(parameters(host, settings)?),
        };
        let credentials = match (&settings.username, settings.secret()?) {
            (Some(username), Some(password)) => Some(Credentials::new(username.clone(), password)),
            _ => None,
        };
        let (from, host, port) = (from.clone(), host.clone(), settings.port());
        Ok(Some(Mailer { from, host, port, tls, credentials }))
    }

    /// The address that letters come from.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// What ids of letters end with.
    pub fn domain(&self) -> &str {
        domain(&self.from)
    }

    /// Hands the letter over to those of its readers whom the mail server takes.
    pub async fn send(&self, letter: &Letter) -> Handed {
        let addresses: Vec<Option<Address>> = letter.to.iter().map(|(_, address)| written(address)).collect();
        let bad = Answer { state: ReaderState::BadAddress, code: None, text: None };
        let answers = addresses.iter().map(|address| address.is_none().then(|| bad.clone())).collect();
        let mut handed = Handed { answers, failed: None };
        if addresses.iter().any(Option::is_some) {
            handed.failed = self.hand(letter, &addresses, &mut handed.answers).await.err();
        }
        handed
    }

    async fn hand(
        &self,
        letter: &Letter,
        addresses: &[Option<Address>],
        answers: &mut [Option<Answer>],
    ) -> Result<(), Failed> {
        let unwritten = |error: &dyn std::fmt::Display| {
            tracing::warn!(%error, "a mail could not be written");
            Failed { fault: MailFault::Refused, code: None }
        };
        let message = letter.message(&self.from).map_err(|error| unwritten(&error))?.formatted();
        let from: Address = self.from.parse().map_err(|error| unwritten(&error))?;
        let mut connection = self.connect().await?;
        let mut with = Vec::new();
        if !message.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
            with.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        said(connection.command(Mail::new(Some(from), with))).await?;
        let mut taken = Vec::new();
        for (nth, address) in addresses.iter().enumerate() {
            let Some(address) = address else { continue };
            match heard(connection.command(Rcpt::new(address.clone(), Vec::new()))).await? {
                Ok(_) => taken.push((nth, address)),
                Err(error) => answers[nth] = Some(refused(&error, address)),
            }
        }
        if !taken.is_empty() {
            let went = deliver(&mut connection, &message).await?;
            for (nth, address) in taken {
                answers[nth] = Some(match &went {
                    Ok(_) => Answer { state: ReaderState::Sent, code: None, text: None },
                    Err(error) => refused(error, address),
                });
            }
        }
        // Whatever it says to that, the letter is where it is.
        let _ = timeout(BYE_WITHIN, connection.quit()).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failed> {
        let hello = ClientId::Domain(self.domain().to_owned());
        let first = match &self.tls {
            Encrypts::FromTheFirst(parameters) => Some(parameters.clone()),
            Encrypts::Never | Encrypts::Before(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        let within = Some(ANSWER_WITHIN);
        let connected = AsyncSmtpConnection::connect_tokio1(server, within, &hello, first, None);
        let mut connection = said(connected).await?;
        if let Encrypts::Before(parameters) = &self.tls {
            said(connection.starttls(parameters.clone(), &hello)).await?;
        }
        if let Some(credentials) = &self.credentials {
            said(connection.auth(DEFAULT_MECHANISMS, credentials)).await?;
        }
        Ok(connection)
    }
}

/// An address that letters are written to.
fn written(address: &str) -> Option<Address> {
    super::is_address(address).then(|| address.parse().ok()).flatten()
}

/// Hands the letter itself over.
async fn deliver(
    connection: &mut AsyncSmtpConnection,
    message: &[u8],
) -> Result<Result<Response, Error>, Failed> {
    match heard(connection.command(Data)).await? {
        Ok(_) => heard(connection.message(message)).await,
        refused => Ok(refused),
    }
}

/// What the mail server says to something, in time; that it refuses it is an answer.
async fn heard(
    asked: impl Future<Output = Result<Response, Error>>,
) -> Result<Result<Response, Error>, Failed> {
    match timeout(ANSWER_WITHIN, asked).await {
        Ok(Err(error)) if error.status().is_none() => Err(failed(&error)),
        Ok(answer) => Ok(answer),
        Err(_) => Err(Failed { fault: MailFault::Unreachable, code: None }),
    }
}

/// What it says to something without which nothing goes on.
async fn said<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, Failed> {
    match timeout(ANSWER_WITHIN, asked).await {
        Ok(answer) => answer.map_err(|error| failed(&error)),
        Err(_) => Err(Failed { fault: MailFault::Unreachable, code: None }),
    }
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}

fn parameters(host: &str, settings: &MailSettings) -> Result<TlsParameters, String> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(file) = &settings.certificates {
        let unusable = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let pem = std::fs::read(file).map_err(|error| unusable(&error))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| unusable(&error))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters.build_rustls().map_err(|error| error.to_string())
}

/// What is kept of an answer that refuses a reader. The address is left out: others read it.
fn refused(error: &Error, address: &Address) -> Answer {
    let state = if error.is_permanent() { ReaderState::Refused } else { ReaderState::Waiting };
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let text = text.replace(address.as_ref() as &str, "…");
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text: String = text.trim().chars().take(MAX_ANSWER_CHARS).collect();
    Answer { state, code: code(error), text: Some(text).filter(|text| !text.is_empty()) }
}

fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

fn failed(error: &Error) -> Failed {
    // What a mail server says may name its users: the log has it at the level that nobody keeps.
    tracing::debug!(%error, "a mail was not taken");
    let fault = if error.is_permanent() {
        MailFault::Refused
    } else if error.is_transient() {
        MailFault::RefusedForNow
    } else {
        MailFault::Unreachable
    };
    Failed { fault, code: code(error) }
}
