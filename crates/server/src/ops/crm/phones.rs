//! Which phone fields of the CRM's records are mirrored: those that an admin chose, else those of the settings file, else all
//! but fax. What was read by another choice is read from the beginning, by the worker that mirrors.

use crate::app::{App, Tenant};
use crate::crms::CrmLink;
use crate::ops::{FieldFault, OpError, centre};
use crm::PhoneFieldThere;
use domain::centre::Centre;
use domain::commit::Change;
use domain::directory::PhoneField;
use domain::id::UserId;
use domain::mirror::{Mirrored, MirroredUpTo, PhoneChoice};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A field as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneFieldStanding {
    /// The field, in the CRM's word.
    pub field: String,
    /// What it is called there; none: it is not there any more, or hidden from our user.
    pub label: Option<String>,
    /// What it is taken for here.
    pub as_field: PhoneField,
    /// Whether it is mirrored.
    pub mirrored: bool,
}

/// The fields of an object: those that are mirrored in their order, then the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectStanding {
    /// The object, in the CRM's word.
    pub object: String,
    /// What it is called there.
    pub label: String,
    /// Its fields.
    pub fields: Vec<PhoneFieldStanding>,
}

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhonesStanding {
    /// The version of the centre's settings that they are changed on.
    pub version: u64,
    /// Whether an admin chose; else it is as the settings file says.
    pub chosen: bool,
    /// Object by object.
    pub objects: Vec<ObjectStanding>,
}

/// Which are mirrored now; of an object that none names, those that are usual.
pub fn chosen(tenant: &Tenant) -> Vec<PhoneChoice> {
    chosen_by(tenant, &tenant.rules().centre)
}

fn chosen_by(tenant: &Tenant, centre: &Centre) -> Vec<PhoneChoice> {
    if !centre.crm_phones.is_empty() {
        return centre.crm_phones.clone();
    }
    tenant.settings.salesforce.as_ref().map(|org| org.phone_choices()).unwrap_or_default()
}

/// What there is and what of it is mirrored.
///
/// # Errors
/// The tenant has no CRM, or it cannot say now.
pub async fn standing(app: &App, tenant: &Tenant) -> Result<PhonesStanding, OpError> {
    let there = there(&*link(app, tenant)?).await?;
    let centre = tenant.rules().centre.clone();
    let chosen = chosen_by(tenant, &centre);
    let mut objects: Vec<ObjectStanding> = Vec::new();
    for field in &there {
        if objects.last().is_none_or(|object| object.object != field.object) {
            let (object, label) = (field.object.clone(), field.object_label.clone());
            objects.push(ObjectStanding { object, label, fields: Vec::new() });
        }
    }
    for object in &mut objects {
        object.fields = fields_of(&object.object, &there, &chosen);
    }
    Ok(PhonesStanding { version: centre.version, chosen: !centre.crm_phones.is_empty(), objects })
}

fn fields_of(object: &str, there: &[PhoneFieldThere], chosen: &[PhoneChoice]) -> Vec<PhoneFieldStanding> {
    let there: Vec<&PhoneFieldThere> = there.iter().filter(|field| field.object == object).collect();
    let label = |name: &str| there.iter().find(|field| field.field == name).map(|field| field.label.clone());
    let named: Vec<PhoneFieldStanding> = chosen
        .iter()
        .filter(|choice| choice.object == object)
        .map(|choice| PhoneFieldStanding {
            field: choice.field.clone(),
            label: label(&choice.field),
            as_field: choice.as_field,
            mirrored: true,
        })
        .collect();
    // Where none of those that were named is there, it is as if none were.
    let usual = named.iter().all(|field| field.label.is_none());
    let known: BTreeSet<&str> = named.iter().map(|field| field.field.as_str()).collect();
    let mut others: Vec<PhoneFieldStanding> = there
        .iter()
        .filter(|field| !known.contains(field.field.as_str()))
        .map(|field| PhoneFieldStanding {
            field: field.field.clone(),
            label: Some(field.label.clone()),
            as_field: field.taken_for,
            mirrored: usual && field.is_usual,
        })
        .collect();
    others.sort_by_key(|field| (!field.mirrored, field.mirrored.then_some(field.as_field)));
    named.into_iter().chain(others).collect()
}

/// Chooses them; none at all: as the settings file says.
///
/// # Errors
/// The settings were changed meanwhile, a field is neither there nor was chosen before, the CRM cannot say now, or the store
/// cannot write.
pub async fn choose(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    version: u64,
    wanted: Vec<PhoneChoice>,
) -> Result<(), OpError> {
    let there = there(&*link(app, tenant)?).await?;
    let before = chosen(tenant);
    let known = |one: &PhoneChoice| {
        there.iter().any(|field| field.object == one.object && field.field == one.field)
            || before.iter().any(|field| field.object == one.object && field.field == one.field)
    };
    if let Some(nth) = wanted.iter().position(|one| !known(one)) {
        return Err(OpError::invalid(format!("crm_phones.{nth}.field"), FieldFault::Unknown));
    }
    let centre = Centre { version, crm_phones: wanted, ..tenant.rules().centre.clone() };
    centre::change(app, tenant, by, centre).await?;
    Ok(())
}

/// What is read from the beginning because of a change of the settings; it shows at once that it is.
///
/// # Errors
/// The store cannot read.
pub async fn read_anew(
    app: &App,
    tenant: &Tenant,
    before: &Centre,
    after: &Centre,
) -> Result<Vec<Change>, OpError> {
    let (before, after) = (by_object(chosen_by(tenant, before)), by_object(chosen_by(tenant, after)));
    if before == after {
        return Ok(Vec::new());
    }
    let is_other = |object: &str| before.get(object) != after.get(object);
    let places = app.store.mirrored(tenant.id).await?;
    let anew = places.into_iter().filter(|place| object_of(place.of).is_some_and(is_other));
    Ok(anew.map(|place| Change::MirroredUpTo(MirroredUpTo { loading: Some((0, 0)), ..place })).collect())
}

fn by_object(chosen: Vec<PhoneChoice>) -> BTreeMap<String, Vec<(String, PhoneField)>> {
    let mut by_object: BTreeMap<String, Vec<(String, PhoneField)>> = BTreeMap::new();
    for one in chosen {
        by_object.entry(one.object).or_default().push((one.field, one.as_field));
    }
    by_object
}

fn object_of(of: Mirrored) -> Option<&'static str> {
    match of {
        Mirrored::Accounts => Some("Account"),
        Mirrored::Contacts => Some("Contact"),
        Mirrored::Leads => Some("Lead"),
        Mirrored::Users | Mirrored::Cases => None,
    }
}

fn link(app: &App, tenant: &Tenant) -> Result<Arc<CrmLink>, OpError> {
    app.crms.of(tenant.id).ok_or(OpError::NotFound)
}

async fn there(link: &CrmLink) -> Result<Vec<PhoneFieldThere>, OpError> {
    link.crm.phone_fields().await.map_err(|error| {
        tracing::debug!(%error, "the CRM does not say which phone fields it has");
        OpError::Unavailable("the CRM cannot say which phone fields it has".to_owned())
    })
}
