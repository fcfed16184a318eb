//! Disposition sets and codes (P1, P14): what a call can be labelled with. A code is retired, never
//! deleted, and what was logged keeps the label it had. A set is for calls of one direction, and for those of some ring
//! groups where it names any; [`on_offer`] says which sets a call gets. Codes under codes are in [`tree`].

mod traits;
pub mod tree;

pub use traits::{CodeEffects, CodeTraits, MAX_FOLLOW_UP_DAYS};

use crate::call::Direction;
use crate::id::{CodeId, SetId};
use crate::report::calendar::Day;
use serde::{Deserialize, Serialize};

/// The text of a code in each language the product speaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Label {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

/// Longest label taken, in characters (Salesforce's `Task.CallDisposition` holds 255).
pub const MAX_LABEL_CHARS: usize = 80;
/// Most codes a set may hold, retired ones included.
pub const MAX_CODES_PER_SET: usize = 500;
/// Most sets, retired ones included.
pub const MAX_SETS: usize = 500;
/// Longest name of a set, in characters.
pub const MAX_SET_NAME_CHARS: usize = 80;

/// One disposition code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionCode {
    /// Its id, which never changes and is never given to another code.
    pub id: CodeId,
    /// The set it belongs to.
    pub set: SetId,
    /// Its text now.
    pub label: Label,
    /// Place in the list, from 0.
    pub position: u32,
    /// Whether a digit key picks it.
    pub favourite: bool,
    /// Whether Log demands notes with it.
    pub requires_notes: bool,
    /// Whether it can no longer be picked.
    pub retired: bool,
    /// What it says besides.
    pub traits: CodeTraits,
    /// Counts changes, from 1.
    pub version: u64,
}

/// A list of codes for calls of one direction, or of some ring groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionSet {
    /// Its id.
    pub id: SetId,
    /// Its name, for admins.
    pub name: String,
    /// The calls it is for.
    pub direction: Direction,
    /// Keys of the ring groups it is for; none: it is the direction's own, for calls that no other set is for.
    pub ring_groups: Vec<String>,
    /// Whether its codes are offered no more.
    pub retired: bool,
    /// Counts changes of the set's own row and order, from 1.
    pub version: u64,
    /// Its codes by position, retired ones included.
    pub codes: Vec<DispositionCode>,
}

/// A code as it was when a call was labelled with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedCode {
    /// The code.
    pub id: CodeId,
    /// The label it had then, with all that it stood under (invariant 9).
    pub label: Label,
    /// What it asked for then.
    #[serde(default)]
    pub effects: CodeEffects,
}

/// Why a code cannot be given to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// No set has this code.
    #[error("unknown disposition code")]
    Unknown,
    /// The code is of a set for other calls.
    #[error("the disposition code belongs to another set")]
    OtherSet,
    /// The code was retired.
    #[error("the disposition code was retired")]
    Retired,
    /// Other codes stand under it.
    #[error("the disposition code has others under it")]
    Heading,
    /// Its first day is to come, or its last is over.
    #[error("the disposition code is not valid today")]
    OutOfDates,
}

/// What of a call and its agent says which codes are on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeScope<'a> {
    /// Which way the call goes.
    pub direction: Direction,
    /// The ring group it came through; of an outbound call the one whose number it was shown from.
    pub ring_group: Option<&'a str>,
    /// The ring groups that the agent is in.
    pub of_agent: &'a [String],
    /// The date where the centre is.
    pub today: Day,
}

/// What made sets be on offer; the first of these that any set is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferedBy {
    /// The ring group of the call.
    RingGroup,
    /// The ring groups of the agent.
    Agent,
    /// The direction alone.
    Direction,
}

/// The sets whose codes a call gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer<'a> {
    /// What made them be on offer.
    pub by: OfferedBy,
    /// The sets, by name.
    pub sets: Vec<&'a DispositionSet>,
}

impl DispositionSet {
    /// Whether any code of it can be picked. A set that has none yet is as good as none: its calls could not be logged.
    fn has_codes(&self, today: Day) -> bool {
        !self.retired && self.codes.iter().any(|code| self.is_open(code, today))
    }

    /// Whether it is for calls of this ring group.
    fn is_for(&self, group: &str) -> bool {
        self.ring_groups.iter().any(|own| own == group)
    }
}

