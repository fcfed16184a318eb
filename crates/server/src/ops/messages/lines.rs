//! Lists of messages: whose, in which order, and what is read for each line.

use super::{done_today, ring_groups_of};
use crate::app::{App, Tenant};
use crate::ops::crm::sharing::shared;
use crate::ops::listen::audible;
use crate::ops::{OpError, lookup, read_activity, ring_groups};
use crate::view::{
    CalledBackView, CanView, MessageCountView, MessageLineView, MessageScene, PersonLineView, SpokeView,
};
use domain::account::Role;
use domain::call::{CallRecord, CallType};
use domain::correction::Corrector;
use domain::dial::Dial;
use domain::id::{AgentKey, AuditId, EngagementKey, UserId};
use domain::message::work::{self, Doer, Step};
use domain::message::{CalledBack, How, Message, MessageBox, MessageState};
use domain::phone::{OtherParty, WrittenNumber};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{ActivityFilter, ActivityRow, AgentNames, MessageFilter, MessageStates, Snapshot};
use telephony::ami::id_time;
use uuid::Uuid;

/// How many messages a page holds.
pub const MESSAGES_PAGE: usize = 25;
/// About how many calls are looked at to see whether somebody talked to the caller since.
const LOOK_AT_MOST: usize = 500;

/// Which messages are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// By where the work stands.
    pub states: MessageStates,
    /// Of this ring group, or of none where that is said; `None`: of all.
    pub ring_group: Option<Option<String>>,
}

/// A page of what `who` deals with, and where the next begins.
///
/// # Errors
/// The ring group is not theirs, or the store cannot read.
pub async fn list(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    wanted: &Wanted,
    after: Option<&str>,
) -> Result<(Vec<MessageLineView>, Option<String>), OpError> {
    let boxes = boxes(app, tenant, who, wanted.ring_group.as_ref())?;
    let filter = MessageFilter { states: wanted.states, boxes };
    let page = app.store.messages(tenant.id, &filter, after, MESSAGES_PAGE).await?;
    Ok((lines(app, tenant, who, &page.messages).await?, page.next))
}

/// How many wait in each ring group of `who`; those of no ring group under none.
///
/// # Errors
/// `who` deals with no messages, or the store cannot read.
pub async fn counts(app: &App, tenant: &Tenant, who: &Corrector) -> Result<Vec<MessageCountView>, OpError> {
    count_in(app, tenant, boxes(app, tenant, who, None)?).await
}

/// The same for an agent, whatever else they may do: those that are their own and their ring groups'.
///
/// # Errors
/// The store cannot read.
pub async fn counts_of_agent(
    app: &App,
    tenant: &Tenant,
    agent: &AgentKey,
) -> Result<Vec<MessageCountView>, OpError> {
    let groups = ring_groups::of_agent(app, tenant, &tenant.rules(), agent);
    count_in(app, tenant, Some(MessageBox::of_agent(agent, &groups))).await
}

async fn count_in(
    app: &App,
    tenant: &Tenant,
    boxes: Option<Vec<MessageBox>>,
) -> Result<Vec<MessageCountView>, OpError> {
    let mut counts: BTreeMap<Option<String>, (u64, u64)> = BTreeMap::new();
    for count in app.store.message_tally(tenant.id).await? {
        let holds = |one: &MessageBox| match one {
            MessageBox::RingGroup(group) => count.ring_group.as_ref() == Some(group),
            MessageBox::Agent(agent) => count.agent.as_ref() == Some(agent),
            MessageBox::NoRingGroup => count.ring_group.is_none(),
        };
        if boxes.as_ref().is_none_or(|boxes| boxes.iter().any(holds)) {
            let sum = counts.entry(count.ring_group).or_default();
            *sum = (sum.0 + count.open, sum.1 + count.taken);
        }
    }
    let view = |(ring_group, (open, taken))| MessageCountView { ring_group, open, taken };
    Ok(counts.into_iter().map(view).collect())
}

/// The boxes that are looked into; `None`: all.
fn boxes(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    ring_group: Option<&Option<String>>,
) -> Result<Option<Vec<MessageBox>>, OpError> {
    let asked = ring_group.map(|group| match group {
        Some(group) => MessageBox::RingGroup(group.clone()),
        None => MessageBox::NoRingGroup,
    });
    if who.role >= Role::Supervisor {
        return Ok(asked.map(|one| vec![one]));
    }
    let agent = who.agent.as_ref().ok_or(OpError::Forbidden)?;
    let own = MessageBox::of_agent(agent, &ring_groups_of(app, tenant, who));
    match asked {
        None => Ok(Some(own)),
        Some(MessageBox::NoRingGroup) => Ok(Some(vec![MessageBox::Agent(agent.clone())])),
        Some(one) if own.contains(&one) => Ok(Some(vec![one])),
        Some(_) => Err(OpError::Forbidden),
    }
}

