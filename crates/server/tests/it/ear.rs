//! Listening in on a call that goes on: who may, what is written down before anybody is told, and that the call is what it
//! would have been.

use crate::floor::{Hall, on};
use crate::phone_line::{PhoneLine, sent};
use crate::world::{Answer, CALLER, HERE, Someone, THERE};
use domain::audit::{AuditEntry, AuditSubject};
use domain::call::{CallRecord, CallState, NoActivity, Via};
use domain::id::{AgentKey, At, CallKey, EngagementKey};
use sandbox::pbx::obedient::Handset;
use serde_json::{Value, json};
use server::settings::Control;
use uuid::Uuid;

/// Ana talks to a customer, and Sam has the phone of agent 1003.
async fn talking() -> Hall {
    let mut hall = Hall::with(&[Control::Listen]).await;
    has_phone(&hall, "sam", "1003").await;
    hall.rings_at(&["1001"]).await;
    hall.presses("1001", &Handset::Answer).await;
    hall
}

async fn has_phone(hall: &Hall, login: &str, agent: &str) {
    becomes(hall, login, json!({ "agent": agent })).await;
}

/// The first admin changes a user.
async fn becomes(hall: &Hall, login: &str, change: Value) {
    let root = hall.world.sign_in(HERE, "root").await;
    let users = hall.world.ask(&root, "GET", "/users", None).await.is(200).body["users"].clone();
    let user = users.as_array().expect("users").iter().find(|user| user["login"] == login).expect("a user");
    let path = format!("/users/{}", user["id"].as_str().expect("an id"));
    let mut body = change;
    body["version"] = user["version"].clone();
    hall.world.ask(&root, "PATCH", &path, Some(body)).await.is(200);
}

/// The part of the call on which this agent is.
async fn part(hall: &Hall, agent: &str) -> Value {
    on(&hall.floor().await, agent)["calls"][0]["engagement"].clone()
}

async fn ask(hall: &Hall, who: &Someone, engagement: &Value, how: &str) -> Answer {
    let body = json!({ "engagement": engagement, "how": how });
    hall.world.ask(who, "POST", "/floor/listen", Some(body)).await
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// A header of what the phone system was told.
fn header(told: &str, name: &str) -> String {
    let line = told.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name}: {told}")).to_owned()
}

fn ana_leg(hall: &Hall) -> String {
    let keys = (CallKey(Uuid::nil()), EngagementKey(Uuid::nil()));
    let tenant = hall.world.tenant(HERE).id;
    hall.world.app.channels.of_part(tenant, "pbx", &AgentKey("1001".to_owned()), keys).expect("a leg").leg
}

/// What an Asterisk says of a leg that it calls to listen in.
struct Ear<'a> {
    leg: &'a str,
    hears: String,
    at: At,
}

impl Ear<'_> {
    fn frame(&self, event: &str, more: &str) -> String {
        let (leg, seconds) = (self.leg, self.at.0 / 1_000_000);
        format!(
            "Event: {event}\r\nTimestamp: {seconds}.500000\r\nChannel: PJSIP/1003-0000ea01\r\nUniqueid: {leg}\r\n\
             Linkedid: {leg}\r\nCallerIDNum: 1003\r\n{more}\r\n"
        )
    }

    fn rings(&self) -> Vec<u8> {
        let dest = format!(
            "DestChannel: PJSIP/1003-0000ea01\r\nDestUniqueid: {0}\r\nDestLinkedid: {0}\r\nDialString: 1003\r\n",
            self.leg
        );
        let seconds = self.at.0 / 1_000_000;
        let began = format!("Event: DialBegin\r\nTimestamp: {seconds}.600000\r\n{dest}\r\n");
        (self.frame("Newchannel", "Exten: s\r\nChannelStateDesc: Down\r\n") + &began).into_bytes()
    }

    fn hears(&self) -> Vec<u8> {
        let up = self.frame("Newstate", "ChannelStateDesc: Up\r\n");
        let (leg, hears, seconds) = (self.leg, &self.hears, self.at.0 / 1_000_000);
        let spies = format!(
            "Event: ChanSpyStart\r\nTimestamp: {seconds}.700000\r\nSpyerChannel: PJSIP/1003-0000ea01\r\n\
             SpyerUniqueid: {leg}\r\nSpyerLinkedid: {leg}\r\nSpyeeChannel: PJSIP/1001-00000002\r\n\
             SpyeeUniqueid: {hears}\r\nSpyeeLinkedid: {hears}\r\n\r\n"
        );
        (up + &spies).into_bytes()
    }

    fn ends(&self) -> Vec<u8> {
        self.frame("Hangup", "Cause: 16\r\n").into_bytes()
    }
}

