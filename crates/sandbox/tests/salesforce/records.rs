//! Records are made, read, changed and deleted, and refused as Salesforce refuses them.

use crate::client::Client;
use serde_json::{Value, json};

#[test]
fn what_was_made_is_read_again_in_either_length_of_its_id_and_in_any_case_of_its_names() {
    let mut client = Client::new();
    let id =
        client.create("Contact", json!({ "lastname": "Ruiz", "FirstName": "Ana", "Phone": "612 34 56 78" }));
    for path in
        [format!("sobjects/Contact/{id}"), format!("sobjects/contact/{}?fields=name,PHONE", &id[..15])]
    {
        let (status, found) = client.ask("GET", &path, Value::Null);
        assert_eq!(
            (status, &found["Name"], &found["Phone"]),
            (200, &json!("Ana Ruiz"), &json!("612 34 56 78"))
        );
        assert_eq!(found["Id"], json!(id));
    }
}

#[test]
fn what_an_org_does_not_take_is_refused_with_its_code_and_leaves_nothing() {
    let mut client = Client::new();
    let account = client.create("Account", json!({ "Name": "Acme" }));
    let lead = client.create("Lead", json!({ "LastName": "Paz", "Company": "Acme" }));
    let case = client.create("Case", json!({ "Subject": "Help" }));
    let long = "x".repeat(81);
    for (object, body, code) in [
        ("Contact", json!({}), "REQUIRED_FIELD_MISSING"),
        ("Contact", json!({ "LastName": long }), "STRING_TOO_LONG"),
        ("Contact", json!({ "LastName": "a", "Phone": "9".repeat(41) }), "STRING_TOO_LONG"),
        ("Contact", json!({ "LastName": "a", "Nothing": 1 }), "INVALID_FIELD"),
        ("Contact", json!({ "LastName": "a", "Name": "b" }), "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Contact", json!({ "LastName": "a", "Email": "b" }), "INVALID_EMAIL_ADDRESS"),
        ("Contact", json!({ "LastName": "a", "AccountId": "b" }), "MALFORMED_ID"),
        ("Contact", json!({ "LastName": "a", "AccountId": lead }), "FIELD_INTEGRITY_EXCEPTION"),
        (
            "Contact",
            json!({ "LastName": "a", "AccountId": "001000000000000AAA" }),
            "INVALID_CROSS_REFERENCE_KEY",
        ),
        ("Contact", json!({ "LastName": "a", "Birthdate": "tomorrow" }), "JSON_PARSER_ERROR"),
        ("Task", json!({ "WhoId": account }), "FIELD_INTEGRITY_EXCEPTION"),
        ("Task", json!({ "WhoId": lead, "WhatId": case }), "FIELD_INTEGRITY_EXCEPTION"),
        ("Task", json!({ "CallType": "Sideways" }), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
    ] {
        assert_eq!(client.refused("POST", &format!("sobjects/{object}"), body), (400, code.to_owned()));
    }
    assert_eq!(client.refused("POST", "sobjects/Nothing", json!({})), (404, "NOT_FOUND".into()));
    assert_eq!(client.count("SELECT COUNT() FROM Contact"), 0);
    assert_eq!(client.count("SELECT COUNT() FROM Task"), 0);
    let next = client.create("Contact", json!({ "LastName": "first" }));
    assert!(next[..15].ends_with("000000001"), "a refused record takes no id: {next}");
}

#[test]
fn a_change_is_stamped_and_nothing_else_moves() {
    let mut client = Client::new();
    let id = client.create("Contact", json!({ "LastName": "Ruiz" }));
    let path = format!("sobjects/Contact/{id}");
    let (_, before) = client.ask("GET", &path, Value::Null);
    client.later(90);
    assert_eq!(client.ask("PATCH", &path, json!({ "Title": "Head" })), (204, Value::Null));
    let (_, after) = client.ask("GET", &path, Value::Null);
    let changed: Vec<&String> = after
        .as_object()
        .expect("a record")
        .iter()
        .filter(|(field, value)| before[field.as_str()] != **value)
        .map(|(field, _)| field)
        .collect();
    assert_eq!(changed, ["LastModifiedDate", "SystemModstamp", "Title"]);
    assert_eq!(after["SystemModstamp"], json!("2026-11-26T10:01:30.000+0000"));
}

#[test]
fn what_is_deleted_is_gone_but_remembered() {
    let mut client = Client::new();
    let id = client.create("Contact", json!({ "LastName": "Ruiz" }));
    let path = format!("sobjects/Contact/{id}");
    client.later(60);
    assert_eq!(client.ask("DELETE", &path, Value::Null).0, 204);
    assert_eq!(client.refused("GET", &path, Value::Null), (404, "ENTITY_IS_DELETED".into()));
    assert_eq!(client.refused("DELETE", &path, Value::Null), (404, "ENTITY_IS_DELETED".into()));
    assert_eq!(client.count("SELECT COUNT() FROM Contact"), 0);
    let (_, all) = client.ask("GET", "queryAll?q=SELECT+Id,IsDeleted+FROM+Contact", Value::Null);
    assert_eq!(all["records"][0]["IsDeleted"], json!(true));
    client.later(120);
    let span = "start=2026-11-26T10:00:00%2B00:00&end=2026-11-26T10:03:00%2B00:00";
    let (_, found) = client.ask("GET", &format!("sobjects/Contact/deleted?{span}"), Value::Null);
    assert_eq!(found["deletedRecords"], json!([{ "id": id, "deletedDate": "2026-11-26T10:01:00.000+0000" }]));
    let (_, found) = client.ask("GET", &format!("sobjects/Contact/updated?{span}"), Value::Null);
    assert_eq!(found, json!({ "ids": [], "latestDateCovered": "2026-11-26T10:03:00.000+0000" }));
    let wrong = "start=2026-11-26T10:00:00Z&end=2026-11-26T10:00:30Z";
    let refused = client.refused("GET", &format!("sobjects/Contact/deleted?{wrong}"), Value::Null);
    assert_eq!(refused, (400, "INVALID_REPLICATION_DATE".into()));
}

#[test]
fn a_person_account_is_an_account_and_a_contact() {
    let mut client = Client::new();
    let said = json!({ "FirstName": "Ana", "LastName": "Ruiz", "PersonMobilePhone": "612345678" });
    let id = client.create("Account", said);
    let found =
        client.query("SELECT Name, IsPersonAccount, PersonContactId, PersonContact.MobilePhone FROM Account");
    let account = &found["records"][0];
    assert_eq!((&account["Name"], &account["IsPersonAccount"]), (&json!("Ana Ruiz"), &json!(true)));
    assert_eq!(account["PersonContact"]["MobilePhone"], json!("612345678"));
    client.ask(
        "PATCH",
        &format!("sobjects/Account/{id}"),
        json!({ "PersonMobilePhone": null, "Phone": "915" }),
    );
    let contact = client.query("SELECT Id, Phone, MobilePhone, AccountId, IsPersonAccount FROM Contact");
    let contact = &contact["records"][0];
    assert_eq!((&contact["Phone"], &contact["MobilePhone"]), (&json!("915"), &Value::Null));
    assert_eq!((&contact["AccountId"], &contact["Id"]), (&json!(id), &account["PersonContactId"]));
    let refused = client.refused("POST", "sobjects/Account", json!({ "Name": "A", "PersonEmail": "a@b.es" }));
    assert_eq!(refused, (400, "INVALID_FIELD_FOR_INSERT_UPDATE".into()));
}

#[test]
fn a_case_shows_the_numbers_of_its_contact_and_a_task_the_account_of_its_case() {
    let mut client = Client::new();
    let account = client.create("Account", json!({ "Name": "Acme" }));
    let contact = client.create("Contact", json!({ "LastName": "R", "Phone": "915", "AccountId": account }));
    let case = client.create("Case", json!({ "ContactId": contact, "Status": "Closed" }));
    let case_row = &client
        .query("SELECT CaseNumber, ContactPhone, AccountId, IsClosed, ClosedDate FROM Case")["records"][0];
    assert_eq!((&case_row["CaseNumber"], &case_row["ContactPhone"]), (&json!("00001001"), &json!("915")));
    assert_eq!((&case_row["AccountId"], &case_row["IsClosed"]), (&json!(account), &json!(true)));
    client.create(
        "Task",
        json!({ "WhoId": contact, "WhatId": case, "Status": "Completed", "TaskSubtype": "Call" }),
    );
    let task =
        &client.query("SELECT AccountId, IsClosed, Priority, Who.Type, What.Type FROM Task")["records"][0];
    assert_eq!((&task["AccountId"], &task["IsClosed"]), (&json!(account), &json!(true)));
    assert_eq!((&task["Who"]["Type"], &task["What"]["Type"]), (&json!("Contact"), &json!("Case")));
    let subtype = client.query("SELECT Id FROM Task")["records"][0]["Id"].as_str().expect("an id").to_owned();
    let refused =
        client.refused("PATCH", &format!("sobjects/Task/{subtype}"), json!({ "TaskSubtype": "Task" }));
    assert_eq!(refused, (400, "INVALID_FIELD_FOR_INSERT_UPDATE".into()));
}
