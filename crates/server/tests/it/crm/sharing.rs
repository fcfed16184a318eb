//! What people see of an org's records is what it shows their user; a call is logged on whom it is with all the same.

use super::org::{Org, contact, drain, read};
use crate::world::{Answer, CALLER, HERE, Someone, World, entry, first_code, path_of};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::http::openapi;
use server::ops::crm::sharing::ask_wanted;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A name that nobody may read who is not shown its record.
const SECRET: &str = "Unsichtbar";

/// A world whose org shows nobody what is somebody else's.
async fn private() -> (World, Arc<Org>) {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    org.control("POST", "sharing", json!({ "Account": "None", "Lead": "None", "Case": "None" }));
    let standard = org.one("SELECT Id FROM Profile WHERE Name = 'Standard User'")["Id"].clone();
    org.change("User", &user(&org, "ana"), json!({ "ProfileId": standard }));
    map(&world, &org).await;
    world.clock.advance(60);
    (world, org)
}

fn user(org: &Org, name: &str) -> String {
    let found = org.one(&format!("SELECT Id FROM User WHERE Username LIKE '{name}@%'"));
    found["Id"].as_str().expect("an id").to_owned()
}

/// Ana is the org's user of that name.
async fn map(world: &World, org: &Org) {
    read(world).await;
    let root = world.sign_in(HERE, "root").await;
    let users = world.ask(&root, "GET", "/users", None).await.is(200).body["users"].clone();
    let ana = users.as_array().expect("users").iter().find(|user| user["login"] == "ana").expect("Ana");
    let path = format!("/crm/users/{}", user(org, "ana"));
    world.ask(&root, "PUT", &path, Some(json!({ "user": ana["id"] }))).await.is(204);
}

/// Asks what panels wait for, as the worker does.
async fn answered(world: &World) {
    let tenant = world.tenant(HERE);
    let link = world.app.crms.of(tenant.id).expect("a CRM");
    ask_wanted(&world.app, tenant, &link).await.expect("an answer");
}

async fn panel(world: &World, who: &Someone) -> Value {
    world.ask(who, "GET", "/me/panel", None).await.is(200).body
}

/// Whom the panel's first wrap-up matches.
fn candidate(panel: &Value) -> &Value {
    &panel["wrapups"][0]["match"]["candidates"][0]["person"]
}

async fn log(world: &World, who: &Someone, wrapup: &Value) -> Answer {
    let body = entry(0, &first_code(wrapup), "noted");
    world.ask(who, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200)
}

#[tokio::test]
async fn a_record_that_the_org_does_not_show_an_agent_has_no_name_for_them_and_their_call_is_logged_on_it() {
    let (world, org) = private().await;
    let ana = world.sign_in(HERE, "ana").await;
    let there = contact(&org, SECRET, CALLER);
    read(&world).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    // The panel waits for no network: until the org has answered nothing of it is shown.
    let first = panel(&world, &ana).await;
    assert_eq!(candidate(&first)["hidden"], "asking");
    assert!(!first.to_string().contains(SECRET));
    answered(&world).await;
    let then = panel(&world, &ana).await;
    let hidden = candidate(&then);
    assert_eq!((&hidden["hidden"], &hidden["name"]), (&json!("not_shared"), &json!("")));
    assert_eq!(
        (&hidden["phone"], &hidden["crm_id"], &hidden["kind"]),
        (&Value::Null, &Value::Null, &json!("contact"))
    );
    assert_eq!(then["wrapups"][0]["match"]["will_create"], Value::Null, "nobody makes a second one");
    let logged = log(&world, &ana, &then["wrapups"][0]).await;
    assert_eq!(logged.body["activity"]["party"]["hidden"], "not_shared");
    drain(&world).await;
    assert_eq!(org.one("SELECT Contact__c FROM Call_Activity__c")["Contact__c"], json!(there));
}

