//! Saved reports and their mails: who keeps them, when they are due, and that each time has one chain of tries, whatever
//! happens to the mail server and to ours.

use crate::connection::acceptor;
use crate::export::{cell, lines};
use crate::process::certificate;
use crate::world::{HERE, Someone, World};
use domain::id::At;
use domain::report_mail::MAX_MAIL_TRIES;
use serde_json::{Value, json};
use server::mail::Mailer;
use server::ops::report_mail::{note_due, send_due};
use server::settings::{MailSettings, MailTls};
use std::path::PathBuf;
use testkit::smtp::{Kept, MailServer, Manner};

/// `calls` and `opens`, as AUTH PLAIN says them.
const SECRET: &str = "AGNhbGxzAG9wZW5z";

pub(crate) async fn mail_server() -> (MailServer, Mailer) {
    let server = MailServer::start(Some(SECRET)).await.expect("a mail server");
    let mailer = mailer(server.port());
    (server, mailer)
}

fn mailer(port: u16) -> Mailer {
    Mailer::of(&settings(port)).expect("settings").expect("a mail server")
}

fn settings(port: u16) -> MailSettings {
    MailSettings {
        host: Some("127.0.0.1".to_owned()),
        port: Some(port),
        tls: MailTls::None,
        username: Some("calls".to_owned()),
        password: Some("opens".to_owned()),
        from: Some("calls@example.org".to_owned()),
        ..MailSettings::default()
    }
}

pub(crate) async fn id_of(world: &World, login: &str) -> String {
    let user = world.app.store.user_by_login(world.tenant(HERE).id, login).await.expect("a read");
    user.expect("a user").id.to_string()
}

pub(crate) fn body(recipients: &[String], every: &Value) -> Value {
    let mut schedule = json!({ "hour": 8, "recipients": recipients, "language": "es", "form": "csv" });
    for (name, value) in every.as_object().into_iter().flatten() {
        schedule[name] = value.clone();
    }
    json!({
        "name": "Lunes ñ", "shared": false, "report": "codes", "query": { "when": "7d" }, "schedule": schedule,
    })
}

pub(crate) async fn saved(world: &World, who: &Someone, recipients: &[&str], every: Value) -> Value {
    let mut ids = Vec::new();
    for login in recipients {
        ids.push(id_of(world, login).await);
    }
    let body = body(&ids, &every);
    world.ask(who, "POST", "/reports/saved", Some(body)).await.is(201).body["report"].clone()
}

/// Looks for what is due and sends it, as the worker does.
async fn look(world: &World, mailer: Option<&Mailer>) {
    note_due(&world.app, world.tenant(HERE)).await.expect("noted");
    send_due(&world.app, world.tenant(HERE), mailer).await.expect("sent");
}

async fn mails(world: &World, report: &Value) -> Vec<Value> {
    let sam = world.sign_in(HERE, "sam").await;
    let path = format!("/reports/saved/{}/mails", report["id"].as_str().expect("an id"));
    world.ask(&sam, "GET", &path, None).await.is(200).body["mails"].as_array().cloned().unwrap_or_default()
}

/// Moves the clock to a time.
fn at(world: &World, time: &str) {
    let time = time.parse::<jiff::Timestamp>().expect("a time").as_microsecond();
    let At(now) = world.app.around.now();
    assert!(time > now, "{time} is before {now}");
    world.clock.advance((time - now) / 1_000_000);
}

fn header<'m>(mail: &'m Kept, name: &str) -> Option<&'m str> {
    mail.data.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

const DAILY: &str = "2027-02-02T07:00:00Z";

pub(crate) fn every_day() -> Value {
    json!({ "every": "day" })
}

