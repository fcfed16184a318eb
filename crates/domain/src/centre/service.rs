//! By what reports measure how callers are served, as admins set it. Counting is [`crate::report::service`]'s.

use serde::{Deserialize, Serialize};

/// Most days after a call in which another of the same number counts as a repetition.
pub const MAX_REPEAT_DAYS: u32 = 90;
/// Within how many seconds a call is answered in time, unless somebody says otherwise.
const ANSWER_WITHIN_S: u32 = 20;
/// How many days a call is watched for another, unless somebody says otherwise.
const REPEAT_DAYS: u32 = 7;

/// By what service is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServicePolicy {
    /// Within how many seconds a call is answered in time; ring groups may have a time of their own.
    pub answer_within_s: u32,
    /// How many days after a call another of the same number to the same ring group says that it settled nothing; one at
    /// least.
    pub repeat_days: u32,
}

impl Default for ServicePolicy {
    fn default() -> Self {
        ServicePolicy { answer_within_s: ANSWER_WITHIN_S, repeat_days: REPEAT_DAYS }
    }
}
