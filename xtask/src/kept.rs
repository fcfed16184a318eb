//! What the steps of the tests say is kept, a file a step, so that it can be looked through when they are over
//! ([`crate::secrets`]). Outside of `cargo xtask test` nothing is kept.

use crate::root;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The file of the step that is being taken.
static STEP: Mutex<Option<File>> = Mutex::new(None);

/// Where the files are; each run begins anew.
pub(crate) fn folder() -> PathBuf {
    root().join("target/test-output")
}

/// Forgets what an earlier run said.
pub(crate) fn begin_anew() -> io::Result<()> {
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)
}

/// From here on what is said belongs to this step, the `nth`.
pub(crate) fn begin(nth: usize, name: &str) -> io::Result<()> {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let file = File::create(folder().join(format!("{nth:02}-{plain}.txt")))?;
    *STEP.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    Ok(())
}

/// From here on nothing is kept.
pub(crate) fn end() {
    *STEP.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Whether what is said is kept now.
pub(crate) fn keeps() -> bool {
    STEP.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Keeps a line, with its end. What cannot be kept is not said to be clean: the file is short then, and the disk full.
pub(crate) fn line(bytes: &[u8]) {
    if let Some(file) = STEP.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
        && let Err(error) = file.write_all(bytes)
    {
        eprintln!("xtask: what a step says cannot be kept: {error}");
    }
}
