//! The outbox, and what of Activities is in the CRM. What is to be carried out is noted here in the transaction of what
//! changes it; a tenant that mirrors no CRM has nothing noted.

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use super::{activities, calls, crm, follow_ups, imports, ledger};
use crate::crm::{OutboxPage, OutboxTally};
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallState};
use domain::id::{AgentKey, At, CallKey, CaseId, PersonId, TenantId};
use domain::mirror::{Local, RemoteId};
use domain::outbox::{Attempt, FiledState, FollowUpFiled, FollowUpThere, OutboxEntry, Subject, Vanished};
use rusqlite::{Connection, params};
use uuid::Uuid;

const OUTBOX: &str = "outbox";
const FILED: &str = "crm_filed";
const GONE: &str = "crm_vanished";
const FOLLOW_UP: &str = "crm_follow_up";

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT id, kind, subject, version, tries, not_before, in_doubt, despite_duplicates, refusal ",
            "FROM outbox ",
            $from
        )
    };
}

const ENTRY: &str = select!("WHERE subject = ?1 AND kind = ?2 AND tenant_id = ?3");
/// `?4`: whether follow-ups are meant, or all but them.
const DUE: &str = select!(
    "WHERE tenant_id = ?1 AND refusal IS NULL AND (kind = 'follow_up') = ?4 AND not_before <= ?2 \
     ORDER BY id LIMIT ?3"
);
const STUCK: &str = select!("WHERE tenant_id = ?1 AND refusal IS NOT NULL AND id > ?2 ORDER BY id LIMIT ?3");
const INSERT: &str = "INSERT INTO outbox (subject, kind, tenant_id, version, tries, not_before, in_doubt, \
    despite_duplicates, refusal, agent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const UPDATE: &str = "UPDATE outbox SET version = ?4, tries = ?5, not_before = ?6, in_doubt = ?7, \
    despite_duplicates = ?8, refusal = ?9, agent = coalesce(?10, agent) \
    WHERE subject = ?1 AND kind = ?2 AND tenant_id = ?3";
const REMOVE: &str = "DELETE FROM outbox WHERE subject = ?1 AND kind = ?2 AND tenant_id = ?3";
const TALLY: &str = "SELECT \
    (SELECT COUNT(*) FROM outbox WHERE tenant_id = ?1 AND refusal IS NULL) AS waiting, \
    (SELECT COUNT(*) FROM outbox WHERE tenant_id = ?1 AND refusal IS NOT NULL) AS stuck";
const TALLY_OF_AGENT: &str = "SELECT COUNT(*) FILTER (WHERE refusal IS NULL) AS waiting, \
    COUNT(*) FILTER (WHERE refusal IS NOT NULL) AS stuck FROM outbox WHERE tenant_id = ?1 AND agent = ?2";
const FILE: &str = "INSERT INTO crm_filed (call_id, tenant_id, filed) VALUES (?1, ?2, ?3) \
    ON CONFLICT (call_id) DO UPDATE SET filed = ?3";
const FILED_OF: &str = "SELECT filed FROM crm_filed WHERE call_id = ?1";
const VANISHED: &str = "SELECT into_call, filed FROM crm_vanished WHERE tenant_id = ?1 AND call = ?2";
const VANISH: &str = "INSERT INTO crm_vanished (tenant_id, call, into_call, filed) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (tenant_id, call) DO UPDATE SET into_call = ?3, filed = ?4";
const LEAD_ON: &str = "UPDATE crm_vanished SET into_call = ?3 WHERE tenant_id = ?1 AND into_call = ?2";
const SETTLE: &str = "DELETE FROM crm_vanished WHERE tenant_id = ?1 AND call = ?2";
const FOLLOW_UP_OF: &str = "SELECT filed FROM crm_follow_up WHERE tenant_id = ?1 AND call = ?2";
const FOLLOW_UP_IS: &str = "INSERT INTO crm_follow_up (tenant_id, call, filed) VALUES (?1, ?2, ?3) \
    ON CONFLICT (tenant_id, call) DO UPDATE SET filed = ?3";
