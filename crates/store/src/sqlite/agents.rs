//! What agents say of themselves, what they do, and what they clicked: SQL, and how rows become an
//! [`AgentMode`], an [`AgentStateEntry`] or a [`Dial`] and back.

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use crate::contract::{MAX_PAGE, never_said};
use crate::whole::SpellPlace;
use domain::commit::AgentStateEntry;
use domain::dial::Dial;
use domain::duty::{AgentMode, Mode};
use domain::id::{AgentKey, At, DialId, EngagementKey, TenantId, UserId};
use rusqlite::{Connection, params};
use uuid::Uuid;

const MODE: &str = "agent_mode";
const STATE: &str = "agent_state";
const DIAL: &str = "dial";

const MODE_OF: &str =
    "SELECT mode, away_reason, since, version FROM agent_mode WHERE tenant_id = ?1 AND agent = ?2";
const MODES: &str = "SELECT agent, mode, away_reason, since, version FROM agent_mode WHERE tenant_id = ?1 \
    ORDER BY agent LIMIT ?2";
const UPSERT_MODE: &str = "INSERT INTO agent_mode (tenant_id, agent, mode, away_reason, since, version) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
    ON CONFLICT (tenant_id, agent) DO UPDATE SET mode = ?3, away_reason = ?4, since = ?5, version = ?6";

const STATE_AT: &str = "SELECT agent, state, reason, since FROM agent_state \
    WHERE tenant_id = ?1 AND agent = ?2 AND since <= ?3 ORDER BY since DESC, id DESC LIMIT 1";
const STATES_AFTER: &str = "SELECT agent, state, reason, since FROM agent_state \
    WHERE tenant_id = ?1 AND agent = ?2 AND since > ?3 AND since < ?4 ORDER BY since, id LIMIT ?5";
const WHOLE_STATES: &str = "SELECT id, agent, state, reason, since FROM agent_state \
    WHERE tenant_id = ?1 AND (agent, since, id) > (?2, ?3, ?4) ORDER BY agent, since, id LIMIT ?5";
const ADD_STATE: &str =
    "INSERT INTO agent_state (tenant_id, agent, state, reason, since) VALUES (?1, ?2, ?3, ?4, ?5)";

const DIAL_OF: &str = "SELECT engagement, key, agent, source, number, dialled_from, by_user, at FROM dial \
    WHERE engagement = ?1 AND tenant_id = ?2";
const WHOLE_DIALS: &str = "SELECT engagement, key, agent, source, number, dialled_from, by_user, at FROM dial \
    WHERE tenant_id = ?1 AND engagement > ?2 ORDER BY engagement LIMIT ?3";
const ADD_DIAL: &str = "INSERT INTO dial (engagement, tenant_id, key, agent, source, number, dialled_from, \
    by_user, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (engagement, tenant_id) DO NOTHING";

/// A mode without what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModeKind {
    Available,
    Away,
    Holding,
}

pub(super) fn mode(conn: &Connection, tenant: TenantId, agent: &AgentKey) -> Result<AgentMode, Fault> {
    let said = first(conn, MODE_OF, params![tenant.0, agent.0], MODE, |row| read_mode(row, agent))?;
    Ok(said.unwrap_or_else(|| never_said(agent)))
}

/// What agents last said, of those who ever did.
pub(super) fn modes(conn: &Connection, tenant: TenantId, limit: usize) -> Result<Vec<AgentMode>, Fault> {
    all(conn, MODES, params![tenant.0, int(limit)], MODE, |row| {
        let agent = AgentKey(row.get("agent")?);
        read_mode(row, &agent)
    })
}

/// Makes the agent's mode what `now` says.
pub(super) fn save_mode(tx: &Tx<'_>, now: &AgentMode) -> Result<(), Fault> {
    let (kind, reason) = match &now.mode {
        Mode::Available => (ModeKind::Available, None),
        Mode::Away { reason } => (ModeKind::Away, Some(reason)),
        Mode::Holding => (ModeKind::Holding, None),
    };
    let row = params![tx.tenant.0, now.agent.0, kind.code(), reason, now.since.0, int(now.version)];
    run(tx.conn, UPSERT_MODE, row)?;
    Ok(())
}

/// What the agent did at `from`, and what they began after that and before `to`.
pub(super) fn history(
    conn: &Connection,
    tenant: TenantId,
    agent: &AgentKey,
    from: At,
    to: At,
) -> Result<Vec<AgentStateEntry>, Fault> {
    if to <= from {
        return Ok(Vec::new());
    }
    let mut entries: Vec<AgentStateEntry> = state_at(conn, tenant, agent, from)?.into_iter().collect();
    let later = params![tenant.0, agent.0, from.0, to.0, int(MAX_PAGE - entries.len())];
    entries.extend(all(conn, STATES_AFTER, later, STATE, read_state)?);
    Ok(entries)
}

