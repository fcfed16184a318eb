//! One call is logged, corrected, changed and deleted by people in the org.

use super::given::{filed, id, logged, not_logged, party};
use super::org::{ORIGIN, World, client, run};
use crm::salesforce::{Response, TransportError};
use crm::{Carried, Crm, CrmErrorKind, Filing, RemoteParty, Retry};
use domain::directory::PersonKind;
use domain::outbox::RefusalKind;
use sandbox::salesforce::Kind;
use serde_json::json;

const CALL: &str = "SELECT FIELDS(ALL) FROM Call_Activity__c LIMIT 1";
const TASK: &str = "SELECT FIELDS(ALL) FROM Task LIMIT 1";

/// Files one and answers what came of it.
async fn file(crm: &crm::salesforce::Salesforce, filing: &Filing) -> Carried {
    let mut carried = crm.file(std::slice::from_ref(filing)).await;
    assert_eq!(carried.len(), 1);
    carried.remove(0)
}

#[test]
fn p02_a_logged_call_is_one_record_and_one_task_and_costs_one_call() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let account = ana.create("Account", json!({ "Name": "Acme" }));
        let contact = ana.create("Contact", json!({ "LastName": "Paz", "AccountId": account }));
        let case = ana.create("Case", json!({ "Subject": "Pedido", "ContactId": contact }));
        let agent = ana.user("luis");
        let mut filing = logged(1);
        filing.party =
            Some(RemoteParty { account: Some(id(&account)), ..party(PersonKind::Contact, &contact) });
        filing.case = Some(id(&case));
        filing.agent = Some(id(&agent));
        filing.recording_url = Some("https://bitacora.example/r/1".to_owned());
        file(&crm, &not_logged(2)).await;
        world.count_anew();
        let filed = filed(&file(&crm, &filing).await);
        assert_eq!(world.limited(), 1, "calls of the day");
        let key = filing.activity.key.to_string();
        let record = ana.one(&format!(
            "SELECT FIELDS(ALL) FROM Call_Activity__c WHERE Interaction_Id__c = '{key}' LIMIT 9"
        ));
        let expected = json!({
            "Interaction_Id__c": key, "Contact__c": contact, "Lead__c": null, "Account__c": account, "Case__c": case,
            "Agent__c": agent, "Agent_Name__c": "Ana Ruiz", "Direction__c": "inbound", "Call_Type__c": "inbound",
            "Outcome__c": "logged", "Disposition__c": "Venta cerrada",
            "Disposition_Code__c": "00000000-0000-0000-0000-000000000007", "Notes__c": "Nota 1",
            "Customer_Number__c": "+34600000001", "Own_Number__c": "+34911000000", "Ring_Group__c": "ventas",
            "Started_At__c": "2026-11-26T10:00:00.000+0000", "Answered_At__c": "2026-11-26T10:00:08.000+0000",
            "Ended_At__c": "2026-11-26T10:01:08.000+0000", "Logged_At__c": "2026-11-26T10:01:30.000+0000",
            "Talk_Seconds__c": 60, "Wait_Seconds__c": 8, "Recording_Url__c": "https://bitacora.example/r/1",
        });
        for (field, value) in expected.as_object().expect("fields") {
            assert_eq!(&record[field], value, "{field}");
        }
        let task = ana.one(TASK);
        assert_eq!(record["Task_Id__c"], task["Id"]);
        assert_eq!(record["Id"], json!(filed.record));
        assert_eq!((Some(json!(filed.task)), filed.linked), (task.get("Id").cloned(), true));
        let expected = json!({
            "WhoId": contact, "WhatId": case, "OwnerId": agent, "Subject": "Llamada entrante: Venta cerrada",
            "Description": "Nota 1", "Status": "Completed", "TaskSubtype": "Call", "ActivityDate": "2026-11-26",
            "CallType": "Inbound", "CallDisposition": "Venta cerrada", "CallDurationInSeconds": 60, "CallObject": key,
        });
        for (field, value) in expected.as_object().expect("fields") {
            assert_eq!(&task[field], value, "{field}");
        }
    });
}

#[test]
fn p03_what_was_not_logged_has_a_record_without_code_and_notes_and_never_a_task() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let filed = filed(&file(&crm, &not_logged(1)).await);
        let record = ana.one(CALL);
        assert_eq!(record["Outcome__c"], "not_logged");
        assert!(record["Notes__c"].is_null() && record["Disposition_Code__c"].is_null());
        assert!(ana.query(TASK).is_empty() && filed.task.is_none() && filed.linked);
    });
}

