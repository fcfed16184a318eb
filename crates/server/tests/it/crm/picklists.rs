//! Codes from what a field of the org offers to pick from (P14): the same preview and the same way as a file has.

use super::org::Org;
use crate::world::{Answer, HERE, Someone, THERE, World};
use serde_json::{Value, json};
use std::sync::Arc;

const FIELDS: &str = "object Task 00T Task/Tasks\nTopic__c picklist label=Topic = sales|Ventas;-fax|Fax;help|Soporte\n\
    Result__c picklist by=Topic__c label=Result = sold|Vendido@sales;lost|Perdido@sales,help\n\
    Ends__c picklist label=Ends = Solved|Resuelta;NoAnswer|No contesta;-Old|Viejo\n";

struct Scene {
    world: World,
    org: Arc<Org>,
    root: Someone,
}

async fn scene() -> Scene {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    org.control("POST", "schema", json!({ "objects": FIELDS }));
    let root = world.sign_in(HERE, "root").await;
    Scene { world, org, root }
}

impl Scene {
    /// The direction's own set.
    async fn set(&self) -> Value {
        let book = self.world.ask(&self.root, "GET", "/dispositions", None).await.is(200);
        let sets = book.body["sets"].as_array().expect("sets").clone();
        sets.into_iter().find(|set| set["name"] == "Entrantes / Inbound").expect("a set")
    }

    async fn ask(&self, field: &str, more: Value) -> Answer {
        let mut body = json!({ "object": "Task", "field": field, "set": self.set().await["id"] });
        for (key, value) in more.as_object().expect("keys") {
            body[key] = value.clone();
        }
        self.world.ask(&self.root, "POST", "/dispositions/picklist", Some(body)).await
    }

    async fn look(&self, field: &str, more: Value) -> Value {
        self.ask(field, more).await.is(200).body
    }

    async fn apply(&self, look: &Value) -> Answer {
        let body = json!({ "file": look["text"], "apply": true, "basis": look["file"]["basis"] });
        self.world.ask(&self.root, "POST", "/dispositions/file", Some(body)).await
    }

    async fn paths(&self) -> Vec<String> {
        let set = self.set().await;
        let codes = set["codes"].as_array().expect("codes").iter();
        let used = codes.filter(|code| code["retired"] == false);
        used.map(|code| code["path"]["es"].as_str().expect("a path").to_owned()).collect()
    }
}

