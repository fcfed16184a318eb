//! The components that an org has besides its objects and fields: what was deployed, file by file, byte for byte.

use super::archive::Files;
use super::kinds::{self, Kind};
use super::report::Deployment;
use super::retrieve::Retrieval;
use domain::id::At;
use std::collections::BTreeMap;

/// A component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) id: String,
    /// Its files by their paths; of a part of a file, the element that it is.
    pub(crate) files: Files,
    pub(crate) created_at: At,
    pub(crate) changed_at: At,
    /// The id of the user who changed it last.
    pub(crate) changed_by: String,
}

/// Names of a kind's components, and these.
pub(crate) type OfKind = BTreeMap<String, Component>;

/// All components, and what became of deployments and retrievals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) components: BTreeMap<String, OfKind>,
    pub(crate) deployments: BTreeMap<String, Deployment>,
    pub(crate) retrievals: BTreeMap<String, Retrieval>,
}

impl Metadata {
    /// A component by its kind and full name.
    pub(crate) fn get(&self, kind: &str, name: &str) -> Option<&Component> {
        self.components.get(kind)?.get(name)
    }
}

/// The namespace of the managed package that a component is of: `Contact-acme__Contact Layout`, `acme__Thing__c`.
pub(crate) fn namespace<'a>(kind: &str, name: &'a str) -> Option<&'a str> {
    let own = match kind {
        "Layout" => name.split_once('-').map_or(name, |(_, layout)| layout),
        // The translation of an object is named for it: `Thing__c-es`.
        "CustomObjectTranslation" => name.rsplit_once('-').map_or(name, |(object, _)| object),
        _ => name.rsplit(['.', '/']).next().unwrap_or(name),
    };
    let bare = own.strip_suffix("__c").unwrap_or(own);
    let (namespace, _) = bare.split_once("__")?;
    let is_one = namespace.starts_with(|c: char| c.is_ascii_alphabetic())
        && namespace.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_one.then_some(namespace)
}

/// The path of the file that a component, or what it is a part of, is in.
pub(crate) fn path(kind: &Kind, name: &str) -> String {
    match kind.ending {
        "" => format!("{}/{name}", kind.folder),
        ending => format!("{}/{name}.{ending}", kind.folder),
    }
}

/// The path that properties of a component name.
pub(crate) fn path_of(kind: &str, name: &str) -> String {
    match (kinds::named(kind), kinds::whole_of(kind)) {
        (Some(kind), _) => path(kind, name),
        (None, Some((whole, _))) => path(whole, whole_name(whole, name)),
        (None, None) => String::new(),
    }
}

/// The name of what a part is a part of: of `Contact.Code__c` it is `Contact`; labels are parts of the one file there is.
pub(crate) fn whole_name<'a>(whole: &Kind, part: &'a str) -> &'a str {
    match whole.name {
        "CustomLabels" => "CustomLabels",
        _ => part.split_once('.').map_or(part, |(whole, _)| whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_of_a_managed_package_names_its_namespace() {
        for (kind, name, expected) in [
            ("Layout", "Contact-acme__Contact Layout", Some("acme")),
            ("Layout", "Contact-Contact Layout", None),
            ("Layout", "acme__Thing__c-Thing Layout", None),
            ("CustomObject", "acme__Thing__c", Some("acme")),
            ("CustomObject", "Call_Activity__c", None),
            ("CustomObjectTranslation", "Call_Activity__c-es", None),
            ("CustomObjectTranslation", "acme__Thing__c-es_MX", Some("acme")),
            ("CustomField", "Contact.acme__Code__c", Some("acme")),
            ("CustomField", "acme__Thing__c.Own__c", None),
        ] {
            assert_eq!(namespace(kind, name), expected, "{kind} {name}");
        }
    }
}
