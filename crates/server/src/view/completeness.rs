//! The completeness ledger, as the API shows it.

use super::{Agents, CallFactsView, CrmCheckFailureView, CrmCheckView, CrmCountsView, UserNames, word};
use crate::app::Rules;
use crate::clock::rfc3339;
use crate::ops::completeness::gaps;
use crate::ops::completeness::ledger::{Counts, CrmCounts, Ledger, LedgerDay};
use crate::ops::completeness::missing::{Became, MadeOf};
use crate::ops::lookup::party_of;
use crm::Crm;
use domain::call::CallRecord;
use domain::completeness::ledger::{DeafSpan, LedgerClass};
use domain::completeness::missing::MissingCall;
use domain::completeness::run::Reconciliation;
use domain::id::CallKey;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// How many calls stand where.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompletenessCountsView {
    /// Calls that are over and known.
    known: u64,
    /// Those that have an Activity or a reason.
    accounted: u64,
    /// Their share of all that are known or missing, from 0 to 1; null where there are none.
    share: Option<f64>,
    /// Those that have an Activity.
    activities: u64,
    /// The same by what became of it: `logged`, `not_logged`, `undispositioned`, `open`, `no_wrapup`.
    outcomes: BTreeMap<String, u64>,
    /// Those that have none, by why: `internal_call`, `agent_did_not_pick_up`, `no_customer`, `listening_in`.
    reasons: BTreeMap<String, u64>,
    /// Those that have neither.
    gaps: u64,
    /// Calls that only a file of the phone system tells of and nobody made ours yet.
    missing: u64,
    /// Known calls of which a lost connection made part a conclusion.
    inferred: u64,
    /// Known calls that were made from a file.
    from_file: u64,
}

/// The counts of a phone system.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompletenessSourceView {
    /// Its name.
    source: String,
    counts: CompletenessCountsView,
}

/// A day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompletenessDayView {
    /// The day, a date.
    date: String,
    counts: CompletenessCountsView,
    /// The same by phone system.
    sources: Vec<CompletenessSourceView>,
    /// How its Activities stand in the CRM; null: none is mirrored.
    crm: Option<CrmCountsView>,
}

/// A time in which a phone system was not heard.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeafSpanView {
    /// The phone system.
    source: String,
    /// When it was heard last.
    from: String,
    /// When it was heard again; the moment asked, where it was not yet.
    until: String,
    /// Whether it is not heard still.
    still: bool,
}

/// A call that is not as it is to be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LedgerCallView {
    /// The phone system that knows it.
    source: String,
    call: CallFactsView,
}

/// A file that is or was compared.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComparedFileView {
    id: Uuid,
    /// `cdr` or `queue_log`.
    kind: String,
    /// The phone system.
    source: String,
    /// What it was called.
    file: String,
    bytes: u64,
    /// SHA-256 of it.
    hash: String,
    /// By whose clock it was read, where it did not say so itself.
    zone: String,
    /// When it was uploaded last.
    at: String,
    /// Who did.
    by: Uuid,
    by_name: Option<String>,
    /// How often it was uploaded.
    uploads: u64,
    /// `running`, `done` or `failed`.
    state: String,
    /// How many of its bytes were looked at.
    byte: u64,
    ended_at: Option<String>,
    /// The first moment it tells of.
    from: Option<String>,
    /// The last.
    until: Option<String>,
    records: u64,
    calls: u64,
    /// Calls that are known, by what they were recognised: `id`, `time_and_numbers`, `time_and_customer`.
    known: BTreeMap<String, u64>,
    /// Calls that were missing.
    missing: u64,
    /// Calls that need no Activity, by why: `internal_call`, `agent_did_not_pick_up`, `no_customer`, `listening_in`,
    /// `unlisted_endpoint`.
    explained: BTreeMap<String, u64>,
    /// Records beside the first of their call: `further_part`, `agent_leg`, `local_half`, `stray`.
    beside: BTreeMap<String, u64>,
    /// Endpoints that the settings of the phone system do not list.
    unlisted: Vec<String>,
    /// How many calls of its time are known here and not told by it.
    only_ours: u64,
    /// Ids of the first of them.
    only_ours_calls: Vec<Uuid>,
}

