//! `log`: the call is archived with code and notes on the party (P1, P2, P4, P5).

use super::OpError;
use super::relate_scene::Naming;
use super::submit_scene::{Submitter, submit};
use crate::app::{App, Tenant};
use crate::view::ActivityView;
use domain::id::EngagementKey;
use domain::wrapup::submit::{self as rule, LogRequest};

/// Logs.
///
/// # Errors
/// See [`submit`].
pub async fn log(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
    request: &LogRequest,
) -> Result<ActivityView, OpError> {
    let naming = Naming { party: request.party.as_ref(), case: request.case, view: request.view };
    submit(app, tenant, by, key, naming, |scene| rule::log(scene, request)).await
}
