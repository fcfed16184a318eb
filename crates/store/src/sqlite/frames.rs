//! Raw frames, how far each source got and who is in its queues: SQL, and how rows become a [`FrameChunk`] and back.

use super::completeness;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, run};
use super::transaction::Tx;
use crate::answers::SourceProgress;
use crate::contract::check_frames;
use domain::commit::FrameChunk;
use domain::event::QueuePlace;
use domain::id::{AgentKey, At, TenantId};
use rusqlite::{Connection, params};

const SOURCE: &str = "source";
const FRAMES: &str = "frame_chunk";
const QUEUE_MEMBER: &str = "queue_member";

const SOURCE_ROW: &str = "SELECT id, last_chunk, last_connection, resume_from, heard_at FROM source \
    WHERE tenant_id = ?1 AND name = ?2";
const ADD_SOURCE: &str = "INSERT INTO source (tenant_id, name, last_chunk, last_connection, resume_from) \
    VALUES (?1, ?2, 0, 0, 0)";
const ADVANCE: &str = "UPDATE source SET last_chunk = ?2, last_connection = ?3, heard_at = ?4 WHERE id = ?1";
const RESUME: &str = "UPDATE source SET resume_from = ?2 WHERE id = ?1";
const BYTES: &str = "SELECT bytes FROM frame_chunk WHERE source_id = ?1 AND chunk = ?2";
const ADD: &str = "INSERT INTO frame_chunk (source_id, chunk, connection, first_frame, received_at, bytes) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const FORGET: &str = "DELETE FROM frame_chunk WHERE source_id = ?1 AND chunk < ?2 AND received_at < ?3";
const FROM: &str = "SELECT chunk, connection, first_frame, received_at, bytes FROM frame_chunk \
    WHERE source_id = ?1 AND chunk >= ?2 ORDER BY chunk LIMIT ?3";

const MEMBERS: &str = "SELECT queue, interface, agent FROM queue_member WHERE source_id = ?1 \
    ORDER BY queue, interface, agent";
const FORGET_MEMBERS: &str = "DELETE FROM queue_member WHERE source_id = ?1";
const ADD_MEMBER: &str =
    "INSERT INTO queue_member (source_id, queue, interface, agent) VALUES (?1, ?2, ?3, ?4)";

#[derive(Clone, Copy, Debug)]
struct SourceRow {
    id: i64,
    last_chunk: u64,
    last_connection: u64,
    resume_from: u64,
    heard_at: Option<At>,
}

fn source_row(conn: &Connection, tenant: TenantId, name: &str) -> Result<Option<SourceRow>, Fault> {
    first(conn, SOURCE_ROW, params![tenant.0, name], SOURCE, |row| {
        Ok(SourceRow {
            id: row.get("id")?,
            last_chunk: row.count("last_chunk")?,
            last_connection: row.count("last_connection")?,
            resume_from: row.count("resume_from")?,
            heard_at: row.opt_at("heard_at")?,
        })
    })
}

fn source_row_or_new(tx: &Tx<'_>, name: &str) -> Result<SourceRow, Fault> {
    if let Some(row) = source_row(tx.conn, tx.tenant, name)? {
        return Ok(row);
    }
    run(tx.conn, ADD_SOURCE, params![tx.tenant.0, name])?;
    let id = tx.conn.last_insert_rowid();
    Ok(SourceRow { id, last_chunk: 0, last_connection: 0, resume_from: 0, heard_at: None })
}

pub(super) fn progress(conn: &Connection, tenant: TenantId, name: &str) -> Result<SourceProgress, Fault> {
    let row = source_row(conn, tenant, name)?;
    let (last_chunk, last_connection, resume_from) =
        row.map_or((0, 0, 0), |row| (row.last_chunk, row.last_connection, row.resume_from));
    Ok(SourceProgress::new(last_chunk, last_connection, resume_from))
}

pub(super) fn chunks(
    conn: &Connection,
    tenant: TenantId,
    name: &str,
    from: u64,
    limit: usize,
) -> Result<Vec<FrameChunk>, Fault> {
    let Some(source) = source_row(conn, tenant, name)? else { return Ok(Vec::new()) };
    all(conn, FROM, params![source.id, int(from), int(limit)], FRAMES, |row| read(row, name))
}

/// Stores a chunk; one that is stored already is left as it is.
pub(super) fn receive(tx: &Tx<'_>, chunk: &FrameChunk) -> Result<(), Fault> {
    let source = source_row_or_new(tx, &chunk.source)?;
    let number = int(chunk.chunk);
    let stored: Option<Vec<u8>> = match chunk.chunk > source.last_chunk {
        true => None,
        false => first(tx.conn, BYTES, params![source.id, number], FRAMES, |row| row.get("bytes"))?,
    };
    if !check_frames(chunk, source.last_chunk, stored.as_deref())? {
        return Ok(());
    }
    let (connection, first_frame) = (int(chunk.connection), int(chunk.first_frame));
    if let Some(heard) = source.heard_at.filter(|_| chunk.connection > source.last_connection) {
        completeness::add_deaf(tx, &chunk.source, heard, chunk.received_at)?;
    }
    run(tx.conn, ADVANCE, params![source.id, number, connection, chunk.received_at.0])?;
    let row = params![source.id, number, connection, first_frame, chunk.received_at.0, chunk.bytes];
    run(tx.conn, ADD, row)?;
    Ok(())
}

pub(super) fn resume_from(tx: &Tx<'_>, name: &str, chunk: u64) -> Result<(), Fault> {
    let source = source_row_or_new(tx, name)?;
    if source.resume_from != chunk {
        run(tx.conn, RESUME, params![source.id, int(chunk)])?;
    }
    Ok(())
}

pub(super) fn forget(tx: &Tx<'_>, name: &str, before: At) -> Result<(), Fault> {
    if let Some(source) = source_row(tx.conn, tx.tenant, name)? {
        run(tx.conn, FORGET, params![source.id, int(source.resume_from), before.0])?;
    }
    Ok(())
}

pub(super) fn queue_members(
    conn: &Connection,
    tenant: TenantId,
    name: &str,
) -> Result<Vec<QueuePlace>, Fault> {
    let Some(source) = source_row(conn, tenant, name)? else { return Ok(Vec::new()) };
    all(conn, MEMBERS, params![source.id], QUEUE_MEMBER, |row| {
        Ok(QueuePlace {
            queue: row.get("queue")?,
            interface: row.get("interface")?,
            agent: AgentKey(row.get("agent")?),
        })
    })
}

/// All members of a source at once: they are told in lists, and change a few times a day.
pub(super) fn save_queue_members(tx: &Tx<'_>, name: &str, members: &[QueuePlace]) -> Result<(), Fault> {
    let source = source_row_or_new(tx, name)?;
    run(tx.conn, FORGET_MEMBERS, params![source.id])?;
    for member in members {
        run(tx.conn, ADD_MEMBER, params![source.id, member.queue, member.interface, member.agent.0])?;
    }
    Ok(())
}

fn read(row: &mut Fields<'_, '_>, source: &str) -> Result<FrameChunk, Fault> {
    Ok(FrameChunk {
        source: source.to_owned(),
        chunk: row.count("chunk")?,
        connection: row.count("connection")?,
        first_frame: row.count("first_frame")?,
        received_at: row.at("received_at")?,
        bytes: row.get("bytes")?,
    })
}
