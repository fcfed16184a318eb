//! What an agent asks of a call of theirs, told to a phone system that obeys, and what their panel shows of it.

use crate::phone_line::{PhoneLine, sent};
use crate::world::{Answer, CALLER, HERE, Someone, THERE, World};
use domain::id::At;
use sandbox::pbx::obedient::{Begins, Habits, ObedientPbx, PbxSettings};
use sandbox::people::Callers;
use sandbox::{DEMO_SEED, centre};
use serde_json::{Value, json};
use server::settings::{AmiSettings, Control, NotifyPhones, SourceKind, SourceSettings, TenantSettings};

const LOGIN: &[u8] = b"Action: Login\r\nUsername: bitacora\r\nSecret: not-a-secret-demo\r\n\r\n";
/// How long people take for anything.
const MOMENT_MS: i64 = 2_000;

/// An Asterisk that may be told this; agents' phones obey NOTIFY where `notify` says so.
fn asterisk(controls: &[Control], notify: bool) -> impl FnOnce(&mut TenantSettings) {
    let ami = AmiSettings {
        controls: controls.iter().copied().collect(),
        notify_phones: if notify { NotifyPhones::everybody() } else { NotifyPhones::default() },
        ..AmiSettings::at("127.0.0.1:1", "bitacora", "not-a-secret-demo")
    };
    move |tenant| {
        tenant.sources =
            vec![SourceSettings::new("pbx", SourceKind::Ami(ami), centre::endpoints(&centre::agents()))];
    }
}

/// Ana at her desk, and a phone system in which nobody does anything by themselves.
struct Desk {
    world: World,
    ana: Someone,
    line: PhoneLine,
    pbx: ObedientPbx,
    now: At,
}

impl Desk {
    async fn with(controls: &[Control], notify: bool) -> Desk {
        let world = World::with(asterisk(controls, notify)).await;
        let ana = world.sign_in(HERE, "ana").await;
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
        Desk { world, ana, line, pbx, now }
    }

    /// Somebody calls Ana's own number.
    async fn rings(&mut self) {
        let direct = centre::agents()[0].direct.clone();
        let bytes = self.pbx.call_in(self.now, CALLER, &direct).expect("a line is free");
        self.pass(bytes).await;
    }

    /// Somebody calls a ring group in which nobody but Ana takes calls.
    async fn rings_in_group(&mut self) {
        let mut bytes = Vec::new();
        for colleague in &centre::agents()[1..] {
            self.pbx.pause_by_hand(self.now, &colleague.extension, "lunch");
        }
        bytes.extend(self.pbx.call_in(self.now, CALLER, centre::RING_GROUPS[0].did).expect("a line is free"));
        self.pass(bytes).await;
    }

    /// Time passes, and the server reads what the phone system says.
    async fn pass(&mut self, mut bytes: Vec<u8>) {
        self.now = self.now.plus_millis(MOMENT_MS);
        bytes.extend(self.pbx.advance(self.now).into_iter().flat_map(|(_, frame)| frame));
        self.world.read_bytes(HERE, &bytes).await;
        self.ana = self.world.sign_in(HERE, "ana").await;
    }

    async fn call(&self) -> Value {
        self.world.ask(&self.ana, "GET", "/me/panel", None).await.is(200).body["calls"][0].clone()
    }

    /// Asks something of Ana's call.
    async fn ask(&self, what: Value) -> Answer {
        let mut body = what;
        body["engagement"] = self.call().await["engagement"].clone();
        self.world.ask(&self.ana, "POST", "/me/control", Some(body)).await
    }

    /// Asks it, and the phone system does what it was told.
    async fn does(&mut self, what: Value) -> String {
        self.ask(what).await.is(204);
        let told: Vec<u8> = self.line.told().iter().flat_map(sent).collect();
        let bytes = self.pbx.receive(self.now, &told);
        assert!(!String::from_utf8_lossy(&bytes).contains("Response: Error"), "it obeyed");
        self.pass(bytes).await;
        String::from_utf8(told).expect("text")
    }
}

