//! Calls that only files tell of: listed, and made calls of ours, with the Activity or the reason that the rules give each.

use super::compare::system;
use crate::app::{App, Tenant};
use crate::ops::{OpError, lookup};
use domain::activity::Activity;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::auto_create::wants_caller;
use domain::commit::{Change, Commit};
use domain::completeness::missing::{Making, MissingCall};
use domain::id::{At, AuditId, CallKey, UserId};
use domain::matching::AutoCreate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use store::{CommitError, MAX_PAGE};

/// Most calls that are made in one request.
pub const MAX_MADE: usize = 100;
/// How often a call is decided on anew when something of it changed meanwhile.
const MAX_DECISIONS: usize = 8;

/// A page of missing calls.
#[derive(Clone, Debug)]
pub struct MissingPage {
    /// They.
    pub calls: Vec<MissingCall>,
    /// What to ask for next; `None` at the end.
    pub next: Option<String>,
}

/// What became of a missing call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It is a call of ours now, or was made one before.
    Made,
    /// It was known after all.
    Known,
    /// No file tells of it.
    Unknown,
}

/// Which calls are to be made ours.
pub enum Which {
    /// These.
    These(Vec<CallKey>),
    /// All that are open and began in this time.
    Of(At, At),
}

/// What was made, and how many are left.
#[derive(Clone, Debug)]
pub struct MadeOf {
    /// What became of each.
    pub calls: Vec<(CallKey, Became)>,
    /// Whether some are left that were asked for.
    pub more: bool,
}

/// Missing calls that began in this time, oldest first; `open`: those that are not ours yet.
///
/// # Errors
/// The place is none, or the store cannot read.
pub async fn list(
    app: &App,
    tenant: &Tenant,
    open: bool,
    (from, until): (At, At),
    after: Option<&str>,
) -> Result<MissingPage, OpError> {
    let place = match after {
        None => (from, None),
        Some(text) => place(text).ok_or(OpError::invalid("after", crate::ops::FieldFault::Unknown))?,
    };
    let calls = app.store.missing_calls(tenant.id, open, place, until, MAX_PAGE).await?;
    let last = calls.last().filter(|_| calls.len() == MAX_PAGE);
    let next = last.map(|last| format!("{}.{}", last.call.started_at.0, last.key));
    Ok(MissingPage { calls, next })
}

fn place(text: &str) -> Option<(At, Option<CallKey>)> {
    let (at, key) = text.split_once('.')?;
    Some((At(at.parse().ok()?), Some(CallKey(uuid::Uuid::try_parse(key).ok()?))))
}

/// Makes missing calls calls of ours. Said again it changes nothing.
///
/// # Errors
/// The store cannot read or write; those that were made stay.
pub async fn make(app: &App, tenant: &Tenant, by: UserId, which: Which) -> Result<MadeOf, OpError> {
    let (keys, more) = match which {
        Which::These(keys) => (keys, false),
        Which::Of(from, until) => {
            let found = app.store.missing_calls(tenant.id, true, (from, None), until, MAX_MADE + 1).await?;
            let more = found.len() > MAX_MADE;
            (found.into_iter().take(MAX_MADE).map(|missing| missing.key).collect(), more)
        }
    };
    let user = app.store.user(tenant.id, by).await?;
    let name = user.map(|user| user.name).unwrap_or_default();
    let mut calls = Vec::with_capacity(keys.len());
    for key in keys {
        calls.push((key, make_one(app, tenant, (by, &name), key).await?));
    }
    tracing::info!(user = %by, calls = calls.len(), "calls that files tell of were made ours");
    Ok(MadeOf { calls, more })
}

