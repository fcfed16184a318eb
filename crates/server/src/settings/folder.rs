//! Folders that a phone system writes into and that can be read here, over a network or on the same machine.

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Such a folder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderSettings {
    /// Where it is here.
    pub folder: PathBuf,
    /// What the phone system calls it; the same, where empty.
    #[serde(default)]
    pub told_as: Option<PathBuf>,
}

impl FolderSettings {
    /// The folder as the phone system calls it.
    pub fn told_as(&self) -> &Path {
        self.told_as.as_deref().unwrap_or(&self.folder)
    }

    /// Why it cannot be used. That it is not there now is no reason: a network may come back.
    pub(super) fn fault(&self) -> Option<String> {
        let paths = [Some(self.folder.as_path()), self.told_as.as_deref()];
        let wrong = paths.into_iter().flatten().find(|path| !path.is_absolute())?;
        Some(format!("{}: a folder's whole path, from the root", wrong.display()))
    }
}
