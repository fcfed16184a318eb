//! `follow_ups`: what agents are still to do after their calls, because a code asked for it. They are made and withdrawn with
//! the code of a call (`domain::follow_up`); here they are listed, done, taken up again and given to
//! another agent.

use super::crm::sharing::shared;
use super::submit_scene::json;
use super::{FieldFault, OpError, do_not_call, lookup, read_activity, report};
use crate::app::{App, Tenant};
use crate::view::{FollowUpScene, FollowUpView};
use domain::account::Role;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::commit::{Change, Commit, Precondition};
use domain::correction::Corrector;
use domain::follow_up::{FollowUp, FollowUpRefused, FollowUpState, following};
use domain::id::{AgentKey, AuditId, CallKey, UserId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{CommitError, FollowUpFilter};

/// How many of them a page holds.
pub const FOLLOW_UPS_PAGE: usize = 50;
/// How often one is decided anew when somebody was faster.
const MAX_DECISIONS: usize = 4;

/// Which follow-ups are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those that are done, instead of those to be done.
    pub done: bool,
    /// Everybody's, which only supervisors see, instead of one's own.
    pub all: bool,
    /// Of everybody's, those of this agent.
    pub agent: Option<AgentKey>,
}

/// A page of follow-ups: those to be done by due day, those that are done backwards.
///
/// # Errors
/// `who` is no agent, or asks for those of others and is no supervisor; `after` is no place that was given out; or the store
/// cannot read.
pub async fn list(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    wanted: Wanted,
    after: Option<&str>,
) -> Result<(Vec<FollowUpView>, Option<String>), OpError> {
    let agent = match (wanted.all, who.role >= Role::Supervisor) {
        (true, true) => wanted.agent,
        (true, false) => return Err(OpError::Forbidden),
        (false, _) => Some(who.agent.clone().ok_or(OpError::Forbidden)?),
    };
    let filter = FollowUpFilter { agent, done: wanted.done };
    let page = app.store.follow_ups(tenant.id, &filter, after, FOLLOW_UPS_PAGE).await?;
    Ok((views(app, tenant, who, &page.follow_ups).await?, page.next))
}

/// Says that a follow-up is done, or is to be done after all; answers it as it then is.
///
/// # Errors
/// There is none, it is another agent's, it was withdrawn or changed meanwhile, or the store cannot write.
pub async fn set_done(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    call: CallKey,
    (version, done): (u64, bool),
) -> Result<FollowUpView, OpError> {
    for _ in 0..MAX_DECISIONS {
        let before = app.store.follow_up(tenant.id, call).await?.ok_or(OpError::NotFound)?;
        if who.role < Role::Supervisor && who.agent.as_ref() != Some(&before.agent) {
            return Err(OpError::Forbidden);
        }
        let after = match before.set(version, done, (who.user, app.around.now())) {
            Ok(Some(after)) if done => after,
            Ok(Some(after)) => as_asked_now(app, tenant, after).await?.ok_or(OpError::FollowUpWithdrawn)?,
            Ok(None) => return view(app, tenant, who, &before).await,
            Err(refused) => return Err(refusal(app, tenant, who, &before, refused).await?),
        };
        let audit = audited(app, who.user, &before, &after);
        if save(app, tenant, &before, &after, audit).await? {
            return view(app, tenant, who, &after).await;
        }
    }
    Err(OpError::Unavailable("the follow-up changes faster than it can be done".to_owned()))
}

/// Gives a follow-up that is to be done to another agent; answers it as it then is.
///
/// # Errors
/// There is none, it is another agent's, it is done, was withdrawn or changed meanwhile, nobody who works here is that agent, or
/// the store cannot write.
pub async fn give(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    call: CallKey,
    (version, to): (u64, AgentKey),
) -> Result<FollowUpView, OpError> {
    let users = app.store.users(tenant.id).await?;
    let works_here = users.iter().any(|user| user.active && user.agent.as_ref() == Some(&to));
    for _ in 0..MAX_DECISIONS {
        let before = app.store.follow_up(tenant.id, call).await?.ok_or(OpError::NotFound)?;
        if who.role < Role::Supervisor && who.agent.as_ref() != Some(&before.agent) {
            return Err(OpError::Forbidden);
        }
        if !works_here {
            return Err(OpError::invalid("agent", FieldFault::Unknown));
        }
        let after = match before.give(version, &to) {
            Ok(Some(after)) => after,
            Ok(None) => return view(app, tenant, who, &before).await,
            Err(refused) => return Err(refusal(app, tenant, who, &before, refused).await?),
        };
        let agent = |one: &FollowUp| Some(one.agent.0.clone());
        let fields = AuditEntry::differences(&[("agent", agent(&before))], &[("agent", agent(&after))]);
        let audit = entry(app, who.user, call, "follow_up_given", fields);
        if save(app, tenant, &before, &after, audit).await? {
            return view(app, tenant, who, &after).await;
        }
    }
    Err(OpError::Unavailable("the follow-up changes faster than it can be given".to_owned()))
}

