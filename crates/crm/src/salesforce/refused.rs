//! What Salesforce says when it does not do what was asked, in the four shapes in which it says it, and what each code
//! means to us. The list of codes is closed: what is not on it is refused for good, or, where the HTTP status speaks of
//! the server rather than of the request, tried again.
//!
//! Shapes: REST `[{"errorCode","message","fields"}]`, results of collections `{"errors":[{"statusCode",…}]}`, OAuth
//! `{"error","error_description"}`, and bodies of edge servers, which are pages in HTML.

use crate::error::{CrmError, CrmErrorKind, Retry};
use domain::mirror::RemoteId;
use domain::outbox::{Duplicate, Refusal, RefusalKind};
use serde_json::Value;
use std::time::Duration;

/// Longest text of a refusal that is kept, in characters.
const MAX_SAID_CHARS: usize = 1_000;
/// Most records of a duplicate rule that are kept.
const MAX_DUPLICATES: usize = 20;

/// One thing that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) fields: Vec<String>,
    pub(crate) duplicates: Vec<Duplicate>,
}

/// What a code means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Not now; nothing of it was done.
    Later(CrmErrorKind),
    /// Not now; it may have been done.
    Doubt(CrmErrorKind),
    /// A unique field has that value already: what was to be made is there.
    Exists,
    /// It was taken back because something beside it was refused.
    TakenBack,
    /// Not as it is, however often.
    Refused(RefusalKind),
}

use CrmErrorKind::{Credentials, Forbidden, LimitReached, Locked, Unavailable};
use Meaning::{Doubt, Exists, Later, Refused, TakenBack};
use RefusalKind::{Access, Automation, Duplicates, FieldMissing, Owner, Reference, Rule, Value as OfValue};

/// Codes and their meaning.
const MEANINGS: [(&str, Meaning); 55] = [
    ("INVALID_SESSION_ID", Later(Credentials)),
    ("INVALID_AUTH_HEADER", Later(Credentials)),
    ("REQUEST_LIMIT_EXCEEDED", Later(LimitReached)),
    ("LIMIT_EXCEEDED", Later(LimitReached)),
    ("STORAGE_LIMIT_EXCEEDED", Later(LimitReached)),
    ("TXN_SECURITY_METERING_ERROR", Later(LimitReached)),
    ("UNABLE_TO_LOCK_ROW", Later(Locked)),
    ("SERVER_UNAVAILABLE", Later(Unavailable)),
    ("REQUEST_RUNNING_TOO_LONG", Doubt(Unavailable)),
    ("QUERY_TIMEOUT", Later(Unavailable)),
    ("UNKNOWN_EXCEPTION", Doubt(Unavailable)),
    ("API_CURRENTLY_DISABLED", Later(Forbidden)),
    ("API_DISABLED_FOR_ORG", Later(Forbidden)),
    ("FUNCTIONALITY_NOT_ENABLED", Later(Forbidden)),
    ("FUNCTIONALITY_TEMPORARILY_UNAVAILABLE", Later(Unavailable)),
    ("ORG_LOCKED", Later(Unavailable)),
    ("DUPLICATE_VALUE", Exists),
    ("PROCESSING_HALTED", TakenBack),
    ("ALL_OR_NONE_OPERATION_ROLLED_BACK", TakenBack),
    ("DUPLICATES_DETECTED", Refused(Duplicates)),
    ("REQUIRED_FIELD_MISSING", Refused(FieldMissing)),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", Refused(Rule)),
    ("FIELD_FILTER_VALIDATION_EXCEPTION", Refused(Rule)),
    ("FIELD_INTEGRITY_EXCEPTION", Refused(OfValue)),
    ("STRING_TOO_LONG", Refused(OfValue)),
    ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", Refused(OfValue)),
    ("INVALID_EMAIL_ADDRESS", Refused(OfValue)),
    ("NUMBER_OUTSIDE_VALID_RANGE", Refused(OfValue)),
    ("JSON_PARSER_ERROR", Refused(OfValue)),
    ("MALFORMED_ID", Refused(OfValue)),
    ("INVALID_TYPE_ON_FIELD_IN_RECORD", Refused(OfValue)),
    ("INVALID_FIELD", Refused(Access)),
    ("INVALID_FIELD_FOR_INSERT_UPDATE", Refused(Access)),
    ("INVALID_TYPE", Refused(Access)),
    ("INSUFFICIENT_ACCESS", Refused(Access)),
    ("INSUFFICIENT_ACCESS_OR_READONLY", Refused(Access)),
    ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", Refused(Access)),
    ("CANNOT_UPDATE_CONVERTED_LEAD", Refused(Reference)),
    ("INACTIVE_OWNER_OR_USER", Refused(Owner)),
    ("OP_WITH_INVALID_USER_TYPE_EXCEPTION", Refused(Owner)),
    ("TRANSFER_REQUIRES_READ", Refused(Owner)),
    ("ENTITY_IS_DELETED", Refused(Reference)),
    ("NOT_FOUND", Refused(Reference)),
    ("INVALID_CROSS_REFERENCE_KEY", Refused(Reference)),
    ("INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD", Refused(Reference)),
    ("DUPLICATE_EXTERNAL_ID", Refused(OfValue)),
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", Refused(Automation)),
    ("CANNOT_EXECUTE_FLOW_TRIGGER", Refused(Automation)),
    ("APEX_ERROR", Refused(Automation)),
    ("APEX_DATA_ACCESS_RESTRICTION", Refused(Automation)),
    ("ENTITY_SAVE_ERROR", Refused(Automation)),
    ("ENTITY_IS_LOCKED", Refused(Rule)),
    ("MANAGER_NOT_DEFINED", Refused(Rule)),
    ("invalid_grant", Later(Credentials)),
    ("invalid_client", Later(Credentials)),
];

