//! Activities, and the lists of people and Cases: SQL, and how rows become an [`Activity`] and back.

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use super::wrapups::{self, read_code, read_party};
use super::{calls, cases, facts, notes, outbox};
use crate::answers::{ActivityPage, ActivityRow};
use crate::errors::inconsistent;
use domain::activity::{Activity, ActivityStanding, Outcome};
use domain::id::{AgentKey, CallKey, CaseId, CodeId, PersonId, TenantId};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

const ACTIVITY: &str = "activity";

const BY_CALL: &str = "SELECT c.key, a.outcome, a.archived, a.agent, a.code_id, a.code_es, a.code_en, \
    a.code_effects, a.notes, \
    a.party_by, a.party_person, a.logged_at, a.candidates, a.dialled_from, a.related, a.revision, \
    a.opportunity \
    FROM activity a JOIN call c ON c.id = a.call_id WHERE a.call_id = ?1";
const INSERT: &str = "INSERT INTO activity (call_id, tenant_id, outcome, archived, agent, code_id, code_es, \
    code_en, notes, party_by, party_person, logged_at, candidates, dialled_from, related, revision, \
    opportunity, code_effects, do_not_call) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, \
    ?15, ?16, ?17, ?18, ?19)";
const UPDATE: &str = "UPDATE activity SET outcome = ?3, archived = ?4, agent = ?5, code_id = ?6, code_es = ?7, \
    code_en = ?8, notes = ?9, party_by = ?10, party_person = ?11, logged_at = ?12, candidates = ?13, \
    dialled_from = ?14, related = ?15, revision = ?16, opportunity = ?17, \
    code_effects = ?18, do_not_call = ?19 \
    WHERE call_id = ?1 AND tenant_id = ?2";
const STANDING: &str = "SELECT a.revision, a.outcome, a.party_by, a.party_person, a.logged_at \
    FROM call c JOIN activity a ON a.call_id = c.id WHERE c.key = ?1 AND c.tenant_id = ?2";
/// Apart from the rest because no index holds these two.
const ARCHIVE: &str = "UPDATE activity SET outcome = ?2, archived = 1 WHERE call_id = ?1";
const DELETE: &str = "DELETE FROM activity WHERE call_id = ?1";
const LIST: &str = "INSERT INTO activity_person (tenant_id, person, call_id) VALUES (?1, ?2, ?3)";
const UNLIST: &str = "DELETE FROM activity_person WHERE tenant_id = ?1 AND person = ?2 AND call_id = ?3";
const RELATE: &str = "INSERT INTO activity_case (tenant_id, case_key, call_id) VALUES (?1, ?2, ?3)";
const UNRELATE: &str = "DELETE FROM activity_case WHERE tenant_id = ?1 AND case_key = ?2 AND call_id = ?3";

const ALL_OF_PERSON: &str = "SELECT call_id FROM activity_person WHERE tenant_id = ?1 AND person = ?2";
const OF_PERSON: &str = "SELECT call_id FROM activity_person \
    WHERE tenant_id = ?1 AND person = ?2 AND call_id < ?3 ORDER BY call_id DESC LIMIT ?4";
/// Of a person's list, the calls that began within some time.
const OF_PERSON_WITHIN: &str = "SELECT p.call_id FROM activity_person p JOIN call c ON c.id = p.call_id \
    WHERE p.tenant_id = ?1 AND p.person = ?2 AND p.call_id < ?3 AND c.started_at >= ?5 AND c.started_at <= ?6 \
    ORDER BY p.call_id DESC LIMIT ?4";
const OF_CASE: &str = "SELECT call_id FROM activity_case \
    WHERE tenant_id = ?1 AND case_key = ?2 AND call_id < ?3 ORDER BY call_id DESC LIMIT ?4";
const OF_AGENT: &str = "SELECT DISTINCT e.began_at, e.call_id FROM engagement e \
    WHERE e.tenant_id = ?1 AND e.agent = ?2 AND EXISTS (SELECT 1 FROM activity a WHERE a.call_id = e.call_id) \
    ORDER BY e.began_at DESC, e.call_id DESC LIMIT ?3";
