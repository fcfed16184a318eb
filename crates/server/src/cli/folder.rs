//! The data folder: which file is which, and that one process at a time works in it. What the files hold is `store`'s.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Name of the database.
pub(super) const DATABASE: &str = "bitacora.db";
/// Names of the files that SQLite keeps beside the database, by what is put behind its name.
pub(super) const BESIDE: [&str; 2] = ["-wal", "-shm"];
/// Name of the file that whoever works in the folder holds locked. It stays when they end; the lock does not, however
/// they end.
const LOCK: &str = "bitacora.lock";
/// Name of the new database while a restore is under way.
const RESTORING: &str = "bitacora.db.restoring";

/// Why the folder cannot be worked in.
#[derive(Debug, thiserror::Error)]
pub(super) enum FolderError {
    /// It cannot be made, or its lock cannot be had for another reason than somebody's having it.
    #[error("setting data.dir: {}: {source}", dir.display())]
    Unusable {
        /// The folder.
        dir: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process works in it.
    #[error("{} is in use: a server runs on this folder, or a restore is under way; stop it first", dir.display())]
    InUse {
        /// The folder.
        dir: PathBuf,
    },
    /// A restore was cut short, and which database is the right one is not for a server to say.
    #[error(
        "a restore into {} was cut short: run `bitacora restore` again; {} is what it had copied so far",
        dir.display(),
        restoring.display()
    )]
    HalfRestored {
        /// The folder.
        dir: PathBuf,
        /// What the restore left.
        restoring: PathBuf,
    },
}

/// A data folder that nobody else works in for as long as this lives.
#[derive(Debug)]
pub(super) struct DataFolder {
    dir: PathBuf,
    /// Unlocked when it is closed.
    _lock: File,
}

impl DataFolder {
    /// Takes the folder for a server; it is made where there is none.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub(super) fn to_serve(dir: &Path) -> Result<Self, FolderError> {
        let folder = Self::to_restore(dir)?;
        let restoring = folder.restoring();
        if restoring.exists() {
            return Err(FolderError::HalfRestored { dir: dir.to_owned(), restoring });
        }
        Ok(folder)
    }

    /// Takes the folder for a restore, which may find one before it cut short.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub(super) fn to_restore(dir: &Path) -> Result<Self, FolderError> {
        let unusable = |source| FolderError::Unusable { dir: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(unusable)?;
        let lock = File::options().create(true).truncate(false).write(true).open(dir.join(LOCK));
        let lock = lock.map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(DataFolder { dir: dir.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse { dir: dir.to_owned() }),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }

    /// The database.
    pub(super) fn database(&self) -> PathBuf {
        self.dir.join(DATABASE)
    }

    /// The new database while a restore is under way.
    pub(super) fn restoring(&self) -> PathBuf {
        self.dir.join(RESTORING)
    }
}

/// A file's name with something behind it.
pub(super) fn with(path: &Path, behind: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(behind);
    name.into()
}
