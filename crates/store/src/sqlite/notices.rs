//! Endpoints, what they are told, and what became of that: SQL, and how rows become these and back. What follows from a
//! call is looked for here when a Commit that may change how it stands has been applied; which notices these are,
//! [`domain::notice::decide`] says. A tenant without an endpoint has one look into an empty index for it, and nothing written.

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, json, run};
use super::transaction::Tx;
use super::{activities, calls};
use crate::notices::{DeliveryPage, DeliveryTally};
use domain::correction::Correction;
use domain::id::{At, CallKey, EndpointId, NoticeId, TenantId};
use domain::notice::delivery::{Attempted, Delivery, DeliveryState};
use domain::notice::endpoint::{Endpoint, Fared};
use domain::notice::{News, Notice, NoticeKind, decide};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::rc::Rc;

const ENDPOINT: &str = "webhook_endpoint";
const COUNT: &str = "webhook_count";
const NOTICE: &str = "webhook_notice";
const DELIVERY: &str = "webhook_delivery";

const ENDPOINTS: &str =
    "SELECT id, endpoint FROM webhook_endpoint WHERE tenant_id = ?1 AND removed = 0 ORDER BY id";
const ENDPOINT_ROW: &str =
    "SELECT id, version FROM webhook_endpoint WHERE key = ?1 AND tenant_id = ?2 AND removed = 0";
const SAVE_ENDPOINT: &str = "INSERT INTO webhook_endpoint (tenant_id, key, removed, version, endpoint) \
    VALUES (?1, ?2, 0, ?3, ?4) ON CONFLICT (key, tenant_id) DO UPDATE SET version = ?3, endpoint = ?4 \
    WHERE removed = 0";
/// Its secrets go at once.
const REMOVE_ENDPOINT: &str =
    "UPDATE webhook_endpoint SET removed = 1, endpoint = '' WHERE key = ?1 AND tenant_id = ?2";
const NUMBER: &str = "INSERT INTO webhook_count (tenant_id, notices, late_up_to) VALUES (?1, 1, NULL) \
    ON CONFLICT (tenant_id) DO UPDATE SET notices = notices + 1";
const NUMBERED: &str = "SELECT notices FROM webhook_count WHERE tenant_id = ?1";
const LATE_UP_TO: &str = "SELECT late_up_to FROM webhook_count WHERE tenant_id = ?1";
const SET_LATE_UP_TO: &str = "INSERT INTO webhook_count (tenant_id, notices, late_up_to) VALUES (?1, 0, ?2) \
    ON CONFLICT (tenant_id) DO UPDATE SET late_up_to = ?2";
const ADD_NOTICE: &str =
    "INSERT INTO webhook_notice (tenant_id, key, kind, at, body) VALUES (?1, ?2, ?3, ?4, ?5)";
const NOTICE_ROW: &str = "SELECT id FROM webhook_notice WHERE key = ?1 AND tenant_id = ?2";
const ADD_DELIVERY: &str = "INSERT INTO webhook_delivery (tenant_id, endpoint_id, notice_id, state, tries, \
    not_before, last) VALUES (?1, ?2, ?3, 'waiting', 0, 0, NULL)";
const TRIED: &str = "UPDATE webhook_delivery SET state = ?3, tries = ?4, not_before = ?5, last = ?6 \
    WHERE notice_id = ?1 AND endpoint_id = ?2";
const AGAIN: &str = "UPDATE webhook_delivery SET state = 'waiting', tries = 0, not_before = ?3 \
    WHERE notice_id = ?1 AND endpoint_id = ?2";
const OLDEST: &str = "SELECT at FROM webhook_notice WHERE tenant_id = ?1 ORDER BY at, id LIMIT 1";
const OLD: &str = "SELECT id FROM webhook_notice WHERE tenant_id = ?1 AND at < ?2 ORDER BY at, id LIMIT ?3";
const FORGET_DELIVERIES: &str = "DELETE FROM webhook_delivery WHERE notice_id = ?1";
const FORGET: &str = "DELETE FROM webhook_notice WHERE id = ?1";
const TALLY: &str = "SELECT \
    (SELECT COUNT(*) FROM webhook_delivery WHERE endpoint_id = ?1 AND state = 'waiting') AS waiting, \
    (SELECT COUNT(*) FROM webhook_delivery WHERE endpoint_id = ?1 AND state = 'dead') AS dead";
const NEXT: &str = "SELECT not_before FROM webhook_delivery \
    WHERE endpoint_id = ?1 AND state = 'waiting' ORDER BY not_before, id LIMIT 1";

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT d.id, n.key, n.kind, n.at, n.body, d.state, d.tries, d.not_before, d.last ",
            "FROM webhook_delivery d JOIN webhook_notice n ON n.id = d.notice_id ",
            $from
        )
    };
}

