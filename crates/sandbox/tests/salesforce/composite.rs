//! Several requests in one, of which the later name what the earlier made.

use crate::client::{Client, ROOT};
use sandbox::salesforce::Kind;
use serde_json::{Value, json};

fn part(reference: &str, method: &str, path: &str, body: Value) -> Value {
    json!({ "referenceId": reference, "method": method, "url": format!("{ROOT}/{path}"), "body": body })
}

fn statuses(answer: &Value) -> Vec<u64> {
    let parts = answer["compositeResponse"].as_array().unwrap_or_else(|| panic!("{answer}"));
    parts.iter().filter_map(|part| part["httpStatusCode"].as_u64()).collect()
}

#[test]
fn a_call_is_logged_with_one_request_and_again_without_a_second_record() {
    let mut client = Client::new();
    let contact = client.create("Contact", json!({ "LastName": "Ruiz" }));
    let call = "sobjects/Call_Activity__c/Interaction_Id__c/i-1";
    let body = json!({ "allOrNone": true, "collateSubrequests": false, "compositeRequest": [
        part("call", "PATCH", call, json!({ "Contact__c": contact, "Notes__c": "asked" })),
        part("task", "POST", "sobjects/Task", json!({ "WhoId": contact, "WhatId": "@{call.id}", "Status": "Completed" })),
        part("link", "PATCH", call, json!({ "Task_Id__c": "@{task.id}" })),
    ] });
    let before = client.org.calls().limited();
    let (status, done) = client.ask("POST", "composite", body);
    assert_eq!((status, statuses(&done)), (200, vec![201, 201, 200]), "{done}");
    assert_eq!(client.org.calls().limited() - before, 1, "whatever is in it, a composite is one call");
    assert_eq!(client.org.calls().of(Kind::Composite), 1);
    let found = client.query("SELECT Task_Id__c, (SELECT Id, WhoId FROM Tasks) FROM Call_Activity__c");
    let call = &found["records"][0];
    assert_eq!(call["Task_Id__c"], call["Tasks"]["records"][0]["Id"]);
}

#[test]
fn a_part_may_name_a_record_of_a_collection_by_its_place() {
    let mut client = Client::new();
    let contacts =
        ["Ruiz", "Paz"].map(|name| json!({ "attributes": { "type": "Contact" }, "LastName": name }));
    let body = json!({ "allOrNone": true, "compositeRequest": [
        part("people", "POST", "composite/sobjects", json!({ "allOrNone": true, "records": contacts })),
        part("task", "POST", "sobjects/Task", json!({ "WhoId": "@{people[1].id}", "Status": "Completed" })),
        part("read", "GET", "sobjects/Contact/@{people[0].id}", Value::Null),
        part("none", "POST", "sobjects/Task", json!({ "WhoId": "@{task.id}" })),
    ] });
    let (_, done) = client.ask("POST", "composite", body);
    assert_eq!(statuses(&done), [400, 400, 400, 400], "a Task is nobody: all of it is taken back");
    let body = json!({ "compositeRequest": [
        part("people", "POST", "composite/sobjects", json!({ "records": contacts })),
        part("task", "POST", "sobjects/Task", json!({ "WhoId": "@{people[1].id}", "Status": "Completed" })),
        part("read", "GET", "sobjects/Contact/@{people[0].id}", Value::Null),
        part("beyond", "GET", "sobjects/Contact/@{people[2].id}", Value::Null),
    ] });
    let (_, done) = client.ask("POST", "composite", body);
    assert_eq!(statuses(&done), [200, 201, 200, 400], "{done}");
    assert_eq!(done["compositeResponse"][2]["body"]["LastName"], json!("Ruiz"));
    assert_eq!(client.query("SELECT Who.Name FROM Task")["records"][0]["Who"]["Name"], json!("Paz"));
}

#[test]
fn one_refusal_takes_back_everything_and_says_so_everywhere_else() {
    let mut client = Client::new();
    let body = json!({ "allOrNone": true, "compositeRequest": [
        part("one", "POST", "sobjects/Account", json!({ "Name": "Acme" })),
        part("two", "POST", "sobjects/Contact", json!({ "AccountId": "@{one.id}" })),
        part("three", "POST", "sobjects/Account", json!({ "Name": "Never" })),
    ] });
    let (status, done) = client.ask("POST", "composite", body);
    assert_eq!((status, statuses(&done)), (200, vec![400, 400, 400]));
    let code = |nth: usize| done["compositeResponse"][nth]["body"][0]["errorCode"].clone();
    assert_eq!(
        [code(0), code(1), code(2)],
        [json!("PROCESSING_HALTED"), json!("REQUIRED_FIELD_MISSING"), json!("PROCESSING_HALTED"),]
    );
    assert_eq!(client.count("SELECT COUNT() FROM Account"), 0);
}

