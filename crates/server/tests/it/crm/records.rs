//! People and Cases: made here and there, changed there, merged, converted, and what is on screen there.

use super::org::{ORIGIN, Org, contact, drain, read};
use crate::world::{CALLER, HERE, Someone, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use std::sync::Arc;

async fn world() -> (World, Arc<Org>) {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    (world, org)
}

/// A call of the caller that Ana talked, summed up with this on screen.
async fn logged(world: &World, ana: &Someone, view: Value) -> Value {
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(ana).await.pop().expect("a wrap-up");
    let mut body = entry(0, &first_code(&wrapup), "noted");
    body["view"] = view;
    let answer = world.ask(ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    answer.body["activity"].clone()
}

async fn found(world: &World, who: &Someone, text: &str) -> Vec<Value> {
    let answer = world.ask(who, "GET", &format!("/people?q={text}"), None).await.is(200);
    answer.body["people"].as_array().cloned().expect("people")
}

#[tokio::test]
async fn what_is_made_changed_and_deleted_there_is_so_here() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let account = org.create("Account", json!({ "Name": "Acme" }));
    let eva = org.create(
        "Contact",
        json!({ "LastName": "Ruiz", "FirstName": "Eva", "AccountId": account, "Phone": CALLER }),
    );
    assert!(read(&world).await > 0);
    let here = found(&world, &ana, "ruiz").await;
    assert_eq!((&here[0]["name"], &here[0]["company"]), (&json!("Eva Ruiz"), &json!("Acme")));
    assert_eq!(read(&world).await, 0, "the same news changes nothing");
    world.clock.advance(60);
    org.change("Contact", &eva, json!({ "LastName": "Gil" }));
    read(&world).await;
    assert_eq!(found(&world, &ana, "gil").await[0]["id"], here[0]["id"]);
    world.clock.advance(60);
    org.delete("Contact", &eva);
    world.clock.advance(120);
    read(&world).await;
    assert_eq!(found(&world, &ana, "gil").await, Vec::<Value>::new());
    assert_eq!(found(&world, &ana, "acme").await.len(), 1);
}

#[tokio::test]
async fn p05_whom_nobody_knows_is_made_here_at_once_and_there_once() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    read(&world).await;
    let activity = logged(&world, &ana, json!({ "kind": "no_console" })).await;
    let person = activity["party"].clone();
    assert_eq!(org.query("SELECT Id FROM Contact"), Vec::<Value>::new());
    drain(&world).await;
    let there = org.one("SELECT Id, Bitacora_Id__c FROM Contact");
    assert_eq!(there["Bitacora_Id__c"], person["id"]);
    let call = org.one("SELECT Contact__c FROM Call_Activity__c");
    assert_eq!(call["Contact__c"], there["Id"]);
    read(&world).await;
    assert_eq!(world.count("SELECT count(*) FROM person"), 1, "it does not come back as another");
    let path = format!("/crm/records/person/{}", person["id"].as_str().expect("an id"));
    assert_eq!(world.ask(&ana, "GET", &path, None).await.is(200).body["crm_id"], there["Id"]);
}

#[tokio::test]
async fn what_is_there_is_changed_there_and_nothing_typed_here_is_lost_without_a_word() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let eva = contact(&org, "Eva", CALLER);
    org.create("Case", json!({ "Subject": "Broken", "ContactId": eva }));
    read(&world).await;
    let person = found(&world, &ana, "eva").await.remove(0);
    let path = format!("/people/{}", person["id"].as_str().expect("an id"));
    let renamed = json!({ "version": 1, "name": "Eve" });
    assert_eq!(world.ask(&ana, "PATCH", &path, Some(renamed)).await.is(409).code(), "edited_there");
    let case = world.ask(&ana, "GET", "/cases?q=broken", None).await.is(200).body["cases"][0].clone();
    let path = format!("/cases/{}", case["id"].as_str().expect("an id"));
    let closed = json!({ "version": 1, "status": "closed" });
    assert_eq!(world.ask(&ana, "PATCH", &path, Some(closed)).await.is(409).code(), "edited_there");
    // What is only here yet can be put right before it gets there, and says nothing of another place.
    let own = world.person(&ana, "Leo", "+34600555666").await;
    let alone = world.ask(&ana, "GET", &format!("/people/{own}"), None).await.is(200).body["person"].clone();
    assert_eq!((alone.get("crm_id"), alone.get("crm_url")), (None, None));
    let body = json!({ "version": 1, "name": "Leon" });
    world.ask(&ana, "PATCH", &format!("/people/{own}"), Some(body)).await.is(200);
}

