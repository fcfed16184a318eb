//! Import of past calls (docs/import.md): a file is uploaded, how it is read is settled, each row is looked at, and only then
//! calls are written. What the worker does with an import is in [`check`] and [`run`]; what admins say of one is here.

pub mod check;
pub mod file;
mod logged;
pub mod preview;
pub mod refused;
pub mod rows;
pub mod run;

use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::settings::zone;
use crate::view::ImportView;
use domain::commit::{Change, Commit, Precondition};
use domain::id::{AgentKey, ImportId, UserId};
use domain::import::{
    Book, Columns, DEFAULT_SOURCE, Import, ImportFailure, ImportState, ImportStep, MAX_IMPORTS,
    MAX_NAME_CHARS, Mapping, MappingFault, MappingRefused, Progress, propose,
};
use domain::report::calendar::Calendar;
use file::Incoming;
use rows::{Rows, Unreadable};
use std::path::PathBuf;
use store::{CommitError, StoredImport};

/// A file that was taken, to become an import.
pub struct NewImport {
    /// Its id, which its file has already.
    pub id: ImportId,
    /// What it was called.
    pub name: String,
    /// What it was exported from; the usual where absent.
    pub source: Option<String>,
    /// Its length.
    pub bytes: u64,
    /// Who uploaded it.
    pub by: UserId,
}

/// Every import, last first.
///
/// # Errors
/// The store cannot read.
pub async fn list(app: &App, tenant: &Tenant) -> Result<Vec<StoredImport>, OpError> {
    Ok(app.store.imports(tenant.id).await?)
}

/// An import.
///
/// # Errors
/// There is none of this id, or the store cannot read.
pub async fn find(app: &App, tenant: &Tenant, id: ImportId) -> Result<StoredImport, OpError> {
    app.store.import(tenant.id, id).await?.ok_or(OpError::NotFound)
}

/// That another import may be made with these names, before its file is taken.
///
/// # Errors
/// A name cannot be taken, or there are too many imports.
pub async fn may_add(app: &App, tenant: &Tenant, name: &str, source: Option<&str>) -> Result<(), OpError> {
    let name_of = |field: &'static str, text: &str| match text.trim() {
        "" => Err(OpError::invalid(field, FieldFault::Empty)),
        text if text.chars().count() > MAX_NAME_CHARS => Err(OpError::invalid(field, FieldFault::TooLong)),
        _ => Ok(()),
    };
    name_of("name", name)?;
    source.map_or(Ok(()), |source| name_of("source", source))?;
    if app.store.imports(tenant.id).await?.len() >= MAX_IMPORTS {
        return Err(OpError::invalid("imports", FieldFault::TooLong));
    }
    Ok(())
}

/// Begins to take a file.
///
/// # Errors
/// It cannot be made.
pub async fn begin(app: &App, tenant: &Tenant) -> Result<(ImportId, Incoming), OpError> {
    let id = ImportId(app.around.new_id());
    let folder = file::folder(&app.settings, &tenant.settings.slug);
    let incoming = Incoming::begin(&folder, id, limit(app)).await;
    incoming.map(|incoming| (id, incoming)).map_err(|error| OpError::Unavailable(error.to_string()))
}

/// The largest file that is taken, in bytes.
pub fn limit(app: &App) -> u64 {
    u64::from(app.settings.data.import_max_mb) * 1024 * 1024
}

/// Makes an import of a file that was taken, with a mapping by its headings.
///
/// # Errors
/// It has no headings, or the store cannot write. Its file is gone then.
pub async fn add(app: &App, tenant: &Tenant, new: NewImport) -> Result<StoredImport, OpError> {
    let path = path(app, tenant, new.id);
    let added = match headings(path.clone()).await {
        Ok(headings) if headings.len() > 1 => save_new(app, tenant, new, &headings).await,
        Ok(_) | Err(Unreadable::RowTooLong) => Err(OpError::invalid("file", FieldFault::Unknown)),
        Err(error) => Err(OpError::Unavailable(error.to_string())),
    };
    if added.is_err() {
        // What cannot be taken away now is taken away at the next start.
        let _ = tokio::fs::remove_file(&path).await;
    }
    added
}

async fn save_new(
    app: &App,
    tenant: &Tenant,
    new: NewImport,
    headings: &[String],
) -> Result<StoredImport, OpError> {
    let zone = tenant.settings.zone();
    let import = Import {
        id: new.id,
        version: 1,
        state: ImportState::Uploaded,
        failure: None,
        file: new.name.trim().to_owned(),
        source: new.source.as_deref().unwrap_or(DEFAULT_SOURCE).trim().to_owned(),
        bytes: new.bytes,
        created_at: app.around.now(),
        created_by: new.by,
        mapping: propose(headings, zone.iana_name().unwrap_or("UTC")),
        book: Book::default(),
        findings: None,
        started_at: None,
        ended_at: None,
    };
    tracing::info!(import = %new.id, bytes = new.bytes, user = %new.by, "a file of past calls was uploaded");
    save(app, tenant, 0, import, Some(Progress::begun(app.around.now())), None).await
}

