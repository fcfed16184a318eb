//! The number index, and the lock per tenant and number that auto-create rests on.

use crate::fixture::{OnSqlite, World};
use crate::sample::*;
use domain::commit::{Change, Commit};
use domain::directory::{Person, PersonKind, PhoneField, RecordKeys};
use domain::id::PersonId;
use domain::matching::{MAX_CANDIDATES, MatchRule};
use domain::phone::{KeyBasis, PhoneKey, Tier};
use store::{CommitError, MemoryStore, Store};

for_each_store! {
    the_first_tier_that_has_any_answers,
    every_key_of_a_tier_counts,
    one_hit_a_record_from_its_first_field,
    hits_come_by_name_then_id_and_no_more_than_a_panel_takes,
    hits_come_in_the_order_of_kinds_and_only_of_those_that_are_matched,
    a_tier_whose_hits_are_not_matched_counts_as_empty,
    a_record_is_hit_in_the_first_field_that_is_looked_at,
    a_number_is_claimed_by_those_that_are_matched,
    numbers_that_are_gone_find_nobody,
    a_key_that_fits_no_number_is_left_out,
    a_number_is_claimed_by_whoever_has_a_key,
    keys_of_another_basis_are_made_anew_and_the_record_stays_as_it_was,
    a_record_that_was_changed_meanwhile_keeps_the_keys_of_the_change,
    keys_are_made_anew_so_many_at_a_time,
}

async fn matched(world: &World<'_>, plan: &[PhoneKey]) -> Vec<(String, Tier)> {
    let hits = world.store.match_number(world.tenant, plan).await.unwrap();
    hits.into_iter().map(|hit| (hit.person.name, hit.tier)).collect()
}

fn name(name: &str, tier: Tier) -> (String, Tier) {
    (name.to_owned(), tier)
}

async fn the_first_tier_that_has_any_answers(world: &World<'_>) {
    let (n, l) = (key(Tier::N, "600000001"), key(Tier::L, "34:0000001"));
    world.write(vec![found_by(person(3, "Nu", &["1"]), std::slice::from_ref(&n))]).await;
    world.write(vec![found_by(person(4, "Lu", &["1"]), std::slice::from_ref(&l))]).await;
    let plan = [number(1), n.clone(), l.clone()];
    assert_eq!(matched(world, &plan).await, [name("Ana A", Tier::E), name("Bea A", Tier::E)]);
    assert_eq!(matched(world, &plan[1..]).await, [name("Nu", Tier::N)]);
    assert_eq!(matched(world, &plan[2..]).await, [name("Lu", Tier::L)]);
    assert_eq!(matched(world, &[number(9), n, l]).await, [name("Nu", Tier::N)]);
    assert_eq!(matched(world, &[]).await, []);
    assert_eq!(matched(world, &[number(9)]).await, []);
}

async fn every_key_of_a_tier_counts(world: &World<'_>) {
    let endings =
        ["600000001", "00000001", "0000001", "000001"].map(|end| key(Tier::L, &format!("34:{end}")));
    world.write(vec![found_by(person(3, "Zoe", &["1"]), &endings[1..2])]).await;
    world.write(vec![found_by(person(4, "Lu", &["1"]), &endings[3..])]).await;
    let both = [name("Lu", Tier::L), name("Zoe", Tier::L)];
    assert_eq!(matched(world, &endings).await, both);
    let plan = [vec![number(9)], endings.to_vec()].concat();
    assert_eq!(matched(world, &plan).await, both);
    assert_eq!(matched(world, &[key(Tier::L, "34:0000000001")]).await, [], "zeros count");
}

async fn one_hit_a_record_from_its_first_field(world: &World<'_>) {
    let (other, l) = (key(Tier::L, "34:000002"), key(Tier::L, "34:000001"));
    let keys = vec![(number(5), 2), (number(5), 1), (other.clone(), 2), (l.clone(), 1), (l.clone(), 0)];
    let twice = person(3, "Eva", &["a", "b", "c"]);
    let keys = RecordKeys { basis: spain(), keys };
    world.write(vec![Change::Person { person: Box::new(twice), keys }]).await;
    let hits = world.store.match_number(world.tenant, &[number(5)]).await.unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].field, hits[0].stored_as.as_str()), (PhoneField::Mobile, "b"));
    assert_eq!((hits[0].person.id, hits[0].person.phone.as_deref()), (person_id(3), Some("a")));
    let hits = world.store.match_number(world.tenant, &[other, l]).await.unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].field, hits[0].stored_as.as_str()), (PhoneField::Phone, "a"));
}

