//! The Metadata API: what is deployed is there afterwards, is retrieved as it came, and is told where it is wrong.

use crate::client::Client;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sandbox::salesforce::Request;
use serde_json::{Value, json};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// What a deployment is asked besides its files.
const ROLL_BACK: &str = "<rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage>";

fn call(client: &mut Client, inner: &str) -> (u16, String) {
    let request = client.request("POST", "/services/Soap/m/66.0", &Value::Null);
    let token = request.headers[0].1.trim_start_matches("Bearer ").to_owned();
    let body = format!(
        "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"{NAMESPACE}\">\
         <e:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader></e:Header><e:Body>{inner}</e:Body></e:Envelope>"
    );
    let answer = client.send(&Request { body: body.into_bytes(), ..request });
    (answer.status, String::from_utf8(answer.body).expect("text"))
}

/// What stands in the first element of a name.
fn inside<'a>(text: &'a str, name: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name}: {text}"));
    rest.split_once(&format!("</{name}>")).expect("it ends").0
}

fn packed(files: &[(&str, &str)]) -> String {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(*path, SimpleFileOptions::default()).expect("a file");
        writer.write_all(content.as_bytes()).expect("written");
    }
    STANDARD.encode(writer.finish().expect("a zip file").into_inner())
}

/// A manifest that names these components.
fn manifest(members: &[(&str, &str)]) -> String {
    let types: String = members
        .iter()
        .map(|(kind, name)| format!("<types><members>{name}</members><name>{kind}</name></types>"))
        .collect();
    format!("<?xml version=\"1.0\"?><Package xmlns=\"{NAMESPACE}\">{types}<version>66.0</version></Package>")
}

/// Deploys files, and answers what became of them.
fn deploy(client: &mut Client, options: &str, members: &[(&str, &str)], files: &[(&str, &str)]) -> String {
    let manifest = manifest(members);
    let mut all = vec![("package.xml", manifest.as_str())];
    all.extend(files);
    let asked = format!(
        "<deploy><ZipFile>{}</ZipFile><DeployOptions>{options}</DeployOptions></deploy>",
        packed(&all)
    );
    let (status, queued) = call(client, &asked);
    assert_eq!((status, inside(&queued, "done")), (200, "false"), "{queued}");
    let id = inside(&queued, "id");
    assert!(id.starts_with("0Af"), "{id}");
    let check = format!(
        "<checkDeployStatus><asyncProcessId>{id}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>"
    );
    let (status, told) = call(client, &check);
    assert_eq!((status, inside(&told, "done")), (200, "true"), "{told}");
    told
}

/// Retrieves components; answers the files and what was said of those that are not there.
fn retrieve(client: &mut Client, members: &[(&str, &str)]) -> (Vec<(String, String)>, String) {
    let types = manifest(members);
    let types = types.split_once("\">").expect("a root").1.trim_end_matches("</Package>");
    let asked = format!(
        "<retrieve><retrieveRequest><apiVersion>66.0</apiVersion><singlePackage>true</singlePackage>\
         <unpackaged>{types}</unpackaged></retrieveRequest></retrieve>"
    );
    let (_, queued) = call(client, &asked);
    let id = inside(&queued, "id").to_owned();
    let (_, told) = call(
        client,
        &format!(
            "<checkRetrieveStatus><asyncProcessId>{id}</asyncProcessId><includeZip>true</includeZip></checkRetrieveStatus>"
        ),
    );
    assert_eq!(inside(&told, "status"), "Succeeded");
    let zip = STANDARD.decode(inside(&told, "zipFile")).expect("base64");
    let mut archive = ZipArchive::new(Cursor::new(zip)).expect("a zip file");
    let files = (0..archive.len()).map(|nth| {
        let mut file = archive.by_index(nth).expect("a file");
        let mut content = String::new();
        file.read_to_string(&mut content).expect("text");
        (file.name().to_owned(), content)
    });
    (files.collect(), told.clone())
}

