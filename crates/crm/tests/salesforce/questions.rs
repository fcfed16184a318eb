//! Single questions, and the look at everything that logging needs.

use super::given::id;
use super::org::{World, client, client_with, config, run};
use crm::salesforce::consent::Consent;
use crm::salesforce::{KeepsRefreshToken, Login, Response, Salesforce, Secret, SigningKey};
use crm::{AccessQuestion, Carried, Crm, CrmErrorKind, Finding, FindingState, Retry};
use domain::mirror::{Fate, Mirrored, News, RemoteId};
use sandbox::salesforce::Kind;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PUBLIC: &str = include_str!("keys/app-public.pem");
const PKCS1: &str = include_str!("keys/app-pkcs1.pem");
const PKCS8: &str = include_str!("keys/app-pkcs8.pem");

#[test]
fn who_has_a_number_is_found_by_any_of_its_spellings() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let one = ana.create("Contact", json!({ "LastName": "Ruiz", "Phone": "(415) 555-1212" }));
        let lead =
            ana.create("Lead", json!({ "LastName": "Paz", "Company": "x", "MobilePhone": "415.555.1212" }));
        ana.create("Contact", json!({ "LastName": "Gil", "Phone": "4155551213" }));
        let spellings =
            ["4155551212", "(415) 555-1212", "7", "555} OR {1213", "+1-415.555.1212"].map(str::to_owned);
        crm.search_number(&spellings).await.expect("the describes are known then");
        world.count_anew();
        let found = crm.search_number(&spellings).await.expect("an answer");
        assert_eq!((world.limited(), world.of(Kind::Search)), (1, 1), "one call, however many spellings");
        let ids: Vec<&RemoteId> = found
            .iter()
            .filter_map(|news| match news {
                News::Person(person) => Some(&person.id),
                _ => None,
            })
            .collect();
        assert_eq!(ids, [&id(one), &id(lead)]);
        world.count_anew();
        assert_eq!(crm.search_number(&["7".to_owned(), "+".to_owned()]).await, Ok(Vec::new()));
        assert_eq!(world.limited(), 0, "nothing that could be searched for");
    });
}

#[test]
fn a_record_is_shown_as_it_is_or_as_what_became_of_it() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let one = ana.create("Contact", json!({ "LastName": "Ruiz" }));
        let shown = crm.record(&id(&one)).await.expect("an answer");
        assert!(matches!(shown, Some(News::Person(person)) if person.name == "Ruiz"));
        ana.delete("Contact", &one);
        let account = ana.create("Account", json!({ "LastName": "Mora" }));
        let twin = ana.one("SELECT PersonContactId FROM Account")["PersonContactId"].clone();
        let shown = crm.record(&id(twin.as_str().expect("an id"))).await.expect("an answer");
        assert!(
            matches!(shown, Some(News::Person(person)) if person.id == id(&account)),
            "either half is the person"
        );
        let gone = News::Gone { of: Mirrored::Contacts, id: id(&one), fate: Fate::Deleted };
        assert_eq!(crm.record(&id(&one)).await.expect("an answer"), Some(gone));
        for nobody in ["0035500001H9cakAAB", "00T5500001H9cakAAB", "003' OR Name != '", ""] {
            assert_eq!(crm.record(&id(nobody)).await.expect("an answer"), None, "{nobody}");
        }
    });
}

#[test]
fn a_user_may_see_what_the_org_shows_them() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let ids: Vec<String> =
            (0..250).map(|nth| ana.create("Contact", json!({ "LastName": nth.to_string() }))).collect();
        let luis = ana.user("luis");
        world.post("hide", json!({ "user": luis, "ids": [ids[3], ids[240]] }));
        let mut asked: Vec<RemoteId> = ids.iter().map(id).collect();
        asked.push(id("0035500001H9cakAAB"));
        let question = |user| AccessQuestion { user: id(user), records: asked.clone() };
        let access = crm.access(&[question(&luis)]).await.expect("an answer");
        assert_eq!(
            access.iter().map(|one| &one.record).collect::<Vec<_>>(),
            asked.iter().collect::<Vec<_>>()
        );
        let hidden: Vec<usize> =
            access.iter().enumerate().filter(|(_, one)| !one.may_read).map(|(nth, _)| nth).collect();
        assert_eq!(hidden, [3, 240, 250]);
        // What several users may see is one call for every five questions of the org.
        let marta = ana.user("marta");
        let users = [luis.clone(), ana.user("ana"), marta, luis.clone()];
        let questions: Vec<AccessQuestion> = users.iter().map(question).collect();
        world.count_anew();
        let access = crm.access(&questions).await.expect("an answer");
        assert_eq!(world.limited(), 2);
        let hidden =
            |user: &String| access.iter().filter(|one| one.user == id(user) && !one.may_read).count();
        assert_eq!(users.iter().map(hidden).collect::<Vec<_>>(), [6, 1, 1, 6]);
    });
}

