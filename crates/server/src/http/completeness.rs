//! The completeness ledger: each call that a phone system knows has an Activity or a reason. Supervisors.

use super::ApiError;
use super::answer::{Body, Query};
use super::caller::Supervisor;
use super::imports::take;
use super::strict::{date, flag, strict_query, word};
use crate::app::{App, Tenant};
use crate::ops::completeness::files::{self, MAX_FILE_BYTES, NewFile};
use crate::ops::completeness::gaps::{MAX_MENDED, mend_all};
use crate::ops::completeness::ledger::{MAX_DAYS, ledger};
use crate::ops::completeness::missing::{self, MAX_MADE, Which};
use crate::ops::completeness::{sources, user_names};
use crate::ops::report::ReportDays;
use crate::ops::{FieldFault, OpError};
use crate::view::{ComparedFileView, CompletenessView, MadeCallView, MendedCallView, MissingCallView};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use domain::completeness::told::FileKind;
use domain::id::CallKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a file is taken: bodies there are bounded by this module alone.
pub(super) const UPLOAD: &str = "/api/v1/completeness/files";

strict_query! {
    /// Of which days the ledger is asked for.
    CompletenessQuery {
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
    }
}

strict_query! {
    /// Which missing calls are asked for.
    MissingQuery {
        /// The first day; a date, needed.
        from = "from",
        /// The last day; a date, needed.
        until = "until",
        /// Whose days they are; an IANA name, the settings' where absent.
        zone = "zone",
        /// `true`: those that nobody made ours yet, as without it; `false`: all.
        open = "open",
        /// What the page before said comes next.
        after = "after",
    }
}

strict_query! {
    /// What is said of a file of a phone system.
    FileQuery {
        /// What it is called; needed.
        name = "name",
        /// Whose it is: the name of a phone system; needed.
        source = "source",
        /// `cdr` or `queue_log`; needed.
        kind = "kind",
        /// By whose clock it tells the time, where it has no ids that say so; an IANA name, the settings' where absent.
        zone = "zone",
    }
}

/// The ledger.
#[derive(Serialize, ToSchema)]
pub(super) struct CompletenessAnswer {
    completeness: CompletenessView,
}

/// A page of missing calls.
#[derive(Serialize, ToSchema)]
pub(super) struct MissingAnswer {
    calls: Vec<MissingCallView>,
    /// What to ask for next; null at the end.
    next: Option<String>,
}

/// Files that are or were compared.
#[derive(Serialize, ToSchema)]
pub(super) struct FilesAnswer {
    files: Vec<ComparedFileView>,
}

/// A file that is compared.
#[derive(Serialize, ToSchema)]
pub(super) struct FileAnswer {
    file: ComparedFileView,
}

/// Which missing calls are to be made calls of ours: some, or all of some days.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MakeBody {
    /// Their ids, 100 at most.
    #[serde(default)]
    calls: Vec<Uuid>,
    /// All of these days, 100 a request.
    #[serde(default)]
    days: Option<DaysBody>,
}

/// Some days.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DaysBody {
    /// The first, a date.
    pub(super) from: String,
    /// The last, a date.
    pub(super) until: String,
    /// Whose days they are; an IANA name, the settings' where absent.
    #[serde(default)]
    pub(super) zone: Option<String>,
}

/// Which calls are to be mended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MendBody {
    /// Their ids, 100 at most.
    calls: Vec<Uuid>,
}

/// What became of them.
#[derive(Serialize, ToSchema)]
pub(super) struct MendedAnswer {
    calls: Vec<MendedCallView>,
}

/// What became of them.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeAnswer {
    calls: Vec<MadeCallView>,
    /// Whether days that were asked for have more.
    more: bool,
}

/// Days as they are asked for, so many at most.
pub(super) fn days(
    tenant: &Tenant,
    from: Option<&str>,
    until: Option<&str>,
    zone: Option<&str>,
    most: i32,
) -> Result<ReportDays, OpError> {
    ReportDays::new(tenant, (date("from", from)?, date("until", until)?), zone, most)
}

/// How many calls have an Activity or a reason, by day, and what is not as it is to be. Supervisors.
#[utoipa::path(get, path = "/completeness", operation_id = "completeness", tag = "completeness",
    security(("access_token" = [])), params(CompletenessQuery),
    responses((status = 200, body = CompletenessAnswer), (status = 403), (status = 422)))]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<CompletenessAnswer>, ApiError> {
    let tenant = &supervisor.tenant;
    let CompletenessQuery { from, until, zone } = CompletenessQuery::of(pairs)?;
    let days = days(tenant, from.as_deref(), until.as_deref(), zone.as_deref(), MAX_DAYS)?;
    let ledger = ledger(&app, tenant, days).await?;
    let users = user_names(&app, tenant).await?;
    let link = app.crms.of(tenant.id);
    let crm = link.as_ref().map(|link| link.crm.as_ref());
    let completeness = CompletenessView::of(&ledger, sources(tenant), &tenant.rules(), &users, crm);
    Ok(Json(CompletenessAnswer { completeness }))
}

/// Calls that only files of a phone system tell of, the oldest first. Supervisors.
#[utoipa::path(get, path = "/completeness/missing", operation_id = "missing_calls", tag = "completeness",
    security(("access_token" = [])), params(MissingQuery),
    responses((status = 200, body = MissingAnswer), (status = 403), (status = 422)))]
