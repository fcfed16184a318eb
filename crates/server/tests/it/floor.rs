//! The floor: what every agent is doing, who waits and what is too long, by what is stored, of one's own tenant.

use crate::phone_line::PhoneLine;
use crate::world::{CALLER, HERE, Someone, THERE, World};
use domain::commit::{Change, Commit};
use domain::duty::{AgentMode, Mode};
use domain::id::{AgentKey, At};
use futures_util::{SinkExt, StreamExt};
use sandbox::pbx::Scenario;
use sandbox::pbx::obedient::{Begins, Habits, Handset, ObedientPbx, PbxSettings};
use sandbox::people::Callers;
use sandbox::{DEMO_SEED, centre};
use serde_json::{Value, json};
use server::settings::{AmiSettings, Control, SourceKind, SourceSettings, TenantSettings};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

const LOGIN: &[u8] = b"Action: Login\r\nUsername: bitacora\r\nSecret: not-a-secret-demo\r\n\r\n";
/// How long people take for anything.
const MOMENT_MS: i64 = 2_000;
/// Longer than any message takes; a test that waits so long has failed.
const DEADLINE: Duration = Duration::from_secs(20);

/// A centre in which nobody does anything by themselves, and Sam who looks after it.
pub(crate) struct Hall {
    pub(crate) world: World,
    pub(crate) sam: Someone,
    pub(crate) line: PhoneLine,
    pub(crate) now: At,
    pbx: ObedientPbx,
}

fn asterisk(controls: &[Control]) -> impl FnOnce(&mut TenantSettings) {
    let ami = AmiSettings {
        controls: controls.iter().copied().collect(),
        ..AmiSettings::at("127.0.0.1:1", "bitacora", "not-a-secret-demo")
    };
    move |tenant| {
        tenant.sources =
            vec![SourceSettings::new("pbx", SourceKind::Ami(ami), centre::endpoints(&centre::agents()))];
    }
}

impl Hall {
    pub(crate) async fn with(controls: &[Control]) -> Hall {
        let world = World::with_both(asterisk(controls), asterisk(controls)).await;
        let sam = world.sign_in(HERE, "sam").await;
        let line = PhoneLine::obedient(&world, world.tenant(HERE).id);
        let now = world.app.around.now();
        let settings = PbxSettings {
            calls_per_minute: 0.0,
            begins: Begins::default(),
            habits: Habits::PLAIN,
            agents_act: false,
            ..PbxSettings::demo(DEMO_SEED, Callers::of_sample(DEMO_SEED, 50))
        };
        let mut pbx = ObedientPbx::new(settings, now);
        let mut greeting = pbx.connect(now);
        greeting.extend(pbx.receive(now, LOGIN));
        world.read_bytes(HERE, &greeting).await;
        Hall { world, sam, line, now, pbx }
    }

    /// Somebody calls a ring group in which only these agents take calls.
    pub(crate) async fn rings_at(&mut self, agents: &[&str]) {
        let mut bytes = Vec::new();
        for agent in centre::agents().iter().filter(|agent| !agents.contains(&agent.extension.as_str())) {
            self.pbx.pause_by_hand(self.now, &agent.extension, "lunch");
        }
        bytes.extend(self.pbx.call_in(self.now, CALLER, centre::RING_GROUPS[0].did).expect("a line is free"));
        self.pass(bytes).await;
    }

    /// Presses a key of an agent's phone.
    pub(crate) async fn presses(&mut self, agent: &str, key: &Handset) {
        let bytes = self.pbx.handset(self.now, agent, key).expect("the key does something");
        self.pass(bytes).await;
    }

    /// Time passes, and the server reads what the phone system says.
    pub(crate) async fn pass(&mut self, mut bytes: Vec<u8>) {
        self.now = self.now.plus_millis(MOMENT_MS);
        bytes.extend(self.pbx.advance(self.now).into_iter().flat_map(|(_, frame)| frame));
        self.world.read_bytes(HERE, &bytes).await;
        self.sam = self.world.sign_in(HERE, "sam").await;
    }

    pub(crate) async fn floor(&self) -> Value {
        floor(&self.world, &self.sam).await
    }
}

pub(crate) async fn floor(world: &World, who: &Someone) -> Value {
    world.ask(who, "GET", "/floor", None).await.is(200).body["floor"].clone()
}

/// An agent on the floor.
pub(crate) fn on(floor: &Value, agent: &str) -> Value {
    let agents = floor["agents"].as_array().expect("agents");
    agents.iter().find(|one| one["agent"] == agent).cloned().unwrap_or_else(|| panic!("{agent}: {floor}"))
}

