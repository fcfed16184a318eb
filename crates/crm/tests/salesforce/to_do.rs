//! A follow-up is a Task, one whatever is lost; it follows what happens here, and what people changed there stays.

use super::given::{call, id, party};
use super::org::{ORIGIN, Person, START, World, client, client_with, config, run};
use crm::salesforce::consent::Consent;
use crm::salesforce::{Config, Login, Salesforce, Secret};
use crm::{Crm, FollowUpCarried, FollowUpFiling, FollowUpWanted, RemoteParty, Retry};
use domain::directory::PersonKind;
use domain::disposition::Label;
use domain::outbox::{RefusalKind, TaskFiled};
use domain::report::calendar::Day;
use serde_json::{Value, json};

const TASKS: &str = "SELECT FIELDS(ALL) FROM Task LIMIT 9";

fn wanted() -> FollowUpWanted {
    let label = Label { es: "Ventas › Volver a llamar".to_owned(), en: "Sales › Call back".to_owned() };
    let due = Day::read("2026-12-01").expect("a day");
    FollowUpWanted { label, due, done: false, party: None, case: None, opportunity: None, agent: None }
}

fn filing(wanted: Option<FollowUpWanted>) -> FollowUpFiling {
    let call = call(1).key;
    FollowUpFiling { call, round: 0, began_at: Some(START), wanted, before: None, in_doubt: false }
}

fn again(before: &TaskFiled, wanted: Option<FollowUpWanted>) -> FollowUpFiling {
    FollowUpFiling { before: Some(before.clone()), ..filing(wanted) }
}

#[track_caller]
fn there(carried: &FollowUpCarried) -> TaskFiled {
    match carried {
        FollowUpCarried::There(task) => task.clone(),
        other => panic!("not there: {other:?}"),
    }
}

async fn carried(crm: &Salesforce, filing: &FollowUpFiling) -> FollowUpCarried {
    crm.follow_up(filing).await.expect("an answer")
}

/// One that is there, and somebody who works in the org.
async fn made(world: &World) -> (Salesforce, Person, TaskFiled) {
    let (crm, ana) = (client(world), world.person("ana@emulator.example"));
    let task = there(&carried(&crm, &filing(Some(wanted()))).await);
    (crm, ana, task)
}

fn tasks(ana: &Person) -> Vec<Value> {
    ana.query(TASKS)
}

#[test]
fn a_follow_up_is_an_open_task_about_whom_and_what_its_call_is() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let account = ana.create("Account", json!({ "Name": "Acme" }));
        let contact = ana.create("Contact", json!({ "LastName": "Paz", "AccountId": account }));
        let case = ana.create("Case", json!({ "Subject": "Pedido", "ContactId": contact }));
        let agent = ana.user("luis");
        let about = RemoteParty { account: Some(id(&account)), ..party(PersonKind::Contact, &contact) };
        let all = FollowUpWanted {
            party: Some(about.clone()),
            case: Some(id(&case)),
            agent: Some(id(&agent)),
            ..wanted()
        };
        let task = there(&carried(&crm, &filing(Some(all.clone()))).await);
        let found = ana.one(TASKS);
        let expected = json!({
            "Id": task.task, "WhoId": contact, "WhatId": case, "OwnerId": agent, "Subject": "Seguimiento: Ventas › Volver a llamar",
            "Status": "Not Started", "IsClosed": false, "ActivityDate": "2026-12-01", "Priority": "Normal",
            "CallObject": format!("follow-up:{}", call(1).key),
        });
        for (field, value) in expected.as_object().expect("fields") {
            assert_eq!(&found[field], value, "{field}");
        }
        // As it is there already it costs nothing.
        world.count_anew();
        assert_eq!(
            carried(&crm, &again(&task, Some(all.clone()))).await,
            FollowUpCarried::There(task.clone())
        );
        assert_eq!(world.limited(), 0);
        // Another day, another agent who is no user there: it is ours then.
        let moved =
            FollowUpWanted { due: Day::read("2026-12-24").expect("a day"), agent: None, case: None, ..all };
        there(&carried(&crm, &again(&task, Some(moved))).await);
        let found = ana.one(TASKS);
        assert_eq!((&found["ActivityDate"], &found["WhatId"]), (&json!("2026-12-24"), &json!(account)));
        assert_eq!(found["OwnerId"], found["CreatedById"]);
    });
}

#[test]
fn it_is_made_once_whatever_is_lost_and_whoever_was_killed_before_writing_it_down() {
    run(async {
        for lost in [0, 1] {
            let world = World::new(1);
            let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
            // What the client asks once is known by then.
            carried(&crm, &filing(None)).await;
            world.lose_answer_after(lost);
            let error = crm.follow_up(&filing(Some(wanted()))).await.expect_err("an answer is lost");
            let is_doubt = matches!(error.retry, Retry::InDoubt(_));
            assert_eq!((is_doubt, tasks(&ana).len()), (lost == 1, lost as usize));
            let in_doubt = FollowUpFiling { in_doubt: is_doubt, ..filing(Some(wanted())) };
            let first = there(&carried(&crm, &in_doubt).await);
            // Nobody wrote down that it is there.
            let second = there(&carried(&crm, &filing(Some(wanted()))).await);
            assert_eq!((first.task, tasks(&ana).len()), (second.task, 1));
        }
    });
}

