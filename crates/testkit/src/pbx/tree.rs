//! Where the unpacked packages are, and what of them is run.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Names the folder; `cargo xtask test` sets it.
const VARIABLE: &str = "BITACORA_ASTERISK";

/// The parts of an unpacked Asterisk.
pub(super) struct Tree {
    /// The system's loader of programs that belongs to these libraries.
    pub(super) loader: PathBuf,
    pub(super) libraries: PathBuf,
    pub(super) modules: PathBuf,
    pub(super) program: PathBuf,
    pub(super) data: PathBuf,
}

impl Tree {
    pub(super) fn at(root: &Path) -> io::Result<Tree> {
        let nothing =
            || io::Error::new(io::ErrorKind::NotFound, format!("no Asterisk in {}", root.display()));
        // Debian has a folder of libraries for each kind of processor, and had some of them outside of `usr`.
        let of_processor = |folder: &PathBuf| folder.to_string_lossy().ends_with("-linux-gnu");
        let mut libraries = Vec::new();
        for folder in ["usr/lib", "lib"].map(|name| root.join(name)).iter().filter(|folder| folder.is_dir()) {
            libraries.extend(entries(folder)?.into_iter().filter(of_processor));
        }
        let mut loaders = Vec::new();
        for folder in &libraries {
            loaders.extend(entries(folder)?.into_iter().filter(|file| is_loader(file)));
        }
        // Its own libraries lie here in older releases.
        libraries.push(root.join("usr/lib"));
        let beside = libraries.iter().map(|folder| folder.join("asterisk/modules"));
        let mut modules = beside.chain([root.join("usr/lib/asterisk/modules")]);
        Ok(Tree {
            loader: loaders.into_iter().next().ok_or_else(nothing)?,
            modules: modules.find(|folder| folder.is_dir()).ok_or_else(nothing)?,
            libraries: PathBuf::from(std::env::join_paths(&libraries).map_err(io::Error::other)?),
            program: root.join("usr/sbin/asterisk"),
            data: root.join("usr/share/asterisk"),
        })
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

fn is_loader(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"ld-linux"))
}

/// The folder of the unpacked packages. Where there is none the test has nothing to call on, and says so.
///
/// # Panics
/// There is none, and this is a build machine (`CI=true`), where nothing may be left out.
pub fn found() -> Option<PathBuf> {
    let named = variable(VARIABLE).map(PathBuf::from);
    let found = named.or_else(|| fetched_before(&std::env::current_exe().ok()?));
    if found.is_none() {
        assert_ne!(
            variable("CI").as_deref(),
            Some("true"),
            "{VARIABLE} names no Asterisk for the live tests"
        );
        let sentence = format!(
            "\nLEFT OUT: no live test against a real Asterisk, because there is none: `cargo xtask asterisk` fetches \
             it ({VARIABLE} names another)\n"
        );
        // Not by a macro: what those print is hidden unless the test fails.
        let _ = io::stderr().write_all(sentence.as_bytes());
    }
    found
}

/// What `cargo xtask asterisk` fetched before, beside what cargo builds.
fn fetched_before(test: &Path) -> Option<PathBuf> {
    let usual = test.ancestors().map(|folder| folder.join("asterisk/forky"));
    usual.into_iter().find(|folder| folder.join("usr/sbin/asterisk").is_file())
}

#[expect(clippy::disallowed_methods, reason = "where Asterisk is, is told by the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
