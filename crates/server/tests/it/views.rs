//! Views of the list of Activities over HTTP: whose they are, who may share and change them, and what they may say.

use crate::world::{HERE, Someone, THERE, World};
use domain::list_view::MAX_VIEWS_PER_USER;
use serde_json::{Value, json};

fn view(name: &str, shared: bool) -> Value {
    json!({"name": name, "shared": shared, "filters": {"when": "7d", "type": "missed"}, "columns": ["when", "who", "wait"]})
}

async fn kept(world: &World, who: &Someone, body: Value) -> Value {
    world.ask(who, "POST", "/views", Some(body)).await.is(201).body["view"].clone()
}

async fn names(world: &World, who: &Someone) -> Vec<String> {
    let seen = world.ask(who, "GET", "/views", None).await.is(200).body;
    let of = |view: &Value| view["name"].as_str().expect("a name").to_owned();
    let mut names: Vec<String> = seen["views"].as_array().expect("views").iter().map(of).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_view_is_kept_with_its_filters_and_columns_and_seen_by_whom_it_is_for() {
    let world = World::new().await;
    let (ana, ben) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await);
    let sam = world.sign_in(HERE, "sam").await;
    let mine = kept(&world, &ana, view(" Missed ", false)).await;
    assert_eq!((&mine["name"], &mine["own"], &mine["version"]), (&json!("Missed"), &json!(true), &json!(1)));
    assert_eq!(mine["filters"], json!({"when": "7d", "type": "missed"}));
    assert_eq!(mine["columns"], json!(["when", "who", "wait"]));
    kept(&world, &sam, view("Everybody's", true)).await;
    assert_eq!(names(&world, &ana).await, ["Everybody's", "Missed"]);
    assert_eq!(names(&world, &ben).await, ["Everybody's"]);
    let elsewhere = world.sign_in(THERE, "sam").await;
    assert_eq!(names(&world, &elsewhere).await, Vec::<String>::new());
    let id = mine["id"].as_str().expect("an id");
    world.ask(&elsewhere, "DELETE", &format!("/views/{id}"), None).await.is(404);
}

#[tokio::test]
async fn supervisors_share_and_change_what_is_shared_and_nobody_elses_own() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let root = world.sign_in(HERE, "root").await;
    assert_eq!(world.ask(&ana, "POST", "/views", Some(view("x", true))).await.is(403).code(), "forbidden");
    let (mine, shared) =
        (kept(&world, &ana, view("Mine", false)).await, kept(&world, &sam, view("Ours", true)).await);
    let path = |view: &Value| format!("/views/{}", view["id"].as_str().expect("an id"));
    let named = |name: &str, version: u64| {
        let mut body = view(name, true);
        body["version"] = json!(version);
        Some(body)
    };
    world.ask(&root, "PUT", &path(&mine), named("x", 1)).await.is(404);
    world.ask(&ana, "PUT", &path(&shared), named("x", 1)).await.is(403);
    world.ask(&ana, "DELETE", &path(&shared), None).await.is(403);
    let changed = world.ask(&root, "PUT", &path(&shared), named("All of ours", 1)).await.is(200).body;
    assert_eq!((&changed["view"]["version"], &changed["view"]["own"]), (&json!(2), &json!(false)));
    let stale = world.ask(&sam, "PUT", &path(&shared), named("x", 1)).await.is(409);
    assert_eq!(
        (stale.code(), &stale.body["error"]["detail"]["current"]["name"]),
        ("stale_revision", &json!("All of ours"))
    );
    world.ask(&root, "DELETE", &path(&shared), None).await.is(204);
    assert_eq!(names(&world, &sam).await, Vec::<String>::new());
}

#[tokio::test]
async fn somebody_begins_with_a_view_that_they_see_until_it_is_gone() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let mine = kept(&world, &ana, view("Mine", false)).await["id"].clone();
    let first =
        async |who: &Someone| world.ask(who, "GET", "/views", None).await.is(200).body["first"].clone();
    let begin = |view: &Value| Some(json!({ "view": view }));
    world.ask(&sam, "PUT", "/me/first-view", begin(&mine)).await.is(404);
    world.ask(&ana, "PUT", "/me/first-view", begin(&mine)).await.is(204);
    assert_eq!((first(&ana).await, first(&sam).await), (mine.clone(), Value::Null));
    world.ask(&ana, "DELETE", &format!("/views/{}", mine.as_str().expect("an id")), None).await.is(204);
    assert_eq!(first(&ana).await, Value::Null);
}