/// The sets that a call gets (docs/api.md, "Which sets a call gets"); `None` where there are none.
pub fn on_offer<'a>(sets: &'a [DispositionSet], scope: &CodeScope<'_>) -> Option<Offer<'a>> {
    let usable = || sets.iter().filter(|set| set.direction == scope.direction && set.has_codes(scope.today));
    let of_call = |set: &&DispositionSet| scope.ring_group.is_some_and(|group| set.is_for(group));
    let of_agent = |set: &&DispositionSet| scope.of_agent.iter().any(|group| set.is_for(group));
    let tiers = [
        (OfferedBy::RingGroup, usable().filter(of_call).collect::<Vec<_>>()),
        (OfferedBy::Agent, usable().filter(of_agent).collect()),
        (OfferedBy::Direction, usable().filter(|set| set.ring_groups.is_empty()).collect()),
    ];
    let (by, mut sets) = tiers.into_iter().find(|(_, sets)| !sets.is_empty())?;
    sets.sort_by_key(|set| (set.name.to_lowercase(), set.id));
    Some(Offer { by, sets })
}

/// The code `id` as a call may be labelled with it now, and its set.
///
/// # Errors
/// The code is unknown, retired, not valid today, no leaf, or of a set that this call does not get.
pub fn pick<'a>(
    sets: &'a [DispositionSet],
    scope: &CodeScope<'_>,
    id: CodeId,
) -> Result<(&'a DispositionSet, &'a DispositionCode), CodeRefused> {
    let found = sets.iter().find_map(|set| set.code(id).map(|code| (set, code)));
    let (set, code) = found.ok_or(CodeRefused::Unknown)?;
    if set.direction != scope.direction || set.retired {
        return Err(CodeRefused::OtherSet);
    }
    if set.is_retired(code) {
        return Err(CodeRefused::Retired);
    }
    if set.is_heading_on(id, scope.today) {
        return Err(CodeRefused::Heading);
    }
    if !set.is_open(code, scope.today) {
        return Err(CodeRefused::OutOfDates);
    }
    let offered = on_offer(sets, scope).is_some_and(|offer| offer.sets.iter().any(|one| one.id == set.id));
    if offered { Ok((set, code)) } else { Err(CodeRefused::OtherSet) }
}

