//! `bitacora backup FILE` and `bitacora restore FILE` (docs/operations.md). How a database is copied while a server
//! writes it is `store`'s.

use super::folder::{BESIDE, DATABASE, DataFolder, with};
use super::{refuse, variables};
use crate::clock::{Machine, Surroundings, rfc3339};
use crate::settings::{Settings, load};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::{Copied, copy_database, settle_log, sync_folder_of};

/// The progress is told each time so much more is copied, in per cent.
const SAY_EVERY_PERCENT: u64 = 10;

pub(super) fn backup(config: Option<&Path>, file: &Path) -> ExitCode {
    finish(settings(config).and_then(|settings| make(&settings, file)))
}

pub(super) fn restore(config: Option<&Path>, file: &Path) -> ExitCode {
    finish(settings(config).and_then(|settings| put_back(&settings, file)))
}

fn finish(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(error),
    }
}

fn settings(config: Option<&Path>) -> Result<Settings, String> {
    load(config, variables()).map_err(|error| error.to_string())
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> String {
    let path = path.to_owned();
    move |error| format!("{}: {error}", path.display())
}

/// Copies the database, which a server may be writing, under a temporary name, and renames the whole of it.
fn make(settings: &Settings, file: &Path) -> Result<(), String> {
    let taken = || format!("{} exists already; a backup replaces nothing", file.display());
    if file.exists() {
        return Err(taken());
    }
    let partial = with(file, &format!(".{}.partial", std::process::id()));
    let copied = copy(&settings.data.dir.join(DATABASE), &partial)?;
    // It may have appeared meanwhile.
    if file.exists() {
        let _ = fs::remove_file(&partial);
        return Err(taken());
    }
    fs::rename(&partial, file).and_then(|()| sync_folder_of(file)).map_err(at(file))?;
    println!("backup: {} ({}, schema {}), checked", file.display(), size(copied.bytes), copied.version);
    Ok(())
}

/// Puts a checked copy of `file` in the place of the database, and keeps what it replaces.
fn put_back(settings: &Settings, file: &Path) -> Result<(), String> {
    let folder = DataFolder::to_restore(&settings.data.dir).map_err(text)?;
    let (database, restoring) = (folder.database(), folder.restoring());
    for name in [restoring.clone(), with(&restoring, "-journal")] {
        match fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(at(&name)(error)),
            _ => {}
        }
    }
    let copied = copy(file, &restoring)?;
    sync_folder_of(&restoring).map_err(at(&restoring))?;
    let kept = set_aside(&database)?;
    fs::rename(&restoring, &database).and_then(|()| sync_folder_of(&database)).map_err(at(&database))?;
    println!("restored: {} ({}, schema {}), checked", database.display(), size(copied.bytes), copied.version);
    match kept {
        Some(kept) => println!("what it replaces is kept: {}", kept.display()),
        None => println!("there was no database before"),
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<Copied, String> {
    let mut told = 0;
    let mut progress = |done: u64, all: u64| {
        let percent = (done * 100).checked_div(all).unwrap_or(100);
        if percent >= told + SAY_EVERY_PERCENT {
            told = percent - percent % SAY_EVERY_PERCENT;
            eprintln!("copied: {told} %");
        }
    };
    copy_database(from, to, &mut progress).map_err(text)
}

/// Renames the database that is to be replaced; answers the new name.
fn set_aside(database: &Path) -> Result<Option<PathBuf>, String> {
    if !database.exists() {
        return Ok(None);
    }
    // What is only in the log goes into the file, so that there is one file to rename. One that is damaged is kept
    // as it is, together with its log.
    let _ = settle_log(database);
    let now = rfc3339(Machine.now());
    let seconds: String = now.chars().take_while(|letter| *letter != '.').collect();
    let kept = with(database, &format!(".replaced-{}", seconds.replace(':', "-")));
    if kept.exists() {
        return Err(format!("{} exists already; try again in a second", kept.display()));
    }
    for behind in BESIDE.into_iter().chain([""]) {
        let (from, to) = (with(database, behind), with(&kept, behind));
        if from.exists() {
            fs::rename(&from, &to).map_err(at(&from))?;
        }
    }
    sync_folder_of(database).map_err(at(database))?;
    Ok(Some(kept))
}

fn text(error: impl Display) -> String {
    error.to_string()
}

fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes < MIB { format!("{} KiB", bytes.div_ceil(1024)) } else { format!("{} MiB", bytes.div_ceil(MIB)) }
}
