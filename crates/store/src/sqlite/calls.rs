//! Calls and their engagements: SQL, and how rows become a [`CallRecord`] and back.

use super::codes::Code;
use super::fault::Fault;
use super::listing::reversed;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use crate::contract::{MAX_PAGE, MAX_RING_GROUPS_NAMED};
use crate::errors::inconsistent;
use crate::listing::number_digits;
use domain::call::{CallRecord, CallState, Engagement};
use domain::id::{AgentKey, At, CallKey, EngagementKey, TenantId};
use rusqlite::{Connection, ToSql, params};
use std::collections::BTreeMap;

const CALL: &str = "call";
const ENGAGEMENT: &str = "engagement";

const ROW_ID: &str = "SELECT id FROM call WHERE key = ?1 AND tenant_id = ?2";
const BY_ID: &str = "SELECT key, source, state, kind, direction, from_number, to_number, did, ring_group, \
    started_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, recording, voicemail, hung_up_by, \
    no_activity, inferred, explanation, waiting_since FROM call WHERE id = ?1";
/// What lives, a call a row and then a part a row: two statements, however many there are.
const LIVE: &str = "SELECT key, source, state, kind, direction, from_number, to_number, did, ring_group, \
    started_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms, recording, voicemail, hung_up_by, \
    no_activity, inferred, explanation, waiting_since, id FROM call \
    WHERE tenant_id = ?1 AND state = 'live' ORDER BY id LIMIT ?2";
const PARTS_OF_LIVE: &str = "SELECT e.key, e.agent, e.via, e.result, e.offered_at, e.answered_at, e.ended_at, \
    e.hold_ms, e.on_hold, e.wrapup, e.call_id FROM call c JOIN engagement e ON e.call_id = c.id \
    WHERE c.tenant_id = ?1 AND c.state = 'live' AND c.id <= ?2 ORDER BY c.id, e.position";
const PARTIES_OF_LIVE: &str = "SELECT c.key AS call_key, p.name FROM call c JOIN activity a ON a.call_id = c.id \
    JOIN person p ON p.key = a.party_person AND p.tenant_id = c.tenant_id \
    WHERE c.tenant_id = ?1 AND c.state = 'live' AND c.id <= ?2";
const INSERT: &str = "INSERT INTO call (tenant_id, key, source, state, kind, direction, from_number, \
    to_number, did, ring_group, answered_at, ended_at, wait_ms, talk_ms, hold_ms, recording, voicemail, \
    hung_up_by, no_activity, inferred, explanation, waiting_since, started_at, other_end) VALUES (?1, ?2, ?3, \
    ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)";
/// When it began and its number are set only where they change, which is rare: indexes hold them.
const UPDATE: &str = "UPDATE call SET source = ?3, state = ?4, kind = ?5, direction = ?6, from_number = ?7, \
    to_number = ?8, did = ?9, ring_group = ?10, answered_at = ?11, ended_at = ?12, wait_ms = ?13, talk_ms = ?14, \
    hold_ms = ?15, recording = ?16, voicemail = ?17, hung_up_by = ?18, no_activity = ?19, inferred = ?20, \
    explanation = ?21, waiting_since = ?22 WHERE key = ?2 AND tenant_id = ?1";
/// How many of a call's values are not in any index that grows with calls; they stand before the others.
const UPDATED: usize = 22;
const REPLACE: &str = "UPDATE call SET started_at = ?2, other_end = ?3 WHERE id = ?1";
const DELETE: &str = "DELETE FROM call WHERE id = ?1";
const NOTE_RING_GROUP: &str =
    "INSERT INTO ring_group (tenant_id, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
const RING_GROUPS: &str = "SELECT key FROM ring_group WHERE tenant_id = ?1 ORDER BY key LIMIT ?2";

const ENGAGEMENTS: &str = "SELECT key, agent, via, result, offered_at, answered_at, ended_at, hold_ms, \
    on_hold, wrapup FROM engagement WHERE call_id = ?1 ORDER BY position";
/// What may change while an engagement stays with its call and agent: no index but one holds any of it.
const UPSERT_ENGAGEMENT: &str = "INSERT INTO engagement (tenant_id, key, call_id, position, agent, via, \
    result, offered_at, answered_at, ended_at, hold_ms, on_hold, wrapup, began_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
    ON CONFLICT (key, tenant_id) DO UPDATE SET position = ?4, via = ?6, result = ?7, offered_at = ?8, \
    answered_at = ?9, ended_at = ?10, hold_ms = ?11, on_hold = ?12, wrapup = ?13";
