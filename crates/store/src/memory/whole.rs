//! Whole tables, a page at a time.

use super::MemoryStore;
use super::tenant::Tenant;
use crate::contract::{page_limit, place};
use crate::errors::ReadError;
use crate::whole::{AgentSpell, SpellPlace, TimedPlace, WholePage, WholeTables};
use async_trait::async_trait;
use domain::completeness::ledger::DeafSpan;
use domain::dial::Dial;
use domain::follow_up::FollowUp;
use domain::id::{At, CallKey, TenantId, UserId};
use domain::list_view::ListView;
use domain::message::Message;
use domain::report_mail::ReportMail;
use domain::saved_report::SavedReport;
use std::fmt::Display;
use uuid::Uuid;

/// The page of what was found in order that goes on after a place.
fn page<P: Ord + Display, T>(mut found: Vec<(P, T)>, after: &P, limit: usize) -> WholePage<T> {
    let limit = page_limit(limit);
    found.retain(|(place, _)| place > after);
    WholePage::of(found, limit)
}

impl Tenant {
    /// Rows that hang on calls, in the order in which these were first heard of.
    fn by_call<T>(&self, rows: impl Iterator<Item = (CallKey, T)>) -> Vec<(u64, T)> {
        let order = |call: &CallKey| self.calls.get(call).map_or(0, |made| made.order);
        let mut found: Vec<(u64, T)> = rows.map(|(call, row)| (order(&call), row)).collect();
        found.sort_by_key(|(order, _)| *order);
        found
    }

    fn spells(&self) -> Vec<(SpellPlace, AgentSpell)> {
        let all: Vec<_> = self.states.iter().collect();
        let spell = |nth: usize| {
            let ((agent, order), entry) = all[nth];
            let next = all.get(nth + 1).filter(|((of, _), _)| of == agent);
            let row = i64::try_from(*order).unwrap_or(i64::MAX);
            let place = SpellPlace { agent: agent.0.clone(), since: entry.since, row };
            (place, AgentSpell { entry: entry.clone(), until: next.map(|(_, next)| next.since) })
        };
        (0..all.len()).map(spell).collect()
    }
}

#[async_trait]
impl WholeTables for MemoryStore {
    async fn all_messages(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<Message>, ReadError> {
        let (after, state) = (place(after, 0_u64)?, self.state());
        let rows = state.of(tenant);
        let all = rows.messages.iter().map(|(call, row)| (*call, row.message.clone()));
        Ok(page(rows.by_call(all), &after, limit))
    }

    async fn all_follow_ups(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<FollowUp>, ReadError> {
        let (after, state) = (place(after, 0_u64)?, self.state());
        let rows = state.of(tenant);
        let all = rows.follow_ups.iter().map(|(call, row)| (*call, row.clone()));
        Ok(page(rows.by_call(all), &after, limit))
    }

    async fn all_agent_states(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<AgentSpell>, ReadError> {
        let after = place(after, SpellPlace::start())?;
        Ok(page(self.state().of(tenant).spells(), &after, limit))
    }

    async fn all_dials(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<Dial>, ReadError> {
        let (after, state) = (place(after, Uuid::nil())?, self.state());
        let all = state.of(tenant).dials.iter().map(|(part, dial)| (part.0, dial.clone()));
        Ok(page(all.collect(), &after, limit))
    }

    async fn all_deaf(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<DeafSpan>, ReadError> {
        let (after, state) = (place(after, TimedPlace::start())?, self.state());
        let span = |((from, source), until): (&(At, String), &At)| {
            let span = DeafSpan { from: *from, until: *until, source: source.clone() };
            (TimedPlace { at: *from, what: source.clone() }, span)
        };
        Ok(page(state.of(tenant).deaf.iter().map(span).collect(), &after, limit))
    }

    async fn all_views(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<ListView>, ReadError> {
        let (after, state) = (place(after, Uuid::nil())?, self.state());
        let seen = state.of(tenant).views.values().filter(|view| view.shared || view.owner == user);
        Ok(page(seen.map(|view| (view.id.0, view.clone())).collect(), &after, limit))
    }

    async fn all_saved_reports(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<SavedReport>, ReadError> {
        let (after, state) = (place(after, Uuid::nil())?, self.state());
        let all = state.of(tenant).saved_reports.values();
        let seen = all.filter(|report| report.shared || report.owner == user);
        Ok(page(seen.map(|report| (report.id.0, report.clone())).collect(), &after, limit))
    }

    async fn all_report_mails(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<ReportMail>, ReadError> {
        let (after, state) = (place(after, TimedPlace::start())?, self.state());
        let rows = state.of(tenant);
        let seen = |mail: &&ReportMail| {
            let report = rows.saved_reports.get(&mail.report);
            report.is_some_and(|report| report.shared || report.owner == user)
        };
        let mails = rows.report_mails.values().filter(seen);
        let mut found: Vec<(TimedPlace, ReportMail)> = mails
            .map(|mail| (TimedPlace { at: mail.due, what: mail.report.0.to_string() }, mail.clone()))
            .collect();
        found.retain(|(place, _)| (&place.what, place.at) > (&after.what, after.at));
        Ok(WholePage::of(found, page_limit(limit)))
    }
}