/// Changes how an import is read; what was checked before is to be checked again.
///
/// # Errors
/// There is none, it was changed meanwhile, calls were written by it, or the mapping cannot be used.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    id: ImportId,
    version: u64,
    mapping: Mapping,
) -> Result<StoredImport, OpError> {
    let stored = at_version(find(app, tenant, id).await?, version)?;
    if !stored.import.can_be_mapped() {
        return Err(OpError::NotPossible);
    }
    if zone::zone(&mapping.zone).is_none() {
        return Err(OpError::invalid("mapping.zone", FieldFault::Unknown));
    }
    let headings = headings(path(app, tenant, id)).await.map_err(unreadable)?;
    let sets = app.store.dispositions(tenant.id).await?;
    mapping.check(&headings, &sets).map_err(refused)?;
    let import = Import { mapping, state: ImportState::Uploaded, findings: None, ..stored.import };
    save(app, tenant, version, import, Some(Progress::begun(app.around.now())), None).await
}

fn refused(refused: MappingRefused) -> OpError {
    let fault = match refused.fault {
        MappingFault::Empty => FieldFault::Empty,
        MappingFault::Unknown => FieldFault::Unknown,
        MappingFault::TooLong => FieldFault::TooLong,
        MappingFault::Taken => FieldFault::Taken,
    };
    OpError::invalid(format!("mapping.{}", refused.place), fault)
}

/// Checks, starts, pauses or cancels an import. What it takes is done by the worker.
///
/// # Errors
/// There is none, it was changed meanwhile, or that cannot be done with it now.
pub async fn step(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: ImportId,
    version: u64,
    step: ImportStep,
) -> Result<StoredImport, OpError> {
    let stored = at_version(find(app, tenant, id).await?, version)?;
    let now = app.around.now();
    let state = stored.import.after(step).ok_or(OpError::NotPossible)?;
    let before = stored.import.state;
    let mut import = Import { state, ..stored.import };
    let (mut progress, mut entry) = (None, None);
    match state {
        ImportState::Checking => {
            let headings = headings(path(app, tenant, id)).await.map_err(unreadable)?;
            let sets = app.store.dispositions(tenant.id).await?;
            import.mapping.check(&headings, &sets).map_err(refused)?;
            import.book = book(app, tenant, &import.mapping).await?;
            import.findings = None;
            progress = Some(Progress::begun(now));
        }
        ImportState::Running if before == ImportState::Checked => {
            import.started_at = Some(now);
            progress = Some(Progress::begun(now));
            entry = Some(logged::started(app, by, &import));
        }
        ImportState::Cancelled => {
            import.ended_at = Some(now);
            entry = Some(logged::cancelled(app, by, &import));
        }
        ImportState::Uploaded => progress = Some(Progress::begun(now)),
        _ => {}
    }
    let saved = save(app, tenant, version, import, progress, entry).await?;
    tracing::info!(import = %id, user = %by, ?step, "an import is to do something else");
    app.imports.ring();
    Ok(saved)
}

/// Removes an import with its file. Calls that came of it stay.
///
/// # Errors
/// There is none, it was changed meanwhile, or it is at work.
pub async fn remove(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: ImportId,
    version: u64,
) -> Result<(), OpError> {
    let stored = at_version(find(app, tenant, id).await?, version)?;
    if stored.import.is_at_work() {
        return Err(OpError::NotPossible);
    }
    let preconditions = vec![Precondition::ImportVersion { id, version }];
    let mut changes = vec![Change::ImportRemoved(id)];
    // Of one that wrote nothing nothing was told either.
    if stored.import.started_at.is_some() {
        changes.push(logged::removed(app, by, &stored.import));
    }
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Err(CommitError::Refused { .. }) => return Err(stale(&find(app, tenant, id).await?)),
        written => written?,
    };
    // What cannot be taken away now is taken away at the next start.
    let _ = tokio::fs::remove_file(path(app, tenant, id)).await;
    Ok(())
}

/// Whom and what words mean, by a mapping and by users and codes as they are now.
///
/// # Errors
/// The store cannot read.
pub async fn book(app: &App, tenant: &Tenant, mapping: &Mapping) -> Result<Book, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    let users = app.store.users(tenant.id).await?;
    let words = users.iter().filter_map(|user| user.agent.as_ref().map(|agent| (user, agent)));
    let words = words.flat_map(|(user, agent)| {
        [&user.name, &user.login, &agent.0].map(|word| (word.clone(), agent.clone()))
    });
    let words: Vec<(String, AgentKey)> = words.collect();
    Ok(Book::of(mapping, &words, &sets))
}