#[test]
fn a_lead_is_never_the_who_of_a_task_that_is_about_a_case() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let lead = ana.create("Lead", json!({ "LastName": "Sol", "Company": "Sol SA" }));
        let case = ana.create("Case", json!({ "Subject": "x" }));
        let mut filing = logged(1);
        filing.party = Some(party(PersonKind::Lead, &lead));
        filing.case = Some(id(&case));
        filed(&file(&crm, &filing).await);
        let (record, task) = (ana.one(CALL), ana.one(TASK));
        assert_eq!((&record["Lead__c"], &record["Case__c"]), (&json!(lead), &json!(case)));
        assert_eq!((&task["WhoId"], task["WhatId"].is_null()), (&json!(lead), true));
    });
}

#[test]
fn an_opportunity_is_what_the_task_is_about_unless_there_is_a_case_and_never_a_leads() {
    run(async {
        let world = World::new(1);
        let config = crm::salesforce::Config { relate_opportunities: true, ..super::org::config() };
        let (crm, ana) = (super::org::client_with(&world, config), world.person("ana@emulator.example"));
        let deal = json!({ "Name": "Sillas", "StageName": "Prospecting", "CloseDate": "2026-12-31" });
        let [deal, gone] = [deal.clone(), deal].map(|deal| ana.create("Opportunity", deal));
        assert_eq!(crm.opportunity_name(&id(&deal)).await, Ok(Some("Sillas".to_owned())));
        let contact = ana.create("Contact", json!({ "LastName": "Paz" }));
        let lead = ana.create("Lead", json!({ "LastName": "Sol", "Company": "Sol SA" }));
        let case = ana.create("Case", json!({ "Subject": "x" }));
        let with = |nth, kind, record: &str| Filing {
            party: Some(party(kind, record)),
            opportunity: Some(id(&deal)),
            ..logged(nth)
        };
        let mut of_case = with(2, PersonKind::Contact, &contact);
        of_case.case = Some(id(&case));
        for (filing, opportunity, what) in [
            (with(1, PersonKind::Contact, &contact), json!(deal), json!(deal)),
            (of_case, json!(deal), json!(case)),
            (with(3, PersonKind::Lead, &lead), json!(null), json!(null)),
        ] {
            let filed = filed(&file(&crm, &filing).await);
            let (record, task) = (filed.record.0, filed.task.expect("a Task").0);
            let one = |object: &str, field: &str, id: &str| {
                ana.one(&format!("SELECT {field} FROM {object} WHERE Id = '{id}'"))[field].clone()
            };
            assert_eq!(one("Call_Activity__c", "Opportunity__c", &record), opportunity);
            assert_eq!(one("Task", "WhatId", &task), what);
        }
        ana.delete("Opportunity", &gone);
        assert_eq!(crm.opportunity_name(&id(&gone)).await, Ok(None));
        let filing = Filing { opportunity: Some(id(&gone)), ..logged(4) };
        let Carried::Refused(refusal) = file(&crm, &filing).await else { panic!("it was taken") };
        let expected = (RefusalKind::Reference, vec!["Opportunity__c".to_owned()]);
        assert_eq!((refusal.kind, refusal.fields), expected);
    });
}

#[test]
fn the_field_of_the_opportunity_is_the_orgs_own_unless_calls_are_related_to_such() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let deal = json!({ "Name": "Sillas", "StageName": "Prospecting", "CloseDate": "2026-12-31" });
        let deal = ana.create("Opportunity", deal);
        let mut filing = logged(1);
        let first = filed(&file(&crm, &filing).await);
        ana.change("Call_Activity__c", &first.record.0, json!({ "Opportunity__c": deal }));
        filing.activity.notes = Some("corregida".to_owned());
        filing.before = Some(first);
        filed(&file(&crm, &filing).await);
        let record = ana.one(CALL);
        assert_eq!((&record["Opportunity__c"], &record["Notes__c"]), (&json!(deal), &json!("corregida")));
    });
}

#[test]
fn a_person_who_is_an_account_is_linked_by_both_halves() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let account = ana.create("Account", json!({ "LastName": "Mora", "FirstName": "Eva" }));
        let twin = ana.one("SELECT PersonContactId FROM Account")["PersonContactId"].clone();
        let twin = twin.as_str().expect("a contact").to_owned();
        let mut filing = logged(1);
        filing.party =
            Some(RemoteParty { twin: Some(id(&twin)), ..party(PersonKind::PersonAccount, &account) });
        filed(&file(&crm, &filing).await);
        let (record, task) = (ana.one(CALL), ana.one(TASK));
        assert_eq!((&record["Contact__c"], &record["Account__c"]), (&json!(twin), &json!(account)));
        assert_eq!((&task["WhoId"], &task["WhatId"]), (&json!(twin), &json!(account)));
    });
}

