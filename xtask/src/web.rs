//! The pages. Installing and building are left out where nothing changed since the last time; what the last
//! time was is noted in `node_modules`, so that the note dies with what it describes.

use crate::child::{Ran, in_web, run};
use crate::{Outcome, root, stopwatch};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// What the built pages depend on, beside the installed packages.
const SOURCES: [&str; 8] = [
    "src",
    "build",
    "app.html",
    "panel.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "svelte.config.js",
];

fn web() -> PathBuf {
    root().join("web")
}

/// Fetches the packages, where the lock file changed.
pub(crate) fn install() -> Outcome {
    let note = web().join("node_modules/.bitacora-installed");
    let wanted = fingerprint(&[web().join("package-lock.json")]);
    if fs::read_to_string(&note).is_ok_and(|noted| noted == wanted) {
        return Ok(());
    }
    stopwatch::announce("fetching what the pages are built of");
    stopwatch::timed("fetched", || match run(in_web("npm").args(["ci", "--no-progress"])) {
        Ran::Well => fs::write(&note, wanted).map_err(|error| format!("{}: {error}", note.display())),
        other => Err(format!("npm ci: {other}")),
    })
}

/// Builds the pages, where one of their sources changed.
pub(crate) fn build() -> Outcome {
    let note = web().join("node_modules/.bitacora-built");
    let sources: Vec<PathBuf> = SOURCES.iter().map(|name| web().join(name)).collect();
    let wanted = fingerprint(&sources);
    if is_built() && fs::read_to_string(&note).is_ok_and(|noted| noted == format!("{wanted} {}", built_at()))
    {
        return Ok(());
    }
    stopwatch::announce("building the pages");
    stopwatch::timed("built the pages", || match run(in_web("npm").args(["run", "build"])) {
        Ran::Well => fs::write(&note, format!("{wanted} {}", built_at()))
            .map_err(|error| format!("{}: {error}", note.display())),
        other => Err(format!("npm run build: {other}")),
    })
}

/// Whether there are built pages, of whatever age.
pub(crate) fn is_built() -> bool {
    page().exists()
}

fn page() -> PathBuf {
    web().join("dist/panel.html")
}

/// When the pages were last built: somebody may have built them from other sources meanwhile.
fn built_at() -> u128 {
    let changed = fs::metadata(page()).and_then(|about| about.modified()).ok();
    changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_nanos())
}

fn fingerprint(paths: &[PathBuf]) -> String {
    let mut hasher = DefaultHasher::new();
    paths.iter().for_each(|path| hash_tree(path, &mut hasher));
    format!("{:016x}", hasher.finish())
}

fn hash_tree(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    match fs::read_dir(path) {
        Ok(entries) => {
            let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            inside.sort();
            inside.iter().for_each(|path| hash_tree(path, hasher));
        }
        Err(_) => fs::read(path).unwrap_or_default().hash(hasher),
    }
}
