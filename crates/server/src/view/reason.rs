//! Reasons of Do not log as the API shows them.

use domain::wrapup::Wrapup;
use domain::wrapup::reason::{DoNotLogReason, ReasonChoice};
use serde::Serialize;
use utoipa::ToSchema;

/// A reason of Do not log.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReasonView {
    /// Its id.
    pub id: String,
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

impl From<&DoNotLogReason> for ReasonView {
    fn from(reason: &DoNotLogReason) -> Self {
        ReasonView { id: reason.id.clone(), es: reason.label.es.clone(), en: reason.label.en.clone() }
    }
}

impl ReasonView {
    /// The one that an agent gave, of all wrap-ups of a call, by id.
    pub fn given(wrapups: &[Wrapup]) -> Option<Self> {
        wrapups.iter().rev().find_map(|wrapup| wrapup.reason.as_ref()).map(ReasonView::from)
    }

    /// Those that can be given now, as they are worded now.
    pub fn choices(all: &[ReasonChoice]) -> Vec<Self> {
        all.iter().filter(|reason| !reason.retired).map(ReasonView::of).collect()
    }

    /// All of them, as they are worded now.
    pub fn ever(all: &[ReasonChoice]) -> Vec<Self> {
        all.iter().map(ReasonView::of).collect()
    }

    fn of(reason: &ReasonChoice) -> Self {
        ReasonView { id: reason.id.clone(), es: reason.label.es.clone(), en: reason.label.en.clone() }
    }
}
