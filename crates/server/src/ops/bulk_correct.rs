//! `bulk_correct`: many Activities are put right at once. Each is decided and written by itself, with its own correction and
//! its own entry in the change log, and what became of it is written in the same Commit: whoever stops it loses nothing,
//! whoever goes on does nothing twice. Supervisors.

use super::correct::{MAX_DECISIONS, NamedIn, Part, looked_at};
use super::progress::Progress;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::bulk::{BulkItemView, BulkPreviewView, BulkView};
use domain::bulk::{Became, Bulk, BulkChange, BulkFault, BulkItem, MAX_BULK, distinct, moved_on, request};
use domain::commit::{Change, Commit, Precondition};
use domain::correction::Corrector;
use domain::correction::decide::{CorrectRefused, CorrectionScene, correct, undo};
use domain::disposition::CodeRefused;
use domain::id::{At, AuditId, BulkId, CallKey};
use futures_util::StreamExt;
use futures_util::stream::iter;
use store::{ActivityFilter, CommitError, MAX_PAGE};

/// How many calls are decided beside one another: their Commits share what a Commit costs.
const AT_ONCE: usize = 16;
/// How many of the last ones are told.
const LAST: usize = 20;
/// About how many calls are looked at for a page of those that are found.
const LOOK_AT_MOST: usize = 20_000;
/// Most pages that are read for those that are found: of a rare filter what is left is said to be more.
const MAX_PAGES: usize = 10;

/// What a correction of many is about.
pub struct Asked {
    /// The calls.
    pub calls: Vec<CallKey>,
    /// What is to be changed.
    pub change: BulkChange,
}

/// The calls that a filter finds, newest first.
#[derive(Debug)]
pub struct Matching {
    /// At most [`MAX_BULK`].
    pub calls: Vec<CallKey>,
    /// Whether there are more, or there may be.
    pub more: bool,
}

/// The calls that the filter finds, as many as may be corrected at once.
///
/// # Errors
/// The store cannot read.
pub async fn matching(app: &App, tenant: &Tenant, filter: &ActivityFilter) -> Result<Matching, OpError> {
    let (mut calls, mut after) = (Vec::new(), None::<String>);
    for _ in 0..MAX_PAGES {
        let page =
            app.store.list_activities(tenant.id, filter, after.as_deref(), MAX_PAGE, LOOK_AT_MOST).await?;
        calls.extend(page.rows.iter().map(|row| row.call.key));
        after = page.next;
        if after.is_none() || calls.len() > MAX_BULK {
            break;
        }
    }
    let more = after.is_some() || calls.len() > MAX_BULK;
    calls.truncate(MAX_BULK);
    Ok(Matching { calls, more })
}

/// What would become of each call. Nothing is written.
///
/// # Errors
/// The change or the calls cannot be taken, or the store cannot read.
pub async fn preview(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    asked: Asked,
    progress: &Progress,
) -> Result<Vec<BulkPreviewView>, OpError> {
    let (calls, change) = checked(asked)?;
    let mut lines = Vec::new();
    for call in &calls {
        lines.push(BulkPreviewView::of(*call, would_be(app, tenant, who, *call, &change, None).await?));
        progress.counted(lines.len(), calls.len());
    }
    Ok(lines)
}

/// Writes down what is to be done; [`go_on`] does it.
///
/// # Errors
/// The change or the calls cannot be taken, or the store cannot write.
pub async fn begin(app: &App, tenant: &Tenant, who: &Corrector, asked: Asked) -> Result<BulkView, OpError> {
    let (calls, change) = checked(asked)?;
    let bulk = Bulk { id: BulkId(app.around.new_id()), by: who.user, at: app.around.now(), change, calls };
    app.store.commit(Commit::of(tenant.id, vec![Change::Bulk(Box::new(bulk.clone()))])).await?;
    view(app, tenant, &bulk).await
}

/// Corrects those of its calls of which nothing is decided yet.
///
/// # Errors
/// There is no such correction of many, or the store cannot write; what was done stays.
pub async fn go_on(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    id: BulkId,
    progress: &Progress,
) -> Result<BulkView, OpError> {
    let bulk = find(app, tenant, id).await?;
    let decided = app.store.bulk_items(tenant.id, id).await?;
    let open = bulk.calls.iter().filter(|call| decided.iter().all(|item| item.call != **call));
    let open: Vec<CallKey> = open.copied().collect();
    let mut done = decided.len();
    let each = open.into_iter().map(|call| apply(app, tenant, who, &bulk, call));
    let mut work = iter(each).buffer_unordered(AT_ONCE);
    while let Some(one) = work.next().await {
        one?;
        done += 1;
        progress.counted(done, bulk.calls.len());
    }
    drop(work);
    app.suggestions.touch(tenant.id);
    view(app, tenant, &bulk).await
}