fn file_of<'a>(files: &'a [(String, String)], path: &str) -> &'a str {
    files.iter().find(|(known, _)| known == path).map_or_else(|| panic!("no {path}"), |(_, content)| content)
}

fn object(inner: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<CustomObject xmlns=\"{NAMESPACE}\">\n{inner}\n</CustomObject>\n")
}

/// A custom object with a text and a lookup.
fn shift() -> String {
    object(
        "<label>Shift</label><pluralLabel>Shifts</pluralLabel><sharingModel>ReadWrite</sharingModel>\
         <nameField><label>Shift Number</label><type>AutoNumber</type></nameField>\
         <fields><fullName>Code__c</fullName><label>Code</label><type>Text</type><length>12</length>\
         <externalId>true</externalId><unique>true</unique></fields>\
         <fields><fullName>Contact__c</fullName><label>Contact</label><type>Lookup</type>\
         <referenceTo>Contact</referenceTo><relationshipName>Shifts</relationshipName></fields>",
    )
}

const SHIFT: &str = "objects/Shift__c.object";

#[test]
fn an_object_that_is_deployed_is_described_written_and_found() {
    let mut client = Client::new();
    let told = deploy(&mut client, ROLL_BACK, &[("CustomObject", "Shift__c")], &[(SHIFT, &shift())]);
    assert_eq!(inside(&told, "status"), "Succeeded", "{told}");
    assert_eq!(inside(&told, "numberComponentsDeployed"), "3");
    assert!(
        told.contains("<componentType></componentType>"),
        "the manifest is told of too, and is of no type"
    );
    let (_, described) = client.ask("GET", "sobjects/Shift__c/describe", Value::Null);
    let fields = described["fields"].as_array().expect("fields");
    let code = fields.iter().find(|field| field["name"] == json!("Code__c")).expect("it is there");
    assert_eq!((&code["length"], &code["externalId"]), (&json!(12), &json!(true)));
    let contact = client.create("Contact", json!({ "LastName": "Ruiz" }));
    let id = client.create("Shift__c", json!({ "Code__c": "a", "Contact__c": contact }));
    assert_eq!(client.ask("PATCH", "sobjects/Shift__c/Code__c/A", json!({})).0, 200);
    let found = client.query("SELECT Id, (SELECT Id FROM Shifts__r) FROM Contact");
    assert_eq!(found["records"][0]["Shifts__r"]["records"][0]["Id"], json!(id));
    let again = deploy(&mut client, ROLL_BACK, &[("CustomObject", "Shift__c")], &[(SHIFT, &shift())]);
    assert!(!again.contains("<changed>true</changed>") && again.contains("Shift__c.Code__c"), "{again}");
}

#[test]
fn a_field_that_is_deployed_to_a_standard_object_leaves_the_others() {
    let mut client = Client::new();
    let field = object(
        "<fields><fullName>Vip__c</fullName><label>VIP</label><type>Checkbox</type><defaultValue>false</defaultValue></fields>",
    );
    let members = [("CustomField", "Contact.Vip__c")];
    let told = deploy(&mut client, ROLL_BACK, &members, &[("objects/Contact.object", &field)]);
    assert_eq!(inside(&told, "success"), "true", "{told}");
    client.create("Contact", json!({ "LastName": "Ruiz", "Vip__c": true, "Bitacora_Id__c": "b-1" }));
    assert_eq!(client.count("SELECT Id FROM Contact WHERE Vip__c = true AND Bitacora_Id__c = 'b-1'"), 1);
    let (files, _) = retrieve(&mut client, &members);
    assert!(file_of(&files, "objects/Contact.object").contains("<fullName>Vip__c</fullName>"));
}

