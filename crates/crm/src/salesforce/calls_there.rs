//! Which calls the org has, to compare them with ours: those that began in a time, and some by their ids. Reads alone, by calls
//! that are not kept for logging; what is made of it is the server's.

use super::Salesforce;
use super::api::{first_page, listed};
use super::filing::{CALL_ACTIVITY, INTERACTION_ID, PART_OF};
use super::governor::Purpose;
use super::stamp;
use crate::contract::{CallThere, CallsThere, Place};
use crate::error::{CrmError, CrmErrorKind};
use domain::id::{At, CallKey};
use domain::mirror::RemoteId;
use serde_json::Value;

/// Most ids of calls in one query: what stands behind `WHERE` may be 4,000 characters.
const CALLS_A_QUERY: usize = 90;
/// When a call began, which is written to the second.
const STARTED_AT: &str = "Started_At__c";

impl Salesforce {
    /// A page of the records of calls that began in a time; 2,000 of them for a call of the API.
    pub(super) async fn calls_between(
        &self,
        from: At,
        until: At,
        after: Option<&Place>,
    ) -> Result<CallsThere, CrmError> {
        let path = match after {
            Some(place) => place.0.clone(),
            None => {
                let (from, until) = (stamp::second(from), stamp::second(until));
                let time = format!("{STARTED_AT} >= {from} AND {STARTED_AT} < {until}");
                first_page(&format!("{} WHERE {time}", self.select_calls().await?), true)
            }
        };
        let page = self.api.page(path, Purpose::Rest).await;
        let page = page.map_err(|trouble| self.api.unexpected(trouble))?;
        Ok(CallsThere {
            calls: page.records.iter().filter_map(read).collect(),
            total: page.total,
            next: page.next.map(Place),
        })
    }

    /// The records of these calls, by their ids.
    pub(super) async fn calls_by_id(&self, calls: &[CallKey]) -> Result<Vec<CallThere>, CrmError> {
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let select = self.select_calls().await?;
        let query = |some: &[CallKey]| {
            let ids: Vec<String> = some.iter().map(CallKey::to_string).collect();
            format!("{select} WHERE {INTERACTION_ID} IN ({})", listed(ids.iter().map(String::as_str)))
        };
        let queries: Vec<String> = calls.chunks(CALLS_A_QUERY).map(query).collect();
        let found = self.api.query_together(&queries, true, Purpose::Rest).await?;
        // Without one of them what is there would look missing.
        let found = found.into_iter().collect::<Result<Vec<_>, CrmError>>()?.concat();
        Ok(found.iter().filter_map(read).collect())
    }

    async fn select_calls(&self) -> Result<String, CrmError> {
        let object = self.describes.get(&self.api, CALL_ACTIVITY, Purpose::Rest).await?;
        if let Some(hidden) =
            [INTERACTION_ID, STARTED_AT].into_iter().find(|name| object.field(name).is_none())
        {
            let detail = format!("our user may not read {CALL_ACTIVITY}.{hidden}");
            return Err(self.api.error(CrmErrorKind::Forbidden, false, &detail));
        }
        // An older package has no such field: nothing says then what it is part of.
        let part_of = object.field(PART_OF).map(|_| format!(",{PART_OF}")).unwrap_or_default();
        Ok(format!("SELECT Id,IsDeleted,{INTERACTION_ID}{part_of} FROM {CALL_ACTIVITY}"))
    }
}

fn read(record: &Value) -> Option<CallThere> {
    let text = |key: &str| record.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    Some(CallThere {
        record: RemoteId(text("Id")?.to_owned()),
        call: text(INTERACTION_ID).map(str::to_owned),
        part_of: text(PART_OF).map(str::to_owned),
        deleted: record.get("IsDeleted") == Some(&Value::Bool(true)),
    })
}