async fn hits_come_by_name_then_id_and_no_more_than_a_panel_takes(world: &World<'_>) {
    let same = |n: u32| {
        found_by(person(n, if n.is_multiple_of(2) { "Same" } else { "Same b" }, &["1"]), &[number(5)])
    };
    world.write((10..70).rev().map(same).collect()).await;
    let hits = world.store.match_number(world.tenant, &[number(5)]).await.unwrap();
    let ids: Vec<_> = hits.iter().map(|hit| hit.person.id).collect();
    assert_eq!(ids, (10..70).step_by(2).map(person_id).take(MAX_CANDIDATES).collect::<Vec<_>>());
}

fn rule(kinds: &[PersonKind], fields: &[PhoneField]) -> MatchRule {
    MatchRule { kinds: kinds.to_vec(), fields: fields.to_vec() }
}

/// A record of a kind that has the keys in the field of this place.
fn in_field(n: u32, name: &str, kind: PersonKind, place: usize, keys: &[PhoneKey]) -> Change {
    let person = Person { kind, ..person(n, name, &["a", "b", "c", "d"]) };
    let keys = RecordKeys { basis: spain(), keys: keys.iter().map(|key| (key.clone(), place)).collect() };
    Change::Person { person: Box::new(person), keys }
}

async fn by_rule(world: &World<'_>, plan: &[PhoneKey], rule: &MatchRule) -> Vec<(String, PhoneField)> {
    let mut moment = world.store.snapshot(world.tenant).await.unwrap();
    let hits = moment.match_by_rule(plan, rule).await.unwrap();
    hits.into_iter().map(|hit| (hit.person.name, hit.field)).collect()
}

async fn names_by(world: &World<'_>, plan: &[PhoneKey], rule: &MatchRule) -> Vec<String> {
    by_rule(world, plan, rule).await.into_iter().map(|(name, _)| name).collect()
}

async fn hits_come_in_the_order_of_kinds_and_only_of_those_that_are_matched(world: &World<'_>) {
    use PersonKind::{Account, Contact, Lead, PersonAccount};
    let of = |n, name, kind| in_field(n, name, kind, 0, &[number(5)]);
    world
        .write(vec![of(10, "D", Contact), of(11, "A", Account), of(12, "B", Lead), of(13, "C", Contact)])
        .await;
    let all = PhoneField::ALL;
    for (kinds, expected) in [
        (&PersonKind::ALL[..], &["C", "D", "B", "A"][..]),
        (&[Lead, Account, Contact, PersonAccount], &["B", "A", "C", "D"]),
        (&[Account, Lead], &["A", "B"]),
        (&[PersonAccount], &[]),
    ] {
        assert_eq!(names_by(world, &[number(5)], &rule(kinds, &all)).await, expected);
    }
    // Those that are not matched take nobody's place.
    let crowd = |n| of(n, "A crowd", Account);
    world.write((100..100 + 2 * MAX_CANDIDATES as u32).map(crowd).collect()).await;
    assert_eq!(names_by(world, &[number(5)], &rule(&[Lead, Contact], &all)).await, ["B", "C", "D"]);
}

async fn a_tier_whose_hits_are_not_matched_counts_as_empty(world: &World<'_>) {
    let (n, l) = (key(Tier::N, "600000005"), key(Tier::L, "34:0000005"));
    world
        .write(vec![
            in_field(10, "Exact", PersonKind::Account, 0, &[number(5)]),
            in_field(11, "National", PersonKind::Lead, 3, std::slice::from_ref(&n)),
            in_field(12, "Local", PersonKind::Contact, 0, std::slice::from_ref(&l)),
        ])
        .await;
    let plan = [number(5), n, l];
    let people = [PersonKind::Contact, PersonKind::Lead];
    assert_eq!(names_by(world, &plan, &MatchRule::default()).await, ["Exact"]);
    assert_eq!(names_by(world, &plan, &rule(&people, &PhoneField::ALL)).await, ["National"]);
    assert_eq!(names_by(world, &plan, &rule(&people, &[PhoneField::Phone])).await, ["Local"]);
    assert_eq!(names_by(world, &plan, &rule(&people, &[PhoneField::Home])).await, Vec::<String>::new());
}

async fn a_record_is_hit_in_the_first_field_that_is_looked_at(world: &World<'_>) {
    let keys = [3, 1, 2].map(|place| (number(5), place)).to_vec();
    let eva = person(10, "Eva", &["a", "b", "c", "d"]);
    let keys = RecordKeys { basis: spain(), keys };
    world.write(vec![Change::Person { person: Box::new(eva), keys }]).await;
    use PhoneField::{Home, Mobile, Other, Phone};
    for (fields, expected) in [
        (&PhoneField::ALL[..], Some(Mobile)),
        (&[Other, Home], Some(Home)),
        (&[Other], Some(Other)),
        (&[Phone], None),
    ] {
        let found = by_rule(world, &[number(5)], &rule(&PersonKind::ALL, fields)).await;
        assert_eq!(found.first().map(|(_, field)| *field), expected, "{fields:?}");
    }
}

