//! Follow-ups: what an agent is still to do for somebody, because a call was logged with a code that says so. A call has
//! one at most, under the call's own id, so that nothing said twice makes two. It follows from the code that the Activity has:
//! [`following`] is asked whenever that is written. Nobody makes one by hand.

use crate::activity::Activity;
use crate::audit::FieldChange;
use crate::disposition::{CodeEffects, Label};
use crate::id::{AgentKey, At, CallKey, UserId};
use crate::report::calendar::Day;
use serde::{Deserialize, Serialize};

/// Where a follow-up stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FollowUpState {
    /// It is to be done.
    Open,
    /// Somebody did it.
    Done {
        /// Who.
        by: UserId,
        /// When.
        at: At,
    },
    /// The code of the call was corrected to one without.
    Withdrawn,
}

/// What is still to be done after a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// The call; also its id.
    pub call: CallKey,
    /// Whose it is: the agent whose Log the Activity shows, or to whom it was given.
    pub agent: AgentKey,
    /// The day it is due.
    pub due: Day,
    /// The label of the code that asked for it.
    pub label: Label,
    /// Where it stands.
    pub state: FollowUpState,
    /// Counts changes, from 1.
    pub version: u64,
    /// The agent whose Log asked for it, where it was given to another.
    pub given_from: Option<AgentKey>,
}

/// Why a follow-up is not set to what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FollowUpRefused {
    /// It was changed meanwhile.
    #[error("the follow-up was changed meanwhile")]
    Stale,
    /// It was withdrawn.
    #[error("the follow-up was withdrawn")]
    Withdrawn,
    /// It is done already.
    #[error("the follow-up is done")]
    Done,
}

/// What the follow-up of a call is once its Activity is `now`; `None`: as before. What was done stays done, whatever the
/// code becomes; what was withdrawn comes back with a code that asks for it. What was given to another agent stays theirs as long
/// as the Activity shows the Log that asked for it.
pub fn following(before: Option<&FollowUp>, now: &Activity) -> Option<FollowUp> {
    let asked = now.code.as_ref().and_then(|code| Some((code.effects.follow_up?, &code.label)));
    let wanted = asked.zip(now.agent.as_ref());
    let version = before.map_or(0, |before| before.version) + 1;
    match (before, wanted) {
        (Some(FollowUp { state: FollowUpState::Done { .. }, .. }), _) | (None, None) => None,
        (Some(before), None) => (before.state == FollowUpState::Open).then(|| FollowUp {
            state: FollowUpState::Withdrawn,
            version,
            ..before.clone()
        }),
        (before, Some(((due, label), agent))) => {
            let is_given = |before: &&FollowUp| {
                before.state == FollowUpState::Open && before.given_from.as_ref() == Some(agent)
            };
            let (agent, given_from) = match before.filter(is_given) {
                Some(given) => (given.agent.clone(), given.given_from.clone()),
                None => (agent.clone(), None),
            };
            let (label, state) = (label.clone(), FollowUpState::Open);
            let made = FollowUp { call: now.key, agent, due, label, state, version, given_from };
            let same = before.is_some_and(|before| FollowUp { version, ..before.clone() } == made);
            (!same).then_some(made)
        }
    }
}

impl FollowUp {
    /// Whether it is late on a day.
    pub fn overdue(&self, today: Day) -> bool {
        self.state == FollowUpState::Open && self.due < today
    }

    /// The follow-up once somebody says that it is done, or is to be done after all; `None`: that is so already.
    ///
    /// # Errors
    /// It is not at this version any more, or was withdrawn.
    pub fn set(
        &self,
        version: u64,
        done: bool,
        (by, at): (UserId, At),
    ) -> Result<Option<FollowUp>, FollowUpRefused> {
        let is_done = match self.state {
            FollowUpState::Withdrawn => return Err(FollowUpRefused::Withdrawn),
            FollowUpState::Done { .. } => true,
            FollowUpState::Open => false,
        };
        if is_done == done {
            return Ok(None);
        }
        if self.version != version {
            return Err(FollowUpRefused::Stale);
        }
        let state = if done { FollowUpState::Done { by, at } } else { FollowUpState::Open };
        Ok(Some(FollowUp { state, version: version + 1, ..self.clone() }))
    }
}

impl FollowUp {
    /// The follow-up once it is given to an agent; `None`: it is theirs already.
    ///
    /// # Errors
    /// It is not at this version any more, is done, or was withdrawn.
    pub fn give(&self, version: u64, to: &AgentKey) -> Result<Option<FollowUp>, FollowUpRefused> {
        match self.state {
            FollowUpState::Withdrawn => return Err(FollowUpRefused::Withdrawn),
            FollowUpState::Done { .. } => return Err(FollowUpRefused::Done),
            FollowUpState::Open => {}
        }
        if self.agent == *to {
            return Ok(None);
        }
        if self.version != version {
            return Err(FollowUpRefused::Stale);
        }
        let from = self.given_from.as_ref().unwrap_or(&self.agent);
        let given_from = (from != to).then(|| from.clone());
        Ok(Some(FollowUp { agent: to.clone(), given_from, version: version + 1, ..self.clone() }))
    }
}

