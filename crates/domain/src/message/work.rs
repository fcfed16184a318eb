//! What people do with a message: one takes it, and gives it back or is done with it; it can be reopened. A call back takes
//! it as well, so that nobody is called by two, and is the end of it once it reached the caller and was logged. Who may see
//! a message is who may hear it ([`crate::listen`]).

use super::{CalledBack, How, MAX_REASON_CHARS, Message, MessageState};
use crate::account::Role;
use crate::audit::{AuditEntry, AuditSubject};
use crate::call::CallRecord;
use crate::commit::{Change, Precondition};
use crate::id::{At, AuditId, EngagementKey, UserId};

/// Why nothing is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefused {
    /// Another one deals with it.
    #[error("another one deals with the message")]
    Taken,
    /// It is dealt with already, in this way or another.
    #[error("the message is dealt with")]
    Done,
    /// Who was done with it may reopen it on the same day, a supervisor always.
    #[error("the message is not theirs to reopen")]
    NotTheirs,
    /// The reason is longer than [`MAX_REASON_CHARS`].
    #[error("the reason is too long")]
    ReasonTooLong,
    /// Somebody did something with it since it was seen.
    #[error("the message was changed meanwhile")]
    Stale,
}

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To deal with it.
    Take,
    /// To leave it to the others.
    GiveBack,
    /// To be done with it.
    Done(How),
    /// To have it dealt with again.
    Reopen,
}

/// Who does it, when, and on what they saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doer {
    /// The user.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// When.
    pub at: At,
    /// The id of the entry in the change log.
    pub entry: AuditId,
}

impl Doer {
    fn leads(&self) -> bool {
        self.role >= Role::Supervisor
    }
}

/// The message as it then is, and what is to be committed, on what; `None` where it is so already.
pub type Decided = Option<(Message, Vec<Precondition>, Vec<Change>)>;

/// Decides a step; `seen` is the revision that it was decided on, `done_today` whether it is still the day on which somebody
/// was done with it.
///
/// # Errors
/// See [`MessageRefused`].
pub fn step(
    message: &Message,
    step: &Step,
    doer: &Doer,
    seen: u64,
    done_today: bool,
) -> Result<Decided, MessageRefused> {
    let theirs = || MessageState::Taken { by: doer.user, at: doer.at };
    let (state, action) = match (step, &message.state) {
        (Step::Take | Step::GiveBack | Step::Done(_), MessageState::Taken { by, .. })
            if *by != doer.user && !doer.leads() =>
        {
            return Err(MessageRefused::Taken);
        }
        (Step::Done(how), MessageState::Done { by, how: was, .. }) if *by == doer.user && how == was => {
            return Ok(None);
        }
        (Step::Take | Step::GiveBack | Step::Done(_), MessageState::Done { .. }) => {
            return Err(MessageRefused::Done);
        }
        (Step::Take, MessageState::Taken { by, .. }) if *by == doer.user => return Ok(None),
        (Step::GiveBack, MessageState::Open)
        | (Step::Reopen, MessageState::Open | MessageState::Taken { .. }) => {
            return Ok(None);
        }
        (Step::Take, _) => (theirs(), "taken"),
        (Step::GiveBack, _) => (MessageState::Open, "given_back"),
        (Step::Done(how), _) => {
            let how = checked(how)?;
            (MessageState::Done { by: doer.user, at: doer.at, how }, "done")
        }
        (Step::Reopen, MessageState::Done { by, .. }) => {
            let own = *by == doer.user;
            let may = doer.leads() || (own && done_today);
            if !may {
                return Err(MessageRefused::NotTheirs);
            }
            (if own { theirs() } else { MessageState::Open }, "reopened")
        }
    };
    if message.revision != seen {
        return Err(MessageRefused::Stale);
    }
    Ok(Some(changed(message, state, doer, action)))
}

/// Somebody calls back: the message is theirs from then on.
///
/// # Errors
/// Another one deals with it, or it is dealt with.
pub fn call_back(
    message: &Message,
    engagement: EngagementKey,
    doer: &Doer,
) -> Result<(Message, Vec<Precondition>, Vec<Change>), MessageRefused> {
    let since = match &message.state {
        MessageState::Open => doer.at,
        MessageState::Taken { by, at } if *by == doer.user => *at,
        MessageState::Taken { .. } if doer.leads() => doer.at,
        MessageState::Taken { .. } => return Err(MessageRefused::Taken),
        MessageState::Done { .. } => return Err(MessageRefused::Done),
    };
    let called_back = Some(CalledBack { engagement, by: doer.user, at: doer.at });
    let noted = Message { called_back, ..message.clone() };
    let (after, _, changes) =
        changed(&noted, MessageState::Taken { by: doer.user, at: since }, doer, "called_back");
    Ok((after, vec![standing(message)], changes))
}

