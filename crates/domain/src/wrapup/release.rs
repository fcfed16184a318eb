//! A supervisor frees an agent from a wrap-up, or the agent puts it aside: queues call them again, and they owe it all the same
//! (P12). That time does so is in [`super::timer`]; who may do it is the server's.

use super::{MAX_RELEASE_CHARS, Released, Wrapup, WrapupState};
use crate::audit::{AuditEntry, AuditSubject, FieldChange};
use crate::centre::InboxPolicy;
use crate::commit::{Change, Precondition};
use crate::id::{At, AuditId, UserId};

/// Why nobody is freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseRefused {
    /// No reason was given: whoever reads the change log must see why.
    #[error("a reason is needed")]
    ReasonEmpty,
    /// The reason is longer than [`MAX_RELEASE_CHARS`].
    #[error("the reason is too long")]
    ReasonTooLong,
    /// The call is not over for the agent.
    #[error("the wrap-up is not due yet")]
    NotDue,
    /// It was submitted, or the timer closed it: it keeps no calls away.
    #[error("the wrap-up keeps no calls away")]
    NothingToRelease,
}

/// Who releases, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release<'a> {
    /// The supervisor.
    pub by: UserId,
    /// Why, as it was typed.
    pub reason: &'a str,
    /// When.
    pub at: At,
    /// The id of the entry in the change log.
    pub entry: AuditId,
}

/// What a release comes to: the wrap-up, and what is to be committed, on what; `None` where it was released before,
/// by whoever it was, so that one who presses twice is no second supervisor.
pub type Decided = Option<(Wrapup, Vec<Precondition>, Vec<Change>)>;

/// Decides a release.
///
/// # Errors
/// See [`ReleaseRefused`].
pub fn release(wrapup: &Wrapup, release: &Release<'_>) -> Result<Decided, ReleaseRefused> {
    let reason = release.reason.trim();
    if reason.is_empty() {
        return Err(ReleaseRefused::ReasonEmpty);
    }
    if reason.chars().count() > MAX_RELEASE_CHARS {
        return Err(ReleaseRefused::ReasonTooLong);
    }
    match wrapup.state {
        WrapupState::Open => {}
        WrapupState::Early => return Err(ReleaseRefused::NotDue),
        WrapupState::Logged | WrapupState::NotLogged | WrapupState::Undispositioned => {
            return Err(ReleaseRefused::NothingToRelease);
        }
    }
    if wrapup.released.is_some() {
        return Ok(None);
    }
    let released = Released { at: release.at, by: Some(release.by), reason: Some(reason.to_owned()) };
    let after = Wrapup { released: Some(released), ..wrapup.clone() };
    let field = |field: &str, after: &str| FieldChange {
        field: field.to_owned(),
        before: None,
        after: Some(after.to_owned()),
    };
    let entry = AuditEntry {
        id: release.entry,
        at: release.at,
        by: Some(release.by),
        subject: AuditSubject::Wrapup(wrapup.key),
        action: "released".to_owned(),
        fields: vec![field("agent", &wrapup.agent.0), field("reason", reason)],
    };
    let changes = vec![Change::Wrapup(Box::new(after.clone())), Change::Audit(Box::new(entry))];
    Ok(Some((after, vec![Precondition::wrapup(wrapup)], changes)))
}

/// Why a wrap-up is not put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PutAsideRefused {
    /// The settings do not let agents.
    #[error("agents put nothing aside")]
    NotAllowed,
    /// As many wait as may.
    #[error("no more may wait")]
    InboxFull,
    /// It is not due yet.
    #[error("the wrap-up is not due yet")]
    NotDue,
    /// It was closed.
    #[error("the wrap-up keeps no calls away")]
    NothingToRelease,
}

