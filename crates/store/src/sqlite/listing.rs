//! The list of Activities on SQLite. A page is read in one of two ways. Where one of the things asked for leads to few
//! calls (a person's, a number's, those with a word), all of these are looked at. Otherwise the calls are walked back
//! in time, those of the agent where one is asked for, so many and no more. Both give the same rows in the same order,
//! so a page may go on where one of the other kind ended. What is asked of a call that is looked at is in
//! [`super::listed`].

use super::activities::rows_of;
use super::fault::Fault;
use super::listed::read;
use super::notes;
use super::statement::{Fields, all, first, int, walk};
use crate::answers::ActivityListPage;
use crate::listing::{ActivityFilter, Carried, ListPlace};
use domain::id::{CaseId, PersonId, TenantId};
use domain::phone::WrittenNumber;
use rusqlite::{Connection, params};
use std::cmp::Reverse;
use std::ops::ControlFlow;

const CALL: &str = "call";

/// A list is looked at as a whole where it is no longer than this part of what may be looked at: its rows lie
/// scattered, those of a walk lie side by side.
const LISTED_SHARE: usize = 4;
/// After every digit.
const BEYOND_DIGITS: char = ':';

macro_rules! select {
    ($notes:literal, $from:literal) => {
        concat!(
            "SELECT c.id, c.started_at, c.kind, c.direction, c.no_activity IS NOT NULL AS nobody, c.did, c.ring_group, ",
            "c.other_end, c.talk_ms, c.recording IS NOT NULL AS recording, c.voicemail IS NOT NULL AS voicemail, ",
            "c.key, c.wait_ms, c.hold_ms, c.hung_up_by, ",
            "a.outcome, a.code_id, a.party_by, a.party_person, a.revision, a.logged_at, ",
            "a.candidates <> '[]' AS candidates, CASE WHEN ",
            $notes,
            " THEN a.notes END AS notes ",
            $from
        )
    };
}

/// Calls without an Activity come as well: they count as looked at.
const WALK: &str = select!(
    "?5",
    "FROM call c LEFT JOIN activity a ON a.call_id = c.id \
    WHERE c.tenant_id = ?1 AND (c.started_at, c.id) < (?2, ?3) AND c.started_at >= ?4 \
    ORDER BY c.started_at DESC, c.id DESC"
);
/// The same of one agent's calls. One they had several parts in comes as often, one time after the other.
const WALK_OF_AGENT: &str = select!(
    "?5",
    "FROM engagement e JOIN call c ON c.id = e.call_id LEFT JOIN activity a ON a.call_id = c.id \
    WHERE e.tenant_id = ?1 AND e.agent = ?6 AND (e.began_at, e.call_id) < (?2, ?3) AND e.began_at >= ?4 \
    ORDER BY e.began_at DESC, e.call_id DESC"
);
const BY_ID: &str =
    select!("?3", "FROM call c JOIN activity a ON a.call_id = c.id WHERE c.id = ?1 AND c.tenant_id = ?2");

const OF_PERSON: &str = "SELECT call_id FROM activity_person WHERE tenant_id = ?1 AND person = ?2 LIMIT ?3";
const OF_CASE: &str = "SELECT call_id FROM activity_case WHERE tenant_id = ?1 AND case_key = ?2 LIMIT ?3";
const OF_CODE: &str = "SELECT call_id FROM activity WHERE tenant_id = ?1 AND code_id = ?2 LIMIT ?3";
const OF_NUMBER: &str = "SELECT id AS call_id FROM call \
    WHERE tenant_id = ?1 AND other_end >= ?2 AND other_end < ?3 LIMIT ?4";
const OF_WORD: &str =
    "SELECT call_id FROM activity_word WHERE tenant_id = ?1 AND word >= ?2 AND word < ?3 LIMIT ?4";
/// What the outbox holds is little, what of it is refused less.
const NOTED: &str = "SELECT c.id AS call_id FROM outbox o JOIN call c ON c.key = o.subject AND c.tenant_id = o.tenant_id \
    WHERE o.tenant_id = ?1 AND o.refusal IS NULL AND o.kind = 'activity' LIMIT ?2";