const OTHER_CALL: &str = "SELECT call_id FROM engagement WHERE key = ?1 AND tenant_id = ?2 AND call_id <> ?3";
const MOVE_ENGAGEMENT: &str = "UPDATE engagement SET call_id = ?3, agent = ?4, began_at = ?5 \
    WHERE key = ?1 AND tenant_id = ?2 AND (call_id <> ?3 OR agent <> ?4 OR began_at <> ?5)";
const REPLACE_ENGAGEMENTS: &str = "UPDATE engagement SET began_at = ?2 WHERE call_id = ?1 AND began_at <> ?2";
const DELETE_ENGAGEMENT: &str = "DELETE FROM engagement WHERE key = ?1 AND tenant_id = ?2";
const DELETE_ENGAGEMENTS: &str = "DELETE FROM engagement WHERE call_id = ?1";

const LIVE_OF_AGENT: &str = "SELECT DISTINCT call_id FROM engagement \
    WHERE tenant_id = ?1 AND agent = ?2 AND ended_at IS NULL ORDER BY call_id LIMIT ?3";

/// The row id of a call.
pub(super) fn row_id(conn: &Connection, tenant: TenantId, key: CallKey) -> Result<Option<i64>, Fault> {
    first(conn, ROW_ID, params![key.0.into_bytes(), tenant.0], CALL, |row| row.get("id"))
}

/// The row id of a call, within a Commit.
pub(super) fn known_row_id(tx: &Tx<'_>, key: CallKey) -> Result<Option<i64>, Fault> {
    if let Some((_, id)) = tx.last_call.get().filter(|(last, _)| *last == key) {
        return Ok(Some(id));
    }
    let id = row_id(tx.conn, tx.tenant, key)?;
    tx.last_call.set(id.map(|id| (key, id)));
    Ok(id)
}

/// The row id of the call that a row of `table` hangs on.
pub(super) fn row_id_for(tx: &Tx<'_>, table: &'static str, key: CallKey) -> Result<i64, Fault> {
    known_row_id(tx, key)?.ok_or_else(|| inconsistent(table, "call_id", &key, "its call is unknown").into())
}

/// The call with this row id.
pub(super) fn by_row_id(conn: &Connection, id: i64) -> Result<CallRecord, Fault> {
    let call = first(conn, BY_ID, params![id], CALL, read_call)?;
    let mut call = call.ok_or_else(|| inconsistent(CALL, "id", &id, "no such row"))?;
    call.engagements = all(conn, ENGAGEMENTS, params![id], ENGAGEMENT, read_engagement)?;
    Ok(call)
}

pub(super) fn call(conn: &Connection, tenant: TenantId, key: CallKey) -> Result<Option<CallRecord>, Fault> {
    row_id(conn, tenant, key)?.map(|id| by_row_id(conn, id)).transpose()
}

pub(super) fn live_calls(
    conn: &Connection,
    tenant: TenantId,
    agent: &AgentKey,
) -> Result<Vec<CallRecord>, Fault> {
    let of_agent = params![tenant.0, agent.0, int(MAX_PAGE)];
    let ids: Vec<i64> = all(conn, LIVE_OF_AGENT, of_agent, ENGAGEMENT, |row| row.get("call_id"))?;
    ids.into_iter().map(|id| by_row_id(conn, id)).collect()
}

/// The calls that live, oldest first, and the names of those whom they are filed on, by call.
pub(super) fn all_live(
    conn: &Connection,
    tenant: TenantId,
    limit: usize,
) -> Result<(Vec<CallRecord>, BTreeMap<CallKey, String>), Fault> {
    let mut rows: Vec<(i64, CallRecord)> = all(conn, LIVE, params![tenant.0, int(limit)], CALL, |row| {
        let call = read_call(row)?;
        Ok((row.get("id")?, call))
    })?;
    let Some(&(last, _)) = rows.last() else { return Ok((Vec::new(), BTreeMap::new())) };
    let up_to = params![tenant.0, last];
    let parts = all(conn, PARTS_OF_LIVE, up_to, ENGAGEMENT, |row| {
        let part = read_engagement(row)?;
        Ok((row.get::<i64>("call_id")?, part))
    })?;
    for (call, part) in parts {
        if let Ok(nth) = rows.binary_search_by_key(&call, |(id, _)| *id) {
            rows[nth].1.engagements.push(part);
        }
    }
    let names = all(conn, PARTIES_OF_LIVE, up_to, CALL, |row| {
        Ok((CallKey(row.uuid("call_key")?), row.get::<String>("name")?))
    })?;
    Ok((rows.into_iter().map(|(_, call)| call).collect(), names.into_iter().collect()))
}

