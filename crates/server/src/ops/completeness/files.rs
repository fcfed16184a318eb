//! Files of phone systems: taken, looked at as a whole, and put where the worker compares them. A file lies here no longer than
//! that takes.

use super::compare::compare;
use super::reader::{BadFile, FileReader};
use super::source;
use crate::app::{App, Tenant};
use crate::ops::imports::file::{self, Incoming};
use crate::ops::imports::rows::Unreadable;
use crate::ops::{FieldFault, OpError};
use crate::settings::zone;
use domain::commit::{Change, Commit};
use domain::completeness::run::{Found, MAX_NAME_CHARS, MAX_RUNS, Reconciliation, RunState};
use domain::completeness::told::FileKind;
use domain::id::{ImportId, ReconciliationId, UserId};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest file that is taken: some 250,000 records.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// The folder within that of the data.
const FOLDER: &str = "comparisons";
/// How much of a file is hashed at a time.
const HASHED_BYTES: usize = 64 * 1024;

/// What is said of a file that is uploaded.
pub struct NewFile {
    /// What it was called.
    pub name: String,
    /// Which phone system's.
    pub source: String,
    /// Which kind.
    pub kind: FileKind,
    /// By whose clock it tells the time, where it does not say so itself; the settings' where absent.
    pub zone: Option<String>,
    /// Who uploads it.
    pub by: UserId,
}

/// Every file that is or was compared, last first.
///
/// # Errors
/// The store cannot read.
pub async fn list(app: &App, tenant: &Tenant) -> Result<Vec<Reconciliation>, OpError> {
    Ok(app.store.reconciliations(tenant.id).await?)
}

/// That a file may be uploaded with these words, before it is taken.
///
/// # Errors
/// A word cannot be taken.
pub fn may_add(tenant: &Tenant, new: &NewFile) -> Result<(), OpError> {
    match new.name.trim() {
        "" => return Err(OpError::invalid("name", FieldFault::Empty)),
        name if name.chars().count() > MAX_NAME_CHARS => {
            return Err(OpError::invalid("name", FieldFault::TooLong));
        }
        _ => {}
    }
    source(tenant, &new.source)?;
    match &new.zone {
        Some(name) if zone::zone(name).is_none() => Err(OpError::invalid("zone", FieldFault::Unknown)),
        _ => Ok(()),
    }
}

/// Begins to take a file.
///
/// # Errors
/// It cannot be made.
pub async fn begin(app: &App, tenant: &Tenant) -> Result<(ReconciliationId, Incoming), OpError> {
    let id = app.around.new_id();
    let incoming = Incoming::begin(&folder(app, tenant), ImportId(id), MAX_FILE_BYTES).await;
    let incoming = incoming.map_err(|error| OpError::Unavailable(error.to_string()))?;
    Ok((ReconciliationId(id), incoming))
}

/// Has a file compared that was taken. One that was compared before is compared again, and there is one word of both.
///
/// # Errors
/// It cannot be read, or the store cannot write. The file is gone then.
pub async fn add(
    app: &App,
    tenant: &Tenant,
    id: ReconciliationId,
    bytes: u64,
    new: NewFile,
) -> Result<Reconciliation, OpError> {
    let added = save(app, tenant, id, bytes, new).await;
    match &added {
        Ok(run) if run.id == id => app.imports.ring(),
        Ok(_) => app.imports.ring(),
        Err(_) => forget(app, tenant, id).await,
    }
    added
}

