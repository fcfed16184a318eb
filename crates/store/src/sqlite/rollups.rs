//! The rollups of reports: added to in the transaction of the Commit that changes a call, and counted anew, some calls at a time, when the
//! tenant's calendar changes. Until that is done they answer nothing. Which rollups there are is
//! [`domain::report::rollup`]'s.

use super::fault::Fault;
use super::statement::{Fields, first, json, run, walk};
use super::transaction::Tx;
use super::{activities, fact_blobs, facts};
use crate::errors::inconsistent;
use crate::listing::ListPlace;
use crate::reports::RollupStanding;
use domain::id::{At, TenantId};
use domain::report::aggregate::{Aggregate, PackedAggregate};
use domain::report::calendar::Calendar;
use domain::report::fact::Fact;
use domain::report::plan::{Pull, Wanted};
use domain::report::rollup::{Grain, Rollup, RollupKey, Segment};
use rusqlite::{Connection, ToSql, params};
use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

const ROLLUP: &str = "report_rollup";
const BASIS: &str = "report_basis";
/// Every fact is held.
const ALL_HELD: ListPlace = ListPlace { at: At(i64::MAX), row: i64::MAX };
/// No fact is held.
const NONE_HELD: ListPlace = ListPlace { at: At(i64::MIN), row: i64::MIN };

const BASIS_OF: &str = "SELECT basis, calendar, held_at, held_call FROM report_basis WHERE tenant_id = ?1";
const HELD_OF: &str = "SELECT basis, held_at, held_call FROM report_basis WHERE tenant_id = ?1";
const FOLLOW: &str = "INSERT INTO report_basis (tenant_id, basis, calendar, held_at, held_call) \
    VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_id) \
    DO UPDATE SET basis = ?2, calendar = ?3, held_at = ?4, held_call = ?5";
/// Nothing where that was done already.
const BEGIN_ANEW: &str = "UPDATE report_basis SET basis = basis + 1, held_at = ?3, held_call = ?4 \
    WHERE tenant_id = ?1 AND basis = ?2";
const HELD: &str = "UPDATE report_basis SET held_at = ?2, held_call = ?3 WHERE tenant_id = ?1";
const FILL: &str = "SELECT call_id FROM report_fill WHERE tenant_id = ?1";
const FILLED: &str = "UPDATE report_fill SET call_id = ?2 WHERE tenant_id = ?1";
const FILLED_ALL: &str = "DELETE FROM report_fill WHERE tenant_id = ?1";
const ONE: &str = "SELECT counts FROM report_rollup WHERE tenant_id = ?1 AND basis = ?2 AND shape = ?3 \
    AND grain = ?4 AND bucket = ?5 AND ring_group = ?6 AND agent = ?7";
const OF_BUCKETS: &str = "SELECT bucket, ring_group, agent, counts FROM report_rollup WHERE tenant_id = ?1 \
    AND basis = ?2 AND shape = ?3 AND grain = ?4 AND bucket >= ?5 AND bucket < ?6";
const OF_GROUP: &str = "SELECT bucket, ring_group, agent, counts FROM report_rollup WHERE tenant_id = ?1 \
    AND basis = ?2 AND shape = ?3 AND grain = ?4 AND bucket = ?5 AND ring_group = ?6";
const PUT: &str = "INSERT OR REPLACE INTO report_rollup (tenant_id, basis, shape, grain, bucket, ring_group, \
    agent, counts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const DELETE: &str = "DELETE FROM report_rollup WHERE tenant_id = ?1 AND basis = ?2 AND shape = ?3 \
    AND grain = ?4 AND bucket = ?5 AND ring_group = ?6 AND agent = ?7";
const OUTDATED: &str = "SELECT basis, shape, grain, bucket FROM report_rollup WHERE tenant_id = ?1 \
    AND basis < ?2 ORDER BY basis, shape, grain, bucket LIMIT 1";
const DELETE_BUCKET: &str = "DELETE FROM report_rollup WHERE tenant_id = ?1 AND basis = ?2 AND shape = ?3 \
    AND grain = ?4 AND bucket = ?5";

/// What the rollups of a tenant are of.
struct Basis {
    number: i64,
    calendar: Arc<Calendar>,
    /// The last fact that they hold.
    held: ListPlace,
}

