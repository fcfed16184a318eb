//! What the org says of itself, by the keys that recorded answers of real orgs have.

use crate::client::Client;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Keys of a described object, of one of its fields, and of a relationship to it.
const OBJECT_KEYS: &str = "actionOverrides activateable associateEntityType associateParentEntity childRelationships \
    compactLayoutable createable custom customSetting deepCloneable defaultImplementation deletable deprecatedAndHidden \
    extendedBy extendsInterfaces feedEnabled fields hasSubtypes implementedBy implementsInterfaces isInterface isSubtype \
    keyPrefix label labelPlural layoutable listviewable lookupLayoutable mergeable mruEnabled name namedLayoutInfos \
    networkScopeFieldName queryable recordTypeInfos replicateable retrieveable searchLayoutable searchable \
    sobjectDescribeOption supportedScopes triggerable undeletable updateable urls";
const FIELD_KEYS: &str = "aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete \
    caseSensitive compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate \
    dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo filterable \
    filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted idLookup inlineHelpText label \
    length mask maskType name nameField namePointing nillable permissionable picklistValues polymorphicForeignKey precision \
    queryByDistance referenceTargetField referenceTo relationshipName relationshipOrder restrictedDelete restrictedPicklist \
    scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead";
const CHILD_KEYS: &str = "cascadeDelete childSObject deprecatedAndHidden field junctionIdListNames junctionReferenceTo \
    relationshipName restrictedDelete";

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn describes_have_the_keys_of_recorded_ones() {
    let mut client = Client::new();
    for name in ["Contact", "Lead", "Account", "Case", "Task", "Call_Activity__c"] {
        let (_, described) = client.ask("GET", &format!("sobjects/{name}/describe"), Value::Null);
        assert_eq!(keys(&described), OBJECT_KEYS.split_whitespace().collect(), "{name}");
        for field in described["fields"].as_array().expect("fields") {
            assert_eq!(keys(field), FIELD_KEYS.split_whitespace().collect(), "{name}");
        }
        for child in described["childRelationships"].as_array().expect("children") {
            assert_eq!(keys(child), CHILD_KEYS.split_whitespace().collect(), "{name}");
        }
    }
}

#[test]
fn fields_are_described_as_recorded_ones_are() {
    let mut client = Client::new();
    for (object, field, expected) in [
        (
            "Contact",
            "Id",
            json!({ "type": "id", "length": 18, "byteLength": 18, "createable": false, "nillable": false,
            "idLookup": true, "soapType": "tns:ID", "defaultedOnCreate": true, "permissionable": false }),
        ),
        (
            "Contact",
            "IsDeleted",
            json!({ "type": "boolean", "length": 0, "aggregatable": false, "defaultValue": false,
            "defaultedOnCreate": true, "nillable": false }),
        ),
        (
            "Contact",
            "MasterRecordId",
            json!({ "type": "reference", "createable": false, "nillable": true,
            "referenceTo": ["Contact"], "relationshipName": "MasterRecord", "permissionable": false }),
        ),
        (
            "Contact",
            "AccountId",
            json!({ "type": "reference", "createable": true, "updateable": true,
            "searchPrefilterable": true, "permissionable": true }),
        ),
        (
            "Contact",
            "LastName",
            json!({ "type": "string", "length": 80, "byteLength": 240, "nillable": false,
            "compoundFieldName": "Name", "permissionable": false }),
        ),
        ("Contact", "Phone", json!({ "type": "phone", "length": 40, "soapType": "xsd:string" })),
        ("Contact", "Email", json!({ "type": "email", "length": 80, "idLookup": true })),
        ("Case", "ContactPhone", json!({ "type": "phone", "createable": false, "updateable": false })),
        (
            "Task",
            "TaskSubtype",
            json!({ "createable": true, "updateable": false, "restrictedPicklist": true }),
        ),
        (
            "Call_Activity__c",
            "Interaction_Id__c",
            json!({ "externalId": true, "unique": true, "caseSensitive": true,
            "idLookup": true, "custom": true }),
        ),
    ] {
        let (_, described) = client.ask("GET", &format!("sobjects/{object}/describe"), Value::Null);
        let fields = described["fields"].as_array().expect("fields");
        let found = fields.iter().find(|described| described["name"] == json!(field)).expect(field);
        for (key, value) in expected.as_object().expect("keys") {
            assert_eq!(&found[key], value, "{object}.{field}: {key}");
        }
    }
}

