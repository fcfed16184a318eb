//! The code book: everybody signed in reads it, admins change it.

use super::ApiError;
use super::answer::{Body, Path};
use super::caller::{Admin, SignedIn};
use crate::app::App;
use crate::ops::code_moves;
use crate::ops::code_traits::TraitsView;
use crate::ops::disposition_sets::{self as sets, NewSet, SetChange};
use crate::ops::dispositions::{self as op, CodeChange, CodeView, NewCode, SetView};
use crate::view::{LabelView, ReasonView};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::call::Direction;
use domain::id::{CodeId, SetId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Every set.
#[derive(Serialize, ToSchema)]
pub(super) struct SetsView {
    /// Whether codes are on (P13).
    enabled: bool,
    sets: Vec<SetView>,
    /// The reasons of Do not log, also those that cannot be given any more, by which calls may still be looked for.
    reasons: Vec<ReasonView>,
    /// Whether the tenant has a CRM besides ours.
    with_crm: bool,
}

/// One set.
#[derive(Serialize, ToSchema)]
pub(super) struct OneSetView {
    set: SetView,
}

/// One code.
#[derive(Serialize, ToSchema)]
pub(super) struct OneCodeView {
    code: CodeView,
}

/// A set to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewSetBody {
    name: String,
    /// `inbound` or `outbound`.
    #[schema(value_type = String)]
    direction: Direction,
    /// Keys of the ring groups it is for; none: it is the direction's own.
    #[serde(default)]
    ring_groups: Vec<String>,
    /// The set whose codes it begins with, those that are not retired.
    copy_of: Option<Uuid>,
}

/// What of a set changes; what is absent stays.
#[derive(Deserialize, ToSchema)]
pub(super) struct SetChangeBody {
    version: u64,
    name: Option<String>,
    ring_groups: Option<Vec<String>>,
    retired: Option<bool>,
}

/// A code to be added.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewCodeBody {
    label: LabelView,
    #[serde(default)]
    favourite: bool,
    #[serde(default)]
    requires_notes: bool,
    /// What it says besides.
    #[serde(default)]
    traits: TraitsView,
}

/// What of a code changes.
#[derive(Deserialize, ToSchema)]
pub(super) struct CodeChangeBody {
    version: u64,
    label: Option<LabelView>,
    favourite: Option<bool>,
    requires_notes: Option<bool>,
    /// What it says besides, all of it.
    traits: Option<TraitsView>,
    retired: Option<bool>,
}

/// The code that another is merged into.
#[derive(Deserialize, ToSchema)]
pub(super) struct MergeBody {
    version: u64,
    into: Uuid,
}

/// The labels of the codes that one is split into.
#[derive(Deserialize, ToSchema)]
pub(super) struct SplitBody {
    version: u64,
    labels: Vec<LabelView>,
}

/// Codes.
#[derive(Serialize, ToSchema)]
pub(super) struct CodesView {
    codes: Vec<CodeView>,
}

/// The order of a set's codes.
#[derive(Deserialize, ToSchema)]
pub(super) struct OrderBody {
    version: u64,
    codes: Vec<Uuid>,
}

/// The code book. Everybody signed in.
#[utoipa::path(get, path = "/dispositions", tag = "dispositions", security(("access_token" = [])),
    responses((status = 200, body = SetsView)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
) -> Result<Json<SetsView>, ApiError> {
    let tenant = &signed_in.tenant;
    let sets = op::list(&app, tenant).await?;
    let centre = &tenant.rules().centre;
    Ok(Json(SetsView {
        enabled: centre.codes_enabled,
        sets,
        reasons: ReasonView::ever(&centre.do_not_log_reasons),
        with_crm: app.crms.of(tenant.id).is_some(),
    }))
}

/// Makes a set. Admins.
#[utoipa::path(post, path = "/dispositions", tag = "dispositions", security(("access_token" = [])),
    request_body = NewSetBody,
    responses((status = 201, body = OneSetView), (status = 403), (status = 422)))]
pub(super) async fn create_set(
    State(app): State<Arc<App>>,
    admin: Admin,
    Body(body): Body<NewSetBody>,
) -> Result<(StatusCode, Json<OneSetView>), ApiError> {
    let new = NewSet {
        name: body.name,
        direction: body.direction,
        ring_groups: body.ring_groups,
        copy_of: body.copy_of.map(SetId),
    };
    let set = sets::create(&app, &admin.tenant, admin.user, new).await?;
    Ok((StatusCode::CREATED, Json(OneSetView { set })))
}