#[tokio::test]
async fn what_the_list_does_not_understand_is_kept_in_no_view_and_neither_are_too_many() {
    let world = World::new().await;
    let ana = world.sign_in(HERE, "ana").await;
    for (change, field) in [
        (json!({"name": " "}), "name"),
        (json!({"columns": []}), "columns"),
        (json!({"columns": ["who", "who"]}), "columns"),
        (json!({"filters": {"when": "1d"}}), "when"),
        (json!({"filters": {"colour": "red"}}), "colour"),
        (json!({"filters": {"type": "inbund"}}), "type"),
        (json!({"filters": {"after": "1.1"}}), "after"),
    ] {
        let mut body = view("x", false);
        for (name, value) in change.as_object().expect("a change") {
            body[name] = value.clone();
        }
        let refused = world.ask(&ana, "POST", "/views", Some(body)).await.is(422);
        assert_eq!(refused.body["error"]["field"].as_str(), Some(field), "{change}");
    }
    let days = json!({"name": "d", "shared": false, "filters": {"from": "2026-03-01", "until": "2026-03-02"}, "columns": ["when"]});
    kept(&world, &ana, days).await;
    for n in 1..MAX_VIEWS_PER_USER {
        kept(&world, &ana, view(&format!("view {n}"), false)).await;
    }
    let refused = world.ask(&ana, "POST", "/views", Some(view("one more", false))).await.is(422);
    assert_eq!(refused.body["error"]["field"].as_str(), Some("views"));
}

/// What the change log says of views, newest first: the action, what the view is called now, and the fields.
async fn told(world: &World, root: &Someone) -> Vec<(String, Value, Value)> {
    let log = world.ask(root, "GET", "/audit", None).await.is(200).body["entries"].clone();
    let of_views = log.as_array().expect("entries").iter().filter(|entry| entry["subject"]["kind"] == "view");
    let said = of_views.map(|entry| {
        let action = entry["action"].as_str().expect("a word").to_owned();
        (action, entry["subject"]["name"].clone(), entry["fields"].clone())
    });
    said.collect()
}

#[tokio::test]
async fn what_is_shared_stands_in_the_change_log_and_what_is_private_does_not() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let root = world.sign_in(HERE, "root").await;
    let mine = kept(&world, &ana, view("Ana's own", false)).await;
    let ours = kept(&world, &sam, view("Sam's own", false)).await;
    let path = |view: &Value| format!("/views/{}", view["id"].as_str().expect("an id"));
    let put = async |who: &Someone, to: &Value, name: &str, shared: bool, version: u64| {
        let mut body = view(name, shared);
        body["version"] = json!(version);
        world.ask(who, "PUT", &path(to), Some(body)).await.is(200);
    };
    put(&ana, &mine, "Ana's other", false, 1).await;
    world.ask(&ana, "DELETE", &path(&mine), None).await.is(204);
    assert_eq!(told(&world, &root).await, [], "nobody else ever saw them");
    put(&sam, &ours, "Ours", true, 1).await;
    put(&root, &ours, "All of ours", true, 2).await;
    put(&root, &ours, "All of ours", true, 3).await;
    let log = told(&world, &root).await;
    assert_eq!(log.iter().map(|(action, ..)| action.as_str()).collect::<Vec<_>>(), ["changed", "shared"]);
    assert_eq!(log[0].1, "All of ours");
    assert_eq!(log[0].2, json!([{ "field": "name", "before": "Ours", "after": "All of ours" }]));
    let shared = [("name", "Ours"), ("filters", "type=missed&when=7d"), ("columns", "when, who, wait")];
    let shared = shared.map(|(field, after)| json!({ "field": field, "before": null, "after": after }));
    assert_eq!(log[1].2, json!(shared));
    put(&sam, &ours, "Sam's again", false, 4).await;
    let log = told(&world, &root).await;
    assert_eq!((log[0].0.as_str(), &log[0].1), ("unshared", &Value::Null));
    assert!(
        !log[0].2.to_string().contains("Sam's"),
        "what it is called now is nobody's business: {}",
        log[0].2
    );
    put(&sam, &ours, "Back", true, 5).await;
    world.ask(&root, "DELETE", &path(&ours), None).await.is(204);
    let log = told(&world, &root).await;
    assert_eq!((log[0].0.as_str(), &log[0].1), ("removed", &Value::Null));
    assert_eq!(log[0].2[0], json!({ "field": "name", "before": "Back", "after": null }));
    let elsewhere = world.sign_in(THERE, "root").await;
    assert_eq!(told(&world, &elsewhere).await, []);
}
