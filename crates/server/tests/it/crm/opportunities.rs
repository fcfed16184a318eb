//! A call is related to the Opportunity that its agent has on screen, where the settings want that: what is stored, what is said
//! of it, what is there, and how it is taken away.

use super::org::{Org, contact, drain, read};
use crate::world::{CALLER, HERE, Someone, World, entry, first_code, path_of};
use domain::id::AgentKey;
use domain::relate::View;
use domain::relate::opportunity::OpportunityId;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::live::Instance;
use server::ops::crm::opportunities::learn;
use server::settings::SalesforceSettings;
use std::sync::Arc;
use uuid::Uuid;

/// A world with an org, where calls are related to Opportunities or not; Ana has one panel open in a console.
async fn world(relate_opportunities: bool) -> (World, Arc<Org>, Someone) {
    let world = World::with(|tenant| {
        tenant.salesforce = Some(SalesforceSettings { relate_opportunities, ..Default::default() });
    })
    .await;
    let org = Org::connect(&world).await;
    let ana = world.sign_in(HERE, "ana").await;
    open_panel(&world, 1);
    (world, org, ana)
}

fn open_panel(world: &World, n: u128) -> Instance {
    let instance = Instance(Uuid::from_u128(n));
    world.app.hub.panels.opened(world.tenant(HERE).id, &AgentKey("1001".to_owned()), instance, View::Other);
    instance
}

fn opportunity(org: &Org) -> String {
    let deal = json!({ "Name": "Fifty chairs", "StageName": "Prospecting", "CloseDate": "2026-12-31" });
    org.create("Opportunity", deal)
}

