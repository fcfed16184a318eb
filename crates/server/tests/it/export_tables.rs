//! What the tables beside those of calls and records hold: what is left to do, what agents did, what people keep, who is told,
//! and what files say. Who may have them is in [`crate::export`].

use crate::completeness::{compared, recorded, world_of};
use crate::export::{bytes, cell, lines};
use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use domain::commit::{AgentStateEntry, Change, Commit, FrameChunk};
use domain::dial::{Dial, DialledFrom};
use domain::duty::AgentState;
use domain::id::{AgentKey, At, DialId, EngagementKey, PersonId};
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use uuid::Uuid;

type Line = Vec<(String, String)>;

/// A whole table for the admin of a tenant, who signs in for it.
async fn table(world: &World, host: &'static str, name: &str) -> Vec<Line> {
    let root = world.sign_in(host, "root").await;
    lines(world, &root, &format!("/export/{name}.csv")).await
}

fn cells<const N: usize>(line: &Line, names: [&str; N]) -> [String; N] {
    names.map(|name| cell(line, name).to_owned())
}

async fn nothing_there(world: &World, name: &str) {
    assert_eq!(table(world, THERE, name).await, Vec::<Line>::new(), "{name} of another tenant");
    let ana = world.sign_in(HERE, "ana").await;
    assert_eq!(bytes(world, &ana, &format!("/export/{name}.csv")).await.0, 403, "{name} for an agent");
}

/// Ana's call, logged with a code that asks for a follow-up.
async fn followed_up(world: &World) -> Someone {
    let (ana, root) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "root").await);
    world.play(HERE, Scenario::Answered, CALLER).await;
    let wrapup = world.owed(&ana).await.remove(0);
    let code = first_code(&wrapup);
    let body = json!({ "version": version_of(world, &root, &code).await, "traits": { "follow_up_days": 3 } });
    world.ask(&root, "PATCH", &format!("/codes/{code}"), Some(body)).await.is(200);
    world.ask(&ana, "POST", &path_of(&wrapup, "log"), Some(entry(0, &code, "later"))).await.is(200);
    ana
}

async fn version_of(world: &World, root: &Someone, code: &str) -> Value {
    let book = world.ask(root, "GET", "/dispositions", None).await.is(200).body;
    let codes = book["sets"].as_array().expect("sets").iter();
    let mut codes = codes.flat_map(|set| set["codes"].as_array().expect("codes"));
    codes.find(|one| one["id"] == code).expect("the code")["version"].clone()
}

#[tokio::test]
async fn messages_leave_with_what_became_of_them_and_nothing_a_spreadsheet_would_reckon() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    for _ in 0..2 {
        world.play(HERE, Scenario::Voicemail, CALLER).await;
    }
    let left = world.ask(&sam, "GET", "/messages", None).await.is(200).body["messages"].clone();
    let path = format!("/messages/{}/done", left[0]["id"].as_str().expect("an id"));
    let body = json!({ "revision": 0, "how": "no_need", "reason": "=1+1" });
    world.ask(&sam, "POST", &path, Some(body)).await.is(200);
    let told = table(&world, HERE, "messages").await;
    assert_eq!(told.len() as i64, world.count("SELECT count(*) FROM message"));
    let said: Vec<_> = told.iter().map(|line| cells(line, ["state", "how", "reason", "by_name"])).collect();
    let [done, open] =
        [["done", "no_need", "'=1+1", "SAM"], ["open", "", "", ""]].map(|line| line.map(str::to_owned));
    assert!(said.contains(&done) && said.contains(&open), "{said:?}");
    nothing_there(&world, "messages").await;
}

#[tokio::test]
async fn follow_ups_leave_also_when_a_correction_took_them_back() {
    let world = World::new().await;
    let ana = followed_up(&world).await;
    let names = ["agent", "agent_name", "state", "due"];
    let open = cells(&table(&world, HERE, "follow_ups").await[0], names);
    assert_eq!(open[..3], ["1001", "ANA", "open"].map(str::to_owned));
    let list = world.ask(&ana, "GET", "/activities?outcome=logged", None).await.is(200).body;
    assert_eq!(list["activities"][0]["code"]["follow_up"], open[3]);
    let path = format!("/activities/{}", list["activities"][0]["id"].as_str().expect("an id"));
    let activity = world.ask(&ana, "GET", &path, None).await.is(200).body["activity"].clone();
    let part = &activity["engagements"][0]["id"];
    let book = world.ask(&ana, "GET", "/dispositions", None).await.is(200).body;
    let sets = book["sets"].as_array().expect("sets").clone();
    let inbound = sets.iter().find(|set| set["direction"] == "inbound").expect("a set");
    let mut codes = inbound["codes"].as_array().expect("codes").iter();
    let other = codes.find(|code| code["id"] != activity["code"]["id"]).expect("another code");
    let body = json!({ "revision": activity["revision"], "engagement": part, "code": other["id"] });
    world.ask(&ana, "POST", &format!("{path}/corrections"), Some(body)).await.is(200);
    assert_eq!(cell(&table(&world, HERE, "follow_ups").await[0], "state"), "withdrawn");
    nothing_there(&world, "follow_ups").await;
}

