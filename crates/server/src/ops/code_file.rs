//! The code book as a file of comma-separated values (P14): written, and read again. What a file would change is decided in
//! `domain::code_file`; here are quotes, formulas, the change log and the Commit, which is one for the whole file.

use super::code_traits::differences;
use super::dispositions::{audited, find_code, save};
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::{FieldChangeView, LabelView};
use domain::audit::{AuditSubject, FieldChange};
use domain::code_file::{COLUMNS, Line, LineDoes, Plan, plan, written};
use domain::commit::{Change, Precondition};
use domain::disposition::{DispositionCode, DispositionSet};
use domain::id::{CodeId, UserId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// What keeps it from doing so.
const GUARD: char = '\'';
/// Most lines that a file may have.
pub const MAX_LINES: usize = 10_000;

/// A line of a file, as admins see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FileLineView {
    /// Its number in the file, from 1.
    pub line: u64,
    /// `added`, `renamed`, `retired`, `brought_back`, `changed` or `refused`.
    pub does: String,
    /// Why it is refused.
    pub reason: Option<String>,
    /// The name of its set.
    pub set: String,
    /// The label that it gives.
    pub label: LabelView,
    /// What of the code it changes; empty where it is refused.
    pub fields: Vec<FieldChangeView>,
}

/// What a file would change, or changed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FileView {
    /// The lines that change something or are refused.
    pub lines: Vec<FileLineView>,
    /// How many lines change something.
    pub changes: usize,
    /// How many are refused; while any is, nothing is applied.
    pub refused: usize,
    /// How many say what the code book says.
    pub same: usize,
    /// What the code book was when the file was looked at: named where it is applied.
    pub basis: String,
    /// Whether it was applied.
    pub applied: bool,
}

/// The code book as a file.
///
/// # Errors
/// The store cannot read, or the file cannot be written.
pub async fn export(app: &App, tenant: &Tenant) -> Result<String, OpError> {
    text_of(written(&app.store.dispositions(tenant.id).await?))
}

