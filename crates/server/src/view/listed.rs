//! Activities as their list shows them, and as they leave as files: a line, and what is read of it for a list alone.

use super::{ActivityLineView, ReasonView, word};
use domain::report::fact::after_call_work;
use domain::wrapup::Wrapup;
use serde::Serialize;
use store::{ActivityRow, Carried};
use utoipa::ToSchema;

/// An Activity of the list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ListedActivityView {
    /// The line.
    #[serde(flatten)]
    pub line: ActivityLineView,
    /// Milliseconds that its agents took to sum it up; null while one of them is at it, and where nobody was to.
    pub acw_ms: Option<i64>,
    /// Why it was not logged, where an agent said so.
    pub reason: Option<ReasonView>,
    /// How it was settled whose it is: `one_match`, `chosen`, `clicked`, `created`, `nobody_matches`, `corrected` or `late`; null
    /// while it is not.
    pub settled_by: Option<String>,
    /// How it stands in the CRM: `sent`, `waiting`, `refused`, `deleted_there` or `never`; null where there is none.
    pub crm: Option<String>,
}

impl ListedActivityView {
    /// The line with what stands in these wrap-ups of its call, and with how it stands in the CRM, where there is one.
    pub fn of(
        line: ActivityLineView,
        row: &ActivityRow,
        wrapups: &[Wrapup],
        carried: Option<Carried>,
    ) -> Self {
        let reason = ReasonView::given(wrapups);
        ListedActivityView {
            line,
            acw_ms: after_call_work(&row.call.engagements, wrapups),
            reason,
            settled_by: row.activity.party.map(|party| word(&party.by)),
            crm: carried.map(|carried| word(&carried)),
        }
    }
}
