//! What an org says of its objects, in the keys of recorded describes of real orgs.

use super::schema::{Field, FieldKind, ObjectType, Schema, Writable};
use serde_json::{Value, json};

/// `GET /sobjects`.
pub(crate) fn global(schema: &Schema, root: &str) -> Value {
    let objects: Vec<Value> = schema.objects().map(|object| summary(object, root)).collect();
    json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects })
}

/// What the list of objects says of one.
pub(crate) fn summary(object: &ObjectType, root: &str) -> Value {
    let base = format!("{root}/sobjects/{}", object.name);
    let mut urls = json!({
        "sobject": base,
        "describe": format!("{base}/describe"),
        "rowTemplate": format!("{base}/{{ID}}"),
    });
    if object.writable {
        urls["layouts"] = json!(format!("{base}/describe/layouts"));
        urls["compactLayouts"] = json!(format!("{base}/describe/compactLayouts"));
        urls["approvalLayouts"] = json!(format!("{base}/describe/approvalLayouts"));
        urls["defaultValues"] = json!(format!("{base}/defaultValues?recordTypeId&fields"));
        urls["listviews"] = json!(format!("{base}/listviews"));
        urls["quickActions"] = json!(format!("{base}/quickActions"));
    }
    let prefix = (!object.prefix.is_empty()).then(|| object.prefix.clone());
    let merges = ["Account", "Case", "Contact", "Lead"].contains(&object.name.as_str());
    let searches = object.writable && object.name != "PermissionSetAssignment";
    merged([
        json!({
            "activateable": false, "associateEntityType": null, "associateParentEntity": null,
            "createable": object.writable, "custom": object.is_custom(), "customSetting": false,
            "deepCloneable": false, "deletable": object.writable && object.name != "User",
            "deprecatedAndHidden": false, "feedEnabled": object.writable, "hasSubtypes": false,
        }),
        json!({
            "isInterface": false, "isSubtype": false, "keyPrefix": prefix, "label": object.label,
            "labelPlural": object.plural, "layoutable": object.writable, "mergeable": merges,
            "mruEnabled": object.writable, "name": object.name, "queryable": true,
        }),
        json!({
            "replicateable": object.writable, "retrieveable": true, "searchable": searches,
            "triggerable": object.writable, "undeletable": object.writable, "updateable": object.writable,
            "urls": urls,
        }),
    ])
}

/// `GET /sobjects/X/describe`.
pub(crate) fn object(schema: &Schema, object: &ObjectType, root: &str) -> Value {
    let children: Vec<Value> = schema
        .references_to(&object.name)
        .map(|(owner, field)| {
            json!({
                "cascadeDelete": object.name == "Account" && owner.name == "Contact",
                "childSObject": owner.name, "deprecatedAndHidden": false, "field": field.name,
                "junctionIdListNames": [], "junctionReferenceTo": [],
                "relationshipName": field.children, "restrictedDelete": owner.name == "Case",
            })
        })
        .collect();
    let fields: Vec<Value> = object.fields.iter().map(|one| field(object, one)).collect();
    let more = json!({
        "actionOverrides": [], "childRelationships": children, "compactLayoutable": object.writable,
        "defaultImplementation": null, "extendedBy": null, "extendsInterfaces": null, "fields": fields,
        "implementedBy": null, "implementsInterfaces": null, "listviewable": null, "lookupLayoutable": null,
        "namedLayoutInfos": [], "networkScopeFieldName": null, "recordTypeInfos": record_types(object, root),
        "searchLayoutable": object.writable, "sobjectDescribeOption": "FULL",
        "supportedScopes": [{ "label": format!("All {}", object.plural), "name": "everything" }],
    });
    merged([summary(object, root), more])
}

fn record_types(object: &ObjectType, root: &str) -> Value {
    let id = "012000000000000AAA";
    let layout = format!("{root}/sobjects/{}/describe/layouts/{id}", object.name);
    json!([{
        "active": true, "available": true, "defaultRecordTypeMapping": true, "developerName": "Master",
        "master": true, "name": "Master", "recordTypeId": id, "urls": { "layout": layout },
    }])
}

