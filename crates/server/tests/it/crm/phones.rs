//! Which phone fields of the org are mirrored is an admin's choice, and what was read by another one is read anew.

use super::org::{Org, read};
use crate::world::{HERE, Someone, World};
use serde_json::{Value, json};
use std::sync::Arc;

const SECOND: &str = "object Contact 003 Contact/Contacts\nSecond_Mobile__c phone 40 label=Second~Mobile\n";

struct Scene {
    world: World,
    org: Arc<Org>,
}

async fn scene() -> Scene {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    org.control("POST", "schema", json!({ "objects": SECOND }));
    Scene { world, org }
}

impl Scene {
    /// The admin; hours pass in these tests, and no session lasts that long.
    async fn root(&self) -> Someone {
        self.world.sign_in(HERE, "root").await
    }

    async fn phones(&self) -> Value {
        self.world.ask(&self.root().await, "GET", "/crm/phones", None).await.is(200).body
    }

    async fn choose(&self, phones: Value) {
        let body = json!({ "version": self.phones().await["version"], "phones": phones });
        self.world.ask(&self.root().await, "PUT", "/crm/phones", Some(body)).await.is(204);
    }

    async fn found(&self, text: &str) -> Vec<Value> {
        let answer =
            self.world.ask(&self.root().await, "GET", &format!("/people?q={text}"), None).await.is(200);
        answer.body["people"].as_array().cloned().expect("people")
    }

    /// How many of a kind were read of those that are read from the beginning; null: none are.
    async fn loaded(&self, of: &str) -> Value {
        let standing =
            self.world.ask(&self.root().await, "GET", "/crm", None).await.is(200).body["crm"].clone();
        let kinds = standing["mirrored"].as_array().cloned().unwrap_or_default();
        kinds.iter().find(|kind| kind["of"] == of).map(|kind| kind["loaded"].clone()).expect("a kind")
    }
}

fn contact_fields(phones: &Value) -> Vec<(Value, Value, Value)> {
    let objects = phones["objects"].as_array().expect("objects");
    let contact = objects.iter().find(|object| object["object"] == "Contact").expect("Contact");
    let fields = contact["fields"].as_array().expect("fields");
    fields.iter().map(|one| (one["field"].clone(), one["label"].clone(), one["mirrored"].clone())).collect()
}

fn second() -> Value {
    json!({ "object": "Contact", "field": "Second_Mobile__c", "as": "mobile" })
}

#[tokio::test]
async fn a_field_that_is_chosen_is_read_of_records_that_never_change_and_each_keeps_its_id() {
    let scene = scene().await;
    let Scene { world, org, .. } = &scene;
    let main = json!({ "object": "Contact", "field": "Phone", "as": "phone" });
    scene.choose(json!([main])).await;
    let eva = org.create(
        "Contact",
        json!({ "LastName": "Eva", "Phone": "+34910000001", "Second_Mobile__c": "+34600777888" }),
    );
    let leo = org.create("Contact", json!({ "LastName": "Leo", "Phone": "+34910000002" }));
    org.create("Lead", json!({ "LastName": "Mia", "Company": "Acme", "Phone": "+34910000003" }));
    read(world).await;
    let before = scene.found("eva").await.remove(0);
    assert_eq!(scene.found("600777888").await, Vec::<Value>::new());
    world.clock.advance(3600);
    // It goes between the last look and the reading anew, and is not among what there is then.
    org.delete("Contact", &leo);
    scene.choose(json!([second(), main])).await;
    assert_eq!((scene.loaded("contacts").await, scene.loaded("leads").await), (json!(0), Value::Null));
    world.clock.advance(60);
    read(world).await;
    world.clock.advance(16 * 60);
    read(world).await;
    assert_eq!(scene.loaded("contacts").await, Value::Null);
    let after = scene.found("600777888").await.remove(0);
    assert_eq!((&after["id"], &after["name"]), (&before["id"], &json!("Eva")));
    assert_eq!(after["phone"], "+34600777888", "in the order that was chosen");
    assert_eq!(scene.found("leo").await, Vec::<Value>::new());
    assert_eq!(world.count("SELECT count(*) FROM person"), 2);
    let logged = world
        .count("SELECT count(*) FROM audit WHERE subject = 'centre' AND fields LIKE '%Second_Mobile__c%'");
    assert_eq!(logged, 1, "the change log says so");
    // The same once more changes nothing, and what the org says now is news as ever.
    assert_eq!(read(world).await, 0);
    world.clock.advance(60);
    org.change("Contact", &eva, json!({ "LastName": "Eve" }));
    read(world).await;
    assert_eq!(scene.found("eve").await.remove(0)["id"], before["id"]);
}

