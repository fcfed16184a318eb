//! Many records with one request.

use crate::client::Client;
use serde_json::{Value, json};

fn contacts(records: &[Value]) -> Vec<Value> {
    let typed = records.iter().cloned().map(|mut record| {
        record["attributes"] = json!({ "type": "Contact" });
        record
    });
    typed.collect()
}

#[test]
fn each_record_stands_for_itself_unless_all_or_none_is_asked() {
    let mut client = Client::new();
    let records = contacts(&[json!({ "LastName": "good" }), json!({ "FirstName": "bad" })]);
    let (status, each) = client.ask("POST", "composite/sobjects", json!({ "records": records }));
    assert_eq!((status, &each[0]["success"], &each[1]["success"]), (200, &json!(true), &json!(false)));
    assert_eq!(
        each[1]["errors"][0],
        json!({
            "statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [LastName]", "fields": ["LastName"],
        })
    );
    assert_eq!(each[1].get("id"), None);
    let (status, all) =
        client.ask("POST", "composite/sobjects", json!({ "allOrNone": true, "records": records }));
    assert_eq!(
        (status, &all[0]["errors"][0]["statusCode"]),
        (200, &json!("ALL_OR_NONE_OPERATION_ROLLED_BACK"))
    );
    assert_eq!(all[1]["errors"][0]["statusCode"], json!("REQUIRED_FIELD_MISSING"));
    assert_eq!(client.count("SELECT COUNT() FROM Contact"), 1);
}

#[test]
fn records_are_changed_upserted_read_and_deleted_together() {
    let mut client = Client::new();
    let ids: Vec<String> =
        ["a", "b"].map(|name| client.create("Contact", json!({ "LastName": name }))).into();
    let missing = "003000000000000AAA";
    let records = contacts(&[json!({ "Id": ids[0], "Title": "x" }), json!({ "id": missing, "Title": "y" })]);
    let (_, done) = client.ask("PATCH", "composite/sobjects", json!({ "records": records }));
    assert_eq!(
        (&done[0]["id"], &done[1]["errors"][0]["statusCode"]),
        (&json!(ids[0]), &json!("INVALID_CROSS_REFERENCE_KEY"))
    );
    let (_, found) = client.ask(
        "GET",
        &format!("composite/sobjects/Contact?ids={},{missing}&fields=Title", ids[0]),
        Value::Null,
    );
    assert_eq!((&found[0]["Title"], &found[1]), (&json!("x"), &Value::Null));
    let records = contacts(&[
        json!({ "Email": "a@example.com", "LastName": "new" }),
        json!({ "Email": "A@example.com", "LastName": "again" }),
        json!({ "LastName": "without" }),
    ]);
    let (_, done) = client.ask("PATCH", "composite/sobjects/Contact/Email", json!({ "records": records }));
    assert_eq!((&done[0]["created"], &done[1]["created"]), (&json!(true), &json!(false)));
    assert_eq!(done[2]["errors"][0]["statusCode"], json!("MISSING_ARGUMENT"));
    let path = format!("composite/sobjects?allOrNone=true&ids={},{missing}", ids[0]);
    let (_, kept) = client.ask("DELETE", &path, Value::Null);
    assert_eq!(kept[0]["errors"][0]["statusCode"], json!("ALL_OR_NONE_OPERATION_ROLLED_BACK"));
    let (_, gone) = client.ask("DELETE", &format!("composite/sobjects?ids={}", ids.join(",")), Value::Null);
    assert_eq!((&gone[0]["success"], &gone[1]["success"]), (&json!(true), &json!(true)));
    assert_eq!(client.count("SELECT COUNT() FROM Contact"), 1);
}

#[test]
fn more_than_200_are_refused() {
    let mut client = Client::new();
    let records = contacts(&vec![json!({ "LastName": "a" }); 201]);
    let refused = client.refused("POST", "composite/sobjects", json!({ "records": records }));
    assert_eq!(refused, (400, "EXCEEDED_ID_LIMIT".into()));
}
