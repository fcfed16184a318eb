//! People and Cases that were made here are made there, once: each carries our own id in a unique field, so that a second
//! attempt finds the first.
//!
//! Duplicate rules are asked every time (allowSave=false) as the user we are: what they find is answered as candidates. Only
//! where an agent saw those and said so is it made all the same, which helps where the rule warns and not where it blocks.

use super::Salesforce;
use super::api::{Ask, Trouble, quoted};
use super::describe::Object;
use super::filing::{Fields, fit};
use super::governor::Purpose;
use super::refused::{self, Meaning, Said};
use crate::contract::{Made, NewCase, NewPerson};
use crate::error::{CrmError, CrmErrorKind};
use domain::case::{CasePriority, CaseStatus};
use domain::directory::{Person, PersonKind, PhoneField};
use domain::mirror::RemoteId;
use domain::outbox::{Refusal, RefusalKind};
use serde_json::{Value, json};

/// The unique field that holds our id.
pub(crate) const OWN_ID: &str = "Bitacora_Id__c";
/// The header that asks duplicate rules.
const DUPLICATE_RULE: &str = "Sforce-Duplicate-Rule-Header";
/// The header that says whether rules of the org give a new Lead or Case to somebody; without it they do, whoever is named.
const AUTO_ASSIGN: &str = "Sforce-Auto-Assign";

/// The object that people of a kind are.
pub(crate) fn object_of(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Contact => "Contact",
        PersonKind::Lead => "Lead",
        PersonKind::Account | PersonKind::PersonAccount => "Account",
    }
}

/// Fields for a number of this kind, the best first.
fn phone_fields(kind: PersonKind, field: PhoneField) -> &'static [&'static str] {
    match (kind, field) {
        (PersonKind::Contact, PhoneField::Phone) => &["Phone", "OtherPhone", "HomePhone", "MobilePhone"],
        (PersonKind::Contact, PhoneField::Mobile) => &["MobilePhone", "OtherPhone", "Phone"],
        (PersonKind::Contact, PhoneField::Home) => &["HomePhone", "OtherPhone", "Phone"],
        (PersonKind::Contact, PhoneField::Other) => &["OtherPhone", "Phone", "HomePhone"],
        (PersonKind::Lead, PhoneField::Mobile) => &["MobilePhone", "Phone"],
        (PersonKind::Lead, _) => &["Phone", "MobilePhone"],
        (PersonKind::Account, _) => &["Phone"],
        (PersonKind::PersonAccount, PhoneField::Phone) => &["Phone", "PersonOtherPhone", "PersonHomePhone"],
        (PersonKind::PersonAccount, PhoneField::Mobile) => {
            &["PersonMobilePhone", "PersonOtherPhone", "Phone"]
        }
        (PersonKind::PersonAccount, PhoneField::Home) => &["PersonHomePhone", "PersonOtherPhone", "Phone"],
        (PersonKind::PersonAccount, PhoneField::Other) => &["PersonOtherPhone", "Phone"],
    }
}

/// First name and last name: what stands before a comma is the last name, else the first word is the first name.
fn names(name: &str) -> (Option<&str>, &str) {
    let name = name.trim();
    if let Some((last, first)) = name.split_once(',') {
        return (Some(first.trim()).filter(|first| !first.is_empty()), last.trim());
    }
    // Whom nobody knows is called by their number, which has no first name.
    let is_number = !name.chars().any(char::is_alphabetic);
    match name.split_once(char::is_whitespace).filter(|_| !is_number) {
        Some((first, last)) => (Some(first), last.trim()),
        None => (None, name),
    }
}

