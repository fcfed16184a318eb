//! Searches, in SOSL and by parameters.

use crate::client::{Client, escaped};
use serde_json::{Value, json};

fn found(client: &mut Client, sosl: &str) -> Vec<String> {
    let (status, said) = client.ask("GET", &format!("search?q={}", escaped(sosl)), Value::Null);
    assert_eq!(status, 200, "{said}");
    names(&said)
}

fn names(said: &Value) -> Vec<String> {
    let rows = said["searchRecords"].as_array().expect("records").iter();
    rows.map(|row| row["Name"].as_str().unwrap_or_default().to_owned()).collect()
}

fn people() -> Client {
    let mut client = Client::new();
    client.create("Contact", json!({ "LastName": "Ruiz", "Phone": "(415) 555-1212", "Title": "4155551212" }));
    client.create("Lead", json!({ "LastName": "Paz", "Company": "Acme", "MobilePhone": "415.555.1212" }));
    client.create(
        "Lead",
        json!({ "LastName": "Old", "Company": "Acme", "MobilePhone": "4155551212", "IsConverted": true }),
    );
    client.create("Contact", json!({ "LastName": "Gil", "Title": "4155551212" }));
    client
}

#[test]
fn a_number_is_found_in_phone_fields_alone_and_however_it_is_grouped() {
    let mut client = people();
    let sosl =
        "FIND {4155551212} IN PHONE FIELDS RETURNING Contact(Name), Lead(Name WHERE IsConverted = false)";
    assert_eq!(found(&mut client, sosl), ["Ruiz", "Paz"]);
    let sosl = "FIND {4155551212} IN ALL FIELDS RETURNING Contact(Name ORDER BY Name)";
    assert_eq!(found(&mut client, sosl), ["Gil", "Ruiz"]);
    let sosl = "FIND {\"7 7\" OR \"415 555 1212\"} IN PHONE FIELDS RETURNING Contact(Name LIMIT 5), Lead(Name) LIMIT 2";
    assert_eq!(found(&mut client, sosl), ["Ruiz", "Paz"], "phrases, of which one is there");
    assert!(found(&mut client, "FIND {\\+34612} IN PHONE FIELDS RETURNING Contact(Name)").is_empty());
    assert_eq!(
        found(&mut client, "FIND {Ru* OR Gil} IN NAME FIELDS RETURNING Contact(Name LIMIT 1)").len(),
        1
    );
}

#[test]
fn parameters_say_the_same() {
    let mut client = people();
    let body = json!({
        "q": "4155551212", "in": "PHONE", "fields": ["Name"], "overallLimit": "200", "spellCorrection": false,
        "sobjects": [{ "name": "Contact" }, { "name": "Lead", "where": "IsConverted = false", "limit": "50" }],
    });
    let (_, said) = client.ask("POST", "parameterizedSearch", body);
    assert_eq!(names(&said), ["Ruiz", "Paz"]);
    let (_, said) = client.ask(
        "GET",
        "parameterizedSearch?q=4155551212&in=PHONE&sobject=Contact&fields=Name",
        Value::Null,
    );
    assert_eq!(names(&said), ["Ruiz"]);
}

#[test]
fn what_was_just_written_may_not_be_in_the_index_yet() {
    let mut client = people();
    client.control("limits", json!({ "search_lag_ms": 30_000 }));
    let sosl = "FIND {4155551212} IN PHONE FIELDS RETURNING Contact(Name)";
    assert!(found(&mut client, sosl).is_empty());
    client.later(31);
    assert_eq!(found(&mut client, sosl), ["Ruiz"]);
}

#[test]
fn what_is_no_search_is_refused() {
    let mut client = people();
    for (sosl, code) in [
        ("FIND {a} RETURNING Contact", "MALFORMED_SEARCH"),
        ("FIND {ab RETURNING Contact", "MALFORMED_SEARCH"),
        ("FIND {ab} RETURNING Nothing(Id)", "INVALID_TYPE"),
        ("FIND {ab} RETURNING Contact(Nothing)", "INVALID_FIELD"),
    ] {
        let refused = client.refused("GET", &format!("search?q={}", escaped(sosl)), Value::Null);
        assert_eq!(refused, (400, code.to_owned()), "{sosl}");
    }
}