#[tokio::test]
async fn who_owns_a_record_or_may_see_all_of_them_sees_it() {
    let (world, org) = private().await;
    let ana = world.sign_in(HERE, "ana").await;
    let user = user(&org, "ana");
    let there = contact(&org, "Ruiz", CALLER);
    org.change("Contact", &there, json!({ "OwnerId": user }));
    read(&world).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    panel(&world, &ana).await;
    answered(&world).await;
    let now = panel(&world, &ana).await;
    assert_eq!((&candidate(&now)["name"], &candidate(&now)["crm_id"]), (&json!("Ruiz"), &json!(there)));
    // It is somebody else's now: what was known of it does not count any more.
    world.clock.advance(60);
    org.change("Contact", &there, json!({ "OwnerId": self::user(&org, "luis") }));
    read(&world).await;
    panel(&world, &ana).await;
    answered(&world).await;
    assert_eq!(candidate(&panel(&world, &ana).await)["hidden"], "not_shared");
    org.control("POST", "rights", json!({ "user": user, "view_all": true, "without": [] }));
    world.clock.advance(5 * 3600);
    let ana = world.sign_in(HERE, "ana").await;
    panel(&world, &ana).await;
    answered(&world).await;
    assert_eq!(candidate(&panel(&world, &ana).await)["name"], "Ruiz");
}

#[tokio::test]
async fn where_all_may_see_all_one_question_answers_for_every_record() {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    map(&world, &org).await;
    world.clock.advance(60);
    let ana = world.sign_in(HERE, "ana").await;
    let account = org.create("Account", json!({ "Name": "Acme" }));
    for nth in 0..30 {
        let number = format!("+346001122{nth:02}");
        org.create(
            "Contact",
            json!({ "LastName": format!("Gil {nth}"), "AccountId": account, "Phone": number }),
        );
    }
    read(&world).await;
    world.ask(&ana, "GET", "/people?q=acme", None).await.is(200);
    org.count_anew();
    for nth in 0..30 {
        let found =
            world.ask(&ana, "GET", &format!("/people?q=gil {nth}").replace(' ', "%20"), None).await.is(200);
        assert_eq!(found.body["people"][0]["name"], format!("Gil {nth}"));
    }
    assert!(org.calls() <= 1, "{} calls", org.calls());
}

#[tokio::test]
async fn an_org_that_does_not_answer_hides_what_is_not_known_and_takes_nothing_away_that_is() {
    let (world, org) = private().await;
    let ana = world.sign_in(HERE, "ana").await;
    let user = user(&org, "ana");
    for name in ["Ruiz", SECRET] {
        let there = contact(&org, name, CALLER);
        org.change("Contact", &there, json!({ "OwnerId": user }));
    }
    read(&world).await;
    let found = world.ask(&ana, "GET", "/people?q=ruiz", None).await.is(200).body;
    org.cut_off(true);
    world.clock.advance(5 * 3600);
    let ana = world.sign_in(HERE, "ana").await;
    assert_eq!(world.ask(&ana, "GET", "/people?q=ruiz", None).await.is(200).body, found);
    let secret = format!("/people?q={SECRET}");
    assert_eq!(world.ask(&ana, "GET", &secret, None).await.is(200).body["people"], json!([]));
    let id = world.ask(&ana, "GET", "/people?q=ruiz", None).await.body["people"][0]["id"].clone();
    let path = format!("/people/{}", id.as_str().expect("an id"));
    world.ask(&ana, "GET", &path, None).await.is(200);
    org.cut_off(false);
    assert_eq!(world.ask(&ana, "GET", &secret, None).await.body["people"][0]["name"], SECRET);
}

/// Operations whose answers name records.
const NAMING: [&str; 34] = [
    // Read below.
    "get /me/panel",
    "get /me/recent",
    "get /wrapups",
    "get /wrapups/{id}",
    "get /messages",
    "get /people",
    "get /cases",
    "get /activities",
    "get /activities/{id}",
    "get /follow-ups",
    // Refused below.
    "get /people/{id}",
    "get /people/{id}/cases",
    "get /people/{id}/contacts",
    "get /people/{id}/activities",
    "get /cases/{id}",
    "get /cases/{id}/activities",
    // Done below.
    "post /wrapups/{id}/log",
    "post /activities/{id}/corrections",
    "post /activities/{id}/corrections/{correction}/undo",
    "post /cases",
    // By the same ways as one of these.
    "post /wrapups/{id}/do-not-log",
    "post /wrapups/{id}/release",
    "post /messages/{id}/take",
    "post /messages/{id}/give-back",
    "post /messages/{id}/done",
    "post /messages/{id}/reopen",
    "put /follow-ups/{id}/done",
    "put /follow-ups/{id}/agent",
    "post /centre/dry-run",
    // Of a record that is ours: the org's own are changed there.
    "post /people",
    "patch /people/{id}",
    "patch /cases/{id}",
    "patch /crm/stuck/person/{id}",
    "patch /crm/stuck/case/{id}",
];

