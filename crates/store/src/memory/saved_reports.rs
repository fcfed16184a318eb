//! Saved reports and their mails.

use super::MemoryStore;
use super::tenant::Tenant;
use crate::contract::{MAX_PAGE, page_limit};
use crate::errors::ReadError;
use crate::saved_reports::SavedReportRecords;
use async_trait::async_trait;
use domain::id::{At, ReportId, TenantId, UserId};
use domain::report_mail::{MAILS_KEPT_US, MAX_MAILS_KEPT, MailState, ReportMail};
use domain::saved_report::SavedReport;

impl Tenant {
    pub(super) fn save_mail(&mut self, mail: ReportMail) {
        let (report, old) = (mail.report, mail.due.0.saturating_sub(MAILS_KEPT_US));
        if self.saved_reports.get(&report).is_none() {
            return;
        }
        self.report_mails.insert((report, mail.due), mail);
        let all = self.report_mails.iter().map(|(key, _)| *key);
        let mut kept: Vec<(ReportId, At)> = all.filter(|(of, _)| *of == report).collect();
        kept.sort_by_key(|(_, due)| std::cmp::Reverse(*due));
        let over = |key: &(ReportId, At)| {
            self.report_mails.get(key).is_some_and(|mail| mail.state != MailState::Waiting)
        };
        let forgotten: Vec<(ReportId, At)> =
            kept.into_iter().skip(MAX_MAILS_KEPT).filter(|key| key.1.0 < old && over(key)).collect();
        for key in forgotten {
            self.report_mails.remove(&key);
        }
    }

    pub(super) fn remove_report(&mut self, id: ReportId) {
        self.saved_reports.remove(&id);
        self.report_mails.remove_where(|(of, _), _| *of == id);
    }
}

#[async_trait]
impl SavedReportRecords for MemoryStore {
    async fn saved_report(&self, tenant: TenantId, id: ReportId) -> Result<Option<SavedReport>, ReadError> {
        Ok(self.state().of(tenant).saved_reports.get(&id).cloned())
    }

    async fn saved_reports(&self, tenant: TenantId, user: UserId) -> Result<Vec<SavedReport>, ReadError> {
        let state = self.state();
        let all = || state.of(tenant).saved_reports.values();
        let own = all().filter(|report| report.owner == user).take(MAX_PAGE);
        let shared = all().filter(|report| report.shared && report.owner != user).take(MAX_PAGE);
        let mut seen: Vec<SavedReport> = own.chain(shared).cloned().collect();
        seen.sort_by_key(|report| report.id);
        Ok(seen)
    }

    async fn scheduled_reports(
        &self,
        tenant: TenantId,
        after: Option<ReportId>,
        limit: usize,
    ) -> Result<Vec<SavedReport>, ReadError> {
        let state = self.state();
        let mut scheduled: Vec<SavedReport> = state
            .of(tenant)
            .saved_reports
            .values()
            .filter(|report| report.schedule.is_some())
            .cloned()
            .collect();
        scheduled.retain(|report| after.is_none_or(|after| report.id > after));
        scheduled.sort_by_key(|report| report.id);
        scheduled.truncate(page_limit(limit));
        Ok(scheduled)
    }

    async fn report_mail(
        &self,
        tenant: TenantId,
        report: ReportId,
        due: At,
    ) -> Result<Option<ReportMail>, ReadError> {
        Ok(self.state().of(tenant).report_mails.get(&(report, due)).cloned())
    }

    async fn report_mails(
        &self,
        tenant: TenantId,
        report: ReportId,
        limit: usize,
    ) -> Result<Vec<ReportMail>, ReadError> {
        let state = self.state();
        let mails = state.of(tenant).report_mails.values();
        let mut mails: Vec<ReportMail> = mails.filter(|mail| mail.report == report).cloned().collect();
        mails.sort_by_key(|mail| std::cmp::Reverse(mail.due));
        mails.truncate(page_limit(limit));
        Ok(mails)
    }

    async fn report_mails_to_send(
        &self,
        tenant: TenantId,
        now: At,
        limit: usize,
    ) -> Result<Vec<ReportMail>, ReadError> {
        let state = self.state();
        let waiting = |mail: &&ReportMail| mail.state == MailState::Waiting && mail.next_at <= now;
        let mails = state.of(tenant).report_mails.values();
        let mut mails: Vec<ReportMail> = mails.filter(waiting).cloned().collect();
        mails.sort_by_key(|mail| (mail.next_at, mail.report, mail.due));
        mails.truncate(page_limit(limit));
        Ok(mails)
    }
}
