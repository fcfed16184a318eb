//! Files that phone systems wrote: from the path that one told to a file here that may be read. Who may listen is not
//! decided here.

use crate::settings::FolderSettings;
use std::path::{Component, Path, PathBuf};

/// What can be played, by the end of its name, and what it is called on the wire. The first that is there is taken where a
/// phone system tells a message's path without an end.
const KINDS: [(&str, &str); 7] = [
    ("wav", "audio/wav"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("m4a", "audio/mp4"),
    ("WAV", "audio/x-wav"),
    ("gsm", "audio/x-gsm"),
];

/// A file that can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedFile {
    /// Where it is, all links followed.
    pub path: PathBuf,
    /// The end of its name.
    pub extension: &'static str,
    /// What it is, as a media type.
    pub media_type: &'static str,
}

/// Why there is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFile {
    /// The path leads out of the folder, or is no path of a recording.
    #[error("{0} is not in the folder that the settings name")]
    Outside(String),
    /// Nothing is there: not yet, or not any more.
    #[error("{0} is not there")]
    Missing(PathBuf),
}

/// What is told of a path, as a path here without the end of its name where none was told.
///
/// # Errors
/// It leads out of the folder, or is none.
pub fn path_of(folder: &FolderSettings, told: &str) -> Result<PathBuf, NoFile> {
    let outside = || NoFile::Outside(told.to_owned());
    let told_path = Path::new(told);
    let inside = match told_path.is_absolute() {
        true => told_path.strip_prefix(folder.told_as()).map_err(|_| outside())?,
        false => told_path,
    };
    let plain = inside.components().all(|part| matches!(part, Component::Normal(_)));
    if !plain || inside.as_os_str().is_empty() || told.contains('\0') {
        return Err(outside());
    }
    Ok(folder.folder.join(inside))
}

/// What the file of this name in `folder` is, by the end of its name and then whatever is there.
pub fn file_called(folder: &Path, name: &str) -> Option<RecordedFile> {
    KINDS.into_iter().find_map(|(extension, media_type)| {
        let path = folder.join(format!("{name}.{extension}"));
        path.is_file().then_some(RecordedFile { path, extension, media_type })
    })
}

/// The file that a phone system told of. It reads the folder, so it is not for a thread that others wait for.
///
/// # Errors
/// See [`NoFile`].
pub fn find(folder: &FolderSettings, told: &str) -> Result<RecordedFile, NoFile> {
    let outside = || NoFile::Outside(told.to_owned());
    let named = path_of(folder, told)?;
    let kind = |path: &Path| {
        let end = path.extension()?.to_str()?;
        KINDS.into_iter().find(|(known, _)| *known == end)
    };
    let candidates: Vec<(PathBuf, (&str, &str))> = match kind(&named) {
        Some(kind) => vec![(named.clone(), kind)],
        None => KINDS
            .into_iter()
            .map(|kind| (PathBuf::from(format!("{}.{}", named.display(), kind.0)), kind))
            .collect(),
    };
    let missing = || NoFile::Missing(named.clone());
    let (path, (extension, media_type)) =
        candidates.into_iter().find(|(path, _)| path.is_file()).ok_or_else(missing)?;
    // A link in the folder may lead anywhere.
    let (root, path) = (folder.folder.canonicalize(), path.canonicalize());
    let (Ok(root), Ok(path)) = (root, path) else { return Err(missing()) };
    if !path.starts_with(&root) {
        return Err(outside());
    }
    Ok(RecordedFile { path, extension, media_type })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    struct Place {
        dir: tempfile::TempDir,
        folder: FolderSettings,
    }

    fn place() -> Place {
        let dir = tempfile::tempdir().expect("a folder");
        let monitor = dir.path().join("monitor");
        fs::create_dir_all(monitor.join("2026/11")).expect("folders");
        fs::write(monitor.join("2026/11/call.wav"), "sound").expect("a file");
        fs::write(dir.path().join("secret.wav"), "secret").expect("a file");
        fs::write(monitor.join("notes.txt"), "no sound").expect("a file");
        let folder =
            FolderSettings { folder: monitor, told_as: Some(PathBuf::from("/var/spool/asterisk/monitor")) };
        Place { dir, folder }
    }

    #[test]
    fn a_path_is_found_whether_it_is_told_whole_or_from_the_folder_on() {
        let Place { folder, dir: _kept } = place();
        for told in ["2026/11/call.wav", "/var/spool/asterisk/monitor/2026/11/call.wav", "2026/11/call"] {
            let found = find(&folder, told).expect(told);
            assert_eq!((found.extension, found.media_type), ("wav", "audio/wav"), "{told}");
            assert!(found.path.ends_with("2026/11/call.wav"), "{told}");
        }
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let Place { folder, dir } = place();
        for told in [
            "../secret.wav",
            "2026/../../secret.wav",
            "/var/spool/asterisk/monitor/../secret.wav",
            "/etc/passwd",
            "/var/spool/asterisk/monitor",
            "",
            "2026/11/call.wav\0.txt",
        ] {
            assert_eq!(find(&folder, told), Err(NoFile::Outside(told.to_owned())), "{told:?}");
        }
        let whole = dir.path().join("secret.wav");
        let told = whole.to_str().expect("text");
        assert_eq!(find(&folder, told), Err(NoFile::Outside(told.to_owned())));
        std::os::unix::fs::symlink(&whole, folder.folder.join("link.wav")).expect("a link");
        assert_eq!(find(&folder, "link.wav"), Err(NoFile::Outside("link.wav".to_owned())));
    }

    #[test]
    fn what_is_no_sound_or_is_not_there_is_not_found() {
        let Place { folder, dir: _kept } = place();
        for told in ["notes.txt", "2026/11/other.wav", "2026/11"] {
            assert!(matches!(find(&folder, told), Err(NoFile::Missing(_))), "{told}");
        }
    }
}
