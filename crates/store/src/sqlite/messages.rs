//! Messages as work: SQL, and how rows become a [`Message`] and back.

use super::calls;
use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, exists, first, int, json, run};
use super::transaction::Tx;
use crate::answers::{MessageCount, MessagePage};
use crate::listing::ListPlace;
use crate::messages::{MessageFilter, MessageStates, Placed, page};
use domain::id::{AgentKey, At, CallKey, TenantId, UserId};
use domain::message::{How, Message, MessageBox, MessageState};
use rusqlite::{Connection, ToSql, params};

const MESSAGE: &str = "message";

macro_rules! select {
    ($($from:expr),+) => {
        concat!(
            "SELECT m.call_id, c.key AS call_key, m.ring_group, m.agent, m.left_at, m.state, m.by_user, m.at, ",
            "m.how, m.called_back, m.revision FROM message m JOIN call c ON c.id = m.call_id ",
            $($from),+
        )
    };
}

/// The three lists of a scope: what waits, whatever its state, and what is done.
struct Listed {
    waiting: &'static str,
    in_state: &'static str,
    done: &'static str,
}

macro_rules! listed {
    ($scope:literal) => {
        Listed {
            waiting: select!(
                "WHERE m.tenant_id = ?1 AND m.state <> 'done' AND (m.left_at, m.call_id) > (?2, ?3)",
                $scope,
                " ORDER BY m.left_at, m.call_id LIMIT ?4"
            ),
            in_state: select!(
                "WHERE m.tenant_id = ?1 AND m.state <> 'done' AND (m.left_at, m.call_id) > (?2, ?3)",
                $scope,
                " AND m.state = ?6 ORDER BY m.left_at, m.call_id LIMIT ?4"
            ),
            done: select!(
                "WHERE m.tenant_id = ?1 AND m.state = 'done' AND (m.left_at, m.call_id) < (?2, ?3)",
                $scope,
                " ORDER BY m.left_at DESC, m.call_id DESC LIMIT ?4"
            ),
        }
    };
}

/// `?5` is not used where everything is asked for, and is then compared with nothing.
const OF_ALL: Listed = listed!(" AND ?5 IS NULL");
const OF_GROUP: Listed = listed!(" AND m.ring_group = ?5");
const OF_NO_GROUP: Listed = listed!(" AND m.ring_group IS NULL AND ?5 IS NULL");
const OF_AGENT: Listed = listed!(" AND m.agent = ?5");

const BY_CALL: &str = select!("WHERE m.call_id = ?1");
const WHOLE: &str = select!("WHERE m.tenant_id = ?1 AND m.call_id > ?2 ORDER BY m.call_id LIMIT ?3");
const REVISION: &str = "SELECT revision FROM message WHERE call_id = ?1";
const TALLY: &str = "SELECT ring_group, agent, COUNT(*) FILTER (WHERE state = 'open') AS open, \
    COUNT(*) FILTER (WHERE state = 'taken') AS taken FROM message \
    WHERE tenant_id = ?1 AND state <> 'done' GROUP BY ring_group, agent ORDER BY ring_group, agent";
const SOUND_WANTED: &str = "SELECT c.key AS call_key FROM message m JOIN call c ON c.id = m.call_id \
    WHERE m.tenant_id = ?1 AND m.sound_settled = 0 AND m.call_id > ?2 ORDER BY m.call_id LIMIT ?3";
const UPSERT: &str = "INSERT INTO message (call_id, tenant_id, ring_group, agent, left_at, state, by_user, at, how, \
    called_back, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
    ON CONFLICT (call_id) DO UPDATE SET ring_group = ?3, agent = ?4, left_at = ?5, state = ?6, by_user = ?7, \
    at = ?8, how = ?9, called_back = ?10, revision = ?11";
const UNTOUCHED: &str = "SELECT 1 FROM message WHERE call_id = ?1 AND revision = 0";
const DELETE: &str = "DELETE FROM message WHERE call_id = ?1";
const MOVE: &str = "UPDATE message SET call_id = ?2, sound_settled = 0 WHERE call_id = ?1";
const SETTLE_SOUND: &str = "UPDATE message SET sound_settled = 1 WHERE call_id = ?1";

/// A state without what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StateKind {
    Open,
    Taken,
    Done,
}

pub(super) fn message(conn: &Connection, tenant: TenantId, call: CallKey) -> Result<Option<Message>, Fault> {
    let Some(id) = calls::row_id(conn, tenant, call)? else { return Ok(None) };
    Ok(first(conn, BY_CALL, params![id], MESSAGE, read)?.map(|(_, message)| message))
}