const DUE: &str = select!(
    "WHERE d.endpoint_id = ?1 AND d.state = 'waiting' AND d.not_before <= ?2 \
    ORDER BY d.not_before, d.id LIMIT ?3"
);
const ALL: &str = select!("WHERE d.endpoint_id = ?1 AND d.id < ?2 ORDER BY d.id DESC LIMIT ?3");
const IN_STATE: &str =
    select!("WHERE d.endpoint_id = ?1 AND d.id < ?2 AND d.state = ?4 ORDER BY d.id DESC LIMIT ?3");
const ONE: &str = select!("WHERE d.notice_id = ?1 AND d.endpoint_id = ?2");

/// What a Commit looks after, until it has been applied.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// The endpoints and their rows, once they were asked for.
    endpoints: Option<Rc<Vec<(i64, Endpoint)>>>,
    /// Whether there was anybody to tell before the Commit, once that was asked for.
    anybody: Option<bool>,
    /// What had been told of each call before.
    before: BTreeMap<CallKey, Option<NoticeKind>>,
    corrections: Vec<Correction>,
    merged: Vec<(CallKey, CallKey)>,
}

pub(super) fn endpoints(conn: &Connection, tenant: TenantId) -> Result<Vec<Endpoint>, Fault> {
    Ok(read_endpoints(conn, tenant)?.into_iter().map(|(_, endpoint)| endpoint).collect())
}

pub(super) fn version(conn: &Connection, tenant: TenantId, id: EndpointId) -> Result<u64, Fault> {
    Ok(endpoint_row(conn, tenant, id)?.map_or(0, |(_, version)| version))
}

pub(super) fn due(
    conn: &Connection,
    tenant: TenantId,
    endpoint: EndpointId,
    now: At,
    limit: usize,
) -> Result<Vec<Delivery>, Fault> {
    let Some((id, _)) = endpoint_row(conn, tenant, endpoint)? else { return Ok(Vec::new()) };
    let rows = all(conn, DUE, params![id, now.0, int(limit)], DELIVERY, read)?;
    Ok(rows.into_iter().map(|(_, delivery)| delivery).collect())
}

pub(super) fn next(conn: &Connection, tenant: TenantId, endpoint: EndpointId) -> Result<Option<At>, Fault> {
    let Some((id, _)) = endpoint_row(conn, tenant, endpoint)? else { return Ok(None) };
    first(conn, NEXT, params![id], DELIVERY, |row| row.at("not_before"))
}

/// A page of what an endpoint is told, which goes on below row `before`.
pub(super) fn page(
    conn: &Connection,
    tenant: TenantId,
    endpoint: EndpointId,
    state: Option<DeliveryState>,
    before: i64,
    limit: usize,
) -> Result<DeliveryPage, Fault> {
    let Some((id, _)) = endpoint_row(conn, tenant, endpoint)? else { return Ok(DeliveryPage::default()) };
    let most = int(limit + 1);
    let mut rows = match state {
        None => all(conn, ALL, params![id, before, most], DELIVERY, read)?,
        Some(state) => all(conn, IN_STATE, params![id, before, most, state.code()], DELIVERY, read)?,
    };
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(id, _)| id.to_string());
    Ok(DeliveryPage { deliveries: rows.into_iter().map(|(_, delivery)| delivery).collect(), next })
}

pub(super) fn one(
    conn: &Connection,
    tenant: TenantId,
    endpoint: EndpointId,
    notice: NoticeId,
) -> Result<Option<Delivery>, Fault> {
    let Some((notice, endpoint)) = rows_of(conn, tenant, endpoint, notice)? else { return Ok(None) };
    let found = first(conn, ONE, params![notice, endpoint], DELIVERY, read)?;
    Ok(found.map(|(_, delivery)| delivery))
}

pub(super) fn tally(
    conn: &Connection,
    tenant: TenantId,
    endpoint: EndpointId,
) -> Result<DeliveryTally, Fault> {
    let Some((id, _)) = endpoint_row(conn, tenant, endpoint)? else { return Ok(DeliveryTally::default()) };
    let tally = first(conn, TALLY, params![id], DELIVERY, |row| {
        Ok(DeliveryTally { waiting: row.count("waiting")?, dead: row.count("dead")? })
    })?;
    Ok(tally.unwrap_or_default())
}

pub(super) fn late_up_to(conn: &Connection, tenant: TenantId) -> Result<Option<At>, Fault> {
    Ok(first(conn, LATE_UP_TO, params![tenant.0], COUNT, |row| row.opt_at("late_up_to"))?.flatten())
}

