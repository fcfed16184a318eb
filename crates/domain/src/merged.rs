//! Calls that turn out to be one: what becomes of the Activity that is left, and what that rests on. Which calls are one is
//! [`crate::call::CallBook`]'s; that wrap-ups and corrections move to the call that is left is the store's
//! ([`Change::CallMerged`]).

use crate::activity::{Activity, ActivityStanding, Outcome};
use crate::call::{CallRecord, CallState};
use crate::commit::{Change, Precondition};
use crate::id::CallKey;
use crate::wrapup::{PartyLink, SettledBy, Wrapup};

/// What is stored of a call that was thought one of its own.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The call.
    pub key: CallKey,
    /// Its Activity, if it has one.
    pub activity: Option<Activity>,
    /// All of its wrap-ups.
    pub wrapups: Vec<Wrapup>,
}

impl Piece {
    fn says_nothing(&self) -> bool {
        self.activity.is_none() && self.wrapups.is_empty()
    }

    /// That nobody closes, files or corrects anything of it meanwhile.
    fn stays(&self) -> [Precondition; 2] {
        let count = |of: fn(&Wrapup) -> bool| self.wrapups.iter().filter(|wrapup| of(wrapup)).count();
        let (closed, submitted) = (count(Wrapup::closed), count(Wrapup::submitted));
        let standing = self.activity.as_ref().map_or(ActivityStanding::NEW, Activity::standing);
        [
            Precondition::ClosedWrapups { call: self.key, closed, submitted },
            Precondition::Activity { key: self.key, standing },
        ]
    }
}

/// What the decision looks at.
#[derive(Clone, Copy, Debug)]
pub struct MergeScene<'a> {
    /// The call that is left, as it is now.
    pub call: &'a CallRecord,
    /// Its Activity where it begins with the same Commit.
    pub opened: Option<&'a Activity>,
    /// What is stored of it.
    pub kept: &'a Piece,
    /// What is stored of those that are part of it.
    pub pieces: &'a [Piece],
}

/// What changes besides what the call is now, and what that rests on: the pieces go, and the Activity is what all of their
/// wrap-ups make of it, whichever of them was closed first.
pub fn merge(scene: &MergeScene<'_>) -> (Vec<Precondition>, Vec<Change>) {
    let into = scene.call.key;
    let gone = scene.pieces.iter().map(|piece| Change::CallMerged { from: piece.key, into });
    let mut changes: Vec<Change> = gone.collect();
    let before = scene.kept.activity.as_ref().or(scene.opened);
    let Some(before) = before.filter(|_| !scene.pieces.iter().all(Piece::says_nothing)) else {
        return (Vec::new(), changes);
    };
    let preconditions = std::iter::once(scene.kept).chain(scene.pieces).flat_map(Piece::stays).collect();
    let wrapups: Vec<Wrapup> =
        std::iter::once(scene.kept).chain(scene.pieces).flat_map(|piece| piece.wrapups.clone()).collect();
    let activity = whole(before, scene.pieces).after_wrapups(scene.call, &wrapups);
    changes.push(Change::Activity(Box::new(activity)));
    if scene.call.state == CallState::Ended {
        let owes_wrapup = scene.call.engagements.iter().any(|part| part.wrapup);
        changes.push(Change::ActivityArchived { key: into, owes_wrapup });
    }
    (preconditions, changes)
}

