//! Tables as files: the list of Activities for whoever sees it, everything for admins, and the table of a chart for
//! supervisors. Files are sent as they are read, and never held as a whole; one that breaks off was not read to its end.

use super::ApiError;
use super::activities::narrowed;
use super::activity_query::ActivityQuery;
use super::answer::{Body as Given, Path, Query};
use super::caller::{Admin, SignedIn, Supervisor};
use crate::app::{App, Tenant};
use crate::clock::rfc3339;
use crate::ops::export::{ACTIVITIES, Export, OpenFile, Table, columns};
use crate::ops::{FieldFault, OpError};
use crate::table::{Cell, Column, Form, Kind, Row, TableWriter};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::ToSchema;

/// Where tables of charts are handed over, which are larger than other bodies.
pub(super) const SHOWN: &str = "/api/v1/reports/table.parquet";
/// Largest table of a chart as it is handed over, in bytes: all of its rows with some columns of numbers and names.
pub const MAX_TABLE_BYTES: usize = 4 * 1024 * 1024;
/// Most columns of the table of a chart.
const MAX_TABLE_COLUMNS: usize = 600;
/// Most rows of the table of a chart.
const MAX_TABLE_ROWS: usize = 10_000;

/// A column of a table.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportColumnView {
    name: String,
    /// `text`, `integer`, `decimal`, `flag` or `time`.
    kind: String,
    /// What it says, with its unit.
    about: String,
}

/// A table.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportTableView {
    /// `GET /export/{name}.csv` and `GET /export/{name}.parquet` are its files.
    name: String,
    columns: Vec<ExportColumnView>,
}

/// The tables that there are.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportTablesView {
    tables: Vec<ExportTableView>,
}

/// Which tables can be exported, and what is in them. Admins.
#[utoipa::path(get, path = "/export", tag = "export", security(("access_token" = [])),
    responses((status = 200, body = ExportTablesView), (status = 403)))]
pub(super) async fn tables(_: Admin) -> Json<ExportTablesView> {
    let column = |column: &Column| ExportColumnView {
        name: column.name.to_string(),
        kind: column.kind.name().to_owned(),
        about: column.about.to_owned(),
    };
    let table = |table: Table| ExportTableView {
        name: table.name().to_owned(),
        columns: columns(table).iter().map(column).collect(),
    };
    Json(ExportTablesView { tables: Table::ALL.into_iter().map(table).collect() })
}

/// A whole table as a file: the name of one that `GET /export` tells, with the ending `.csv` or `.parquet`. Admins.
#[utoipa::path(get, path = "/export/{file}", tag = "export", security(("access_token" = [])),
    params(("file" = String, Path)), responses((status = 200, body = String, content_type = "text/csv"), (status = 403),
    (status = 404)))]
pub(super) async fn whole(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(file): Path<String>,
) -> Result<Response, ApiError> {
    let (name, ending) = file.rsplit_once('.').ok_or(OpError::NotFound)?;
    let table = Table::named(name).ok_or(OpError::NotFound)?;
    let form = Form::of_ending(ending).ok_or(OpError::NotFound)?;
    let export = Export::whole(table, admin.user);
    sent(app, admin.tenant, name, (form, columns(table)), export)
}

/// The Activities that the filters keep, as comma-separated values. Who may see them in the list.
#[utoipa::path(get, path = "/activities.csv", tag = "activities", security(("access_token" = [])), params(ActivityQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 403), (status = 422)))]
pub(super) async fn activities_csv(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    activities(app, signed_in, pairs, Form::Csv).await
}

/// The same as Parquet.
#[utoipa::path(get, path = "/activities.parquet", tag = "activities", security(("access_token" = [])),
    params(ActivityQuery), responses((status = 200, body = String, content_type = "application/vnd.apache.parquet"),
    (status = 403), (status = 422)))]
pub(super) async fn activities_parquet(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    activities(app, signed_in, pairs, Form::Parquet).await
}

async fn activities(
    app: Arc<App>,
    signed_in: SignedIn,
    pairs: Vec<(String, String)>,
    form: Form,
) -> Result<Response, ApiError> {
    let query = ActivityQuery::of(pairs)?;
    if query.after().is_some() {
        return Err(OpError::invalid("after", FieldFault::Unknown).into());
    }
    let filter = narrowed(&app, &signed_in, &query).await?;
    let export = Export::filtered(filter, signed_in.caller.user);
    sent(app, signed_in.tenant, "activities", (form, ACTIVITIES), export)
}

/// The table of a chart, as it is shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShownTable {
    /// What its columns are called; at most 600.
    columns: Vec<String>,
    /// Its cells, a row after the other: texts, numbers or null; at most 10,000 rows.
    rows: Vec<Vec<Value>>,
}

/// The table of a chart as Parquet; nothing is kept of it. A column of numbers alone is one of numbers. Supervisors.
#[utoipa::path(post, path = "/reports/table.parquet", tag = "reports", security(("access_token" = [])),
    request_body = ShownTable, responses((status = 200, body = String, content_type = "application/vnd.apache.parquet"),
    (status = 403), (status = 413), (status = 422)))]
