//! Mail: the letter, and the mail server that is handed it. What is written, and when, is [`crate::ops::report_mail`]'s.

mod letter;
mod server;

pub use letter::{Attached, Letter};
pub use server::{Answer, Handed, Mailer};

use lettre::Address;

/// Whether this is an address that mail can be sent to: not every mail server on the way takes one that is not ASCII.
pub fn is_address(text: &str) -> bool {
    text.is_ascii() && text.parse::<Address>().is_ok()
}
