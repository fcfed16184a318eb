//! Follow-ups and who asked not to be called: SQL, and how rows become a [`FollowUp`] and back.

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, first, int, run};
use super::transaction::Tx;
use super::{SqliteStore, calls, outbox, place};
use crate::contract::page_limit;
use crate::errors::ReadError;
use crate::follow_ups::{FollowUpFilter, FollowUpPage, FollowUpRecords, Placed, page, place_of};
use crate::listing::ListPlace;
use async_trait::async_trait;
use domain::activity::Activity;
use domain::disposition::Label;
use domain::follow_up::{FollowUp, FollowUpState, following};
use domain::id::{AgentKey, CallKey, PersonId, TenantId, UserId};
use domain::report::calendar::Day;
use rusqlite::{Connection, params};

const FOLLOW_UP: &str = "follow_up";

macro_rules! select {
    ($($from:literal),+) => {
        concat!(
            "SELECT f.call_id, c.key AS call_key, f.agent, f.due, f.label_es, f.label_en, f.state, f.by_user, f.at, ",
            "f.version, f.given_from FROM follow_up f JOIN call c ON c.id = f.call_id ",
            $($from),+
        )
    };
}
const BY_CALL: &str = select!("WHERE f.call_id = ?1");
const WHOLE: &str = select!("WHERE f.tenant_id = ?1 AND f.call_id > ?2 ORDER BY f.call_id LIMIT ?3");
const OPEN: &str = select!(
    "WHERE f.tenant_id = ?1 AND f.state = 'open' AND (f.due, f.call_id) > (?2, ?3) ",
    "ORDER BY f.due, f.call_id LIMIT ?4"
);
const OPEN_OF: &str = select!(
    "WHERE f.tenant_id = ?1 AND f.agent = ?5 AND f.state = 'open' AND (f.due, f.call_id) > (?2, ?3) ",
    "ORDER BY f.due, f.call_id LIMIT ?4"
);
const DONE: &str = select!(
    "WHERE f.tenant_id = ?1 AND f.state = 'done' AND (f.due, f.call_id) < (?2, ?3) ",
    "ORDER BY f.due DESC, f.call_id DESC LIMIT ?4"
);
const DONE_OF: &str = select!(
    "WHERE f.tenant_id = ?1 AND f.agent = ?5 AND f.state = 'done' AND (f.due, f.call_id) < (?2, ?3) ",
    "ORDER BY f.due DESC, f.call_id DESC LIMIT ?4"
);
const STATE: &str = "SELECT state FROM follow_up WHERE call_id = ?1";
const VERSION: &str = "SELECT version FROM follow_up WHERE call_id = ?1";
const UPSERT: &str = "INSERT INTO follow_up (call_id, tenant_id, agent, due, label_es, label_en, state, by_user, at, \
    version, given_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
    ON CONFLICT (call_id) DO UPDATE SET agent = ?3, due = ?4, label_es = ?5, label_en = ?6, state = ?7, by_user = ?8, \
    at = ?9, version = ?10, given_from = ?11";
const MOVE: &str = "UPDATE follow_up SET call_id = ?2 WHERE call_id = ?1";
const DELETE: &str = "DELETE FROM follow_up WHERE call_id = ?1";
const ASKED_NOT_TO_BE_CALLED: &str = "SELECT c.key AS call_key FROM activity a JOIN call c ON c.id = a.call_id \
    WHERE a.tenant_id = ?1 AND a.party_person = ?2 AND a.do_not_call = 1 ORDER BY a.call_id DESC LIMIT 1";

/// A state without what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FollowUpKind {
    Open,
    Done,
    Withdrawn,
}

/// The version of a call's follow-up; 0 where it has none.
pub(super) fn version(conn: &Connection, tenant: TenantId, call: CallKey) -> Result<u64, Fault> {
    let Some(id) = calls::row_id(conn, tenant, call)? else { return Ok(0) };
    Ok(first(conn, VERSION, params![id], FOLLOW_UP, |row| row.count("version"))?.unwrap_or(0))
}

/// Lets the follow-up of a call be what follows from its Activity.
pub(super) fn follow(tx: &mut Tx<'_>, activity: &Activity) -> Result<(), Fault> {
    let id = calls::row_id_for(tx, FOLLOW_UP, activity.key)?;
    let before = first(tx.conn, BY_CALL, params![id], FOLLOW_UP, read)?.map(|(_, before)| before);
    match following(before.as_ref(), activity) {
        Some(now) => {
            write(tx, id, &now)?;
            outbox::follow_up_changed(tx, activity.key)
        }
        None => Ok(()),
    }
}

/// Makes the follow-up what `now` says.
pub(super) fn save(tx: &mut Tx<'_>, now: &FollowUp) -> Result<(), Fault> {
    let id = calls::row_id_for(tx, FOLLOW_UP, now.call)?;
    write(tx, id, now)?;
    outbox::follow_up_changed(tx, now.call)
}

