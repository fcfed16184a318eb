//! What people do in the org is read, all of it and nothing twice.

use super::given::id;
use super::org::{Person, World, client, run};
use crm::salesforce::{Response, Salesforce};
use crm::{Crm, Place};
use domain::directory::{PersonKind, PhoneField};
use domain::mirror::{Fate, Mirrored, News};
use sandbox::salesforce::Kind;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A mirror that keeps what it is told and where it is, as the store does.
struct Mirror {
    of: Mirrored,
    place: Option<Place>,
    /// All that was told since it was looked at.
    told: Vec<News>,
    known: BTreeMap<String, News>,
    progress: Vec<(u64, u64)>,
}

impl Mirror {
    fn of(of: Mirrored) -> Mirror {
        Mirror { of, place: None, told: Vec::new(), known: BTreeMap::new(), progress: Vec::new() }
    }

    /// Reads until there is no more.
    async fn read(&mut self, crm: &Salesforce) {
        self.told.clear();
        loop {
            let changed = crm.changed(self.of, self.place.as_ref()).await.expect("it can be read");
            for news in &changed.news {
                let id = match news {
                    News::Person(person) => &person.id,
                    News::Case(case) => &case.id,
                    News::User(user) => &user.id,
                    News::Gone { id, .. } => id,
                };
                self.known.insert(id.0.clone(), news.clone());
            }
            self.told.extend(changed.news);
            self.progress.extend(changed.progress);
            self.place = Some(changed.next);
            if !changed.more {
                return;
            }
        }
    }

    fn gone(&self, id: &str) -> Option<Fate> {
        match self.known.get(id) {
            Some(News::Gone { fate, .. }) => Some(fate.clone()),
            _ => None,
        }
    }

    fn name(&self, id: &str) -> Option<&str> {
        match self.known.get(id) {
            Some(News::Person(person)) => Some(&person.name),
            _ => None,
        }
    }
}

fn contact(ana: &Person, name: &str) -> String {
    ana.create("Contact", json!({ "LastName": name, "MobilePhone": "600 000 001", "Fax": "600000002" }))
}

#[test]
fn everything_is_read_once_then_what_changes_and_nothing_twice() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let first = contact(&ana, "Uno");
        let mut mirror = Mirror::of(Mirrored::Contacts);
        mirror.read(&crm).await;
        let News::Person(person) = &mirror.known[&first] else { panic!("no person") };
        assert_eq!((person.kind, person.name.as_str()), (PersonKind::Contact, "Uno"));
        let phones: Vec<_> = person.phones.iter().map(|phone| (phone.field, phone.raw.as_str())).collect();
        assert_eq!(phones, [(PhoneField::Mobile, "600 000 001")], "the fax is left out");
        mirror.read(&crm).await;
        assert_eq!(mirror.told, []);
        world.later(1_000);
        ana.change("Contact", &first, json!({ "LastName": "Dos" }));
        mirror.read(&crm).await;
        assert_eq!((mirror.told.len(), mirror.name(&first)), (1, Some("Dos")));
        mirror.read(&crm).await;
        assert_eq!(mirror.told, []);
        world.later(2 * 3_600_000);
        world.count_anew();
        mirror.read(&crm).await;
        assert_eq!(mirror.told, []);
        assert_eq!(
            (world.of(Kind::Query), world.of(Kind::Changes)),
            (1, 1),
            "and the list of deletions once"
        );
    });
}

#[test]
fn ties_at_one_moment_over_several_pages_are_neither_lost_nor_read_for_ever() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let mut mirror = Mirror::of(Mirrored::Leads);
        mirror.read(&crm).await;
        world.later(1_000);
        // All of them at the very same moment: the clock moves by the client's requests alone.
        for some in 0..23 {
            let records: Vec<Value> = (0..200)
                .map(|nth| json!({ "attributes": { "type": "Lead" }, "LastName": format!("{some}-{nth}"), "Company": "x" }))
                .collect();
            let (status, said) = ana.ask("POST", "composite/sobjects", json!({ "records": records }));
            assert_eq!(status, 200, "{said}");
        }
        mirror.read(&crm).await;
        assert_eq!((mirror.told.len(), mirror.known.len()), (4_600, 4_600));
        // More than is remembered are in the overlap: they may be told again, and it ends.
        world.later(600_000);
        mirror.read(&crm).await;
        mirror.read(&crm).await;
        assert_eq!(mirror.told, []);
    });
}

