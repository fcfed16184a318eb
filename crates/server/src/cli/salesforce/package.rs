//! The zip files that layouts come and go in.

use super::soap::escaped;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Largest layout that is taken, in bytes, unpacked. One of a thousand fields has a megabyte.
const MAX_LAYOUT_BYTES: u64 = 16 * 1024 * 1024;
/// Where layouts are.
const FOLDER: &str = "layouts/";
/// What the names of their files end with.
const ENDING: &str = ".layout";

/// Layouts by their full names.
pub(super) type Layouts = BTreeMap<String, Vec<u8>>;

/// A zip file that is none, or holds what no layout is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the zip file of layouts cannot be read")]
pub(super) struct BadPackage;

/// The layouts in a zip file, wherever its folder begins.
pub(super) fn unpack(zip: &[u8]) -> Result<Layouts, BadPackage> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|_| BadPackage)?;
    let mut layouts = Layouts::new();
    for nth in 0..archive.len() {
        let file = archive.by_index(nth).map_err(|_| BadPackage)?;
        let name = file.name().split_once(FOLDER).and_then(|(_, name)| name.strip_suffix(ENDING));
        let Some(name) = name.map(str::to_owned) else {
            continue;
        };
        let mut content = Vec::new();
        file.take(MAX_LAYOUT_BYTES + 1).read_to_end(&mut content).map_err(|_| BadPackage)?;
        if content.len() as u64 > MAX_LAYOUT_BYTES {
            return Err(BadPackage);
        }
        layouts.insert(name, content);
    }
    Ok(layouts)
}

/// A zip file with these layouts and their manifest: what can be deployed.
pub(super) fn pack(layouts: &Layouts, version: &str) -> Result<Vec<u8>, BadPackage> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |path: &str, content: &[u8]| {
        writer.start_file(path, SimpleFileOptions::default()).map_err(|_| BadPackage)?;
        writer.write_all(content).map_err(|_| BadPackage)
    };
    add("package.xml", manifest(layouts, version).as_bytes())?;
    for (name, content) in layouts {
        add(&format!("{FOLDER}{name}{ENDING}"), content)?;
    }
    writer.finish().map(Cursor::into_inner).map_err(|_| BadPackage)
}

fn manifest(layouts: &Layouts, version: &str) -> String {
    let members: String =
        layouts.keys().map(|name| format!("        <members>{}</members>\n", escaped(name))).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <types>\n\
         {members}        <name>Layout</name>\n    </types>\n    <version>{version}</version>\n</Package>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_packed_with_a_manifest_and_unpacked_the_same() {
        let layouts = Layouts::from([("Contact-A & B".to_owned(), b"<Layout/>\r\n".to_vec())]);
        let zip = pack(&layouts, "66.0").expect("packed");
        assert_eq!(unpack(&zip), Ok(layouts.clone()));
        assert!(manifest(&layouts, "66.0").contains("<members>Contact-A &amp; B</members>"));
        assert_eq!(unpack(b"no zip"), Err(BadPackage));
    }
}