/// The revision of a call's message.
pub(super) fn revision(conn: &Connection, tenant: TenantId, call: CallKey) -> Result<Option<u64>, Fault> {
    let Some(id) = calls::row_id(conn, tenant, call)? else { return Ok(None) };
    first(conn, REVISION, params![id], MESSAGE, |row| row.count("revision"))
}

/// A page of the messages that the filter keeps, after a place.
pub(super) fn list(
    conn: &Connection,
    tenant: TenantId,
    filter: &MessageFilter,
    after: ListPlace,
    limit: usize,
) -> Result<MessagePage, Fault> {
    let asked = Asked { conn, tenant, states: filter.states, after, most: limit + 1 };
    let mut found = Vec::new();
    match &filter.boxes {
        None => found = asked.rows(&OF_ALL, None)?,
        Some(boxes) => {
            for one in boxes {
                found.extend(match one {
                    MessageBox::RingGroup(group) => asked.rows(&OF_GROUP, Some(group))?,
                    MessageBox::Agent(agent) => asked.rows(&OF_AGENT, Some(&agent.0))?,
                    MessageBox::NoRingGroup => asked.rows(&OF_NO_GROUP, None)?,
                });
            }
        }
    }
    Ok(page(found, filter.states, limit))
}

/// Messages of whatever state after a row, each with its own.
pub(super) fn whole(
    conn: &Connection,
    tenant: TenantId,
    after: i64,
    most: usize,
) -> Result<Vec<(i64, Message)>, Fault> {
    let found = all(conn, WHOLE, params![tenant.0, after, int(most)], MESSAGE, read)?;
    Ok(found.into_iter().map(|(place, message)| (place.row, message)).collect())
}

/// What is asked of each box.
struct Asked<'a> {
    conn: &'a Connection,
    tenant: TenantId,
    states: MessageStates,
    after: ListPlace,
    most: usize,
}

impl Asked<'_> {
    fn rows(&self, scope: &Listed, of: Option<&String>) -> Result<Vec<Placed>, Fault> {
        let (tenant, at, row, most) = (self.tenant.0, self.after.at.0, self.after.row, int(self.most));
        let (sql, state) = match self.states {
            MessageStates::Waiting => (scope.waiting, None),
            MessageStates::Open => (scope.in_state, Some(StateKind::Open.code())),
            MessageStates::Taken => (scope.in_state, Some(StateKind::Taken.code())),
            MessageStates::Done => (scope.done, None),
        };
        let values: &[&dyn ToSql] = params![tenant, at, row, most, of, state];
        let used = if state.is_some() { values } else { &values[..values.len() - 1] };
        all(self.conn, sql, used, MESSAGE, read)
    }
}

/// How many wait in each box.
pub(super) fn tally(conn: &Connection, tenant: TenantId) -> Result<Vec<MessageCount>, Fault> {
    all(conn, TALLY, params![tenant.0], MESSAGE, |row| {
        Ok(MessageCount {
            ring_group: row.get("ring_group")?,
            agent: row.get::<Option<String>>("agent")?.map(AgentKey),
            open: row.count("open")?,
            taken: row.count("taken")?,
        })
    })
}

/// Calls whose message's sound is to be copied, in the order the store heard of them, after this one.
pub(super) fn sound_wanted(
    conn: &Connection,
    tenant: TenantId,
    after: Option<CallKey>,
    limit: usize,
) -> Result<Vec<CallKey>, Fault> {
    let after = match after {
        Some(call) => calls::row_id(conn, tenant, call)?.unwrap_or(i64::MAX),
        None => i64::MIN,
    };
    all(conn, SOUND_WANTED, params![tenant.0, after, int(limit)], MESSAGE, |row| {
        Ok(CallKey(row.uuid("call_key")?))
    })
}

/// The call left this message, unless somebody has touched the one that is there.
pub(super) fn left(tx: &Tx<'_>, message: &Message) -> Result<(), Fault> {
    let id = calls::row_id_for(tx, MESSAGE, message.call)?;
    let there = first(tx.conn, BY_CALL, params![id], MESSAGE, read)?;
    match there {
        Some((_, there)) if !there.untouched() || there == *message => Ok(()),
        _ => write(tx, id, message),
    }
}

/// The call left none after all, unless somebody has touched it.
pub(super) fn withdraw(tx: &Tx<'_>, call: CallKey) -> Result<(), Fault> {
    let Some(id) = calls::known_row_id(tx, call)? else { return Ok(()) };
    if exists(tx.conn, UNTOUCHED, params![id])? {
        run(tx.conn, DELETE, params![id])?;
    }
    Ok(())
}

/// Makes the message what `now` says.
pub(super) fn save(tx: &Tx<'_>, now: &Message) -> Result<(), Fault> {
    let id = calls::row_id_for(tx, MESSAGE, now.call)?;
    write(tx, id, now)
}

