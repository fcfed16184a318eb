//! Cases, the list of each record's, and the words they are found by: SQL, and how rows become a [`Case`] and
//! back.

use super::codes::Code;
use super::fault::Fault;
use super::outbox;
use super::statement::{Fields, all, exists, first, int, run};
use super::transaction::Tx;
use super::words::{CASE_WORDS, joined, split};
use crate::contract::number_taken;
use crate::errors::inconsistent;
use crate::search::{Query, case_number, subject_words};
use domain::case::Case;
use domain::id::{CallKey, CaseId, PersonId, TenantId, UserId};
use domain::mirror::Local;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

const CASE: &str = "case_record";

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT key, number, subject, description, status, priority, contact, account, owner, ",
            "created_by_call, opened_at, closed_at, version, id, search_words FROM case_record ",
            $from
        )
    };
}

const BY_KEY: &str = select!("WHERE key = ?1 AND tenant_id = ?2");
const BY_ID: &str = select!("WHERE id = ?1");
const AFTER: &str = select!("WHERE tenant_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3");
const EXISTS: &str = "SELECT 1 FROM case_record WHERE key = ?1 AND tenant_id = ?2";
const VERSION: &str = "SELECT version FROM case_record WHERE key = ?1 AND tenant_id = ?2";
const OF_NUMBER: &str = "SELECT id FROM case_record WHERE tenant_id = ?1 AND number = ?2";
const LAST_NUMBER: &str = "SELECT number FROM case_record WHERE tenant_id = ?1 ORDER BY number DESC LIMIT 1";
const INSERT: &str = "INSERT INTO case_record (tenant_id, key, number, subject, description, status, priority, \
    contact, account, owner, created_by_call, opened_at, closed_at, version, search_words) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
/// The number is never set again, and an index holds it.
const UPDATE: &str = "UPDATE case_record SET subject = ?4, description = ?5, status = ?6, priority = ?7, \
    contact = ?8, account = ?9, owner = ?10, created_by_call = ?11, opened_at = ?12, closed_at = ?13, \
    version = ?14, search_words = ?15 WHERE key = ?2 AND tenant_id = ?1";

const RENUMBER: &str = "UPDATE case_record SET number = ?3 WHERE key = ?2 AND tenant_id = ?1";

const ALL_OF_PERSON: &str = "SELECT DISTINCT case_id FROM case_person WHERE tenant_id = ?1 AND person = ?2";
const OF_PERSON: &str = "SELECT case_id FROM case_person WHERE tenant_id = ?1 AND person = ?2 \
    ORDER BY is_open DESC, case_id DESC LIMIT ?3";
const LIST: &str = "INSERT INTO case_person (tenant_id, person, is_open, case_id) VALUES (?1, ?2, ?3, ?4)";
const UNLIST: &str =
    "DELETE FROM case_person WHERE tenant_id = ?1 AND person = ?2 AND is_open = ?3 AND case_id = ?4";

pub(super) fn case(conn: &Connection, tenant: TenantId, id: CaseId) -> Result<Option<Case>, Fault> {
    first(conn, BY_KEY, params![id.0.into_bytes(), tenant.0], CASE, read)
}

/// Cases by number, those after this one.
pub(super) fn after(
    conn: &Connection,
    tenant: TenantId,
    after: u64,
    limit: usize,
) -> Result<Vec<Case>, Fault> {
    all(conn, AFTER, params![tenant.0, int(after), int(limit)], CASE, read)
}

pub(super) fn is_there(conn: &Connection, tenant: TenantId, id: CaseId) -> Result<bool, Fault> {
    exists(conn, EXISTS, params![id.0.into_bytes(), tenant.0])
}

/// The version of a Case; 0 where there is none.
pub(super) fn version(conn: &Connection, tenant: TenantId, id: CaseId) -> Result<u64, Fault> {
    let key = params![id.0.into_bytes(), tenant.0];
    Ok(first(conn, VERSION, key, CASE, |row| row.count("version"))?.unwrap_or(0))
}

/// The Cases of a record, open ones first.
pub(super) fn of_person(
    conn: &Connection,
    tenant: TenantId,
    person: PersonId,
    limit: usize,
) -> Result<Vec<Case>, Fault> {
    let list = params![tenant.0, person.0.into_bytes(), int(limit)];
    let ids: Vec<i64> = all(conn, OF_PERSON, list, "case_person", |row| row.get("case_id"))?;
    rows_of(conn, ids)
}

/// Every Case of a record, in no order.
pub(super) fn all_of_person(
    conn: &Connection,
    tenant: TenantId,
    person: PersonId,
) -> Result<Vec<Case>, Fault> {
    let list = params![tenant.0, person.0.into_bytes()];
    let ids: Vec<i64> = all(conn, ALL_OF_PERSON, list, "case_person", |row| row.get("case_id"))?;
    rows_of(conn, ids)
}

/// The Case of the number that was typed, then those whose subject holds the words.
pub(super) fn search(
    conn: &Connection,
    tenant: TenantId,
    text: &str,
    limit: usize,
) -> Result<Vec<Case>, Fault> {
    let numbered = match case_number(text) {
        Some(number) => of_number(conn, tenant, number)?,
        None => None,
    };
    let found = CASE_WORDS.with_all_words(conn, tenant, Query::new(text).words())?;
    let others = found.into_iter().rev().filter(|id| Some(*id) != numbered);
    rows_of(conn, numbered.into_iter().chain(others).take(limit))
}

fn of_number(conn: &Connection, tenant: TenantId, number: u64) -> Result<Option<i64>, Fault> {
    first(conn, OF_NUMBER, params![tenant.0, int(number)], CASE, |row| row.get("id"))
}