pub(super) fn oldest(conn: &Connection, tenant: TenantId) -> Result<Option<At>, Fault> {
    first(conn, OLDEST, params![tenant.0], NOTICE, |row| row.at("at"))
}

/// Takes note of how a call stands before it may be changed.
pub(super) fn watch(tx: &Tx<'_>, call: CallKey) -> Result<(), Fault> {
    if !anybody(tx)? || tx.watched.borrow().before.contains_key(&call) {
        return Ok(());
    }
    let row = activities::activity(tx.conn, tx.tenant, call)?;
    let before = row.and_then(|row| decide::standing(&row.call, &row.activity));
    tx.watched.borrow_mut().before.insert(call, before);
    Ok(())
}

/// Takes note of a correction that was written down.
pub(super) fn corrected(tx: &Tx<'_>, correction: &Correction) -> Result<(), Fault> {
    if anybody(tx)? {
        tx.watched.borrow_mut().corrections.push(correction.clone());
    }
    Ok(())
}

/// Takes note that a call is about to become part of another.
pub(super) fn merges(tx: &Tx<'_>, from: CallKey, into: CallKey) -> Result<(), Fault> {
    watch(tx, from)?;
    watch(tx, into)?;
    if anybody(tx)? {
        tx.watched.borrow_mut().merged.push((from, into));
    }
    Ok(())
}

/// Looks at every call that the Commit may have changed.
pub(super) fn settle(tx: &Tx<'_>) -> Result<(), Fault> {
    let Watched { before, corrections, merged, .. } = {
        let mut watched = tx.watched.borrow_mut();
        let endpoints = watched.endpoints.clone();
        std::mem::replace(&mut *watched, Watched { endpoints, ..Watched::default() })
    };
    for (call, stood) in &before {
        let Some(row) = activities::activity(tx.conn, tx.tenant, *call)? else { continue };
        if let Some(news) = decide::settled(*stood, &row.call, &row.activity) {
            tell(tx, news, None)?;
        }
    }
    for correction in corrections {
        let Some(row) = activities::activity(tx.conn, tx.tenant, correction.call)? else { continue };
        if row.activity.archived {
            tell(tx, decide::corrected(&correction, &row.call, &row.activity), None)?;
        }
    }
    for (from, into) in merged {
        let Some(call_id) = calls::row_id(tx.conn, tx.tenant, into)? else { continue };
        let stood = before.get(&from).copied().flatten();
        if let Some(news) = decide::merged(stood, from, &calls::by_row_id(tx.conn, call_id)?) {
            tell(tx, news, None)?;
        }
    }
    Ok(())
}

/// Has those told who ask for it, or the one that is named.
pub(super) fn tell(tx: &Tx<'_>, news: News, only: Option<EndpointId>) -> Result<(), Fault> {
    let told = told_to(tx)?;
    let asks = |endpoint: &Endpoint| match only {
        Some(id) => endpoint.id == id,
        None => endpoint.asks_for(news.kind),
    };
    let asking: Vec<i64> = told.iter().filter(|(_, endpoint)| asks(endpoint)).map(|(row, _)| *row).collect();
    if asking.is_empty() {
        return Ok(());
    }
    run(tx.conn, NUMBER, params![tx.tenant.0])?;
    let nth = first(tx.conn, NUMBERED, params![tx.tenant.0], COUNT, |row| row.count("notices"))?;
    let notice = news.numbered(tx.tenant, nth.unwrap_or_default());
    let row = params![
        tx.tenant.0,
        notice.id.0.into_bytes(),
        notice.kind.code(),
        notice.at.0,
        json(NOTICE, &notice.body)?,
    ];
    run(tx.conn, ADD_NOTICE, row)?;
    let notice_id = tx.conn.last_insert_rowid();
    for endpoint in asking {
        run(tx.conn, ADD_DELIVERY, params![tx.tenant.0, endpoint, notice_id])?;
    }
    Ok(())
}

pub(super) fn save_endpoint(tx: &Tx<'_>, endpoint: &Endpoint) -> Result<(), Fault> {
    anybody(tx)?;
    let row =
        params![tx.tenant.0, endpoint.id.0.into_bytes(), int(endpoint.version), json(ENDPOINT, endpoint)?,];
    run(tx.conn, SAVE_ENDPOINT, row)?;
    tx.watched.borrow_mut().endpoints = None;
    Ok(())
}

pub(super) fn remove_endpoint(tx: &Tx<'_>, id: EndpointId) -> Result<(), Fault> {
    anybody(tx)?;
    run(tx.conn, REMOVE_ENDPOINT, params![id.0.into_bytes(), tx.tenant.0])?;
    tx.watched.borrow_mut().endpoints = None;
    Ok(())
}

