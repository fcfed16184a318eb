//! Whatever a transaction did before one of its parts was refused, the org is as it was: every record, every time, every id
//! that is still to be given.

use super::super::data::Data;
use super::super::org::{Org, Request};
use domain::id::At;
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: At = At(1_795_687_200_000_000);
const ROOT: &str = "/services/data/v66.0";

/// An org with people, Cases, a Task and a call; a token; the ids of some Contacts.
fn org() -> (Org, String, Vec<String>) {
    let mut org = Org::new(3, NOW);
    org.add_people(3, 60, NOW);
    let user = org.admin.clone();
    let token = org.access.begin(&org.id.clone(), &user, "test", NOW);
    let ids = org.data.living("Contact").map(|row| row.id().to_owned()).collect();
    (org, token, ids)
}

fn post(org: &mut Org, token: &str, path: &str, body: &Value) -> Value {
    let request = Request {
        method: "POST".to_owned(),
        target: format!("{ROOT}/{path}"),
        headers: vec![("Authorization".to_owned(), format!("Bearer {token}"))],
        body: body.to_string().into_bytes(),
        ..Request::default()
    };
    // Time passes: what is taken back must not be stamped anew.
    let answer = org.answer(&request, NOW.plus_millis(5_000));
    serde_json::from_slice(&answer.body).unwrap()
}

/// A part of a composite that does something, whatever it is; some of them are refused by themselves.
fn part(kind: u8, nth: usize, ids: &[String]) -> Value {
    let id = &ids[nth % ids.len()];
    let (method, path, body) = match kind {
        0 => ("POST", "sobjects/Contact".to_owned(), json!({ "LastName": format!("new {nth}") })),
        1 => {
            ("PATCH", format!("sobjects/Contact/{id}"), json!({ "Title": format!("t{nth}"), "Phone": null }))
        }
        2 => ("DELETE", format!("sobjects/Contact/{id}"), Value::Null),
        3 => ("POST", "sobjects/Task".to_owned(), json!({ "WhoId": id, "Status": "Completed" })),
        4 => {
            let path = format!("sobjects/Call_Activity__c/Interaction_Id__c/i{}", nth % 3);
            ("PATCH", path, json!({ "Contact__c": id }))
        }
        5 => (
            "POST",
            "sobjects/Account".to_owned(),
            json!({ "LastName": format!("person {nth}"), "Phone": "1" }),
        ),
        _ => ("POST", "sobjects/Case".to_owned(), json!({ "ContactId": id, "Status": "Closed" })),
    };
    json!({ "referenceId": format!("r{nth}"), "method": method, "url": format!("{ROOT}/{path}"), "body": body })
}

fn same(before: &Data, after: &Data) -> bool {
    before == after && format!("{before:?}") == format!("{after:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_composite_that_is_taken_back_leaves_the_org_as_it_was(
        kinds in proptest::collection::vec(0u8..7, 0..20),
        refused_at in 0usize..20,
    ) {
        let (mut org, token, ids) = org();
        let mut parts: Vec<Value> = kinds.iter().enumerate().map(|(nth, kind)| part(*kind, nth, &ids)).collect();
        let refused = json!({ "referenceId": "no", "method": "POST", "url": format!("{ROOT}/sobjects/Contact"), "body": {} });
        parts.insert(refused_at.min(parts.len()), refused);
        let before = org.data.clone();
        let told = post(&mut org, &token, "composite", &json!({ "allOrNone": true, "compositeRequest": parts }));
        prop_assert!(same(&before, &org.data), "{told}");
        let answers = told["compositeResponse"].as_array().unwrap();
        prop_assert!(answers.iter().all(|answer| answer["httpStatusCode"].as_u64() >= Some(400)), "{told}");
    }

    #[test]
    fn a_collection_of_all_or_none_leaves_the_org_as_it_was(good in 0usize..30, refused_at in 0usize..30) {
        let (mut org, token, _) = org();
        let record = |name: Value| json!({ "attributes": { "type": "Contact" }, "LastName": name });
        let mut records: Vec<Value> = (0..good).map(|nth| record(json!(format!("n{nth}")))).collect();
        records.insert(refused_at.min(good), record(Value::Null));
        let before = org.data.clone();
        let told = post(&mut org, &token, "composite/sobjects", &json!({ "allOrNone": true, "records": records }));
        prop_assert!(same(&before, &org.data), "{told}");
        prop_assert!(told.as_array().unwrap().iter().all(|result| result["success"] == json!(false)));
    }
}

#[test]
fn what_is_not_taken_back_changes_the_org() {
    for kind in 0..7 {
        let (mut org, token, ids) = org();
        let untouched =
            ids.iter().find(|id| !org.data.living("Case").any(|case| case.text("ContactId") == *id));
        let ids = [untouched.unwrap().clone()];
        let before = org.data.clone();
        let body = json!({ "allOrNone": true, "compositeRequest": [part(kind, 0, &ids)] });
        let told = post(&mut org, &token, "composite", &body);
        assert!(!same(&before, &org.data), "{kind}: {told}");
    }
}