const FOLLOW_UP_FORGOTTEN: &str = "DELETE FROM crm_follow_up WHERE tenant_id = ?1 AND call = ?2";
const UNFILE: &str = "DELETE FROM crm_filed WHERE call_id = ?1";

pub(super) fn due(
    conn: &Connection,
    tenant: TenantId,
    now: At,
    limit: usize,
) -> Result<Vec<OutboxEntry>, Fault> {
    let due = |follow_ups: bool, limit: usize| {
        all(conn, DUE, params![tenant.0, now.0, int(limit), follow_ups], OUTBOX, read)
    };
    let mut rows = due(false, limit)?;
    let room = limit.saturating_sub(rows.len());
    if room > 0 {
        rows.extend(due(true, room)?);
    }
    Ok(rows.into_iter().map(|(_, entry)| entry).collect())
}

pub(super) fn stuck(
    conn: &Connection,
    tenant: TenantId,
    after: i64,
    limit: usize,
) -> Result<OutboxPage, Fault> {
    let mut rows = all(conn, STUCK, params![tenant.0, after, int(limit + 1)], OUTBOX, read)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(id, _)| id.to_string());
    Ok(OutboxPage { entries: rows.into_iter().map(|(_, entry)| entry).collect(), next })
}

pub(super) fn entry(
    conn: &Connection,
    tenant: TenantId,
    subject: Subject,
) -> Result<Option<OutboxEntry>, Fault> {
    let (kind, id) = stored(subject);
    let found = first(conn, ENTRY, params![id.into_bytes(), kind, tenant.0], OUTBOX, read)?;
    Ok(found.map(|(_, entry)| entry))
}

pub(super) fn tally(conn: &Connection, tenant: TenantId) -> Result<OutboxTally, Fault> {
    Ok(first(conn, TALLY, params![tenant.0], OUTBOX, read_tally)?.unwrap_or_default())
}

pub(super) fn tally_of(conn: &Connection, tenant: TenantId, agent: &AgentKey) -> Result<OutboxTally, Fault> {
    Ok(first(conn, TALLY_OF_AGENT, params![tenant.0, agent.0], OUTBOX, read_tally)?.unwrap_or_default())
}

pub(super) fn filed(conn: &Connection, tenant: TenantId, call: CallKey) -> Result<Option<FiledState>, Fault> {
    match calls::row_id(conn, tenant, call)? {
        Some(call_id) => first(conn, FILED_OF, params![call_id], FILED, |row| row.json("filed")),
        None => Ok(None),
    }
}

/// A record of ours changed: it is to be made there, unless it is there.
pub(super) fn record_changed(tx: &Tx<'_>, local: Local) -> Result<(), Fault> {
    if !crm::followed(tx)? || crm::is_joined(tx, local)? {
        return Ok(());
    }
    note(tx, local.into(), None)
}

/// The Activity is this now. One that came of an import is none of ours to carry out.
pub(super) fn activity_changed(tx: &Tx<'_>, now: &Activity) -> Result<(), Fault> {
    if is_carried_out(tx, now)? {
        // What somebody deleted there is not made again, whatever it is here, unless somebody says so.
        if filed(tx.conn, tx.tenant, now.key)? != Some(FiledState::DeletedThere) {
            note(tx, Subject::Activity(now.key), now.agent.as_ref())?;
        }
        if follow_ups::version(tx.conn, tx.tenant, now.key)? > 0 {
            // Whom its task is about may be another now.
            note(tx, Subject::FollowUp(now.key), None)?;
        }
    }
    Ok(())
}

fn is_carried_out(tx: &Tx<'_>, activity: &Activity) -> Result<bool, Fault> {
    let settled = settled(activity.archived, activity.outcome);
    Ok(settled && crm::followed(tx)? && !imports::is_imported(tx, activity.key)?)
}

/// The follow-up of a call is another than it was.
pub(super) fn follow_up_changed(tx: &Tx<'_>, call: CallKey) -> Result<(), Fault> {
    if crm::followed(tx)? && !imports::is_imported(tx, call)? {
        note(tx, Subject::FollowUp(call), None)?;
    }
    Ok(())
}