/// Renames a set, gives it to ring groups, retires it or brings it back. Admins.
#[utoipa::path(patch, path = "/dispositions/{set}", tag = "dispositions", security(("access_token" = [])),
    request_body = SetChangeBody, params(("set" = Uuid, Path)),
    responses((status = 200, body = OneSetView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change_set(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(set): Path<Uuid>,
    Body(body): Body<SetChangeBody>,
) -> Result<Json<OneSetView>, ApiError> {
    let change = SetChange {
        version: body.version,
        name: body.name,
        ring_groups: body.ring_groups,
        retired: body.retired,
    };
    Ok(Json(OneSetView { set: sets::change(&app, &admin.tenant, admin.user, SetId(set), change).await? }))
}

/// Adds a code. Admins.
#[utoipa::path(post, path = "/dispositions/{set}/codes", tag = "dispositions", security(("access_token" = [])),
    request_body = NewCodeBody, params(("set" = Uuid, Path)),
    responses((status = 201, body = OneCodeView), (status = 403), (status = 404), (status = 422)))]
pub(super) async fn add(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(set): Path<Uuid>,
    Body(body): Body<NewCodeBody>,
) -> Result<(StatusCode, Json<OneCodeView>), ApiError> {
    let new = NewCode {
        label: body.label,
        favourite: body.favourite,
        requires_notes: body.requires_notes,
        traits: body.traits,
    };
    let code = op::add(&app, &admin.tenant, admin.user, SetId(set), new).await?;
    Ok((StatusCode::CREATED, Json(OneCodeView { code })))
}

/// Changes, retires or brings back a code. Admins.
#[utoipa::path(patch, path = "/codes/{id}", tag = "dispositions", security(("access_token" = [])),
    request_body = CodeChangeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = OneCodeView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<CodeChangeBody>,
) -> Result<Json<OneCodeView>, ApiError> {
    let change = CodeChange {
        version: body.version,
        label: body.label,
        favourite: body.favourite,
        requires_notes: body.requires_notes,
        traits: body.traits,
        retired: body.retired,
    };
    Ok(Json(OneCodeView { code: op::change(&app, &admin.tenant, admin.user, CodeId(id), change).await? }))
}

/// Merges a code into another: it is retired, and reports may count it as that one. Admins.
#[utoipa::path(post, path = "/codes/{id}/merge", tag = "dispositions", security(("access_token" = [])),
    request_body = MergeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = OneCodeView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn merge(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<MergeBody>,
) -> Result<Json<OneCodeView>, ApiError> {
    let said = (body.version, CodeId(body.into));
    let code = code_moves::merge(&app, &admin.tenant, admin.user, CodeId(id), said).await?;
    Ok(Json(OneCodeView { code }))
}

/// Splits a code into new ones: it is retired, and they say what it says under labels of their own. Admins.
#[utoipa::path(post, path = "/codes/{id}/split", tag = "dispositions", security(("access_token" = [])),
    request_body = SplitBody, params(("id" = Uuid, Path)),
    responses((status = 201, body = CodesView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn split(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<SplitBody>,
) -> Result<(StatusCode, Json<CodesView>), ApiError> {
    let said = (body.version, body.labels.as_slice());
    let codes = code_moves::split(&app, &admin.tenant, admin.user, CodeId(id), said).await?;
    Ok((StatusCode::CREATED, Json(CodesView { codes })))
}

/// Orders a set's codes. Admins.
#[utoipa::path(put, path = "/dispositions/{set}/order", tag = "dispositions", security(("access_token" = [])),
    request_body = OrderBody, params(("set" = Uuid, Path)),
    responses((status = 200, body = OneSetView), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn reorder(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(set): Path<Uuid>,
    Body(body): Body<OrderBody>,
) -> Result<Json<OneSetView>, ApiError> {
    let order: Vec<CodeId> = body.codes.into_iter().map(CodeId).collect();
    let set = op::reorder(&app, &admin.tenant, admin.user, SetId(set), body.version, &order).await?;
    Ok(Json(OneSetView { set }))
}