#[test]
fn without_all_or_none_only_what_needs_the_refused_part_falls_with_it() {
    let mut client = Client::new();
    let body = json!({ "compositeRequest": [
        part("good", "POST", "sobjects/Account", json!({ "Name": "Acme" })),
        part("bad", "POST", "sobjects/Account", json!({})),
        part("needs", "POST", "sobjects/Contact", json!({ "LastName": "x", "AccountId": "@{bad.id}" })),
        part("found", "GET", "query?q=SELECT Id, Name FROM Account WHERE Id = '@{good.id}'", Value::Null),
        part("uses", "POST", "sobjects/Contact", json!({ "LastName": "@{found.records[0].Name}" })),
    ] });
    let (_, done) = client.ask("POST", "composite", body);
    assert_eq!(statuses(&done), [201, 400, 400, 200, 201], "{done}");
    assert_eq!(done["compositeResponse"][2]["body"][0]["errorCode"], json!("PROCESSING_HALTED"));
    assert_eq!(client.count("SELECT COUNT() FROM Contact WHERE LastName = 'Acme'"), 1);
}

#[test]
fn a_collection_with_a_refused_record_takes_the_whole_back_where_all_or_none_is_asked_outside() {
    let mut client = Client::new();
    let records = json!({ "allOrNone": false, "records": [
        { "attributes": { "type": "Contact" }, "LastName": "good" },
        { "attributes": { "type": "Contact" } },
    ] });
    let body = json!({ "allOrNone": true, "compositeRequest": [part("many", "POST", "composite/sobjects", records)] });
    let (_, done) = client.ask("POST", "composite", body);
    let results = &done["compositeResponse"][0]["body"];
    assert_eq!(results[0]["errors"][0]["statusCode"], json!("ALL_OR_NONE_OPERATION_ROLLED_BACK"));
    assert_eq!(results[1]["errors"][0]["statusCode"], json!("REQUIRED_FIELD_MISSING"));
    assert_eq!(client.count("SELECT COUNT() FROM Contact"), 0);
}

#[test]
fn a_part_says_a_header_for_itself_alone() {
    let mut client = Client::new();
    client.control(
        "rules",
        json!({ "duplicates": { "object": "Contact", "fields": ["LastName"], "action": "alert" } }),
    );
    client.create("Contact", json!({ "LastName": "Ruiz" }));
    let mut saves = part("saves", "POST", "sobjects/Contact", json!({ "LastName": "Ruiz" }));
    saves["httpHeaders"] = json!({ "Sforce-Duplicate-Rule-Header": "allowSave=true" });
    let refuses = part("refuses", "POST", "sobjects/Contact", json!({ "LastName": "Ruiz" }));
    let (_, done) = client.ask("POST", "composite", json!({ "compositeRequest": [saves, refuses] }));
    assert_eq!(statuses(&done), [201, 400]);
}

#[test]
fn what_is_no_composite_is_refused_whole() {
    let mut client = Client::new();
    let count = |count: usize| -> Vec<Value> {
        (0..count).map(|nth| part(&format!("r{nth}"), "GET", "limits", Value::Null)).collect()
    };
    let queries: Vec<Value> =
        (0..6).map(|nth| part(&format!("q{nth}"), "GET", "query?q=x", Value::Null)).collect();
    for (parts, code) in [
        (json!(count(26)), "LIMIT_EXCEEDED"),
        (json!(queries), "LIMIT_EXCEEDED"),
        (json!([part("not-a-name", "GET", "limits", Value::Null)]), "JSON_PARSER_ERROR"),
        (
            json!([part("a", "GET", "limits", Value::Null), part("a", "GET", "limits", Value::Null)]),
            "JSON_PARSER_ERROR",
        ),
        (json!("nothing"), "JSON_PARSER_ERROR"),
    ] {
        let refused = client.refused("POST", "composite", json!({ "compositeRequest": parts }));
        assert_eq!(refused, (400, code.to_owned()));
    }
    let inner = json!({ "compositeRequest": [part("a", "POST", "composite", json!({}))] });
    assert_eq!(statuses(&client.ask("POST", "composite", inner).1), [404]);
}

#[test]
fn a_batch_and_a_tree_do_what_they_say() {
    let mut client = Client::new();
    let (_, done) = client.ask(
        "POST",
        "composite/batch",
        json!({ "batchRequests": [
        { "method": "POST", "url": "v66.0/sobjects/Account", "richInput": { "Name": "Acme" } },
        { "method": "GET", "url": "v66.0/sobjects/Account/none" },
    ] }),
    );
    assert_eq!((&done["hasErrors"], &done["results"][0]["statusCode"]), (&json!(true), &json!(201)));
    let child = json!({ "attributes": { "type": "Contact", "referenceId": "c" }, "LastName": "Ruiz" });
    let tree = |child: &Value| {
        json!({ "records": [{
        "attributes": { "type": "Account", "referenceId": "a" }, "Name": "Tree", "Contacts": { "records": [child] },
    }] })
    };
    let (status, made) = client.ask("POST", "composite/tree/Account", tree(&child));
    assert_eq!((status, made["results"].as_array().map(Vec::len)), (201, Some(2)));
    assert_eq!(client.count("SELECT COUNT() FROM Contact WHERE Account.Name = 'Tree'"), 1);
    let (status, refused) = client.ask("POST", "composite/tree/Account", tree(&json!({ "attributes": {} })));
    assert_eq!((status, &refused["hasErrors"]), (400, &json!(true)));
    assert_eq!(client.count("SELECT COUNT() FROM Account WHERE Name = 'Tree'"), 1);
}
