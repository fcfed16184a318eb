//! Mail: the letter, and the mail server that is handed it. What is written, and when, is [`crate::ops::report_mail`]'s.

mod letter;
mod server;

pub use letter::{Attached, Letter};
pub use server::Mailer;

use lettre::Address;

/// Whether this is an address that mail can be sent to.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}
