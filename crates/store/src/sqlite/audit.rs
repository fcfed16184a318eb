//! The change log: SQL, and how rows become an [`AuditEntry`] and back.

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, int, json, run};
use super::transaction::Tx;
use crate::answers::AuditPage;
use domain::audit::{AuditEntry, AuditSubject};
use domain::id::{
    AuditId, CallKey, CaseId, CodeId, EndpointId, EngagementKey, ImportId, PersonId, ReportId, SetId,
    TenantId, UserId, ViewId,
};
use rusqlite::{Connection, params};
use uuid::Uuid;

const AUDIT: &str = "audit";

macro_rules! select {
    ($from:literal) => {
        concat!("SELECT id, key, at, by_user, subject, subject_key, action, fields FROM audit ", $from)
    };
}

const OF_TENANT: &str = select!("WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
const OF_SUBJECT: &str = select!(
    "WHERE tenant_id = ?1 AND id < ?2 AND subject = ?4 AND subject_key = ?5 ORDER BY id DESC LIMIT ?3"
);
const ADD: &str = "INSERT INTO audit (key, tenant_id, at, by_user, subject, subject_key, action, fields) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (key, tenant_id) DO NOTHING";

/// What kind of thing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubjectKind {
    Activity,
    Person,
    Case,
    Code,
    Set,
    User,
    Wrapup,
    Message,
    Centre,
    Endpoint,
    Import,
    View,
    Report,
}

/// A page of the change log, which goes on below row `before`.
pub(super) fn page(
    conn: &Connection,
    tenant: TenantId,
    subject: Option<AuditSubject>,
    before: i64,
    limit: usize,
) -> Result<AuditPage, Fault> {
    let most = int(limit + 1);
    let mut rows: Vec<(i64, AuditEntry)> = match subject.map(parts) {
        None => all(conn, OF_TENANT, params![tenant.0, before, most], AUDIT, read)?,
        Some((kind, key)) => {
            all(conn, OF_SUBJECT, params![tenant.0, before, most, kind.code(), key], AUDIT, read)?
        }
    };
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(id, _)| id.to_string());
    Ok(AuditPage { entries: rows.into_iter().map(|(_, entry)| entry).collect(), next })
}

/// Adds an entry, unless it is there: what was written down is not changed.
pub(super) fn add(tx: &Tx<'_>, entry: &AuditEntry) -> Result<(), Fault> {
    let (kind, key) = parts(entry.subject);
    let row = params![
        entry.id.0.into_bytes(),
        tx.tenant.0,
        entry.at.0,
        entry.by.map(|user| user.0.into_bytes()),
        kind.code(),
        key,
        entry.action,
        json(AUDIT, &entry.fields)?,
    ];
    run(tx.conn, ADD, row)?;
    Ok(())
}

/// A subject as its two columns.
fn parts(subject: AuditSubject) -> (SubjectKind, Vec<u8>) {
    let (kind, id) = match subject {
        AuditSubject::Activity(id) => (SubjectKind::Activity, id.0),
        AuditSubject::Person(id) => (SubjectKind::Person, id.0),
        AuditSubject::Case(id) => (SubjectKind::Case, id.0),
        AuditSubject::Code(id) => (SubjectKind::Code, id.0),
        AuditSubject::Set(id) => (SubjectKind::Set, id.0),
        AuditSubject::Endpoint(id) => (SubjectKind::Endpoint, id.0),
        AuditSubject::Import(id) => (SubjectKind::Import, id.0),
        AuditSubject::View(id) => (SubjectKind::View, id.0),
        AuditSubject::Report(id) => (SubjectKind::Report, id.0),
        AuditSubject::User(id) => (SubjectKind::User, id.0),
        AuditSubject::Wrapup(id) => (SubjectKind::Wrapup, id.0),
        AuditSubject::Message(id) => (SubjectKind::Message, id.0),
        AuditSubject::Centre => return (SubjectKind::Centre, Vec::new()),
    };
    (kind, id.into_bytes().to_vec())
}

fn read(row: &mut Fields<'_, '_>) -> Result<(i64, AuditEntry), Fault> {
    let row_id = row.get("id")?;
    let (id, at) = (AuditId(row.uuid("key")?), row.at("at")?);
    let by = row.opt_uuid("by_user")?.map(UserId);
    let subject = read_subject(row)?;
    let (action, fields) = (row.get("action")?, row.json("fields")?);
    Ok((row_id, AuditEntry { id, at, by, subject, action, fields }))
}

fn read_subject(row: &mut Fields<'_, '_>) -> Result<AuditSubject, Fault> {
    let kind = row.code("subject")?;
    let key: Vec<u8> = row.get("subject_key")?;
    let id = || Uuid::from_slice(&key).map_err(|error| row.bad("subject_key", &error.to_string()));
    Ok(match kind {
        SubjectKind::Activity => AuditSubject::Activity(CallKey(id()?)),
        SubjectKind::Person => AuditSubject::Person(PersonId(id()?)),
        SubjectKind::Case => AuditSubject::Case(CaseId(id()?)),
        SubjectKind::Code => AuditSubject::Code(CodeId(id()?)),
        SubjectKind::Set => AuditSubject::Set(SetId(id()?)),
        SubjectKind::Endpoint => AuditSubject::Endpoint(EndpointId(id()?)),
        SubjectKind::Import => AuditSubject::Import(ImportId(id()?)),
        SubjectKind::View => AuditSubject::View(ViewId(id()?)),
        SubjectKind::Report => AuditSubject::Report(ReportId(id()?)),
        SubjectKind::User => AuditSubject::User(UserId(id()?)),
        SubjectKind::Wrapup => AuditSubject::Wrapup(EngagementKey(id()?)),
        SubjectKind::Message => AuditSubject::Message(CallKey(id()?)),
        SubjectKind::Centre => AuditSubject::Centre,
    })
}
