//! Past calls from a file: looked at before anything is written, written once, on the records that have their numbers, and
//! nobody's business but admins'.

use crate::export::{cell, lines};
use crate::world::{Answer, HERE, Someone, THERE, World};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use serde_json::{Value, json};
use server::worker::imports::work;
use std::fmt::Write as _;

const HEADINGS: &str = "call_id,type,start_at,end_at,contact_phone_number,talkdesk_phone_number,user_name,ring_groups,\
    wait_time,talk_time,disposition_code,notes";
/// Rows of an import that is paused: many batches.
const ROWS: i64 = 3_000;
/// Of the two, one has a record.
const KNOWN: &str = "+34600111222";
const UNKNOWN: &str = "+34600999888";

/// Four rows that can be read, one of them twice, and three that cannot.
fn some_rows(code: &str) -> String {
    let rows = [
        format!(
            "a1,inbound,2026-04-23T10:22:00Z,2026-04-23T10:25:00Z,{KNOWN},+34911000001,ANA,ventas,30,150,{code},\"Llama, otra vez\""
        ),
        format!(
            "a2,outbound_missed,2026-04-23T11:00:00Z,2026-04-23T11:00:20Z,{UNKNOWN},+34911000001,ben,,,,,"
        ),
        format!(
            "a3,abandoned,2026-04-23T12:00:00Z,2026-04-23T12:00:40Z,{UNKNOWN},+34911000001,,ventas,40,0,,"
        ),
        format!(
            "a1,inbound,2026-04-23T10:22:00Z,2026-04-23T10:25:00Z,{KNOWN},+34911000001,ANA,ventas,30,150,{code},"
        ),
        format!("a4,inbound,last week,,{KNOWN},,ANA,,,,,=1+1"),
        format!("a5,inbound,2026-04-23T10:22:00Z,,{KNOWN},,Eva Paz,,,,,"),
        format!("a6,chat,2026-04-23T10:22:00Z,,{KNOWN},,ANA,,,,,"),
        format!("a7,inbound,2026-04-24T10:22:00Z,2026-04-24T10:25:00Z,{KNOWN},,1001,ventas,,60,,"),
    ];
    format!("\u{feff}{HEADINGS}\r\n{}\r\n", rows.join("\r\n"))
}

