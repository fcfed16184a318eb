//! Codes from what a field of the CRM offers to pick from (P14). The CRM says what it offers, `domain::code_file` what lines that
//! are for a set; from there on it is a file of the code book, looked at and applied as any other (`code_file.rs`).

use super::code_file::{FileView, look_at, text_of};
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::crms::CrmLink;
use crm::{CrmError, CrmErrorKind, PicklistFieldThere, PicklistObjectThere, PicklistThere};
use domain::code_file::{LabelLanguage, PicklistWish, of_picklist};
use domain::id::SetId;
use std::sync::Arc;

/// What is asked of a picklist.
#[derive(Clone, Debug)]
pub struct PicklistAsk {
    /// The object, in the CRM's word.
    pub object: String,
    /// The field, in the CRM's word.
    pub field: String,
    /// The set that gets its values.
    pub set: SetId,
    /// Whether codes of the set that it does not offer are retired.
    pub retire: bool,
    /// Whether retired codes that it offers are brought back.
    pub bring_back: bool,
}

/// What it offers, and what that would change.
#[derive(Clone, Debug)]
pub struct PicklistLook {
    /// What it offers.
    pub there: PicklistThere,
    /// The language of its labels; `None`: neither of ours, so that they stand for both.
    pub language: Option<LabelLanguage>,
    /// The file that it comes to, which is what is applied.
    pub text: String,
    /// What that file would change.
    pub file: FileView,
}

/// The objects whose picklists may become codes.
///
/// # Errors
/// No CRM is connected, it forbids that, or cannot say now.
pub async fn objects(app: &App, tenant: &Tenant) -> Result<Vec<PicklistObjectThere>, OpError> {
    link(app, tenant)?.crm.picklist_objects().await.map_err(|error| untold(&error))
}

/// The picklists of one of them.
///
/// # Errors
/// The same, or there is no such object.
pub async fn fields(app: &App, tenant: &Tenant, object: &str) -> Result<Vec<PicklistFieldThere>, OpError> {
    let fields = link(app, tenant)?.crm.picklist_fields(object).await.map_err(|error| untold(&error))?;
    fields.ok_or(OpError::PicklistGone)
}

/// What a picklist offers and would change of a set. Nothing is changed.
///
/// # Errors
/// The same, there is no such set in use, or the store cannot read.
pub async fn look(app: &App, tenant: &Tenant, ask: &PicklistAsk) -> Result<PicklistLook, OpError> {
    let there = link(app, tenant)?.crm.picklist(&ask.object, &ask.field).await;
    let there = there.map_err(|error| untold(&error))?.ok_or(OpError::PicklistGone)?;
    let sets = app.store.dispositions(tenant.id).await?;
    let set = sets.iter().find(|set| set.id == ask.set && !set.retired);
    let set = set.ok_or_else(|| OpError::invalid("set", FieldFault::Unknown))?;
    let language = there.locale.as_deref().and_then(LabelLanguage::of_locale);
    let wish = PicklistWish { language, retire: ask.retire, bring_back: ask.bring_back };
    let text = text_of(of_picklist(set, &there.values, wish))?;
    let file = look_at(app, tenant, &sets, &text)?;
    Ok(PicklistLook { there, language, text, file })
}

fn link(app: &App, tenant: &Tenant) -> Result<Arc<CrmLink>, OpError> {
    app.crms.of(tenant.id).ok_or(OpError::NoCrm)
}

fn untold(error: &CrmError) -> OpError {
    tracing::debug!(%error, "the CRM does not say what its picklists offer");
    match error.kind {
        CrmErrorKind::Credentials => OpError::NoCrm,
        CrmErrorKind::Forbidden => OpError::CrmForbids,
        _ => OpError::Unavailable("the CRM cannot say what its picklists offer".to_owned()),
    }
}