#[test]
fn a_correction_is_an_update_of_both_records_and_what_people_changed_stays_theirs() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut filing = logged(1);
        let first = filed(&file(&crm, &filing).await);
        ana.change("Call_Activity__c", &first.record.0, json!({ "Notes__c": "de Ana" }));
        filing.activity.notes = Some("corregida".to_owned());
        filing.activity.code = None;
        filing.before = Some(first);
        let second = filed(&file(&crm, &filing).await);
        let (record, task) = (ana.one(CALL), ana.one(TASK));
        assert_eq!(record["Notes__c"], "de Ana", "a person's text is not written over");
        assert!(record["Disposition__c"].is_null(), "what nobody changed is corrected");
        assert_eq!(task["Description"], "corregida");
        assert_eq!(task["Subject"], "Llamada entrante: +34600000001");
        // Once more nothing changes, and nothing is written.
        filing.before = Some(second.clone());
        world.count_anew();
        assert_eq!(filed(&file(&crm, &filing).await), second);
        assert_eq!((world.limited(), ana.one(CALL)["Notes__c"].clone()), (1, json!("de Ana")));
    });
}

#[test]
fn what_was_deleted_there_is_not_made_again() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut filing = logged(1);
        let first = filed(&file(&crm, &filing).await);
        ana.delete("Task", &first.task.clone().expect("a task").0);
        filing.activity.notes = Some("corregida".to_owned());
        filing.before = Some(first.clone());
        let second = filed(&file(&crm, &filing).await);
        assert!(ana.query(TASK).is_empty(), "the Task stays deleted");
        assert_eq!(ana.one(CALL)["Notes__c"], "corregida");
        ana.delete("Call_Activity__c", &first.record.0);
        filing.activity.notes = Some("otra vez".to_owned());
        filing.before = Some(second);
        assert_eq!(file(&crm, &filing).await, Carried::DeletedThere);
        // Also where it is not known that it was there.
        filing.before = None;
        filing.in_doubt = true;
        assert_eq!(file(&crm, &filing).await, Carried::DeletedThere);
        assert!(ana.query(CALL).is_empty());
    });
}

#[test]
fn an_answer_that_was_lost_leaves_one_record_and_one_task_whether_doubt_is_told_or_not() {
    run(async {
        for told in [true, false] {
            let world = World::new(1);
            let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
            file(&crm, &not_logged(2)).await;
            world.post("faults", json!({ "fault": "lost", "times": 1, "path": "/composite" }));
            let mut filing = logged(1);
            let lost = file(&crm, &filing).await;
            assert!(
                matches!(&lost, Carried::Failed(error) if matches!(error.retry, Retry::InDoubt(_))),
                "{lost:?}"
            );
            // It was corrected while nobody knew.
            filing.activity.notes = Some("corregida".to_owned());
            filing.in_doubt = told;
            let after = filed(&file(&crm, &filing).await);
            let key = filing.activity.key;
            let record = ana.one(&format!(
                "SELECT Id, Notes__c, Task_Id__c FROM Call_Activity__c WHERE Interaction_Id__c = '{key}'"
            ));
            assert_eq!((&record["Notes__c"], &record["Id"]), (&json!("corregida"), &json!(after.record)));
            let task = ana.one("SELECT Id, Description FROM Task");
            assert_eq!((&task["Description"], &task["Id"]), (&json!("corregida"), &record["Task_Id__c"]));
        }
    });
}

#[test]
fn a_task_is_done_by_the_word_of_an_org_that_speaks_another_language() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        file(&crm, &not_logged(9)).await;
        let crm_of_org = client(&world);
        crm_of_org.record(&id("0035500001H9cakAAB")).await.expect("a session");
        let [call, task] = ["Call_Activity__c", "Task"]
            .map(|object| ana.ask("GET", &format!("sobjects/{object}/describe"), json!(null)).1);
        let open = json!({ "ApiName": "Pendiente", "IsClosed": false, "IsDefault": true });
        let done = json!({ "ApiName": "Completado", "IsClosed": true, "IsDefault": false });
        let statuses = json!({ "records": [open, done], "done": true, "totalSize": 2 });
        for answer in [call, task, statuses] {
            let body = answer.to_string().into_bytes();
            world.answer_instead(Ok(Response { status: 200, headers: Vec::new(), body }));
        }
        filed(&file(&crm_of_org, &logged(1)).await);
        assert_eq!(ana.one(TASK)["Status"], "Completado");
    });
}

