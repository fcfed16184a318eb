//! What becomes of the mail of a report at a time when it is due: one chain of tries for each, however often the server is
//! ended in between. A try is written down before it is made and once it is over; one of which nobody wrote down how it
//! ended may have reached its readers, and the next one carries the same id. How mail is sent is the server's.

use crate::id::{At, ReportId, UserId};
use crate::saved_report::{MailForm, MailLanguage};
use serde::{Deserialize, Serialize};

/// Tries after which a mail is given up.
pub const MAX_MAIL_TRIES: u32 = 8;
/// How many mails of a report are kept, the newest.
pub const MAX_MAILS_KEPT: usize = 100;
/// Those of so many days are kept whatever their number, so that the last time a report was due is known; in microseconds.
pub const MAILS_KEPT_US: i64 = 62 * 86_400_000_000;
/// How long is waited after each try, in milliseconds; after later ones as long as after the last.
const PAUSES_MS: [i64; 6] = [60_000, 300_000, 900_000, 3_600_000, 10_800_000, 21_600_000];

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It is to be sent.
    Waiting,
    /// The mail server has taken it.
    Sent,
    /// It is given up.
    Dead,
}

/// Why a mail was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailFault {
    /// No mail server is set up.
    NoMail,
    /// None of those it is meant for may see reports and has an address.
    NoRecipients,
    /// The mail server could not be reached, or broke off.
    Unreachable,
    /// The mail server refused it for now.
    RefusedForNow,
    /// The mail server refused it.
    Refused,
    /// The report could not be made.
    NoReport,
    /// What it is asked can be asked no more.
    NotAsked,
    /// The server was ended in the middle of it, more often than it is tried.
    Interrupted,
}

impl MailFault {
    /// Whether another try would find the same.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            MailFault::NoRecipients | MailFault::Refused | MailFault::NotAsked | MailFault::Interrupted
        )
    }
}

/// The mail of a report at a time when it is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportMail {
    /// The report.
    pub report: ReportId,
    /// When it was due, or somebody asked for it.
    pub due: At,
    /// To these, as far as they may see reports when it is sent.
    pub to: Vec<UserId>,
    /// In this language.
    pub language: MailLanguage,
    /// With tables in this form.
    pub form: MailForm,
    /// Where it stands.
    pub state: MailState,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next, while it waits.
    pub next_at: At,
    /// Since when a try is under way, as far as anybody wrote down.
    pub begun_at: Option<At>,
    /// Whether nobody knows how a try ended: its readers may have it twice.
    pub doubtful: bool,
    /// Why the last try came to nothing.
    pub fault: Option<MailFault>,
    /// What the mail server answered to it, as a code.
    pub code: Option<u16>,
    /// When it was sent or given up.
    pub ended_at: Option<At>,
    /// To how many it was sent.
    pub sent_to: u32,
    /// Counts its changes, from 1.
    pub version: u64,
}

/// A try that came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Why.
    pub fault: MailFault,
    /// What the mail server answered, as a code.
    pub code: Option<u16>,
}

impl ReportMail {
    /// One that is due.
    pub fn new(
        report: ReportId,
        due: At,
        to: Vec<UserId>,
        (language, form): (MailLanguage, MailForm),
    ) -> Self {
        ReportMail {
            report,
            due,
            to,
            language,
            form,
            state: MailState::Waiting,
            tries: 0,
            next_at: due,
            begun_at: None,
            doubtful: false,
            fault: None,
            code: None,
            ended_at: None,
            sent_to: 0,
            version: 1,
        }
    }

    /// A try begins: it is written down before anything is sent. Where the last one has no end, nobody knows it; after as
    /// many as it is tried it is given up instead.
    #[must_use]
    pub fn begin(&self, now: At) -> ReportMail {
        let mut mail = self.next();
        mail.doubtful |= self.begun_at.is_some();
        if self.tries >= MAX_MAIL_TRIES {
            return mail.over(now, Failed { fault: MailFault::Interrupted, code: None });
        }
        mail.tries += 1;
        mail.begun_at = Some(now);
        mail.next_at = now.plus_millis(pause(mail.tries));
        mail
    }

