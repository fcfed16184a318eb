//! What everybody in the org may read, and what one of them may, as the org is set.

use super::given::id;
use super::org::{Person, World, client, run};
use crm::{AccessQuestion, Crm, CrmErrorKind, OpenToAll};
use domain::directory::PersonKind;
use domain::mirror::RemoteId;
use serde_json::json;

/// Has a user be none of those who see everything.
fn make_standard(ana: &Person, user: &str) -> String {
    let profile = ana.one("SELECT Id FROM Profile WHERE Name = 'Standard User'")["Id"].clone();
    let user = ana.user(user);
    ana.change("User", &user, json!({ "ProfileId": profile }));
    user
}

fn question(user: &RemoteId, records: &[RemoteId]) -> AccessQuestion {
    AccessQuestion { user: user.clone(), records: records.to_vec() }
}

#[test]
fn what_everybody_may_read_follows_the_defaults_of_the_org() {
    run(async {
        let world = World::new(1);
        let crm = client(&world);
        let all = OpenToAll { accounts: true, contacts_of_accounts: true, leads: true, cases: true };
        assert_eq!(crm.open_to_all().await, Ok(all), "as a new org is set");
        let cases = [
            (json!({ "Account": "None" }), OpenToAll { accounts: false, contacts_of_accounts: false, ..all }),
            (json!({ "Account": "Read" }), all),
            (
                json!({ "Account": "ControlledByCampaign", "Contact": "Edit" }),
                OpenToAll { accounts: false, ..all },
            ),
            (
                json!({ "Account": "Edit", "Contact": "None" }),
                OpenToAll { contacts_of_accounts: false, ..all },
            ),
            (json!({ "Contact": "Read", "Lead": "None" }), OpenToAll { leads: false, ..all }),
            (json!({ "Lead": "Read", "Case": "None" }), OpenToAll { cases: false, ..all }),
        ];
        for (set, expected) in cases {
            world.post("sharing", set.clone());
            assert_eq!(crm.open_to_all().await, Ok(expected), "{set}");
        }
    });
}

#[test]
fn what_everybody_may_read_costs_one_call() {
    run(async {
        let world = World::new(1);
        let crm = client(&world);
        crm.open_to_all().await.expect("an answer");
        world.count_anew();
        crm.open_to_all().await.expect("an answer");
        assert_eq!(world.limited(), 1);
        world.cut_off(true);
        let error = crm.open_to_all().await.expect_err("nobody is there");
        assert_eq!(error.kind, CrmErrorKind::Unreachable);
    });
}

#[test]
fn a_default_that_the_org_does_not_have_opens_nothing() {
    run(async {
        let world = World::new(1);
        world.post("schema", json!({ "without": ["Organization.DefaultCaseAccess"] }));
        let open = client(&world).open_to_all().await.expect("an answer");
        assert!(open.leads && !open.cases, "{open:?}");
    });
}

#[test]
fn a_contact_that_belongs_to_no_account_is_never_open() {
    let all = OpenToAll { accounts: true, contacts_of_accounts: true, leads: true, cases: true };
    assert!(all.person(PersonKind::Contact, true));
    assert!(!all.person(PersonKind::Contact, false));
    for kind in [PersonKind::Account, PersonKind::PersonAccount, PersonKind::Lead] {
        assert!(all.person(kind, false), "{kind:?}");
    }
}

/// Records that `open_to_all` calls open are those that the org itself lets somebody read who owns nothing.
#[test]
fn what_is_open_is_what_the_org_lets_somebody_read_who_owns_nothing() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let luis = id(make_standard(&ana, "luis"));
        let account = ana.create("Account", json!({ "Name": "Sol" }));
        let one = ana.create("Contact", json!({ "LastName": "Ruiz", "AccountId": account }));
        let lone = ana.create("Contact", json!({ "LastName": "Gil" }));
        let lead = ana.create("Lead", json!({ "LastName": "Paz", "Company": "x" }));
        let case = ana.create("Case", json!({ "Subject": "x" }));
        let asked: Vec<RemoteId> = [&account, &one, &lone, &lead, &case].map(id).into();
        for account in ["None", "Read", "Edit"] {
            for contact in ["None", "Read", "ControlledByParent"] {
                for other in ["None", "Read", "ReadEditTransfer"] {
                    let set = json!({ "Account": account, "Contact": contact, "Lead": other, "Case": other });
                    world.post("sharing", set.clone());
                    let open = crm.open_to_all().await.expect("an answer");
                    let expected = [
                        open.person(PersonKind::Account, false),
                        open.person(PersonKind::Contact, true),
                        open.person(PersonKind::Contact, false),
                        open.person(PersonKind::Lead, false),
                        open.cases,
                    ];
                    let access = crm.access(&[question(&luis, &asked)]).await.expect("an answer");
                    assert_eq!(access.iter().map(|one| one.may_read).collect::<Vec<_>>(), expected, "{set}");
                }
            }
        }
    });
}

#[test]
fn owners_and_those_who_see_everything_read_what_is_closed_and_no_right_on_an_object_closes_what_is_open() {
    run(async {
        let world = World::new(1);
        let (crm, ana) = (client(&world), world.person("ana@emulator.example"));
        let luis = make_standard(&ana, "luis");
        let lead =
            |owner: &str| ana.create("Lead", json!({ "LastName": "Paz", "Company": "x", "OwnerId": owner }));
        let asked = [id(lead(&luis)), id(lead(&ana.user("marta")))];
        let reads = async |user: &str| {
            let access = crm.access(&[question(&id(user), &asked)]).await.expect("an answer");
            access.iter().map(|one| one.may_read).collect::<Vec<_>>()
        };
        world.post("sharing", json!({ "Lead": "None" }));
        assert_eq!(reads(&luis).await, [true, false]);
        assert_eq!(reads(&ana.user("admin")).await, [true, true]);
        world.post("rights", json!({ "user": luis, "view_all": true }));
        assert_eq!(reads(&luis).await, [true, true]);
        world.post("rights", json!({ "user": luis, "view_all": false }));
        world.post("sharing", json!({ "Lead": "Read" }));
        assert_eq!(reads(&luis).await, [true, true]);
        world.post("rights", json!({ "user": luis, "without": ["Lead"] }));
        assert_eq!(reads(&luis).await, [false, false]);
        assert!(crm.open_to_all().await.expect("an answer").leads, "it says nothing of one user");
    });
}
