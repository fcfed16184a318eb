//! The completeness ledger: each call that a phone system knows has exactly one Activity or a stored reason why not, and
//! where that is not so it is told. [`ledger`] says where a call stands, [`told`] what files of a phone system say of one,
//! [`run`] what was found by reading such a file, [`missing`] what is known of a call that only a file tells of, [`gap`] what a
//! call lacks that has neither, [`crm_check`] what was found by comparing a day with the CRM. How files are read, and what a
//! phone system's records mean, is `telephony`'s.

pub mod crm_check;
pub mod gap;
pub mod ledger;
pub mod missing;
pub mod run;
pub mod told;

#[cfg(test)]
mod tests;
