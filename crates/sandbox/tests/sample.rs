//! The sample data must be what it is said to be, read by the product's own rules.

use domain::call::Direction;
use domain::directory::{MAX_NAME_CHARS, MAX_PHONE_CHARS, MAX_PHONE_FIELDS, Person, PersonKind};
use domain::disposition::{CodeScope, MAX_LABEL_CHARS, OfferedBy, is_last_of_direction, on_offer};
use domain::id::{At, PersonId};
use domain::phone::{NumberPolicy, OtherParty, PhoneKey, Region, Tier, other_party, stored_numbers};
use domain::report::calendar::Day;
use sandbox::centre;
use sandbox::pbx::{Floor, FloorSettings};
use sandbox::people::{Callers, DEMO_PEOPLE, people};
use std::collections::{BTreeMap, BTreeSet};

const SEED: u64 = sandbox::DEMO_SEED;

fn region() -> Region {
    centre::region().expect("a region")
}

fn policy() -> NumberPolicy {
    NumberPolicy::new(region()).with_own(centre::own_numbers(&centre::agents()))
}

fn index(people: &[Person]) -> BTreeMap<PhoneKey, BTreeSet<PersonId>> {
    let mut index: BTreeMap<PhoneKey, BTreeSet<PersonId>> = BTreeMap::new();
    for person in people {
        for phone in &person.phones {
            for key in stored_numbers(&phone.raw, region()).into_iter().flat_map(|number| number.keys) {
                index.entry(key).or_default().insert(person.id);
            }
        }
    }
    index
}

#[test]
fn people_are_the_same_again_and_more_of_them_begin_with_the_same() {
    let all = people(SEED, DEMO_PEOPLE);
    assert_eq!(all.len(), DEMO_PEOPLE);
    assert_eq!(all[..300], people(SEED, 300));
    assert_ne!(all[..300], people(SEED + 1, 300));
    let ids: BTreeSet<PersonId> = all.iter().map(|person| person.id).collect();
    assert_eq!(ids.len(), DEMO_PEOPLE);
}

#[test]
fn people_are_of_every_kind_and_within_the_limits() {
    let all = people(SEED, DEMO_PEOPLE);
    for kind in [PersonKind::Contact, PersonKind::Lead, PersonKind::Account, PersonKind::PersonAccount] {
        let count = all.iter().filter(|person| person.kind == kind).count();
        assert!(count > DEMO_PEOPLE / 20, "{kind:?}: {count}");
    }
    for person in &all {
        let texts = [Some(&person.name), person.company.as_ref(), person.email.as_ref()];
        assert!(texts.into_iter().flatten().all(|text| (1..=MAX_NAME_CHARS).contains(&text.chars().count())));
        assert!(person.phones.len() <= MAX_PHONE_FIELDS);
        assert!(person.phones.iter().all(|phone| phone.raw.chars().count() <= MAX_PHONE_CHARS));
    }
}

/// What callers of the demo find in the directory, per hundred.
#[test]
fn callers_are_known_once_or_to_several_or_unknown_or_withheld() {
    let index = index(&people(SEED, DEMO_PEOPLE));
    let policy = policy();
    let settings = FloorSettings::demo(SEED, Callers::of_sample(SEED, DEMO_PEOPLE));
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut spellings = BTreeSet::new();
    for number in numbers_of(settings, 600) {
        let sort = match other_party(&number, &policy) {
            OtherParty::Withheld => "withheld",
            OtherParty::Number(caller) => {
                let hits =
                    caller.plan.iter().find_map(|key| index.get(key).map(|hits| (key.tier, hits.len())));
                match hits {
                    None if caller.can_create => "unknown",
                    None => "odd",
                    Some((Tier::E, 1)) => "once",
                    Some(_) => "several",
                }
            }
            other => panic!("{number}: {other:?}"),
        };
        *found.entry(sort).or_default() += 1;
        spellings.insert(if number.starts_with('+') {
            "plus"
        } else if number.starts_with("00") {
            "zeros"
        } else {
            "national"
        });
    }
    let share = |sort: &str| found.get(sort).copied().unwrap_or_default() * 100 / 600;
    assert_eq!(share("odd"), 0, "{found:?}");
    assert!((45..75).contains(&share("once")), "{found:?}");
    assert!((10..30).contains(&share("several")), "{found:?}");
    assert!((8..25).contains(&share("unknown")), "{found:?}");
    assert!((2..12).contains(&share("withheld")), "{found:?}");
    assert_eq!(spellings.len(), 3);
}

