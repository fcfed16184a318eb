//! What a disk holds after a power cut. What was synced is there. Of each write since, the whole, nothing, or what
//! comes before some 512-byte sector is there, independent of the others: the system writes pages back as it
//! likes, and a disk's unit is the sector. A file or a deletion is certain once its folder was synced; a new file
//! also once it was synced itself, as ext4 does it. Bytes outside of a write are never harmed by it.

use super::journal::{Step, steps};
use crate::dice::Dice;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Smallest unit that a disk writes whole.
const SECTOR_BYTES: u64 = 512;
/// Index in shared memory: never meant to last.
const NOT_DURABLE: &str = "-shm";

/// What of the unsynced is lost.
#[derive(Debug)]
pub enum Loss<'d> {
    /// Nothing: the power held.
    Nothing,
    /// All of it.
    Everything,
    /// What the dice say, a part of a write at times.
    Some(&'d mut Dice),
}

#[derive(Clone, Debug)]
enum Unsynced {
    Write { offset: u64, bytes: Vec<u8> },
    Truncate { length: u64 },
}

#[derive(Clone, Debug, Default)]
struct File {
    durable: Vec<u8>,
    unsynced: Vec<Unsynced>,
}

/// A folder without folders in it, and what of it would survive.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    folder: PathBuf,
    files: Vec<File>,
    /// Which file has a name, as the program sees it, and as it would be found after a cut.
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
}

impl Disk {
    /// The folder as it is now, all of it durable.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(folder: &Path) -> io::Result<Disk> {
        let mut disk = Disk { folder: folder.canonicalize()?, ..Disk::default() };
        for (path, durable) in read_folder(&disk.folder)? {
            disk.names.insert(path, disk.files.len());
            disk.files.push(File { durable, unsynced: Vec::new() });
        }
        disk.durable_names.clone_from(&disk.names);
        Ok(disk)
    }

    /// Takes in what a program did.
    ///
    /// # Errors
    /// The journal cannot be understood; in words.
    pub fn replay(&mut self, journal: &[u8]) -> Result<(), String> {
        for (path, step) in steps(journal)? {
            let path = PathBuf::from(path);
            let known = self.names.get(&path).copied();
            match step {
                Step::Created => {
                    self.names.insert(path, self.files.len());
                    self.files.push(File::default());
                }
                Step::DirectorySynced => self.durable_names.clone_from(&self.names),
                Step::Unlinked => drop(self.names.remove(&path)),
                Step::Renamed { to } => {
                    let moved = self.names.remove(&path).ok_or("a file that is not there was renamed")?;
                    self.names.insert(PathBuf::from(to), moved);
                }
                Step::Synced => {
                    if let Some(nth) = known {
                        self.files[nth].sync();
                        self.durable_names.insert(path, nth);
                    }
                }
                // Written to after it was unlinked, a file is nobody's business.
                Step::Written { offset, bytes } => {
                    let write = Unsynced::Write { offset, bytes: bytes.to_vec() };
                    known.into_iter().for_each(|nth| self.files[nth].unsynced.push(write.clone()));
                }
                Step::Truncated { length } => {
                    let cut = Unsynced::Truncate { length };
                    known.into_iter().for_each(|nth| self.files[nth].unsynced.push(cut.clone()));
                }
            }
        }
        Ok(())
    }

    /// How many bytes were written and never synced.
    pub fn unsynced_bytes(&self) -> usize {
        let pending = self.files.iter().flat_map(|file| &file.unsynced);
        let sizes = pending.map(|step| match step {
            Unsynced::Write { bytes, .. } => bytes.len(),
            Unsynced::Truncate { .. } => 0,
        });
        sizes.sum()
    }

    /// What is found when the power is back: each file and its bytes.
    pub fn after(&self, mut loss: Loss<'_>) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let paths: std::collections::BTreeSet<&PathBuf> =
            self.names.keys().chain(self.durable_names.keys()).collect();
        for path in paths {
            let (now, durable) = (self.names.get(path), self.durable_names.get(path));
            let nth = match &mut loss {
                Loss::Nothing => now,
                Loss::Everything => durable,
                Loss::Some(dice) => *dice.pick(&[now, durable]).unwrap_or(&durable),
            };
            if let Some(file) = nth.and_then(|nth| self.files.get(*nth)) {
                found.insert(path.clone(), file.after(&mut loss));
            }
        }
        found
    }

    /// Whether the folder holds exactly what it should if the power had held: then the journal missed nothing.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn saw_everything(&self) -> io::Result<bool> {
        Ok(read_folder(&self.folder)? == self.after(Loss::Nothing))
    }

    /// Makes the folder hold what is found when the power is back.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn cut(&self, loss: Loss<'_>) -> io::Result<()> {
        let found = self.after(loss);
        for entry in std::fs::read_dir(&self.folder)? {
            std::fs::remove_file(entry?.path())?;
        }
        found.into_iter().try_for_each(|(path, bytes)| std::fs::write(path, bytes))
    }
}

impl File {
    fn sync(&mut self) {
        for step in std::mem::take(&mut self.unsynced) {
            step.apply(&mut self.durable, None);
        }
    }

