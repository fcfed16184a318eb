//! What changed of all kinds by one call, and what of it stands when something goes wrong.

use super::org::{Person, World, client, run};
use crm::salesforce::{Response, Salesforce};
use crm::{Changed, Crm, CrmError, CrmErrorKind, Place};
use domain::mirror::{Mirrored, News};
use sandbox::salesforce::Kind;
use serde_json::{Value, json};

type Places = Vec<(Mirrored, Option<Place>)>;

/// Reads every kind until there is no more of it.
async fn all_read(crm: &Salesforce) -> Places {
    let mut places = Places::new();
    for of in Mirrored::ALL {
        let mut place = None;
        loop {
            let changed = crm.changed(of, place.as_ref()).await.expect("a page");
            place = Some(changed.next);
            if !changed.more {
                break;
            }
        }
        places.push((of, place));
    }
    places
}

/// One record of each kind is made.
fn make_one_of_each(ana: &Person) {
    ana.create("Account", json!({ "Name": "Sol" }));
    ana.create("Contact", json!({ "LastName": "Ruiz" }));
    ana.create("Lead", json!({ "LastName": "Paz", "Company": "x" }));
    ana.create("Case", json!({ "Subject": "x" }));
    ana.change("User", &ana.user("luis"), json!({ "Title": "Agente" }));
}

fn kinds(answers: &[Result<Changed, CrmError>]) -> Vec<Result<usize, CrmErrorKind>> {
    let told = |answer: &Result<Changed, CrmError>| match answer {
        Ok(changed) => Ok(changed.news.len()),
        Err(error) => Err(error.kind),
    };
    answers.iter().map(told).collect()
}

#[test]
fn what_changed_of_all_kinds_is_one_call_and_the_same_as_kind_by_kind() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let places = all_read(&crm).await;
        world.later(60_000);
        make_one_of_each(&ana);
        world.count_anew();
        let together = crm.changed_together(&places).await;
        assert_eq!((world.limited(), world.of(Kind::Composite)), (1, 1));
        for ((of, place), answer) in places.iter().zip(&together) {
            let together = answer.as_ref().expect("a page");
            let alone = crm.changed(*of, place.as_ref()).await.expect("a page");
            assert_eq!((&together.news, together.more), (&alone.news, alone.more), "{of:?}");
            assert_eq!(together.news.len(), 1, "{of:?}");
        }
        let next: Places = together
            .into_iter()
            .zip(Mirrored::ALL)
            .map(|(answer, of)| (of, Some(answer.expect("a page").next)))
            .collect();
        assert_eq!(kinds(&crm.changed_together(&next).await), [Ok(0); 5], "nothing is told twice");
    });
}

#[test]
fn a_kind_that_cannot_be_read_leaves_the_others_as_they_are() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let places = all_read(&crm).await;
        world.later(60_000);
        make_one_of_each(&ana);
        // A field that our user sees no more: the describe that is believed says it is there.
        world.post("schema", json!({ "without": ["Lead.Company"] }));
        let answers = kinds(&crm.changed_together(&places).await);
        assert_eq!(answers, [Ok(1), Ok(1), Ok(1), Err(CrmErrorKind::Forbidden), Ok(1)]);
        let answers = kinds(&crm.changed_together(&places).await);
        assert_eq!(answers, [Ok(1); 5], "the describe is read anew");
    });
}

#[test]
fn where_nothing_is_answered_every_kind_says_so_and_none_moves_on() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let places = all_read(&crm).await;
        world.later(60_000);
        make_one_of_each(&ana);
        world.cut_off(true);
        assert_eq!(kinds(&crm.changed_together(&places).await), [Err(CrmErrorKind::Unreachable); 5]);
        world.cut_off(false);
        let fewer: Vec<Value> = vec![json!({ "httpStatusCode": 200, "body": { "records": [] } })];
        let body = json!({ "compositeResponse": fewer }).to_string().into_bytes();
        world.answer_instead(Ok(Response { status: 200, headers: Vec::new(), body }));
        assert_eq!(kinds(&crm.changed_together(&places).await), [Err(CrmErrorKind::NotUnderstood); 5]);
        assert_eq!(kinds(&crm.changed_together(&places).await), [Ok(1); 5]);
    });
}

#[test]
fn a_kind_that_is_read_for_the_first_time_is_asked_for_beside_those_that_keep_up() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut places = all_read(&crm).await;
        world.later(60_000);
        make_one_of_each(&ana);
        places[2].1 = None;
        let answers = crm.changed_together(&places).await;
        let contacts = answers[2].as_ref().expect("a page");
        assert!(matches!(contacts.news.as_slice(), [News::Person(person)] if person.name == "Ruiz"));
        assert!(contacts.more && contacts.progress == Some((1, 1)), "{contacts:?}");
        assert_eq!(kinds(&answers), [Ok(1); 5]);
    });
}