#[test]
fn every_operation_whose_answer_names_a_record_is_known() {
    let document = serde_json::to_value(openapi()).expect("a document");
    let mut named = BTreeSet::new();
    for (path, verbs) in document["paths"].as_object().expect("paths") {
        for (verb, operation) in verbs.as_object().expect("verbs") {
            if reaches(&document, &operation["responses"], &mut BTreeSet::new()) {
                named.insert(format!("{verb} {}", path.trim_start_matches("/api/v1")));
            }
        }
    }
    let known: BTreeSet<String> = NAMING.into_iter().map(str::to_owned).collect();
    assert_eq!(named, known, "what names records leaves out what its reader may not see");
}

/// Whether a schema has a record's line in it.
fn reaches(document: &Value, schema: &Value, seen: &mut BTreeSet<String>) -> bool {
    match schema {
        Value::Object(fields) => fields.iter().any(|(key, value)| match (key.as_str(), value.as_str()) {
            ("$ref", Some(to)) => {
                let name = to.rsplit('/').next().unwrap_or_default().to_owned();
                if name == "PersonLineView" || name == "CaseLineView" {
                    return true;
                }
                let target = &document["components"]["schemas"][&name];
                seen.insert(name) && reaches(document, target, seen)
            }
            _ => reaches(document, value, seen),
        }),
        Value::Array(all) => all.iter().any(|one| reaches(document, one, seen)),
        _ => false,
    }
}

#[tokio::test]
async fn no_answer_says_anything_of_a_record_that_the_org_does_not_show() {
    let (world, org) = private().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let there = contact(&org, SECRET, CALLER);
    org.create("Case", json!({ "Subject": format!("Fall {SECRET}"), "ContactId": there }));
    read(&world).await;
    ask_for_follow_ups(&world, &root).await;
    // Who is no user of the org sees its records, as the settings are.
    let found = world.ask(&root, "GET", &format!("/people?q={SECRET}"), None).await.is(200).body;
    let person = found["people"][0]["id"].as_str().expect("an id").to_owned();
    let cases = world.ask(&root, "GET", &format!("/people/{person}/cases"), None).await.is(200).body;
    let case = cases["cases"][0]["id"].as_str().expect("an id").to_owned();
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = panel(&world, &ana).await["wrapups"][0].clone();
    let id = wrapup["id"].as_str().expect("an id").to_owned();
    let mut told = vec![wrapup.clone()];
    for path in ["/me/panel".to_owned(), "/wrapups".to_owned(), format!("/wrapups/{id}")] {
        told.push(world.ask(&ana, "GET", &path, None).await.is(200).body);
    }
    let answer = log(&world, &ana, &wrapup).await.body;
    let activity = answer["activity"]["id"].as_str().expect("an id").to_owned();
    told.push(answer);
    let correction = json!({ "revision": 0, "notes": "otherwise" });
    let path = format!("/activities/{activity}/corrections");
    let engagement = json!({ "engagement": id });
    let body = merged(&correction, &engagement);
    let corrected = world.ask(&ana, "POST", &path, Some(body)).await.is(200).body;
    let undo = corrected["activity"]["corrections"][0]["id"].as_str().expect("an id").to_owned();
    let body = json!({ "revision": corrected["activity"]["revision"] });
    told.push(world.ask(&ana, "POST", &format!("{path}/{undo}/undo"), Some(body)).await.is(200).body);
    told.push(corrected);
    let about = json!({ "subject": "Ours", "contact": person });
    told.push(world.ask(&ana, "POST", "/cases", Some(about)).await.is(201).body);
    let secret = format!("/people?q={SECRET}");
    for path in [
        "/me/recent",
        "/activities",
        "/messages",
        "/follow-ups",
        "/cases?q=Fall",
        &secret,
        &format!("/activities/{activity}"),
    ] {
        told.push(world.ask(&ana, "GET", path, None).await.is(200).body);
    }
    let to_do = world.ask(&ana, "GET", "/follow-ups", None).await.is(200).body;
    assert_eq!(to_do["follow_ups"].as_array().map(Vec::len), Some(1), "{to_do}");
    for answer in &told {
        assert!(!answer.to_string().contains(SECRET), "{answer}");
    }
    // Files name records as well, and say so in no schema.
    let file = file_of(&world, &ana, "/activities.csv").await;
    assert!(file.contains(&activity) && !file.contains(SECRET), "{file}");
    let users = world.ask(&root, "GET", "/users", None).await.is(200).body["users"].clone();
    let hers =
        users.as_array().expect("users").iter().find(|user| user["login"] == "ana").expect("Ana").clone();
    let path = format!("/users/{}", hers["id"].as_str().expect("an id"));
    let body = json!({ "version": hers["version"], "role": "admin" });
    world.ask(&root, "PATCH", &path, Some(body)).await.is(200);
    let filters = json!({ "party": person, "case": case });
    let view = json!({ "name": "Ours", "shared": true, "filters": filters, "columns": ["when"] });
    world.ask(&root, "POST", "/views", Some(view)).await.is(201);
    let ana = world.sign_in(HERE, "ana").await;
    for table in server::ops::export::Table::ALL.map(server::ops::export::Table::name) {
        let file = file_of(&world, &ana, &format!("/export/{table}.csv")).await;
        assert!(file.lines().count() > 0 && !file.contains(SECRET), "{table}: {file}");
        let asks = ["views", "changes"].contains(&table);
        assert!(!asks || (file.contains("Ours") && !file.contains(&case)), "{table}: {file}");
    }
    let corrections = file_of(&world, &ana, "/export/corrections.csv").await;
    assert!(corrections.lines().count() > 1, "{corrections}");
    for of in ["", "/cases", "/contacts", "/activities"] {
        assert_eq!(
            world.ask(&ana, "GET", &format!("/people/{person}{of}"), None).await.is(403).code(),
            "not_shared"
        );
    }
    for of in ["", "/activities"] {
        assert_eq!(
            world.ask(&ana, "GET", &format!("/cases/{case}{of}"), None).await.is(403).code(),
            "not_shared"
        );
    }
}

