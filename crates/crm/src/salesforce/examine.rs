//! Looks at everything that logging needs. What is found is one of these topics; their wording is that of whoever shows them.
//!
//! | topic | facts | what it means and what to do |
//! | --- | --- | --- |
//! | `connected` | `version`, `user`, `organisation` | we are logged in to this org as this user and speak this version |
//! | `login` | `kind`, `code`, `detail` | we are not: look at the app, the user and the key |
//! | `object_missing` | `object` | the package is not installed, or our user lacks the permission set |
//! | `object_not_createable` | `object` | our user may not make such records: the permission set |
//! | `field_missing` | `field` | an older package, or the permission set does not show the field; what it holds is not there |
//! | `field_read_only` | `field` | our user may not write the field: the permission set |
//! | `field_not_unique` | `field` | the field was changed by hand: a call could be logged twice; install the package again |
//! | `field_required` | `field` | a field of the org's own that we do not fill is required: give it a default, or require it on layouts alone |
//! | `user_missing`, `user_inactive` | `user` | an agent's user may own nothing: their calls are refused |
//! | `calls_left` | `used`, `most` | the calls of the last 24 hours; few are left |
//! | `unreadable` | `what`, `kind`, `detail` | it could not be looked at now; try again |

use super::Salesforce;
use super::api::listed;
use super::describe::Object;
use super::filing::{CALL_ACTIVITY, CALL_FIELDS, INTERACTION_ID, OPPORTUNITY_ID, TASK, TASK_FIELDS, TASK_ID};
use super::governor::Purpose;
use super::make::OWN_ID;
use crate::contract::{Examined, Finding, FindingState};
use crate::error::CrmError;
use domain::mirror::RemoteId;
use serde_json::Value;
use std::collections::BTreeMap;

/// The part of the day's calls, in hundredths, from which on few are left.
const MUCH_USED_PERCENT: u64 = 80;
/// Most users that are asked for at once.
const USERS_A_QUERY: usize = 170;

/// An object, and what it must have.
struct Needed {
    object: &'static str,
    fields: Vec<&'static str>,
    /// The field without which records could be made twice.
    unique: Option<&'static str>,
    /// What it is if records of it cannot be made.
    not_made: FindingState,
}

/// `opportunities`: whether calls are related to such.
fn needed(opportunities: bool) -> Vec<Needed> {
    let fields = CALL_FIELDS.into_iter().filter(|field| opportunities || *field != OPPORTUNITY_ID);
    let call = [INTERACTION_ID, TASK_ID].into_iter().chain(fields).collect();
    let people = |object, fields: &[&'static str]| Needed {
        object,
        fields: fields.to_vec(),
        unique: Some(OWN_ID),
        not_made: FindingState::Warning,
    };
    vec![
        Needed {
            object: CALL_ACTIVITY,
            fields: call,
            unique: Some(INTERACTION_ID),
            not_made: FindingState::Bad,
        },
        Needed { object: TASK, fields: TASK_FIELDS.to_vec(), unique: None, not_made: FindingState::Bad },
        people("Contact", &[OWN_ID, "FirstName", "LastName", "Phone", "MobilePhone", "Email", "AccountId"]),
        people("Lead", &[OWN_ID, "FirstName", "LastName", "Company", "Phone", "MobilePhone", "Email"]),
        people("Account", &[OWN_ID, "Name", "Phone"]),
        people("Case", &[OWN_ID, "Subject", "ContactId", "AccountId", "Origin"]),
    ]
}

/// Fields that are written when a record is made and never again.
const ONCE: [&str; 2] = ["TaskSubtype", INTERACTION_ID];
/// Required fields that we fill beside those in [`needed`].
const FILLED: [&str; 8] =
    ["LastName", "Company", "Name", "OwnerId", "Status", "Priority", INTERACTION_ID, OWN_ID];

fn finding(topic: &'static str, state: FindingState, facts: &[(&'static str, &str)]) -> Finding {
    let facts = facts.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Finding { topic, state, facts }
}

fn unreadable(what: &str, error: &CrmError) -> Finding {
    let kind = format!("{:?}", error.kind);
    finding("unreadable", FindingState::Bad, &[("what", what), ("kind", &kind), ("detail", &error.detail)])
}