    fn after(&self, loss: &mut Loss<'_>) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for step in &self.unsynced {
            match loss {
                Loss::Nothing => step.apply(&mut bytes, None),
                Loss::Everything => {}
                Loss::Some(dice) => match dice.below(4) {
                    0 | 1 => {}
                    2 => step.apply(&mut bytes, None),
                    _ => step.apply(&mut bytes, Some(dice)),
                },
            }
        }
        bytes
    }
}

impl Unsynced {
    /// Takes effect; with dice, only up to some sector.
    fn apply(&self, to: &mut Vec<u8>, torn: Option<&mut Dice>) {
        let (offset, mut bytes) = match self {
            Unsynced::Truncate { length } => return to.resize(*length as usize, 0),
            Unsynced::Write { offset, bytes } => (*offset, bytes.as_slice()),
        };
        if let Some(dice) = torn {
            let sectors = (offset + bytes.len() as u64).div_ceil(SECTOR_BYTES) - offset / SECTOR_BYTES;
            let end = (offset / SECTOR_BYTES + dice.below(sectors)) * SECTOR_BYTES;
            bytes = &bytes[..end.saturating_sub(offset) as usize];
        }
        if bytes.is_empty() {
            return;
        }
        let (from, end) = (offset as usize, offset as usize + bytes.len());
        if to.len() < end {
            to.resize(end, 0);
        }
        to[from..end].copy_from_slice(bytes);
    }
}

fn read_folder(folder: &Path) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.to_string_lossy().ends_with(NOT_DURABLE) {
            let bytes = std::fs::read(&path)?;
            found.insert(path, bytes);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::powercut::{Cut, Layer};
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    fn record(kind: u8, path: &str, offset: u64, data: &[u8]) -> Vec<u8> {
        let mut record = vec![kind];
        record.extend((path.len() as u16).to_le_bytes());
        record.extend(offset.to_le_bytes());
        record.extend((data.len() as u32).to_le_bytes());
        record.extend(path.as_bytes());
        record.extend(data);
        record
    }

    fn text(found: &BTreeMap<PathBuf, Vec<u8>>, path: &str) -> Option<String> {
        found.get(Path::new(path)).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    #[test]
    fn what_was_synced_is_there_and_what_was_not_is_lost() {
        let journal = [
            record(b'c', "/d/a", 0, b""),
            record(b'w', "/d/a", 0, b"kept"),
            record(b's', "/d/a", 0, b""),
            record(b'w', "/d/a", 0, b"lost"),
            record(b'c', "/d/b", 0, b""),
            record(b'w', "/d/b", 0, b"new"),
        ];
        let mut disk = Disk::default();
        disk.replay(&journal.concat()).unwrap();
        let found = disk.after(Loss::Everything);
        assert_eq!((text(&found, "/d/a").as_deref(), text(&found, "/d/b")), (Some("kept"), None));
        let held = disk.after(Loss::Nothing);
        assert_eq!(
            (text(&held, "/d/a").as_deref(), text(&held, "/d/b").as_deref()),
            (Some("lost"), Some("new"))
        );
        assert_eq!(disk.unsynced_bytes(), 7);
    }

    #[test]
    fn a_deletion_is_certain_once_the_folder_was_synced() {
        let created = [record(b'c', "/d/a", 0, b""), record(b's', "/d/a", 0, b"")].concat();
        let mut disk = Disk::default();
        disk.replay(&[created, record(b'u', "/d/a", 0, b"")].concat()).unwrap();
        assert!(disk.after(Loss::Everything).contains_key(Path::new("/d/a")));
        disk.replay(&record(b'd', "/d", 0, b"")).unwrap();
        assert!(disk.after(Loss::Everything).is_empty());
    }

    #[test]
    fn a_write_is_torn_between_sectors_only() {
        let mut disk = Disk::default();
        let journal = [record(b'c', "/d/a", 0, b""), record(b's', "/d/a", 0, b""), {
            record(b'w', "/d/a", 100, &[7; 3_000])
        }];
        disk.replay(&journal.concat()).unwrap();
        let mut lengths = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let found = disk.after(Loss::Some(&mut Dice::new(seed, 1)));
            lengths.insert(found[Path::new("/d/a")].len());
        }
        assert!(lengths.iter().all(|length| length % 512 == 0 || *length == 3_100), "{lengths:?}");
        assert!(lengths.len() >= 6, "{lengths:?}");
    }

    #[test]
    fn a_real_program_is_journaled_and_dies_where_it_should() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("data");
        std::fs::create_dir(&folder).unwrap();
        let folder = folder.canonicalize().unwrap();
        let layer = Layer::build(dir.path()).expect("a C compiler");
        let journal = dir.path().join("journal");
        let mut shell = Command::new("dd");
        shell.args(["if=/dev/zero", "bs=1000", "count=9", "conv=fsync", "status=none"]);
        shell.arg(format!("of={}", folder.join("zeros").display()));
        shell.envs(layer.variables(&folder, &journal, Some(Cut::BeforeSync(1))));
        assert_eq!(shell.status().unwrap().signal(), Some(9));
        let mut disk = Disk { folder: folder.clone(), ..Disk::default() };
        disk.replay(&std::fs::read(&journal).unwrap()).unwrap();
        assert!(disk.saw_everything().unwrap());
        assert_eq!(disk.unsynced_bytes(), 9_000);
        disk.cut(Loss::Everything).unwrap();
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }
}
