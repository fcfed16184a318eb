//! The mail server that reports are sent by. Whom they are sent to is not here: people say so while it runs.

use super::trust::trusted;
use crate::mail::is_address;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// It begins in the clear and is encrypted before anything is said (STARTTLS); without that nothing is sent.
    #[default]
    Starttls,
    /// From its first byte.
    Implicit,
    /// Not at all: only for a mail server on this machine or behind something that encrypts.
    None,
}

/// The mail server; without a host no mail is sent.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailSettings {
    /// Its name.
    pub host: Option<String>,
    /// Its port; 587, 465 or 25 by the encryption where empty.
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub tls: MailTls,
    /// Whom it knows us as; without it we do not sign in.
    pub username: Option<String>,
    /// The password of that.
    pub password: Option<String>,
    /// A file that has the password on its first line, instead.
    pub password_file: Option<PathBuf>,
    /// The address that mails come from.
    pub from: Option<String>,
    /// Certificates to trust besides those of the machine, PEM.
    pub certificates: Option<PathBuf>,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl MailSettings {
    /// The port.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            MailTls::Starttls => 587,
            MailTls::Implicit => 465,
            MailTls::None => 25,
        })
    }

    /// The password, from where it is set.
    ///
    /// # Errors
    /// The file cannot be read, or has none.
    pub fn secret(&self) -> Result<Option<String>, String> {
        let Some(file) = &self.password_file else { return Ok(self.password.clone()) };
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let first = text.lines().next().unwrap_or_default();
        if first.is_empty() {
            Err(format!("{}: it is empty", file.display()))
        } else {
            Ok(Some(first.to_owned()))
        }
    }

    /// Which field cannot be used, and why. What is set half would be noticed by nobody until a mail is due.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        let set = |field: &Option<String>| field.as_ref().is_some_and(|text| !text.trim().is_empty());
        let Some(host) = self.host.as_deref().filter(|host| !host.trim().is_empty()) else {
            let others = set(&self.username) || set(&self.password) || self.password_file.is_some();
            let half = others || set(&self.from) || self.port.is_some();
            return half
                .then(|| ("host", "the mail server has no name, and other fields are set".to_owned()));
        };
        if self.from.as_deref().is_some_and(|from| !from.is_ascii()) {
            let reason = "it has letters that are not ASCII, and not every mail server takes such an address: \
                write it without, a domain as xn--…";
            return Some(("from", reason.to_owned()));
        }
        if !self.from.as_deref().is_some_and(is_address) {
            return Some(("from", "the address that mails come from, such as calls@example.org".to_owned()));
        }
        if set(&self.password) && self.password_file.is_some() {
            return Some(("password_file", "password or password_file, not both".to_owned()));
        }
        let secret = match self.secret() {
            Ok(secret) => secret,
            Err(reason) => return Some(("password_file", reason)),
        };
        if set(&self.username) != secret.is_some() {
            return Some(("username", "username and password are set together or not at all".to_owned()));
        }
        if self.tls == MailTls::None && secret.is_some() && !is_here(host) {
            return Some(("tls", "a password is sent to another machine only encrypted".to_owned()));
        }
        let reason = self.certificates.as_deref().and_then(|file| trusted(file).err())?;
        Some(("certificates", reason))
    }
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn settings(text: &str) -> MailSettings {
        toml::from_str(text).expect("settings")
    }

    fn fault(text: &str) -> Option<&'static str> {
        settings(text).fault().map(|(field, _)| field)
    }

    #[test]
    fn what_is_set_half_is_refused_with_its_field() {
        let whole = "host = 'mail.example'\nfrom = 'calls@example.org'\n";
        let with = |more: &str| fault(&format!("{whole}{more}"));
        assert_eq!((fault(""), with("")), (None, None));
        assert_eq!(fault("from = 'calls@example.org'"), Some("host"));
        assert_eq!(fault("password = 'x'"), Some("host"));
        assert_eq!(fault("host = 'mail.example'"), Some("from"));
        assert_eq!(fault("host = 'mail.example'\nfrom = 'nobody'"), Some("from"));
        let accented = settings("host = 'mail.example'\nfrom = 'peña@example.org'").fault();
        assert!(accented.is_some_and(|(field, why)| field == "from" && why.contains("not ASCII")));
        assert_eq!(with("username = 'calls'"), Some("username"));
        assert_eq!(with("password = 'x'"), Some("username"));
        assert_eq!(with("username = 'calls'\npassword = 'x'"), None);
        assert_eq!(with("username = 'calls'\npassword = 'x'\ntls = 'none'"), Some("tls"));
        assert_eq!(with("username = 'calls'\npassword_file = '/no/such/file'"), Some("password_file"));
        assert_eq!(with("certificates = '/no/such/file'"), Some("certificates"));
        let here = "host = '127.0.0.1'\nfrom = 'a@b.c'\nusername = 'u'\npassword = 'x'\ntls = 'none'";
        assert_eq!(fault(here), None);
    }

    #[test]
    fn a_password_is_read_from_its_file_and_shown_nowhere() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(b"opens-sesame\nrest").expect("written");
        let text = format!("host = 'm'\nfrom = 'a@b.c'\nusername = 'u'\npassword_file = {:?}", file.path());
        let settings = settings(&text);
        assert_eq!(settings.secret(), Ok(Some("opens-sesame".to_owned())));
        let shown = MailSettings { password: Some("opens-sesame".to_owned()), ..settings };
        assert!(!format!("{shown:?}").contains("sesame"));
        assert_eq!(shown.fault().map(|(field, _)| field), Some("password_file"), "one of both");
    }
}
