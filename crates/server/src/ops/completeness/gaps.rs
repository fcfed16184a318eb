//! Calls that are known and have neither an Activity nor a reason: given what they lack, by the rules that all calls follow.

use crate::app::{App, Tenant};
use crate::ops::{OpError, lookup};
use domain::activity::Activity;
use domain::audit::{AuditEntry, AuditSubject};
use domain::commit::{Change, Commit};
use domain::completeness::gap::mend;
use domain::id::{AuditId, CallKey, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::CommitError;

/// Most calls that are mended in one request.
pub const MAX_MENDED: usize = 100;
/// What the change log calls it.
const MENDED: &str = "gap_mended";

/// What became of a call that was to be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It has its Activity, or its reason, now.
    Mended,
    /// It lacked nothing, or lives.
    NoGap,
    /// No such call.
    Unknown,
}

/// Mends them. Said again it changes nothing.
///
/// # Errors
/// The store cannot read or write; those that were mended stay so.
pub async fn mend_all(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    calls: Vec<CallKey>,
) -> Result<Vec<(CallKey, Became)>, OpError> {
    let mut mended = Vec::with_capacity(calls.len());
    for key in calls {
        mended.push((key, mend_one(app, tenant, by, key).await?));
    }
    tracing::info!(user = %by, calls = mended.len(), "calls without an Activity or a reason were mended");
    Ok(mended)
}

async fn mend_one(app: &App, tenant: &Tenant, by: UserId, key: CallKey) -> Result<Became, OpError> {
    let Some(call) = app.store.call(tenant.id, key).await? else { return Ok(Became::Unknown) };
    if app.store.activity(tenant.id, key).await?.is_some() {
        return Ok(Became::NoGap);
    }
    let (rules, now) = (tenant.rules(), app.around.now());
    let party = lookup::party_of(&rules, &call);
    let matched = lookup::match_caller(&*app.store, tenant.id, &party, &rules.centre.matching).await?;
    let mut opened = Activity::open(key, matched.candidates());
    opened.party = lookup::party_by_itself(None, &matched);
    let wrapups = app.store.wrapups_of_call(tenant.id, key).await?;
    let Some((preconditions, mut changes)) = mend(&call, &opened, &wrapups, now) else {
        return Ok(Became::NoGap);
    };
    changes.push(Change::Audit(Box::new(AuditEntry {
        id: AuditId(app.around.new_id()),
        at: now,
        by: Some(by),
        subject: AuditSubject::Activity(key),
        action: MENDED.to_owned(),
        fields: vec![],
    })));
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(number) => {
            let agents: BTreeSet<_> = call.engagements.iter().map(|part| part.agent.clone()).collect();
            app.hub.changed(tenant.id, &agents, number);
            Ok(Became::Mended)
        }
        // Its Activity came meanwhile.
        Err(CommitError::Refused { .. }) => Ok(Became::NoGap),
        Err(error) => Err(error.into()),
    }
}