async fn calls(hall: &Hall) -> Vec<CallRecord> {
    let mut moment = hall.world.app.store.snapshot(hall.world.tenant(HERE).id).await.expect("a moment");
    moment.floor(99).await.expect("read").calls
}

async fn entries(hall: &Hall, call: CallKey) -> Vec<AuditEntry> {
    let subject = Some(AuditSubject::Activity(call));
    hall.world.app.store.audit(hall.world.tenant(HERE).id, subject, None, 9).await.expect("read").entries
}

#[tokio::test]
async fn whoever_listens_in_is_written_down_and_shown_and_the_call_stays_what_it_was() {
    let mut hall = talking().await;
    let ana = part(&hall, "1001").await;
    let before = calls(&hall).await;
    let asked = ask(&hall, &hall.sam, &ana, "whisper").await.is(202);
    let told = text(&sent(&hall.line.told_one()));
    assert!(told.contains("Channel: PJSIP/1003\r\n") && told.contains("Application: ChanSpy\r\n"), "{told}");
    assert!(
        header(&told, "Data").starts_with("PJSIP/1001-") && header(&told, "Data").ends_with(",qESuw"),
        "{told}"
    );
    let written = entries(&hall, before[0].key).await;
    assert_eq!((written.len(), written[0].action.as_str()), (1, "listened"));
    let leg = header(&told, "ChannelId");
    assert_eq!(leg, format!("ear-whisper-{}", written[0].id));
    assert_eq!(hall.world.count("SELECT count(*) FROM audit WHERE action = 'listened'"), 1);

    let ear = Ear { leg: &leg, hears: ana_leg(&hall), at: hall.now };
    hall.pass(ear.rings()).await;
    let rings = on(&hall.floor().await, "1003");
    assert_eq!((&rings["state"], &rings["calls"]), (&json!("on_call"), &json!([])));
    assert_eq!(rings["listens_to"]["engagement"], asked.body["engagement"]);
    let ear = Ear { at: hall.now, ..ear };
    hall.pass(ear.hears()).await;
    let floor = hall.floor().await;
    let listens = &on(&floor, "1003")["listens_to"];
    assert_eq!(
        (&listens["agent"], &listens["agent_name"], &listens["how"]),
        (&json!("1001"), &json!("ANA"), &json!("whisper"))
    );
    let listeners = &on(&floor, "1001")["calls"][0]["listeners"];
    assert_eq!(
        (&listeners[0]["agent"], &listeners[0]["agent_name"], &listeners[0]["how"], &listeners[0]["since"]),
        (&json!("1003"), &json!("SAM"), &json!("whisper"), &listens["since"])
    );
    // The agent's panel says so, and Sam's shows no call.
    let who = hall.world.sign_in(HERE, "ana").await;
    let panel = hall.world.ask(&who, "GET", "/me/panel", None).await.is(200).body;
    assert_eq!(panel["calls"][0]["listeners"][0]["agent_name"], "SAM");
    let own = hall.world.ask(&hall.sam, "GET", "/me/panel", None).await.is(200).body;
    assert_eq!(
        (&own["calls"], &own["listens_to"]["agent_name"], &own["agent"]["state"]),
        (&json!([]), &json!("ANA"), &json!("on_call"))
    );

    let ear = Ear { at: hall.now, ..ear };
    hall.pass(ear.ends()).await;
    let after = calls(&hall).await;
    assert_eq!(after, before, "the call that was listened to, and no other lives");
    let made = hall
        .world
        .app
        .store
        .call(hall.world.tenant(HERE).id, ear_call(&hall, &leg))
        .await
        .expect("read")
        .expect("the call of the ear");
    assert_eq!((made.state, made.no_activity), (CallState::Ended, Some(NoActivity::ListeningIn)));
    let [part] = made.engagements.as_slice() else { panic!("one part: {made:?}") };
    assert_eq!((part.via, part.wrapup, part.agent.0.as_str()), (Via::Listening, false, "1003"));
    assert_eq!(made.to.as_deref(), Some("1001"));
    assert_eq!(hall.world.count("SELECT count(*) FROM wrapup WHERE agent = '1003'"), 0);
    assert_eq!(hall.world.count("SELECT count(*) FROM call WHERE no_activity = 'listening_in'"), 1);

    // Once the call is over its page tells supervisors, and agents not.
    hall.presses("1001", &Handset::HangUp).await;
    let path = format!("/activities/{}", before[0].key);
    let page = hall.world.ask(&hall.sam, "GET", &path, None).await.is(200).body["activity"].clone();
    let listened = &page["listened"][0];
    assert_eq!(
        (&listened["by"]["name"], &listened["how"], &listened["agent_name"]),
        (&json!("SAM"), &json!("whisper"), &json!("ANA"))
    );
    assert!(listened["from"].as_str() < listened["until"].as_str(), "{listened}");
    let who = hall.world.sign_in(HERE, "ana").await;
    let page = hall.world.ask(&who, "GET", &path, None).await.is(200).body["activity"].clone();
    assert_eq!((&page["listened"], page["engagements"].as_array().map(Vec::len)), (&json!([]), Some(1)));
    let census = hall.world.census(HERE).await;
    assert_eq!(census.ended, census.activities + census.reasons, "each has an Activity or a reason");
}