fn rows_of(conn: &Connection, ids: impl IntoIterator<Item = i64>) -> Result<Vec<Case>, Fault> {
    let row = |id: i64| {
        let case = first(conn, BY_ID, params![id], CASE, read)?;
        case.ok_or_else(|| inconsistent("case_person", "case_id", &id, "no Case").into())
    };
    ids.into_iter().map(row).collect()
}

/// A Case, its row id, and the words it stands under.
struct Stored {
    case: Case,
    row_id: i64,
    words: BTreeSet<String>,
}

/// Makes the Case what `said` says. Its number is given once and stays.
pub(super) fn save(tx: &Tx<'_>, said: &Case) -> Result<(), Fault> {
    if save_row(tx, said)? { outbox::record_changed(tx, Local::Case(said.id)) } else { Ok(()) }
}

/// The same without its being noted in the outbox; whether anything changed.
fn save_row(tx: &Tx<'_>, said: &Case) -> Result<bool, Fault> {
    let key = params![said.id.0.into_bytes(), tx.tenant.0];
    let before = first(tx.conn, BY_KEY, key, CASE, read_stored)?;
    let number = match &before {
        Some(before) => before.case.number,
        None => number_of_new(tx, said)?,
    };
    let now = Case { number, ..said.clone() };
    if before.as_ref().is_some_and(|before| before.case == now) {
        return Ok(false);
    }
    let words = subject_words(&now.subject);
    write_row(tx, if before.is_some() { UPDATE } else { INSERT }, &now, &words)?;
    let row_id = before.as_ref().map_or_else(|| tx.conn.last_insert_rowid(), |before| before.row_id);
    CASE_WORDS.replace(
        tx,
        row_id,
        &before.as_ref().map(|row| row.words.clone()).unwrap_or_default(),
        &words,
    )?;
    relist(tx, row_id, before.as_ref().map(|before| &before.case), &now)?;
    Ok(true)
}

/// Makes the Case what the CRM says, with the number it has there: it is the one that people say. Where another Case here
/// has that number, it keeps the one it has, or gets the next one.
pub(super) fn save_mirrored(tx: &Tx<'_>, said: &Case) -> Result<(), Fault> {
    let known = case(tx.conn, tx.tenant, said.id)?;
    let free = said.number != 0 && of_number(tx.conn, tx.tenant, said.number)?.is_none();
    match known {
        Some(known) if free && known.number != said.number => {
            let key = params![tx.tenant.0, said.id.0.into_bytes(), int(said.number)];
            run(tx.conn, RENUMBER, key)?;
            save_row(tx, said)?
        }
        None if !free => save_row(tx, &Case { number: 0, ..said.clone() })?,
        _ => save_row(tx, said)?,
    };
    Ok(())
}

fn number_of_new(tx: &Tx<'_>, case: &Case) -> Result<u64, Fault> {
    if case.number == 0 {
        let last = first(tx.conn, LAST_NUMBER, params![tx.tenant.0], CASE, |row| row.count("number"))?;
        return Ok(last.unwrap_or(0) + 1);
    }
    match of_number(tx.conn, tx.tenant, case.number)? {
        Some(_) => Err(number_taken(case).into()),
        None => Ok(case.number),
    }
}

/// On whose lists the Case stands, and whether among the open ones.
fn listed(case: &Case) -> BTreeSet<(PersonId, bool)> {
    let people = case.contact.into_iter().chain(case.account);
    people.map(|person| (person, case.closed_at.is_none())).collect()
}

fn relist(tx: &Tx<'_>, row_id: i64, before: Option<&Case>, now: &Case) -> Result<(), Fault> {
    let (before, now) = (before.map(listed).unwrap_or_default(), listed(now));
    for (person, open) in before.difference(&now) {
        run(tx.conn, UNLIST, params![tx.tenant.0, person.0.into_bytes(), open, row_id])?;
    }
    for (person, open) in now.difference(&before) {
        run(tx.conn, LIST, params![tx.tenant.0, person.0.into_bytes(), open, row_id])?;
    }
    Ok(())
}

fn write_row(tx: &Tx<'_>, sql: &str, case: &Case, words: &BTreeSet<String>) -> Result<(), Fault> {
    let row = params![
        tx.tenant.0,
        case.id.0.into_bytes(),
        int(case.number),
        case.subject,
        case.description,
        case.status.code(),
        case.priority.code(),
        case.contact.map(|person| person.0.into_bytes()),
        case.account.map(|person| person.0.into_bytes()),
        case.owner.map(|user| user.0.into_bytes()),
        case.created_by_call.map(|call| call.0.into_bytes()),
        case.opened_at.0,
        case.closed_at.map(|at| at.0),
        int(case.version),
        joined(words),
    ];
    run(tx.conn, sql, row)?;
    Ok(())
}

fn read_stored(row: &mut Fields<'_, '_>) -> Result<Stored, Fault> {
    let case = read(row)?;
    let row_id = row.get("id")?;
    let words: String = row.get("search_words")?;
    Ok(Stored { case, row_id, words: split(&words) })
}

fn read(row: &mut Fields<'_, '_>) -> Result<Case, Fault> {
    Ok(Case {
        id: CaseId(row.uuid("key")?),
        number: row.count("number")?,
        subject: row.get("subject")?,
        description: row.get("description")?,
        status: row.code("status")?,
        priority: row.code("priority")?,
        contact: row.opt_uuid("contact")?.map(PersonId),
        account: row.opt_uuid("account")?.map(PersonId),
        owner: row.opt_uuid("owner")?.map(UserId),
        created_by_call: row.opt_uuid("created_by_call")?.map(CallKey),
        opened_at: row.at("opened_at")?,
        closed_at: row.opt_at("closed_at")?,
        version: row.count("version")?,
    })
}