async fn make_one(
    app: &App,
    tenant: &Tenant,
    (by, name): (UserId, &str),
    key: CallKey,
) -> Result<Became, OpError> {
    for _ in 0..MAX_DECISIONS {
        let Some(missing) = app.store.missing_call(tenant.id, key).await? else { return Ok(Became::Unknown) };
        if missing.made.is_some() {
            return Ok(Became::Made);
        }
        if is_known(app, tenant, &missing).await? {
            let (rests_on, removed) = missing.removal();
            let commit = Commit { tenant: tenant.id, preconditions: vec![rests_on], changes: vec![removed] };
            match app.store.commit(commit).await {
                Ok(_) => return Ok(Became::Known),
                // Somebody made it meanwhile, or another file was compared: see what is there now.
                Err(CommitError::Refused { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
        }
        let commit = decide(app, tenant, (by, name), &missing).await?;
        match app.store.commit(commit).await {
            Ok(number) => {
                let parts = missing.call.engagements.iter();
                let agents: BTreeSet<_> = parts.map(|part| part.agent.clone()).collect();
                app.hub.changed(tenant.id, &agents, number);
                return Ok(Became::Made);
            }
            // It was heard of, or made, or another file was compared: see what is there now.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("a call changes faster than it can be made".to_owned()))
}

/// Whether it was heard of since, by an id or at its time with its numbers.
async fn is_known(app: &App, tenant: &Tenant, missing: &MissingCall) -> Result<bool, OpError> {
    let run = app.store.reconciliation(tenant.id, missing.run).await?;
    let zone = run.as_ref().map(|run| run.zone.as_str());
    let Ok(system) = system(app, tenant, &missing.call.source, zone).await else { return Ok(false) };
    let known = app.store.known_as(tenant.id, &[system.may_be(&missing.told)]).await?;
    if known.iter().any(Option::is_some) {
        return Ok(true);
    }
    // Calls that were made from files are other calls, as those files say; so is any with another id, but for one of which the
    // file that it was made from told none.
    let mut others = HashSet::new();
    while let Some((near, _)) = system.near(app, (&missing.told, &missing.call), &others).await? {
        let from_file = app.store.missing_call(tenant.id, near).await?.filter(|one| one.made.is_some());
        match (from_file, missing.named) {
            (Some(made), true) if !made.named => return Ok(true),
            (None, false) => return Ok(true),
            _ => others.insert(near),
        };
    }
    // A queue tells of a call later than it began, as comparing another file takes into account.
    let mut others = HashSet::from([missing.key]);
    let told = (&missing.told, &missing.call, missing.named);
    while let Some(before) = system.told_before(app, told, &others).await? {
        if before.made.is_some() && before.named != missing.named {
            return Ok(true);
        }
        if !others.insert(before.key) {
            break;
        }
    }
    Ok(false)
}

async fn decide(
    app: &App,
    tenant: &Tenant,
    (by, by_name): (UserId, &str),
    missing: &MissingCall,
) -> Result<Commit, OpError> {
    let (rules, now) = (tenant.rules(), app.around.now());
    let party = lookup::party_of(&rules, &missing.call);
    let matched = lookup::match_caller(&*app.store, tenant.id, &party, &rules.centre.matching).await?;
    let mut opened = Activity::open(missing.key, matched.candidates());
    opened.party = lookup::party_by_itself(None, &matched);
    let making = Making { missing, opened, by, by_name, now };
    let (preconditions, mut changes) = making.decide();
    let call = &missing.call;
    if call.has_customer()
        && rules.centre.auto_create.of_call(call).make != AutoCreate::None
        && wants_caller(call, &rules.centre.auto_create, &party)
    {
        changes.push(Change::CallerWanted(missing.key));
    }
    let field = |field: &str, after: &str| FieldChange {
        field: field.to_owned(),
        before: None,
        after: Some(after.to_owned()),
    };
    changes.push(Change::Audit(Box::new(AuditEntry {
        id: AuditId(app.around.new_id()),
        at: now,
        by: Some(by),
        subject: AuditSubject::Activity(missing.key),
        action: "created".to_owned(),
        fields: vec![field("file", &missing.file)],
    })));
    Ok(Commit { tenant: tenant.id, preconditions, changes })
}
