//! What is left to be done after calls, and what agents did meanwhile: messages, follow-ups, clicks to dial and the states of
//! agents. Whom a call is filed on is not here: that is with the Activity of its id.

use super::{Place, Users, user_names};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::crm::sharing::sees_everything;
use crate::table::Row;
use crate::view::word;
use domain::dial::{Dial, DialledFrom};
use domain::follow_up::{FollowUp, FollowUpState};
use domain::id::UserId;
use domain::message::{How, Message, MessageState};
use store::{AgentNames, AgentSpell, MAX_PAGE};

pub(super) async fn messages(
    app: &App,
    tenant: &Tenant,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let (agents, users) = (app.store.agent_names(tenant.id).await?, user_names(app, tenant).await?);
    let page = app.store.all_messages(tenant.id, after, MAX_PAGE).await?;
    let rows = page.rows.iter().map(|one| message(one, &agents, &users));
    Ok((rows.collect(), Place::next(page.next)))
}

fn message(message: &Message, agents: &AgentNames, users: &Users) -> Row {
    let (state, by, at, how) = match &message.state {
        MessageState::Open => ("open", None, None, None),
        MessageState::Taken { by, at } => ("taken", Some(*by), Some(*at), None),
        MessageState::Done { by, at, how } => ("done", Some(*by), Some(*at), Some(how)),
    };
    let (reason, back_call) = match how {
        Some(How::NoNeed { reason }) => (reason.clone(), None),
        Some(How::CalledBack { call }) => (None, call.map(|call| call.0.to_string())),
        Some(How::ReachedOtherwise) | None => (None, None),
    };
    let back = message.called_back;
    vec![
        message.call.0.to_string().into(),
        message.ring_group.clone().into(),
        message.agent.as_ref().map(|agent| agent.0.clone()).into(),
        message.agent.as_ref().and_then(|agent| agents.get(agent).cloned()).into(),
        message.left_at.into(),
        state.into(),
        by.map(|user| user.0.to_string()).into(),
        by.and_then(|user| users.get(&user).cloned()).into(),
        at.into(),
        how.map(|how| how.code()).into(),
        reason.into(),
        back_call.into(),
        back.map(|back| back.at).into(),
        back.map(|back| back.by.0.to_string()).into(),
        back.map(|back| back.engagement.0.to_string()).into(),
        message.revision.into(),
    ]
}

pub(super) async fn follow_ups(
    app: &App,
    tenant: &Tenant,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let (agents, users) = (app.store.agent_names(tenant.id).await?, user_names(app, tenant).await?);
    let page = app.store.all_follow_ups(tenant.id, after, MAX_PAGE).await?;
    let rows = page.rows.iter().map(|one| follow_up(one, &agents, &users));
    Ok((rows.collect(), Place::next(page.next)))
}

fn follow_up(one: &FollowUp, agents: &AgentNames, users: &Users) -> Row {
    let (state, done) = match one.state {
        FollowUpState::Open => ("open", None),
        FollowUpState::Withdrawn => ("withdrawn", None),
        FollowUpState::Done { by, at } => ("done", Some((by, at))),
    };
    vec![
        one.call.0.to_string().into(),
        one.agent.0.as_str().into(),
        agents.get(&one.agent).cloned().into(),
        one.given_from.as_ref().map(|agent| agent.0.clone()).into(),
        one.due.to_string().into(),
        one.label.es.as_str().into(),
        one.label.en.as_str().into(),
        state.into(),
        done.map(|(by, _)| by.0.to_string()).into(),
        done.and_then(|(by, _)| users.get(&by).cloned()).into(),
        done.map(|(_, at)| at).into(),
        one.version.into(),
    ]
}

/// Where a number was clicked names a record: told to whom the CRM hides none.
pub(super) async fn dials(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let (agents, users) = (app.store.agent_names(tenant.id).await?, user_names(app, tenant).await?);
    let sees_all = sees_everything(app, tenant, reader).await?;
    let page = app.store.all_dials(tenant.id, after, MAX_PAGE).await?;
    let rows = page.rows.iter().map(|one| dial(one, sees_all, &agents, &users));
    Ok((rows.collect(), Place::next(page.next)))
}

fn dial(dial: &Dial, sees_all: bool, agents: &AgentNames, users: &Users) -> Row {
    let (from, id) = match &dial.from {
        DialledFrom::Case { case, .. } => ("case", Some(case.0.to_string()).filter(|_| sees_all)),
        DialledFrom::Person { person } => ("person", Some(person.0.to_string()).filter(|_| sees_all)),
        DialledFrom::Message { call, .. } => ("message", Some(call.0.to_string())),
        DialledFrom::Opportunity { opportunity } => {
            ("opportunity", Some(opportunity.to_string()).filter(|_| sees_all))
        }
        DialledFrom::Typed => ("typed", None),
    };
    vec![
        dial.id.0.to_string().into(),
        dial.engagement.0.to_string().into(),
        dial.agent.0.as_str().into(),
        agents.get(&dial.agent).cloned().into(),
        dial.source.as_str().into(),
        dial.number.as_str().into(),
        from.into(),
        id.into(),
        dial.by.0.to_string().into(),
        users.get(&dial.by).cloned().into(),
        dial.at.into(),
    ]
}

pub(super) async fn agent_states(
    app: &App,
    tenant: &Tenant,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let agents = app.store.agent_names(tenant.id).await?;
    let page = app.store.all_agent_states(tenant.id, after, MAX_PAGE).await?;
    let row = |AgentSpell { entry, until }: &AgentSpell| {
        vec![
            entry.agent.0.as_str().into(),
            agents.get(&entry.agent).cloned().into(),
            word(&entry.state).into(),
            entry.reason.clone().into(),
            entry.since.into(),
            (*until).into(),
            until.map(|until| until.millis_since(entry.since)).into(),
        ]
    };
    Ok((page.rows.iter().map(row).collect(), Place::next(page.next)))
}