async fn upload(world: &World, who: &Someone, query: &str, text: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(format!("/api/v1/imports?{query}"))
        .header(header::HOST, who.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", who.token))
        .header(header::CONTENT_TYPE, "text/csv");
    world.send(request.body(text.into()).expect("a request")).await
}

/// One step, and what the worker makes of it.
async fn step(world: &World, who: &Someone, import: &Value, step: &str) -> Value {
    let (id, version) = (import["id"].as_str().expect("an id"), &import["version"]);
    let body = json!({ "version": version, "step": step });
    world.ask(who, "POST", &format!("/imports/{id}/step"), Some(body)).await.is(200);
    work(&world.app, world.tenant(who.host)).await.expect("worked");
    world.ask(who, "GET", &format!("/imports/{id}"), None).await.is(200).body["import"].clone()
}

async fn imported(world: &World, who: &Someone, text: &str) -> Value {
    let import = upload(world, who, "name=calls.csv", text.to_owned()).await.is(201).body["import"].clone();
    let checked = step(world, who, &import, "check").await;
    step(world, who, &checked, "start").await
}

/// A label of an inbound code.
async fn a_code(world: &World, who: &Someone) -> String {
    let sets = world.ask(who, "GET", "/dispositions", None).await.is(200).body["sets"].clone();
    let sets = sets.as_array().expect("sets").clone();
    let inbound = sets.iter().find(|set| set["direction"] == "inbound").expect("a set");
    inbound["codes"][0]["label"]["es"].as_str().expect("a label").to_owned()
}

async fn text_of(world: &World, who: &Someone, path: &str) -> String {
    let request = Request::builder()
        .uri(format!("/api/v1{path}"))
        .header(header::HOST, who.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", who.token));
    let answer = world.answer(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status().as_u16(), 200);
    let bytes = to_bytes(answer.into_body(), 1024 * 1024).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn counts(import: &Value) -> [i64; 4] {
    ["rows", "new", "there", "refused"].map(|name| import["progress"][name].as_i64().expect("a count"))
}

#[tokio::test]
async fn a_file_is_looked_at_before_any_call_is_written() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let code = a_code(&world, &root).await;
    let import =
        upload(&world, &root, "name=calls.csv", some_rows(&code)).await.is(201).body["import"].clone();
    assert_eq!((&import["state"], &import["source"]), (&json!("uploaded"), &json!("talkdesk")));
    assert_eq!(import["mapping"]["columns"]["customer_number"], "contact_phone_number");
    let id = import["id"].as_str().expect("an id");
    let path = format!("/imports/{id}/preview");
    let preview = world.ask(&root, "GET", &path, None).await.is(200).body["preview"].clone();
    assert_eq!((&preview["missing"], preview["rows"].as_array().map(Vec::len)), (&json!([]), Some(8)));
    let first = &preview["rows"][0];
    assert_eq!(
        (&first["line"], &first["call"]["agent"], &first["call"]["talk_ms"]),
        (&json!(2), &json!("1001"), &json!(150_000))
    );
    assert_eq!(preview["rows"][4]["refused"]["reason"], "not_a_time");

    let start = json!({ "version": import["version"], "step": "start" });
    let early = world.ask(&root, "POST", &format!("/imports/{id}/step"), Some(start)).await.is(409);
    assert_eq!(early.code(), "not_possible");
    let checked = step(&world, &root, &import, "check").await;
    assert_eq!((&checked["state"], counts(&checked)), (&json!("checked"), [8, 4, 1, 3]));
    assert_eq!(
        checked["progress"]["refused_by"],
        json!({ "not_a_time": 1, "unknown_agent": 1, "unknown_type": 1 })
    );
    assert_eq!(checked["findings"]["agents"], json!([{ "word": "Eva Paz", "rows": 1 }]));
    assert_eq!(checked["findings"]["types"], json!([{ "word": "chat", "rows": 1 }]));
    let refused = &checked["findings"]["refused"];
    assert_eq!(
        refused[0],
        json!({ "line": 6, "field": "started_at", "reason": "not_a_time", "value": "last week" })
    );
    assert_eq!(world.count("SELECT count(*) FROM call"), 0);
}

#[tokio::test]
async fn calls_of_a_file_are_filed_reported_and_explained_and_owe_nothing() {
    let world = World::new().await;
    let (root, sam, ana) = (
        world.sign_in(HERE, "root").await,
        world.sign_in(HERE, "sam").await,
        world.sign_in(HERE, "ana").await,
    );
    let person = world.person(&ana, "Luz Sol", KNOWN).await;
    let people = world.count("SELECT count(*) FROM person");
    let code = a_code(&world, &root).await;
    let done = imported(&world, &root, &some_rows(&code)).await;
    assert_eq!((&done["state"], counts(&done)), (&json!("done"), [8, 4, 1, 3]));

    let list = world.ask(&ana, "GET", &format!("/people/{person}/activities"), None).await.is(200).body;
    let lines = list["activities"].as_array().expect("a list");
    assert_eq!(lines.len(), 2);
    let logged = lines.iter().find(|line| line["outcome"] == "logged").expect("the logged one");
    assert_eq!(logged["notes"], "Llama, otra vez");
    let id = logged["id"].as_str().expect("an id");
    let activity =
        world.ask(&sam, "GET", &format!("/activities/{id}"), None).await.is(200).body["activity"].clone();
    let explained = activity["explanation"].as_array().expect("rules").clone();
    let rule = explained.iter().find(|one| one["rule"] == "import.row").expect("where it came from");
    assert_eq!((&rule["facts"]["file"], &rule["facts"]["line"]), (&json!("calls.csv"), &json!("2")));

    let report =
        world.ask(&sam, "GET", "/reports/calls?from=2026-04-23&until=2026-04-24", None).await.is(200).body;
    assert_eq!(report["calls"]["whole"]["total"], 4);
    assert_eq!(
        report["calls"]["whole"]["kinds"],
        json!({ "inbound": 2, "outbound_missed": 1, "abandoned": 1 })
    );
    assert_eq!(world.owed(&ana).await.len(), 0);
    assert_eq!(world.count("SELECT count(*) FROM wrapup"), 0);
    assert_eq!(world.count("SELECT count(*) FROM message"), 0);
    assert_eq!(world.count("SELECT count(*) FROM caller_wanted"), 0);
    assert_eq!(world.count("SELECT count(*) FROM person"), people, "nobody is made by an import");
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let code = a_code(&world, &root).await;
    imported(&world, &root, &some_rows(&code)).await;
    let rows = || {
        ["call", "engagement", "activity", "report_fact", "imported", "outbox"]
            .map(|table| world.count(&format!("SELECT count(*) FROM {table}")))
    };
    let standing = || world.count("SELECT CAST(total(revision) + total(rowid) AS INTEGER) FROM activity");
    let before = (rows(), standing());
    let again = imported(&world, &root, &some_rows(&code)).await;
    assert_eq!(counts(&again), [8, 0, 5, 3]);
    assert_eq!((rows(), standing()), before);
    // Read by another zone and with other words it is the same calls still.
    let zone = some_rows(&code).replace("Z,", ",");
    let moved = upload(&world, &root, "name=b.csv", zone).await.is(201).body["import"].clone();
    let mut mapping = moved["mapping"].clone();
    mapping["zone"] = json!("America/Mexico_City");
    let path = format!("/imports/{}/mapping", moved["id"].as_str().expect("an id"));
    let body = json!({ "version": moved["version"], "mapping": mapping });
    let moved = world.ask(&root, "PUT", &path, Some(body)).await.is(200).body["import"].clone();
    let checked = step(&world, &root, &moved, "check").await;
    let done = step(&world, &root, &checked, "start").await;
    assert_eq!(counts(&done), [8, 0, 5, 3]);
    assert_eq!((rows(), standing()), before);
}

#[tokio::test]
async fn what_words_mean_is_said_by_an_admin_and_checked_again() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let import =
        upload(&world, &root, "name=calls.csv", some_rows("Nunca oído")).await.is(201).body["import"].clone();
    let checked = step(&world, &root, &import, "check").await;
    assert_eq!(checked["findings"]["codes"], json!([{ "word": "Nunca oído", "rows": 2 }]));
    let mut mapping = checked["mapping"].clone();
    mapping["agents"] = json!({ "Eva Paz": "1009" });
    mapping["unknown_codes"] = json!("leave_out");
    mapping["types"] = json!({ "chat": "inbound" });
    let path = format!("/imports/{}/mapping", checked["id"].as_str().expect("an id"));
    let body = json!({ "version": checked["version"], "mapping": mapping });
    let changed = world.ask(&root, "PUT", &path, Some(body.clone())).await.is(200).body["import"].clone();
    assert_eq!((&changed["state"], &changed["findings"]), (&json!("uploaded"), &Value::Null));
    assert_eq!(world.ask(&root, "PUT", &path, Some(body)).await.is(409).code(), "stale_revision");
    let checked = step(&world, &root, &changed, "check").await;
    assert_eq!(counts(&checked), [8, 6, 1, 1]);
    for (place, value, reason) in [
        ("zone", json!("Europe/Madird"), "unknown"),
        ("columns", json!({ "id": "call_id" }), "empty"),
        ("codes", json!({ "x": "00000000-0000-0000-0000-000000000009" }), "unknown"),
    ] {
        let mut wrong = mapping.clone();
        wrong[place] = value;
        let body = json!({ "version": checked["version"], "mapping": wrong });
        let refused = world.ask(&root, "PUT", &path, Some(body)).await.is(422);
        let field = refused.body["error"]["field"].as_str().unwrap_or_default();
        assert!(field.starts_with(&format!("mapping.{place}")), "{field}");
        assert_eq!(refused.body["error"]["detail"]["reason"], reason);
    }
}

#[tokio::test]
async fn refused_rows_are_a_file_that_no_spreadsheet_runs() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let code = a_code(&world, &root).await;
    let done = imported(&world, &root, &some_rows(&code)).await;
    let path = format!("/imports/{}/refused.csv", done["id"].as_str().expect("an id"));
    let text = text_of(&world, &root, &path).await;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].ends_with(",notes,import_line,import_column,import_reason"), "{}", lines[0]);
    assert!(lines[1].starts_with("a4,inbound,last week,,'+34600111222,"), "{}", lines[1]);
    assert!(lines[1].ends_with(",'=1+1,6,start_at,not_a_time"), "{}", lines[1]);
    // Put right and uploaded as it is, it is taken: what guards a formula is no part of a number.
    let right = text
        .replace("last week", "2026-04-23T10:22:00Z")
        .replace("Eva Paz", "BEN")
        .replace(",chat,", ",missed,");
    let again = imported(&world, &root, &right).await;
    assert_eq!(counts(&again), [3, 3, 0, 0]);
    assert_eq!(world.count("SELECT count(*) FROM call WHERE from_number = '+34600111222'"), 5);
    assert_eq!(world.count("SELECT count(*) FROM activity WHERE notes = '=1+1'"), 1);
}

