//! Saved reports and their mails: SQL, and the answers of the store on SQLite about them.

use super::SqliteStore;
use super::fault::Fault;
use super::statement::{Fields, all, exists, first, int, json, run};
use super::transaction::Tx;
use crate::contract::{MAX_PAGE, page_limit};
use crate::errors::ReadError;
use crate::saved_reports::SavedReportRecords;
use async_trait::async_trait;
use domain::id::{At, ReportId, TenantId, UserId};
use domain::report_mail::{MAILS_KEPT_US, MAX_MAILS_KEPT, MailState, ReportMail};
use domain::saved_report::SavedReport;
use rusqlite::{Connection, params};
use uuid::Uuid;

const REPORT: &str = "saved_report";
const MAIL: &str = "report_mail";

const ONE: &str = "SELECT data FROM saved_report WHERE tenant_id = ?1 AND key = ?2";
const IS_THERE: &str = "SELECT 1 FROM saved_report WHERE tenant_id = ?1 AND key = ?2";
const OWN: &str = "SELECT data FROM saved_report WHERE tenant_id = ?1 AND owner = ?2 ORDER BY key LIMIT ?3";
const SHARED: &str = "SELECT data FROM saved_report WHERE tenant_id = ?1 AND shared AND owner <> ?2 \
    ORDER BY key LIMIT ?3";
const SCHEDULED: &str = "SELECT data FROM saved_report WHERE tenant_id = ?1 AND scheduled AND key > ?2 \
    ORDER BY key LIMIT ?3";
const WHOLE: &str = "SELECT data FROM saved_report WHERE tenant_id = ?1 AND key > ?2 AND (shared OR owner = ?3) \
    ORDER BY key LIMIT ?4";
const VERSION: &str = "SELECT version FROM saved_report WHERE tenant_id = ?1 AND key = ?2";
const COUNT: &str = "SELECT COUNT(*) AS own FROM saved_report WHERE tenant_id = ?1 AND owner = ?2";
const SAVE: &str = "INSERT INTO saved_report (tenant_id, key, owner, shared, scheduled, version, data) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, key) DO UPDATE SET owner = ?3, shared = ?4, \
    scheduled = ?5, version = ?6, data = ?7";
const REMOVE: &str = "DELETE FROM saved_report WHERE tenant_id = ?1 AND key = ?2";
const REMOVE_MAILS: &str = "DELETE FROM report_mail WHERE tenant_id = ?1 AND report = ?2";

const ONE_MAIL: &str = "SELECT data FROM report_mail WHERE tenant_id = ?1 AND report = ?2 AND due = ?3";
const MAIL_VERSION: &str =
    "SELECT version FROM report_mail WHERE tenant_id = ?1 AND report = ?2 AND due = ?3";
const MAILS: &str =
    "SELECT data FROM report_mail WHERE tenant_id = ?1 AND report = ?2 ORDER BY due DESC LIMIT ?3";
const WHOLE_MAILS: &str = "SELECT m.data FROM report_mail m JOIN saved_report r \
    ON r.tenant_id = m.tenant_id AND r.key = m.report WHERE m.tenant_id = ?1 AND (m.report, m.due) > (?2, ?3) \
    AND (r.shared OR r.owner = ?4) ORDER BY m.report, m.due LIMIT ?5";
const TO_SEND: &str = "SELECT data FROM report_mail WHERE tenant_id = ?1 AND waiting = 1 AND next_at <= ?2 \
    ORDER BY next_at, report, due LIMIT ?3";
const SAVE_MAIL: &str = "INSERT INTO report_mail (tenant_id, report, due, waiting, next_at, version, data) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, report, due) DO UPDATE SET waiting = ?4, \
    next_at = ?5, version = ?6, data = ?7";
const FORGET_OLD: &str = "DELETE FROM report_mail WHERE tenant_id = ?1 AND report = ?2 AND due < \
    (SELECT due FROM report_mail WHERE tenant_id = ?1 AND report = ?2 ORDER BY due DESC LIMIT 1 OFFSET ?3) \
    AND due < ?4 AND waiting = 0";

/// The version of a saved report; 0 where there is none.
pub(super) fn version(conn: &Connection, tenant: TenantId, id: ReportId) -> Result<u64, Fault> {
    let key = params![tenant.0, id.0.into_bytes()];
    Ok(first(conn, VERSION, key, REPORT, |row| row.count("version"))?.unwrap_or(0))
}

/// How many reports somebody keeps.
pub(super) fn count(conn: &Connection, tenant: TenantId, owner: UserId) -> Result<u64, Fault> {
    let of = params![tenant.0, owner.0.into_bytes()];
    Ok(first(conn, COUNT, of, REPORT, |row| row.count("own"))?.unwrap_or(0))
}

/// The version of a mail; 0 where there is none.
pub(super) fn mail_version(
    conn: &Connection,
    tenant: TenantId,
    report: ReportId,
    due: At,
) -> Result<u64, Fault> {
    let key = params![tenant.0, report.0.into_bytes(), due.0];
    Ok(first(conn, MAIL_VERSION, key, MAIL, |row| row.count("version"))?.unwrap_or(0))
}