const CALLS_AFTER: &str = "SELECT call_id FROM activity WHERE call_id > ?2 AND tenant_id = ?1 \
    ORDER BY call_id LIMIT ?3";
const CODE_USES: &str = "SELECT COUNT(*) AS uses FROM activity WHERE tenant_id = ?1 AND code_id = ?2";

pub(super) fn activity(
    conn: &Connection,
    tenant: TenantId,
    key: CallKey,
) -> Result<Option<ActivityRow>, Fault> {
    match calls::row_id(conn, tenant, key)? {
        Some(id) => row_of(conn, id),
        None => Ok(None),
    }
}

/// What a decision about the Activity rests on.
pub(super) fn standing(conn: &Connection, tenant: TenantId, key: CallKey) -> Result<ActivityStanding, Fault> {
    let read = first(conn, STANDING, params![key.0.into_bytes(), tenant.0], ACTIVITY, |row| {
        Ok(ActivityStanding {
            revision: row.count("revision")?,
            outcome: row.code("outcome")?,
            party: read_party(row)?,
            logged_at: row.opt_at("logged_at")?,
        })
    })?;
    Ok(read.unwrap_or(ActivityStanding::NEW))
}

/// A page of a person's list, which goes on below row `before`.
pub(super) fn of_person(
    conn: &Connection,
    tenant: TenantId,
    person: PersonId,
    before: i64,
    limit: usize,
) -> Result<ActivityPage, Fault> {
    let page = params![tenant.0, person.0.into_bytes(), before, int(limit + 1)];
    page_of(conn, all(conn, OF_PERSON, page, "activity_person", |row| row.get("call_id"))?, limit)
}

/// A page of a Case's list, which goes on below row `before`: what is related to it, and what its Contact did
/// while it was open. The first of both are among the first of each.
pub(super) fn of_case(
    conn: &Connection,
    tenant: TenantId,
    case: CaseId,
    before: i64,
    limit: usize,
) -> Result<ActivityPage, Fault> {
    let Some(case) = cases::case(conn, tenant, case)? else {
        return Ok(ActivityPage { rows: Vec::new(), next: None });
    };
    let most = int(limit + 1);
    let related = params![tenant.0, case.id.0.into_bytes(), before, most];
    let mut ids: Vec<i64> = all(conn, OF_CASE, related, "activity_case", |row| row.get("call_id"))?;
    if let Some(contact) = case.contact {
        let until = case.closed_at.map_or(i64::MAX, |at| at.0);
        let within = params![tenant.0, contact.0.into_bytes(), before, most, case.opened_at.0, until];
        let of_contact: Vec<i64> =
            all(conn, OF_PERSON_WITHIN, within, "activity_person", |row| row.get("call_id"))?;
        ids.extend(of_contact);
        ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        ids.dedup();
    }
    page_of(conn, ids, limit)
}

/// Every Activity on a person's list, in no order.
pub(super) fn all_of_person(
    conn: &Connection,
    tenant: TenantId,
    person: PersonId,
) -> Result<Vec<Activity>, Fault> {
    let list = params![tenant.0, person.0.into_bytes()];
    let ids: Vec<i64> = all(conn, ALL_OF_PERSON, list, "activity_person", |row| row.get("call_id"))?;
    let activity = |id| by_call(conn, id).transpose();
    ids.into_iter().filter_map(activity).collect()
}

/// The first `limit` of these rows; there are more where one more is there.
fn page_of(conn: &Connection, mut ids: Vec<i64>, limit: usize) -> Result<ActivityPage, Fault> {
    let more = ids.len() > limit;
    ids.truncate(limit);
    let next = ids.last().filter(|_| more).map(i64::to_string);
    Ok(ActivityPage { rows: rows_of(conn, &ids)?, next })
}

pub(super) fn of_agent(
    conn: &Connection,
    tenant: TenantId,
    agent: &AgentKey,
    limit: usize,
) -> Result<Vec<ActivityRow>, Fault> {
    let newest = params![tenant.0, agent.0, int(limit)];
    let ids: Vec<i64> = all(conn, OF_AGENT, newest, ACTIVITY, |row| {
        row.get::<i64>("began_at")?;
        row.get("call_id")
    })?;
    rows_of(conn, &ids)
}

