//! What the org lets everybody read: its organisation-wide defaults. What else lets a user read a record (ownership, roles,
//! rules, teams, permissions) is asked record by record, in `ask_about.rs`.

use super::Salesforce;
use super::governor::Purpose;
use crate::contract::OpenToAll;
use crate::error::CrmError;
use serde_json::Value;

/// The object that holds the defaults.
const ORGANIZATION: &str = "Organization";
/// Its fields: Accounts, Contacts, Leads, Cases.
const DEFAULTS: [&str; 4] =
    ["DefaultAccountAccess", "DefaultContactAccess", "DefaultLeadAccess", "DefaultCaseAccess"];
/// Values by which everybody may read. All others close: `None`, and what depends on more than we know.
const OPEN: [&str; 3] = ["Read", "Edit", "ReadEditTransfer"];
/// What a Contact is as open by as its Account.
const BY_ACCOUNT: &str = "ControlledByParent";

impl Salesforce {
    /// What everybody may read. One call, and one more where the describe is not known.
    pub(super) async fn open_by_default(&self) -> Result<OpenToAll, CrmError> {
        let object = self.describes.get(&self.api, ORGANIZATION, Purpose::Rest).await?;
        // An org without Cases, say, has no default for them: what is not there is open to nobody.
        let fields = object.among(&DEFAULTS);
        if fields.is_empty() {
            return Ok(OpenToAll::default());
        }
        let soql = format!("SELECT {} FROM {ORGANIZATION} LIMIT 1", fields.join(","));
        let found = self.api.query(&soql, false, Purpose::Rest).await;
        let found = found.map_err(|trouble| self.api.unexpected(trouble))?;
        Ok(found.first().map(read).unwrap_or_default())
    }
}

fn read(organization: &Value) -> OpenToAll {
    let [accounts, contacts, leads, cases] =
        DEFAULTS.map(|field| organization.get(field).and_then(Value::as_str).unwrap_or_default());
    let is_open = |value: &str| OPEN.contains(&value);
    OpenToAll {
        accounts: is_open(accounts),
        contacts_of_accounts: is_open(contacts) || (contacts == BY_ACCOUNT && is_open(accounts)),
        leads: is_open(leads),
        cases: is_open(cases),
    }
}
