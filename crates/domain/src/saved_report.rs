//! Reports that somebody keeps: a name for what the page of a report was asked, and when it is mailed to whom. What a report
//! may be asked is the API's; when a day begins somewhere is the server's. What becomes of a mail is in
//! [`crate::report_mail`].

use crate::id::{At, ReportId, UserId};
use crate::report::calendar::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest name of a saved report, in characters.
pub const MAX_REPORT_NAME_CHARS: usize = 80;
/// Most reports that somebody keeps.
pub const MAX_REPORTS_PER_USER: usize = 50;
/// Most things that a report is asked.
pub const MAX_REPORT_PARAMETERS: usize = 20;
/// Longest of them, in characters.
pub const MAX_REPORT_VALUE_CHARS: usize = 400;
/// Most users whom a report is mailed to.
pub const MAX_RECIPIENTS: usize = 20;

/// A report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Calls by disposition code.
    Codes,
    /// When calls came and how long they took.
    Calls,
    /// How callers were served.
    Service,
    /// How long agents were in each state.
    Agents,
}

/// On which days a report is mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum Every {
    /// Each.
    Day,
    /// One a week.
    Week {
        /// Which: 0 is Monday.
        weekday: u8,
    },
    /// One a month.
    Month {
        /// Which, from 1; in a month that is shorter its last.
        day: u8,
    },
}

impl Every {
    /// Whether this day is one of them.
    pub fn falls_on(self, day: Day) -> bool {
        match self {
            Every::Day => true,
            Every::Week { weekday } => day.weekday() == weekday,
            Every::Month { day: nth } => {
                let month = day.month();
                let (first, next) = (month.first_day().0, month.next().first_day().0);
                day.0 == (first + i32::from(nth) - 1).min(next - 1)
            }
        }
    }

    fn is_known(self) -> bool {
        match self {
            Every::Day => true,
            Every::Week { weekday } => weekday < 7,
            Every::Month { day } => (1..=31).contains(&day),
        }
    }
}

/// The language of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailLanguage {
    /// Spanish.
    Es,
    /// English.
    En,
}

/// In which form tables are attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailForm {
    /// Comma-separated values.
    Csv,
    /// Parquet.
    Parquet,
}

/// When a report is mailed, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSchedule {
    /// On which days.
    pub every: Every,
    /// At which full hour of theirs.
    pub hour: u8,
    /// To these users, as far as they may see reports when it is sent.
    pub recipients: Vec<UserId>,
    /// In this language.
    pub language: MailLanguage,
    /// With tables in this form.
    pub form: MailForm,
    /// Times that were due before are not meant.
    pub since: At,
}

/// A saved report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReport {
    /// Its id.
    pub id: ReportId,
    /// Who keeps it.
    pub owner: UserId,
    /// Its name.
    pub name: String,
    /// Whether all who see reports see it.
    pub shared: bool,
    /// Which report.
    pub report: ReportKind,
    /// What it is asked, as the address of its page says it.
    pub query: Vec<(String, String)>,
    /// When it is mailed; `None`: never by itself.
    pub schedule: Option<MailSchedule>,
    /// Counts its changes, from 1.
    pub version: u64,
}

/// What is wrong with a saved report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFault {
    /// It has no name.
    NameEmpty,
    /// Its name is longer than [`MAX_REPORT_NAME_CHARS`].
    NameTooLong,
    /// It is asked more than [`MAX_REPORT_PARAMETERS`] things, or one is longer than [`MAX_REPORT_VALUE_CHARS`].
    QueryTooLong,
    /// It is asked one thing twice.
    QueryTwice,
    /// There is no such day or hour.
    NoSuchTime,
    /// It is mailed to nobody.
    RecipientsEmpty,
    /// It is mailed to more than [`MAX_RECIPIENTS`].
    RecipientsTooLong,
    /// It is mailed to somebody twice.
    RecipientTwice,
}

impl SavedReport {
    /// The report with its name trimmed, if it can be kept.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub fn checked(self) -> Result<Self, ReportFault> {
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            return Err(ReportFault::NameEmpty);
        }
        if name.chars().count() > MAX_REPORT_NAME_CHARS {
            return Err(ReportFault::NameTooLong);
        }
        let long = |text: &String| text.chars().count() > MAX_REPORT_VALUE_CHARS;
        let too_long = self.query.iter().any(|(name, value)| long(name) || long(value));
        if too_long || self.query.len() > MAX_REPORT_PARAMETERS {
            return Err(ReportFault::QueryTooLong);
        }
        if self.query.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len() < self.query.len() {
            return Err(ReportFault::QueryTwice);
        }
        if let Some(schedule) = &self.schedule {
            schedule.check()?;
        }
        Ok(SavedReport { name, ..self })
    }

    /// Whether this user may change it: their own, and what is shared an admin.
    pub fn may_change(&self, user: UserId, is_admin: bool) -> bool {
        self.owner == user || (self.shared && is_admin)
    }

    /// Whether this user sees it.
    pub fn is_seen_by(&self, user: UserId) -> bool {
        self.owner == user || self.shared
    }
}

