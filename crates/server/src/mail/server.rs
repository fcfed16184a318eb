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

/// How long the mail server may take for each answer but that to the letter.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// How long it may take to answer a letter once it has all of it: it looks into what is attached before it does, and one that
/// is not waited for delivers it all the same (RFC 5321, 4.5.3.2.6).
const TAKEN_WITHIN: Duration = Duration::from_secs(600);
/// How slow the way there may be besides, in bytes a second.
const SLOWEST_WAY: usize = 8 * 1024;
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
    /// Its words, without addresses.
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
            Failed::of(MailFault::Refused)
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
                    Err(error) => letter_refused(error, address),
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

/// Hands the letter itself over. From where it is on its way, whatever breaks leaves a doubt: it may have been taken.
async fn deliver(
    connection: &mut AsyncSmtpConnection,
    message: &[u8],
) -> Result<Result<Response, Error>, Failed> {
    match heard(connection.command(Data)).await? {
        Ok(_) => {
            let heard = heard_within(letter_within(message.len()), connection.message(message)).await;
            heard.map_err(|failed| Failed { in_doubt: true, ..failed })
        }
        refused => Ok(refused),
    }
}

/// How long a letter of so many bytes may take to be there and answered.
fn letter_within(bytes: usize) -> Duration {
    let on_its_way = u64::try_from(bytes / SLOWEST_WAY).unwrap_or(u64::MAX);
    TAKEN_WITHIN.saturating_add(Duration::from_secs(on_its_way))
}

/// What the mail server says to a command, in time.
async fn heard(
    asked: impl Future<Output = Result<Response, Error>>,
) -> Result<Result<Response, Error>, Failed> {
    heard_within(ANSWER_WITHIN, asked).await
}

/// What the mail server says to something, in this time; that it refuses it is an answer.
async fn heard_within(
    within: Duration,
    asked: impl Future<Output = Result<Response, Error>>,
) -> Result<Result<Response, Error>, Failed> {
    match timeout(within, asked).await {
        Ok(Err(error)) if error.status().is_none() => Err(failed(&error)),
        Ok(answer) => Ok(answer),
        Err(_) => Err(Failed::of(MailFault::Unreachable)),
    }
}

/// What it says to something without which nothing goes on.
async fn said<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, Failed> {
    match timeout(ANSWER_WITHIN, asked).await {
        Ok(answer) => answer.map_err(|error| failed(&error)),
        Err(_) => Err(Failed::of(MailFault::Unreachable)),
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

/// What is kept of an answer that refuses the letter to one whom the mail server had taken.
fn letter_refused(error: &Error, address: &Address) -> Answer {
    let answer = refused(error, address);
    match answer.state {
        ReaderState::Refused => Answer { state: ReaderState::LetterRefused, ..answer },
        _ => answer,
    }
}

/// What is kept of an answer that refuses a reader. Addresses are left out: others read it.
fn refused(error: &Error, address: &Address) -> Answer {
    let state = if error.is_permanent() { ReaderState::Refused } else { ReaderState::Waiting };
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let text = text.replace(address.as_ref() as &str, "…");
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text: String = without_addresses(&text).trim().chars().take(MAX_ANSWER_CHARS).collect();
    Answer { state, code: code(error), text: Some(text).filter(|text| !text.is_empty()) }
}

/// The same without any address: a mail server writes that of a reader in its own way, and tells where their mail goes on to.
fn without_addresses(text: &str) -> String {
    let ends = |c: char| c.is_whitespace() || "<>()[],;".contains(c);
    let parts = text.split_inclusive(ends);
    let kept = parts.map(|part| {
        let end = part.trim_end_matches(ends).len();
        if part.contains('@') { format!("…{}", &part[end..]) } else { part.to_owned() }
    });
    kept.collect()
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
    Failed { code: code(error), ..Failed::of(fault) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_may_take_ten_minutes_to_be_answered_and_its_way_there_besides() {
        assert_eq!(letter_within(0), Duration::from_secs(600));
        assert_eq!(letter_within(8 * 1024 * 1024), Duration::from_secs(600 + 1_024));
    }

    #[test]
    fn what_a_mail_server_says_is_kept_without_any_address_however_it_writes_it() {
        for (said, kept) in [
            ("5.1.1 <Sam@Example.ORG>: no such reader", "5.1.1 <…>: no such reader"),
            ("sam@example.org moved to sam.new@mail.example, try there", "… moved to …, try there"),
            ("rejected (SRS0=a=b=example.org=sam@relay.example)", "rejected (…)"),
            ("mailto:sam@[192.0.2.1] is full", "…[192.0.2.1] is full"),
            ("5.2.2 mailbox full", "5.2.2 mailbox full"),
        ] {
            assert_eq!(without_addresses(said), kept);
        }
    }
}