fn at_version(stored: StoredImport, version: u64) -> Result<StoredImport, OpError> {
    if stored.import.version == version { Ok(stored) } else { Err(stale(&stored)) }
}

fn stale(current: &StoredImport) -> OpError {
    OpError::Stale { current: json(&ImportView::of(current)) }
}

fn path(app: &App, tenant: &Tenant, id: ImportId) -> PathBuf {
    file::path_of(&file::folder(&app.settings, &tenant.settings.slug), id)
}

async fn headings(path: PathBuf) -> Result<Vec<String>, Unreadable> {
    let read = move || Rows::open(&path).map(|rows| rows.headings().to_vec());
    blocking(read).await?
}

/// Reads files where nobody else waits for the thread.
async fn blocking<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Result<T, Unreadable> {
    tokio::task::spawn_blocking(read).await.map_err(|error| Unreadable::Io(std::io::Error::other(error)))
}

fn unreadable(error: Unreadable) -> OpError {
    match error {
        Unreadable::Missing => OpError::NotFound,
        Unreadable::RowTooLong => OpError::invalid("file", FieldFault::TooLong),
        other => OpError::Unavailable(other.to_string()),
    }
}

/// The next version of an import, written on the one before; with how far it is, where that begins anew, and with what the
/// change log says of it.
async fn save(
    app: &App,
    tenant: &Tenant,
    version: u64,
    import: Import,
    progress: Option<Progress>,
    entry: Option<Change>,
) -> Result<StoredImport, OpError> {
    let id = import.id;
    let import = Import { version: version + 1, ..import };
    let mut changes = vec![Change::Import(Box::new(import))];
    changes.extend(progress.map(|progress| Change::ImportWentOn { id, progress: Box::new(progress) }));
    changes.extend(entry);
    let preconditions = vec![Precondition::ImportVersion { id, version }];
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Err(CommitError::Refused { .. }) => Err(stale(&find(app, tenant, id).await?)),
        written => {
            written?;
            find(app, tenant, id).await
        }
    }
}

/// What reading an import's rows rests on.
struct Opened {
    rows: Rows,
    columns: Columns,
    calendar: Calendar,
}

/// Opens an import's file.
async fn open(app: &App, tenant: &Tenant, import: &Import) -> Result<Result<Opened, ImportFailure>, OpError> {
    let path = path(app, tenant, import.id);
    let opened = blocking(move || Rows::open(&path)).await.and_then(|rows| rows);
    let rows = match opened {
        Ok(rows) => rows,
        Err(error) => return failure(error).map(Err),
    };
    let calendar = zone::zone(&import.mapping.zone).map(|zone| zone::calendar(&zone));
    let columns = Columns::of(&import.mapping, rows.headings());
    Ok(match (columns, calendar) {
        (Ok(columns), Some(calendar)) => Ok(Opened { rows, columns, calendar }),
        _ => Err(ImportFailure::ColumnMissing),
    })
}

/// What of an import cannot be made good by trying again.
fn failure(error: Unreadable) -> Result<ImportFailure, OpError> {
    match error {
        Unreadable::Missing => Ok(ImportFailure::FileMissing),
        Unreadable::RowTooLong => Ok(ImportFailure::RowTooLong),
        Unreadable::Io(error) => Err(OpError::Unavailable(error.to_string())),
    }
}

/// Gives an import up; nothing where somebody said something else of it meanwhile.
async fn fail(app: &App, tenant: &Tenant, import: &Import, failure: ImportFailure) -> Result<(), OpError> {
    tracing::warn!(import = %import.id, ?failure, "an import cannot go on");
    let (version, ended_at) = (import.version, Some(app.around.now()));
    // Of one that wrote nothing nothing was told either.
    let entry = match import.started_at {
        Some(_) => {
            let tally = find(app, tenant, import.id).await?.progress.tally;
            Some(logged::failed(app, import, failure, &tally))
        }
        None => None,
    };
    let failed = Import { state: ImportState::Failed, failure: Some(failure), ended_at, ..import.clone() };
    match save(app, tenant, version, failed, None, entry).await {
        Err(OpError::Stale { .. }) => Ok(()),
        saved => saved.map(drop),
    }
}

/// Writes changes of an import while nobody says anything else of it; whether they were written.
async fn write(app: &App, tenant: &Tenant, import: &Import, changes: Vec<Change>) -> Result<bool, OpError> {
    let preconditions = vec![Precondition::ImportVersion { id: import.id, version: import.version }];
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Err(CommitError::Refused { .. }) => Ok(false),
        written => Ok(written.map(|_| true)?),
    }
}