/// Saves what was decided on `before`; whether that was still so.
async fn save(
    app: &App,
    tenant: &Tenant,
    before: &FollowUp,
    after: &FollowUp,
    audit: Change,
) -> Result<bool, OpError> {
    let preconditions = vec![Precondition::FollowUpVersion { call: before.call, version: before.version }];
    let changes = vec![Change::FollowUp(Box::new(after.clone())), audit];
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(_) => Ok(true),
        // Somebody was faster: see what is there now.
        Err(CommitError::Refused { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn refusal(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    before: &FollowUp,
    refused: FollowUpRefused,
) -> Result<OpError, OpError> {
    Ok(match refused {
        FollowUpRefused::Withdrawn => OpError::FollowUpWithdrawn,
        FollowUpRefused::Done => OpError::NotPossible,
        FollowUpRefused::Stale => OpError::Stale { current: json(&view(app, tenant, who, before).await?) },
    })
}

/// What is taken up again is what the code of the call asks for by now; `None`: it asks for nothing any more.
async fn as_asked_now(app: &App, tenant: &Tenant, again: FollowUp) -> Result<Option<FollowUp>, OpError> {
    let row = app.store.activity(tenant.id, again.call).await?.ok_or(OpError::NotFound)?;
    let version = again.version;
    Ok(match following(Some(&again), &row.activity) {
        None => Some(again),
        Some(now) if now.state == FollowUpState::Withdrawn => None,
        Some(now) => Some(FollowUp { version, ..now }),
    })
}

fn audited(app: &App, by: UserId, before: &FollowUp, after: &FollowUp) -> Change {
    let done = |one: &FollowUp| Some(matches!(one.state, FollowUpState::Done { .. }).to_string());
    let facts = |one: &FollowUp| [("follow_up", Some(one.due.to_string())), ("done", done(one))];
    let mut fields = AuditEntry::differences(&facts(before), &facts(after));
    fields.retain(|field| field.field == "done");
    let action =
        if matches!(after.state, FollowUpState::Done { .. }) { "followed_up" } else { "follow_up_reopened" };
    entry(app, by, after.call, action, fields)
}

fn entry(app: &App, by: UserId, call: CallKey, action: &str, fields: Vec<FieldChange>) -> Change {
    Change::Audit(Box::new(AuditEntry {
        id: AuditId(app.around.new_id()),
        at: app.around.now(),
        by: Some(by),
        subject: AuditSubject::Activity(call),
        action: action.to_owned(),
        fields,
    }))
}

async fn view(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    one: &FollowUp,
) -> Result<FollowUpView, OpError> {
    let views = views(app, tenant, who, std::slice::from_ref(one)).await?;
    views.into_iter().next().ok_or(OpError::NotFound)
}

/// Follow-ups as lines. One whose call is gone is an inconsistency that must not hide the others.
async fn views(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    follow_ups: &[FollowUp],
) -> Result<Vec<FollowUpView>, OpError> {
    let (mut read, mut people) = (Vec::new(), BTreeSet::new());
    let named = {
        let moment = &mut *app.store.snapshot(tenant.id).await?;
        for one in follow_ups {
            match moment.activity(one.call).await? {
                Some(row) => {
                    people.extend(row.activity.party.and_then(|party| party.person));
                    read.push((one, row));
                }
                None => tracing::error!(call = %one.call, "a follow-up is of a call that is not there"),
            }
        }
        read_activity::named(moment, app, tenant, people, BTreeSet::new()).await?
    };
    let users = app.store.users(tenant.id).await?;
    let users: BTreeMap<UserId, String> = users.into_iter().map(|user| (user.id, user.name)).collect();
    let (rules, today) = (tenant.rules(), report::today(app, tenant));
    let line = |(one, row): &(&FollowUp, store::ActivityRow)| {
        let party = row.activity.party.and_then(|party| named.people.get(&party.person?));
        FollowUpView::of(&FollowUpScene {
            follow_up: one,
            call: &row.call,
            number: &lookup::party_of(&rules, &row.call),
            party,
            agents: &named.agents,
            users: &users,
            today,
        })
    };
    let mut views: Vec<FollowUpView> = read.iter().map(line).collect();
    do_not_call::mark(app, tenant, &mut views).await?;
    shared(app, tenant, who.user, views).await
}