#[tokio::test]
async fn what_is_there_says_so_itself_and_where_it_is_opened() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let eva = contact(&org, "Eva", CALLER);
    let broken = org.create("Case", json!({ "Subject": "Broken", "ContactId": eva }));
    read(&world).await;
    let person = found(&world, &ana, "eva").await.remove(0);
    let case = world.ask(&ana, "GET", "/cases?q=broken", None).await.is(200).body["cases"][0].clone();
    for (path, name, there) in [
        (format!("/people/{}", person["id"].as_str().expect("an id")), "person", &eva),
        (format!("/cases/{}", case["id"].as_str().expect("an id")), "case", &broken),
    ] {
        let said = world.ask(&ana, "GET", &path, None).await.is(200).body[name].clone();
        assert_eq!(said["crm_id"], json!(there));
        assert_eq!(said["crm_url"], json!(format!("{ORIGIN}/{there}")));
    }
}

#[tokio::test]
async fn a_panel_names_its_records_as_the_page_around_it_does() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let eva = contact(&org, "Eva", CALLER);
    let case = org.create("Case", json!({ "Subject": "Broken", "ContactId": eva }));
    read(&world).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let card = world.owed(&ana).await.remove(0);
    assert_eq!(card["match"]["candidates"][0]["person"]["crm_id"], json!(eva));
    assert_eq!(
        (&card["cases"][0]["crm_id"], &card["cases"][0]["contact"]["crm_id"]),
        (&json!(case), &json!(eva))
    );
}

#[tokio::test]
async fn whoever_is_like_another_there_waits_for_a_person_who_takes_that_one() {
    let (world, org) = world().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    read(&world).await;
    let activity = logged(&world, &ana, json!({ "kind": "no_console" })).await;
    let name = activity["party"]["name"].as_str().expect("a name").to_owned();
    // Somebody makes the same person there before ours gets there.
    let theirs = org.create("Contact", json!({ "LastName": name }));
    let rule = json!({ "object": "Contact", "fields": ["LastName"], "action": "block" });
    org.control("POST", "rules", json!({ "duplicates": rule }));
    for _ in 0..3 {
        super::org::round(&world).await;
    }
    let stuck = world.ask(&root, "GET", "/crm/stuck", None).await.is(200).body["entries"][0].clone();
    assert_eq!((&stuck["kind"], &stuck["why"]), (&json!("person"), &json!("duplicates")));
    assert_eq!(stuck["duplicates"][0]["id"], json!(theirs));
    assert_eq!(org.query("SELECT Id FROM Call_Activity__c"), Vec::<Value>::new(), "its call waits with it");
    let path = format!("/crm/stuck/person/{}/take", stuck["id"].as_str().expect("an id"));
    world.ask(&root, "POST", &path, Some(json!({ "record": "003000000000000AAA" }))).await.is(422);
    world.ask(&root, "POST", &path, Some(json!({ "record": theirs }))).await.is(200);
    drain(&world).await;
    assert_eq!(org.one("SELECT Contact__c FROM Call_Activity__c")["Contact__c"], json!(theirs));
    assert_eq!(org.query("SELECT Id FROM Contact").len(), 1);
}

#[tokio::test]
async fn an_activity_stays_with_a_lead_that_became_a_contact() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let lead = org.create("Lead", json!({ "LastName": "Eva", "Company": "Acme", "Phone": CALLER }));
    read(&world).await;
    let activity = logged(&world, &ana, json!({ "kind": "no_console" })).await;
    assert_eq!(activity["party"]["kind"], "lead");
    drain(&world).await;
    world.clock.advance(60);
    let became = org.control("POST", "convert", json!({ "lead": lead }));
    world.clock.advance(60);
    read(&world).await;
    let path = format!("/activities/{}", activity["id"].as_str().expect("an id"));
    let now = world.ask(&ana, "GET", &path, None).await.is(200).body["activity"]["party"].clone();
    assert_eq!((&now["kind"], &now["name"]), (&json!("contact"), &json!("Eva")));
    let list = format!("/people/{}/activities", now["id"].as_str().expect("an id"));
    assert_eq!(world.ask(&ana, "GET", &list, None).await.is(200).body["activities"][0]["id"], activity["id"]);
    drain(&world).await;
    let there = org.one("SELECT Contact__c FROM Call_Activity__c");
    let contact = became["contact"].as_str();
    assert_eq!(there["Contact__c"].as_str(), contact, "{became}");
}