#[test]
fn a_first_load_of_several_pages_says_how_far_it_is_and_goes_on_after_a_restart() {
    run(async {
        let world = World::new(1);
        let ana = world.person("ana@emulator.example");
        for _ in 0..12 {
            let records: Vec<Value> = (0..200)
                .map(|nth| json!({ "attributes": { "type": "Contact" }, "LastName": nth.to_string() }))
                .collect();
            ana.ask("POST", "composite/sobjects", json!({ "records": records }));
        }
        world.later(600_000);
        let first = client(&world).changed(Mirrored::Contacts, None).await.expect("a page");
        assert_eq!((first.news.len(), first.more, first.progress), (2_000, true, Some((2_000, 2_400))));
        let mut mirror = Mirror { place: Some(first.next), ..Mirror::of(Mirrored::Contacts) };
        mirror.read(&client(&world)).await;
        assert_eq!((mirror.known.len(), mirror.progress.clone()), (400, vec![(2_400, 2_400)]));
    });
}

#[test]
fn deletions_merges_and_conversions_say_what_became_of_a_record() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let [one, two, three] = ["Uno", "Dos", "Tres"].map(|name| contact(&ana, name));
        let lead = ana.create("Lead", json!({ "LastName": "Sol", "Company": "Sol SA" }));
        let (mut contacts, mut leads) = (Mirror::of(Mirrored::Contacts), Mirror::of(Mirrored::Leads));
        contacts.read(&crm).await;
        leads.read(&crm).await;
        world.later(1_000);
        ana.delete("Contact", &one);
        world.post("merge", json!({ "master": two, "ids": [three] }));
        let became = world.post("convert", json!({ "lead": lead }));
        contacts.read(&crm).await;
        leads.read(&crm).await;
        assert_eq!(contacts.gone(&one), Some(Fate::Deleted));
        assert_eq!(contacts.gone(&three), Some(Fate::Merged { into: id(&two) }));
        let of = |key: &str| Some(id(became[key].as_str().expect("an id")));
        let expected = Fate::Converted { contact: of("contact"), account: of("account") };
        assert_eq!(leads.gone(&lead), Some(expected));
        assert_eq!(contacts.name(&contacts.known.keys().next_back().expect("one").clone()), Some("Sol"));
        // The list of deletions tells nothing that was told.
        world.later(121 * 60_000);
        contacts.read(&crm).await;
        assert_eq!(contacts.told, []);
        assert_eq!(contacts.gone(&one), Some(Fate::Deleted));
    });
}

#[test]
fn a_person_who_is_an_account_is_one_person() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let account = ana.create(
            "Account",
            json!({ "LastName": "Mora", "PersonMobilePhone": "600000003", "Phone": "91" }),
        );
        let (mut accounts, mut contacts) = (Mirror::of(Mirrored::Accounts), Mirror::of(Mirrored::Contacts));
        accounts.read(&crm).await;
        contacts.read(&crm).await;
        let News::Person(person) = &accounts.known[&account] else { panic!("no person") };
        assert_eq!(person.kind, PersonKind::PersonAccount);
        assert!(person.twin.as_ref().is_some_and(|twin| twin.0.starts_with("003")));
        let phones: Vec<_> = person.phones.iter().map(|phone| (phone.field, phone.raw.as_str())).collect();
        assert_eq!(phones, [(PhoneField::Phone, "91"), (PhoneField::Mobile, "600000003")]);
        assert_eq!(contacts.known.len(), 0);
    });
}