/// Puts back each of its calls that nobody changed since.
///
/// # Errors
/// There is no such correction of many, or the store cannot write; what was put back stays so.
pub async fn put_back(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    id: BulkId,
    progress: &Progress,
) -> Result<BulkView, OpError> {
    let bulk = find(app, tenant, id).await?;
    let mut corrected = app.store.bulk_items(tenant.id, id).await?;
    corrected.retain(|item| matches!(item.became, Became::Corrected { .. } | Became::Kept { .. }));
    let mut done = 0;
    let of = corrected.len();
    let each = corrected.into_iter().map(|item| undo_one(app, tenant, who, item));
    let mut work = iter(each).buffer_unordered(AT_ONCE);
    while let Some(one) = work.next().await {
        one?;
        done += 1;
        progress.counted(done, of);
    }
    drop(work);
    app.suggestions.touch(tenant.id);
    view(app, tenant, &bulk).await
}

/// The last ones, newest first.
///
/// # Errors
/// The store cannot read.
pub async fn last(app: &App, tenant: &Tenant) -> Result<Vec<BulkView>, OpError> {
    let mut views = Vec::new();
    for bulk in app.store.bulks(tenant.id, LAST).await? {
        views.push(view(app, tenant, &bulk).await?);
    }
    Ok(views)
}

/// One of them, and what became of each of its calls.
///
/// # Errors
/// There is none such, or the store cannot read.
pub async fn one(app: &App, tenant: &Tenant, id: BulkId) -> Result<(BulkView, Vec<BulkItemView>), OpError> {
    let bulk = find(app, tenant, id).await?;
    let items = app.store.bulk_items(tenant.id, id).await?;
    Ok((view(app, tenant, &bulk).await?, items.iter().map(BulkItemView::of).collect()))
}

async fn find(app: &App, tenant: &Tenant, id: BulkId) -> Result<Bulk, OpError> {
    app.store.bulk(tenant.id, id).await?.ok_or(OpError::NotFound)
}

async fn view(app: &App, tenant: &Tenant, bulk: &Bulk) -> Result<BulkView, OpError> {
    let items = app.store.bulk_items(tenant.id, bulk.id).await?;
    let by = app.store.user(tenant.id, bulk.by).await?;
    Ok(BulkView::of(bulk, by.map(|user| user.name), &items))
}

fn checked(asked: Asked) -> Result<(Vec<CallKey>, BulkChange), OpError> {
    let fault = |fault: BulkFault| match fault {
        BulkFault::ChangeEmpty => OpError::invalid("change", FieldFault::Empty),
        BulkFault::CallsEmpty => OpError::invalid("activities", FieldFault::Empty),
        BulkFault::CallsTooMany => OpError::invalid("activities", FieldFault::TooLong),
        BulkFault::NoteTooLong => OpError::invalid("note", FieldFault::TooLong),
        BulkFault::ReasonTooLong => OpError::invalid("reason", FieldFault::TooLong),
    };
    Ok((distinct(asked.calls).map_err(fault)?, asked.change.checked().map_err(fault)?))
}

/// What a correction of one call would be; `None`: nothing would be different.
type Decided = Result<Option<Commit>, CorrectRefused>;

/// What would become of a call, or the API's code of why not.
async fn would_be(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    call: CallKey,
    change: &BulkChange,
    begun: Option<At>,
) -> Result<Result<Option<Commit>, &'static str>, OpError> {
    let of = (NamedIn::of(change.party, change.case), Part::Shown);
    let decide = |scene: &CorrectionScene<'_>| -> Decided {
        match begun {
            Some(begun) if moved_on(&scene.of, begun) => Err(CorrectRefused::StaleRevision),
            _ => correct(scene, &request(scene, change)?),
        }
    };
    match looked_at(app, tenant, who, call, of, decide).await {
        Ok(decided) => Ok(decided.map_err(why)),
        Err(OpError::NotFound) => Ok(Err("not_found")),
        Err(error) => Err(error),
    }
}

