//! Past calls with their Activities, in the order they began, a slice at a time on the connections of long reads.

use super::SqliteStore;
use super::fault::Fault;
use super::statement::{Fields, all, int, walk};
use crate::contract::place;
use crate::errors::ReadError;
use crate::history::{History, HistorySlice, MAX_HISTORY_SLICE, MAX_REPLACED_TOLD, caller};
use crate::listing::ListPlace;
use async_trait::async_trait;
use domain::correction::Filed;
use domain::history::{HistoryCall, Replaced};
use domain::id::{AgentKey, At, CallKey, CodeId, TenantId, UserId};
use rusqlite::{Connection, params};
use std::ops::ControlFlow;

/// An Activity that nobody was named on yet is that of the last agent who had the customer, as on its page.
const SLICE: &str = "SELECT c.id, c.key, c.started_at, c.direction, c.kind, c.ring_group, \
    COALESCE(a.agent, (SELECT e.agent FROM engagement e WHERE e.call_id = c.id AND e.answered_at IS NOT NULL \
    ORDER BY e.position DESC LIMIT 1)) AS agent, a.outcome, a.code_id, a.notes, a.logged_at, c.wait_ms, c.talk_ms, \
    c.from_number, c.to_number, EXISTS (SELECT 1 FROM correction r WHERE r.call_id = c.id) AS corrected \
    FROM call c CROSS JOIN activity a ON a.call_id = c.id \
    WHERE c.tenant_id = ?1 AND (c.started_at, c.id) > (?2, ?3) AND c.started_at < ?4 \
    AND c.direction <> 'internal' AND c.no_activity IS NULL AND c.kind IS NOT 'internal' \
    ORDER BY c.started_at, c.id LIMIT ?5";
const REPLACED: &str =
    "SELECT r.at, r.by_user, r.before, r.after FROM correction r WHERE r.call_id = ?1 ORDER BY r.id";

#[async_trait]
impl History for SqliteStore {
    async fn history(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        after: Option<&str>,
        limit: usize,
    ) -> Result<HistorySlice, ReadError> {
        let (after, limit) = (place(after, ListPlace::before(from))?, limit.clamp(1, MAX_HISTORY_SLICE));
        self.readers.scan(move |conn| slice(conn, tenant, after, until, limit)).await
    }
}

/// Calls that began after a place and before `until`.
fn slice(
    conn: &Connection,
    tenant: TenantId,
    after: ListPlace,
    until: At,
    limit: usize,
) -> Result<HistorySlice, Fault> {
    let (mut calls, mut last) = (Vec::new(), None);
    let bounds = params![tenant.0, after.at.0, after.row, until.0, int(limit)];
    walk(conn, SLICE, bounds, "call", |row| {
        let row_id: i64 = row.get("id")?;
        let (mut call, corrected) = read(row)?;
        last = Some(ListPlace { at: call.started_at, row: row_id });
        if corrected {
            call.replaced = replaced(conn, row_id)?;
        }
        calls.push(call);
        Ok(ControlFlow::Continue(()))
    })?;
    let next = last.filter(|_| calls.len() == limit).map(|place| place.to_string());
    Ok(HistorySlice { calls, next })
}

/// A call, and whether anything of it was corrected.
fn read(row: &mut Fields<'_, '_>) -> Result<(HistoryCall, bool), Fault> {
    let mut call = HistoryCall {
        key: CallKey(row.uuid("key")?),
        started_at: row.at("started_at")?,
        direction: row.code("direction")?,
        kind: row.opt_code("kind")?,
        ring_group: row.get("ring_group")?,
        agent: row.get::<Option<String>>("agent")?.map(AgentKey),
        outcome: row.code("outcome")?,
        code: row.opt_uuid("code_id")?.map(CodeId),
        notes: row.get("notes")?,
        logged_at: row.opt_at("logged_at")?,
        wait_ms: row.get("wait_ms")?,
        talk_ms: row.get("talk_ms")?,
        caller: None,
        replaced: Vec::new(),
    };
    let (from, to) = (row.get::<Option<String>>("from_number")?, row.get::<Option<String>>("to_number")?);
    call.caller = caller(call.direction, from.as_deref(), to.as_deref());
    Ok((call, row.get("corrected")?))
}

fn replaced(conn: &Connection, call_id: i64) -> Result<Vec<Replaced>, Fault> {
    let rows = all(conn, REPLACED, params![call_id], "correction", |row| {
        let (at, by) = (row.at("at")?, UserId(row.uuid("by_user")?));
        let code = |filed: Filed| filed.code.map(|code| code.id);
        let (before, after) = (code(row.json("before")?), code(row.json("after")?));
        let changed = before.zip(after).filter(|(before, after)| before != after);
        Ok(changed.map(|(from, to)| Replaced { at, by, from, to }))
    })?;
    Ok(rows.into_iter().flatten().take(MAX_REPLACED_TOLD).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    #[test]
    fn a_slice_of_history_follows_the_index_of_times_and_sorts_no_calls() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {SLICE}")).unwrap();
        let plan: Vec<(i64, String)> = explained
            .query_map(params![1, 0, 0, 0, 9], |row| Ok((row.get("parent")?, row.get("detail")?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let outer: Vec<&str> =
            plan.iter().filter(|(parent, _)| *parent == 0).map(|(_, detail)| detail.as_str()).collect();
        let outer = outer.join("; ");
        assert!(outer.contains("call_by_time") && !outer.contains("TEMP"), "{outer}");
        assert!(plan.iter().any(|(_, detail)| detail.contains("correction_of_call")), "{plan:?}");
    }
}