fn ear_call(hall: &Hall, leg: &str) -> CallKey {
    CallKey::derived(hall.world.tenant(HERE).id, "pbx", leg, telephony::ami::id_time(leg))
}

#[tokio::test]
async fn who_listens_in_is_left_alone_by_ring_groups_and_ends_it_by_their_panel() {
    let mut hall = talking().await;
    ask(&hall, &hall.sam, &part(&hall, "1001").await, "listen").await.is(202);
    let leg = header(&text(&sent(&hall.line.told_one())), "ChannelId");
    let ear = Ear { leg: &leg, hears: ana_leg(&hall), at: hall.now };
    hall.pass([ear.rings(), ear.hears()].concat()).await;
    let tenant = std::sync::Arc::clone(hall.world.tenant(HERE));
    let sam = AgentKey("1003".to_owned());
    let duty = server::ops::panel::state_of(&hall.world.app, &tenant, &sam).await.expect("read");
    let listening = Some(domain::duty::Pause::Listening);
    assert_eq!((duty.paused, duty.paused_once_over), (listening, listening));
    let own =
        hall.world.ask(&hall.sam, "GET", "/me/panel", None).await.is(200).body["listens_to"]["engagement"]
            .clone();
    // Nothing else can be asked of it, and no number be dialled meanwhile.
    let body = json!({ "engagement": own, "ask": "transfer", "to": "1002" });
    assert_eq!(
        hall.world.ask(&hall.sam, "POST", "/me/control", Some(body)).await.is(409).code(),
        "not_possible"
    );
    let body = json!({ "number": CALLER, "from": { "from": "typed" } });
    assert_eq!(hall.world.ask(&hall.sam, "POST", "/me/dial", Some(body)).await.is(409).code(), "busy");
    // Another way is another call of their phone, once the first is ended; each is written down.
    ask(&hall, &hall.sam, &part(&hall, "1001").await, "barge").await.is(202);
    let told: Vec<String> = hall.line.told().iter().map(|action| text(&sent(action))).collect();
    assert!(told[0].starts_with("Action: Hangup\r\n") && told[0].contains("PJSIP/1003-0000ea01"), "{told:?}");
    assert!(header(&told[1], "Data").ends_with(",qESuB"), "{told:?}");
    assert_eq!(hall.world.count("SELECT count(*) FROM audit WHERE action = 'listened'"), 2);
    hall.world.ask(&hall.sam, "POST", "/me/hang-up", Some(json!({ "engagement": own }))).await.is(204);
    assert!(text(&sent(&hall.line.told_one())).contains("PJSIP/1003-0000ea01"));
    let duty = server::ops::panel::state_of(&hall.world.app, &tenant, &AgentKey("1001".to_owned()))
        .await
        .expect("read");
    assert_eq!(
        duty.paused,
        Some(domain::duty::Pause::AfterCallWork),
        "whoever is listened to is as they were"
    );
}

