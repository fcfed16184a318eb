//! Rows of a CSV file, one after the other from any place, each with the line it begins in. What is between quotation marks may
//! hold separators and line ends; a row that would never end is an error and not a gigabyte in memory.

use csv::{Position, ReaderBuilder, StringRecord, Terminator};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Longest row, in bytes: notes are the longest cell, and theirs is a small part of it.
pub const MAX_ROW_BYTES: u64 = 1024 * 1024;
/// How much is read at a time.
const BUFFER_BYTES: usize = 64 * 1024;
/// Separators that are recognised.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Longest first line that is looked at for separators, in bytes.
const MAX_HEADING_BYTES: u64 = 64 * 1024;

/// Why rows cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file is not there.
    #[error("the file is not there")]
    Missing,
    /// A row does not end.
    #[error("a row is longer than {MAX_ROW_BYTES} bytes")]
    RowTooLong,
    /// The disk does not answer.
    #[error(transparent)]
    Io(io::Error),
}

/// A place between two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// In bytes from the begin of the file.
    pub byte: u64,
    /// The line, from 1.
    pub line: u64,
}

/// Lets no row be longer than the limit.
struct Bounded {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read.load(Ordering::Relaxed) > MAX_ROW_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a row that does not end"));
        }
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// The rows of a file.
pub struct Rows {
    reader: csv::Reader<Bounded>,
    /// What was read since the last row.
    read: Arc<AtomicU64>,
    record: StringRecord,
    headings: Vec<String>,
    /// How long a file is whose last row no line break ends.
    open_end: Option<u64>,
}

impl Rows {
    /// Opens a file and reads its headings; the first row is the next.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn open(path: &Path) -> Result<Rows, Unreadable> {
        let mut file = File::open(path).map_err(missing)?;
        let separator = separator(&mut file)?;
        let open_end = open_end(&mut file).map_err(Unreadable::Io)?;
        file.seek(SeekFrom::Start(0)).map_err(Unreadable::Io)?;
        let read = Arc::new(AtomicU64::new(0));
        let bounded = Bounded { file, read: Arc::clone(&read) };
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(separator).buffer_capacity(BUFFER_BYTES);
        // A carriage return before it is trimmed off the last cell: so lines are counted, and places found again.
        builder.terminator(Terminator::Any(b'\n'));
        let reader = builder.from_reader(bounded);
        let mut rows = Rows { reader, read, record: StringRecord::new(), headings: Vec::new(), open_end };
        if rows.advance()?.is_some() {
            let heading =
                |cell: &str| cell.trim_start_matches('\u{feff}').trim().trim_matches('"').to_owned();
            rows.headings = rows.record.iter().map(heading).collect();
        }
        Ok(rows)
    }

    /// The cells of the first row.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Goes on from a place that was told before.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn go_to(&mut self, place: Place) -> Result<(), Unreadable> {
        let mut position = Position::new();
        position.set_byte(place.byte).set_line(place.line);
        self.reader.seek(position).map_err(unreadable)
    }

    /// Where the next row begins.
    pub fn place(&self) -> Place {
        let position = self.reader.position();
        Place { byte: position.byte(), line: position.line() }
    }

    /// The next row that holds anything, and the line it begins in; `None` at the end.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn advance(&mut self) -> Result<Option<(u64, &StringRecord)>, Unreadable> {
        loop {
            self.read.store(0, Ordering::Relaxed);
            if !self.reader.read_record(&mut self.record).map_err(unreadable)? {
                return Ok(None);
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                break;
            }
        }
        Ok(Some((self.line_of_record(), &self.record)))
    }

    /// The line in which the row that was read last begins. The reader tells where it began to look, which is before the
    /// empty lines that it passed over: so it is counted back from where it ended.
    fn line_of_record(&self) -> u64 {
        let end = self.reader.position();
        let within = self.record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
        let breaks = within + u64::from(self.open_end != Some(end.byte()));
        end.line().saturating_sub(breaks)
    }
}

fn open_end(file: &mut File) -> io::Result<Option<u64>> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(length - 1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok((last != *b"\n").then_some(length))
}

