//! What goes wrong on purpose.

use crate::client::{Client, read};
use serde_json::{Value, json};

#[test]
fn each_fault_is_told_as_salesforce_tells_it_as_often_as_asked() {
    for (fault, expected) in [
        ("unauthorized", (401, "INVALID_SESSION_ID")),
        ("limit", (403, "REQUEST_LIMIT_EXCEEDED")),
        ("lock", (400, "UNABLE_TO_LOCK_ROW")),
        ("unavailable", (503, "SERVER_UNAVAILABLE")),
    ] {
        let mut client = Client::new();
        client
            .control("faults", json!({ "fault": fault, "times": 1, "method": "POST", "path": "/sobjects/" }));
        let refused = client.refused("POST", "sobjects/Contact", json!({ "LastName": "Ruiz" }));
        assert_eq!(refused, (expected.0, expected.1.to_owned()));
        if fault != "unauthorized" {
            client.create("Contact", json!({ "LastName": "Ruiz" }));
            assert_eq!(client.count("SELECT COUNT() FROM Contact"), 1);
        }
    }
}

#[test]
fn a_lock_within_a_composite_and_a_collection_takes_their_shapes() {
    let mut client = Client::new();
    client.control("faults", json!({ "fault": "lock", "times": 1 }));
    let records = json!([{ "attributes": { "type": "Contact" }, "LastName": "a" }]);
    let (_, done) = client.ask("POST", "composite/sobjects", json!({ "records": records }));
    assert_eq!(done[0]["errors"][0]["statusCode"], json!("UNABLE_TO_LOCK_ROW"));
    client.control("faults", json!({ "fault": "lock", "times": 1 }));
    let part = json!({ "referenceId": "a", "method": "POST", "url": "/services/data/v66.0/sobjects/Account", "body": { "Name": "A" } });
    let first = json!({ "referenceId": "r", "method": "GET", "url": "/services/data/v66.0/limits" });
    let (status, done) = client.ask("POST", "composite", json!({ "compositeRequest": [first, part] }));
    assert_eq!(done["compositeResponse"][0]["httpStatusCode"], json!(200), "nothing is written by it");
    let part = &done["compositeResponse"][1];
    assert_eq!((status, &part["httpStatusCode"]), (200, &json!(400)));
    assert_eq!(part["body"][0]["errorCode"], json!("UNABLE_TO_LOCK_ROW"));
}

#[test]
fn a_lost_answer_was_done_a_dropped_request_was_not_and_a_slow_one_says_how_slow() {
    let mut client = Client::new();
    for (fault, count) in [("lost", 1), ("dropped", 1), ("slow", 2)] {
        client.control("faults", json!({ "fault": fault, "times": 1, "delay_ms": 700 }));
        let request = client.request("POST", "sobjects/Contact", &json!({ "LastName": "Ruiz" }));
        let answer = client.send(&request);
        assert_eq!((answer.lost, answer.delay_ms), (fault != "slow", if fault == "slow" { 700 } else { 0 }));
        assert_eq!(client.count("SELECT COUNT() FROM Contact"), count, "{fault}");
    }
}

#[test]
fn the_calls_of_a_day_are_counted_told_and_run_out() {
    let mut client = Client::new();
    let request = client.request("GET", "limits", &Value::Null);
    let answer = client.send(&request);
    let used =
        answer.headers.iter().find(|(name, _)| name == "Sforce-Limit-Info").map(|(_, value)| value.as_str());
    assert_eq!(used, Some("api-usage=1/15000"));
    assert_eq!(read(&answer)["DailyApiRequests"], json!({ "Max": 15_000, "Remaining": 14_999 }));
    client.control("limits", json!({ "daily_calls": 2 }));
    assert_eq!(client.ask("GET", "limits", Value::Null).0, 200);
    assert_eq!(client.refused("GET", "limits", Value::Null), (403, "REQUEST_LIMIT_EXCEEDED".into()));
}

#[test]
fn a_duplicate_rule_shows_what_it_found_and_a_validation_rule_says_its_message() {
    let mut client = Client::new();
    client.control(
        "rules",
        json!({ "duplicates": { "object": "Contact", "fields": ["Phone"], "action": "alert" } }),
    );
    let first = client.create("Contact", json!({ "LastName": "Ruiz", "Phone": "612" }));
    let (status, said) =
        client.ask("POST", "sobjects/Contact", json!({ "LastName": "Other", "Phone": "612" }));
    assert_eq!((status, &said[0]["errorCode"]), (400, &json!("DUPLICATES_DETECTED")));
    let result = &said[0]["duplicateResult"];
    assert_eq!((&result["allowSave"], &result["matchResults"][0]["size"]), (&json!(true), &json!(1)));
    assert_eq!(result["matchResults"][0]["matchRecords"][0]["record"]["Id"], json!(first));
    let mut request =
        client.request("POST", "sobjects/Contact", &json!({ "LastName": "Other", "Phone": "612" }));
    request
        .headers
        .push(("Sforce-Duplicate-Rule-Header".into(), "allowSave=true; includeRecordDetails=true".into()));
    assert_eq!(client.send(&request).status, 201);
    client.control(
        "rules",
        json!({ "duplicates": { "object": "Contact", "fields": ["Phone"], "action": "block" } }),
    );
    assert_eq!(client.send(&request).status, 400, "saving is of no use against a rule that blocks");
    client.control("rules", json!({ "validation": { "object": "Lead", "field": "Phone", "forbidden": null, "message": "No phone" } }));
    let (status, said) = client.ask("POST", "sobjects/Lead", json!({ "LastName": "a", "Company": "b" }));
    assert_eq!((status, &said[0]["errorCode"]), (400, &json!("FIELD_CUSTOM_VALIDATION_EXCEPTION")));
    assert_eq!(said[0]["message"], json!("No phone"));
}

#[test]
fn a_row_that_somebody_holds_stops_an_open_task_and_not_one_that_is_done() {
    let mut client = Client::new();
    let contact = client.create("Contact", json!({ "LastName": "Ruiz" }));
    client.control("lock", json!({ "ids": [contact] }));
    let open = client.refused("POST", "sobjects/Task", json!({ "WhoId": contact }));
    assert_eq!(open, (400, "UNABLE_TO_LOCK_ROW".into()));
    client.create("Task", json!({ "WhoId": contact, "Status": "Completed" }));
    let changed = client.refused("PATCH", &format!("sobjects/Contact/{contact}"), json!({ "Title": "x" }));
    assert_eq!(changed, (400, "UNABLE_TO_LOCK_ROW".into()));
    client.control("unlock", json!({ "ids": [contact] }));
    assert_eq!(client.ask("PATCH", &format!("sobjects/Contact/{contact}"), json!({ "Title": "x" })).0, 204);
}

#[test]
fn the_same_seed_gives_the_same_org() {
    let made = || {
        let mut client = Client::new();
        client.org.add_people(7, 60, client.now);
        client.control("faults", json!({ "fault": "unavailable", "percent": 50 }));
        let answers: Vec<_> = (0..40)
            .map(|_| {
                let request = client.request("GET", "query?q=SELECT+Id,Name+FROM+Lead", &Value::Null);
                client.send(&request)
            })
            .collect();
        answers
    };
    let answers = made();
    assert_eq!(answers, made());
    assert!(
        answers.iter().any(|answer| answer.status == 503)
            && answers.iter().any(|answer| answer.status == 200)
    );
}
