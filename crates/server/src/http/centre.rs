//! The centre's settings and the change log.

use super::ApiError;
use super::answer::{Body, Query};
use super::caller::{Admin, SignedIn};
use super::centre_schema::CentreSchema;
use super::people::PageQuery;
use crate::app::App;
use crate::clock::rfc3339;
use crate::ops::centre as op;
use crate::ops::change_log::{self, SubjectName, SubjectNames};
use axum::Json;
use axum::extract::State;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::centre::Centre;
use domain::id::UserId;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The settings.
#[derive(Serialize, ToSchema)]
pub(super) struct CentreView {
    #[schema(value_type = CentreSchema)]
    centre: Centre,
}

/// Who did it.
#[derive(Serialize, ToSchema)]
pub(super) struct ByView {
    id: Uuid,
    name: String,
}

/// What was changed.
#[derive(Serialize, ToSchema)]
pub(super) struct SubjectView {
    /// `kind`, and `id` where there are several of a kind.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    what: AuditSubject,
    /// What it is called now; null where it is gone or has no name.
    name: Option<SubjectName>,
}

/// An entry of the change log.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditView {
    id: Uuid,
    at: String,
    /// Null: a rule, such as a timer.
    by: Option<ByView>,
    subject: SubjectView,
    action: String,
    #[schema(value_type = Vec<Object>)]
    fields: Vec<FieldChange>,
}

/// A page of the change log.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditPageView {
    entries: Vec<AuditView>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

/// The settings. Everybody signed in.
#[utoipa::path(get, path = "/centre", tag = "centre", security(("access_token" = [])),
    responses((status = 200, body = CentreView)))]
pub(super) async fn read(signed_in: SignedIn) -> Json<CentreView> {
    Json(CentreView { centre: signed_in.tenant.rules().centre.clone() })
}

/// Replaces the settings. Admins.
#[utoipa::path(put, path = "/centre", tag = "centre", security(("access_token" = [])),
    request_body = CentreSchema,
    responses((status = 200, body = CentreView), (status = 403), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    admin: Admin,
    Body(centre): Body<Centre>,
) -> Result<Json<CentreView>, ApiError> {
    let centre = op::change(&app, &admin.tenant, admin.user, centre).await?;
    Ok(Json(CentreView { centre }))
}

/// Who changed what, newest first. Admins.
#[utoipa::path(get, path = "/audit", tag = "centre", security(("access_token" = [])), params(PageQuery),
    responses((status = 200, body = AuditPageView), (status = 403)))]
pub(super) async fn audit(
    State(app): State<Arc<App>>,
    admin: Admin,
    Query(page): Query<PageQuery>,
) -> Result<Json<AuditPageView>, ApiError> {
    let (page, users, names) = change_log::audit(&app, &admin.tenant, page.after.as_deref()).await?;
    let entries = page.entries.into_iter().map(|entry| view(entry, &users, &names)).collect();
    Ok(Json(AuditPageView { entries, next: page.next }))
}

fn view(entry: AuditEntry, users: &BTreeMap<UserId, String>, names: &SubjectNames) -> AuditView {
    let by = entry.by.map(|id| ByView { id: id.0, name: users.get(&id).cloned().unwrap_or_default() });
    AuditView {
        id: entry.id.0,
        at: rfc3339(entry.at),
        by,
        subject: SubjectView { name: names.get(&entry.subject).cloned(), what: entry.subject },
        action: entry.action,
        fields: entry.fields,
    }
}
