//! The sound of a message: our own copy of it, by the call that left it. A phone system numbers the messages of a mailbox
//! anew when one is deleted, so what its path means today need not be what it meant then; which of its files is the message
//! of a call is in [`original`]. Nothing here decides who may listen.

mod original;

pub use original::{Left, original};

use crate::recorded_file::{RecordedFile, file_called};
use crate::settings::Settings;
use domain::id::{At, CallKey};
use std::fs::{self, DirBuilder, File, FileTimes, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longest sound that is copied, in bytes: an hour and more as Asterisk writes it.
pub const MAX_SOUND_BYTES: u64 = 64 * 1024 * 1024;
/// The folder of copies, in that of the data.
const FOLDER: &str = "messages";
/// Nobody else reads a copy: it is a customer's voice.
const PRIVATE_FILE: u32 = 0o600;
const PRIVATE_FOLDER: u32 = 0o700;
/// What a copy ends with until it is whole.
const UNFINISHED: &str = "part";

/// The folder of a tenant's copies.
pub fn folder(settings: &Settings, slug: &str) -> PathBuf {
    settings.data.dir.join(FOLDER).join(slug)
}

/// Our copy of the message that a call left.
pub fn copy_of(folder: &Path, call: CallKey) -> Option<RecordedFile> {
    file_called(folder, &call.0.to_string())
}

/// Copies a sound: the copy is there whole, on disk, or not at all. It is dated by when the message was left.
///
/// # Errors
/// It cannot be read or written.
pub fn copy(from: &RecordedFile, folder: &Path, call: CallKey, left_at: At) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(PRIVATE_FOLDER).create(folder)?;
    let unfinished = folder.join(format!("{call}.{UNFINISHED}"));
    let mut sound = File::open(&from.path)?;
    // What an earlier try left half done may not be private.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    let mut written = options.write(true).create_new(true).mode(PRIVATE_FILE).open(&unfinished)?;
    io::copy(&mut sound, &mut written)?;
    written.set_times(FileTimes::new().set_modified(time_of(left_at)))?;
    written.sync_all()?;
    fs::rename(&unfinished, folder.join(format!("{call}.{}", from.extension)))?;
    File::open(folder)?.sync_all()
}

/// Throws away what was left before this; answers how many files.
///
/// # Errors
/// The folder cannot be read, or a file not be removed.
pub fn forget(folder: &Path, before: At) -> io::Result<usize> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut forgotten = 0;
    for entry in entries {
        let entry = entry?;
        if entry.metadata()?.modified()? < time_of(before) {
            fs::remove_file(entry.path())?;
            forgotten += 1;
        }
    }
    Ok(forgotten)
}

fn time_of(at: At) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    fn sound(dir: &Path, bytes: &str) -> RecordedFile {
        let path = dir.join("msg0000.wav");
        fs::write(&path, bytes).expect("a file");
        RecordedFile { path, extension: "wav", media_type: "audio/wav" }
    }

    #[test]
    fn a_copy_is_whole_private_and_found_by_its_call() {
        let dir = tempfile::tempdir().expect("a folder");
        let (folder, call) = (dir.path().join("data/messages/main"), CallKey(Uuid::from_u128(7)));
        assert_eq!(copy_of(&folder, call), None);
        // What an earlier try left half done is no copy, and in nobody's way.
        fs::create_dir_all(&folder).expect("folders");
        fs::write(folder.join(format!("{call}.part")), "half of something longer").expect("a file");
        assert_eq!(copy_of(&folder, call), None);
        copy(&sound(dir.path(), "sound"), &folder, call, At(1_000_000)).expect("copied");
        let found = copy_of(&folder, call).expect("there");
        assert_eq!(fs::read_to_string(&found.path).expect("text"), "sound");
        assert_eq!((found.extension, found.media_type), ("wav", "audio/wav"));
        let about = fs::metadata(&found.path).expect("there");
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777, PRIVATE_FILE);
        assert_eq!(about.modified().expect("a time"), UNIX_EPOCH + Duration::from_secs(1));
        assert_eq!(copy_of(&folder, CallKey(Uuid::from_u128(8))), None);
        assert_eq!(fs::read_dir(&folder).expect("read").count(), 1);
    }

    #[test]
    fn copies_are_forgotten_by_when_their_messages_were_left() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("messages");
        assert_eq!(forget(&folder, At(i64::MAX)).expect("nothing there"), 0);
        let now = At(0).plus_millis(1_000 * DAY_MS);
        for (n, days_ago) in [(1, 30), (2, 31), (3, 400)] {
            let (call, left) = (CallKey(Uuid::from_u128(n)), now.plus_millis(-days_ago * DAY_MS));
            copy(&sound(dir.path(), "sound"), &folder, call, left).expect("copied");
        }
        assert_eq!(forget(&folder, now.plus_millis(-30 * DAY_MS)).expect("forgotten"), 2);
        assert!(copy_of(&folder, CallKey(Uuid::from_u128(1))).is_some());
        assert!(copy_of(&folder, CallKey(Uuid::from_u128(2))).is_none());
    }
}
