//! Sets of ring groups (P14): which codes a call gets, and what admins may do with sets; on stored rows.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, path_of};
use domain::call::{CallRecord, Direction};
use domain::event::{QueueMember, Standing};
use domain::id::AgentKey;
use sandbox::centre;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::ring_groups::CodeGround;
use server::settings::{SourceKind, SourceSettings, TenantSettings};

/// A phone system whose queues are known. Nothing is read from it.
fn with_queues(tenant: &mut TenantSettings) {
    tenant.sources = vec![SourceSettings::new(
        "pbx",
        SourceKind::Recording { files: Vec::new(), speed: 1.0 },
        centre::endpoints(&centre::agents()),
    )];
}

/// Makes a set with one code; answers both ids.
async fn set_with_code(world: &World, root: &Someone, name: &str, ring_groups: Value) -> (String, String) {
    let body = json!({ "name": name, "direction": "inbound", "ring_groups": ring_groups, "copy_of": null });
    let set = world.ask(root, "POST", "/dispositions", Some(body)).await.is(201).body["set"].clone();
    let set = set["id"].as_str().expect("an id").to_owned();
    let label = json!({ "es": format!("{name} (es)"), "en": name });
    let path = format!("/dispositions/{set}/codes");
    let code = world.ask(root, "POST", &path, Some(json!({ "label": label }))).await.is(201);
    (set, code.body["code"]["id"].as_str().expect("an id").to_owned())
}

