//! The first load of many records: a query job of the Bulk API 2.0 writes them into a table, which is read piece by piece. It
//! counts as a handful of calls, whatever the table's length.

use super::super::Salesforce;
use super::super::api::{Ask, Trouble, escaped};
use super::super::governor::Purpose;
use super::super::reading::{self, Selection, object_name};
use super::place::{Phase, Stand};
use crate::contract::Changed;
use crate::error::{CrmError, CrmErrorKind};
use domain::id::At;
use domain::mirror::News;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Rows of a piece.
const ROWS: usize = 5_000;
/// How long a job is left alone before it is asked for again.
const JOB_PAUSE: Duration = Duration::from_secs(20);

impl Salesforce {
    /// Has a job begin; its id.
    pub(super) async fn begin_table(&self, selection: &Selection, now: At) -> Result<String, CrmError> {
        let (fields, object) = (selection.fields.join(","), object_name(selection.of));
        let filter = self.filter(selection.of, now).map(|filter| format!(" WHERE {filter}"));
        let soql = format!("SELECT {fields} FROM {object}{}", filter.unwrap_or_default());
        let body = json!({ "operation": "query", "query": soql });
        let answer = self.api.ask(&Ask::post("jobs/query", body, Purpose::Rest, false)).await;
        let answer = answer.map_err(|trouble| self.api.unexpected(trouble))?;
        let id = answer.get("id").and_then(Value::as_str).map(str::to_owned);
        id.ok_or_else(|| self.api.error(CrmErrorKind::NotUnderstood, false, "a job without an id"))
    }

    /// The next piece of the table, or nothing while it is being made.
    pub(super) async fn table_page(
        &self,
        selection: &Selection,
        mut stand: Stand,
        job: &str,
        locator: Option<&str>,
    ) -> Result<Changed, CrmError> {
        if locator.is_none() {
            match self.job_state(job).await?.as_deref() {
                Some("JobComplete") => {}
                Some("UploadComplete" | "InProgress") => {
                    self.api.surroundings().sleep(JOB_PAUSE).await;
                    return Ok(told(Vec::new(), &stand));
                }
                // It failed, was ended by somebody, or was forgotten: page by page it goes as well.
                _ => {
                    stand.page_by_page();
                    return Ok(told(Vec::new(), &stand));
                }
            }
        }
        let Some((rows, next)) = self.piece(job, locator).await? else {
            stand.page_by_page();
            return Ok(told(Vec::new(), &stand));
        };
        let mut news = Vec::new();
        for row in &rows {
            let Some((id, at)) = reading::stamped(row) else {
                continue;
            };
            stand.note(&id, at, false);
            news.extend(reading::news(selection, row));
        }
        stand.forget(self.api.surroundings().now());
        stand.read += rows.len() as u64;
        stand.phase = match next {
            Some(locator) => Phase::Bulk { job: job.to_owned(), locator: Some(locator) },
            None => {
                // The table is as it was when the job began: what changed since is read from there on.
                stand.loaded();
                Phase::Follow { under_way: false }
            }
        };
        Ok(told(news, &stand))
    }

    /// Rows of a table, and from where it goes on; `None`: there is no such table any more.
    async fn piece(
        &self,
        job: &str,
        locator: Option<&str>,
    ) -> Result<Option<(Vec<Value>, Option<String>)>, CrmError> {
        let from = locator.map(|locator| format!("&locator={}", escaped(locator)));
        let path = format!("jobs/query/{job}/results?maxRecords={ROWS}{}", from.unwrap_or_default());
        let ask = Ask { headers: vec![("Accept", "text/csv".to_owned())], ..Ask::get(path, Purpose::Rest) };
        let response = self.api.call(&ask).await?;
        if response.status != 200 {
            return match self.api.read(&response, false) {
                Err(Trouble::Refused(_)) => Ok(None),
                Err(Trouble::Crm(error)) => Err(error),
                Ok(_) => Err(self.api.error(CrmErrorKind::NotUnderstood, false, "a table that is none")),
            };
        }
        let rows = rows(&String::from_utf8_lossy(&response.body));
        let next = response.header("Sforce-Locator").filter(|next| *next != "null" && !next.is_empty());
        Ok(Some((rows, next.map(str::to_owned))))
    }

    /// How a job stands; `None`: there is none.
    async fn job_state(&self, job: &str) -> Result<Option<String>, CrmError> {
        match self.api.ask(&Ask::get(format!("jobs/query/{job}"), Purpose::Rest)).await {
            Ok(answer) => Ok(answer.get("state").and_then(Value::as_str).map(str::to_owned)),
            Err(Trouble::Refused(_)) => Ok(None),
            Err(Trouble::Crm(error)) => Err(error),
        }
    }
}

/// What is told of a piece. More always follows: at the end, what changed meanwhile.
fn told(news: Vec<News>, stand: &Stand) -> Changed {
    let progress = Some((stand.read, stand.total.max(stand.read)));
    Changed { news, next: stand.place(), more: true, progress }
}

/// The rows of a table (RFC 4180) by the names of its head; every value is a text.
fn rows(text: &str) -> Vec<Value> {
    let mut lines = cells(text).into_iter();
    let head = lines.next().unwrap_or_default();
    let row = |line: Vec<String>| {
        Value::Object(head.iter().cloned().zip(line.into_iter().map(Value::String)).collect::<Map<_, _>>())
    };
    lines.filter(|line| line.len() == head.len()).map(row).collect()
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => line.push(std::mem::take(&mut cell)),
            ('\r', false) => {}
            ('\n', false) => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            (c, _) => cell.push(c),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_with_quotes_commas_and_lines_in_its_cells() {
        let text = "\"Id\",\"Name\"\r\n\"1\",\"Ruiz, \"\"Ana\"\"\nPaz\"\n\"2\",\"\"";
        let expected =
            vec![json!({ "Id": "1", "Name": "Ruiz, \"Ana\"\nPaz" }), json!({ "Id": "2", "Name": "" })];
        assert_eq!(rows(text), expected);
        assert_eq!(rows(""), Vec::<Value>::new());
        assert_eq!(rows("Id,Name\n1\n2,b\n"), vec![json!({ "Id": "2", "Name": "b" })]);
    }
}