#[test]
fn the_last_calls_of_a_day_are_kept_for_logging() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let one = ana.create("Contact", json!({ "LastName": "Ruiz" }));
        world.count_anew();
        world.post("limits", json!({ "daily_calls": 100 }));
        let mut refused = None;
        for nth in 0..100 {
            if let Err(error) = crm.record(&id(&one)).await {
                refused = Some((nth, error.kind));
                break;
            }
        }
        assert_eq!(refused, Some((94, CrmErrorKind::LimitReached)), "95 with the describe");
        assert_eq!(crm.budget().map(|budget| (budget.used, budget.most)), Some((95, 100)));
        let filed = crm.file(&[super::given::logged(1)]).await;
        super::given::filed(&filed[0]);
        // Then the org itself says no, and until tomorrow or so nothing of it is lost.
        world.post("limits", json!({ "daily_calls": 1 }));
        let Carried::Failed(error) = crm.file(&[super::given::logged(2)]).await.remove(0) else {
            panic!("it was taken")
        };
        assert_eq!(error.kind, CrmErrorKind::LimitReached);
        assert!(matches!(error.retry, Retry::After(after) if after >= Duration::from_secs(300)), "{error:?}");
        world.count_anew();
        world.post("limits", json!({ "daily_calls": 100 }));
        super::given::filed(&crm.file(&[super::given::logged(2)]).await[0]);
    });
}

#[test]
fn the_newest_version_is_spoken_that_both_sides_know() {
    run(async {
        for (offered, expected) in [
            (["58.0", "66.0", "64.0"], Some("66.0")),
            (["60.0", "68.0", "70.0"], Some("60.0")),
            (["57.0", "58.0", "59.0"], None),
        ] {
            let world = World::new(1);
            let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
            let token = json!({ "access_token": ana.token(), "instance_url": super::org::ORIGIN });
            let versions: Vec<_> = offered.iter().map(|version| json!({ "version": version })).collect();
            for body in [token, json!(versions)] {
                let body = body.to_string().into_bytes();
                world.answer_instead(Ok(Response { status: 200, headers: Vec::new(), body }));
            }
            let first = crm.examine(&[]).await.findings.remove(0);
            let said =
                first.facts.iter().find(|(name, _)| *name == "version").map(|(_, version)| version.as_str());
            assert_eq!((first.topic == "login", said), (expected.is_none(), expected));
        }
    });
}

fn topics(findings: &[Finding], state: FindingState) -> Vec<(&'static str, String)> {
    let all = findings.iter().filter(|finding| finding.state == state);
    all.map(|finding| (finding.topic, finding.facts[0].1.clone())).collect()
}

#[test]
fn an_org_with_the_package_is_fit_and_one_without_says_what_is_missing() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let luis = ana.user("luis");
        let examined = crm.examine(&[id(&luis)]).await.findings;
        assert!(examined.iter().all(|finding| finding.state == FindingState::Good), "{examined:?}");
        let org = ana.one("SELECT Id FROM Organization")["Id"].as_str().expect("an id").to_owned();
        assert_eq!(examined[0].facts[0], ("version", "67.0".to_owned()));
        assert_eq!(examined[0].facts[2], ("organisation", org));
        ana.change("User", &luis, json!({ "IsActive": false }));
        world.post("schema", json!({ "objects": "object Task 00T Task/Tasks\nReason__c string 20 !\n" }));
        let examined = crm.examine(&[id(&luis), id("0055500001H9cakAAB")]).await.findings;
        assert_eq!(topics(&examined, FindingState::Bad), [("field_required", "Task.Reason__c".to_owned())]);
        let expected = [("user_inactive", luis), ("user_missing", "0055500001H9cakAAB".to_owned())];
        assert_eq!(topics(&examined, FindingState::Warning), expected);
    });
}