/// A call back was logged: where it reached the caller, that is the end of the message.
pub fn call_back_logged(message: &Message, call: &CallRecord, doer: &Doer) -> Decided {
    if !message.waits() || call.answered_at.is_none() {
        return None;
    }
    let how = How::CalledBack { call: Some(call.key) };
    Some(changed(message, MessageState::Done { by: doer.user, at: doer.at, how }, doer, "done"))
}

fn standing(message: &Message) -> Precondition {
    Precondition::Message { call: message.call, revision: Some(message.revision) }
}

fn changed(
    message: &Message,
    state: MessageState,
    doer: &Doer,
    action: &str,
) -> (Message, Vec<Precondition>, Vec<Change>) {
    let after = Message { state, revision: message.revision + 1, ..message.clone() };
    let entry = AuditEntry {
        id: doer.entry,
        at: doer.at,
        by: Some(doer.user),
        subject: AuditSubject::Message(message.call),
        action: action.to_owned(),
        fields: AuditEntry::differences(&worded(message), &worded(&after)),
    };
    let changes = vec![Change::Message(Box::new(after.clone())), Change::Audit(Box::new(entry))];
    (after, vec![standing(message)], changes)
}

/// What the change log tells of a message.
fn worded(message: &Message) -> [(&'static str, Option<String>); 4] {
    let (state, by, how) = match &message.state {
        MessageState::Open => ("open", None, None),
        MessageState::Taken { by, .. } => ("taken", Some(by.to_string()), None),
        MessageState::Done { by, how, .. } => ("done", Some(by.to_string()), Some(how)),
    };
    let reason = match how {
        Some(How::NoNeed { reason }) => reason.clone(),
        _ => None,
    };
    let how = how.map(|how| how.code().to_owned());
    [("state", Some(state.to_owned())), ("user", by), ("how", how), ("reason", reason)]
}

/// How somebody is done, its reason without blanks around it.
fn checked(how: &How) -> Result<How, MessageRefused> {
    let How::NoNeed { reason: Some(reason) } = how else { return Ok(how.clone()) };
    let reason = reason.trim();
    if reason.chars().count() > MAX_REASON_CHARS {
        return Err(MessageRefused::ReasonTooLong);
    }
    Ok(How::NoNeed { reason: (!reason.is_empty()).then(|| reason.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::*;
    use crate::audit::FieldChange;
    use crate::id::{CallKey, TenantId};
    use uuid::Uuid;

    fn field_of<'a>(changes: &'a [Change], field: &str) -> Option<&'a FieldChange> {
        let fields = changes.iter().find_map(|change| match change {
            Change::Audit(entry) => Some(&entry.fields),
            _ => None,
        });
        fields?.iter().find(|change| change.field == field)
    }

    const ANA: u128 = 1;
    const BEN: u128 = 2;

    fn doer(n: u128, role: Role) -> Doer {
        Doer { user: user(n), role, at: At(50), entry: AuditId(Uuid::nil()) }
    }

    fn taken(by: u128) -> MessageState {
        MessageState::Taken { by: user(by), at: At(10) }
    }

    fn no_need(reason: &str) -> How {
        How::NoNeed { reason: Some(reason.to_owned()) }
    }

    fn done(by: u128) -> MessageState {
        MessageState::Done { by: user(by), at: At(20), how: How::ReachedOtherwise }
    }

    /// What comes of a step, in a word.
    fn comes(state: MessageState, asked: Step, who: &Doer, today: bool) -> String {
        match step(&message(state), &asked, who, 2, today) {
            Err(refused) => format!("{refused:?}"),
            Ok(None) => "as it is".to_owned(),
            Ok(Some((after, ..))) => match after.state {
                MessageState::Open => "open".to_owned(),
                MessageState::Taken { by, .. } if by == user(ANA) => "Ana's".to_owned(),
                MessageState::Taken { .. } => "Ben's".to_owned(),
                MessageState::Done { .. } => "done".to_owned(),
            },
        }
    }

    #[test]
    fn one_at_a_time_deals_with_a_message_and_a_supervisor_may_step_in() {
        let ana = doer(ANA, Role::Agent);
        let finish = || Step::Done(How::ReachedOtherwise);
        // state, step, what comes of it for Ana as an agent, as a supervisor
        let table = [
            (MessageState::Open, Step::Take, "Ana's", "Ana's"),
            (taken(ANA), Step::Take, "as it is", "as it is"),
            (taken(BEN), Step::Take, "Taken", "Ana's"),
            (done(BEN), Step::Take, "Done", "Done"),
            (MessageState::Open, Step::GiveBack, "as it is", "as it is"),
            (taken(ANA), Step::GiveBack, "open", "open"),
            (taken(BEN), Step::GiveBack, "Taken", "open"),
            (done(ANA), Step::GiveBack, "Done", "Done"),
            (MessageState::Open, finish(), "done", "done"),
            (taken(ANA), finish(), "done", "done"),
            (taken(BEN), finish(), "Taken", "done"),
            (done(ANA), finish(), "as it is", "as it is"),
            (done(BEN), finish(), "Done", "Done"),
            (done(ANA), Step::Done(no_need("spam")), "Done", "Done"),
            (MessageState::Open, Step::Reopen, "as it is", "as it is"),
            (taken(BEN), Step::Reopen, "as it is", "as it is"),
        ];
        for (state, asked, agent, supervisor) in table {
            let (as_agent, as_supervisor) = (
                comes(state.clone(), asked.clone(), &ana, true),
                comes(state.clone(), asked.clone(), &doer(ANA, Role::Supervisor), true),
            );
            assert_eq!(
                (as_agent.as_str(), as_supervisor.as_str()),
                (agent, supervisor),
                "{state:?} {asked:?}"
            );
        }
    }

    #[test]
    fn who_was_done_may_reopen_on_the_same_day_and_a_supervisor_always() {
        let table = [
            (done(ANA), Role::Agent, true, "Ana's"),
            (done(ANA), Role::Agent, false, "NotTheirs"),
            (done(BEN), Role::Agent, true, "NotTheirs"),
            (done(BEN), Role::Supervisor, false, "open"),
            (done(ANA), Role::Supervisor, false, "Ana's"),
        ];
        for (state, role, today, expected) in table {
            assert_eq!(
                comes(state.clone(), Step::Reopen, &doer(ANA, role), today),
                expected,
                "{state:?} {role:?}"
            );
        }
    }

    #[test]
    fn what_was_changed_meanwhile_is_seen_first() {
        let open = message(MessageState::Open);
        for seen in [0, 1, 3] {
            assert_eq!(
                step(&open, &Step::Take, &doer(ANA, Role::Admin), seen, true),
                Err(MessageRefused::Stale)
            );
        }
        let (after, on, changes) =
            step(&open, &Step::Take, &doer(ANA, Role::Agent), 2, true).unwrap().unwrap();
        assert_eq!(
            (after.revision, on),
            (3, vec![Precondition::Message { call: open.call, revision: Some(2) }])
        );
        let state = field_of(&changes, "state").expect("in the change log");
        assert_eq!((state.before.as_deref(), state.after.as_deref()), (Some("open"), Some("taken")));
    }

    #[test]
    fn a_reason_may_be_left_out_and_has_a_limit() {
        let reason = |text: &str| {
            let asked = Step::Done(no_need(text));
            let decided = step(&message(MessageState::Open), &asked, &doer(ANA, Role::Agent), 2, true)?;
            Ok(decided.expect("done").0.state)
        };
        let why = |reason: Option<&str>| {
            let how = How::NoNeed { reason: reason.map(str::to_owned) };
            Ok(MessageState::Done { by: user(ANA), at: At(50), how })
        };
        assert_eq!(reason(" spam "), why(Some("spam")));
        assert_eq!(reason("  "), why(None));
        let long = "ñ".repeat(MAX_REASON_CHARS);
        assert_eq!(reason(&long), why(Some(&long)));
        assert_eq!(reason(&(long + "x")), Err(MessageRefused::ReasonTooLong));
    }

    #[test]
    fn a_call_back_takes_the_message_so_that_nobody_is_called_by_two() {
        let engagement = EngagementKey(Uuid::from_u128(7));
        let call =
            |state, role| call_back(&message(state), engagement, &doer(ANA, role)).map(|(after, ..)| after);
        let after = call(MessageState::Open, Role::Agent).unwrap();
        assert_eq!(after.state, MessageState::Taken { by: user(ANA), at: At(50) });
        assert_eq!(after.called_back, Some(CalledBack { engagement, by: user(ANA), at: At(50) }));
        // It stays theirs since they took it.
        assert_eq!(call(taken(ANA), Role::Agent).unwrap().state, taken(ANA));
        assert_eq!(call(taken(BEN), Role::Agent), Err(MessageRefused::Taken));
        assert!(call(taken(BEN), Role::Supervisor).is_ok());
        assert_eq!(call(done(ANA), Role::Supervisor), Err(MessageRefused::Done));
    }

    #[test]
    fn a_call_back_that_was_logged_ends_the_message_where_it_reached_the_caller() {
        let key = CallKey::derived(TenantId(1), "pbx", "2.1", None);
        let reached = CallRecord { key, answered_at: Some(At(30)), ..voicemail(None, &[]) };
        let unreached = CallRecord { answered_at: None, ..reached.clone() };
        let ana = doer(ANA, Role::Agent);
        let logged = |state, call: &CallRecord| call_back_logged(&message(state), call, &ana);
        let (after, ..) = logged(taken(ANA), &reached).expect("done");
        let how = How::CalledBack { call: Some(key) };
        assert_eq!(after.state, MessageState::Done { by: user(ANA), at: At(50), how });
        assert!(logged(taken(BEN), &reached).is_some(), "whoever has it: the caller was reached");
        assert_eq!(logged(taken(ANA), &unreached), None);
        assert_eq!(logged(done(BEN), &reached), None);
    }
}
