//! What has to be on the machine, and what to say where it is not.

use crate::child::{Ran, answers, cargo, run};
use crate::{Outcome, stopwatch};
use std::path::PathBuf;
use std::process::Command;

/// The oldest Node.js that builds the pages.
const MIN_NODE: u32 = 20;
/// What browsers are called, in order of preference.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// What draws pages like the browser and has no windows of its own.
const SHELL: &str = "chromium-headless-shell";

/// Node.js and npm, which build the pages.
pub(crate) fn need_node() -> Outcome {
    let install = format!(
        "install Node.js {MIN_NODE} or newer, npm comes with it: on Debian and Ubuntu `apt-get install nodejs npm`, \
         elsewhere see nodejs.org"
    );
    let version = answers(Command::new("node").arg("--version"))
        .ok_or_else(|| format!("Node.js is missing, it builds the pages; {install}"))?;
    match major(&version) {
        Some(found) if found < MIN_NODE => Err(format!("Node.js {version} is too old; {install}")),
        _ => answers(Command::new("npm").arg("--version"))
            .map(|_| ())
            .ok_or_else(|| format!("npm is missing, it fetches what the pages are built of; {install}")),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// A component of the Rust toolchain, by the cargo command that it brings; added where rustup can.
pub(crate) fn need_component(command: &str, component: &str) -> Outcome {
    if answers(cargo().args([command, "--version"])).is_some() {
        return Ok(());
    }
    match run(Command::new("rustup").args(["component", "add", component])) {
        Ran::Well => Ok(()),
        _ => Err(format!("{component} is missing; add it with `rustup component add {component}`")),
    }
}

/// The browser that the page tests drive; installed where it can be.
///
/// # Errors
/// What to install, in a sentence.
pub(crate) fn need_browser() -> Result<PathBuf, String> {
    // The same variable that web/playwright.config.ts reads.
    if let Some(named) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        let missing = || format!("the variable CHROMIUM names {}, which is not there", named.display());
        return named.exists().then(|| named.clone()).ok_or_else(missing);
    }
    let find = || BROWSERS.iter().find_map(|name| on_path(name));
    find().map_or_else(
        || {
            apt_install("chromium")?;
            find().ok_or_else(|| {
                "the package chromium was installed, and there is no chromium still".to_owned()
            })
        },
        Ok,
    )
}

/// What shows the pages in their states: the browser without its windows, which takes a fifth less of the processor;
/// installed where it can be, else the browser itself. `CHROMIUM` names one for everything.
///
/// # Errors
/// What to install, in a sentence.
pub(crate) fn need_shell() -> Result<PathBuf, String> {
    if std::env::var_os("CHROMIUM").is_none() {
        if let Some(found) = on_path(SHELL) {
            return Ok(found);
        }
        // Not every distribution has it, and none is needed.
        if apt_install(SHELL).is_ok()
            && let Some(installed) = on_path(SHELL)
        {
            return Ok(installed);
        }
    }
    need_browser()
}

/// A program that tests run, from the package of the same name; installed where it can be.
pub(crate) fn need_program(name: &str) -> Outcome {
    if on_path(name).is_some() { Ok(()) } else { apt_install(name) }
}

/// A JDK, for what looks at the Apex of the Salesforce package; installed where it can be. A runtime alone does not run
/// the source file that asks PMD.
pub(crate) fn need_jdk() -> Outcome {
    if on_path("javac").is_some() { Ok(()) } else { apt_install("default-jdk-headless") }
}

pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn apt_install(package: &str) -> Outcome {
    let missing = |why: &str| {
        Err(format!(
            "{package} is missing and {why}; install it, on Debian and Ubuntu with `apt-get install {package}`"
        ))
    };
    if on_path("apt-get").is_none() {
        return missing("there is no apt-get here");
    }
    if answers(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return missing("only root may install it");
    }
    stopwatch::announce(&format!("installing {package}"));
    let apt =
        |args: &[&str]| run(Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"));
    // An update that fails in part (one source of many is down) may still be good enough for the install.
    apt(&["update", "-qq"]);
    match apt(&["install", "-y", "-qq", "--no-install-recommends", package]) {
        Ran::Well => Ok(()),
        _ => missing("apt-get could not install it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_node_answers() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("18.0.0"), Some(18));
        assert_eq!(major("nonsense"), None);
    }
}