async fn a_number_is_claimed_by_those_that_are_matched(world: &World<'_>) {
    let n = key(Tier::N, "600000005");
    world
        .write(vec![
            in_field(10, "Acme", PersonKind::Account, 0, &[number(5)]),
            in_field(11, "Lead", PersonKind::Lead, 1, std::slice::from_ref(&n)),
        ])
        .await;
    let both = [number(5), n];
    for (rule, free) in [
        (rule(&[PersonKind::Contact], &PhoneField::ALL), true),
        (rule(&[PersonKind::Contact, PersonKind::Lead], &PhoneField::ALL), false),
        (rule(&[PersonKind::Contact, PersonKind::Lead], &[PhoneField::Phone]), true),
        (rule(&[PersonKind::Account], &[PhoneField::Phone]), false),
        (MatchRule::default(), false),
    ] {
        assert_eq!(world.holds(unclaimed(&both, &rule)).await, free, "{rule:?}");
    }
}

async fn numbers_that_are_gone_find_nobody(world: &World<'_>) {
    let moved = Person { version: 2, ..person(1, "Ana", &["new"]) };
    world.write(vec![found_by(moved, &[number(3), number(4)])]).await;
    assert_eq!(matched(world, &[number(1)]).await, [name("Bea A", Tier::E)]);
    assert_eq!(matched(world, &[number(3)]).await, [name("Ana", Tier::E)]);
    world.write(vec![found_by(person(1, "Ana", &["new"]), &[number(4)])]).await;
    assert_eq!(matched(world, &[number(3)]).await, []);
    assert_eq!(matched(world, &[number(4)]).await, [name("Ana", Tier::E)]);
}

async fn a_key_that_fits_no_number_is_left_out(world: &World<'_>) {
    let long = key(Tier::E, "+1234567890123456789");
    world.write(vec![found_by(person(3, "Eva", &["1"]), &[long.clone(), number(5)])]).await;
    assert_eq!(matched(world, std::slice::from_ref(&long)).await, []);
    assert_eq!(matched(world, &[long.clone(), number(5)]).await, [name("Eva", Tier::E)]);
    assert!(world.holds(unclaimed(&[long], &MatchRule::default())).await);
    assert_eq!(world.store.search_people(world.tenant, "1234567", 9).await.unwrap(), []);
}

async fn a_number_is_claimed_by_whoever_has_a_key(world: &World<'_>) {
    let unclaimed = async |keys: &[PhoneKey]| world.holds(unclaimed(keys, &MatchRule::default())).await;
    let n = key(Tier::N, "600000007");
    assert!(unclaimed(&[]).await && unclaimed(&[number(7), n.clone()]).await);
    assert!(!unclaimed(&[number(1)]).await && !unclaimed(&[n.clone(), number(1)]).await);
    world.write(vec![found_by(person(3, "Eva", &["1"]), std::slice::from_ref(&n))]).await;
    assert!(!unclaimed(&[number(7), n.clone()]).await && unclaimed(&[number(7)]).await);
    world.write(vec![Change::PersonDeleted(person_id(3))]).await;
    assert!(unclaimed(&[number(7), n]).await);
}

const PAIRS: u32 = 1_000;

