//! What a query string asks of the list of Activities. It is read strictly: a filter that was mistyped and taken for
//! none would list what nobody asked for.

use super::strict::{flag, id, name, seconds, strict_query, time, words};
use crate::ops::people::MAX_SEARCH_CHARS;
use crate::ops::{FieldFault, OpError};
use domain::activity::Outcome;
use domain::call::{CallType, Direction};
use domain::id::{AgentKey, CaseId, CodeId, PersonId};
use domain::phone::{Region, WrittenNumber, WrittenRefused};
use store::{ActivityFilter, note_query};

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
    /// Logged with this code.
    code = "code",
    /// This agent has a part in it.
    agent = "agent",
    /// The ring group.
    ring_group = "ring_group",
    /// Filed on this record.
    party = "party",
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
    /// Whether it was recorded.
    recording = "recording",
    /// Whether a message was left.
    voicemail = "voicemail",
    /// Whether several records could own it.
    possible = "possible",
    /// Whether it is filed on a record.
    matched = "matched",
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
            code: id("code", self.code.as_deref())?.map(CodeId),
            agent: name("agent", self.agent.as_deref())?.map(AgentKey),
            ring_group: name("ring_group", self.ring_group.as_deref())?,
            party: id("party", self.party.as_deref())?.map(PersonId),
            case: id("case", self.case.as_deref())?.map(CaseId),
            number: self.number.as_deref().map(|text| number(text, region)).transpose()?,
            did: name("did", self.did.as_deref())?,
            talk_min_s: seconds("talk_min_s", self.talk_min_s.as_deref())?,
            talk_max_s: seconds("talk_max_s", self.talk_max_s.as_deref())?,
            recording: flag("recording", self.recording.as_deref())?,
            voicemail: flag("voicemail", self.voicemail.as_deref())?,
            possible: flag("possible", self.possible.as_deref())?,
            matched: flag("matched", self.matched.as_deref())?,
            words: self.notes.as_deref().map(notes).transpose()?.unwrap_or_default(),
        };
        if filter.from.zip(filter.until).is_some_and(|(from, until)| until <= from) {
            return Err(OpError::invalid("until", FieldFault::Unknown));
        }
        if filter.talk_min_s.zip(filter.talk_max_s).is_some_and(|(least, most)| most < least) {
            return Err(OpError::invalid("talk_max_s", FieldFault::Unknown));
        }
        Ok(filter)
    }
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