#[tokio::test]
async fn a_report_is_mailed_once_when_it_is_due_to_those_who_may_see_reports() {
    let world = World::with(|tenant| tenant.time_zone = Some("Europe/Madrid".to_owned())).await;
    let (server, mailer) = mail_server().await;
    at(&world, "2027-02-01T12:00:00Z");
    let sam = world.sign_in(HERE, "sam").await;
    let report = saved(&world, &sam, &["sam", "root"], every_day()).await;
    look(&world, Some(&mailer)).await;
    assert_eq!(server.kept(), [], "it was due this morning, before anybody wanted it");
    at(&world, DAILY);
    for _ in 0..3 {
        look(&world, Some(&mailer)).await;
    }
    let kept = server.kept();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].from, "calls@example.org");
    assert_eq!(kept[0].to, ["root@example.org", "sam@example.org"]);
    assert!(kept[0].signed_in.is_some());
    let id = header(&kept[0], "Message-ID").expect("an id").to_owned();
    assert!(id.starts_with(&format!("<{}.", report["id"].as_str().expect("an id"))), "{id}");
    assert_eq!(header(&kept[0], "Auto-Submitted"), Some("auto-generated"));
    assert!(kept[0].data.contains("text/plain") && kept[0].data.contains("text/html"));
    assert!(kept[0].data.contains("filename=\"bitacora-codes.csv\""), "{}", kept[0].data);
    // Seven days that are over when it is sent.
    assert!(kept[0].data.contains("2027-01-26") && kept[0].data.contains("2027-02-01"));
    let sent = &mails(&world, &report).await[0];
    assert_eq!((&sent["state"], &sent["sent_to"], &sent["tries"]), (&json!("sent"), &json!(2), &json!(1)));
    assert_eq!((&sent["due"], &sent["doubtful"]), (&json!("2027-02-02T07:00:00.000000Z"), &json!(false)));
    // Of times that were missed the last one is made good, once.
    at(&world, "2027-02-05T10:00:00Z");
    look(&world, Some(&mailer)).await;
    look(&world, Some(&mailer)).await;
    assert_eq!(server.kept().len(), 2);
    assert_eq!(mails(&world, &report).await[0]["due"], "2027-02-05T07:00:00.000000Z");
    // Who may see no reports by now gets none, and what belongs to one who left and is shared with nobody ends.
    let root = world.sign_in(HERE, "root").await;
    let roots = saved(&world, &root, &["sam", "root"], every_day()).await;
    let users = world.ask(&root, "GET", "/users", None).await.is(200).body["users"].clone();
    let sam =
        users.as_array().expect("users").iter().find(|user| user["login"] == "sam").expect("sam").clone();
    let path = format!("/users/{}", sam["id"].as_str().expect("an id"));
    let change = json!({ "version": 1, "role": "agent" });
    world.ask(&root, "PATCH", &path, Some(change)).await.is(200);
    at(&world, "2027-02-06T10:00:00Z");
    look(&world, Some(&mailer)).await;
    let kept = server.kept();
    assert_eq!((kept.len(), &kept[2].to), (3, &vec!["root@example.org".to_owned()]));
    let id = header(&kept[2], "Message-ID").expect("an id");
    assert!(id.starts_with(&format!("<{}.", roots["id"].as_str().expect("an id"))), "{id}");
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again_and_what_is_refused_is_given_up_with_the_reason() {
    let world = World::new().await;
    let (server, mailer) = mail_server().await;
    let sam = world.sign_in(HERE, "sam").await;
    let report = saved(&world, &sam, &["sam"], every_day()).await;
    at(&world, DAILY);
    server.is(Manner::Refuses(451));
    look(&world, Some(&mailer)).await;
    look(&world, Some(&mailer)).await;
    let first = mails(&world, &report).await[0].clone();
    let said = |mail: &Value| (mail["state"].clone(), mail["fault"].clone(), mail["code"].clone());
    assert_eq!(said(&first), (json!("waiting"), json!("refused_for_now"), json!(451)));
    assert_eq!(first["tries"], 1, "a minute has not passed");
    world.clock.advance(60);
    server.is(Manner::Takes);
    look(&world, Some(&mailer)).await;
    let again = mails(&world, &report).await[0].clone();
    assert_eq!((said(&again).0, again["tries"].clone(), server.kept().len()), (json!("sent"), json!(2), 1));
    // A letter that it does not take, of readers whom it took, is told as that: their addresses are right.
    at(&world, "2027-02-03T09:00:00Z");
    server.is(Manner::Refuses(552));
    look(&world, Some(&mailer)).await;
    let letter = mails(&world, &report).await[0].clone();
    assert_eq!(said(&letter), (json!("dead"), json!("letter_refused"), json!(552)));
    let reader = &letter["readers"][0];
    assert_eq!((&reader["state"], &reader["answer"]), (&json!("letter_refused"), &json!("no")));
    // A reader whom the mail server does not know is told as such at once.
    at(&world, "2027-02-04T09:00:00Z");
    server.is(Manner::RefusesReader(550));
    look(&world, Some(&mailer)).await;
    let dead = mails(&world, &report).await[0].clone();
    assert_eq!(said(&dead), (json!("dead"), json!("refused"), json!(550)));
    // Without a mail server, and with one that is not there, it waits, and is given up in the end.
    at(&world, "2027-02-05T09:00:00Z");
    look(&world, None).await;
    assert_eq!(said(&mails(&world, &report).await[0]).1, "no_mail");
    drop(server);
    for _ in 1..MAX_MAIL_TRIES {
        world.clock.advance(6 * 3_600);
        send_due(&world.app, world.tenant(HERE), Some(&mailer)).await.expect("tried");
    }
    let given_up = mails(&world, &report).await[0].clone();
    assert_eq!(said(&given_up), (json!("dead"), json!("unreachable"), Value::Null));
    assert_eq!(given_up["tries"], MAX_MAIL_TRIES);
}

