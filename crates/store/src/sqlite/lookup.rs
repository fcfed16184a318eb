//! Finding records: by number, and by words. What is put into the two indexes is in [`super::people`].

use super::fault::Fault;
use super::people::{PERSON, read_line, read_line_and_phones};
use super::statement::{exists, first, walk};
use super::words::PERSON_WORDS;
use crate::contract::SHARED_NUMBER_SCAN;
use crate::errors::inconsistent;
use crate::phone_index::packed;
use crate::search::Query;
use domain::directory::{PersonLine, PhoneText};
use domain::id::TenantId;
use domain::matching::{MAX_CANDIDATES, MatchRule, PhoneHit};
use domain::phone::{MAX_LOOKUP_KEYS, PhoneKey, Tier};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::ControlFlow;

/// The records that have one key, each beside every field it stands in. One statement, in the index's own order:
/// neither sorting nor grouping, which would make a temporary table for each look-up, of which most keys find
/// nothing. `CROSS JOIN` keeps the index the outer one.
const BY_NUMBER: &str = "SELECT k.person_id, k.field, p.key, p.kind, p.name, p.company, p.phones \
    FROM phone_key k CROSS JOIN person p ON p.id = k.person_id \
    WHERE k.tenant_id = ?1 AND k.key = ?2 ORDER BY k.person_id, k.field";
/// As many point reads as a look-up makes; a key that is not given finds nothing.
const ANY_OF: &str = "SELECT 1 FROM phone_key WHERE tenant_id = ?1 AND key = ?2 \
    UNION ALL SELECT 1 FROM phone_key WHERE tenant_id = ?1 AND key = ?3 \
    UNION ALL SELECT 1 FROM phone_key WHERE tenant_id = ?1 AND key = ?4 \
    UNION ALL SELECT 1 FROM phone_key WHERE tenant_id = ?1 AND key = ?5 \
    UNION ALL SELECT 1 FROM phone_key WHERE tenant_id = ?1 AND key = ?6 \
    UNION ALL SELECT 1 FROM phone_key WHERE tenant_id = ?1 AND key = ?7";
const _: () = assert!(MAX_LOOKUP_KEYS == 6, "as many keys as ANY_OF takes");
const LINE: &str = "SELECT key, kind, name, company, phones FROM person WHERE id = ?1";

/// Most records found that are sorted by name; of more, those made first.
const MAX_SORTED: usize = 1_000;

/// The records of the first tier that has any which the rule matches.
pub(super) fn match_number(
    conn: &Connection,
    tenant: TenantId,
    plan: &[PhoneKey],
    rule: &MatchRule,
) -> Result<Vec<PhoneHit>, Fault> {
    let mut tried: Vec<Tier> = Vec::new();
    for key in plan {
        if tried.contains(&key.tier) {
            continue;
        }
        // Most numbers that nobody has under their surest key are nobody's: that is asked once for all the rest.
        if let [surest] = tried[..]
            && !any_key(conn, tenant, plan.iter().filter(|key| key.tier != surest))?
        {
            break;
        }
        tried.push(key.tier);
        let hits = hits_of_tier(conn, tenant, plan, key.tier, rule)?;
        if !hits.is_empty() {
            return Ok(hits);
        }
    }
    Ok(Vec::new())
}

/// Whether any record of the tenant has one of these keys.
pub(super) fn any_claimed(conn: &Connection, tenant: TenantId, keys: &[PhoneKey]) -> Result<bool, Fault> {
    any_key(conn, tenant, keys.iter())
}