async fn file_of(world: &World, who: &Someone, path: &str) -> String {
    let request = Request::builder()
        .uri(format!("/api/v1{path}"))
        .header(header::HOST, who.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", who.token));
    let answer = world.answer(request.body(Body::empty()).expect("a request")).await;
    let bytes = to_bytes(answer.into_body(), 1024 * 1024).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Every code asks for one.
async fn ask_for_follow_ups(world: &World, root: &Someone) {
    let book = world.ask(root, "GET", "/dispositions", None).await.is(200).body;
    for code in
        book["sets"].as_array().expect("sets").iter().flat_map(|set| set["codes"].as_array().expect("codes"))
    {
        let body = json!({ "version": code["version"], "traits": { "follow_up_days": 3 } });
        let path = format!("/codes/{}", code["id"].as_str().expect("an id"));
        world.ask(root, "PATCH", &path, Some(body)).await.is(200);
    }
}

fn merged(one: &Value, other: &Value) -> Value {
    let mut all = one.clone();
    for (key, value) in other.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    all
}

#[tokio::test]
async fn a_number_that_nobody_here_has_is_searched_for_there_once() {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    map(&world, &org).await;
    let ana = world.sign_in(HERE, "ana").await;
    // Made there after the mirror has looked.
    let there = contact(&org, "Nueva", CALLER);
    world.clock.advance(60);
    world.play(HERE, Scenario::Answered, CALLER).await;
    assert_eq!(panel(&world, &ana).await["wrapups"][0]["match"]["kind"], "none");
    let tenant = world.tenant(HERE);
    let link = world.app.crms.of(tenant.id).expect("a CRM");
    server::ops::crm::search_number::search_wanted(&world.app, tenant, &link).await.expect("searched");
    let now = panel(&world, &ana).await;
    assert_eq!(now["wrapups"][0]["match"]["kind"], "one");
    answered(&world).await;
    assert_eq!(candidate(&panel(&world, &ana).await)["crm_id"], json!(there));
    // A number that nobody has there either is asked for once, however often panels are read.
    world.play(HERE, Scenario::Answered, "+34600999888").await;
    org.count_anew();
    for _ in 0..3 {
        panel(&world, &ana).await;
        server::ops::crm::search_number::search_wanted(&world.app, tenant, &link).await.expect("searched");
    }
    assert!(org.calls() <= 4, "{} calls", org.calls());
}
