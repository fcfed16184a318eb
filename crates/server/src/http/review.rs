//! The review of a disposition set. Supervisors.

use super::ApiError;
use super::answer::Query;
use super::caller::Supervisor;
use super::strict::{date, id, strict_query};
use crate::app::App;
use crate::ops::report::ReportDays;
use crate::ops::review::{MAX_REVIEW_DAYS, review_set};
use crate::ops::{FieldFault, OpError};
use crate::view::ReviewView;
use axum::Json;
use axum::extract::State;
use domain::id::SetId;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

strict_query! {
    /// What is reviewed.
    ReviewQuery {
        /// The disposition set; an id, needed.
        set = "set",
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
    }
}

/// A review.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewAnswer {
    review: ReviewView,
}

/// What is wrong with a disposition set or its use over some days, what to do, and how the same calls would have been counted.
/// Supervisors.
#[utoipa::path(get, path = "/reports/review", operation_id = "review", tag = "reports",
    security(("access_token" = [])), params(ReviewQuery),
    responses((status = 200, body = ReviewAnswer), (status = 403), (status = 422)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<ReviewAnswer>, ApiError> {
    let tenant = supervisor.tenant;
    let query = ReviewQuery::of(pairs)?;
    let set = id("set", query.set.as_deref())?.ok_or(OpError::invalid("set", FieldFault::Empty))?;
    let days = (date("from", query.from.as_deref())?, date("until", query.until.as_deref())?);
    let days = ReportDays::new(&tenant, days, query.zone.as_deref(), MAX_REVIEW_DAYS)?;
    let review = review_set(&app, &tenant, SetId(set), &days).await?;
    Ok(Json(ReviewAnswer { review: ReviewView::of(&days, &review) }))
}