pub(super) fn save(tx: &Tx<'_>, report: &SavedReport) -> Result<(), Fault> {
    let (key, owner) = (report.id.0.into_bytes(), report.owner.0.into_bytes());
    let (scheduled, data) = (report.schedule.is_some(), json(REPORT, report)?);
    run(
        tx.conn,
        SAVE,
        params![tx.tenant.0, key, owner, report.shared, scheduled, int(report.version), data],
    )?;
    Ok(())
}

pub(super) fn remove(tx: &Tx<'_>, id: ReportId) -> Result<(), Fault> {
    let key = id.0.into_bytes();
    run(tx.conn, REMOVE_MAILS, params![tx.tenant.0, key])?;
    run(tx.conn, REMOVE, params![tx.tenant.0, key])?;
    Ok(())
}

pub(super) fn save_mail(tx: &Tx<'_>, mail: &ReportMail) -> Result<(), Fault> {
    let report = mail.report.0.into_bytes();
    if !exists(tx.conn, IS_THERE, params![tx.tenant.0, report])? {
        return Ok(());
    }
    let waiting = mail.state == MailState::Waiting;
    let data = json(MAIL, mail)?;
    run(
        tx.conn,
        SAVE_MAIL,
        params![tx.tenant.0, report, mail.due.0, waiting, mail.next_at.0, int(mail.version), data],
    )?;
    let old = mail.due.0.saturating_sub(MAILS_KEPT_US);
    run(tx.conn, FORGET_OLD, params![tx.tenant.0, report, int(MAX_MAILS_KEPT - 1), old])?;
    Ok(())
}

fn read_report(row: &mut Fields<'_, '_>) -> Result<SavedReport, Fault> {
    row.json("data")
}

fn read_mail(row: &mut Fields<'_, '_>) -> Result<ReportMail, Fault> {
    row.json("data")
}

fn seen(conn: &Connection, tenant: TenantId, user: UserId) -> Result<Vec<SavedReport>, Fault> {
    let most = params![tenant.0, user.0.into_bytes(), int(MAX_PAGE)];
    let mut reports = all(conn, OWN, most, REPORT, read_report)?;
    reports.extend(all(conn, SHARED, most, REPORT, read_report)?);
    reports.sort_by_key(|report| report.id);
    Ok(reports)
}

/// Those that somebody sees, after one.
pub(super) fn whole(
    conn: &Connection,
    tenant: TenantId,
    user: UserId,
    after: Uuid,
    most: usize,
) -> Result<Vec<SavedReport>, Fault> {
    let from = params![tenant.0, after.into_bytes(), user.0.into_bytes(), int(most)];
    all(conn, WHOLE, from, REPORT, read_report)
}

/// Mails of those that somebody sees, after that of a report that was due then.
pub(super) fn whole_mails(
    conn: &Connection,
    tenant: TenantId,
    user: UserId,
    (report, due): (Uuid, At),
    most: usize,
) -> Result<Vec<ReportMail>, Fault> {
    let from = params![tenant.0, report.into_bytes(), due.0, user.0.into_bytes(), int(most)];
    all(conn, WHOLE_MAILS, from, MAIL, read_mail)
}

#[async_trait]
impl SavedReportRecords for SqliteStore {
    async fn saved_report(&self, tenant: TenantId, id: ReportId) -> Result<Option<SavedReport>, ReadError> {
        self.readers.point(|conn| first(conn, ONE, params![tenant.0, id.0.into_bytes()], REPORT, read_report))
    }

    async fn saved_reports(&self, tenant: TenantId, user: UserId) -> Result<Vec<SavedReport>, ReadError> {
        self.readers.scan(move |conn| seen(conn, tenant, user)).await
    }

    async fn scheduled_reports(
        &self,
        tenant: TenantId,
        after: Option<ReportId>,
        limit: usize,
    ) -> Result<Vec<SavedReport>, ReadError> {
        // Before any id is one of no bytes.
        let after = after.map_or_else(Vec::new, |id| id.0.into_bytes().to_vec());
        let limit = int(page_limit(limit));
        self.readers
            .scan(move |conn| all(conn, SCHEDULED, params![tenant.0, after, limit], REPORT, read_report))
            .await
    }

    async fn report_mail(
        &self,
        tenant: TenantId,
        report: ReportId,
        due: At,
    ) -> Result<Option<ReportMail>, ReadError> {
        let key = report.0.into_bytes();
        self.readers.point(|conn| first(conn, ONE_MAIL, params![tenant.0, key, due.0], MAIL, read_mail))
    }

    async fn report_mails(
        &self,
        tenant: TenantId,
        report: ReportId,
        limit: usize,
    ) -> Result<Vec<ReportMail>, ReadError> {
        let (key, limit) = (report.0.into_bytes(), int(page_limit(limit)));
        self.readers.scan(move |conn| all(conn, MAILS, params![tenant.0, key, limit], MAIL, read_mail)).await
    }

    async fn report_mails_to_send(
        &self,
        tenant: TenantId,
        now: At,
        limit: usize,
    ) -> Result<Vec<ReportMail>, ReadError> {
        let limit = int(page_limit(limit));
        self.readers.point(|conn| all(conn, TO_SEND, params![tenant.0, now.0, limit], MAIL, read_mail))
    }
}