pub(super) fn fared(tx: &Tx<'_>, id: EndpointId, how: Fared, at: At) -> Result<(), Fault> {
    let known = told_to(tx)?.iter().find(|(_, endpoint)| endpoint.id == id).map(|(_, known)| known.clone());
    let Some(before) = known else { return Ok(()) };
    let after = before.clone().fared(how, at);
    if after == before { Ok(()) } else { save_endpoint(tx, &after) }
}

pub(super) fn set_late_up_to(tx: &Tx<'_>, at: At) -> Result<(), Fault> {
    run(tx.conn, SET_LATE_UP_TO, params![tx.tenant.0, at.0])?;
    Ok(())
}

pub(super) fn tried(tx: &Tx<'_>, attempted: &Attempted) -> Result<(), Fault> {
    let rows = rows_of(tx.conn, tx.tenant, attempted.endpoint, attempted.notice)?;
    let Some((notice, endpoint)) = rows else { return Ok(()) };
    let Attempted { state, tries, not_before, .. } = *attempted;
    let last = json(DELIVERY, &attempted.last)?;
    run(tx.conn, TRIED, params![notice, endpoint, state.code(), tries, not_before.0, last])?;
    Ok(())
}

pub(super) fn again(
    tx: &Tx<'_>,
    endpoint: EndpointId,
    notices: &[NoticeId],
    not_before: At,
) -> Result<(), Fault> {
    for notice in notices {
        if let Some((notice, endpoint)) = rows_of(tx.conn, tx.tenant, endpoint, *notice)? {
            run(tx.conn, AGAIN, params![notice, endpoint, not_before.0])?;
        }
    }
    Ok(())
}

pub(super) fn forget(tx: &Tx<'_>, before: At, most: usize) -> Result<(), Fault> {
    let old = params![tx.tenant.0, before.0, int(most)];
    let old: Vec<i64> = all(tx.conn, OLD, old, NOTICE, |row| row.get("id"))?;
    for id in old {
        run(tx.conn, FORGET_DELIVERIES, params![id])?;
        run(tx.conn, FORGET, params![id])?;
    }
    Ok(())
}

/// Whether there was anybody to tell before this Commit.
fn anybody(tx: &Tx<'_>) -> Result<bool, Fault> {
    if let Some(known) = tx.watched.borrow().anybody {
        return Ok(known);
    }
    let anybody = !told_to(tx)?.is_empty();
    tx.watched.borrow_mut().anybody = Some(anybody);
    Ok(anybody)
}

/// The tenant's endpoints, read once a Commit.
fn told_to(tx: &Tx<'_>) -> Result<Rc<Vec<(i64, Endpoint)>>, Fault> {
    if let Some(known) = &tx.watched.borrow().endpoints {
        return Ok(Rc::clone(known));
    }
    let read = Rc::new(read_endpoints(tx.conn, tx.tenant)?);
    tx.watched.borrow_mut().endpoints = Some(Rc::clone(&read));
    Ok(read)
}

fn read_endpoints(conn: &Connection, tenant: TenantId) -> Result<Vec<(i64, Endpoint)>, Fault> {
    all(conn, ENDPOINTS, params![tenant.0], ENDPOINT, |row| Ok((row.get("id")?, row.json("endpoint")?)))
}

fn endpoint_row(conn: &Connection, tenant: TenantId, id: EndpointId) -> Result<Option<(i64, u64)>, Fault> {
    let key = params![id.0.into_bytes(), tenant.0];
    first(conn, ENDPOINT_ROW, key, ENDPOINT, |row| Ok((row.get("id")?, row.count("version")?)))
}

/// The rows of a notice and of an endpoint.
fn rows_of(
    conn: &Connection,
    tenant: TenantId,
    endpoint: EndpointId,
    notice: NoticeId,
) -> Result<Option<(i64, i64)>, Fault> {
    let Some((endpoint, _)) = endpoint_row(conn, tenant, endpoint)? else { return Ok(None) };
    let key = params![notice.0.into_bytes(), tenant.0];
    let notice: Option<i64> = first(conn, NOTICE_ROW, key, NOTICE, |row| row.get("id"))?;
    Ok(notice.map(|notice| (notice, endpoint)))
}

fn read(row: &mut Fields<'_, '_>) -> Result<(i64, Delivery), Fault> {
    let id = row.get("id")?;
    let notice = Notice {
        id: NoticeId(row.uuid("key")?),
        kind: row.code("kind")?,
        at: row.at("at")?,
        body: row.json("body")?,
    };
    let delivery = Delivery {
        notice,
        state: row.code("state")?,
        tries: row.get("tries")?,
        not_before: row.at("not_before")?,
        last: row.opt_json("last")?,
    };
    Ok((id, delivery))
}