#[tokio::test]
async fn a_caller_waits_then_rings_then_is_talked_to_and_the_agent_sums_up() {
    let mut hall = Hall::with(&[]).await;
    hall.rings_at(&[]).await;
    let floor = hall.floor().await;
    let waits = &floor["waiting"][0];
    assert_eq!(
        (&waits["number_display"], &waits["ring_group"], &waits["rings_at"]),
        (&json!("+34 600 11 12 22"), &json!("Ventas"), &json!(0))
    );
    assert_eq!(
        floor["ring_groups"],
        json!([{ "ring_group": "Ventas", "waiting": 1, "waiting_since": waits["since"], "talking": 0 }])
    );
    let alert = &floor["alerts"][0];
    assert_eq!(
        (&alert["kind"], &alert["since"], &alert["call"]),
        (&json!("long_wait"), &waits["since"], &waits["call"])
    );
    assert_eq!(hall.world.count("SELECT count(*) FROM call WHERE waiting_since IS NOT NULL"), 1);

    let mut hall = Hall::with(&[]).await;
    hall.rings_at(&["1001"]).await;
    let rings = hall.floor().await;
    let ana = on(&rings, "1001");
    assert_eq!(
        (&ana["state"], &ana["calls"][0]["state"], &rings["waiting"][0]["rings_at"]),
        (&json!("ringing"), &json!("ringing"), &json!(1))
    );
    assert_eq!((&ana["agent_name"], &ana["calls"][0]["can_listen"]), (&json!("ANA"), &json!(false)));

    hall.presses("1001", &Handset::Answer).await;
    let talks = hall.floor().await;
    let ana = on(&talks, "1001");
    assert_eq!((&ana["state"], &ana["calls"][0]["state"]), (&json!("on_call"), &json!("connected")));
    assert_eq!(
        (&talks["waiting"], &talks["alerts"], &talks["ring_groups"][0]["talking"]),
        (&json!([]), &json!([]), &json!(1))
    );
    assert_eq!(hall.world.count("SELECT count(*) FROM call WHERE waiting_since IS NOT NULL"), 0);

    hall.presses("1001", &Handset::HangUp).await;
    let owes = hall.floor().await;
    let ana = on(&owes, "1001");
    assert_eq!(
        (&ana["state"], &ana["calls"], &owes["ring_groups"]),
        (&json!("after_call_work"), &json!([]), &json!([]))
    );
    let alert = &owes["alerts"][0];
    assert_eq!(
        (&alert["kind"], &alert["agent"], &alert["agent_name"], &alert["since"]),
        (&json!("acw_overrun"), &json!("1001"), &json!("ANA"), &ana["since"])
    );
}

#[tokio::test]
async fn alerts_say_from_when_on_they_stand_by_the_settings_and_go_when_it_is_settled() {
    let world = World::new().await;
    let (sam, root, ana) = (
        world.sign_in(HERE, "sam").await,
        world.sign_in(HERE, "root").await,
        world.sign_in(HERE, "ana").await,
    );
    world.play(HERE, Scenario::Answered, CALLER).await;
    let alert = floor(&world, &sam).await["alerts"][0].clone();
    let after = |alert: &Value| {
        let second = |name: &str| {
            alert[name].as_str().expect("a time").parse::<jiff::Timestamp>().expect("a time").as_second()
        };
        second("from") - second("since")
    };
    assert_eq!((&alert["kind"], after(&alert)), (&json!("acw_overrun"), 180));
    let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
    assert_eq!(centre["alerts"], json!({ "acw_s": 180, "wait_s": 60 }));
    for (seconds, expected) in [(json!(30), Some(30)), (Value::Null, None)] {
        centre["alerts"]["acw_s"] = seconds;
        centre = world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200).body["centre"].clone();
        let alerts = floor(&world, &sam).await["alerts"].clone();
        assert_eq!(alerts.get(0).map(after), expected);
    }
    centre["alerts"]["acw_s"] = json!(86_401);
    let refused = world.ask(&root, "PUT", "/centre", Some(centre.clone())).await.is(422);
    assert_eq!(refused.body["error"]["field"], "alerts.acw_s");
    centre["alerts"]["acw_s"] = json!(30);
    world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
    let owed = world.owed(&ana).await.remove(0);
    let body = json!({ "revision": 0, "reason": null });
    world.ask(&ana, "POST", &crate::world::path_of(&owed, "do-not-log"), Some(body)).await.is(200);
    assert_eq!(floor(&world, &sam).await["alerts"], json!([]));
}