pub(super) async fn missing(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<MissingAnswer>, ApiError> {
    let tenant = &supervisor.tenant;
    let MissingQuery { from, until, zone, open, after } = MissingQuery::of(pairs)?;
    let days = days(tenant, from.as_deref(), until.as_deref(), zone.as_deref(), MAX_DAYS)?;
    let open = flag("open", open.as_deref())?.unwrap_or(true);
    let page = missing::list(&app, tenant, open, (days.begin, days.end), after.as_deref()).await?;
    let users = user_names(&app, tenant).await?;
    let agents = app.store.agent_names(tenant.id).await.map_err(OpError::from)?;
    let rules = tenant.rules();
    let calls = page.calls.iter().map(|call| MissingCallView::of(call, &rules, &agents, &users));
    Ok(Json(MissingAnswer { calls: calls.collect(), next: page.next }))
}

/// Makes calls that only files tell of calls of ours, each with its Activity or the reason why it has none. Supervisors.
#[utoipa::path(post, path = "/completeness/missing/make", operation_id = "make_missing_calls", tag = "completeness",
    security(("access_token" = [])), request_body = MakeBody,
    responses((status = 200, body = MadeAnswer), (status = 403), (status = 422)))]
pub(super) async fn make(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Body(body): Body<MakeBody>,
) -> Result<Json<MadeAnswer>, ApiError> {
    let tenant = &supervisor.tenant;
    let which = match body.days {
        Some(_) if !body.calls.is_empty() => {
            return Err(OpError::invalid("calls", FieldFault::Unknown).into());
        }
        Some(asked) => {
            let days = days(tenant, Some(&asked.from), Some(&asked.until), asked.zone.as_deref(), MAX_DAYS)?;
            Which::Of(days.begin, days.end)
        }
        None if body.calls.is_empty() => return Err(OpError::invalid("calls", FieldFault::Empty).into()),
        None if body.calls.len() > MAX_MADE => {
            return Err(OpError::invalid("calls", FieldFault::TooLong).into());
        }
        None => Which::These(body.calls.into_iter().map(CallKey).collect()),
    };
    let made = missing::make(&app, tenant, supervisor.user, which).await?;
    Ok(Json(MadeAnswer { calls: MadeCallView::all(&made), more: made.more }))
}

/// Gives calls that have neither an Activity nor a reason what they lack, by the rules that all calls follow. Supervisors.
#[utoipa::path(post, path = "/completeness/gaps/mend", operation_id = "mend_gaps", tag = "completeness",
    security(("access_token" = [])), request_body = MendBody,
    responses((status = 200, body = MendedAnswer), (status = 403), (status = 422)))]
pub(super) async fn mend(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Body(body): Body<MendBody>,
) -> Result<Json<MendedAnswer>, ApiError> {
    if body.calls.is_empty() {
        return Err(OpError::invalid("calls", FieldFault::Empty).into());
    }
    if body.calls.len() > MAX_MENDED {
        return Err(OpError::invalid("calls", FieldFault::TooLong).into());
    }
    let calls = body.calls.into_iter().map(CallKey).collect();
    let mended = mend_all(&app, &supervisor.tenant, supervisor.user, calls).await?;
    Ok(Json(MendedAnswer { calls: MendedCallView::all(&mended) }))
}

/// Files of phone systems that are or were compared, last first. Supervisors.
#[utoipa::path(get, path = "/completeness/files", operation_id = "compared_files", tag = "completeness",
    security(("access_token" = [])), responses((status = 200, body = FilesAnswer), (status = 403)))]
pub(super) async fn list_files(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
) -> Result<Json<FilesAnswer>, ApiError> {
    let users = user_names(&app, &supervisor.tenant).await?;
    let files = files::list(&app, &supervisor.tenant).await?;
    Ok(Json(FilesAnswer { files: files.iter().map(|file| ComparedFileView::of(file, &users)).collect() }))
}

/// Takes a file of a phone system and has it compared with what is known: call detail records (CSV) or `queue_log`, in
/// UTF-8. Supervisors.
#[utoipa::path(post, path = "/completeness/files", operation_id = "compare_file", tag = "completeness",
    security(("access_token" = [])), params(FileQuery),
    request_body(content = String, content_type = "text/plain"),
    responses((status = 201, body = FileAnswer), (status = 403), (status = 413), (status = 422)))]
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    supervisor: Supervisor,
    Query(pairs): Query<Vec<(String, String)>>,
    request: Request,
) -> Result<(StatusCode, Json<FileAnswer>), ApiError> {
    let FileQuery { name, source, kind, zone } = FileQuery::of(pairs)?;
    let kind: Option<FileKind> = word("kind", kind.as_deref())?;
    let new = NewFile {
        name: name.unwrap_or_default(),
        source: source.ok_or(OpError::invalid("source", FieldFault::Empty))?,
        kind: kind.ok_or(OpError::invalid("kind", FieldFault::Empty))?,
        zone,
        by: supervisor.user,
    };
    files::may_add(&supervisor.tenant, &new)?;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_FILE_BYTES) {
        return Err(ApiError::FileTooLarge(MAX_FILE_BYTES));
    }
    let (id, file) = files::begin(&app, &supervisor.tenant).await?;
    let bytes = take(&app, file, request.into_body()).await?;
    let run = files::add(&app, &supervisor.tenant, id, bytes, new).await?;
    let users = user_names(&app, &supervisor.tenant).await?;
    Ok((StatusCode::CREATED, Json(FileAnswer { file: ComparedFileView::of(&run, &users) })))
}