#[tokio::test]
async fn the_fields_are_those_of_the_org_by_the_names_that_people_there_know() {
    let scene = scene().await;
    let fields = contact_fields(&scene.phones().await);
    assert!(fields.contains(&(json!("Second_Mobile__c"), json!("Second Mobile"), json!(true))), "{fields:?}");
    let fax = fields.iter().find(|(field, ..)| field == "Fax").expect("a fax");
    assert_eq!(fax.2, json!(false), "fax numbers are nobody's unless somebody says so");
    scene.choose(json!([second()])).await;
    let fields = contact_fields(&scene.phones().await);
    let mirrored: Vec<_> = fields.iter().filter(|field| field.2 == true).map(|field| &field.0).collect();
    assert_eq!(mirrored, ["Second_Mobile__c"]);
}

#[tokio::test]
async fn a_field_that_vanished_is_said_and_the_others_are_read_on() {
    let scene = scene().await;
    let Scene { world, org, .. } = &scene;
    let main = json!({ "object": "Contact", "field": "Phone", "as": "phone" });
    scene.choose(json!([second(), main])).await;
    read(world).await;
    org.control("POST", "schema", json!({ "without": ["Contact.Second_Mobile__c"] }));
    let fields = contact_fields(&scene.phones().await);
    assert_eq!(fields[0], (json!("Second_Mobile__c"), Value::Null, json!(true)));
    world.clock.advance(60);
    org.create("Contact", json!({ "LastName": "Eva", "Phone": "+34910000001" }));
    read(world).await;
    assert_eq!(scene.found("910000001").await.len(), 1);
    // It may stay chosen, and be left out.
    scene.choose(json!([second(), main])).await;
    scene.choose(json!([main])).await;
    assert_ne!(contact_fields(&scene.phones().await)[0].0, "Second_Mobile__c");
}

#[tokio::test]
async fn only_admins_choose_only_what_there_is_and_not_over_somebody_else() {
    let scene = scene().await;
    let Scene { world, .. } = &scene;
    let root = &scene.root().await;
    let ana = world.sign_in(HERE, "ana").await;
    let version = scene.phones().await["version"].clone();
    let body = |phones: Value| Some(json!({ "version": version, "phones": phones }));
    world.ask(&ana, "GET", "/crm/phones", None).await.is(403);
    world.ask(&ana, "PUT", "/crm/phones", body(json!([second()]))).await.is(403);
    let unknown = json!([{ "object": "Contact", "field": "Nothing__c", "as": "phone" }]);
    let refused = world.ask(root, "PUT", "/crm/phones", body(unknown)).await.is(422);
    assert_eq!(refused.body["error"]["field"], "crm_phones.0.field");
    let twice = world.ask(root, "PUT", "/crm/phones", body(json!([second(), second()]))).await.is(422);
    assert_eq!(twice.body["error"]["field"], "crm_phones.1.field");
    world.ask(root, "PUT", "/crm/phones", body(json!([second()]))).await.is(204);
    world.ask(root, "PUT", "/crm/phones", body(json!([]))).await.is(409);
    scene.org.cut_off(true);
    world.ask(root, "GET", "/crm/phones", None).await.is(503);
}
