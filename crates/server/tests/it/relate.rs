//! Relate-to-Case over the API (P6–P10, P13), on stored rows: calls are played or clicked, panels are open or not,
//! and what stands in the file is looked at.

use crate::phone_line::{PhoneLine, sent};
use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use domain::id::{AgentKey, At};
use domain::relate::View;
use sandbox::pbx::Scenario;
use sandbox::pbx::obedient::{Begins, Habits, Handset, ObedientPbx, PbxSettings};
use sandbox::people::Callers;
use sandbox::{DEMO_SEED, centre};
use serde_json::{Value, json};
use server::live::Instance;
use server::settings::{AmiSettings, SourceKind, SourceSettings, TenantSettings};
use uuid::Uuid;

/// How long a clicked call may take, in milliseconds of the simulated phone system.
const CALL_MS: i64 = 30 * 60 * 1000;

/// A tenant whose phone system can be told something.
fn with_phones(tenant: &mut TenantSettings) {
    let ami = AmiSettings::at("127.0.0.1:1", "bitacora", "not-a-secret-demo");
    tenant.sources =
        vec![SourceSettings::new("pbx", SourceKind::Ami(ami), centre::endpoints(&centre::agents()))];
}

/// A phone system in which nothing happens that nobody asks for.
fn quiet_pbx(start: At) -> ObedientPbx {
    let callers = Callers::of_sample(DEMO_SEED, 50);
    let settings = PbxSettings {
        calls_per_minute: 0.000_001,
        begins: Begins::default(),
        habits: Habits::PLAIN,
        ..PbxSettings::demo(DEMO_SEED, callers)
    };
    ObedientPbx::new(settings, start)
}

/// What happens after a click: the agent's phone rings, the customer answers, they talk and hang up.
async fn click(world: &World, who: &Someone, number: &str, from: Value) -> Value {
    let tenant = world.tenant(HERE);
    let line = PhoneLine::obedient(world, tenant.id);
    let body = json!({ "number": number, "from": from });
    let answer = world.ask(who, "POST", "/me/dial", Some(body)).await.is(202);
    let action = line.told_one();
    let start = world.app.around.now();
    let mut pbx = quiet_pbx(start);
    pbx.connect(start);
    let login = b"Action: Login\r\nUsername: bitacora\r\nSecret: not-a-secret-demo\r\n\r\n";
    let mut bytes = pbx.receive(start, login);
    bytes.extend(pbx.receive(start, &sent(&action)));
    bytes.extend(pbx.advance(start.plus_millis(CALL_MS)).into_iter().flat_map(|(_, frame)| frame));
    world.read_bytes(HERE, &bytes).await;
    world.app.phones.disconnected(tenant.id, "pbx");
    let owed = world.owed(who).await;
    assert_eq!(owed.len(), 1, "one wrap-up is owed for the click");
    assert_eq!(owed[0]["id"], answer.body["engagement"], "and it is the one that the click named");
    owed[0].clone()
}

async fn case_of(world: &World, who: &Someone, person: &str, subject: &str) -> String {
    let body = json!({ "subject": subject, "contact": person });
    let answer = world.ask(who, "POST", "/cases", Some(body)).await.is(201);
    answer.body["case"]["id"].as_str().expect("an id").to_owned()
}

/// A panel of agent 1001 opens in a console.
fn open_panel(world: &World, n: u128) -> Instance {
    let instance = Instance(Uuid::from_u128(n));
    world.app.hub.panels.opened(world.tenant(HERE).id, &AgentKey("1001".to_owned()), instance, View::Other);
    instance
}

/// Logs, with what is on screen at that moment; answers the Activity.
async fn log(world: &World, who: &Someone, wrapup: &Value, view: Value) -> Value {
    log_with(world, who, wrapup, json!({ "view": view })).await
}

