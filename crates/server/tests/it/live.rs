//! The live feed over a real socket: a snapshot at once, another after every commit that concerns the agent,
//! none of anybody else's, and nothing without a token.

use crate::inbox::{acw, worker_looks};
use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use futures_util::{SinkExt, StreamExt};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::day_turn::DayShown;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than any message takes; a test that waits so long has failed.
const DEADLINE: Duration = Duration::from_secs(20);

struct Panel {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Panel {
    async fn open(address: &str, who: &Someone) -> Panel {
        Panel::greet(address, json!({ "token": who.token, "version": null })).await
    }

    async fn greet(address: &str, hello: Value) -> Panel {
        let (mut socket, _) = connect_async(format!("ws://{address}/api/v1/live")).await.expect("connected");
        socket.send(Message::text(hello.to_string())).await.expect("said hello");
        Panel { socket }
    }

    async fn message(&mut self) -> Option<Value> {
        loop {
            match timeout(DEADLINE, self.socket.next()).await.expect("a message in time") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).ok(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The first snapshot that is as wanted.
    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.message().await.expect("the feed goes on");
            if wanted(&message["panel"]) {
                return message["panel"].clone();
            }
        }
    }
}

#[tokio::test]
async fn a_panel_gets_its_state_at_once_and_after_every_commit_that_concerns_it() {
    let world = World::new().await;
    let address = world.listen().await;
    let ana = world.sign_in(HERE, "ana").await;
    let mut panel = Panel::open(&address, &ana).await;
    let first = panel.until(|_| true).await;
    assert_eq!((first["agent"]["state"].as_str(), &first["wrapups"]), (Some("available"), &json!([])));
    world.play(HERE, Scenario::Answered, CALLER).await;
    let owes = panel.until(|panel| panel["wrapups"].as_array().is_some_and(|all| all.len() == 1)).await;
    assert_eq!(owes["agent"]["state"], "after_call_work");
    assert!(owes["version"].as_u64() > first["version"].as_u64(), "versions grow");
    let wrapup = &owes["wrapups"][0];
    world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(entry(0, &first_code(wrapup), ""))).await.is(200);
    let done = panel.until(|panel| panel["wrapups"] == json!([])).await;
    assert_eq!(done["agent"]["state"], "available");
}

#[tokio::test]
async fn p09_a_panel_that_nobody_sees_hears_of_everything_and_counts_as_none() {
    let world = World::new().await;
    let address = world.listen().await;
    let ana = world.sign_in(HERE, "ana").await;
    let hello = json!({ "token": ana.token, "version": null, "unseen": true });
    let mut unseen = Panel::greet(&address, hello).await;
    assert_eq!(unseen.until(|_| true).await["instances"], 0);
    let mut seen = Panel::open(&address, &ana).await;
    assert_eq!(seen.until(|_| true).await["instances"], 1);
    unseen.until(|panel| panel["instances"] == 1).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    for panel in [&mut unseen, &mut seen] {
        let owes = panel.until(|panel| panel["wrapups"].as_array().is_some_and(|all| all.len() == 1)).await;
        assert_eq!(owes["instances"], 1);
    }
}

#[tokio::test]
async fn a_client_that_asks_whether_it_is_heard_is_answered() {
    let world = World::new().await;
    let address = world.listen().await;
    let ana = world.sign_in(HERE, "ana").await;
    let mut panel = Panel::open(&address, &ana).await;
    panel.until(|_| true).await;
    panel.socket.send(Message::text(r#"{"type":"ping"}"#)).await.expect("sent");
    assert_eq!(panel.message().await.expect("an answer")["type"], "pong");
}

#[tokio::test]
async fn two_panels_of_one_agent_show_the_same_draft() {
    let world = World::new().await;
    let address = world.listen().await;
    let ana = world.sign_in(HERE, "ana").await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let mut other_tab = Panel::open(&address, &ana).await;
    let shown = other_tab.until(|_| true).await;
    let draft = json!({ "revision": 0, "notes": "typed in the first tab" });
    world.ask(&ana, "PUT", &path_of(&shown["wrapups"][0], "draft"), Some(draft)).await.is(200);
    let shown = other_tab.until(|panel| panel["wrapups"][0]["draft"]["revision"] == 1).await;
    assert_eq!(shown["wrapups"][0]["draft"]["notes"], "typed in the first tab");
}

#[tokio::test]
async fn panels_are_told_of_a_draft_that_their_own_list_has_no_room_for() {
    let world = World::new().await;
    let address = world.listen().await;
    acw(&world, json!({ "seconds": 30, "on_expiry": "close" })).await;
    for _ in 0..11 {
        world.play(HERE, Scenario::Answered, CALLER).await;
    }
    worker_looks(&world, &["1001"], "1001").await;
    let (ana, ben) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "ben").await);
    let first = world.ask(&ana, "GET", "/wrapups", None).await.is(200).body["wrapups"][0].clone();
    let mut other_tab = Panel::open(&address, &ana).await;
    let mut another_agent = Panel::open(&address, &ben).await;
    let shown = other_tab.until(|_| true).await;
    let theirs = another_agent.until(|_| true).await;
    let listed = shown["wrapups"].as_array().cloned().unwrap_or_default();
    assert!(listed.iter().all(|wrapup| wrapup["id"] != first["id"]), "its list has no room for it");
    let draft = json!({ "revision": 0, "notes": "typed in the first tab" });
    world.ask(&ana, "PUT", &path_of(&first, "draft"), Some(draft)).await.is(200);
    let told = other_tab.until(|panel| panel["version"].as_u64() > shown["version"].as_u64()).await;
    assert_eq!(told["wrapups"], shown["wrapups"], "nothing of its own list changed");
    let path = path_of(&first, "");
    let one = world.ask(&ana, "GET", path.trim_end_matches('/'), None).await.is(200).body["wrapup"].clone();
    assert_eq!(
        (&one["draft"]["revision"], &one["draft"]["notes"]),
        (&json!(1), &json!("typed in the first tab"))
    );
    // What is next at another agent's is their own.
    world
        .ask(
            &ben,
            "PUT",
            "/me/mode",
            Some(json!({ "mode": "away", "reason": theirs["away_reasons"][0]["en"] })),
        )
        .await
        .is(204);
    let next = another_agent.until(|panel| panel["version"] != theirs["version"]).await;
    assert_eq!(next["agent"]["state"], "away");
}

