//! The CRM that a tenant's directory mirrors: which record of ours is which there, its users, and how far it was read. The
//! outbox is in [`super::outbox`].

use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, exists, first, int, json, run};
use super::transaction::Tx;
use super::{activities, cases, outbox, people, wrapups};
use crate::errors::inconsistent;
use domain::became::Became;
use domain::case::Case;
use domain::directory::{Person, RecordKeys};
use domain::id::{CaseId, PersonId, TenantId, UserId};
use domain::mirror::{CrmUser, Joined, Local, MirroredUpTo, RemoteId};
use domain::outbox::Subject;
use rusqlite::{Connection, params};
use uuid::Uuid;

const CRM: &str = "crm";
const LINK: &str = "crm_link";
const USER: &str = "crm_user";
const PLACE: &str = "crm_place";

const ORGANISATION: &str = "SELECT organisation FROM crm WHERE tenant_id = ?1";
const FOLLOW: &str = "INSERT INTO crm (tenant_id, organisation) VALUES (?1, ?2)";
const FOLLOWED: &str = "SELECT 1 FROM crm WHERE tenant_id = ?1";
const OF_LOCAL: &str = "SELECT remote, part FROM crm_link \
    WHERE tenant_id = ?1 AND kind = ?2 AND local = ?3 AND part <> 'former'";
const IS_JOINED: &str =
    "SELECT 1 FROM crm_link WHERE tenant_id = ?1 AND kind = ?2 AND local = ?3 AND part = 'main'";
const OF_REMOTE: &str = "SELECT kind, local FROM crm_link WHERE tenant_id = ?1 AND remote = ?2";
const JOIN: &str = "INSERT INTO crm_link (tenant_id, remote, kind, local, part) VALUES (?1, ?2, ?3, ?4, ?5) \
    ON CONFLICT (tenant_id, remote) DO UPDATE SET kind = ?3, local = ?4, part = ?5";
/// An id that a record had before it got another.
const WAS: &str = "UPDATE crm_link SET part = 'former' \
    WHERE tenant_id = ?1 AND kind = ?2 AND local = ?3 AND part = ?4 AND remote <> ?5";
const BECAME: &str = "UPDATE crm_link SET local = ?4, part = 'former' \
    WHERE tenant_id = ?1 AND kind = ?2 AND local = ?3";
const UNJOIN: &str = "DELETE FROM crm_link WHERE tenant_id = ?1 AND kind = ?2 AND local = ?3";
const USERS: &str = "SELECT account, user_key, chosen FROM crm_user WHERE tenant_id = ?1 ORDER BY remote";
const SAVE_USER: &str = "INSERT INTO crm_user (tenant_id, remote, account, user_key, chosen) \
    VALUES (?1, ?2, ?3, ?4, ?5) \
    ON CONFLICT (tenant_id, remote) DO UPDATE SET account = ?3, user_key = ?4, chosen = ?5";
const PLACES: &str = "SELECT mirrored, place, loaded, to_load, at FROM crm_place WHERE tenant_id = ?1";
const SAVE_PLACE: &str = "INSERT INTO crm_place (tenant_id, mirrored, place, loaded, to_load, at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
    ON CONFLICT (tenant_id, mirrored) DO UPDATE SET place = ?3, loaded = ?4, to_load = ?5, at = ?6";

pub(super) fn organisation(conn: &Connection, tenant: TenantId) -> Result<Option<String>, Fault> {
    first(conn, ORGANISATION, params![tenant.0], CRM, |row| row.get("organisation"))
}

pub(super) fn joined(conn: &Connection, tenant: TenantId, locals: &[Local]) -> Result<Vec<Joined>, Fault> {
    let mut found = Vec::new();
    for local in locals {
        let (kind, id) = stored(*local);
        let (mut main, mut twin) = (None, None);
        for (remote, part) in all(conn, OF_LOCAL, params![tenant.0, kind, id.into_bytes()], LINK, read_id)? {
            *(if part == LinkPart::Main { &mut main } else { &mut twin }) = Some(remote);
        }
        found.extend(main.map(|remote| Joined { local: *local, remote, twin }));
    }
    Ok(found)
}

pub(super) fn locals(
    conn: &Connection,
    tenant: TenantId,
    remotes: &[RemoteId],
) -> Result<Vec<Option<Local>>, Fault> {
    let local = |remote: &RemoteId| first(conn, OF_REMOTE, params![tenant.0, remote.0], LINK, read_local);
    remotes.iter().map(local).collect()
}

pub(super) fn users(conn: &Connection, tenant: TenantId) -> Result<Vec<CrmUser>, Fault> {
    all(conn, USERS, params![tenant.0], USER, |row| {
        let remote = row.json("account")?;
        let user = row.opt_uuid("user_key")?.map(UserId);
        Ok(CrmUser { remote, user, chosen: row.get("chosen")? })
    })
}

pub(super) fn places(conn: &Connection, tenant: TenantId) -> Result<Vec<MirroredUpTo>, Fault> {
    let mut places = all(conn, PLACES, params![tenant.0], PLACE, |row| {
        let (of, place) = (row.code("mirrored")?, row.get("place")?);
        let (loaded, to_load) = (row.get::<Option<i64>>("loaded")?, row.get::<Option<i64>>("to_load")?);
        let loading = loaded.zip(to_load).map(|(loaded, of)| (loaded.unsigned_abs(), of.unsigned_abs()));
        Ok(MirroredUpTo { of, place, loading, at: row.at("at")? })
    })?;
    places.sort_by_key(|place| place.of);
    Ok(places)
}

