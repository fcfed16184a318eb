//! What the org refused is put right where it is listed, and tried again by the same click.

use super::org::{Org, drain, read, round};
use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use std::sync::Arc;

struct Scene {
    world: World,
    org: Arc<Org>,
    ana: Someone,
    root: Someone,
}

async fn scene() -> Scene {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    read(&world).await;
    Scene { world, org, ana, root }
}

impl Scene {
    /// Has the org refuse what holds this.
    fn forbid(&self, object: &str, field: &str, forbidden: Value) {
        let rule = json!({
            "object": object, "field": field, "forbidden": forbidden, "message": "Not so", "at": field,
        });
        self.org.control("POST", "rules", json!({ "validation": rule }));
    }

    /// The one that waits for a person, once all was tried.
    async fn stuck(&self) -> Value {
        for _ in 0..3 {
            round(&self.world).await;
        }
        let listed = self.world.ask(&self.root, "GET", "/crm/stuck", None).await.is(200).body;
        assert_eq!(listed["entries"].as_array().map(Vec::len), Some(1), "{listed}");
        listed["entries"][0].clone()
    }

    fn logged_as(&self, action: &str) -> i64 {
        self.world.count(&format!("SELECT count(*) FROM audit WHERE action = '{action}'"))
    }
}

fn place(stuck: &Value) -> String {
    format!("/crm/stuck/{}/{}", stuck["kind"].as_str().expect("a kind"), stuck["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_person_who_was_refused_is_put_right_and_there_with_the_calls_that_waited() {
    let scene = scene().await;
    let Scene { world, org, ana, root } = &scene;
    scene.forbid("Contact", "Email", Value::Null);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(ana).await.pop().expect("a wrap-up");
    let body = entry(0, &first_code(&wrapup), "noted");
    world.ask(ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    let stuck = scene.stuck().await;
    assert_eq!((&stuck["kind"], &stuck["object"]), (&json!("person"), &json!("Contact")));
    assert_eq!((&stuck["fields"], &stuck["said"]), (&json!(["Email"]), &json!("Not so")));
    let mended = json!({ "version": 1, "name": "Eva Ruiz", "email": "eva@acme.example" });
    let answer = world.ask(root, "PATCH", &place(&stuck), Some(mended.clone())).await.is(200);
    assert_eq!(answer.body["person"]["email"], "eva@acme.example");
    drain(world).await;
    let there = org.one("SELECT Id, Name, Email FROM Contact");
    assert_eq!((&there["Name"], &there["Email"]), (&json!("Eva Ruiz"), &json!("eva@acme.example")));
    assert_eq!(org.one("SELECT Contact__c FROM Call_Activity__c")["Contact__c"], there["Id"]);
    assert_eq!((scene.logged_as("crm_mended"), scene.logged_as("changed")), (1, 0));
    // Once it is there it is the org's, and no more on the list.
    world.ask(root, "PATCH", &place(&stuck), Some(mended)).await.is(404);
}

#[tokio::test]
async fn a_case_that_was_refused_is_put_right_and_there() {
    let scene = scene().await;
    let Scene { world, org, ana, root } = &scene;
    scene.forbid("Case", "Subject", json!("Broken"));
    let person = world.person(ana, "Leo", "+34600555666").await;
    let body = json!({ "subject": "Broken", "contact": person });
    world.ask(ana, "POST", "/cases", Some(body)).await.is(201);
    let stuck = scene.stuck().await;
    assert_eq!((&stuck["kind"], &stuck["fields"]), (&json!("case"), &json!(["Subject"])));
    let mended = json!({ "version": 1, "subject": "Wet in the rain", "priority": "high" });
    world.ask(root, "PATCH", &place(&stuck), Some(mended)).await.is(200);
    drain(world).await;
    let there = org.one("SELECT Subject, Priority FROM Case");
    assert_eq!((&there["Subject"], &there["Priority"]), (&json!("Wet in the rain"), &json!("High")));
    assert_eq!(scene.logged_as("crm_mended"), 1);
}

#[tokio::test]
async fn what_is_put_right_is_looked_at_as_everywhere_and_by_admins_of_that_centre_alone() {
    let scene = scene().await;
    let Scene { world, org, ana, root } = &scene;
    scene.forbid("Contact", "LastName", json!("Leo"));
    world.person(ana, "Leo", "+34600555666").await;
    let stuck = scene.stuck().await;
    let path = place(&stuck);
    let mended = |version: u64, name: &str| Some(json!({ "version": version, "name": name }));
    world.ask(ana, "PATCH", &path, mended(1, "Leon")).await.is(403);
    let there = world.sign_in(THERE, "root").await;
    world.ask(&there, "PATCH", &path, mended(1, "Leon")).await.is(404);
    let empty = world.ask(root, "PATCH", &path, mended(1, " ")).await.is(422);
    assert_eq!(empty.body["error"]["field"], "name");
    let stale = world.ask(root, "PATCH", &path, mended(7, "Leon")).await.is(409);
    assert_eq!(stale.code(), "stale_revision");
    // None of these tried it again.
    assert_eq!(scene.stuck().await["id"], stuck["id"]);
    assert_eq!(scene.logged_as("crm_mended"), 0);
    // What is still wrong after it was put right is refused anew.
    world.ask(root, "PATCH", &path, Some(json!({ "version": 1, "company": "Acme" }))).await.is(200);
    assert_eq!(scene.stuck().await["said"], "Not so");
    assert_eq!(org.query("SELECT Id FROM Contact"), Vec::<Value>::new());
}

#[tokio::test]
async fn an_activity_that_was_refused_is_put_right_by_a_correction() {
    let scene = scene().await;
    let Scene { world, org, ana, root } = &scene;
    world.person(ana, "Leo", CALLER).await;
    drain(world).await;
    scene.forbid("Call_Activity__c", "Notes__c", json!("noted"));
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(ana).await.pop().expect("a wrap-up");
    let body = entry(0, &first_code(&wrapup), "noted");
    world.ask(ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    let stuck = scene.stuck().await;
    assert_eq!(stuck["kind"], "activity");
    let id = stuck["id"].as_str().expect("an id");
    let activity =
        world.ask(root, "GET", &format!("/activities/{id}"), None).await.is(200).body["activity"].clone();
    let engagement = &activity["engagements"][0]["id"];
    let correction = json!({ "revision": activity["revision"], "engagement": engagement, "notes": "Wants a call on Monday" });
    world.ask(root, "POST", &format!("/activities/{id}/corrections"), Some(correction)).await.is(200);
    drain(world).await;
    assert_eq!(org.one("SELECT Notes__c FROM Call_Activity__c")["Notes__c"], "Wants a call on Monday");
}