/// What the record of a new person says.
fn person_fields(
    new: &NewPerson,
    object: &Object,
    unknown_company: &str,
    record_type: Option<&str>,
) -> Fields {
    let Person { kind, name, company, email, phones, .. } = &new.person;
    let (first, last) = names(name);
    let last = if last.is_empty() { unknown_company } else { last };
    let email_field = if *kind == PersonKind::PersonAccount { "PersonEmail" } else { "Email" };
    let mut fields = Fields::new();
    let mut put = |name: &str, value: Value| {
        let field = object.field(name).filter(|field| field.createable);
        let value = field.map(|field| fit(field, value)).filter(|value| !value.is_null());
        if let Some(value) = value {
            fields.entry(name.to_owned()).or_insert(value);
        }
    };
    match kind {
        PersonKind::Account => put("Name", json!(name)),
        _ => {
            put("FirstName", json!(first));
            put("LastName", json!(last));
            put(email_field, json!(email));
        }
    }
    match kind {
        PersonKind::Lead => put("Company", json!(company.as_deref().unwrap_or(unknown_company))),
        PersonKind::Contact => put("AccountId", json!(new.account)),
        PersonKind::PersonAccount => put("RecordTypeId", json!(record_type)),
        PersonKind::Account => {}
    }
    put("OwnerId", json!(new.owner));
    for phone in phones {
        let free = |field: &&&str| object.field(field).is_some() && !fields.contains_key(**field);
        let field = phone_fields(*kind, phone.field).iter().find(free);
        if let Some((name, field)) = field.and_then(|name| Some((*name, object.field(name)?))) {
            let value = fit(field, json!(phone.raw));
            if !value.is_null() {
                fields.insert(name.to_owned(), value);
            }
        }
    }
    fields.insert(OWN_ID.to_owned(), json!(new.person.id.to_string()));
    fields
}

fn case_fields(new: &NewCase, object: &Object) -> Fields {
    let case = &new.case;
    // What an org sets by itself is left to it: its words for these may be others.
    let status = match case.status {
        CaseStatus::New => None,
        CaseStatus::Working => Some("Working"),
        CaseStatus::Escalated => Some("Escalated"),
        CaseStatus::Closed => Some("Closed"),
    };
    let priority = match case.priority {
        CasePriority::Low => Some("Low"),
        CasePriority::Medium => None,
        CasePriority::High => Some("High"),
    };
    let values = [
        ("Subject", json!(case.subject)),
        ("Description", json!(case.description)),
        ("Status", json!(status)),
        ("Priority", json!(priority)),
        ("Origin", json!("Phone")),
        ("ContactId", json!(new.contact)),
        ("AccountId", json!(new.account)),
        ("OwnerId", json!(new.owner)),
    ];
    let mut fields = Fields::new();
    for (name, value) in values {
        let field = object.field(name).filter(|field| field.createable);
        let value = field.map(|field| fit(field, value)).filter(|value| !value.is_null());
        fields.extend(value.map(|value| (name.to_owned(), value)));
    }
    fields.insert(OWN_ID.to_owned(), json!(case.id.to_string()));
    fields
}

impl Salesforce {
    /// Has a person be there, once.
    pub(super) async fn person(&self, new: &NewPerson) -> Result<Made, CrmError> {
        let name = object_of(new.person.kind);
        let object = self.describes.get(&self.api, name, Purpose::Logging).await?;
        let mut record_type = None;
        if new.person.kind == PersonKind::PersonAccount {
            if object.field("IsPersonAccount").is_none() {
                return Ok(Made::Refused(no_person_accounts()));
            }
            record_type = self.person_record_type().await?;
        }
        let fields = person_fields(new, &object, &self.config.unknown_company, record_type.as_deref());
        self.made_once(name, &new.person.id.to_string(), fields, new.in_doubt, new.despite_duplicates).await
    }

    /// Has a Case be there, once.
    pub(super) async fn case(&self, new: &NewCase) -> Result<Made, CrmError> {
        let object = self.describes.get(&self.api, "Case", Purpose::Logging).await?;
        let fields = case_fields(new, &object);
        self.made_once("Case", &new.case.id.to_string(), fields, new.in_doubt, false).await
    }

