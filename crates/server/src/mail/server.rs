//! The mail server, and what it says to a letter. A letter is taken by it for all readers or for none.

use super::letter::Letter;
use crate::settings::{MailSettings, MailTls};
use domain::report_mail::{Failed, MailFault};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;

/// How long the mail server may take for each answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// A mail server that letters are handed to.
#[derive(Clone)]
pub struct Mailer {
    from: String,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mailer {
    /// The one that settings name; `None` where they name none.
    ///
    /// # Errors
    /// What of the settings cannot be used.
    pub fn of(settings: &MailSettings) -> Result<Option<Mailer>, String> {
        let (Some(host), Some(from)) = (&settings.host, &settings.from) else { return Ok(None) };
        let tls = match settings.tls {
            MailTls::None => Tls::None,
            MailTls::Starttls => Tls::Required(parameters(host, settings)?),
            MailTls::Implicit => Tls::Wrapper(parameters(host, settings)?),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port())
            .tls(tls)
            .timeout(Some(ANSWER_WITHIN))
            .hello_name(ClientId::Domain(domain(from).to_owned()));
        if let (Some(username), Some(password)) = (&settings.username, settings.secret()?) {
            transport = transport.credentials(Credentials::new(username.clone(), password));
        }
        Ok(Some(Mailer { from: from.clone(), transport: transport.build() }))
    }

    /// The address that letters come from.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// What ids of letters end with.
    pub fn domain(&self) -> &str {
        domain(&self.from)
    }

    /// Hands the letter over.
    ///
    /// # Errors
    /// Why the mail server has not taken it, as far as anybody knows.
    pub async fn send(&self, letter: &Letter) -> Result<(), Failed> {
        let message = letter.message(&self.from).map_err(|error| {
            tracing::warn!(%error, "a mail could not be written");
            Failed { fault: MailFault::Refused, code: None }
        })?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
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
    Failed { fault, code: error.status().and_then(|code| code.to_string().parse().ok()) }
}
