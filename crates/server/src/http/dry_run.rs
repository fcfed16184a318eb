//! Settings tried on the last calls. Admins.

use super::ApiError;
use super::answer::Body;
use super::caller::Admin;
use super::centre_schema::CentreSchema;
use super::told_along::told_along;
use crate::app::App;
use crate::ops::dry_run::{self as op, CALLS};
use crate::ops::progress::Progress;
use crate::view::DryRunView;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::centre::Centre;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What is tried on how many calls.
#[derive(Deserialize, ToSchema)]
pub(super) struct DryRunBody {
    /// The settings that are meant, all of them; their version is not looked at.
    #[schema(value_type = CentreSchema)]
    centre: Centre,
    /// How many of the last calls: 500, and 2,000 at most.
    calls: Option<usize>,
}

/// What they would make of them.
#[derive(Serialize, ToSchema)]
pub(super) struct DryRunAnswer {
    dry_run: DryRunView,
}

/// Says what settings would make of the last calls; changes nothing. Admins.
#[utoipa::path(post, path = "/centre/dry-run", operation_id = "dry_run", tag = "centre", security(("access_token" = [])),
    request_body = DryRunBody, responses((status = 200, body = DryRunAnswer), (status = 403), (status = 422)))]
pub(super) async fn try_out(
    State(app): State<Arc<App>>,
    admin: Admin,
    headers: HeaderMap,
    Body(body): Body<DryRunBody>,
) -> Result<Response, ApiError> {
    let progress = Arc::new(Progress::default());
    let along = Arc::clone(&progress);
    let work = async move {
        let asked = (body.centre, body.calls.unwrap_or(CALLS));
        Ok(DryRunAnswer { dry_run: op::try_out(&app, &admin.tenant, admin.user, asked, &along).await? })
    };
    told_along(&headers, progress, work).await
}
