//! Tables as files: who may have which, what is in them, and that both forms say the same.

use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use axum::response::Response;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::http::MAX_TABLE_BYTES;
use server::ops::export::{MAX_FILES_AT_A_TIME, Table, columns};

/// Largest file a test reads, in bytes.
const MAX_FILE: usize = 1024 * 1024;

async fn file(world: &World, who: &Someone, path: &str) -> Response {
    let request = Request::builder()
        .uri(format!("/api/v1{path}"))
        .header(header::HOST, who.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", who.token));
    world.answer(request.body(Body::empty()).expect("a request")).await
}

pub(crate) async fn bytes(world: &World, who: &Someone, path: &str) -> (u16, Vec<u8>, String) {
    let answer = file(world, who, path).await;
    let status = answer.status().as_u16();
    let named = answer.headers().get(header::CONTENT_DISPOSITION).map(|name| name.to_str().expect("text"));
    let named = named.unwrap_or_default().to_owned();
    let bytes = to_bytes(answer.into_body(), MAX_FILE).await.expect("a body");
    (status, bytes.to_vec(), named)
}

/// The lines of a file of comma-separated values, cells by column.
pub(crate) async fn lines(world: &World, who: &Someone, path: &str) -> Vec<Vec<(String, String)>> {
    let (status, bytes, _) = bytes(world, who, path).await;
    assert_eq!(status, 200, "{path}");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let names: Vec<String> = reader.headers().expect("a heading").iter().map(str::to_owned).collect();
    let cells =
        |record: csv::StringRecord| names.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| cells(record.expect("a line"))).collect()
}

pub(crate) fn cell<'l>(line: &'l [(String, String)], name: &str) -> &'l str {
    let found = line.iter().find(|(one, _)| one == name);
    found.map_or_else(|| panic!("no column {name}"), |(_, value)| value.as_str())
}

async fn some_calls(world: &World) -> Someone {
    let ana = world.sign_in(HERE, "ana").await;
    for notes in ["=1+1", "two, \"quoted\"\nlines"] {
        world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = world.owed(&ana).await.remove(0);
        let body = entry(0, &first_code(&wrapup), notes);
        world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    }
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    ana
}

#[tokio::test]
async fn the_list_is_a_file_with_the_same_filters_for_whoever_sees_it() {
    let world = World::new().await;
    let ana = some_calls(&world).await;
    let sam = world.sign_in(HERE, "sam").await;
    let all = lines(&world, &sam, "/activities.csv").await;
    assert_eq!(all.len(), 3);
    let listed = world.ask(&sam, "GET", "/activities", None).await.is(200).body["activities"].clone();
    let ids: Vec<&str> =
        listed.as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(all.iter().map(|line| cell(line, "id")).collect::<Vec<_>>(), ids);
    // What a spreadsheet would reckon is a text, and what is quoted comes back whole.
    let logged = lines(&world, &sam, "/activities.csv?outcome=logged").await;
    let notes: Vec<&str> = logged.iter().map(|line| cell(line, "notes")).collect();
    assert_eq!(notes, ["two, \"quoted\"\nlines", "'=1+1"]);
    assert_eq!((cell(&logged[0], "agent_name"), cell(&logged[0], "recorded")), ("ANA", "true"));
    // An agent has the calls they had a part in, and cannot ask for another's.
    assert_eq!(lines(&world, &ana, "/activities.csv").await.len(), 2);
    assert_eq!(bytes(&world, &ana, "/activities.csv?agent=1002").await.0, 403);
    assert_eq!(bytes(&world, &sam, "/activities.csv?after=x").await.0, 422);
    let stranger = world.sign_in(THERE, "root").await;
    assert_eq!(lines(&world, &stranger, "/activities.csv").await.len(), 0);
    let (status, parquet, named) = bytes(&world, &sam, "/activities.parquet").await;
    assert_eq!((status, &parquet[..4], &parquet[parquet.len() - 4..]), (200, &b"PAR1"[..], &b"PAR1"[..]));
    assert!(
        named.starts_with("attachment; filename=\"bitacora-activities-") && named.ends_with(".parquet\"")
    );
}

#[tokio::test]
async fn everything_is_admins_and_has_the_columns_that_are_told_and_no_secrets() {
    let world = World::new().await;
    some_calls(&world).await;
    let (sam, root) = (world.sign_in(HERE, "sam").await, world.sign_in(HERE, "root").await);
    let told = world.ask(&root, "GET", "/export", None).await.is(200).body["tables"].clone();
    assert_eq!(told.as_array().map(Vec::len), Some(Table::ALL.len()));
    for table in Table::ALL {
        let (name, path) = (table.name(), format!("/export/{}", table.name()));
        assert_eq!(bytes(&world, &sam, &format!("{path}.csv")).await.0, 403, "{name}");
        let (status, file, _) = bytes(&world, &root, &format!("{path}.csv")).await;
        let heading = String::from_utf8_lossy(&file).lines().next().unwrap_or_default().to_owned();
        let names: Vec<&str> = columns(table).iter().map(|column| column.name.as_ref()).collect();
        assert_eq!((status, heading), (200, format!("\u{feff}{}", names.join(","))), "{name}");
        let (status, parquet, _) = bytes(&world, &root, &format!("{path}.parquet")).await;
        assert_eq!((status, &parquet[..4]), (200, &b"PAR1"[..]), "{name}");
        assert!(!String::from_utf8_lossy(&file).contains("argon2"), "{name}");
    }
    for unknown in ["/export/sessions.csv", "/export/people.xlsx", "/export/people"] {
        assert_eq!(bytes(&world, &root, unknown).await.0, 404, "{unknown}");
    }
    let count = async |table: &str| lines(&world, &root, &format!("/export/{table}.csv")).await.len();
    assert_eq!((count("activities").await, count("users").await), (3, 4));
    assert_eq!(count("people").await as i64, world.count("SELECT count(*) FROM person WHERE tenant_id = 1"));
    let parts = lines(&world, &root, "/export/parts.csv").await;
    let logged: Vec<_> = parts.iter().filter(|line| cell(line, "wrapup") == "logged").collect();
    assert_eq!((logged.len(), cell(logged[0], "agent")), (2, "1001"));
}

