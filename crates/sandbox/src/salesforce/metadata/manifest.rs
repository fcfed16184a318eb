//! `package.xml`: which components are meant.

use super::xml::{self, Element, Unreadable, escaped};
use std::collections::BTreeMap;

/// The path of a manifest in a deployment.
pub(crate) const PATH: &str = "package.xml";
/// The name that means all components of a kind.
pub(crate) const ALL: &str = "*";

/// Components by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) version: String,
    /// Names of components, by the names of their kinds.
    pub(crate) types: BTreeMap<String, Vec<String>>,
}

impl Manifest {
    /// Reads a manifest.
    pub(crate) fn read(bytes: &[u8]) -> Result<Manifest, Unreadable> {
        Ok(Manifest::of(&xml::read(bytes)?))
    }

    /// What the element of a manifest says, whatever it is called.
    pub(crate) fn of(element: &Element) -> Manifest {
        let mut manifest = Manifest { version: element.said("version").to_owned(), ..Manifest::default() };
        for kind in element.all("types") {
            // Some clients name a folder with a stroke behind it.
            let members = kind.all("members").map(|member| member.text.trim_end_matches('/').to_owned());
            manifest.types.entry(kind.said("name").to_owned()).or_default().extend(members);
        }
        manifest
    }

    /// Every kind and name.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.types
            .iter()
            .flat_map(|(kind, members)| members.iter().map(move |name| (kind.as_str(), name.as_str())))
    }

    /// Whether a component is meant.
    pub(crate) fn names(&self, kind: &str, name: &str) -> bool {
        self.types
            .get(kind)
            .is_some_and(|members| members.iter().any(|member| member == name || member == ALL))
    }

    /// As a file.
    pub(crate) fn written(&self) -> Vec<u8> {
        let mut text = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n",
        );
        for (kind, members) in &self.types {
            text.push_str("    <types>\n");
            members
                .iter()
                .for_each(|name| text.push_str(&format!("        <members>{}</members>\n", escaped(name))));
            text.push_str(&format!("        <name>{}</name>\n    </types>\n", escaped(kind)));
        }
        text.push_str(&format!("    <version>{}</version>\n</Package>\n", escaped(&self.version)));
        text.into_bytes()
    }
}
