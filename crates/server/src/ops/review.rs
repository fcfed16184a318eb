//! `review`: what is wrong with a disposition set or its use, from the calls of up to a quarter (P16). Calls are read a slice
//! at a time on the connections of long reads, and kept as small rows; what is found of them is counted on a thread of its own,
//! so that neither the writer nor another request waits for it. One review of a server runs at a time: its memory is that of one.

use super::report::{Names, ReportDays, names};
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use domain::id::{AgentKey, CodeId, SetId};
use domain::review::{Finding, Gatherer, Replayed, replay, review};

/// Most days of a review.
pub const MAX_REVIEW_DAYS: i32 = 100;
/// How many calls are read at a time.
const SLICE: usize = 2_000;
/// How many reviews run at a time, of all tenants.
pub const REVIEWS_AT_A_TIME: usize = 1;

/// What was found.
#[derive(Debug)]
pub struct Review {
    /// The set, and what it is called.
    pub set: (SetId, String),
    /// Calls that have a code of the set.
    pub calls: u64,
    /// Calls beyond those that a review looks at.
    pub left_out: u64,
    /// How many calls each code had, in the order of the set.
    pub counts: Vec<(CodeId, u64)>,
    /// What was found, what matters most first, each with the counts had its change been made before.
    pub findings: Vec<(Finding, Vec<Replayed>)>,
    /// What codes and agents are called today.
    pub names: Names,
}

impl Review {
    /// The name of an agent, where a user is that agent.
    pub fn agent_name(&self, agent: &AgentKey) -> Option<&str> {
        self.names.agents.get(agent).map(String::as_str)
    }
}

/// Reviews a set over days that are no more than [`MAX_REVIEW_DAYS`].
///
/// # Errors
/// There is no such set, or the store cannot read.
pub async fn review_set(app: &App, tenant: &Tenant, id: SetId, days: &ReportDays) -> Result<Review, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    let found = sets.iter().find(|set| set.id == id).cloned();
    let set = found.ok_or(OpError::invalid("set", FieldFault::Unknown))?;
    let _turn = app.reviews.acquire().await.map_err(|error| OpError::Internal(error.to_string()))?;
    let (from, until) = (days.begin, days.end);
    let mut gatherer = Gatherer::new(&set, from, until);
    let mut after: Option<String> = None;
    loop {
        let slice = app.store.history(tenant.id, from, until, after.as_deref(), SLICE).await?;
        slice.calls.iter().for_each(|call| gatherer.add(call));
        after = slice.next;
        if after.is_none() {
            break;
        }
    }
    let work = move || {
        let calls = gatherer.gathered();
        let findings = review(&calls).into_iter().map(|finding| {
            let counts = replay(&finding.change, &calls);
            (finding, counts)
        });
        let findings: Vec<(Finding, Vec<Replayed>)> = findings.collect();
        (calls.total(), calls.left_out(), calls.counts(), findings)
    };
    let done = tokio::task::spawn_blocking(work).await;
    let (calls, left_out, counts, findings) = done.map_err(|error| OpError::Internal(error.to_string()))?;
    let names = names(app, tenant).await?;
    Ok(Review { set: (set.id, set.name), calls, left_out, counts, findings, names })
}