fn basis(conn: &Connection, tenant: TenantId) -> Result<Option<Basis>, Fault> {
    first(conn, BASIS_OF, params![tenant.0], BASIS, |row| {
        Ok(Basis {
            number: row.get("basis")?,
            calendar: Arc::new(row.json("calendar")?),
            held: ListPlace { at: row.at("held_at")?, row: row.get("held_call")? },
        })
    })
}

/// Calendars by tenant and the number of their basis, under which each stays what it is: reading one takes longer than
/// counting a call by it.
#[derive(Debug, Default)]
pub(super) struct Calendars(RefCell<HashMap<(TenantId, i64), Arc<Calendar>>>);

impl Calendars {
    fn basis(&self, conn: &Connection, tenant: TenantId) -> Result<Option<Basis>, Fault> {
        let held = first(conn, HELD_OF, params![tenant.0], BASIS, |row| {
            let number: i64 = row.get("basis")?;
            Ok((number, ListPlace { at: row.at("held_at")?, row: row.get("held_call")? }))
        })?;
        let Some((number, held)) = held else { return Ok(None) };
        if let Some(calendar) = self.0.borrow().get(&(tenant, number)) {
            return Ok(Some(Basis { number, calendar: Arc::clone(calendar), held }));
        }
        let read = basis(conn, tenant)?;
        if let Some(read) = &read {
            // One of a transaction that is rolled back would be kept for the next of the same number: few are kept.
            let mut kept = self.0.borrow_mut();
            kept.retain(|(of, _), _| *of != tenant);
            kept.insert((tenant, number), Arc::clone(&read.calendar));
        }
        Ok(read)
    }

    /// What was read in a transaction that is not on disk may never have been.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

/// What is added to rollups, until it is written: once for many Commits, since most add to the same ones.
#[derive(Debug, Default)]
pub(super) struct Changes {
    added: BTreeMap<(TenantId, i64, RollupKey), Aggregate>,
}

impl Changes {
    fn count(&mut self, tenant: TenantId, basis: &Basis, fact: &Fact, by: i64) {
        for key in RollupKey::of(fact, &basis.calendar) {
            let added = self.added.entry((tenant, basis.number, key)).or_default();
            added.count(fact, &basis.calendar, by);
        }
    }

    /// All that the others add as well.
    pub(super) fn merge(&mut self, others: Changes) {
        for (place, added) in others.added {
            match self.added.entry(place) {
                Entry::Vacant(entry) => {
                    entry.insert(added);
                }
                Entry::Occupied(mut entry) => entry.get_mut().merge(&added),
            }
        }
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.added.clear();
    }

    /// Adds them to what is stored.
    pub(super) fn write(&mut self, conn: &Connection) -> Result<(), Fault> {
        let added = std::mem::take(&mut self.added).into_iter().filter(|(_, added)| !added.is_empty());
        for ((tenant, basis, key), added) in added {
            let place = Place::of(&key);
            let place =
                params![tenant.0, basis, place.shape, place.grain, key.bucket, place.ring_group, place.agent];
            let mut counts = match first(conn, ONE, place, ROLLUP, counts) {
                Ok(stored) => stored.unwrap_or_default(),
                // What cannot be read must not keep calls from being logged: all are counted anew.
                Err(Fault::Bad(_)) => {
                    run(conn, BEGIN_ANEW, params![tenant.0, basis, NONE_HELD.at.0, NONE_HELD.row])?;
                    continue;
                }
                Err(other) => return Err(other),
            };
            counts.merge(&added);
            if counts.is_empty() {
                run(conn, DELETE, place)?;
            } else {
                let counts = counts.to_bytes();
                let mut row = place.to_vec();
                row.push(&counts);
                run(conn, PUT, row.as_slice())?;
            }
        }
        Ok(())
    }
}

/// What a Commit adds, call by call.
pub(super) struct Counting<'t, 'c> {
    tx: &'t Tx<'c>,
    basis: Option<Basis>,
}

impl<'t, 'c> Counting<'t, 'c> {
    /// Counts by what rollups are of now.
    pub(super) fn begin(tx: &'t Tx<'c>) -> Result<Self, Fault> {
        Ok(Counting { tx, basis: tx.calendars.basis(tx.conn, tx.tenant)? })
    }

