//! Custom objects and fields as a deployment says them, made part of the schema: describes show them, and records have them. What the
//! org looks at is what makes an object or a field what it is; views, layouts and translations of it are kept as they came.

use super::xml::Element;
use crate::salesforce::schema::{Choice, Field, FieldKind, ObjectType, Schema, Writable, of_notation};

/// Longest `Text`.
const MAX_TEXT: usize = 255;
/// Longest `LongTextArea`.
const MAX_LONG_TEXT: usize = 131_072;

/// What the names of custom metadata types end with.
const METADATA_TYPE: &str = "__mdt";
/// What the key prefixes of custom objects begin with, and those of custom metadata types.
const OBJECT_PREFIX: &str = "a0";
const METADATA_PREFIX: &str = "m0";
/// What an org says whose prefixes are all taken.
const TOO_MANY: &str = "The org has as many custom objects as it may";

/// Makes or changes a custom object; of one that is there already, a file may say fields alone.
///
/// # Errors
/// The problem, as an org words it.
pub(crate) fn settle(schema: &mut Schema, name: &str, said: &Element) -> Result<(), String> {
    let (label, plural) = (said.said("label"), said.said("pluralLabel"));
    if let Some(known) = schema.object(name) {
        if !label.is_empty() && known.is_custom() {
            let object = ObjectType { label: label.to_owned(), plural: plural.to_owned(), ..known.clone() };
            schema.add(object);
        }
        return Ok(());
    }
    let is_metadata = name.ends_with(METADATA_TYPE);
    if !name.ends_with("__c") && !is_metadata {
        return Err(no_object(name));
    }
    if label.is_empty() {
        return Err("Must specify a non-empty label for the CustomObject".to_owned());
    }
    if is_metadata {
        let prefix = schema.free_prefix(METADATA_PREFIX).ok_or(TOO_MANY)?;
        let noted = format!(
            "object {name} {prefix} -/- read-only\nDeveloperName string 40 ! ro\nMasterLabel string 40 ! ro"
        );
        add(schema, &noted, label, plural, "");
        return Ok(());
    }
    let name_field = said.child("nameField").ok_or("Must specify a nameField of type Text or AutoNumber")?;
    let access = match name_field.said("type") {
        "Text" => "",
        "AutoNumber" => "ro",
        _ => return Err("Must specify a nameField of type Text or AutoNumber".to_owned()),
    };
    if said.said("sharingModel").is_empty() {
        return Err("You must specify a sharingModel for the CustomObject".to_owned());
    }
    let prefix = schema.free_prefix(OBJECT_PREFIX).ok_or(TOO_MANY)?;
    let noted = format!(
        "object {name} {prefix} -/-\nName string 80 ! {access}\nOwnerId reference ! > Group|User/Owner"
    );
    add(schema, &noted, label, plural, name_field.said("label"));
    Ok(())
}

/// Adds an object that is noted without labels.
fn add(schema: &mut Schema, noted: &str, label: &str, plural: &str, name_label: &str) {
    for mut object in of_notation(noted) {
        (object.label, object.plural) = (label.to_owned(), plural.to_owned());
        if let Some(field) = object.fields.iter_mut().find(|field| field.name == "Name") {
            name_label.clone_into(&mut field.label);
        }
        schema.add(object);
    }
}

/// What is said of an object that is not there.
pub(crate) fn no_object(name: &str) -> String {
    format!("In field: object - no CustomObject named {name} found")
}

/// Makes or changes a field. A standard field is what it is, whatever is said of it.
///
/// # Errors
/// The problem, as an org words it.
pub(crate) fn settle_field(schema: &mut Schema, object: &str, said: &Element) -> Result<(), String> {
    let known = schema.object(object).ok_or_else(|| no_object(object))?;
    if !said.said("fullName").ends_with("__c") {
        return Ok(());
    }
    let mut known = known.clone();
    let field = field(schema, said)?;
    known.fields.retain(|old| !old.name.eq_ignore_ascii_case(&field.name));
    known.fields.push(field);
    schema.add(known);
    Ok(())
}

