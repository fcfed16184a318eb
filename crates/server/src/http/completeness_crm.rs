//! The CRM's side of the completeness ledger: days compared with it, and Activities sent to it once more. Supervisors.

use super::ApiError;
use super::answer::Body;
use super::caller::Supervisor;
use super::completeness::{DaysBody, days};
use super::told_along::told_along;
use crate::app::App;
use crate::ops::completeness::crm_check::{MAX_DAYS, check};
use crate::ops::completeness::crm_send::{MAX_SENT, NotThere, Which, send};
use crate::ops::completeness::ledger;
use crate::ops::completeness::user_names;
use crate::ops::progress::Progress;
use crate::ops::{FieldFault, OpError};
use crate::view::{CrmCheckView, CrmSentView};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::id::CallKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What was found.
#[derive(Serialize, ToSchema)]
pub(super) struct CrmChecksAnswer {
    checks: Vec<CrmCheckView>,
}

/// Which Activities are to be in the CRM: some, or all of some days that are meant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CrmSendBody {
    /// Their ids, 100 at most.
    #[serde(default)]
    calls: Vec<Uuid>,
    /// Of these days, 100 a request.
    #[serde(default)]
    days: Option<DaysBody>,
    /// With `days`: which.
    #[serde(default)]
    which: Option<NotThere>,
}

/// What became of them.
#[derive(Serialize, ToSchema)]
pub(super) struct CrmSentAnswer {
    calls: Vec<CrmSentView>,
    /// Whether days that were asked for have more.
    more: bool,
}

/// Compares days with the CRM, 31 at most, and says what is there and what is not. Supervisors. With
/// `Accept: application/x-ndjson` it says how far it is; whoever leaves stops it, and days that are done stay done.
#[utoipa::path(post, path = "/completeness/crm/check", operation_id = "check_crm", tag = "completeness",
    security(("access_token" = [])), request_body = DaysBody,
    responses((status = 200, body = CrmChecksAnswer), (status = 403), (status = 404), (status = 422), (status = 503)))]
pub(super) async fn compare(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    headers: HeaderMap,
    Body(body): Body<DaysBody>,
) -> Result<Response, ApiError> {
    let (tenant, user) = (supervisor.tenant, supervisor.user);
    let asked = days(&tenant, Some(&body.from), Some(&body.until), body.zone.as_deref(), MAX_DAYS)?;
    let progress = Arc::new(Progress::default());
    let along = Arc::clone(&progress);
    let work = async move {
        let checks = check(&app, &tenant, Some(user), &asked, &along).await.map_err(OpError::from)?;
        let users = user_names(&app, &tenant).await?;
        let link = app.crms.of(tenant.id);
        let crm = link.as_ref().map(|link| link.crm.as_ref());
        Ok(CrmChecksAnswer { checks: checks.iter().map(|one| CrmCheckView::of(one, &users, crm)).collect() })
    };
    told_along(&headers, progress, work).await
}

/// Has Activities be in the CRM that are not there: made there once more where somebody deleted them, taken for what they are
/// where they are there after all. Supervisors.
#[utoipa::path(post, path = "/completeness/crm/send", operation_id = "send_to_crm", tag = "completeness",
    security(("access_token" = [])), request_body = CrmSendBody,
    responses((status = 200, body = CrmSentAnswer), (status = 403), (status = 404), (status = 422)))]
pub(super) async fn again(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Body(body): Body<CrmSendBody>,
) -> Result<Json<CrmSentAnswer>, ApiError> {
    let tenant = &supervisor.tenant;
    let invalid = |field: &'static str, fault| ApiError::from(OpError::invalid(field, fault));
    let which = match (body.days, body.which) {
        (Some(_), _) if !body.calls.is_empty() => return Err(invalid("calls", FieldFault::Unknown)),
        (Some(_), None) => return Err(invalid("which", FieldFault::Empty)),
        (Some(asked), Some(which)) => {
            let (from, until) = (Some(asked.from.as_str()), Some(asked.until.as_str()));
            let days = days(tenant, from, until, asked.zone.as_deref(), ledger::MAX_DAYS)?;
            Which::Of(days.begin, days.end, which)
        }
        (None, Some(_)) => return Err(invalid("which", FieldFault::Unknown)),
        (None, None) if body.calls.is_empty() => return Err(invalid("calls", FieldFault::Empty)),
        (None, None) if body.calls.len() > MAX_SENT => return Err(invalid("calls", FieldFault::TooLong)),
        (None, None) => Which::These(body.calls.into_iter().map(CallKey).collect()),
    };
    let sent = send(&app, tenant, supervisor.user, which).await?;
    Ok(Json(CrmSentAnswer { calls: CrmSentView::all(&sent), more: sent.more }))
}
