//! The inbox of wrap-ups as the API shows it.

use super::{CallFactsView, PersonLineView};
use crate::clock::rfc3339;
use domain::call::CallRecord;
use domain::centre::inbox::waits;
use domain::centre::{AcwPolicy, InboxPolicy};
use domain::id::{At, UserId};
use domain::phone::OtherParty;
use domain::wrapup::timer::is_late;
use domain::wrapup::{Draft, Wrapup, WrapupState};
use serde::{Deserialize, Serialize};
use store::{WaitingSince, WrapupTally};
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a wrap-up of the inbox stands. One that is released is never late: nobody waits for its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InboxState {
    /// Keeps queue calls away, and has time left.
    Open,
    /// Keeps queue calls away, and its time is up.
    Late,
    /// Its agent is free and owes it all the same.
    Released,
    /// Closed by the timer.
    Undispositioned,
}

impl InboxState {
    /// Where `wrapup` stands at `now`.
    pub fn of(wrapup: &Wrapup, policy: &AcwPolicy, now: At) -> Self {
        match wrapup.state {
            WrapupState::Undispositioned => InboxState::Undispositioned,
            _ if wrapup.released.is_some() => InboxState::Released,
            _ if is_late(wrapup, policy, now) => InboxState::Late,
            _ => InboxState::Open,
        }
    }
}

/// What waits for an agent, and how much may (P12).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct InboxStandingView {
    /// Whether the agent may put a wrap-up aside, as far as the settings say.
    pub put_aside: bool,
    /// How many wait; those that keep calls away do not.
    pub waiting: usize,
    /// How many may wait while the agent takes calls; null: any number.
    pub most: Option<u32>,
    /// Whether some have to be submitted before calls are offered again.
    pub full: bool,
    /// From when on the agent is reminded of them; null: never.
    pub remind_at: Option<String>,
}

impl InboxStandingView {
    /// Of an agent who owes these.
    pub fn of(policy: &InboxPolicy, owed: &[Wrapup], full: bool) -> Self {
        InboxStandingView {
            put_aside: policy.put_aside,
            waiting: owed.iter().filter(|wrapup| waits(wrapup)).count(),
            most: policy.most,
            full,
            remind_at: policy.remind_at(owed).map(rfc3339),
        }
    }
}

/// What became of one wrap-up of several that were finished together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FinishedView {
    /// The wrap-up.
    pub id: Uuid,
    /// Why it stays as it is: an error's code; null: it is submitted.
    pub refused: Option<String>,
}

/// How many wrap-ups of the inbox stand where, each by the rule of [`InboxState::of`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct InboxCounts {
    /// Keep queue calls away, and have time left.
    pub open: u64,
    /// Keep queue calls away, and their time is up.
    pub late: u64,
    /// Their agents are free and owe them all the same.
    pub released: u64,
    /// Closed by the timer.
    pub undispositioned: u64,
}

impl InboxCounts {
    /// Where those of the tally stand at `now`.
    pub fn of(tally: &WrapupTally, policy: &AcwPolicy, now: At) -> Self {
        let up = |one: &&WaitingSince| policy.is_up(one.opened_at, one.extensions, now);
        let late = tally.waiting.iter().filter(up).count();
        InboxCounts {
            open: (tally.waiting.len() - late) as u64,
            late: late as u64,
            released: tally.released,
            undispositioned: tally.undispositioned,
        }
    }
}

/// A user by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct UserNameView {
    /// The user.
    pub id: Uuid,
    /// Their name; empty where they are no more.
    pub name: String,
}

/// When, by whom and why an agent was freed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReleasedView {
    /// When.
    pub at: String,
    /// Who; null: the timer.
    pub by: Option<UserNameView>,
    /// Why, where a supervisor did it.
    pub reason: Option<String>,
}

/// A wrap-up that is there to submit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct InboxLineView {
    /// Its id.
    pub id: Uuid,
    /// Who owes it.
    pub agent: String,
    /// Their name; null where no user is that agent.
    pub agent_name: Option<String>,
    /// Where it stands.
    pub state: InboxState,
    /// The call.
    pub call: CallFactsView,
    /// Whom it would be logged on as it stands.
    pub party: Option<PersonLineView>,
    /// `chosen`, `clicked` or `matched`.
    pub party_by: Option<String>,
    /// Since when it is owed.
    pub opened_at: String,
    /// When its time is up; null where there is no end to it, or nobody waits for it.
    pub deadline: Option<String>,
    /// When the timer closed it.
    pub closed_at: Option<String>,
    /// Whether its agent has entered anything.
    pub has_draft: bool,
    /// When, by whom and why its agent was freed.
    pub released: Option<ReleasedView>,
    /// Whether ring groups leave its agent alone though they are freed of it, or would be: more wait in their inbox than may, or
    /// wait for too long.
    pub inbox_full: bool,
}

impl InboxLineView {
    /// The line without anybody's name: these are read elsewhere.
    pub fn of(wrapup: &Wrapup, call: &CallRecord, number: &OtherParty, policy: &AcwPolicy, now: At) -> Self {
        let state = InboxState::of(wrapup, policy, now);
        let timed = matches!(state, InboxState::Open | InboxState::Late);
        let nothing = Draft { revision: wrapup.draft.revision, ..Draft::default() };
        let name = |user: UserId| UserNameView { id: user.0, name: String::new() };
        InboxLineView {
            id: wrapup.key.0,
            agent: wrapup.agent.0.clone(),
            agent_name: None,
            state,
            call: CallFactsView::of(call, number),
            party: None,
            party_by: None,
            opened_at: rfc3339(wrapup.opened_at.unwrap_or(call.started_at)),
            deadline: policy.deadline_of(wrapup).filter(|_| timed).map(rfc3339),
            closed_at: wrapup.closed_at.map(rfc3339),
            has_draft: wrapup.draft != nothing,
            released: wrapup.released.as_ref().map(|released| ReleasedView {
                at: rfc3339(released.at),
                by: released.by.map(name),
                reason: released.reason.clone(),
            }),
            inbox_full: false,
        }
    }

    /// Names whoever released it.
    pub fn released_by(&mut self, name: impl Fn(UserId) -> String) {
        if let Some(by) = self.released.as_mut().and_then(|released| released.by.as_mut()) {
            by.name = name(UserId(by.id));
        }
    }
}
