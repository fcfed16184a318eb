//! Bulk API 2.0: jobs that read or write many records as tables. A job is done as soon as it is asked for.

use super::csv;
use super::data::Fields;
use super::delete::delete;
use super::ids;
use super::org::Org;
use super::refusal::{Code, Refusal};
use super::rest::{Ask, Body, Replied, Reply};
use super::rules::no_external_id;
use super::schema::ObjectType;
use super::soql::{Column, parse, run};
use super::stamp;
use super::write::{Desk, Upserted, Writer};
use domain::id::At;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Most jobs that are remembered; the oldest is forgotten.
const MAX_JOBS: usize = 1_000;
/// Largest table that is taken, in bytes.
const MAX_UPLOAD: usize = 100 * 1024 * 1024;
/// Rows of a page of results, unless fewer are asked for.
const PAGE: usize = 50_000;

/// A job.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    id: String,
    is_query: bool,
    operation: String,
    object: String,
    external_id: Option<String>,
    query: String,
    delimiter: char,
    state: &'static str,
    by: String,
    created: At,
    upload: String,
    header: Vec<String>,
    /// Rows of the result of a query.
    rows: Vec<Vec<String>>,
    succeeded: Vec<Vec<String>>,
    failed: Vec<Vec<String>>,
    error: Option<String>,
}

/// Answers `jobs/query…` and `jobs/ingest…`.
pub(crate) fn handle(org: &mut Org, ask: &Ask, path: &[&str], by: &mut Writer) -> Replied {
    let is_query = match path.first() {
        Some(&"query") => true,
        Some(&"ingest") => false,
        _ => return Err(vec![Refusal::not_found()]),
    };
    match (ask.method.as_str(), &path[1..]) {
        ("POST", []) => create(org, ask, is_query, by),
        ("GET", []) => {
            let jobs = org.jobs.values().filter(|job| job.is_query == is_query).map(|job| told(job, ask));
            let records: Vec<Value> = jobs.collect();
            Ok(Reply::json(200, json!({ "done": true, "records": records, "nextRecordsUrl": null })))
        }
        ("GET", [id]) => known(org, id, is_query).map(|job| Reply::json(200, told(job, ask))),
        ("DELETE", [id]) => {
            known(org, id, is_query)?;
            org.jobs.remove(*id);
            Ok(Reply::empty(204))
        }
        ("PUT", [id, "batches"]) => upload(org, ask, id),
        ("PATCH", [id]) => change(org, ask, id, is_query, by),
        ("GET", [id, results]) => results_of(known(org, id, is_query)?, ask, results),
        _ => Err(vec![Refusal::not_found()]),
    }
}

fn known<'a>(org: &'a Org, id: &str, is_query: bool) -> Result<&'a Job, Vec<Refusal>> {
    let job = org.jobs.get(id).filter(|job| job.is_query == is_query);
    job.ok_or_else(|| vec![Refusal::new(Code::InvalidJob, format!("Unable to find job with id: {id}"))])
}

fn create(org: &mut Org, ask: &Ask, is_query: bool, by: &Writer) -> Replied {
    let body = ask.object()?;
    let said = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let operation = said("operation");
    let (object, query) = match is_query {
        true => (String::new(), said("query")),
        false => (said("object"), String::new()),
    };
    let operations: &[&str] = if is_query {
        &["query", "queryAll"]
    } else {
        &["insert", "update", "upsert", "delete", "hardDelete"]
    };
    if !operations.contains(&operation.as_str()) {
        return Err(vec![Refusal::new(Code::InvalidJob, format!("no such operation: {operation}"))]);
    }
    let delimiter = match said("columnDelimiter").as_str() {
        "" | "COMMA" => ',',
        "SEMICOLON" => ';',
        "TAB" => '\t',
        "PIPE" => '|',
        "CARET" => '^',
        "BACKQUOTE" => '`',
        other => return Err(vec![Refusal::new(Code::InvalidJob, format!("no such delimiter: {other}"))]),
    };
    let id = ids::nth("750", "EMU", org.jobs.len() as u64 + org.throw() % 1_000_000_000 + 1);
    let mut job = Job {
        id: id.clone(),
        is_query,
        operation,
        object,
        external_id: Some(said("externalIdFieldName")).filter(|name| !name.is_empty()),
        query,
        delimiter,
        state: "Open",
        by: by.user.clone(),
        created: by.now,
        upload: String::new(),
        header: Vec::new(),
        rows: Vec::new(),
        succeeded: Vec::new(),
        failed: Vec::new(),
        error: None,
    };
    if is_query {
        ask_query(org, &mut job, by.now).map_err(|refusal| vec![refusal])?;
    } else if org.data.schema.object(&job.object).is_none() {
        return Err(vec![Refusal::new(Code::InvalidType, format!("no such object: {}", job.object))]);
    }
    let mut answered = told(&job, ask);
    if is_query {
        answered["state"] = json!("UploadComplete");
    }
    while org.jobs.len() >= MAX_JOBS {
        org.jobs.pop_first();
    }
    org.jobs.insert(id, job);
    Ok(Reply::json(200, answered))
}

