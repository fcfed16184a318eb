//! An Activity as its records there hold it: which field says what, and how it is made to fit. Pure; how it gets there is in
//! `carry/`. The fields are those of the package (docs/salesforce-client.md); what the org's describe does not show is left out,
//! because an older package or a permission set has not got it.

use super::config::{Config, Language};
use super::describe::{Field, Object};
use super::stamp;
use crate::contract::{Filing, RemoteParty};
use domain::activity::Outcome;
use domain::call::{CallType, Direction};
use domain::directory::PersonKind;
use domain::mirror::RemoteId;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The object of one record a call.
pub(crate) const CALL_ACTIVITY: &str = "Call_Activity__c";
/// The object of what agents did, which the lists of Salesforce itself show.
pub(crate) const TASK: &str = "Task";
/// The unique field by which a call is found again. It is sent whatever a describe says.
pub(crate) const INTERACTION_ID: &str = "Interaction_Id__c";
/// The field that names the Task of a call.
pub(crate) const TASK_ID: &str = "Task_Id__c";
/// The field of the Opportunity. It is ours only where calls are related to such; else it is left to the org.
pub(crate) const OPPORTUNITY_ID: &str = "Opportunity__c";
/// The field that says which call this one turned out to be part of.
pub(crate) const PART_OF: &str = "Part_Of__c";
/// Fields of a call, besides its id and that of its Task.
pub(crate) const CALL_FIELDS: [&str; 24] = [
    PART_OF,
    "Contact__c",
    "Lead__c",
    "Account__c",
    "Case__c",
    OPPORTUNITY_ID,
    "Agent__c",
    "Agent_Name__c",
    "Direction__c",
    "Call_Type__c",
    "Outcome__c",
    "Disposition__c",
    "Disposition_Code__c",
    "Notes__c",
    "Customer_Number__c",
    "Own_Number__c",
    "Ring_Group__c",
    "Started_At__c",
    "Answered_At__c",
    "Ended_At__c",
    "Logged_At__c",
    "Talk_Seconds__c",
    "Wait_Seconds__c",
    "Recording_Url__c",
];
/// Fields of a Task that we fill.
pub(crate) const TASK_FIELDS: [&str; 13] = [
    "WhoId",
    "WhatId",
    "OwnerId",
    "Subject",
    "Description",
    "Status",
    "TaskSubtype",
    "ActivityDate",
    "CallType",
    "CallDisposition",
    "CallDurationInSeconds",
    "CallObject",
    "Priority",
];

/// Names of fields and what they hold.
pub(crate) type Fields = Map<String, Value>;

/// What an org calls a Task that is done, unless it has another word.
const USUAL_DONE: &str = "Completed";
/// What it calls one that is to be done.
const USUAL_OPEN: &str = "Not Started";

/// What the org calls Tasks that are to be done, and those that are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskStatuses {
    pub(crate) open: String,
    pub(crate) done: String,
}

impl TaskStatuses {
    /// Those of the org, in its order; the usual words where it tells none. Of several the usual word is taken, or the org's
    /// default, or the first.
    pub(crate) fn of(statuses: &[Value]) -> TaskStatuses {
        let says = |status: &Value, key: &str| status.get(key) == Some(&Value::Bool(true));
        let name = |status: &Value| status.get("ApiName").and_then(Value::as_str).map(str::to_owned);
        let done: Vec<String> =
            statuses.iter().filter(|status| says(status, "IsClosed")).filter_map(name).collect();
        let open = || statuses.iter().filter(|status| !says(status, "IsClosed"));
        let usual = open().find(|status| says(status, "IsDefault")).or(open().next());
        TaskStatuses {
            open: usual.and_then(name).unwrap_or_else(|| USUAL_OPEN.to_owned()),
            done: match done.iter().find(|name| *name == USUAL_DONE).or(done.first()) {
                Some(done) => done.clone(),
                None => USUAL_DONE.to_owned(),
            },
        }
    }
}

/// What the org says of the objects that are written.
#[derive(Clone, Debug)]
pub(crate) struct Shapes {
    pub(crate) call: Arc<Object>,
    pub(crate) task: Arc<Object>,
    /// What a Task that is done is called.
    pub(crate) done: String,
}

/// An Activity as it is to be there. Null: a field that is to be empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sheet {
    /// The id of the call.
    pub(crate) key: String,
    pub(crate) call: Fields,
    /// The Task; none where nobody logged the call (P3).
    pub(crate) task: Option<Fields>,
}