/// A call of the caller that Ana logged with that Opportunity on screen.
async fn logged(world: &World, ana: &Someone, seen: &str) -> Value {
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(ana).await.pop().expect("a wrap-up");
    let mut body = entry(0, &first_code(&wrapup), "noted");
    body["view"] = json!({ "kind": "crm_record", "object": "Opportunity", "id": seen });
    let answer = world.ask(ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    let mut activity = answer.body["activity"].clone();
    activity["part"] = wrapup["id"].clone();
    activity
}

async fn page(world: &World, ana: &Someone, activity: &Value) -> Value {
    let path = format!("/activities/{}", activity["id"].as_str().expect("an id"));
    world.ask(ana, "GET", &path, None).await.is(200).body["activity"].clone()
}

fn there(org: &Org) -> (Value, Value) {
    let call = org.one("SELECT Opportunity__c FROM Call_Activity__c");
    let task = org.query("SELECT WhatId FROM Task");
    (call["Opportunity__c"].clone(), task.first().map_or(Value::Null, |task| task["WhatId"].clone()))
}

#[tokio::test]
async fn the_opportunity_on_screen_at_submit_is_that_of_the_call_and_of_its_task() {
    let (world, org, ana) = world(true).await;
    contact(&org, "Eva", CALLER);
    let deal = opportunity(&org);
    read(&world).await;
    let activity = logged(&world, &ana, &deal[..15]).await;
    let expected = json!({ "id": deal, "name": null, "rule": "in_view" });
    assert_eq!(activity["opportunity"], expected, "Log waits for no name");
    assert_eq!(activity["engagements"][0]["wrapup"]["opportunity"], expected);
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE opportunity IS NOT NULL"), 1);
    drain(&world).await;
    assert_eq!(there(&org), (json!(deal), json!(deal)));
    // The page asks for the name, once.
    let shown = page(&world, &ana, &activity).await;
    assert_eq!(shown["opportunity"]["name"], "Fifty chairs");
    let rules: Vec<&Value> =
        shown["explanation"].as_array().expect("rules").iter().map(|one| &one["rule"]).collect();
    assert!(rules.contains(&&json!("relate.opportunity_in_view")), "{rules:?}");
    org.count_anew();
    page(&world, &ana, &activity).await;
    assert_eq!(org.calls(), 0);
}

#[tokio::test]
async fn without_the_setting_nothing_is_related_to_an_opportunity() {
    let (world, org, ana) = world(false).await;
    contact(&org, "Eva", CALLER);
    let deal = opportunity(&org);
    read(&world).await;
    let activity = logged(&world, &ana, &deal).await;
    assert_eq!(activity["opportunity"], Value::Null);
    drain(&world).await;
    assert_eq!(there(&org), (Value::Null, Value::Null));
}

#[tokio::test]
async fn with_two_panels_and_on_a_lead_there_is_no_opportunity() {
    let (world, org, ana) = world(true).await;
    org.create("Lead", json!({ "LastName": "Sol", "Company": "Sol SA", "Phone": CALLER }));
    let deal = opportunity(&org);
    read(&world).await;
    let activity = logged(&world, &ana, &deal).await;
    assert_eq!((&activity["party"]["kind"], &activity["opportunity"]), (&json!("lead"), &Value::Null));
    let of_lead = world.count("SELECT count(*) FROM activity WHERE opportunity IS NOT NULL");
    open_panel(&world, 2);
    contact(&org, "Eva", "+34600999888");
    read(&world).await;
    world.play(HERE, Scenario::Answered, "+34600999888").await;
    let wrapup = world.owed(&ana).await.pop().expect("a wrap-up");
    let mut body = entry(0, &first_code(&wrapup), "noted");
    body["view"] = json!({ "kind": "crm_record", "object": "Opportunity", "id": deal });
    let answer = world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    assert_eq!((of_lead, &answer.body["activity"]["opportunity"]), (0, &Value::Null));
}

#[tokio::test]
async fn a_correction_takes_it_away_there_as_well_and_can_be_undone() {
    let (world, org, ana) = world(true).await;
    contact(&org, "Eva", CALLER);
    let deal = opportunity(&org);
    read(&world).await;
    let activity = logged(&world, &ana, &deal).await;
    drain(&world).await;
    page(&world, &ana, &activity).await;
    let path = format!("/activities/{}/corrections", activity["id"].as_str().expect("an id"));
    let body = json!({ "revision": 0, "engagement": activity["part"], "opportunity": { "choice": "none" } });
    let corrected = world.ask(&ana, "POST", &path, Some(body)).await.is(200).body["activity"].clone();
    assert_eq!(corrected["opportunity"], Value::Null);
    let made = &corrected["corrections"][0];
    let expected = json!([{ "field": "opportunity", "before": "Fifty chairs", "after": null }]);
    assert_eq!(made["fields"], expected);
    drain(&world).await;
    assert_eq!(there(&org), (Value::Null, Value::Null));
    let undo = format!("{path}/{}/undo", made["id"].as_str().expect("an id"));
    world.ask(&ana, "POST", &undo, Some(json!({ "revision": 1 }))).await.is(200);
    drain(&world).await;
    assert_eq!(there(&org), (json!(deal), json!(deal)));
}

#[tokio::test]
async fn the_panel_says_beforehand_which_opportunity_by_its_name_once_it_is_known() {
    let (world, org, _) = world(true).await;
    contact(&org, "Eva", CALLER);
    let deal = opportunity(&org);
    read(&world).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let (tenant, agent) = (world.tenant(HERE), AgentKey("1001".to_owned()));
    let (panel, id) = (open_panel(&world, 1), OpportunityId::of(&deal).expect("an id"));
    world.app.hub.panels.looks_at(tenant.id, &agent, panel, View::Opportunity { opportunity: id }, true);
    let said = async || {
        let name = "Ana".to_owned();
        let owner = server::ops::panel::PanelOwner {
            user: domain::id::UserId(uuid::Uuid::nil()),
            agent: agent.clone(),
            name,
            instance: Some(panel),
        };
        let shown = server::ops::panel::panel(&world.app, tenant, &owner, 1).await.expect("a panel");
        serde_json::to_value(&shown.wrapups[0].opportunity).expect("a view")
    };
    assert_eq!(said().await, json!({ "id": deal, "name": null, "rule": "in_view" }));
    assert!(learn(&world.app, tenant, id).await);
    assert_eq!(said().await["name"], "Fifty chairs");
    assert!(!learn(&world.app, tenant, id).await, "it is asked for once");
}
