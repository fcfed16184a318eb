//! Saved reports and their mails as the API shows them.

use super::word;
use crate::clock::rfc3339;
use domain::id::UserId;
use domain::report_mail::{ReaderFate, ReportMail};
use domain::saved_report::{Every, MailSchedule, SavedReport};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// When a report is mailed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailScheduleView {
    /// `day`, `week` or `month`.
    pub every: String,
    /// Of `week`: 0, which is Monday, to 6.
    pub weekday: Option<u8>,
    /// Of `month`: 1 to 31; in a shorter month its last day.
    pub day: Option<u8>,
    /// The hour, by the clocks of the centre.
    pub hour: u8,
    /// Users.
    pub recipients: Vec<Uuid>,
    /// `es` or `en`.
    pub language: String,
    /// `csv` or `parquet`.
    pub form: String,
}

/// A saved report, as one user sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SavedReportView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whether all who see reports see it.
    pub shared: bool,
    /// Whether it is theirs.
    pub own: bool,
    /// Whether they may change it.
    pub can_change: bool,
    /// `codes`, `calls`, `service` or `agents`.
    pub report: String,
    /// What it is asked, as the address of its page says it.
    pub query: BTreeMap<String, String>,
    /// When it is mailed; null: never by itself.
    pub schedule: Option<MailScheduleView>,
    /// Counts its changes.
    pub version: u64,
}

/// A mail of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportMailView {
    /// When it was due, or asked for.
    pub due: String,
    /// `waiting`, `sent` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next; null once it is over.
    pub next_at: Option<String>,
    /// Why the last try came to nothing: `no_mail`, `no_recipients`, `unreachable`, `refused_for_now`, `refused`,
    /// `letter_refused`, `no_report`, `not_asked` or `interrupted`.
    pub fault: Option<String>,
    /// What the mail server answered to it, as a code.
    pub code: Option<u16>,
    /// Whether nobody knows how a try ended, so that it may have come twice.
    pub doubtful: bool,
    /// When it was sent or given up.
    pub ended_at: Option<String>,
    /// To how many it was sent.
    pub sent_to: u32,
    /// What became of it for each reader of whom that is known.
    pub readers: Vec<MailReaderView>,
}

/// What became of a mail for one of its readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailReaderView {
    /// Who.
    pub user: Uuid,
    /// `sent`, `waiting`, `refused`, `letter_refused`, `given_up` or `bad_address`.
    pub state: String,
    /// What the mail server answered, as a code.
    pub code: Option<u16>,
    /// And in its words.
    pub answer: Option<String>,
}

impl From<&MailSchedule> for MailScheduleView {
    fn from(schedule: &MailSchedule) -> Self {
        let (every, weekday, day) = match schedule.every {
            Every::Day => ("day", None, None),
            Every::Week { weekday } => ("week", Some(weekday), None),
            Every::Month { day } => ("month", None, Some(day)),
        };
        MailScheduleView {
            every: every.to_owned(),
            weekday,
            day,
            hour: schedule.hour,
            recipients: schedule.recipients.iter().map(|user| user.0).collect(),
            language: word(&schedule.language),
            form: word(&schedule.form),
        }
    }
}

impl SavedReportView {
    /// The report as `user` sees it, an admin or not.
    pub fn of(report: &SavedReport, user: UserId, is_admin: bool) -> Self {
        SavedReportView {
            id: report.id.0,
            name: report.name.clone(),
            shared: report.shared,
            own: report.owner == user,
            can_change: report.may_change(user, is_admin),
            report: word(&report.report),
            query: report.query.iter().cloned().collect(),
            schedule: report.schedule.as_ref().map(MailScheduleView::from),
            version: report.version,
        }
    }
}

impl From<&ReportMail> for ReportMailView {
    fn from(mail: &ReportMail) -> Self {
        ReportMailView {
            due: rfc3339(mail.due),
            state: word(&mail.state),
            tries: mail.tries,
            next_at: mail.ended_at.is_none().then(|| rfc3339(mail.next_at)),
            fault: mail.fault.as_ref().map(word),
            code: mail.code,
            doubtful: mail.doubtful,
            ended_at: mail.ended_at.map(rfc3339),
            sent_to: mail.sent_to,
            readers: mail.readers.iter().map(MailReaderView::from).collect(),
        }
    }
}

impl From<&ReaderFate> for MailReaderView {
    fn from(fate: &ReaderFate) -> Self {
        MailReaderView {
            user: fate.user.0,
            state: word(&fate.state),
            code: fate.code,
            answer: fate.answer.clone(),
        }
    }
}
