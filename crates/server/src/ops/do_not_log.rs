//! `do_not_log`: the call is archived with code and notes empty (P3).

use super::OpError;
use super::relate_scene::Naming;
use super::submit_scene::{Submitter, submit};
use crate::app::{App, Tenant};
use crate::view::ActivityView;
use domain::id::EngagementKey;
use domain::wrapup::submit as rule;

/// Closes the wrap-up without logging; `reason` is the id of one of the centre's.
///
/// # Errors
/// See [`submit`].
pub async fn do_not_log(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
    revision: u64,
    reason: Option<&str>,
) -> Result<ActivityView, OpError> {
    submit(app, tenant, by, key, Naming::NOTHING, |scene| rule::do_not_log(scene, revision, reason)).await
}
