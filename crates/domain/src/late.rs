//! Late owners: a call that nobody was found for is filed when a record with its number appears. Who said "nobody", at
//! Log or in a correction, is obeyed; what several could own stays theirs to settle. When records are looked at is the
//! server's.

use crate::activity::Activity;
use crate::call::CallRecord;
use crate::commit::{Change, Precondition};
use crate::directory::RecordKeys;
use crate::matching::{Candidate, MAX_CANDIDATES, Match, MatchKind};
use crate::phone::{PhoneKey, WrittenNumber};
use crate::wrapup::{PartyLink, SettledBy, Wrapup, WrapupState};

/// How many last digits of a number calls are looked for by. Every way to write the number has them, whatever country
/// or trunk digits stand before; whose the call is, is then asked of the whole number.
const ENDING_DIGITS: usize = 6;

/// What the numbers of calls that may be a record's end with.
pub fn endings(keys: &RecordKeys) -> WrittenNumber {
    let ending = |key: &PhoneKey| {
        let digits: String = key.key.chars().filter(char::is_ascii_digit).collect();
        digits[digits.len().saturating_sub(ENDING_DIGITS)..].to_owned()
    };
    let mut ends: Vec<String> = keys.keys.iter().map(|(key, _)| ending(key)).collect();
    ends.sort();
    ends.dedup();
    WrittenNumber { ends, whole: Vec::new() }
}

/// A call, and who has its number now.
#[derive(Clone, Copy, Debug)]
pub struct LateScene<'a> {
    /// The call.
    pub call: &'a CallRecord,
    /// Its Activity.
    pub activity: &'a Activity,
    /// All of its wrap-ups.
    pub wrapups: &'a [Wrapup],
    /// What the directory says of its number now.
    pub matched: &'a Match,
}

/// What is to be changed, and what that rests on; `None` where the call stays as it is.
pub fn file(scene: &LateScene<'_>) -> Option<(Vec<Precondition>, Vec<Change>)> {
    if scene.matched.kind == MatchKind::None {
        return None;
    }
    let mut preconditions = vec![Precondition::activity(scene.activity)];
    if is_unsettled(scene.activity) {
        let candidates = with_those_that_appeared(scene)?;
        let activity = Activity { candidates, ..scene.activity.clone() };
        return Some((preconditions, vec![Change::Activity(Box::new(activity))]));
    }
    if !nobody_was_found(scene.activity.party) {
        return None;
    }
    let owner = owner(scene.matched);
    let mut changes = Vec::new();
    let mut wrapups = scene.wrapups.to_vec();
    for wrapup in wrapups.iter_mut().filter(|wrapup| wrapup.submitted() && nobody_was_found(wrapup.party)) {
        preconditions.push(Precondition::wrapup(wrapup));
        wrapup.party = owner;
        // A wrap-up says nobody at all only where Do not log chose nobody among none.
        if owner.is_some() || wrapup.state == WrapupState::Logged {
            changes.push(Change::Wrapup(Box::new(wrapup.clone())));
        }
    }
    let found = Activity { candidates: scene.matched.candidates(), party: owner, ..scene.activity.clone() };
    changes.push(Change::Activity(Box::new(found.after_wrapups(scene.call, &wrapups))));
    Some((preconditions, changes))
}

/// Whether nobody said who it is, because nobody was there.
fn nobody_was_found(party: Option<PartyLink>) -> bool {
    party.is_none_or(|party| party.person.is_none() && party.by == SettledBy::NobodyMatches)
}

/// Whether several could own it.
fn is_unsettled(activity: &Activity) -> bool {
    activity.party.is_none() && !activity.candidates.is_empty()
}

/// The only record with that very number; with several, or one whose country is not certain, somebody has to choose.
fn owner(matched: &Match) -> Option<PartyLink> {
    matched.by_itself().map(|link| PartyLink { by: SettledBy::Late, ..link })
}

