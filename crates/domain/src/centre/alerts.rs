//! What supervisors are warned of, as admins set it. When it is so, [`crate::alert`] says.

use serde::{Deserialize, Serialize};

/// After how long somebody has to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertPolicy {
    /// An agent's After Call Work took so many seconds; `None`: never.
    pub acw_s: Option<u32>,
    /// A caller waited so many seconds in ring groups; `None`: never.
    pub wait_s: Option<u32>,
}

/// After Call Work beyond this is long, in seconds, unless somebody says otherwise.
const ACW_S: u32 = 180;
/// A wait beyond this is long, in seconds, unless somebody says otherwise.
const WAIT_S: u32 = 60;

impl Default for AlertPolicy {
    fn default() -> Self {
        AlertPolicy { acw_s: Some(ACW_S), wait_s: Some(WAIT_S) }
    }
}