fn any_key<'k>(
    conn: &Connection,
    tenant: TenantId,
    keys: impl Iterator<Item = &'k PhoneKey>,
) -> Result<bool, Fault> {
    let packed: Vec<i64> = keys.filter_map(packed).collect();
    for keys in packed.chunks(MAX_LOOKUP_KEYS) {
        let key = |place: usize| keys.get(place);
        let all = params![tenant.0, key(0), key(1), key(2), key(3), key(4), key(5)];
        if exists(conn, ANY_OF, all)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether any record that the rule matches has one of these keys.
pub(super) fn any_claimed_by(
    conn: &Connection,
    tenant: TenantId,
    keys: &[PhoneKey],
    rule: &MatchRule,
) -> Result<bool, Fault> {
    if rule.allows_all() || !any_claimed(conn, tenant, keys)? {
        return any_claimed(conn, tenant, keys);
    }
    for tier in [Tier::E, Tier::N, Tier::L] {
        if !hits_of_tier(conn, tenant, keys, tier, rule)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first records, as the rule orders them, among those that have one of the tier's keys.
fn hits_of_tier(
    conn: &Connection,
    tenant: TenantId,
    plan: &[PhoneKey],
    tier: Tier,
    rule: &MatchRule,
) -> Result<Vec<PhoneHit>, Fault> {
    let mut found = BTreeMap::new();
    for key in plan.iter().filter(|key| key.tier == tier).filter_map(packed) {
        find_by_key(conn, tenant, key, &mut found)?;
    }
    let mut hits = Vec::new();
    for record in found.into_values() {
        hits.extend(record.hit(tier, rule)?);
    }
    let place = |hit: &PhoneHit| rule.place(hit.person.kind);
    hits.sort_by(|a, b| {
        (place(a), &a.person.name, a.person.id).cmp(&(place(b), &b.person.name, b.person.id))
    });
    hits.truncate(MAX_CANDIDATES);
    Ok(hits)
}

/// A record that has a key of the tier.
struct Found {
    line: PersonLine,
    phones: Vec<PhoneText>,
    /// Which of its phone fields the keys stand in.
    fields: Vec<usize>,
}

impl Found {
    /// The record in the first of its fields that is looked at; `None` where the rule does not match it.
    fn hit(mut self, tier: Tier, rule: &MatchRule) -> Result<Option<PhoneHit>, Fault> {
        self.fields.sort_unstable();
        if let Some(field) = self.fields.iter().find(|field| **field >= self.phones.len()) {
            let what = format!("no phone field {field}, of which there is a key");
            return Err(inconsistent(PERSON, "phones", &self.line.id.0, &what).into());
        }
        let looked_at = self.fields.iter().copied().find(|field| rule.looks_at(self.phones[*field].field));
        let Some(field) = looked_at.filter(|_| rule.place(self.line.kind).is_some()) else { return Ok(None) };
        let text = self.phones.swap_remove(field);
        Ok(Some(PhoneHit { person: self.line, tier, field: text.field, stored_as: text.raw }))
    }
}

/// Adds the records that have the key, by row id. Of a number that very many share, those made first.
fn find_by_key(
    conn: &Connection,
    tenant: TenantId,
    key: i64,
    found: &mut BTreeMap<i64, Found>,
) -> Result<(), Fault> {
    let (mut records, mut last) = (0, None);
    walk(conn, BY_NUMBER, params![tenant.0, key], "phone_key", |row| {
        let person: i64 = row.get("person_id")?;
        let field = usize::try_from(row.count("field")?).unwrap_or(usize::MAX);
        records += usize::from(last.replace(person) != Some(person));
        if records > SHARED_NUMBER_SCAN {
            return Ok(ControlFlow::Break(()));
        }
        match found.entry(person) {
            Entry::Occupied(record) => record.into_mut().fields.push(field),
            Entry::Vacant(record) => {
                let (line, phones) = read_line_and_phones(row)?;
                record.insert(Found { line, phones, fields: vec![field] });
            }
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// The records that a search text finds, by name.
pub(super) fn search(
    conn: &Connection,
    tenant: TenantId,
    text: &str,
    limit: usize,
) -> Result<Vec<PersonLine>, Fault> {
    let query = Query::new(text);
    let mut found = PERSON_WORDS.with_prefixes(conn, tenant, query.numbers())?;
    found.extend(PERSON_WORDS.with_all_words(conn, tenant, query.words())?);
    let mut lines: Vec<PersonLine> = Vec::new();
    for id in found.into_iter().take(MAX_SORTED) {
        lines.extend(first(conn, LINE, params![id], PERSON, read_line)?);
    }
    lines.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    lines.truncate(limit);
    Ok(lines)
}

/// Reads the number index from end to end.
pub(super) fn warm_up(conn: &Connection) -> Result<(), Fault> {
    // Walking the whole of it is the purpose.
    conn.query_row("SELECT SUM(key) FROM phone_key", [], |_| Ok(()))?;
    Ok(())
}
