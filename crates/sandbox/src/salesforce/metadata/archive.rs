//! The zip files that deployments come in and what is retrieved goes in.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Most files of a deployment, as the Metadata API has it.
pub(crate) const MAX_FILES: usize = 10_000;
/// Most bytes of all files of a deployment together, unpacked: what the Metadata API takes.
pub(crate) const MAX_BYTES: u64 = 400 * 1024 * 1024;

/// Files by their paths.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Unpacks a zip file.
///
/// # Errors
/// It is none, or holds more than a deployment may.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Files, String> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("not a zip file: {error}"))?;
    if archive.len() > MAX_FILES {
        return Err(format!("more than {MAX_FILES} files"));
    }
    let (mut files, mut left) = (Files::new(), MAX_BYTES);
    for nth in 0..archive.len() {
        let file = archive.by_index(nth).map_err(|error| error.to_string())?;
        let Some(path) = file.is_file().then(|| file.name().replace('\\', "/")) else {
            continue;
        };
        let mut content = Vec::new();
        // What a file says of its own size is not believed.
        file.take(left + 1).read_to_end(&mut content).map_err(|error| format!("{path}: {error}"))?;
        left =
            left.checked_sub(content.len() as u64).ok_or_else(|| format!("more than {MAX_BYTES} bytes"))?;
        files.insert(path, content);
    }
    Ok(files)
}

/// Packs files; the same files give the same bytes.
///
/// # Errors
/// A path is too long for a zip file.
pub(crate) fn pack(files: &Files) -> Result<Vec<u8>, String> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(path, SimpleFileOptions::default()).map_err(|error| error.to_string())?;
        writer.write_all(content).map_err(|error| error.to_string())?;
    }
    writer.finish().map(Cursor::into_inner).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_the_same() {
        let files = Files::from([
            ("package.xml".to_owned(), b"<Package/>".to_vec()),
            ("layouts/Contact-Contact Layout.layout".to_owned(), vec![b'x'; 100_000]),
        ]);
        let packed = pack(&files).expect("it is packed");
        assert!(packed.len() < 10_000, "{}", packed.len());
        assert_eq!((unpack(&packed), pack(&files)), (Ok(files), Ok(packed)));
        assert!(unpack(b"PK not really").is_err());
    }
}
