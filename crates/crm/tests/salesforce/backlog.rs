//! A backlog drains while everything goes wrong: the outbox is played by a loop that obeys what it is answered.

use super::given::logged;
use super::org::{Person, World, client, run};
use crm::salesforce::{Salesforce, Surroundings};
use crm::{Carried, Crm, Filing, Retry};
use domain::id::At;
use serde_json::json;
use std::collections::BTreeMap;
use testkit::dice::Dice;
use testkit::tier::{Seeded, rounds, seed};

/// Calls that are logged.
const CALLS: usize = 10_000;
/// In how many of a hundred requests each fault happens.
const FAULT_PERCENT: u64 = 5;
/// Most that the outbox hands over at once.
const AT_ONCE: usize = 200;
/// How often the outbox is looked at before the test gives up.
const MAX_LOOKS: usize = 100_000;

/// What the outbox knows of one call.
struct Entry {
    filing: Filing,
    not_before: At,
    /// How often it was corrected, and how often of that was carried out.
    version: u32,
    carried: Option<u32>,
}

struct Outbox(Vec<Entry>);

impl Outbox {
    fn of(count: usize) -> Outbox {
        let entry = |nth| Entry { filing: logged(nth), not_before: At(0), version: 0, carried: None };
        Outbox((0..count).map(entry).collect())
    }

    fn due(&self, now: At) -> Vec<usize> {
        let due = |entry: &Entry| entry.carried != Some(entry.version) && entry.not_before <= now;
        let numbers = self.0.iter().enumerate().filter(|(_, entry)| due(entry)).map(|(nth, _)| nth);
        numbers.take(AT_ONCE).collect()
    }

    /// When the next is due of those that wait.
    fn next(&self) -> Option<At> {
        let waiting = self.0.iter().filter(|entry| entry.carried != Some(entry.version));
        waiting.map(|entry| entry.not_before).min()
    }

    async fn carry(&mut self, crm: &Salesforce, due: &[usize], now: At) {
        let filings: Vec<Filing> = due.iter().map(|nth| self.0[*nth].filing.clone()).collect();
        let versions: Vec<u32> = due.iter().map(|nth| self.0[*nth].version).collect();
        for ((nth, version), carried) in due.iter().zip(versions).zip(crm.file(&filings).await) {
            let entry = &mut self.0[*nth];
            match carried {
                Carried::Filed(filed) => {
                    entry.carried = filed.linked.then_some(version);
                    entry.filing.before = Some(filed);
                    entry.filing.in_doubt = false;
                }
                Carried::Failed(error) => match error.retry {
                    Retry::After(after) => entry.not_before = now.plus_millis(after.as_millis() as i64),
                    Retry::InDoubt(after) => {
                        entry.not_before = now.plus_millis(after.as_millis() as i64);
                        entry.filing.in_doubt = true;
                    }
                    Retry::No => panic!("{error}"),
                },
                other => panic!("{other:?}"),
            }
        }
    }

    /// An agent corrects a call.
    fn correct(&mut self, nth: usize) {
        let entry = &mut self.0[nth];
        entry.version += 1;
        entry.filing.activity.notes = Some(format!("Nota {nth}, corregida {}", entry.version));
    }
}

/// Every call is there once, with one Task, as it was said last.
fn check(ana: &Person, outbox: &Outbox) {
    let records = ana.query("SELECT Id, Interaction_Id__c, Task_Id__c, Notes__c FROM Call_Activity__c");
    let tasks = ana.query("SELECT Id, CallObject, Description FROM Task");
    assert_eq!((records.len(), tasks.len()), (outbox.0.len(), outbox.0.len()));
    let by_key: BTreeMap<&str, _> =
        records.iter().map(|record| (record["Interaction_Id__c"].as_str().expect("a key"), record)).collect();
    let by_id: BTreeMap<&str, _> =
        tasks.iter().map(|task| (task["Id"].as_str().expect("an id"), task)).collect();
    assert_eq!((by_key.len(), by_id.len()), (outbox.0.len(), outbox.0.len()));
    for entry in &outbox.0 {
        let key = entry.filing.activity.key.to_string();
        let record = by_key[key.as_str()];
        let task = by_id[record["Task_Id__c"].as_str().unwrap_or_else(|| panic!("{key} names no Task"))];
        let notes = json!(entry.filing.activity.notes);
        assert_eq!((&record["Notes__c"], &task["Description"]), (&notes, &notes), "{key}");
        assert_eq!(task["CallObject"], json!(key));
    }
}

