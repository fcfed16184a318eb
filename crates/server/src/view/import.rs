//! Imports of past calls, as the API shows them.

use super::word;
use crate::clock::rfc3339;
use crate::ops::imports::preview::Preview;
use crate::table::csv::{BYTE_ORDER_MARK, line_of};
use domain::import::row::Row;
use domain::import::{Findings, PastCall, Reason, Refusal};
use serde::Serialize;
use std::collections::BTreeMap;
use store::StoredImport;
use utoipa::ToSchema;
use uuid::Uuid;

/// An import.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportView {
    id: Uuid,
    version: u64,
    /// `uploaded`, `checking`, `checked`, `running`, `paused`, `done`, `cancelled` or `failed`.
    state: String,
    /// `file_missing`, `row_too_long` or `column_missing`.
    failure: Option<String>,
    /// What the file was called.
    file: String,
    /// What it was exported from.
    source: String,
    bytes: u64,
    created_at: String,
    created_by: Uuid,
    started_at: Option<String>,
    ended_at: Option<String>,
    /// How it is read.
    #[schema(value_type = Object)]
    mapping: serde_json::Value,
    /// What the last check found.
    findings: Option<ImportFindingsView>,
    progress: ImportProgressView,
}

/// How far it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportProgressView {
    /// Of so many bytes of the file.
    byte: u64,
    rows: u64,
    /// Calls that are new.
    new: u64,
    /// Calls that were there already, or twice in the file.
    there: u64,
    refused: u64,
    /// The same by reason.
    refused_by: BTreeMap<String, u64>,
    /// Since it was taken up; null while that says nothing.
    rows_per_second: Option<u64>,
    /// Until it is done, at this pace; null while that says nothing, and where it does nothing.
    seconds_left: Option<u64>,
}

/// A word and how many rows have it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WordCountView {
    word: String,
    rows: u64,
}

/// A row that is refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefusedRowView {
    /// The line in which it begins.
    line: u64,
    /// The field; null: the row as a whole.
    field: Option<String>,
    /// `missing`, `wrong_width`, `too_long`, `not_a_time`, `in_future`, `ends_before_start`, `not_a_duration`,
    /// `unknown_type`, `unknown_agent` or `unknown_code`.
    reason: String,
    /// What stands there, cut where it is long.
    value: String,
}

/// What a check found besides numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportFindingsView {
    /// Agents that nobody knows, most rows first.
    agents: Vec<WordCountView>,
    codes: Vec<WordCountView>,
    types: Vec<WordCountView>,
    /// Whether there are more of any than are told.
    more_words: bool,
    /// The first rows that are refused.
    refused: Vec<RefusedRowView>,
}

/// The first rows of a file as they would become.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportPreviewView {
    headings: Vec<String>,
    /// Fields that are needed and have no column; then no rows are shown.
    missing: Vec<String>,
    rows: Vec<ImportPreviewRow>,
}

/// One of them: a call, or why there is none.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportPreviewRow {
    line: u64,
    call: Option<PastCallView>,
    refused: Option<RefusedRowView>,
}

/// A call as it would become.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PastCallView {
    id: Uuid,
    /// Its type.
    r#type: String,
    started_at: String,
    ended_at: Option<String>,
    /// The customer's number.
    number: Option<String>,
    agent: Option<String>,
    ring_group: Option<String>,
    talk_ms: i64,
    wait_ms: Option<i64>,
    /// The label of its code.
    #[schema(value_type = Option<super::LabelView>)]
    code: Option<super::LabelView>,
    notes: Option<String>,
    outcome: String,
    /// How many records have its number.
    candidates: usize,
    /// The record it would be filed on.
    person: Option<Uuid>,
}