#[test]
fn folders_of_reports_and_types_of_custom_metadata_are_taken() {
    let mut client = Client::new();
    let kind = object(
        "<label>Setting</label><pluralLabel>Settings</pluralLabel>\
         <fields><fullName>Url__c</fullName><label>URL</label><type>Url</type></fields>",
    );
    let told = deploy(
        &mut client,
        ROLL_BACK,
        &[("CustomObject", "Setting__mdt"), ("Report", "Calls/"), ("Report", "Calls/By_Code")],
        &[
            ("objects/Setting__mdt.object", &kind),
            ("reports/Calls-meta.xml", "<ReportFolder><name>Calls</name></ReportFolder>"),
            ("reports/Calls/By_Code.report", "<Report><name>By code</name></Report>"),
        ],
    );
    assert_eq!(inside(&told, "status"), "Succeeded", "{told}");
    assert_eq!(client.count("SELECT DeveloperName, Url__c FROM Setting__mdt"), 0);
    let (files, _) = retrieve(&mut client, &[("Report", "*")]);
    assert!(file_of(&files, "reports/Calls-meta.xml").contains("ReportFolder"));
}

#[test]
fn a_layout_is_retrieved_byte_for_byte() {
    let mut client = Client::new();
    let layout = format!(
        "\u{feff}<?xml version=\"1.0\"?>\r\n<!-- ours -->\r\n<Layout xmlns=\"{NAMESPACE}\">\r\n\t<layoutSections/>\r\n</Layout>"
    );
    let path = "layouts/Contact-Contact Layout.layout";
    let members = [("Layout", "Contact-Contact Layout")];
    let (before, _) = retrieve(&mut client, &members);
    assert!(file_of(&before, path).contains("<relatedList>RelatedCaseList</relatedList>"));
    let told = deploy(&mut client, ROLL_BACK, &members, &[(path, &layout)]);
    assert_eq!(inside(&told, "success"), "true", "{told}");
    let (after, _) = retrieve(&mut client, &members);
    assert_eq!(file_of(&after, path), layout);
    assert!(file_of(&after, "package.xml").contains("<members>Contact-Contact Layout</members>"));
    let (none, told) = retrieve(&mut client, &[("Layout", "Contact-No Layout"), ("Nothing", "X")]);
    assert_eq!(none.len(), 1);
    assert!(told.contains("Entity of type 'Layout' named 'Contact-No Layout' cannot be found"), "{told}");
    assert!(told.contains("Unknown type name 'Nothing' specified in package.xml"), "{told}");
}

#[test]
fn each_thing_that_is_wrong_is_told_with_its_place() {
    let layout = format!(
        "<Layout xmlns=\"{NAMESPACE}\"><relatedLists><relatedList>Call_Activity__c.Case__c</relatedList></relatedLists></Layout>"
    );
    let permissions = format!(
        "<PermissionSet xmlns=\"{NAMESPACE}\"><fieldPermissions><field>Contact.No__c</field></fieldPermissions></PermissionSet>"
    );
    let field =
        "<fields><fullName>X__c</fullName><label>X</label><type>Text</type><length>5</length></fields>";
    let lookup = "<fields><fullName>X__c</fullName><label>X</label><type>Lookup</type><referenceTo>No__c</referenceTo></fields>";
    for (kind, name, file, content, problem, place) in [
        ("Nothing", "X", "", String::new(), "Unknown type name 'Nothing' specified in package.xml", 0),
        (
            "ApexClass",
            "Gone",
            "",
            String::new(),
            "An object 'Gone' of type ApexClass was named in package.xml",
            0,
        ),
        (
            "Layout",
            "Contact-A",
            "layouts/Contact-A.layout",
            "<Layout>\n<a>\n</Layout>".into(),
            "Error parsing file",
            3,
        ),
        ("Layout", "Contact-A", "layouts/Contact-A.layout", "<Other/>".into(), "invalid at this location", 1),
        (
            "Layout",
            "Contact-A",
            "layouts/Contact-A.layout",
            layout,
            "Cannot find related list:Call_Activity__c.Case__c",
            0,
        ),
        (
            "CustomField",
            "No__c.X__c",
            "objects/No__c.object",
            object(field),
            "Must specify a non-empty label",
            0,
        ),
        ("CustomField", "No.X__c", "objects/No.object", object(field), "no CustomObject named No found", 0),
        (
            "CustomField",
            "Case.X__c",
            "objects/Case.object",
            object(lookup),
            "does not resolve to a valid sObject type",
            0,
        ),
        (
            "PermissionSet",
            "P",
            "permissionsets/P.permissionset",
            permissions,
            "no CustomField named Contact.No__c",
            0,
        ),
        (
            "Layout",
            "Contact-acme__A",
            "layouts/Contact-acme__A.layout",
            "<Layout/>".into(),
            "Cannot modify managed object",
            0,
        ),
        (
            "ApexClass",
            "Half",
            "classes/Half.cls",
            "class Half {}".into(),
            "Missing metadata xml: classes/Half.cls-meta.xml",
            0,
        ),
    ] {
        let mut client = Client::new();
        let files = [(file, content.as_str())];
        let files = if file.is_empty() { &[] as &[_] } else { files.as_slice() };
        let told = deploy(&mut client, ROLL_BACK, &[(kind, name)], files);
        assert_eq!(inside(&told, "status"), "Failed", "{kind} {name}: {told}");
        let failure = inside(&told, "componentFailures");
        assert!(inside(failure, "problem").contains(problem), "{kind} {name}: {failure}");
        assert_eq!((inside(failure, "problemType"), inside(failure, "success")), ("Error", "false"));
        if place > 0 {
            assert_eq!(inside(failure, "lineNumber"), place.to_string(), "{failure}");
        }
    }
}

