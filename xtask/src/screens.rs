//! `cargo xtask screens`: pictures of every state of every page, by the very tests that look at them, and those of the
//! READMEs. People look at them; no test compares them.

use crate::child::{Ran, cargo, in_web, run};
use crate::suite::{BINARY_VARIABLE, server_binary};
use crate::{Outcome, root, stopwatch, tools, web};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the tests put their pictures.
const FOLDER_VARIABLE: &str = "BITACORA_SCREENS";
/// Makes the tests take the READMEs' pictures as well.
const README_VARIABLE: &str = "BITACORA_PICTURES";
/// The folders of the browser tests, below `web`.
const TESTS: [&str; 2] = ["tests/ui", "tests/e2e"];
/// What tests that look at a state call.
const LOOKS: [&str; 2] = ["inspect(", "take("];

pub(crate) fn take_all() -> Outcome {
    tools::need_node()?;
    tools::need_program("sqlite3")?;
    let browser = tools::need_browser()?;
    web::install()?;
    web::build()?;
    match run(cargo().args(["build", "-p", "bitacora-server"])) {
        Ran::Well => {}
        other => return Err(format!("the server could not be built: {other}")),
    }
    let folder = root().join("target/screens");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut playwright = in_web("npx");
    playwright.args(["--no-install", "playwright", "test"]).args(specs_that_look()?);
    playwright.env("CHROMIUM", browser).env(BINARY_VARIABLE, server_binary());
    playwright.env(FOLDER_VARIABLE, &folder).env(README_VARIABLE, "1");
    let outcome = stopwatch::timed("took the pictures", || match run(&mut playwright) {
        Ran::Well => Ok(()),
        other => Err(format!("not every state could be looked at: {other}")),
    });
    let sheet = contact_sheet(&folder)?;
    println!("==> all of them on one page: {}", sheet.display());
    outcome
}

/// The tests that take pictures: they are found rather than listed, so that none is forgotten.
fn specs_that_look() -> Result<Vec<String>, String> {
    let mut specs = Vec::new();
    for folder in TESTS {
        for path in files_in(&root().join("web").join(folder))? {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".spec.ts") && LOOKS.iter().any(|call| text.contains(call)) {
                specs.push(format!("{folder}/{name}"));
            }
        }
    }
    Ok(specs)
}

/// A page that shows every picture of the folder with its name.
fn contact_sheet(folder: &Path) -> Result<PathBuf, String> {
    let mut page = String::from("<!doctype html><meta charset=utf-8><title>Bitácora</title>\n");
    page += "<style>figure{display:inline-block;margin:8px;vertical-align:top}img{max-width:480px;border:1px solid #ccc}</style>\n";
    for path in files_in(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        page +=
            &format!("<figure><figcaption>{name}</figcaption><img loading=lazy src=\"{name}\"></figure>\n");
    }
    let sheet = folder.join("index.html");
    fs::write(&sheet, page).map_err(|error| format!("{}: {error}", sheet.display()))?;
    Ok(sheet)
}

/// The files of a folder, by name.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(told)?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(told)?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}
