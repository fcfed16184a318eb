//! Records of the directory: SQL, and how rows become a [`Person`] and back. The number index and the
//! search words that go with a record are read in [`super::lookup`].

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, exists, first, int, json, run};
use super::transaction::Tx;
use super::words::{PERSON_WORDS, joined, split};
use super::{crm, late, outbox};
use crate::contract::check_keys;
use crate::phone_index::packed;
use crate::search::words_of;
use domain::directory::{Person, PersonLine, PhoneText, RecordKeys};
use domain::id::{CallKey, PersonId, TenantId, UserId};
use domain::mirror::Local;
use domain::phone::KeyBasis;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

pub(super) const PERSON: &str = "person";

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT key, kind, name, company, account, email, phones, version, created_by_call, \
            owner FROM person ",
            $from
        )
    };
}

const BY_KEY: &str = select!("WHERE key = ?1 AND tenant_id = ?2");
/// What differs, in four ranges of its index: one that asks for what differs, or compares both columns as a row, walks
/// everybody of the tenant, 160 ms a million.
const OF_EARLIER_SCHEME: &str = select!("WHERE tenant_id = ?1 AND key_scheme < ?2 LIMIT ?3");
const OF_LATER_SCHEME: &str = select!("WHERE tenant_id = ?1 AND key_scheme > ?2 LIMIT ?3");
const OF_REGION_BEFORE: &str =
    select!("WHERE tenant_id = ?1 AND key_scheme = ?2 AND key_region < ?4 LIMIT ?3");
const OF_REGION_AFTER: &str =
    select!("WHERE tenant_id = ?1 AND key_scheme = ?2 AND key_region > ?4 LIMIT ?3");
const AFTER: &str = select!("WHERE key > ?2 AND tenant_id = ?1 ORDER BY key LIMIT ?3");
const LINE: &str = "SELECT key, kind, name, company, phones FROM person WHERE key = ?1 AND tenant_id = ?2";
const HAS_ACCOUNT: &str = "SELECT 1 FROM person WHERE key = ?1 AND tenant_id = ?2 AND account IS NOT NULL";
const VERSION: &str = "SELECT version FROM person WHERE key = ?1 AND tenant_id = ?2";
const EXISTS: &str = "SELECT 1 FROM person WHERE key = ?1 AND tenant_id = ?2";
const INDEXED: &str = "SELECT id, phone_keys, search_words FROM person WHERE key = ?1 AND tenant_id = ?2";
const INSERT: &str = "INSERT INTO person (tenant_id, key, kind, name, company, email, phones, version, \
    created_by_call, phone_keys, key_scheme, search_words, account, key_region, owner) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
const UPDATE: &str = "UPDATE person SET kind = ?3, name = ?4, company = ?5, email = ?6, phones = ?7, \
    version = ?8, created_by_call = ?9, phone_keys = ?10, key_scheme = ?11, search_words = ?12, \
    account = ?13, key_region = ?14, owner = ?15 WHERE key = ?2 AND tenant_id = ?1";
const REKEY: &str = "UPDATE person SET phone_keys = ?2, key_scheme = ?3, key_region = ?4, search_words = ?5 \
    WHERE id = ?1";
const DELETE: &str = "DELETE FROM person WHERE id = ?1";
const ADD_KEY: &str = "INSERT INTO phone_key (tenant_id, key, person_id, field) VALUES (?1, ?2, ?3, ?4)";
const REMOVE_KEY: &str =
    "DELETE FROM phone_key WHERE tenant_id = ?1 AND key = ?2 AND person_id = ?3 AND field = ?4";
const MOVE_ACCOUNT: &str = "UPDATE person SET account = ?3, version = version + 1 \
    WHERE tenant_id = ?1 AND account = ?2";
const OF_ACCOUNT: &str = "SELECT key, kind, name, company, phones FROM person \
    WHERE tenant_id = ?1 AND account = ?2 ORDER BY name, key LIMIT ?3";

/// What of a record stands in the two indexes beside it.
#[derive(Debug, Default)]
struct Indexed {
    /// Packed key and index into the record's phones.
    keys: BTreeSet<(i64, i64)>,
    words: BTreeSet<String>,
}

impl Indexed {
    fn of(person: &Person, keys: &RecordKeys) -> Self {
        let fits = keys.keys.iter().filter(|(key, _)| packed(key).is_some());
        Indexed {
            keys: keys.keys.iter().filter_map(|(key, field)| Some((packed(key)?, int(*field)))).collect(),
            words: words_of(person, fits),
        }
    }

