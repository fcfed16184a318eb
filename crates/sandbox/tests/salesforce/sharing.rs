//! Who may do what with a record, as the org-wide defaults, owners and rights say.

use crate::client::Client;
use serde_json::json;

/// A user who may what the defaults allow.
fn standard(client: &mut Client) -> String {
    let profile = first(client, "SELECT Id FROM Profile WHERE Name = 'Standard User'");
    let user = first(client, "SELECT Id FROM User WHERE Username = 'luis@emulator.example'");
    let (status, said) =
        client.ask("PATCH", &format!("sobjects/User/{user}"), json!({ "ProfileId": profile }));
    assert_eq!(status, 204, "{said}");
    user
}

fn first(client: &mut Client, soql: &str) -> String {
    client.query(soql)["records"][0]["Id"].as_str().expect("an id").to_owned()
}

/// The most that a user may do with a record, and whether that is to edit it, and to hand it on.
fn may(client: &mut Client, user: &str, record: &str) -> (String, bool, bool) {
    let soql = format!(
        "SELECT RecordId, HasReadAccess, HasEditAccess, HasTransferAccess, MaxAccessLevel FROM UserRecordAccess \
         WHERE UserId = '{user}' AND RecordId = '{record}'"
    );
    let said = client.query(&soql)["records"][0].clone();
    let level = said["MaxAccessLevel"].as_str().expect("a level").to_owned();
    assert_eq!(said["HasReadAccess"], json!(level != "None"), "{said}");
    (level, said["HasEditAccess"] == json!(true), said["HasTransferAccess"] == json!(true))
}

#[test]
fn the_default_of_an_object_says_what_everybody_may_do_with_its_records() {
    let mut client = Client::new();
    let luis = standard(&mut client);
    let lead = client.create("Lead", json!({ "LastName": "Paz", "Company": "x" }));
    for (default, expected) in [
        ("None", ("None", false, false)),
        ("Read", ("Read", false, false)),
        ("Edit", ("Edit", true, false)),
        ("ReadEditTransfer", ("Transfer", true, true)),
    ] {
        client.control("sharing", json!({ "Lead": default }));
        let (level, edits, transfers) = may(&mut client, &luis, &lead);
        assert_eq!((level.as_str(), edits, transfers), expected, "{default}");
        let told = client.query("SELECT DefaultLeadAccess FROM Organization");
        assert_eq!(told["records"][0]["DefaultLeadAccess"], json!(default));
    }
}

#[test]
fn a_contact_follows_its_account_and_one_without_is_its_owners() {
    let mut client = Client::new();
    let luis = standard(&mut client);
    let account = client.create("Account", json!({ "Name": "Sol" }));
    let of_account = client.create("Contact", json!({ "LastName": "Ruiz", "AccountId": account }));
    let lone = client.create("Contact", json!({ "LastName": "Gil" }));
    let own = client.create("Contact", json!({ "LastName": "Mora", "OwnerId": luis }));
    let levels = |client: &mut Client| [&of_account, &lone, &own].map(|id| may(client, &luis, id).0);
    client.control("sharing", json!({ "Account": "Read", "Contact": "ControlledByParent" }));
    assert_eq!(levels(&mut client), ["Read", "None", "All"]);
    client.control("sharing", json!({ "Account": "None" }));
    assert_eq!(levels(&mut client), ["None", "None", "All"]);
    client.control("sharing", json!({ "Contact": "Edit" }));
    assert_eq!(levels(&mut client), ["Edit", "None", "All"]);
}

#[test]
fn who_owns_what_hangs_on_an_account_reads_the_account() {
    let mut client = Client::new();
    let luis = standard(&mut client);
    client.control("sharing", json!({ "Account": "None", "Case": "None" }));
    let account = client.create("Account", json!({ "Name": "Sol" }));
    assert_eq!(may(&mut client, &luis, &account).0, "None");
    client.create("Case", json!({ "Subject": "x", "AccountId": account, "OwnerId": luis }));
    assert_eq!(may(&mut client, &luis, &account).0, "Read");
}

#[test]
fn what_is_no_default_is_refused() {
    let mut client = Client::new();
    for wrong in [json!({ "Case": "ControlledByParent" }), json!({ "Task": "None" }), json!({ "Lead": 1 })] {
        let (status, _) = client.ask("POST", "/emulator/sharing", wrong.clone());
        assert_eq!(status, 400, "{wrong}");
    }
    let told = client.query("SELECT DefaultCaseAccess FROM Organization");
    assert_eq!(told["records"][0]["DefaultCaseAccess"], json!("ReadEditTransfer"));
}