fn word(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// What each line does, and the Spanish label that it gives.
fn does(look: &Value) -> Vec<(&str, &str)> {
    let lines = look["file"]["lines"].as_array().expect("lines").iter();
    lines.map(|line| (word(&line["does"]), word(&line["label"]["es"]))).collect()
}

#[tokio::test]
async fn p14_a_picklist_becomes_codes_by_the_way_of_a_file_and_changes_nothing_again() {
    let scene = scene().await;
    let before = scene.paths().await;
    let look = scene.look("Result__c", json!({})).await;
    let picklist = &look["picklist"];
    assert_eq!((&picklist["field_label"], &picklist["language"]), (&json!("Result"), &json!("es")));
    assert_eq!(
        picklist["values"][1],
        json!({ "value": "sold", "label": "Vendido", "under": "Ventas" }),
        "what a dependent value stands under is its heading"
    );
    let added = ["Ventas", "Vendido", "Perdido", "Soporte", "Perdido"];
    assert_eq!(does(&look), added.map(|label| ("added", label)));
    assert_eq!(scene.paths().await, before, "a look changes nothing");
    assert_eq!(scene.apply(&look).await.is(200).body["file"]["applied"], true);
    let after = scene.paths().await;
    for path in ["Ventas", "Ventas › Vendido", "Ventas › Perdido", "Soporte › Perdido"] {
        assert!(after.iter().any(|one| one == path), "{path}: {after:?}");
    }
    assert_eq!(after.len(), before.len() + added.len(), "what it does not offer stays");
    assert_eq!(scene.world.count("SELECT count(*) FROM audit WHERE action = 'imported'"), 5);
    let again = scene.look("Result__c", json!({ "bring_back": true })).await;
    assert_eq!((&again["file"]["changes"], does(&again)), (&json!(0), Vec::new()));
    // What the org calls another way is renamed in its language alone.
    let other = FIELDS.replace("sold|Vendido", "Vendido|Cerrado");
    scene.org.control("POST", "schema", json!({ "objects": other }));
    let renamed = scene.look("Result__c", json!({})).await;
    assert_eq!(does(&renamed), [("renamed", "Cerrado")]);
    let fields = &renamed["file"]["lines"][0]["fields"];
    assert_eq!(fields.as_array().map(Vec::len), Some(1), "{fields}");
    assert_eq!(
        scene
            .world
            .ask(&scene.world.sign_in(THERE, "root").await, "GET", "/crm/picklists", None)
            .await
            .is(409)
            .code(),
        "no_crm"
    );
}

#[tokio::test]
async fn p14_a_picklist_retires_and_brings_back_only_where_that_is_asked() {
    let scene = scene().await;
    let first = scene.look("Ends__c", json!({})).await;
    assert!(does(&first).iter().all(|line| line.0 == "added"), "{first}");
    scene.apply(&first).await.is(200);
    let swapped = FIELDS.replace("Solved|Resuelta;", "-Solved|Resuelta;").replace(";-Old|", ";Old|");
    scene.org.control("POST", "schema", json!({ "objects": swapped }));
    let kept = scene.look("Ends__c", json!({})).await;
    assert_eq!(does(&kept), [("added", "Viejo")]);
    let retiring = scene.look("Ends__c", json!({ "retire": true })).await;
    let retired = does(&retiring).iter().filter(|line| line.0 == "retired").count();
    assert!(does(&retiring).contains(&("retired", "Resuelta")), "{retiring}");
    assert!(!does(&retiring).contains(&("retired", "No contesta")), "{retiring}");
    // Somebody changes the book meanwhile: what was seen is not what would happen, and nothing does.
    scene.apply(&kept).await.is(200);
    assert_eq!(scene.apply(&retiring).await.is(409).code(), "stale_revision");
    let retiring = scene.look("Ends__c", json!({ "retire": true })).await;
    assert_eq!(does(&retiring).len(), retired);
    scene.apply(&retiring).await.is(200);
    assert_eq!(scene.paths().await.len(), 2, "the set offers what the picklist offers");
    scene.org.control("POST", "schema", json!({ "objects": FIELDS }));
    let kept = scene.look("Ends__c", json!({})).await;
    assert_eq!(kept["file"]["changes"], 0, "retired stays retired: {kept}");
    let back = scene.look("Ends__c", json!({ "bring_back": true })).await;
    assert_eq!(does(&back), [("brought_back", "Resuelta")]);
}

#[tokio::test]
async fn who_may_not_and_what_is_not_there_is_refused_and_said() {
    let scene = scene().await;
    let Scene { world, org, root } = &scene;
    let ana = world.sign_in(HERE, "ana").await;
    let set = scene.set().await["id"].clone();
    let body = || Some(json!({ "object": "Task", "field": "Ends__c", "set": set }));
    for (method, path) in
        [("GET", "/crm/picklists"), ("GET", "/crm/picklists/Task"), ("POST", "/dispositions/picklist")]
    {
        let body = (method == "POST").then(body).flatten();
        world.ask(&ana, method, path, body).await.is(403);
    }
    let objects = world.ask(root, "GET", "/crm/picklists", None).await.is(200).body;
    assert_eq!(objects["objects"][0], json!({ "object": "Task", "label": "Task" }));
    let fields = world.ask(root, "GET", "/crm/picklists/Task", None).await.is(200).body;
    let result = json!({ "field": "Result__c", "label": "Result", "depends_on": "Topic" });
    assert!(fields["fields"].as_array().expect("fields").contains(&result), "{fields}");
    assert_eq!(scene.ask("Subject", json!({})).await.is(409).code(), "picklist_gone", "it is no picklist");
    org.control("POST", "schema", json!({ "without": ["Task.Ends__c"] }));
    assert_eq!(scene.ask("Ends__c", json!({})).await.is(409).code(), "picklist_gone");
    assert_eq!(world.ask(root, "GET", "/crm/picklists/User", None).await.is(409).code(), "picklist_gone");
    let nowhere =
        scene.ask("Result__c", json!({ "set": "0190b5a0-0000-7000-8000-000000000000" })).await.is(422);
    assert_eq!(nowhere.body["error"]["field"], "set");
    org.cut_off(true);
    assert_eq!(scene.ask("Result__c", json!({})).await.is(503).code(), "unavailable");
}