/// The ring groups that calls ever came through, by key.
pub(super) fn ring_groups(conn: &Connection, tenant: TenantId) -> Result<Vec<String>, Fault> {
    let most = int(MAX_RING_GROUPS_NAMED);
    all(conn, RING_GROUPS, params![tenant.0, most], "ring_group", |row| row.get("key"))
}

/// Makes the call what `record` says. Telephony events come often and change little, so rows that are as
/// they should be are not written.
pub(super) fn save(tx: &mut Tx<'_>, record: &CallRecord) -> Result<(), Fault> {
    let known = known_row_id(tx, record.key)?;
    let before = known.map(|id| by_row_id(tx.conn, id)).transpose()?;
    let same_call = before.as_ref().is_some_and(|before| {
        let engagements = before.engagements.clone();
        *before == CallRecord { engagements, ..record.clone() }
    });
    if !same_call {
        write_call(tx, before.is_some(), record)?;
        if let (Some(id), Some(before)) = (known, &before) {
            replace(tx, id, before, record)?;
            count(tx, before, -1);
        }
        count(tx, record, 1);
        let through = |call: &CallRecord| call.ring_group.clone();
        if let Some(group) = through(record).filter(|_| before.as_ref().map(through) != Some(through(record)))
        {
            run(tx.conn, NOTE_RING_GROUP, params![tx.tenant.0, group])?;
        }
    }
    let id = known.unwrap_or_else(|| tx.conn.last_insert_rowid());
    tx.last_call.set(Some((record.key, id)));
    if record.state == CallState::Ended || before.as_ref().is_some_and(|call| call.state == CallState::Ended)
    {
        tx.touch(id);
    }
    let before = before.map(|call| call.engagements).unwrap_or_default();
    for gone in before.iter().filter(|part| record.engagement(part.key).is_none()) {
        run(tx.conn, DELETE_ENGAGEMENT, params![gone.key.0.into_bytes(), tx.tenant.0])?;
    }
    for (position, part) in record.engagements.iter().enumerate() {
        if before.get(position) != Some(part) {
            if before.iter().all(|known| known.key != part.key) {
                touch_other_call(tx, id, part)?;
            }
            write_engagement(tx, id, record.started_at, position, part)?;
        }
    }
    Ok(())
}

fn count(tx: &mut Tx<'_>, call: &CallRecord, by: i64) {
    match call.state {
        CallState::Live => tx.census.live += by,
        CallState::Ended => {
            tx.census.ended += by;
            tx.census.reasons += if call.no_activity.is_some() { by } else { 0 };
        }
    }
}

/// The call has its place in the indexes of times and of numbers.
fn replace(tx: &Tx<'_>, id: i64, before: &CallRecord, now: &CallRecord) -> Result<(), Fault> {
    let (was, is) = (other_end(before), other_end(now));
    if (before.started_at, was) != (now.started_at, is.clone()) {
        run(tx.conn, REPLACE, params![id, now.started_at.0, is])?;
        run(tx.conn, REPLACE_ENGAGEMENTS, params![id, now.started_at.0])?;
    }
    Ok(())
}

/// The digits of the other party's number as the index holds them.
pub(super) fn other_end(call: &CallRecord) -> Option<String> {
    number_digits(call.customer_number()).map(|digits| reversed(&digits))
}

