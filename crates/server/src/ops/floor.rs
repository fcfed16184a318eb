//! `floor`: what every agent is doing, who waits in ring groups and what is too long, of one moment of what is committed.
//! However many agents there are, it is a handful of reads.

use super::control::listenable;
use super::ear::{listeners, listens};
use super::{OpError, lookup};
use crate::app::{App, Rules, Tenant};
use crate::channels::Channel;
use crate::clock::rfc3339;
use crate::view::{
    AlertView, CallFactsView, FloorAgentView, FloorCallView, FloorGroupView, FloorView, ListenerView,
    WaitingView, word,
};
use domain::alert::{Alert, AlertAbout, alerts};
use domain::call::{CallRecord, Direction, Engagement, Via};
use domain::duty::{AgentMode, Mode, duty};
use domain::id::{AgentKey, At, EngagementKey};
use domain::wrapup::Wrapup;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{FloorRows, MAX_FLOOR_ROWS};
use telephony::ami::id_time;

/// Most agents that are shown, by name.
const MAX_AGENTS: usize = 5_000;

/// Reads it.
///
/// # Errors
/// The store cannot read.
pub async fn floor(app: &App, tenant: &Tenant) -> Result<FloorView, OpError> {
    let users = app.store.users(tenant.id).await?;
    let names: BTreeMap<AgentKey, String> = users
        .into_iter()
        .filter(|user| user.active)
        .filter_map(|user| Some((user.agent?, user.name)))
        .collect();
    let rows = app.store.snapshot(tenant.id).await?.floor(MAX_FLOOR_ROWS).await?;
    let scene = Scene::new(app, tenant, &rows, &names);
    let mut keys: Vec<&AgentKey> = names.keys().chain(scene.parts.keys().copied()).collect();
    keys.extend(scene.owed.keys().copied());
    let mut agents: Vec<FloorAgentView> =
        keys.into_iter().collect::<BTreeSet<_>>().into_iter().map(|agent| scene.agent(agent)).collect();
    let name = |agent: &FloorAgentView| agent.agent_name.as_ref().unwrap_or(&agent.agent).to_lowercase();
    agents.sort_by_cached_key(|agent| (name(agent), agent.agent.clone()));
    let full = [rows.calls.len(), rows.working.len(), rows.modes.len()].contains(&MAX_FLOOR_ROWS);
    let more = full || agents.len() > MAX_AGENTS;
    agents.truncate(MAX_AGENTS);
    let centre = &scene.rules.centre;
    let alerts = alerts(&centre.alerts, &rows.calls, &rows.working);
    Ok(FloorView {
        agents,
        waiting: scene.waiting(),
        ring_groups: scene.groups(),
        alerts: alerts.iter().map(|alert| scene.alert(alert)).collect(),
        who_listens: centre.listening.who,
        more,
    })
}

/// What was read, found by agent.
struct Scene<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    rules: Arc<Rules>,
    rows: &'a FloorRows,
    names: &'a BTreeMap<AgentKey, String>,
    parts: BTreeMap<&'a AgentKey, Vec<(&'a CallRecord, &'a Engagement)>>,
    by_key: BTreeMap<EngagementKey, &'a Engagement>,
    owed: BTreeMap<&'a AgentKey, Vec<Wrapup>>,
    modes: BTreeMap<&'a AgentKey, &'a AgentMode>,
    now: At,
}

impl<'a> Scene<'a> {
    fn new(
        app: &'a App,
        tenant: &'a Tenant,
        rows: &'a FloorRows,
        names: &'a BTreeMap<AgentKey, String>,
    ) -> Self {
        let mut scene = Scene {
            app,
            tenant,
            rules: tenant.rules(),
            rows,
            names,
            parts: BTreeMap::new(),
            by_key: BTreeMap::new(),
            owed: BTreeMap::new(),
            modes: rows.modes.iter().map(|mode| (&mode.agent, mode)).collect(),
            now: app.around.now(),
        };
        for call in &rows.calls {
            for part in call.engagements.iter().filter(|part| part.ended_at.is_none()) {
                scene.parts.entry(&part.agent).or_default().push((call, part));
                scene.by_key.insert(part.key, part);
            }
        }
        for wrapup in rows.working.iter().chain(&rows.waiting) {
            scene.owed.entry(&wrapup.agent).or_default().push(wrapup.clone());
        }
        scene
    }

    fn agent(&self, agent: &AgentKey) -> FloorAgentView {
        let parts = self.parts.get(agent).map(Vec::as_slice).unwrap_or_default();
        let owed = self.owed.get(agent).map(Vec::as_slice).unwrap_or_default();
        let never = AgentMode { agent: agent.clone(), mode: Mode::default(), since: At(0), version: 0 };
        let mode = self.modes.get(agent).copied().unwrap_or(&never);
        let inbox = (&self.rules.centre.inbox, self.now);
        let duty = duty(agent, parts.iter().map(|(call, _)| *call), owed, mode, inbox);
        // Whom nobody looks after is free since that was first seen, as their panel says.
        let first_seen = || self.app.hub.idle_since(self.tenant.id, agent, self.now);
        let free = || self.app.hub.free(self.tenant.id, agent).unwrap_or_else(first_seen);
        let (ears, calls): (Vec<_>, Vec<_>) = parts.iter().partition(|(_, part)| part.via == Via::Listening);
        FloorAgentView {
            agent: agent.0.clone(),
            agent_name: self.names.get(agent).cloned(),
            state: word(&duty.state),
            reason: duty.reason.filter(|reason| !reason.is_empty()),
            since: rfc3339(duty.since.unwrap_or_else(free)),
            calls: calls.into_iter().map(|(call, part)| self.call(call, part)).collect(),
            listens_to: ears
                .first()
                .map(|(call, part)| listens(self.app, self.tenant, call, part, self.names)),
        }
    }

