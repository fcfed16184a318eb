//! Wrap-ups: SQL, and how rows become a [`Wrapup`] and back.

use super::calls;
use super::codes::Code;
use super::fault::Fault;
use super::statement::{Fields, all, exists, first, ids, int, json, run};
use super::transaction::Tx;
use crate::answers::WrapupPage;
use crate::contract::MAX_PAGE;
use crate::inbox::{InboxPlace, page};
use domain::disposition::{Label, LoggedCode};
use domain::id::{AgentKey, CallKey, CodeId, EngagementKey, PersonId, TenantId, UserId};
use domain::relate::CaseChoice;
use domain::wrapup::reason::DoNotLogReason;
use domain::wrapup::{Draft, PartyLink, Released, Standing, Wrapup, WrapupState};
use rusqlite::{Connection, params};

const WRAPUP: &str = "wrapup";

macro_rules! select {
    ($($from:literal),+) => {
        concat!(
            "SELECT w.key, c.key AS call_key, w.agent, w.state, w.opened_at, w.closed_at, w.closed_by, ",
            "w.draft_revision, w.draft_code, w.draft_notes, w.draft_party, w.code_id, w.code_es, w.code_en, ",
            "w.code_effects, ",
            "w.notes, w.party_by, w.party_person, w.reason, w.draft_case, w.related, w.extensions, w.released_at, ",
            "w.released_by, w.released_reason, w.reason_es, w.reason_en, w.opportunity, w.call_id FROM wrapup w JOIN call c ON c.id = w.call_id ",
            $($from),+
        )
    };
}

const BY_KEY: &str = select!("WHERE w.key = ?1 AND w.tenant_id = ?2");
const STANDING: &str = "SELECT state, draft_revision, extensions, released_at FROM wrapup \
    WHERE key = ?1 AND tenant_id = ?2";
const OF_CALL: &str = select!("WHERE w.call_id = ?1 ORDER BY w.key");
/// `CROSS JOIN` says which comes first: what is asked for.
const OF_CALLS: &str = select!(
    "WHERE w.call_id IN (SELECT k.id FROM json_each(?1) j CROSS JOIN call k \
    ON k.key = unhex(j.value) AND k.tenant_id = ?2) ORDER BY w.key"
);
const OWED: &str = select!(
    "WHERE w.tenant_id = ?1 AND w.agent = ?2 AND w.state = 'open' ORDER BY w.opened_at, w.key LIMIT ?3"
);
/// Each agent's of the index of what is owed, of which there is little: that of the inbox holds all that the timer closed.
const WAITING: &str = select!(
    "WHERE w.tenant_id = ?1 AND w.agent > '' AND w.state = 'open' AND w.released_at IS NOT NULL \
     ORDER BY +w.opened_at, w.key LIMIT ?2"
);
const WORKING: &str = select!(
    "WHERE w.tenant_id = ?1 AND w.state = 'open' AND w.released_at IS NULL ORDER BY w.opened_at, w.key LIMIT ?2"
);
const UNDISPOSITIONED: &str = select!(
    "WHERE w.tenant_id = ?1 AND w.agent = ?2 AND w.state = 'undispositioned' \
    ORDER BY w.opened_at DESC, w.key DESC LIMIT ?3"
);

/// A list of the inbox after a place, in two statements: those without a time come first, and no comparison of
/// SQL puts them there.
struct Listed {
    untimed: &'static str,
    timed: &'static str,
}

macro_rules! listed {
    ($of:literal) => {
        Listed {
            untimed: select!(
                "WHERE w.tenant_id = ?1 AND w.opened_at IS NULL AND w.key > ?2 AND ",
                $of,
                " ORDER BY w.key LIMIT ?3"
            ),
            timed: select!(
                "WHERE w.tenant_id = ?1 AND (w.opened_at, w.key) > (?5, ?2) AND ",
                $of,
                " ORDER BY w.opened_at, w.key LIMIT ?3"
            ),
        }
    };
}

const INBOX: Listed = listed!("w.state IN ('open', 'undispositioned')");
const INBOX_OWED: Listed = listed!("w.state = 'open' AND w.agent = ?4");
const INBOX_UNDISPOSITIONED: Listed = listed!("w.state = 'undispositioned' AND w.agent = ?4");
const CLOSED_OF_CALL: &str = "SELECT COUNT(*) AS closed, \
    COUNT(*) FILTER (WHERE state <> 'undispositioned') AS submitted \
    FROM wrapup WHERE call_id = ?1 AND state IN ('logged', 'not_logged', 'undispositioned')";