pub(super) fn follow_up_filed(
    conn: &Connection,
    tenant: TenantId,
    call: CallKey,
) -> Result<Option<FollowUpFiled>, Fault> {
    first(conn, FOLLOW_UP_OF, params![tenant.0, call.0.into_bytes()], FOLLOW_UP, |row| row.json("filed"))
}

/// What became of a follow-up there. That of a call that is no more is forgotten once it is gone.
pub(super) fn follow_up_carried(
    tx: &mut Tx<'_>,
    call: CallKey,
    version: u64,
    filed: &FollowUpFiled,
) -> Result<(), Fault> {
    let key = call.0.into_bytes();
    if filed.state == FollowUpThere::Gone && calls::known_row_id(tx, call)?.is_none() {
        run(tx.conn, FOLLOW_UP_FORGOTTEN, params![tx.tenant.0, key])?;
    } else {
        run(tx.conn, FOLLOW_UP_IS, params![tx.tenant.0, key, json(FOLLOW_UP, filed)?])?;
    }
    carried_out(tx, Subject::FollowUp(call), version, None)
}

/// The follow-up of a call that is part of another now is there no more, or is the other's: what is there of it, or may be, is to
/// go, and the other's is to be there.
pub(super) fn follow_up_merged(tx: &Tx<'_>, from: CallKey, into: CallKey) -> Result<(), Fault> {
    let there = follow_up_filed(tx.conn, tx.tenant, from)?;
    if there.is_some() || entry(tx.conn, tx.tenant, Subject::FollowUp(from))?.is_some() {
        note(tx, Subject::FollowUp(from), None)?;
    }
    // What somebody deleted there is not made again because its call is part of another.
    let deleted = there.filter(|there| there.state == FollowUpThere::DeletedThere);
    if let Some(deleted) = &deleted
        && follow_up_filed(tx.conn, tx.tenant, into)?.is_none()
    {
        let key = into.0.into_bytes();
        run(tx.conn, FOLLOW_UP_IS, params![tx.tenant.0, key, json(FOLLOW_UP, deleted)?])?;
    }
    if follow_ups::version(tx.conn, tx.tenant, into)? > 0 {
        follow_up_changed(tx, into)?;
    }
    Ok(())
}

/// The call is about to be this: where its Activity is settled already, that is to be carried out again.
pub(super) fn call_changes(tx: &Tx<'_>, now: &CallRecord) -> Result<(), Fault> {
    if now.state != CallState::Ended || !crm::followed(tx)? {
        return Ok(());
    }
    match activities::activity(tx.conn, tx.tenant, now.key)? {
        Some(row) if row.call != *now => activity_changed(tx, &row.activity),
        _ => Ok(()),
    }
}

pub(super) fn vanished(
    conn: &Connection,
    tenant: TenantId,
    call: CallKey,
) -> Result<Option<Vanished>, Fault> {
    first(conn, VANISHED, params![tenant.0, call.0.into_bytes()], GONE, |row| {
        Ok(Vanished { into: CallKey(row.uuid("into_call")?), filed: row.opt_json("filed")? })
    })
}

/// The call is part of another one: what of it is to be carried out is that other one's. What is there of it, or may be
/// because it was about to be carried out, is to be taken away.
pub(super) fn merged(tx: &Tx<'_>, from: CallKey, from_id: i64, into: CallKey) -> Result<(), Fault> {
    let was_due = entry(tx.conn, tx.tenant, Subject::Activity(from))?.is_some();
    let filed: Option<FiledState> =
        first(tx.conn, FILED_OF, params![from_id], FILED, |row| row.json("filed"))?;
    remove(tx, Subject::Activity(from))?;
    run(tx.conn, UNFILE, params![from_id])?;
    // Those that became part of it before are part of the other now.
    run(tx.conn, LEAD_ON, params![tx.tenant.0, from.0.into_bytes(), into.0.into_bytes()])?;
    match filed {
        Some(FiledState::There(filed)) => vanish(tx, from, &Vanished { into, filed: Some(filed) }),
        None if was_due => vanish(tx, from, &Vanished { into, filed: None }),
        Some(FiledState::DeletedThere) | None => Ok(()),
    }
}

