//! The completeness ledger, end to end: recorded sessions of a real phone system against the files that it wrote meanwhile.

mod captures;
mod files;
mod ledger;
mod twice;

use crate::world::{Answer, HERE, Someone, World};
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use server::ops::ingest::Ingest;
use server::settings::{SourceKind, SourceSettings};
use server::worker::imports::work;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use telephony::endpoints::{EndpointMap, EndpointSettings};

/// Days that hold every recorded session.
pub(crate) const DAYS: &str = "from=2026-11-22&until=2026-11-22&zone=UTC";

/// The recorded sessions in which anybody was called, by name.
pub(crate) fn captures() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the captures").map(|entry| entry.expect("one").path());
    let with_calls = entries.filter(|path| path.join("cdr.csv").exists());
    let mut names: Vec<String> =
        with_calls.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names.len(), 43, "each of them, or nothing is shown");
    names
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures")
}

pub(crate) fn recorded(name: &str, file: &str) -> String {
    std::fs::read_to_string(folder().join(name).join(file)).expect("a recorded file")
}

fn endpoints() -> EndpointSettings {
    let text = std::fs::read_to_string(folder().join("endpoints.toml")).expect("the endpoints");
    toml::from_str(&text).expect("endpoints")
}

/// A world with a phone system for each of these names.
pub(crate) async fn world_of(names: &[String]) -> World {
    World::with(|tenant| {
        let kind = || SourceKind::Recording { files: vec![], speed: 0.0 };
        let sources = names.iter().map(|name| SourceSettings::new(name, kind(), endpoints()));
        tenant.sources = sources.collect();
    })
    .await
}

/// A connection to one of them.
pub(crate) async fn connected(world: &World, source: &str) -> Ingest {
    let map = EndpointMap::try_from(&endpoints()).expect("endpoints");
    let tenant = Arc::clone(world.tenant(HERE));
    let ingest = Ingest::resume(Arc::clone(&world.app), tenant, source, map).await;
    let mut ingest = ingest.expect("taken up");
    ingest.connected();
    ingest
}

/// Has a phone system say these bytes of a session, and then nothing for a minute.
pub(crate) async fn says(world: &World, source: &str, bytes: &[u8]) {
    use server::clock::Surroundings;
    let mut ingest = connected(world, source).await;
    ingest.take(bytes, world.clock.now()).await.expect("taken in");
    let later = domain::id::At(world.clock.now().0 + 120_000_000);
    ingest.tick(later).await.expect("settled");
}

pub(crate) async fn upload(world: &World, who: &Someone, query: &str, text: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(format!("/api/v1/completeness/files?{query}"))
        .header(header::HOST, who.host)
        .header(header::AUTHORIZATION, format!("Bearer {}", who.token))
        .header(header::CONTENT_TYPE, "text/plain");
    world.send(request.body(text.into()).expect("a request")).await
}

/// What comparing a file finds.
pub(crate) async fn compared(world: &World, who: &Someone, source: &str, kind: &str, text: String) -> Value {
    let query = format!("name={source}.{kind}&source={source}&kind={kind}&zone=UTC");
    let file = upload(world, who, &query, text).await.is(201).body["file"].clone();
    work(&world.app, world.tenant(HERE)).await.expect("compared");
    let files = world.ask(who, "GET", "/completeness/files", None).await.is(200).body["files"].clone();
    let files = files.as_array().expect("files").clone();
    let found = files.into_iter().find(|one| one["id"] == file["id"]).expect("the file");
    assert_eq!(found["state"], "done", "{found}");
    found
}

/// The counts of a phone system over all days.
pub(crate) async fn counts(world: &World, who: &Someone, source: &str) -> Value {
    let ledger = world.ask(who, "GET", &format!("/completeness?{DAYS}"), None).await.is(200).body;
    let day = &ledger["completeness"]["days"][0];
    let sources = day["sources"].as_array().expect("sources").clone();
    let found = sources.into_iter().find(|one| one["source"] == source);
    found.map_or(json!({ "known": 0, "missing": 0, "activities": 0, "from_file": 0, "gaps": 0 }), |one| {
        one["counts"].clone()
    })
}

/// Missing calls of a phone system, as they are listed.
pub(crate) async fn missing(world: &World, who: &Someone, source: &str) -> Vec<Value> {
    let path = format!("/completeness/missing?{DAYS}");
    let calls = world.ask(who, "GET", &path, None).await.is(200).body["calls"].clone();
    let calls = calls.as_array().expect("calls").iter().filter(|call| call["source"] == source);
    calls.cloned().collect()
}

/// Makes missing calls ours; answers what became of each.
pub(crate) async fn make(world: &World, who: &Someone, calls: &[Value]) -> Vec<String> {
    if calls.is_empty() {
        return vec![];
    }
    let ids: Vec<_> = calls.iter().map(|call| call["call"]["id"].clone()).collect();
    let body = json!({ "calls": ids });
    let made = world.ask(who, "POST", "/completeness/missing/make", Some(body)).await.is(200).body;
    let made = made["calls"].as_array().expect("calls").clone();
    made.iter().map(|one| one["became"].as_str().expect("a word").to_owned()).collect()
}