#[tokio::test]
async fn who_may_not_listen_in_is_refused_before_anything_is_written_or_told() {
    let mut hall = talking().await;
    let ana = part(&hall, "1001").await;
    let agent = hall.world.sign_in(HERE, "ana").await;
    assert_eq!(ask(&hall, &agent, &ana, "listen").await.is(403).code(), "forbidden");
    let root = hall.world.sign_in(HERE, "root").await;
    assert_eq!(ask(&hall, &root, &ana, "listen").await.is(409).code(), "no_phone");
    let stranger = hall.world.sign_in(THERE, "sam").await;
    assert_eq!(ask(&hall, &stranger, &ana, "listen").await.is(409).code(), "no_phone");
    ask(&hall, &hall.sam, &ana, "shout").await.is(400);
    assert_eq!(ask(&hall, &hall.sam, &json!(Uuid::nil()), "listen").await.is(404).code(), "not_found");
    // An own call.
    becomes(&hall, "ana", json!({ "role": "supervisor" })).await;
    let agent = hall.world.sign_in(HERE, "ana").await;
    assert_eq!(ask(&hall, &agent, &ana, "listen").await.is(409).code(), "not_possible");
    // As it is set.
    for who in ["admins", "nobody"] {
        let root = hall.world.sign_in(HERE, "root").await;
        let mut centre = hall.world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
        centre["listening"]["who"] = json!(who);
        hall.world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
        let sam = hall.world.sign_in(HERE, "sam").await;
        assert_eq!(ask(&hall, &sam, &ana, "listen").await.is(403).code(), "forbidden");
    }
    let root = hall.world.sign_in(HERE, "root").await;
    assert_eq!(ask(&hall, &root, &ana, "listen").await.is(403).code(), "forbidden", "nobody");
    assert_eq!(hall.line.told(), []);
    assert_eq!(hall.world.count("SELECT count(*) FROM audit WHERE action = 'listened'"), 0);
    hall.presses("1001", &Handset::HangUp).await;
    assert_eq!(hall.world.count("SELECT count(*) FROM audit WHERE action = 'listened'"), 0);
}

#[tokio::test]
async fn a_supervisor_of_another_tenant_finds_no_such_call() {
    let hall = talking().await;
    let ana = part(&hall, "1001").await;
    let root = hall.world.sign_in(THERE, "root").await;
    let users = hall.world.ask(&root, "GET", "/users", None).await.is(200).body["users"].clone();
    let sam =
        users.as_array().expect("users").iter().find(|user| user["login"] == "sam").expect("Sam").clone();
    let path = format!("/users/{}", sam["id"].as_str().expect("an id"));
    hall.world
        .ask(&root, "PATCH", &path, Some(json!({ "version": sam["version"], "agent": "1003" })))
        .await
        .is(200);
    let stranger = hall.world.sign_in(THERE, "sam").await;
    assert_eq!(ask(&hall, &stranger, &ana, "listen").await.is(404).code(), "not_found");
    assert_eq!(hall.line.told(), []);
}

#[tokio::test]
async fn what_is_not_set_or_not_possible_has_no_button_and_what_the_phone_system_says_is_told() {
    let mut hall = talking().await;
    let ana = part(&hall, "1001").await;
    assert_eq!(on(&hall.floor().await, "1001")["calls"][0]["can_listen"], true);
    let tenant = hall.world.tenant(HERE).id;
    hall.line = PhoneLine::refusing(&hall.world, tenant, "Permission denied");
    assert_eq!(ask(&hall, &hall.sam, &ana, "listen").await.is(409).code(), "phone_refused");
    // It was written down before the phone system was told.
    assert_eq!(hall.world.count("SELECT count(*) FROM audit WHERE action = 'listened'"), 1);
    hall.line = PhoneLine::breaking(&hall.world, tenant);
    ask(&hall, &hall.sam, &ana, "listen").await.is(202);
    hall.world.app.phones.disconnected(tenant, "pbx");
    assert_eq!(ask(&hall, &hall.sam, &ana, "listen").await.is(503).code(), "phone_unreachable");
    assert_eq!(on(&hall.floor().await, "1001")["calls"][0]["can_listen"], false);

    let mut hall = Hall::with(&[Control::Transfer]).await;
    has_phone(&hall, "sam", "1003").await;
    hall.rings_at(&["1001"]).await;
    hall.presses("1001", &Handset::Answer).await;
    assert_eq!(on(&hall.floor().await, "1001")["calls"][0]["can_listen"], false);
    let ana = part(&hall, "1001").await;
    assert_eq!(ask(&hall, &hall.sam, &ana, "listen").await.is(409).code(), "not_possible");
    assert_eq!(hall.line.told(), []);
}

#[tokio::test]
async fn the_agent_is_not_told_where_the_settings_say_so() {
    let mut hall = talking().await;
    ask(&hall, &hall.sam, &part(&hall, "1001").await, "listen").await.is(202);
    let leg = header(&text(&sent(&hall.line.told_one())), "ChannelId");
    let ear = Ear { leg: &leg, hears: ana_leg(&hall), at: hall.now };
    hall.pass([ear.rings(), ear.hears()].concat()).await;
    for tell in [true, false] {
        let root = hall.world.sign_in(HERE, "root").await;
        let mut centre = hall.world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
        centre["listening"]["tell_agent"] = json!(tell);
        hall.world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
        let ana = hall.world.sign_in(HERE, "ana").await;
        let panel = hall.world.ask(&ana, "GET", "/me/panel", None).await.is(200).body;
        assert_eq!(panel["calls"][0]["listeners"].as_array().map(Vec::len), Some(usize::from(tell)));
    }
}