#[tokio::test]
async fn one_who_is_refused_keeps_a_report_from_nobody_else_and_is_named_with_the_answer() {
    let world = World::new().await;
    let (server, mailer) = mail_server().await;
    let sam = world.sign_in(HERE, "sam").await;
    let (had, had_not) = (id_of(&world, "sam").await, id_of(&world, "root").await);
    let mut shared = body(&[had.clone(), had_not.clone()], &every_day());
    shared["shared"] = json!(true);
    let report = world.ask(&sam, "POST", "/reports/saved", Some(shared)).await.is(201).body["report"].clone();
    at(&world, DAILY);
    server.refuses("root@example.org", 550);
    look(&world, Some(&mailer)).await;
    assert_eq!(server.kept().iter().map(|kept| kept.to.clone()).collect::<Vec<_>>(), [["sam@example.org"]]);
    let mail = mails(&world, &report).await[0].clone();
    assert_eq!((&mail["state"], &mail["sent_to"], &mail["fault"]), (&json!("sent"), &json!(1), &Value::Null));
    let fates = async |mail: &Value| {
        let (sam, root) = (id_of(&world, "sam").await, id_of(&world, "root").await);
        let of = |id: &str| {
            let all = mail["readers"].as_array().cloned().unwrap_or_default();
            all.into_iter().find(|fate| fate["user"] == id).map(|fate| fate["state"].clone())
        };
        [of(&sam), of(&root)].map(Option::unwrap_or_default)
    };
    assert_eq!(fates(&mail).await, ["sent", "refused"]);
    let refused = mail["readers"].as_array().expect("readers").iter().find(|fate| fate["state"] == "refused");
    let said = refused.expect("one").clone();
    assert_eq!((&said["code"], &said["answer"]), (&json!(550), &json!("5.1.1 <…>: no such reader")));
    let root = world.sign_in(HERE, "root").await;
    let file = lines(&world, &root, "/export/report_mails.csv").await;
    let ids = ["sent_to_ids", "not_sent_to_ids"].map(|name| cell(&file[0], name));
    assert_eq!((file.len(), ids), (1, [had.as_str(), had_not.as_str()]));
    // Refused for now: it is tried again for them, and whoever has it is left alone, also after a restart in between.
    at(&world, "2027-02-03T09:00:00Z");
    server.refuses("root@example.org", 451);
    look(&world, Some(&mailer)).await;
    let mail = mails(&world, &report).await[0].clone();
    assert_eq!((&mail["state"], fates(&mail).await), (&json!("waiting"), [json!("sent"), json!("waiting")]));
    assert_eq!((&mail["fault"], &mail["code"]), (&json!("refused_for_now"), &json!(451)));
    server.takes("root@example.org");
    world.clock.advance(60);
    send_due(&world.app, world.tenant(HERE), Some(&self::mailer(server.port()))).await.expect("sent");
    let kept = server.kept();
    assert_eq!(
        kept[1..].iter().map(|kept| kept.to.clone()).collect::<Vec<_>>(),
        [["sam@example.org"], ["root@example.org"]]
    );
    assert_eq!(header(&kept[1], "Message-ID"), header(&kept[2], "Message-ID"));
    let mail = mails(&world, &report).await[0].clone();
    assert_eq!(
        (&mail["state"], &mail["sent_to"], &mail["doubtful"]),
        (&json!("sent"), &json!(2), &json!(false))
    );
}