fn vanish(tx: &Tx<'_>, call: CallKey, vanished: &Vanished) -> Result<(), Fault> {
    let filed = vanished.filed.as_ref().map(|filed| json(GONE, filed)).transpose()?;
    let (call_id, into) = (call.0.into_bytes(), vanished.into.0.into_bytes());
    run(tx.conn, VANISH, params![tx.tenant.0, call_id, into, filed])?;
    note(tx, Subject::Vanished(call), None)
}

pub(super) fn carried_out(
    tx: &mut Tx<'_>,
    subject: Subject,
    version: u64,
    filed: Option<&FiledState>,
) -> Result<(), Fault> {
    ledger::watch_subject(tx, subject)?;
    if let (Some(filed), Subject::Activity(call)) = (filed, subject) {
        match (calls::known_row_id(tx, call)?, filed) {
            (Some(call_id), _) => {
                run(tx.conn, FILE, params![call_id, tx.tenant.0, json(FILED, filed)?])?;
            }
            // It became part of another while it was carried out.
            (None, FiledState::There(filed)) => {
                if let Some(known) = vanished(tx.conn, tx.tenant, call)? {
                    vanish(tx, call, &Vanished { filed: Some(filed.clone()), ..known })?;
                }
            }
            (None, FiledState::DeletedThere) => {}
        }
    }
    match entry(tx.conn, tx.tenant, subject)? {
        Some(entry) if entry.version == version => remove(tx, subject),
        // It changed meanwhile. What was in doubt is not any more: it is there.
        Some(entry) => write(tx, UPDATE, &OutboxEntry { in_doubt: false, ..entry }, None),
        None => Ok(()),
    }
}

pub(super) fn tried(tx: &Tx<'_>, attempt: &Attempt) -> Result<(), Fault> {
    match entry(tx.conn, tx.tenant, attempt.subject)? {
        Some(entry) => write(tx, UPDATE, &entry.tried(attempt), None),
        None => Ok(()),
    }
}

pub(super) fn again(tx: &Tx<'_>, subject: Subject, despite_duplicates: bool) -> Result<(), Fault> {
    let entry = entry(tx.conn, tx.tenant, subject)?;
    let Some(entry) = entry.filter(OutboxEntry::stuck) else { return Ok(()) };
    let despite_duplicates = entry.despite_duplicates || despite_duplicates;
    write(tx, UPDATE, &OutboxEntry { despite_duplicates, ..entry.noted_again() }, None)
}

/// The record of an Activity was looked for, and is not there any more.
pub(super) fn gone_there(tx: &Tx<'_>, call: CallKey, record: &RemoteId) -> Result<(), Fault> {
    let known = filed(tx.conn, tx.tenant, call)?;
    let is_it = matches!(&known, Some(FiledState::There(filed)) if filed.record == *record);
    let Some(call_id) = calls::known_row_id(tx, call)?.filter(|_| is_it) else { return Ok(()) };
    if entry(tx.conn, tx.tenant, Subject::Activity(call))?.is_none() {
        ledger::watch(tx, call)?;
        run(tx.conn, FILE, params![call_id, tx.tenant.0, json(FILED, &FiledState::DeletedThere)?])?;
    }
    Ok(())
}

/// Somebody says that the Activity is to be there.
pub(super) fn file_again(tx: &Tx<'_>, call: CallKey) -> Result<(), Fault> {
    let there = filed(tx.conn, tx.tenant, call)?;
    let waits = entry(tx.conn, tx.tenant, Subject::Activity(call))?.is_some();
    if matches!(there, Some(FiledState::There(_))) || (waits && there.is_none()) {
        return Ok(());
    }
    let Some(row) = activities::activity(tx.conn, tx.tenant, call)? else { return Ok(()) };
    let Some(call_id) = calls::known_row_id(tx, call)? else { return Ok(()) };
    if !is_carried_out(tx, &row.activity)? {
        return Ok(());
    }
    ledger::watch(tx, call)?;
    run(tx.conn, UNFILE, params![call_id])?;
    activity_changed(tx, &row.activity)?;
    match entry(tx.conn, tx.tenant, Subject::Activity(call))? {
        Some(noted) => write(tx, UPDATE, &OutboxEntry { despite_duplicates: true, ..noted }, None),
        None => Ok(()),
    }
}

