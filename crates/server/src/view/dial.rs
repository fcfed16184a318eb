//! A click-to-dial as the panel shows it where it reached nobody.

use super::word;
use crate::clock::rfc3339;
use domain::dial::{Dial, DialFault, DialledFrom};
use domain::phone::display;
use domain::relate::opportunity::OPPORTUNITY;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A click.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DialTraceView {
    /// The part of a call that it makes, or would have made.
    pub engagement: Uuid,
    /// The number as it was dialled.
    pub number: String,
    /// The same for reading.
    pub number_display: Option<String>,
    /// Where it was clicked; dialling again says the same.
    #[schema(value_type = Object)]
    pub from: DialFromView,
    /// When.
    pub at: String,
    /// Why it reached nobody: `no_answer`, `busy`, `rejected` or `unreachable`, each the agent's own phone; null
    /// while the phone system has not said anything of it.
    pub fault: Option<String>,
}

/// Where a number was clicked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum DialFromView {
    /// On a Case.
    Case {
        /// The Case.
        case: Uuid,
    },
    /// On a record.
    Person {
        /// The record.
        person: Uuid,
    },
    /// On the message that a call left.
    Message {
        /// The call.
        call: Uuid,
    },
    /// On a record of the CRM that is not mirrored.
    CrmRecord {
        /// Its kind there.
        object: String,
        /// Its id there.
        id: String,
    },
    /// It was typed.
    Typed,
}

impl DialTraceView {
    /// A click and why it failed, if it did.
    pub fn of(dial: &Dial, fault: Option<DialFault>) -> Self {
        let international = dial.number.starts_with('+');
        DialTraceView {
            engagement: dial.engagement.0,
            number: dial.number.clone(),
            number_display: international.then(|| display(&dial.number)),
            from: match dial.from {
                DialledFrom::Case { case, .. } => DialFromView::Case { case: case.0 },
                DialledFrom::Person { person } => DialFromView::Person { person: person.0 },
                DialledFrom::Message { call, .. } => DialFromView::Message { call: call.0 },
                DialledFrom::Opportunity { opportunity } => {
                    DialFromView::CrmRecord { object: OPPORTUNITY.to_owned(), id: opportunity.to_string() }
                }
                DialledFrom::Typed => DialFromView::Typed,
            },
            at: rfc3339(dial.at),
            fault: fault.map(|fault| word(&fault)),
        }
    }
}