#[tokio::test]
async fn an_address_that_is_not_ascii_is_refused_where_it_is_set_and_one_of_before_stops_nobody_else() {
    let world = World::new().await;
    let (server, mailer) = mail_server().await;
    let (sam, root) = (world.sign_in(HERE, "sam").await, world.sign_in(HERE, "root").await);
    let path = format!("/users/{}", id_of(&world, "root").await);
    let change = json!({ "version": 1, "email": "peña@example.org" });
    let refused = world.ask(&root, "PATCH", &path, Some(change)).await.is(422);
    let error = &refused.body["error"];
    assert_eq!((&error["field"], &error["detail"]["reason"]), (&json!("email"), &json!("not_ascii")));
    // Kept by a version that took it.
    let tenant = world.tenant(HERE).id;
    let user = world.app.store.user_by_login(tenant, "root").await.expect("a read").expect("a user");
    let user = domain::account::User { email: Some("peña@example.org".to_owned()), version: 2, ..user };
    let change = domain::commit::Change::User(Box::new(user));
    world.app.store.commit(domain::commit::Commit::of(tenant, vec![change])).await.expect("written");
    let report = saved(&world, &sam, &["sam", "root"], every_day()).await;
    at(&world, DAILY);
    look(&world, Some(&mailer)).await;
    assert_eq!(server.kept()[0].to, ["sam@example.org"]);
    let mail = mails(&world, &report).await[0].clone();
    let states: Vec<&Value> =
        mail["readers"].as_array().expect("readers").iter().map(|fate| &fate["state"]).collect();
    assert!(states.contains(&&json!("sent")) && states.contains(&&json!("bad_address")), "{mail}");
    assert_eq!(mail["state"], "sent");
}

/// A mailer that encrypts before anything is said, trusting this certificate.
fn encrypting(port: u16, certificates: Option<PathBuf>) -> Mailer {
    let host = Some("localhost".to_owned());
    let settings = MailSettings { host, tls: MailTls::Starttls, certificates, ..settings(port) };
    Mailer::of(&settings).expect("settings").expect("a mail server")
}

/// What was said but the greeting and the wish to encrypt.
fn told_in_the_clear(server: &MailServer) -> Vec<String> {
    let said = server.in_the_clear().into_iter();
    said.filter(|line| !line.starts_with("EHLO ") && line != "STARTTLS" && line != "QUIT").collect()
}

#[tokio::test]
async fn a_mail_goes_to_whose_certificate_is_trusted_and_nobody_else_hears_a_word_of_it() {
    let (ours, others) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (trusted, key) = certificate(ours.path());
    let (other, _) = certificate(others.path());
    let server = MailServer::start_encrypted(Some(SECRET), acceptor(&trusted, &key)).await.expect("a server");
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    let report = saved(&world, &sam, &["sam"], every_day()).await;
    at(&world, DAILY);
    for certificates in [None, Some(other)] {
        look(&world, Some(&encrypting(server.port(), certificates))).await;
        let mail = mails(&world, &report).await[0].clone();
        assert_eq!((&mail["state"], &mail["fault"]), (&json!("waiting"), &json!("unreachable")));
        world.clock.advance(6 * 3_600);
    }
    assert_eq!((server.kept(), told_in_the_clear(&server)), (vec![], vec![]));
    look(&world, Some(&encrypting(server.port(), Some(trusted)))).await;
    let kept = server.kept();
    assert_eq!((kept.len(), kept[0].encrypted, kept[0].signed_in.is_some()), (1, true, true));
    assert_eq!(told_in_the_clear(&server), Vec::<String>::new(), "nor was the password");
    assert_eq!(mails(&world, &report).await[0]["state"], "sent");
}

#[tokio::test]
async fn a_mail_server_that_does_not_encrypt_is_told_nothing_where_that_is_asked_of_it() {
    let (server, _) = mail_server().await;
    let world = World::new().await;
    let sam = world.sign_in(HERE, "sam").await;
    let report = saved(&world, &sam, &["sam"], every_day()).await;
    at(&world, DAILY);
    look(&world, Some(&encrypting(server.port(), None))).await;
    assert_eq!((server.kept(), told_in_the_clear(&server)), (vec![], vec![]));
    let mail = mails(&world, &report).await[0].clone();
    assert_eq!((&mail["state"], &mail["fault"]), (&json!("waiting"), &json!("unreachable")));
}

