//! Listening in on a call that goes on: who may, on whom, and by which leg. The name of that leg is of our making and
//! says all that a restart has to know. Telling the phone system is not here.

use crate::account::Role;
use crate::call::{CallRecord, CallState, Engagement, Via};
use crate::centre::ListeningPolicy;
use crate::id::{AgentKey, At, AuditId, CallKey, EngagementKey, TenantId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the names of such legs begin with; how, and the id of the entry in the change log, follow.
const LEG_PREFIX: &str = "ear-";

/// How somebody listens in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Nobody hears them.
    Listen,
    /// The agent hears them, and the other party does not.
    Whisper,
    /// Both hear them.
    Barge,
}

impl How {
    /// All that there are.
    pub const ALL: [How; 3] = [How::Listen, How::Whisper, How::Barge];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            How::Listen => "listen",
            How::Whisper => "whisper",
            How::Barge => "barge",
        }
    }
}

/// Somebody's leg by which they listen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ear {
    /// How.
    pub how: How,
    /// The entry in the change log that says who, and on which call.
    pub entry: AuditId,
}

impl Ear {
    /// The name that the phone system is to give to the leg.
    pub fn leg(&self) -> String {
        format!("{LEG_PREFIX}{}-{}", self.how.word(), self.entry)
    }

    /// What the name of a leg says, where it is one of these.
    pub fn of_leg(leg: &str) -> Option<Ear> {
        let rest = leg.strip_prefix(LEG_PREFIX)?;
        let (how, id) = rest.split_once('-')?;
        let how = How::ALL.into_iter().find(|known| known.word() == how)?;
        Some(Ear { how, entry: AuditId(Uuid::parse_str(id).ok()?) })
    }

    /// The id of the call that this leg makes, whose time is `time` to the millisecond.
    pub fn call_of(&self, tenant: TenantId, source: &str, time: Option<At>) -> CallKey {
        CallKey::derived(tenant, source, &self.leg(), time)
    }

    /// The id of the only part of that call.
    pub fn engagement_of(&self, tenant: TenantId, source: &str, time: Option<At>) -> EngagementKey {
        EngagementKey::derived(tenant, source, &self.leg(), 0, time)
    }
}

/// Why somebody cannot listen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarRefused {
    /// It is not for their role.
    Forbidden,
    /// They are on a call, or their phone rings.
    Busy,
    /// It is a call of their own.
    OwnCall,
    /// Nobody talks there.
    NobodyTalks,
}

/// Somebody who wants to listen in.
#[derive(Clone, Copy, Debug)]
pub struct Listener<'a> {
    /// What they may do.
    pub role: Role,
    /// The agent they are.
    pub agent: &'a AgentKey,
    /// Their own parts of calls that go on.
    pub own: &'a [Engagement],
}

/// Whether somebody may listen to this part of a call.
///
/// # Errors
/// They may not, or it cannot be listened to.
pub fn may_listen(
    policy: &ListeningPolicy,
    listener: &Listener<'_>,
    call: &CallRecord,
    part: &Engagement,
) -> Result<(), EarRefused> {
    if !policy.who.has(listener.role) {
        return Err(EarRefused::Forbidden);
    }
    let takes_part = |one: &Engagement| one.agent == *listener.agent && one.ended_at.is_none();
    if part.agent == *listener.agent || call.engagements.iter().any(takes_part) {
        return Err(EarRefused::OwnCall);
    }
    if !can_be_heard(call, part) {
        return Err(EarRefused::NobodyTalks);
    }
    // Who listens already may do so otherwise, or to another call.
    if listener.own.iter().any(|part| part.ended_at.is_none() && part.via != Via::Listening) {
        return Err(EarRefused::Busy);
    }
    Ok(())
}

/// Whether somebody talks on this part of a call, with a customer or a colleague.
pub fn can_be_heard(call: &CallRecord, part: &Engagement) -> bool {
    call.state == CallState::Live
        && part.via != Via::Listening
        && part.answered_at.is_some()
        && part.ended_at.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::sample;
    use crate::centre::WhoListens;

    fn part(agent: &str, via: Via, answered: bool, over: bool) -> Engagement {
        let (answered_at, ended_at) = (answered.then_some(At(1)), over.then_some(At(2)));
        Engagement { via, answered_at, ended_at, ..sample::part(1, agent) }
    }

    fn call(engagements: Vec<Engagement>) -> CallRecord {
        CallRecord { state: CallState::Live, ended_at: None, ..sample::ended_call(engagements) }
    }

    #[test]
    fn a_leg_says_how_and_by_which_entry_somebody_listens_in() {
        for how in How::ALL {
            let ear = Ear { how, entry: AuditId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)) };
            assert_eq!(Ear::of_leg(&ear.leg()), Some(ear));
        }
        for other in ["ear-", "ear-listen-", "ear-shout-01900000-0000-7000-8000-000000000001", "1795350690.3"]
        {
            assert_eq!(Ear::of_leg(other), None, "{other}");
        }
    }

    #[test]
    fn nobody_listens_to_their_own_call_or_where_nobody_talks_or_while_they_are_on_another() {
        use EarRefused::{Busy, Forbidden, NobodyTalks, OwnCall};
        let talks = || part("1001", Via::Queue, true, false);
        let (none, rings) = (Vec::new(), vec![part("1003", Via::Queue, false, false)]);
        let listens = vec![part("1003", Via::Listening, true, false)];
        // the parts of the call, of which the first is listened to; what the listener does; their role; what comes of it
        let table = [
            (vec![talks()], &none, Role::Supervisor, Ok(())),
            (vec![talks()], &none, Role::Agent, Err(Forbidden)),
            (vec![talks()], &listens, Role::Admin, Ok(())),
            (vec![talks()], &rings, Role::Supervisor, Err(Busy)),
            (vec![part("1003", Via::Queue, true, false)], &none, Role::Supervisor, Err(OwnCall)),
            (
                vec![talks(), part("1003", Via::Conference, true, false)],
                &none,
                Role::Supervisor,
                Err(OwnCall),
            ),
            (vec![talks(), part("1003", Via::Queue, true, true)], &none, Role::Supervisor, Ok(())),
            (vec![part("1001", Via::Queue, false, false)], &none, Role::Supervisor, Err(NobodyTalks)),
            (vec![part("1001", Via::Queue, true, true)], &none, Role::Supervisor, Err(NobodyTalks)),
            (vec![part("1001", Via::Listening, true, false)], &none, Role::Supervisor, Err(NobodyTalks)),
        ];
        let agent = AgentKey("1003".to_owned());
        for (parts, own, role, expected) in table {
            let call = call(parts);
            let listener = Listener { role, agent: &agent, own };
            let found = may_listen(&ListeningPolicy::default(), &listener, &call, &call.engagements[0]);
            assert_eq!(found, expected, "{call:?} {own:?} {role:?}");
        }
        let call = call(vec![talks()]);
        let listener = Listener { role: Role::Admin, agent: &agent, own: &none };
        let nobody = ListeningPolicy { who: WhoListens::Nobody, ..ListeningPolicy::default() };
        assert_eq!(may_listen(&nobody, &listener, &call, &call.engagements[0]), Err(Forbidden));
    }
}