const REFUSED: &str = "SELECT c.id AS call_id FROM outbox o JOIN call c ON c.key = o.subject AND c.tenant_id = o.tenant_id \
    WHERE o.tenant_id = ?1 AND o.refusal IS NOT NULL AND o.kind = 'activity' LIMIT ?2";

/// Digits as the index holds them: the last first, so that an end is a beginning.
pub(super) fn reversed(digits: &str) -> String {
    digits.chars().rev().collect()
}

/// What is asked.
pub(super) struct Asked<'a> {
    pub(super) tenant: TenantId,
    pub(super) filter: &'a ActivityFilter,
    pub(super) after: ListPlace,
    pub(super) limit: usize,
    pub(super) look_at_most: usize,
}

/// What was found: the rows of a page and the place it ends at, if it is not the end.
struct Found {
    rows: Vec<i64>,
    next: Option<ListPlace>,
}

/// A page of the list.
pub(super) fn page(conn: &Connection, asked: &Asked<'_>) -> Result<ActivityListPage, Fault> {
    let found = match shortest_list(conn, asked)? {
        Some(ids) => look_at(conn, asked, ids)?,
        None => walk_back(conn, asked)?,
    };
    let rows = rows_of(conn, &found.rows)?;
    let next = found.next.map(|place| place.to_string());
    Ok(ActivityListPage { rows, next, searched_to: found.next.map(|place| place.at) })
}

/// Row ids of the calls that one of the things asked for leads to, of the one that leads to the fewest; `None` where
/// none leads to few.
fn shortest_list(conn: &Connection, asked: &Asked<'_>) -> Result<Option<Vec<i64>>, Fault> {
    let most = (asked.look_at_most / LISTED_SHARE).max(1);
    let (tenant, filter, enough) = (asked.tenant.0, asked.filter, int(most + 1));
    let mut shortest: Option<Vec<i64>> = None;
    let mut lists = Vec::new();
    let key = |key: uuid::Uuid| params_of_key(tenant, key, enough);
    if let Some(PersonId(person)) = filter.party {
        lists.push(all(conn, OF_PERSON, key(person), CALL, call_id)?);
    }
    if let Some(CaseId(case)) = filter.case {
        lists.push(all(conn, OF_CASE, key(case), CALL, call_id)?);
    }
    if !filter.codes.is_empty() {
        lists.push(joined(conn, OF_CODE, filter.codes.iter().map(|code| key(code.0)))?);
    }
    if let Some(parties) = &filter.parties {
        lists.push(joined(conn, OF_PERSON, parties.iter().map(|party| key(party.0)))?);
    }
    if let Some(noted) = noted(&filter.carried) {
        let of_outbox = noted.iter().map(|sql| all(conn, sql, params![tenant, enough], CALL, call_id));
        lists.push(of_outbox.collect::<Result<Vec<_>, _>>()?.concat());
    }
    if let Some(number) = &filter.number {
        let mut of_number = Vec::new();
        for (from, to) in ranges(number) {
            of_number.extend(all(conn, OF_NUMBER, params![tenant, from, to, enough], CALL, call_id)?);
        }
        lists.push(of_number);
    }
    for word in &filter.words {
        let end = format!("{word}{}", char::MAX);
        let mut of_word = all(conn, OF_WORD, params![tenant, word, end, enough], CALL, call_id)?;
        of_word.extend(notes::pending(conn, asked.tenant, most + 1)?);
        lists.push(of_word);
    }
    for list in lists {
        if list.len() <= most && shortest.as_ref().is_none_or(|shortest| list.len() < shortest.len()) {
            shortest = Some(list);
        }
    }
    Ok(shortest)
}

/// The calls of all of these keys.
fn joined(
    conn: &Connection,
    sql: &str,
    keys: impl Iterator<Item = (u32, [u8; 16], i64)>,
) -> Result<Vec<i64>, Fault> {
    let lists = keys.map(|key| all(conn, sql, key, CALL, call_id));
    Ok(lists.collect::<Result<Vec<_>, _>>()?.concat())
}

/// The statements that list all Activities which stand so in the CRM, where the outbox holds all of them.
fn noted(carried: &[Carried]) -> Option<Vec<&'static str>> {
    let of = |carried: &Carried| match carried {
        Carried::Waiting => Some(NOTED),
        Carried::Refused => Some(REFUSED),
        Carried::Sent | Carried::DeletedThere | Carried::Never => None,
    };
    (!carried.is_empty()).then(|| carried.iter().map(of).collect()).flatten()
}

