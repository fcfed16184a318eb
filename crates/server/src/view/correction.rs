//! Corrections as the API shows them.

use super::UserNameView;
use crate::clock::rfc3339;
use domain::audit::FieldChange;
use domain::correction::{Correction, Corrigible};
use domain::id::UserId;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Names of users by id.
pub type UserNames = BTreeMap<UserId, String>;

/// What a field was and is, as people read it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldChangeView {
    /// `party`, `case`, `opportunity`, `code` or `notes`.
    pub field: String,
    /// Before; null: empty.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

impl From<&FieldChange> for FieldChangeView {
    fn from(change: &FieldChange) -> Self {
        FieldChangeView {
            field: change.field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        }
    }
}

/// A correction.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CorrectionView {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: String,
    /// Who.
    pub by: Option<UserNameView>,
    /// Whose part; null: the call itself.
    pub engagement: Option<Uuid>,
    /// The agent of that part.
    pub agent: Option<String>,
    /// Why, where they said so.
    pub reason: Option<String>,
    /// What differs.
    pub fields: Vec<FieldChangeView>,
    /// The correction that it undid.
    pub undoes: Option<Uuid>,
    /// Whether who asks can undo it now.
    pub can_undo: bool,
}

impl CorrectionView {
    /// All corrections of a call, newest first.
    pub fn all(of: &Corrigible<'_>, users: &UserNames) -> Vec<Self> {
        let view = |correction: &Correction| {
            let part = correction.engagement.and_then(|key| of.call.engagement(key));
            CorrectionView {
                id: correction.id.0,
                at: rfc3339(correction.at),
                by: Some(UserNameView {
                    id: correction.by.0,
                    name: users.get(&correction.by).cloned().unwrap_or_default(),
                }),
                engagement: correction.engagement.map(|key| key.0),
                agent: part.map(|part| part.agent.0.clone()),
                reason: correction.reason.clone(),
                fields: correction.fields.iter().map(FieldChangeView::from).collect(),
                undoes: correction.undoes.map(|id| id.0),
                can_undo: of.can_undo(correction),
            }
        };
        of.corrections.iter().map(view).collect()
    }
}