fn field(schema: &Schema, said: &Element) -> Result<Field, String> {
    let name = said.said("fullName");
    let stem = name.strip_suffix("__c").unwrap_or_default();
    let well_named = stem.starts_with(|c: char| c.is_ascii_alphabetic())
        && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !well_named {
        return Err(format!("The field name provided, {name}, is not valid"));
    }
    if said.said("label").is_empty() {
        return Err("Must specify a non-empty label for the CustomField".to_owned());
    }
    let kind = said.said("type");
    let (noted, length) = noted(kind, said)?;
    let field = of_notation(&format!("object X__c - -/-\n{name} {noted} {length}"));
    let field = field.into_iter().flat_map(|object| object.fields).find(|field| field.name == name);
    let mut field = field.ok_or_else(|| format!("The field name provided, {name}, is not valid"))?;
    said.said("label").clone_into(&mut field.label);
    field.required = said.is("required") || kind == "MasterDetail" || kind == "Checkbox";
    field.external_id = said.is("externalId");
    field.unique = said.is("unique");
    field.case_sensitive = said.is("caseSensitive");
    if said.child("formula").is_some() || matches!(kind, "AutoNumber" | "Summary") {
        (field.writable, field.required) = (Writable::Never, false);
    }
    if field.external_id && !matches!(field.kind, FieldKind::Text | FieldKind::Email | FieldKind::Double) {
        return Err(format!("Can not specify 'externalId' for a CustomField of type {kind}"));
    }
    if field.kind == FieldKind::Reference {
        refer(schema, &mut field, said)?;
    }
    if let Some(set) = said.child("valueSet") {
        field.restricted = set.is("restricted");
        field.values = choices(set);
        let controller = set.said("controllingField");
        field.controller = (!controller.is_empty()).then(|| controller.to_owned());
    }
    if field.kind == FieldKind::Boolean {
        field.default = Some(said.said("defaultValue").to_owned());
    }
    Ok(field)
}

/// The values that a set of them defines; one that says nothing of it can be picked.
fn choices(set: &Element) -> Vec<Choice> {
    let valid_for = |name: &str| {
        let settings = set.all("valueSettings").filter(|one| one.said("valueName") == name);
        let names = settings.flat_map(|one| one.all("controllingFieldValue"));
        names.map(|one| one.text.clone()).collect::<Vec<_>>()
    };
    let values = set.child("valueSetDefinition").into_iter().flat_map(|values| values.all("value"));
    let choice = |value: &Element| {
        let (name, label) = (value.said("fullName"), value.said("label"));
        Choice {
            label: if label.is_empty() { name } else { label }.to_owned(),
            active: value.said("isActive") != "false",
            valid_for: valid_for(name),
            ..Choice::plain(name)
        }
    };
    values.map(choice).collect()
}

/// The kind of a field in the notation of the schema, and its length.
fn noted(kind: &str, said: &Element) -> Result<(&'static str, usize), String> {
    let missing = |what: &str| format!("Must specify '{what}' for a CustomField of type {kind}");
    let needs = |what: &str| match said.said(what).is_empty() {
        true => Err(missing(what)),
        false => Ok(()),
    };
    let length = |most: usize| {
        let length: usize = said.said("length").parse().map_err(|_| missing("length"))?;
        match (1..=most).contains(&length) {
            true => Ok(length),
            false => Err(format!("The length of a CustomField of type {kind} is at most {most}")),
        }
    };
    Ok(match kind {
        "AutoNumber" => ("string", 30),
        "Checkbox" if said.child("formula").is_none() => {
            needs("defaultValue")?;
            ("boolean", 0)
        }
        "Checkbox" => ("boolean", 0),
        "Currency" => ("currency", 0),
        "Date" => ("date", 0),
        "DateTime" => ("datetime", 0),
        "Email" => ("email", 80),
        "Number" | "Percent" => {
            needs("precision")?;
            needs("scale")?;
            ("double", 0)
        }
        "Summary" => ("double", 0),
        "Phone" => ("phone", 40),
        "Picklist" | "MultiselectPicklist" => {
            said.child("valueSet").ok_or_else(|| missing("valueSet"))?;
            ("picklist", 255)
        }
        "Lookup" | "MasterDetail" => ("reference", 18),
        "Text" if said.child("formula").is_some() => ("string", 1300),
        "Text" => ("string", length(MAX_TEXT)?),
        "TextArea" => ("textarea", 255),
        "LongTextArea" | "Html" => {
            needs("visibleLines")?;
            ("textarea", length(MAX_LONG_TEXT)?)
        }
        "Url" => ("url", 255),
        other => return Err(format!("'{other}' is not a valid value for the enum 'FieldType'")),
    })
}

fn refer(schema: &Schema, field: &mut Field, said: &Element) -> Result<(), String> {
    let to = said.said("referenceTo");
    let Some(object) = schema.object(to) else {
        return Err(format!("referenceTo value of '{to}' does not resolve to a valid sObject type"));
    };
    field.refers_to = vec![object.name.clone()];
    field.relationship = Some(format!("{}__r", field.name.strip_suffix("__c").unwrap_or(&field.name)));
    let children = said.said("relationshipName");
    field.children = (!children.is_empty()).then(|| format!("{children}__r"));
    Ok(())
}
