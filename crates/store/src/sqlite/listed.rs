//! What a filter of the list of Activities asks of one call. What stands in the rows of the call and its Activity is asked
//! first, what costs another read last.

use super::fault::Fault;
use super::listing::{Asked, reversed};
use super::statement::{Fields, all, exists, first, ids};
use super::{calls, wrapups};
use crate::listing::{ActivityFilter, Carried, ListPlace, is_wanted, one_of};
use crate::search::{note_words, notes_hold};
use domain::activity::Outcome;
use domain::call::{CallType, Direction, HungUpBy};
use domain::id::{AgentKey, At, CallKey, CaseId, CodeId, PersonId, TenantId};
use domain::phone::WrittenNumber;
use domain::report::fact::after_call_work;
use domain::wrapup::SettledBy;
use rusqlite::{Connection, params};
use uuid::Uuid;

const HAS_AGENT: &str =
    "SELECT 1 FROM engagement WHERE tenant_id = ?1 AND agent = ?2 AND began_at = ?3 AND call_id = ?4";
const HAS_CASE: &str = "SELECT 1 FROM activity_case WHERE tenant_id = ?1 AND case_key = ?2 AND call_id = ?3";
/// The second of the agents who had the customer.
const HANDED_OVER: &str =
    "SELECT 1 FROM engagement WHERE call_id = ?1 AND answered_at IS NOT NULL LIMIT 1 OFFSET 1";
const REASONS: &str = "SELECT reason FROM wrapup WHERE call_id = ?1 AND reason IS NOT NULL";
const IN_OUTBOX: &str = "SELECT refusal IS NOT NULL AS refused FROM outbox \
    WHERE subject = ?1 AND kind = 'activity' AND tenant_id = ?2";
const FILED: &str = "SELECT filed FROM crm_filed WHERE call_id = ?1";

/// The same of many calls, in the order asked.
const CARRIED: &str = "SELECT (SELECT o.refusal IS NOT NULL FROM outbox o WHERE o.subject = c.key \
    AND o.kind = 'activity' AND o.tenant_id = c.tenant_id) AS refused, f.filed FROM json_each(?1) j \
    LEFT JOIN call c ON c.key = unhex(j.value) AND c.tenant_id = ?2 LEFT JOIN crm_filed f ON f.call_id = c.id \
    ORDER BY j.key";

/// What a filter asks of a call and its Activity.
pub(super) struct Seen {
    pub(super) place: ListPlace,
    kind: Option<CallType>,
    direction: Direction,
    /// Nobody outside was part of it after all.
    nobody: bool,
    did: Option<String>,
    ring_group: Option<String>,
    other_end: Option<String>,
    talk_ms: i64,
    recording: bool,
    voicemail: bool,
    key: Uuid,
    wait_ms: Option<i64>,
    hold_ms: i64,
    hung_up_by: Option<HungUpBy>,
    /// `None` where there is no Activity.
    outcome: Option<Outcome>,
    code: Option<CodeId>,
    settled_by: Option<SettledBy>,
    party: Option<PersonId>,
    corrected: bool,
    logged_at: Option<At>,
    candidates: bool,
    notes: Option<String>,
}

impl Asked<'_> {
    /// Whether it is wanted; what costs another read is asked last.
    pub(super) fn keeps(&self, conn: &Connection, seen: &Seen) -> Result<bool, Fault> {
        let filter = self.filter;
        if !(seen.is_listed() && seen.has(filter)) {
            return Ok(false);
        }
        let row = seen.place.row;
        if let Some(AgentKey(agent)) = &filter.agent
            && !exists(conn, HAS_AGENT, params![self.tenant.0, agent, seen.place.at.0, row])?
        {
            return Ok(false);
        }
        if let Some(CaseId(case)) = filter.case
            && !exists(conn, HAS_CASE, params![self.tenant.0, case.into_bytes(), row])?
        {
            return Ok(false);
        }
        if let Some(wanted) = filter.handed_over
            && exists(conn, HANDED_OVER, params![row])? != wanted
        {
            return Ok(false);
        }
        let notes = || notes_hold(&note_words(seen.notes.as_deref()), &filter.words);
        Ok((filter.words.is_empty() || notes())
            && self.keeps_wrapups(conn, row)?
            && (filter.carried.is_empty() || filter.carried.contains(&self.carried(conn, seen)?)))
    }

    fn keeps_wrapups(&self, conn: &Connection, row: i64) -> Result<bool, Fault> {
        let (reasons, within) = (&self.filter.reasons, self.filter.after_call_work);
        if !reasons.is_empty() {
            let given: Vec<String> = all(conn, REASONS, params![row], "wrapup", |row| row.get("reason"))?;
            if !given.iter().any(|reason| reasons.contains(reason)) {
                return Ok(false);
            }
        }
        if !within.asks() {
            return Ok(true);
        }
        let (call, wrapups) = (calls::by_row_id(conn, row)?, wrapups::of_call_row(conn, row)?);
        Ok(within.holds(after_call_work(&call.engagements, &wrapups)))
    }

    fn carried(&self, conn: &Connection, seen: &Seen) -> Result<Carried, Fault> {
        let subject = params![seen.key.into_bytes(), self.tenant.0];
        let refused: Option<bool> = first(conn, IN_OUTBOX, subject, "outbox", |row| row.get("refused"))?;
        let filed = first(conn, FILED, params![seen.place.row], "crm_filed", |row| row.json("filed"))?;
        Ok(Carried::of(refused, filed.as_ref()))
    }
}