/// Corrects one call and writes down what became of it, once.
async fn apply(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    bulk: &Bulk,
    call: CallKey,
) -> Result<(), OpError> {
    let none_yet = Precondition::BulkItem { bulk: bulk.id, call, became: None };
    for _ in 0..MAX_DECISIONS {
        let (became, commit) = match would_be(app, tenant, who, call, &bulk.change, Some(bulk.at)).await? {
            Ok(Some(commit)) => (Became::Corrected { correction: correction_in(&commit)? }, commit),
            Ok(None) => (Became::Unchanged, Commit::of(tenant.id, Vec::new())),
            Err(why) => (Became::Refused { why: why.to_owned() }, Commit::of(tenant.id, Vec::new())),
        };
        match written(app, tenant, commit, none_yet.clone(), BulkItem { bulk: bulk.id, call, became }).await?
        {
            Written::Done => return Ok(()),
            Written::Moved if decided_already(app, tenant, bulk.id, call).await? => return Ok(()),
            Written::Moved => {}
        }
    }
    Err(OpError::Unavailable("a call changes faster than it can be corrected".to_owned()))
}

/// Whether somebody who does the same beside us was faster.
async fn decided_already(app: &App, tenant: &Tenant, bulk: BulkId, call: CallKey) -> Result<bool, OpError> {
    Ok(app.store.bulk_items(tenant.id, bulk).await?.iter().any(|item| item.call == call))
}

async fn undo_one(app: &App, tenant: &Tenant, who: &Corrector, item: BulkItem) -> Result<(), OpError> {
    let BulkItem { bulk, call, became: was } = item;
    let (Became::Corrected { correction } | Became::Kept { correction }) = was else { return Ok(()) };
    for _ in 0..MAX_DECISIONS {
        let of = (NamedIn::default(), Part::Shown);
        let decide = |scene: &CorrectionScene<'_>| put_back_now(scene, correction);
        let (became, commit) = match looked_at(app, tenant, who, call, of, decide).await {
            Ok(Ok(commit)) => (Became::Undone { correction }, commit),
            Ok(Err(_)) | Err(OpError::NotFound) => {
                (Became::Kept { correction }, Commit::of(tenant.id, Vec::new()))
            }
            Err(error) => return Err(error),
        };
        let on = Precondition::BulkItem { bulk, call, became: Some(was.clone()) };
        match written(app, tenant, commit, on, BulkItem { bulk, call, became }).await? {
            Written::Done => return Ok(()),
            Written::Moved => {
                let now = app.store.bulk_items(tenant.id, bulk).await?;
                if now.iter().any(|item| item.call == call && item.became != was) {
                    return Ok(());
                }
            }
        }
    }
    Err(OpError::Unavailable("a call changes faster than it can be put back".to_owned()))
}

fn put_back_now(scene: &CorrectionScene<'_>, correction: AuditId) -> Result<Commit, CorrectRefused> {
    undo(scene, correction, scene.of.activity.revision)
}

enum Written {
    Done,
    /// What it rested on is another by now.
    Moved,
}

async fn written(
    app: &App,
    tenant: &Tenant,
    mut commit: Commit,
    on: Precondition,
    item: BulkItem,
) -> Result<Written, OpError> {
    commit.preconditions.push(on);
    commit.changes.push(Change::BulkItem(Box::new(item)));
    match app.store.commit(commit).await {
        Ok(number) => {
            app.hub.changed_for_all(tenant.id, number);
            Ok(Written::Done)
        }
        Err(CommitError::Refused { .. }) => Ok(Written::Moved),
        Err(error) => Err(error.into()),
    }
}

fn correction_in(commit: &Commit) -> Result<AuditId, OpError> {
    let made = commit.changes.iter().find_map(|change| match change {
        Change::Correction(made) => Some(made.id),
        _ => None,
    });
    made.ok_or_else(|| OpError::Internal("a correction without one".to_owned()))
}

/// The API's code of a refusal.
fn why(refused: CorrectRefused) -> &'static str {
    match refused {
        CorrectRefused::NotCorrectable | CorrectRefused::PartUnknown => "not_correctable",
        CorrectRefused::Forbidden => "forbidden",
        CorrectRefused::StaleRevision => "stale_revision",
        CorrectRefused::NotOfTheCall { .. } => "not_of_the_call",
        CorrectRefused::PersonUnknown => "party_gone",
        CorrectRefused::CaseUnknown => "case_gone",
        CorrectRefused::Code(CodeRefused::Unknown) => "code_unknown",
        CorrectRefused::Code(CodeRefused::OtherSet) => "code_other_set",
        CorrectRefused::Code(CodeRefused::Retired) => "code_retired",
        CorrectRefused::Code(CodeRefused::Heading) => "code_is_heading",
        CorrectRefused::Code(CodeRefused::OutOfDates) => "code_not_valid",
        CorrectRefused::NotesRequired => "notes_required",
        CorrectRefused::NotesTooLong | CorrectRefused::ReasonTooLong => "notes_too_long",
        CorrectRefused::CorrectionUnknown | CorrectRefused::NothingToUndo => "nothing_to_undo",
    }
}