fn missing(error: io::Error) -> Unreadable {
    if error.kind() == io::ErrorKind::NotFound { Unreadable::Missing } else { Unreadable::Io(error) }
}

fn unreadable(error: csv::Error) -> Unreadable {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => Unreadable::RowTooLong,
        csv::ErrorKind::Io(error) => Unreadable::Io(error),
        // Its text was looked at when it came; that it is none now is a broken disk.
        other => Unreadable::Io(io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}"))),
    }
}

/// The separator that the first line has most of, outside quotation marks.
fn separator(file: &mut File) -> Result<u8, Unreadable> {
    let mut line = Vec::new();
    let mut start = BufReader::new(file.take(MAX_HEADING_BYTES));
    start.read_until(b'\n', &mut line).map_err(Unreadable::Io)?;
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in line {
        quoted ^= byte == b'"';
        if let Some(nth) = SEPARATORS.iter().position(|one| *one == byte).filter(|_| !quoted) {
            counts[nth] += 1;
        }
    }
    // Of two as frequent the first.
    let most = (0..SEPARATORS.len()).rev().max_by_key(|nth| counts[*nth]).unwrap_or_default();
    Ok(SEPARATORS[most])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> (tempfile::TempDir, Rows) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("calls.csv");
        std::fs::write(&path, text).expect("written");
        let rows = Rows::open(&path).expect("opened");
        (dir, rows)
    }

    fn all(rows: &mut Rows) -> Vec<(u64, Vec<String>)> {
        let mut found = Vec::new();
        while let Some((line, record)) = rows.advance().expect("a row") {
            found.push((line, record.iter().map(|cell| cell.trim().to_owned()).collect()));
        }
        found
    }

    #[test]
    fn rows_are_read_as_spreadsheets_write_them() {
        for (text, separator) in [
            ("a,b\r\n1,\"x, y\"\r\n\r\n2,\"p\r\nq\"\"r\"\r\n3,z", ","),
            ("\u{feff}a;b\n1;\"x, y\"\n\n2;\"p\r\nq\"\"r\"\n3;z\n", ";"),
            ("\u{feff}\"a\"\tb\n1\tx, y\n\t\n2\t\"p\r\nq\"\"r\"\n3\tz\n", "tab"),
        ] {
            let (_dir, mut rows) = rows(text);
            assert_eq!(rows.headings(), ["a", "b"], "{separator}");
            let row = |line, one: &str, two: &str| (line, vec![one.to_owned(), two.to_owned()]);
            let expected = [row(2, "1", "x, y"), row(4, "2", "p\r\nq\"r"), row(6, "3", "z")];
            assert_eq!(all(&mut rows), expected, "{separator}");
        }
    }

    #[test]
    fn reading_goes_on_from_wherever_it_was_left() {
        let text: String = (0..50).map(|nth| format!("{nth},\"two\r\nlines {nth}\"\r\n")).collect();
        let (_dir, mut whole) = rows(&format!("a,b\r\n{text}"));
        let (_other, mut again) = rows(&format!("a,b\r\n{text}"));
        let mut places = Vec::new();
        loop {
            places.push(whole.place());
            if whole.advance().expect("a row").is_none() {
                break;
            }
        }
        whole.go_to(places[0]).expect("there");
        let expected = all(&mut whole);
        assert_eq!(expected.len(), 50);
        for (nth, place) in places.iter().enumerate() {
            again.go_to(*place).expect("there");
            assert_eq!(all(&mut again), expected[nth..], "{nth}");
        }
    }

    #[test]
    fn a_row_that_does_not_end_is_an_error_and_not_all_that_follows() {
        let text = format!("a,b\n1,\"never closed\n{}", "x,y\n".repeat(600_000));
        let (_dir, mut rows) = rows(&text);
        assert!(matches!(rows.advance(), Err(Unreadable::RowTooLong)));
        assert!(matches!(Rows::open(Path::new("no-such.csv")), Err(Unreadable::Missing)));
        let (_dir, mut empty) = self::rows("");
        assert_eq!((empty.headings().len(), all(&mut empty).len()), (0, 0));
    }
}