const OWED_OF_CALL: &str = "SELECT 1 FROM wrapup WHERE call_id = ?1 AND state IN ('open', 'undispositioned')";
const INSERT: &str = "INSERT INTO wrapup (tenant_id, key, call_id, agent, state, opened_at, closed_at, \
    closed_by, draft_revision, draft_code, draft_notes, draft_party, code_id, code_es, code_en, notes, \
    party_by, party_person, reason, draft_case, related, extensions, released_at, released_by, \
    released_reason, reason_es, reason_en, opportunity, code_effects) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, \
    ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)";
/// Call and agent are set only where they change, which is rare: an index holds them.
const UPDATE: &str = "UPDATE wrapup SET state = ?5, opened_at = ?6, closed_at = ?7, closed_by = ?8, \
    draft_revision = ?9, draft_code = ?10, draft_notes = ?11, draft_party = ?12, code_id = ?13, \
    code_es = ?14, code_en = ?15, notes = ?16, party_by = ?17, party_person = ?18, reason = ?19, \
    draft_case = ?20, related = ?21, extensions = ?22, released_at = ?23, released_by = ?24, \
    released_reason = ?25, reason_es = ?26, reason_en = ?27, opportunity = ?28, code_effects = ?29 \
    WHERE key = ?2 AND tenant_id = ?1";
const MOVE: &str = "UPDATE wrapup SET call_id = ?3, agent = ?4 WHERE key = ?1 AND tenant_id = ?2";
/// Drafts are saved while the agent types; no index holds any of this.
const UPDATE_DRAFT: &str = "UPDATE wrapup SET draft_revision = ?3, draft_code = ?4, draft_notes = ?5, \
    draft_party = ?6, draft_case = ?7 WHERE key = ?1 AND tenant_id = ?2";
const MOVE_ALL: &str = "UPDATE wrapup SET call_id = ?2 WHERE call_id = ?1";

pub(super) fn wrapup(
    conn: &Connection,
    tenant: TenantId,
    key: EngagementKey,
) -> Result<Option<Wrapup>, Fault> {
    first(conn, BY_KEY, params![key.0.into_bytes(), tenant.0], WRAPUP, read)
}

/// What a decision about the wrap-up rests on.
pub(super) fn standing(conn: &Connection, tenant: TenantId, key: EngagementKey) -> Result<Standing, Fault> {
    let read = first(conn, STANDING, params![key.0.into_bytes(), tenant.0], WRAPUP, |row| {
        Ok(Standing {
            state: row.code("state")?,
            revision: row.count("draft_revision")?,
            extensions: row.get("extensions")?,
            released: row.opt_at("released_at")?.is_some(),
        })
    })?;
    Ok(read.unwrap_or(Standing::NEW))
}

pub(super) fn of_call(conn: &Connection, tenant: TenantId, call: CallKey) -> Result<Vec<Wrapup>, Fault> {
    match calls::row_id(conn, tenant, call)? {
        Some(id) => of_call_row(conn, id),
        None => Ok(Vec::new()),
    }
}

/// Every wrap-up of these calls, in one statement.
pub(super) fn of_calls(conn: &Connection, tenant: TenantId, calls: &[CallKey]) -> Result<Vec<Wrapup>, Fault> {
    let asked = ids(calls.iter().map(|call| call.0));
    all(conn, OF_CALLS, params![asked, tenant.0], WRAPUP, read)
}

/// Every wrap-up of the call with this row id.
pub(super) fn of_call_row(conn: &Connection, call_id: i64) -> Result<Vec<Wrapup>, Fault> {
    all(conn, OF_CALL, params![call_id], WRAPUP, read)
}

pub(super) fn open_of(conn: &Connection, tenant: TenantId, agent: &AgentKey) -> Result<Vec<Wrapup>, Fault> {
    all(conn, OWED, params![tenant.0, agent.0, int(MAX_PAGE)], WRAPUP, read)
}

/// The wrap-ups that wait in inboxes, oldest first.
pub(super) fn waiting(conn: &Connection, tenant: TenantId, limit: usize) -> Result<Vec<Wrapup>, Fault> {
    all(conn, WAITING, params![tenant.0, int(limit)], WRAPUP, read)
}