pub(super) fn code_uses(conn: &Connection, tenant: TenantId, code: CodeId) -> Result<u64, Fault> {
    let uses = params![tenant.0, code.0.into_bytes()];
    Ok(first(conn, CODE_USES, uses, ACTIVITY, |row| row.count("uses"))?.unwrap_or(0))
}

/// Row ids of calls with an Activity, after this one.
pub(super) fn calls_after(
    conn: &Connection,
    tenant: TenantId,
    after: i64,
    limit: usize,
) -> Result<Vec<i64>, Fault> {
    all(conn, CALLS_AFTER, params![tenant.0, after, int(limit)], ACTIVITY, |row| row.get("call_id"))
}

fn row_of(conn: &Connection, call_id: i64) -> Result<Option<ActivityRow>, Fault> {
    let Some(activity) = by_call(conn, call_id)? else { return Ok(None) };
    Ok(Some(ActivityRow { activity, call: calls::by_row_id(conn, call_id)? }))
}

/// The Activities of these calls, in this order.
pub(super) fn rows_of(conn: &Connection, ids: &[i64]) -> Result<Vec<ActivityRow>, Fault> {
    let row = |id: &i64| {
        row_of(conn, *id)?.ok_or_else(|| inconsistent("activity_person", "call_id", id, "no Activity").into())
    };
    ids.iter().map(row).collect()
}

pub(super) fn by_call(conn: &Connection, call_id: i64) -> Result<Option<Activity>, Fault> {
    first(conn, BY_CALL, params![call_id], ACTIVITY, read)
}

/// The Activity begins, unless it did.
pub(super) fn open(tx: &mut Tx<'_>, activity: &Activity) -> Result<(), Fault> {
    let call_id = calls::row_id_for(tx, ACTIVITY, activity.key)?;
    match by_call(tx.conn, call_id)? {
        Some(_) => Ok(()),
        None => write(tx, call_id, None, activity),
    }
}

/// Makes the Activity what `now` says; what is archived stays so, for the call may have ended since `now` was
/// decided.
pub(super) fn save(tx: &mut Tx<'_>, now: &Activity) -> Result<(), Fault> {
    let call_id = calls::row_id_for(tx, ACTIVITY, now.key)?;
    let before = by_call(tx.conn, call_id)?;
    let archived = now.archived || before.as_ref().is_some_and(|before| before.archived);
    write(tx, call_id, before.as_ref(), &Activity { archived, ..now.clone() })
}

/// The call of the Activity is over.
pub(super) fn archive(tx: &mut Tx<'_>, key: CallKey, owes_wrapup: bool) -> Result<(), Fault> {
    let Some(call_id) = calls::known_row_id(tx, key)? else { return Ok(()) };
    let Some(before) = by_call(tx.conn, call_id)? else { return Ok(()) };
    let unwrapped = before.outcome == Outcome::Open && !owes_wrapup && !wrapups::is_owed(tx.conn, call_id)?;
    let outcome = if unwrapped { Outcome::NoWrapup } else { before.outcome };
    if !before.archived || outcome != before.outcome {
        run(tx.conn, ARCHIVE, params![call_id, outcome.code()])?;
        tx.touch(call_id);
        tx.census.activities += i64::from(!before.archived);
        outbox::activity_changed(tx, &Activity { archived: true, outcome, ..before })?;
    }
    Ok(())
}

/// Takes the Activity of a call away.
pub(super) fn delete(tx: &mut Tx<'_>, call_id: i64) -> Result<(), Fault> {
    let Some(before) = by_call(tx.conn, call_id)? else { return Ok(()) };
    tx.census.activities -= i64::from(before.archived);
    for person in listed(&before) {
        run(tx.conn, UNLIST, params![tx.tenant.0, person.0.into_bytes(), call_id])?;
    }
    if let Some(case) = before.case() {
        run(tx.conn, UNRELATE, params![tx.tenant.0, case.0.into_bytes(), call_id])?;
    }
    notes::gone(tx, call_id, before.notes.as_deref())?;
    facts::gone(tx, call_id)?;
    run(tx.conn, DELETE, params![call_id])?;
    Ok(())
}