/// A call that only files tell of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MissingCallView {
    /// The phone system.
    source: String,
    /// What it would be.
    call: CallFactsView,
    /// The agents of it, by name.
    agents: Vec<String>,
    /// The file that told of it first.
    file: String,
    /// The lines of call detail records that tell of it.
    cdr_lines: Vec<u64>,
    /// The lines of `queue_log` that do.
    queue_log_lines: Vec<u64>,
    /// When somebody made it a call of ours.
    made_at: Option<String>,
    /// Who.
    made_by: Option<String>,
}

/// What became of a missing call that was to be made ours.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeCallView {
    id: Uuid,
    /// `made`, `known` or `unknown`.
    became: String,
}

/// What became of a call that lacked what it is to have.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MendedCallView {
    id: Uuid,
    /// `mended`, `no_gap` or `unknown`.
    became: String,
}

/// The ledger of some days.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompletenessView {
    /// The first day.
    from: String,
    /// The last.
    until: String,
    /// Whose days they are.
    zone: String,
    counts: CompletenessCountsView,
    days: Vec<CompletenessDayView>,
    /// How the Activities of all days stand in the CRM; null: none is mirrored.
    crm: Option<CrmCountsView>,
    /// Whether the CRM can be asked: the settings say how it is reached.
    crm_connected: bool,
    /// Days of these that were compared with the CRM, the first first.
    crm_checks: Vec<CrmCheckView>,
    /// Days, of these or not, that were to be compared with the CRM by night and could not be, until they are: the last
    /// first, 31 at most.
    crm_check_failures: Vec<CrmCheckFailureView>,
    /// Times in which a phone system was not heard, the last first, 200 at most.
    deaf: Vec<DeafSpanView>,
    /// Calls with neither an Activity nor a reason, the first 50.
    gaps: Vec<LedgerCallView>,
    /// Calls of which a lost connection made part a conclusion, the first 50.
    inferred: Vec<LedgerCallView>,
    /// Files that tell of any of this time.
    files: Vec<ComparedFileView>,
    /// Phone systems whose files can be compared.
    sources: Vec<String>,
}

impl CompletenessCountsView {
    fn of(counts: &Counts) -> Self {
        let such = |wanted: fn(LedgerClass) -> bool| {
            let classes = LedgerClass::ALL.into_iter().filter(move |class| wanted(*class));
            classes.map(|class| (word(&class), counts.of(class))).collect()
        };
        CompletenessCountsView {
            known: counts.known(),
            accounted: counts.accounted(),
            share: counts.share(),
            activities: counts.activities(),
            outcomes: such(LedgerClass::has_activity),
            reasons: such(|class| !class.has_activity() && class != LedgerClass::Gap),
            gaps: counts.of(LedgerClass::Gap),
            missing: counts.missing,
            inferred: counts.inferred,
            from_file: counts.from_file,
        }
    }
}

impl CompletenessDayView {
    fn of(day: &LedgerDay, crm: Option<&CrmCounts>) -> Self {
        let of = |(source, counts): (&String, &Counts)| CompletenessSourceView {
            source: source.clone(),
            counts: CompletenessCountsView::of(counts),
        };
        CompletenessDayView {
            date: day.date.to_string(),
            counts: CompletenessCountsView::of(&day.total),
            sources: day.sources.iter().map(of).collect(),
            crm: crm.map(CrmCountsView::from),
        }
    }
}

