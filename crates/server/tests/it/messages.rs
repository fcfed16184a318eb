//! Messages as work over the API, on stored rows: whose they are, one at a time, called back and done with.

use crate::phone_line::{PhoneLine, sent};
use crate::world::{Answer, CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use sandbox::pbx::Scenario;
use sandbox::pbx::obedient::{Begins, Habits, ObedientPbx, PbxSettings};
use sandbox::people::Callers;
use sandbox::{DEMO_SEED, centre};
use serde_json::{Value, json};
use server::settings::{AmiSettings, SourceKind, SourceSettings, TenantSettings};

/// How long a clicked call may take, in milliseconds of the simulated phone system.
const CALL_MS: i64 = 30 * 60 * 1000;
const DAY_S: i64 = 24 * 60 * 60;

fn with_phones(tenant: &mut TenantSettings) {
    let ami = AmiSettings::at("127.0.0.1:1", "bitacora", "not-a-secret-demo");
    tenant.sources =
        vec![SourceSettings::new("pbx", SourceKind::Ami(ami), centre::endpoints(&centre::agents()))];
}

/// Ana and Ben are in the ring group; Cleo is in none. Somebody left a message in it.
struct Place {
    world: World,
    ana: Someone,
    ben: Someone,
    cleo: Someone,
    sam: Someone,
}

impl Place {
    async fn new() -> Place {
        let world = World::with_both(with_phones, with_phones).await;
        for host in [HERE, THERE] {
            let root = world.sign_in(host, "root").await;
            let mut centre = world.ask(&root, "GET", "/centre", None).await.is(200).body["centre"].clone();
            let group = centre::RING_GROUPS[0].label;
            centre["ring_groups"] =
                json!([{ "key": group, "name": "Sales", "numbers": [], "agents": ["1001", "1002"] }]);
            world.ask(&root, "PUT", "/centre", Some(centre)).await.is(200);
        }
        let root = world.sign_in(HERE, "root").await;
        let cleo = json!({ "login": "cleo", "name": "CLEO", "role": "agent", "agent": "1003" });
        let link = world.ask(&root, "POST", "/users", Some(cleo)).await.is(201).body["link"].clone();
        let token = link.as_str().and_then(|link| link.rsplit_once("token=")).expect("a token").1.to_owned();
        let password = json!({ "token": token, "password": crate::world::PASSWORD });
        world.ask(&root, "POST", "/password", Some(password)).await.is(204);
        world.play(HERE, Scenario::Voicemail, CALLER).await;
        let sign_in = |login| world.sign_in(HERE, login);
        let (ana, ben, cleo, sam) =
            (sign_in("ana").await, sign_in("ben").await, sign_in("cleo").await, sign_in("sam").await);
        Place { world, ana, ben, cleo, sam }
    }

    async fn list(&self, who: &Someone, query: &str) -> Vec<Value> {
        let answer = self.world.ask(who, "GET", &format!("/messages{query}"), None).await.is(200);
        answer.body["messages"].as_array().cloned().expect("messages")
    }

    /// The only message, as somebody sees it, whatever its state.
    async fn message(&self, who: &Someone) -> Value {
        let mut found = self.list(who, "").await;
        found.extend(self.list(who, "?state=done").await);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    async fn step(&self, who: &Someone, verb: &str, mut body: Value) -> Answer {
        let message = self.message(&self.sam).await;
        if body.get("revision").is_none() {
            body["revision"] = message["revision"].clone();
        }
        let path = format!("/messages/{}/{verb}", message["id"].as_str().expect("an id"));
        self.world.ask(who, "POST", &path, Some(body)).await
    }

    /// Everybody's token is an hour old by then.
    async fn a_day_later(&mut self) {
        self.world.clock.advance(DAY_S);
        self.ana = self.world.sign_in(HERE, "ana").await;
        self.sam = self.world.sign_in(HERE, "sam").await;
    }

    fn rows(&self, state: &str) -> i64 {
        self.world.count(&format!("SELECT count(*) FROM message WHERE state = '{state}'"))
    }

    fn audited(&self, action: &str) -> i64 {
        self.world
            .count(&format!("SELECT count(*) FROM audit WHERE subject = 'message' AND action = '{action}'"))
    }

    /// What comes of a click: the customer answers or not, they talk and hang up; answers the wrap-up.
    async fn calls_back(&self, who: &Someone, answers: bool) -> Value {
        let (world, tenant) = (&self.world, self.world.tenant(HERE));
        let line = PhoneLine::obedient(world, tenant.id);
        let call = self.message(who).await["id"].clone();
        let body = json!({ "number": CALLER, "from": { "from": "message", "call": call } });
        let clicked = world.ask(who, "POST", "/me/dial", Some(body)).await.is(202);
        let start = world.app.around.now();
        let settings = PbxSettings {
            calls_per_minute: 0.000_001,
            begins: Begins::default(),
            habits: Habits { customer_absent: if answers { 0 } else { 100 }, ..Habits::PLAIN },
            ..PbxSettings::demo(DEMO_SEED, Callers::of_sample(DEMO_SEED, 50))
        };
        let mut pbx = ObedientPbx::new(settings, start);
        pbx.connect(start);
        let login = b"Action: Login\r\nUsername: bitacora\r\nSecret: not-a-secret-demo\r\n\r\n";
        let mut bytes = pbx.receive(start, login);
        bytes.extend(pbx.receive(start, &sent(&line.told_one())));
        bytes.extend(pbx.advance(start.plus_millis(CALL_MS)).into_iter().flat_map(|(_, frame)| frame));
        world.read_bytes(HERE, &bytes).await;
        world.app.phones.disconnected(tenant.id, "pbx");
        let owed = world.owed(who).await;
        assert_eq!((owed.len(), &owed[0]["id"]), (1, &clicked.body["engagement"]));
        owed[0].clone()
    }

    async fn logs(&self, who: &Someone, wrapup: &Value) {
        let body = entry(0, &first_code(wrapup), "");
        self.world.ask(who, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
    }
}

#[tokio::test]
async fn p11_a_message_is_work_of_its_ring_group_once_and_of_nobody_else() {
    let place = Place::new().await;
    let message = place.message(&place.ana).await;
    assert_eq!((&message["state"], &message["ring_group"]), (&json!("open"), &json!("Ventas")));
    assert_eq!((&message["call"]["type"], &message["call"]["number"]), (&json!("voicemail"), &json!(CALLER)));
    assert_eq!(message["can"]["take"], true);
    assert_eq!(place.message(&place.sam).await["id"], message["id"]);
    assert_eq!(place.list(&place.cleo, "").await, Vec::<Value>::new());
    for path in ["take", "give-back", "reopen"] {
        place.step(&place.cleo, path, json!({})).await.is(403);
    }
    place.step(&place.cleo, "done", json!({ "how": "reached_otherwise" })).await.is(403);
    place.world.ask(&place.cleo, "GET", "/messages?ring_group=Ventas", None).await.is(403);
    let root_there = place.world.sign_in(THERE, "root").await;
    assert_eq!(place.list(&root_there, "").await, Vec::<Value>::new());
    place.step(&root_there, "take", json!({})).await.is(404);
    let nobody = Someone { host: HERE, token: String::new() };
    place.world.ask(&nobody, "GET", "/messages", None).await.is(401);
    // A caller who hung up left none, and the same frames said again leave no second one.
    place.world.play(HERE, Scenario::AbandonedWaiting, "+34600111223").await;
    assert_eq!(place.world.count("SELECT count(*) FROM message"), 1);
    let frames = place.world.frames_of(Scenario::Voicemail, "+34600111224").concat();
    for _ in 0..2 {
        place.world.read_bytes(HERE, &frames).await;
        assert_eq!(place.world.count("SELECT count(*) FROM message"), 2);
    }
}

#[tokio::test]
async fn messages_are_counted_and_listed_by_ring_group_and_state() {
    let place = Place::new().await;
    place.world.play(HERE, Scenario::Voicemail, "+34600111223").await;
    let counts = async |who| {
        place.world.ask(who, "GET", "/messages/counts", None).await.is(200).body["counts"].clone()
    };
    let all_open = json!([{ "ring_group": "Ventas", "open": 2, "taken": 0 }]);
    assert_eq!(counts(&place.ana).await, all_open);
    assert_eq!(counts(&place.sam).await, all_open);
    assert_eq!(counts(&place.cleo).await, json!([]));
    let panel = place.world.ask(&place.ana, "GET", "/me/panel", None).await.is(200).body;
    assert_eq!(panel["messages"], all_open);
    let waiting = place.list(&place.ana, "?ring_group=Ventas").await;
    let numbers: Vec<&Value> = waiting.iter().map(|one| &one["call"]["number"]).collect();
    assert_eq!(numbers, [CALLER, "+34600111223"], "oldest first");
    let take = format!("/messages/{}/take", waiting[1]["id"].as_str().expect("an id"));
    place.world.ask(&place.ben, "POST", &take, Some(json!({ "revision": 0 }))).await.is(200);
    assert_eq!(counts(&place.ana).await, json!([{ "ring_group": "Ventas", "open": 1, "taken": 1 }]));
    assert_eq!(place.list(&place.ana, "?state=taken").await.len(), 1);
    assert_eq!(place.list(&place.ana, "?state=open").await.len(), 1);
    assert_eq!(place.list(&place.sam, "?ring_group=").await.len(), 0);
    for wrong in ["?state=lost", "?group=Ventas", "?after=x", "?state=open&state=done"] {
        place.world.ask(&place.ana, "GET", &format!("/messages{wrong}"), None).await.is(422);
    }
}

#[tokio::test]
async fn two_who_take_a_message_at_once_are_one_and_the_other_is_told_who() {
    let place = Place::new().await;
    let (one, other) = tokio::join!(
        place.step(&place.ana, "take", json!({ "revision": 0 })),
        place.step(&place.ben, "take", json!({ "revision": 0 })),
    );
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    let won = won.is(200).body["message"].clone();
    let lost = lost.is(409);
    assert_eq!(lost.code(), "message_taken");
    assert_eq!(lost.body["error"]["detail"]["current"]["by"], won["by"]);
    assert_eq!((place.rows("taken"), place.audited("taken")), (1, 1));
    // A supervisor may step in, on what they saw.
    let stale = place.step(&place.sam, "take", json!({ "revision": 0 })).await.is(409);
    assert_eq!(stale.code(), "stale_revision");
    let taken = place.step(&place.sam, "take", json!({})).await.is(200);
    assert_eq!(taken.body["message"]["by"]["name"], "SAM");
    assert_eq!(place.audited("taken"), 2);
}

#[tokio::test]
async fn a_message_is_given_back_done_with_and_reopened_by_those_who_may() {
    let mut place = Place::new().await;
    place.step(&place.ana, "take", json!({})).await.is(200);
    assert_eq!(place.step(&place.ben, "give-back", json!({})).await.is(409).code(), "message_taken");
    assert_eq!(
        place.step(&place.ben, "done", json!({ "how": "no_need" })).await.is(409).code(),
        "message_taken"
    );
    place.step(&place.ana, "give-back", json!({})).await.is(200);
    assert_eq!(place.rows("open"), 1);
    for (body, field) in [
        (json!({ "how": "sung" }), "how"),
        (json!({ "how": "called_back", "reason": "x" }), "reason"),
        (json!({ "how": "no_need", "reason": "x".repeat(201) }), "reason"),
    ] {
        let refused = place.step(&place.ben, "done", body).await.is(422);
        assert_eq!(refused.body["error"]["field"], field);
    }
    let done = json!({ "how": "no_need", "reason": " nothing on it " });
    let message = place.step(&place.ben, "done", done.clone()).await.is(200).body["message"].clone();
    assert_eq!((&message["how"], &message["reason"]), (&json!("no_need"), &json!("nothing on it")));
    assert_eq!((place.rows("done"), place.audited("done")), (1, 1));
    assert_eq!(place.step(&place.ana, "take", json!({})).await.is(409).code(), "message_done");
    place.step(&place.ana, "reopen", json!({})).await.is(403);
    let again = place.step(&place.ben, "reopen", json!({})).await.is(200).body["message"].clone();
    assert_eq!((&again["state"], &again["theirs"]), (&json!("taken"), &json!(true)));
    place.step(&place.ben, "done", json!({ "how": "reached_otherwise" })).await.is(200);
    place.a_day_later().await;
    let ben = place.world.sign_in(HERE, "ben").await;
    place.step(&ben, "reopen", json!({})).await.is(403);
    place.step(&place.sam, "reopen", json!({})).await.is(200);
    assert_eq!((place.rows("open"), place.audited("reopened")), (1, 2));
    let log = place.world.sign_in(HERE, "root").await;
    let log = place.world.ask(&log, "GET", "/audit", None).await.is(200).body["entries"][0].clone();
    assert_eq!((&log["subject"]["kind"], &log["action"]), (&json!("message"), &json!("reopened")));
}

#[tokio::test]
async fn a_click_on_a_message_takes_it_and_nobody_is_called_by_two() {
    let place = Place::new().await;
    let person = place.world.person(&place.sam, "Olga Ruiz", CALLER).await;
    place.world.play(HERE, Scenario::Voicemail, CALLER).await;
    // The newer one is filed on her; the older one, left by nobody known then, is done with in passing.
    let older = place.list(&place.ana, "").await.remove(0);
    let path = format!("/messages/{}/done", older["id"].as_str().expect("an id"));
    let body = json!({ "revision": 0, "how": "no_need" });
    place.world.ask(&place.ana, "POST", &path, Some(body)).await.is(200);
    let newer = place.list(&place.ana, "").await.remove(0);
    assert_eq!(newer["party"]["id"], person.as_str());
    let (world, tenant) = (&place.world, place.world.tenant(HERE));
    let line = PhoneLine::obedient(world, tenant.id);
    let body = json!({ "number": CALLER, "from": { "from": "message", "call": newer["id"] } });
    world.ask(&place.ana, "POST", "/me/dial", Some(body.clone())).await.is(202);
    assert_eq!(line.told().len(), 1);
    // It is hers from then on, so that Ben calls nobody who is being called.
    assert_eq!(world.ask(&place.ben, "POST", "/me/dial", Some(body)).await.is(409).code(), "message_taken");
    assert_eq!((line.told().len(), place.rows("taken"), place.audited("called_back")), (0, 1, 1));
    let done = json!({ "from": { "from": "message", "call": older["id"] }, "number": CALLER });
    assert_eq!(world.ask(&place.ben, "POST", "/me/dial", Some(done)).await.is(409).code(), "message_done");
    let none = json!({ "from": { "from": "message", "call": "01930000-0000-8000-8000-000700000001" }, "number": CALLER });
    world.ask(&place.ben, "POST", "/me/dial", Some(none)).await.is(404);
}

#[tokio::test]
async fn logging_a_call_back_is_the_end_of_the_message_and_reopening_undoes_it() {
    let place = Place::new().await;
    let wrapup = place.calls_back(&place.ana, true).await;
    let message = place.message(&place.ana).await;
    assert_eq!((&message["state"], &message["called_back"]["reached"]), (&json!("taken"), &json!(true)));
    place.logs(&place.ana, &wrapup).await;
    let message = place.message(&place.ana).await;
    assert_eq!((&message["state"], &message["how"]), (&json!("done"), &json!("called_back")));
    assert_eq!(message["back_call"], wrapup["call"]["id"]);
    assert_eq!((&message["by"]["name"], place.audited("done")), (&json!("ANA"), 1));
    place.step(&place.ana, "reopen", json!({})).await.is(200);
    assert_eq!(place.rows("taken"), 1);
    // Sending the same Log again does not end it again.
    place.logs(&place.ana, &wrapup).await;
    assert_eq!((place.rows("taken"), place.audited("done")), (1, 1));
}

#[tokio::test]
async fn a_call_back_that_reached_nobody_or_was_not_logged_leaves_the_message() {
    let place = Place::new().await;
    let wrapup = place.calls_back(&place.ana, false).await;
    place.logs(&place.ana, &wrapup).await;
    let message = place.message(&place.ana).await;
    assert_eq!((&message["state"], &message["called_back"]["reached"]), (&json!("taken"), &json!(false)));
    let wrapup = place.calls_back(&place.ana, true).await;
    let body = json!({ "revision": 0, "reason": null });
    place.world.ask(&place.ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
    assert_eq!(place.message(&place.ana).await["state"], "taken");
    assert_eq!(place.audited("done"), 0);
}

#[tokio::test]
async fn who_talked_to_the_caller_since_is_told_so_that_nobody_calls_them_twice() {
    let place = Place::new().await;
    assert_eq!(place.message(&place.ana).await["spoke"], Value::Null);
    place.world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    place.world.play(HERE, Scenario::Answered, "+34600111223").await;
    assert_eq!(place.message(&place.ana).await["spoke"], Value::Null, "nobody talked to this caller");
    place.world.play(HERE, Scenario::Answered, CALLER).await;
    let spoke = place.message(&place.ana).await["spoke"].clone();
    assert_eq!((&spoke["direction"], &spoke["agent_name"]), (&json!("inbound"), &json!("ANA")));
}