/// What a code means that came with an HTTP status.
pub(crate) fn meaning(status: u16, code: &str) -> Meaning {
    if let Some((_, meaning)) = MEANINGS.iter().find(|(known, _)| *known == code) {
        return *meaning;
    }
    match status {
        401 => Later(Credentials),
        403 => Later(Forbidden),
        408 | 420 | 429 => Later(Unavailable),
        500..=599 => Doubt(Unavailable),
        _ => Refused(RefusalKind::Other),
    }
}

/// How long to leave it alone, before chance is added.
fn pause(kind: CrmErrorKind) -> Duration {
    Duration::from_secs(match kind {
        CrmErrorKind::Locked => 2,
        CrmErrorKind::Unreachable => 5,
        CrmErrorKind::Unavailable => 15,
        CrmErrorKind::NotUnderstood => 60,
        CrmErrorKind::LimitReached | CrmErrorKind::Credentials => 300,
        CrmErrorKind::Forbidden => 900,
    })
}

/// An error after which it can be tried again. `jitter`: from 0 up to 1; it is left alone for up to half as long again.
pub(crate) fn error(kind: CrmErrorKind, doubt: bool, code: &str, detail: &str, jitter: f64) -> CrmError {
    let after = pause(kind).mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 2.0);
    let retry = if doubt { Retry::InDoubt(after) } else { Retry::After(after) };
    let code = Some(code.to_owned()).filter(|code| !code.is_empty());
    CrmError { kind, code, detail: detail.to_owned(), retry }
}

impl Said {
    /// As a refusal of a record of `object`.
    pub(crate) fn refusal(&self, kind: RefusalKind, object: &str) -> Refusal {
        Refusal {
            kind,
            code: self.code.clone(),
            object: object.to_owned(),
            fields: self.fields.clone(),
            said: self.message.chars().take(MAX_SAID_CHARS).collect(),
            duplicates: self.duplicates.clone(),
        }
    }
}

/// What the body of a refused request says; one without a code where it is nothing of Salesforce's own.
pub(crate) fn of_body(body: &Value) -> Vec<Said> {
    let one = |value: &Value| -> Option<Said> {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let code = text("errorCode").or(text("statusCode")).or(text("error"))?;
        let message = text("message").or(text("error_description")).unwrap_or_default();
        let fields = value.get("fields").and_then(Value::as_array).into_iter().flatten();
        Some(Said {
            code: code.to_owned(),
            message: message.to_owned(),
            fields: fields.filter_map(Value::as_str).map(str::to_owned).collect(),
            duplicates: duplicates(value),
        })
    };
    match body {
        Value::Array(several) => several.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    }
}

