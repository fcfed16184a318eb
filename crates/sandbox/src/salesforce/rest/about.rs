//! What the org says of itself: versions, resources, limits.

use super::{Ask, Reply, VERSIONS};
use crate::salesforce::org::Org;
use serde_json::{Map, Value, json};

/// `GET /services/data`.
pub(crate) fn versions() -> Value {
    let seasons = ["Spring", "Summer", "Winter"];
    let version = |number: u32| {
        // Version 45 was that of Spring '19; three come a year, and the winter's is named for the year that follows.
        let since = number - 45;
        let (year, season) = (19 + since / 3, seasons[(since % 3) as usize]);
        let year = if season == "Winter" { year + 1 } else { year };
        json!({
            "label": format!("{season} '{year}"), "url": format!("/services/data/v{number}.0"),
            "version": format!("{number}.0"),
        })
    };
    Value::Array(VERSIONS.map(version).collect())
}

/// `GET /services/data/v66.0`.
pub(crate) fn resources(root: &str) -> Value {
    let names = [
        "composite",
        "jobs",
        "limits",
        "parameterizedSearch",
        "query",
        "queryAll",
        "recent",
        "search",
        "sobjects",
    ];
    Value::Object(names.iter().map(|name| ((*name).to_owned(), json!(format!("{root}/{name}")))).collect())
}

/// `GET …/limits`: those that clients look at.
pub(crate) fn limits(org: &Org) -> Value {
    let left = org.daily_calls.saturating_sub(org.calls.limited());
    let whole = [
        ("ConcurrentAsyncGetReportInstances", 200),
        ("ConcurrentSyncReportRuns", 20),
        ("DailyAsyncApexExecutions", 250_000),
        ("DailyBulkApiBatches", 15_000),
        ("DailyBulkV2QueryJobs", 10_000),
        ("DailyBulkV2QueryFileStorageMB", 976_562),
        ("DailyStreamingApiEvents", 10_000),
        ("DataStorageMB", 5),
        ("FileStorageMB", 20),
        ("HourlyTimeBasedWorkflow", 1_000),
        ("SingleEmail", 15),
    ];
    let mut limits: Map<String, Value> = whole
        .iter()
        .map(|(name, max)| ((*name).to_owned(), json!({ "Max": max, "Remaining": max })))
        .collect();
    limits.insert("DailyApiRequests".into(), json!({ "Max": org.daily_calls, "Remaining": left }));
    Value::Object(limits)
}

/// `GET …/limits/recordCount?sObjects=Contact,Lead`.
pub(crate) fn record_count(org: &Org, ask: &Ask) -> Reply {
    let asked = ask.value("sObjects").unwrap_or_default();
    let counted = org.data.schema.objects().filter(|object| {
        asked.is_empty() || asked.split(',').any(|name| name.trim().eq_ignore_ascii_case(&object.name))
    });
    let counts: Vec<Value> = counted
        .map(|object| json!({ "count": org.data.living(&object.name).count(), "name": object.name }))
        .filter(|counted| counted["count"] != 0)
        .collect();
    Reply::json(200, json!({ "sObjects": counts }))
}
