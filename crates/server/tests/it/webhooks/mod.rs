//! Other programs are told of calls: signed, at least once, by addresses that may be called, and nobody waits for one that is
//! slow.

mod addresses;
mod encrypted;
mod receiver;
mod secrets;
mod telling;

use crate::world::{Answer, CALLER, HERE, Someone, World, entry, first_code, path_of};
use domain::notice::NoticeKind;
use receiver::Receiver;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::webhooks::tell::tell_all_due;
use server::outgoing::lanes::Lanes;
use server::outgoing::send::Sender;
use server::settings::OutgoingWebhooks;
use std::sync::Arc;
use std::time::Duration;

/// What the worlds of tests are set to: receivers are on this very machine, and unencrypted.
pub(crate) fn settings() -> OutgoingWebhooks {
    let networks = vec!["127.0.0.0/8".to_owned().try_into().expect("a network")];
    OutgoingWebhooks { allow_http: true, networks, ..OutgoingWebhooks::default() }
}

/// Long enough for any answer that comes.
const PATIENT: Duration = Duration::from_secs(60);

fn sender(within: Duration) -> Arc<Sender> {
    Arc::new(Sender::new(&settings()).expect("a sender").within(within))
}

/// Tells all that is due, as after a start.
async fn tell(world: &World, host: &str) -> usize {
    let mut lanes = Lanes::default();
    tell_all_due(&world.app, world.tenant(host), &sender(PATIENT), &mut lanes).await.expect("told")
}

/// Registers a receiver for everything; answers the endpoint and its secret.
async fn registered(world: &World, root: &Someone, receiver: &Receiver) -> (Value, String) {
    let types: Vec<&str> = NoticeKind::ASKED_FOR.into_iter().map(NoticeKind::word).collect();
    let body = json!({ "name": "ERP", "url": receiver.url(), "types": types });
    let made = world.ask(root, "POST", "/webhooks", Some(body)).await.is(201).body;
    (made["webhook"].clone(), made["secret"].as_str().expect("a secret").to_owned())
}

/// Ana's call, logged with these notes.
async fn logged(world: &World, host: &'static str, notes: &str) -> Value {
    let ana = world.sign_in(host, "ana").await;
    world.play(host, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let body = entry(0, &first_code(&wrapup), notes);
    world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200).body["activity"].clone()
}

async fn deliveries(world: &World, webhook: &Value, query: &str) -> Vec<Value> {
    let path = format!("/webhooks/{}/deliveries{query}", webhook["id"].as_str().expect("an id"));
    let page = ask(world, "GET", &path, None).await.is(200).body;
    page["deliveries"].as_array().cloned().unwrap_or_default()
}

/// Asks as an admin who signs in just now: tests let days pass.
async fn ask(world: &World, method: &str, path: &str, body: Option<Value>) -> Answer {
    let root = world.sign_in(HERE, "root").await;
    world.ask(&root, method, path, body).await
}

async fn webhook(world: &World) -> Value {
    ask(world, "GET", "/webhooks", None).await.is(200).body["webhooks"][0].clone()
}

/// How many webhooks wait for an admin.
async fn amiss(world: &World) -> Value {
    ask(world, "GET", "/attention", None).await.is(200).body["webhooks"].clone()
}

fn path(webhook: &Value, verb: &str) -> String {
    format!("/webhooks/{}{verb}", webhook["id"].as_str().expect("an id"))
}

/// A world, its admin, and a receiver that is told everything.
async fn told_everything() -> (World, Someone, Receiver, Value, String) {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let receiver = Receiver::open().await;
    let (webhook, secret) = registered(&world, &root, &receiver).await;
    (world, root, receiver, webhook, secret)
}
