//! People and Cases that were made here are made there once.

use super::given::id;
use super::org::{World, client, run};
use crm::{Crm, CrmErrorKind, Made, NewCase, NewPerson, Retry};
use domain::case::{Case, CasePriority, CaseStatus};
use domain::directory::{Person, PersonKind, PhoneField, PhoneText};
use domain::id::{CaseId, PersonId};
use domain::outbox::{Refusal, RefusalKind};
use serde_json::{Value, json};
use uuid::Uuid;

const OWN: &str = "00000000-0000-0000-0000-000000000001";

fn new(kind: PersonKind, name: &str, phones: &[(PhoneField, &str)]) -> NewPerson {
    let phones = phones.iter().map(|(field, raw)| PhoneText { field: *field, raw: (*raw).to_owned() });
    let person = Person {
        id: PersonId(Uuid::from_u128(1)),
        kind,
        name: name.to_owned(),
        company: None,
        account: None,
        email: Some("ana@example.org".to_owned()),
        phones: phones.collect(),
        version: 1,
        created_by_call: None,
        owner: None,
    };
    NewPerson { person, account: None, owner: None, despite_duplicates: false, in_doubt: false }
}

#[track_caller]
fn is(made: Result<Made, crm::CrmError>) -> String {
    match made {
        Ok(Made::Is(id)) => id.0,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(made: Result<Made, crm::CrmError>) -> Refusal {
    match made {
        Ok(Made::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn shows(record: &Value, expected: Value) {
    for (field, value) in expected.as_object().expect("fields") {
        assert_eq!(&record[field], value, "{field}");
    }
}

#[test]
fn p05_a_person_is_made_as_what_the_settings_say_with_numbers_where_they_belong() {
    run(async {
        let mobile = [(PhoneField::Mobile, "+34600000001"), (PhoneField::Phone, "+34911000001")];
        for (kind, object, expected) in [
            (
                PersonKind::Contact,
                "Contact",
                json!({ "FirstName": "Ana", "LastName": "Ruiz Paz", "Email": "ana@example.org",
                    "MobilePhone": "+34600000001", "Phone": "+34911000001", "Bitacora_Id__c": OWN }),
            ),
            (
                PersonKind::Lead,
                "Lead",
                json!({ "FirstName": "Ana", "LastName": "Ruiz Paz", "Company": "[desconocida]",
                    "MobilePhone": "+34600000001", "Phone": "+34911000001", "Bitacora_Id__c": OWN }),
            ),
            (
                PersonKind::Account,
                "Account",
                json!({ "Name": "Ana Ruiz Paz", "Phone": "+34600000001", "IsPersonAccount": false,
                    "Bitacora_Id__c": OWN }),
            ),
            (
                PersonKind::PersonAccount,
                "Account",
                json!({ "FirstName": "Ana", "LastName": "Ruiz Paz", "PersonMobilePhone": "+34600000001",
                    "IsPersonAccount": true, "PersonEmail": "ana@example.org", "Bitacora_Id__c": OWN }),
            ),
        ] {
            let world = World::new(1);
            let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
            let made = is(crm.make_person(&new(kind, "Ana Ruiz Paz", &mobile)).await);
            let record = ana.one(&format!("SELECT FIELDS(ALL) FROM {object} WHERE Id = '{made}' LIMIT 1"));
            shows(&record, expected);
        }
    });
}

#[test]
fn a_person_is_made_once_whether_the_answer_was_lost_or_the_doubt_as_well() {
    run(async {
        for told in [true, false] {
            let world = World::new(1);
            let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
            world.post(
                "faults",
                json!({ "fault": "lost", "times": 1, "path": "/sobjects/Contact", "method": "POST" }),
            );
            let mut new = new(PersonKind::Contact, "Ana", &[]);
            let error = crm.make_person(&new).await.expect_err("the answer is lost");
            assert!(matches!(error.retry, Retry::InDoubt(_)), "{error}");
            new.in_doubt = told;
            let made = is(crm.make_person(&new).await);
            assert_eq!(ana.one("SELECT Id FROM Contact")["Id"], json!(made));
        }
    });
}

#[test]
fn what_was_merged_is_the_one_that_stayed_and_what_was_deleted_is_not_made_again() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut new = new(PersonKind::Contact, "Ana", &[]);
        let made = is(crm.make_person(&new).await);
        let other = ana.create("Contact", json!({ "LastName": "Ruiz" }));
        world.post("merge", json!({ "master": other, "ids": [made] }));
        new.in_doubt = true;
        assert_eq!(is(crm.make_person(&new).await), other);
        new.person.id = PersonId(Uuid::from_u128(2));
        let second = is(crm.make_person(&new).await);
        ana.delete("Contact", &second);
        assert_eq!(refused(crm.make_person(&new).await).kind, RefusalKind::Reference);
    });
}

#[test]
fn duplicates_are_candidates_until_an_agent_says_make_it_all_the_same() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let there = ana.create("Contact", json!({ "LastName": "Ruiz", "Email": "ana@example.org" }));
        world.post(
            "rules",
            json!({ "duplicates": { "object": "Contact", "fields": ["Email"], "action": "alert" } }),
        );
        let mut new = new(PersonKind::Contact, "Ana Ruiz", &[]);
        let refusal = refused(crm.make_person(&new).await);
        assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::Duplicates, "DUPLICATES_DETECTED"));
        let found: Vec<_> = refusal
            .duplicates
            .iter()
            .map(|one| (one.id.0.as_str(), one.object.as_str(), one.name.as_deref()))
            .collect();
        assert_eq!(found, [(there.as_str(), "Contact", Some("Ruiz"))]);
        assert_eq!(ana.query("SELECT Id FROM Contact").len(), 1);
        new.despite_duplicates = true;
        is(crm.make_person(&new).await);
        assert_eq!(ana.query("SELECT Id FROM Contact").len(), 2);
    });
}

