//! What is to be done after a call is a Task in the org: once, as it stands, and gone when a correction takes it back.

use super::org::{Org, contact, drain, read, round};
use crate::world::{CALLER, HERE, Someone, THERE, World, entry, path_of};
use domain::commit::{Change, Commit};
use domain::id::CallKey;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::settings::SalesforceSettings;
use std::sync::Arc;

struct Scene {
    world: World,
    org: Arc<Org>,
    root: Someone,
    ana: Someone,
    /// A code that asks for a follow-up after three days, one after nine, and one that asks for none.
    codes: [Value; 3],
}

async fn scene() -> Scene {
    scene_of(World::new().await).await
}

async fn scene_of(world: World) -> Scene {
    let org = Org::connect(&world).await;
    let (root, ana) = (world.sign_in(HERE, "root").await, world.sign_in(HERE, "ana").await);
    let mut codes = Vec::new();
    for (name, days) in [("Call back", json!(3)), ("Call back later", json!(9)), ("Nothing", json!(null))] {
        codes.push(add(&world, &root, name, days).await);
    }
    contact(&org, "Eva", CALLER);
    read(&world).await;
    Scene { world, org, root, ana, codes: codes.try_into().expect("three") }
}

async fn add(world: &World, root: &Someone, name: &str, days: Value) -> Value {
    let book = world.ask(root, "GET", "/dispositions", None).await.is(200);
    let sets = book.body["sets"].as_array().expect("sets").clone();
    let set = sets.into_iter().find(|set| set["name"] == "Entrantes / Inbound").expect("a set");
    let label = json!({ "es": format!("{name} (es)"), "en": name });
    let body = json!({ "label": label, "traits": { "follow_up_days": days } });
    world
        .ask(root, "POST", &format!("/dispositions/{}/codes", text(&set["id"])), Some(body))
        .await
        .is(201)
        .body["code"]
        .clone()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

impl Scene {
    /// A call that Ana logs with a code.
    async fn logged(&self, code: usize) -> Value {
        self.world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = self.world.owed(&self.ana).await.pop().expect("a wrap-up");
        let body = entry(0, text(&self.codes[code]["id"]), "x");
        let answer = self.world.ask(&self.ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
        answer.body["activity"].clone()
    }

    /// A supervisor corrects the code of a call.
    async fn corrected(&self, activity: &Value, code: usize) {
        let sam = self.world.sign_in(HERE, "sam").await;
        let path = format!("/activities/{}", text(&activity["id"]));
        let now = self.world.ask(&sam, "GET", &path, None).await.is(200).body["activity"].clone();
        let parts = now["engagements"].as_array().expect("parts");
        let part = parts.iter().find(|part| part["wrapup"]["state"] == "logged").expect("a part");
        let body =
            json!({ "revision": now["revision"], "engagement": part["id"], "code": self.codes[code]["id"] });
        self.world.ask(&sam, "POST", &format!("{path}/corrections"), Some(body)).await.is(200);
    }

    /// Says of the follow-up of a call that something of it is another.
    async fn put(&self, activity: &Value, what: &str, mut body: Value) {
        let list = self.world.ask(&self.ana, "GET", "/follow-ups?state=open", None).await.is(200);
        let done = self.world.ask(&self.ana, "GET", "/follow-ups?state=done", None).await.is(200);
        let all = [list, done].into_iter().flat_map(|page| page.body["follow_ups"].as_array().cloned());
        let one = all.flatten().find(|one| one["id"] == activity["id"]).expect("a follow-up");
        body["version"] = one["version"].clone();
        let path = format!("/follow-ups/{}/{what}", text(&activity["id"]));
        self.world.ask(&self.ana, "PUT", &path, Some(body)).await.is(200);
    }

    /// The Tasks of follow-ups.
    fn tasks(&self) -> Vec<Value> {
        self.org.query(
            "SELECT Id, Subject, Status, ActivityDate, WhoId, OwnerId, CreatedById, CallObject FROM Task \
             WHERE CallObject LIKE 'follow-up:%' ORDER BY Id",
        )
    }

    fn task(&self) -> Value {
        let mut found = self.tasks();
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// A user of the org whom this agent of ours is there.
    async fn user_of(&self, login: &str, there: &str) -> Value {
        let path = "/crm/users";
        let users = self.world.ask(&self.root, "GET", path, None).await.is(200).body["users"].clone();
        let named = |user: &&Value| user["username"] == format!("{there}@emulator.example");
        let theirs =
            users.as_array().and_then(|users| users.iter().find(named)).expect("a user")["id"].clone();
        let tenant = self.world.tenant(HERE).id;
        let ours = self.world.app.store.user_by_login(tenant, login).await.expect("read").expect("a user");
        let path = format!("{path}/{}", text(&theirs));
        self.world.ask(&self.root, "PUT", &path, Some(json!({ "user": ours.id }))).await.is(204);
        theirs
    }
}

#[tokio::test]
async fn p14_a_follow_up_is_an_open_task_of_the_agents_user_and_follows_what_happens_here() {
    let scene = scene().await;
    let (ana, ben) = (scene.user_of("ana", "luis").await, scene.user_of("ben", "marta").await);
    let plain = scene.logged(2).await;
    let activity = scene.logged(0).await;
    drain(&scene.world).await;
    let task = scene.task();
    assert_eq!(task["CallObject"], format!("follow-up:{}", text(&activity["id"])));
    assert_ne!(activity["id"], plain["id"], "a code without asks for none");
    let due =
        scene.world.ask(&scene.ana, "GET", "/follow-ups", None).await.is(200).body["follow_ups"][0]["due"]
            .clone();
    assert_eq!((&task["Subject"], &task["ActivityDate"]), (&json!("Follow-up: Call back"), &due));
    assert_eq!((&task["Status"], &task["OwnerId"]), (&json!("Not Started"), &ana));
    assert_eq!(task["WhoId"], scene.org.one("SELECT Id FROM Contact")["Id"]);
    // Corrected to another code it is another day; given to another agent it is theirs.
    scene.corrected(&activity, 1).await;
    drain(&scene.world).await;
    assert_eq!(scene.task()["Subject"], "Follow-up: Call back later");
    assert_ne!(scene.task()["ActivityDate"], due);
    scene.put(&activity, "agent", json!({ "agent": "1002" })).await;
    drain(&scene.world).await;
    assert_eq!((&scene.task()["OwnerId"], &scene.task()["Id"]), (&ben, &task["Id"]));
    assert_eq!(scene.world.count("SELECT count(*) FROM outbox"), 0);
}

#[tokio::test]
async fn p14_corrected_to_a_code_without_it_is_gone_and_comes_back_as_another() {
    let scene = scene().await;
    let activity = scene.logged(0).await;
    drain(&scene.world).await;
    let first = scene.task();
    scene.corrected(&activity, 2).await;
    drain(&scene.world).await;
    assert_eq!(scene.tasks(), Vec::<Value>::new());
    scene.corrected(&activity, 0).await;
    drain(&scene.world).await;
    let second = scene.task();
    assert_ne!(second["Id"], first["Id"]);
    assert_eq!(second["CallObject"], format!("follow-up:{}:1", text(&activity["id"])));
    // What nobody carried out yet is not made at all.
    let other = scene.logged(0).await;
    scene.corrected(&other, 2).await;
    drain(&scene.world).await;
    assert_eq!(scene.task()["Id"], second["Id"]);
}

#[tokio::test]
async fn done_here_it_is_closed_there_and_an_agent_who_is_no_user_there_leaves_it_with_ours() {
    let scene = scene().await;
    let activity = scene.logged(0).await;
    drain(&scene.world).await;
    let task = scene.task();
    assert_eq!(task["OwnerId"], task["CreatedById"]);
    scene.put(&activity, "done", json!({ "done": true })).await;
    drain(&scene.world).await;
    assert_eq!(scene.task()["Status"], "Completed");
    scene.put(&activity, "done", json!({ "done": false })).await;
    drain(&scene.world).await;
    assert_eq!(scene.task()["Status"], "Not Started");
}

#[tokio::test]
async fn it_is_there_once_whatever_answers_are_lost() {
    let scene = scene().await;
    for failure in ["lost", "dropped"] {
        scene.org.control(
            "POST",
            "faults",
            json!({ "fault": failure, "times": 3, "path": "sobjects/Task", "method": "POST" }),
        );
        scene.logged(0).await;
        drain(&scene.world).await;
        scene.org.control("DELETE", "faults", Value::Null);
    }
    let keys: Vec<Value> = scene.tasks().iter().map(|task| task["CallObject"].clone()).collect();
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn what_the_org_refuses_is_stuck_and_tried_again() {
    let scene = scene().await;
    let theirs = scene.user_of("ana", "luis").await;
    scene.org.change("User", text(&theirs), json!({ "IsActive": false }));
    let activity = scene.logged(0).await;
    drain(&scene.world).await;
    let stuck = scene.world.ask(&scene.root, "GET", "/crm/stuck", None).await.is(200).body["entries"].clone();
    let entries = stuck.as_array().expect("entries");
    let entry = entries.iter().find(|entry| entry["kind"] == "follow_up").expect("a follow-up");
    assert_eq!(
        (&entry["id"], &entry["object"], &entry["why"]),
        (&activity["id"], &json!("Task"), &json!("owner"))
    );
    assert_eq!(scene.tasks(), Vec::<Value>::new());
    scene.org.change("User", text(&theirs), json!({ "IsActive": true }));
    let path = format!("/crm/stuck/follow_up/{}/again", text(&activity["id"]));
    scene.world.ask(&scene.ana, "POST", &path, Some(json!({}))).await.is(403);
    scene.world.ask(&scene.root, "POST", &path, Some(json!({}))).await.is(204);
    drain(&scene.world).await;
    assert_eq!(scene.task()["OwnerId"], theirs);
}

#[tokio::test]
async fn a_call_that_is_part_of_another_takes_its_follow_up_along() {
    let scene = scene().await;
    let (into, from) = (scene.logged(2).await, scene.logged(0).await);
    drain(&scene.world).await;
    let key = |activity: &Value| CallKey(text(&activity["id"]).parse().expect("an id"));
    let merged = Change::CallMerged { from: key(&from), into: key(&into) };
    let tenant = scene.world.tenant(HERE).id;
    scene.world.app.store.commit(Commit::of(tenant, vec![merged])).await.expect("merged");
    drain(&scene.world).await;
    assert_eq!(scene.task()["CallObject"], format!("follow-up:{}", text(&into["id"])));
    assert_eq!(scene.world.count("SELECT count(*) FROM crm_follow_up"), 1);
}

#[tokio::test]
async fn it_waits_for_the_person_who_was_made_here_and_another_tenant_has_none_of_it() {
    let scene = scene().await;
    scene.world.play(HERE, Scenario::Answered, "+34600999888").await;
    let wrapup = scene.world.owed(&scene.ana).await.pop().expect("a wrap-up");
    let body = entry(0, text(&scene.codes[0]["id"]), "x");
    scene.world.ask(&scene.ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    drain(&scene.world).await;
    assert_ne!(scene.task()["WhoId"], Value::Null, "whoever Log made");
    let root = scene.world.sign_in(THERE, "root").await;
    add(&scene.world, &root, "Call back", json!(3)).await;
    scene.world.play(THERE, Scenario::Answered, CALLER).await;
    let ana = scene.world.sign_in(THERE, "ana").await;
    let wrapup = scene.world.owed(&ana).await.pop().expect("a wrap-up");
    let codes = wrapup["codes"].as_array().expect("codes");
    let code = codes.iter().find(|code| code["label"]["en"] == "Call back").expect("the code");
    let body = entry(0, text(&code["id"]), "x");
    scene.world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    assert_eq!(scene.world.count("SELECT count(*) FROM follow_up"), 2);
    assert_eq!(scene.world.count("SELECT count(*) FROM outbox"), 0, "a tenant without a CRM notes nothing");
    assert_eq!(scene.tasks().len(), 1);
}

#[tokio::test]
async fn a_centre_that_does_not_want_such_tasks_has_none() {
    let world = World::with(|tenant| {
        tenant.salesforce = Some(SalesforceSettings { follow_up_tasks: false, ..Default::default() });
    })
    .await;
    let scene = scene_of(world).await;
    scene.logged(0).await;
    drain(&scene.world).await;
    assert_eq!(scene.tasks(), Vec::<Value>::new());
    assert_eq!(round(&scene.world).await.due, 0, "and nothing waits");
}
