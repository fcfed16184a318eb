//! What becomes of the mail of a report at a time when it is due: one chain of tries for each, however often the server is
//! ended in between. Each of its readers has a fate of their own: one whom the mail server does not take keeps it from nobody
//! else, and whoever has it is sent it no more. A try is written down before it is made and once it is over; one of which nobody wrote down how it
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
/// Longest part of what a mail server says that is kept, in characters.
pub const MAX_ANSWER_CHARS: usize = 200;
/// How long is waited after each try, in milliseconds; after later ones as long as after the last.
const PAUSES_MS: [i64; 6] = [60_000, 300_000, 900_000, 3_600_000, 10_800_000, 21_600_000];

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It is to be sent.
    Waiting,
    /// The mail server has taken it, for one reader at least.
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
    /// It took readers of it, and then not the letter.
    LetterRefused,
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
            MailFault::NoRecipients
                | MailFault::Refused
                | MailFault::LetterRefused
                | MailFault::NotAsked
                | MailFault::Interrupted
        )
    }
}

/// Where a mail stands for one of its readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderState {
    /// The mail server has taken it for them.
    Sent,
    /// It did not for now: it is tried again for them.
    Waiting,
    /// It does not.
    Refused,
    /// It took them, and then not the letter: their address is not what it minds.
    LetterRefused,
    /// It did not for now, until it was tried no more.
    GivenUp,
    /// Their address is none that is written to.
    BadAddress,
}

/// What became of a mail for one of its readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderFate {
    /// Who.
    pub user: UserId,
    /// Where it stands.
    pub state: ReaderState,
    /// What the mail server answered, as a code.
    pub code: Option<u16>,
    /// And in its words, [`MAX_ANSWER_CHARS`] of them, without addresses.
    pub answer: Option<String>,
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
    /// What became of it for each reader of whom that is known, by their ids.
    #[serde(default)]
    pub readers: Vec<ReaderFate>,
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
    /// Whether the letter was on its way by then: it may have come all the same.
    pub in_doubt: bool,
}