#[tokio::test]
async fn an_import_that_was_paused_goes_on_where_it_was_and_one_that_was_cancelled_does_not() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let mut text = format!("{HEADINGS}\n");
    for nth in 0..ROWS {
        writeln!(text, "c{nth},missed,2026-04-23T10:22:00Z,,{UNKNOWN},,,,,,,").expect("written");
    }
    let import = upload(&world, &root, "name=calls.csv", text).await.is(201).body["import"].clone();
    let checked = step(&world, &root, &import, "check").await;
    assert_eq!(counts(&checked), [ROWS, ROWS, 0, 0]);
    let id = checked["id"].as_str().expect("an id");
    let ask = async |step: &str, version: &Value| {
        let body = json!({ "version": version, "step": step });
        world.ask(&root, "POST", &format!("/imports/{id}/step"), Some(body)).await.is(200).body["import"]
            .clone()
    };
    // Somebody pauses it at the moment it has written something.
    let started = ask("start", &checked["version"]).await;
    let working = work(&world.app, world.tenant(HERE));
    let pausing = async {
        loop {
            let now =
                world.ask(&root, "GET", &format!("/imports/{id}"), None).await.is(200).body["import"].clone();
            if counts(&now)[0] > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        ask("pause", &started["version"]).await
    };
    let (worked, paused) = tokio::join!(working, pausing);
    worked.expect("worked");
    let now = world.ask(&root, "GET", &format!("/imports/{id}"), None).await.is(200).body["import"].clone();
    assert_eq!(now["state"], "paused");
    let [rows, new, _, _] = counts(&now);
    assert!(rows < ROWS && rows == new, "{now}");
    assert_eq!(world.count("SELECT count(*) FROM call"), new);
    let done = step(&world, &root, &paused, "start").await;
    assert_eq!((&done["state"], counts(&done)), (&json!("done"), [ROWS, ROWS, 0, 0]));
    assert_eq!(world.count("SELECT count(*) FROM call"), ROWS);
    let over = json!({ "version": done["version"], "step": "cancel" });
    world.ask(&root, "POST", &format!("/imports/{id}/step"), Some(over)).await.is(409);
    let removed = format!("/imports/{id}?version={}", done["version"]);
    world.ask(&root, "DELETE", &removed, None).await.is(204);
    world.ask(&root, "GET", &format!("/imports/{id}"), None).await.is(404);
    assert_eq!(world.count("SELECT count(*) FROM call"), ROWS, "what came of it stays");
}