#[tokio::test]
async fn p14_a_panel_that_is_open_shows_the_codes_of_a_day_once_it_begins() {
    let world = World::new().await;
    let address = world.listen().await;
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    let tenant = world.tenant(HERE);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let first = world.owed(&ana).await.remove(0)["codes"].clone();
    let shows = |panel: &Value, label: &str| {
        let codes = panel["wrapups"][0]["codes"].as_array().cloned().unwrap_or_default();
        codes.iter().any(|code| code["label"]["en"] == label)
    };
    let sets = world.ask(&root, "GET", "/dispositions", None).await.is(200).body["sets"].clone();
    let of_first = |set: &&Value| set["codes"][0]["id"] == first[0]["id"];
    let set = sets.as_array().expect("sets").iter().find(of_first).expect("a set")["id"].clone();
    let path = format!("/dispositions/{}/codes", set.as_str().expect("an id"));
    let label = json!({ "es": "Mañana", "en": "Tomorrow" });
    let body = json!({ "label": label, "traits": { "valid_from": "2026-11-24" } });
    world.ask(&root, "POST", &path, Some(body)).await.is(201);
    let mut shown = DayShown::today(&world.app, tenant);
    let mut panel = Panel::open(&address, &ana).await;
    assert!(!shows(&panel.until(|_| true).await, "Tomorrow"));
    assert!(!shown.look(&world.app, tenant), "it is the same day");
    // Where the centre is, it is a quarter past three in the night.
    world.clock.advance(21 * 3_600);
    assert!(shown.look(&world.app, tenant));
    panel.until(|panel| shows(panel, "Tomorrow")).await;
    assert!(!shown.look(&world.app, tenant), "once a day");
}

#[tokio::test]
async fn the_same_agent_key_of_another_tenant_hears_nothing() {
    let world = World::new().await;
    let address = world.listen().await;
    let (here, there) = (world.sign_in(HERE, "ana").await, world.sign_in(THERE, "ana").await);
    let mut stranger = Panel::open(&address, &there).await;
    stranger.until(|_| true).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    assert_eq!(world.owed(&here).await.len(), 1);
    // What comes next at the stranger's is the stranger's own.
    world.play(THERE, Scenario::Answered, "+34600999888").await;
    let next = stranger.until(|panel| panel["wrapups"] != json!([])).await;
    assert_eq!(next["wrapups"][0]["call"]["number"], "+34600999888");
}

#[tokio::test]
async fn without_a_token_that_holds_the_feed_says_so_and_ends() {
    let world = World::new().await;
    let address = world.listen().await;
    for token in ["", "nonsense"] {
        let nobody = Someone { host: HERE, token: token.to_owned() };
        let mut panel = Panel::open(&address, &nobody).await;
        assert_eq!(panel.message().await.expect("an answer")["type"], "unauthenticated");
        assert!(panel.message().await.is_none());
    }
    // An admin who is no agent has no panel to listen to.
    let root = world.sign_in(HERE, "root").await;
    assert_eq!(Panel::open(&address, &root).await.message().await.expect("an answer")["type"], "no_agent");
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_the_feed() {
    let world = World::new().await;
    let address = world.listen().await;
    let mut request = format!("ws://{address}/api/v1/live").into_client_request().expect("a request");
    request.headers_mut().insert("origin", "https://elsewhere.example".parse().expect("a value"));
    match connect_async(request).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status().as_u16(), 403),
        other => panic!("connected: {:?}", other.map(|_| ())),
    }
}

#[tokio::test]
async fn a_server_that_stops_lets_its_panels_go() {
    let world = World::new().await;
    let address = world.listen().await;
    let ana = world.sign_in(HERE, "ana").await;
    let mut panel = Panel::open(&address, &ana).await;
    panel.until(|_| true).await;
    world.app.hub.stop();
    assert!(panel.message().await.is_none());
}