impl CompletenessView {
    /// The ledger, with the names that it needs. `crm`: the CRM that can be asked.
    pub fn of(
        ledger: &Ledger,
        sources: Vec<String>,
        rules: &Rules,
        users: &UserNames,
        crm: Option<&dyn Crm>,
    ) -> Self {
        let of_day = |(nth, day): (usize, &LedgerDay)| {
            CompletenessDayView::of(day, ledger.crm.as_ref().and_then(|crm| crm.days.get(nth)))
        };
        let call = |call: &CallRecord| LedgerCallView {
            source: call.source.clone(),
            call: CallFactsView::of(call, &party_of(rules, call)),
        };
        let deaf = |(span, still): &(DeafSpan, bool)| DeafSpanView {
            source: span.source.clone(),
            from: rfc3339(span.from),
            until: rfc3339(span.until),
            still: *still,
        };
        CompletenessView {
            from: ledger.days_asked.from.to_string(),
            until: ledger.days_asked.until.to_string(),
            zone: ledger.days_asked.zone_name().to_owned(),
            counts: CompletenessCountsView::of(&ledger.total),
            days: ledger.days.iter().enumerate().map(of_day).collect(),
            crm: ledger.crm.as_ref().map(|crm| CrmCountsView::from(&crm.total)),
            crm_connected: crm.is_some(),
            crm_checks: CrmCheckView::all(ledger.crm.as_ref(), users, crm),
            crm_check_failures: CrmCheckFailureView::all(ledger.crm.as_ref()),
            deaf: ledger.deaf.iter().map(deaf).collect(),
            gaps: ledger.gaps.iter().map(call).collect(),
            inferred: ledger.inferred.iter().map(call).collect(),
            files: ledger.files.iter().map(|file| ComparedFileView::of(file, users)).collect(),
            sources,
        }
    }
}

fn words<K: Serialize>(counts: &BTreeMap<K, u64>) -> BTreeMap<String, u64> {
    counts.iter().map(|(key, count)| (word(key), *count)).collect()
}

impl ComparedFileView {
    /// A file.
    pub fn of(run: &Reconciliation, users: &UserNames) -> Self {
        let found = &run.found;
        ComparedFileView {
            id: run.id.0,
            kind: word(&run.kind),
            source: run.source.clone(),
            file: run.file.clone(),
            bytes: run.bytes,
            hash: run.hash.clone(),
            zone: run.zone.clone(),
            at: rfc3339(run.at),
            by: run.by.0,
            by_name: users.get(&run.by).cloned(),
            uploads: run.uploads,
            state: word(&run.state),
            byte: run.byte,
            ended_at: run.ended_at.map(rfc3339),
            from: found.from.map(rfc3339),
            until: found.until.map(rfc3339),
            records: found.records,
            calls: found.calls,
            known: words(&found.known),
            missing: found.missing,
            explained: words(&found.explained),
            beside: words(&found.beside),
            unlisted: found.unlisted.clone(),
            only_ours: found.only_ours,
            only_ours_calls: found.only_ours_named.iter().map(|key| key.0).collect(),
        }
    }
}

impl MissingCallView {
    /// A missing call, with the names that it needs.
    pub fn of(missing: &MissingCall, rules: &Rules, agents: &Agents, users: &UserNames) -> Self {
        let call = &missing.call;
        let name = |agent| agents.get(agent).cloned().unwrap_or_else(|| agent.to_string());
        let mut of_call: Vec<String> = call.engagements.iter().map(|part| name(&part.agent)).collect();
        of_call.dedup();
        MissingCallView {
            source: call.source.clone(),
            call: CallFactsView::of(call, &party_of(rules, call)),
            agents: of_call,
            file: missing.file.clone(),
            cdr_lines: missing.told.records.iter().map(|record| record.line).collect(),
            queue_log_lines: missing.told.queue.iter().map(|line| line.line).collect(),
            made_at: missing.made.map(|made| rfc3339(made.at)),
            made_by: missing.made.and_then(|made| users.get(&made.by).cloned()),
        }
    }
}

impl MadeCallView {
    /// What became of each.
    pub fn all(made: &MadeOf) -> Vec<MadeCallView> {
        let of = |(key, became): &(CallKey, Became)| MadeCallView { id: key.0, became: word(became) };
        made.calls.iter().map(of).collect()
    }
}

impl MendedCallView {
    /// What became of each.
    pub fn all(mended: &[(CallKey, gaps::Became)]) -> Vec<MendedCallView> {
        mended.iter().map(|(key, became)| MendedCallView { id: key.0, became: word(became) }).collect()
    }
}