/// One message as a line.
///
/// # Errors
/// Its call is gone, or the store cannot read.
pub async fn line(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    message: &Message,
) -> Result<MessageLineView, OpError> {
    let lines = lines(app, tenant, who, std::slice::from_ref(message)).await?;
    lines.into_iter().next().ok_or(OpError::NotFound)
}

/// Messages as lines. One whose call is gone is an inconsistency that must not hide the others.
async fn lines(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    messages: &[Message],
) -> Result<Vec<MessageLineView>, OpError> {
    let mut read = Vec::new();
    {
        let moment = &mut *app.store.snapshot(tenant.id).await?;
        for message in messages {
            match moment.activity(message.call).await? {
                Some(row) => read.push((message, called_back(moment, tenant, message).await?, row)),
                None => {
                    tracing::error!(call = %message.call, "a message was left by a call that is not there")
                }
            }
        }
    }
    let agents = app.store.agent_names(tenant.id).await?;
    let users = app.store.users(tenant.id).await?;
    let users: BTreeMap<UserId, String> = users.into_iter().map(|user| (user.id, user.name)).collect();
    let people: BTreeSet<_> = read.iter().filter_map(|(.., row)| row.activity.party?.person).collect();
    let people = {
        let moment = &mut *app.store.snapshot(tenant.id).await?;
        read_activity::named(moment, app, tenant, people, BTreeSet::new()).await?.people
    };
    let mut views = Vec::new();
    for (message, called_back, row) in read {
        let number = lookup::party_of(&tenant.rules(), &row.call);
        let party = row.activity.party.and_then(|party| people.get(&party.person?));
        let spoke = spoke_since(app, tenant, message, &row.call, &agents).await?;
        views.push(MessageLineView::of(&MessageScene {
            message,
            call: &row.call,
            number: &number,
            party: party.map(PersonLineView::from),
            agent_name: message.agent.as_ref().and_then(|agent| agents.get(agent).cloned()),
            users: &users,
            called_back: called_back.map(|(back, reached)| CalledBackView::of(&back, reached, &users)),
            spoke,
            sound: audible(app, tenant, who, &row.call).voicemail,
            can: can(app, tenant, who, message, &number),
            theirs: is_of(message, who.user),
        }));
    }
    shared(app, tenant, who.user, views).await
}

/// The last call back, and whether it reached anybody; `None` while that is not known.
async fn called_back(
    moment: &mut dyn Snapshot,
    tenant: &Tenant,
    message: &Message,
) -> Result<Option<(CalledBack, Option<bool>)>, OpError> {
    let Some(back) = message.called_back else { return Ok(None) };
    let call = match moment.dial(back.engagement).await? {
        Some(dial) => moment.call(dial.call_of(tenant.id, id_time(&Dial::leg(dial.id)))).await?,
        None => None,
    };
    let known = |call: &CallRecord| call.ended_at.is_some() || call.answered_at.is_some();
    Ok(Some((back, call.filter(known).map(|call| call.answered_at.is_some()))))
}

/// The last time that somebody talked to the caller since they left the message, so that nobody calls them twice.
async fn spoke_since(
    app: &App,
    tenant: &Tenant,
    message: &Message,
    call: &CallRecord,
    agents: &AgentNames,
) -> Result<Option<SpokeView>, OpError> {
    let number = call.customer_number().filter(|_| message.waits());
    let number = number.and_then(|text| WrittenNumber::read(text, tenant.settings.region).ok());
    let Some(number) = number else { return Ok(None) };
    let filter = ActivityFilter {
        from: Some(message.left_at),
        number: Some(number),
        kinds: vec![CallType::Inbound, CallType::Outbound],
        ..ActivityFilter::default()
    };
    let page = app.store.list_activities(tenant.id, &filter, None, 1, LOOK_AT_MOST).await?;
    Ok(page.rows.first().map(|ActivityRow { activity, call }| {
        let agent = activity.agent_in(call);
        SpokeView::of(call, agent, agent.and_then(|agent| agents.get(agent)))
    }))
}

fn is_of(message: &Message, user: UserId) -> bool {
    matches!(message.state, MessageState::Taken { by, .. } if by == user)
}

/// What `who` may do with it now, by the very rules that decide when they do.
fn can(app: &App, tenant: &Tenant, who: &Corrector, message: &Message, number: &OtherParty) -> CanView {
    let doer = Doer { user: who.user, role: who.role, at: app.around.now(), entry: AuditId(Uuid::nil()) };
    let today = done_today(app, tenant, message);
    let may = |step: &Step| matches!(work::step(message, step, &doer, message.revision, today), Ok(Some(_)));
    let nobody = EngagementKey(Uuid::nil());
    let dials = who.agent.is_some() && matches!(number, OtherParty::Number(_) | OtherParty::Internal { .. });
    CanView {
        take: may(&Step::Take),
        give_back: may(&Step::GiveBack),
        finish: may(&Step::Done(How::ReachedOtherwise)),
        reopen: may(&Step::Reopen),
        call_back: dials && work::call_back(message, nobody, &doer).is_ok(),
    }
}
