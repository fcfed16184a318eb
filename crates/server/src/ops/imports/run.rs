//! Writing the calls of an import. The place in the file and the calls of the rows before it are one Commit: a server that is killed
//! goes on where it was, and no row is written twice or left out.

use super::rows::{Place, Unreadable};
use super::{Opened, blocking, fail, failure, logged, open, write};
use crate::app::{App, Rules, Tenant};
use crate::ops::OpError;
use crate::ops::lookup::match_caller;
use domain::commit::Change;
use domain::id::{At, TenantId};
use domain::import::row::{Reader, Row};
use domain::import::{Import, ImportState, PastCall, Progress, Tally};
use domain::matching::Match;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::StoredImport;

/// How many rows are one Commit: some tens of milliseconds of the thread that writes, which whoever takes a call at that moment
/// waits for.
const ROWS_A_COMMIT: usize = 100;

/// Some rows, and what reading them left.
pub(super) struct Batch {
    pub(super) opened: Opened,
    pub(super) rows: Vec<(u64, Row)>,
    pub(super) place: Place,
    pub(super) at_end: bool,
}

/// Reads up to `most` rows.
pub(super) async fn read(
    mut opened: Opened,
    import: &Arc<Import>,
    tenant: TenantId,
    now: At,
    most: usize,
) -> Result<Batch, Unreadable> {
    let import = Arc::clone(import);
    let read = move || {
        let mut rows = Vec::with_capacity(most);
        let mut at_end = false;
        {
            let (columns, calendar) = (&opened.columns, &opened.calendar);
            let reader = Reader { tenant, import: &import, columns, calendar, now };
            while rows.len() < most && !at_end {
                match opened.rows.advance()? {
                    Some((line, record)) => {
                        let cells: Vec<&str> = record.iter().collect();
                        rows.push((line, reader.read(line, &cells)));
                    }
                    None => at_end = true,
                }
            }
        }
        let place = opened.rows.place();
        Ok(Batch { opened, rows, place, at_end })
    };
    blocking(read).await?
}

/// Writes calls until the file is at its end, or somebody says something else of the import.
///
/// # Errors
/// The disk or the store cannot read or write; what was written stays, and it can go on from there.
pub async fn run(app: &App, tenant: &Tenant, stored: StoredImport) -> Result<(), OpError> {
    let import = Arc::new(stored.import);
    let mut progress = stored.progress.taken_up(app.around.now());
    let mut opened = match open(app, tenant, &import).await? {
        Ok(opened) => opened,
        Err(failure) => return fail(app, tenant, &import, failure).await,
    };
    if progress.byte > 0 {
        let place = Place { byte: progress.byte, line: progress.line };
        opened.rows.go_to(place).map_err(|error| OpError::Unavailable(error.to_string()))?;
    }
    loop {
        let batch = match read(opened, &import, tenant.id, app.around.now(), ROWS_A_COMMIT).await {
            Ok(batch) => batch,
            Err(error) => return fail(app, tenant, &import, failure(error)?).await,
        };
        let (calls, tally) = calls_of(app, tenant, batch.rows, progress.tally).await?;
        let Place { byte, line } = batch.place;
        progress = Progress { byte, line, tally, at: app.around.now(), run: progress.run };
        let mut changes: Vec<Change> =
            calls.into_iter().map(|call| Change::PastCall(Box::new(call))).collect();
        changes.push(Change::ImportWentOn { id: import.id, progress: Box::new(progress.clone()) });
        if batch.at_end {
            changes.push(Change::Import(Box::new(done(app, &import))));
            changes.push(logged::finished(app, &import, &progress.tally));
        }
        if !write(app, tenant, &import, changes).await? {
            return Ok(());
        }
        if batch.at_end {
            tracing::info!(import = %import.id, rows = progress.tally.rows, new = progress.tally.new, "an import is done");
            return Ok(());
        }
        opened = batch.opened;
    }
}

fn done(app: &App, import: &Import) -> Import {
    let ended_at = Some(app.around.now());
    Import { version: import.version + 1, state: ImportState::Done, ended_at, ..import.clone() }
}

/// The calls that are not there yet, each with whose number it is.
async fn calls_of(
    app: &App,
    tenant: &Tenant,
    rows: Vec<(u64, Row)>,
    mut tally: Tally,
) -> Result<(Vec<PastCall>, Tally), OpError> {
    let mut calls = Vec::new();
    for (_, row) in rows {
        match row.outcome {
            Ok(call) => calls.push(*call),
            Err(refusal) => tally.refuse(refusal.reason),
        }
    }
    let keys: Vec<_> = calls.iter().map(|past| past.call.key).collect();
    let known = app.store.known_calls(tenant.id, &keys).await?;
    let rules = tenant.rules();
    let (mut seen, mut matches, mut new) = (BTreeSet::new(), HashMap::new(), Vec::new());
    for (past, known) in calls.into_iter().zip(known) {
        let there = known || !seen.insert(past.call.key);
        tally.call(there);
        if !there {
            let found = whose(app, tenant, &rules, &mut matches, &past).await?;
            new.push(past.matched(&found));
        }
    }
    Ok((new, tally))
}

/// What the directory says of the customer's number, asked once for a batch. Nobody is made (P5 is about calls that end now).
async fn whose(
    app: &App,
    tenant: &Tenant,
    rules: &Rules,
    matches: &mut HashMap<String, Match>,
    past: &PastCall,
) -> Result<Match, OpError> {
    let number = past.call.customer_number().unwrap_or_default();
    if let Some(found) = matches.get(number) {
        return Ok(found.clone());
    }
    let party = rules.party(number);
    let found = match_caller(&*app.store, tenant.id, &party, &rules.centre.matching).await?;
    matches.insert(number.to_owned(), found.clone());
    Ok(found)
}