    /// The try reached the mail server.
    #[must_use]
    pub fn sent(&self, now: At, to: u32) -> ReportMail {
        let mail = self.next();
        ReportMail {
            state: MailState::Sent,
            begun_at: None,
            ended_at: Some(now),
            fault: None,
            code: None,
            sent_to: to,
            ..mail
        }
    }

    /// The try came to nothing.
    #[must_use]
    pub fn failed(&self, now: At, failed: Failed) -> ReportMail {
        let mail = self.next();
        if failed.fault.is_final() || self.tries >= MAX_MAIL_TRIES {
            return mail.over(now, failed);
        }
        let next_at = now.plus_millis(pause(self.tries));
        ReportMail { begun_at: None, next_at, fault: Some(failed.fault), code: failed.code, ..mail }
    }

    fn over(self, now: At, Failed { fault, code }: Failed) -> ReportMail {
        ReportMail {
            state: MailState::Dead,
            begun_at: None,
            ended_at: Some(now),
            fault: Some(fault),
            code,
            ..self
        }
    }

    fn next(&self) -> ReportMail {
        ReportMail { version: self.version + 1, ..self.clone() }
    }
}

/// How long is waited after so many tries, in milliseconds.
fn pause(tries: u32) -> i64 {
    let nth = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    PAUSES_MS[nth.min(PAUSES_MS.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: At = At(1_700_000_000_000_000);

    fn mail() -> ReportMail {
        let to = vec![UserId(Uuid::from_u128(1))];
        ReportMail::new(ReportId(Uuid::from_u128(2)), NOW, to, (MailLanguage::En, MailForm::Csv))
    }

    fn fault(fault: MailFault) -> Failed {
        Failed { fault, code: None }
    }

    #[test]
    fn a_mail_is_tried_at_longer_and_longer_distances_and_given_up() {
        let (mut one, mut now, mut pauses) = (mail(), NOW, Vec::new());
        while one.state == MailState::Waiting {
            one = one.begin(now).failed(now, fault(MailFault::Unreachable));
            pauses.push(one.next_at.millis_since(now) / 60_000);
            now = one.next_at;
        }
        assert_eq!(pauses, [1, 5, 15, 60, 180, 360, 360, 360]);
        assert_eq!((one.tries, one.state, one.doubtful), (MAX_MAIL_TRIES, MailState::Dead, false));
        assert_eq!(one.ended_at.is_some(), one.state != MailState::Waiting);
    }

    #[test]
    fn what_another_try_would_find_again_is_given_up_at_once() {
        for (why, state) in [
            (MailFault::Refused, MailState::Dead),
            (MailFault::NoRecipients, MailState::Dead),
            (MailFault::NotAsked, MailState::Dead),
            (MailFault::RefusedForNow, MailState::Waiting),
            (MailFault::NoMail, MailState::Waiting),
            (MailFault::NoReport, MailState::Waiting),
        ] {
            assert_eq!(mail().begin(NOW).failed(NOW, fault(why)).state, state, "{why:?}");
        }
    }

    #[test]
    fn a_try_without_an_end_is_a_doubt_and_is_not_made_for_ever() {
        let begun = mail().begin(NOW);
        assert_eq!((begun.begun_at, begun.doubtful), (Some(NOW), false));
        let again = begun.begin(NOW.plus_millis(60_000));
        assert!(again.doubtful);
        // It stays one, however the next ends.
        let sent = again.sent(NOW, 3);
        assert_eq!((sent.doubtful, sent.state, sent.sent_to), (true, MailState::Sent, 3));
        let mut one = mail();
        for _ in 0..MAX_MAIL_TRIES {
            one = one.begin(NOW);
        }
        assert_eq!(one.state, MailState::Waiting);
        let given_up = one.begin(NOW);
        assert_eq!((given_up.state, given_up.fault), (MailState::Dead, Some(MailFault::Interrupted)));
        assert_eq!(given_up.version, one.version + 1);
    }
}
