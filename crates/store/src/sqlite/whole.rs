//! The answers of the store on SQLite about whole tables. The SQL is with that of each table.

use super::{SqliteStore, agents, completeness, follow_ups, messages, saved_reports, views};
use crate::contract::{page_limit, place};
use crate::errors::ReadError;
use crate::whole::{AgentSpell, SpellPlace, TimedPlace, WholePage, WholeTables};
use async_trait::async_trait;
use domain::commit::AgentStateEntry;
use domain::completeness::ledger::DeafSpan;
use domain::dial::Dial;
use domain::follow_up::FollowUp;
use domain::id::{TenantId, UserId};
use domain::list_view::ListView;
use domain::message::Message;
use domain::report_mail::ReportMail;
use domain::saved_report::SavedReport;
use uuid::Uuid;

/// What was found with its places; one more than fit is looked for, and says until when the last that fits went on.
fn spells(found: Vec<(SpellPlace, AgentStateEntry)>) -> Vec<(SpellPlace, AgentSpell)> {
    let mut found = found.into_iter().peekable();
    let mut spells = Vec::new();
    while let Some((place, entry)) = found.next() {
        let next = found.peek().filter(|(_, next)| next.agent == entry.agent);
        let until = next.map(|(_, next)| next.since);
        spells.push((place, AgentSpell { entry, until }));
    }
    spells
}

/// The parts of a place among mails: the report, and when a mail of it was due.
fn mail_place(after: &TimedPlace) -> Result<Uuid, ReadError> {
    if after.what.is_empty() { Ok(Uuid::nil()) } else { place(Some(&after.what), Uuid::nil()) }
}

#[async_trait]
impl WholeTables for SqliteStore {
    async fn all_messages(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<Message>, ReadError> {
        let (after, limit) = (place(after, 0_i64)?, page_limit(limit));
        let found = self.readers.scan(move |conn| messages::whole(conn, tenant, after, limit + 1)).await?;
        Ok(WholePage::of(found, limit))
    }

    async fn all_follow_ups(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<FollowUp>, ReadError> {
        let (after, limit) = (place(after, 0_i64)?, page_limit(limit));
        let found = self.readers.scan(move |conn| follow_ups::whole(conn, tenant, after, limit + 1)).await?;
        Ok(WholePage::of(found, limit))
    }

    async fn all_agent_states(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<AgentSpell>, ReadError> {
        let (after, limit) = (place(after, SpellPlace::start())?, page_limit(limit));
        let found =
            self.readers.scan(move |conn| agents::whole_states(conn, tenant, &after, limit + 1)).await?;
        Ok(WholePage::of(spells(found), limit))
    }

    async fn all_dials(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<Dial>, ReadError> {
        let (after, limit) = (place(after, Uuid::nil())?, page_limit(limit));
        let found =
            self.readers.scan(move |conn| agents::whole_dials(conn, tenant, after, limit + 1)).await?;
        Ok(WholePage::of(found.into_iter().map(|dial| (dial.engagement.0, dial)).collect(), limit))
    }

    async fn all_deaf(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<DeafSpan>, ReadError> {
        let (after, limit) = (place(after, TimedPlace::start())?, page_limit(limit));
        let read = move |conn: &_| completeness::whole_deaf(conn, tenant, &after, limit + 1);
        let placed = |span: DeafSpan| (TimedPlace { at: span.from, what: span.source.clone() }, span);
        Ok(WholePage::of(self.readers.scan(read).await?.into_iter().map(placed).collect(), limit))
    }

    async fn all_views(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<ListView>, ReadError> {
        let (after, limit) = (place(after, Uuid::nil())?, page_limit(limit));
        let found = self.readers.scan(move |conn| views::whole(conn, tenant, user, after, limit + 1)).await?;
        Ok(WholePage::of(found.into_iter().map(|view| (view.id.0, view)).collect(), limit))
    }

    async fn all_saved_reports(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<SavedReport>, ReadError> {
        let (after, limit) = (place(after, Uuid::nil())?, page_limit(limit));
        let read = move |conn: &_| saved_reports::whole(conn, tenant, user, after, limit + 1);
        let found = self.readers.scan(read).await?;
        Ok(WholePage::of(found.into_iter().map(|report| (report.id.0, report)).collect(), limit))
    }

    async fn all_report_mails(
        &self,
        tenant: TenantId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WholePage<ReportMail>, ReadError> {
        let (after, limit) = (place(after, TimedPlace::start())?, page_limit(limit));
        let from = (mail_place(&after)?, after.at);
        let read = move |conn: &_| saved_reports::whole_mails(conn, tenant, user, from, limit + 1);
        let placed = |mail: ReportMail| (TimedPlace { at: mail.due, what: mail.report.0.to_string() }, mail);
        Ok(WholePage::of(self.readers.scan(read).await?.into_iter().map(placed).collect(), limit))
    }
}