/// That of a call that is no more goes to the other one, unless that has its own; one that is done stays done.
pub(super) fn merge(tx: &Tx<'_>, from: i64, into: i64) -> Result<(), Fault> {
    let state =
        |id: i64| first(tx.conn, STATE, params![id], FOLLOW_UP, |row| row.code::<FollowUpKind>("state"));
    let (moved, own) = (state(from)?, state(into)?);
    if own.is_some() && (moved != Some(FollowUpKind::Done) || own == Some(FollowUpKind::Done)) {
        run(tx.conn, DELETE, params![from])?;
        return Ok(());
    }
    if own.is_some() {
        run(tx.conn, DELETE, params![into])?;
    }
    run(tx.conn, MOVE, params![from, into])?;
    Ok(())
}

fn write(tx: &Tx<'_>, call_id: i64, now: &FollowUp) -> Result<(), Fault> {
    let (state, by, at) = match now.state {
        FollowUpState::Open => (FollowUpKind::Open, None, None),
        FollowUpState::Withdrawn => (FollowUpKind::Withdrawn, None, None),
        FollowUpState::Done { by, at } => (FollowUpKind::Done, Some(by.0.into_bytes()), Some(at.0)),
    };
    let row = params![
        call_id,
        tx.tenant.0,
        now.agent.0,
        now.due.0,
        now.label.es,
        now.label.en,
        state.code(),
        by,
        at,
        int(now.version),
        now.given_from.as_ref().map(|agent| &agent.0),
    ];
    run(tx.conn, UPSERT, row)?;
    Ok(())
}

fn list(
    conn: &Connection,
    tenant: TenantId,
    filter: &FollowUpFilter,
    after: ListPlace,
    limit: usize,
) -> Result<FollowUpPage, Fault> {
    let most = int(limit + 1);
    let found = match &filter.agent {
        Some(agent) => {
            let sql = if filter.done { DONE_OF } else { OPEN_OF };
            all(conn, sql, params![tenant.0, after.at.0, after.row, most, agent.0], FOLLOW_UP, read)?
        }
        None => {
            let sql = if filter.done { DONE } else { OPEN };
            all(conn, sql, params![tenant.0, after.at.0, after.row, most], FOLLOW_UP, read)?
        }
    };
    Ok(page(found, limit))
}

/// Follow-ups of whatever state after a row, each with its own.
pub(super) fn whole(
    conn: &Connection,
    tenant: TenantId,
    after: i64,
    most: usize,
) -> Result<Vec<(i64, FollowUp)>, Fault> {
    let found = all(conn, WHOLE, params![tenant.0, after, int(most)], FOLLOW_UP, read)?;
    Ok(found.into_iter().map(|(place, follow_up)| (place.row, follow_up)).collect())
}

fn read(row: &mut Fields<'_, '_>) -> Result<Placed, Fault> {
    let id = row.get("call_id")?;
    let mut follow_up = FollowUp {
        call: CallKey(row.uuid("call_key")?),
        agent: AgentKey(row.get("agent")?),
        due: Day(row.get("due")?),
        label: Label { es: row.get("label_es")?, en: row.get("label_en")? },
        state: FollowUpState::Open,
        version: 0,
        given_from: None,
    };
    let kind = row.code("state")?;
    let (by, at) = (row.opt_uuid("by_user")?.map(UserId), row.opt_at("at")?);
    follow_up.state = match (kind, by, at) {
        (FollowUpKind::Open, None, None) => FollowUpState::Open,
        (FollowUpKind::Withdrawn, None, None) => FollowUpState::Withdrawn,
        (FollowUpKind::Done, Some(by), Some(at)) => FollowUpState::Done { by, at },
        _ => return Err(row.bad("state", "what goes with another state").into()),
    };
    follow_up.version = row.count("version")?;
    follow_up.given_from = row.get::<Option<String>>("given_from")?.map(AgentKey);
    Ok((place_of(&follow_up, id), follow_up))
}

#[async_trait]
impl FollowUpRecords for SqliteStore {
    async fn follow_up(&self, tenant: TenantId, call: CallKey) -> Result<Option<FollowUp>, ReadError> {
        self.readers.point(|conn| {
            let Some(id) = calls::row_id(conn, tenant, call)? else { return Ok(None) };
            Ok(first(conn, BY_CALL, params![id], FOLLOW_UP, read)?.map(|(_, follow_up)| follow_up))
        })
    }

    async fn follow_ups(
        &self,
        tenant: TenantId,
        filter: &FollowUpFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FollowUpPage, ReadError> {
        let (filter, after) = (filter.clone(), place(after, filter.start())?);
        self.readers.scan(move |conn| list(conn, tenant, &filter, after, page_limit(limit))).await
    }

    async fn asked_not_to_be_called(
        &self,
        tenant: TenantId,
        people: &[PersonId],
    ) -> Result<Vec<Option<CallKey>>, ReadError> {
        self.readers.point(|conn| {
            let asked = |person: &PersonId| {
                let key = params![tenant.0, person.0.into_bytes()];
                first(conn, ASKED_NOT_TO_BE_CALLED, key, "activity", |row| Ok(CallKey(row.uuid("call_key")?)))
            };
            people.iter().map(asked).collect()
        })
    }
}
