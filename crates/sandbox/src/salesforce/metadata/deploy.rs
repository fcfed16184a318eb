//! A deployment: a zip file with a manifest. What it says is looked at component by component, and kept whole, in part or not at all.
//! Destructive changes, tests of Apex and references between components other than those below are not looked at.

use super::archive::{self, Files};
use super::check;
use super::kept::{Component, Metadata, namespace, path, whole_name};
use super::kinds::{self, Form, KINDS, Kind};
use super::manifest::{self, Manifest};
use super::objects;
use super::report::{Message, Problem, Severity};
use super::xml::{self, Element, Unreadable};
use crate::salesforce::schema::Schema;
use domain::id::At;
use std::collections::BTreeMap;

/// What the whole of a file says beside its parts.
const HEAD: &str = "head";

/// A deployment while it is looked at: what the org would be after it.
pub(crate) struct Draft<'a> {
    pub(crate) schema: Schema,
    pub(crate) metadata: Metadata,
    pub(crate) by: &'a str,
    pub(crate) now: At,
    /// Gives a new id to a component.
    pub(crate) next_id: &'a mut dyn FnMut() -> String,
    pub(crate) messages: Vec<Message>,
}

/// The files of one component.
struct Given<'a> {
    kind: &'static Kind,
    name: String,
    files: BTreeMap<&'a str, &'a [u8]>,
}