    /// Whether it is found by a number by which it was not before.
    fn has_a_key_beside(&self, before: &Indexed) -> bool {
        self.keys.iter().any(|(key, _)| before.keys.iter().all(|(other, _)| other != key))
    }
}

pub(super) fn person(conn: &Connection, tenant: TenantId, id: PersonId) -> Result<Option<Person>, Fault> {
    first(conn, BY_KEY, params![id.0.into_bytes(), tenant.0], PERSON, read)
}

pub(super) fn line(conn: &Connection, tenant: TenantId, id: PersonId) -> Result<Option<PersonLine>, Fault> {
    first(conn, LINE, params![id.0.into_bytes(), tenant.0], PERSON, read_line)
}

/// The records that belong to this Account, by name.
pub(super) fn of_account(
    conn: &Connection,
    tenant: TenantId,
    account: PersonId,
    limit: usize,
) -> Result<Vec<PersonLine>, Fault> {
    all(conn, OF_ACCOUNT, params![tenant.0, account.0.into_bytes(), int(limit)], PERSON, read_line)
}

/// Those of these records that belong to an Account.
pub(super) fn with_account(
    conn: &Connection,
    tenant: TenantId,
    ids: &[PersonId],
) -> Result<BTreeSet<PersonId>, Fault> {
    let mut with_account = BTreeSet::new();
    for id in ids {
        if exists(conn, HAS_ACCOUNT, params![id.0.into_bytes(), tenant.0])? {
            with_account.insert(*id);
        }
    }
    Ok(with_account)
}

/// The version of a record; 0 where there is none.
pub(super) fn version(conn: &Connection, tenant: TenantId, id: PersonId) -> Result<u64, Fault> {
    let key = params![id.0.into_bytes(), tenant.0];
    Ok(first(conn, VERSION, key, PERSON, |row| row.count("version"))?.unwrap_or(0))
}

pub(super) fn is_there(conn: &Connection, tenant: TenantId, id: PersonId) -> Result<bool, Fault> {
    exists(conn, EXISTS, params![id.0.into_bytes(), tenant.0])
}

/// Records by id, those after this one.
pub(super) fn after(
    conn: &Connection,
    tenant: TenantId,
    after: Option<PersonId>,
    limit: usize,
) -> Result<Vec<Person>, Fault> {
    // Before any id is one of no bytes.
    let after = after.map_or_else(Vec::new, |id| id.0.into_bytes().to_vec());
    all(conn, AFTER, params![tenant.0, after, int(limit)], PERSON, read)
}

/// Records whose keys were made by another basis than this.
pub(super) fn of_another_basis(
    conn: &Connection,
    tenant: TenantId,
    basis: &KeyBasis,
    limit: usize,
) -> Result<Vec<Person>, Fault> {
    let region = basis.region.to_string();
    let mut people = Vec::new();
    for sql in [OF_EARLIER_SCHEME, OF_LATER_SCHEME] {
        let left = int(limit - people.len());
        people.extend(all(conn, sql, params![tenant.0, basis.scheme, left], PERSON, read)?);
    }
    for sql in [OF_REGION_BEFORE, OF_REGION_AFTER] {
        let left = int(limit - people.len());
        people.extend(all(conn, sql, params![tenant.0, basis.scheme, left, region], PERSON, read)?);
    }
    Ok(people)
}

/// Makes the record what `person` says, found under `keys` and no others.
pub(super) fn save(tx: &Tx<'_>, person: &Person, keys: &RecordKeys) -> Result<(), Fault> {
    let changes = crm::followed(tx)?
        && self::person(tx.conn, tx.tenant, person.id)?.is_none_or(|before| before != *person);
    save_row(tx, person, keys, true)?;
    if changes { outbox::record_changed(tx, Local::Person(person.id)) } else { Ok(()) }
}

/// The same without its being noted in the outbox; where `awaited`, calls may wait for its numbers.
pub(super) fn save_row(tx: &Tx<'_>, person: &Person, keys: &RecordKeys, awaited: bool) -> Result<(), Fault> {
    let now = Indexed::of(person, keys);
    let known = indexed(tx, person.id)?;
    write_row(tx, if known.is_some() { UPDATE } else { INSERT }, person, &keys.basis, &now)?;
    let (id, before) = known.unwrap_or_else(|| (tx.conn.last_insert_rowid(), Indexed::default()));
    if awaited && now.has_a_key_beside(&before) {
        late::note(tx, person.id, person.version)?;
    }
    reindex(tx, id, &before, &now)
}