impl Seen {
    fn is_listed(&self) -> bool {
        let internal = self.direction == Direction::Internal || self.kind == Some(CallType::Internal);
        self.outcome.is_some() && !internal && !self.nobody
    }

    fn has(&self, filter: &ActivityFilter) -> bool {
        let at = self.place.at;
        let said = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
        filter.from.is_none_or(|from| at >= from)
            && filter.until.is_none_or(|until| at < until)
            && one_of(&filter.kinds, self.kind.as_ref())
            && one_of(&filter.directions, Some(&self.direction))
            && one_of(&filter.outcomes, self.outcome.as_ref())
            && one_of(&filter.codes, self.code.as_ref())
            && is_wanted(filter.party.as_ref(), self.party.as_ref())
            && filter.parties.as_ref().is_none_or(|all| self.party.is_some_and(|one| all.contains(&one)))
            && is_wanted(filter.ring_group.as_ref(), self.ring_group.as_ref())
            && is_wanted(filter.did.as_ref(), self.did.as_ref())
            && filter.talk.holds(Some(self.talk_ms))
            && filter.wait.holds(self.wait_ms)
            && filter.hold.holds(Some(self.hold_ms))
            && one_of(&filter.hung_up_by, self.hung_up_by.as_ref())
            && said(filter.coded, self.code.is_some())
            && said(filter.corrected, self.corrected)
            && said(filter.recording, self.recording)
            && said(filter.voicemail, self.voicemail)
            && said(filter.possible, self.settled_by.is_none() && self.candidates)
            && said(filter.matched, self.party.is_some())
            && one_of(&filter.settled_by, self.settled_by.as_ref())
            && filter.holds_logged(self.logged_at)
            && filter.number.as_ref().is_none_or(|number| self.is_number(number))
    }

    fn is_number(&self, number: &WrittenNumber) -> bool {
        self.other_end.as_ref().is_some_and(|end| number.means(&reversed(end)))
    }
}

/// How the Activities of these calls stand in the CRM, in one statement.
pub(super) fn carried(conn: &Connection, tenant: TenantId, calls: &[CallKey]) -> Result<Vec<Carried>, Fault> {
    let asked = ids(calls.iter().map(|call| call.0));
    all(conn, CARRIED, params![asked, tenant.0], "crm_filed", |row| {
        let refused: Option<bool> = row.get("refused")?;
        Ok(Carried::of(refused, row.opt_json("filed")?.as_ref()))
    })
}

/// A row of one of the statements that list.
pub(super) fn read(row: &mut Fields<'_, '_>) -> Result<Seen, Fault> {
    let row_id = row.get("id")?;
    Ok(Seen {
        place: ListPlace { at: At(row.get("started_at")?), row: row_id },
        kind: row.opt_code("kind")?,
        direction: row.code("direction")?,
        nobody: row.get("nobody")?,
        did: row.get("did")?,
        ring_group: row.get("ring_group")?,
        other_end: row.get("other_end")?,
        talk_ms: row.get("talk_ms")?,
        recording: row.get("recording")?,
        voicemail: row.get("voicemail")?,
        key: row.uuid("key")?,
        wait_ms: row.get("wait_ms")?,
        hold_ms: row.get("hold_ms")?,
        hung_up_by: row.opt_code("hung_up_by")?,
        outcome: row.opt_code("outcome")?,
        code: row.opt_uuid("code_id")?.map(CodeId),
        settled_by: row.opt_code("party_by")?,
        party: row.opt_uuid("party_person")?.map(PersonId),
        corrected: row.get::<Option<i64>>("revision")?.unwrap_or(0) > 0,
        logged_at: row.opt_at("logged_at")?,
        candidates: row.get::<Option<bool>>("candidates")?.unwrap_or(false),
        notes: row.get("notes")?,
    })
}
