//! A record is found by an id of others, or made.

use crate::client::Client;
use serde_json::{Value, json};

#[test]
fn the_same_id_of_others_leaves_one_record() {
    let mut client = Client::new();
    let path = "sobjects/Call_Activity__c/Interaction_Id__c/i-1";
    let (status, made) = client.ask("PATCH", path, json!({ "Notes__c": "one" }));
    assert_eq!(
        (status, &made["created"], &made["success"], &made["errors"]),
        (201, &json!(true), &json!(true), &json!([]))
    );
    let (status, changed) = client.ask("PATCH", path, json!({ "Notes__c": "two" }));
    assert_eq!((status, &changed["created"], &changed["id"]), (200, &json!(false), &made["id"]));
    let (_, found) = client.ask("GET", path, Value::Null);
    assert_eq!((&found["Notes__c"], &found["Name"]), (&json!("two"), &json!("CA-000001")));
    assert_eq!(client.count("SELECT COUNT() FROM Call_Activity__c"), 1);
    // The case of this id counts.
    assert_eq!(client.ask("PATCH", "sobjects/Call_Activity__c/Interaction_Id__c/I-1", json!({})).0, 201);
}

#[test]
fn an_older_version_says_nothing_of_what_it_changed() {
    let mut client = Client::new();
    let path = "/services/data/v45.0/sobjects/Call_Activity__c/Interaction_Id__c/i-1";
    assert_eq!(client.ask("PATCH", path, json!({})).0, 201);
    assert_eq!(client.ask("PATCH", path, json!({})), (204, Value::Null));
}

#[test]
fn what_finds_nothing_no_field_or_several_is_told_apart() {
    let mut client = Client::new();
    for name in ["one", "two"] {
        client.create("Contact", json!({ "LastName": name, "Email": "a@example.com" }));
    }
    let (status, urls) =
        client.ask("PATCH", "sobjects/Contact/Email/A@example.com", json!({ "LastName": "x" }));
    assert_eq!((status, urls.as_array().map(Vec::len)), (300, Some(2)));
    assert!(
        urls[0].as_str().is_some_and(|url| url.starts_with("/services/data/v66.0/sobjects/Contact/003")),
        "{urls}"
    );
    for path in ["sobjects/Contact/Nothing__c/1", "sobjects/Contact/LastName/one"] {
        assert_eq!(
            client.refused("PATCH", path, json!({ "LastName": "x" })),
            (404, "NOT_FOUND".into()),
            "{path}"
        );
    }
    let missing = client.refused("GET", "sobjects/Call_Activity__c/Interaction_Id__c/none", Value::Null);
    assert_eq!(missing, (404, "NOT_FOUND".into()));
    let twice = json!({ "Interaction_Id__c": "i-1" });
    let path = "sobjects/Call_Activity__c/Interaction_Id__c/i-1";
    assert_eq!(client.refused("PATCH", path, twice), (400, "INVALID_FIELD".into()));
    assert_eq!(client.count("SELECT COUNT() FROM Contact WHERE LastName = 'x'"), 0);
}

#[test]
fn what_is_unique_is_so_however_it_is_written() {
    let mut client = Client::new();
    let first = client.create("Call_Activity__c", json!({ "Interaction_Id__c": "i-1" }));
    let (status, said) =
        client.ask("POST", "sobjects/Call_Activity__c", json!({ "Interaction_Id__c": "i-1" }));
    let expected =
        format!("duplicate value found: Interaction_Id__c duplicates value on record with id: {first}");
    assert_eq!(
        (status, &said[0]["errorCode"], &said[0]["message"]),
        (400, &json!("DUPLICATE_VALUE"), &json!(expected))
    );
}

#[test]
fn a_reference_may_name_a_record_by_an_id_of_others() {
    let mut client = Client::new();
    let contact = client.create("Contact", json!({ "LastName": "R", "Email": "r@example.com" }));
    let id = client.create("Call_Activity__c", json!({ "Contact__r": { "Email": "r@example.com" } }));
    let (_, found) = client.ask("GET", &format!("sobjects/Call_Activity__c/{id}"), Value::Null);
    assert_eq!(found["Contact__c"], json!(contact));
    let unknown = json!({ "Contact__r": { "Email": "nobody@example.com" } });
    assert_eq!(client.refused("POST", "sobjects/Call_Activity__c", unknown), (400, "INVALID_FIELD".into()));
}
