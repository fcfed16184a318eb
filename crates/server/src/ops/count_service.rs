//! `count_service`: how many callers were answered in time, gave up, and had to call again (P15). Counted from the calls,
//! one by one: no rollup knows which call came after which. It reads as many days beyond the last as calls are watched.

use super::OpError;
use super::count_calls::Asked;
use super::progress::Progress;
use super::report::{Names, names};
use crate::app::{App, Tenant};
use crate::settings::zone;
use domain::centre::Centre;
use domain::id::At;
use domain::report::service::{Service, ServiceCount, ServiceRules};
use std::sync::Arc;
use store::{MAX_FACTS, ReportName, ReportNames};

/// A report of service.
#[derive(Debug)]
pub struct ServiceReport {
    /// The counts.
    pub service: Service,
    /// By which days are over or not.
    pub as_of: At,
    /// The settings it was measured by.
    pub centre: Arc<Centre>,
    /// What words stand for.
    pub words: Arc<ReportNames>,
    /// What ring groups are called today.
    pub names: Names,
}

/// Counts; `progress` says how far that is.
///
/// # Errors
/// The store cannot read.
pub async fn count_service(
    app: &App,
    tenant: &Tenant,
    asked: &Asked,
    progress: &Progress,
) -> Result<ServiceReport, OpError> {
    let (as_of, centre) = (app.around.now(), Arc::new(tenant.rules().centre.clone()));
    let names = names(app, tenant).await?;
    let words = app.store.report_names(tenant.id).await?;
    let service = match asked.question(&words, None) {
        // A name that no call has is asked for.
        None => Service::default(),
        Some(question) => {
            let calendar = zone::calendar(&asked.days.zone);
            let rules = rules(&centre, &words);
            let from = asked.days.begin;
            let until = rules.watched_until(asked.days.end).plus_millis(1);
            let mut count = ServiceCount::new(question, &calendar, rules, as_of);
            let mut after: Option<String> = None;
            loop {
                let slice = app.store.facts(tenant.id, from, until, after.as_deref(), MAX_FACTS).await?;
                slice.facts.iter().for_each(|fact| count.add(fact));
                after = slice.next;
                let reached = slice.facts.last().map_or(until, |fact| fact.started_at);
                [0, 1].into_iter().for_each(|half| progress.reached(half, (from, until), reached));
                if after.is_none() {
                    break count.end();
                }
            }
        }
    };
    // A name may be newer than the list of them.
    let words = app.store.report_names(tenant.id).await?;
    Ok(ServiceReport { service, as_of, centre, words, names })
}

fn rules(centre: &Centre, words: &ReportNames) -> ServiceRules {
    let millis = |seconds: u32| i64::from(seconds) * 1_000;
    let own = centre.ring_groups.iter().filter_map(|group| {
        let word = words.word(&ReportName::RingGroup(group.key.clone()))?;
        Some((word, millis(group.answer_within_s?)))
    });
    ServiceRules {
        within_ms: millis(centre.service.answer_within_s),
        of_groups: own.collect(),
        repeat_days: centre.service.repeat_days,
    }
}
