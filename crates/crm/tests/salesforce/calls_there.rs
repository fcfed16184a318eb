//! Which calls the org has: those of a time, page by page, and some by their ids; and what a person sends once more.

use super::given::{filed, logged, not_logged};
use super::org::{World, client, run};
use crm::{CallThere, Carried, Crm, CrmErrorKind, Filing};
use domain::id::{At, CallKey};
use sandbox::salesforce::Kind;
use serde_json::json;
use uuid::Uuid;

const CALLS: &str = "SELECT Id, Task_Id__c, Notes__c FROM Call_Activity__c";
const TASKS: &str = "SELECT Id, Description FROM Task";
/// When the calls of [`logged`] begin.
const BEGIN: At = At(1_795_687_200_000_000);
const DAY_MS: i64 = 86_400_000;

/// All records of calls that began in a time.
async fn all(crm: &crm::salesforce::Salesforce, from: At, until: At) -> (Vec<CallThere>, usize) {
    let (mut found, mut pages, mut place) = (Vec::new(), 0, None);
    loop {
        let page = crm.calls_there(from, until, place.as_ref()).await.expect("a page");
        found.extend(page.calls);
        pages += 1;
        place = page.next;
        if place.is_none() {
            assert_eq!(page.total, found.len() as u64);
            return (found, pages);
        }
    }
}

fn ids(there: &[CallThere]) -> Vec<&str> {
    let mut ids: Vec<&str> = there.iter().filter_map(|one| one.call.as_deref()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn calls_of_a_time_are_read_by_one_call_for_two_thousand_deleted_ones_as_well() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let filings: Vec<Filing> = (0..2_003).map(not_logged).collect();
        let carried = crm.file(&filings).await;
        ana.delete("Call_Activity__c", &filed(&carried[1]).record.0);
        crm.calls_there(BEGIN, BEGIN, None).await.expect("the describes are known then");
        world.count_anew();
        let begin = filings.iter().map(|filing| filing.call.started_at).min().expect("calls");
        let end = filings.iter().map(|filing| filing.call.started_at).max().expect("calls");
        let (there, pages) = all(&crm, begin, end.plus_millis(1_000)).await;
        assert_eq!((there.len(), pages, world.limited(), world.of(Kind::Query)), (2_003, 2, 2, 2));
        let deleted: Vec<&CallThere> = there.iter().filter(|one| one.deleted).collect();
        assert_eq!(deleted.len(), 1);
        assert_eq!(deleted[0].record, filed(&carried[1]).record);
        assert_eq!(deleted[0].call, Some(filings[1].activity.key.to_string()));
    });
}

#[test]
fn a_time_has_the_calls_that_began_in_its_seconds() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let at = |ms: i64, nth| {
            let mut filing = not_logged(nth);
            filing.call.started_at = BEGIN.plus_millis(ms);
            filing
        };
        let filings = [at(-1, 1), at(0, 2), at(DAY_MS - 1, 3), at(DAY_MS, 4)];
        crm.file(&filings).await;
        ana.create("Call_Activity__c", json!({ "Started_At__c": "2026-11-26T12:00:00Z" }));
        let (there, _) = all(&crm, BEGIN, BEGIN.plus_millis(DAY_MS)).await;
        let mut expected: Vec<String> =
            filings[1..3].iter().map(|one| one.activity.key.to_string()).collect();
        expected.sort_unstable();
        assert_eq!((ids(&there), there.len()), (expected.iter().map(String::as_str).collect(), 3));
        assert!(there.iter().any(|one| one.call.is_none() && one.part_of.is_none()), "made by hand");
    });
}

