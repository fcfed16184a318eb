//! A release binary has the web pages in it. Without them it would build, start and show nothing, so the build
//! stops here with a sentence instead. Debug builds read the pages from the disk while they run, and so the
//! folder may be empty; it has to be there, for the pages' own macro looks for it.

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script what it builds by the environment")]
fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() != Ok("release") {
        // The folder is git-ignored and the next build of the pages empties it.
        if let Err(error) = std::fs::create_dir_all(&dist) {
            println!("cargo::error=web/dist cannot be made: {error}");
        }
        return;
    }
    // Pages built anew have new names, and those are only seen when the crate is compiled again.
    println!("cargo::rerun-if-changed={}", dist.display());
    if !dist.join("panel.html").exists() {
        println!(
            "cargo::error=the web pages are not built, and a release binary carries them: run `cargo xtask web` first"
        );
    }
}
