//! `listen_in`: a supervisor hears a call that goes on, and speaks into it. It is written into the change log, and then the
//! phone system calls their phone, once; what comes of it is known from what that tells, and so after a restart as well.

use super::OpError;
use super::control::listenable;
use crate::app::{App, Tenant};
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::phones::NotDone;
use crate::view::{ListenedView, ListenerView, ListensView, UserNameView, UserNames};
use domain::account::Role;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::call::{CallRecord, Engagement, Via};
use domain::commit::{Change, Commit};
use domain::ear::{Ear, EarRefused, How, Listener, may_listen};
use domain::id::{AgentKey, AuditId, EngagementKey, UserId};
use store::{AgentNames, MAX_FLOOR_ROWS, MAX_PAGE, Snapshot};
use telephony::ami::actions::{self, ListenIn};
use telephony::ami::id_time;

/// How long the phone of whoever listens in may ring, in milliseconds.
const RING_MS: u32 = 20_000;
/// What the change log calls it.
const LISTENED: &str = "listened";

/// Who wants to listen in.
#[derive(Clone, Copy, Debug)]
pub struct Supervising<'a> {
    /// The user.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// The agent they are, whose phone rings.
    pub agent: Option<&'a AgentKey>,
}

/// Has their phone called; answers the part of a call of their own that this makes. Who listens in already is called
/// anew: that is how they whisper after they have listened.
///
/// # Errors
/// They may not or have no phone, nobody talks there or it is a call of their own, they are busy, the phone system cannot
/// be told or does not allow it, or the store cannot write.
pub async fn listen_in(
    app: &App,
    tenant: &Tenant,
    by: Supervising<'_>,
    key: EngagementKey,
    how: How,
) -> Result<EngagementKey, OpError> {
    let policy = tenant.rules().centre.listening.clone();
    if !policy.who.has(by.role) {
        return Err(OpError::Forbidden);
    }
    let agent = by.agent.ok_or(OpError::NoPhone)?;
    let rows = app.store.snapshot(tenant.id).await?.floor(MAX_FLOOR_ROWS).await?;
    let call = rows.calls.iter().find(|call| call.engagement(key).is_some()).ok_or(OpError::NotFound)?;
    let part = call.engagement(key).ok_or(OpError::NotFound)?;
    let mine = |part: &&Engagement| part.agent == *agent && part.ended_at.is_none();
    let own: Vec<Engagement> =
        rows.calls.iter().flat_map(|call| &call.engagements).filter(mine).cloned().collect();
    let listener = Listener { role: by.role, agent, own: &own };
    may_listen(&policy, &listener, call, part).map_err(|refused| match refused {
        EarRefused::Forbidden => OpError::Forbidden,
        EarRefused::Busy => OpError::Busy,
        EarRefused::OwnCall | EarRefused::NobodyTalks => OpError::NotPossible,
    })?;
    if !app.phones.reachable(tenant.id, &call.source) {
        return Err(OpError::PhoneUnreachable);
    }
    if !listenable(app, tenant, call, part) {
        return Err(OpError::NotPossible);
    }
    let keys = (call.key, part.key);
    let channel =
        app.channels.of_part(tenant.id, &call.source, &part.agent, keys).ok_or(OpError::NotPossible)?;
    let endpoint = own_phone(tenant, &call.source, agent)?;
    let ear = Ear { how, entry: AuditId(app.around.new_id()) };
    let leg = ear.leg();
    let wanted =
        ListenIn { endpoint, leg: &leg, channel: &channel.name, shows: &part.agent.0, how, ring_ms: RING_MS };
    let action = actions::listen_in(&wanted).map_err(|_| OpError::NotPossible)?;
    let number =
        app.store.commit(Commit::of(tenant.id, vec![written(app, by.user, ear, call, part)])).await?;
    app.hub.changed(tenant.id, [], number);
    for ended in rows.calls.iter().filter(|call| own.iter().any(|part| call.engagement(part.key).is_some())) {
        stop(app, tenant, agent, ended).await?;
    }
    match app.phones.ask(tenant.id, &call.source, action).await {
        Ok(_) | Err(NotDone::Unanswered) => Ok(ear.engagement_of(tenant.id, &call.source, id_time(&leg))),
        Err(not_done) => {
            tracing::warn!(source = call.source, %not_done, "nobody could be called to listen in");
            Err(not_done.into())
        }
    }
}

/// The phone by which an agent can listen to what goes on at this phone system.
fn own_phone<'a>(tenant: &'a Tenant, source: &str, agent: &AgentKey) -> Result<&'a str, OpError> {
    let source = tenant.settings.sources.iter().find(|own| own.name == source);
    let endpoints = source.and_then(|source| source.endpoints.agents.get(&agent.0));
    endpoints.and_then(|all| all.first()).map(String::as_str).ok_or(OpError::NoPhone)
}