/// Answers the query of a job, as a table.
fn ask_query(org: &Org, job: &mut Job, now: At) -> Result<(), Refusal> {
    let query = parse(&job.query)?;
    let paths: Vec<Vec<String>> = query
        .columns
        .iter()
        .map(|column| match column {
            Column::Field { path, .. } => Ok(path.clone()),
            _ => Err(Refusal::new(
                Code::InvalidJob,
                "Bulk queries take fields alone, no functions and no children",
            )),
        })
        .collect::<Result<_, Refusal>>()?;
    let found = run(&org.data, &query, job.operation == "queryAll", now, "")?;
    let object = org.data.schema.object(&query.from);
    job.object = object.map(|object| object.name.clone()).unwrap_or_default();
    job.header = paths.iter().map(|path| path.join(".")).collect();
    job.rows =
        found.records.iter().map(|record| paths.iter().map(|path| cell(record, path)).collect()).collect();
    job.state = "JobComplete";
    Ok(())
}

fn cell(record: &Value, path: &[String]) -> String {
    let inner = path.iter().try_fold(record, |at, name| {
        at.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    });
    match inner {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn upload(org: &mut Org, ask: &Ask, id: &str) -> Replied {
    known(org, id, false)?;
    let job = org.jobs.get_mut(id).filter(|job| job.state == "Open" && job.upload.is_empty());
    let job = job.ok_or_else(|| vec![Refusal::new(Code::InvalidJobState, "the job takes no more data")])?;
    if ask.body.len() > MAX_UPLOAD {
        return Err(vec![Refusal::new(Code::InvalidJob, "more than 100 MB of data")]);
    }
    job.upload = String::from_utf8_lossy(&ask.body).into_owned();
    Ok(Reply::empty(201))
}

fn change(org: &mut Org, ask: &Ask, id: &str, is_query: bool, by: &mut Writer) -> Replied {
    known(org, id, is_query)?;
    let body = ask.object()?;
    let state = body.get("state").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(mut job) = org.jobs.remove(id) else {
        return Err(vec![Refusal::not_found()]);
    };
    let allowed = match state.as_str() {
        "Aborted" => {
            job.state = "Aborted";
            true
        }
        "UploadComplete" if !is_query && job.state == "Open" => {
            write_all(org, &mut job, by);
            true
        }
        _ => false,
    };
    let mut answered = told(&job, ask);
    if state == "UploadComplete" {
        answered["state"] = json!("UploadComplete");
    }
    org.jobs.insert(id.to_owned(), job);
    match allowed {
        true => Ok(Reply::json(200, answered)),
        false => Err(vec![Refusal::new(Code::InvalidJobState, format!("the job cannot become {state}"))]),
    }
}

/// Writes every row of a job; each by itself.
fn write_all(org: &mut Org, job: &mut Job, by: &mut Writer) {
    let mut rows = csv::read(&job.upload, job.delimiter).into_iter();
    job.header = rows.next().unwrap_or_default();
    let schema = Arc::clone(&org.data.schema);
    let Some(object) = schema.object(&job.object).filter(|_| !job.header.is_empty()) else {
        job.state = "Failed";
        job.error = Some("InvalidBatch : Field name not found : the table has no head".to_owned());
        return;
    };
    for row in rows {
        let said = record(object, &job.header, &row);
        match write(org, job, object, said, by) {
            Ok((id, created)) => {
                let begin = [id, created.to_string()];
                job.succeeded.push(begin.into_iter().chain(row).collect());
            }
            Err(refusal) => {
                let fields = refusal.fields.unwrap_or_default().join(",");
                let error = format!("{}:{}:{fields}--", refusal.code.name(), refusal.message);
                job.failed.push([String::new(), error].into_iter().chain(row).collect());
            }
        }
    }
    job.state = "JobComplete";
}

/// A row as a record: an empty field says nothing, `#N/A` empties one, `Account.Ext__c` names a record.
fn record(object: &ObjectType, header: &[String], row: &[String]) -> Map<String, Value> {
    let mut said = Fields::new();
    for (name, text) in header.iter().zip(row).filter(|(_, text)| !text.is_empty()) {
        let value = if text == "#N/A" { Value::Null } else { json!(text) };
        match name.split_once('.').filter(|(relationship, _)| object.relationship(relationship).is_some()) {
            Some((relationship, key)) => said.insert(relationship.to_owned(), json!({ key: value })),
            None => said.insert(name.clone(), value),
        };
    }
    said.into_iter().collect()
}

fn write(
    org: &mut Org,
    job: &Job,
    object: &ObjectType,
    mut said: Map<String, Value>,
    by: &mut Writer,
) -> Result<(String, bool), Refusal> {
    let take = |said: &mut Map<String, Value>, name: &str| {
        let key = said.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
        let text = key.and_then(|key| said.remove(&key)).and_then(|value| value.as_str().map(str::to_owned));
        text.ok_or_else(|| {
            Refusal::of(Code::MissingArgument, format!("{name} not specified"), &[] as &[&str])
        })
    };
    let mut desk = Desk { data: &mut org.data, rules: &org.rules };
    match job.operation.as_str() {
        "insert" => desk.create(&object.name, &said, by).map(|id| (id, true)),
        "update" => {
            let id = take(&mut said, "Id")?;
            desk.update(&object.name, &id, &said, by).map(|()| (ids::full(&id).unwrap_or(id), false))
        }
        "upsert" => {
            let field = job.external_id.clone().unwrap_or_else(|| "Id".to_owned());
            let value = take(&mut said, &field)?;
            match desk.upsert(&object.name, &field, &value, &said, by)? {
                Upserted::Created(id) => Ok((id, true)),
                Upserted::Updated(id) => Ok((id, false)),
                Upserted::Several(_) => Err(no_external_id(&value)),
            }
        }
        _ => {
            let id = take(&mut said, "Id")?;
            delete(&mut org.data, &object.name, &id, by).map(|()| (ids::full(&id).unwrap_or(id), false))
        }
    }
}

fn told(job: &Job, ask: &Ask) -> Value {
    let word = match job.delimiter {
        ';' => "SEMICOLON",
        '\t' => "TAB",
        '|' => "PIPE",
        '^' => "CARET",
        '`' => "BACKQUOTE",
        _ => "COMMA",
    };
    let mut told = json!({
        "id": job.id, "operation": job.operation, "object": job.object, "createdById": job.by,
        "createdDate": stamp::moment(job.created), "systemModstamp": stamp::moment(job.created), "state": job.state,
        "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": f64::from(ask.version), "lineEnding": "LF",
        "columnDelimiter": word, "jobType": if job.is_query { "V2Query" } else { "V2Ingest" }, "retries": 0,
        "totalProcessingTime": 1, "apexProcessingTime": 0, "apiActiveProcessingTime": 0,
    });
    if job.is_query {
        told["numberRecordsProcessed"] = json!(job.rows.len());
    } else {
        told["contentUrl"] =
            json!(format!("services/data/v{}.0/jobs/ingest/{}/batches", ask.version, job.id));
        told["numberRecordsProcessed"] = json!(job.succeeded.len() + job.failed.len());
        told["numberRecordsFailed"] = json!(job.failed.len());
        if let Some(field) = &job.external_id {
            told["externalIdFieldName"] = json!(field);
        }
        if let Some(error) = &job.error {
            told["errorMessage"] = json!(error);
        }
    }
    told
}

/// The rows that a job read, wrote, or did not write.
fn results_of(job: &Job, ask: &Ask, results: &str) -> Replied {
    let with = |first: [&str; 2]| -> Vec<String> {
        first.iter().map(|name| (*name).to_owned()).chain(job.header.iter().cloned()).collect()
    };
    let nothing = Vec::new();
    let (header, rows) = match results {
        "results" if job.is_query => (job.header.clone(), &job.rows),
        "successfulResults" => (with(["sf__Id", "sf__Created"]), &job.succeeded),
        "failedResults" => (with(["sf__Id", "sf__Error"]), &job.failed),
        "unprocessedrecords" => (job.header.clone(), &nothing),
        _ => return Err(vec![Refusal::not_found()]),
    };
    if job.state != "JobComplete" && job.is_query {
        return Err(vec![Refusal::new(Code::InvalidJobState, "the job is not complete")]);
    }
    let number = |key: &str| ask.value(key).and_then(|value| value.parse::<usize>().ok());
    let from = number("locator").unwrap_or(0).min(rows.len());
    let until = (from + number("maxRecords").unwrap_or(PAGE).clamp(1, PAGE)).min(rows.len());
    let text: String =
        std::iter::once(csv::row(&header)).chain(rows[from..until].iter().map(|row| csv::row(row))).collect();
    let locator = if until < rows.len() { until.to_string() } else { "null".to_owned() };
    let headers = vec![
        ("Sforce-Locator".to_owned(), locator),
        ("Sforce-NumberOfRecords".to_owned(), (until - from).to_string()),
    ];
    Ok(Reply { status: 200, body: Body::Csv(text), headers })
}