/// Those that keep their agents from calls, of everybody, oldest first.
pub(super) fn working(conn: &Connection, tenant: TenantId, limit: usize) -> Result<Vec<Wrapup>, Fault> {
    all(conn, WORKING, params![tenant.0, int(limit)], WRAPUP, read)
}

/// Those of the agent that the timer closed, newest first.
pub(super) fn undispositioned_of(
    conn: &Connection,
    tenant: TenantId,
    agent: &AgentKey,
    limit: usize,
) -> Result<Vec<Wrapup>, Fault> {
    all(conn, UNDISPOSITIONED, params![tenant.0, agent.0, int(limit)], WRAPUP, read)
}

/// What is there to submit, of this agent or of all.
pub(super) fn inbox(
    conn: &Connection,
    tenant: TenantId,
    agent: Option<&AgentKey>,
    after: InboxPlace,
    limit: usize,
) -> Result<WrapupPage, Fault> {
    let asked = Asked { tenant, agent, after, limit: limit + 1 };
    let mut wrapups = match agent {
        None => asked.list(conn, &INBOX)?,
        Some(_) => {
            let owed = asked.list(conn, &INBOX_OWED)?;
            owed.into_iter().chain(asked.list(conn, &INBOX_UNDISPOSITIONED)?).collect()
        }
    };
    wrapups.sort_by_key(InboxPlace::of);
    Ok(page(wrapups, limit))
}

/// What is asked of the inbox.
struct Asked<'a> {
    tenant: TenantId,
    agent: Option<&'a AgentKey>,
    after: InboxPlace,
    limit: usize,
}

impl Asked<'_> {
    fn list(&self, conn: &Connection, sql: &Listed) -> Result<Vec<Wrapup>, Fault> {
        let (tenant, key) = (self.tenant.0, self.after.key.0.into_bytes());
        let agent = self.agent.map(|agent| agent.0.as_str());
        let Some(after) = self.after.opened_at else {
            let most = int(self.limit);
            let mut wrapups = match agent {
                None => all(conn, sql.untimed, params![tenant, key, most], WRAPUP, read)?,
                Some(_) => all(conn, sql.untimed, params![tenant, key, most, agent], WRAPUP, read)?,
            };
            let left = int(self.limit - wrapups.len());
            let all_timed = params![tenant, [0_u8; 16], left, agent, i64::MIN];
            wrapups.extend(all(conn, sql.timed, all_timed, WRAPUP, read)?);
            return Ok(wrapups);
        };
        all(conn, sql.timed, params![tenant, key, int(self.limit), agent, after.0], WRAPUP, read)
    }
}

/// How many wrap-ups of the call are closed, and how many of these by their agents.
pub(super) fn closed_of_call(
    conn: &Connection,
    tenant: TenantId,
    call: CallKey,
) -> Result<(u64, u64), Fault> {
    let Some(id) = calls::row_id(conn, tenant, call)? else { return Ok((0, 0)) };
    let both = |row: &mut Fields<'_, '_>| Ok((row.count("closed")?, row.count("submitted")?));
    Ok(first(conn, CLOSED_OF_CALL, params![id], WRAPUP, both)?.unwrap_or_default())
}

/// Whether a wrap-up of the call is owed, or was until its time was up.
pub(super) fn is_owed(conn: &Connection, call_id: i64) -> Result<bool, Fault> {
    exists(conn, OWED_OF_CALL, params![call_id])
}

/// A wrap-up, and the row id of its call.
struct Stored {
    wrapup: Wrapup,
    call_id: i64,
}

fn stored(tx: &Tx<'_>, key: EngagementKey) -> Result<Option<Stored>, Fault> {
    first(tx.conn, BY_KEY, params![key.0.into_bytes(), tx.tenant.0], WRAPUP, |row| {
        Ok(Stored { wrapup: read(row)?, call_id: row.get("call_id")? })
    })
}

/// The wrap-up becomes owed, unless it was; what was entered early stays.
pub(super) fn open(tx: &mut Tx<'_>, opened: Wrapup) -> Result<(), Fault> {
    match stored(tx, opened.key)? {
        Some(before) if before.wrapup.state != WrapupState::Early => Ok(()),
        Some(before) => {
            let draft = before.wrapup.draft.clone();
            write(tx, Some(before), &Wrapup { draft, state: WrapupState::Open, ..opened })
        }
        None => write(tx, None, &Wrapup { state: WrapupState::Open, ..opened }),
    }
}

