//! Codes from what a field of the CRM offers to pick from. Admins. What is found is applied as a file of the code book.

use super::ApiError;
use super::answer::{Body, Path};
use super::caller::Admin;
use crate::app::App;
use crate::ops::code_file::FileView;
use crate::ops::code_picklist::{self as op, PicklistAsk, PicklistLook};
use axum::Json;
use axum::extract::State;
use domain::code_file::{LabelLanguage, PicklistValue};
use domain::id::SetId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// An object whose picklists may become codes.
#[derive(Serialize, ToSchema)]
pub(super) struct PicklistObjectView {
    /// Its name there.
    object: String,
    /// What people there call it.
    label: String,
}

/// The objects.
#[derive(Serialize, ToSchema)]
pub(super) struct PicklistObjectsAnswer {
    objects: Vec<PicklistObjectView>,
}

/// A field that offers values.
#[derive(Serialize, ToSchema)]
pub(super) struct PicklistFieldView {
    /// Its name there.
    field: String,
    /// What people there call it.
    label: String,
    /// The field that its values are below of, as people there call it.
    depends_on: Option<String>,
}

/// The picklists of an object.
#[derive(Serialize, ToSchema)]
pub(super) struct PicklistFieldsAnswer {
    fields: Vec<PicklistFieldView>,
}

/// Which picklist, for which set.
#[derive(Deserialize, ToSchema)]
pub(super) struct PicklistBody {
    object: String,
    field: String,
    /// The set that gets its values.
    set: Uuid,
    /// Whether codes of the set that it does not offer are retired.
    #[serde(default)]
    retire: bool,
    /// Whether retired codes that it offers are brought back.
    #[serde(default)]
    bring_back: bool,
}

/// A value that can be picked there now.
#[derive(Serialize, ToSchema)]
pub(super) struct PicklistValueView {
    /// Its name there.
    value: String,
    /// What people there read.
    label: String,
    /// What it stands under; null: at the top.
    under: Option<String>,
}

/// What a picklist offers.
#[derive(Serialize, ToSchema)]
pub(super) struct PicklistView {
    /// What people there call its object.
    object_label: String,
    /// What people there call the field.
    field_label: String,
    /// `es` or `en`: what language its labels are in; null: neither, or it is not known.
    language: Option<String>,
    values: Vec<PicklistValueView>,
}

/// What a picklist offers and would change.
#[derive(Serialize, ToSchema)]
pub(super) struct PicklistAnswer {
    picklist: PicklistView,
    /// The file that it comes to, for `POST /dispositions/file`.
    text: String,
    /// What that file would change.
    file: FileView,
}

/// The objects of the CRM whose picklists may become codes; the CRM is asked. Admins.
#[utoipa::path(get, path = "/crm/picklists", operation_id = "crm_picklist_objects", tag = "dispositions",
    security(("access_token" = [])),
    responses((status = 200, body = PicklistObjectsAnswer), (status = 403), (status = 409), (status = 503)))]
pub(super) async fn objects(
    State(app): State<Arc<App>>,
    admin: Admin,
) -> Result<Json<PicklistObjectsAnswer>, ApiError> {
    let objects = op::objects(&app, &admin.tenant).await?;
    let view = |one: crm::PicklistObjectThere| PicklistObjectView { object: one.object, label: one.label };
    Ok(Json(PicklistObjectsAnswer { objects: objects.into_iter().map(view).collect() }))
}

/// The picklists of one of them; the CRM is asked. Admins.
#[utoipa::path(get, path = "/crm/picklists/{object}", operation_id = "crm_picklists", tag = "dispositions",
    security(("access_token" = [])), params(("object" = String, Path)),
    responses((status = 200, body = PicklistFieldsAnswer), (status = 403), (status = 409), (status = 503)))]
pub(super) async fn fields(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(object): Path<String>,
) -> Result<Json<PicklistFieldsAnswer>, ApiError> {
    let fields = op::fields(&app, &admin.tenant, &object).await?;
    let view = |one: crm::PicklistFieldThere| PicklistFieldView {
        field: one.field,
        label: one.label,
        depends_on: one.depends_on,
    };
    Ok(Json(PicklistFieldsAnswer { fields: fields.into_iter().map(view).collect() }))
}

/// Says what a picklist offers now and what that would change of a set; changes nothing. Admins.
#[utoipa::path(post, path = "/dispositions/picklist", tag = "dispositions", security(("access_token" = [])),
    request_body = PicklistBody,
    responses((status = 200, body = PicklistAnswer), (status = 403), (status = 409), (status = 422), (status = 503)))]
pub(super) async fn look(
    State(app): State<Arc<App>>,
    admin: Admin,
    Body(body): Body<PicklistBody>,
) -> Result<Json<PicklistAnswer>, ApiError> {
    let PicklistBody { object, field, set, retire, bring_back } = body;
    let ask = PicklistAsk { object, field, set: SetId(set), retire, bring_back };
    let PicklistLook { there, language, text, file } = op::look(&app, &admin.tenant, &ask).await?;
    let picklist = PicklistView {
        object_label: there.object_label,
        field_label: there.field_label,
        language: language.map(|language| word(language).to_owned()),
        values: listed(&there.values, None),
    };
    Ok(Json(PicklistAnswer { picklist, text, file }))
}

fn word(language: LabelLanguage) -> &'static str {
    match language {
        LabelLanguage::Spanish => "es",
        LabelLanguage::English => "en",
    }
}

/// Values in their order, each followed by those below it.
fn listed(values: &[PicklistValue], under: Option<&str>) -> Vec<PicklistValueView> {
    let own = |one: &PicklistValue| PicklistValueView {
        value: one.value.clone(),
        label: one.label.clone(),
        under: under.map(str::to_owned),
    };
    let with_below =
        |one: &PicklistValue| std::iter::once(own(one)).chain(listed(&one.below, Some(&one.label)));
    values.iter().flat_map(with_below).collect()
}