/// The Activity as it stands before any wrap-up is looked at: what one piece knows and the call that is left does not comes
/// from there, and what a person corrected goes before what a rule found.
fn whole(before: &Activity, pieces: &[Piece]) -> Activity {
    let mut whole = Activity { outcome: Outcome::Open, agent: None, ..before.clone() };
    for other in pieces.iter().filter_map(|piece| piece.activity.as_ref()) {
        let corrected =
            |party: Option<PartyLink>| party.is_some_and(|party| party.by == SettledBy::Corrected);
        if whole.party.is_none() || (corrected(other.party) && !corrected(whole.party)) {
            whole.party = other.party;
        }
        if whole.revision == 0 && other.revision > 0 {
            whole.related = other.related;
            whole.opportunity = other.opportunity;
        }
        if whole.candidates.is_empty() {
            whole.candidates.clone_from(&other.candidates);
        }
        whole.dialled_from = whole.dialled_from.or(other.dialled_from);
        // Their corrections are its own now.
        whole.revision += other.revision;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::sample::{ended_call, part, talked_part};
    use crate::id::{AgentKey, At, EngagementKey, PersonId};
    use crate::wrapup::WrapupState;
    use uuid::Uuid;

    const KEPT: u128 = 100;
    const OTHER: u128 = 200;

    fn person(n: u128) -> PartyLink {
        PartyLink { person: Some(PersonId(Uuid::from_u128(n))), by: SettledBy::OneMatch }
    }

    fn wrapup(n: u128, of: u128, state: WrapupState) -> Wrapup {
        let logged = state == WrapupState::Logged;
        Wrapup {
            state,
            notes: logged.then(|| format!("notes {n}")),
            party: (logged || state == WrapupState::NotLogged).then(|| person(n)),
            closed_at: (state != WrapupState::Open).then_some(At(9)),
            ..Wrapup::new(
                EngagementKey(Uuid::from_u128(n)),
                CallKey(Uuid::from_u128(of)),
                AgentKey(format!("{n}")),
            )
        }
    }

    fn piece(n: u128, outcome: Outcome, wrapups: Vec<Wrapup>) -> Piece {
        let key = CallKey(Uuid::from_u128(n));
        let activity = Activity { outcome, archived: true, ..Activity::open(key, Vec::new()) };
        Piece { key, activity: Some(activity), wrapups }
    }

    /// What is left of two calls: the Activity, as it is to be.
    fn left(kept: &Piece, other: &Piece, owing: &[u128]) -> Activity {
        let parts = [1, 2].map(|n| match owing.contains(&n) {
            true => talked_part(n, &format!("{n}")),
            false => part(n, &format!("{n}")),
        });
        let call = ended_call(parts.to_vec());
        let pieces = [other.clone()];
        let scene = MergeScene { call: &call, opened: None, kept, pieces: &pieces };
        let (preconditions, changes) = merge(&scene);
        assert_eq!(preconditions.len(), 4, "what both rest on");
        assert_eq!(changes.first(), Some(&Change::CallMerged { from: other.key, into: call.key }));
        let owes = changes.last().and_then(|change| match change {
            Change::ActivityArchived { owes_wrapup, .. } => Some(*owes_wrapup),
            _ => None,
        });
        assert_eq!(owes, Some(!owing.is_empty()));
        let decided = changes.into_iter().find_map(|change| match change {
            Change::Activity(activity) => Some(*activity),
            _ => None,
        });
        decided.expect("an Activity")
    }

    #[test]
    fn what_one_agent_logged_is_what_the_whole_says_wherever_it_was_logged() {
        let logged = |of| vec![wrapup(2, of, WrapupState::Logged)];
        let of_the_other = left(
            &piece(KEPT, Outcome::NoWrapup, Vec::new()),
            &piece(OTHER, Outcome::Logged, logged(OTHER)),
            &[2],
        );
        let of_the_kept = left(
            &piece(KEPT, Outcome::Logged, logged(KEPT)),
            &piece(OTHER, Outcome::NoWrapup, Vec::new()),
            &[2],
        );
        assert_eq!(of_the_other, of_the_kept);
        assert_eq!(of_the_other.outcome, Outcome::Logged);
        assert_eq!(of_the_other.notes.as_deref(), Some("notes 2"));
        assert_eq!(
            (of_the_other.party, of_the_other.agent),
            (Some(person(2)), Some(AgentKey("2".to_owned())))
        );
    }

    #[test]
    fn of_two_that_were_logged_it_shows_the_last_agents() {
        let one = |n, of, outcome| piece(of, outcome, vec![wrapup(n, of, WrapupState::Logged)]);
        for (first, second) in [(1, 2), (2, 1)] {
            let whole =
                left(&one(first, KEPT, Outcome::Logged), &one(second, OTHER, Outcome::Logged), &[1, 2]);
            assert_eq!(whole.notes.as_deref(), Some("notes 2"));
        }
    }

    #[test]
    fn one_that_is_owed_keeps_the_whole_open() {
        let open = piece(OTHER, Outcome::Open, vec![wrapup(2, OTHER, WrapupState::Open)]);
        assert_eq!(left(&piece(KEPT, Outcome::NoWrapup, Vec::new()), &open, &[2]).outcome, Outcome::Open);
        let said_no = piece(KEPT, Outcome::NotLogged, vec![wrapup(1, KEPT, WrapupState::NotLogged)]);
        let whole = left(&said_no, &open, &[1, 2]);
        assert_eq!((whole.outcome, whole.agent), (Outcome::Open, None));
    }

    #[test]
    fn not_logged_by_any_is_not_logged_and_one_whose_time_was_up_goes_before() {
        let of = |n, of, outcome, state| piece(of, outcome, vec![wrapup(n, of, state)]);
        let said_no = of(1, KEPT, Outcome::NotLogged, WrapupState::NotLogged);
        let also = of(2, OTHER, Outcome::NotLogged, WrapupState::NotLogged);
        let late = of(2, OTHER, Outcome::Undispositioned, WrapupState::Undispositioned);
        assert_eq!(left(&said_no, &also, &[1, 2]).outcome, Outcome::NotLogged);
        assert_eq!(left(&said_no, &late, &[1, 2]).outcome, Outcome::Undispositioned);
    }

    #[test]
    fn what_a_person_corrected_of_either_stays_and_counts() {
        let by_hand = PartyLink { by: SettledBy::Corrected, ..person(7) };
        let mut corrected = piece(OTHER, Outcome::NoWrapup, Vec::new());
        let activity = corrected.activity.as_mut().expect("an Activity");
        (activity.party, activity.revision) = (Some(by_hand), 2);
        let mut kept = piece(KEPT, Outcome::NoWrapup, Vec::new());
        kept.activity.as_mut().expect("an Activity").party = Some(person(3));
        let whole = left(&kept, &corrected, &[]);
        assert_eq!((whole.party, whole.revision), (Some(by_hand), 2));
    }

    #[test]
    fn a_call_that_has_no_activity_gets_none_by_it() {
        let call = ended_call(Vec::new());
        let kept = Piece { key: call.key, activity: None, wrapups: Vec::new() };
        let pieces = [piece(OTHER, Outcome::NoWrapup, Vec::new())];
        let (_, changes) = merge(&MergeScene { call: &call, opened: None, kept: &kept, pieces: &pieces });
        assert_eq!(changes, [Change::CallMerged { from: pieces[0].key, into: call.key }]);
    }
}
