//! What a component names has to be there, as far as the org knows it: custom fields and objects, related lists, classes.

use super::kept::Metadata;
use super::objects::no_object;
use super::xml::Element;
use crate::salesforce::schema::Schema;

/// What stands for Accounts that are people in the names of layouts.
const PERSON_ACCOUNT: &str = "PersonAccount";

/// Looks whether what a component names is there.
///
/// # Errors
/// The first that is not, as an org words it.
pub(crate) fn component(
    schema: &Schema,
    metadata: &Metadata,
    kind: &str,
    name: &str,
    root: &Element,
) -> Result<(), String> {
    match kind {
        "Layout" => layout(schema, name, root),
        "PermissionSet" | "Profile" => permissions(schema, metadata, root),
        "CustomTab" if name.ends_with("__c") && schema.object(name).is_none() => Err(no_object(name)),
        _ => Ok(()),
    }
}

/// The object that a layout is of: `Contact-Contact Layout`.
fn layout(schema: &Schema, name: &str, root: &Element) -> Result<(), String> {
    let object = name.split('-').next().unwrap_or_default();
    let object = if object == PERSON_ACCOUNT { "Account" } else { object };
    let known = schema.object(object).ok_or_else(|| no_object(object))?;
    let items = root.all("layoutSections").flat_map(|section| section.all("layoutColumns"));
    for item in items.flat_map(|column| column.all("layoutItems")) {
        let field = item.said("field");
        if field.ends_with("__c") && known.field(field).is_none() {
            return Err(no_field(object, field));
        }
    }
    for list in root.all("relatedLists") {
        let named = list.said("relatedList");
        if let Some((child, lookup)) = named.split_once('.')
            && lookup.ends_with("__c")
        {
            let leads = |to: &String| to.eq_ignore_ascii_case(object);
            let child = schema.object(child);
            let field = child.and_then(|child| child.field(lookup));
            if !field.is_some_and(|field| field.refers_to.iter().any(leads)) {
                return Err(format!("Cannot find related list:{named}"));
            }
            let fields = list.all("fields").map(|field| field.text.as_str());
            let absent = fields
                .filter(|field| field.ends_with("__c"))
                .find(|field| child.is_some_and(|child| child.field(field).is_none()));
            if let Some(field) = absent {
                return Err(no_field(child.map_or("", |child| &child.name), field));
            }
        }
    }
    Ok(())
}

fn permissions(schema: &Schema, metadata: &Metadata, root: &Element) -> Result<(), String> {
    for permission in root.all("objectPermissions") {
        let object = permission.said("object");
        if object.ends_with("__c") && schema.object(object).is_none() {
            return Err(no_object(object));
        }
    }
    for permission in root.all("fieldPermissions") {
        let (object, field) = permission.said("field").split_once('.').unwrap_or_default();
        let known = schema.object(object).and_then(|object| object.field(field));
        if field.ends_with("__c") && known.is_none() {
            return Err(no_field(object, field));
        }
        if known.is_some_and(|field| field.required) {
            return Err(format!("You cannot deploy to a required field: {object}.{field}"));
        }
    }
    for access in root.all("classAccesses") {
        let class = access.said("apexClass");
        if metadata.get("ApexClass", class).is_none() {
            return Err(format!("In field: apexClass - no ApexClass named {class} found"));
        }
    }
    Ok(())
}

fn no_field(object: &str, field: &str) -> String {
    format!("In field: field - no CustomField named {object}.{field} found")
}