#[tokio::test]
async fn what_agents_did_leaves_with_how_long_it_was() {
    let world = World::new().await;
    let tenant = world.tenant(HERE).id;
    let begins = [(AgentState::Available, 1_000_000), (AgentState::Away, 61_500_000)];
    let entries = begins.map(|(state, since)| {
        let reason = (state == AgentState::Away).then(|| "@lunch".to_owned());
        let agent = AgentKey("9001".to_owned());
        Change::AgentState(Box::new(AgentStateEntry { agent, state, reason, since: At(since) }))
    });
    world.app.store.commit(Commit::of(tenant, entries.to_vec())).await.expect("written");
    let told = table(&world, HERE, "agent_states").await;
    let ours: Vec<_> = told.iter().filter(|line| cell(line, "agent") == "9001").collect();
    let names = ["state", "reason", "since", "lasted_ms"];
    assert_eq!(
        cells(ours[0], names),
        ["available", "", "1970-01-01T00:00:01.000000Z", "60500"].map(str::to_owned)
    );
    assert_eq!(
        cells(ours[1], names),
        ["away", "'@lunch", "1970-01-01T00:01:01.500000Z", ""].map(str::to_owned)
    );
    nothing_there(&world, "agent_states").await;
}

#[tokio::test]
async fn who_is_told_leaves_without_secrets_and_what_they_were_told_one_after_the_other() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let mut secrets = Vec::new();
    for name in ["ERP", "Data lake"] {
        let body = json!({ "name": name, "url": "http://127.0.0.1:9/told", "types": ["activity.logged"] });
        let made = world.ask(&root, "POST", "/webhooks", Some(body)).await.is(201).body;
        secrets.push(made["secret"].as_str().expect("a secret").to_owned());
    }
    followed_up(&world).await;
    let told = table(&world, HERE, "webhooks").await;
    let names: Vec<&str> = told.iter().map(|line| cell(line, "name")).collect();
    assert_eq!(names, ["ERP", "Data lake"]);
    let deliveries = table(&world, HERE, "deliveries").await;
    let said: Vec<_> = deliveries.iter().map(|line| cells(line, ["webhook_name", "type", "state"])).collect();
    let waits = |name: &str| [name, "activity.logged", "waiting"].map(str::to_owned);
    assert_eq!(said, [waits("ERP"), waits("Data lake")]);
    for name in ["webhooks", "deliveries"] {
        let (_, file, _) = bytes(&world, &root, &format!("/export/{name}.csv")).await;
        let file = String::from_utf8_lossy(&file).into_owned();
        assert!(!secrets.iter().any(|secret| file.contains(secret.trim_start_matches("whsec_"))), "{name}");
        nothing_there(&world, name).await;
    }
}

#[tokio::test]
async fn views_and_reports_leave_if_they_are_shared_or_those_of_whoever_asks() {
    let world = World::new().await;
    for (login, shared) in [("ana", false), ("sam", true), ("sam", false), ("root", false)] {
        let who = world.sign_in(HERE, login).await;
        let name = format!("={login} {shared}");
        let view = json!({ "name": name, "shared": shared, "filters": { "when": "7d" }, "columns": ["when", "who"] });
        world.ask(&who, "POST", "/views", Some(view)).await.is(201);
        if login != "ana" {
            let body =
                json!({ "name": name, "shared": shared, "report": "codes", "query": { "when": "7d" } });
            world.ask(&who, "POST", "/reports/saved", Some(body)).await.is(201);
        }
    }
    for (name, asked) in [("views", "filters"), ("saved_reports", "query")] {
        let told = table(&world, HERE, name).await;
        let said: Vec<_> = told.iter().map(|line| cells(line, ["name", "owner_name", asked])).collect();
        let expected = [["'=sam true", "SAM", "when=7d"], ["'=root false", "ROOT", "when=7d"]];
        assert_eq!(said, expected.map(|line| line.map(str::to_owned)), "{name}");
        nothing_there(&world, name).await;
    }
    let root = world.sign_in(HERE, "root").await;
    let kept = world.ask(&root, "GET", "/reports/saved", None).await.is(200).body["reports"].clone();
    for report in kept.as_array().expect("reports") {
        let path = format!("/reports/saved/{}/mails", report["id"].as_str().expect("an id"));
        world.ask(&root, "POST", &path, Some(json!({ "language": "en" }))).await.is(202);
    }
    let mails = table(&world, HERE, "report_mails").await;
    let said: Vec<_> = mails.iter().map(|line| cells(line, ["state", "tries", "doubtful"])).collect();
    assert_eq!(
        said,
        [["waiting", "0", "false"].map(str::to_owned), ["waiting", "0", "false"].map(str::to_owned)]
    );
    nothing_there(&world, "report_mails").await;
}

