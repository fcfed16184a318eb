//! What the emulated Salesforce org takes to answer what a server asks of it all day, with as many people in it as a large centre
//! has. Tests against it should find a slow server, not a slow org. No network: requests in, answers out.

use crate::report::{Aim, Report, Times};
use crate::{Outcome, failure};
use domain::id::At;
use sandbox::DEMO_SEED;
use sandbox::salesforce::{Org, Request};
use serde_json::{Value, json};
use std::time::Instant;

const PEOPLE: usize = 100_000;
const QUICK_PEOPLE: usize = 2_000;
const CALLS: usize = 10_000;
const QUICK_CALLS: usize = 200;
/// How often each question is asked.
const ROUNDS: usize = 50;
/// Ids of one question: the most that UserRecordAccess takes.
const IDS: usize = 200;
/// Any time does.
const NOW: At = At(1_795_687_200_000_000);
const ROOT: &str = "/services/data/v66.0";

struct Client {
    org: Org,
    token: String,
    now: At,
}

impl Client {
    /// Sends a request a moment later than the one before; its answer has to be a success.
    fn ask(&mut self, method: &str, target: &str, body: &Value) -> Outcome<Value> {
        self.now = self.now.plus_millis(100);
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            origin: "https://org.example".to_owned(),
            headers: vec![("Authorization".to_owned(), format!("Bearer {}", self.token))],
            body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
        };
        let answer = self.org.answer(&request, self.now);
        if answer.status >= 300 {
            return failure(format!("{target}: {}", String::from_utf8_lossy(&answer.body)));
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    fn query(&mut self, soql: &str) -> Outcome<Vec<Value>> {
        let found = self.ask("GET", &format!("{ROOT}/query?q={}", soql.replace(' ', "+")), &Value::Null)?;
        Ok(found["records"].as_array().cloned().unwrap_or_default())
    }

    /// Logs the `nth` call as the server does: the call, its Task, and the call once more with the Task's id.
    fn log(&mut self, nth: usize, contact: &str) -> Outcome {
        let call = format!("{ROOT}/sobjects/Call_Activity__c/Interaction_Id__c/i-{nth}");
        let parts = json!([
            { "method": "PATCH", "url": call, "referenceId": "call", "body": { "Contact__c": contact } },
            { "method": "POST", "url": format!("{ROOT}/sobjects/Task"), "referenceId": "task",
              "body": { "WhoId": contact, "Status": "Completed", "TaskSubtype": "Call" } },
            { "method": "PATCH", "url": call, "referenceId": "link", "body": { "Task_Id__c": "@{task.id}" } },
        ]);
        let body = json!({ "allOrNone": true, "compositeRequest": parts });
        let told = self.ask("POST", &format!("{ROOT}/composite"), &body)?;
        let parts = told["compositeResponse"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        match parts.iter().all(|part| part["httpStatusCode"].as_u64() < Some(300)) {
            true => Ok(()),
            false => failure(told.to_string()),
        }
    }
}

pub(crate) fn measure(report: &mut Report, quick: bool) -> Outcome {
    let (people, calls) = if quick { (QUICK_PEOPLE, QUICK_CALLS) } else { (PEOPLE, CALLS) };
    let begun = Instant::now();
    let mut client = filled(people)?;
    report.row(format!("an org of {people} people made"), begun.elapsed().as_secs_f64(), "s", Aim::None);
    let contacts = client.query("SELECT Id FROM Contact ORDER BY Id LIMIT 2000")?;
    let ids: Vec<String> = contacts.iter().filter_map(|row| row["Id"].as_str().map(str::to_owned)).collect();
    let mut times = Times::default();
    for nth in 0..calls {
        let start = Instant::now();
        client.log(nth, &ids[nth % ids.len()])?;
        times.push(start.elapsed());
    }
    tell(report, "log a call", times);
    let listed = ids.iter().take(IDS).map(|id| format!("'{id}'")).collect::<Vec<_>>().join(",");
    let user = client.query("SELECT Id FROM User LIMIT 1")?;
    let user = user[0]["Id"].as_str().unwrap_or_default().to_owned();
    for (what, soql) in [
        (
            "a page of what changed",
            "SELECT Id,Name,Phone FROM Contact WHERE SystemModstamp >= 2026-01-01T00:00:00Z ORDER BY SystemModstamp,Id LIMIT 200".to_owned(),
        ),
        (
            "a page by ids",
            format!("SELECT Id,Name FROM Contact WHERE Id > '{}' ORDER BY Id LIMIT 200", ids[ids.len() / 2]),
        ),
        ("200 records by id", format!("SELECT Id,Name,Phone FROM Contact WHERE Id IN ({listed})")),
        (
            "access to 200 records",
            format!("SELECT RecordId,HasReadAccess FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId IN ({listed})"),
        ),
        ("a call by its own id", "SELECT Id,Task_Id__c FROM Call_Activity__c WHERE Interaction_Id__c = 'i-7'".to_owned()),
        ("the calls of a Contact", format!("SELECT Id FROM Call_Activity__c WHERE Contact__c = '{}'", ids[0])),
    ] {
        let mut times = Times::default();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            if client.query(&soql)?.is_empty() {
                return failure(format!("nothing found: {soql}"));
            }
            times.push(start.elapsed());
        }
        tell(report, what, times);
    }
    Ok(())
}

fn filled(people: usize) -> Outcome<Client> {
    let mut org = Org::new(DEMO_SEED, NOW);
    org.add_people(DEMO_SEED, people, NOW);
    let mut client = Client { org, token: String::new(), now: NOW };
    client.ask("POST", "/emulator/limits", &json!({ "daily_calls": 1_000_000 }))?;
    let form = "grant_type=client_credentials&client_id=bitacora&client_secret=bitacora-secret";
    let request = Request {
        method: "POST".to_owned(),
        target: "/services/oauth2/token".to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
        body: form.as_bytes().to_vec(),
        ..Request::default()
    };
    let answer: Value = serde_json::from_slice(&client.org.answer(&request, NOW).body)?;
    client.token = answer["access_token"].as_str().unwrap_or_default().to_owned();
    Ok(client)
}

fn tell(report: &mut Report, what: &str, times: Times) {
    let count = times.count();
    let times = times.sorted();
    let (middle, late) = (times.micros(0.5), times.micros(0.99));
    report.line("org", json!({ "what": what, "times": count, "p50_us": middle, "p99_us": late }));
    report.row(format!("org: {what}, p99"), late, "µs", Aim::None);
}