#[tokio::test]
async fn an_agent_answers_holds_takes_back_and_mutes_where_their_phone_can() {
    let mut desk = Desk::with(&[Control::Mute], true).await;
    desk.rings().await;
    let ringing = desk.call().await;
    assert_eq!((&ringing["state"], &ringing["controls"]["answer"]), (&json!("ringing"), &json!(true)));
    assert_eq!(ringing["controls"]["hold"], false, "there is nobody to hold yet");
    let told = desk.does(json!({ "ask": "answer" })).await;
    assert!(told.contains("Action: PJSIPNotify\r\n") && told.contains("Variable: Event=talk\r\n"), "{told}");
    assert_eq!(desk.call().await["state"], "connected");
    desk.does(json!({ "ask": "hold" })).await;
    assert_eq!(desk.call().await["state"], "held");
    desk.does(json!({ "ask": "resume" })).await;
    assert_eq!(desk.call().await["state"], "connected");
    let told = desk.does(json!({ "ask": "mute" })).await;
    assert!(told.contains("Direction: in\r\nState: on\r\n"), "{told}");
    assert_eq!(desk.call().await["controls"]["muted"], true);
    desk.does(json!({ "ask": "unmute" })).await;
    assert_eq!(desk.call().await["controls"]["muted"], false);
}

#[tokio::test]
async fn what_is_not_allowed_or_not_possible_has_no_button_and_is_told_to_nobody() {
    let mut desk = Desk::with(&[], false).await;
    desk.rings().await;
    let none = desk.call().await["controls"].clone();
    for ask in ["answer", "hold", "mute", "transfer", "ask_first", "pause_recording"] {
        assert_eq!(none[ask], false, "{ask}");
        let refused = desk.ask(json!({ "ask": ask, "to": "1002" })).await.is(409);
        assert_eq!(refused.code(), "not_possible", "{ask}");
    }
    desk.ask(json!({ "ask": "take_back" })).await.is(409);
    desk.ask(json!({ "ask": "dance" })).await.is(400);
    assert_eq!(desk.line.told(), []);
}

#[tokio::test]
async fn a_call_is_handed_over_and_each_agent_owes_their_own_wrapup() {
    let mut desk = Desk::with(&Control::ALL, true).await;
    desk.rings().await;
    desk.does(json!({ "ask": "answer" })).await;
    for (to, why) in [("", "empty"), ("anonymous", "no number"), ("1002\r\nAction: Logoff", "smuggled")] {
        desk.ask(json!({ "ask": "transfer", "to": to })).await.is(422);
        assert_eq!(desk.line.told(), [], "{why}");
    }
    let told = desk.does(json!({ "ask": "transfer", "to": "1002" })).await;
    assert!(told.contains("Action: BlindTransfer\r\n") && told.contains("Exten: 1002\r\n"), "{told}");
    assert_eq!(desk.world.owed(&desk.ana).await.len(), 1, "Ana's part is over");
    let ben = desk.world.sign_in(HERE, "ben").await;
    let theirs = desk.world.ask(&ben, "GET", "/me/panel", None).await.is(200).body["calls"][0].clone();
    assert_eq!((&theirs["state"], &theirs["via"]), (&json!("ringing"), &json!("transfer")));
}

#[tokio::test]
async fn a_colleague_is_asked_first_and_the_agent_may_go_back() {
    let mut desk = Desk::with(&Control::ALL, true).await;
    desk.rings().await;
    desk.does(json!({ "ask": "answer" })).await;
    desk.does(json!({ "ask": "ask_first", "to": "1002" })).await;
    let asking = desk.call().await;
    assert_eq!((&asking["controls"]["asks"], &asking["state"]), (&json!("1002"), &json!("held")));
    assert_eq!(asking["controls"]["transfer"], false, "one thing at a time");
    desk.does(json!({ "ask": "take_back" })).await;
    let back = desk.call().await;
    assert_eq!((&back["controls"]["asks"], &back["state"]), (&Value::Null, &json!("connected")));
}

#[tokio::test]
async fn the_recording_is_paused_while_card_data_is_said() {
    let mut desk = Desk::with(&Control::ALL, true).await;
    desk.rings_in_group().await;
    assert_eq!(desk.call().await["controls"]["pause_recording"], false, "nobody talks yet");
    desk.does(json!({ "ask": "answer" })).await;
    assert_eq!(desk.call().await["controls"]["recording"], "on");
    let told = desk.does(json!({ "ask": "pause_recording" })).await;
    assert!(told.contains("Channel: PJSIP/trunk-"), "the recording hangs on the caller's channel: {told}");
    assert_eq!(desk.call().await["controls"]["recording"], "paused");
    desk.does(json!({ "ask": "resume_recording" })).await;
    assert_eq!(desk.call().await["controls"]["recording"], "on");
}