#[test]
fn cases_that_are_closed_for_long_are_left_out_and_users_are_read() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let old = ana.create("Case", json!({ "Subject": "viejo", "Status": "Closed" }));
        let open = ana.create("Case", json!({ "Subject": "abierto" }));
        world.later(100 * 24 * 3_600_000);
        let mut cases = Mirror::of(Mirrored::Cases);
        cases.read(&crm).await;
        assert!(cases.known.contains_key(&open) && !cases.known.contains_key(&old));
        let ana = world.person("ana@emulator.example");
        ana.change("Case", &old, json!({ "Status": "Working" }));
        cases.read(&crm).await;
        let News::Case(case) = &cases.known[&old] else { panic!("no case") };
        assert_eq!((case.subject.as_str(), case.closed, case.status.as_str()), ("viejo", false, "Working"));
        let mut users = Mirror::of(Mirrored::Users);
        users.read(&crm).await;
        let names: Vec<&str> = users
            .known
            .values()
            .filter_map(|news| match news {
                News::User(user) if user.active => Some(user.username.as_str()),
                _ => None,
            })
            .collect();
        assert!(names.contains(&"luis@emulator.example"), "{names:?}");
    });
}

#[test]
fn a_place_that_nobody_understands_begins_anew() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let first = contact(&ana, "Uno");
        let mut mirror =
            Mirror { place: Some(Place("{\"old\":1}".into())), ..Mirror::of(Mirrored::Contacts) };
        mirror.read(&crm).await;
        assert_eq!(mirror.name(&first), Some("Uno"));
    });
}

/// An answer that says this.
fn saying(body: Value) -> Result<Response, crm::salesforce::TransportError> {
    Ok(Response { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() })
}

#[test]
fn a_large_table_comes_by_a_job_that_is_waited_for_and_goes_on_after_a_restart() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        for _ in 0..30 {
            let records: Vec<Value> = (0..200)
                .map(|nth| json!({ "attributes": { "type": "Contact" }, "LastName": format!("a, \"{nth}\""), "Phone": "91" }))
                .collect();
            ana.ask("POST", "composite/sobjects", json!({ "records": records }));
        }
        world.later(600_000);
        // The describe is known, so that the next request counts.
        crm.record(&id("0035500001H9cakAAB")).await.expect("an answer");
        world.answer_instead(saying(json!({ "totalSize": 60_000, "done": true, "records": [] })));
        let begun = crm.changed(Mirrored::Contacts, None).await.expect("a page");
        assert!(begun.more && world.of(Kind::Bulk) > 0);
        let mut mirror = Mirror { place: Some(begun.next), ..Mirror::of(Mirrored::Contacts) };
        mirror.told.extend(begun.news);
        let before = mirror.told.len();
        ana.create("Contact", json!({ "LastName": "Nueva" }));
        mirror.read(&client(&world)).await;
        assert_eq!(
            (before + mirror.told.len(), mirror.progress.last().copied()),
            (6_001, Some((6_000, 60_000)))
        );
    });
}

#[test]
fn a_job_that_is_not_done_is_waited_for_and_one_that_failed_leaves_the_way_by_pages() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let first = contact(&ana, "Uno");
        crm.record(&id("0035500001H9cakAAB")).await.expect("an answer");
        world.answer_instead(saying(json!({ "totalSize": 60_000, "done": true, "records": [] })));
        world.answer_instead(saying(json!({ "id": "750x", "state": "UploadComplete" })));
        world.answer_instead(saying(json!({ "id": "750x", "state": "InProgress" })));
        let began = crm::salesforce::Surroundings::now(&world);
        let waiting = crm.changed(Mirrored::Contacts, None).await.expect("a page");
        assert_eq!((waiting.news.len(), waiting.more, waiting.progress), (0, true, Some((0, 60_000))));
        assert!(
            crm::salesforce::Surroundings::now(&world).millis_since(began) >= 20_000,
            "it rests meanwhile"
        );
        // The org knows no such job.
        let mut mirror = Mirror { place: Some(waiting.next), ..Mirror::of(Mirrored::Contacts) };
        mirror.read(&crm).await;
        assert_eq!(mirror.name(&first), Some("Uno"));
    });
}

#[test]
fn what_left_the_recycle_bin_unseen_is_found_in_the_list_of_deletions() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let first = contact(&ana, "Uno");
        let mut mirror = Mirror::of(Mirrored::Contacts);
        mirror.read(&crm).await;
        world.later(116 * 60_000);
        ana.delete("Contact", &first);
        world.later(120_000);
        // The query does not show it, as if a deletion stamped nothing.
        world.answer_instead(saying(json!({ "totalSize": 0, "done": true, "records": [] })));
        mirror.read(&crm).await;
        assert_eq!(mirror.gone(&first), Some(Fate::Deleted));
    });
}
