//! Users. Admins make and change them; everybody signed in is told who there is.

use super::ApiError;
use super::answer::{Body, Path};
use super::caller::{Admin, SignedIn};
use crate::app::App;
use crate::ops::users::{self as op, ColleagueView, NewUser, UserChange, UserView};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::account::Role;
use domain::id::UserId;
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Every user.
#[derive(Serialize, ToSchema)]
pub(super) struct UsersView {
    users: Vec<UserView>,
}

/// Who there is.
#[derive(Serialize, ToSchema)]
pub(super) struct ColleaguesView {
    /// The active users, by name.
    users: Vec<ColleagueView>,
}

/// One user.
#[derive(Serialize, ToSchema)]
pub(super) struct OneUserView {
    user: UserView,
}

/// A new user and the page where they set their password.
#[derive(Serialize, ToSchema)]
pub(super) struct NewUserView {
    user: UserView,
    link: String,
}

/// A page where a password is set.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkView {
    link: String,
}

/// A user to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewUserBody {
    login: String,
    name: String,
    #[schema(value_type = String)]
    role: Role,
    agent: Option<String>,
    /// Where reports are mailed to.
    email: Option<String>,
}

/// What of a user changes.
#[derive(Deserialize, ToSchema)]
pub(super) struct UserChangeBody {
    version: u64,
    name: Option<String>,
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// Null takes the agent away; absent leaves it.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    agent: Option<Option<String>>,
    /// Where reports are mailed to. Null takes it away; absent leaves it.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    active: Option<bool>,
}

/// Tells a field that is null from one that is absent.
pub(super) fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Lists users. Admins.
#[utoipa::path(get, path = "/users", tag = "users", security(("access_token" = [])),
    responses((status = 200, body = UsersView), (status = 403)))]
pub(super) async fn list(State(app): State<Arc<App>>, admin: Admin) -> Result<Json<UsersView>, ApiError> {
    Ok(Json(UsersView { users: op::list(&app, &admin.tenant).await? }))
}

/// Names the active users, for whoever chooses one of them. Everybody signed in.
#[utoipa::path(get, path = "/users/names", tag = "users", security(("access_token" = [])),
    responses((status = 200, body = ColleaguesView), (status = 401)))]
pub(super) async fn names(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
) -> Result<Json<ColleaguesView>, ApiError> {
    Ok(Json(ColleaguesView { users: op::colleagues(&app, &signed_in.tenant).await? }))
}

/// Makes a user. Admins.
#[utoipa::path(post, path = "/users", tag = "users", security(("access_token" = [])), request_body = NewUserBody,
    responses((status = 201, body = NewUserView), (status = 403), (status = 422)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    admin: Admin,
    Body(new): Body<NewUserBody>,
) -> Result<(StatusCode, Json<NewUserView>), ApiError> {
    let new =
        NewUser { login: new.login, name: new.name, role: new.role, agent: new.agent, email: new.email };
    let (user, link) = op::create(&app, &admin.tenant, &app.public_url(), new).await?;
    Ok((StatusCode::CREATED, Json(NewUserView { user, link })))
}

/// Changes a user. Admins.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", security(("access_token" = [])),
    request_body = UserChangeBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = OneUserView), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
    Body(body): Body<UserChangeBody>,
) -> Result<Json<OneUserView>, ApiError> {
    let change = UserChange {
        version: body.version,
        name: body.name,
        role: body.role,
        agent: body.agent,
        email: body.email,
        active: body.active,
    };
    Ok(Json(OneUserView { user: op::change(&app, &admin.tenant, UserId(id), change).await? }))
}

/// Ends a user's sessions and answers the page where a new password is set. Admins.
#[utoipa::path(post, path = "/users/{id}/password-reset", tag = "users", security(("access_token" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = LinkView), (status = 404)))]
pub(super) async fn reset_password(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<Uuid>,
) -> Result<Json<LinkView>, ApiError> {
    let link = op::reset_password(&app, &admin.tenant, &app.public_url(), UserId(id)).await?;
    Ok(Json(LinkView { link }))
}
