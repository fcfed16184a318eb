//! Several queries in one call: a composite, whose parts are answered each for itself.

use super::api::{Api, Ask, Trouble, escaped};
use super::governor::Purpose;
use super::refused;
use crate::error::{CrmError, CrmErrorKind};
use serde_json::{Value, json};

/// Most queries of a composite.
const QUERIES_A_REQUEST: usize = 5;

impl Api {
    /// The records that each of these queries finds, in their order; no more of each than a page of the org. One call for five.
    /// `deleted`: those in the recycle bin as well.
    ///
    /// # Errors
    /// Nothing was answered.
    pub(crate) async fn query_together(
        &self,
        queries: &[String],
        deleted: bool,
        purpose: Purpose,
    ) -> Result<Vec<Result<Vec<Value>, CrmError>>, CrmError> {
        let mut found = Vec::new();
        for some in queries.chunks(QUERIES_A_REQUEST) {
            found.extend(self.query_some(some, deleted, purpose).await?);
        }
        Ok(found)
    }

    async fn query_some(
        &self,
        queries: &[String],
        deleted: bool,
        purpose: Purpose,
    ) -> Result<Vec<Result<Vec<Value>, CrmError>>, CrmError> {
        let resource = if deleted { "queryAll" } else { "query" };
        let root = self.root().await?;
        let parts = queries.iter().enumerate().map(|(nth, soql)| {
            let url = format!("{root}/{resource}/?q={}", escaped(soql));
            json!({ "method": "GET", "url": url, "referenceId": format!("q{nth}") })
        });
        let parts: Vec<Value> = parts.collect();
        let body = json!({ "allOrNone": false, "collateSubrequests": false, "compositeRequest": parts });
        let answer = self.ask(&Ask::post("composite", body, purpose, false)).await;
        let mut answer = answer.map_err(|trouble| self.unexpected(trouble))?;
        let responses = match answer.get_mut("compositeResponse").map(Value::take) {
            Some(Value::Array(responses)) if responses.len() == queries.len() => responses,
            // One that answers less than was asked would make what is there look missing.
            _ => {
                let detail = "a composite without its responses";
                return Err(self.error(CrmErrorKind::NotUnderstood, false, detail));
            }
        };
        Ok(responses.into_iter().map(|response| self.part(response)).collect())
    }

    fn part(&self, mut response: Value) -> Result<Vec<Value>, CrmError> {
        let is_good = response.get("httpStatusCode") == Some(&json!(200));
        match response.pointer_mut("/body/records").map(Value::take) {
            Some(Value::Array(records)) if is_good => return Ok(records),
            _ => {}
        }
        let status = response.get("httpStatusCode").and_then(Value::as_u64).unwrap_or_default();
        let said = response.get("body").map(refused::of_body).unwrap_or_default();
        Err(match self.judge(u16::try_from(status).unwrap_or_default(), said, false) {
            Trouble::Crm(error) => error,
            refused => self.unexpected(refused),
        })
    }
}
