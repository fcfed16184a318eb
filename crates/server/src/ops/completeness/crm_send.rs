//! Has Activities be in the CRM that are not there, as somebody says: they are noted in the outbox, and carried out as they
//! stand, once more where somebody deleted them there, and taken for what they are where they are there after all.

use crate::app::{App, Tenant};
use crate::ops::OpError;
use domain::audit::{AuditEntry, AuditSubject};
use domain::commit::{Change, Commit};
use domain::id::{At, AuditId, CallKey, UserId};
use serde::{Deserialize, Serialize};
use store::{Carried, CrmStanding};
use utoipa::ToSchema;

/// Most Activities that are sent in one request.
pub const MAX_SENT: usize = 100;
/// How many are looked at together for those of days.
const LOOKED_AT: usize = 2_000;
/// What the change log calls it.
const SENT_AGAIN: &str = "crm_sent_again";

/// Which Activities of some days are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotThere {
    /// Those that somebody deleted there.
    DeletedThere,
    /// Those of which nothing is there as far as we know, and nothing is on its way: of before the CRM was connected, left out by an
    /// admin, or sent after a backup that was restored since.
    NotSent,
}

/// Which Activities are to be sent.
pub enum Which {
    /// These.
    These(Vec<CallKey>),
    /// Those of the calls that began in this time that are meant.
    Of(At, At, NotThere),
}

/// What became of an Activity that was to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It is on its way.
    Noted,
    /// It is there, as far as we know.
    There,
    /// It was on its way already.
    Waits,
    /// The CRM refuses it: an admin has to look.
    Refused,
    /// What became of the call is not certain yet.
    NotSettled,
    /// It came of an import, and is none of ours to carry out.
    Imported,
    /// No such Activity.
    Unknown,
}

/// What became of each, and whether some are left.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What became of each.
    pub calls: Vec<(CallKey, Became)>,
    /// Whether days that were asked for have more.
    pub more: bool,
}

/// Sends them. Said again it changes nothing.
///
/// # Errors
/// The tenant mirrors no CRM, or the store cannot read or write.
pub async fn send(app: &App, tenant: &Tenant, by: UserId, which: Which) -> Result<Sent, OpError> {
    if app.store.crm_organisation(tenant.id).await?.is_none() {
        return Err(OpError::NotFound);
    }
    let (keys, more) = match which {
        Which::These(keys) => (keys, false),
        Which::Of(from, until, meant) => of_days(app, tenant, (from, until), meant).await?,
    };
    let (mut calls, mut changes) = (Vec::with_capacity(keys.len()), Vec::new());
    for key in keys {
        let standing = app.store.crm_standing(tenant.id, key).await?;
        let became = standing.as_ref().map_or(Became::Unknown, becomes);
        if became == Became::Noted {
            changes.extend([Change::FileAgain(key), audit(app, by, key)]);
        }
        calls.push((key, became));
    }
    if !changes.is_empty() {
        let number = app.store.commit(Commit::of(tenant.id, changes)).await?;
        app.hub.changed_for_all(tenant.id, number);
        if let Some(link) = app.crms.of(tenant.id) {
            link.wake();
        }
        tracing::info!(user = %by, calls = calls.len(), "Activities are sent to the CRM once more");
    }
    Ok(Sent { calls, more })
}

/// The first of the days that are meant, and whether there are more.
async fn of_days(
    app: &App,
    tenant: &Tenant,
    (from, until): (At, At),
    meant: NotThere,
) -> Result<(Vec<CallKey>, bool), OpError> {
    let wanted = match meant {
        NotThere::DeletedThere => Carried::DeletedThere,
        NotThere::NotSent => Carried::Never,
    };
    let (mut found, mut after) = (Vec::new(), (from, None));
    loop {
        let page = app.store.crm_standings(tenant.id, after, until, LOOKED_AT).await?;
        let Some(last) = page.last() else { return Ok((found, false)) };
        after = (last.started_at, Some(last.key));
        for one in page.iter().filter(|one| one.carried == wanted && becomes(one) == Became::Noted) {
            if found.len() == MAX_SENT {
                return Ok((found, true));
            }
            found.push(one.key);
        }
    }
}

fn becomes(standing: &CrmStanding) -> Became {
    match standing.carried {
        Carried::Sent => Became::There,
        Carried::Waiting => Became::Waits,
        Carried::Refused => Became::Refused,
        Carried::DeletedThere | Carried::Never if standing.imported => Became::Imported,
        Carried::DeletedThere | Carried::Never if !standing.settled => Became::NotSettled,
        Carried::DeletedThere | Carried::Never => Became::Noted,
    }
}

fn audit(app: &App, by: UserId, call: CallKey) -> Change {
    Change::Audit(Box::new(AuditEntry {
        id: AuditId(app.around.new_id()),
        at: app.around.now(),
        by: Some(by),
        subject: AuditSubject::Activity(call),
        action: SENT_AGAIN.to_owned(),
        fields: vec![],
    }))
}
