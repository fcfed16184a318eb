//! What a panel says is on screen beside it. A page of a CRM names a record by that CRM's id; which of ours it is, is looked
//! up here and believed of nobody.

use domain::id::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;

/// A record as the CRM names it, untouched.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct CrmRecord {
    /// Its kind there, e.g. `Case`.
    pub object: String,
    /// Its id there.
    pub id: String,
}

/// What is on screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OnScreen {
    /// Whoever frames the panel did not say in time.
    #[default]
    Silent,
    /// The panel stands alone.
    NoConsole,
    /// This Case.
    Case {
        /// The Case.
        case: CaseId,
    },
    /// A record of the CRM.
    CrmRecord(CrmRecord),
    /// A Case that is being made and is not saved.
    UnsavedCase,
    /// Something else, or nothing.
    Other,
}
