//! Questions in SOQL.

use crate::client::{Client, escaped};
use serde_json::{Value, json};

fn names(found: &Value) -> Vec<&str> {
    found["records"].as_array().expect("records").iter().filter_map(|row| row["LastName"].as_str()).collect()
}

/// Four Contacts, made a day apart, two of them of Acme.
fn four() -> Client {
    let mut client = Client::new();
    let acme = client.create("Account", json!({ "Name": "Acme", "NumberOfEmployees": 7 }));
    let zeta = client.create("Account", json!({ "Name": "Zeta", "NumberOfEmployees": 40 }));
    client.create(
        "Contact",
        json!({ "LastName": "Ruiz", "Title": "Head", "AccountId": acme, "Birthdate": "1990-05-01" }),
    );
    client.later(24 * 3600);
    client.log_in();
    client.create("Contact", json!({ "LastName": "Paz", "AccountId": acme, "Birthdate": "1985-01-31" }));
    client.later(24 * 3600);
    client.log_in();
    client.create("Contact", json!({ "LastName": "Gil", "Title": "head of IT", "AccountId": zeta }));
    client.later(24 * 3600);
    client.log_in();
    client.create("Contact", json!({ "LastName": "D'Ors", "Phone": "100%" }));
    client
}

#[test]
fn each_condition_finds_what_it_says() {
    let mut client = four();
    for (filter, expected) in [
        ("LastName = 'RUIZ'", vec!["Ruiz"]),
        ("LastName != 'Ruiz'", vec!["D'Ors", "Gil", "Paz"]),
        ("LastName = 'D\\'Ors'", vec!["D'Ors"]),
        ("LastName LIKE '%i%'", vec!["Gil", "Ruiz"]),
        ("LastName LIKE 'Pa_'", vec!["Paz"]),
        ("Phone LIKE '100\\%'", vec!["D'Ors"]),
        ("Title = null", vec!["D'Ors", "Paz"]),
        ("Title != null", vec!["Gil", "Ruiz"]),
        ("Title != 'Head'", vec!["D'Ors", "Gil", "Paz"]),
        ("LastName IN ('Ruiz', 'gil', 'x')", vec!["Gil", "Ruiz"]),
        ("LastName NOT IN ('Ruiz', 'Gil')", vec!["D'Ors", "Paz"]),
        ("NOT LastName = 'Ruiz' AND Title = null", vec!["D'Ors", "Paz"]),
        ("LastName = 'Ruiz' OR (Title = null AND AccountId != null)", vec!["Paz", "Ruiz"]),
        ("Account.Name = 'Acme'", vec!["Paz", "Ruiz"]),
        ("Account.NumberOfEmployees > 7", vec!["Gil"]),
        ("Account.NumberOfEmployees <= 7.5", vec!["Paz", "Ruiz"]),
        ("Birthdate < 1990-01-01", vec!["Paz"]),
        ("CreatedDate >= 2026-11-28T00:00:00Z", vec!["D'Ors", "Gil"]),
        ("CreatedDate = TODAY", vec!["D'Ors"]),
        ("CreatedDate = LAST_N_DAYS:1", vec!["D'Ors", "Gil"]),
        ("CreatedDate < YESTERDAY", vec!["Paz", "Ruiz"]),
        ("CreatedDate = LAST_N_DAYS:18446744073709551615", vec!["D'Ors", "Gil", "Paz", "Ruiz"]),
        ("IsEmailBounced = false AND LastName > 'M'", vec!["Paz", "Ruiz"]),
        ("AccountId IN (SELECT Id FROM Account WHERE Name = 'Zeta')", vec!["Gil"]),
        ("Id IN (SELECT WhoId FROM Task)", vec![]),
    ] {
        let found = client.query(&format!("SELECT LastName FROM Contact WHERE {filter} ORDER BY LastName"));
        assert_eq!(names(&found), expected, "{filter}");
    }
}

#[test]
fn results_are_ordered_limited_and_skipped() {
    let mut client = four();
    for (clauses, expected) in [
        ("ORDER BY LastName DESC LIMIT 2", vec!["Ruiz", "Paz"]),
        ("ORDER BY Account.Name NULLS LAST, LastName", vec!["Paz", "Ruiz", "Gil", "D'Ors"]),
        ("ORDER BY Account.Name, LastName", vec!["D'Ors", "Paz", "Ruiz", "Gil"]),
        ("ORDER BY CreatedDate OFFSET 3", vec!["D'Ors"]),
    ] {
        let found = client.query(&format!("SELECT LastName FROM Contact c {clauses}"));
        assert_eq!(names(&found), expected, "{clauses}");
    }
}