/// What agents did, after a place, each with its own.
pub(super) fn whole_states(
    conn: &Connection,
    tenant: TenantId,
    after: &SpellPlace,
    most: usize,
) -> Result<Vec<(SpellPlace, AgentStateEntry)>, Fault> {
    let from = params![tenant.0, after.agent, after.since.0, after.row, int(most)];
    all(conn, WHOLE_STATES, from, STATE, |row| {
        let id = row.get("id")?;
        let entry = read_state(row)?;
        Ok((SpellPlace { agent: entry.agent.0.clone(), since: entry.since, row: id }, entry))
    })
}

fn state_at(
    conn: &Connection,
    tenant: TenantId,
    agent: &AgentKey,
    at: At,
) -> Result<Option<AgentStateEntry>, Fault> {
    first(conn, STATE_AT, params![tenant.0, agent.0, at.0], STATE, read_state)
}

/// The agent does this now, unless that is what they did before.
pub(super) fn add_state(tx: &Tx<'_>, entry: &AgentStateEntry) -> Result<(), Fault> {
    let last = state_at(tx.conn, tx.tenant, &entry.agent, At(i64::MAX))?;
    let Some(since) = crate::contract::begins(last.as_ref(), entry) else { return Ok(()) };
    let row = params![tx.tenant.0, entry.agent.0, entry.state.code(), entry.reason, since.0];
    run(tx.conn, ADD_STATE, row)?;
    Ok(())
}

pub(super) fn dial(
    conn: &Connection,
    tenant: TenantId,
    engagement: EngagementKey,
) -> Result<Option<Dial>, Fault> {
    first(conn, DIAL_OF, params![engagement.0.into_bytes(), tenant.0], DIAL, read_dial)
}

/// Clicks after a part of a call.
pub(super) fn whole_dials(
    conn: &Connection,
    tenant: TenantId,
    after: Uuid,
    most: usize,
) -> Result<Vec<Dial>, Fault> {
    all(conn, WHOLE_DIALS, params![tenant.0, after.into_bytes(), int(most)], DIAL, read_dial)
}

/// Stores the click, unless it is.
pub(super) fn add_dial(tx: &Tx<'_>, dial: &Dial) -> Result<(), Fault> {
    let row = params![
        dial.engagement.0.into_bytes(),
        tx.tenant.0,
        dial.id.0.into_bytes(),
        dial.agent.0,
        dial.source,
        dial.number,
        json(DIAL, &dial.from)?,
        dial.by.0.into_bytes(),
        dial.at.0,
    ];
    run(tx.conn, ADD_DIAL, row)?;
    Ok(())
}

fn read_mode(row: &mut Fields<'_, '_>, agent: &AgentKey) -> Result<AgentMode, Fault> {
    let kind = row.code("mode")?;
    let reason: Option<String> = row.get("away_reason")?;
    let mode = match (kind, reason) {
        (ModeKind::Available, None) => Mode::Available,
        (ModeKind::Away, Some(reason)) => Mode::Away { reason },
        (ModeKind::Holding, None) => Mode::Holding,
        _ => return Err(row.bad("away_reason", "away without a reason, or a reason and not away").into()),
    };
    Ok(AgentMode { agent: agent.clone(), mode, since: row.at("since")?, version: row.count("version")? })
}

fn read_state(row: &mut Fields<'_, '_>) -> Result<AgentStateEntry, Fault> {
    Ok(AgentStateEntry {
        agent: AgentKey(row.get("agent")?),
        state: row.code("state")?,
        reason: row.get("reason")?,
        since: row.at("since")?,
    })
}

fn read_dial(row: &mut Fields<'_, '_>) -> Result<Dial, Fault> {
    Ok(Dial {
        engagement: EngagementKey(row.uuid("engagement")?),
        id: DialId(row.uuid("key")?),
        agent: AgentKey(row.get("agent")?),
        source: row.get("source")?,
        number: row.get("number")?,
        from: row.json("dialled_from")?,
        by: UserId(row.uuid("by_user")?),
        at: row.at("at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    #[test]
    fn whole_tables_are_walked_in_the_order_of_an_index() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        for (sql, index) in [(WHOLE_STATES, "agent_state_of_agent"), (WHOLE_DIALS, "dial_of_tenant")] {
            let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps: Result<Vec<String>, _> =
                explained.raw_query().mapped(|row| row.get("detail")).collect();
            let plan = steps.unwrap().join("; ");
            assert!(plan.contains(&format!("INDEX {index}")) && !plan.contains("B-TREE"), "{plan}");
        }
    }
}
