//! Corrections of many Activities at once as the API shows them. No record is named, neither the one before nor the one
//! chosen: the list does that, to whom may see it.

use crate::clock::rfc3339;
use domain::bulk::{Became, Bulk, BulkChange, BulkItem};
use domain::commit::{Change, Commit};
use domain::correction::Field;
use domain::id::CallKey;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A field of a call that would be another.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BulkFieldView {
    /// `party`, `case`, `opportunity`, `code` or `notes`; and of what the code asks for, `follow_up`, `do_not_call`,
    /// `not_final`.
    pub field: String,
    /// What it says; null with party, Case and Opportunity.
    pub before: Option<String>,
    /// What it would say; null with party, Case and Opportunity.
    pub after: Option<String>,
}

/// What would become of one call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BulkPreviewView {
    /// Its id.
    pub id: Uuid,
    /// What would be another; empty: nothing.
    pub fields: Vec<BulkFieldView>,
    /// Why it would be refused; null where it would not.
    pub refused: Option<String>,
}

impl BulkPreviewView {
    /// Of a decision that was not written.
    pub fn of(call: CallKey, decided: Result<Option<Commit>, &'static str>) -> Self {
        let commit = match decided {
            Ok(commit) => commit,
            Err(why) => {
                return BulkPreviewView { id: call.0, fields: Vec::new(), refused: Some(why.to_owned()) };
            }
        };
        let changes = commit.into_iter().flat_map(|commit| commit.changes);
        let made = changes.filter_map(|change| match change {
            Change::Correction(made) => Some(made.fields),
            _ => None,
        });
        let named = |field: &str| {
            [Field::Party, Field::Case, Field::Opportunity].iter().any(|one| one.name() == field)
        };
        let fields = made.flatten().map(|field| BulkFieldView {
            before: field.before.filter(|_| !named(&field.field)),
            after: field.after.filter(|_| !named(&field.field)),
            field: field.field,
        });
        BulkPreviewView { id: call.0, fields: fields.collect(), refused: None }
    }
}

/// A correction of many.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BulkView {
    /// Its id.
    pub id: Uuid,
    /// When it was begun.
    pub at: String,
    /// The name of who did it.
    pub by: Option<String>,
    /// Which fields it changes.
    pub fields: Vec<String>,
    /// The note that it adds.
    pub note: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How many calls it is of.
    pub calls: usize,
    /// Of how many nothing is decided yet: it can go on.
    pub open: usize,
    /// How many were corrected, and still are by it.
    pub corrected: usize,
    /// How many said it already.
    pub unchanged: usize,
    /// How many were refused.
    pub refused: usize,
    /// How many were put back.
    pub undone: usize,
    /// How many could not be put back, because somebody changed them since.
    pub kept: usize,
}

impl BulkView {
    /// With what became of its calls so far.
    pub fn of(bulk: &Bulk, by: Option<String>, items: &[BulkItem]) -> Self {
        let count = |is: fn(&Became) -> bool| items.iter().filter(|item| is(&item.became)).count();
        let BulkChange { code, party, case, note, reason } = &bulk.change;
        let named = [
            (party.is_some(), Field::Party),
            (case.is_some(), Field::Case),
            (code.is_some(), Field::Code),
            (note.is_some(), Field::Notes),
        ];
        BulkView {
            id: bulk.id.0,
            at: rfc3339(bulk.at),
            by,
            fields: named.iter().filter(|(is, _)| *is).map(|(_, field)| field.name().to_owned()).collect(),
            note: note.clone(),
            reason: reason.clone(),
            calls: bulk.calls.len(),
            open: bulk.calls.len().saturating_sub(items.len()),
            corrected: count(|became| matches!(became, Became::Corrected { .. })),
            unchanged: count(|became| matches!(became, Became::Unchanged)),
            refused: count(|became| matches!(became, Became::Refused { .. })),
            undone: count(|became| matches!(became, Became::Undone { .. })),
            kept: count(|became| matches!(became, Became::Kept { .. })),
        }
    }
}

/// What became of one of its calls.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BulkItemView {
    /// The call.
    pub id: Uuid,
    /// `corrected`, `unchanged`, `refused`, `undone` or `kept`.
    pub became: String,
    /// Why it was refused.
    pub why: Option<String>,
}

impl BulkItemView {
    /// Of what is stored.
    pub fn of(item: &BulkItem) -> Self {
        let (became, why) = match &item.became {
            Became::Corrected { .. } => ("corrected", None),
            Became::Unchanged => ("unchanged", None),
            Became::Refused { why } => ("refused", Some(why.clone())),
            Became::Undone { .. } => ("undone", None),
            Became::Kept { .. } => ("kept", None),
        };
        BulkItemView { id: item.call.0, became: became.to_owned(), why }
    }
}