/// Nobody looks for its sound any more.
pub(super) fn settle_sound(tx: &Tx<'_>, call: CallKey) -> Result<(), Fault> {
    if let Some(id) = calls::known_row_id(tx, call)? {
        run(tx.conn, SETTLE_SOUND, params![id])?;
    }
    Ok(())
}

/// The message of a call that is no more: what somebody did with it is kept with the other call, unless somebody did
/// something with that one's.
pub(super) fn merge(tx: &Tx<'_>, from: i64, into: i64) -> Result<(), Fault> {
    let touched = |id: i64| {
        let revision = first(tx.conn, REVISION, params![id], MESSAGE, |row| row.count("revision"))?;
        Ok::<_, Fault>(revision.is_some_and(|revision| revision > 0))
    };
    if touched(from)? && !touched(into)? {
        run(tx.conn, DELETE, params![into])?;
        run(tx.conn, MOVE, params![from, into])?;
    } else {
        run(tx.conn, DELETE, params![from])?;
    }
    Ok(())
}

fn write(tx: &Tx<'_>, id: i64, now: &Message) -> Result<(), Fault> {
    let (kind, by, at, how) = match &now.state {
        MessageState::Open => (StateKind::Open, None, None, None),
        MessageState::Taken { by, at } => (StateKind::Taken, Some(by), Some(at), None),
        MessageState::Done { by, at, how } => (StateKind::Done, Some(by), Some(at), Some(how)),
    };
    let row = params![
        id,
        tx.tenant.0,
        now.ring_group,
        now.agent.as_ref().map(|agent| &agent.0),
        now.left_at.0,
        kind.code(),
        by.map(|user| user.0.into_bytes()),
        at.map(|at| at.0),
        how.map(|how| json(MESSAGE, how)).transpose()?,
        now.called_back.as_ref().map(|back| json(MESSAGE, back)).transpose()?,
        int(now.revision),
    ];
    run(tx.conn, UPSERT, row)?;
    Ok(())
}

fn read(row: &mut Fields<'_, '_>) -> Result<Placed, Fault> {
    let id = row.get("call_id")?;
    let call = CallKey(row.uuid("call_key")?);
    let ring_group = row.get("ring_group")?;
    let agent = row.get::<Option<String>>("agent")?.map(AgentKey);
    let left_at: At = row.at("left_at")?;
    let state = read_state(row)?;
    let called_back = row.opt_json("called_back")?;
    let revision = row.count("revision")?;
    let message = Message { call, ring_group, agent, left_at, state, called_back, revision };
    Ok((ListPlace { at: left_at, row: id }, message))
}

fn read_state(row: &mut Fields<'_, '_>) -> Result<MessageState, Fault> {
    let kind: StateKind = row.code("state")?;
    let by = row.opt_uuid("by_user")?.map(UserId);
    let at = row.opt_at("at")?;
    let how: Option<How> = row.opt_json("how")?;
    match (kind, by, at, how) {
        (StateKind::Open, None, None, None) => Ok(MessageState::Open),
        (StateKind::Taken, Some(by), Some(at), None) => Ok(MessageState::Taken { by, at }),
        (StateKind::Done, Some(by), Some(at), Some(how)) => Ok(MessageState::Done { by, at, how }),
        _ => Err(row.bad("state", "who, when or how does not go with it").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    fn plan(conn: &Connection, sql: &str) -> String {
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        // A plan is the same whatever is asked for.
        let rows = explained.raw_query();
        let steps: Result<Vec<String>, _> = rows.mapped(|row| row.get("detail")).collect();
        steps.unwrap().join("; ")
    }

    #[test]
    fn every_list_walks_its_index_in_order_and_the_count_looks_at_what_waits() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let of_group = ["message_waiting_of_group", "message_waiting_of_group", "message_done_of_group"];
        for (scope, indexes) in [
            (&OF_ALL, ["message_waiting", "message_waiting", "message_done"]),
            (&OF_GROUP, of_group),
            (&OF_NO_GROUP, of_group),
            (&OF_AGENT, ["message_of_agent"; 3]),
        ] {
            for (sql, index) in [scope.waiting, scope.in_state, scope.done].into_iter().zip(indexes) {
                let plan = plan(&conn, sql);
                assert!(plan.contains(&format!("INDEX {index} (")), "{sql}: {plan}");
                assert!(!plan.contains("B-TREE"), "{sql}: {plan}");
            }
        }
        let tally = plan(&conn, TALLY);
        assert!(tally.contains("INDEX message_waiting"), "{tally}");
        assert!(plan(&conn, SOUND_WANTED).contains("INDEX message_sound_wanted"));
        let whole = plan(&conn, WHOLE);
        assert!(whole.contains("INDEX message_of_tenant") && !whole.contains("B-TREE"), "{whole}");
    }
}