#[tokio::test]
async fn a_call_can_be_asked_by_its_agent_alone() {
    let mut desk = Desk::with(&Control::ALL, true).await;
    desk.rings().await;
    let body = json!({ "ask": "answer", "engagement": desk.call().await["engagement"] });
    let (ben, stranger) = (desk.world.sign_in(HERE, "ben").await, desk.world.sign_in(THERE, "ana").await);
    for who in [&ben, &stranger] {
        desk.world.ask(who, "POST", "/me/control", Some(body.clone())).await.is(404);
    }
    let sam = desk.world.sign_in(HERE, "sam").await;
    desk.world.ask(&sam, "POST", "/me/control", Some(body)).await.is(403);
    assert_eq!(desk.line.told(), []);
}

#[tokio::test]
async fn what_the_phone_system_refuses_or_leaves_unanswered_is_told_at_once() {
    let mut desk = Desk::with(&Control::ALL, true).await;
    desk.rings().await;
    let tenant = desk.world.tenant(HERE).id;
    desk.line = PhoneLine::refusing(&desk.world, tenant, "Permission denied");
    let refused = desk.ask(json!({ "ask": "answer" })).await.is(409);
    assert_eq!(refused.code(), "phone_refused");
    assert!(!refused.body.to_string().contains("Permission"), "its own words are for the log");
    desk.line = PhoneLine::breaking(&desk.world, tenant);
    assert_eq!(desk.ask(json!({ "ask": "answer" })).await.is(503).code(), "phone_unanswered");
    desk.world.app.phones.disconnected(tenant, "pbx");
    assert_eq!(desk.ask(json!({ "ask": "answer" })).await.is(503).code(), "phone_unreachable");
}

#[tokio::test]
async fn colleagues_and_ring_groups_with_a_number_can_be_handed_a_call_by_name() {
    let desk = Desk::with(&Control::ALL, true).await;
    let targets = desk.world.ask(&desk.ana, "GET", "/me/transfer-targets", None).await.is(200).body;
    let agents = targets["agents"].as_array().cloned().unwrap_or_default();
    let keys: Vec<&str> = agents.iter().filter_map(|agent| agent["agent"].as_str()).collect();
    assert_eq!(keys, ["1002"], "Ben, and not Ana herself");
    assert_eq!(targets["ring_groups"], json!([]), "none has a number that an admin gave it");
    let stranger = desk.world.sign_in(THERE, "ana").await;
    let theirs = desk.world.ask(&stranger, "GET", "/me/transfer-targets", None).await.is(200).body;
    assert!(!theirs["agents"].as_array().expect("a list").is_empty(), "their own colleagues");
    let sam = desk.world.sign_in(HERE, "sam").await;
    desk.world.ask(&sam, "GET", "/me/transfer-targets", None).await.is(403);
}

#[tokio::test]
async fn a_click_that_the_phone_system_refuses_is_told_at_once_and_leaves_no_ringing() {
    let mut desk = Desk::with(&[], false).await;
    let tenant = desk.world.tenant(HERE).id;
    desk.line = PhoneLine::refusing(&desk.world, tenant, "Originate failed");
    let body = json!({ "number": CALLER, "from": { "from": "typed" } });
    let refused = desk.world.ask(&desk.ana, "POST", "/me/dial", Some(body)).await.is(409);
    assert_eq!(refused.code(), "phone_refused");
    let panel = desk.world.ask(&desk.ana, "GET", "/me/panel", None).await.is(200).body;
    assert_eq!((&panel["dial"], &panel["calls"]), (&Value::Null, &json!([])));
}

#[tokio::test]
async fn p12_where_queues_wait_by_themselves_the_pause_comes_once_the_call_is_over() {
    let mut desk = Desk::with(&[], true).await;
    let agent = domain::id::AgentKey("1001".to_owned());
    desk.rings().await;
    desk.does(json!({ "ask": "answer" })).await;
    let tenant = std::sync::Arc::clone(desk.world.tenant(HERE));
    let duty = async || {
        let duty = server::ops::panel::state_of(&desk.world.app, &tenant, &agent).await.expect("read");
        (duty.paused, duty.paused_once_over)
    };
    let acw = Some(domain::duty::Pause::AfterCallWork);
    assert_eq!(duty().await, (acw, None), "on the call");
    let engagement = json!({ "engagement": desk.call().await["engagement"] });
    desk.world.ask(&desk.ana, "POST", "/me/hang-up", Some(engagement)).await.is(204);
    let told = sent(&desk.line.told_one());
    let bytes = desk.pbx.receive(desk.now, &told);
    desk.pass(bytes).await;
    let duty = server::ops::panel::state_of(&desk.world.app, &tenant, &agent).await.expect("read");
    assert_eq!((duty.paused, duty.paused_once_over), (acw, acw), "once it is over");
}