#[test]
fn relations_are_followed_up_and_down() {
    let mut client = four();
    let found = client.query("select c.lastname, c.account.name, c.account.owner.username from contact c where c.lastname = 'Ruiz'");
    let row = &found["records"][0];
    assert_eq!((&row["LastName"], &row["Account"]["Name"]), (&json!("Ruiz"), &json!("Acme")));
    assert_eq!(row["Account"]["Owner"]["Username"], json!("integration@emulator.example"));
    assert_eq!(row["Account"]["attributes"]["type"], json!("Account"));
    let down = client.query(
        "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1) FROM Account ORDER BY Name",
    );
    assert_eq!(names(&down["records"][0]["Contacts"]), ["Paz"]);
    let none = client.query("SELECT Id, (SELECT Id FROM Cases) FROM Contact WHERE LastName = 'Gil'");
    assert_eq!(none["records"][0]["Cases"], Value::Null);
    let without = client.query("SELECT Account.Name FROM Contact WHERE AccountId = null");
    assert_eq!(without["records"][0]["Account"], Value::Null);
}

#[test]
fn groups_are_counted() {
    let mut client = four();
    assert_eq!(
        client.query("SELECT COUNT() FROM Contact"),
        json!({ "totalSize": 4, "done": true, "records": [] })
    );
    let found = client.query("SELECT COUNT(Id), MIN(LastName) least FROM Contact WHERE Title != null");
    assert_eq!((&found["records"][0]["expr0"], &found["records"][0]["least"]), (&json!(2), &json!("Gil")));
    let found = client.query(
        "SELECT Account.Name who, COUNT(Id) many FROM Contact WHERE AccountId != null GROUP BY Account.Name",
    );
    let rows: Vec<(&Value, &Value)> =
        found["records"].as_array().expect("rows").iter().map(|row| (&row["who"], &row["many"])).collect();
    assert_eq!(rows, [(&json!("Acme"), &json!(2)), (&json!("Zeta"), &json!(1))]);
}