async fn drain(
    world: &World,
    crm: &Salesforce,
    outbox: &mut Outbox,
    mut corrections: usize,
    dice: &mut Dice,
) {
    let count = outbox.0.len() as u64;
    for _ in 0..MAX_LOOKS {
        let now = world.now();
        let due = outbox.due(now);
        if due.is_empty() {
            match outbox.next() {
                Some(next) => world.later(next.millis_since(now).max(1)),
                None => return,
            }
            continue;
        }
        // Some are sent one by one, as on a quiet day.
        let due = if dice.percent(20) { &due[..1] } else { &due[..] };
        outbox.carry(crm, due, now).await;
        for _ in 0..3 {
            if corrections > 0 {
                corrections -= 1;
                outbox.correct(dice.below(count) as usize);
            }
        }
    }
    panic!("it does not drain");
}

#[test]
fn ten_thousand_calls_are_there_once_each_whatever_goes_wrong_and_corrected_in_order() {
    let count = rounds(1_000, CALLS);
    let seed = seed();
    let _seeded = Seeded(seed);
    run(async {
        let world = World::new(seed);
        world.post("limits", json!({ "daily_calls": 1_000_000 }));
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        for fault in ["unauthorized", "limit", "lock", "unavailable", "slow", "lost", "dropped"] {
            world.post("faults", json!({ "fault": fault, "percent": FAULT_PERCENT, "delay_ms": 900 }));
        }
        let mut dice = Dice::new(seed, 9);
        let mut outbox = Outbox::of(count);
        // For the first hour and in the middle of it all nothing gets there.
        world.cut_off(true);
        outbox.carry(&crm, &(0..AT_ONCE).collect::<Vec<_>>(), world.now()).await;
        world.later(3_600_000);
        world.cut_off(false);
        drain(&world, &crm, &mut outbox, count / 10, &mut dice).await;
        world.emulator("DELETE", "faults", json!(null));
        let ana = if world.now() > super::org::START.plus_millis(3_600_000) {
            world.person("ana@emulator.example")
        } else {
            ana
        };
        check(&ana, &outbox);
    });
}

/// Files several and answers what is known of each then.
async fn carried_in_doubt(crm: &Salesforce, filings: &mut [Filing]) {
    let all = crm.file(filings).await;
    for (filing, carried) in filings.iter_mut().zip(all) {
        let Carried::Failed(error) = carried else { panic!("{carried:?}") };
        filing.in_doubt = matches!(error.retry, Retry::InDoubt(_));
        assert!(filing.in_doubt, "{error}");
    }
}

#[test]
fn a_batch_whose_answer_was_lost_has_tasks_that_no_record_names_and_they_are_found() {
    run(async {
        let world = World::new(7);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut outbox = Outbox::of(120);
        world.post("faults", json!({ "fault": "lost", "times": 1, "path": "/composite" }));
        let mut filings: Vec<Filing> = (0..120).map(logged).collect();
        carried_in_doubt(&crm, &mut filings).await;
        assert_eq!(ana.query("SELECT Id FROM Task").len(), 120);
        // A week later, with other calls between.
        world.later(7 * 24 * 3_600_000);
        crm.file(&[logged(500)]).await;
        for carried in crm.file(&filings).await {
            assert!(matches!(carried, Carried::Filed(filed) if filed.linked && filed.task.is_some()));
        }
        outbox.0.push(Outbox::of(501).0.remove(500));
        check(&world.person("ana@emulator.example"), &outbox);
    });
}

#[test]
fn tasks_that_could_not_be_named_in_their_records_are_named_the_next_time() {
    run(async {
        let world = World::new(8);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut outbox = Outbox::of(30);
        world.post(
            "faults",
            json!({ "fault": "dropped", "times": 1, "path": "/composite/sobjects", "method": "PATCH" }),
        );
        outbox.carry(&crm, &(0..30).collect::<Vec<_>>(), world.now()).await;
        assert_eq!(outbox.due(world.now()).len(), 30, "none is done");
        outbox.carry(&crm, &(0..30).collect::<Vec<_>>(), world.now()).await;
        assert_eq!(outbox.due(world.now()).len(), 0);
        check(&ana, &outbox);
    });
}