#[test]
fn what_is_only_checked_or_rolled_back_leaves_nothing_and_otherwise_what_is_good_stays() {
    let (members, files) = ([("CustomObject", "Shift__c"), ("ApexClass", "Gone")], shift());
    for (options, members, status, is_there) in [
        (
            "<checkOnly>true</checkOnly><rollbackOnError>true</rollbackOnError>",
            &members[..1],
            "Succeeded",
            false,
        ),
        (ROLL_BACK, &members[..], "Failed", false),
        ("<rollbackOnError>false</rollbackOnError>", &members[..], "SucceededPartial", true),
    ] {
        let mut client = Client::new();
        let told = deploy(&mut client, options, members, &[(SHIFT, &files)]);
        assert_eq!(inside(&told, "status"), status, "{told}");
        let (code, _) = client.ask("GET", "sobjects/Shift__c/describe", Value::Null);
        assert_eq!(code == 200, is_there, "{options}");
        let (files, _) = retrieve(&mut client, &[("CustomObject", "Shift__c")]);
        assert_eq!(files.iter().any(|(path, _)| path == SHIFT), is_there, "{options}");
    }
}

#[test]
fn kinds_are_described_and_components_listed_those_of_managed_packages_too() {
    let mut client = Client::new();
    let (_, described) =
        call(&mut client, "<describeMetadata><asOfVersion>66.0</asOfVersion></describeMetadata>");
    assert!(described.contains("<directoryName>layouts</directoryName>"), "{described}");
    let (_, listed) = call(
        &mut client,
        "<listMetadata><queries><type>Layout</type></queries><asOfVersion>66.0</asOfVersion></listMetadata>",
    );
    assert!(listed.contains("<fullName>PersonAccount-Person Account Layout</fullName>"), "{listed}");
    assert!(
        listed
            .contains("<manageableState>installed</manageableState><namespacePrefix>acme</namespacePrefix>")
    );
    let (all, _) = retrieve(&mut client, &[("Layout", "*")]);
    assert!(!all.iter().any(|(path, _)| path.contains("acme__")), "a star means what is the org's own");
    for (inner, status) in [
        ("<nothing/>", 500),
        ("<checkDeployStatus><asyncProcessId>0Af000000000000</asyncProcessId></checkDeployStatus>", 500),
    ] {
        assert_eq!(call(&mut client, inner).0, status, "{inner}");
    }
}