#[tokio::test]
async fn the_floor_is_for_supervisors_and_each_tenant_sees_its_own() {
    let mut hall = Hall::with(&[]).await;
    hall.rings_at(&["1001"]).await;
    hall.presses("1001", &Handset::Answer).await;
    let stranger = hall.world.sign_in(THERE, "sam").await;
    let theirs = floor(&hall.world, &stranger).await;
    assert_eq!(
        (&on(&theirs, "1001")["state"], &theirs["waiting"], &theirs["alerts"]),
        (&json!("available"), &json!([]), &json!([]))
    );
    assert_eq!((&theirs["ring_groups"], &on(&theirs, "1001")["calls"]), (&json!([]), &json!([])));
    let ana = hall.world.sign_in(HERE, "ana").await;
    hall.world.ask(&ana, "GET", "/floor", None).await.is(403);
    let nobody = Someone { host: HERE, token: String::new() };
    hall.world.ask(&nobody, "GET", "/floor", None).await.is(401);
}

#[tokio::test]
async fn who_is_away_says_why_and_whoever_has_no_user_is_there_while_they_have_a_call() {
    let mut hall = Hall::with(&[]).await;
    let mode = AgentMode {
        agent: AgentKey("1002".to_owned()),
        mode: Mode::Away { reason: "Lunch".to_owned() },
        since: hall.now,
        version: 1,
    };
    let tenant = hall.world.tenant(HERE).id;
    hall.world
        .app
        .store
        .commit(Commit::of(tenant, vec![Change::Mode(Box::new(mode))]))
        .await
        .expect("written");
    let ben = on(&hall.floor().await, "1002");
    assert_eq!((&ben["state"], &ben["reason"]), (&json!("away"), &json!("Lunch")));
    let agents = |floor: &Value| -> Vec<String> {
        let all = floor["agents"].as_array().expect("agents").iter();
        all.filter_map(|agent| agent["agent"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(agents(&hall.floor().await), ["1001", "1002"]);
    hall.rings_at(&["1005"]).await;
    let rings = hall.floor().await;
    assert_eq!((agents(&rings).len(), &on(&rings, "1005")["agent_name"]), (3, &Value::Null));
}

/// A supervisor's connection.
struct Feed {
    socket: tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>,
}

impl Feed {
    async fn open(address: &str, who: &Someone, scope: &str) -> Feed {
        let (mut socket, _) = connect_async(format!("ws://{address}/api/v1/live")).await.expect("connected");
        let hello = json!({ "token": who.token, "floor": scope });
        socket.send(Message::text(hello.to_string())).await.expect("said hello");
        Feed { socket }
    }

    async fn says(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.expect("sent");
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

    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.message().await.expect("the feed goes on");
            if wanted(&message) {
                return message;
            }
        }
    }
}

#[tokio::test]
async fn supervisors_are_told_the_floor_as_it_changes_or_its_alerts_alone() {
    let world = World::new().await;
    let address = world.listen().await;
    let (sam, root, stranger) = (
        world.sign_in(HERE, "sam").await,
        world.sign_in(HERE, "root").await,
        world.sign_in(THERE, "sam").await,
    );
    let mut whole = Feed::open(&address, &sam, "whole").await;
    let mut alerts = Feed::open(&address, &root, "alerts").await;
    let mut other = Feed::open(&address, &stranger, "alerts").await;
    let first = whole.message().await.expect("at once");
    assert_eq!(
        (&first["type"], &on(&first["floor"], "1001")["state"]),
        (&json!("floor"), &json!("available"))
    );
    let none = alerts.message().await.expect("at once");
    assert_eq!((&none["type"], &none["alerts"], none.get("floor")), (&json!("alerts"), &json!([]), None));
    assert_eq!(other.message().await.expect("at once")["alerts"], json!([]));
    world.play(HERE, Scenario::Answered, CALLER).await;
    whole.until(|told| on(&told["floor"], "1001")["state"] == "after_call_work").await;
    alerts.until(|told| told["alerts"][0]["agent"] == "1001").await;
    // What one tenant does is nothing to another: the next that they hear is what they asked for.
    other.says(json!({ "type": "ping" })).await;
    assert_eq!(other.message().await.expect("an answer")["type"], "pong");
    alerts.says(json!({ "type": "floor", "floor": "whole" })).await;
    let more = alerts.until(|told| told["type"] == "floor").await;
    assert_eq!(on(&more["floor"], "1001")["state"], "after_call_work");
}

#[tokio::test]
async fn no_floor_is_told_to_an_agent_or_without_a_token() {
    let world = World::new().await;
    let address = world.listen().await;
    let ana = world.sign_in(HERE, "ana").await;
    let mut feed = Feed::open(&address, &ana, "whole").await;
    assert_eq!(feed.message().await.expect("an answer"), json!({ "type": "forbidden" }));
    assert_eq!(feed.message().await, None, "the connection ends");
    let nobody = Someone { host: HERE, token: "made up".to_owned() };
    let mut feed = Feed::open(&address, &nobody, "alerts").await;
    assert_eq!(feed.message().await.expect("an answer"), json!({ "type": "unauthenticated" }));
}