/// Rows of these columns as a file that can be read again.
pub(super) fn text_of(rows: Vec<Vec<String>>) -> Result<String, OpError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let headings = std::iter::once(COLUMNS.map(str::to_owned).to_vec());
    for row in headings.chain(rows) {
        let guarded: Vec<String> = row.iter().map(|cell| guarded(cell)).collect();
        writer.write_record(&guarded).map_err(|error| OpError::Internal(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| OpError::Internal(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| OpError::Internal(error.to_string()))
}

/// What a file would change.
///
/// # Errors
/// It is no such file, or the store cannot read.
pub async fn look(app: &App, tenant: &Tenant, text: &str) -> Result<FileView, OpError> {
    look_at(app, tenant, &app.store.dispositions(tenant.id).await?, text)
}

/// The same of a code book that was read.
pub(super) fn look_at(
    app: &App,
    tenant: &Tenant,
    sets: &[DispositionSet],
    text: &str,
) -> Result<FileView, OpError> {
    Ok(view(&planned(app, tenant, sets, text)?, sets, false))
}

/// Applies a file, all of it or nothing.
///
/// # Errors
/// It is no such file, a line is refused, the code book is not what it was when the file was looked at, or the store cannot
/// write.
pub async fn apply(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    text: &str,
    basis: &str,
) -> Result<FileView, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    let plan = planned(app, tenant, &sets, text)?;
    if basis_of(&sets) != basis {
        return Err(OpError::Stale { current: super::submit_scene::json(&view(&plan, &sets, false)) });
    }
    if plan.is_refused() {
        return Err(OpError::invalid("file", FieldFault::Unknown));
    }
    let (mut rests_on, mut changes) = (Vec::new(), Vec::new());
    for set in &plan.after {
        let was = sets.iter().find(|one| one.id == set.id);
        if let Some(was) = was {
            rests_on.push(Precondition::SetVersion { id: was.id, version: was.version });
        }
        let own = changed_codes(app, by, &sets, set, &mut rests_on);
        match was {
            None => {
                let named = |field: &str, after: String| FieldChange {
                    field: field.to_owned(),
                    before: None,
                    after: Some(after),
                };
                let fields = vec![
                    named("name", set.name.clone()),
                    named("direction", crate::view::word(&set.direction)),
                    named("ring_groups", set.ring_groups.join(", ")),
                ];
                changes.push(Change::Set(Box::new(set.clone())));
                changes.push(audited(app, by, AuditSubject::Set(set.id), "created", fields));
            }
            // Whoever puts the set in order meanwhile is told.
            Some(was) if !own.is_empty() => {
                let counted = DispositionSet { version: was.version + 1, ..set.clone() };
                changes.push(Change::Set(Box::new(counted)));
            }
            Some(_) => {}
        }
        changes.extend(own);
    }
    if !changes.is_empty() {
        save(app, tenant, rests_on, changes).await?;
    }
    let basis = basis_of(&app.store.dispositions(tenant.id).await?);
    Ok(FileView { basis, ..view(&plan, &sets, true) })
}

/// The codes of a set that differ from what they were, each with its entry in the change log.
fn changed_codes(
    app: &App,
    by: UserId,
    sets: &[DispositionSet],
    set: &DispositionSet,
    rests_on: &mut Vec<Precondition>,
) -> Vec<Change> {
    let was = sets.iter().find(|one| one.id == set.id);
    let mut changes = Vec::new();
    for code in &set.codes {
        let before = was.and_then(|was| was.code(code.id));
        if before == Some(code) {
            continue;
        }
        rests_on.extend(
            before.map(|before| Precondition::CodeVersion { id: before.id, version: before.version }),
        );
        let fields = with_place(sets, set, code);
        changes.push(Change::Code(Box::new(code.clone())));
        changes.push(audited(app, by, AuditSubject::Code(code.id), "imported", fields));
    }
    changes
}

/// What of a code differs from what it was, its place among those beside it as well.
fn with_place(sets: &[DispositionSet], set: &DispositionSet, code: &DispositionCode) -> Vec<FieldChange> {
    let was = sets.iter().find(|one| one.id == set.id);
    let before = was.and_then(|was| was.code(code.id));
    let mut fields = differences(sets, (was.unwrap_or(set), before), (set, code));
    let place = |position: u32| Some(position.to_string());
    if let Some(before) = before.filter(|before| before.position != code.position) {
        let (before, after) = (place(before.position), place(code.position));
        fields.push(FieldChange { field: "position".to_owned(), before, after });
    }
    fields
}

fn planned(app: &App, tenant: &Tenant, sets: &[DispositionSet], text: &str) -> Result<Plan, OpError> {
    let (headings, rows) = read(text)?;
    let known =
        tenant.rules().centre.ring_groups.iter().map(|group| group.key.clone()).collect::<BTreeSet<_>>();
    let used = sets.iter().flat_map(|set| set.ring_groups.iter().cloned());
    let groups = known.into_iter().chain(used).collect();
    Ok(plan(sets, &groups, &headings, &rows, || app.around.new_id()))
}

type Table = (Vec<String>, Vec<(u64, Vec<String>)>);

/// The line of a row. The reader tells where it began to look, which is before the empty lines that it passed over.
fn line_of(text: &str, began: &csv::Position) -> u64 {
    let rest = text.as_bytes().get(began.byte() as usize..).unwrap_or_default();
    let empty =
        rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    began.line() + empty as u64
}

/// The headings and the rows of a file, each with its line; separated by commas, or by semicolons as spreadsheets in
/// Spanish save them.
fn read(text: &str) -> Result<Table, OpError> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let separator = if first.contains(',') { b',' } else { b';' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| OpError::invalid("file", FieldFault::NotText))?;
        let line = record.position().map_or(0, |began| line_of(text, began));
        let row: Vec<String> = record.iter().map(bared).collect();
        if row.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push((line, row));
        }
        if rows.len() > MAX_LINES {
            return Err(OpError::invalid("file", FieldFault::TooLong));
        }
    }
    if rows.is_empty() {
        return Err(OpError::invalid("file", FieldFault::Empty));
    }
    let headings: Vec<String> = rows.remove(0).1.iter().map(|cell| cell.trim().to_lowercase()).collect();
    let needed = COLUMNS.iter().filter(|column| !column.starts_with("path_"));
    if needed.into_iter().any(|column| !headings.iter().any(|heading| heading == column)) {
        return Err(OpError::invalid("file", FieldFault::Unknown));
    }
    Ok((headings, rows))
}

