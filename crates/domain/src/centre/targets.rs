//! What a centre means to reach, as admins set it: lines across the charts of reports. Nothing is decided by them; whether
//! they are met is for whoever looks at the reports.

use serde::{Deserialize, Serialize};

/// The greatest share, in percent.
pub const MAX_PERCENT: u32 = 100;

/// What is not to be exceeded; `None` each: nothing was set, and no line is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportTargets {
    /// Calls whose wrap-up is over without a code, in percent of all whose wrap-up is over.
    pub undispositioned_percent: Option<u32>,
    /// Lost calls, in percent of the calls of customers.
    pub lost_percent: Option<u32>,
    /// What nine of ten After Call Works are to stay below, in seconds.
    pub acw_p90_s: Option<u32>,
}
