//! `dial`: click-to-dial. The click is stored, then the phone system is told, once: where that is not certain to
//! have worked the agent sees nothing ring and clicks again, rather than a customer being called twice.

use super::submit_scene::Submitter;
use super::{FieldFault, OpError, cases, do_not_call, messages, panel};
use crate::app::{App, Tenant};
use crate::phones::NotDone;
use crate::settings::SourceKind;
use crate::view::DialTraceView;
use domain::commit::{Change, Commit};
use domain::dial::{Dial, DialStanding, DialledFrom};
use domain::duty::AgentState;
use domain::id::{AgentKey, CallKey, CaseId, DialId, EngagementKey, PersonId};
use domain::phone::{MAX_TEXT_CHARS, OtherParty, other_party};
use domain::relate::opportunity::OpportunityId;
use std::sync::Arc;
use store::{ReadError, Snapshot};
use telephony::ami::actions::{Originate, originate};
use telephony::ami::id_time;

/// How long an agent's own phone may ring, in milliseconds.
const RING_MS: u32 = 20_000;

/// Where the number was clicked, as the agent's page says.
#[derive(Clone, Copy, Debug)]
pub enum Clicked {
    /// On a Case.
    Case(CaseId),
    /// On a record.
    Person(PersonId),
    /// On the message that a call left.
    Message(CallKey),
    /// On an Opportunity of the CRM.
    Opportunity(OpportunityId),
    /// Nowhere: it was typed.
    Typed,
}

/// Whether who dials knows that the person asked not to be called, and dials all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DespiteDoNotCall(pub bool);

/// An agent's phone.
#[derive(Clone, Copy, Debug)]
pub struct AgentPhone<'a> {
    /// The phone system it belongs to.
    pub source: &'a str,
    /// Its endpoint there.
    pub endpoint: &'a str,
    /// The context that leads outside.
    pub context: &'a str,
}

/// The phone that can be told to ring for this agent now.
///
/// # Errors
/// No phone system knows the agent, or the one that does cannot be told anything now.
pub fn phone_of<'a>(app: &App, tenant: &'a Tenant, agent: &AgentKey) -> Result<AgentPhone<'a>, OpError> {
    let mut known = false;
    for source in &tenant.settings.sources {
        let SourceKind::Ami(ami) = &source.kind else { continue };
        let Some(endpoint) = source.endpoints.agents.get(&agent.0).and_then(|all| all.first()) else {
            continue;
        };
        known = true;
        if app.phones.reachable(tenant.id, &source.name) {
            return Ok(AgentPhone { source: &source.name, endpoint, context: &ami.dial_context });
        }
    }
    Err(if known { OpError::PhoneUnreachable } else { OpError::NoPhone })
}

/// Dials; answers the part of the call that it makes.
///
/// # Errors
/// The number cannot be dialled, what was clicked is not there or is another one's to call back, the person asked not to be called, the agent is busy, no phone can be told, or the
/// store cannot write.
pub async fn dial(
    app: &App,
    tenant: &Arc<Tenant>,
    by: &Submitter,
    number: &str,
    (clicked, despite): (Clicked, DespiteDoNotCall),
) -> Result<EngagementKey, OpError> {
    let number = dialable(tenant, "number", number)?;
    let who = by.corrector();
    let from = match clicked {
        Clicked::Case(case) => {
            DialledFrom::Case { case, contact: cases::contact_of(app, tenant, case).await? }
        }
        Clicked::Person(person) => {
            app.store.person(tenant.id, person).await?.ok_or(OpError::NotFound)?;
            DialledFrom::Person { person }
        }
        Clicked::Message(call) => {
            let (_, row) = messages::theirs(app, tenant, &who, call).await?;
            DialledFrom::Message { call, person: row.activity.party.and_then(|party| party.person) }
        }
        Clicked::Opportunity(opportunity) => DialledFrom::Opportunity { opportunity },
        Clicked::Typed => DialledFrom::Typed,
    };
    if !despite.0 {
        do_not_call::may_be_dialled(app, tenant, &number, &from).await?;
    }
    let phone = phone_of(app, tenant, &by.agent)?;
    let state = panel::state_of(app, tenant, &by.agent).await?.state;
    let during_acw = tenant.rules().centre.acw.dial_during;
    if matches!(state, AgentState::OnCall | AgentState::Ringing)
        || (state == AgentState::AfterCallWork && !during_acw)
    {
        return Err(OpError::Busy);
    }
    let id = DialId(app.around.new_id());
    let leg = Dial::leg(id);
    let engagement = Dial::engagement_of(tenant.id, phone.source, id, id_time(&leg));
    let wanted = Originate {
        endpoint: phone.endpoint,
        leg: &leg,
        number: &number,
        context: phone.context,
        ring_ms: RING_MS,
    };
    let action = originate(&wanted).map_err(|_| OpError::invalid("number", FieldFault::Unknown))?;
    let dial = Dial {
        id,
        engagement,
        agent: by.agent.clone(),
        source: phone.source.to_owned(),
        number,
        from,
        by: by.user,
        at: app.around.now(),
    };
    let at = dial.at;
    match from.message() {
        Some(call) => messages::call_back(app, tenant, &who, call, &dial).await?,
        None => {
            app.store.commit(Commit::of(tenant.id, vec![Change::Dial(Box::new(dial))])).await?;
        }
    }
    app.hub.dialled(tenant.id, &by.agent, engagement, at);
    match app.phones.ask(tenant.id, phone.source, action).await {
        // Where it says nothing it may ring all the same: what it tells of the leg, or its silence, is shown.
        Ok(_) | Err(NotDone::Unanswered) => Ok(engagement),
        Err(not_done) => {
            tracing::warn!(source = phone.source, %not_done, "a click was not dialled");
            app.hub.dial_given_up(tenant.id, &by.agent, engagement);
            app.hub.seen(tenant.id, &by.agent);
            Err(not_done.into())
        }
    }
}

/// The agent's last click, where there is something to say of it.
///
/// # Errors
/// The store cannot read.
pub async fn last_dial(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    agent: &AgentKey,
) -> Result<Option<DialTraceView>, ReadError> {
    let Some(engagement) = app.hub.last_dial(tenant.id, agent) else { return Ok(None) };
    let Some(dial) = moment.dial(engagement).await? else { return Ok(None) };
    let key = dial.call_of(tenant.id, id_time(&Dial::leg(dial.id)));
    let call = moment.call(key).await?;
    Ok(match dial.standing(call.as_ref(), app.around.now()) {
        DialStanding::Settled => None,
        DialStanding::Asked => Some(DialTraceView::of(&dial, None)),
        DialStanding::Failed(fault) => Some(DialTraceView::of(&dial, Some(fault))),
    })
}

/// The number as it is dialled: in international form where it can be read, else its digits.
///
/// # Errors
/// Nothing can be dialled by it; `field` is where it stood.
pub(super) fn dialable(tenant: &Tenant, field: &'static str, number: &str) -> Result<String, OpError> {
    let unknown = || OpError::invalid(field, FieldFault::Unknown);
    if number.chars().count() > MAX_TEXT_CHARS {
        return Err(OpError::invalid(field, FieldFault::TooLong));
    }
    match other_party(number, &tenant.rules().numbers) {
        OtherParty::Number(number) => Ok(number.e164.unwrap_or_else(|| digits(&number.raw))),
        OtherParty::Own { e164: Some(number) } => Ok(number),
        OtherParty::Internal { digits } => Ok(digits),
        OtherParty::Own { e164: None } | OtherParty::Withheld | OtherParty::Unusable { .. } => Err(unknown()),
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii_digit() || *character == '+').collect()
}
