//! What reports are counted from: calls with their Activities, in the order they began, a slice at a time.

use super::fault::Fault;
use super::statement::{Fields, int, walk};
use crate::answers::ReportSlice;
use crate::listing::ListPlace;
use domain::id::{AgentKey, At, CodeId, TenantId};
use domain::report::ReportCall;
use rusqlite::{Connection, params};
use std::ops::ControlFlow;

/// An Activity that nobody was named on yet is that of the last agent who had the customer, as on its page.
const SLICE: &str = "SELECT c.id, c.started_at, c.direction, a.outcome, a.code_id, \
    COALESCE(a.agent, (SELECT e.agent FROM engagement e WHERE e.call_id = c.id AND e.answered_at IS NOT NULL \
    ORDER BY e.position DESC LIMIT 1)) AS agent, c.ring_group, c.talk_ms \
    FROM call c CROSS JOIN activity a ON a.call_id = c.id \
    WHERE c.tenant_id = ?1 AND (c.started_at, c.id) > (?2, ?3) AND c.started_at < ?4 \
    AND c.direction <> 'internal' AND c.no_activity IS NULL AND c.kind IS NOT 'internal' \
    ORDER BY c.started_at, c.id LIMIT ?5";

/// Calls that began after a place and before `until`.
pub(super) fn slice(
    conn: &Connection,
    tenant: TenantId,
    after: ListPlace,
    until: At,
    limit: usize,
) -> Result<ReportSlice, Fault> {
    let (mut calls, mut last) = (Vec::new(), None);
    let bounds = params![tenant.0, after.at.0, after.row, until.0, int(limit)];
    walk(conn, SLICE, bounds, "call", |row| {
        let row_id = row.get("id")?;
        let call = read(row)?;
        last = Some(ListPlace { at: call.started_at, row: row_id });
        calls.push(call);
        Ok(ControlFlow::Continue(()))
    })?;
    let next = last.filter(|_| calls.len() == limit).map(|place| place.to_string());
    Ok(ReportSlice { calls, next })
}

fn read(row: &mut Fields<'_, '_>) -> Result<ReportCall, Fault> {
    Ok(ReportCall {
        started_at: row.at("started_at")?,
        direction: row.code("direction")?,
        outcome: row.code("outcome")?,
        code: row.opt_uuid("code_id")?.map(CodeId),
        agent: row.get::<Option<String>>("agent")?.map(AgentKey),
        ring_group: row.get("ring_group")?,
        talk_ms: row.get("talk_ms")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    #[test]
    fn a_slice_follows_the_index_of_times_and_sorts_no_calls() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {SLICE}")).unwrap();
        let plan: Vec<(i64, String)> = explained
            .query_map(params![1, 0, 0, 0, 9], |row| Ok((row.get("parent")?, row.get("detail")?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        // The parts of one call are sorted, which are few; the calls themselves are not.
        let outer: Vec<&str> =
            plan.iter().filter(|(parent, _)| *parent == 0).map(|(_, detail)| detail.as_str()).collect();
        let outer = outer.join("; ");
        assert!(outer.contains("call_by_time") && !outer.contains("TEMP"), "{outer}");
    }
}
