//! What reports see of each call, kept as its Activity changes: at the end of a Commit every call that it touched is
//! looked at again, and where what reports see is another than before, [`super::rollups`] hears of both. What they see is
//! said in one place, [`NamedFact::of`].

use super::fault::Fault;
use super::statement::{Fields, all, first, int, run, walk};
use super::transaction::Tx;
use super::{activities, calls, fact_blobs, rollups, wrapups};
use crate::errors::inconsistent;
use crate::listing::ListPlace;
use crate::reports::{FactSlice, ReportName, ReportNames};
use domain::id::{AgentKey, At, CodeId, TenantId};
use domain::report::ReportColumn;
use domain::report::counts::Packed;
use domain::report::fact::{Fact, NamedFact, Times, Traits, Word};
use rusqlite::{Connection, params};
use std::ops::ControlFlow;
use uuid::Uuid;

const FACT: &str = "report_fact";
const WORD: &str = "report_word";

const AGENT: i64 = 0;
const RING_GROUP: i64 = 1;
const CODE: i64 = 2;

const STANDING: &str = "SELECT archived, fact_at FROM activity WHERE call_id = ?1";
const SET_FACT_AT: &str = "UPDATE activity SET fact_at = ?2 WHERE call_id = ?1";
const BY_PLACE: &str = "SELECT started_at, kind, col, agent, ring_group, wait_ms, talk_ms, hold_ms, acw_ms, \
    caller, traits FROM report_fact WHERE tenant_id = ?1 AND started_at = ?2 AND call_id = ?3";
const SLICE: &str = "SELECT started_at, kind, col, agent, ring_group, wait_ms, talk_ms, hold_ms, acw_ms, \
    caller, traits, call_id FROM report_fact WHERE tenant_id = ?1 AND (started_at, call_id) > (?2, ?3) \
    AND started_at < ?4 ORDER BY started_at, call_id LIMIT ?5";
const PUT: &str = "INSERT OR REPLACE INTO report_fact (tenant_id, started_at, call_id, kind, col, agent, \
    ring_group, wait_ms, talk_ms, hold_ms, acw_ms, caller, traits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, \
    ?10, ?11, ?12, ?13)";
const DELETE: &str = "DELETE FROM report_fact WHERE tenant_id = ?1 AND started_at = ?2 AND call_id = ?3";
const WORD_OF: &str = "SELECT id FROM report_word WHERE tenant_id = ?1 AND kind = ?2 AND name = ?3";
const ADD_WORD: &str = "INSERT INTO report_word (tenant_id, kind, name) VALUES (?1, ?2, ?3)";
const WORDS: &str = "SELECT id, kind, name FROM report_word WHERE tenant_id = ?1 ORDER BY kind, name";

/// Looks again at every call that the Commit touched.
pub(super) fn settle(tx: &Tx<'_>) -> Result<(), Fault> {
    let touched = tx.touched.take();
    if touched.is_empty() {
        return Ok(());
    }
    let counting = rollups::Counting::begin(tx)?;
    touched.into_iter().try_for_each(|call_id| look_at(tx, call_id, &counting))
}

/// The Activity goes: so does what reports see of it.
pub(super) fn gone(tx: &Tx<'_>, call_id: i64) -> Result<(), Fault> {
    let Some((_, Some(at))) = standing(tx, call_id)? else { return Ok(()) };
    if let Some(before) = by_place(tx.conn, tx.tenant, at, call_id)? {
        fact_blobs::changed(tx, at)?;
        run(tx.conn, DELETE, params![tx.tenant.0, at.0, call_id])?;
        rollups::Counting::begin(tx)?.add(call_id, &before, -1);
    }
    Ok(())
}

/// Makes the fact of a call what it is to be.
fn look_at(tx: &Tx<'_>, call_id: i64, counting: &rollups::Counting<'_, '_>) -> Result<(), Fault> {
    let Some((archived, was_at)) = standing(tx, call_id)? else { return Ok(()) };
    if !archived && was_at.is_none() {
        return Ok(());
    }
    let before = match was_at {
        Some(at) => by_place(tx.conn, tx.tenant, at, call_id)?,
        None => None,
    };
    let now = seen(tx, call_id)?;
    if before == now {
        return Ok(());
    }
    let is_at = now.as_ref().map(|fact| fact.started_at);
    if let Some(at) = was_at.filter(|at| Some(*at) != is_at) {
        fact_blobs::changed(tx, at)?;
        run(tx.conn, DELETE, params![tx.tenant.0, at.0, call_id])?;
    }
    if let Some(fact) = &now {
        put(tx, call_id, fact)?;
    }
    if was_at != is_at {
        run(tx.conn, SET_FACT_AT, params![call_id, is_at.map(|at| at.0)])?;
    }
    for (fact, by) in [(&before, -1), (&now, 1)] {
        if let Some(fact) = fact {
            counting.add(call_id, fact, by);
        }
    }
    Ok(())
}

/// Whether an Activity is archived, and where its fact is.
fn standing(tx: &Tx<'_>, call_id: i64) -> Result<Option<(bool, Option<At>)>, Fault> {
    first(tx.conn, STANDING, params![call_id], "activity", |row| {
        Ok((row.get("archived")?, row.opt_at("fact_at")?))
    })
}