impl MailSchedule {
    fn check(&self) -> Result<(), ReportFault> {
        if self.hour > 23 || !self.every.is_known() {
            return Err(ReportFault::NoSuchTime);
        }
        match self.recipients.len() {
            0 => Err(ReportFault::RecipientsEmpty),
            count if count > MAX_RECIPIENTS => Err(ReportFault::RecipientsTooLong),
            count if self.recipients.iter().collect::<BTreeSet<_>>().len() < count => {
                Err(ReportFault::RecipientTwice)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn report() -> SavedReport {
        SavedReport {
            id: ReportId(Uuid::from_u128(9)),
            owner: user(1),
            name: " Monday's codes ".to_owned(),
            shared: false,
            report: ReportKind::Codes,
            query: vec![("when".to_owned(), "7d".to_owned())],
            schedule: Some(MailSchedule {
                every: Every::Week { weekday: 0 },
                hour: 8,
                recipients: vec![user(1), user(2)],
                language: MailLanguage::Es,
                form: MailForm::Csv,
                since: At(0),
            }),
            version: 1,
        }
    }

    fn with(change: impl FnOnce(&mut MailSchedule)) -> Result<SavedReport, ReportFault> {
        let mut report = report();
        if let Some(schedule) = &mut report.schedule {
            change(schedule);
        }
        report.checked()
    }

    #[test]
    fn what_cannot_be_kept_is_refused_with_the_reason() {
        assert_eq!(report().checked().map(|report| report.name), Ok("Monday's codes".to_owned()));
        let named = |name: &str| SavedReport { name: name.to_owned(), ..report() }.checked();
        assert_eq!(named(" "), Err(ReportFault::NameEmpty));
        assert_eq!(named(&"x".repeat(MAX_REPORT_NAME_CHARS + 1)), Err(ReportFault::NameTooLong));
        let asked = |query: Vec<(String, String)>| SavedReport { query, ..report() }.checked();
        let one = |value: &str| ("per".to_owned(), value.to_owned());
        assert_eq!(asked(vec![one("day"), one("day")]), Err(ReportFault::QueryTwice));
        assert_eq!(asked(vec![one(&"x".repeat(MAX_REPORT_VALUE_CHARS + 1))]), Err(ReportFault::QueryTooLong));
        assert_eq!(asked(vec![one("day"); MAX_REPORT_PARAMETERS + 1]), Err(ReportFault::QueryTooLong));
        assert_eq!(with(|schedule| schedule.hour = 24), Err(ReportFault::NoSuchTime));
        for every in [Every::Week { weekday: 7 }, Every::Month { day: 0 }, Every::Month { day: 32 }] {
            assert_eq!(with(|schedule| schedule.every = every), Err(ReportFault::NoSuchTime));
        }
        assert_eq!(with(|schedule| schedule.recipients.clear()), Err(ReportFault::RecipientsEmpty));
        assert_eq!(with(|schedule| schedule.recipients.push(user(1))), Err(ReportFault::RecipientTwice));
        let many = (0..=MAX_RECIPIENTS as u128).map(user).collect();
        assert_eq!(with(|schedule| schedule.recipients = many), Err(ReportFault::RecipientsTooLong));
    }

    #[test]
    fn days_are_those_of_the_calendar_and_a_month_without_the_day_has_its_last() {
        // 1970-01-01 was a Thursday.
        let falls = |every: Every, days: std::ops::Range<i32>| {
            days.filter(|day| every.falls_on(Day(*day))).collect::<Vec<_>>()
        };
        assert_eq!(falls(Every::Day, 3..5), [3, 4]);
        assert_eq!(falls(Every::Week { weekday: 0 }, 0..20), [4, 11, 18]);
        assert_eq!(falls(Every::Week { weekday: 6 }, 0..8), [3]);
        // The ends of January, February and March, and the thirtieth where there is one.
        assert_eq!(falls(Every::Month { day: 31 }, 0..90), [30, 58, 89]);
        assert_eq!(falls(Every::Month { day: 30 }, 0..90), [29, 58, 88]);
        assert_eq!(falls(Every::Month { day: 1 }, 0..60), [0, 31, 59]);
    }

    #[test]
    fn a_report_is_its_owners_and_what_is_shared_an_admins() {
        let shared = SavedReport { shared: true, ..report() };
        for (report, who, is_admin, sees, changes) in [
            (report(), 1, false, true, true),
            (report(), 2, true, false, false),
            (shared.clone(), 2, false, true, false),
            (shared, 2, true, true, true),
        ] {
            assert_eq!(
                (report.is_seen_by(user(who)), report.may_change(user(who), is_admin)),
                (sees, changes)
            );
        }
    }
}
