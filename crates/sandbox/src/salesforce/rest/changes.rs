//! What changed and what was deleted between two moments.

use super::{Ask, Replied, Reply};
use crate::salesforce::org::Org;
use crate::salesforce::refusal::{Code, Refusal};
use crate::salesforce::schema::ObjectType;
use crate::salesforce::stamp;
use domain::id::At;
use serde_json::{Value, json};

/// How far back may be asked, in microseconds: thirty days.
const REACH: i64 = 30 * 24 * 3600 * 1_000_000;
/// Microseconds of a minute; seconds of what is asked are left away.
const MINUTE: i64 = 60_000_000;

/// `sobjects/X/updated?start&end`.
pub(crate) fn updated(org: &Org, ask: &Ask, object: &ObjectType, now: At) -> Replied {
    let (start, end) = span(ask, now)?;
    let changed = org.data.living(&object.name).filter(|row| start <= row.changed_at && row.changed_at < end);
    let ids: Vec<&str> = changed.map(|row| row.id()).collect();
    Ok(Reply::json(200, json!({ "ids": ids, "latestDateCovered": stamp::moment(covered(end, now)) })))
}

/// `sobjects/X/deleted?start&end`.
pub(crate) fn deleted(org: &Org, ask: &Ask, object: &ObjectType, now: At) -> Replied {
    let (start, end) = span(ask, now)?;
    let mut records = Vec::new();
    let mut earliest = now;
    for row in org.data.rows(&object.name) {
        let Some(at) = row.deleted_at else { continue };
        earliest = earliest.min(at);
        if start <= at && at < end {
            records.push(json!({ "deletedDate": stamp::moment(at), "id": row.id() }));
        }
    }
    Ok(Reply::json(
        200,
        json!({
            "deletedRecords": Value::Array(records), "earliestDateAvailable": stamp::moment(earliest),
            "latestDateCovered": stamp::moment(covered(end, now)),
        }),
    ))
}

fn covered(end: At, now: At) -> At {
    end.min(At(now.0 - now.0.rem_euclid(MINUTE)))
}

/// The two moments, to the minute.
fn span(ask: &Ask, now: At) -> Result<(At, At), Vec<Refusal>> {
    let moment = |key: &str| {
        // A plus that was not escaped arrives as a space.
        let text = ask.value(key).unwrap_or_default().trim().replace(' ', "+");
        let at = stamp::read_moment(&text).map(|at| At(at.0 - at.0.rem_euclid(MINUTE)));
        at.ok_or_else(|| vec![Refusal::new(Code::MissingArgument, format!("{key} is no date and time"))])
    };
    let (start, end) = (moment("start")?, moment("end")?);
    if end <= start {
        let message = "startDate must be before endDate by at least one minute";
        return Err(vec![Refusal::new(Code::InvalidReplicationDate, message)]);
    }
    if now.0 - start.0 > REACH {
        let message = "startDate before org replication enabled date or more than 30 days ago";
        return Err(vec![Refusal::new(Code::InvalidReplicationDate, message)]);
    }
    Ok((start, end))
}