impl ImportView {
    /// An import as it stands.
    pub fn of(stored: &StoredImport) -> ImportView {
        let (import, progress) = (&stored.import, &stored.progress);
        let tally = &progress.tally;
        ImportView {
            id: import.id.0,
            version: import.version,
            state: word(&import.state),
            failure: import.failure.as_ref().map(word),
            file: import.file.clone(),
            source: import.source.clone(),
            bytes: import.bytes,
            created_at: rfc3339(import.created_at),
            created_by: import.created_by.0,
            started_at: import.started_at.map(rfc3339),
            ended_at: import.ended_at.map(rfc3339),
            mapping: serde_json::to_value(&import.mapping).unwrap_or_default(),
            findings: import.findings.as_ref().map(ImportFindingsView::of),
            progress: ImportProgressView {
                byte: progress.byte,
                rows: tally.rows,
                new: tally.new,
                there: tally.there,
                refused: tally.refused,
                refused_by: tally.refused_by.iter().map(|(reason, rows)| (word(reason), *rows)).collect(),
                rows_per_second: progress.rows_a_second(),
                seconds_left: progress.seconds_left(import.bytes).filter(|_| import.is_at_work()),
            },
        }
    }
}

impl ImportFindingsView {
    fn of(findings: &Findings) -> Self {
        let refused = findings.refused.iter().map(|row| RefusedRowView::of(row.line, &row.refusal)).collect();
        ImportFindingsView {
            agents: counted(&findings.agents),
            codes: counted(&findings.codes),
            types: counted(&findings.types),
            more_words: findings.more_words,
            refused,
        }
    }
}

fn counted(words: &BTreeMap<String, u64>) -> Vec<WordCountView> {
    let mut counted: Vec<WordCountView> =
        words.iter().map(|(word, rows)| WordCountView { word: word.clone(), rows: *rows }).collect();
    counted.sort_by_key(|one| std::cmp::Reverse(one.rows));
    counted
}

impl RefusedRowView {
    fn of(line: u64, refusal: &Refusal) -> Self {
        RefusedRowView {
            line,
            field: refusal.field.map(|field| field.word().to_owned()),
            reason: word(&refusal.reason),
            value: refusal.value.clone(),
        }
    }
}

impl ImportPreviewView {
    /// What is shown of a file.
    pub fn of(preview: Preview) -> Self {
        ImportPreviewView {
            headings: preview.headings,
            missing: preview.missing.iter().map(|field| field.word().to_owned()).collect(),
            rows: preview.rows.into_iter().map(|(line, row)| ImportPreviewRow::of(line, &row)).collect(),
        }
    }
}

impl ImportPreviewRow {
    fn of(line: u64, row: &Row) -> Self {
        match &row.outcome {
            Ok(past) => ImportPreviewRow { line, call: Some(PastCallView::of(past)), refused: None },
            Err(refusal) => {
                ImportPreviewRow { line, call: None, refused: Some(RefusedRowView::of(line, refusal)) }
            }
        }
    }
}

impl PastCallView {
    fn of(past: &PastCall) -> Self {
        let (call, activity) = (&past.call, &past.activity);
        PastCallView {
            id: call.key.0,
            r#type: call.kind.as_ref().map(word).unwrap_or_default(),
            started_at: rfc3339(call.started_at),
            ended_at: call.ended_at.map(rfc3339),
            number: call.customer_number().map(str::to_owned),
            agent: activity.agent.as_ref().map(|agent| agent.0.clone()),
            ring_group: call.ring_group.clone(),
            talk_ms: call.talk_ms,
            wait_ms: call.wait_ms,
            code: activity.code.as_ref().map(|code| super::LabelView::from(&code.label)),
            notes: activity.notes.clone(),
            outcome: word(&activity.outcome),
            candidates: activity.candidates.len(),
            person: activity.party.and_then(|party| party.person).map(|person| person.0),
        }
    }
}

/// The first line of a file of refused rows: its own headings, then what is said of each row. The file can be put right and
/// uploaded again as it is.
pub fn refused_heading(headings: &[String]) -> String {
    let said = ["import_line", "import_column", "import_reason"];
    let cells: Vec<&str> = headings.iter().map(String::as_str).chain(said).collect();
    format!("{BYTE_ORDER_MARK}{}", line_of(&cells))
}

/// A refused row, read by spreadsheets as the text it is.
pub fn refused_line(cells: &[&str], line: u64, column: &str, refusal: &Refusal) -> String {
    let (line, reason) = (line.to_string(), word::<Reason>(&refusal.reason));
    let said = [line.as_str(), column, reason.as_str()];
    let cells: Vec<&str> = cells.iter().copied().chain(said).collect();
    line_of(&cells)
}