/// Makes the wrap-up what `now` says.
pub(super) fn save(tx: &mut Tx<'_>, now: &Wrapup) -> Result<(), Fault> {
    let before = stored(tx, now.key)?;
    write(tx, before, now)
}

/// The wrap-ups of a call that is no more are those of another.
pub(super) fn move_all(tx: &Tx<'_>, from: i64, into: i64) -> Result<(), Fault> {
    run(tx.conn, MOVE_ALL, params![from, into])?;
    tx.touch(into);
    Ok(())
}

fn write(tx: &mut Tx<'_>, before: Option<Stored>, now: &Wrapup) -> Result<(), Fault> {
    if before.as_ref().is_some_and(|before| before.wrapup == *now) {
        return Ok(());
    }
    let call_id = match &before {
        Some(before) if before.wrapup.call == now.call => before.call_id,
        _ => calls::row_id_for(tx, WRAPUP, now.call)?,
    };
    let open = |state: WrapupState| i64::from(state == WrapupState::Open);
    let was_open = before.as_ref().map_or(0, |before| open(before.wrapup.state));
    tx.census.open_wrapups += open(now.state) - was_open;
    tx.touch(call_id);
    if let Some(before) = &before {
        tx.touch(before.call_id);
    }
    let Some(Stored { wrapup: before, .. }) = before else { return write_row(tx, INSERT, call_id, now) };
    if (before.call, &before.agent) != (now.call, &now.agent) {
        let owner = params![now.key.0.into_bytes(), tx.tenant.0, call_id, now.agent.0];
        run(tx.conn, MOVE, owner)?;
    }
    if (Wrapup { draft: now.draft.clone(), ..before }) == *now {
        return write_draft(tx, now);
    }
    write_row(tx, UPDATE, call_id, now)
}

fn write_row(tx: &Tx<'_>, sql: &str, call_id: i64, now: &Wrapup) -> Result<(), Fault> {
    let (party, case) = draft_json(&now.draft)?;
    let related = now.related.as_ref().map(|related| json(WRAPUP, related)).transpose()?;
    let opportunity = now.opportunity.as_ref().map(|related| json(WRAPUP, related)).transpose()?;
    let released = now.released.as_ref();
    let row = params![
        tx.tenant.0,
        now.key.0.into_bytes(),
        call_id,
        now.agent.0,
        now.state.code(),
        now.opened_at.map(|at| at.0),
        now.closed_at.map(|at| at.0),
        now.closed_by.map(|user| user.0.into_bytes()),
        int(now.draft.revision),
        now.draft.code.map(|code| code.0.into_bytes()),
        now.draft.notes,
        party,
        now.code.as_ref().map(|code| code.id.0.into_bytes()),
        now.code.as_ref().map(|code| &code.label.es),
        now.code.as_ref().map(|code| &code.label.en),
        now.notes,
        now.party.map(|party| party.by.code()),
        now.party.and_then(|party| party.person).map(|person| person.0.into_bytes()),
        now.reason.as_ref().map(|reason| &reason.id),
        case,
        related,
        now.extensions,
        released.map(|released| released.at.0),
        released.and_then(|released| released.by).map(|user| user.0.into_bytes()),
        released.and_then(|released| released.reason.as_ref()),
        now.reason.as_ref().map(|reason| &reason.label.es),
        now.reason.as_ref().map(|reason| &reason.label.en),
        opportunity,
        effects_json(now.code.as_ref())?,
    ];
    run(tx.conn, sql, row)?;
    Ok(())
}

fn write_draft(tx: &Tx<'_>, now: &Wrapup) -> Result<(), Fault> {
    let (party, case) = draft_json(&now.draft)?;
    let row = params![
        now.key.0.into_bytes(),
        tx.tenant.0,
        int(now.draft.revision),
        now.draft.code.map(|code| code.0.into_bytes()),
        now.draft.notes,
        party,
        case,
    ];
    run(tx.conn, UPDATE_DRAFT, row)?;
    Ok(())
}