#[tokio::test]
async fn an_import_is_its_tenants_and_its_admins_alone() {
    let world = World::new().await;
    let (root, there) = (world.sign_in(HERE, "root").await, world.sign_in(THERE, "root").await);
    let code = a_code(&world, &root).await;
    let import = imported(&world, &root, &some_rows(&code)).await;
    let id = import["id"].as_str().expect("an id");
    for path in
        [format!("/imports/{id}"), format!("/imports/{id}/preview"), format!("/imports/{id}/refused.csv")]
    {
        world.ask(&there, "GET", &path, None).await.is(404);
        for login in ["ana", "sam"] {
            let other = world.sign_in(HERE, login).await;
            world.ask(&other, "GET", &path, None).await.is(403);
        }
        let nobody = Someone { host: HERE, token: String::new() };
        world.ask(&nobody, "GET", &path, None).await.is(401);
    }
    let sam = world.sign_in(HERE, "sam").await;
    upload(&world, &sam, "name=x.csv", some_rows("x")).await.is(403);
    world.ask(&sam, "GET", "/imports", None).await.is(403);
    assert_eq!(world.ask(&there, "GET", "/imports", None).await.is(200).body["imports"], json!([]));
    let tenant = world.tenant(THERE).id.0;
    assert_eq!(world.count(&format!("SELECT count(*) FROM call WHERE tenant_id = {tenant}")), 0);
    // The same file there is other calls.
    let theirs = imported(&world, &there, &some_rows(&code)).await;
    assert_eq!(counts(&theirs), [8, 4, 1, 3]);
    assert_eq!(world.count("SELECT count(DISTINCT key) FROM call"), 8);
}

