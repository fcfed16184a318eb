//! A real Asterisk for the live tests: Debian's packages, unpacked beside what is built. Nothing is installed and
//! nobody has to be root; the machine's own packages stay as they are, because apt is given a state of its own.

use crate::child::{Ran, answers, run};
use crate::{stopwatch, tools};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says to the live tests where the unpacked packages are; `testkit::pbx` reads it.
pub(crate) const VARIABLE: &str = "BITACORA_ASTERISK";
/// Says which release of Debian's is taken.
const SUITE_VARIABLE: &str = "BITACORA_ASTERISK_SUITE";
/// The releases that have it, the usual one first: Asterisk 22, and 16.
const SUITES: [&str; 2] = ["forky", "bullseye"];
const PACKAGES: [&str; 2] = ["asterisk", "asterisk-moh-opsound-gsm"];
/// What else the older release wants: there, leaving messages is a package of its own.
const OLDER_PACKAGES: [&str; 1] = ["asterisk-voicemail"];
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The folder with an unpacked Asterisk, fetched where it is not there yet.
///
/// # Errors
/// Why there is none, in a sentence.
pub(crate) fn need() -> Result<PathBuf, String> {
    // Whoever has one, names it.
    if let Some(named) = std::env::var_os(VARIABLE).map(PathBuf::from) {
        let missing = || format!("the variable {VARIABLE} names {}, which is not there", named.display());
        return named.is_dir().then(|| named.clone()).ok_or_else(missing);
    }
    let suite =
        std::env::var_os(SUITE_VARIABLE).map_or_else(|| SUITES[0].into(), OsString::into_encoded_bytes);
    let suite = String::from_utf8_lossy(&suite).into_owned();
    if !SUITES.contains(&suite.as_str()) {
        return Err(format!("the variable {SUITE_VARIABLE} takes {}, not {suite:?}", SUITES.join(" and ")));
    }
    let whole = cache().join(&suite);
    if !is_whole(&suite, &whole) {
        // One that was fetched when fewer packages were wanted.
        let _ = fs::remove_dir_all(&whole);
        stopwatch::announce(&format!("fetching Asterisk of Debian's {suite} (about 80 MB, once)"));
        stopwatch::timed("fetched Asterisk", || fetch(&suite, &whole))?;
    }
    Ok(whole)
}

/// What is taken of a release.
fn packages(suite: &str) -> Vec<&'static str> {
    let older = OLDER_PACKAGES.iter().filter(|_| suite != SUITES[0]);
    PACKAGES.iter().chain(older).copied().collect()
}

/// Whether all of it is there; each package of Debian's says so with a folder of its own.
fn is_whole(suite: &str, whole: &Path) -> bool {
    packages(suite).iter().all(|package| whole.join("usr/share/doc").join(package).exists())
}

/// Beside what cargo builds, which is where this program lies: git ignores it, and `cargo clean` does away with it.
fn cache() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    here.ancestors().nth(2).unwrap_or(Path::new(".")).join("asterisk")
}

/// Unpacks into a folder of another name, so that what was interrupted is never taken for whole.
fn fetch(suite: &str, whole: &Path) -> Result<(), String> {
    for program in ["apt-get", "dpkg-deb"] {
        if tools::on_path(program).is_none() {
            return Err(format!("{program} is missing, which fetches Asterisk for the live tests"));
        }
    }
    let part = whole.with_file_name(format!("{suite}.{}", std::process::id()));
    let fetched = fetch_into(suite, &part, whole);
    // Where it went well there is only what apt needed.
    let _ = fs::remove_dir_all(&part);
    fetched
}

fn fetch_into(suite: &str, part: &Path, whole: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", part.display());
    let (tree, archives) = (part.join("tree"), part.join("cache/archives"));
    for folder in [&tree, &archives.join("partial"), &part.join("state/lists/partial")] {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mirror = mirror()?;
    let source = format!("deb [signed-by={KEYS}] {mirror} {suite} main\n");
    fs::write(part.join("sources.list"), source)
        .and_then(|()| fs::write(part.join("status"), ""))
        .map_err(failed)?;
    apt(part, &["update"])
        .map_err(|why| format!("{mirror} has no Debian {suite}, or cannot be reached: {why}"))?;
    apt(part, &[&["--yes", "--download-only", "install"], packages(suite).as_slice()].concat())?;
    for archive in fs::read_dir(&archives).map_err(failed)?.flatten().map(|entry| entry.path()) {
        if archive.extension().is_some_and(|ending| ending == "deb") {
            well(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(&tree))?;
        }
    }
    if !tree.join("usr/sbin/asterisk").is_file() {
        return Err(format!("the packages of Debian {suite} hold no Asterisk"));
    }
    match fs::rename(&tree, whole) {
        // Somebody else was faster; theirs is as good.
        Err(_) if whole.is_dir() => Ok(()),
        renamed => renamed.map_err(failed),
    }
}

/// The mirror that this machine takes its own packages from.
fn mirror() -> Result<String, String> {
    let mut listed = Command::new("apt-get");
    listed.args(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
    let listed = answers(&mut listed).unwrap_or_default();
    let first = listed.lines().find(|line| line.contains("debian") && !line.contains("security"));
    first.map(str::to_owned).ok_or_else(|| "apt-get knows no mirror of Debian here".to_owned())
}

/// Runs apt-get with a state of its own in `part`.
fn apt(part: &Path, args: &[&str]) -> Result<(), String> {
    let mut command = Command::new("apt-get");
    let option = |name: &str, value: &str| ["-o".to_owned(), format!("{name}={value}")];
    let within = |name: &str| part.join(name).display().to_string();
    for (name, value) in [
        ("Dir::Etc::SourceList", within("sources.list")),
        ("Dir::Etc::SourceParts", "/dev/null".to_owned()),
        ("Dir::Etc::Preferences", "/dev/null".to_owned()),
        ("Dir::Etc::PreferencesParts", "/dev/null".to_owned()),
        ("Dir::State", within("state")),
        ("Dir::State::status", within("status")),
        ("Dir::Cache", within("cache")),
    ] {
        command.args(option(name, &value));
    }
    for (name, value) in [
        // A mirror may be a snapshot of some past day.
        ("Acquire::Check-Valid-Until", "false"),
        ("APT::Install-Recommends", "false"),
        ("APT::Sandbox::User", ""),
        ("Debug::NoLocking", "1"),
        // A mirror that holds part of a release is no mirror.
        ("APT::Update::Error-Mode", "any"),
    ] {
        command.args(option(name, value));
    }
    well(command.arg("--quiet=2").args(args))
}

fn well(command: &mut Command) -> Result<(), String> {
    match run(command) {
        Ran::Well => Ok(()),
        other => Err(format!("{}: {other}", command.get_program().display())),
    }
}
