//! A letter as mail programs read it: the same in plain text and in HTML, with files beside. Pictures are none: mail
//! programs leave out what is drawn in SVG, and ask before they show any other.

use super::is_address;
use domain::id::At;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart};
use lettre::{Address, address::AddressError};
use std::time::{Duration, UNIX_EPOCH};

/// A file beside a letter.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// What stands for it wherever it goes; the same each time it is sent.
    pub id: String,
    /// When it is sent.
    pub at: At,
    /// Names and addresses of its readers.
    pub to: Vec<(String, String)>,
    /// What it is about.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Files.
    pub attached: Vec<Attached>,
}

/// Why a letter cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// An address is none.
    #[error("an address cannot be written to: {0}")]
    Address(#[from] AddressError),
    /// A part is of no kind that letters have.
    #[error("a letter cannot be written: {0}")]
    Part(#[from] lettre::error::Error),
    /// A media type that is none.
    #[error("a file of a letter has no type: {0}")]
    MediaType(#[from] lettre::message::header::ContentTypeErr),
}

impl Letter {
    /// From this address, to those of its readers who have one that is written to.
    ///
    /// # Errors
    /// See [`LetterError`].
    pub fn message(&self, from: &str) -> Result<Message, LetterError> {
        let from: Address = from.parse()?;
        let seconds = u64::try_from(self.at.0 / 1_000_000).unwrap_or_default();
        let mut message = Message::builder()
            .from(Mailbox::new(Some("Bitácora".to_owned()), from))
            .message_id(Some(self.id.clone()))
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .subject(line(&self.subject));
        for (name, address) in self.to.iter().filter(|(_, address)| is_address(address)) {
            message = message.to(Mailbox::new(Some(line(name)), address.parse()?));
        }
        let both = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        let mut parts = MultiPart::mixed().multipart(both);
        for file in &self.attached {
            let kind = ContentType::parse(file.media_type)?;
            parts = parts.singlepart(Attachment::new(file.name.clone()).body(file.bytes.clone(), kind));
        }
        let mut message = message.multipart(parts)?;
        // Nobody's holiday reply is meant for us (RFC 3834).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
        Ok(message)
    }
}

/// A text in one line: names are whatever somebody typed.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