async fn log_with(world: &World, who: &Someone, wrapup: &Value, more: Value) -> Value {
    let mut body = entry(0, &first_code(wrapup), "");
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    let answer = world.ask(who, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
    answer.body["activity"].clone()
}

fn shows(case: &str) -> Value {
    json!({ "kind": "case", "case": case })
}

fn related_rows(world: &World) -> i64 {
    world.count("SELECT count(*) FROM activity_case")
}

/// Ana with a console open, a customer who has the caller's number, and two Cases of hers.
async fn at_work(change: impl FnOnce(&mut TenantSettings)) -> (World, Someone, String, [String; 2]) {
    let world = World::with(|tenant| {
        with_phones(tenant);
        change(tenant);
    })
    .await;
    let ana = world.sign_in(HERE, "ana").await;
    let person = world.person(&ana, "Olga Ruiz", CALLER).await;
    let cases =
        [case_of(&world, &ana, &person, "Invoice").await, case_of(&world, &ana, &person, "Delivery").await];
    (world, ana, person, cases)
}

#[tokio::test]
async fn p06_a_call_dialled_from_a_case_is_its_whatever_is_on_screen() {
    let (world, ana, person, [invoice, delivery]) = at_work(|_| {}).await;
    // Somebody else has the number as well: the record that was clicked wins.
    world.person(&ana, "Pia Sanz", CALLER).await;
    open_panel(&world, 1);
    let wrapup = click(&world, &ana, CALLER, json!({ "from": "case", "case": invoice })).await;
    assert_eq!(wrapup["match"]["clicked"]["id"], person.as_str());
    let activity = log(&world, &ana, &wrapup, shows(&delivery)).await;
    assert_eq!(activity["case"]["id"], invoice.as_str());
    assert_eq!(activity["party"]["id"], person.as_str());
    assert_eq!(related_rows(&world), 1);
}

#[tokio::test]
async fn p06_a_number_that_was_typed_is_no_cases() {
    let (world, ana, _, [_, _]) = at_work(|_| {}).await;
    open_panel(&world, 1);
    let wrapup = click(&world, &ana, CALLER, json!({ "from": "typed" })).await;
    let activity = log(&world, &ana, &wrapup, json!({ "kind": "other" })).await;
    assert_eq!((&activity["case"], related_rows(&world)), (&Value::Null, 0));
}

#[tokio::test]
async fn p07_outbound_from_contact_uses_case_in_view_at_submit() {
    let (world, ana, person, [invoice, delivery]) = at_work(|_| {}).await;
    let panel = open_panel(&world, 1);
    let wrapup = click(&world, &ana, CALLER, json!({ "from": "person", "person": person })).await;
    // What was on screen before does not count.
    let (tenant, agent) = (world.tenant(HERE).id, AgentKey("1001".to_owned()));
    let before = View::Case { case: domain::id::CaseId(invoice.parse().expect("an id")) };
    world.app.hub.panels.looks_at(tenant, &agent, panel, before, true);
    let activity = log(&world, &ana, &wrapup, shows(&delivery)).await;
    assert_eq!(activity["case"]["id"], delivery.as_str());
}

#[tokio::test]
async fn p07_outbound_with_no_case_in_view_relates_none() {
    let (world, ana, person, _) = at_work(|_| {}).await;
    open_panel(&world, 1);
    let wrapup = click(&world, &ana, CALLER, json!({ "from": "person", "person": person })).await;
    let activity = log(&world, &ana, &wrapup, json!({ "kind": "other" })).await;
    assert_eq!((&activity["case"], related_rows(&world)), (&Value::Null, 0));
}

#[tokio::test]
async fn p08_inbound_uses_case_in_view_at_submit_and_none_where_the_host_is_silent() {
    let (world, ana, _, [invoice, _]) = at_work(|_| {}).await;
    open_panel(&world, 1);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let activity = log(&world, &ana, wrapup, shows(&invoice)).await;
    assert_eq!(activity["case"]["id"], invoice.as_str());
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let activity = log(&world, &ana, wrapup, json!({ "kind": "silent" })).await;
    assert_eq!((&activity["case"], related_rows(&world)), (&Value::Null, 1));
}

#[tokio::test]
async fn p09_two_panels_relate_nothing_by_themselves_and_what_the_agent_picks() {
    let (world, ana, _, [invoice, _]) = at_work(|_| {}).await;
    open_panel(&world, 1);
    open_panel(&world, 2);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let activity = log(&world, &ana, wrapup, shows(&invoice)).await;
    assert_eq!((&activity["case"], related_rows(&world)), (&Value::Null, 0));
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let picked = json!({ "view": shows(&invoice), "case": { "choice": "picked", "case": invoice } });
    let activity = log_with(&world, &ana, wrapup, picked).await;
    assert_eq!((activity["case"]["id"].as_str(), related_rows(&world)), (Some(invoice.as_str()), 1));
}

#[tokio::test]
async fn p09_without_a_console_nothing_is_related_by_itself() {
    let (world, ana, _, _) = at_work(|_| {}).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let activity = log(&world, &ana, wrapup, json!({ "kind": "no_console" })).await;
    assert_eq!((&activity["case"], related_rows(&world)), (&Value::Null, 0));
}

#[tokio::test]
async fn p10_a_case_being_made_is_not_related_before_it_is_saved() {
    let (world, ana, _, _) = at_work(|_| {}).await;
    open_panel(&world, 1);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let activity = log(&world, &ana, wrapup, json!({ "kind": "unsaved_case" })).await;
    assert_eq!((&activity["case"], related_rows(&world)), (&Value::Null, 0));
}

#[tokio::test]
async fn p13_with_codes_off_nothing_is_related() {
    let (world, ana, _, [invoice, _]) = at_work(|tenant| tenant.codes_enabled = false).await;
    open_panel(&world, 1);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let body = json!({ "revision": 0, "code": null, "notes": "n", "party": null, "view": shows(&invoice) });
    let answer = world.ask(&ana, "POST", &path_of(wrapup, "log"), Some(body)).await.is(200);
    assert_eq!((&answer.body["activity"]["case"], related_rows(&world)), (&Value::Null, 0));
}

#[tokio::test]
async fn a_case_of_somebody_else_is_not_related_by_itself() {
    let (world, ana, _, _) = at_work(|_| {}).await;
    let other = world.person(&ana, "Pia Sanz", "600 999 888").await;
    let theirs = case_of(&world, &ana, &other, "Warranty").await;
    open_panel(&world, 1);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = &world.owed(&ana).await[0];
    let activity = log(&world, &ana, wrapup, shows(&theirs)).await;
    assert_eq!((&activity["case"], related_rows(&world)), (&Value::Null, 0));
}

#[tokio::test]
async fn p03_do_not_log_relates_no_case() {
    let (world, ana, _, [invoice, _]) = at_work(|_| {}).await;
    open_panel(&world, 1);
    let wrapup = click(&world, &ana, CALLER, json!({ "from": "case", "case": invoice })).await;
    let body = json!({ "revision": 0, "reason": null });
    let answer = world.ask(&ana, "POST", &path_of(&wrapup, "do-not-log"), Some(body)).await.is(200);
    assert_eq!((&answer.body["activity"]["case"], related_rows(&world)), (&Value::Null, 0));
}

#[tokio::test]
async fn p11_a_cases_list_has_its_own_calls_and_marks_its_contacts_others() {
    let (world, ana, _, [invoice, delivery]) = at_work(|_| {}).await;
    open_panel(&world, 1);
    world.play(HERE, Scenario::Answered, CALLER).await;
    log(&world, &ana, &world.owed(&ana).await[0], shows(&invoice)).await;
    world.play(HERE, Scenario::AbandonedWaiting, CALLER).await;
    let list = async |case: &str| {
        let answer = world.ask(&ana, "GET", &format!("/cases/{case}/activities"), None).await.is(200);
        let rows = answer.body["activities"].as_array().cloned().unwrap_or_default();
        rows.iter()
            .map(|row| (row["type"].as_str().unwrap_or_default().to_owned(), row["of_contact"] == true))
            .collect::<Vec<_>>()
    };
    let own = ("inbound".to_owned(), false);
    let abandoned = ("abandoned".to_owned(), true);
    assert_eq!(list(&invoice).await, [abandoned.clone(), own]);
    assert_eq!(list(&delivery).await, [abandoned, ("inbound".to_owned(), true)]);
}

#[tokio::test]
async fn the_panel_says_beforehand_what_log_will_relate() {
    let (world, _, _, [invoice, _]) = at_work(|_| {}).await;
    world.play(HERE, Scenario::Answered, CALLER).await;
    let panel = open_panel(&world, 1);
    let (tenant, agent) = (world.tenant(HERE), AgentKey("1001".to_owned()));
    let said = async || {
        let owner = server::ops::panel::PanelOwner {
            user: domain::id::UserId(uuid::Uuid::nil()),
            agent: agent.clone(),
            name: "Ana".to_owned(),
            instance: Some(panel),
        };
        let shown = server::ops::panel::panel(&world.app, tenant, &owner, 1).await.expect("a panel");
        serde_json::to_value(&shown.wrapups[0].relate).expect("a view")
    };
    assert_eq!(said().await["why"], "none_in_view");
    let view = View::Case { case: domain::id::CaseId(invoice.parse().expect("an id")) };
    world.app.hub.panels.looks_at(tenant.id, &agent, panel, view, true);
    let line = said().await;
    assert_eq!(
        (line["rule"].as_str(), line["case"]["id"].as_str()),
        (Some("in_view_inbound"), Some(&*invoice))
    );
    open_panel(&world, 2);
    let line = said().await;
    assert_eq!(
        (line["why"].as_str(), line["offer"]["id"].as_str()),
        (Some("several_panels"), Some(&*invoice))
    );
}

#[tokio::test]
async fn cases_of_another_tenant_are_out_of_reach() {
    let (world, ana, person, [invoice, _]) = at_work(|_| {}).await;
    let there = world.sign_in(THERE, "ana").await;
    world.ask(&there, "GET", &format!("/cases/{invoice}"), None).await.is(404);
    let change = json!({ "version": 1, "subject": "mine" });
    world.ask(&there, "PATCH", &format!("/cases/{invoice}"), Some(change)).await.is(404);
    let body = json!({ "subject": "mine", "contact": person });
    world.ask(&there, "POST", "/cases", Some(body)).await.is(422);
    let found = world.ask(&there, "GET", "/cases?q=Invoice", None).await.is(200);
    assert_eq!(found.body["cases"], json!([]));
    let found = world.ask(&ana, "GET", "/cases?q=invo", None).await.is(200);
    assert_eq!(found.body["cases"][0]["id"], invoice.as_str());
}

#[tokio::test]
async fn the_second_to_change_a_case_is_told_how_it_is_now() {
    let (world, ana, _, [invoice, _]) = at_work(|_| {}).await;
    let path = format!("/cases/{invoice}");
    let close = json!({ "version": 1, "status": "closed" });
    let closed = world.ask(&ana, "PATCH", &path, Some(close)).await.is(200);
    assert!(closed.body["case"]["closed_at"].is_string());
    let late = json!({ "version": 1, "subject": "Other" });
    let answer = world.ask(&ana, "PATCH", &path, Some(late)).await.is(409);
    assert_eq!(answer.body["error"]["detail"]["current"]["status"], "closed");
    for body in [
        json!({ "version": 2, "subject": " " }),
        json!({ "version": 2, "subject": "x".repeat(300) }),
        json!({ "version": 2, "contact": null, "account": null }),
        json!({ "version": 2, "contact": Uuid::nil() }),
    ] {
        world.ask(&ana, "PATCH", &path, Some(body)).await.is(422);
    }
    let reopened = json!({ "version": 2, "status": "working" });
    let reopened = world.ask(&ana, "PATCH", &path, Some(reopened)).await.is(200);
    assert!(reopened.body["case"]["closed_at"].is_null());
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE action = 'changed'"), 2);
}

#[tokio::test]
async fn an_agent_hangs_up_their_own_part_and_nobody_elses() {
    let (world, ana, _, _) = at_work(|_| {}).await;
    let ben = world.sign_in(HERE, "ben").await;
    let tenant = world.tenant(HERE);
    let start = world.app.around.now();
    let mut pbx = quiet_pbx(start);
    pbx.connect(start);
    let login = b"Action: Login\r\nUsername: bitacora\r\nSecret: not-a-secret-demo\r\n\r\n";
    let mut bytes = pbx.receive(start, login);
    let line = PhoneLine::obedient(&world, tenant.id);
    let body = json!({ "number": CALLER, "from": { "from": "typed" } });
    let engagement = world.ask(&ana, "POST", "/me/dial", Some(body)).await.is(202).body;
    bytes.extend(pbx.receive(start, &sent(&line.told_one())));
    // Just long enough for the agent to pick up.
    bytes.extend(pbx.advance(start.plus_millis(4_000)).into_iter().flat_map(|(_, frame)| frame));
    world.read_bytes(HERE, &bytes).await;
    world.ask(&ben, "POST", "/me/hang-up", Some(engagement.clone())).await.is(404);
    assert_eq!(line.told(), [], "nothing was told for somebody else");
    world.ask(&ana, "POST", "/me/hang-up", Some(engagement)).await.is(204);
    let action = line.told_one();
    let text = String::from_utf8(sent(&action)).expect("text");
    assert!(text.starts_with("Action: Hangup\r\nActionID: 1\r\nChannel: PJSIP/1001-"), "{text}");
}

/// What the panel says of the last click.
async fn dial_shown(world: &World, who: &Someone) -> Value {
    world.ask(who, "GET", "/me/panel", None).await.is(200).body["dial"].clone()
}

#[tokio::test]
async fn a_click_that_the_agents_own_phone_refuses_is_told_with_what_was_clicked() {
    let (world, ana, _, _) = at_work(|_| {}).await;
    let tenant = world.tenant(HERE);
    let start = world.app.around.now();
    let mut pbx = quiet_pbx(start);
    pbx.connect(start);
    let login = b"Action: Login\r\nUsername: bitacora\r\nSecret: not-a-secret-demo\r\n\r\n";
    let mut bytes = pbx.receive(start, login);
    let line = PhoneLine::obedient(&world, tenant.id);
    assert!(dial_shown(&world, &ana).await.is_null());
    let from = json!({ "from": "typed" });
    let body = json!({ "number": CALLER, "from": from });
    let answer = world.ask(&ana, "POST", "/me/dial", Some(body)).await.is(202).body;
    let asked = dial_shown(&world, &ana).await;
    assert_eq!(
        (&asked["engagement"], &asked["from"], &asked["fault"]),
        (&answer["engagement"], &from, &Value::Null)
    );
    bytes.extend(pbx.receive(start, &sent(&line.told_one())));
    let rejected = pbx.handset(start.plus_millis(1_000), "1001", &Handset::Reject);
    bytes.extend(rejected.expect("a phone that rings"));
    bytes.extend(pbx.advance(start.plus_millis(60_000)).into_iter().flat_map(|(_, frame)| frame));
    world.read_bytes(HERE, &bytes).await;
    let failed = dial_shown(&world, &ana).await;
    assert_eq!((&failed["fault"], &failed["engagement"]), (&json!("rejected"), &answer["engagement"]));
    world.clock.advance(600);
    assert!(dial_shown(&world, &ana).await.is_null(), "ten minutes later there is nothing to say of it");
}

#[tokio::test]
async fn a_click_of_which_the_phone_system_says_nothing_is_told_as_a_phone_that_cannot_be_rung() {
    let (world, ana, _, _) = at_work(|_| {}).await;
    let ben = world.sign_in(HERE, "ben").await;
    let _line = PhoneLine::breaking(&world, world.tenant(HERE).id);
    let body = json!({ "number": CALLER, "from": { "from": "typed" } });
    world.ask(&ana, "POST", "/me/dial", Some(body)).await.is(202);
    world.clock.advance(9);
    assert!(dial_shown(&world, &ana).await["fault"].is_null());
    world.clock.advance(1);
    assert_eq!(dial_shown(&world, &ana).await["fault"], "unreachable");
    assert!(dial_shown(&world, &ben).await.is_null(), "it is nobody else's");
}
