//! What of an org's metadata is asked for goes into a zip file, with the properties of each file and a manifest.

use super::archive::{self, Files};
use super::deploy::composed;
use super::kept::{Component, Metadata, namespace, path, path_of, whole_name};
use super::kinds::{self, Form};
use super::manifest::{ALL, Manifest, PATH};
use super::report::moment;
use super::xml::escaped;
use std::collections::BTreeMap;

/// The folder of what is asked for by no package's name, where the zip file may hold several packages.
const UNPACKAGED: &str = "unpackaged";

/// What was retrieved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retrieval {
    pub(crate) zip: Vec<u8>,
    /// The kind and full name of each component, and the file it is in.
    pub(crate) found: Vec<(String, String, String)>,
    /// Files and what was not found for them.
    pub(crate) messages: Vec<(String, String)>,
}

/// Retrieves what a manifest names. `single`: the paths in the zip file begin with the manifest.
///
/// # Errors
/// What is found does not go into a zip file.
pub(crate) fn retrieve(metadata: &Metadata, wanted: &Manifest, single: bool) -> Result<Retrieval, String> {
    let mut retrieval = Retrieval::default();
    let (mut files, mut wholes) = (Files::new(), BTreeMap::<(&str, &str), Vec<(&str, &str)>>::new());
    let manifest_path = if single { PATH.to_owned() } else { format!("{UNPACKAGED}/{PATH}") };
    for (kind, name) in meant(metadata, wanted, &manifest_path, &mut retrieval.messages) {
        let Some(component) = metadata.get(kind, name) else {
            continue;
        };
        match (kinds::named(kind), kinds::whole_of(kind)) {
            (Some(known), _) if known.parts.is_empty() => files.extend(component.files.clone()),
            (Some(known), _) => {
                let parts = wholes.entry((known.name, name)).or_default();
                parts.push((known.name, name));
                for (_, part) in known.parts {
                    let of_kind = metadata.components.get(*part).into_iter().flat_map(BTreeMap::keys);
                    let of_it = of_kind.filter(|part| whole_name(known, part) == name);
                    parts.extend(of_it.map(|name| (*part, name.as_str())));
                }
            }
            (None, Some((whole, _))) => {
                wholes.entry((whole.name, whole_name(whole, name))).or_default().push((kind, name));
            }
            (None, None) => continue,
        }
        retrieval.found.push((kind.to_owned(), name.to_owned(), file_of(component, kind, name)));
    }
    for ((kind, name), mut parts) in wholes {
        if let Some(kind) = kinds::named(kind) {
            parts.sort_unstable();
            parts.dedup();
            files.insert(path(kind, name), composed(kind, name, metadata, &parts));
        }
    }
    let mut told = Manifest { version: wanted.version.clone(), ..Manifest::default() };
    for (kind, name, _) in &retrieval.found {
        told.types.entry(kind.clone()).or_default().push(name.clone());
    }
    files.insert(PATH.to_owned(), told.written());
    if !single {
        files = files.into_iter().map(|(path, bytes)| (format!("{UNPACKAGED}/{path}"), bytes)).collect();
    }
    retrieval.zip = archive::pack(&files)?;
    Ok(retrieval)
}

/// The components that are meant and there; `*` means all that are of no managed package.
fn meant<'a>(
    metadata: &'a Metadata,
    wanted: &'a Manifest,
    manifest_path: &str,
    messages: &mut Vec<(String, String)>,
) -> Vec<(&'a str, &'a str)> {
    let mut meant: Vec<(&str, &str)> = Vec::new();
    for (kind, name) in wanted.members() {
        if kinds::named(kind).is_none() && kinds::whole_of(kind).is_none() {
            messages.push((
                manifest_path.to_owned(),
                format!("Unknown type name '{kind}' specified in package.xml"),
            ));
        } else if name == ALL {
            let all = metadata.components.get(kind).into_iter().flat_map(BTreeMap::keys);
            meant.extend(
                all.map(|name| (kind, name.as_str())).filter(|(kind, name)| namespace(kind, name).is_none()),
            );
        } else if metadata.get(kind, name).is_some() {
            meant.push((kind, name));
        } else {
            let why = format!("Entity of type '{kind}' named '{name}' cannot be found");
            messages.push((manifest_path.to_owned(), why));
        }
    }
    meant.sort_unstable();
    meant.dedup();
    meant
}

/// The file by which a component is known.
fn file_of(component: &Component, kind: &str, name: &str) -> String {
    let is_one = kinds::named(kind).is_some_and(|kind| kind.parts.is_empty() && kind.form != Form::Bundle);
    let file =
        component.files.keys().find(|path| !path.ends_with("-meta.xml")).or(component.files.keys().next());
    match (is_one, file) {
        (true, Some(file)) => file.clone(),
        _ => path_of(kind, name),
    }
}

/// The `FileProperties` of a component.
pub(crate) fn properties(
    metadata: &Metadata,
    kind: &str,
    name: &str,
    file: &str,
    user: &dyn Fn(&str) -> String,
) -> String {
    let nobody = Component::default();
    let component = metadata.get(kind, name).unwrap_or(&nobody);
    let by = component.changed_by.as_str();
    let by_name = escaped(&user(by));
    let (namespace, state) = match namespace(kind, name) {
        Some(namespace) => (format!("<namespacePrefix>{namespace}</namespacePrefix>"), "installed"),
        None => (String::new(), "unmanaged"),
    };
    format!(
        "<createdById>{by}</createdById><createdByName>{by_name}</createdByName><createdDate>{}</createdDate>\
         <fileName>{}</fileName><fullName>{}</fullName><id>{}</id><lastModifiedById>{by}</lastModifiedById>\
         <lastModifiedByName>{by_name}</lastModifiedByName><lastModifiedDate>{}</lastModifiedDate>\
         <manageableState>{state}</manageableState>{namespace}<type>{kind}</type>",
        moment(component.created_at),
        escaped(file),
        escaped(name),
        component.id,
        moment(component.changed_at),
    )
}