fn seen(tx: &Tx<'_>, call_id: i64) -> Result<Option<Fact>, Fault> {
    let Some(activity) = activities::by_call(tx.conn, call_id)? else { return Ok(None) };
    let call = calls::by_row_id(tx.conn, call_id)?;
    let wrapups = wrapups::of_call_row(tx.conn, call_id)?;
    let Some(fact) = NamedFact::of(&call, &activity, &wrapups) else { return Ok(None) };
    let agent = fact.agent.map(|agent| word(tx, AGENT, &agent.0)).transpose()?;
    let ring_group = fact.ring_group.map(|group| word(tx, RING_GROUP, &group)).transpose()?;
    let column = match fact.column {
        ReportColumn::Code(code) => ReportColumn::Code(word(tx, CODE, &code.to_string())?),
        // No other column has a code to be named.
        other => other.named(|_| Word(0)),
    };
    let Fact { started_at, kind, times, caller, traits, .. } = fact;
    Ok(Some(Fact { started_at, kind, column, agent, ring_group, times, caller, traits }))
}

/// The number of a name, which it gets when it is met first.
fn word(tx: &Tx<'_>, kind: i64, name: &str) -> Result<Word, Fault> {
    let named = params![tx.tenant.0, kind, name];
    let id = match first(tx.conn, WORD_OF, named, WORD, |row| row.get("id"))? {
        Some(id) => id,
        None => {
            run(tx.conn, ADD_WORD, named)?;
            tx.conn.last_insert_rowid()
        }
    };
    let number = u32::try_from(id).map_err(|_| inconsistent(WORD, "id", &id, "there are too many names"))?;
    Ok(Word(number))
}

fn put(tx: &Tx<'_>, call_id: i64, fact: &Fact) -> Result<(), Fault> {
    let row = params![
        tx.tenant.0,
        fact.started_at.0,
        call_id,
        int(fact.kind.pack()),
        int(fact.column.pack()),
        number(fact.agent),
        number(fact.ring_group),
        fact.times.wait,
        fact.times.talk,
        fact.times.hold,
        fact.times.after_call_work,
        fact.caller.map(u64::cast_signed),
        fact.traits.0,
    ];
    run(tx.conn, PUT, row)?;
    fact_blobs::changed(tx, fact.started_at)
}

/// How a name, or that there is none, is stored.
pub(super) fn number(word: Option<Word>) -> i64 {
    word.map_or(0, |word| i64::from(word.0))
}

/// The name that is stored so.
pub(super) fn word_of(number: u32) -> Option<Word> {
    (number != 0).then_some(Word(number))
}

fn by_place(conn: &Connection, tenant: TenantId, at: At, call_id: i64) -> Result<Option<Fact>, Fault> {
    first(conn, BY_PLACE, params![tenant.0, at.0, call_id], FACT, read)
}

/// The rows of facts of calls that began after a place and before `until`, each with the row id of its call.
pub(super) fn rows_after(
    conn: &Connection,
    tenant: TenantId,
    after: ListPlace,
    until: At,
    limit: usize,
) -> Result<Vec<(i64, Fact)>, Fault> {
    let mut facts = Vec::new();
    let bounds = params![tenant.0, after.at.0, after.row, until.0, int(limit)];
    walk(conn, SLICE, bounds, FACT, |row| {
        let fact = read(row)?;
        facts.push((row.get("call_id")?, fact));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(facts)
}

/// Facts of calls that began after a place and before `until`, as an answer.
pub(super) fn slice(
    conn: &Connection,
    tenant: TenantId,
    place: ListPlace,
    until: At,
    limit: usize,
) -> Result<FactSlice, Fault> {
    let facts = fact_blobs::after(conn, tenant, place, until, limit)?;
    let last = facts.last().filter(|_| facts.len() == limit);
    let next = last.map(|(row, fact)| ListPlace { at: fact.started_at, row: *row }.to_string());
    Ok(FactSlice { facts: facts.into_iter().map(|(_, fact)| fact).collect(), next })
}

fn read(row: &mut Fields<'_, '_>) -> Result<Fact, Fault> {
    let started_at = row.at("started_at")?;
    let kind = unpacked("kind", row.count("kind")?)?;
    let column = unpacked("col", row.count("col")?)?;
    Ok(Fact {
        started_at,
        kind,
        column,
        agent: word_of(row.get("agent")?),
        ring_group: word_of(row.get("ring_group")?),
        times: Times {
            wait: row.get("wait_ms")?,
            talk: row.get("talk_ms")?,
            hold: row.get("hold_ms")?,
            after_call_work: row.get("acw_ms")?,
        },
        caller: row.get::<Option<i64>>("caller")?.map(i64::cast_unsigned),
        traits: Traits(row.get("traits")?),
    })
}

fn unpacked<T: Packed>(column: &'static str, number: u64) -> Result<T, Fault> {
    T::unpack(number).ok_or_else(|| inconsistent(FACT, column, &number, "means nothing").into())
}

/// Every name that facts have, by its number.
pub(super) fn names(conn: &Connection, tenant: TenantId) -> Result<ReportNames, Fault> {
    let rows = all(conn, WORDS, params![tenant.0], WORD, |row| {
        let (id, kind): (u32, i64) = (row.get("id")?, row.get("kind")?);
        let name: String = row.get("name")?;
        let name = match kind {
            AGENT => Some(ReportName::Agent(AgentKey(name))),
            RING_GROUP => Some(ReportName::RingGroup(name)),
            CODE => Uuid::try_parse(&name).ok().map(|code| ReportName::Code(CodeId(code))),
            _ => None,
        };
        Ok((Word(id), name.ok_or_else(|| inconsistent(WORD, "name", &id, "no name of this kind"))?))
    })?;
    Ok(ReportNames::new(rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    #[test]
    fn facts_are_read_in_order_without_sorting_them() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {SLICE}")).unwrap();
        let plan: Vec<String> = explained
            .query_map(params![1, 0, 0, 0, 9], |row| row.get("detail"))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let plan = plan.join("; ");
        assert!(plan.contains("SEARCH") && !plan.contains("TEMP"), "{plan}");
    }
}
