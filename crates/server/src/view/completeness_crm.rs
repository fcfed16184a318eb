//! What of the ledger is in the CRM, as the API shows it.

use super::{UserNames, word};
use crate::clock::rfc3339;
use crate::ops::completeness::crm_send::{Became, Sent};
use crate::ops::completeness::ledger::{CrmCounts, CrmLedger};
use crate::settings::zone;
use crm::Crm;
use domain::completeness::crm_check::{CrmCheck, CrmCheckFailure, Stranger};
use domain::id::{At, CallKey};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::Carried;
use utoipa::ToSchema;
use uuid::Uuid;

/// How many Activities stand in the CRM as they do.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CrmCountsView {
    /// They are there as they stand here.
    sent: u64,
    /// They are on their way.
    waiting: u64,
    /// The CRM does not take them: an admin has to look.
    refused: u64,
    /// They were there, and somebody deleted them there.
    deleted_there: u64,
    /// Nothing of them is there or on its way: wrap-ups are owed, or they are of before the CRM was connected.
    not_sent: u64,
}

/// A record there with an id that no call of ours has.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CrmStrangerView {
    /// Its id there.
    record: String,
    /// Where people open it; null: nothing was asked of the CRM since the server began.
    url: Option<String>,
    /// The id of a call that it says.
    call: Option<String>,
}

/// What a day was found to be like that was compared with the CRM.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CrmCheckView {
    /// The day, a date.
    date: String,
    /// Whose day it is.
    zone: String,
    /// When it was compared.
    at: String,
    /// Who asked for that; null: it is done every night.
    by: Option<Uuid>,
    by_name: Option<String>,
    /// Records that are there.
    there: u64,
    /// Activities that are there as we know them to be.
    agree: u64,
    /// Records of Activities of which something waits, or is refused.
    waiting: u64,
    /// Records of calls that are known and have nothing to be there for.
    beside: u64,
    /// Activities that we knew to be there and that are not.
    gone: u64,
    /// Ids of the first 200 of them.
    gone_calls: Vec<Uuid>,
    /// Activities that our user does not find there, so many that they may be hidden: nothing is said of them.
    unseen: u64,
    /// Activities that are there, and we did not know.
    unlinked: u64,
    /// Ids of the first 200 of them.
    unlinked_calls: Vec<Uuid>,
    /// Records with an id that no call of ours has.
    strangers: u64,
    /// The first 200 of them.
    stranger_records: Vec<CrmStrangerView>,
}

/// A day that was to be compared with the CRM by night and could not be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CrmCheckFailureView {
    /// The day, a date.
    date: String,
    /// Whose day it is.
    zone: String,
    /// When it was tried first.
    since: String,
    /// When it was tried last.
    at: String,
    /// How often it was tried.
    tries: u32,
    /// `unreachable`, `unavailable`, `limit_reached`, `credentials`, `forbidden`, `locked`, `not_understood`, `too_many`
    /// or `here`.
    why: String,
    /// The CRM's own code, where it gave one.
    code: Option<String>,
}

/// What became of an Activity that was to be sent once more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CrmSentView {
    id: Uuid,
    /// `noted`, `there`, `waits`, `refused`, `not_settled`, `imported` or `unknown`.
    became: String,
}

impl From<&CrmCounts> for CrmCountsView {
    fn from(counts: &CrmCounts) -> Self {
        CrmCountsView {
            sent: counts.of(Carried::Sent),
            waiting: counts.of(Carried::Waiting),
            refused: counts.of(Carried::Refused),
            deleted_there: counts.of(Carried::DeletedThere),
            not_sent: counts.of(Carried::Never),
        }
    }
}

impl CrmCheckFailureView {
    /// Those of the ledger.
    pub fn all(crm: Option<&CrmLedger>) -> Vec<CrmCheckFailureView> {
        let failures = crm.into_iter().flat_map(|crm| &crm.failures);
        failures.map(CrmCheckFailureView::from).collect()
    }
}

impl From<&CrmCheckFailure> for CrmCheckFailureView {
    fn from(failure: &CrmCheckFailure) -> Self {
        CrmCheckFailureView {
            date: date_of(failure.begin, &failure.zone),
            zone: failure.zone.clone(),
            since: rfc3339(failure.since),
            at: rfc3339(failure.at),
            tries: failure.tries,
            why: word(&failure.fault),
            code: failure.code.clone(),
        }
    }
}

impl CrmCheckView {
    /// Those of the ledger.
    pub fn all(crm: Option<&CrmLedger>, users: &UserNames, link: Option<&dyn Crm>) -> Vec<CrmCheckView> {
        let checks = crm.into_iter().flat_map(|crm| &crm.checks);
        checks.map(|check| CrmCheckView::of(check, users, link)).collect()
    }

    /// A day. `link`: the CRM, which knows where its records are opened.
    pub fn of(check: &CrmCheck, users: &UserNames, link: Option<&dyn Crm>) -> CrmCheckView {
        let found = &check.found;
        let ids = |calls: &[CallKey]| calls.iter().map(|call| call.0).collect();
        let stranger = |one: &Stranger| CrmStrangerView {
            record: one.record.0.clone(),
            url: link.and_then(|link| link.page_of(&one.record)),
            call: one.call.clone(),
        };
        CrmCheckView {
            date: date_of(check.begin, &check.zone),
            zone: check.zone.clone(),
            at: rfc3339(check.at),
            by: check.by.map(|by| by.0),
            by_name: check.by.and_then(|by| users.get(&by).cloned()),
            there: found.there,
            agree: found.agree,
            waiting: found.waiting,
            beside: found.beside,
            gone: found.gone.count,
            gone_calls: ids(&found.gone.first),
            unseen: found.unseen,
            unlinked: found.unlinked.count,
            unlinked_calls: ids(&found.unlinked.first),
            strangers: found.strangers.count,
            stranger_records: found.strangers.first.iter().map(stranger).collect(),
        }
    }
}

/// The date of a day that began then, where it did.
fn date_of(begin: At, zone: &str) -> String {
    let zone = zone::zone(zone).unwrap_or(TimeZone::UTC);
    let begin = Timestamp::from_microsecond(begin.0).unwrap_or_default();
    zone.to_datetime(begin).date().to_string()
}

impl CrmSentView {
    /// What became of each.
    pub fn all(sent: &Sent) -> Vec<CrmSentView> {
        let of = |(key, became): &(CallKey, Became)| CrmSentView { id: key.0, became: word(became) };
        sent.calls.iter().map(of).collect()
    }
}
