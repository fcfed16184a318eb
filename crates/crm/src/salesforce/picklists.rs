//! What fields of the org offer to pick from, read for a code book. Record types, which may offer fewer of them, are left out:
//! a describe tells all.

use super::Salesforce;
use super::api::{Ask, Trouble, quoted};
use super::describe::{Choice, Field, Object, PICKLIST};
use super::governor::Purpose;
use crate::contract::{PicklistFieldThere, PicklistObjectThere, PicklistThere};
use crate::error::CrmError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::code_file::PicklistValue;
use serde_json::Value;
use std::sync::Arc;

/// Standard objects and ours whose picklists may say how a call ended, in the order in which they are shown.
const OBJECTS: [&str; 4] = ["Task", "Call_Activity__c", "Case", "Lead"];
/// What the names of objects end with that an admin of the org made.
const CUSTOM: &str = "__c";
/// Longest name of an object.
const MAX_NAME_CHARS: usize = 80;

impl Salesforce {
    /// The objects that a picklist may be of: some standard ones, and all that were made in the org.
    pub(super) async fn objects_with_picklists(&self) -> Result<Vec<PicklistObjectThere>, CrmError> {
        let listed = self.api.ask(&Ask::get("sobjects", Purpose::Rest)).await;
        let listed = listed.map_err(|trouble| self.api.unexpected(trouble))?;
        let all = listed.get("sobjects").and_then(Value::as_array).into_iter().flatten();
        let mut objects: Vec<PicklistObjectThere> = all.filter_map(offered).collect();
        let place = |object: &str| OBJECTS.iter().position(|one| *one == object).unwrap_or(OBJECTS.len());
        objects.sort_by_key(|one| (place(&one.object), one.label.to_lowercase()));
        Ok(objects)
    }

    /// The picklists of an object, as they are now.
    pub(super) async fn picklists_of(
        &self,
        object: &str,
    ) -> Result<Option<Vec<PicklistFieldThere>>, CrmError> {
        let Some(object) = self.with_picklists(object).await? else { return Ok(None) };
        let fields = object.fields().filter(|field| field.kind == PICKLIST);
        let told = |field: &Field| PicklistFieldThere {
            field: field.name.clone(),
            label: field.label.clone(),
            depends_on: controller(&object, field).map(|controller| controller.label.clone()),
        };
        Ok(Some(fields.map(told).collect()))
    }

    /// What a picklist offers now.
    pub(super) async fn values_of(
        &self,
        object: &str,
        field: &str,
    ) -> Result<Option<PicklistThere>, CrmError> {
        let Some(object) = self.with_picklists(object).await? else { return Ok(None) };
        let Some(field) = object.field(field).filter(|field| field.kind == PICKLIST) else {
            return Ok(None);
        };
        Ok(Some(PicklistThere {
            object_label: object.label.clone(),
            field_label: field.label.clone(),
            locale: self.own_locale().await?,
            values: values(&object, field),
        }))
    }

    async fn with_picklists(&self, name: &str) -> Result<Option<Arc<Object>>, CrmError> {
        if !may_have(name) {
            return Ok(None);
        }
        self.describes.forget_one(name).await;
        self.describes.find(&self.api, name, Purpose::Rest).await
    }

    /// The language in which describes tell our user what things are called.
    async fn own_locale(&self) -> Result<Option<String>, CrmError> {
        let Some(user) = self.api.session().await?.user.clone() else { return Ok(None) };
        let soql = format!("SELECT LanguageLocaleKey FROM User WHERE Id = {} LIMIT 1", quoted(&user));
        let found = match self.api.query(&soql, false, Purpose::Rest).await {
            Ok(found) => found,
            Err(Trouble::Refused(_)) => Vec::new(),
            Err(trouble) => return Err(self.api.unexpected(trouble)),
        };
        Ok(found.first().and_then(|user| user.get("LanguageLocaleKey")?.as_str()).map(str::to_owned))
    }
}

/// Whether an object of this name is one of those; a name is part of an address, so nothing else is asked for.
fn may_have(object: &str) -> bool {
    let is_name = object.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && object.chars().count() <= MAX_NAME_CHARS;
    OBJECTS.contains(&object) || (is_name && object.ends_with(CUSTOM))
}

/// An object of the list of them, if it is one of those.
fn offered(summary: &Value) -> Option<PicklistObjectThere> {
    let says = |key: &str| summary.get(key) == Some(&Value::Bool(true));
    let object = summary.get("name").and_then(Value::as_str)?;
    let label = summary.get("label").and_then(Value::as_str).unwrap_or(object);
    let is_offered = may_have(object) && says("queryable") && !says("customSetting");
    is_offered.then(|| PicklistObjectThere { object: object.to_owned(), label: label.to_owned() })
}

/// The picklist that a field depends on. One that depends on a checkbox offers all of its values.
fn controller<'a>(object: &'a Object, field: &Field) -> Option<&'a Field> {
    let controller = object.field(field.controller.as_deref()?)?;
    (controller.kind == PICKLIST).then_some(controller)
}

fn values(object: &Object, field: &Field) -> Vec<PicklistValue> {
    let active = |choice: &&Choice| choice.active;
    let Some(controller) = controller(object, field) else {
        return field.choices.iter().filter(active).map(|choice| value(choice, Vec::new())).collect();
    };
    // A bit's place counts every value of the controlling field, those that cannot be picked any more as well.
    let headings = controller.choices.iter().enumerate().filter(|(_, heading)| heading.active);
    let under = |nth: usize| {
        let own = field.choices.iter().filter(active).filter(|choice| is_valid_for(choice, nth));
        own.map(|choice| value(choice, Vec::new())).collect::<Vec<_>>()
    };
    let filled = headings.map(|(nth, heading)| value(heading, under(nth)));
    filled.filter(|heading| !heading.below.is_empty()).collect()
}

fn value(choice: &Choice, below: Vec<PicklistValue>) -> PicklistValue {
    PicklistValue { value: choice.value.clone(), label: choice.label.clone(), below }
}

/// Whether a value can be picked with the `nth` value of its controlling field, from 0: the first is the highest bit of the
/// first byte.
fn is_valid_for(choice: &Choice, nth: usize) -> bool {
    let bits = choice.valid_for.as_ref().and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    bits.get(nth / 8).is_some_and(|byte| byte & (0x80 >> (nth % 8)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_a_dependent_value_name_what_it_is_under() {
        for (valid_for, expected) in
            [(Some("oAAA"), vec![0, 2]), (Some("AAEA"), vec![15]), (Some("!"), vec![]), (None, vec![])]
        {
            let choice = Choice { valid_for: valid_for.map(str::to_owned), ..Choice::default() };
            let named: Vec<usize> = (0..32).filter(|nth| is_valid_for(&choice, *nth)).collect();
            assert_eq!(named, expected, "{valid_for:?}");
        }
    }

    #[test]
    fn a_name_that_is_none_is_not_asked_for() {
        for (name, expected) in [
            ("Task", true),
            ("Visit__c", true),
            ("ns__Visit__c", true),
            ("User", false),
            ("../query?q=x__c", false),
            ("", false),
            ("Visita ó__c", false),
        ] {
            assert_eq!(may_have(name), expected, "{name}");
        }
    }
}
