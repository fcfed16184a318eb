//! Facts of a day, packed into one blob: what reads years of calls one by one reads these, at a fraction of what as many
//! rows cost. A blob is a copy: the rows stay, and a Commit that changes one of a day's throws the day's blob away
//! ([`changed`]) until [`pack`] makes it anew. Which facts a slice has is [`super::facts`]'s.

use super::facts::{self, number, word_of};
use super::fault::Fault;
use super::statement::{all, exists, int, run, walk};
use super::transaction::Tx;
use crate::errors::{Inconsistency, inconsistent};
use crate::listing::ListPlace;
use crate::reports::MAX_FACTS;
use domain::id::{At, TenantId};
use domain::report::counts::Packed;
use domain::report::fact::{Fact, Times, Traits};
use rusqlite::{Connection, params};
use std::ops::ControlFlow;

const DAY_FACTS: &str = "report_day_facts";
/// A day of UTC, in microseconds: blobs are read in order and no report counts by them, so no zone is needed.
const DAY: i64 = 86_400_000_000;
/// How a blob begins: by which rules it is packed.
const VERSION: u8 = 1;

const CHANGED: &str = "INSERT INTO report_day_facts (tenant_id, day, facts) VALUES (?1, ?2, NULL) \
    ON CONFLICT (tenant_id, day) DO UPDATE SET facts = NULL WHERE facts IS NOT NULL";
const UNPACKED: &str = "SELECT day FROM report_day_facts WHERE tenant_id = ?1 AND facts IS NULL AND day < ?2 \
    ORDER BY day LIMIT ?3";
const PACKED: &str = "UPDATE report_day_facts SET facts = ?3 WHERE tenant_id = ?1 AND day = ?2";
const BLOBS: &str = "SELECT day, facts FROM report_day_facts \
    WHERE tenant_id = ?1 AND day >= ?2 AND day <= ?3 AND facts IS NOT NULL ORDER BY day";

/// Most days that are packed in one Commit.
const MAX_DAYS: usize = 100;

/// The day that a moment is in.
fn day_of(at: At) -> i64 {
    at.0.div_euclid(DAY)
}

fn begin(day: i64) -> At {
    At(day.saturating_mul(DAY))
}

/// A fact of this time is about to be another, or is no more.
pub(super) fn changed(tx: &Tx<'_>, at: At) -> Result<(), Fault> {
    run(tx.conn, CHANGED, params![tx.tenant.0, day_of(at)])?;
    Ok(())
}

/// Whether a day that ended before `before` is to be packed.
pub(super) fn any_to_pack(conn: &Connection, tenant: TenantId, before: At) -> Result<bool, Fault> {
    exists(conn, UNPACKED, params![tenant.0, day_of(before), 1])
}

/// Packs days that ended before `before`, the first first, until they have so many facts.
pub(super) fn pack(tx: &Tx<'_>, before: At, most: usize) -> Result<(), Fault> {
    let unpacked = params![tx.tenant.0, day_of(before), int(MAX_DAYS)];
    let days = all(tx.conn, UNPACKED, unpacked, DAY_FACTS, |row| row.get::<i64>("day"))?;
    let mut packed = 0;
    for day in days {
        let (from, until) = (ListPlace::before(begin(day)), begin(day + 1));
        let facts = facts::rows_after(tx.conn, tx.tenant, from, until, usize::MAX)?;
        packed += facts.len();
        run(tx.conn, PACKED, params![tx.tenant.0, day, packed_day(day, &facts)])?;
        if packed >= most {
            break;
        }
    }
    Ok(())
}