/// Decides that an agent leaves a wrap-up for later; `owed` are all that they owe. Nothing where it waits already.
///
/// # Errors
/// See [`PutAsideRefused`].
pub fn put_aside(
    wrapup: &Wrapup,
    owed: &[Wrapup],
    policy: &InboxPolicy,
    (by, at): (UserId, At),
) -> Result<Decided, PutAsideRefused> {
    match wrapup.state {
        WrapupState::Open => {}
        WrapupState::Early => return Err(PutAsideRefused::NotDue),
        WrapupState::Logged | WrapupState::NotLogged | WrapupState::Undispositioned => {
            return Err(PutAsideRefused::NothingToRelease);
        }
    }
    if wrapup.released.is_some() {
        return Ok(None);
    }
    if !policy.put_aside {
        return Err(PutAsideRefused::NotAllowed);
    }
    if !policy.has_room(owed) {
        return Err(PutAsideRefused::InboxFull);
    }
    let after = Wrapup { released: Some(Released { at, by: Some(by), reason: None }), ..wrapup.clone() };
    let changes = vec![Change::Wrapup(Box::new(after.clone()))];
    Ok(Some((after, vec![Precondition::wrapup(wrapup)], changes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AgentKey, CallKey, EngagementKey};
    use uuid::Uuid;

    fn wrapup(state: WrapupState) -> Wrapup {
        let agent = AgentKey("1001".to_owned());
        Wrapup { state, ..Wrapup::new(EngagementKey(Uuid::nil()), CallKey(Uuid::nil()), agent) }
    }

    fn with(reason: &str) -> Release<'_> {
        Release { by: UserId(Uuid::nil()), reason, at: At(7), entry: AuditId(Uuid::nil()) }
    }

    #[test]
    fn p12_a_released_agent_owes_the_wrapup_all_the_same() {
        let (after, on, changes) =
            release(&wrapup(WrapupState::Open), &with(" queue is long ")).unwrap().unwrap();
        assert!(after.owed());
        assert_eq!(after.released.unwrap().reason.as_deref(), Some("queue is long"));
        assert_eq!(on, [Precondition::wrapup(&wrapup(WrapupState::Open))]);
        assert_eq!(changes.len(), 2, "the wrap-up and the entry of the change log");
    }

    #[test]
    fn a_reason_is_needed_and_has_a_limit() {
        let open = wrapup(WrapupState::Open);
        let long = "ñ".repeat(MAX_RELEASE_CHARS);
        assert!(release(&open, &with(&long)).is_ok());
        assert_eq!(release(&open, &with(&(long + "x"))), Err(ReleaseRefused::ReasonTooLong));
        assert_eq!(release(&open, &with(" \n")), Err(ReleaseRefused::ReasonEmpty));
    }

    #[test]
    fn only_what_keeps_calls_away_is_released() {
        let refused = |state| release(&wrapup(state), &with("why")).unwrap_err();
        assert_eq!(refused(WrapupState::Early), ReleaseRefused::NotDue);
        for state in [WrapupState::Logged, WrapupState::NotLogged, WrapupState::Undispositioned] {
            assert_eq!(refused(state), ReleaseRefused::NothingToRelease);
        }
    }

    #[test]
    fn p12_an_agent_leaves_a_wrapup_for_later_where_and_as_often_as_the_settings_let_them() {
        let policy = InboxPolicy { put_aside: true, most: Some(1), ..InboxPolicy::default() };
        let (open, by) = (wrapup(WrapupState::Open), (UserId(Uuid::nil()), At(9)));
        let (after, on, changes) =
            put_aside(&open, std::slice::from_ref(&open), &policy, by).unwrap().unwrap();
        assert!(after.owed());
        assert_eq!(after.released, Some(Released { at: At(9), by: Some(by.0), reason: None }));
        assert_eq!((on, changes.len()), (vec![Precondition::wrapup(&open)], 1));
        assert_eq!(
            put_aside(&after, std::slice::from_ref(&after), &policy, by),
            Ok(None),
            "it waits already"
        );
        let full = put_aside(&open, &[open.clone(), after], &policy, by);
        assert_eq!(full, Err(PutAsideRefused::InboxFull));
        let off = put_aside(&open, &[], &InboxPolicy::default(), by);
        assert_eq!(off, Err(PutAsideRefused::NotAllowed));
        let early = put_aside(&wrapup(WrapupState::Early), &[], &policy, by);
        assert_eq!(early, Err(PutAsideRefused::NotDue));
        let done = put_aside(&wrapup(WrapupState::Logged), &[], &policy, by);
        assert_eq!(done, Err(PutAsideRefused::NothingToRelease));
    }

    #[test]
    fn the_first_release_stands() {
        let released = Some(Released { at: At(1), by: None, reason: None });
        let before = Wrapup { released, ..wrapup(WrapupState::Open) };
        assert_eq!(release(&before, &with("why")), Ok(None));
    }
}