#[tokio::test]
async fn of_two_that_were_merged_there_one_is_left_here_with_the_calls_of_both() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let eva = contact(&org, "Eva", CALLER);
    let other = contact(&org, "Eva Ruiz", "+34600999888");
    read(&world).await;
    let activity = logged(&world, &ana, json!({ "kind": "no_console" })).await;
    drain(&world).await;
    world.clock.advance(60);
    org.control("POST", "merge", json!({ "master": other, "ids": [eva] }));
    world.clock.advance(120);
    read(&world).await;
    assert_eq!(world.count("SELECT count(*) FROM person"), 1);
    let path = format!("/activities/{}", activity["id"].as_str().expect("an id"));
    let now = world.ask(&ana, "GET", &path, None).await.is(200).body["activity"].clone();
    assert_eq!(now["party"]["name"], "Eva Ruiz");
    read(&world).await;
    assert_eq!(world.count("SELECT count(*) FROM person"), 1, "what became another is not deleted with it");
}

#[tokio::test]
async fn p08_the_case_on_screen_there_is_related_also_where_it_was_made_a_moment_ago() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    let eva = contact(&org, "Eva", CALLER);
    read(&world).await;
    // The mirror has not read it yet.
    let case = org.create("Case", json!({ "Subject": "Broken", "ContactId": eva }));
    let screen = world.app.clone();
    let tenant = world.tenant(HERE).id;
    let agent = domain::id::AgentKey("1001".to_owned());
    let instance = server::live::Instance(screen.around.new_id());
    screen.hub.panels.opened(tenant, &agent, instance, domain::relate::View::Other);
    let activity =
        logged(&world, &ana, json!({ "kind": "crm_record", "object": "Case", "id": &case[..15] })).await;
    assert_eq!(activity["case"]["subject"], "Broken", "{activity}");
    drain(&world).await;
    assert_eq!(org.one("SELECT Case__c FROM Call_Activity__c")["Case__c"], json!(case));
    assert_eq!(org.one("SELECT WhatId FROM Task")["WhatId"], json!(case));
}

#[tokio::test]
async fn a_case_that_nobody_can_tell_is_not_related_and_logging_goes_on() {
    let (world, org) = world().await;
    let ana = world.sign_in(HERE, "ana").await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    for id in ["500000000000999AAA", "<script>", ""] {
        let activity =
            logged(&world, &ana, json!({ "kind": "crm_record", "object": "Case", "id": id })).await;
        assert_eq!((&activity["case"], &activity["outcome"]), (&Value::Null, &json!("logged")), "{activity}");
    }
}

#[tokio::test]
async fn an_agent_whose_login_is_a_user_there_owns_the_task_and_an_admin_can_say_otherwise() {
    let (world, org) = world().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    contact(&org, "Eva", CALLER);
    read(&world).await;
    let users = world.ask(&root, "GET", "/crm/users", None).await.is(200).body["users"].clone();
    let theirs = users.as_array().and_then(|users| users.iter().find(|user| user["name"] == "Ana")).cloned();
    let theirs = theirs.unwrap_or_else(|| users[0].clone());
    let ours = world.app.store.user_by_login(world.tenant(HERE).id, "ana").await.expect("read").expect("Ana");
    let path = format!("/crm/users/{}", theirs["id"].as_str().expect("an id"));
    world.ask(&root, "PUT", &path, Some(json!({ "user": ours.id }))).await.is(204);
    world.ask(&ana, "PUT", &path, Some(json!({ "user": null }))).await.is(403);
    logged(&world, &ana, json!({ "kind": "no_console" })).await;
    drain(&world).await;
    assert_eq!(org.one("SELECT OwnerId FROM Task")["OwnerId"], theirs["id"]);
    assert_eq!(org.one("SELECT Agent__c FROM Call_Activity__c")["Agent__c"], theirs["id"]);
}
