//! Which phone fields of the CRM's records are mirrored. Admins.

use super::ApiError;
use super::answer::Body;
use super::caller::Admin;
use crate::app::App;
use crate::ops::crm::phones as op;
use crate::view::word;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::PhoneField;
use domain::mirror::PhoneChoice;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A field as it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct CrmPhoneFieldView {
    /// Its name there.
    field: String,
    /// What people there call it; null: it is not there any more, or hidden from our user.
    label: Option<String>,
    /// What it is taken for here: `phone`, `mobile`, `home` or `other`.
    r#as: String,
    /// Whether it is mirrored.
    mirrored: bool,
}

/// The fields of an object: those that are mirrored in their order, then the others.
#[derive(Serialize, ToSchema)]
pub(super) struct CrmPhoneObjectView {
    /// Its name there.
    object: String,
    /// What people there call it.
    label: String,
    fields: Vec<CrmPhoneFieldView>,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub(super) struct CrmPhonesAnswer {
    /// The version of the centre's settings, which they are changed on.
    version: u64,
    /// Whether an admin chose; else it is as the settings file says.
    chosen: bool,
    objects: Vec<CrmPhoneObjectView>,
}

/// A field to be mirrored.
#[derive(Deserialize, ToSchema)]
pub(super) struct CrmPhoneBody {
    object: String,
    field: String,
    #[serde(rename = "as")]
    #[schema(value_type = String)]
    as_field: PhoneField,
}

/// Which are mirrored, in this order.
#[derive(Deserialize, ToSchema)]
pub(super) struct CrmPhonesBody {
    version: u64,
    /// None at all: as the settings file says.
    phones: Vec<CrmPhoneBody>,
}

/// Which phone fields there are and which are mirrored; the org is asked. Admins.
#[utoipa::path(get, path = "/crm/phones", operation_id = "crm_phones", tag = "crm", security(("access_token" = [])),
    responses((status = 200, body = CrmPhonesAnswer), (status = 403), (status = 404), (status = 503)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    admin: Admin,
) -> Result<Json<CrmPhonesAnswer>, ApiError> {
    let standing = op::standing(&app, &admin.tenant).await?;
    let field = |field: op::PhoneFieldStanding| CrmPhoneFieldView {
        r#as: word(&field.as_field),
        field: field.field,
        label: field.label,
        mirrored: field.mirrored,
    };
    let objects = standing.objects.into_iter().map(|object| CrmPhoneObjectView {
        object: object.object,
        label: object.label,
        fields: object.fields.into_iter().map(field).collect(),
    });
    let (version, chosen, objects) = (standing.version, standing.chosen, objects.collect());
    Ok(Json(CrmPhonesAnswer { version, chosen, objects }))
}

/// Chooses the phone fields that are mirrored; what was read by another choice is read from the beginning. Admins.
#[utoipa::path(put, path = "/crm/phones", operation_id = "crm_choose_phones", tag = "crm",
    security(("access_token" = [])), request_body = CrmPhonesBody,
    responses((status = 204), (status = 403), (status = 404), (status = 409), (status = 422), (status = 503)))]
pub(super) async fn choose(
    State(app): State<Arc<App>>,
    admin: Admin,
    Body(body): Body<CrmPhonesBody>,
) -> Result<StatusCode, ApiError> {
    let choice =
        |one: CrmPhoneBody| PhoneChoice { object: one.object, field: one.field, as_field: one.as_field };
    let wanted = body.phones.into_iter().map(choice).collect();
    op::choose(&app, &admin.tenant, admin.user, body.version, wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}
