//! Days are compared with the CRM: what is there and what is not is told, and what is not is there once more where somebody says
//! so.

use super::org::{Org, contact, drain, read, round};
use crate::world::{CALLER, HERE, Someone, THERE, World, entry, first_code, path_of};
use domain::commit::{Change, Commit};
use domain::completeness::crm_check::{CrmCheckFailure, CrmCheckFault};
use domain::id::CallKey;
use sandbox::pbx::Scenario;
use serde_json::{Value, json};
use server::ops::completeness::crm_night::check_day_before;
use std::sync::Arc;

/// The day of the world's clock.
const DAY: &str = "2026-11-23";
/// The one before.
const BEFORE: &str = "2026-11-22";

struct Scene {
    world: World,
    org: Arc<Org>,
    ana: Someone,
    sam: Someone,
}

async fn scene() -> Scene {
    let world = World::new().await;
    let org = Org::connect(&world).await;
    contact(&org, "Eva", CALLER);
    read(&world).await;
    let (ana, sam) = (world.sign_in(HERE, "ana").await, world.sign_in(HERE, "sam").await);
    Scene { world, org, ana, sam }
}

fn days() -> Value {
    json!({ "from": DAY, "until": DAY, "zone": "UTC" })
}

impl Scene {
    /// A call that Ana logs: its id.
    async fn logged(&self, notes: &str) -> String {
        self.world.play(HERE, Scenario::Answered, CALLER).await;
        let wrapup = self.world.owed(&self.ana).await.pop().expect("a wrap-up");
        let body = entry(0, &first_code(&wrapup), notes);
        let answer = self.world.ask(&self.ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
        answer.body["activity"]["id"].as_str().expect("an id").to_owned()
    }

    /// Two calls that are logged and there.
    async fn two_there(&self) -> [String; 2] {
        let calls = [self.logged("first").await, self.logged("second").await];
        drain(&self.world).await;
        calls
    }

    async fn ledger(&self) -> Value {
        let path = format!("/completeness?from={DAY}&until={DAY}&zone=UTC");
        self.world.ask(&self.sam, "GET", &path, None).await.is(200).body["completeness"].clone()
    }

    /// How many Activities stand how: sent, waiting, refused, deleted there, not sent.
    async fn counts(&self) -> [u64; 5] {
        let ledger = self.ledger().await;
        let counts = &ledger["crm"];
        assert_eq!(counts, &ledger["days"][0]["crm"]);
        ["sent", "waiting", "refused", "deleted_there", "not_sent"]
            .map(|state| counts[state].as_u64().expect("a count"))
    }

    async fn check(&self) -> Value {
        let answer = self.world.ask(&self.sam, "POST", "/completeness/crm/check", Some(days())).await.is(200);
        assert_eq!(answer.body["checks"].as_array().map(Vec::len), Some(1));
        let check = answer.body["checks"][0].clone();
        assert_eq!(self.ledger().await["crm_checks"], json!([check]), "it is kept");
        check
    }

    async fn send(&self, body: Value) -> Vec<String> {
        let answer = self.world.ask(&self.sam, "POST", "/completeness/crm/send", Some(body)).await.is(200);
        let calls = answer.body["calls"].as_array().cloned().unwrap_or_default();
        calls.iter().map(|one| one["became"].as_str().expect("a word").to_owned()).collect()
    }

    fn there(&self) -> Vec<Value> {
        self.org.query(
            "SELECT Id, Interaction_Id__c, Task_Id__c, Notes__c FROM Call_Activity__c ORDER BY Interaction_Id__c",
        )
    }

    fn tasks(&self) -> usize {
        self.org.query("SELECT Id FROM Task").len()
    }

    fn record_of(&self, call: &str) -> String {
        let soql = format!("SELECT Id FROM Call_Activity__c WHERE Interaction_Id__c = '{call}'");
        self.org.one(&soql)["Id"].as_str().expect("an id").to_owned()
    }
}

#[tokio::test]
async fn how_activities_stand_in_the_crm_is_counted_by_day() {
    let scene = scene().await;
    assert_eq!(scene.counts().await, [0, 0, 0, 0, 0]);
    scene.world.play(HERE, Scenario::Answered, CALLER).await;
    assert_eq!(scene.counts().await, [0, 0, 0, 0, 1], "a wrap-up is owed");
    let wrapup = scene.world.owed(&scene.ana).await.pop().expect("a wrap-up");
    let body = entry(0, &first_code(&wrapup), "noted");
    scene.world.ask(&scene.ana, "POST", &path_of(&wrapup, "log"), Some(body)).await.is(200);
    assert_eq!(scene.counts().await, [0, 1, 0, 0, 0]);
    drain(&scene.world).await;
    assert_eq!(scene.counts().await, [1, 0, 0, 0, 0]);
    let rule = json!({ "validation": {
        "object": "Call_Activity__c", "field": "Notes__c", "forbidden": "no", "message": "No." } });
    scene.org.control("POST", "rules", rule);
    scene.logged("no").await;
    round(&scene.world).await;
    assert_eq!(scene.counts().await, [1, 0, 1, 0, 0]);
    // A centre without a CRM has no such numbers, and nothing to compare.
    let there = scene.world.sign_in(THERE, "sam").await;
    let path = format!("/completeness?from={DAY}&until={DAY}&zone=UTC");
    let ledger = scene.world.ask(&there, "GET", &path, None).await.is(200).body["completeness"].clone();
    assert_eq!((&ledger["crm"], &ledger["days"][0]["crm"]), (&Value::Null, &Value::Null));
    assert_eq!(ledger["crm_connected"], false);
    scene.world.ask(&there, "POST", "/completeness/crm/check", Some(days())).await.is(404);
    let body = json!({ "calls": ["01930000-0000-8000-8000-000100000001"] });
    scene.world.ask(&there, "POST", "/completeness/crm/send", Some(body)).await.is(404);
    assert_eq!(scene.world.count("SELECT count(DISTINCT tenant_id) FROM crm_ledger"), 1);
}

#[tokio::test]
async fn what_agrees_is_said_to_and_nothing_is_changed_by_looking() {
    let scene = scene().await;
    scene.two_there().await;
    scene.org.count_anew();
    let check = scene.check().await;
    assert_eq!(
        (&check["date"], &check["zone"], &check["by_name"]),
        (&json!(DAY), &json!("UTC"), &json!("SAM"))
    );
    let found = ["there", "agree", "waiting", "beside", "gone", "unlinked", "strangers"].map(|of| &check[of]);
    assert_eq!(found, [2, 2, 0, 0, 0, 0, 0].map(|n| json!(n)).each_ref());
    assert_eq!(scene.org.calls(), 1, "a page of the API");
    assert_eq!((scene.there().len(), scene.counts().await), (2, [2, 0, 0, 0, 0]));
}

#[tokio::test]
async fn what_somebody_deleted_there_is_found_and_there_once_more_where_a_supervisor_says_so() {
    let scene = scene().await;
    let [first, second] = scene.two_there().await;
    scene.org.delete("Call_Activity__c", &scene.record_of(&first));
    assert_eq!(scene.counts().await, [2, 0, 0, 0, 0], "nobody told us");
    let check = scene.check().await;
    assert_eq!((&check["there"], &check["agree"], &check["gone"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(check["gone_calls"], json!([first]));
    assert_eq!(scene.counts().await, [1, 0, 0, 1, 0]);
    let calls = json!({ "calls": [first, second, "01930000-0000-8000-8000-000100000001"] });
    assert_eq!(scene.send(calls.clone()).await, ["noted", "there", "unknown"]);
    assert_eq!(scene.counts().await, [1, 1, 0, 0, 0]);
    assert_eq!(scene.send(calls).await, ["waits", "there", "unknown"]);
    drain(&scene.world).await;
    assert_eq!((scene.there().len(), scene.tasks()), (2, 2), "each once, with its Task");
    assert_eq!(scene.counts().await, [2, 0, 0, 0, 0]);
    assert_eq!(scene.check().await["agree"], 2);
    let root = scene.world.sign_in(HERE, "root").await;
    let log = scene.world.ask(&root, "GET", "/audit", None).await.is(200).body;
    let entry = &log["entries"][0];
    assert_eq!((&entry["action"], &entry["subject"]["id"]), (&json!("crm_sent_again"), &json!(first)));
}

#[tokio::test]
async fn what_left_the_bin_is_found_to_be_gone_as_well() {
    let scene = scene().await;
    let [first, _] = scene.two_there().await;
    scene.org.delete("Call_Activity__c", &scene.record_of(&first));
    scene.world.clock.advance(16 * 24 * 3_600);
    let sam = scene.world.sign_in(HERE, "sam").await;
    let scene = Scene { sam, ..scene };
    let check = scene.check().await;
    assert_eq!((&check["gone_calls"], &check["agree"]), (&json!([first]), &json!(1)));
}

#[tokio::test]
async fn so_many_that_are_merely_not_found_may_be_hidden_and_nothing_is_said_of_them() {
    let scene = scene().await;
    for _ in 0..21 {
        scene.world.play(HERE, Scenario::AbandonedRinging, CALLER).await;
    }
    drain(&scene.world).await;
    for record in scene.there() {
        scene.org.delete("Call_Activity__c", record["Id"].as_str().expect("an id"));
    }
    scene.world.clock.advance(16 * 24 * 3_600);
    let sam = scene.world.sign_in(HERE, "sam").await;
    let scene = Scene { sam, ..scene };
    let check = scene.check().await;
    assert_eq!((&check["unseen"], &check["gone"]), (&json!(21), &json!(0)));
    assert_eq!(scene.counts().await, [21, 0, 0, 0, 0], "none is marked");
}

#[tokio::test]
async fn what_is_sent_again_after_a_correction_is_sent_and_a_correction_alone_sends_nothing() {
    let scene = scene().await;
    let [first, _] = scene.two_there().await;
    scene.org.delete("Call_Activity__c", &scene.record_of(&first));
    scene.check().await;
    assert_eq!(scene.counts().await, [1, 0, 0, 1, 0]);
    let path = format!("/activities/{first}");
    let now = scene.world.ask(&scene.sam, "GET", &path, None).await.is(200).body["activity"].clone();
    let part = &now["engagements"][0]["id"];
    let correct = json!({ "revision": 0, "engagement": part, "notes": "put right" });
    scene.world.ask(&scene.sam, "POST", &format!("{path}/corrections"), Some(correct)).await.is(200);
    assert_eq!(scene.counts().await, [1, 0, 0, 1, 0], "somebody deleted it there");
    assert_eq!(scene.send(json!({ "calls": [first] })).await, ["noted"]);
    drain(&scene.world).await;
    assert_eq!((scene.there().len(), scene.counts().await), (2, [2, 0, 0, 0, 0]));
}

#[tokio::test]
async fn what_is_there_at_another_time_is_not_gone() {
    let scene = scene().await;
    let [first, _] = scene.two_there().await;
    // Somebody in the org says that the call was a week before.
    let earlier = json!({ "Started_At__c": "2026-11-16T10:00:00Z" });
    scene.org.change("Call_Activity__c", &scene.record_of(&first), earlier);
    let check = scene.check().await;
    assert_eq!((&check["there"], &check["agree"], &check["gone"]), (&json!(1), &json!(2), &json!(0)));
    assert_eq!(scene.counts().await, [2, 0, 0, 0, 0]);
    let before = json!({ "from": "2026-11-16", "until": "2026-11-16", "zone": "UTC" });
    let checks =
        scene.world.ask(&scene.sam, "POST", "/completeness/crm/check", Some(before)).await.is(200).body;
    let check = &checks["checks"][0];
    assert_eq!((&check["there"], &check["agree"], &check["strangers"]), (&json!(1), &json!(1), &json!(0)));
}

#[tokio::test]
async fn what_a_restored_backup_does_not_know_is_found_and_taken_for_what_it_is() {
    let scene = scene().await;
    let [first, second] = scene.two_there().await;
    let database = rusqlite::Connection::open(&scene.world.database).expect("the database");
    database.execute_batch("DELETE FROM crm_filed; DELETE FROM crm_ledger").expect("as of before");
    assert_eq!(scene.counts().await, [0, 0, 0, 0, 2]);
    let check = scene.check().await;
    let mut unlinked: Vec<&str> =
        check["unlinked_calls"].as_array().expect("ids").iter().filter_map(Value::as_str).collect();
    unlinked.sort_unstable();
    let mut expected = [first.as_str(), second.as_str()];
    expected.sort_unstable();
    assert_eq!((unlinked, &check["unlinked"], &check["agree"]), (expected.to_vec(), &json!(2), &json!(0)));
    let before = scene.there();
    let body = json!({ "days": days(), "which": "not_sent" });
    assert_eq!(scene.send(body).await, ["noted", "noted"]);
    drain(&scene.world).await;
    assert_eq!(scene.there(), before, "the same records, none beside them");
    assert_eq!((scene.tasks(), scene.counts().await), (2, [2, 0, 0, 0, 0]));
    assert_eq!(scene.check().await["agree"], 2);
}

#[tokio::test]
async fn a_record_of_no_call_of_ours_is_named_with_its_address_and_one_of_a_call_that_became_part_of_another_is_not()
 {
    let scene = scene().await;
    let [first, second] = scene.two_there().await;
    let foreign = json!({ "Interaction_Id__c": "01930000-0000-8000-8000-000100000009", "Started_At__c": "2026-11-23T03:00:00Z" });
    let record = scene.org.create("Call_Activity__c", foreign);
    let by_hand = json!({ "Started_At__c": "2026-11-23T03:00:00Z" });
    scene.org.create("Call_Activity__c", by_hand);
    let key = |id: &str| CallKey(id.parse().expect("an id"));
    let merged = Change::CallMerged { from: key(&second), into: key(&first) };
    let tenant = scene.world.tenant(HERE).id;
    scene.world.app.store.commit(Commit::of(tenant, vec![merged])).await.expect("merged");
    let check = scene.check().await;
    assert_eq!(
        (&check["there"], &check["beside"], &check["strangers"]),
        (&json!(4), &json!(1), &json!(2)),
        "{check}"
    );
    let named = check["stranger_records"].as_array().expect("records");
    let one = named.iter().find(|one| one["record"] == json!(record)).expect("named");
    assert_eq!(one["call"], "01930000-0000-8000-8000-000100000009");
    assert!(one["url"].as_str().is_some_and(|url| url.ends_with(&record)), "{one}");
    // One that somebody changed stays there and says what it is part of.
    let there = scene.record_of(&second);
    scene.org.change("Call_Activity__c", &there, json!({ "Notes__c": "as she said" }));
    drain(&scene.world).await;
    let check = scene.check().await;
    assert_eq!(
        (&check["beside"], &check["strangers"], &check["gone"]),
        (&json!(1), &json!(2), &json!(0)),
        "{check}"
    );
}

#[tokio::test]
async fn what_waits_is_neither_gone_nor_unlinked() {
    let scene = scene().await;
    scene.two_there().await;
    let third = scene.logged("third").await;
    let check = scene.check().await;
    assert_eq!((&check["agree"], &check["gone"], &check["unlinked"]), (&json!(2), &json!(0), &json!(0)));
    assert_eq!(scene.counts().await, [2, 1, 0, 0, 0]);
    // It is there and the answer is lost: what is there of it waits to be known.
    scene.org.control("POST", "faults", json!({ "fault": "lost", "times": 1, "path": "/composite" }));
    round(&scene.world).await;
    let check = scene.check().await;
    assert_eq!((&check["there"], &check["waiting"], &check["unlinked"]), (&json!(3), &json!(1), &json!(0)));
    assert_eq!(scene.send(json!({ "calls": [third] })).await, ["waits"]);
}

#[tokio::test]
async fn an_org_that_is_down_says_so_and_nothing_is_marked() {
    let scene = scene().await;
    let [first, _] = scene.two_there().await;
    scene.org.delete("Call_Activity__c", &scene.record_of(&first));
    scene.org.cut_off(true);
    let refused = scene.world.ask(&scene.sam, "POST", "/completeness/crm/check", Some(days())).await.is(503);
    assert_eq!(refused.code(), "crm_failed");
    assert_eq!(refused.body["error"]["detail"]["why"], "unreachable");
    assert_eq!(scene.counts().await, [2, 0, 0, 0, 0]);
    assert_eq!(scene.ledger().await["crm_checks"], json!([]));
}

#[tokio::test]
async fn only_supervisors_compare_and_send_and_what_means_nothing_is_refused() {
    let scene = scene().await;
    for path in ["/completeness/crm/check", "/completeness/crm/send"] {
        scene.world.ask(&scene.ana, "POST", path, Some(days())).await.is(403);
    }
    for wrong in [
        json!({ "from": "x", "until": DAY }),
        json!({ "from": "2026-10-01", "until": DAY }),
        json!({ "from": DAY, "until": "2026-11-22" }),
    ] {
        scene.world.ask(&scene.sam, "POST", "/completeness/crm/check", Some(wrong)).await.is(422);
    }
    let one = "01930000-0000-8000-8000-000100000001";
    for wrong in [
        json!({}),
        json!({ "days": days() }),
        json!({ "days": days(), "which": "sent" }),
        json!({ "calls": [one], "which": "not_sent" }),
        json!({ "calls": [one], "days": days(), "which": "not_sent" }),
        json!({ "calls": vec![one; 101] }),
    ] {
        let answer = scene.world.ask(&scene.sam, "POST", "/completeness/crm/send", Some(wrong.clone())).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{wrong} {}", answer.body);
    }
}

#[tokio::test]
async fn the_day_before_is_compared_once_by_itself() {
    let scene = scene().await;
    let [first, _] = scene.two_there().await;
    scene.org.delete("Call_Activity__c", &scene.record_of(&first));
    let tenant = scene.world.tenant(HERE);
    // After three in the night, where the centre is, the day before is compared.
    assert_eq!(check_day_before(&scene.world.app, tenant).await.ok(), Some(true));
    assert_eq!(scene.counts().await, [2, 0, 0, 0, 0], "their day is not over");
    scene.world.clock.advance(23 * 3_600);
    assert_eq!(
        check_day_before(&scene.world.app, tenant).await.ok(),
        Some(false),
        "it is over for too short"
    );
    scene.world.clock.advance(3_600);
    assert_eq!(check_day_before(&scene.world.app, tenant).await.ok(), Some(true));
    assert_eq!(check_day_before(&scene.world.app, tenant).await.ok(), Some(false), "once");
    let sam = scene.world.sign_in(HERE, "sam").await;
    let scene = Scene { sam, ..scene };
    let path = format!("/completeness?from={DAY}&until={DAY}");
    let ledger = scene.world.ask(&scene.sam, "GET", &path, None).await.is(200).body["completeness"].clone();
    let check = &ledger["crm_checks"][0];
    assert_eq!((&check["by"], &check["gone_calls"]), (&Value::Null, &json!([first])));
    assert_eq!(scene.counts().await, [1, 0, 0, 1, 0]);
}

#[tokio::test]
async fn a_night_in_which_a_day_could_not_be_compared_is_seen_by_day_until_it_is() {
    let scene = scene().await;
    let tenant = scene.world.tenant(HERE);
    let failures = async || scene.ledger().await["crm_check_failures"].clone();
    assert_eq!(failures().await, json!([]));
    scene.org.cut_off(true);
    assert!(check_day_before(&scene.world.app, tenant).await.is_err());
    let first = failures().await[0].clone();
    assert_eq!(
        (&first["date"], &first["why"], &first["tries"]),
        (&json!(BEFORE), &json!("unreachable"), &json!(1))
    );
    assert_eq!(first["since"], first["at"]);
    scene.world.clock.advance(60);
    assert!(check_day_before(&scene.world.app, tenant).await.is_err());
    let second = failures().await[0].clone();
    assert_eq!((&second["tries"], &second["since"]), (&json!(2), &first["at"]));
    assert!(second["at"].as_str() > first["at"].as_str(), "when it was tried last");
    let root = scene.world.sign_in(HERE, "root").await;
    let waits = async |who: &Someone| scene.world.ask(who, "GET", "/attention", None).await.is(200).body;
    assert_eq!(waits(&root).await, json!({ "webhooks": 0, "imports": 0, "refused": 0, "not_compared": 1 }));
    assert_eq!(waits(&scene.world.sign_in(THERE, "root").await).await["not_compared"], 0);
    scene.world.ask(&scene.sam, "GET", "/attention", None).await.is(403);
    let there = scene.world.sign_in(THERE, "sam").await;
    let path = format!("/completeness?from={DAY}&until={DAY}&zone=UTC");
    let theirs = scene.world.ask(&there, "GET", &path, None).await.is(200).body["completeness"].clone();
    assert_eq!(theirs["crm_check_failures"], json!([]), "nobody else's");
    // With a day that holds too many nothing can be done: it is told where days are, and no admin is called for it.
    let known = scene.world.app.store.crm_check_failures(tenant.id).await.expect("a read").remove(0);
    let too_many = CrmCheckFailure { fault: CrmCheckFault::TooMany, ..known.clone() };
    for (failure, calls_for) in [(too_many, 0), (known, 1)] {
        let change = Change::CrmCheckFailed(Box::new(failure));
        scene.world.app.store.commit(Commit::of(tenant.id, vec![change])).await.expect("written");
        assert_eq!(waits(&root).await["not_compared"], calls_for);
        assert_eq!(failures().await.as_array().map(Vec::len), Some(1));
    }
    // Whoever compares the day by hand has it gone as well.
    scene.org.cut_off(false);
    let body = json!({ "from": BEFORE, "until": BEFORE });
    scene.world.ask(&scene.sam, "POST", "/completeness/crm/check", Some(body)).await.is(200);
    assert_eq!((failures().await, &waits(&root).await["not_compared"]), (json!([]), &json!(0)));
    assert_eq!(scene.world.count("SELECT count(*) FROM crm_check_failure"), 0);
}