#[tokio::test]
async fn what_is_no_table_of_calls_is_refused_and_leaves_no_file() {
    let world = World::with(|_| {}).await;
    let root = world.sign_in(HERE, "root").await;
    for (query, body, field, reason) in [
        ("name=", b"a,b\n".to_vec(), "name", "empty"),
        ("name=x.csv&source=%20", b"a,b\n".to_vec(), "source", "empty"),
        ("name=x.csv&what=1", b"a,b\n".to_vec(), "what", "unknown"),
        ("name=x.csv", b"a\xf1o,b\n".to_vec(), "file", "not_text"),
        ("name=x.csv", b"PK\x03\x04\x00\x00".to_vec(), "file", "not_text"),
        ("name=x.csv", Vec::new(), "file", "unknown"),
        ("name=x.csv", b"no table".to_vec(), "file", "unknown"),
    ] {
        let refused = upload(&world, &root, query, body).await.is(422);
        assert_eq!(refused.body["error"]["field"], field, "{query}");
        assert_eq!(refused.body["error"]["detail"]["reason"], reason, "{query}");
    }
    let folder = world.app.settings.data.dir.join("imports/here");
    assert_eq!(std::fs::read_dir(folder).map_or(0, Iterator::count), 0);
    // A table of something else is taken, and says what is missing.
    let other = upload(&world, &root, "name=x.csv", "a,b\n1,2\n").await.is(201).body["import"].clone();
    let id = other["id"].as_str().expect("an id");
    let preview = world.ask(&root, "GET", &format!("/imports/{id}/preview"), None).await.is(200).body;
    assert_eq!(preview["preview"]["missing"], json!(["id", "type", "started_at", "customer_number"]));
    let body = json!({ "version": 1, "step": "check" });
    let refused = world.ask(&root, "POST", &format!("/imports/{id}/step"), Some(body)).await.is(422);
    assert_eq!(refused.body["error"]["field"], "mapping.columns.id");
}

