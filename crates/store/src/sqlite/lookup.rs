//! Finding records: by number, and by words. What is put into the two indexes is in [`super::people`].

use super::fault::Fault;
use super::people::{PERSON, read_line, read_line_and_phones};
use super::statement::{Fields, all, first, int};
use super::words::PERSON_WORDS;
use crate::contract::SHARED_NUMBER_SCAN;
use crate::phone_index::packed;
use crate::search::Query;
use domain::directory::PersonLine;
use domain::id::TenantId;
use domain::matching::{MAX_CANDIDATES, PhoneHit};
use domain::phone::{PhoneKey, Tier};
use rusqlite::{Connection, params};

/// One point read of the number index, and one of each record found.
const BY_NUMBER: &str = "SELECT p.key, p.kind, p.name, p.company, p.phones, k.field FROM \
    (SELECT person_id, MIN(field) AS field FROM phone_key WHERE tenant_id = ?1 AND key = ?2 \
    GROUP BY person_id ORDER BY person_id LIMIT ?3) k \
    JOIN person p ON p.id = k.person_id ORDER BY p.name, p.key LIMIT ?4";
const LINE: &str = "SELECT key, kind, name, company, phones FROM person WHERE id = ?1";

/// Most records found that are sorted by name; of more, those made first.
const MAX_SORTED: usize = 1_000;

/// The records of the first tier that has any.
pub(super) fn match_number(
    conn: &Connection,
    tenant: TenantId,
    plan: &[PhoneKey],
) -> Result<Vec<PhoneHit>, Fault> {
    let mut tried: Vec<Tier> = Vec::new();
    for key in plan {
        if tried.contains(&key.tier) {
            continue;
        }
        tried.push(key.tier);
        let hits = hits_of_tier(conn, tenant, plan, key.tier)?;
        if !hits.is_empty() {
            return Ok(hits);
        }
    }
    Ok(Vec::new())
}

/// The first records by name among those of each key hold the first by name among those of all.
fn hits_of_tier(
    conn: &Connection,
    tenant: TenantId,
    plan: &[PhoneKey],
    tier: Tier,
) -> Result<Vec<PhoneHit>, Fault> {
    let mut found: Vec<(usize, PhoneHit)> = Vec::new();
    for key in plan.iter().filter(|key| key.tier == tier).filter_map(packed) {
        let point = params![tenant.0, key, int(SHARED_NUMBER_SCAN), int(MAX_CANDIDATES)];
        found.extend(all(conn, BY_NUMBER, point, PERSON, |row| read_hit(row, tier))?);
    }
    if found.len() > 1 {
        let order =
            |a: &PhoneHit, b: &PhoneHit| (&a.person.name, a.person.id).cmp(&(&b.person.name, b.person.id));
        found.sort_by(|(field_a, a), (field_b, b)| order(a, b).then(field_a.cmp(field_b)));
        found.dedup_by_key(|(_, hit)| hit.person.id);
        found.truncate(MAX_CANDIDATES);
    }
    Ok(found.into_iter().map(|(_, hit)| hit).collect())
}

fn read_hit(row: &mut Fields<'_, '_>, tier: Tier) -> Result<(usize, PhoneHit), Fault> {
    let (person, mut phones) = read_line_and_phones(row)?;
    let field = usize::try_from(row.count("field")?).unwrap_or(usize::MAX);
    if field >= phones.len() {
        return Err(row.bad("field", "a key of a phone field that is not there").into());
    }
    let text = phones.swap_remove(field);
    Ok((field, PhoneHit { person, tier, field: text.field, stored_as: text.raw }))
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
