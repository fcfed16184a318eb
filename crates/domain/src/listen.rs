//! Who may listen to what was recorded of a call. Where the files are is not here.

use crate::account::Role;
use crate::call::CallRecord;
use crate::id::AgentKey;

/// Somebody who wants to listen.
#[derive(Clone, Copy, Debug)]
pub struct Listener<'a> {
    /// What they may do.
    pub role: Role,
    /// The agent they are.
    pub agent: Option<&'a AgentKey>,
    /// The ring groups they are in.
    pub ring_groups: &'a [String],
}

impl Listener<'_> {
    /// Whether they may listen to the recording of the conversation: its agents, and supervisors.
    pub fn may_hear_recording(&self, call: &CallRecord) -> bool {
        self.role >= Role::Supervisor || self.was_part_of(call)
    }

    /// Whether they may listen to the message that was left: it is the whole ring group's to deal with, or the agent's who
    /// was called, and supervisors'.
    pub fn may_hear_voicemail(&self, call: &CallRecord) -> bool {
        let in_group = self.agent.is_some()
            && call.ring_group.as_ref().is_some_and(|group| self.ring_groups.contains(group));
        self.role >= Role::Supervisor || in_group || self.was_part_of(call)
    }

    fn was_part_of(&self, call: &CallRecord) -> bool {
        self.agent.is_some_and(|agent| call.engagements.iter().any(|part| part.agent == *agent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{CallRecord, CallState, Direction, Engagement, Via};
    use crate::id::{At, CallKey, EngagementKey, TenantId};

    fn call(agents: &[&str]) -> CallRecord {
        let part = |agent: &&str| Engagement {
            key: EngagementKey::derived(TenantId(1), "pbx", agent, 0, None),
            agent: AgentKey((*agent).to_owned()),
            via: Via::Queue,
            result: None,
            offered_at: At(0),
            answered_at: None,
            ended_at: None,
            hold_ms: 0,
            on_hold: false,
            wrapup: false,
        };
        CallRecord {
            key: CallKey::derived(TenantId(1), "pbx", "1.1", None),
            source: "pbx".to_owned(),
            state: CallState::Ended,
            kind: None,
            direction: Direction::Inbound,
            from: None,
            to: None,
            did: None,
            ring_group: Some("Sales".to_owned()),
            started_at: At(0),
            answered_at: None,
            ended_at: None,
            waiting_since: None,
            wait_ms: None,
            talk_ms: 0,
            hold_ms: 0,
            recording: None,
            voicemail: None,
            hung_up_by: None,
            no_activity: None,
            inferred: false,
            explanation: Vec::new(),
            engagements: agents.iter().map(part).collect(),
        }
    }

    #[test]
    fn recordings_are_heard_by_the_agents_of_the_call_and_messages_by_their_ring_group() {
        let (ana, sales, support) =
            (AgentKey("1001".to_owned()), ["Sales".to_owned()], ["Support".to_owned()]);
        // role, agent, in which ring groups, whether part of the call: hears recording, voicemail
        let table = [
            (Role::Agent, Some(&ana), &sales, true, (true, true)),
            (Role::Agent, Some(&ana), &support, true, (true, true)),
            (Role::Agent, Some(&ana), &sales, false, (false, true)),
            (Role::Agent, Some(&ana), &support, false, (false, false)),
            (Role::Agent, None, &sales, false, (false, false)),
            (Role::Supervisor, None, &support, false, (true, true)),
            (Role::Admin, None, &support, false, (true, true)),
        ];
        for (role, agent, ring_groups, took_part, expected) in table {
            let call = call(if took_part { &["1001"] } else { &["1002"] });
            let listener = Listener { role, agent, ring_groups };
            let hears = (listener.may_hear_recording(&call), listener.may_hear_voicemail(&call));
            assert_eq!(hears, expected, "{role:?} {agent:?} {ring_groups:?} {took_part}");
        }
    }
}
