//! The rows of an import that are refused, as they stand in its file: nothing of them is stored, they are read again by what the
//! import was read by.

use super::rows::Rows;
use super::{Opened, blocking, find, open, unreadable};
use crate::app::{App, Tenant};
use crate::ops::{FieldFault, OpError};
use crate::view::{refused_heading, refused_line};
use domain::id::{At, ImportId, TenantId};
use domain::import::Import;
use domain::import::row::Reader;
use std::sync::Arc;

/// How many rows are looked at for one piece of the answer.
const ROWS_A_PIECE: usize = 2_000;

/// Refused rows on their way out, piece by piece.
pub struct RefusedRows {
    tenant: TenantId,
    import: Arc<Import>,
    now: At,
    opened: Option<Opened>,
    heading: Option<String>,
}

/// Begins to read an import's refused rows. What counts is how it was checked last.
///
/// # Errors
/// There is none, it was never checked, its file is gone, or the store cannot read.
pub async fn refused_rows(app: &App, tenant: &Tenant, id: ImportId) -> Result<RefusedRows, OpError> {
    let stored = find(app, tenant, id).await?;
    if stored.import.findings.is_none() {
        return Err(OpError::NotPossible);
    }
    let import = Arc::new(stored.import);
    let Ok(opened) = open(app, tenant, &import).await? else {
        return Err(OpError::invalid("file", FieldFault::Unknown));
    };
    let heading = Some(refused_heading(opened.rows.headings()));
    Ok(RefusedRows { tenant: tenant.id, import, now: stored.progress.at, opened: Some(opened), heading })
}

impl RefusedRows {
    /// The next lines; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn next(mut self) -> Result<Option<(String, RefusedRows)>, OpError> {
        if let Some(heading) = self.heading.take() {
            return Ok(Some((heading, self)));
        }
        loop {
            let Some(mut opened) = self.opened.take() else { return Ok(None) };
            let (import, tenant, now) = (Arc::clone(&self.import), self.tenant, self.now);
            let read = move || {
                let Opened { rows, columns, calendar } = &mut opened;
                let reader = Reader { tenant, import: &import, columns, calendar, now };
                let (lines, at_end) = piece(rows, &reader)?;
                Ok((lines, (!at_end).then_some(opened)))
            };
            let (lines, opened) = blocking(read).await.and_then(|read| read).map_err(unreadable)?;
            self.opened = opened;
            // A piece without anything in it would end the answer.
            if !lines.is_empty() {
                return Ok(Some((lines, self)));
            }
        }
    }
}

fn piece(rows: &mut Rows, reader: &Reader<'_>) -> Result<(String, bool), super::rows::Unreadable> {
    let mut lines = String::new();
    for _ in 0..ROWS_A_PIECE {
        let Some((line, record)) = rows.advance()? else { return Ok((lines, true)) };
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        if let Err(refusal) = reader.read(line, &cells).outcome {
            let column = refusal.field.and_then(|field| reader.import.mapping.columns.get(&field));
            lines += &refused_line(&cells, line, column.map_or("", String::as_str), &refusal);
        }
    }
    Ok((lines, false))
}
