//! The first rows of a file as they would become by a mapping, which need not be saved.

use super::{book, find, open, unreadable};
use crate::app::{App, Tenant};
use crate::ops::lookup::match_caller;
use crate::ops::{FieldFault, OpError};
use domain::id::ImportId;
use domain::import::row::Row;
use domain::import::{Field, Import};
use std::sync::Arc;

/// How many rows are shown.
pub const ROWS_SHOWN: usize = 20;

/// What is shown of a file.
#[derive(Debug)]
pub struct Preview {
    /// Its headings.
    pub headings: Vec<String>,
    /// Fields that are needed and have no column.
    pub missing: Vec<Field>,
    /// The first rows, each with the line it begins in.
    pub rows: Vec<(u64, Row)>,
}

/// The first rows of an import's file.
///
/// # Errors
/// There is none, its file is gone, or the store cannot read.
pub async fn preview(app: &App, tenant: &Tenant, id: ImportId) -> Result<Preview, OpError> {
    let stored = find(app, tenant, id).await?.import;
    let book = book(app, tenant, &stored.mapping).await?;
    let import = Arc::new(Import { book, ..stored });
    let headings = super::headings(super::path(app, tenant, id)).await.map_err(unreadable)?;
    let has = |field: &&Field| import.mapping.columns.get(field).is_some_and(|one| headings.contains(one));
    let missing: Vec<Field> = Field::NEEDED.iter().filter(|field| !has(field)).copied().collect();
    if !missing.is_empty() {
        return Ok(Preview { headings, missing, rows: Vec::new() });
    }
    let Ok(opened) = open(app, tenant, &import).await? else {
        return Err(OpError::invalid("mapping.columns", FieldFault::Unknown));
    };
    let now = app.around.now();
    let batch = super::run::read(opened, &import, tenant.id, now, ROWS_SHOWN).await.map_err(unreadable)?;
    let rules = tenant.rules();
    let mut rows = Vec::with_capacity(batch.rows.len());
    for (line, mut row) in batch.rows {
        if let Ok(past) = row.outcome {
            let party = rules.party(past.call.customer_number().unwrap_or_default());
            let found = match_caller(&*app.store, tenant.id, &party, &rules.centre.matching).await?;
            row.outcome = Ok(Box::new(past.matched(&found)));
        }
        rows.push((line, row));
    }
    Ok(Preview { headings, missing, rows })
}