/// Facts of calls that began after a place and before `until`, each with the row id of its call: from blobs where there are
/// any, between them from rows.
pub(super) fn after(
    conn: &Connection,
    tenant: TenantId,
    after: ListPlace,
    until: At,
    limit: usize,
) -> Result<Vec<(i64, Fact)>, Fault> {
    let mut found = Found { facts: Vec::new(), place: after, until, limit };
    let days = params![tenant.0, day_of(after.at), day_of(until)];
    // The rows between two blobs are read while these are: all of it is of one moment.
    walk(conn, BLOBS, days, DAY_FACTS, |row| {
        let day: i64 = row.get("day")?;
        found.rows_until(conn, tenant, begin(day))?;
        if found.is_full() {
            return Ok(ControlFlow::Break(()));
        }
        // As much as there may be: years of calls are read, and growing bit by bit would move each of them several times.
        found.facts.reserve(limit.saturating_sub(found.facts.len()).min(MAX_FACTS));
        found.blob(day, &row.get::<Vec<u8>>("facts")?)?;
        Ok(if found.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    found.rows_until(conn, tenant, until)?;
    Ok(found.facts)
}

/// What was found so far.
struct Found {
    facts: Vec<(i64, Fact)>,
    /// Up to where.
    place: ListPlace,
    until: At,
    limit: usize,
}

impl Found {
    fn is_full(&self) -> bool {
        self.facts.len() >= self.limit
    }

    fn rows_until(&mut self, conn: &Connection, tenant: TenantId, end: At) -> Result<(), Fault> {
        let end = end.min(self.until);
        if !self.is_full() && self.place < ListPlace::before(end) {
            let left = self.limit - self.facts.len();
            self.facts.extend(facts::rows_after(conn, tenant, self.place, end, left)?);
            self.place = ListPlace::before(end);
        }
        Ok(())
    }

    fn blob(&mut self, day: i64, bytes: &[u8]) -> Result<(), Fault> {
        let mut blob = Blob::new(day, bytes)?;
        while !self.is_full()
            && let Some((row, fact)) = blob.next()?
        {
            if fact.started_at >= self.until {
                break;
            }
            if (ListPlace { at: fact.started_at, row }) > self.place {
                self.facts.push((row, fact));
            }
        }
        self.place = ListPlace::before(begin(day + 1));
        Ok(())
    }
}

/// What of a fact is there, by bit.
const WAIT: u8 = 1;
const TALK: u8 = 1 << 1;
const HOLD: u8 = 1 << 2;
const AFTER_CALL_WORK: u8 = 1 << 3;
const CALLER: u8 = 1 << 4;

/// The facts of a day in the order of their places: each as its difference to the one before, in as few bytes as it takes.
fn packed_day(day: i64, facts: &[(i64, Fact)]) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    let (mut at, mut row) = (begin(day).0, 0);
    for (of_row, fact) in facts {
        put_signed(&mut bytes, fact.started_at.0.wrapping_sub(at));
        put_signed(&mut bytes, of_row.wrapping_sub(row));
        (at, row) = (fact.started_at.0, *of_row);
        put(&mut bytes, fact.kind.pack());
        put(&mut bytes, fact.column.pack());
        put(&mut bytes, number(fact.agent).cast_unsigned());
        put(&mut bytes, number(fact.ring_group).cast_unsigned());
        put(&mut bytes, u64::from(fact.traits.0));
        let Times { wait, talk, hold, after_call_work } = fact.times;
        let times = [(WAIT, wait), (TALK, talk), (HOLD, hold), (AFTER_CALL_WORK, after_call_work)];
        let there = times.iter().filter(|(_, time)| time.is_some()).fold(0, |bits, (bit, _)| bits | bit);
        bytes.push(there | if fact.caller.is_some() { CALLER } else { 0 });
        times.into_iter().filter_map(|(_, time)| time).for_each(|time| put_signed(&mut bytes, time));
        bytes.extend(fact.caller.map(u64::to_le_bytes).into_iter().flatten());
    }
    bytes
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Small numbers of both signs in few bytes.
fn put_signed(bytes: &mut Vec<u8>, number: i64) {
    put(bytes, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

/// A blob that is being read.
struct Blob<'b> {
    day: i64,
    left: &'b [u8],
    at: i64,
    row: i64,
}

impl<'b> Blob<'b> {
    fn new(day: i64, bytes: &'b [u8]) -> Result<Self, Fault> {
        match bytes.split_first() {
            Some((&VERSION, left)) => Ok(Blob { day, left, at: begin(day).0, row: 0 }),
            _ => Err(unreadable(day).into()),
        }
    }

    fn next(&mut self) -> Result<Option<(i64, Fact)>, Fault> {
        if self.left.is_empty() {
            return Ok(None);
        }
        self.fact().map(Some).ok_or_else(|| unreadable(self.day).into())
    }

    fn fact(&mut self) -> Option<(i64, Fact)> {
        self.at = self.at.wrapping_add(self.signed()?);
        self.row = self.row.wrapping_add(self.signed()?);
        let (kind, column) = (Packed::unpack(self.number()?)?, Packed::unpack(self.number()?)?);
        let agent = word_of(u32::try_from(self.number()?).ok()?);
        let ring_group = word_of(u32::try_from(self.number()?).ok()?);
        let traits = Traits(u16::try_from(self.number()?).ok()?);
        let (&there, left) = self.left.split_first()?;
        self.left = left;
        let mut time = |bit| if there & bit == 0 { Some(None) } else { self.signed().map(Some) };
        let times = Times {
            wait: time(WAIT)?,
            talk: time(TALK)?,
            hold: time(HOLD)?,
            after_call_work: time(AFTER_CALL_WORK)?,
        };
        let caller = if there & CALLER == 0 { None } else { Some(self.caller()?) };
        let fact = Fact { started_at: At(self.at), kind, column, agent, ring_group, times, caller, traits };
        Some((self.row, fact))
    }

    fn caller(&mut self) -> Option<u64> {
        let (bytes, left) = self.left.split_first_chunk()?;
        self.left = left;
        Some(u64::from_le_bytes(*bytes))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, left) = self.left.split_first()?;
            self.left = left;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }
}

fn unreadable(day: i64) -> Inconsistency {
    inconsistent(DAY_FACTS, "facts", &day, "is not as it was packed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};
    use domain::call::CallType;
    use domain::report::ReportColumn;
    use domain::report::fact::Word;

    fn facts() -> Vec<(i64, Fact)> {
        let none = Times::default();
        let fact = |at: i64, times, caller, word| Fact {
            started_at: At(3 * DAY + at),
            kind: CallType::Inbound,
            column: ReportColumn::Code(Word(70_000)),
            agent: word_of(word),
            ring_group: word_of(u32::MAX - word),
            times,
            caller,
            traits: Traits(u16::MAX),
        };
        let times =
            Times { wait: Some(0), talk: Some(i64::MAX), hold: Some(-1), after_call_work: Some(90_000) };
        vec![
            (i64::MAX, fact(0, none, None, 0)),
            (1, fact(1, times, Some(u64::MAX), u32::MAX)),
            (i64::MIN, fact(DAY - 1, Times { hold: None, ..times }, Some(0), 1)),
        ]
    }

    fn read(bytes: &[u8]) -> Result<Vec<(i64, Fact)>, Fault> {
        let mut blob = Blob::new(3, bytes)?;
        std::iter::from_fn(|| blob.next().transpose()).collect()
    }

    #[test]
    fn a_blob_is_read_as_it_was_packed() {
        let facts = facts();
        assert_eq!(read(&packed_day(3, &facts)).unwrap(), facts);
        assert_eq!(read(&packed_day(3, &[])).unwrap(), []);
    }

    #[test]
    fn a_blob_that_ends_too_early_or_is_of_other_rules_is_refused() {
        let whole = packed_day(3, &facts()[1..2]);
        for end in 2..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        assert!(read(&[]).is_err());
        assert!(read(&[VERSION + 1]).is_err());
    }

    #[test]
    fn blobs_are_found_by_their_days() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        for statement in [BLOBS, UNPACKED] {
            let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
            let plan: Vec<String> = explained
                .query_map(params![1, 0, 0], |row| row.get("detail"))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            let plan = plan.join("; ");
            assert!(plan.contains("SEARCH") && !plan.contains("TEMP"), "{plan}");
        }
    }
}
