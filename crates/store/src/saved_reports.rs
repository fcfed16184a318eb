//! What a store keeps of saved reports and of their mails.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::id::{At, ReportId, TenantId, UserId};
use domain::report_mail::ReportMail;
use domain::saved_report::SavedReport;

/// Reads of saved reports; every method fails where the store cannot read.
#[async_trait]
pub trait SavedReportRecords {
    /// A saved report.
    async fn saved_report(&self, tenant: TenantId, id: ReportId) -> Result<Option<SavedReport>, ReadError>;

    /// Those that this user sees, by id: at most [`MAX_PAGE`](crate::MAX_PAGE) of their own and as many that others share.
    async fn saved_reports(&self, tenant: TenantId, user: UserId) -> Result<Vec<SavedReport>, ReadError>;

    /// Those that are mailed by themselves, by id, after this one; at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE).
    async fn scheduled_reports(
        &self,
        tenant: TenantId,
        after: Option<ReportId>,
        limit: usize,
    ) -> Result<Vec<SavedReport>, ReadError>;

    /// The mail of a report that was due then.
    async fn report_mail(
        &self,
        tenant: TenantId,
        report: ReportId,
        due: At,
    ) -> Result<Option<ReportMail>, ReadError>;

    /// The mails of a report, those due last first, at most `limit` and [`MAX_PAGE`](crate::MAX_PAGE).
    async fn report_mails(
        &self,
        tenant: TenantId,
        report: ReportId,
        limit: usize,
    ) -> Result<Vec<ReportMail>, ReadError>;

    /// Mails that wait and are to be tried by now, those that wait longest first; at most `limit` and
    /// [`MAX_PAGE`](crate::MAX_PAGE).
    async fn report_mails_to_send(
        &self,
        tenant: TenantId,
        now: At,
        limit: usize,
    ) -> Result<Vec<ReportMail>, ReadError>;
}