/// The person and the Case of a draft, each empty where nothing was said of it.
fn draft_json(draft: &Draft) -> Result<(Option<String>, Option<String>), Fault> {
    let party = draft.party.as_ref().map(|party| json(WRAPUP, party)).transpose()?;
    let case = (draft.case != CaseChoice::ByItself).then(|| json(WRAPUP, &draft.case)).transpose()?;
    Ok((party, case))
}

fn read(row: &mut Fields<'_, '_>) -> Result<Wrapup, Fault> {
    let mut wrapup = Wrapup {
        key: EngagementKey(row.uuid("key")?),
        call: CallKey(row.uuid("call_key")?),
        agent: AgentKey(row.get("agent")?),
        state: row.code("state")?,
        opened_at: row.opt_at("opened_at")?,
        closed_at: row.opt_at("closed_at")?,
        closed_by: row.opt_uuid("closed_by")?.map(UserId),
        draft: Draft {
            revision: row.count("draft_revision")?,
            code: row.opt_uuid("draft_code")?.map(CodeId),
            notes: row.get("draft_notes")?,
            party: row.opt_json("draft_party")?,
            case: CaseChoice::ByItself,
        },
        code: read_code(row)?,
        notes: row.get("notes")?,
        party: read_party(row)?,
        reason: row.get::<Option<String>>("reason")?.map(DoNotLogReason::as_first_worded),
        related: None,
        opportunity: None,
        extensions: 0,
        released: None,
    };
    wrapup.draft.case = row.opt_json("draft_case")?.unwrap_or_default();
    wrapup.related = row.opt_json("related")?;
    wrapup.extensions = row.get("extensions")?;
    wrapup.released = read_released(row)?;
    let words = (row.get::<Option<String>>("reason_es")?, row.get::<Option<String>>("reason_en")?);
    if let (Some(reason), (Some(es), Some(en))) = (&mut wrapup.reason, words) {
        reason.label = Label { es, en };
    }
    wrapup.opportunity = row.opt_json("opportunity")?;
    Ok(wrapup)
}

/// When, by whom and why a wrap-up was released, from its three columns.
fn read_released(row: &mut Fields<'_, '_>) -> Result<Option<Released>, Fault> {
    let at = row.opt_at("released_at")?;
    let (by, reason) = (row.opt_uuid("released_by")?.map(UserId), row.get("released_reason")?);
    match (at, by, reason) {
        (Some(at), by, reason) => Ok(Some(Released { at, by, reason })),
        (None, None, None) => Ok(None),
        (None, ..) => Err(row.bad("released_at", "somebody released it, and not when").into()),
    }
}

/// What a code asked for; nothing is no text.
pub(super) fn effects_json(code: Option<&LoggedCode>) -> Result<Option<String>, Fault> {
    let asked = code.map(|code| code.effects).filter(|effects| !effects.is_nothing());
    asked.map(|effects| json(WRAPUP, &effects)).transpose()
}

/// The code that something was logged with, from its four columns.
pub(super) fn read_code(row: &mut Fields<'_, '_>) -> Result<Option<LoggedCode>, Fault> {
    let id = row.opt_uuid("code_id")?.map(CodeId);
    let (es, en) = (row.get::<Option<String>>("code_es")?, row.get::<Option<String>>("code_en")?);
    let effects = row.opt_json("code_effects")?.unwrap_or_default();
    match (id, es, en) {
        (Some(id), Some(es), Some(en)) => Ok(Some(LoggedCode { id, label: Label { es, en }, effects })),
        (None, None, None) => Ok(None),
        _ => Err(row.bad("code_id", "a code without its label, or a label without its code").into()),
    }
}

/// The person that something was filed on, from its two columns.
pub(super) fn read_party(row: &mut Fields<'_, '_>) -> Result<Option<PartyLink>, Fault> {
    let by = row.opt_code("party_by")?;
    let person = row.opt_uuid("party_person")?.map(PersonId);
    match (by, person) {
        (Some(by), person) => Ok(Some(PartyLink { person, by })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(row.bad("party_by", "a person, and not how they were settled").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::{LATEST, migrate};

    #[test]
    fn what_waits_is_found_among_what_is_owed_and_not_among_all_that_the_timer_closed() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {WAITING}")).unwrap();
        let steps = explained.query_map(params![1, 9], |row| row.get::<_, String>("detail")).unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        assert!(steps.iter().any(|step| step.contains("INDEX wrapup_owed")), "{steps:?}");
    }
}