    fn call(&self, call: &CallRecord, part: &Engagement) -> FloorCallView {
        let state = match part.answered_at {
            Some(_) if part.on_hold => "held",
            Some(_) => "connected",
            None if part.via == Via::Outbound => "connected",
            None => "ringing",
        };
        let channel = self.channel(call, part);
        let listeners = channel.as_ref().map(|channel| self.listeners(call, channel)).unwrap_or_default();
        FloorCallView {
            engagement: part.key.0,
            call: call.key.0,
            direction: word(&call.direction),
            state: state.to_owned(),
            via: word(&part.via),
            number_display: self.colleague(call, part).or_else(|| self.number(call)),
            party: self.rows.parties.get(&call.key).cloned(),
            ring_group: call.ring_group.clone(),
            since: rfc3339(part.answered_at.unwrap_or(part.offered_at)),
            can_listen: channel.is_some() && listenable(self.app, self.tenant, call, part),
            listeners,
        }
    }

    fn channel(&self, call: &CallRecord, part: &Engagement) -> Option<Channel> {
        let keys = (call.key, part.key);
        self.app.channels.of_part(self.tenant.id, &call.source, &part.agent, keys)
    }

    fn listeners(&self, call: &CallRecord, channel: &Channel) -> Vec<ListenerView> {
        let ears = listeners(self.app, self.tenant, &call.source, channel, self.names);
        let since = |leg: &str| {
            let key = EngagementKey::derived(self.tenant.id, &call.source, leg, 0, id_time(leg));
            self.by_key.get(&key).and_then(|part| part.answered_at).map(rfc3339)
        };
        ears.into_iter().map(|(leg, listener)| ListenerView { since: since(&leg), ..listener }).collect()
    }

    /// Of a call among agents, with whom this part of it is.
    fn colleague(&self, call: &CallRecord, part: &Engagement) -> Option<String> {
        let among = call.direction == Direction::Internal;
        let other = call.engagements.iter().find(|one| among && one.agent != part.agent)?;
        Some(self.names.get(&other.agent).unwrap_or(&other.agent.0).clone())
    }

    fn number(&self, call: &CallRecord) -> Option<String> {
        let number = CallFactsView::of(call, &lookup::party_of(&self.rules, call)).number_display;
        // Of a call among agents there is no other party: it is with whoever was dialled.
        number.or_else(|| call.to.clone().filter(|_| call.direction == Direction::Internal))
    }

    fn waiting(&self) -> Vec<WaitingView> {
        let mut waiting: Vec<(At, &CallRecord)> =
            self.rows.calls.iter().filter_map(|call| Some((call.waiting_since?, call))).collect();
        waiting.sort_by_key(|(since, call)| (*since, call.key));
        let rings = |part: &&Engagement| part.result.is_none() && part.ended_at.is_none();
        let view = |(since, call): (At, &CallRecord)| WaitingView {
            call: call.key.0,
            since: rfc3339(since),
            ring_group: call.ring_group.clone(),
            number_display: self.number(call),
            party: self.rows.parties.get(&call.key).cloned(),
            rings_at: call.engagements.iter().filter(rings).count(),
        };
        waiting.into_iter().map(view).collect()
    }

    fn groups(&self) -> Vec<FloorGroupView> {
        let mut groups: BTreeMap<&str, (Vec<At>, usize)> =
            self.rules.centre.ring_groups.iter().map(|group| (group.key.as_str(), (Vec::new(), 0))).collect();
        for call in &self.rows.calls {
            let Some(group) = &call.ring_group else { continue };
            let talks = |part: &Engagement| part.answered_at.is_some() && part.ended_at.is_none();
            let (waiting, talking) = groups.entry(group).or_default();
            waiting.extend(call.waiting_since);
            *talking += usize::from(call.engagements.iter().any(talks));
        }
        let view = |(group, (waiting, talking)): (&str, (Vec<At>, usize))| FloorGroupView {
            ring_group: group.to_owned(),
            waiting: waiting.len(),
            waiting_since: waiting.iter().min().copied().map(rfc3339),
            talking,
        };
        groups.into_iter().map(view).collect()
    }

    fn alert(&self, alert: &Alert) -> AlertView {
        let (from, since) = (rfc3339(alert.from), rfc3339(alert.since));
        match &alert.about {
            AlertAbout::AcwOverrun { agent, wrapup } => AlertView {
                kind: "acw_overrun".to_owned(),
                from,
                since,
                agent: Some(agent.0.clone()),
                agent_name: self.names.get(agent).cloned(),
                wrapup: Some(wrapup.0),
                call: None,
                ring_group: None,
                number_display: None,
            },
            AlertAbout::LongWait { call } => {
                let found = self.rows.calls.iter().find(|one| one.key == *call);
                AlertView {
                    kind: "long_wait".to_owned(),
                    from,
                    since,
                    agent: None,
                    agent_name: None,
                    wrapup: None,
                    call: Some(call.0),
                    ring_group: found.and_then(|call| call.ring_group.clone()),
                    number_display: found.and_then(|call| self.number(call)),
                }
            }
        }
    }
}