/// The candidates, with those that have the number now before those that had it; `None` where nobody is new.
fn with_those_that_appeared(scene: &LateScene<'_>) -> Option<Vec<Candidate>> {
    let known = &scene.activity.candidates;
    let mut now = scene.matched.candidates();
    if now.iter().all(|candidate| known.iter().any(|one| one.person == candidate.person)) {
        return None;
    }
    let gone: Vec<Candidate> = known
        .iter()
        .filter(|one| now.iter().all(|candidate| candidate.person != one.person))
        .cloned()
        .collect();
    now.extend(gone);
    now.truncate(MAX_CANDIDATES);
    Some(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Outcome;
    use crate::call::{CallState, Direction, Engagement, Via};
    use crate::directory::{Person, PersonKind, PersonLine, PhoneField, PhoneText};
    use crate::id::{AgentKey, At, CallKey, EngagementKey, PersonId};
    use crate::matching::PhoneHit;
    use crate::phone::{NumberPolicy, Region, Tier, other_party};
    use uuid::Uuid;

    fn spain() -> Region {
        "ES".parse().expect("a region")
    }

    fn matched(hits: &[(u128, Tier)]) -> Match {
        let hit = |(n, tier): &(u128, Tier)| PhoneHit {
            person: PersonLine {
                id: PersonId(Uuid::from_u128(*n)),
                kind: PersonKind::Contact,
                name: String::new(),
                company: None,
                phone: None,
            },
            tier: *tier,
            field: PhoneField::Phone,
            stored_as: "600 111 222".to_owned(),
        };
        Match::of(&other_party("+34600111222", &NumberPolicy::new(spain())), hits.iter().map(hit).collect())
    }

    fn link(person: Option<u128>, by: SettledBy) -> Option<PartyLink> {
        Some(PartyLink { person: person.map(|n| PersonId(Uuid::from_u128(n))), by })
    }

    fn call(parts: u128) -> CallRecord {
        let part = |n| Engagement {
            key: EngagementKey(Uuid::from_u128(n)),
            agent: AgentKey("1001".to_owned()),
            via: Via::Queue,
            result: None,
            offered_at: At(0),
            answered_at: Some(At(1)),
            ended_at: Some(At(2)),
            hold_ms: 0,
            on_hold: false,
            wrapup: true,
        };
        CallRecord {
            key: CallKey(Uuid::from_u128(100)),
            source: "pbx".to_owned(),
            state: CallState::Ended,
            kind: None,
            direction: Direction::Inbound,
            from: Some("600111222".to_owned()),
            to: None,
            did: None,
            ring_group: None,
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
            engagements: (1..=parts).map(part).collect(),
        }
    }

    fn closed(state: WrapupState, party: Option<PartyLink>) -> Wrapup {
        let key = EngagementKey(Uuid::from_u128(1));
        let new = Wrapup::new(key, CallKey(Uuid::from_u128(100)), AgentKey("1001".to_owned()));
        Wrapup { state, party, ..new }
    }

    /// What becomes of an Activity of this party and these candidates, when these records have the number.
    fn filed(
        party: Option<PartyLink>,
        candidates: &[(u128, Tier)],
        wrapups: &[Wrapup],
        hits: &[(u128, Tier)],
    ) -> Option<(Activity, Vec<Wrapup>)> {
        let call = call(wrapups.len() as u128);
        let candidates = matched(candidates).candidates();
        let activity = Activity { party, outcome: Outcome::NoWrapup, ..Activity::open(call.key, candidates) };
        let activity = activity.after_wrapups(&call, wrapups);
        let scene = LateScene { call: &call, activity: &activity, wrapups, matched: &matched(hits) };
        let (preconditions, changes) = file(&scene)?;
        assert_eq!(preconditions[0], Precondition::activity(&activity));
        let (mut now, mut said) = (None, Vec::new());
        for change in changes {
            match change {
                Change::Activity(activity) => now = Some(*activity),
                Change::Wrapup(wrapup) => said.push(*wrapup),
                other => panic!("{other:?}"),
            }
        }
        Some((now.expect("an Activity"), said))
    }

    const ONE: &[(u128, Tier)] = &[(1, Tier::E)];
    const TWO: &[(u128, Tier)] = &[(1, Tier::E), (2, Tier::E)];

    #[test]
    fn a_call_of_nobodys_is_filed_on_the_only_record_and_possible_on_several() {
        for nobody in [None, link(None, SettledBy::NobodyMatches)] {
            let (activity, _) = filed(nobody, &[], &[], ONE).expect("filed");
            assert_eq!((activity.party, activity.candidates.len()), (link(Some(1), SettledBy::Late), 1));
            assert_eq!((activity.outcome, activity.revision), (Outcome::NoWrapup, 0));
            for several in [TWO, &[(1, Tier::N)]] {
                let (activity, _) = filed(nobody, &[], &[], several).expect("possible");
                assert_eq!((activity.party, activity.candidates.len()), (None, several.len()));
            }
            assert_eq!(filed(nobody, &[], &[], &[]), None);
        }
    }

    #[test]
    fn who_said_nobody_or_somebody_is_obeyed() {
        for party in [
            link(None, SettledBy::Chosen),
            link(None, SettledBy::Corrected),
            link(Some(7), SettledBy::OneMatch),
            link(Some(7), SettledBy::Late),
        ] {
            assert_eq!(filed(party, &[], &[], ONE), None, "{party:?}");
            let logged = closed(WrapupState::Logged, party);
            assert_eq!(filed(None, &[], &[logged], ONE), None, "{party:?}");
        }
    }

    #[test]
    fn p04_what_several_could_own_gains_candidates_and_is_never_settled_by_itself() {
        let (activity, _) =
            filed(None, TWO, &[], &[(1, Tier::E), (2, Tier::E), (3, Tier::E)]).expect("a third");
        assert_eq!((activity.party, activity.candidates.len()), (None, 3));
        let (activity, _) = filed(None, TWO, &[], &[(3, Tier::E)]).expect("a third");
        assert_eq!((activity.party, activity.candidates.len()), (None, 3), "those that had it are kept");
        assert_eq!(filed(None, TWO, &[], TWO), None);
        assert_eq!(filed(None, TWO, &[], ONE), None);
    }

    #[test]
    fn the_wrapups_say_the_same_so_that_nothing_later_undoes_it() {
        for (state, party) in
            [(WrapupState::Logged, link(None, SettledBy::NobodyMatches)), (WrapupState::NotLogged, None)]
        {
            let (activity, said) = filed(None, &[], &[closed(state, party)], ONE).expect("filed");
            assert_eq!(activity.party, link(Some(1), SettledBy::Late));
            assert_eq!(said, [closed(state, activity.party)]);
            assert_eq!(activity.after_wrapups(&call(1), &said), activity);
            let (activity, said) = filed(None, &[], &[closed(state, party)], TWO).expect("possible");
            assert_eq!((activity.party, activity.candidates.len()), (None, 2));
            assert!(said.iter().all(|wrapup| wrapup.party.is_none()));
        }
    }

    #[test]
    fn calls_are_looked_for_by_the_last_digits_whatever_stands_before_them() {
        let phone = |raw: &str| PhoneText { field: PhoneField::Phone, raw: raw.to_owned() };
        let person = Person {
            id: PersonId(Uuid::nil()),
            kind: PersonKind::Contact,
            name: String::new(),
            company: None,
            account: None,
            email: None,
            phones: vec![phone("600 111 222"), phone("+354 512 3456")],
            version: 1,
            created_by_call: None,
            owner: None,
        };
        let written = endings(&RecordKeys::of(&person, spain()));
        assert_eq!(written.ends, ["111222", "123456"]);
        for digits in ["600111222", "0034600111222", "5123456", "3545123456"] {
            assert!(written.means(digits), "{digits}");
        }
    }
}