/// What is to be said of an object.
fn of_object(needed: &Needed, object: &Object) -> Vec<Finding> {
    use FindingState::{Bad, Warning};
    let mut findings = Vec::new();
    if !object.createable {
        findings.push(finding("object_not_createable", needed.not_made, &[("object", needed.object)]));
    }
    for name in &needed.fields {
        let full = format!("{}.{name}", needed.object);
        let is_key = needed.unique == Some(*name);
        let state = if is_key { Bad } else { Warning };
        let Some(field) = object.field(name) else {
            findings.push(finding("field_missing", state, &[("field", &full)]));
            continue;
        };
        if is_key && !field.unique {
            findings.push(finding("field_not_unique", Bad, &[("field", &full)]));
        }
        let writes = field.createable && (field.updateable || ONCE.contains(name));
        // A name is made of its parts where an account is a person.
        if !writes && object.createable && *name != "Name" {
            findings.push(finding("field_read_only", state, &[("field", &full)]));
        }
    }
    let others = object.fields().filter(|field| field.required && field.custom);
    for field in others.filter(|field| !needed.fields.contains(&field.name.as_str())) {
        if !FILLED.contains(&field.name.as_str()) {
            let full = format!("{}.{}", needed.object, field.name);
            findings.push(finding("field_required", needed.not_made, &[("field", &full)]));
        }
    }
    findings
}

impl Salesforce {
    /// Looks at everything that logging needs.
    pub(super) async fn doctor(&self, users: &[RemoteId]) -> Examined {
        let mut findings = Vec::new();
        match self.api.session().await {
            Ok(session) => {
                let version = format!("{}.0", session.version);
                let user = session.user.clone().unwrap_or_default();
                let organisation = session.organisation.clone().unwrap_or_default();
                let facts = [("version", version.as_str()), ("user", &user), ("organisation", &organisation)];
                findings.push(finding("connected", FindingState::Good, &facts));
            }
            Err(error) => {
                let (kind, code) = (format!("{:?}", error.kind), error.code.clone().unwrap_or_default());
                let facts = [("kind", kind.as_str()), ("code", &code), ("detail", &error.detail)];
                findings.push(finding("login", FindingState::Bad, &facts));
                return Examined { findings };
            }
        }
        self.describes.forget().await;
        for needed in needed(self.config.relate_opportunities) {
            match self.describes.find(&self.api, needed.object, Purpose::Logging).await {
                Ok(Some(object)) => findings.extend(of_object(&needed, &object)),
                Ok(None) => {
                    findings.push(finding("object_missing", FindingState::Bad, &[("object", needed.object)]));
                }
                Err(error) => findings.push(unreadable(needed.object, &error)),
            }
        }
        match self.users_as_they_are(users).await {
            Ok(found) => findings.extend(found),
            Err(error) => findings.push(unreadable("User", &error)),
        }
        if let Some(budget) = self.api.governor.budget() {
            let much = budget.used.saturating_mul(100) >= budget.most.saturating_mul(MUCH_USED_PERCENT);
            let state = if much { FindingState::Warning } else { FindingState::Good };
            let (used, most) = (budget.used.to_string(), budget.most.to_string());
            findings.push(finding("calls_left", state, &[("used", &used), ("most", &most)]));
        }
        Examined { findings }
    }

    /// Agents' users who may own nothing.
    async fn users_as_they_are(&self, users: &[RemoteId]) -> Result<Vec<Finding>, CrmError> {
        let mut active: BTreeMap<String, bool> = BTreeMap::new();
        for some in users.chunks(USERS_A_QUERY) {
            let ids = listed(some.iter().map(|id| id.0.as_str()));
            let soql = format!("SELECT Id, IsActive FROM User WHERE Id IN ({ids})");
            let found = self.api.query(&soql, false, Purpose::Logging).await;
            for user in found.map_err(|trouble| self.api.unexpected(trouble))? {
                let id = user.get("Id").and_then(Value::as_str).unwrap_or_default().to_owned();
                active.insert(id, user.get("IsActive") == Some(&Value::Bool(true)));
            }
        }
        let of_user = |user: &RemoteId| {
            let topic = match active.get(&user.0) {
                Some(true) => return None,
                Some(false) => "user_inactive",
                None => "user_missing",
            };
            Some(finding(topic, FindingState::Warning, &[("user", &user.0)]))
        };
        Ok(users.iter().filter_map(of_user).collect())
    }
}