/// A field, with every key that real orgs say of one.
fn field(object: &ObjectType, field: &Field) -> Value {
    use FieldKind::{Boolean, Currency, Double, Id, Int, Reference, TextArea};
    let is_long = field.kind == TextArea && field.length > 255;
    let is_name = field.name == object.name_field();
    let is_created_with_default = field.default.is_some() || field.name == "OwnerId";
    let system = field.writable == Writable::Never && field.required;
    let precision = if matches!(field.kind, Double | Currency) { 18 } else { 0 };
    let values: Vec<Value> = field.values.iter().map(|value| choice(field, value)).collect();
    let default = match (field.kind, field.default.as_deref()) {
        (Boolean, Some(default)) => json!(default == "true"),
        _ => Value::Null,
    };
    let extra = if field.kind == TextArea { json!("plaintextarea") } else { Value::Null };
    merged([
        json!({
            "aggregatable": !matches!(field.kind, Boolean) && !is_long,
            "aiPredictionField": false,
            "autoNumber": is_name && (object.name == "Case" || object.is_custom()),
            "byteLength": if matches!(field.kind, Id | Reference) { field.length } else { field.length * 3 },
            "calculated": field.computed, "calculatedFormula": null, "cascadeDelete": false,
            "caseSensitive": field.case_sensitive, "compoundFieldName": compound(object, field),
            "controllerName": null,
        }),
        json!({
            "createable": field.writable != Writable::Never, "custom": field.is_custom(),
            "defaultValue": default, "defaultValueFormula": null, "defaultedOnCreate": is_created_with_default || system,
            "dependentPicklist": false, "deprecatedAndHidden": false,
            "digits": if field.kind == Int { 8 } else { 0 },
            "displayLocationInDecimal": false,
        }),
        json!({
            "encrypted": false, "externalId": field.external_id,
            "extraTypeInfo": extra, "filterable": !is_long, "filteredLookupInfo": null,
            "formulaTreatNullNumberAsZero": false, "groupable": !is_long && !matches!(field.kind, Double | Currency),
            "highScaleNumber": false, "htmlFormatted": false, "idLookup": field.finds_records(),
            "inlineHelpText": null,
        }),
        json!({
            "label": field.label, "length": field.length, "mask": null, "maskType": null,
            "name": field.name, "nameField": is_name, "namePointing": field.is_polymorphic(),
            "nillable": !field.required, "permissionable": !field.required && field.writable != Writable::Never,
            "picklistValues": values, "polymorphicForeignKey": field.is_polymorphic(), "precision": precision,
        }),
        json!({
            "queryByDistance": false, "referenceTargetField": null, "referenceTo": field.refers_to,
            "relationshipName": field.relationship, "relationshipOrder": null,
            "restrictedDelete": false, "restrictedPicklist": field.restricted,
            "scale": if field.kind == Currency { 2 } else { 0 },
            "searchPrefilterable": field.kind == Reference, "soapType": field.kind.soap_type(), "sortable": !is_long,
            "type": field.kind.word(), "unique": field.unique,
            "updateable": field.writable == Writable::Always, "writeRequiresMasterRead": false,
        }),
    ])
}

/// The keys of all of them.
fn merged<const N: usize>(parts: [Value; N]) -> Value {
    let parts = parts.into_iter().filter_map(|part| match part {
        Value::Object(keys) => Some(keys),
        _ => None,
    });
    Value::Object(parts.flatten().collect())
}

fn choice(field: &Field, value: &str) -> Value {
    let default = field.default.as_deref() == Some(value);
    json!({ "active": true, "defaultValue": default, "label": value, "validFor": null, "value": value })
}

fn compound(object: &ObjectType, field: &Field) -> Value {
    let of_name = ["FirstName", "LastName", "Salutation"].contains(&field.name.as_str());
    let named = ["Contact", "Lead", "Account", "User"].contains(&object.name.as_str());
    if of_name && named { json!("Name") } else { Value::Null }
}