#[tokio::test]
async fn a_quotation_mark_that_is_never_closed_ends_the_import_and_says_so() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let row = format!("c1,missed,2026-04-23T10:22:00Z,,{UNKNOWN},,,,,,,\n");
    let text = format!("{HEADINGS}\n{row}c2,missed,\"{}", row.repeat(40_000));
    let import = upload(&world, &root, "name=calls.csv", text).await.is(201).body["import"].clone();
    let failed = step(&world, &root, &import, "check").await;
    assert_eq!((&failed["state"], &failed["failure"]), (&json!("failed"), &json!("row_too_long")));
    let waiting = async || world.ask(&root, "GET", "/attention", None).await.is(200).body["imports"].clone();
    assert_eq!(waiting().await, 1, "it waits for an admin");
    let path = format!("/imports/{}?version={}", failed["id"].as_str().expect("an id"), failed["version"]);
    world.ask(&root, "DELETE", &path, None).await.is(204);
    assert_eq!(waiting().await, 0);
}

/// What the change log says of imports, newest first: the action, who, and the fields by name.
async fn told(world: &World, root: &Someone) -> Vec<(String, Value, Value)> {
    let log = world.ask(root, "GET", "/audit", None).await.is(200).body["entries"].clone();
    let log = log.as_array().expect("entries").clone();
    let of_imports = log.into_iter().filter(|entry| entry["subject"]["kind"] == "import");
    let said = of_imports.map(|entry| {
        let mut fields = json!({});
        for field in entry["fields"].as_array().expect("fields") {
            let name = field["field"].as_str().expect("a name");
            fields[name] =
                if field["after"].is_null() { field["before"].clone() } else { field["after"].clone() };
        }
        (entry["action"].as_str().expect("a word").to_owned(), entry["by"]["name"].clone(), fields)
    });
    said.collect()
}

#[tokio::test]
async fn that_calls_were_imported_and_what_it_came_to_stands_in_the_change_log() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let code = a_code(&world, &root).await;
    let import =
        upload(&world, &root, "name=calls.csv", some_rows(&code)).await.is(201).body["import"].clone();
    let checked = step(&world, &root, &import, "check").await;
    assert_eq!(told(&world, &root).await, [], "nothing is written yet");
    let done = step(&world, &root, &checked, "start").await;
    let log = told(&world, &root).await;
    let counts = json!({ "new": "4", "there": "1", "refused": "3" });
    assert_eq!(log[0], ("finished".to_owned(), Value::Null, counts));
    let file = json!({ "file": "calls.csv", "source": "talkdesk" });
    assert_eq!(log[1], ("started".to_owned(), json!("ROOT"), file));
    assert_eq!(log.len(), 2);
    let files = lines(&world, &root, "/export/imports.csv").await;
    let said = ["file", "source", "state", "new_calls", "known_calls", "refused_rows"]
        .map(|name| cell(&files[0], name));
    assert_eq!(said, ["calls.csv", "import:talkdesk", "done", "4", "1", "3"]);
    let path = format!("/imports/{}?version={}", done["id"].as_str().expect("an id"), done["version"]);
    world.ask(&root, "DELETE", &path, None).await.is(204);
    let removed = told(&world, &root).await.remove(0);
    assert_eq!(removed, ("removed".to_owned(), json!("ROOT"), json!({ "file": "calls.csv" })));
    // Another one is ended before it is at its end.
    let text = some_rows(&code).replace("a1,", "b1,");
    let import = upload(&world, &root, "name=more.csv", text).await.is(201).body["import"].clone();
    let mut import = step(&world, &root, &import, "check").await;
    for word in ["start", "cancel"] {
        let path = format!("/imports/{}/step", import["id"].as_str().expect("an id"));
        let body = json!({ "version": import["version"], "step": word });
        import = world.ask(&root, "POST", &path, Some(body)).await.is(200).body["import"].clone();
    }
    let log = told(&world, &root).await;
    assert_eq!([log[0].0.as_str(), log[1].0.as_str()], ["cancelled", "started"]);
    assert_eq!(log[0].2, json!({ "file": "more.csv" }));
    let elsewhere = world.sign_in(THERE, "root").await;
    assert_eq!(told(&world, &elsewhere).await, []);
}