    async fn made_once(
        &self,
        object: &str,
        own_id: &str,
        fields: Fields,
        in_doubt: bool,
        despite_duplicates: bool,
    ) -> Result<Made, CrmError> {
        if in_doubt && let Some(made) = self.made_before(object, own_id).await? {
            return Ok(made);
        }
        let rule =
            format!("allowSave={despite_duplicates}; includeRecordDetails=true; runAsCurrentUser=true");
        let mut headers = vec![(DUPLICATE_RULE, rule)];
        if fields.contains_key("OwnerId") {
            headers.push((AUTO_ASSIGN, "FALSE".to_owned()));
        }
        let ask = Ask {
            headers,
            ..Ask::post(format!("sobjects/{object}"), Value::Object(fields), Purpose::Logging, true)
        };
        let said = match self.api.ask(&ask).await {
            Ok(body) => {
                let id = body.get("id").and_then(Value::as_str);
                let unreadable =
                    || self.api.error(CrmErrorKind::NotUnderstood, true, "a record was made and not named");
                return Ok(Made::Is(RemoteId(id.ok_or_else(unreadable)?.to_owned())));
            }
            Err(Trouble::Crm(error)) => return Err(error),
            Err(Trouble::Refused(said)) => said,
        };
        let first = said.into_iter().next().unwrap_or_default();
        match refused::meaning(400, &first.code) {
            Meaning::Exists => match self.made_before(object, own_id).await? {
                Some(made) => Ok(made),
                None => Ok(Made::Refused(first.refusal(RefusalKind::Value, object))),
            },
            Meaning::Refused(kind) => {
                if kind == RefusalKind::Access {
                    self.describes.forget().await;
                }
                Ok(Made::Refused(first.refusal(kind, object)))
            }
            _ => Ok(Made::Refused(first.refusal(RefusalKind::Other, object))),
        }
    }

    /// The record with our id, what it was merged into, or that somebody deleted it.
    async fn made_before(&self, object: &str, own_id: &str) -> Result<Option<Made>, CrmError> {
        let shape = self.describes.get(&self.api, object, Purpose::Logging).await?;
        if shape.field(OWN_ID).is_none() {
            return Ok(None);
        }
        let soql =
            format!("SELECT Id, IsDeleted, MasterRecordId FROM {object} WHERE {OWN_ID} = {}", quoted(own_id));
        let found = self.api.query(&soql, true, Purpose::Logging).await;
        let found = found.map_err(|trouble| self.api.unexpected(trouble))?;
        let text = |record: &Value, key: &str| record.get(key).and_then(Value::as_str).map(str::to_owned);
        let living = found.iter().find(|record| record.get("IsDeleted") != Some(&Value::Bool(true)));
        let id = living.and_then(|record| text(record, "Id"));
        let id = id.or_else(|| found.iter().find_map(|record| text(record, "MasterRecordId")));
        Ok(match id {
            Some(id) => Some(Made::Is(RemoteId(id))),
            None if found.is_empty() => None,
            None => {
                let said = Said { code: "ENTITY_IS_DELETED".to_owned(), ..Said::default() };
                Some(Made::Refused(said.refusal(RefusalKind::Reference, object)))
            }
        })
    }

    /// The record type of people who are accounts, asked for once.
    async fn person_record_type(&self) -> Result<Option<String>, CrmError> {
        let mut known = self.person_record_type.lock().await;
        if let Some(known) = known.as_ref() {
            return Ok(Some(known.clone()));
        }
        let soql = "SELECT Id FROM RecordType WHERE SobjectType = 'Account' AND IsPersonType = true AND IsActive = true \
                    ORDER BY Id LIMIT 1";
        let found = self.api.query(soql, false, Purpose::Logging).await;
        let found = found.map_err(|trouble| self.api.unexpected(trouble))?;
        let id = found.first().and_then(|record| record.get("Id")?.as_str()).map(str::to_owned);
        known.clone_from(&id);
        Ok(id)
    }
}

fn no_person_accounts() -> Refusal {
    Refusal {
        kind: RefusalKind::Access,
        code: "INVALID_FIELD".to_owned(),
        object: "Account".to_owned(),
        fields: vec!["IsPersonAccount".to_owned()],
        said: "The org has no Person Accounts.".to_owned(),
        duplicates: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_where_people_cut_it() {
        for (name, expected) in [
            ("Ana Ruiz", (Some("Ana"), "Ruiz")),
            ("Ana Ruiz Paz", (Some("Ana"), "Ruiz Paz")),
            ("Ruiz Paz, Ana", (Some("Ana"), "Ruiz Paz")),
            ("Ana", (None, "Ana")),
            (" ", (None, "")),
        ] {
            assert_eq!(names(name), expected, "{name}");
        }
    }
}