impl Failed {
    /// One before the letter was on its way, that the mail server has said nothing to.
    pub fn of(fault: MailFault) -> Self {
        Failed { fault, code: None, in_doubt: false }
    }
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
            readers: Vec::new(),
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
            return mail.over(now, Failed::of(MailFault::Interrupted));
        }
        mail.tries += 1;
        mail.begun_at = Some(now);
        mail.next_at = now.plus_millis(pause(mail.tries));
        mail
    }

    /// Whether it is sent to them no more: they have it, or never will.
    pub fn is_settled_for(&self, user: UserId) -> bool {
        let fate = self.readers.iter().find(|fate| fate.user == user);
        fate.is_some_and(|fate| fate.state != ReaderState::Waiting)
    }

    /// The try is over. `fates`: of those of whom the mail server said something; `failed`: why nothing was said of the others,
    /// and whether they may have it all the same.
    #[must_use]
    pub fn handed(&self, now: At, fates: Vec<ReaderFate>, failed: Option<Failed>) -> ReportMail {
        let mut mail = ReportMail { begun_at: None, ..self.next() };
        mail.doubtful |= failed.is_some_and(|failed| failed.in_doubt);
        mail.readers.retain(|known| fates.iter().all(|fate| fate.user != known.user));
        mail.readers.extend(fates);
        mail.readers.sort_by_key(|fate| fate.user);
        let have = mail.readers.iter().filter(|fate| fate.state == ReaderState::Sent).count();
        mail.sent_to = u32::try_from(have).unwrap_or(u32::MAX);
        match failed.or_else(|| mail.first(ReaderState::Waiting, MailFault::RefusedForNow)) {
            Some(failed) if failed.fault.is_final() || self.tries >= MAX_MAIL_TRIES => mail.over(now, failed),
            Some(Failed { fault, code, .. }) => {
                let next_at = now.plus_millis(pause(self.tries));
                ReportMail { next_at, fault: Some(fault), code, ..mail }
            }
            None if mail.sent_to > 0 => {
                let (fault, code) = (None, None);
                ReportMail { state: MailState::Sent, ended_at: Some(now), fault, code, ..mail }
            }
            None => {
                let letter = mail.first(ReaderState::LetterRefused, MailFault::LetterRefused);
                let refused = letter.or_else(|| mail.first(ReaderState::Refused, MailFault::Refused));
                mail.over(now, refused.unwrap_or(Failed::of(MailFault::NoRecipients)))
            }
        }
    }

    /// The try came to nothing.
    #[must_use]
    pub fn failed(&self, now: At, failed: Failed) -> ReportMail {
        self.handed(now, Vec::new(), Some(failed))
    }

    /// What the first reader of whom it stands so was answered, as a fault of the whole.
    fn first(&self, state: ReaderState, fault: MailFault) -> Option<Failed> {
        let found = self.readers.iter().find(|fate| fate.state == state);
        found.map(|fate| Failed { code: fate.code, ..Failed::of(fault) })
    }

    /// It is tried no more. One that some have was sent, and says why the others have it not.
    fn over(mut self, now: At, Failed { fault, code, .. }: Failed) -> ReportMail {
        let waiting = self.readers.iter_mut().filter(|fate| fate.state == ReaderState::Waiting);
        waiting.for_each(|fate| fate.state = ReaderState::GivenUp);
        let state = if self.sent_to > 0 { MailState::Sent } else { MailState::Dead };
        ReportMail { state, begun_at: None, ended_at: Some(now), fault: Some(fault), code, ..self }
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
        Failed::of(fault)
    }

    fn fate(user: u128, state: ReaderState) -> ReaderFate {
        let code = match state {
            ReaderState::Sent | ReaderState::BadAddress => None,
            ReaderState::Waiting | ReaderState::GivenUp => Some(451),
            ReaderState::Refused => Some(550),
            ReaderState::LetterRefused => Some(552),
        };
        ReaderFate { user: UserId(Uuid::from_u128(user)), state, code, answer: None }
    }

    fn states(mail: &ReportMail) -> Vec<ReaderState> {
        mail.readers.iter().map(|fate| fate.state).collect()
    }

    #[test]
    fn each_reader_has_their_own_fate_and_only_who_has_to_wait_is_tried_again() {
        use ReaderState::{BadAddress, GivenUp, Refused, Sent, Waiting};
        let fates = vec![fate(4, BadAddress), fate(1, Sent), fate(3, Waiting), fate(2, Refused)];
        let first = mail().begin(NOW).handed(NOW, fates, None);
        assert_eq!((first.state, first.sent_to), (MailState::Waiting, 1));
        assert_eq!((first.fault, first.code), (Some(MailFault::RefusedForNow), Some(451)));
        assert_eq!(states(&first), [Sent, Refused, Waiting, BadAddress]);
        let settled = [1, 2, 3, 4, 5].map(|user| first.is_settled_for(UserId(Uuid::from_u128(user))));
        assert_eq!(settled, [true, true, false, true, false]);
        let second = first.begin(NOW).handed(NOW, vec![fate(3, Sent)], None);
        assert_eq!((second.state, second.sent_to, second.fault), (MailState::Sent, 2, None));
        // Whoever waits to the end is given up, and the mail was sent to the others all the same.
        let mut waits = first;
        while waits.state == MailState::Waiting {
            waits = waits.begin(NOW).failed(NOW, fault(MailFault::Unreachable));
        }
        assert_eq!(
            (waits.state, waits.sent_to, waits.fault),
            (MailState::Sent, 1, Some(MailFault::Unreachable))
        );
        assert_eq!(states(&waits), [Sent, Refused, GivenUp, BadAddress]);
    }

    #[test]
    fn a_mail_that_nobody_is_taken_for_is_given_up_with_what_was_answered() {
        let refused = vec![fate(1, ReaderState::Refused), fate(2, ReaderState::BadAddress)];
        let dead = mail().begin(NOW).handed(NOW, refused, None);
        assert_eq!(
            (dead.state, dead.fault, dead.code),
            (MailState::Dead, Some(MailFault::Refused), Some(550))
        );
        let letter = vec![fate(1, ReaderState::Refused), fate(2, ReaderState::LetterRefused)];
        let dead = mail().begin(NOW).handed(NOW, letter, None);
        assert_eq!((dead.fault, dead.code), (Some(MailFault::LetterRefused), Some(552)));
        let nobody = mail().begin(NOW).handed(NOW, vec![fate(2, ReaderState::BadAddress)], None);
        assert_eq!((nobody.state, nobody.fault), (MailState::Dead, Some(MailFault::NoRecipients)));
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
            (MailFault::LetterRefused, MailState::Dead),
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
    fn a_try_that_fails_with_the_letter_on_its_way_is_a_doubt_and_one_before_that_is_none() {
        let before = mail().begin(NOW).failed(NOW, fault(MailFault::Unreachable));
        assert!(!before.doubtful);
        let in_doubt = Failed { in_doubt: true, ..fault(MailFault::Unreachable) };
        let broken = before.begin(NOW).failed(NOW, in_doubt);
        assert_eq!((broken.doubtful, broken.begun_at, broken.state), (true, None, MailState::Waiting));
        assert!(broken.begin(NOW).failed(NOW, fault(MailFault::Unreachable)).doubtful, "it stays one");
    }

    #[test]
    fn a_try_without_an_end_is_a_doubt_and_is_not_made_for_ever() {
        let begun = mail().begin(NOW);
        assert_eq!((begun.begun_at, begun.doubtful), (Some(NOW), false));
        let again = begun.begin(NOW.plus_millis(60_000));
        assert!(again.doubtful);
        // It stays one, however the next ends.
        let sent = again.handed(NOW, vec![fate(1, ReaderState::Sent)], None);
        assert_eq!((sent.doubtful, sent.state, sent.sent_to), (true, MailState::Sent, 1));
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