/// What a spreadsheet does not take for a formula. What looks guarded already is guarded once more, so that it is read again
/// as it was.
fn guarded(text: &str) -> String {
    if text.trim_start_matches(GUARD).starts_with(FORMULA) {
        format!("{GUARD}{text}")
    } else {
        text.to_owned()
    }
}

/// The text that was guarded.
fn bared(text: &str) -> String {
    let inner = text.strip_prefix(GUARD).filter(|rest| rest.trim_start_matches(GUARD).starts_with(FORMULA));
    inner.unwrap_or(text).to_owned()
}

/// What a line changes of its code.
fn fields_of(plan: &Plan, sets: &[DispositionSet], code: Option<CodeId>) -> Vec<FieldChange> {
    let Some((set, code)) = code.and_then(|id| find_code(&plan.after, id)) else { return Vec::new() };
    with_place(sets, set, code)
}

/// A word that is another one as soon as anything of the code book is.
fn basis_of(sets: &[DispositionSet]) -> String {
    let mut hash = Sha256::new();
    for set in sets {
        hash.update(set.id.0.as_bytes());
        hash.update(set.version.to_be_bytes());
        for code in &set.codes {
            hash.update(code.id.0.as_bytes());
            hash.update(code.version.to_be_bytes());
            hash.update(code.position.to_be_bytes());
        }
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn view(plan: &Plan, sets: &[DispositionSet], applied: bool) -> FileView {
    let line = |line: &Line| {
        let (does, reason) = match line.does {
            LineDoes::Nothing => return None,
            LineDoes::Adds => ("added", None),
            LineDoes::Renames => ("renamed", None),
            LineDoes::Retires => ("retired", None),
            LineDoes::BringsBack => ("brought_back", None),
            LineDoes::Changes => ("changed", None),
            LineDoes::Refused(fault) => ("refused", Some(fault.word().to_owned())),
        };
        let (does, label) = (does.to_owned(), LabelView::from(&line.label));
        let fields = fields_of(plan, sets, line.code).iter().map(FieldChangeView::from).collect();
        Some(FileLineView { line: line.number, does, reason, set: line.set.clone(), label, fields })
    };
    let lines: Vec<FileLineView> = plan.lines.iter().filter_map(line).collect();
    FileView {
        changes: plan.changes(),
        refused: lines.len() - plan.changes(),
        same: plan.lines.len() - lines.len(),
        basis: basis_of(sets),
        applied,
        lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_guarded_and_read_again_as_it_was() {
        for text in ["=1+1", "+34", "-x", "@a", "\tx", "'=1", "''=1", "'x", "x", "", "'"] {
            let written = guarded(text);
            assert!(!written.starts_with(FORMULA), "{written:?}");
            assert_eq!(bared(&written), text);
        }
        assert_eq!(guarded("=1"), "'=1");
    }

    #[test]
    fn a_file_is_read_with_commas_or_semicolons_and_without_its_empty_lines() {
        let headings = COLUMNS.join(",");
        let (read_headings, rows) = read(&format!("\u{feff}{headings}\r\n\r\n,,\r\nx,'=y\r\n")).unwrap();
        assert_eq!(read_headings, COLUMNS);
        assert_eq!(rows, [(4, vec!["x".to_owned(), "=y".to_owned()])]);
        assert_eq!(read(&format!("{}\nx;y\n", COLUMNS.join(";"))).unwrap().1[0].1, ["x", "y"]);
        for wrong in ["", "\n\n", "id,set\nx,y\n"] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