#[test]
fn some_calls_are_looked_for_by_their_ids_five_queries_to_a_call() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let filings: Vec<Filing> = (0..200).map(not_logged).collect();
        let carried = crm.file(&filings).await;
        ana.delete("Call_Activity__c", &filed(&carried[7]).record.0);
        let part = json!({ "Part_Of__c": filings[9].activity.key.to_string() });
        ana.change("Call_Activity__c", &filed(&carried[8]).record.0, part);
        let mut keys: Vec<CallKey> = filings.iter().map(|filing| filing.activity.key).collect();
        keys.push(CallKey(Uuid::from_u128(99)));
        crm.calls_of(&keys[..1]).await.expect("the describes are known then");
        world.count_anew();
        let there = crm.calls_of(&keys).await.expect("an answer");
        assert_eq!((there.len(), world.limited()), (200, 1));
        let of =
            |nth: usize| there.iter().find(|one| one.record == filed(&carried[nth]).record).expect("there");
        assert!(of(7).deleted && !of(8).deleted);
        assert_eq!(of(8).part_of, Some(filings[9].activity.key.to_string()));
        assert_eq!(crm.calls_of(&[]).await, Ok(Vec::new()));
    });
}

#[test]
fn an_org_that_is_down_says_so() {
    run(async {
        let world = World::new(1);
        let crm = client(&world);
        crm.calls_there(BEGIN, BEGIN, None).await.expect("an answer");
        world.cut_off(true);
        let error = crm.calls_there(BEGIN, BEGIN, None).await.expect_err("nobody there");
        assert_eq!(error.kind, CrmErrorKind::Unreachable);
        assert_eq!(
            crm.calls_of(&[CallKey(Uuid::from_u128(9))]).await.map_err(|error| error.kind),
            Err(error.kind)
        );
    });
}

/// Has one logged call be there once more that was deleted there with or without its Task.
async fn sent_again(
    with_task: bool,
    together: bool,
) -> (World, Vec<serde_json::Value>, Vec<serde_json::Value>) {
    let world = World::new(1);
    let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
    let mut filing = logged(1);
    let first = filed(&crm.file(std::slice::from_ref(&filing)).await[0]);
    ana.delete("Call_Activity__c", &first.record.0);
    if with_task {
        ana.delete("Task", &first.task.clone().expect("a Task").0);
    }
    filing.again = true;
    filing.activity.notes = Some("corregida".to_owned());
    let filings = if together { vec![filing, not_logged(2)] } else { vec![filing] };
    let carried = crm.file(&filings).await;
    let again = filed(&carried[0]);
    assert_ne!(again.record, first.record);
    assert_eq!(again.task == first.task, !with_task, "a Task that is left is its own");
    // Said again it changes nothing.
    let once_more = filings.into_iter().map(|one| Filing { in_doubt: true, ..one }).collect::<Vec<_>>();
    assert_eq!(filed(&crm.file(&once_more).await[0]).record, again.record);
    let (calls, tasks) = (ana.query(&format!("{CALLS} WHERE Outcome__c = 'logged'")), ana.query(TASKS));
    (world, calls, tasks)
}

#[test]
fn what_was_deleted_there_is_made_once_more_where_a_person_says_so() {
    run(async {
        for (with_task, together) in [(false, false), (true, false), (false, true), (true, true)] {
            let (_world, calls, tasks) = sent_again(with_task, together).await;
            let said = (calls.len(), tasks.len(), &calls[0]["Notes__c"], &tasks[0]["Description"]);
            let expected = (1, 1, &json!("corregida"), &json!("corregida"));
            assert_eq!(said, expected, "with its Task: {with_task}, together: {together}");
            assert_eq!(calls[0]["Task_Id__c"], tasks[0]["Id"], "{with_task} {together}");
        }
    });
}

#[test]
fn what_is_there_and_sent_once_more_is_taken_for_what_it_is() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut filing = logged(1);
        let first = filed(&crm.file(std::slice::from_ref(&filing)).await[0]);
        // Nothing of it is known here, as after a backup was restored.
        filing.again = true;
        let again = filed(&crm.file(std::slice::from_ref(&filing)).await[0]);
        assert_eq!((again.record, again.task), (first.record.clone(), first.task));
        assert_eq!((ana.query(CALLS).len(), ana.query(TASKS).len()), (1, 1));
        // One that nobody says so of is not made again.
        ana.delete("Call_Activity__c", &first.record.0);
        (filing.again, filing.in_doubt) = (false, true);
        assert_eq!(crm.file(std::slice::from_ref(&filing)).await, [Carried::DeletedThere]);
    });
}
