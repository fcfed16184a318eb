//! Reports that are kept under a name: who sees and changes them, and what the change log says of those that are shared. That they
//! are mailed is in [`super::report_mail`].

use super::report_mail::{body, every_day, id_of, mail_server, saved};
use crate::world::{HERE, Someone, THERE, World};
use serde_json::{Value, json};
use server::ops::report_mail::send_due;

#[tokio::test]
async fn reports_are_kept_by_who_sees_reports_and_changed_by_whose_they_are() {
    let world = World::new().await;
    let (ana, sam, root) = (
        world.sign_in(HERE, "ana").await,
        world.sign_in(HERE, "sam").await,
        world.sign_in(HERE, "root").await,
    );
    let report = saved(&world, &sam, &["sam"], json!({ "every": "week", "weekday": 0 })).await;
    assert_eq!((&report["own"], &report["can_change"]), (&json!(true), &json!(true)));
    world.ask(&ana, "GET", "/reports/saved", None).await.is(403);
    let seen = async |who: &Someone| {
        let answer = world.ask(who, "GET", "/reports/saved", None).await.is(200).body;
        (answer["reports"].as_array().map_or(0, Vec::len), answer)
    };
    let (count, answer) = seen(&root).await;
    assert_eq!((count, &answer["mail_set_up"]), (0, &json!(false)));
    let names: Vec<&Value> =
        answer["readers"].as_array().expect("readers").iter().map(|reader| &reader["name"]).collect();
    assert_eq!(names, ["ROOT", "SAM"], "agents see no reports");
    let path = format!("/reports/saved/{}", report["id"].as_str().expect("an id"));
    world.ask(&root, "DELETE", &path, None).await.is(404);
    let (own, agent) = (id_of(&world, "sam").await, id_of(&world, "ana").await);
    let mut change = body(&[own], &json!({ "every": "month", "day": 31 }));
    (change["version"], change["shared"]) = (json!(1), json!(true));
    let shared = world.ask(&sam, "PUT", &path, Some(change.clone())).await.is(200).body["report"].clone();
    assert_eq!((&shared["version"], &shared["schedule"]["day"]), (&json!(2), &json!(31)));
    assert_eq!(world.ask(&sam, "PUT", &path, Some(change.clone())).await.is(409).code(), "stale_revision");
    assert_eq!(seen(&root).await.0, 1);
    let stranger = world.sign_in(THERE, "root").await;
    assert_eq!(seen(&stranger).await.0, 0);
    world.ask(&stranger, "GET", &format!("{path}/mails"), None).await.is(404);
    // What cannot be is refused by its place.
    for (name, value, field) in [
        ("name", json!(" "), "name"),
        ("query", json!({ "when": "8d" }), "query.when"),
        ("query", json!({ "token": "x" }), "query.token"),
        ("query", json!({ "per": "day" }), "query.per"),
    ] {
        let mut wrong = change.clone();
        wrong["version"] = json!(2);
        wrong[name] = value;
        let refused = world.ask(&sam, "PUT", &path, Some(wrong)).await.is(422);
        assert_eq!(refused.body["error"]["field"], field);
    }
    for (recipients, field) in [(vec![], "schedule.recipients"), (vec![agent], "schedule.recipients.0")] {
        let mut wrong = change.clone();
        (wrong["version"], wrong["schedule"]["recipients"]) = (json!(2), json!(recipients));
        let refused = world.ask(&sam, "PUT", &path, Some(wrong)).await.is(422);
        assert_eq!(refused.body["error"]["field"], field);
    }
    // Whoever asks gets it now, and nobody else.
    let asked = world.ask(&root, "POST", &format!("{path}/mails"), Some(json!({ "language": "en" }))).await;
    assert_eq!(asked.is(202).body["mail"]["state"], "waiting");
    let (server, mailer) = mail_server().await;
    send_due(&world.app, world.tenant(HERE), Some(&mailer)).await.expect("sent");
    assert_eq!(server.kept()[0].to, ["root@example.org"]);
    world.ask(&root, "DELETE", &path, None).await.is(204);
    world.ask(&sam, "GET", &format!("{path}/mails"), None).await.is(404);
    // Without a mail server a test says so; agents and supervisors make none.
    world.ask(&sam, "POST", "/mail/test", None).await.is(403);
    let tried = world.ask(&root, "POST", "/mail/test", None).await.is(200).body;
    assert_eq!(tried, json!({ "sent": false, "fault": "no_mail", "code": null }));
}

#[tokio::test]
async fn a_shared_report_stands_in_the_change_log_with_when_it_is_mailed_and_a_private_one_does_not() {
    let world = World::new().await;
    let (sam, root) = (world.sign_in(HERE, "sam").await, world.sign_in(HERE, "root").await);
    let report = saved(&world, &sam, &["sam"], every_day()).await;
    let path = format!("/reports/saved/{}", report["id"].as_str().expect("an id"));
    let put = async |shared: bool, hour: u8, version: u64| {
        let mut body =
            body(&[id_of(&world, "root").await], &json!({ "every": "month", "day": 31, "hour": hour }));
        (body["shared"], body["version"]) = (json!(shared), json!(version));
        world.ask(&sam, "PUT", &path, Some(body)).await.is(200);
    };
    let told = async || {
        let log = world.ask(&root, "GET", "/audit", None).await.is(200).body["entries"].clone();
        let log = log.as_array().expect("entries").clone();
        log.into_iter().filter(|entry| entry["subject"]["kind"] == "report").collect::<Vec<Value>>()
    };
    assert_eq!(told().await, Vec::<Value>::new());
    put(true, 8, 1).await;
    put(true, 9, 2).await;
    let log = told().await;
    let changed = json!([{ "field": "mailed", "before": "month 31 8", "after": "month 31 9" }]);
    assert_eq!((&log[0]["action"], &log[0]["fields"]), (&json!("changed"), &changed));
    assert_eq!((&log[1]["action"], &log[1]["subject"]["name"]), (&json!("shared"), &json!("Lunes ñ")));
    assert_eq!(log[1]["by"]["name"], "SAM");
    world.ask(&root, "DELETE", &path, None).await.is(204);
    assert_eq!(told().await[0]["action"], "removed");
}
