//! Reads the file of a phone system: all of it once to see that every line can be read and what it says of the phone system's
//! clock, then piece by piece.

use super::super::imports::rows::{Place, Rows, Unreadable};
use domain::completeness::told::FileKind;
use domain::id::At;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use telephony::files::queue_log;
use telephony::files::{Clock, Grouping, Layout, Shifts, Zone};

/// How many rows are looked at to tell what an ambiguous column is.
const LOOKED_AT: usize = 100;
/// Longest line of `queue_log`, in bytes.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    /// A line cannot be read.
    #[error("line {line}: {reason}")]
    Line {
        /// The line, from 1.
        line: u64,
        /// Why, as a code.
        reason: &'static str,
    },
    /// There is nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// The disk, or a row that does not end.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// What was read of a file in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Where in the file the next piece begins.
    pub byte: u64,
    /// How many records or lines these were.
    pub records: u64,
    /// The first moment they tell of, and the last.
    pub spans: Option<(At, At)>,
    /// Whether nothing is left.
    pub at_end: bool,
}

/// A file that is read.
pub enum FileReader {
    /// Call detail records.
    Cdr {
        /// Its rows.
        rows: Box<Rows>,
        /// What they are.
        layout: Layout,
        /// The phone system's clock.
        clock: Clock,
    },
    /// `queue_log`.
    QueueLog(Lines),
}

impl FileReader {
    /// Opens a file, having looked at all of it. `zone` is by whose clock it tells the time where it does not say so.
    ///
    /// # Errors
    /// See [`BadFile`].
    pub fn open(path: &Path, kind: FileKind, zone: TimeZone) -> Result<FileReader, BadFile> {
        match kind {
            FileKind::Cdr => open_cdr(path, zone),
            FileKind::QueueLog => {
                let mut lines = Lines::open(path)?;
                let mut any = false;
                while let Some((number, text)) = lines.advance()? {
                    any = true;
                    line_of(text, number)?;
                }
                if any { Ok(FileReader::QueueLog(Lines::open(path)?)) } else { Err(BadFile::Empty) }
            }
        }
    }

    /// Reads up to so many records or lines and sorts them into calls.
    ///
    /// # Errors
    /// See [`BadFile`].
    pub fn take(&mut self, grouping: &mut Grouping, most: u64) -> Result<Taken, BadFile> {
        let mut taken = Taken { byte: 0, records: 0, spans: None, at_end: false };
        while taken.records < most && !taken.at_end {
            let span = match self {
                FileReader::Cdr { rows, layout, clock } => match rows.advance()? {
                    Some((line, row)) => {
                        let cells: Vec<&str> = row.iter().collect();
                        let record = layout.record(&cells, line, clock);
                        let record = record.map_err(|fault| BadFile::Line { line, reason: fault.code() })?;
                        let span = (record.start, record.end);
                        grouping.record(record);
                        Some(Some(span))
                    }
                    None => None,
                },
                FileReader::QueueLog(lines) => match lines.advance()? {
                    Some((number, text)) => {
                        let line = line_of(text, number)?;
                        let span = line.as_ref().map(|line| (line.at, line.at));
                        line.into_iter().for_each(|line| grouping.line(line));
                        Some(span)
                    }
                    None => None,
                },
            };
            match span {
                Some(span) => taken.add(span),
                None => taken.at_end = true,
            }
        }
        taken.byte = match self {
            FileReader::Cdr { rows, .. } => rows.place().byte,
            FileReader::QueueLog(lines) => lines.byte,
        };
        Ok(taken)
    }
}

impl Taken {
    fn add(&mut self, span: Option<(At, At)>) {
        self.records += 1;
        if let Some((from, until)) = span {
            let (first, last) = self.spans.unwrap_or((from, until));
            self.spans = Some((first.min(from), last.max(until)));
        }
    }
}

fn open_cdr(path: &Path, zone: TimeZone) -> Result<FileReader, BadFile> {
    let mut rows = Rows::open(path)?;
    let first: Vec<String> = rows.headings().to_vec();
    if first.is_empty() {
        return Err(BadFile::Empty);
    }
    let mut looks = vec![first.clone()];
    while looks.len() < LOOKED_AT {
        let Some((_, row)) = rows.advance()? else { break };
        looks.push(row.iter().map(str::to_owned).collect());
    }
    let cells: Vec<&str> = first.iter().map(String::as_str).collect();
    let layout = Layout::of(&cells, &looks);
    let layout = layout.map_err(|fault| BadFile::Line { line: 1, reason: fault.code() })?;
    let (mut shifts, mut any) = (Shifts::default(), false);
    let mut checked = Clock::new(clock_of(zone.clone()), &Shifts::default());
    begin(&mut rows, &layout)?;
    while let Some((line, row)) = rows.advance()? {
        let cells: Vec<&str> = row.iter().collect();
        let record = layout.record(&cells, line, &mut checked);
        record.map_err(|fault| BadFile::Line { line, reason: fault.code() })?;
        layout.survey(&cells, &mut shifts);
        any = true;
    }
    if !any {
        return Err(BadFile::Empty);
    }
    begin(&mut rows, &layout)?;
    Ok(FileReader::Cdr { rows: Box::new(rows), layout, clock: Clock::new(clock_of(zone), &shifts) })
}

/// Goes to the first record.
fn begin(rows: &mut Rows, layout: &Layout) -> Result<(), BadFile> {
    rows.go_to(Place { byte: 0, line: 1 })?;
    if layout.has_headings() {
        rows.advance()?;
    }
    Ok(())
}

/// What a clock of a zone means. A time that it shows twice is the first of both, and one that it never shows is told as if it
/// had not been moved.
fn clock_of(zone: TimeZone) -> Zone {
    Box::new(move |second| {
        let shown = Timestamp::from_second(second).map(|at| TimeZone::UTC.to_datetime(at));
        let at = shown.and_then(|shown| zone.to_ambiguous_zoned(shown).compatible());
        at.map_or(At(second * 1_000_000), |at| At(at.timestamp().as_microsecond()))
    })
}

fn line_of(text: &str, line: u64) -> Result<Option<domain::completeness::told::QueueLine>, BadFile> {
    queue_log::line(text, line).map_err(|_| BadFile::Line { line, reason: "not_queue_log" })
}

/// Lines of a file that hold anything, each with its number.
pub struct Lines {
    reader: BufReader<File>,
    text: String,
    number: u64,
    byte: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Lines, BadFile> {
        let file = File::open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Unreadable::Missing,
            _ => Unreadable::Io(error),
        })?;
        Ok(Lines { reader: BufReader::new(file), text: String::new(), number: 0, byte: 0 })
    }

    fn advance(&mut self) -> Result<Option<(u64, &str)>, BadFile> {
        loop {
            self.text.clear();
            let mut bounded = self.reader.by_ref().take(MAX_LINE_BYTES);
            let read = bounded.read_line(&mut self.text).map_err(Unreadable::Io)? as u64;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.byte += read;
            if read == MAX_LINE_BYTES && !self.text.ends_with('\n') {
                return Err(BadFile::Line { line: self.number, reason: "too_long" });
            }
            if !self.text.trim().is_empty() {
                break;
            }
        }
        Ok(Some((self.number, &self.text)))
    }
}