#[test]
fn what_a_permission_set_does_not_show_is_named_and_left_out_of_what_is_written() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        crm.record(&id("0035500001H9cakAAB")).await.expect("a session");
        let describe = |object: &str| {
            let (_, mut body) = ana.ask("GET", &format!("sobjects/{object}/describe"), json!(null));
            body["fields"].as_array_mut().expect("fields").retain(|field| field["name"] != "Notes__c");
            Response { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() }
        };
        for object in ["Call_Activity__c", "Task"] {
            world.answer_instead(Ok(describe(object)));
        }
        let examined = crm.examine(&[]).await.findings;
        let missing = [("field_missing", "Call_Activity__c.Notes__c".to_owned())];
        assert_eq!(topics(&examined, FindingState::Warning), missing);
        super::given::filed(&crm.file(&[super::given::logged(1)]).await[0]);
        assert!(ana.one("SELECT Notes__c FROM Call_Activity__c")["Notes__c"].is_null());
    });
}

#[test]
fn the_field_of_the_opportunity_is_asked_for_only_where_calls_are_related_to_such() {
    run(async {
        let world = World::new(1);
        world.post("schema", json!({ "objects": "", "without": ["Call_Activity__c.Opportunity__c"] }));
        for (relate_opportunities, expected) in [
            (false, Vec::new()),
            (true, vec![("field_missing", "Call_Activity__c.Opportunity__c".to_owned())]),
        ] {
            let crm = client_with(&world, crm::salesforce::Config { relate_opportunities, ..config() });
            let examined = crm.examine(&[]).await.findings;
            assert_eq!(topics(&examined, FindingState::Warning), expected);
        }
    });
}

#[test]
fn an_assertion_that_our_key_signs_logs_in_and_another_does_not() {
    run(async {
        for (pem, expected) in [(PKCS1, true), (PKCS8, true), (include_str!("keys/other-pkcs8.pem"), false)] {
            let world = World::new(1);
            let user = "integration@emulator.example";
            world.post("clients", json!({ "id": "signed", "key": PUBLIC, "authorised": [user] }));
            let login = Login::Assertion {
                client_id: "signed".to_owned(),
                username: user.to_owned(),
                key: SigningKey::of_pem(&Secret::new(pem)).expect("a key"),
            };
            let crm = client_with(&world, crm::salesforce::Config { login, ..config() });
            let answer = crm.record(&id("0035500001H9cakAAB")).await;
            match expected {
                true => assert_eq!(answer, Ok(None)),
                false => assert_eq!(answer.map_err(|error| error.kind), Err(CrmErrorKind::Credentials)),
            }
        }
        for text in [
            "",
            "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----",
            "-----BEGIN PRIVATE KEY-----\nAA==\n-----END",
        ] {
            assert!(SigningKey::of_pem(&Secret::new(text)).is_err(), "{text}");
        }
    });
}

/// Remembers what it is to keep.
struct Keeper(Mutex<Vec<String>>);

#[async_trait::async_trait]
impl KeepsRefreshToken for Keeper {
    async fn kept(&self) -> Option<Secret> {
        self.0.lock().expect("no test failed").last().map(Secret::new)
    }

    async fn keep(&self, shown: &Secret, instead: &Secret) {
        let mut kept = self.0.lock().expect("no test failed");
        assert_eq!(kept.last().map(String::as_str), Some(shown.reveal()));
        kept.push(instead.reveal().to_owned());
    }
}

#[test]
fn consent_leaves_a_token_that_logs_in_and_one_that_came_instead_is_kept() {
    run(async {
        let world = World::new(1);
        let consent = Consent {
            login_url: super::org::ORIGIN.to_owned(),
            client_id: "bitacora".to_owned(),
            client_secret: None,
            callback: "https://bitacora.example/back".to_owned(),
        };
        let verifier = Secret::new("v".repeat(64));
        let address = consent.address("the-state", &verifier);
        assert!(!address.contains(verifier.reveal()));
        let back = world.follow(&address);
        let (code, state) =
            back.split_once("code=").and_then(|(_, rest)| rest.split_once("&state=")).expect("a code");
        assert_eq!(state, "the-state");
        let wrong = Secret::new("w".repeat(64));
        let granted = consent.exchange(&world, &Secret::new(code), &verifier).await.expect("granted");
        assert!(consent.exchange(&world, &Secret::new(code), &wrong).await.is_err(), "a code works once");
        assert!(granted.user.is_some_and(|user| user.starts_with("005")));
        let first = granted.refresh_token.reveal().to_owned();
        let keeper = Arc::new(Keeper(Mutex::new(vec![first.clone()])));
        let login =
            Login::Refresh { client_id: "bitacora".to_owned(), client_secret: None, refresh_token: None };
        let crm = Salesforce::new(
            crm::salesforce::Config { login, ..config() },
            Arc::new(world.clone()),
            Arc::new(world.clone()),
            Some(Arc::clone(&keeper) as Arc<dyn KeepsRefreshToken>),
        );
        assert_eq!(crm.record(&id("0035500001H9cakAAB")).await, Ok(None));
        assert_eq!(
            *keeper.0.lock().expect("no test failed"),
            std::slice::from_ref(&first),
            "the same token goes on"
        );
        // An org that rotates them sends another with each answer.
        world.post("expire", json!({}));
        let ana = world.person("ana@emulator.example");
        let body = json!({ "access_token": ana.token(), "instance_url": super::org::ORIGIN, "refresh_token": "second",
            "id": "https://login.salesforce.com/id/00Dx/005x" });
        let rotated = Response { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() };
        world.answer_instead(Ok(Response { status: 401, headers: Vec::new(), body: b"[]".to_vec() }));
        world.answer_instead(Ok(rotated));
        assert_eq!(crm.record(&id("0035500001H9cakAAB")).await, Ok(None));
        assert_eq!(*keeper.0.lock().expect("no test failed"), [first, "second".to_owned()]);
    });
}