fn params_of_key(tenant: u32, key: uuid::Uuid, most: i64) -> (u32, [u8; 16], i64) {
    (tenant, key.into_bytes(), most)
}

fn call_id(row: &mut Fields<'_, '_>) -> Result<i64, Fault> {
    row.get("call_id")
}

/// The ranges of the number index in which the numbers that are meant lie.
fn ranges(number: &WrittenNumber) -> Vec<(String, String)> {
    let ends = number.ends.iter().map(|end| {
        let from = reversed(end);
        let to = format!("{from}{BEYOND_DIGITS}");
        (from, to)
    });
    // Nothing but the very number is less than it with the first digit after it.
    let whole = number.whole.iter().map(|whole| (reversed(whole), format!("{}0", reversed(whole))));
    ends.chain(whole).collect()
}

/// Looks at all of these calls.
fn look_at(conn: &Connection, asked: &Asked<'_>, mut ids: Vec<i64>) -> Result<Found, Fault> {
    ids.sort_unstable();
    ids.dedup();
    let with_notes = !asked.filter.words.is_empty();
    let mut kept = Vec::new();
    for id in ids {
        let seen = first(conn, BY_ID, params![id, asked.tenant.0, with_notes], CALL, read)?;
        let Some(seen) = seen else { continue };
        if seen.place < asked.after && asked.keeps(conn, &seen)? {
            kept.push(seen.place);
        }
    }
    kept.sort_unstable_by_key(|place| Reverse(*place));
    let more = kept.len() > asked.limit;
    kept.truncate(asked.limit);
    let next = kept.last().copied().filter(|_| more);
    Ok(Found { rows: kept.iter().map(|place| place.row).collect(), next })
}

/// Walks back in time from where the page before ended.
fn walk_back(conn: &Connection, asked: &Asked<'_>) -> Result<Found, Fault> {
    let from = asked.filter.from.map_or(i64::MIN, |from| from.0);
    let start = match asked.filter.until {
        // Nothing has this place: what began before `until` is after it in the list.
        Some(until) => asked.after.min(ListPlace::before(until)),
        None => asked.after,
    };
    let with_notes = !asked.filter.words.is_empty();
    let (mut rows, mut looked_at, mut next) = (Vec::new(), 0, None);
    let mut last = None;
    let agent = asked.filter.agent.as_ref().map(|agent| agent.0.as_str());
    let bounds = params![asked.tenant.0, start.at.0, start.row, from, with_notes, agent];
    let (sql, bounds) = match agent {
        Some(_) => (WALK_OF_AGENT, bounds),
        None => (WALK, &bounds[..bounds.len() - 1]),
    };
    walk(conn, sql, bounds, CALL, |row| {
        // There is something after the page.
        if rows.len() == asked.limit || looked_at == asked.look_at_most.max(1) {
            next = last;
            return Ok(ControlFlow::Break(()));
        }
        let seen = read(row)?;
        if last == Some(seen.place) {
            return Ok(ControlFlow::Continue(()));
        }
        looked_at += 1;
        last = Some(seen.place);
        if asked.keeps(conn, &seen)? {
            rows.push(seen.place.row);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Found { rows, next })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    fn plan(sql: &str, bounds: &[&dyn rusqlite::ToSql]) -> String {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let plan = explained.query_map(bounds, |row| row.get::<_, String>("detail")).unwrap();
        plan.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
    }

    #[test]
    fn a_walk_follows_the_index_of_times_and_sorts_nothing() {
        let plan = plan(WALK, params![1, 0, 0, 0, false]);
        assert!(plan.contains("call_by_time") && !plan.contains("TEMP"), "{plan}");
    }

    #[test]
    fn a_walk_of_an_agents_calls_reads_no_call_between_them_and_sorts_nothing() {
        let plan = plan(WALK_OF_AGENT, params![1, 0, 0, 0, false, "1001"]);
        assert!(plan.contains("engagement_of_agent (tenant_id=? AND agent=? AND"), "{plan}");
        assert!(!plan.contains("TEMP") && !plan.contains("SCAN"), "{plan}");
    }
}