fn write_call(tx: &Tx<'_>, known: bool, call: &CallRecord) -> Result<(), Fault> {
    let voicemail = call.voicemail.as_ref().map(|voicemail| json(CALL, voicemail)).transpose()?;
    let row: &[&dyn ToSql] = params![
        tx.tenant.0,
        call.key.0.into_bytes(),
        call.source,
        call.state.code(),
        call.kind.map(Code::code),
        call.direction.code(),
        call.from,
        call.to,
        call.did,
        call.ring_group,
        call.answered_at.map(|at| at.0),
        call.ended_at.map(|at| at.0),
        call.wait_ms,
        call.talk_ms,
        call.hold_ms,
        call.recording,
        voicemail,
        call.hung_up_by.map(Code::code),
        call.no_activity.map(Code::code),
        call.inferred,
        json(CALL, &call.explanation)?,
        call.waiting_since.map(|at| at.0),
        call.started_at.0,
        other_end(call),
    ];
    if known {
        run(tx.conn, UPDATE, &row[..UPDATED])?;
    } else {
        run(tx.conn, INSERT, row)?;
    }
    Ok(())
}

/// The call that this part was of until now, where it was of another.
fn touch_other_call(tx: &Tx<'_>, call_id: i64, part: &Engagement) -> Result<(), Fault> {
    let place = params![part.key.0.into_bytes(), tx.tenant.0, call_id];
    if let Some(other) = first(tx.conn, OTHER_CALL, place, ENGAGEMENT, |row| row.get("call_id"))? {
        tx.touch(other);
    }
    Ok(())
}

/// `began_at` is the call's: by it the list of the agent is in order.
fn write_engagement(
    tx: &Tx<'_>,
    call_id: i64,
    began_at: At,
    position: usize,
    part: &Engagement,
) -> Result<(), Fault> {
    let row = params![
        tx.tenant.0,
        part.key.0.into_bytes(),
        call_id,
        int(position),
        part.agent.0,
        part.via.code(),
        part.result.map(Code::code),
        part.offered_at.0,
        part.answered_at.map(|at| at.0),
        part.ended_at.map(|at| at.0),
        part.hold_ms,
        part.on_hold,
        part.wrapup,
        began_at.0,
    ];
    run(tx.conn, UPSERT_ENGAGEMENT, row)?;
    let owner = params![part.key.0.into_bytes(), tx.tenant.0, call_id, part.agent.0, began_at.0];
    run(tx.conn, MOVE_ENGAGEMENT, owner)?;
    Ok(())
}

/// Takes a call away whose wrap-ups and Activity are gone.
pub(super) fn delete(tx: &mut Tx<'_>, id: i64) -> Result<(), Fault> {
    let before = by_row_id(tx.conn, id)?;
    count(tx, &before, -1);
    run(tx.conn, DELETE_ENGAGEMENTS, params![id])?;
    run(tx.conn, DELETE, params![id])?;
    Ok(())
}

fn read_call(row: &mut Fields<'_, '_>) -> Result<CallRecord, Fault> {
    Ok(CallRecord {
        key: CallKey(row.uuid("key")?),
        source: row.get("source")?,
        state: row.code("state")?,
        kind: row.opt_code("kind")?,
        direction: row.code("direction")?,
        from: row.get("from_number")?,
        to: row.get("to_number")?,
        did: row.get("did")?,
        ring_group: row.get("ring_group")?,
        started_at: row.at("started_at")?,
        answered_at: row.opt_at("answered_at")?,
        ended_at: row.opt_at("ended_at")?,
        wait_ms: row.get("wait_ms")?,
        talk_ms: row.get("talk_ms")?,
        hold_ms: row.get("hold_ms")?,
        recording: row.get("recording")?,
        voicemail: row.opt_json("voicemail")?,
        hung_up_by: row.opt_code("hung_up_by")?,
        no_activity: row.opt_code("no_activity")?,
        inferred: row.get("inferred")?,
        explanation: row.json("explanation")?,
        waiting_since: row.opt_at("waiting_since")?,
        engagements: Vec::new(),
    })
}

fn read_engagement(row: &mut Fields<'_, '_>) -> Result<Engagement, Fault> {
    Ok(Engagement {
        key: EngagementKey(row.uuid("key")?),
        agent: AgentKey(row.get("agent")?),
        via: row.code("via")?,
        result: row.opt_code("result")?,
        offered_at: row.at("offered_at")?,
        answered_at: row.opt_at("answered_at")?,
        ended_at: row.opt_at("ended_at")?,
        hold_ms: row.get("hold_ms")?,
        on_hold: row.get("on_hold")?,
        wrapup: row.get("wrapup")?,
    })
}