#[tokio::test]
async fn a_correction_is_a_line_a_field_beside_the_change_log() {
    let world = World::new().await;
    let ana = some_calls(&world).await;
    let root = world.sign_in(HERE, "root").await;
    let list = world.ask(&ana, "GET", "/activities?outcome=logged", None).await.is(200).body;
    let path = format!("/activities/{}", list["activities"][0]["id"].as_str().expect("an id"));
    let activity = world.ask(&ana, "GET", &path, None).await.is(200).body["activity"].clone();
    let body = json!({
        "revision": activity["revision"], "engagement": activity["engagements"][0]["id"], "notes": "put right",
        "reason": "a slip",
    });
    world.ask(&ana, "POST", &format!("{path}/corrections"), Some(body)).await.is(200);
    let made = lines(&world, &root, "/export/corrections.csv").await;
    assert_eq!(made.len(), 1);
    let said = ["field", "after", "by_name", "reason"].map(|name| cell(&made[0], name).to_owned());
    assert_eq!(said, ["notes", "put right", "ANA", "a slip"]);
    let changes = lines(&world, &root, "/export/changes.csv").await;
    let corrected = changes.iter().find(|line| cell(line, "action") == "corrected").expect("an entry");
    assert_eq!((cell(corrected, "subject"), cell(corrected, "field")), ("activity", "notes"));
}

#[tokio::test]
async fn the_table_of_a_chart_is_made_into_parquet_and_nothing_is_kept_of_it() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let table = json!({ "columns": ["Day", "Calls", "Share"], "rows": [["2026-01-01", 3, 0.5], ["2026-01-02", 0, ""]] });
    let made = async |who: &Someone, table: &Value| {
        world.ask(who, "POST", "/reports/table.parquet", Some(table.clone())).await
    };
    made(&ana, &table).await.is(403);
    made(&sam, &table).await.is(200);
    for (change, field) in [
        (json!({ "columns": [], "rows": [] }), "columns"),
        (json!({ "columns": vec!["x"; 601], "rows": [] }), "columns"),
        (json!({ "columns": ["x"], "rows": vec![[1]; 10_001] }), "rows"),
        (json!({ "columns": ["x"], "rows": [[1], [1, 2]] }), "rows.1"),
    ] {
        assert_eq!(made(&sam, &change).await.is(422).body["error"]["field"], field);
    }
}

#[tokio::test]
async fn a_table_may_be_larger_than_other_bodies_up_to_a_limit_of_its_own() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    // With `spare` bytes left of the limit.
    let table = |spare: usize| {
        let empty = json!({ "columns": ["x"], "rows": [[""]] }).to_string().len();
        json!({ "columns": ["x"], "rows": [["y".repeat(MAX_TABLE_BYTES - empty - spare)]] }).to_string()
    };
    let send = async |path: &str, body: Body, length: Option<usize>| {
        let request = Request::builder()
            .method("POST")
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, HERE)
            .header(header::AUTHORIZATION, format!("Bearer {}", sam.token))
            .header(header::CONTENT_TYPE, "application/json");
        let request = match length {
            Some(length) => request.header(header::CONTENT_LENGTH, length),
            None => request,
        };
        let answer = world.answer(request.body(body).expect("a request")).await;
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), 2 * MAX_TABLE_BYTES).await.expect("a body");
        (status, serde_json::from_slice::<Value>(&bytes).unwrap_or_default())
    };
    let path = "/reports/table.parquet";
    for declared in [false, true] {
        let length = |text: &str| declared.then_some(text.len());
        let (fits, over) = (table(0), table(0) + " ");
        assert_eq!(fits.len(), MAX_TABLE_BYTES);
        assert_eq!(send(path, Body::from(fits.clone()), length(&fits)).await.0, 200);
        let (status, refused) = send(path, Body::from(over.clone()), length(&over)).await;
        assert_eq!((status, &refused["error"]["code"]), (413, &json!("too_large")));
        assert_eq!(refused["error"]["detail"]["limit_bytes"], MAX_TABLE_BYTES);
        // No other path takes as much.
        assert_eq!(send("/reports/saved", Body::from(fits.clone()), length(&fits)).await.0, 413);
    }
}

#[tokio::test]
async fn only_so_many_files_are_on_their_way_to_somebody_at_a_time() {
    let world = World::new().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let mut coming = Vec::new();
    for ending in ["csv", "parquet"].into_iter().cycle().take(MAX_FILES_AT_A_TIME) {
        coming.push(file(&world, &root, &format!("/activities.{ending}")).await);
    }
    assert!(coming.iter().all(|answer| answer.status() == 200));
    for path in ["/activities.csv", "/export/changes.parquet"] {
        assert_eq!(world.ask(&root, "GET", path, None).await.is(429).code(), "too_many_files", "{path}");
    }
    assert_eq!(bytes(&world, &ana, "/activities.csv").await.0, 200, "others have theirs");
    // One has come, another is stopped before it has.
    to_bytes(coming.remove(0).into_body(), MAX_FILE).await.expect("a file");
    coming.remove(0);
    for _ in 0..2 {
        coming.push(file(&world, &root, "/export/changes.csv").await);
    }
    assert!(coming.iter().all(|answer| answer.status() == 200));
    assert_eq!(file(&world, &root, "/activities.csv").await.status(), 429);
}
