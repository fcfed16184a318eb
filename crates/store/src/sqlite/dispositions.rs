//! Disposition sets and codes: SQL, and how rows become a [`DispositionSet`] and back.

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use crate::errors::inconsistent;
use domain::disposition::{DispositionCode, DispositionSet, Label};
use domain::id::{CodeId, SetId, TenantId};
use rusqlite::{Connection, params};

const SET: &str = "disposition_set";
const CODE: &str = "disposition_code";

const SETS: &str = "SELECT id, key, name, direction, version, ring_groups, retired FROM disposition_set WHERE tenant_id = ?1 \
    ORDER BY key";
const CODES: &str = "SELECT key, label_es, label_en, position, favourite, requires_notes, retired, version, traits \
    FROM disposition_code WHERE set_id = ?1 ORDER BY position, key";
const SET_ID: &str = "SELECT id FROM disposition_set WHERE tenant_id = ?1 AND key = ?2";
const SET_VERSION: &str = "SELECT version FROM disposition_set WHERE tenant_id = ?1 AND key = ?2";
const CODE_VERSION: &str = "SELECT version FROM disposition_code WHERE tenant_id = ?1 AND key = ?2";
const UPSERT_SET: &str = "INSERT INTO disposition_set (tenant_id, key, name, direction, version, \
    ring_groups, retired) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
    ON CONFLICT (tenant_id, key) DO UPDATE SET name = ?3, direction = ?4, version = ?5, ring_groups = ?6, \
    retired = ?7";
const UPSERT_CODE: &str = "INSERT INTO disposition_code (tenant_id, key, set_id, label_es, label_en, position, \
    favourite, requires_notes, retired, version, traits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
    ON CONFLICT (tenant_id, key) DO UPDATE SET set_id = ?3, label_es = ?4, label_en = ?5, position = ?6, \
    favourite = ?7, requires_notes = ?8, retired = ?9, version = ?10, traits = ?11";

pub(super) fn sets(conn: &Connection, tenant: TenantId) -> Result<Vec<DispositionSet>, Fault> {
    let rows = all(conn, SETS, params![tenant.0], SET, |row| Ok((row.get::<i64>("id")?, read_set(row)?)))?;
    let with_codes = |(id, mut set): (i64, DispositionSet)| {
        set.codes = all(conn, CODES, params![id], CODE, |row| read_code(row, set.id))?;
        Ok(set)
    };
    rows.into_iter().map(with_codes).collect()
}

/// The version of a set; 0 where there is none.
pub(super) fn set_version(conn: &Connection, tenant: TenantId, id: SetId) -> Result<u64, Fault> {
    let key = params![tenant.0, id.0.into_bytes()];
    Ok(first(conn, SET_VERSION, key, SET, |row| row.count("version"))?.unwrap_or(0))
}

/// The version of a code; 0 where there is none.
pub(super) fn code_version(conn: &Connection, tenant: TenantId, id: CodeId) -> Result<u64, Fault> {
    let key = params![tenant.0, id.0.into_bytes()];
    Ok(first(conn, CODE_VERSION, key, CODE, |row| row.count("version"))?.unwrap_or(0))
}

/// Makes the set what `set` says; its codes are saved apart.
pub(super) fn save_set(tx: &Tx<'_>, set: &DispositionSet) -> Result<(), Fault> {
    let row = params![
        tx.tenant.0,
        set.id.0.into_bytes(),
        set.name,
        set.direction.code(),
        int(set.version),
        json(SET, &set.ring_groups)?,
        set.retired,
    ];
    run(tx.conn, UPSERT_SET, row)?;
    Ok(())
}

/// Makes the code what `code` says.
pub(super) fn save_code(tx: &Tx<'_>, code: &DispositionCode) -> Result<(), Fault> {
    let set_key = params![tx.tenant.0, code.set.0.into_bytes()];
    let set_id: Option<i64> = first(tx.conn, SET_ID, set_key, SET, |row| row.get("id"))?;
    let Some(set_id) = set_id else {
        return Err(inconsistent("code", "set_id", &code.id, "its set is unknown").into());
    };
    let row = params![
        tx.tenant.0,
        code.id.0.into_bytes(),
        set_id,
        code.label.es,
        code.label.en,
        code.position,
        code.favourite,
        code.requires_notes,
        code.retired,
        int(code.version),
        json(CODE, &code.traits)?,
    ];
    run(tx.conn, UPSERT_CODE, row)?;
    Ok(())
}

fn read_set(row: &mut Fields<'_, '_>) -> Result<DispositionSet, Fault> {
    Ok(DispositionSet {
        id: SetId(row.uuid("key")?),
        name: row.get("name")?,
        direction: row.code("direction")?,
        version: row.count("version")?,
        ring_groups: row.json("ring_groups")?,
        retired: row.get("retired")?,
        codes: Vec::new(),
    })
}

fn read_code(row: &mut Fields<'_, '_>, set: SetId) -> Result<DispositionCode, Fault> {
    Ok(DispositionCode {
        id: CodeId(row.uuid("key")?),
        set,
        label: Label { es: row.get("label_es")?, en: row.get("label_en")? },
        position: row.get("position")?,
        favourite: row.get("favourite")?,
        requires_notes: row.get("requires_notes")?,
        retired: row.get("retired")?,
        version: row.count("version")?,
        traits: row.json("traits")?,
    })
}
