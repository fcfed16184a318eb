//! What an org says of its objects, in the keys of recorded describes of real orgs.

use super::schema::{Choice, Field, FieldKind, ObjectType, Schema, Writable};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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
    use FieldKind::{Boolean, Currency, DateTime, Double, Id, Int, Reference, TextArea};
    let is_long = field.kind == TextArea && field.length > 255;
    let is_name = field.name == object.name_field();
    let is_created_with_default = field.default.is_some() || field.name == "OwnerId";
    let system = field.writable == Writable::Never && field.required && field.name != "Name";
    let precision = if matches!(field.kind, Double | Currency) { 18 } else { 0 };
    let values: Vec<Value> = field.values.iter().map(|one| choice(object, field, one)).collect();
    let default = match (field.kind, field.default.as_deref()) {
        (Boolean, Some(default)) => json!(default == "true"),
        _ => Value::Null,
    };
    let auto = is_name && (object.name == "Case" || object.is_custom());
    let is_of_person = object.name == "Account" && ["FirstName", "LastName"].contains(&field.name.as_str());
    let has_groups = !is_long && !auto && !matches!(field.kind, Double | Currency | DateTime);
    merged([
        json!({
            "aggregatable": !matches!(field.kind, Boolean) && !is_long,
            "aiPredictionField": false,
            "autoNumber": auto,
            "byteLength": if matches!(field.kind, Id | Reference) { field.length } else { field.length * 3 },
            "calculated": false, "calculatedFormula": null, "cascadeDelete": false,
            "caseSensitive": field.case_sensitive, "compoundFieldName": compound(object, field),
            "controllerName": field.controller,
        }),
        json!({
            "createable": field.writable != Writable::Never, "custom": field.is_custom(),
            "defaultValue": default, "defaultValueFormula": null, "defaultedOnCreate": is_created_with_default || system,
            "dependentPicklist": field.controller.is_some(), "deprecatedAndHidden": false,
            "digits": if field.kind == Int { 8 } else { 0 },
            "displayLocationInDecimal": false,
        }),
        json!({
            "encrypted": false, "externalId": field.external_id,
            "extraTypeInfo": extra(object, field), "filterable": !is_long, "filteredLookupInfo": null,
            "formulaTreatNullNumberAsZero": false, "groupable": has_groups,
            "highScaleNumber": false, "htmlFormatted": false, "idLookup": field.finds_records(),
            "inlineHelpText": null,
        }),
        json!({
            "label": field.label, "length": field.length, "mask": null, "maskType": null,
            "name": field.name, "nameField": is_name || is_of_person, "namePointing": field.is_polymorphic(),
            "nillable": !field.required, "permissionable": is_permissionable(object, field),
            "picklistValues": values, "polymorphicForeignKey": field.is_polymorphic(), "precision": precision,
        }),
        json!({
            "queryByDistance": false, "referenceTargetField": null, "referenceTo": field.refers_to,
            "relationshipName": field.relationship, "relationshipOrder": null,
            "restrictedDelete": false, "restrictedPicklist": field.restricted,
            "scale": if field.kind == Currency && field.name != "AnnualRevenue" { 2 } else { 0 },
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

fn choice(object: &ObjectType, field: &Field, one: &Choice) -> Value {
    let default = field.default.as_deref() == Some(one.value.as_str());
    let valid_for = field.controller.as_ref().and_then(|name| object.field(name));
    let valid_for = valid_for.map(|controller| bits(controller, one));
    json!({
        "active": one.active, "defaultValue": default, "label": one.label, "validFor": valid_for,
        "value": one.value,
    })
}

/// With which values of the controlling field one can be picked: a bit for each, the first one the highest of the first byte,
/// in base 64. Of a checkbox the first is no and the second yes.
fn bits(controller: &Field, one: &Choice) -> String {
    let values: Vec<&str> = match controller.kind {
        FieldKind::Boolean => vec!["unchecked", "checked"],
        _ => controller.values.iter().map(|choice| choice.value.as_str()).collect(),
    };
    let mut bytes = vec![0_u8; values.len().div_ceil(8).next_multiple_of(3)];
    for (nth, value) in values.iter().enumerate() {
        if one.valid_for.iter().any(|valid| valid == value) {
            bytes[nth / 8] |= 0x80 >> (nth % 8);
        }
    }
    STANDARD.encode(bytes)
}

/// The field that is made of several, one of them this.
fn compound(object: &ObjectType, field: &Field) -> Value {
    const PLACES: [&str; 5] = ["Street", "City", "State", "PostalCode", "Country"];
    if is_of_name(object, field) && (field.name != "Name" || object.name == "Account") {
        return json!("Name");
    }
    let address = PLACES.iter().find_map(|place| field.name.strip_suffix(place));
    match address {
        Some(which) if !field.is_custom() => json!(format!("{which}Address")),
        _ => Value::Null,
    }
}

/// Whether a field is a part of a person's name.
fn is_of_name(object: &ObjectType, field: &Field) -> bool {
    let named = ["Contact", "Lead", "Account", "User"].contains(&object.name.as_str());
    named && ["Name", "FirstName", "LastName", "Salutation"].contains(&field.name.as_str())
}

/// What else there is to say of the kind of a field.
fn extra(object: &ObjectType, field: &Field) -> Value {
    match (is_of_name(object, field), object.name.as_str()) {
        (true, "Account") => json!("switchablepersonname"),
        (true, "Contact" | "Lead") => json!("personname"),
        _ if field.kind == FieldKind::TextArea => json!("plaintextarea"),
        _ => Value::Null,
    }
}

/// Whether a permission set can say who sees and writes a field. Where that does not follow from the rest it is noted.
fn is_permissionable(object: &ObjectType, field: &Field) -> bool {
    const NOTED: [(&str, &str, bool); 5] = [
        ("Account", "RecordTypeId", false),
        ("Case", "ClosedDate", true),
        ("Case", "IsEscalated", true),
        ("Case", "Status", false),
        ("Contact", "EmailBouncedReason", false),
    ];
    let noted = NOTED.iter().find(|(of, name, _)| *of == object.name && *name == field.name);
    let usual = !field.required && field.writable != Writable::Never && !is_of_name(object, field);
    noted.map_or(usual, |(_, _, noted)| *noted)
}
