//! The review of a disposition set over the API, on stored rows of two tenants.

use crate::world::{HERE, Someone, THERE, World};
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallState, CallType, Direction};
use domain::commit::{Change, Commit};
use domain::disposition::LoggedCode;
use domain::id::{AgentKey, At, CallKey};
use serde_json::{Value, json};
use uuid::Uuid;

/// After the codes were made: one is not held against calls before it.
const QUARTER: &str = "from=2027-01-01&until=2027-03-31";

/// The first set of inbound calls of a tenant, as it is stored.
async fn set_of(world: &World, host: &str) -> domain::disposition::DispositionSet {
    let tenant = world.tenant(host).id;
    let sets = world.app.store.dispositions(tenant).await.expect("sets");
    sets.iter().find(|set| set.direction == Direction::Inbound).cloned().expect("a set")
}

/// A quarter of calls that were logged evenly over the codes of the set but the first.
async fn logged_evenly(world: &World, host: &str, calls: u32) {
    let set = set_of(world, host).await;
    let used = &set.codes[1..];
    let first = At("2027-01-01T10:00:00Z".parse::<jiff::Timestamp>().expect("a time").as_microsecond());
    let mut changes = Vec::new();
    for nth in 0..calls {
        let at = first.plus_millis(i64::from(nth) * 85 * 86_400_000 / i64::from(calls));
        let key = CallKey(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{host} {nth}").as_bytes()));
        let code = &used[nth as usize % used.len()];
        changes.push(Change::Call(Box::new(CallRecord {
            key,
            source: "pbx".to_owned(),
            state: CallState::Ended,
            kind: Some(CallType::Inbound),
            direction: Direction::Inbound,
            from: Some(format!("+3460000{nth:04}")),
            to: None,
            did: None,
            ring_group: Some("Ventas".to_owned()),
            started_at: at,
            answered_at: Some(at),
            ended_at: Some(at.plus_millis(90_000)),
            waiting_since: None,
            wait_ms: Some(1_000),
            talk_ms: 90_000,
            hold_ms: 0,
            recording: None,
            voicemail: None,
            hung_up_by: None,
            no_activity: None,
            inferred: false,
            explanation: vec![],
            engagements: vec![],
        })));
        changes.push(Change::Activity(Box::new(Activity {
            outcome: Outcome::Logged,
            archived: true,
            agent: Some(AgentKey("1001".to_owned())),
            code: Some(LoggedCode::plain(code.id, code.label.clone())),
            logged_at: Some(at.plus_millis(100_000)),
            ..Activity::open(key, vec![])
        })));
    }
    let tenant = world.tenant(host).id;
    world.app.store.commit(Commit::of(tenant, changes)).await.expect("a commit");
}

async fn review(world: &World, who: &Someone, set: Uuid) -> Value {
    let path = format!("/reports/review?set={set}&{QUARTER}");
    world.ask(who, "GET", &path, None).await.is(200).body["review"].clone()
}

#[tokio::test]
async fn p16_a_code_that_nobody_chose_is_named_with_what_retiring_it_changes() {
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    let set = set_of(&world, HERE).await;
    let unused = set.codes.first().expect("a code");
    let empty = review(&world, &sam, set.id.0).await;
    assert_eq!((&empty["calls"], &empty["findings"]), (&json!(0), &json!([])));
    // Calls of another tenant with codes of the same names are not of this review.
    logged_evenly(&world, THERE, 600).await;
    assert_eq!(review(&world, &sam, set.id.0).await, empty);
    logged_evenly(&world, HERE, 600).await;
    let found = review(&world, &sam, set.id.0).await;
    assert_eq!((&found["calls"], &found["left_out"]), (&json!(600), &json!(0)));
    let findings = found["findings"].as_array().expect("findings");
    let never = findings.iter().find(|finding| finding["kind"] == "never_used").expect("a finding");
    assert_eq!(never["codes"][0]["id"], json!(unused.id.0));
    assert_eq!(never["change"], json!({ "kind": "retire", "code": unused.id.0 }));
    assert_eq!(never["evidence"][0]["seen"], json!(0.0));
    let (before, after) = (sum(never, "before"), sum(never, "after"));
    assert_eq!((before, after), (600, 600), "no call is lost in a replay");
}

fn sum(finding: &Value, of: &str) -> u64 {
    let lines = finding["replayed"].as_array().expect("lines");
    lines.iter().map(|line| line[of].as_u64().expect("a count")).sum()
}

#[tokio::test]
async fn p16_a_review_is_for_supervisors_of_the_tenant_and_asked_for_strictly() {
    let world = World::new().await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    let set = set_of(&world, HERE).await.id.0;
    world.ask(&ana, "GET", &format!("/reports/review?set={set}&{QUARTER}"), None).await.is(403);
    let unknown = Uuid::from_u128(7);
    for (query, field, reason) in [
        (QUARTER.to_owned(), "set", "empty"),
        (format!("set={unknown}&{QUARTER}"), "set", "unknown"),
        (format!("set=x&{QUARTER}"), "set", "unknown"),
        (format!("set={set}&from=2027-01-01"), "until", "empty"),
        (format!("set={set}&from=2027-01-01&until=2027-04-11"), "until", "too_long"),
        (format!("set={set}&{QUARTER}&agent=1001"), "agent", "unknown"),
    ] {
        let refused = world.ask(&sam, "GET", &format!("/reports/review?{query}"), None).await.is(422);
        let error = &refused.body["error"];
        let said = (error["field"].as_str(), error["detail"]["reason"].as_str());
        assert_eq!(said, (Some(field), Some(reason)), "{query}");
    }
}
