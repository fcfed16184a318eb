//! What a phone system was told over one connection and has not answered yet. What an action comes to shows in the
//! events that follow; an answer only says whether it was taken.

use crate::phones::{ANSWER_WITHIN, Answer, Telling};
use domain::event::CommandAnswer;
use domain::id::At;
use std::collections::BTreeMap;
use telephony::ami::actions::BadValue;
use tokio::sync::oneshot;

/// What of an action was not answered by then is not known: it is never told again by itself, which could dial twice.
const ANSWER_WITHIN_MS: i64 = ANSWER_WITHIN.as_millis() as i64;
/// Most actions whose answers are waited for; of more it is not known what came of them.
const MAX_AWAITED: usize = 1_024;
/// What the ids of our own choosing begin with.
const ID_PREFIX: &str = "bitacora-";

/// Actions of one connection that wait for their answers.
#[derive(Debug, Default)]
pub struct Answers {
    last: u64,
    awaited: BTreeMap<String, Awaited>,
}

#[derive(Debug)]
struct Awaited {
    action: &'static str,
    sent_at: At,
    /// Who waits for it.
    asker: Option<oneshot::Sender<Answer>>,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It does what it was told.
    Taken {
        /// By how much its clock is ahead of ours, in milliseconds, where it told the time.
        ahead_ms: Option<i64>,
    },
    /// It does not.
    Refused {
        /// The kind of action.
        action: &'static str,
        /// Why not, in its own words.
        why: String,
    },
}

impl Answers {
    /// The bytes of an action that is sent now.
    ///
    /// # Errors
    /// Its id does not fit.
    pub fn send(&mut self, telling: Telling, now: At) -> Result<Vec<u8>, BadValue> {
        self.last += 1;
        let Telling { action, asker } = telling;
        let id = action.id().map_or_else(|| format!("{ID_PREFIX}{}", self.last), str::to_owned);
        let bytes = action.bytes(&id)?;
        if self.awaited.len() < MAX_AWAITED {
            self.awaited.insert(id, Awaited { action: action.name(), sent_at: now, asker });
        }
        Ok(bytes)
    }

    /// Takes in an answer that was received now; `None`: nobody waits for it.
    pub fn answered(&mut self, answer: CommandAnswer, now: At) -> Option<Answered> {
        let Awaited { action, sent_at, asker } = self.awaited.remove(&answer.command)?;
        if let Some(asker) = asker {
            // Who asked may have given up waiting.
            let _ = asker.send(answer.refused.clone().map_or(Ok(answer.value), Err));
        }
        Some(match answer.refused {
            Some(why) => Answered::Refused { action, why },
            // It was asked and answered at some moment in between.
            None => {
                let between = At(sent_at.0 + (now.0 - sent_at.0) / 2);
                Answered::Taken { ahead_ms: answer.at.map(|at| at.millis_since(between)) }
            }
        })
    }

    /// The kinds of those that should have been answered by now; they are not waited for any longer.
    pub fn overdue(&mut self, now: At) -> Vec<&'static str> {
        let mut overdue = Vec::new();
        self.awaited.retain(|_, awaited| {
            let late = now.millis_since(awaited.sent_at) >= ANSWER_WITHIN_MS;
            overdue.extend(late.then_some(awaited.action));
            !late
        });
        overdue
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use telephony::ami::actions::{Action, Originate, hang_up, originate, ping};

    fn telling(action: Action) -> Telling {
        Telling { action, asker: None }
    }

    fn answer(command: &str, refused: Option<&str>, at: Option<At>) -> CommandAnswer {
        CommandAnswer { command: command.to_owned(), refused: refused.map(str::to_owned), at, value: None }
    }

    fn id_of(bytes: &[u8]) -> String {
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let line = text.lines().find_map(|line| line.strip_prefix("ActionID: ")).expect("an id");
        line.to_owned()
    }

    #[test]
    fn each_action_has_an_id_of_its_own_and_a_click_the_name_of_its_leg() {
        let mut answers = Answers::default();
        let first = id_of(&answers.send(telling(ping()), At(0)).expect("bytes"));
        assert_ne!(first, id_of(&answers.send(telling(ping()), At(0)).expect("bytes")));
        let dial =
            Originate { endpoint: "PJSIP/1001", leg: "cti-7", number: "600", context: "out", ring_ms: 1 };
        let dial = originate(&dial).expect("an action");
        assert_eq!(id_of(&answers.send(telling(dial), At(0)).expect("bytes")), "cti-7");
    }

    #[test]
    fn its_clock_is_compared_with_the_middle_of_asking_and_hearing() {
        let mut answers = Answers::default();
        let id = id_of(&answers.send(telling(ping()), At(1_000_000)).expect("bytes"));
        let ahead = answers.answered(answer(&id, None, Some(At(4_010_000))), At(1_020_000));
        assert_eq!(ahead, Some(Answered::Taken { ahead_ms: Some(3_000) }));
        assert_eq!(answers.answered(answer(&id, None, None), At(1_030_000)), None, "it was answered");
    }

    #[test]
    fn a_refusal_says_of_what_and_why() {
        let mut answers = Answers::default();
        let id =
            id_of(&answers.send(telling(hang_up("PJSIP/1001-1").expect("an action")), At(0)).expect("bytes"));
        let why = "No such channel".to_owned();
        assert_eq!(
            answers.answered(answer(&id, Some(&why), None), At(1)),
            Some(Answered::Refused { action: "Hangup", why })
        );
        assert_eq!(answers.answered(answer("somebody-elses", None, None), At(1)), None);
    }

    #[test]
    fn who_waits_for_an_answer_gets_it_or_learns_that_there_is_none() {
        let mut answers = Answers::default();
        let mut ask = || {
            let (asker, answer) = oneshot::channel();
            let telling = Telling { action: ping(), asker: Some(asker) };
            (id_of(&answers.send(telling, At(0)).expect("bytes")), answer)
        };
        let (taken, refused, silent) = (ask(), ask(), ask());
        let why = "Permission denied";
        answers.answered(answer(&taken.0, None, None), At(1));
        answers.answered(answer(&refused.0, Some(why), None), At(1));
        answers.overdue(At(ANSWER_WITHIN_MS * 1_000));
        let heard = |mut answer: oneshot::Receiver<Answer>| answer.try_recv().ok();
        assert_eq!(heard(taken.1), Some(Ok(None)));
        assert_eq!(heard(refused.1), Some(Err(why.to_owned())));
        assert_eq!(heard(silent.1), None);
    }

    #[test]
    fn what_is_not_answered_in_time_is_said_once_and_an_answer_that_comes_then_is_nothing() {
        let mut answers = Answers::default();
        let id = id_of(&answers.send(telling(ping()), At(0)).expect("bytes"));
        assert_eq!(answers.overdue(At(ANSWER_WITHIN_MS * 1_000 - 1)), Vec::<&str>::new());
        assert_eq!(answers.overdue(At(ANSWER_WITHIN_MS * 1_000)), ["Ping"]);
        assert_eq!(answers.overdue(At(ANSWER_WITHIN_MS * 1_000)), Vec::<&str>::new());
        assert_eq!(answers.answered(answer(&id, None, None), At(ANSWER_WITHIN_MS * 1_000)), None);
    }
}
