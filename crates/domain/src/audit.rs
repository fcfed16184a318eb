//! The change log: who changed what, when, from what to what. Logged Activities and everything that admins set
//! are changed under it; undoing is another change. How the values are worded is the reader's business.

use crate::id::{
    At, AuditId, CallKey, CaseId, CodeId, EndpointId, EngagementKey, ImportId, PersonId, ReportId, SetId,
    UserId, ViewId,
};
use serde::{Deserialize, Serialize};

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum AuditSubject {
    /// A logged Activity.
    Activity(CallKey),
    /// A record of the directory.
    Person(PersonId),
    /// A Case.
    Case(CaseId),
    /// A disposition code.
    Code(CodeId),
    /// A disposition set.
    Set(SetId),
    /// A user.
    User(UserId),
    /// A wrap-up, which a supervisor released.
    Wrapup(EngagementKey),
    /// A message, which somebody deals with.
    Message(CallKey),
    /// Somebody's program that is told of calls.
    Endpoint(EndpointId),
    /// A file of past calls.
    Import(ImportId),
    /// A view of the list of Activities that people share.
    View(ViewId),
    /// A saved report that people share.
    Report(ReportId),
    /// The centre's settings.
    Centre,
}

/// One field of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// What it was; `None`: empty.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id; UUIDv7.
    pub id: AuditId,
    /// When.
    pub at: At,
    /// Who; `None`: a rule, such as a timer.
    pub by: Option<UserId>,
    /// What.
    pub subject: AuditSubject,
    /// Which change, as a code: `created`, `changed`, `removed`, `corrected`, `undone`, `released`, `listened`; of messages
    /// `taken`, `given_back`, `called_back`, `done`, `reopened`; of imports `started`, `finished`, `cancelled`, `failed`; of views
    /// and saved reports `shared`, `unshared`.
    pub action: String,
    /// From what to what.
    pub fields: Vec<FieldChange>,
}

impl AuditEntry {
    /// The fields that differ between two lists of the same fields.
    pub fn differences(
        before: &[(&str, Option<String>)],
        after: &[(&str, Option<String>)],
    ) -> Vec<FieldChange> {
        let pairs = before.iter().zip(after).filter(|(before, after)| before.1 != after.1);
        pairs
            .map(|((field, before), (_, after))| FieldChange {
                field: (*field).to_owned(),
                before: before.clone(),
                after: after.clone(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_a_change() {
        let text = |value: &str| Some(value.to_owned());
        let before = [("name", text("Ana")), ("company", None)];
        let after = [("name", text("Ana")), ("company", text("Acme"))];
        let expected = FieldChange { field: "company".to_owned(), before: None, after: text("Acme") };
        assert_eq!(AuditEntry::differences(&before, &after), [expected]);
        assert_eq!(AuditEntry::differences(&before, &before), []);
    }
}
