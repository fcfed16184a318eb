//! The Metadata API, `/services/Soap/m/66.0`: `deploy`, `checkDeployStatus`, `retrieve`, `checkRetrieveStatus`, `describeMetadata` and
//! `listMetadata`. Whatever is asked for is done when it is next asked after. Not there: the calls that read and write single
//! components, cancelling, quick deploys of what was validated, and the REST form of deployments.

mod archive;
mod check;
mod deploy;
mod kept;
mod kinds;
mod layouts;
mod manifest;
mod objects;
mod report;
mod retrieve;
mod xml;

pub(crate) use kept::Metadata;
pub(crate) use layouts::settle;

use super::ids;
use super::org::Org;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deploy::Draft;
use domain::id::At;
use kinds::{Form, KINDS};
use manifest::Manifest;
use report::{Deployment, Options};
use retrieve::{properties, retrieve};
use std::collections::BTreeSet;
use xml::{Element, escaped};

/// What begins the ids of deployments, of retrievals, and of components.
const PREFIXES: [&str; 3] = ["0Af", "09S", "0M0"];
/// Most deployments and retrievals that can still be asked after; the oldest is forgotten.
const MAX_REMEMBERED: usize = 20;

/// A call is refused: the code of the fault, and its words.
pub(crate) type Fault = (&'static str, String);

/// Answers the call in the body of an envelope, with the body of its answer.
///
/// # Errors
/// There is no such call, or what it says is not there.
pub(crate) fn answer(org: &mut Org, body: &[u8], user: &str, now: At) -> Result<String, Fault> {
    let envelope = xml::read(body).map_err(|unread| ("INVALID_TYPE", unread.why))?;
    let call = envelope.find("Body").and_then(|body| body.children.first());
    let call = call.ok_or(("INVALID_TYPE", "an envelope with a Body is expected".to_owned()))?;
    let result = match call.name.as_str() {
        "deploy" => begin_deployment(org, call, user, now)?,
        "checkDeployStatus" => {
            let id = ids::full(call.said("asyncProcessId")).unwrap_or_default();
            let deployment = org.metadata.deployments.get(&id).ok_or_else(|| no_process(&id))?;
            result(&deployment.written(&id, call.is("includeDetails")))
        }
        "retrieve" => begin_retrieval(org, call)?,
        "checkRetrieveStatus" => retrieval(org, call)?,
        "describeMetadata" => result(&described()),
        "listMetadata" => listed(org, call),
        name => return Err(("UNKNOWN_EXCEPTION", format!("No operation available for request {name}"))),
    };
    Ok(format!("<{0}Response>{result}</{0}Response>", call.name))
}

fn result(inner: &str) -> String {
    format!("<result>{inner}</result>")
}

fn no_process(id: &str) -> Fault {
    ("INVALID_CROSS_REFERENCE_KEY", format!("INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: {id}"))
}

/// What `deploy` and `retrieve` answer: where to ask after it.
fn queued(id: &str) -> String {
    result(&format!("<done>false</done><id>{id}</id><state>Queued</state>"))
}

fn begin_deployment(org: &mut Org, call: &Element, user: &str, now: At) -> Result<String, Fault> {
    let packed: String = call.said("ZipFile").split_whitespace().collect();
    let zip = STANDARD.decode(packed).map_err(|_| ("INVALID_TYPE", "ZipFile is not base64".to_owned()))?;
    let none = Element::default();
    let said = call.child("DeployOptions").unwrap_or(&none);
    let options = Options { check_only: said.is("checkOnly"), rollback_on_error: said.is("rollbackOnError") };
    let (schema, metadata) = (org.data.schema.as_ref().clone(), org.metadata.clone());
    let mut next_id = || new_id(org, PREFIXES[2]);
    let mut draft = Draft { schema, metadata, by: user, now, next_id: &mut next_id, messages: Vec::new() };
    draft.take(&zip);
    let Draft { schema, metadata, messages, .. } = draft;
    let by_name = org.user(user).text("Name").to_owned();
    let deployment = Deployment { options, by: user.to_owned(), by_name, at: now, messages };
    if !options.check_only && deployment.status() != "Failed" {
        org.data.set_schema(schema);
        org.metadata.components = metadata.components;
    }
    let id = new_id(org, PREFIXES[0]);
    if org.metadata.deployments.len() >= MAX_REMEMBERED {
        org.metadata.deployments.pop_first();
    }
    org.metadata.deployments.insert(id.clone(), deployment);
    Ok(queued(&id))
}

fn new_id(org: &mut Org, prefix: &str) -> String {
    org.data.new_id_of(prefix)
}

fn begin_retrieval(org: &mut Org, call: &Element) -> Result<String, Fault> {
    let request = call.child("retrieveRequest").or(call.child("request"));
    let request = request.ok_or(("INVALID_TYPE", "a retrieveRequest is expected".to_owned()))?;
    let none = Element::default();
    let mut wanted = Manifest::of(request.child("unpackaged").unwrap_or(&none));
    if wanted.version.is_empty() {
        request.said("apiVersion").clone_into(&mut wanted.version);
    }
    let found = retrieve(&org.metadata, &wanted, request.is("singlePackage"));
    let found = found.map_err(|why| ("UNKNOWN_EXCEPTION", why))?;
    let id = new_id(org, PREFIXES[1]);
    if org.metadata.retrievals.len() >= MAX_REMEMBERED {
        org.metadata.retrievals.pop_first();
    }
    org.metadata.retrievals.insert(id.clone(), found);
    Ok(queued(&id))
}

fn retrieval(org: &Org, call: &Element) -> Result<String, Fault> {
    let id = ids::full(call.said("asyncProcessId")).unwrap_or_default();
    let found = org.metadata.retrievals.get(&id).ok_or_else(|| no_process(&id))?;
    let user = |id: &str| org.user(id).text("Name").to_owned();
    let mut told = String::from("<done>true</done>");
    for (kind, name, file) in &found.found {
        let properties = properties(&org.metadata, kind, name, file, &user);
        told.push_str(&format!("<fileProperties>{properties}</fileProperties>"));
    }
    told.push_str(&format!("<id>{id}</id>"));
    for (file, problem) in &found.messages {
        let (file, problem) = (escaped(file), escaped(problem));
        told.push_str(&format!(
            "<messages><fileName>{file}</fileName><problem>{problem}</problem></messages>"
        ));
    }
    told.push_str("<status>Succeeded</status><success>true</success>");
    if call.said("includeZip") != "false" {
        told.push_str(&format!("<zipFile>{}</zipFile>", STANDARD.encode(&found.zip)));
    }
    Ok(result(&told))
}

fn described() -> String {
    let mut told = String::new();
    for kind in &KINDS {
        let parts: String =
            kind.parts.iter().map(|(_, part)| format!("<childXmlNames>{part}</childXmlNames>")).collect();
        let ending = match kind.ending {
            "" => String::new(),
            ending => format!("<suffix>{ending}</suffix>"),
        };
        told.push_str(&format!(
            "<metadataObjects>{parts}<directoryName>{}</directoryName><inFolder>{}</inFolder><metaFile>{}</metaFile>\
             {ending}<xmlName>{}</xmlName></metadataObjects>",
            kind.folder,
            kind.form == Form::InFolders,
            kind.form == Form::Content,
            kind.name,
        ));
    }
    format!(
        "{told}<organizationNamespace></organizationNamespace><partialSaveAllowed>true</partialSaveAllowed>\
         <testRequired>false</testRequired>"
    )
}

/// What there is of each kind that is asked for: what was deployed, and the objects and custom fields of the schema.
fn listed(org: &Org, call: &Element) -> String {
    let user = |id: &str| org.user(id).text("Name").to_owned();
    let mut told = String::new();
    for query in call.all("queries") {
        let kind = query.said("type");
        let kept = org.metadata.components.get(kind).into_iter().flatten().map(|(name, _)| name.clone());
        let mut names: BTreeSet<String> = kept.collect();
        let objects = org.data.schema.objects();
        match kind {
            "CustomObject" => names.extend(objects.map(|object| object.name.clone())),
            "CustomField" => {
                names.extend(objects.flat_map(|object| {
                    let custom = object.fields.iter().filter(|field| field.is_custom());
                    custom.map(move |field| format!("{}.{}", object.name, field.name))
                }));
            }
            _ => {}
        }
        for name in names {
            let file = kept::path_of(kind, &name);
            told.push_str(&result(&properties(&org.metadata, kind, &name, &file, &user)));
        }
    }
    told
}
