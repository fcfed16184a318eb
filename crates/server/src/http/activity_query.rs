//! What a query string asks of the list of Activities. It is read strictly: a filter that was mistyped and taken for
//! none would list what nobody asked for.

use super::strict::{flag, id, ids, name, seconds, strict_query, time, words};
use crate::ops::people::MAX_SEARCH_CHARS;
use crate::ops::{FieldFault, OpError};
use domain::activity::Outcome;
use domain::call::{CallType, Direction, HungUpBy};
use domain::id::{AgentKey, CaseId, CodeId, PersonId};
use domain::phone::{Region, WrittenNumber, WrittenRefused};
use domain::wrapup::SettledBy;
use domain::wrapup::reason::{MAX_REASON_ID_CHARS, MAX_REASONS};
use store::{ActivityFilter, Carried, Within, note_query};

/// Most words of notes that are looked for at a time.
const MAX_NOTE_WORDS: usize = 8;

strict_query! {
    /// What of all Activities is wanted; what is absent keeps all.
    ActivityQuery {
    /// The call began then or later; RFC 3339.
    from = "from",
    /// The call began before; RFC 3339.
    until = "until",
    /// Types, separated by commas.
    kind = "type",
    /// Directions, separated by commas.
    direction = "direction",
    /// Outcomes, separated by commas.
    outcome = "outcome",
    /// Logged with one of these codes, separated by commas.
    code = "code",
    /// Whether it carries a code.
    coded = "coded",
    /// Ids of reasons of Do not log, separated by commas.
    reason = "reason",
    /// This agent has a part in it.
    agent = "agent",
    /// The ring group.
    ring_group = "ring_group",
    /// Filed on this record.
    party = "party",
    /// Filed on somebody whose name begins so, or whose company does.
    party_name = "party_name",
    /// Related to this Case.
    case = "case",
    /// The other party's number, however it is written, or its last digits.
    number = "number",
    /// The number that was called.
    did = "did",
    /// Least talk, in seconds.
    talk_min_s = "talk_min_s",
    /// Most talk, in seconds.
    talk_max_s = "talk_max_s",
    /// Least wait, in seconds.
    wait_min_s = "wait_min_s",
    /// Most wait, in seconds.
    wait_max_s = "wait_max_s",
    /// Least time on hold, in seconds.
    hold_min_s = "hold_min_s",
    /// Most time on hold, in seconds.
    hold_max_s = "hold_max_s",
    /// Least After Call Work of its agents, in seconds.
    acw_min_s = "acw_min_s",
    /// Most After Call Work of its agents, in seconds.
    acw_max_s = "acw_max_s",
    /// Who ended it: `customer`, `agent` or `system`, separated by commas.
    hung_up_by = "hung_up_by",
    /// Whether several agents had the customer.
    handed_over = "handed_over",
    /// Whether what was filed was corrected.
    corrected = "corrected",
    /// How it stands in the CRM: `sent`, `waiting`, `refused`, `deleted_there` or `never`, separated by commas.
    crm = "crm",
    /// Whether it was recorded.
    recording = "recording",
    /// Whether a message was left.
    voicemail = "voicemail",
    /// Whether several records could own it.
    possible = "possible",
    /// Whether it is filed on a record.
    matched = "matched",
    /// How it was settled whose it is, words of `settled_by` separated by commas.
    settled_by = "settled_by",
    /// It was logged then or later; RFC 3339.
    logged_from = "logged_from",
    /// It was logged before; RFC 3339.
    logged_until = "logged_until",
    /// Beginnings of words of the notes.
    notes = "notes",
    /// What the page before gave as `next`.
    after = "after",
    }
}

impl ActivityQuery {
    /// Where the page goes on.
    pub(super) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// The beginning of the name of whom it is filed on.
    pub(super) fn party_name(&self) -> Option<&str> {
        self.party_name.as_deref()
    }