/// What differs between what two codes of a call asked for, as the change log has it.
pub fn differences(before: Option<CodeEffects>, after: Option<CodeEffects>) -> Vec<FieldChange> {
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    let mut fields = Vec::new();
    let mut add = |field: &str, before: Option<String>, after: Option<String>| {
        if before != after {
            fields.push(FieldChange { field: field.to_owned(), before, after });
        }
    };
    add("follow_up", day(before.follow_up), day(after.follow_up));
    add("do_not_call", said(before.do_not_call), said(after.do_not_call));
    add("not_final", said(before.not_final), said(after.not_final));
    fields
}

fn said(flag: bool) -> Option<String> {
    flag.then(|| flag.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disposition::LoggedCode;
    use crate::id::CodeId;
    use uuid::Uuid;

    fn activity(follow_up: Option<i32>) -> Activity {
        let label = Label { es: "Volver a llamar".to_owned(), en: "Call back".to_owned() };
        let effects = CodeEffects { follow_up: follow_up.map(Day), ..CodeEffects::default() };
        let code = LoggedCode { id: CodeId(Uuid::from_u128(7)), label, effects };
        let agent = Some(AgentKey("1001".to_owned()));
        Activity { code: Some(code), agent, ..Activity::open(CallKey(Uuid::from_u128(1)), Vec::new()) }
    }

    fn done() -> FollowUpState {
        FollowUpState::Done { by: UserId(Uuid::from_u128(3)), at: At(5) }
    }

    #[test]
    fn a_code_that_asks_for_it_makes_one_follow_up_however_often_it_is_written() {
        let made = following(None, &activity(Some(103))).unwrap();
        assert_eq!((made.due, made.state, made.version), (Day(103), FollowUpState::Open, 1));
        assert_eq!((made.agent.0.as_str(), made.label.en.as_str()), ("1001", "Call back"));
        assert_eq!(following(Some(&made), &activity(Some(103))), None);
        assert_eq!(following(None, &activity(None)), None);
    }

    #[test]
    fn it_is_withdrawn_and_comes_back_with_the_code_and_what_was_done_stays() {
        let made = following(None, &activity(Some(103))).unwrap();
        let withdrawn = following(Some(&made), &activity(None)).unwrap();
        assert_eq!((withdrawn.state, withdrawn.version), (FollowUpState::Withdrawn, 2));
        assert_eq!(following(Some(&withdrawn), &activity(None)), None);
        let again = following(Some(&withdrawn), &activity(Some(110))).unwrap();
        assert_eq!((again.state, again.due, again.version), (FollowUpState::Open, Day(110), 3));
        let moved = following(Some(&again), &activity(Some(111))).unwrap();
        assert_eq!((moved.due, moved.version), (Day(111), 4));
        let done = FollowUp { state: done(), ..made };
        assert_eq!(following(Some(&done), &activity(None)), None);
        assert_eq!(following(Some(&done), &activity(Some(110))), None);
    }

    #[test]
    fn what_was_given_to_another_stays_theirs_while_the_activity_shows_the_same_log() {
        let (ana, ben) = (AgentKey("1001".to_owned()), AgentKey("1002".to_owned()));
        let made = following(None, &activity(Some(103))).unwrap();
        assert_eq!(made.give(1, &ana), Ok(None));
        assert_eq!(made.give(2, &ben), Err(FollowUpRefused::Stale));
        let given = made.give(1, &ben).unwrap().unwrap();
        assert_eq!((&given.agent, &given.given_from, given.version), (&ben, &Some(ana.clone()), 2));
        assert_eq!(following(Some(&given), &activity(Some(103))), None, "nothing of the call changed");
        let moved = following(Some(&given), &activity(Some(104))).unwrap();
        assert_eq!((&moved.agent, moved.due), (&ben, Day(104)));
        // Another agent's Log is what the Activity shows now: it is theirs.
        let cleo = AgentKey("1003".to_owned());
        let other = Activity { agent: Some(cleo.clone()), ..activity(Some(103)) };
        let taken = following(Some(&given), &other).unwrap();
        assert_eq!((&taken.agent, &taken.given_from), (&cleo, &None));
        let back = given.give(2, &ana).unwrap().unwrap();
        assert_eq!((&back.agent, &back.given_from), (&ana, &None));
        let withdrawn = following(Some(&given), &activity(None)).unwrap();
        assert_eq!(withdrawn.give(3, &ana), Err(FollowUpRefused::Withdrawn));
        assert_eq!(following(Some(&withdrawn), &activity(Some(103))).unwrap().agent, ana);
        let ended = FollowUp { state: done(), ..given };
        assert_eq!(ended.give(2, &ana), Err(FollowUpRefused::Done));
    }

    #[test]
    fn it_is_done_once_undone_and_late_only_while_it_is_open() {
        let made = following(None, &activity(Some(103))).unwrap();
        let who = (UserId(Uuid::from_u128(3)), At(5));
        assert!(made.overdue(Day(104)) && !made.overdue(Day(103)));
        assert_eq!(made.set(2, true, who), Err(FollowUpRefused::Stale));
        let ended = made.set(1, true, who).unwrap().unwrap();
        assert_eq!((ended.state, ended.version, ended.overdue(Day(104))), (done(), 2, false));
        assert_eq!(ended.set(1, true, who), Ok(None), "said twice");
        assert_eq!(ended.set(2, false, who).unwrap().unwrap().state, FollowUpState::Open);
        let withdrawn = FollowUp { state: FollowUpState::Withdrawn, ..made };
        assert_eq!(withdrawn.set(1, true, who), Err(FollowUpRefused::Withdrawn));
    }
}