async fn save(
    app: &App,
    tenant: &Tenant,
    id: ReconciliationId,
    bytes: u64,
    new: NewFile,
) -> Result<Reconciliation, OpError> {
    let named = new.zone.as_deref().and_then(zone::zone);
    let zone = named.unwrap_or_else(|| tenant.settings.zone());
    let (file, kind, by_zone) = (path(app, tenant, id), new.kind, zone.clone());
    let looked = move || {
        FileReader::open(&file, kind, by_zone)?;
        hash(&file).map_err(|error| BadFile::Unreadable(Unreadable::Io(error)))
    };
    let hash =
        tokio::task::spawn_blocking(looked).await.map_err(|error| OpError::Internal(error.to_string()))?;
    let hash = hash.map_err(refused)?;
    let all = list(app, tenant).await?;
    let same = |run: &&Reconciliation| (&run.hash, run.kind, &run.source) == (&hash, new.kind, &new.source);
    let before = all.iter().find(same);
    if before.is_some_and(|run| run.state == RunState::Running) {
        // It is at it: what comes of it is what would come of this.
        forget(app, tenant, id).await;
        return before.cloned().ok_or(OpError::NotFound);
    }
    if let Some(before) = before {
        let moved = tokio::fs::rename(path(app, tenant, id), path(app, tenant, before.id)).await;
        moved.map_err(|error| OpError::Unavailable(error.to_string()))?;
    }
    let run = Reconciliation {
        id: before.map_or(id, |run| run.id),
        kind: new.kind,
        source: new.source,
        file: new.name.trim().to_owned(),
        bytes,
        hash: hash.clone(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        at: app.around.now(),
        by: new.by,
        uploads: before.map_or(0, |run| run.uploads) + 1,
        state: RunState::Running,
        byte: 0,
        found: Found::default(),
        ended_at: None,
    };
    let mut changes = vec![Change::Reconciliation(Box::new(run.clone()))];
    let too_many = all.iter().skip(MAX_RUNS - 1).filter(|old| old.id != run.id);
    changes.extend(too_many.map(|old| Change::ReconciliationRemoved(old.id)));
    app.store.commit(Commit::of(tenant.id, changes)).await?;
    tracing::info!(run = %run.id, bytes, user = %run.by, kind = ?run.kind, "a file of a phone system is compared");
    Ok(run)
}

fn refused(error: BadFile) -> OpError {
    match error {
        BadFile::Line { line, reason } => OpError::BadLine { line, reason },
        BadFile::Empty => OpError::invalid("file", FieldFault::Empty),
        BadFile::Unreadable(Unreadable::RowTooLong) => OpError::invalid("file", FieldFault::TooLong),
        BadFile::Unreadable(error) => OpError::Unavailable(error.to_string()),
    }
}

fn hash(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; HASHED_BYTES]);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => hash.update(&piece[..read]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Compares the files that wait for it, the oldest first.
///
/// # Errors
/// The disk or the store cannot read or write.
pub async fn work(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    loop {
        let waiting = list(app, tenant).await?.into_iter().rfind(|run| run.state == RunState::Running);
        match waiting {
            Some(run) => compare(app, tenant, run).await?,
            None => return Ok(()),
        }
    }
}

/// Takes away what was on its way here when the server ended. Nothing may be on its way yet.
///
/// # Errors
/// The disk or the store cannot be read.
pub async fn tidy(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    let waiting = list(app, tenant).await?.into_iter().filter(|run| run.state == RunState::Running);
    let kept: Vec<ImportId> = waiting.map(|run| ImportId(run.id.0)).collect();
    let removed = file::tidy(&folder(app, tenant), &kept).await;
    removed.map(drop).map_err(|error| OpError::Unavailable(error.to_string()))
}

fn folder(app: &App, tenant: &Tenant) -> PathBuf {
    app.settings.data.dir.join(FOLDER).join(&tenant.settings.slug)
}

pub(super) fn path(app: &App, tenant: &Tenant, id: ReconciliationId) -> PathBuf {
    file::path_of(&folder(app, tenant), ImportId(id.0))
}

/// A file is needed no more.
pub(super) async fn forget(app: &App, tenant: &Tenant, id: ReconciliationId) {
    // What cannot be taken away now is taken away at the next start.
    let _ = tokio::fs::remove_file(path(app, tenant, id)).await;
}