/// Whether the tenant mirrors a CRM.
pub(super) fn followed(tx: &Tx<'_>) -> Result<bool, Fault> {
    if let Some(known) = tx.crm_followed.get() {
        return Ok(known);
    }
    let followed = exists(tx.conn, FOLLOWED, params![tx.tenant.0])?;
    tx.crm_followed.set(Some(followed));
    Ok(followed)
}

/// Whether a record of ours is there.
pub(super) fn is_joined(tx: &Tx<'_>, local: Local) -> Result<bool, Fault> {
    let (kind, id) = stored(local);
    exists(tx.conn, IS_JOINED, params![tx.tenant.0, kind, id.into_bytes()])
}

pub(super) fn follow(tx: &Tx<'_>, organisation: &str) -> Result<(), Fault> {
    match self::organisation(tx.conn, tx.tenant)? {
        Some(known) if known == organisation => Ok(()),
        Some(_) => Err(inconsistent(CRM, "organisation", &"the tenant", "another one is mirrored").into()),
        None => {
            run(tx.conn, FOLLOW, params![tx.tenant.0, organisation])?;
            tx.crm_followed.set(Some(true));
            Ok(())
        }
    }
}

pub(super) fn person_mirrored(
    tx: &Tx<'_>,
    person: &Person,
    keys: &RecordKeys,
    joined: &Joined,
    awaited: bool,
) -> Result<(), Fault> {
    people::save_row(tx, person, keys, awaited)?;
    join(tx, joined)
}

pub(super) fn case_mirrored(tx: &Tx<'_>, case: &Case, remote: &RemoteId) -> Result<(), Fault> {
    cases::save_mirrored(tx, case)?;
    join(tx, &Joined { local: Local::Case(case.id), remote: remote.clone(), twin: None })
}

/// The record has these ids there from now on; it need not be made there any more.
pub(super) fn join(tx: &Tx<'_>, joined: &Joined) -> Result<(), Fault> {
    let (kind, id) = stored(joined.local);
    let ids = [(Some(&joined.remote), LinkPart::Main), (joined.twin.as_ref(), LinkPart::Twin)];
    for (remote, part) in ids {
        let Some(remote) = remote else { continue };
        run(tx.conn, WAS, params![tx.tenant.0, kind, id.into_bytes(), part.code(), remote.0])?;
        run(tx.conn, JOIN, params![tx.tenant.0, remote.0, kind, id.into_bytes(), part.code()])?;
    }
    outbox::remove(tx, joined.local.into())
}

/// The record is gone: nothing there means it any more.
pub(super) fn gone(tx: &Tx<'_>, local: Local) -> Result<(), Fault> {
    let (kind, id) = stored(local);
    run(tx.conn, UNJOIN, params![tx.tenant.0, kind, id.into_bytes()])?;
    outbox::remove(tx, local.into())
}

pub(super) fn person_became(tx: &mut Tx<'_>, from: PersonId, into: PersonId) -> Result<(), Fault> {
    let there = |tx: &Tx<'_>, id| people::is_there(tx.conn, tx.tenant, id);
    if from == into || !there(tx, from)? || !there(tx, into)? {
        return Ok(());
    }
    for activity in activities::all_of_person(tx.conn, tx.tenant, from)? {
        for wrapup in wrapups::of_call(tx.conn, tx.tenant, activity.key)? {
            wrapups::save(tx, &wrapup.after(from, into))?;
        }
        activities::save(tx, &activity.after(from, into))?;
    }
    for case in cases::all_of_person(tx.conn, tx.tenant, from)? {
        cases::save(tx, &case.after(from, into))?;
    }
    people::move_account(tx, from, into)?;
    let (kind, id) = stored(Local::Person(from));
    run(tx.conn, BECAME, params![tx.tenant.0, kind, id.into_bytes(), into.0.into_bytes()])?;
    outbox::remove(tx, Subject::Person(from))?;
    people::delete(tx, from)
}

pub(super) fn save_user(tx: &Tx<'_>, user: &CrmUser) -> Result<(), Fault> {
    let known = user.user.map(|user| user.0.into_bytes());
    let row = params![tx.tenant.0, user.remote.id.0, json(USER, &user.remote)?, known, user.chosen];
    run(tx.conn, SAVE_USER, row)?;
    Ok(())
}

pub(super) fn save_place(tx: &Tx<'_>, place: &MirroredUpTo) -> Result<(), Fault> {
    let (loaded, to_load) =
        (place.loading.map(|(loaded, _)| int(loaded)), place.loading.map(|(_, all)| int(all)));
    let row = params![tx.tenant.0, place.of.code(), place.place, loaded, to_load, place.at.0];
    run(tx.conn, SAVE_PLACE, row)?;
    Ok(())
}

/// The kinds of our records, as they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LocalKind {
    Person,
    Case,
}

/// What an id of the CRM is of one of our records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkPart {
    Main,
    Twin,
    Former,
}

fn stored(local: Local) -> (&'static str, Uuid) {
    match local {
        Local::Person(id) => (LocalKind::Person.code(), id.0),
        Local::Case(id) => (LocalKind::Case.code(), id.0),
    }
}

fn read_id(row: &mut Fields<'_, '_>) -> Result<(RemoteId, LinkPart), Fault> {
    Ok((RemoteId(row.get("remote")?), row.code("part")?))
}

fn read_local(row: &mut Fields<'_, '_>) -> Result<Local, Fault> {
    let kind = row.code("kind")?;
    let id = row.uuid("local")?;
    Ok(match kind {
        LocalKind::Person => Local::Person(PersonId(id)),
        LocalKind::Case => Local::Case(CaseId(id)),
    })
}