#[test]
fn what_an_org_requires_beyond_that_is_told_with_the_field() {
    run(async {
        let world = World::new(1);
        let crm = client(&world);
        world.post(
            "schema",
            json!({ "objects": "object Contact 003 Contact/Contacts\nRegion__c string 20 !\n" }),
        );
        let refusal = refused(crm.make_person(&new(PersonKind::Contact, "Ana", &[])).await);
        assert_eq!((refusal.kind, refusal.fields), (RefusalKind::FieldMissing, vec!["Region__c".to_owned()]));
    });
}

#[test]
fn a_lead_whose_owner_is_named_is_given_to_nobody_else() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut new = new(PersonKind::Lead, "Ana", &[]);
        is(crm.make_person(&new).await);
        assert_eq!(world.header("Sforce-Auto-Assign"), None, "the rules of the org say whose it is");
        new.person.id = PersonId(Uuid::from_u128(2));
        new.owner = Some(id(ana.user("luis")));
        let made = is(crm.make_person(&new).await);
        assert_eq!(world.header("Sforce-Auto-Assign").as_deref(), Some("FALSE"));
        let lead = ana.one(&format!("SELECT OwnerId FROM Lead WHERE Id = '{made}'"));
        assert_eq!(lead["OwnerId"], json!(new.owner));
    });
}

#[test]
fn a_case_is_made_once_on_its_contact() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let contact = ana.create("Contact", json!({ "LastName": "Ruiz" }));
        let case = Case {
            id: CaseId(Uuid::from_u128(5)),
            number: 7,
            subject: "Pedido".to_owned(),
            description: Some("No llega".to_owned()),
            status: CaseStatus::New,
            priority: CasePriority::High,
            contact: None,
            account: None,
            owner: None,
            created_by_call: None,
            opened_at: super::org::START,
            closed_at: None,
            version: 1,
        };
        let mut new =
            NewCase { case, contact: Some(id(&contact)), account: None, owner: None, in_doubt: false };
        let made = is(crm.make_case(&new).await);
        new.in_doubt = true;
        assert_eq!(is(crm.make_case(&new).await), made);
        new.in_doubt = false;
        assert_eq!(is(crm.make_case(&new).await), made);
        let expected = json!({ "Subject": "Pedido", "Description": "No llega", "Priority": "High", "Status": "New",
            "ContactId": contact, "Origin": "Phone" });
        shows(&ana.one("SELECT FIELDS(ALL) FROM Case LIMIT 2"), expected);
    });
}

#[test]
fn what_cannot_be_reached_makes_nobody_and_says_so() {
    run(async {
        let world = World::new(1);
        let crm = client(&world);
        world.cut_off(true);
        let error =
            crm.make_person(&new(PersonKind::Lead, "Ana", &[])).await.expect_err("nothing gets there");
        assert_eq!(error.kind, CrmErrorKind::Unreachable);
        assert!(matches!(error.retry, Retry::After(_)));
    });
}