#[test]
fn a_correction_of_a_record_that_goes_in_that_moment_finds_it_gone() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut filing = logged(1);
        let first = filed(&file(&crm, &filing).await);
        let query = ana.query(CALL);
        assert_eq!(query.len(), 1);
        filing.activity.notes = Some("corregida".to_owned());
        filing.before = Some(first.clone());
        // It is seen as it was, and is no more when it is written.
        let mut call = query[0].clone();
        call["IsDeleted"] = json!(false);
        let task = ana.one(TASK);
        let part = |nth: &str, record: &serde_json::Value| json!({ "httpStatusCode": 200, "referenceId": nth, "body": { "records": [record] } });
        let seen = json!({ "compositeResponse": [part("q0", &call), part("q1", &task)] });
        world.answer_instead(Ok(Response {
            status: 200,
            headers: Vec::new(),
            body: seen.to_string().into_bytes(),
        }));
        ana.delete("Call_Activity__c", &first.record.0);
        assert_eq!(file(&crm, &filing).await, Carried::DeletedThere);
    });
}

#[test]
fn a_correction_after_one_whose_answer_was_lost_is_the_last_word() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut filing = logged(1);
        filing.before = Some(filed(&file(&crm, &filing).await));
        filing.activity.notes = Some("segunda".to_owned());
        let last = json!({ "fault": "lost", "times": 2, "path": "/composite", "percent": 100 });
        // The look and the change: what is lost of the first is nothing.
        world.post("faults", last);
        assert!(
            matches!(file(&crm, &filing).await, Carried::Failed(error) if matches!(error.retry, Retry::After(_)))
        );
        world.emulator("DELETE", "faults", json!(null));
        let looked = world.sent();
        world.lose_answer_after(1);
        assert!(
            matches!(file(&crm, &filing).await, Carried::Failed(error) if matches!(error.retry, Retry::InDoubt(_)))
        );
        assert_eq!((ana.one(CALL)["Notes__c"].clone(), world.sent() - looked), (json!("segunda"), 2));
        filing.in_doubt = true;
        filing.activity.notes = Some("tercera".to_owned());
        filed(&file(&crm, &filing).await);
        assert_eq!(
            (&ana.one(CALL)["Notes__c"], &ana.one(TASK)["Description"]),
            (&json!("tercera"), &json!("tercera"))
        );
    });
}

#[test]
fn texts_are_cut_to_what_a_field_holds_and_an_address_that_is_too_long_is_left_out() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut filing = logged(1);
        filing.activity.notes = Some("ñ😀".repeat(20_000));
        filing.agent_name = Some("x".repeat(300));
        filing.recording_url = Some(format!("https://bitacora.example/{}", "x".repeat(300)));
        filed(&file(&crm, &filing).await);
        let record = ana.one(CALL);
        let units = |text: &serde_json::Value| text.as_str().map_or(0, |text| text.encode_utf16().count());
        assert_eq!(units(&record["Notes__c"]), 32_767, "the last sign is of two and is not cut in half");
        assert_eq!(units(&record["Agent_Name__c"]), 255);
        assert!(record["Recording_Url__c"].is_null());
    });
}

#[test]
fn what_is_refused_for_good_says_object_field_and_reason_and_leaves_nothing() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        world.post(
            "rules",
            json!({ "validation": { "object": "Task", "field": "Description", "forbidden": "Nota 1", "message": "No así" } }),
        );
        let Carried::Refused(refusal) = file(&crm, &logged(1)).await else { panic!("it was taken") };
        assert_eq!((refusal.kind, refusal.object.as_str()), (RefusalKind::Rule, "Task"));
        assert_eq!(
            (refusal.code.as_str(), refusal.said.as_str()),
            ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "No así")
        );
        assert!(ana.query(CALL).is_empty());
        ana.change("User", &ana.user("luis"), json!({ "IsActive": false }));
        let mut filing = logged(2);
        filing.agent = Some(id(ana.user("luis")));
        let Carried::Refused(refusal) = file(&crm, &filing).await else { panic!("it was taken") };
        assert_eq!((refusal.kind, refusal.fields), (RefusalKind::Owner, vec!["OwnerId".to_owned()]));
    });
}