/// Takes its time to keep what it is to keep.
struct Slowly(Keeper);

#[async_trait::async_trait]
impl KeepsRefreshToken for Slowly {
    async fn kept(&self) -> Option<Secret> {
        self.0.kept().await
    }

    async fn keep(&self, shown: &Secret, instead: &Secret) {
        tokio::task::yield_now().await;
        self.0.keep(shown, instead).await;
    }
}

#[test]
fn a_token_that_came_instead_is_kept_though_whoever_asked_went_away() {
    /// More turns than a log-in takes.
    const TURNS: usize = 50;
    run(async {
        let world = World::new(1);
        let keeper = Arc::new(Slowly(Keeper(Mutex::new(vec!["first".to_owned()]))));
        let login =
            Login::Refresh { client_id: "bitacora".to_owned(), client_secret: None, refresh_token: None };
        let crm = Salesforce::new(
            crm::salesforce::Config { login, ..config() },
            Arc::new(world.clone()),
            Arc::new(world.clone()),
            Some(Arc::clone(&keeper) as Arc<dyn KeepsRefreshToken>),
        );
        let ana = world.person("ana@emulator.example");
        let body = json!({ "access_token": ana.token(), "instance_url": super::org::ORIGIN, "refresh_token": "second",
            "id": "https://login.salesforce.com/id/00Dx/005x" });
        world.answer_instead(Ok(Response {
            status: 200,
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
        }));
        let record = id("0035500001H9cakAAB");
        let mut asking = Box::pin(crm.record(&record));
        let pending = std::future::poll_fn(|context| {
            std::task::Poll::Ready(asking.as_mut().poll(context).is_pending())
        });
        assert!(pending.await, "it waits for the log-in");
        drop(asking);
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        assert_eq!(*keeper.0.0.lock().expect("no test failed"), ["first", "second"]);
    });
}

#[test]
fn a_token_goes_to_no_instance_without_https() {
    run(async {
        let world = World::new(1);
        let crm = client(&world);
        let body = json!({ "access_token": "t", "instance_url": "http://org.example" });
        world.answer_instead(Ok(Response {
            status: 200,
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
        }));
        let error = crm.record(&id("0035500001H9cakAAB")).await.expect_err("it is not taken");
        assert_eq!(error.kind, CrmErrorKind::NotUnderstood);
        assert_eq!(world.sent(), 1, "nothing was sent there");
    });
}

#[test]
fn nothing_is_asked_of_another_org_than_the_one_that_is_meant() {
    run(async {
        let world = World::new(7);
        let id = world.person("ana@emulator.example").one("SELECT Id FROM Organization");
        let id = id["Id"].as_str().expect("an id").to_owned();
        let meant = |organisation: &str| {
            let organisation = RemoteId::salesforce(organisation);
            client_with(&world, crm::salesforce::Config { organisation, ..config() })
        };
        world.count_anew();
        let other = meant("00D000000000999").changed(Mirrored::Users, None).await.expect_err("another org");
        assert_eq!(
            (other.kind, other.code.as_deref()),
            (CrmErrorKind::Credentials, Some("OTHER_ORGANISATION"))
        );
        assert_eq!(world.limited(), 0);
        assert!(meant(&id).changed(Mirrored::Users, None).await.is_ok());
    });
}