#[test]
fn a_picklist_tells_its_labels_and_with_which_values_of_another_each_can_be_picked() {
    let mut client = Client::new();
    let objects = "object Task 00T Task/Tasks\nTopic__c picklist = sales|Ventas;-fax;help|Soporte\n\
        Result__c picklist by=Topic__c default=sold = sold|Vendido@sales,help;lost@sales;-gone@help";
    client.control("schema", json!({ "objects": objects }));
    let (_, described) = client.ask("GET", "sobjects/Task/describe", Value::Null);
    let fields = described["fields"].as_array().expect("fields");
    let field = |name: &str| fields.iter().find(|field| field["name"] == json!(name)).expect("a field");
    assert_eq!(
        field("Topic__c")["picklistValues"][1],
        json!({ "active": false, "defaultValue": false, "label": "fax", "validFor": null, "value": "fax" })
    );
    let result = field("Result__c");
    assert_eq!((&result["controllerName"], &result["dependentPicklist"]), (&json!("Topic__c"), &json!(true)));
    let values = result["picklistValues"].as_array().expect("values").iter();
    let told: Vec<(&str, &str, bool)> = values
        .map(|one| {
            let text = |key: &str| one[key].as_str().expect("a text");
            (text("label"), text("validFor"), one["active"] == json!(true))
        })
        .collect();
    assert_eq!(told, [("Vendido", "oAAA", true), ("lost", "gAAA", true), ("gone", "IAAA", false)]);
}

#[test]
fn versions_resources_and_counts_are_told() {
    let mut client = Client::new();
    let (_, versions) = client.ask("GET", "/services/data", Value::Null);
    let known = json!({ "label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0" });
    assert!(versions.as_array().expect("a list").contains(&known), "{versions}");
    let (_, resources) = client.ask("GET", "/services/data/v66.0", Value::Null);
    assert_eq!(resources["sobjects"], json!("/services/data/v66.0/sobjects"));
    client.create("Account", json!({ "Name": "Acme" }));
    let (_, counted) = client.ask("GET", "limits/recordCount?sObjects=Account,Contact", Value::Null);
    assert_eq!(counted, json!({ "sObjects": [{ "count": 1, "name": "Account" }] }));
    assert_eq!(client.ask("GET", "//services/data/v66.0/limits", Value::Null).0, 200);
    for path in ["/services/data/v99.0/limits", "/services/data/v66.0/nothing", "/elsewhere"] {
        assert_eq!(client.refused("GET", path, Value::Null), (404, "NOT_FOUND".into()), "{path}");
    }
}

#[test]
fn an_object_or_a_field_can_be_added() {
    let mut client = Client::new();
    let objects = "object Contact 003 Contact/Contacts\nExt__c string 20 external unique\nobject Thing__c a09 Thing/Things\nNr__c int";
    client.control("schema", json!({ "objects": objects }));
    client.create("Contact", json!({ "LastName": "Ruiz", "Ext__c": "7" }));
    client.create("Thing__c", json!({ "Nr__c": 3 }));
    assert_eq!(client.ask("PATCH", "sobjects/Contact/Ext__c/7", json!({ "Title": "x" })).0, 200);
    assert_eq!(client.count("SELECT COUNT() FROM Thing__c WHERE Nr__c = 3"), 1);
}

#[test]
fn what_the_package_brings_is_there_and_nothing_beside_it() {
    let mut client = Client::new();
    let mut custom = |object: &str| -> Vec<String> {
        let (_, described) = client.ask("GET", &format!("sobjects/{object}/describe"), Value::Null);
        let fields = described["fields"].as_array().expect("fields").iter();
        let custom = fields.filter(|field| field["custom"] == json!(true));
        custom.map(|field| format!("{} {} {}", field["name"], field["type"], field["length"])).collect()
    };
    for object in ["Contact", "Lead", "Account", "Case"] {
        assert_eq!(custom(object), ["\"Bitacora_Id__c\" \"string\" 36"], "{object}");
    }
    let fields = custom("Call_Activity__c");
    assert_eq!(fields.len(), 26, "{fields:?}");
    for field in [
        "\"Interaction_Id__c\" \"string\" 64",
        "\"Call_Type__c\" \"string\" 40",
        "\"Opportunity__c\" \"reference\" 18",
        "\"Disposition_Code__c\" \"string\" 64",
        "\"Notes__c\" \"textarea\" 32768",
        "\"Logged_At__c\" \"datetime\" 0",
    ] {
        assert!(fields.iter().any(|known| known == field), "{field}");
    }
}
