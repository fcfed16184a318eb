//! What people do in the org meanwhile.

use crate::client::Client;
use serde_json::{Value, json};

#[test]
fn what_hung_on_a_merged_contact_hangs_on_the_one_that_stays() {
    let mut client = Client::new();
    let [master, loser] = ["stays", "goes"].map(|name| client.create("Contact", json!({ "LastName": name })));
    client.create("Case", json!({ "ContactId": loser }));
    client.create("Call_Activity__c", json!({ "Contact__c": loser }));
    client.control("merge", json!({ "master": master, "ids": [loser] }));
    assert_eq!(client.query("SELECT ContactId FROM Case")["records"][0]["ContactId"], json!(master));
    assert_eq!(
        client.query("SELECT Contact__c FROM Call_Activity__c")["records"][0]["Contact__c"],
        json!(master)
    );
    let (_, all) = client.ask(
        "GET",
        "queryAll?q=SELECT+MasterRecordId,IsDeleted+FROM+Contact+WHERE+IsDeleted=true",
        Value::Null,
    );
    assert_eq!(all["records"][0]["MasterRecordId"], json!(master));
    let refused = client.refused("POST", "sobjects/Task", json!({ "WhoId": loser }));
    assert_eq!(refused, (404, "ENTITY_IS_DELETED".into()));
}

#[test]
fn a_converted_lead_says_what_it_became_and_is_not_changed_again() {
    let mut client = Client::new();
    let lead = client.create("Lead", json!({ "LastName": "Paz", "Company": "Acme", "MobilePhone": "612" }));
    client.create("Task", json!({ "WhoId": lead }));
    let done = client.control("convert", json!({ "lead": lead }));
    let (_, found) = client.ask("GET", &format!("sobjects/Lead/{lead}"), Value::Null);
    assert_eq!((&found["IsConverted"], &found["ConvertedContactId"]), (&json!(true), &done["contact"]));
    let contact = client.query("SELECT Id, MobilePhone, Account.Name FROM Contact");
    let contact = &contact["records"][0];
    assert_eq!((&contact["MobilePhone"], &contact["Account"]["Name"]), (&json!("612"), &json!("Acme")));
    let task = client.query("SELECT WhoId, AccountId FROM Task");
    assert_eq!(
        (&task["records"][0]["WhoId"], &task["records"][0]["AccountId"]),
        (&done["contact"], &done["account"])
    );
    let refused = client.refused("PATCH", &format!("sobjects/Lead/{lead}"), json!({ "Title": "x" }));
    assert_eq!(refused, (400, "CANNOT_UPDATE_CONVERTED_LEAD".into()));
}

#[test]
fn a_lookup_of_our_own_is_emptied_when_its_record_goes_and_cases_hold_their_contact() {
    let mut client = Client::new();
    let lead = client.create("Lead", json!({ "LastName": "Paz", "Company": "Acme" }));
    client.create("Call_Activity__c", json!({ "Lead__c": lead }));
    client.control("delete", json!({ "id": lead }));
    assert_eq!(client.query("SELECT Lead__c FROM Call_Activity__c")["records"][0]["Lead__c"], Value::Null);
    client.control("undelete", json!({ "id": lead }));
    assert_eq!(client.count("SELECT COUNT() FROM Lead"), 1);
    let contact = client.create("Contact", json!({ "LastName": "Ruiz" }));
    client.create("Case", json!({ "ContactId": contact }));
    let refused = client.refused("DELETE", &format!("sobjects/Contact/{contact}"), Value::Null);
    assert_eq!(refused, (400, "DELETE_FAILED".into()));
}
