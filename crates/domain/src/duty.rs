//! What an agent is doing, and whether ring groups may offer them calls (P12). It follows from what is stored:
//! their parts of living calls, the wrap-ups they owe, and what they last said of themselves. Telling the phone
//! system is not here.

use crate::call::{CallRecord, Engagement, Via};
use crate::centre::InboxPolicy;
use crate::id::{AgentKey, At};
use crate::wrapup::{Wrapup, WrapupState};
use serde::{Deserialize, Serialize};

/// Longest reason for being away, in characters.
pub const MAX_AWAY_CHARS: usize = 80;

/// What an agent last said of themselves, or what the rules said for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Mode {
    /// Takes calls.
    #[default]
    Available,
    /// Takes none.
    Away {
        /// Why, as the centre's settings word it.
        reason: String,
    },
    /// Has submitted and takes none until they say so (a setting).
    Holding,
}

/// An agent's mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentMode {
    /// The agent.
    pub agent: AgentKey,
    /// The mode.
    pub mode: Mode,
    /// Since when.
    pub since: At,
    /// Counts changes, from 1; 0 where nothing was ever said.
    pub version: u64,
}

/// What an agent is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Free, and takes calls.
    Available,
    /// Their phone rings.
    Ringing,
    /// Talks, or dials.
    OnCall,
    /// Owes a wrap-up that keeps calls away.
    AfterCallWork,
    /// Takes no calls, as they said.
    Away,
}

/// An agent's state, and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What they are doing.
    pub state: AgentState,
    /// Since when; `None`: since whenever that was first seen.
    pub since: Option<At>,
    /// Why they are away.
    pub reason: Option<String>,
    /// Whether ring groups must leave them alone, and why.
    pub paused: Option<Pause>,
    /// The same for ring groups that offer nothing by themselves for some seconds after a call, and so need not be told
    /// before it is over.
    pub paused_once_over: Option<Pause>,
    /// Whether they have more waiting than may wait while they take calls.
    pub inbox_full: bool,
}

/// Why ring groups leave an agent alone. The phone system is told the code, and a pause with another reason is
/// somebody else's: it is never undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pause {
    /// Talks to a customer whom they will have to sum up, or sums up.
    AfterCallWork,
    /// Said so.
    Away,
    /// Has more waiting in their inbox than may wait while they take calls.
    Inbox,
    /// Listens in on a call.
    Listening,
}

impl Pause {
    /// What every pause of ours begins with.
    pub const PREFIX: &'static str = "bitacora:";

    /// The reason as the phone system is told it.
    pub fn code(self) -> &'static str {
        match self {
            Pause::AfterCallWork => "bitacora:acw",
            Pause::Away => "bitacora:away",
            Pause::Inbox => "bitacora:inbox",
            Pause::Listening => "bitacora:listening",
        }
    }
}

/// What follows for an agent from their living calls, the wrap-ups they owe and their mode.
pub fn duty<'a>(
    agent: &AgentKey,
    live: impl IntoIterator<Item = &'a CallRecord>,
    owed: &[Wrapup],
    mode: &AgentMode,
    (inbox, now): (&InboxPolicy, At),
) -> Duty {
    let parts: Vec<&Engagement> = live
        .into_iter()
        .flat_map(|call| &call.engagements)
        .filter(|part| part.agent == *agent && part.ended_at.is_none())
        .collect();
    let owes = |wrapup: &&Wrapup| wrapup.state == WrapupState::Open && wrapup.released.is_none();
    let working = owed.iter().filter(owes).filter_map(|wrapup| wrapup.opened_at).min();
    let full = inbox.full_since(owed, now);
    let talks = |part: &&&Engagement| part.answered_at.is_some();
    let away = match &mode.mode {
        Mode::Available => None,
        Mode::Away { reason } => Some(reason.clone()),
        Mode::Holding => Some(String::new()),
    };
    // Paused from the moment they are connected: a queue looks for agents every few seconds, and one that looks
    // between the end of the call and the pause would ring (facts of P12). Consulted agents owe nothing.
    let will_owe = parts.iter().filter(talks).any(|part| part.wrapup);
    // From when their phone begins to ring for it: a call that a ring group offers meanwhile would be missed.
    let listens = parts.iter().any(|part| part.via == Via::Listening);
    let pause = |by_work: bool| match (by_work, &away) {
        (true, _) => Some(Pause::AfterCallWork),
        (false, Some(_)) => Some(Pause::Away),
        (false, None) if full.is_some() => Some(Pause::Inbox),
        (false, None) => listens.then_some(Pause::Listening),
    };
    let paused = pause(will_owe || working.is_some());
    let paused_once_over = pause(working.is_some());
    let busy =
        parts.iter().filter_map(|part| part.answered_at.or(dials(part).then_some(part.offered_at))).min();
    let rings = parts.iter().map(|part| part.offered_at).min();
    let (state, since) = match (busy, rings, working, &away) {
        (Some(at), ..) => (AgentState::OnCall, Some(at)),
        (None, Some(at), ..) => (AgentState::Ringing, Some(at)),
        (None, None, Some(at), _) => (AgentState::AfterCallWork, Some(at)),
        (None, None, None, Some(_)) => (AgentState::Away, Some(mode.since)),
        (None, None, None, None) => match full {
            Some(at) => (AgentState::AfterCallWork, Some(at)),
            None => (AgentState::Available, None),
        },
    };
    let reason = away.filter(|_| state == AgentState::Away);
    let inbox_full = full.is_some();
    Duty { state, since, reason, paused, paused_once_over, inbox_full }
}

/// Whether the agent dials out: their own phone is not ringing for anybody else.
fn dials(part: &Engagement) -> bool {
    matches!(part.via, Via::Outbound | Via::Listening)
}