#[test]
fn a_session_that_is_over_is_begun_anew_once_for_all_who_find_out() {
    run(async {
        let world = World::new(1);
        let crm = std::sync::Arc::new(client(&world));
        file(&crm, &not_logged(0)).await;
        world.post("expire", json!({}));
        world.count_anew();
        let all: Vec<_> = (1..=8).map(|nth| [logged(nth)]).collect();
        let local = tokio::task::LocalSet::new();
        let tasks: Vec<_> = all
            .into_iter()
            .map(|filing| {
                let crm = std::sync::Arc::clone(&crm);
                local.spawn_local(async move { crm.file(&filing).await.remove(0) })
            })
            .collect();
        local
            .run_until(async {
                for task in tasks {
                    filed(&task.await.expect("an end"));
                }
            })
            .await;
        assert_eq!(world.of(Kind::Login), 1);
        assert_eq!(world.of(Kind::Composite), 8);
    });
}

#[test]
fn what_goes_wrong_on_the_way_says_whether_it_may_have_been_done() {
    run(async {
        let page =
            || Response { status: 502, headers: Vec::new(), body: b"<html>Bad Gateway</html>".to_vec() };
        for (answer, kind, doubt) in [
            (Err(TransportError::NotSent("x".into())), CrmErrorKind::Unreachable, false),
            (Err(TransportError::NothingBack("x".into())), CrmErrorKind::Unreachable, true),
            (Err(TransportError::TooLarge), CrmErrorKind::NotUnderstood, true),
            (Ok(page()), CrmErrorKind::Unavailable, true),
            (Ok(Response { status: 200, ..page() }), CrmErrorKind::NotUnderstood, true),
        ] {
            let world = World::new(1);
            let crm = client(&world);
            file(&crm, &not_logged(2)).await;
            world.answer_instead(answer);
            let Carried::Failed(error) = file(&crm, &logged(1)).await else { panic!("it was taken") };
            assert_eq!((error.kind, matches!(error.retry, Retry::InDoubt(_))), (kind, doubt), "{error}");
        }
    });
}

#[test]
fn a_log_in_that_is_refused_says_why_and_nothing_that_is_secret() {
    run(async {
        let world = World::new(1);
        let mut config = super::org::config();
        config.login = crm::salesforce::Login::ClientCredentials {
            client_id: "bitacora".to_owned(),
            client_secret: crm::salesforce::Secret::new("wrong-secret"),
        };
        let shown = format!("{config:?}");
        let crm = super::org::client_with(&world, config);
        let Carried::Failed(error) = file(&crm, &logged(1)).await else { panic!("it was taken") };
        assert_eq!((error.kind, error.code.as_deref()), (CrmErrorKind::Credentials, Some("invalid_client")));
        assert!(!format!("{error} {error:?} {shown}").contains("wrong-secret"));
        assert!(world.sent() > 0 && ORIGIN.starts_with("https"));
    });
}

#[test]
fn what_was_merged_or_converted_since_is_followed_and_what_was_deleted_is_named() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let [old, stays, gone] =
            ["Uno", "Dos", "Tres"].map(|name| ana.create("Contact", json!({ "LastName": name })));
        let lead = ana.create("Lead", json!({ "LastName": "Sol", "Company": "Sol SA" }));
        world.post("merge", json!({ "master": stays, "ids": [old] }));
        let became = world.post("convert", json!({ "lead": lead }));
        ana.delete("Contact", &gone);
        let of = |nth, kind, record: &str| Filing { party: Some(party(kind, record)), ..logged(nth) };
        let filings = [
            of(1, PersonKind::Contact, &old),
            of(2, PersonKind::Contact, &gone),
            of(3, PersonKind::Contact, &stays),
        ];
        let carried = crm.file(&filings).await;
        filed(&carried[0]);
        filed(&carried[2]);
        let Carried::Refused(refusal) = &carried[1] else { panic!("it was taken") };
        assert_eq!(
            (refusal.kind, refusal.fields.as_slice()),
            (RefusalKind::Reference, ["Contact__c".to_owned()].as_slice())
        );
        let found = ana.query("SELECT Contact__c FROM Call_Activity__c");
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|record| record["Contact__c"] == json!(stays)));
        // A converted Lead may still be the Lead of a record, and no more the Who of a Task.
        let carried = file(&crm, &of(4, PersonKind::Lead, &lead)).await;
        let Carried::Filed(_) = carried else { panic!("{carried:?}") };
        assert!(became["contact"].is_string());
    });
}