    /// A call more, or with -1 one less. One that rollups do not hold yet is counted when its turn comes.
    pub(super) fn add(&self, call_id: i64, fact: &Fact, by: i64) {
        let Some(basis) = &self.basis else { return };
        if (ListPlace { at: fact.started_at, row: call_id }) <= basis.held {
            self.tx.rollups.borrow_mut().count(self.tx.tenant, basis, fact, by);
        }
    }
}

/// Where a rollup is stored.
struct Place {
    shape: i64,
    grain: i64,
    ring_group: i64,
    agent: i64,
}

impl Place {
    fn of(key: &RollupKey) -> Self {
        let of = |segment| match segment {
            Segment::All => -1,
            Segment::Of(word) => facts::number(word),
        };
        Place {
            shape: shape(key.ring_group != Segment::All, key.agent != Segment::All),
            grain: grain(key.grain),
            ring_group: of(key.ring_group),
            agent: of(key.agent),
        }
    }
}

fn shape(by_ring_group: bool, by_agent: bool) -> i64 {
    i64::from(by_ring_group) + 2 * i64::from(by_agent)
}

fn grain(grain: Grain) -> i64 {
    match grain {
        Grain::Day => 0,
        Grain::Month => 1,
    }
}

fn packed(row: &mut Fields<'_, '_>) -> Result<PackedAggregate, Fault> {
    Ok(PackedAggregate::new(row.get("counts")?))
}

fn counts(row: &mut Fields<'_, '_>) -> Result<Aggregate, Fault> {
    let read = packed(row)?.read();
    read.map_err(|error| inconsistent(ROLLUP, "counts", &"a rollup", &error.to_string()).into())
}

/// Rollups are of this calendar from now on. Where they were of another, all are counted anew.
pub(super) fn follow(tx: &Tx<'_>, calendar: &Calendar) -> Result<(), Fault> {
    let before = basis(tx.conn, tx.tenant)?;
    if before.as_ref().is_some_and(|before| *before.calendar == *calendar) {
        return Ok(());
    }
    let number = before.map_or(1, |before| before.number + 1);
    let text = json(BASIS, calendar)?;
    run(tx.conn, FOLLOW, params![tx.tenant.0, number, text, NONE_HELD.at.0, NONE_HELD.row])?;
    Ok(())
}

/// Does some of what is left: first calls of before there were facts, then facts that no rollup holds, then rollups of an
/// earlier calendar.
pub(super) fn fill(tx: &Tx<'_>, calls: usize) -> Result<(), Fault> {
    let calls = calls.max(1);
    if let Some(last) = first(tx.conn, FILL, params![tx.tenant.0], "report_fill", |row| row.get("call_id"))? {
        return fill_facts(tx, last, calls);
    }
    let Some(basis) = basis(tx.conn, tx.tenant)? else { return Ok(()) };
    if basis.held < ALL_HELD {
        return fill_rollups(tx, basis, calls);
    }
    let outdated = first(tx.conn, OUTDATED, params![tx.tenant.0, basis.number], ROLLUP, |row| {
        let place: [i64; 4] = [row.get("basis")?, row.get("shape")?, row.get("grain")?, row.get("bucket")?];
        Ok(place)
    })?;
    if let Some([basis, shape, grain, bucket]) = outdated {
        run(tx.conn, DELETE_BUCKET, params![tx.tenant.0, basis, shape, grain, bucket])?;
    }
    Ok(())
}

fn fill_facts(tx: &Tx<'_>, last: i64, calls: usize) -> Result<(), Fault> {
    let next = activities::calls_after(tx.conn, tx.tenant, last, calls)?;
    match next.last() {
        Some(last) if next.len() == calls => run(tx.conn, FILLED, params![tx.tenant.0, last])?,
        _ => run(tx.conn, FILLED_ALL, params![tx.tenant.0])?,
    };
    tx.touched.borrow_mut().extend(next);
    Ok(())
}

fn fill_rollups(tx: &Tx<'_>, basis: Basis, calls: usize) -> Result<(), Fault> {
    let next = fact_blobs::after(tx.conn, tx.tenant, basis.held, At(i64::MAX), calls)?;
    let held = match next.last() {
        Some((row, fact)) if next.len() == calls => ListPlace { at: fact.started_at, row: *row },
        _ => ALL_HELD,
    };
    for (_, fact) in &next {
        tx.rollups.borrow_mut().count(tx.tenant, &basis, fact, 1);
    }
    run(tx.conn, HELD, params![tx.tenant.0, held.at.0, held.row])?;
    Ok(())
}

/// How far the rollups are.
pub(super) fn standing(conn: &Connection, tenant: TenantId) -> Result<RollupStanding, Fault> {
    let fill = first(conn, FILL, params![tenant.0], "report_fill", |row| row.get::<i64>("call_id"))?;
    let basis = basis(conn, tenant)?;
    let left = match &basis {
        Some(basis) if fill.is_none() && basis.held == ALL_HELD => {
            let outdated = params![tenant.0, basis.number];
            first(conn, OUTDATED, outdated, ROLLUP, |row| row.get::<i64>("basis"))?.is_some()
        }
        Some(_) => true,
        None => fill.is_some(),
    };
    let answers = fill.is_none() && basis.as_ref().is_some_and(|basis| basis.held == ALL_HELD);
    let held_to = basis.as_ref().filter(|_| !answers).map(|basis| basis.held.at);
    Ok(RollupStanding {
        calendar: basis.map(|basis| Arc::unwrap_or_clone(basis.calendar)),
        answers,
        held_to,
        left,
    })
}

/// The rollups that are wanted, those of one after those of another; `None` where they are of another calendar or not all
/// counted.
pub(super) fn pulled(
    conn: &Connection,
    tenant: TenantId,
    calendar: &Calendar,
    pulls: &[Pull],
) -> Result<Option<Vec<Vec<Rollup>>>, Fault> {
    if !standing(conn, tenant)?.answers {
        return Ok(None);
    }
    let Some(basis) = basis(conn, tenant)?.filter(|basis| *basis.calendar == *calendar) else {
        return Ok(None);
    };
    pulls.iter().map(|pull| of_pull(conn, tenant, basis.number, pull)).collect::<Result<_, _>>().map(Some)
}

fn of_pull(conn: &Connection, tenant: TenantId, basis: i64, pull: &Pull) -> Result<Vec<Rollup>, Fault> {
    let all_of = Wanted::One(Segment::All);
    let shape = shape(pull.ring_group != all_of, pull.agent != all_of);
    let (from, until) = (pull.buckets.start, pull.buckets.end);
    let grain = grain(pull.grain);
    match (pull.ring_group, pull.agent) {
        (Wanted::One(ring_group), Wanted::One(agent)) => {
            let mut found = Vec::new();
            for bucket in from..until {
                let key = RollupKey { grain: pull.grain, bucket, ring_group, agent };
                let place = Place::of(&key);
                let place = params![tenant.0, basis, shape, grain, bucket, place.ring_group, place.agent];
                found.extend(first(conn, ONE, place, ROLLUP, packed)?.map(|counts| Rollup { key, counts }));
            }
            Ok(found)
        }
        (Wanted::One(Segment::Of(group)), Wanted::Each) => {
            let mut found = Vec::new();
            for bucket in from..until {
                let group = params![tenant.0, basis, shape, grain, bucket, facts::number(group)];
                wanted(conn, OF_GROUP, group, pull, &mut found)?;
            }
            Ok(found)
        }
        _ => {
            let mut found = Vec::new();
            let buckets = params![tenant.0, basis, shape, grain, from, until];
            wanted(conn, OF_BUCKETS, buckets, pull, &mut found)?;
            Ok(found)
        }
    }
}

/// Reads those of the rows that a pull wants; the counts of the others are not even looked at.
fn wanted(
    conn: &Connection,
    sql: &str,
    place: &[&dyn ToSql],
    pull: &Pull,
    found: &mut Vec<Rollup>,
) -> Result<(), Fault> {
    walk(conn, sql, place, ROLLUP, |row| {
        let key = read_key(pull.grain, row)?;
        if pull.holds(&key) {
            found.push(Rollup { key, counts: packed(row)? });
        }
        Ok(ControlFlow::Continue(()))
    })
}

fn read_key(grain: Grain, row: &mut Fields<'_, '_>) -> Result<RollupKey, Fault> {
    let bucket = row.get("bucket")?;
    let segment = |number: i64| match u32::try_from(number) {
        Ok(number) => Segment::Of(facts::word_of(number)),
        Err(_) => Segment::All,
    };
    let (ring_group, agent) = (segment(row.get("ring_group")?), segment(row.get("agent")?));
    Ok(RollupKey { grain, bucket, ring_group, agent })
}
