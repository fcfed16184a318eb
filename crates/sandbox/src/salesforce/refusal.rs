//! What Salesforce says when it does not do what was asked, in the three shapes in which it says it.

use serde_json::{Value, json};

macro_rules! codes {
    ($($code:ident $name:literal $status:literal;)+) => {
        /// Why something was refused. The closed list of what this emulator says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code { $(#[doc = $name] $code,)+ }

        impl Code {
            /// As it is written.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Code::$code => $name,)+ }
            }

            /// The HTTP status of an answer that says it alone.
            pub(crate) fn status(self) -> u16 {
                match self { $(Code::$code => $status,)+ }
            }
        }
    };
}

codes! {
    AllOrNoneRolledBack "ALL_OR_NONE_OPERATION_ROLLED_BACK" 400;
    ConvertedLead "CANNOT_UPDATE_CONVERTED_LEAD" 400;
    DeleteFailed "DELETE_FAILED" 400;
    DuplicateExternalId "DUPLICATE_EXTERNAL_ID" 400;
    DuplicateValue "DUPLICATE_VALUE" 400;
    DuplicatesDetected "DUPLICATES_DETECTED" 400;
    EntityIsDeleted "ENTITY_IS_DELETED" 404;
    ExceededIdLimit "EXCEEDED_ID_LIMIT" 400;
    FieldIntegrity "FIELD_INTEGRITY_EXCEPTION" 400;
    InactiveOwner "INACTIVE_OWNER_OR_USER" 400;
    InvalidCrossReference "INVALID_CROSS_REFERENCE_KEY" 400;
    InvalidEmail "INVALID_EMAIL_ADDRESS" 400;
    InvalidField "INVALID_FIELD" 400;
    InvalidFieldForWrite "INVALID_FIELD_FOR_INSERT_UPDATE" 400;
    InvalidJob "INVALIDJOB" 404;
    InvalidJobState "INVALIDJOBSTATE" 400;
    InvalidPicklist "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" 400;
    InvalidQueryLocator "INVALID_QUERY_LOCATOR" 400;
    InvalidSession "INVALID_SESSION_ID" 401;
    InvalidType "INVALID_TYPE" 400;
    JsonParser "JSON_PARSER_ERROR" 400;
    LimitExceeded "LIMIT_EXCEEDED" 400;
    MalformedId "MALFORMED_ID" 400;
    MalformedQuery "MALFORMED_QUERY" 400;
    MalformedSearch "MALFORMED_SEARCH" 400;
    MethodNotAllowed "METHOD_NOT_ALLOWED" 405;
    MissingArgument "MISSING_ARGUMENT" 400;
    NotFound "NOT_FOUND" 404;
    NumberOutsideRange "NUMBER_OUTSIDE_VALID_RANGE" 400;
    ProcessingHalted "PROCESSING_HALTED" 400;
    RequestLimit "REQUEST_LIMIT_EXCEEDED" 403;
    RequiredFieldMissing "REQUIRED_FIELD_MISSING" 400;
    ServerUnavailable "SERVER_UNAVAILABLE" 503;
    StringTooLong "STRING_TOO_LONG" 400;
    UnableToLockRow "UNABLE_TO_LOCK_ROW" 400;
    ValidationRule "FIELD_CUSTOM_VALIDATION_EXCEPTION" 400;
    InvalidReplicationDate "INVALID_REPLICATION_DATE" 400;
}

/// One thing that was refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// Fields it is about; `None` where this kind of answer says nothing of fields.
    pub(crate) fields: Option<Vec<String>>,
    /// What a duplicate rule found.
    pub(crate) duplicates: Option<Value>,
}

impl Refusal {
    /// One that says nothing of fields.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), fields: None, duplicates: None }
    }

    /// One about a record that was to be written, and these fields of it.
    pub(crate) fn of<T: ToString>(code: Code, message: impl Into<String>, fields: &[T]) -> Refusal {
        let fields = Some(fields.iter().map(ToString::to_string).collect());
        Refusal { code, message: message.into(), fields, duplicates: None }
    }

    /// What is not there.
    pub(crate) fn not_found() -> Refusal {
        Refusal::new(Code::NotFound, "The requested resource does not exist")
    }

    /// As an answer of REST lists it.
    pub(crate) fn to_json(&self) -> Value {
        let mut said = json!({ "errorCode": self.code.name(), "message": self.message });
        if let Some(fields) = &self.fields {
            said["fields"] = json!(fields);
        }
        if let Some(found) = &self.duplicates {
            said["duplicateResult"] = found.clone();
        }
        said
    }

    /// As a result within collections lists it: another key, always fields, and nothing of duplicates.
    pub(crate) fn in_collection(&self) -> Value {
        json!({
            "statusCode": self.code.name(),
            "message": self.message,
            "fields": self.fields.clone().unwrap_or_default(),
        })
    }
}

/// The body of an answer of REST that refuses.
pub(crate) fn body(refusals: &[Refusal]) -> Value {
    Value::Array(refusals.iter().map(Refusal::to_json).collect())
}
