//! Whatever comes back, nothing panics, everything has an answer, and what was done before is not done twice.

use super::given::{id, logged};
use super::org::{World, client, run};
use crm::salesforce::Response;
use crm::{AccessQuestion, Carried, Crm, Retry};
use domain::mirror::Mirrored;
use serde_json::{Map, Value, json};
use testkit::dice::Dice;
use testkit::tier::{InCase, cases, seed};

/// Cases of a run with every commit.
const CASES: u64 = 15;
/// How long the full tier goes on.
const LONG: std::time::Duration = std::time::Duration::from_secs(60);
/// In how many of a hundred requests the answer is nonsense.
const NONSENSE_PERCENT: u64 = 60;

const KEYS: [&str; 24] = [
    "compositeResponse",
    "body",
    "records",
    "id",
    "Id",
    "success",
    "errors",
    "httpStatusCode",
    "referenceId",
    "nextRecordsUrl",
    "errorCode",
    "statusCode",
    "message",
    "fields",
    "access_token",
    "instance_url",
    "version",
    "SystemModstamp",
    "IsDeleted",
    "Interaction_Id__c",
    "Task_Id__c",
    "state",
    "deletedRecords",
    "searchRecords",
];
const TEXTS: [&str; 12] = [
    "",
    "call",
    "task",
    "DUPLICATE_VALUE",
    "UNABLE_TO_LOCK_ROW",
    "PROCESSING_HALTED",
    "2026-11-26T10:00:00.000+0000",
    "a00E62000000001IAA",
    "JobComplete",
    "/services/data/v66.0/query/x",
    "https://org.example",
    "66.0",
];

/// JSON that says anything.
fn nonsense(dice: &mut Dice, depth: u64) -> Value {
    match dice.below(if depth == 0 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => json!(dice.percent(50)),
        2 => json!(dice.below(700)),
        3 | 4 => json!(dice.pick(&TEXTS)),
        5 => (0..dice.below(4)).map(|_| nonsense(dice, depth - 1)).collect(),
        _ => {
            let pairs = (0..dice.below(6)).filter_map(|_| {
                let key = dice.pick(&KEYS)?;
                Some(((*key).to_owned(), nonsense(dice, depth - 1)))
            });
            Value::Object(pairs.collect::<Map<_, _>>())
        }
    }
}

/// An answer that says anything.
fn answer(dice: &mut Dice) -> Response {
    let statuses = [200, 200, 200, 201, 204, 300, 302, 400, 401, 403, 404, 500, 502, 503];
    let status = dice.pick(&statuses).copied().unwrap_or(200);
    let mut body = nonsense(dice, 4).to_string().into_bytes();
    if dice.percent(10) {
        body.truncate(body.len() / 2);
    }
    let told = dice.pick(&TEXTS).map(|text| ("Sforce-Limit-Info".to_owned(), format!("api-usage={text}")));
    Response { status, headers: told.into_iter().collect(), body }
}

#[test]
fn any_answer_can_be_read_and_no_call_is_there_twice_after_it() {
    let begin = seed();
    for case in cases(CASES, LONG) {
        let _case = InCase(case);
        run(async {
            let world = World::new(3);
            let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
            let mut filings = [logged(1), logged(2), logged(3)];
            let mut dice = Dice::new(begin.wrapping_add(case), 5);
            world.babble(Some((dice.clone(), NONSENSE_PERCENT)), answer);
            for _ in 0..4 {
                let carried = crm.file(&filings).await;
                assert_eq!(carried.len(), filings.len());
                for (filing, carried) in filings.iter_mut().zip(carried) {
                    filing.in_doubt |= matches!(&carried, Carried::Failed(error) if matches!(error.retry, Retry::InDoubt(_)));
                }
                let of = dice.pick(&Mirrored::ALL).copied().unwrap_or(Mirrored::Users);
                let page = crm.changed(of, None).await;
                if let Ok(page) = page {
                    let _ = crm.changed(of, Some(&page.next)).await;
                }
                let _ = crm.search_number(&["600000001".to_owned()]).await;
                let _ = crm.record(&id("0035500001H9cakAAB")).await;
                let records = vec![id("0035500001H9cakAAB")];
                let of = |user| AccessQuestion { user: id(user), records: records.clone() };
                let _ = crm.access(&[of("0055500001H9cakAAB")]).await;
                let _ = crm.access(&[of("0055500001H9cakAAB"), of("0055500001H9calAAB")]).await;
                crm.examine(&[id("0055500001H9cakAAB")]).await;
                world.later(15 * 60_000);
            }
            world.babble(None, answer);
            assert!(ana.query("SELECT Id FROM Call_Activity__c").len() <= filings.len());
            assert!(ana.query("SELECT Id FROM Task").len() <= filings.len());
        });
    }
}