/// For each number two Commits at once, in both tenants: one of two makes a person.
async fn two_for_each_number(store: &'static dyn Store) {
    let world = World::new(store).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 1_000..1_000 + PAIRS {
        for (tenant, twin) in [(world.tenant, 0), (world.tenant, 1), (world.other, 0), (world.other, 1)] {
            let new = person(10 * n + twin, &format!("Caller {n}"), &["1"]);
            let preconditions = vec![unclaimed(&[number(n)], &MatchRule::default())];
            let commit = Commit { tenant, preconditions, changes: vec![found_by(new, &[number(n)])] };
            tasks.spawn(async move { (tenant, n, store.commit(commit).await) });
        }
    }
    let mut made = std::collections::BTreeMap::new();
    for (tenant, n, answer) in tasks.join_all().await {
        match answer {
            Ok(_) => *made.entry((tenant, n)).or_insert(0) += 1,
            Err(error) => assert_eq!(error, CommitError::Refused { index: 0 }),
        }
    }
    assert_eq!(made.len(), 2 * PAIRS as usize);
    assert!(made.values().all(|count| *count == 1));
    for tenant in [world.tenant, world.other] {
        for n in 1_000..1_000 + PAIRS {
            assert_eq!(store.match_number(tenant, &[number(n)]).await.unwrap().len(), 1, "{n}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_of_one_unknown_caller_make_one_person_in_memory() {
    two_for_each_number(Box::leak(Box::new(MemoryStore::new()))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_of_one_unknown_caller_make_one_person_on_sqlite() {
    let fixture = OnSqlite::open();
    let path = fixture.path();
    let store = store::SqliteStore::open(&path, &store::OpenOptions::default()).unwrap();
    two_for_each_number(Box::leak(Box::new(store))).await;
}

/// Ids of the people whose keys are of another basis than this.
async fn stale(world: &World<'_>, basis: &KeyBasis) -> Vec<PersonId> {
    let people = world.store.people_to_rekey(world.tenant, basis, 50).await.unwrap();
    let mut ids: Vec<PersonId> = people.into_iter().map(|person| person.id).collect();
    ids.sort();
    ids
}

fn rekeyed(n: u32, version: u64, basis: KeyBasis, keys: &[PhoneKey]) -> Change {
    Change::PersonRekeyed { id: person_id(n), version, keys: made_by(basis, keys) }
}

async fn keys_of_another_basis_are_made_anew_and_the_record_stays_as_it_was(world: &World<'_>) {
    let (mexico, later) = (KeyBasis::of("MX".parse().unwrap()), KeyBasis { scheme: 9, ..spain() });
    assert_eq!(stale(world, &spain()).await, []);
    for other in [mexico, later, KeyBasis { scheme: 0, ..spain() }, KeyBasis::of("AD".parse().unwrap())] {
        assert_eq!(stale(world, &other).await, [person_id(1), person_id(2)], "{other:?}");
    }
    let before = world.store.person(world.tenant, person_id(1)).await.unwrap();
    world.write(vec![rekeyed(1, 1, mexico, &[number(7)]), rekeyed(5, 1, mexico, &[])]).await;
    assert_eq!(world.store.person(world.tenant, person_id(1)).await.unwrap(), before, "version and all");
    assert_eq!(matched(world, &[number(7)]).await, [name("Ana A", Tier::E)]);
    assert_eq!(matched(world, &[number(1)]).await, [name("Bea A", Tier::E)]);
    let found = world.store.search_people(world.tenant, "600000007", 9).await.unwrap();
    assert_eq!(found.iter().map(|line| line.id).collect::<Vec<_>>(), [person_id(1)]);
    assert_eq!(
        (stale(world, &mexico).await, stale(world, &spain()).await),
        (vec![person_id(2)], vec![person_id(1)])
    );
    assert_eq!(world.store.person(world.tenant, person_id(5)).await.unwrap(), None, "nobody is made");
    let absent = RecordKeys { basis: mexico, keys: vec![(number(7), 3)] };
    let absent = Change::PersonRekeyed { id: person_id(1), version: 1, keys: absent };
    let refused = world.store.commit(Commit::of(world.tenant, vec![absent])).await;
    assert!(matches!(refused, Err(CommitError::Inconsistent(_))), "a key of a field that is not there");
}

async fn a_record_that_was_changed_meanwhile_keeps_the_keys_of_the_change(world: &World<'_>) {
    let mexico = KeyBasis::of("MX".parse().unwrap());
    let changed = Person { version: 2, ..person(1, "Ana A", &["700"]) };
    world
        .write(vec![Change::Person { person: Box::new(changed), keys: made_by(mexico, &[number(3)]) }])
        .await;
    world.write(vec![rekeyed(1, 1, mexico, &[number(7)])]).await;
    assert_eq!(matched(world, &[number(7)]).await, []);
    assert_eq!(matched(world, &[number(3)]).await, [name("Ana A", Tier::E)]);
    assert_eq!(stale(world, &mexico).await, [person_id(2)]);
}

async fn keys_are_made_anew_so_many_at_a_time(world: &World<'_>) {
    let mexico = KeyBasis::of("MX".parse().unwrap());
    world.write((10..17).map(|n| found_by(person(n, "Many", &["1"]), &[number(n)])).collect()).await;
    let (mut rounds, mut seen) = (0, std::collections::BTreeSet::new());
    loop {
        let people = world.store.people_to_rekey(world.tenant, &mexico, 4).await.unwrap();
        if people.is_empty() {
            break;
        }
        assert!(people.len() <= 4);
        rounds += 1;
        seen.extend(people.iter().map(|person| person.id));
        let rekey = |person: &Person| Change::PersonRekeyed {
            id: person.id,
            version: person.version,
            keys: made_by(mexico, &[]),
        };
        world.write(people.iter().map(rekey).collect()).await;
    }
    assert_eq!((rounds, seen.len()), (3, 9));
}