impl Draft<'_> {
    /// Looks at all of a zip file.
    pub(crate) fn take(&mut self, zip: &[u8]) {
        let files =
            match archive::unpack(zip).and_then(|files| rooted(files).ok_or("No package.xml found".into())) {
                Ok(files) => files,
                Err(why) => return self.refuse("", manifest::PATH, manifest::PATH, Problem::error(why)),
            };
        let manifest = match Manifest::read(files.get(manifest::PATH).map_or(&[], Vec::as_slice)) {
            Ok(manifest) => manifest,
            Err(why) => return self.refuse("", manifest::PATH, manifest::PATH, unparsed(&why)),
        };
        for kind in manifest.types.keys() {
            if kinds::named(kind).is_none() && kinds::whole_of(kind).is_none() {
                let problem = Problem::error(format!("Unknown type name '{kind}' specified in package.xml"));
                self.refuse("", manifest::PATH, manifest::PATH, problem);
            }
        }
        let given = components(&files);
        // Objects first, then their fields, which may lead to any of them.
        for component in given.iter().filter(|component| !component.kind.parts.is_empty()) {
            self.whole(component, &manifest);
        }
        for component in &given {
            match component.kind.parts {
                [] => self.component(component, &manifest),
                _ => self.parts(component, &manifest),
            }
        }
        self.missing(&manifest);
        let told = Message {
            full_name: manifest::PATH.to_owned(),
            file_name: manifest::PATH.to_owned(),
            ..Message::default()
        };
        self.messages.push(told);
    }

    /// What a file with parts is besides these: the object without its fields.
    fn whole(&mut self, given: &Given<'_>, manifest: &Manifest) {
        let Given { kind, name, .. } = given;
        let is_meant = manifest.names(kind.name, name);
        let root = match self.root(given) {
            Ok(root) => root,
            Err(problem) => return self.refuse(kind.name, name, &path(kind, name), problem),
        };
        if kind.name == "CustomObject"
            && let Err(why) = objects::settle(&mut self.schema, name, &root)
        {
            return self.refuse(kind.name, name, &path(kind, name), Problem::error(why));
        }
        if is_meant {
            let parts: Vec<&str> = kind.parts.iter().map(|(element, _)| *element).collect();
            let bytes = given.files.values().next().copied().unwrap_or_default();
            let own = root.children.iter().filter(|child| !parts.contains(&child.name.as_str()));
            let head = own.map(|child| {
                (format!("{}#{HEAD}{:09}", child.name, child.span.start), bytes[child.span.clone()].to_vec())
            });
            self.keep(kind.name, name, &path(kind, name), head.collect());
        }
    }

    /// The parts of a file that the manifest means: by themselves, or with the whole.
    fn parts(&mut self, given: &Given<'_>, manifest: &Manifest) {
        let Given { kind, name, files } = given;
        let Ok(root) = self.root(given) else {
            return;
        };
        let file = path(kind, name);
        let bytes = files.values().next().copied().unwrap_or_default();
        for child in &root.children {
            let Some((_, part)) = kind.parts.iter().find(|(element, _)| *element == child.name) else {
                continue;
            };
            let full_name = match kind.name {
                "CustomLabels" => child.said("fullName").to_owned(),
                _ => format!("{name}.{}", child.said("fullName")),
            };
            if !manifest.names(kind.name, name) && !manifest.names(part, &full_name) {
                continue;
            }
            let done = match *part {
                "CustomField" if self.schema.object(name).is_none() => {
                    Err("Parent entity failed to deploy".to_owned())
                }
                "CustomField" => objects::settle_field(&mut self.schema, name, child),
                _ => Ok(()),
            };
            match done {
                Ok(()) => {
                    let element = Files::from([(child.name.clone(), bytes[child.span.clone()].to_vec())]);
                    self.keep(part, &full_name, &file, element);
                }
                Err(why) => self.refuse(part, &full_name, &file, Problem::error(why)),
            }
        }
    }

    /// A component that is one file, or several that belong together.
    fn component(&mut self, given: &Given<'_>, manifest: &Manifest) {
        let Given { kind, name, files } = given;
        let file = files.keys().find(|path| !path.ends_with("-meta.xml")).or(files.keys().next());
        let file = file.copied().unwrap_or_default().to_owned();
        if !manifest.names(kind.name, name) {
            let problem =
                Problem { text: "Not in package.xml".to_owned(), severity: Severity::Warning, place: None };
            let message = self.message(kind.name, name, &file);
            self.messages.push(Message { problem: Some(problem), ..message });
            return;
        }
        if let Some(namespace) = namespace(kind.name, name) {
            let why = format!(
                "Cannot modify managed object: entity={}, component={name}, namespace={namespace}",
                kind.name
            );
            return self.refuse(kind.name, name, &file, Problem::error(why));
        }
        let looked_at = self.root(given).and_then(|root| {
            check::component(&self.schema, &self.metadata, kind.name, name, &root).map_err(Problem::error)
        });
        match looked_at {
            Ok(()) => {
                let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
                self.keep(kind.name, name, &file, files.collect());
            }
            Err(problem) => self.refuse(kind.name, name, &file, problem),
        }
    }

    /// The root of the XML that a component has; every other XML of it is read too.
    fn root(&self, given: &Given<'_>) -> Result<Element, Problem> {
        let mut root = None;
        for (path, bytes) in &given.files {
            let is_xml = given.kind.form != Form::Content || path.ends_with("-meta.xml");
            let is_about = given.kind.form != Form::Bundle || path.ends_with("-meta.xml");
            if is_xml && is_about {
                root = Some(xml::read(bytes).map_err(|why| unparsed(&why))?);
            }
        }
        let root = root.ok_or_else(|| {
            Problem::error(format!("Missing metadata xml: {}-meta.xml", path(given.kind, &given.name)))
        })?;
        let folder = given.kind.form == Form::InFolders && root.name == format!("{}Folder", given.kind.name);
        if root.name != given.kind.name && !folder {
            let why = format!("Error parsing file: Element {} invalid at this location", root.name);
            return Err(Problem { place: Some((1, 1)), ..Problem::error(why) });
        }
        Ok(root)
    }

    /// What the manifest names and no file has.
    fn missing(&mut self, manifest: &Manifest) {
        let absent: Vec<(String, String)> = manifest
            .members()
            .filter(|(kind, name)| {
                let known = kinds::named(kind).is_some() || kinds::whole_of(kind).is_some();
                let told = |message: &Message| message.kind == *kind && message.full_name == *name;
                *name != manifest::ALL && known && !self.messages.iter().any(told)
            })
            .map(|(kind, name)| (kind.to_owned(), name.to_owned()))
            .collect();
        for (kind, name) in absent {
            let why = format!(
                "An object '{name}' of type {kind} was named in package.xml, but was not found in zipped directory"
            );
            self.refuse(&kind, &name, manifest::PATH, Problem::error(why));
        }
    }

    fn message(&self, kind: &str, name: &str, file: &str) -> Message {
        Message {
            kind: kind.to_owned(),
            full_name: name.to_owned(),
            file_name: file.to_owned(),
            ..Message::default()
        }
    }

    fn refuse(&mut self, kind: &str, name: &str, file: &str, problem: Problem) {
        let message = self.message(kind, name, file);
        self.messages.push(Message { problem: Some(problem), ..message });
    }

    /// Keeps a component, and tells whether it is new or another one now.
    fn keep(&mut self, kind: &str, name: &str, file: &str, files: Files) {
        let (now, by) = (self.now, self.by.to_owned());
        let known = self.metadata.get(kind, name).cloned();
        let (created, changed) = (known.is_none(), known.as_ref().is_none_or(|known| known.files != files));
        let id = known.as_ref().map_or_else(|| (self.next_id)(), |known| known.id.clone());
        let component = Component {
            id: id.clone(),
            files,
            created_at: known.as_ref().map_or(now, |known| known.created_at),
            changed_at: if changed { now } else { known.as_ref().map_or(now, |known| known.changed_at) },
            changed_by: by,
        };
        self.metadata.components.entry(kind.to_owned()).or_default().insert(name.to_owned(), component);
        let message = self.message(kind, name, file);
        self.messages.push(Message { id, created, changed, ..message });
    }
}

