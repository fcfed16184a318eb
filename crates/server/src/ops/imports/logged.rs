//! What the change log says of imports: that calls began to be written, by whom, and what it came to. Uploads, checks and pauses
//! are not in it: they leave nothing behind among the calls.

use crate::app::App;
use crate::view::word;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::commit::Change;
use domain::id::{AuditId, UserId};
use domain::import::{Import, ImportFailure, Tally};

/// Calls begin to be written.
pub(super) fn started(app: &App, by: UserId, import: &Import) -> Change {
    let fields = [("file", Some(import.file.clone())), ("source", Some(import.source.clone()))];
    entry(app, Some(by), import, "started", fields.to_vec())
}

/// Every row was looked at.
pub(super) fn finished(app: &App, import: &Import, tally: &Tally) -> Change {
    entry(app, None, import, "finished", came_to(tally))
}

/// Somebody ended it. What it came to is the import's to say: a batch may be on its way at that moment.
pub(super) fn cancelled(app: &App, by: UserId, import: &Import) -> Change {
    entry(app, Some(by), import, "cancelled", vec![("file", Some(import.file.clone()))])
}

/// It cannot go on.
pub(super) fn failed(app: &App, import: &Import, failure: ImportFailure, tally: &Tally) -> Change {
    let mut fields = vec![("failure", Some(word(&failure)))];
    fields.extend(came_to(tally));
    entry(app, None, import, "failed", fields)
}

/// It was removed, with its file; the calls that came of it stay.
pub(super) fn removed(app: &App, by: UserId, import: &Import) -> Change {
    let file = FieldChange { field: "file".to_owned(), before: Some(import.file.clone()), after: None };
    audit(app, Some(by), import, "removed", vec![file])
}

fn came_to(tally: &Tally) -> Vec<(&'static str, Option<String>)> {
    let count = |count: u64| Some(count.to_string());
    vec![("new", count(tally.new)), ("there", count(tally.there)), ("refused", count(tally.refused))]
}

fn entry(
    app: &App,
    by: Option<UserId>,
    import: &Import,
    action: &str,
    says: Vec<(&'static str, Option<String>)>,
) -> Change {
    let field =
        |(field, after): (&str, Option<String>)| FieldChange { field: field.to_owned(), before: None, after };
    audit(app, by, import, action, says.into_iter().map(field).collect())
}

fn audit(app: &App, by: Option<UserId>, import: &Import, action: &str, fields: Vec<FieldChange>) -> Change {
    Change::Audit(Box::new(AuditEntry {
        id: AuditId(app.around.new_id()),
        at: app.around.now(),
        by,
        subject: AuditSubject::Import(import.id),
        action: action.to_owned(),
        fields,
    }))
}