/// On whose lists the Activity stands: the person it is filed on, or while that is unsettled everyone it
/// may be filed on.
fn listed(activity: &Activity) -> BTreeSet<PersonId> {
    match activity.party {
        Some(party) => party.person.into_iter().collect(),
        None => activity.candidates.iter().map(|candidate| candidate.person).collect(),
    }
}

fn write(tx: &mut Tx<'_>, call_id: i64, before: Option<&Activity>, now: &Activity) -> Result<(), Fault> {
    if before == Some(now) {
        return Ok(());
    }
    let dialled_from = now.dialled_from.as_ref().map(|from| json(ACTIVITY, from)).transpose()?;
    let related = now.related.as_ref().map(|related| json(ACTIVITY, related)).transpose()?;
    let opportunity = now.opportunity.as_ref().map(|related| json(ACTIVITY, related)).transpose()?;
    let row = params![
        call_id,
        tx.tenant.0,
        now.outcome.code(),
        now.archived,
        now.agent.as_ref().map(|agent| &agent.0),
        now.code.as_ref().map(|code| code.id.0.into_bytes()),
        now.code.as_ref().map(|code| &code.label.es),
        now.code.as_ref().map(|code| &code.label.en),
        now.notes,
        now.party.map(|party| party.by.code()),
        now.party.and_then(|party| party.person).map(|person| person.0.into_bytes()),
        now.logged_at.map(|at| at.0),
        json(ACTIVITY, &now.candidates)?,
        dialled_from,
        related,
        int(now.revision),
        opportunity,
        wrapups::effects_json(now.code.as_ref())?,
        now.code.as_ref().is_some_and(|code| code.effects.do_not_call),
    ];
    run(tx.conn, if before.is_some() { UPDATE } else { INSERT }, row)?;
    tx.touch(call_id);
    let was_archived = before.is_some_and(|before| before.archived);
    tx.census.activities += i64::from(now.archived) - i64::from(was_archived);
    let noted = before.and_then(|before| before.notes.as_deref());
    if noted != now.notes.as_deref() {
        notes::changed(tx, call_id, noted)?;
    }
    relist(tx, call_id, before, now)?;
    outbox::activity_changed(tx, now)
}

/// Puts the Activity on the lists it belongs on now, and takes it off the others.
fn relist(tx: &Tx<'_>, call_id: i64, before: Option<&Activity>, now: &Activity) -> Result<(), Fault> {
    let (was_of, is_of) = (before.and_then(Activity::case), now.case());
    if was_of != is_of {
        if let Some(case) = was_of {
            run(tx.conn, UNRELATE, params![tx.tenant.0, case.0.into_bytes(), call_id])?;
        }
        if let Some(case) = is_of {
            run(tx.conn, RELATE, params![tx.tenant.0, case.0.into_bytes(), call_id])?;
        }
    }
    let before = before.map(listed).unwrap_or_default();
    let after = listed(now);
    for person in before.difference(&after) {
        run(tx.conn, UNLIST, params![tx.tenant.0, person.0.into_bytes(), call_id])?;
    }
    for person in after.difference(&before) {
        run(tx.conn, LIST, params![tx.tenant.0, person.0.into_bytes(), call_id])?;
    }
    Ok(())
}

fn read(row: &mut Fields<'_, '_>) -> Result<Activity, Fault> {
    Ok(Activity {
        key: CallKey(row.uuid("key")?),
        outcome: row.code("outcome")?,
        archived: row.get("archived")?,
        agent: row.get::<Option<String>>("agent")?.map(AgentKey),
        code: read_code(row)?,
        notes: row.get("notes")?,
        party: read_party(row)?,
        logged_at: row.opt_at("logged_at")?,
        candidates: row.json("candidates")?,
        dialled_from: row.opt_json("dialled_from")?,
        related: row.opt_json("related")?,
        revision: row.count("revision")?,
        opportunity: row.opt_json("opportunity")?,
    })
}