/// What the panel offers for a new call, which is then not logged.
async fn offered(world: &World, who: &Someone) -> (Value, Vec<String>) {
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(who).await.remove(0);
    let body = json!({ "revision": 0, "reason": null });
    world.ask(who, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
    let mut sets: Vec<String> = wrapup["codes"]
        .as_array()
        .expect("codes")
        .iter()
        .map(|code| code["set"]["name"].as_str().expect("a set").to_owned())
        .collect();
    sets.dedup();
    (wrapup["codes_from"].clone(), sets)
}

/// The id of the first code of the direction's own set.
async fn general_code(world: &World, who: &Someone) -> String {
    let book = world.ask(who, "GET", "/dispositions", None).await.is(200);
    let sets = book.body["sets"].as_array().expect("sets").clone();
    let general = sets.iter().find(|set| set["name"] == "Entrantes / Inbound").expect("a set");
    general["codes"][0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn p14_a_call_gets_the_codes_of_its_ring_group_and_no_others() {
    let world = World::with(with_queues).await;
    let (ana, root, sam) = (
        world.sign_in(HERE, "ana").await,
        world.sign_in(HERE, "root").await,
        world.sign_in(HERE, "sam").await,
    );
    let (set, sale) = set_with_code(&world, &root, "Sales", json!(["Ventas"])).await;
    let (_, help) = set_with_code(&world, &root, "Help", json!(["Soporte"])).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    assert_eq!(wrapup["codes_from"], "ring_group");
    let codes = wrapup["codes"].as_array().expect("codes");
    assert_eq!((codes.len(), &codes[0]["id"]), (1, &json!(sale)));
    assert_eq!(codes[0]["set"], json!({ "id": set, "name": "Sales" }));
    let general = general_code(&world, &ana).await;
    for other in [&general, &help] {
        let body = Some(entry(0, other, "x"));
        let refused = world.ask(&ana, "POST", &path_of(&wrapup, "log"), body).await.is(422);
        assert_eq!(refused.code(), "code_other_set");
    }
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE outcome = 'logged'"), 0);
    let log = world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(entry(0, &sale, "x"))).await.is(200);
    assert_eq!(log.body["activity"]["code"]["label"]["en"], "Sales");
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE code_en = 'Sales'"), 1);
    // A correction takes what the call and its agent may get, and nothing else.
    let path = format!("/activities/{}/corrections", log.body["activity"]["id"].as_str().expect("an id"));
    let correct = |code: &str| json!({ "revision": 0, "engagement": wrapup["id"], "code": code });
    let refused = world.ask(&sam, "POST", &path, Some(correct(&help))).await.is(422);
    assert_eq!(refused.code(), "code_other_set");
    let label = json!({ "label": { "es": "Otra venta", "en": "Other sale" } });
    let other = world.ask(&root, "POST", &format!("/dispositions/{set}/codes"), Some(label)).await.is(201);
    let other = other.body["code"]["id"].as_str().expect("an id").to_owned();
    let corrected = world.ask(&sam, "POST", &path, Some(correct(&other))).await.is(200);
    assert_eq!(corrected.body["activity"]["code"]["label"]["en"], "Other sale");
}

/// What a phone system says of a member of its queues.
fn told(event: &str, queue: &str) -> String {
    format!(
        "Event: {event}\r\nQueue: {queue}\r\nInterface: PJSIP/1001\r\nPaused: 0\r\nPausedReason: \r\n\r\n"
    )
}

#[tokio::test]
async fn p14_who_is_in_which_ring_group_is_known_after_a_start_before_the_phone_system_says_it() {
    let world = World::with(with_queues).await;
    let stored = async || world.app.store.queue_members(world.tenant(HERE).id, "pbx").await.expect("a list");
    world
        .read_bytes(
            HERE,
            (told("QueueMemberAdded", "soporte") + &told("QueueMemberAdded", "ventas")).as_bytes(),
        )
        .await;
    let before = stored().await;
    assert_eq!(before.iter().map(|place| place.queue.as_str()).collect::<Vec<_>>(), ["soporte", "ventas"]);
    // Another run on the same database.
    let (ground, tenant) = (&world.app.phones, world.tenant(HERE).id);
    let after = server::phones::Phones::default();
    after.were_members(tenant, "pbx", stored().await);
    let agent = AgentKey("1001".to_owned());
    assert_eq!(after.queues_of(tenant, "pbx", &agent), ground.queues_of(tenant, "pbx", &agent));
    world.read_bytes(HERE, told("QueueMemberRemoved", "ventas").as_bytes()).await;
    assert_eq!(stored().await, before[..1]);
}

#[tokio::test]
async fn p14_without_a_set_of_its_ring_group_a_call_gets_those_of_its_agent_then_of_its_direction() {
    let world = World::with(with_queues).await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let direction = (json!("direction"), vec!["Entrantes / Inbound".to_owned()]);
    set_with_code(&world, &root, "Help", json!(["Soporte"])).await;
    assert_eq!(offered(&world, &ana).await, direction);
    let tenant = world.tenant(HERE).id;
    let _line = world.app.phones.connected(tenant, "pbx");
    let member = |standing| QueueMember {
        queue: "soporte".to_owned(),
        interface: "PJSIP/1001".to_owned(),
        agent: AgentKey("1001".to_owned()),
        standing,
    };
    world.app.phones.membership_is(tenant, "pbx", &member(Standing::Offered));
    assert_eq!(offered(&world, &ana).await, (json!("agent"), vec!["Help".to_owned()]));
    world.app.phones.disconnected(tenant, "pbx");
    assert_eq!(offered(&world, &ana).await.0, "agent", "nobody left the ring group");
    let _line = world.app.phones.connected(tenant, "pbx");
    world.app.phones.membership_is(tenant, "pbx", &member(Standing::Gone));
    assert_eq!(offered(&world, &ana).await, direction);
    // The settings say who is in it as well.
    let mut settings = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    settings["ring_groups"] =
        json!([{ "key": "Soporte", "name": "Help desk", "numbers": [], "agents": ["1001"] }]);
    world.ask(&root, "PUT", "/centre", Some(settings)).await.is(200);
    set_with_code(&world, &root, "A second", json!(["Soporte"])).await;
    let both = vec!["A second".to_owned(), "Help".to_owned()];
    assert_eq!(offered(&world, &ana).await, (json!("agent"), both));
    let groups = world.ask(&ana, "GET", "/ring-groups", None).await.is(200).body["ring_groups"].clone();
    let names: Vec<&str> =
        groups.as_array().expect("groups").iter().filter_map(|group| group["name"].as_str()).collect();
    assert_eq!(names, ["Citas", "Facturación", "Help desk", "Ventas"]);
    let help = &groups[2];
    assert_eq!((&help["key"], &help["set_up"]), (&json!("Soporte"), &json!(true)));
    assert_eq!(help["agents"], json!([{ "key": "1001", "name": "ANA", "from": "settings" }]));
    assert_eq!(help["sets"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_ring_group_that_a_call_came_through_is_known_and_only_here() {
    let world = World::new().await;
    let (root, there) = (world.sign_in(HERE, "root").await, world.sign_in(THERE, "root").await);
    let body = json!({ "name": "Sales", "direction": "inbound", "ring_groups": ["Ventas"], "copy_of": null });
    let refused = world.ask(&root, "POST", "/dispositions", Some(body.clone())).await.is(422);
    assert_eq!(
        (&refused.body["error"]["field"], &refused.body["error"]["detail"]["reason"]),
        (&json!("ring_groups.0"), &json!("unknown"))
    );
    world.play(HERE, Scenario::Answered, CALLER).await;
    world.ask(&root, "POST", "/dispositions", Some(body.clone())).await.is(201);
    world.ask(&there, "POST", "/dispositions", Some(body)).await.is(422);
    let groups = world.ask(&there, "GET", "/ring-groups", None).await.is(200);
    assert_eq!(groups.body["ring_groups"], json!([]));
}

#[tokio::test]
async fn p14_the_last_set_of_a_direction_stays_and_names_are_not_taken_twice() {
    let world = World::with(with_queues).await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let book = world.ask(&root, "GET", "/dispositions", None).await.is(200);
    let inbound = book.body["sets"][0].clone();
    assert_eq!(
        (&inbound["name"], &inbound["ring_groups"], &inbound["retired"]),
        (&json!("Entrantes / Inbound"), &json!([]), &json!(false))
    );
    let path = format!("/dispositions/{}", inbound["id"].as_str().expect("an id"));
    for change in
        [json!({ "version": 1, "retired": true }), json!({ "version": 1, "ring_groups": ["Ventas"] })]
    {
        let refused = world.ask(&root, "PATCH", &path, Some(change)).await.is(409);
        assert_eq!(refused.code(), "last_set");
    }
    let copy = json!({ "name": " General ", "direction": "inbound", "copy_of": inbound["id"] });
    world.ask(&ana, "POST", "/dispositions", Some(copy.clone())).await.is(403);
    let made =
        world.ask(&root, "POST", "/dispositions", Some(copy.clone())).await.is(201).body["set"].clone();
    assert_eq!((&made["name"], made["codes"].as_array().map(Vec::len)), (&json!("General"), Some(4)));
    assert_ne!(made["codes"][0]["id"], inbound["codes"][0]["id"], "codes of its own");
    let taken = world.ask(&root, "POST", "/dispositions", Some(copy)).await.is(422);
    assert_eq!((taken.body["error"]["field"].as_str(), taken.code()), (Some("name"), "invalid"));
    let retire = json!({ "version": 1, "retired": true, "name": "Was" });
    let retired = world.ask(&root, "PATCH", &path, Some(retire.clone())).await.is(200).body["set"].clone();
    assert_eq!((&retired["retired"], &retired["version"]), (&json!(true), &json!(2)));
    let stale = world.ask(&root, "PATCH", &path, Some(retire)).await.is(409);
    assert_eq!(stale.body["error"]["detail"]["current"]["version"], 2);
    let book = world.ask(&root, "GET", "/dispositions", None).await.is(200);
    let names: Vec<&str> =
        book.body["sets"].as_array().expect("sets").iter().filter_map(|set| set["name"].as_str()).collect();
    assert_eq!(names, ["General", "Salientes / Outbound", "Was"], "retired ones last");
    for (body, field) in [
        (json!({ "name": " ", "direction": "inbound" }), "name"),
        (json!({ "name": "n".repeat(81), "direction": "inbound" }), "name"),
        (json!({ "name": "x", "direction": "internal" }), "direction"),
        (json!({ "name": "x", "direction": "inbound", "copy_of": inbound["codes"][0]["id"] }), "copy_of"),
    ] {
        let refused = world.ask(&root, "POST", "/dispositions", Some(body)).await.is(422);
        assert_eq!(refused.body["error"]["field"], field);
    }
    world.ask(&root, "POST", "/dispositions", Some(json!({ "name": "x", "direction": "up" }))).await.is(400);
    assert_eq!(world.count("SELECT count(*) FROM disposition_set WHERE tenant_id = 1"), 3);
    // Who did what is in the change log, with what it is called now.
    let log = world.ask(&root, "GET", "/audit", None).await.is(200).body["entries"].clone();
    assert_eq!(
        (&log[0]["subject"]["kind"], &log[0]["subject"]["name"], &log[0]["action"]),
        (&json!("set"), &json!("Was"), &json!("changed"))
    );
    assert_eq!(log[0]["by"]["name"], "ROOT");
    let code = log.as_array().expect("entries").iter().find(|one| one["subject"]["kind"] == "code");
    assert_eq!(code.expect("a code")["subject"]["name"], json!({ "es": "Otro", "en": "Other" }));
}

#[tokio::test]
async fn p14_an_outbound_call_is_of_the_ring_group_whose_number_it_was_shown_from() {
    let world = World::with(with_queues).await;
    let root = world.sign_in(HERE, "root").await;
    let mut settings = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    settings["ring_groups"] =
        json!([{ "key": "Soporte", "name": "Help", "numbers": ["911 00 00 02"], "agents": ["1001"] }]);
    world.ask(&root, "PUT", "/centre", Some(settings)).await.is(200);
    let set = json!({ "name": "Help out", "direction": "outbound", "ring_groups": ["Soporte"] });
    world.ask(&root, "POST", "/dispositions", Some(set)).await.is(201);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let (app, tenant) = (&world.app, world.tenant(HERE));
    let sets = app.store.dispositions(tenant.id).await.expect("sets");
    let filter = store::ActivityFilter::default();
    let calls = app.store.list_activities(tenant.id, &filter, None, 1, 9).await.expect("calls");
    let of = |from: Option<&str>| {
        let from = from.map(str::to_owned);
        let call = CallRecord { direction: Direction::Outbound, from, ..calls.rows[0].call.clone() };
        let agent = AgentKey("1001".to_owned());
        let ground = CodeGround::of(app, tenant, &tenant.rules(), &sets, &call, Some(&agent));
        let scope = ground.scope();
        (scope.ring_group.map(str::to_owned), scope.of_agent.to_vec())
    };
    let of_agent = vec!["Soporte".to_owned()];
    assert_eq!(of(Some("+34911000002")), (Some("Soporte".to_owned()), of_agent.clone()));
    for shown_from in [Some("911000001"), Some("1001"), None] {
        assert_eq!(of(shown_from), (None, of_agent.clone()), "not the queue it once was in");
    }
}