#[test]
fn one_record_that_somebody_holds_while_it_is_to_name_its_task_names_it_the_next_time() {
    run(async {
        let world = World::new(9);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut outbox = Outbox::of(30);
        world.post(
            "faults",
            json!({ "fault": "lock", "times": 1, "path": "/composite/sobjects", "method": "PATCH" }),
        );
        outbox.carry(&crm, &(0..30).collect::<Vec<_>>(), world.now()).await;
        assert_eq!(outbox.due(world.now()), [0]);
        outbox.carry(&crm, &[0], world.now()).await;
        check(&ana, &outbox);
    });
}

#[test]
fn a_backlog_costs_a_twentieth_of_a_call_or_less_for_each() {
    run(async {
        let world = World::new(3);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut outbox = Outbox::of(1_000);
        outbox.carry(&crm, &[0], world.now()).await;
        world.count_anew();
        while let due = outbox.due(world.now())
            && !due.is_empty()
        {
            outbox.carry(&crm, &due, world.now()).await;
        }
        let calls = world.limited();
        assert_eq!(calls, 10, "two for each 200");
        assert!(calls * 20 <= 1_000);
        check(&ana, &outbox);
    });
}

#[test]
fn one_that_is_refused_and_one_that_is_locked_hold_up_no_other() {
    run(async {
        let world = World::new(4);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let case = ana.create("Case", json!({ "Subject": "x" }));
        ana.delete("Case", &case);
        world.post(
            "rules",
            json!({ "validation": { "object": "Task", "field": "Description", "forbidden": "Nota 7", "message": "No" } }),
        );
        let mut filings: Vec<Filing> = (0..150).map(logged).collect();
        filings[3].case = Some(super::given::id(&case));
        world.post("faults", json!({ "fault": "lock", "times": 1, "path": "/composite" }));
        let carried = crm.file(&filings).await;
        for (nth, carried) in carried.iter().enumerate() {
            match (nth, carried) {
                (0, Carried::Failed(error)) => assert!(matches!(error.retry, Retry::After(_)), "{error}"),
                (3 | 7, Carried::Refused(_)) => {}
                (_, Carried::Filed(filed)) => {
                    assert!(filed.linked && nth != 3 && nth != 7 && nth != 0, "{nth}")
                }
                (_, other) => panic!("{nth}: {other:?}"),
            }
        }
        assert_eq!(ana.query("SELECT Id FROM Call_Activity__c").len(), 147);
    });
}

#[test]
fn calls_with_long_notes_are_cut_into_requests_that_an_org_takes() {
    run(async {
        let world = World::new(5);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut filings: Vec<Filing> = (0..60).map(logged).collect();
        filings.iter_mut().for_each(|filing| filing.activity.notes = Some("\"ñ\"\n".repeat(8_000)));
        let carried = crm.file(&filings).await;
        assert!(carried.iter().all(|carried| matches!(carried, Carried::Filed(filed) if filed.linked)));
        assert!(world.largest() < 2_500_000, "{} bytes", world.largest());
        assert_eq!(ana.query("SELECT Id FROM Task").len(), 60);
    });
}

#[test]
fn where_nothing_gets_there_one_request_finds_out_for_all() {
    run(async {
        let world = World::new(6);
        let crm = client(&world);
        crm.file(&[logged(0)]).await;
        let before = world.sent();
        world.cut_off(true);
        let mut filings: Vec<Filing> = (0..1_000).map(logged).collect();
        filings[700].in_doubt = true;
        let carried = crm.file(&filings).await;
        assert_eq!((carried.len(), world.sent() - before), (1_000, 1));
        for (nth, carried) in carried.iter().enumerate() {
            let Carried::Failed(error) = carried else { panic!("{nth}: {carried:?}") };
            // What was in doubt before still is.
            assert_eq!(matches!(error.retry, Retry::InDoubt(_)), nth == 700, "{nth}");
        }
    });
}