fn written(app: &App, by: UserId, ear: Ear, call: &CallRecord, part: &Engagement) -> Change {
    let field = |field: &str, after: &str| FieldChange {
        field: field.to_owned(),
        before: None,
        after: Some(after.to_owned()),
    };
    Change::Audit(Box::new(AuditEntry {
        id: ear.entry,
        at: app.around.now(),
        by: Some(by),
        subject: AuditSubject::Activity(call.key),
        action: LISTENED.to_owned(),
        fields: vec![field("how", ear.how.word()), field("agent", &part.agent.0)],
    }))
}

/// Ends what somebody listens to until now. Where its leg is gone meanwhile there is nothing to end.
async fn stop(app: &App, tenant: &Tenant, agent: &AgentKey, call: &CallRecord) -> Result<(), OpError> {
    let own = call.engagements.iter().find(|part| part.agent == *agent && part.via == Via::Listening);
    let channel =
        own.and_then(|part| app.channels.of_part(tenant.id, &call.source, agent, (call.key, part.key)));
    let Some(channel) = channel else { return Ok(()) };
    let action = actions::hang_up(&channel.name).map_err(|_| OpError::NotPossible)?;
    match app.phones.ask(tenant.id, &call.source, action).await {
        Ok(_) | Err(NotDone::Refused(_)) => Ok(()),
        Err(not_done) => Err(not_done.into()),
    }
}

/// Those who listen in on the call of this leg, each with their leg's name.
pub fn listeners(
    app: &App,
    tenant: &Tenant,
    source: &str,
    channel: &Channel,
    names: &AgentNames,
) -> Vec<(String, ListenerView)> {
    let ears = app.channels.listeners(tenant.id, source, &channel.leg).into_iter();
    let view = |ear: Channel| {
        let agent = ear.agent()?;
        let listener = ListenerView {
            agent_name: names.get(&agent).cloned(),
            agent: agent.0,
            how: Ear::of_leg(&ear.leg).map(|ear| ear.how),
            since: None,
        };
        Some((ear.leg, listener))
    };
    ears.filter_map(view).collect()
}

/// Whose call is listened in on by this part of a call.
pub fn listens(
    app: &App,
    tenant: &Tenant,
    call: &CallRecord,
    part: &Engagement,
    names: &AgentNames,
) -> ListensView {
    let agent = call.to.clone().map(AgentKey).filter(|_| part.answered_at.is_some());
    let channel = app.channels.of_part(tenant.id, &call.source, &part.agent, (call.key, part.key));
    ListensView {
        engagement: part.key.0,
        agent_name: agent.as_ref().and_then(|agent| names.get(agent).cloned()),
        agent: agent.map(|agent| agent.0),
        how: channel.and_then(|channel| Ear::of_leg(&channel.leg)).map(|ear| ear.how),
        since: part.answered_at.map(rfc3339),
    }
}

/// Who listened in on a call, newest first.
///
/// # Errors
/// The store cannot read.
pub async fn listened(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    call: &CallRecord,
) -> Result<Vec<ListenedView>, OpError> {
    let subject = Some(AuditSubject::Activity(call.key));
    let mut entries = app.store.audit(tenant.id, subject, None, MAX_PAGE).await?.entries;
    entries.retain(|entry| entry.action == LISTENED);
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let users = app.store.users(tenant.id).await?;
    let users: UserNames = users.into_iter().map(|user| (user.id, user.name)).collect();
    let names = app.store.agent_names(tenant.id).await?;
    let mut listened = Vec::new();
    for entry in entries {
        let field = |name: &str| entry.fields.iter().find(|field| field.field == name)?.after.clone();
        let Some(how) = How::ALL.into_iter().find(|how| Some(how.word()) == field("how").as_deref()) else {
            continue;
        };
        let ear = Ear { how, entry: entry.id };
        let made = moment.call(ear.call_of(tenant.id, &call.source, id_time(&ear.leg()))).await?;
        let part = made.as_ref().and_then(|call| call.engagements.first());
        let agent = field("agent").map(AgentKey);
        let user = |id: UserId| UserNameView { id: id.0, name: users.get(&id).cloned().unwrap_or_default() };
        listened.push(ListenedView {
            by: entry.by.map(user),
            how,
            agent_name: agent.as_ref().and_then(|agent| names.get(agent).cloned()),
            agent: agent.map(|agent| agent.0),
            asked_at: rfc3339(entry.at),
            from: part.and_then(|part| part.answered_at).map(rfc3339),
            until: part.and_then(|part| part.answered_at.and(part.ended_at)).map(rfc3339),
        });
    }
    Ok(listened)
}
