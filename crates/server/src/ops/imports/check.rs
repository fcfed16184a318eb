//! Looking at what each row would become. No call is written; words that nobody knows are counted, so that an admin can say what
//! they mean before anything is.

use super::run::{Batch, read};
use super::{fail, failure, open, save, write};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use domain::commit::Change;
use domain::id::CallKey;
use domain::import::{Findings, Import, ImportState, Progress, Tally};
use std::collections::HashSet;
use std::sync::Arc;
use store::StoredImport;

/// How many rows are looked at between two words of how far it is.
const ROWS_AT_A_TIME: usize = 2_000;

/// What was found so far.
#[derive(Default)]
struct Found {
    findings: Findings,
    tally: Tally,
    /// Half of the ids of calls in the file: enough to tell a million apart, in 16 MB instead of 40.
    seen: HashSet<u64>,
}

/// Looks at the whole file, unless somebody says something else of the import meanwhile.
///
/// # Errors
/// The disk or the store cannot read or write; it begins again then.
pub async fn check(app: &App, tenant: &Tenant, stored: StoredImport) -> Result<(), OpError> {
    let import = Arc::new(stored.import);
    let mut progress = Progress::begun(app.around.now());
    let mut opened = match open(app, tenant, &import).await? {
        Ok(opened) => opened,
        Err(failure) => return fail(app, tenant, &import, failure).await,
    };
    let mut found = Found::default();
    loop {
        let batch = match read(opened, &import, tenant.id, app.around.now(), ROWS_AT_A_TIME).await {
            Ok(batch) => batch,
            Err(error) => return fail(app, tenant, &import, failure(error)?).await,
        };
        look_at(app, tenant, &mut found, &batch).await?;
        let (place, tally) = (batch.place, found.tally.clone());
        progress =
            Progress { byte: place.byte, line: place.line, tally, at: app.around.now(), run: progress.run };
        if batch.at_end {
            let findings = Some(found.findings);
            let checked = Import { state: ImportState::Checked, findings, ..(*import).clone() };
            return match save(app, tenant, import.version, checked, Some(progress), None).await {
                Err(OpError::Stale { .. }) => Ok(()),
                saved => saved.map(drop),
            };
        }
        let so_far = Change::ImportWentOn { id: import.id, progress: Box::new(progress.clone()) };
        if !write(app, tenant, &import, vec![so_far]).await? {
            return Ok(());
        }
        opened = batch.opened;
    }
}

async fn look_at(app: &App, tenant: &Tenant, found: &mut Found, batch: &Batch) -> Result<(), OpError> {
    let mut keys: Vec<CallKey> = Vec::new();
    for (line, row) in &batch.rows {
        for (field, word) in &row.unknown {
            found.findings.unknown(*field, word);
        }
        match &row.outcome {
            Ok(past) => keys.push(past.call.key),
            Err(refusal) => {
                found.tally.refuse(refusal.reason);
                found.findings.refuse(*line, refusal.clone());
            }
        }
    }
    let known = app.store.known_calls(tenant.id, &keys).await?;
    for (key, known) in keys.into_iter().zip(known) {
        let (_, half) = key.0.as_u64_pair();
        let twice = !found.seen.insert(half);
        found.tally.call(known || twice);
    }
    Ok(())
}