impl Sheet {
    /// How many bytes it is as JSON, but for the names around it.
    pub(crate) fn bytes(&self) -> usize {
        let of = |fields: &Fields| serde_json::to_vec(fields).map_or(0, |bytes| bytes.len());
        of(&self.call) + self.task.as_ref().map_or(0, of)
    }
}

/// A filing as it is to be there.
pub(crate) fn sheet(filing: &Filing, config: &Config, shapes: &Shapes) -> Sheet {
    let is_logged = filing.activity.outcome == Outcome::Logged;
    Sheet {
        key: filing.activity.key.to_string(),
        call: fitted(call_fields(filing, config), &shapes.call),
        task: is_logged.then(|| fitted(task_fields(filing, config, &shapes.done), &shapes.task)),
    }
}

/// The fields that there are, each made to fit.
pub(crate) fn fitted(fields: Fields, object: &Object) -> Fields {
    let known = fields.into_iter().filter_map(|(name, value)| {
        let field = object.field(&name)?;
        Some((name, fit(field, value)))
    });
    known.collect()
}

/// What of a value a field holds: a text is cut where it is too long (the whole of it stays on our side); half an address
/// leads nowhere and half a number is another's, so they are left out.
pub(crate) fn fit(field: &Field, value: Value) -> Value {
    let Value::String(text) = value else {
        return value;
    };
    let text = text.trim();
    if text.is_empty() {
        return Value::Null;
    }
    if field.length == 0 || text.encode_utf16().count() <= field.length {
        return json!(text);
    }
    match field.kind.as_str() {
        "url" | "reference" | "id" | "email" | "phone" => Value::Null,
        _ => json!(cut(text, field.length)),
    }
}

/// The beginning of a text, so long as Salesforce counts.
fn cut(text: &str, length: usize) -> &str {
    let mut counted = 0;
    for (at, c) in text.char_indices() {
        counted += c.len_utf16();
        if counted > length {
            return text[..at].trim_end();
        }
    }
    text
}