#[tokio::test]
async fn a_mail_whose_end_nobody_knows_goes_out_again_by_the_same_id_and_is_told_as_a_doubt() {
    let world = World::new().await;
    let (server, mailer) = mail_server().await;
    let sam = world.sign_in(HERE, "sam").await;
    let report = saved(&world, &sam, &["sam"], every_day()).await;
    at(&world, DAILY);
    note_due(&world.app, world.tenant(HERE)).await.expect("noted");
    // Ended between the try and its being written down: what is on disk is that it began.
    let tenant = world.tenant(HERE).id;
    let waiting =
        world.app.store.report_mails_to_send(tenant, world.app.around.now(), 9).await.expect("mails");
    let begun = waiting[0].begin(world.app.around.now());
    let change = domain::commit::Change::ReportMail(Box::new(begun));
    world.app.store.commit(domain::commit::Commit::of(tenant, vec![change])).await.expect("written");
    look(&world, Some(&mailer)).await;
    assert_eq!(server.kept(), [], "it waits for the time in which it may have been sent");
    world.clock.advance(60);
    server.is(Manner::BreaksOff);
    look(&world, Some(&mailer)).await;
    world.clock.advance(300);
    server.is(Manner::Takes);
    look(&world, Some(&mailer)).await;
    let kept = server.kept();
    assert_eq!(kept.len(), 2, "the mail server took both");
    assert_eq!(header(&kept[0], "Message-ID"), header(&kept[1], "Message-ID"));
    let told = &mails(&world, &report).await[0];
    assert_eq!((&told["state"], &told["doubtful"]), (&json!("sent"), &json!(true)));
}

#[tokio::test]
async fn a_connection_that_breaks_once_the_letter_is_on_its_way_is_told_as_a_doubt_for_all_its_readers() {
    let world = World::new().await;
    let (server, mailer) = mail_server().await;
    let sam = world.sign_in(HERE, "sam").await;
    let report = saved(&world, &sam, &["sam", "root"], every_day()).await;
    at(&world, DAILY);
    server.is(Manner::BreaksOff);
    look(&world, Some(&mailer)).await;
    let told = mails(&world, &report).await[0].clone();
    assert_eq!((&told["state"], &told["fault"]), (&json!("waiting"), &json!("unreachable")));
    assert_eq!((&told["doubtful"], &told["readers"]), (&json!(true), &json!([])));
    world.clock.advance(60);
    server.is(Manner::Takes);
    look(&world, Some(&mailer)).await;
    let kept = server.kept();
    assert_eq!(kept.len(), 2, "the mail server took both");
    assert_eq!((kept[0].to.len(), &kept[1].to), (2, &kept[0].to));
    assert_eq!(header(&kept[0], "Message-ID"), header(&kept[1], "Message-ID"));
    let told = mails(&world, &report).await[0].clone();
    assert_eq!(
        (&told["state"], &told["sent_to"], &told["doubtful"]),
        (&json!("sent"), &json!(2), &json!(true))
    );
}

#[tokio::test]
async fn every_report_is_mailed_with_its_tables_and_names_are_no_markup() {
    let world = World::new().await;
    let (server, mailer) = mail_server().await;
    let sam = world.sign_in(HERE, "sam").await;
    let to = [id_of(&world, "sam").await];
    let mut sam = sam;
    for (report, form, files) in
        [("codes", "csv", 4), ("calls", "parquet", 2), ("service", "csv", 2), ("agents", "parquet", 1)]
    {
        let mut body = body(&to, &every_day());
        (body["report"], body["name"]) = (json!(report), json!("<b>Uno & dos</b>\r\nBcc: x@example.org"));
        body["schedule"]["form"] = json!(form);
        world.ask(&sam, "POST", "/reports/saved", Some(body)).await.is(201);
        world.clock.advance(24 * 3_600);
        look(&world, Some(&mailer)).await;
        let mails = server.kept();
        let mail = mails.iter().rev().find(|mail| mail.data.matches(&format!(".{form}\"")).count() == files);
        let mail = mail.unwrap_or_else(|| panic!("{report}: {} mails", mails.len()));
        assert_eq!(mail.to, ["sam@example.org"]);
        assert!(header(mail, "Bcc").is_none());
        let html = mail.data.split("Content-Type: text/html").nth(1).expect("a part").replace("=\r\n", "");
        assert!(html.contains("&lt;b&gt;Uno &amp; dos&lt;/b&gt;") && !html.contains("<b>Uno"), "{html}");
        sam = world.sign_in(HERE, "sam").await;
        let all = world.ask(&sam, "GET", "/reports/saved", None).await.is(200).body["reports"].clone();
        for report in all.as_array().expect("reports") {
            let path = format!("/reports/saved/{}", report["id"].as_str().expect("an id"));
            world.ask(&sam, "DELETE", &path, None).await.is(204);
        }
    }
}