/// Whether this is the only set left that calls of its direction get which no ring group has a set for.
pub fn is_last_of_direction(sets: &[DispositionSet], set: &DispositionSet) -> bool {
    let general = |one: &DispositionSet| !one.retired && one.ring_groups.is_empty();
    let others = sets.iter().filter(|one| one.id != set.id && one.direction == set.direction);
    general(set) && !others.into_iter().any(general)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const TODAY: Day = Day(20_000);

    pub(in crate::disposition) fn code_of(set: u128, nth: u128) -> DispositionCode {
        DispositionCode {
            id: CodeId(Uuid::from_u128(10 * set + nth)),
            set: SetId(Uuid::from_u128(set)),
            label: Label { es: String::new(), en: String::new() },
            position: 0,
            favourite: false,
            requires_notes: false,
            retired: false,
            traits: CodeTraits::default(),
            version: 1,
        }
    }

    pub(in crate::disposition) fn set_of(n: u128, ring_groups: &[&str]) -> DispositionSet {
        DispositionSet {
            id: SetId(Uuid::from_u128(n)),
            name: String::new(),
            direction: Direction::Inbound,
            ring_groups: ring_groups.iter().map(|&group| group.to_owned()).collect(),
            retired: false,
            version: 1,
            codes: Vec::new(),
        }
    }

    fn set(n: u128, name: &str, direction: Direction, ring_groups: &[&str]) -> DispositionSet {
        let retired = DispositionCode { retired: true, ..code_of(n, 1) };
        let codes = vec![code_of(n, 0), retired];
        DispositionSet { name: name.to_owned(), direction, codes, ..set_of(n, ring_groups) }
    }

    fn sets() -> Vec<DispositionSet> {
        vec![
            set(1, "General", Direction::Inbound, &[]),
            set(2, "sales b", Direction::Inbound, &["sales", "visits"]),
            set(3, "Sales a", Direction::Inbound, &["sales"]),
            set(4, "Help", Direction::Inbound, &["help"]),
            set(5, "Out", Direction::Outbound, &[]),
            set(6, "Out of sales", Direction::Outbound, &["sales"]),
            DispositionSet { retired: true, ..set(7, "Was", Direction::Inbound, &["visits"]) },
            DispositionSet { codes: Vec::new(), ..set(8, "Not yet", Direction::Inbound, &["bills"]) },
        ]
    }

    #[track_caller]
    fn check(
        direction: Direction,
        ring_group: Option<&str>,
        of_agent: &[&str],
        expected: Option<(OfferedBy, &[u128])>,
    ) {
        let of_agent: Vec<String> = of_agent.iter().map(|&group| group.to_owned()).collect();
        let scope = CodeScope { direction, ring_group, of_agent: &of_agent, today: TODAY };
        let (sets, offered) = (sets(), |n: &u128| SetId(Uuid::from_u128(*n)));
        let found = on_offer(&sets, &scope).map(|o| (o.by, o.sets.iter().map(|s| s.id).collect::<Vec<_>>()));
        assert_eq!(found, expected.map(|(by, ids)| (by, ids.iter().map(offered).collect())), "{scope:?}");
        let allowed: Vec<SetId> = found.map_or_else(Vec::new, |(_, ids)| ids);
        for set in &sets {
            for code in &set.codes {
                let picked = pick(&sets, &scope, code.id);
                let wanted = allowed.contains(&set.id) && !code.retired;
                assert_eq!(picked.is_ok(), wanted, "{scope:?} {}", set.name);
            }
        }
    }

    #[test]
    fn p14_a_call_gets_the_sets_of_its_ring_group_then_of_its_agents_then_of_its_direction() {
        use Direction::{Inbound, Internal, Outbound};
        use OfferedBy::{Agent, RingGroup};
        let general = Some((OfferedBy::Direction, &[1][..]));
        check(Inbound, Some("sales"), &["help"], Some((RingGroup, &[3, 2])));
        check(Inbound, Some("visits"), &["help"], Some((RingGroup, &[2])));
        check(Inbound, Some("other"), &["help", "other"], Some((Agent, &[4])));
        check(Inbound, None, &["help", "visits"], Some((Agent, &[4, 2])));
        check(Inbound, Some("other"), &[], general);
        check(Inbound, None, &[], general);
        check(Inbound, Some("bills"), &[], general);
        check(Outbound, Some("sales"), &[], Some((RingGroup, &[6])));
        check(Outbound, Some("help"), &["help"], Some((OfferedBy::Direction, &[5])));
        check(Internal, Some("sales"), &["sales"], None);
    }

    #[test]
    fn p14_a_code_is_refused_by_what_is_wrong_with_it() {
        let ring_group = Some("sales");
        let scope = CodeScope { direction: Direction::Inbound, ring_group, of_agent: &[], today: TODAY };
        let mut sets = sets();
        let (mut under, mut over) = (code_of(2, 2), code_of(2, 3));
        under.traits.parent = Some(code_of(2, 0).id);
        over.traits.valid_until = Some(Day(TODAY.0 - 1));
        sets[1].codes.extend([under, over]);
        let refused = |n| pick(&sets, &scope, CodeId(Uuid::from_u128(n))).err();
        assert_eq!(refused(99), Some(CodeRefused::Unknown));
        assert_eq!(refused(31), Some(CodeRefused::Retired));
        assert_eq!(refused(20), Some(CodeRefused::Heading));
        assert_eq!(refused(23), Some(CodeRefused::OutOfDates));
        for of_another_set in [10, 40, 50, 70] {
            assert_eq!(refused(of_another_set), Some(CodeRefused::OtherSet), "{of_another_set}");
        }
        assert_eq!((refused(22), refused(30)), (None, None));
    }

    #[test]
    fn p14_the_last_set_of_a_direction_is_that_without_ring_groups() {
        let mut sets = sets();
        let last = |sets: &[DispositionSet], place: usize| is_last_of_direction(sets, &sets[place]);
        assert!(last(&sets, 0) && last(&sets, 4));
        assert!(!last(&sets, 1) && !last(&sets, 6));
        sets.push(set(9, "Second", Direction::Inbound, &[]));
        assert!(!last(&sets, 0));
        sets[8].retired = true;
        assert!(last(&sets, 0));
    }
}