#[tokio::test]
async fn clicks_leave_with_where_they_were_and_silences_with_how_long_they_were() {
    let world = World::new().await;
    let root = world.sign_in(HERE, "root").await;
    let tenant = world.tenant(HERE).id;
    let person = world.person(&root, "Olga Ruiz", CALLER).await;
    let id = |n: u128| Uuid::from_u128(n);
    let users = world.app.store.users(tenant).await.expect("users");
    let by = users.iter().find(|user| user.login == "ana").expect("Ana").id;
    let dial = |n: u128, number: &str, from: DialledFrom| {
        Change::Dial(Box::new(Dial {
            id: DialId(id(n)),
            engagement: EngagementKey(id(n)),
            agent: AgentKey("1001".to_owned()),
            source: "pbx".to_owned(),
            number: number.to_owned(),
            from,
            by,
            at: At(5_000_000),
        }))
    };
    let clicked = DialledFrom::Person { person: PersonId(person.parse().expect("an id")) };
    let heard = |chunk: u64, connection: u64, second: i64| {
        Change::Frames(FrameChunk {
            source: "pbx".to_owned(),
            chunk,
            connection,
            first_frame: 0,
            received_at: At(second * 1_000_000),
            bytes: b"x\r\n".to_vec(),
        })
    };
    let changes = vec![
        dial(1, "+34600", clicked),
        dial(2, "=1+1", DialledFrom::Typed),
        heard(1, 1, 10),
        heard(2, 2, 25),
    ];
    world.app.store.commit(Commit::of(tenant, changes)).await.expect("written");
    let dials = table(&world, HERE, "dials").await;
    let names = ["number", "from", "from_id", "by_name", "at"];
    let at = "1970-01-01T00:00:05.000000Z";
    assert_eq!(cells(&dials[0], names), ["'+34600", "person", &person, "ANA", at].map(str::to_owned));
    assert_eq!(cells(&dials[1], names), ["'=1+1", "typed", "", "ANA", at].map(str::to_owned));
    let silences = table(&world, HERE, "silences").await;
    assert_eq!(cells(&silences[0], ["source", "lasted_ms"]), ["pbx", "15000"].map(str::to_owned));
    for name in ["dials", "silences"] {
        nothing_there(&world, name).await;
    }
}

#[tokio::test]
async fn calls_that_only_a_file_tells_of_leave_with_the_file_and_whether_they_are_known_by_now() {
    let world = world_of(&["pbx".to_owned()]).await;
    let sam = world.sign_in(HERE, "sam").await;
    compared(&world, &sam, "pbx", "cdr", recorded("s01_answered", "cdr.csv")).await;
    let told = table(&world, HERE, "missing_calls").await;
    let names = ["source", "type", "direction", "known", "made_by_name"];
    assert_eq!(cells(&told[0], names), ["pbx", "inbound", "inbound", "false", ""].map(str::to_owned));
    let files = table(&world, HERE, "compared_files").await;
    let said = cells(&files[0], ["kind", "by_name", "state", "missing_calls"]);
    assert_eq!((said, told.len()), (["cdr", "SAM", "done", "1"].map(str::to_owned), 1));
    assert_eq!(cell(&told[0], "found_by"), cell(&files[0], "id"));
    let making = json!({ "calls": [cell(&told[0], "id")] });
    world.ask(&sam, "POST", "/completeness/missing/make", Some(making)).await.is(200);
    let made = table(&world, HERE, "missing_calls").await;
    assert_eq!(cells(&made[0], ["known", "made_by_name"]), ["true", "SAM"].map(str::to_owned));
    for name in ["missing_calls", "compared_files"] {
        nothing_there(&world, name).await;
    }
}