/// Has the record found under `keys` and no others, where it is at this version still.
pub(super) fn rekey(tx: &Tx<'_>, id: PersonId, version: u64, keys: &RecordKeys) -> Result<(), Fault> {
    let Some(person) = person(tx.conn, tx.tenant, id)?.filter(|person| person.version == version) else {
        return Ok(());
    };
    check_keys(&person, keys)?;
    let Some((row_id, before)) = indexed(tx, id)? else { return Ok(()) };
    let now = Indexed::of(&person, keys);
    let (basis, region) = (&keys.basis, keys.basis.region.to_string());
    let row = params![row_id, json(PERSON, &now.keys)?, basis.scheme, region, joined(&now.words)];
    run(tx.conn, REKEY, row)?;
    reindex(tx, row_id, &before, &now)
}

/// Takes the record away.
pub(super) fn delete(tx: &Tx<'_>, id: PersonId) -> Result<(), Fault> {
    let Some((row_id, before)) = indexed(tx, id)? else { return Ok(()) };
    reindex(tx, row_id, &before, &Indexed::default())?;
    run(tx.conn, DELETE, params![row_id])?;
    Ok(())
}

/// Whoever belongs to the one Account belongs to the other now.
pub(super) fn move_account(tx: &Tx<'_>, from: PersonId, into: PersonId) -> Result<(), Fault> {
    run(tx.conn, MOVE_ACCOUNT, params![tx.tenant.0, from.0.into_bytes(), into.0.into_bytes()])?;
    Ok(())
}

fn indexed(tx: &Tx<'_>, id: PersonId) -> Result<Option<(i64, Indexed)>, Fault> {
    first(tx.conn, INDEXED, params![id.0.into_bytes(), tx.tenant.0], PERSON, |row| {
        let id = row.get("id")?;
        let keys = row.json("phone_keys")?;
        let words: String = row.get("search_words")?;
        Ok((id, Indexed { keys, words: split(&words) }))
    })
}

fn reindex(tx: &Tx<'_>, id: i64, before: &Indexed, now: &Indexed) -> Result<(), Fault> {
    let tenant = tx.tenant.0;
    for (key, field) in before.keys.difference(&now.keys) {
        run(tx.conn, REMOVE_KEY, params![tenant, key, id, field])?;
    }
    for (key, field) in now.keys.difference(&before.keys) {
        run(tx.conn, ADD_KEY, params![tenant, key, id, field])?;
    }
    PERSON_WORDS.replace(tx, id, &before.words, &now.words)
}

fn write_row(
    tx: &Tx<'_>,
    sql: &str,
    person: &Person,
    basis: &KeyBasis,
    indexed: &Indexed,
) -> Result<(), Fault> {
    let row = params![
        tx.tenant.0,
        person.id.0.into_bytes(),
        person.kind.code(),
        person.name,
        person.company,
        person.email,
        json(PERSON, &person.phones)?,
        int(person.version),
        person.created_by_call.map(|call| call.0.into_bytes()),
        json(PERSON, &indexed.keys)?,
        basis.scheme,
        joined(&indexed.words),
        person.account.map(|account| account.0.into_bytes()),
        basis.region.to_string(),
        person.owner.map(|owner| owner.0.into_bytes()),
    ];
    run(tx.conn, sql, row)?;
    Ok(())
}

fn read(row: &mut Fields<'_, '_>) -> Result<Person, Fault> {
    Ok(Person {
        id: PersonId(row.uuid("key")?),
        kind: row.code("kind")?,
        name: row.get("name")?,
        company: row.get("company")?,
        account: row.opt_uuid("account")?.map(PersonId),
        email: row.get("email")?,
        phones: row.json("phones")?,
        version: row.count("version")?,
        created_by_call: row.opt_uuid("created_by_call")?.map(CallKey),
        owner: row.opt_uuid("owner")?.map(UserId),
    })
}

pub(super) fn read_line(row: &mut Fields<'_, '_>) -> Result<PersonLine, Fault> {
    read_line_and_phones(row).map(|(line, _)| line)
}

/// A record in one line, from its five columns, and all of its phone texts.
pub(super) fn read_line_and_phones(row: &mut Fields<'_, '_>) -> Result<(PersonLine, Vec<PhoneText>), Fault> {
    let (id, kind) = (PersonId(row.uuid("key")?), row.code("kind")?);
    let (name, company) = (row.get("name")?, row.get("company")?);
    let phones: Vec<PhoneText> = row.json("phones")?;
    let phone = phones.first().map(|phone| phone.raw.clone());
    Ok((PersonLine { id, kind, name, company, phone }, phones))
}
