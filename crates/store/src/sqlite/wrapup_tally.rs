//! How many wrap-ups are there to submit. Those that the timer closed may be many: they are counted in their index.

use super::fault::Fault;
use super::statement::{Fields, all, first};
use crate::answers::{WaitingSince, WrapupTally};
use domain::id::{AgentKey, TenantId};
use rusqlite::{Connection, ToSql, params};

const WRAPUP: &str = "wrapup";

/// The three questions, of everybody or of one agent.
struct Questions {
    undispositioned: &'static str,
    released: &'static str,
    waiting: &'static str,
}

macro_rules! questions {
    ($of:literal) => {
        Questions {
            undispositioned: concat!(
                "SELECT COUNT(*) AS many FROM wrapup WHERE tenant_id = ?1 AND state = 'undispositioned'",
                $of
            ),
            released: concat!(
                "SELECT COUNT(*) AS many FROM wrapup WHERE tenant_id = ?1 AND state = 'open' ",
                "AND released_at IS NOT NULL",
                $of
            ),
            waiting: concat!(
                "SELECT opened_at, extensions FROM wrapup WHERE tenant_id = ?1 AND state = 'open' ",
                "AND released_at IS NULL",
                $of
            ),
        }
    };
}

const OF_ALL: Questions = questions!("");
const OF_AGENT: Questions = questions!(" AND agent = ?2");

/// Counts them, of this agent or of all.
pub(super) fn tally(
    conn: &Connection,
    tenant: TenantId,
    agent: Option<&AgentKey>,
) -> Result<WrapupTally, Fault> {
    match agent {
        None => answer(conn, &OF_ALL, params![tenant.0]),
        Some(agent) => answer(conn, &OF_AGENT, params![tenant.0, agent.0]),
    }
}

fn answer(conn: &Connection, asked: &Questions, of: &[&dyn ToSql]) -> Result<WrapupTally, Fault> {
    let count = |sql| Ok::<_, Fault>(first(conn, sql, of, WRAPUP, |row| row.count("many"))?.unwrap_or(0));
    let since = |row: &mut Fields<'_, '_>| {
        Ok(WaitingSince { opened_at: row.opt_at("opened_at")?, extensions: row.get("extensions")? })
    };
    let mut waiting = all(conn, asked.waiting, of, WRAPUP, since)?;
    waiting.sort_unstable();
    Ok(WrapupTally {
        undispositioned: count(asked.undispositioned)?,
        released: count(asked.released)?,
        waiting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    fn plan(conn: &Connection, sql: &str, of: &[&dyn ToSql]) -> String {
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps: Result<Vec<String>, _> =
            explained.query_map(of, |row| row.get("detail")).unwrap().collect();
        steps.unwrap().join("; ")
    }

    #[test]
    fn what_the_timer_closed_is_counted_in_its_index_and_nothing_walks_over_what_is_closed() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let (everybody, one): (&[&dyn ToSql], &[&dyn ToSql]) = (params![1], params![1, "1001"]);
        // Those of everybody that keep agents from calls have an index of their own.
        for (asked, of, narrowed, working) in [
            (OF_ALL, everybody, "(tenant_id=?)", "wrapup_working"),
            (OF_AGENT, one, "(tenant_id=? AND agent=?)", "wrapup_owed"),
        ] {
            assert_eq!(
                plan(&conn, asked.undispositioned, of),
                format!("SEARCH wrapup USING COVERING INDEX wrapup_undispositioned {narrowed}")
            );
            for (owed, index) in [(asked.released, "wrapup_owed"), (asked.waiting, working)] {
                assert_eq!(plan(&conn, owed, of), format!("SEARCH wrapup USING INDEX {index} {narrowed}"));
            }
        }
    }
}