/// It is in the outbox no more.
pub(super) fn remove(tx: &Tx<'_>, subject: Subject) -> Result<(), Fault> {
    ledger::watch_subject(tx, subject)?;
    let (kind, id) = stored(subject);
    run(tx.conn, REMOVE, params![id.into_bytes(), kind, tx.tenant.0])?;
    if let Subject::Vanished(call) = subject {
        run(tx.conn, SETTLE, params![tx.tenant.0, call.0.into_bytes()])?;
    }
    Ok(())
}

/// Whether what became of the call is certain: then it is carried out.
pub(super) fn settled(archived: bool, outcome: Outcome) -> bool {
    archived && outcome != Outcome::Open
}

fn note(tx: &Tx<'_>, subject: Subject, agent: Option<&AgentKey>) -> Result<(), Fault> {
    match entry(tx.conn, tx.tenant, subject)? {
        Some(entry) => write(tx, UPDATE, &entry.noted_again(), agent),
        None => write(tx, INSERT, &OutboxEntry::noted(subject), agent),
    }
}

fn write(tx: &Tx<'_>, sql: &str, entry: &OutboxEntry, agent: Option<&AgentKey>) -> Result<(), Fault> {
    ledger::watch_subject(tx, entry.subject)?;
    let (kind, id) = stored(entry.subject);
    let refusal = entry.refusal.as_ref().map(|refusal| json(OUTBOX, refusal)).transpose()?;
    let row = params![
        id.into_bytes(),
        kind,
        tx.tenant.0,
        int(entry.version),
        entry.tries,
        entry.not_before.0,
        entry.in_doubt,
        entry.despite_duplicates,
        refusal,
        agent.map(|agent| &agent.0),
    ];
    run(tx.conn, sql, row)?;
    Ok(())
}

/// The kinds of subjects, as they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutboxKind {
    Person,
    Case,
    Activity,
    Vanished,
    FollowUp,
}

fn stored(subject: Subject) -> (&'static str, Uuid) {
    match subject {
        Subject::Person(id) => (OutboxKind::Person.code(), id.0),
        Subject::Case(id) => (OutboxKind::Case.code(), id.0),
        Subject::Activity(call) => (OutboxKind::Activity.code(), call.0),
        Subject::Vanished(call) => (OutboxKind::Vanished.code(), call.0),
        Subject::FollowUp(call) => (OutboxKind::FollowUp.code(), call.0),
    }
}

fn read(row: &mut Fields<'_, '_>) -> Result<(i64, OutboxEntry), Fault> {
    let number = row.get("id")?;
    let kind = row.code("kind")?;
    let id = row.uuid("subject")?;
    let subject = match kind {
        OutboxKind::Person => Subject::Person(PersonId(id)),
        OutboxKind::Case => Subject::Case(CaseId(id)),
        OutboxKind::Activity => Subject::Activity(CallKey(id)),
        OutboxKind::Vanished => Subject::Vanished(CallKey(id)),
        OutboxKind::FollowUp => Subject::FollowUp(CallKey(id)),
    };
    let entry = OutboxEntry {
        subject,
        version: row.count("version")?,
        tries: row.get("tries")?,
        not_before: row.at("not_before")?,
        in_doubt: row.get("in_doubt")?,
        despite_duplicates: row.get("despite_duplicates")?,
        refusal: row.opt_json("refusal")?,
    };
    Ok((number, entry))
}

fn read_tally(row: &mut Fields<'_, '_>) -> Result<OutboxTally, Fault> {
    Ok(OutboxTally { waiting: row.count("waiting")?, stuck: row.count("stuck")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    #[test]
    fn what_is_due_is_read_without_reading_past_anything() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {DUE}")).unwrap();
        let steps: Result<Vec<String>, _> = explained.raw_query().mapped(|row| row.get("detail")).collect();
        let plan = steps.unwrap().join("; ");
        let by = "USING INDEX outbox_due (tenant_id=? AND <expr>=?)";
        assert!(plan.contains(by) && !plan.contains("B-TREE"), "{plan}");
    }
}
