//! Each day is compared with the CRM by itself once it is over. Where that fails it is kept which day, when and why, so that it
//! is seen by day; when it is tried again is the worker's.

use super::crm_check::{NotCompared, check};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::progress::Progress;
use crate::ops::report::ReportDays;
use crm::{CrmError, CrmErrorKind};
use domain::commit::{Change, Commit};
use domain::completeness::crm_check::{CrmCheck, CrmCheckFailure, CrmCheckFault};
use jiff::{SignedDuration, Timestamp};

/// How long a day is over before it is compared by itself.
const AFTER_MIDNIGHT: SignedDuration = SignedDuration::from_hours(3);

/// Compares the day before, by itself and once; whether it did. The day is over for some hours by then, so that what was settled
/// late in the evening has got there. While the calls of the API that are left are kept for logging it is not done.
///
/// # Errors
/// As of [`check`]; that is kept, and it is done another time.
pub async fn check_day_before(app: &App, tenant: &Tenant) -> Result<bool, OpError> {
    let Some(asked) = day_before(app, tenant)? else { return Ok(false) };
    let known = app.store.crm_checks(tenant.id, asked.begin, asked.end).await?;
    // By another zone the day is another.
    let is_of_it = |check: &CrmCheck| check.begin <= asked.begin && asked.end <= check.end;
    if known.iter().any(|check| is_of_it(check) && check.at >= asked.end) {
        return Ok(false);
    }
    match check(app, tenant, None, &asked, &Progress::default()).await {
        Ok(_) => Ok(true),
        Err(why) => {
            if let Some((fault, code)) = fault_of(&why) {
                keep(app, tenant, &asked, fault, code).await?;
            }
            Err(why.into())
        }
    }
}

/// The day that is to be compared now.
fn day_before(app: &App, tenant: &Tenant) -> Result<Option<ReportDays>, OpError> {
    let now = Timestamp::from_microsecond(app.around.now().0).unwrap_or_default();
    let zone = tenant.settings.zone();
    let before = now.checked_sub(AFTER_MIDNIGHT).ok();
    let day = before.and_then(|at| zone.to_datetime(at).date().yesterday().ok());
    day.map(|day| ReportDays::new(tenant, (day, day), None, 1)).transpose()
}

/// What is kept of why a day was not compared; nothing, where somebody compares it right now or nothing is to be compared.
fn fault_of(why: &NotCompared) -> Option<(CrmCheckFault, Option<String>)> {
    match why {
        NotCompared::NoCrm | NotCompared::UnderWay => None,
        NotCompared::TooMany => Some((CrmCheckFault::TooMany, None)),
        NotCompared::Op(OpError::Crm(error)) => Some((theirs(error), error.code.clone())),
        NotCompared::Op(_) => Some((CrmCheckFault::Here, None)),
    }
}

fn theirs(error: &CrmError) -> CrmCheckFault {
    match error.kind {
        CrmErrorKind::Unreachable => CrmCheckFault::Unreachable,
        CrmErrorKind::Unavailable => CrmCheckFault::Unavailable,
        CrmErrorKind::LimitReached => CrmCheckFault::LimitReached,
        CrmErrorKind::Credentials => CrmCheckFault::Credentials,
        CrmErrorKind::Forbidden => CrmCheckFault::Forbidden,
        CrmErrorKind::Locked => CrmCheckFault::Locked,
        CrmErrorKind::NotUnderstood => CrmCheckFault::NotUnderstood,
    }
}

async fn keep(
    app: &App,
    tenant: &Tenant,
    day: &ReportDays,
    fault: CrmCheckFault,
    code: Option<String>,
) -> Result<(), OpError> {
    let (now, zone) = (app.around.now(), day.zone_name().to_owned());
    let (begin, end) = (day.begin, day.end);
    let failure = CrmCheckFailure { begin, end, zone, since: now, at: now, tries: 0, fault, code };
    let before = app.store.crm_check_failures(tenant.id).await?;
    let failure = failure.after(before.iter().find(|one| one.begin == day.begin));
    app.store.commit(Commit::of(tenant.id, vec![Change::CrmCheckFailed(Box::new(failure))])).await?;
    Ok(())
}