#[test]
fn done_here_is_closed_there_and_taken_up_again_is_open_again() {
    run(async {
        let world = World::new(1);
        let (crm, ana, task) = made(&world).await;
        ana.change("Task", &task.task.0, json!({ "Status": "In Progress" }));
        let done = FollowUpWanted { done: true, ..wanted() };
        let closed = there(&carried(&crm, &again(&task, Some(done.clone()))).await);
        assert_eq!(ana.one(TASKS)["Status"], "Completed", "however far somebody said that it was");
        there(&carried(&crm, &again(&closed, Some(wanted()))).await);
        assert_eq!(ana.one(TASKS)["Status"], "Not Started");
        // Of what was done before it was there nothing is made.
        let other = FollowUpFiling { call: call(2).key, ..filing(Some(done)) };
        assert_eq!(carried(&crm, &other).await, FollowUpCarried::Gone);
        assert_eq!(tasks(&ana).len(), 1);
    });
}

#[test]
fn what_somebody_changed_or_did_there_stays() {
    run(async {
        let world = World::new(1);
        let (crm, ana, task) = made(&world).await;
        ana.change("Task", &task.task.0, json!({ "ActivityDate": "2027-01-07", "Status": "Completed" }));
        let moved = FollowUpWanted { due: Day::read("2026-12-24").expect("a day"), ..wanted() };
        there(&carried(&crm, &again(&task, Some(moved))).await);
        let found = ana.one(TASKS);
        assert_eq!((&found["ActivityDate"], &found["Status"]), (&json!("2027-01-07"), &json!("Completed")));
        // Withdrawn here, what is closed there is left alone.
        assert_eq!(carried(&crm, &again(&task, None)).await, FollowUpCarried::Gone);
        assert_eq!(ana.one(TASKS)["Subject"], "Seguimiento: Ventas › Volver a llamar");
    });
}

#[test]
fn withdrawn_it_is_deleted_unless_somebody_had_a_hand_on_it_and_comes_back_as_another() {
    run(async {
        let world = World::new(1);
        let (crm, ana, task) = made(&world).await;
        assert_eq!(carried(&crm, &again(&task, None)).await, FollowUpCarried::Gone);
        assert_eq!(tasks(&ana), Vec::<Value>::new());
        assert_eq!(carried(&crm, &filing(None)).await, FollowUpCarried::Gone, "said again");
        let back = FollowUpFiling { round: 1, ..filing(Some(wanted())) };
        let task = there(&carried(&crm, &back).await);
        ana.change("Task", &task.task.0, json!({ "Description": "she prefers mornings" }));
        let gone = FollowUpFiling { round: 1, ..again(&task, None) };
        assert_eq!(carried(&crm, &gone).await, FollowUpCarried::Gone);
        let found = ana.one(TASKS);
        assert_eq!(found["Subject"], "Ya no procede: Seguimiento: Ventas › Volver a llamar");
        assert_eq!(found["IsClosed"], false, "it is theirs now");
    });
}

/// A client that logs in by the consent that an admin gave.
async fn by_consent(world: &World) -> Salesforce {
    let consent = Consent {
        login_url: ORIGIN.to_owned(),
        client_id: "bitacora".to_owned(),
        client_secret: None,
        callback: "https://bitacora.example/back".to_owned(),
    };
    let verifier = Secret::new("v".repeat(64));
    let back = world.follow(&consent.address("the-state", &verifier));
    let code = back.split_once("code=").and_then(|(_, rest)| rest.split_once("&state=")).expect("a code").0;
    let granted = consent.exchange(world, &Secret::new(code), &verifier).await.expect("granted");
    let refresh_token = Some(granted.refresh_token);
    let login = Login::Refresh { client_id: consent.client_id, client_secret: None, refresh_token };
    client_with(world, Config { login, ..config() })
}

#[test]
fn by_an_admins_consent_it_is_closed_and_says_why() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (by_consent(&world).await, world.person("ana@emulator.example"));
        let task = there(&carried(&crm, &filing(Some(wanted()))).await);
        assert_eq!(carried(&crm, &again(&task, None)).await, FollowUpCarried::Gone);
        let found = ana.one(TASKS);
        assert_eq!(found["Subject"], "Ya no procede: Seguimiento: Ventas › Volver a llamar");
        assert_eq!(found["Status"], "Completed");
    });
}

#[test]
fn what_somebody_deleted_there_is_not_made_again() {
    run(async {
        let world = World::new(1);
        let (crm, ana, task) = made(&world).await;
        ana.delete("Task", &task.task.0);
        let moved = FollowUpWanted { due: Day::read("2026-12-24").expect("a day"), ..wanted() };
        assert_eq!(carried(&crm, &again(&task, Some(moved))).await, FollowUpCarried::DeletedThere);
        // Also where nobody wrote down that it was there.
        assert_eq!(carried(&crm, &filing(Some(wanted()))).await, FollowUpCarried::DeletedThere);
        assert_eq!(tasks(&ana), Vec::<Value>::new());
        assert_eq!(carried(&crm, &filing(None)).await, FollowUpCarried::Gone);
    });
}

#[test]
fn what_the_org_refuses_is_told_with_its_object() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let contact = ana.create("Contact", json!({ "LastName": "Paz" }));
        ana.delete("Contact", &contact);
        let about = FollowUpWanted { party: Some(party(PersonKind::Contact, &contact)), ..wanted() };
        let FollowUpCarried::Refused(refusal) = carried(&crm, &filing(Some(about))).await else {
            panic!("taken");
        };
        assert_eq!((refusal.kind, refusal.object.as_str()), (RefusalKind::Reference, "Task"));
        world.post("schema", json!({ "without": ["Task.CallObject"] }));
        let crm = client(&world);
        let FollowUpCarried::Refused(refusal) = carried(&crm, &filing(Some(wanted()))).await else {
            panic!("taken");
        };
        assert_eq!((refusal.kind, refusal.fields), (RefusalKind::Access, vec!["CallObject".to_owned()]));
        assert_eq!(tasks(&ana), Vec::<Value>::new());
    });
}
