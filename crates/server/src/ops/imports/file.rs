//! Where the files of imports lie, and how one gets there: as it comes, never held whole, and under its name only once all of it
//! is on disk.

use crate::settings::Settings;
use domain::id::ImportId;
use std::io;
use std::path::{Path, PathBuf};
use store::sync_folder_of;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

/// The folder within that of the data.
const FOLDER: &str = "imports";
/// What a file that is not whole is called after its name.
const PART: &str = "part";
/// A character takes so many bytes at most.
const MAX_CHAR_BYTES: usize = 4;

/// The folder of a tenant's files.
pub fn folder(settings: &Settings, slug: &str) -> PathBuf {
    settings.data.dir.join(FOLDER).join(slug)
}

/// The file of an import.
pub fn path_of(folder: &Path, id: ImportId) -> PathBuf {
    folder.join(format!("{id}.csv"))
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is larger than so many bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// It is not text in UTF-8.
    #[error("no text in UTF-8")]
    NotText,
    /// It cannot be written.
    #[error(transparent)]
    Unwritten(#[from] io::Error),
}

/// A file on its way in. What is left of it when it is not finished goes with the next start.
pub struct Incoming {
    file: File,
    part: PathBuf,
    path: PathBuf,
    limit: u64,
    bytes: u64,
    /// The begin of a character whose other bytes are still to come.
    pending: Vec<u8>,
}

impl Incoming {
    /// Begins a file of at most `limit` bytes.
    ///
    /// # Errors
    /// It cannot be made.
    pub async fn begin(folder: &Path, id: ImportId, limit: u64) -> Result<Incoming, NotTaken> {
        fs::create_dir_all(folder).await?;
        let path = path_of(folder, id);
        let part = path.with_extension(PART);
        let mut options = fs::OpenOptions::new();
        // Nobody else reads it: it holds customers' data.
        let file = options.write(true).create_new(true).mode(0o600).open(&part).await?;
        Ok(Incoming { file, part, path, limit, bytes: 0, pending: Vec::new() })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// The file is refused, or cannot be written; nothing of it stays.
    pub async fn take(&mut self, bytes: &[u8]) -> Result<(), NotTaken> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.limit {
            return Err(NotTaken::TooLarge(self.limit));
        }
        self.look_at(bytes)?;
        Ok(self.file.write_all(bytes).await?)
    }

    /// That the bytes go on as text; a character may be cut by where they end.
    fn look_at(&mut self, bytes: &[u8]) -> Result<(), NotTaken> {
        if bytes.contains(&0) {
            return Err(NotTaken::NotText);
        }
        let mut rest = bytes;
        while !self.pending.is_empty() {
            let Some((next, after)) = rest.split_first() else { return Ok(()) };
            self.pending.push(*next);
            rest = after;
            match std::str::from_utf8(&self.pending) {
                Ok(_) => self.pending.clear(),
                Err(error) if error.error_len().is_some() || self.pending.len() >= MAX_CHAR_BYTES => {
                    return Err(NotTaken::NotText);
                }
                Err(_) => {}
            }
        }
        match std::str::from_utf8(rest) {
            Ok(_) => Ok(()),
            Err(error) if error.error_len().is_some() => Err(NotTaken::NotText),
            Err(error) => {
                self.pending = rest[error.valid_up_to()..].to_vec();
                Ok(())
            }
        }
    }

    /// Puts the whole file in its place, on disk; answers how long it is.
    ///
    /// # Errors
    /// It ends within a character, or cannot be written.
    pub async fn finish(mut self) -> Result<u64, NotTaken> {
        if !self.pending.is_empty() {
            return Err(NotTaken::NotText);
        }
        self.file.flush().await?;
        self.file.sync_all().await?;
        fs::rename(&self.part, &self.path).await?;
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || sync_folder_of(&path)).await.map_err(io::Error::other)??;
        Ok(self.bytes)
    }

    /// Takes what came of it away.
    pub async fn abandon(self) {
        // What cannot be taken away now is taken away at the next start.
        let _ = fs::remove_file(&self.part).await;
    }
}

/// Takes files away that no import has: what was on its way when a server ended.
///
/// # Errors
/// The folder cannot be read.
pub async fn tidy(folder: &Path, kept: &[ImportId]) -> io::Result<usize> {
    let mut removed = 0;
    let mut entries = match fs::read_dir(folder).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        if kept.iter().all(|id| path_of(folder, *id) != path) {
            fs::remove_file(&path).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    async fn taken(pieces: &[&[u8]], limit: u64) -> Result<u64, NotTaken> {
        let dir = tempfile::tempdir().expect("a folder");
        let mut file = Incoming::begin(dir.path(), ImportId(Uuid::nil()), limit).await?;
        for piece in pieces {
            file.take(piece).await?;
        }
        file.finish().await
    }

    #[tokio::test]
    async fn a_file_is_text_wherever_it_is_cut_and_no_larger_than_its_limit() {
        let text = "año, niño 😀".as_bytes();
        for cut in 0..text.len() {
            let (before, after) = text.split_at(cut);
            assert_eq!(taken(&[before, after], 99).await.expect("text"), text.len() as u64, "{cut}");
        }
        let bytewise: Vec<&[u8]> = text.chunks(1).collect();
        assert!(taken(&bytewise, 99).await.is_ok());
        assert!(matches!(taken(&[text], 9).await, Err(NotTaken::TooLarge(9))));
        for wrong in [&b"a\xf1o"[..], b"a\0b", b"\xff\xfea", b"PK\x03\x04\x00", b"a\xc3"] {
            assert!(matches!(taken(&[wrong], 99).await, Err(NotTaken::NotText)), "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn files_that_no_import_has_are_taken_away() {
        let dir = tempfile::tempdir().expect("a folder");
        let (kept, gone) = (ImportId(Uuid::from_u128(1)), ImportId(Uuid::from_u128(2)));
        for id in [kept, gone] {
            let file = Incoming::begin(dir.path(), id, 9).await.expect("begun");
            file.finish().await.expect("finished");
        }
        let _half = Incoming::begin(dir.path(), ImportId(Uuid::from_u128(3)), 9).await.expect("begun");
        assert_eq!(tidy(dir.path(), &[kept]).await.expect("tidied"), 2);
        assert!(path_of(dir.path(), kept).exists());
        assert_eq!(tidy(&dir.path().join("nowhere"), &[]).await.expect("nothing"), 0);
    }
}