/// The other party's number of so many calls.
fn numbers_of(settings: FloorSettings, calls: usize) -> Vec<String> {
    let mut numbers = Vec::new();
    for (_, bytes) in Floor::new(settings, At(1_900_000_000_000_000)) {
        let text = String::from_utf8(bytes).expect("text");
        let header = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_default().to_owned()
        };
        let event = header("Event");
        let dialled = header("DialString");
        if event == "Newchannel" && header("Context") == "from-trunk" && header("Exten") != "s" {
            numbers.push(header("CallerIDNum"));
        } else if let Some(number) = dialled.strip_suffix("@trunk").filter(|_| event == "DialBegin") {
            numbers.push(number.to_owned());
        }
        if numbers.len() == calls {
            break;
        }
    }
    numbers
}

#[test]
fn numbers_of_the_centre_are_its_own_and_nobody_elses() {
    let policy = policy();
    let index = index(&people(SEED, DEMO_PEOPLE));
    for number in centre::own_numbers(&centre::agents()) {
        assert!(matches!(other_party(&number, &policy), OtherParty::Own { e164: Some(_) }), "{number}");
        for stored in stored_numbers(&number, region()) {
            assert!(stored.keys.iter().all(|key| !index.contains_key(key)), "{number}");
        }
    }
}

#[test]
fn users_are_ten_agents_a_supervisor_and_an_admin() {
    let users = centre::users();
    let logins: BTreeSet<&str> = users.iter().map(|demo| demo.user.login.as_str()).collect();
    assert_eq!((users.len(), logins.len()), (12, 12));
    let agents: Vec<String> =
        users.iter().filter_map(|demo| Some(demo.user.agent.as_ref()?.0.clone())).collect();
    let extensions: Vec<String> = centre::agents().into_iter().map(|agent| agent.extension).collect();
    assert_eq!(agents, extensions);
    assert_eq!((extensions[0].as_str(), extensions[9].as_str()), ("1001", "1010"));
}

#[test]
fn each_direction_has_a_set_with_favourites_first_and_a_retired_code() {
    let sets = centre::disposition_sets();
    for direction in [Direction::Inbound, Direction::Outbound] {
        let general = |set: &&_| is_last_of_direction(&sets, set);
        let set = sets.iter().filter(|set| set.direction == direction).find(general).expect("a set");
        let active: Vec<_> = set.codes.iter().filter(|code| !code.retired).collect();
        assert_eq!((active.len(), set.codes.len()), (8, 9));
        assert!(active.is_sorted_by_key(|code| (!code.favourite, code.position)));
        assert_eq!(active.iter().filter(|code| code.requires_notes).count(), 1);
        for (place, code) in set.codes.iter().enumerate() {
            assert_eq!((code.position as usize, code.set), (place, set.id));
            for label in [&code.label.es, &code.label.en] {
                assert!((1..=MAX_LABEL_CHARS).contains(&label.chars().count()));
            }
        }
    }
    let ids: BTreeSet<_> = sets.iter().flat_map(|set| &set.codes).map(|code| code.id).collect();
    assert_eq!(ids.len(), sets.iter().map(|set| set.codes.len()).sum::<usize>());
}

#[test]
fn two_of_the_ring_groups_have_sets_of_their_own() {
    let (sets, groups) = (centre::disposition_sets(), centre::ring_groups());
    assert!(
        sets.iter().flat_map(|set| &set.ring_groups).all(|key| groups.iter().any(|group| group.key == *key))
    );
    let by = |direction, group: &str| {
        let scope = CodeScope { direction, ring_group: Some(group), of_agent: &[], today: Day(20_000) };
        let offer = on_offer(&sets, &scope).expect("codes");
        assert!(offer.sets.iter().flat_map(|set| &set.codes).any(|code| code.favourite));
        offer.by
    };
    let inbound: Vec<OfferedBy> = groups.iter().map(|group| by(Direction::Inbound, &group.key)).collect();
    use OfferedBy::{Direction as General, RingGroup};
    assert_eq!(inbound, [RingGroup, RingGroup, General, General]);
    assert_eq!(by(Direction::Outbound, &groups[0].key), RingGroup);
    let settings = domain::centre::Centre { ring_groups: groups, ..domain::centre::Centre::default() };
    assert_eq!(settings.check(), Ok(()));
}