/// What the result of one record within a collection says.
pub(crate) fn of_result(result: &Value) -> Vec<Said> {
    result.get("errors").map(of_body).unwrap_or_default()
}

/// The records that a duplicate rule found.
fn duplicates(value: &Value) -> Vec<Duplicate> {
    let results = value.pointer("/duplicateResult/matchResults").and_then(Value::as_array);
    let records = results.into_iter().flatten().filter_map(|result| result.get("matchRecords")?.as_array());
    let found = records.flatten().filter_map(|found| {
        let record = found.get("record")?;
        let text = |path: &str| record.pointer(path).and_then(Value::as_str).map(str::to_owned);
        Some(Duplicate {
            id: RemoteId(text("/Id")?),
            object: text("/attributes/type").unwrap_or_default(),
            name: text("/Name"),
        })
    });
    found.take(MAX_DUPLICATES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_code_of_the_list_stands_there_once() {
        for (nr, (code, _)) in MEANINGS.iter().enumerate() {
            assert!(MEANINGS.iter().skip(nr + 1).all(|(other, _)| other != code), "{code} twice");
        }
    }

    #[test]
    fn a_code_says_whether_it_can_be_tried_again_and_if_not_what_a_person_can_do() {
        for (status, code, expected) in [
            (403, "REQUEST_LIMIT_EXCEEDED", Later(LimitReached)),
            (400, "UNABLE_TO_LOCK_ROW", Later(Locked)),
            (503, "SERVER_UNAVAILABLE", Later(Unavailable)),
            (401, "INVALID_SESSION_ID", Later(Credentials)),
            (400, "DUPLICATE_VALUE", Exists),
            (400, "PROCESSING_HALTED", TakenBack),
            (400, "DUPLICATES_DETECTED", Refused(Duplicates)),
            (400, "REQUIRED_FIELD_MISSING", Refused(FieldMissing)),
            (400, "INACTIVE_OWNER_OR_USER", Refused(Owner)),
            (400, "A_CODE_OF_NEXT_YEAR", Refused(RefusalKind::Other)),
            (500, "A_CODE_OF_NEXT_YEAR", Doubt(Unavailable)),
            (502, "", Doubt(Unavailable)),
            (503, "", Doubt(Unavailable)),
            (420, "", Later(Unavailable)),
            (403, "", Later(Forbidden)),
        ] {
            assert_eq!(meaning(status, code), expected, "{status} {code}");
        }
    }

    #[test]
    fn every_shape_of_a_refusal_is_read() {
        let rest = json!([{ "errorCode": "STRING_TOO_LONG", "message": "m", "fields": ["Name"] }]);
        let result = json!({ "success": false, "errors": [
            { "statusCode": "STRING_TOO_LONG", "message": "m", "fields": ["Name"] }] });
        let expected = Said {
            code: "STRING_TOO_LONG".into(),
            message: "m".into(),
            fields: vec!["Name".into()],
            duplicates: Vec::new(),
        };
        assert_eq!(of_body(&rest), vec![expected.clone()]);
        assert_eq!(of_result(&result), vec![expected]);
        let oauth = of_body(&json!({ "error": "invalid_grant", "error_description": "expired" }));
        assert_eq!((oauth[0].code.as_str(), oauth[0].message.as_str()), ("invalid_grant", "expired"));
        assert_eq!(of_body(&Value::Null), Vec::new());
    }

    #[test]
    fn the_records_of_a_duplicate_rule_are_named() {
        let body = json!([{ "errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?",
            "duplicateResult": { "matchResults": [{ "matchRecords": [
                { "record": { "attributes": { "type": "Contact" }, "Id": "003x", "Name": "Ana" } }] }] } }]);
        let said = &of_body(&body)[0];
        let expected =
            Duplicate { id: RemoteId("003x".into()), object: "Contact".into(), name: Some("Ana".into()) };
        assert_eq!(said.duplicates, vec![expected]);
    }

    #[test]
    fn what_failed_together_does_not_come_back_together() {
        let after = |jitter| match error(Locked, false, "X", "", jitter).retry {
            Retry::After(after) => after,
            other => panic!("{other:?}"),
        };
        assert_eq!((after(0.0), after(1.0)), (Duration::from_secs(2), Duration::from_secs(3)));
    }
}