/// The files as their paths begin at the manifest, which may be one folder further in.
fn rooted(files: Files) -> Option<Files> {
    if files.contains_key(manifest::PATH) {
        return Some(files);
    }
    let inner = files.keys().find_map(|path| path.strip_suffix(manifest::PATH).map(str::to_owned))?;
    let within = |(path, bytes): (String, Vec<u8>)| Some((path.strip_prefix(&inner)?.to_owned(), bytes));
    Some(files.into_iter().filter_map(within).collect())
}

/// The components that the files make, in the order of their kinds.
fn components(files: &Files) -> Vec<Given<'_>> {
    let mut given: BTreeMap<(usize, String), Given<'_>> = BTreeMap::new();
    for (path, bytes) in files {
        let Some((kind, name)) = kinds::of_path(path) else {
            continue;
        };
        let place = KINDS.iter().position(|known| known.name == kind.name).unwrap_or(KINDS.len());
        let component = given.entry((place, name.clone())).or_insert_with(|| Given {
            kind,
            name: name.clone(),
            files: BTreeMap::new(),
        });
        component.files.insert(path, bytes);
    }
    given.into_values().collect()
}

fn unparsed(why: &Unreadable) -> Problem {
    Problem {
        place: Some((why.line, why.column)),
        ..Problem::error(format!("Error parsing file: {}", why.why))
    }
}

/// A file put together again from what its whole and its parts were: what is retrieved.
pub(crate) fn composed(kind: &Kind, name: &str, metadata: &Metadata, parts: &[(&str, &str)]) -> Vec<u8> {
    let mut elements: Vec<(&str, &[u8])> = Vec::new();
    for (of, component) in parts {
        if let Some(component) = metadata.get(of, component) {
            elements.extend(component.files.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice())));
        }
    }
    debug_assert!(parts.iter().all(|(_, part)| whole_name(kind, part) == name || *part == name));
    elements.sort_by_key(|(key, _)| *key);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{0} xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n",
        kind.name
    )
    .into_bytes();
    for (_, bytes) in elements {
        text.extend([b"    ", bytes, b"\n"].concat());
    }
    text.extend(format!("</{}>\n", kind.name).into_bytes());
    text
}