pub(super) async fn shown(
    _: Supervisor,
    given: Result<Given<ShownTable>, ApiError>,
) -> Result<Response, ApiError> {
    let Given(ShownTable { columns, rows }) = given.map_err(|error| match error {
        ApiError::TooLarge => ApiError::FileTooLarge(MAX_TABLE_BYTES as u64),
        error => error,
    })?;
    if columns.is_empty() {
        return Err(OpError::invalid("columns", FieldFault::Empty).into());
    }
    if columns.len() > MAX_TABLE_COLUMNS {
        return Err(OpError::invalid("columns", FieldFault::TooLong).into());
    }
    if rows.len() > MAX_TABLE_ROWS {
        return Err(OpError::invalid("rows", FieldFault::TooLong).into());
    }
    if let Some(nth) = rows.iter().position(|row| row.len() != columns.len()) {
        return Err(OpError::invalid(format!("rows.{nth}"), FieldFault::Unknown).into());
    }
    let kinds: Vec<Kind> = (0..columns.len()).map(|nth| kind(rows.iter().map(|row| &row[nth]))).collect();
    let columns = columns.into_iter().zip(&kinds);
    let columns: Vec<Column> =
        columns.map(|(name, kind)| Column { name: Cow::Owned(name), kind: *kind, about: "" }).collect();
    let cells =
        |row: Vec<Value>| row.into_iter().zip(&kinds).map(|(value, kind)| cell(value, *kind)).collect();
    let file = written(&columns, rows.into_iter().map(cells).collect()).map_err(unwritten)?;
    let media = HeaderValue::from_static(Form::Parquet.media_type());
    Ok((HeaderMap::from_iter([(header::CONTENT_TYPE, media)]), file).into_response())
}

fn written(columns: &[Column], rows: Vec<Row>) -> Result<Vec<u8>, crate::table::TableError> {
    let mut writer = TableWriter::new(Form::Parquet, columns);
    let mut file = writer.rows(rows)?;
    file.extend(writer.end()?);
    Ok(file)
}

/// What all cells of a column are: numbers where each that says anything is one.
fn kind<'v>(values: impl Iterator<Item = &'v Value>) -> Kind {
    let mut kind = None;
    for value in values {
        kind = match value {
            Value::Null => kind,
            // The cell of a number that there is not.
            Value::String(text) if text.is_empty() => kind,
            Value::Number(number) if number.is_i64() => kind.or(Some(Kind::Integer)),
            Value::Number(_) => Some(Kind::Decimal),
            _ => return Kind::Text,
        };
    }
    kind.unwrap_or(Kind::Text)
}

fn cell(value: Value, kind: Kind) -> Cell {
    match (kind, value) {
        (_, Value::Null) => Cell::None,
        (Kind::Integer, Value::Number(number)) => number.as_i64().into(),
        (Kind::Decimal, Value::Number(number)) => number.as_f64().map_or(Cell::None, Cell::Decimal),
        (Kind::Text, Value::String(text)) => text.into(),
        (Kind::Text, other) => other.to_string().into(),
        _ => Cell::None,
    }
}

fn unwritten(error: impl std::fmt::Display) -> OpError {
    OpError::Internal(error.to_string())
}

/// A table being sent.
struct Sending {
    app: Arc<App>,
    tenant: Arc<Tenant>,
    export: Export,
    /// Held until the file has come, or whoever asked for it is gone.
    _open: OpenFile,
    /// `None` once it was ended.
    writer: Option<TableWriter>,
}

impl Sending {
    /// The next bytes; `None` at the end.
    async fn next(mut self) -> Result<Option<(Vec<u8>, Sending)>, OpError> {
        while let Some(mut writer) = self.writer.take() {
            let bytes = match self.export.next(&self.app, &self.tenant).await? {
                Some(rows) => {
                    // Ten thousand rows are packed at a time: not on a thread that calls wait for.
                    let packed = tokio::task::spawn_blocking(move || {
                        let bytes = writer.rows(rows);
                        (writer, bytes)
                    });
                    let (writer, bytes) = packed.await.map_err(unwritten)?;
                    self.writer = Some(writer);
                    bytes.map_err(unwritten)?
                }
                None => writer.end().map_err(unwritten)?,
            };
            // A piece without anything in it would end the answer.
            if !bytes.is_empty() {
                return Ok(Some((bytes, self)));
            }
        }
        Ok(None)
    }
}

fn sent(
    app: Arc<App>,
    tenant: Arc<Tenant>,
    name: &str,
    (form, columns): (Form, &[Column]),
    export: Export,
) -> Result<Response, ApiError> {
    let open = app.files.open(tenant.id, export.reader())?;
    let date = rfc3339(app.around.now());
    let date = date.get(..10).unwrap_or_default();
    let named = format!("attachment; filename=\"bitacora-{name}-{date}.{}\"", form.ending());
    let named = HeaderValue::from_str(&named).map_err(unwritten)?;
    let writer = TableWriter::new(form, columns);
    let sending = Sending { app, tenant, export, _open: open, writer: Some(writer) };
    let pieces = try_unfold(sending, |sending| async move {
        sending.next().await.inspect_err(|error| tracing::warn!(%error, "a table's file ends early"))
    });
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(form.media_type())),
        (header::CONTENT_DISPOSITION, named),
    ]);
    Ok((headers, Body::from_stream(pieces)).into_response())
}
