//! Why a CRM did not do what was asked, in the terms of whoever decides what to do next. What it refuses for good of one
//! record is no error of this kind but a [`Refusal`](domain::outbox::Refusal).

use std::time::Duration;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CrmErrorKind {
    /// It cannot be reached, or does not answer in time.
    Unreachable,
    /// It is there and cannot serve now: maintenance, overload.
    Unavailable,
    /// The calls of a day, or those at one time, are used up.
    LimitReached,
    /// Our credentials are not taken, or are withdrawn.
    Credentials,
    /// Our user may not do this at all.
    Forbidden,
    /// Somebody else holds a record that had to be written.
    Locked,
    /// It answered with what no documentation says.
    NotUnderstood,
}

/// Whether trying again can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Not before somebody changes something.
    No,
    /// Yes, and nothing of it was done.
    After(Duration),
    /// Yes; whether it was done is unknown, so ask first.
    InDoubt(Duration),
}

/// Why nothing, or nobody knows what, was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?}{}: {detail}", code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default())]
pub struct CrmError {
    /// What went wrong.
    pub kind: CrmErrorKind,
    /// The CRM's own code.
    pub code: Option<String>,
    /// What happened, for the log: no token, no value of a record.
    pub detail: String,
    /// Whether trying again can work.
    pub retry: Retry,
}
