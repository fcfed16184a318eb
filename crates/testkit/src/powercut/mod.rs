//! A power cut under a real program: a file layer, preloaded into it, keeps a journal of what it writes to one
//! folder and when it asks for that to be durable; afterwards [`Disk`] says what the disk would hold. The layer is
//! `powercut/powercut.c`, compiled by the test, because a program of safe Rust cannot put itself between another
//! one and its system calls.

mod disk;
mod journal;

pub use disk::{Disk, Loss};

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Right before the program's n-th sync takes effect: as much as possible was written and is not durable.
    BeforeSync(u64),
    /// Right before its n-th write.
    BeforeWrite(u64),
}

/// The compiled layer.
#[derive(Clone, Debug)]
pub struct Layer {
    library: PathBuf,
}

impl Layer {
    /// Compiles it into a folder.
    ///
    /// # Errors
    /// There is no C compiler, or it refuses; in words.
    pub fn build(into: &Path) -> Result<Layer, String> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("powercut/powercut.c");
        let library = into.join("powercut.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-o"]);
        compiler.arg(&library).arg(&source).args(["-ldl", "-lpthread"]);
        let output = compiler.output().map_err(|error| {
            format!("the power-cut tests need a C compiler called cc (as the bundled SQLite does): {error}")
        })?;
        if output.status.success() {
            return Ok(Layer { library });
        }
        Err(format!("cc refuses {}: {}", source.display(), String::from_utf8_lossy(&output.stderr)))
    }

    /// The environment of a program whose writes to `folder` go into `journal`. Both are absolute; the journal is
    /// not in the folder.
    pub fn variables(
        &self,
        folder: &Path,
        journal: &Path,
        cut: Option<Cut>,
    ) -> Vec<(&'static str, OsString)> {
        let mut variables = vec![
            ("LD_PRELOAD", self.library.clone().into_os_string()),
            ("POWERCUT_DIR", folder.as_os_str().to_owned()),
            ("POWERCUT_JOURNAL", journal.as_os_str().to_owned()),
        ];
        let place = cut.map(|cut| match cut {
            Cut::BeforeSync(nth) => format!("sync:{nth}"),
            Cut::BeforeWrite(nth) => format!("write:{nth}"),
        });
        variables.extend(place.map(|place| ("POWERCUT_BEFORE", place.into())));
        variables
    }
}