/// The word that a value has in our own data, which is what the field holds.
fn word(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn call_fields(filing: &Filing, config: &Config) -> Fields {
    let (activity, call) = (&filing.activity, &filing.call);
    let party = links(filing.party.as_ref());
    let customer = call.customer_number();
    let own = match call.direction {
        Direction::Inbound => call.did.as_deref().or(call.to.as_deref()),
        _ => call.from.as_deref(),
    };
    let values = [
        ("Contact__c", json!(party.contact)),
        ("Lead__c", json!(party.lead)),
        ("Account__c", json!(party.account)),
        ("Case__c", json!(filing.case)),
        ("Agent__c", json!(filing.agent)),
        ("Agent_Name__c", json!(filing.agent_name)),
        ("Direction__c", word(call.direction)),
        ("Call_Type__c", word(call.kind)),
        ("Outcome__c", word(activity.outcome)),
        ("Disposition__c", json!(label(filing, config.language))),
        ("Disposition_Code__c", json!(activity.code.as_ref().map(|code| code.id.to_string()))),
        ("Notes__c", json!(activity.notes)),
        ("Customer_Number__c", json!(customer)),
        ("Own_Number__c", json!(own)),
        ("Ring_Group__c", json!(call.ring_group)),
        ("Started_At__c", json!(stamp::second(call.started_at))),
        ("Answered_At__c", json!(call.answered_at.map(stamp::second))),
        ("Ended_At__c", json!(call.ended_at.map(stamp::second))),
        ("Logged_At__c", json!(activity.logged_at.map(stamp::second))),
        ("Talk_Seconds__c", json!(call.talk_ms / 1000)),
        ("Wait_Seconds__c", json!(call.wait_ms.map(|wait| wait / 1000))),
        ("Recording_Url__c", json!(filing.recording_url)),
    ];
    // A Lead's call is related to none, also where it became a Lead's after it was decided.
    let opportunity = filing.opportunity.as_ref().filter(|_| party.lead.is_none());
    let is_ours = config.relate_opportunities || opportunity.is_some();
    let values = values.into_iter().chain(is_ours.then(|| (OPPORTUNITY_ID, json!(opportunity))));
    values.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn task_fields(filing: &Filing, config: &Config, done: &str) -> Fields {
    let (activity, call) = (&filing.activity, &filing.call);
    let (who, what) =
        who_and_what(filing.party.as_ref(), filing.case.as_ref().or(filing.opportunity.as_ref()));
    let offset = (config.offset.0)(call.started_at);
    let way = match call.direction {
        Direction::Inbound => "Inbound",
        Direction::Outbound => "Outbound",
        Direction::Internal => "Internal",
    };
    let mut values = vec![
        ("WhoId", json!(who)),
        ("WhatId", json!(what)),
        ("Subject", json!(subject(filing, config.language))),
        ("Description", json!(activity.notes)),
        // Done from the beginning: one that is not holds the rows of its Account, Who and What while it is written.
        ("Status", json!(done)),
        ("TaskSubtype", json!("Call")),
        ("ActivityDate", json!(stamp::day(call.started_at, offset))),
        ("CallType", json!(way)),
        ("CallDisposition", json!(label(filing, config.language))),
        ("CallDurationInSeconds", json!(call.talk_ms / 1000)),
        ("CallObject", json!(activity.key.to_string())),
    ];
    // Without an agent who is a user there it is ours.
    values.extend(filing.agent.as_ref().map(|agent| ("OwnerId", json!(agent))));
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Whom a Task is about and what, given a record that the call is related to.
pub(crate) fn who_and_what<'a>(
    party: Option<&'a RemoteParty>,
    about: Option<&'a RemoteId>,
) -> (Option<&'a str>, Option<&'a str>) {
    let party = links(party);
    let what = about.map(|record| record.0.as_str()).or(party.account);
    // A Lead's Task may be about nothing else: Salesforce refuses it (FIELD_INTEGRITY_EXCEPTION).
    (party.lead.or(party.contact), what.filter(|_| party.lead.is_none()))
}

/// The label of the code that was logged.
fn label(filing: &Filing, language: Language) -> Option<&str> {
    let code = filing.activity.code.as_ref()?;
    Some(match language {
        Language::Spanish => &code.label.es,
        Language::English => &code.label.en,
    })
}

/// What a Task is called: which way the call went, and what came of it or who it was with.
fn subject(filing: &Filing, language: Language) -> String {
    let call = &filing.call;
    let missed = call.kind == Some(CallType::OutboundMissed);
    let way = match (language, call.direction, missed) {
        (Language::Spanish, Direction::Inbound, _) => "Llamada entrante",
        (Language::Spanish, Direction::Outbound, false) => "Llamada saliente",
        (Language::Spanish, Direction::Outbound, true) => "Llamada saliente sin respuesta",
        (Language::Spanish, Direction::Internal, _) => "Llamada interna",
        (Language::English, Direction::Inbound, _) => "Call, inbound",
        (Language::English, Direction::Outbound, false) => "Call, outbound",
        (Language::English, Direction::Outbound, true) => "Call, outbound, not answered",
        (Language::English, Direction::Internal, _) => "Call, internal",
    };
    match label(filing, language).or(call.customer_number()) {
        Some(more) => format!("{way}: {more}"),
        None => way.to_owned(),
    }
}

/// The records that a party is, by their kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Links<'a> {
    contact: Option<&'a str>,
    lead: Option<&'a str>,
    account: Option<&'a str>,
}

fn links(party: Option<&RemoteParty>) -> Links<'_> {
    let Some(party) = party else {
        return Links::default();
    };
    let id = Some(party.id.0.as_str());
    let account = party.account.as_ref().map(|account| account.0.as_str());
    match party.kind {
        PersonKind::Contact => Links { contact: id, account, lead: None },
        PersonKind::Lead => Links { lead: id, ..Links::default() },
        PersonKind::Account => Links { account: id, ..Links::default() },
        // The same person twice: as the Account that they are, and as the Contact that goes with it.
        PersonKind::PersonAccount => {
            Links { account: id, contact: party.twin.as_ref().map(|twin| twin.0.as_str()), lead: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_open_and_done_by_the_words_of_the_org() {
        let status = |name: &str, closed: bool, default: bool| json!({ "ApiName": name, "IsClosed": closed, "IsDefault": default });
        let words = |statuses: &[Value]| {
            let TaskStatuses { open, done } = TaskStatuses::of(statuses);
            (open, done)
        };
        let of = |open: &str, done: &str| (open.to_owned(), done.to_owned());
        assert_eq!(words(&[]), of("Not Started", "Completed"), "where the org tells none");
        let several = [
            status("Aplazada", false, false),
            status("Pendiente", false, true),
            status("Hecha", true, false),
            status("Completed", true, false),
        ];
        assert_eq!(words(&several), of("Pendiente", "Completed"));
        let closed_by_default = [status("Hecha", true, true), status("Aplazada", false, false)];
        assert_eq!(words(&closed_by_default), of("Aplazada", "Hecha"));
    }
}