#[test]
fn what_cannot_be_asked_is_refused_with_its_code() {
    let mut client = four();
    for (soql, code) in [
        ("", "MALFORMED_QUERY"),
        ("SELECT FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName = 'open", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Title = 'a' AND Title = 'b' OR Title = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact LIMIT many", "MALFORMED_QUERY"),
        ("SELECT LastName, COUNT(Id) FROM Contact GROUP BY Title", "MALFORMED_QUERY"),
        ("SELECT Nothing FROM Contact", "INVALID_FIELD"),
        ("SELECT Nobody.Name FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Account.Nothing = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE LastName = 7", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE CreatedDate = '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Id = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id, (SELECT Id FROM Nothings) FROM Contact", "INVALID_TYPE"),
        ("SELECT Id FROM Contact OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ] {
        let refused = client.refused("GET", &format!("query?q={}", escaped(soql)), Value::Null);
        assert_eq!(refused, (400, code.to_owned()), "{soql}");
    }
    let deep = format!("SELECT Id FROM Contact WHERE {}Title = null{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(
        client.refused("GET", &format!("query?q={}", escaped(&deep)), Value::Null).1,
        "MALFORMED_QUERY"
    );
}

#[test]
fn long_answers_come_page_by_page_and_each_record_once() {
    let mut client = Client::new();
    client.org.add_people(7, 700, client.now);
    let total = client.count("SELECT COUNT() FROM Contact");
    let mut request = client.request("GET", "query?q=SELECT+Id+FROM+Contact", &Value::Null);
    request.headers.push(("Sforce-Query-Options".into(), "batchSize=200".into()));
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let answer = client.send(&request);
        let page = crate::client::read(&answer);
        assert_eq!(page["totalSize"], json!(total));
        let records = page["records"].as_array().expect("records");
        assert!(records.len() <= 200);
        records.iter().for_each(|row| assert!(seen.insert(row["Id"].to_string()), "{row} twice"));
        match page["nextRecordsUrl"].as_str() {
            Some(url) => request.target = url.to_owned(),
            None => break assert_eq!(page["done"], json!(true)),
        }
    }
    assert_eq!(seen.len() as u64, total);
    assert_eq!(client.refused("GET", "query/01gNone-200", Value::Null).1, "INVALID_QUERY_LOCATOR");
}

#[test]
fn what_was_deleted_is_among_the_pages_of_all_of_a_time_and_what_was_emptied_from_the_bin_is_not() {
    let mut client = Client::new();
    let made: Vec<String> = (0..203)
        .map(|nth| {
            let fields =
                json!({ "Interaction_Id__c": nth.to_string(), "Started_At__c": "2026-11-26T10:00:00Z" });
            client.create("Call_Activity__c", fields)
        })
        .collect();
    for (nth, at) in [(900, "2026-11-26T09:59:59Z"), (901, "2026-11-26T10:00:01Z")] {
        let fields = json!({ "Interaction_Id__c": nth.to_string(), "Started_At__c": at });
        client.create("Call_Activity__c", fields);
    }
    for deleted in [&made[7], &made[202]] {
        client.ask("DELETE", &format!("sobjects/Call_Activity__c/{deleted}"), Value::Null);
    }
    let soql = "SELECT Id, IsDeleted FROM Call_Activity__c \
        WHERE Started_At__c >= 2026-11-26T10:00:00.000Z AND Started_At__c < 2026-11-26T10:00:01.000Z";
    assert_eq!(client.query(soql)["totalSize"], json!(201));
    let mut request = client.request("GET", &format!("queryAll?q={}", escaped(soql)), &Value::Null);
    request.headers.push(("Sforce-Query-Options".into(), "batchSize=200".into()));
    let mut deleted = Vec::new();
    let mut pages = 0;
    loop {
        let page = crate::client::read(&client.send(&request));
        assert_eq!(page["totalSize"], json!(203));
        let records = page["records"].as_array().expect("records").iter();
        deleted.extend(records.filter(|row| row["IsDeleted"] == json!(true)).map(|row| row["Id"].clone()));
        pages += 1;
        match page["nextRecordsUrl"].as_str() {
            Some(url) => request.target = url.to_owned(),
            None => break,
        }
    }
    deleted.sort_by_key(Value::to_string);
    assert_eq!((pages, deleted), (2, vec![json!(made[7]), json!(made[202])]));
    // Fifteen days later nothing is left in the bin.
    client.later(16 * 24 * 3600);
    client.log_in();
    let (_, left) = client.ask("GET", &format!("queryAll?q={}", escaped(soql)), Value::Null);
    assert_eq!(left["totalSize"], json!(201));
}

#[test]
fn who_may_see_what_is_asked_of_one_user_and_of_records() {
    let mut client = four();
    let contacts = client.query("SELECT Id FROM Contact");
    let ids: Vec<&str> =
        contacts["records"].as_array().expect("rows").iter().filter_map(|row| row["Id"].as_str()).collect();
    let user =
        client.query("SELECT Id FROM User WHERE Username = 'ana@emulator.example'")["records"][0]["Id"]
            .clone();
    client.control("hide", json!({ "user": user, "ids": [ids[1]] }));
    let user = user.as_str().expect("an id");
    let listed = format!("'{}'", ids.join("','"));
    let soql = format!(
        "SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId IN ({listed})"
    );
    let found = client.query(&soql);
    let may: Vec<bool> = found["records"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["HasReadAccess"].as_bool())
        .collect();
    assert_eq!(may, [true, false, true, true]);
    let open = client.refused("GET", "query?q=SELECT+RecordId+FROM+UserRecordAccess", Value::Null);
    assert_eq!(open.1, "MALFORMED_QUERY");
}

#[test]
fn columns_are_told_to_whoever_prints_tables() {
    let mut client = four();
    let (_, told) = client.ask("GET", "query?q=SELECT+Id,LastName+FROM+Contact&columns=true", Value::Null);
    assert_eq!((&told["entityName"], &told["idSelected"]), (&json!("Contact"), &json!(true)));
    assert_eq!(told["columnMetadata"][1]["columnName"], json!("LastName"));
}

#[test]
fn ids_are_ordered_as_they_are_compared() {
    let mut client = Client::new();
    for _ in 0..100 {
        client.create("Contact", json!({ "LastName": "Ruiz" }));
    }
    let (mut last, mut seen) = ("000000000000000AAA".to_owned(), 0);
    loop {
        let soql = format!("SELECT Id FROM Contact WHERE Id > '{last}' ORDER BY Id LIMIT 7");
        let found = client.query(&soql);
        let rows = found["records"].as_array().expect("rows");
        seen += rows.len();
        match rows.last() {
            Some(row) => last = row["Id"].as_str().expect("an id").to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, 100);
}

/// Two Contacts that change while others are read, one that goes and one that comes.
fn changing() -> Client {
    let mut client = four();
    let ids = client.query("SELECT Id FROM Contact ORDER BY LastName");
    let id = |nth: usize| ids["records"][nth]["Id"].as_str().expect("an id").to_owned();
    client.later(60);
    client.ask("PATCH", &format!("sobjects/Contact/{}", id(2)), json!({ "Email": "a@example.com" }));
    client.ask("PATCH", &format!("sobjects/Contact/{}", id(3)), json!({ "Email": "A@example.com" }));
    client.later(60);
    client.ask("PATCH", &format!("sobjects/Contact/{}", id(2)), json!({ "Email": "b@example.com" }));
    client.ask("DELETE", &format!("sobjects/Contact/{}", id(1)), Value::Null);
    client.create("Contact", json!({ "LastName": "Vera", "Email": "a@example.com" }));
    client
}

#[test]
fn what_is_looked_up_is_what_a_walk_through_all_would_find() {
    let mut client = changing();
    let ids = client.query("SELECT Id, AccountId FROM Contact WHERE AccountId != null ORDER BY Id");
    let (id, account) = (ids["records"][0]["Id"].to_string(), ids["records"][0]["AccountId"].to_string());
    let (id, account) = (id.replace('"', "'"), account.replace('"', "'"));
    for filter in [
        format!("Id = {id}"),
        format!("Id IN ({id}, '003000000000000AAA')"),
        format!("AccountId = {account}"),
        format!("AccountId = {account} AND Email = null"),
        format!("Email = 'a@EXAMPLE.com' OR Id = {id}"),
        "Email IN ('b@example.com', 'none@example.com')".to_owned(),
        "Email = ''".to_owned(),
        "SystemModstamp >= 2026-11-29T10:01:00Z".to_owned(),
        "SystemModstamp > 2026-11-29T10:01:00Z".to_owned(),
        "SystemModstamp = 2026-11-29T10:01:00Z OR SystemModstamp > 2026-11-29T10:02:00Z".to_owned(),
        format!("Id > {id} AND SystemModstamp < 2026-11-29T10:01:00Z"),
    ] {
        for order in ["Id", "SystemModstamp, Id", "LastName"] {
            let found = client.query(&format!("SELECT Id FROM Contact WHERE {filter} ORDER BY {order}"));
            // What is said by its opposite no index answers.
            let opposite =
                format!("SELECT Id FROM Contact WHERE (NOT (NOT ({filter}))) ORDER BY {order} NULLS FIRST");
            assert_eq!(found["records"], client.query(&opposite)["records"], "{filter} {order}");
        }
    }
}

#[test]
fn pages_by_stamp_and_id_show_each_record_once() {
    let mut client = changing();
    let all = client.query("SELECT LastName FROM Contact ORDER BY SystemModstamp, Id");
    let (mut seen, mut after) = (Vec::new(), "SystemModstamp >= 2026-01-01T00:00:00Z".to_owned());
    loop {
        let page = client.query(&format!(
            "SELECT Id, LastName, SystemModstamp FROM Contact WHERE {after} ORDER BY SystemModstamp, Id LIMIT 1"
        ));
        let Some(last) = page["records"].as_array().expect("records").last().cloned() else {
            break;
        };
        seen.push(last["LastName"].as_str().expect("a name").to_owned());
        let stamp = last["SystemModstamp"].as_str().expect("a stamp").replace("+0000", "Z");
        let id = last["Id"].as_str().expect("an id");
        after = format!("SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{id}')");
    }
    assert_eq!(seen, names(&all));
    assert_eq!(seen.len(), 4);
}