    /// What is asked, in values; `region` is the country of a number that names none.
    ///
    /// # Errors
    /// A value that means nothing, by the name of its parameter.
    pub(super) fn filter(&self, region: Region) -> Result<ActivityFilter, OpError> {
        let filter = ActivityFilter {
            from: time("from", self.from.as_deref())?,
            until: time("until", self.until.as_deref())?,
            kinds: words::<CallType>("type", self.kind.as_deref())?,
            directions: words::<Direction>("direction", self.direction.as_deref())?,
            outcomes: words::<Outcome>("outcome", self.outcome.as_deref())?,
            codes: ids("code", self.code.as_deref())?.into_iter().map(CodeId).collect(),
            coded: flag("coded", self.coded.as_deref())?,
            reasons: reasons(self.reason.as_deref())?,
            agent: name("agent", self.agent.as_deref())?.map(AgentKey),
            ring_group: name("ring_group", self.ring_group.as_deref())?,
            party: id("party", self.party.as_deref())?.map(PersonId),
            // Who is called so is asked where it is known whom the caller may see.
            parties: None,
            case: id("case", self.case.as_deref())?.map(CaseId),
            number: self.number.as_deref().map(|text| number(text, region)).transpose()?,
            did: name("did", self.did.as_deref())?,
            talk: within(("talk_min_s", &self.talk_min_s), ("talk_max_s", &self.talk_max_s))?,
            wait: within(("wait_min_s", &self.wait_min_s), ("wait_max_s", &self.wait_max_s))?,
            hold: within(("hold_min_s", &self.hold_min_s), ("hold_max_s", &self.hold_max_s))?,
            after_call_work: within(("acw_min_s", &self.acw_min_s), ("acw_max_s", &self.acw_max_s))?,
            hung_up_by: words::<HungUpBy>("hung_up_by", self.hung_up_by.as_deref())?,
            handed_over: flag("handed_over", self.handed_over.as_deref())?,
            corrected: flag("corrected", self.corrected.as_deref())?,
            carried: words::<Carried>("crm", self.crm.as_deref())?,
            recording: flag("recording", self.recording.as_deref())?,
            voicemail: flag("voicemail", self.voicemail.as_deref())?,
            possible: flag("possible", self.possible.as_deref())?,
            matched: flag("matched", self.matched.as_deref())?,
            settled_by: words::<SettledBy>("settled_by", self.settled_by.as_deref())?,
            logged_from: time("logged_from", self.logged_from.as_deref())?,
            logged_until: time("logged_until", self.logged_until.as_deref())?,
            words: self.notes.as_deref().map(notes).transpose()?.unwrap_or_default(),
        };
        let spans =
            [("until", filter.from, filter.until), ("logged_until", filter.logged_from, filter.logged_until)];
        for (name, from, until) in spans {
            if from.zip(until).is_some_and(|(from, until)| until <= from) {
                return Err(OpError::invalid(name, FieldFault::Unknown));
            }
        }
        Ok(filter)
    }
}

/// A parameter by its name, and what it says.
type Said<'a> = (&'static str, &'a Option<String>);

fn within(least: Said<'_>, most: Said<'_>) -> Result<Within, OpError> {
    let within = Within {
        least_s: seconds(least.0, least.1.as_deref())?,
        most_s: seconds(most.0, most.1.as_deref())?,
    };
    if within.least_s.zip(within.most_s).is_some_and(|(least, most)| most < least) {
        return Err(OpError::invalid(most.0, FieldFault::Unknown));
    }
    Ok(within)
}

fn reasons(value: Option<&str>) -> Result<Vec<String>, OpError> {
    let all: Vec<&str> = value.map(|value| value.split(',').collect()).unwrap_or_default();
    let is_one = |id: &&str| !id.is_empty() && id.chars().count() <= MAX_REASON_ID_CHARS;
    if all.len() > MAX_REASONS || !all.iter().all(is_one) {
        return Err(OpError::invalid("reason", FieldFault::Unknown));
    }
    Ok(all.into_iter().map(str::to_owned).collect())
}

fn number(text: &str, region: Region) -> Result<WrittenNumber, OpError> {
    WrittenNumber::read(text, region).map_err(|refused| {
        let fault = match refused {
            WrittenRefused::TooShort => FieldFault::TooShort,
            WrittenRefused::TooLong => FieldFault::TooLong,
        };
        OpError::invalid("number", fault)
    })
}

fn notes(text: &str) -> Result<Vec<String>, OpError> {
    if text.chars().count() > MAX_SEARCH_CHARS {
        return Err(OpError::invalid("notes", FieldFault::TooLong));
    }
    let words = note_query(text);
    if words.is_empty() {
        return Err(OpError::invalid("notes", FieldFault::Empty));
    }
    if words.len() > MAX_NOTE_WORDS {
        return Err(OpError::invalid("notes", FieldFault::TooLong));
    }
    Ok(words)
}
