//! When the day turns where the centre is, panels that are open are read anew: which codes are on offer depends on the day, and
//! nobody commits anything because a day begins. How often it is looked is the worker's.

use super::report::today;
use crate::app::{App, Tenant};
use domain::report::calendar::Day;

/// The day that panels show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayShown(Day);

impl DayShown {
    /// That of today.
    pub fn today(app: &App, tenant: &Tenant) -> DayShown {
        DayShown(today(app, tenant))
    }

    /// Has the tenant's panels read anew if another day began; answers whether that is so.
    pub fn look(&mut self, app: &App, tenant: &Tenant) -> bool {
        let now = DayShown::today(app, tenant);
        if *self == now {
            return false;
        }
        *self = now;
        app.hub.seen_by_all(tenant.id);
        true
    }
}
