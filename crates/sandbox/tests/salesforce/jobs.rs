//! Many records as tables.

use crate::client::{Client, read};
use serde_json::{Value, json};

fn csv(client: &mut Client, path: &str) -> String {
    let request = client.request("GET", path, &Value::Null);
    String::from_utf8(client.send(&request).body).expect("text")
}

#[test]
fn each_row_of_a_job_stands_for_itself_and_its_results_are_told() {
    let mut client = Client::new();
    let job = json!({ "object": "Call_Activity__c", "operation": "upsert", "externalIdFieldName": "Interaction_Id__c" });
    let (_, job) = client.ask("POST", "jobs/ingest", job);
    assert_eq!((&job["state"], &job["contentType"]), (&json!("Open"), &json!("CSV")));
    let path = format!("jobs/ingest/{}", job["id"].as_str().expect("an id"));
    let mut upload = client.request("PUT", &format!("{path}/batches"), &Value::Null);
    upload.body =
        b"Interaction_Id__c,Notes__c,Talk_Seconds__c\ni-1,\"a, \"\"b\"\"\",7\ni-2,x,many\ni-1,again,8\n"
            .to_vec();
    assert_eq!(client.send(&upload).status, 201);
    let (_, closed) = client.ask("PATCH", &path, json!({ "state": "UploadComplete" }));
    assert_eq!(closed["state"], json!("UploadComplete"));
    let (_, done) = client.ask("GET", &path, Value::Null);
    assert_eq!((&done["state"], &done["numberRecordsProcessed"]), (&json!("JobComplete"), &json!(3)));
    assert_eq!(done["numberRecordsFailed"], json!(1));
    let good = csv(&mut client, &format!("{path}/successfulResults"));
    let lines: Vec<&str> = good.lines().collect();
    assert_eq!(lines[0], "\"sf__Id\",\"sf__Created\",\"Interaction_Id__c\",\"Notes__c\",\"Talk_Seconds__c\"");
    assert!(lines[1].ends_with("\"true\",\"i-1\",\"a, \"\"b\"\"\",\"7\""), "{good}");
    assert!(lines[2].contains("\"false\",\"i-1\""), "{good}");
    assert!(csv(&mut client, &format!("{path}/failedResults")).contains("JSON_PARSER_ERROR:"));
    assert_eq!(client.count("SELECT COUNT() FROM Call_Activity__c WHERE Talk_Seconds__c = 8"), 1);
}

#[test]
fn a_query_as_a_job_is_read_page_by_page() {
    let mut client = Client::new();
    for name in ["a", "b", "c"] {
        client.create("Lead", json!({ "LastName": name, "Company": "Acme, S.A." }));
    }
    let query = json!({ "operation": "query", "query": "SELECT LastName, Company, Owner.Alias FROM Lead ORDER BY LastName" });
    let (_, job) = client.ask("POST", "jobs/query", query);
    let path = format!("jobs/query/{}/results?maxRecords=2", job["id"].as_str().expect("an id"));
    let request = client.request("GET", &path, &Value::Null);
    let answer = client.send(&request);
    let header =
        |name: &str| answer.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert_eq!(
        (header("Sforce-Locator"), header("Sforce-NumberOfRecords")),
        (Some("2".into()), Some("2".into()))
    );
    assert_eq!(
        read(&answer).as_str().expect("text").lines().nth(1),
        Some("\"a\",\"Acme, S.A.\",\"integrat\"")
    );
    let rest = csv(&mut client, &format!("{path}&locator=2"));
    assert_eq!(rest.lines().count(), 2);
    assert_eq!(client.refused("GET", "jobs/query/none", Value::Null), (404, "INVALIDJOB".into()));
}
