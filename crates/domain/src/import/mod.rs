//! Import of past calls from a file that another system exported. A row of the file and a [`Mapping`] give a call that is
//! over and its Activity ([`row`]), or the reason why not. How a file is read, and where it lies, is not here.

mod headers;
mod mapping;
pub mod row;
mod tally;
mod value;

#[cfg(test)]
mod tests;

pub use headers::propose;
pub use mapping::{
    Book, Columns, Durations, Field, Mapping, MappingFault, MappingRefused, TimeOrder, UnknownAgent,
    UnknownCode, key_of,
};
pub use tally::{Findings, MAX_REFUSED_TOLD, MAX_WORDS_TOLD, Reason, Refusal, RefusedRow, Tally};
pub use value::DURATION_LIMIT_MS;

use crate::activity::Activity;
use crate::call::CallRecord;
use crate::id::{At, ImportId, UserId};
use serde::{Deserialize, Serialize};

/// Longest name of a file or of what it was exported from, in characters.
pub const MAX_NAME_CHARS: usize = 200;
/// Most imports a tenant keeps; whoever wants another removes one. Their files lie on the disk.
pub const MAX_IMPORTS: usize = 50;
/// Where an import's file comes from, unless somebody says otherwise.
pub const DEFAULT_SOURCE: &str = "talkdesk";
/// Stands before the name of what an import's calls were exported from, so that no phone system is called the same.
pub const SOURCE_PREFIX: &str = "import:";

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Its file is here, and how it is read can be changed.
    Uploaded,
    /// It is looked at what each row would become; no call is written.
    Checking,
    /// That was done, and is true as long as nothing of how it is read changes.
    Checked,
    /// Calls are written.
    Running,
    /// Somebody stopped it; what was written stays.
    Paused,
    /// Every row was looked at.
    Done,
    /// Somebody ended it; what was written stays.
    Cancelled,
    /// It cannot go on.
    Failed,
}

/// What can be done with an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportStep {
    /// Look at what each row would become.
    Check,
    /// Write the calls, or go on with that.
    Start,
    /// Stop for now.
    Pause,
    /// End it.
    Cancel,
}

/// Why an import cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportFailure {
    /// Its file is not where it was put.
    FileMissing,
    /// A row does not end: a quotation mark was opened and never closed.
    RowTooLong,
    /// A column that it is read by is not in the file.
    ColumnMissing,
}

/// An import, without how far it is: that is [`Progress`], which changes with every batch of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its id; UUIDv7.
    pub id: ImportId,
    /// Counts changes by people, and of its state.
    pub version: u64,
    /// Where it stands.
    pub state: ImportState,
    /// Why it failed.
    pub failure: Option<ImportFailure>,
    /// What the file was called where it came from.
    pub file: String,
    /// What the calls were exported from. Part of every id derived from them: files of the same system have the same.
    pub source: String,
    /// Length of the file.
    pub bytes: u64,
    /// When it was uploaded.
    pub created_at: At,
    /// Who uploaded it.
    pub created_by: UserId,
    /// How it is read.
    pub mapping: Mapping,
    /// What agents and codes are called there, as it was when it was checked or started last.
    pub book: Book,
    /// What the last check found.
    pub findings: Option<Findings>,
    /// When calls were written first.
    pub started_at: Option<At>,
    /// When it was done, cancelled, or failed.
    pub ended_at: Option<At>,
}

/// How far an import, or the check of one, is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Where in the file the next row begins, in bytes.
    pub byte: u64,
    /// In which line that is, from 1.
    pub line: u64,
    /// What became of the rows before.
    pub tally: Tally,
    /// When this run of the server took it up, and how far it was then: what its pace is told by.
    pub run: Run,
    /// When it was so far.
    pub at: At,
}

/// Where a run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// When.
    pub since: At,
    /// At which byte.
    pub byte: u64,
    /// After how many rows.
    pub rows: u64,
}

/// A past call with its Activity, and the row that it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct PastCall {
    /// The import.
    pub import: ImportId,
    /// The line of its file in which the row begins.
    pub line: u64,
    /// The call, over and owing nothing.
    pub call: CallRecord,
    /// Its Activity, archived.
    pub activity: Activity,
}

impl Import {
    /// The name of the source that its calls have.
    pub fn source_of_calls(&self) -> String {
        format!("{SOURCE_PREFIX}{}", self.source)
    }

    /// Where it stands after this step; `None` where that cannot be done with it now.
    pub fn after(&self, step: ImportStep) -> Option<ImportState> {
        use ImportState::{Cancelled, Checked, Checking, Paused, Running, Uploaded};
        match (step, self.state) {
            (ImportStep::Check, Uploaded | Checked) => Some(Checking),
            (ImportStep::Start, Checked | Paused) => Some(Running),
            (ImportStep::Pause, Running) => Some(Paused),
            // A check that is stopped leaves nothing to go on with.
            (ImportStep::Pause | ImportStep::Cancel, Checking) => Some(Uploaded),
            (ImportStep::Cancel, Running | Paused) => Some(Cancelled),
            _ => None,
        }
    }

    /// Whether how it is read can be changed: not once any call was written by it.
    pub fn can_be_mapped(&self) -> bool {
        matches!(self.state, ImportState::Uploaded | ImportState::Checked)
    }

    /// Whether the worker has something to do.
    pub fn is_at_work(&self) -> bool {
        matches!(self.state, ImportState::Checking | ImportState::Running)
    }
}

impl Progress {
    /// Nothing was looked at yet.
    pub fn begun(now: At) -> Progress {
        Progress { at: now, run: Run { since: now, byte: 0, rows: 0 }, line: 1, ..Progress::default() }
    }

    /// The same, taken up again.
    pub fn taken_up(self, now: At) -> Progress {
        let run = Run { since: now, byte: self.byte, rows: self.tally.rows };
        Progress { run, at: now, ..self }
    }

    /// Rows a second since it was taken up; `None` while that says nothing.
    pub fn rows_a_second(&self) -> Option<u64> {
        let ms = u64::try_from(self.at.millis_since(self.run.since)).ok().filter(|ms| *ms > 0)?;
        Some((self.tally.rows - self.run.rows.min(self.tally.rows)) * 1_000 / ms)
    }

    /// Seconds until a file of so many bytes is done, at the pace so far.
    pub fn seconds_left(&self, bytes: u64) -> Option<u64> {
        let ms = u64::try_from(self.at.millis_since(self.run.since)).ok()?;
        let done = self.byte.checked_sub(self.run.byte).filter(|done| *done > 0)?;
        let left = u128::from(bytes.saturating_sub(self.byte)) * u128::from(ms) / u128::from(done);
        u64::try_from(left / 1_000).ok()
    }
}
