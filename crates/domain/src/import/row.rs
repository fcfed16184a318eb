//! From a row of a file to a call and its Activity, or to the reason why not. The same row gives the same call whenever it is
//! read; whose number it is, is asked afterwards.

use super::mapping::{Book, Columns, Field, Mapping, UnknownAgent, UnknownCode, key_of};
use super::tally::{Reason, Refusal};
use super::value::{call_type, duration, time};
use super::{Import, PastCall};
use crate::activity::{Activity, Outcome};
use crate::call::{CallRecord, CallState, CallType, Direction, Engagement, Explained, OfferResult, Via};
use crate::disposition::LoggedCode;
use crate::id::{AgentKey, At, CallKey, EngagementKey, TenantId};
use crate::matching::Match;
use crate::report::calendar::Calendar;
use crate::ring_group::MAX_AGENT_CHARS;
use crate::wrapup::MAX_NOTES_CHARS;

/// The rule that explains an imported call.
pub const RULE: &str = "import.row";
/// Longest text of a cell that is no note, in characters.
pub const MAX_CELL_CHARS: usize = 500;
/// How much of a cell is told with its refusal, in characters.
const TOLD_CHARS: usize = 80;
/// What spreadsheets take for the beginning of a formula. Whoever writes a table with care puts an apostrophe before it, and
/// that is no part of what the cell says.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// What every row of an import is read by.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The import.
    pub import: &'a Import,
    /// Where its columns are.
    pub columns: &'a Columns,
    /// The clock of times that name no zone.
    pub calendar: &'a Calendar,
    /// Now; no call began later.
    pub now: At,
}

/// What a row is.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The call, or why there is none.
    pub outcome: Result<Box<PastCall>, Refusal>,
    /// Words that nobody knows, whatever became of it.
    pub unknown: Vec<(Field, String)>,
}

/// What is said of an agent or a code.
enum Known<T> {
    Nothing,
    This(T),
    /// Nobody knows this word, and the mapping says what becomes of it.
    LeftOut,
    Refused,
}

impl<'a> Reader<'a> {
    /// Reads the row that begins in `line`.
    pub fn read(&self, line: u64, cells: &[&str]) -> Row {
        let row = Cells { reader: self, cells };
        let kind = row.kind();
        let direction = kind.as_ref().ok().map(|kind| kind.direction());
        let (agent, code) = (row.agent(), direction.map_or(Known::Nothing, |direction| row.code(direction)));
        let type_is_unknown = kind.as_ref().is_err_and(|refusal| refusal.reason == Reason::UnknownType);
        let code_is_unknown = direction.is_some_and(|direction| row.code_is_unknown(direction));
        let unknown = [
            (Field::Type, type_is_unknown),
            (Field::Agent, row.agent_is_unknown()),
            (Field::Code, code_is_unknown),
        ];
        let unknown = unknown.into_iter().filter(|(_, unknown)| *unknown);
        let unknown = unknown.map(|(field, _)| (field, row.word(field))).collect();
        let outcome = row.check_texts().and_then(|()| {
            let kind = kind?;
            let facts = row.facts(kind)?;
            let agent = settled(agent, || row.refuse(Field::Agent, Reason::UnknownAgent))?;
            let code = settled(code, || row.refuse(Field::Code, Reason::UnknownCode))?;
            Ok(Box::new(row.past_call(line, kind, &facts, agent, code)))
        });
        Row { outcome, unknown }
    }

    fn mapping(&self) -> &'a Mapping {
        &self.import.mapping
    }

    fn book(&self) -> &'a Book {
        &self.import.book
    }
}

/// Times of a call, and how long things took, in milliseconds.
struct Facts {
    started_at: At,
    answered_at: Option<At>,
    ended_at: At,
    wait_ms: Option<i64>,
    talk_ms: i64,
    hold_ms: i64,
}

struct Cells<'r, 'a> {
    reader: &'r Reader<'a>,
    cells: &'r [&'r str],
}

impl Cells<'_, '_> {
    /// What stands in a field's column; nothing where it has none.
    fn text(&self, field: Field) -> &str {
        let place = self.reader.columns.place(field);
        let text = place.and_then(|place| self.cells.get(place)).map_or("", |text| text.trim());
        text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(text)
    }

    /// The same as a word that can be given a meaning.
    fn word(&self, field: Field) -> String {
        self.text(field).chars().take(MAX_CELL_CHARS).collect()
    }

    fn refuse(&self, field: Field, reason: Reason) -> Refusal {
        Refusal { field: Some(field), reason, value: shortened(self.text(field)) }
    }

    /// That each cell is there and fits.
    fn check_texts(&self) -> Result<(), Refusal> {
        if self.cells.len() != self.reader.columns.width {
            let value = self.cells.len().to_string();
            return Err(Refusal { field: None, reason: Reason::WrongWidth, value });
        }
        for field in Field::ALL {
            let limit = match field {
                Field::Notes => MAX_NOTES_CHARS,
                Field::Agent => MAX_AGENT_CHARS.max(MAX_CELL_CHARS),
                _ => MAX_CELL_CHARS,
            };
            let text = self.text(field);
            if text.len() > limit && text.chars().count() > limit {
                return Err(self.refuse(field, Reason::TooLong));
            }
        }
        match self.text(Field::Id) {
            "" => Err(self.refuse(Field::Id, Reason::Missing)),
            _ => Ok(()),
        }
    }

    fn kind(&self) -> Result<CallType, Refusal> {
        let word = self.text(Field::Type);
        if word.is_empty() {
            return Err(self.refuse(Field::Type, Reason::Missing));
        }
        let said = self.reader.book().types.get(&key_of(word)).copied();
        said.or_else(|| call_type(word)).ok_or_else(|| self.refuse(Field::Type, Reason::UnknownType))
    }

    fn agent_is_unknown(&self) -> bool {
        let word = self.text(Field::Agent);
        !word.is_empty() && !self.reader.book().agents.contains_key(&key_of(word))
    }

    fn agent(&self) -> Known<AgentKey> {
        let word = self.text(Field::Agent);
        if word.is_empty() {
            return Known::Nothing;
        }
        match self.reader.book().agents.get(&key_of(word)) {
            Some(Some(agent)) => Known::This(agent.clone()),
            Some(None) => Known::LeftOut,
            None => match self.reader.mapping().unknown_agents {
                UnknownAgent::Refuse => Known::Refused,
                UnknownAgent::LeaveOut => Known::LeftOut,
                UnknownAgent::Keep => Known::This(AgentKey(word.chars().take(MAX_AGENT_CHARS).collect())),
            },
        }
    }

    fn code_is_unknown(&self, direction: Direction) -> bool {
        let word = self.text(Field::Code);
        !word.is_empty() && !self.reader.book().codes(direction).contains_key(&key_of(word))
    }

    fn code(&self, direction: Direction) -> Known<LoggedCode> {
        let word = self.text(Field::Code);
        if word.is_empty() {
            return Known::Nothing;
        }
        match self.reader.book().codes(direction).get(&key_of(word)) {
            Some(Some(code)) => Known::This(code.clone()),
            Some(None) => Known::LeftOut,
            None => match self.reader.mapping().unknown_codes {
                UnknownCode::Refuse => Known::Refused,
                UnknownCode::LeaveOut => Known::LeftOut,
            },
        }
    }

    fn time(&self, field: Field) -> Result<Option<At>, Refusal> {
        let text = self.text(field);
        if text.is_empty() {
            return Ok(None);
        }
        let read = time(text, self.reader.mapping().times, self.reader.calendar);
        read.map(Some).ok_or_else(|| self.refuse(field, Reason::NotATime))
    }

    fn duration(&self, field: Field) -> Result<Option<i64>, Refusal> {
        let text = self.text(field);
        if text.is_empty() {
            return Ok(None);
        }
        let read = duration(text, self.reader.mapping().durations);
        read.map(Some).ok_or_else(|| self.refuse(field, Reason::NotADuration))
    }

    /// What is missing follows from what is there: an end from the whole or from waiting and talking, talking from the end.
    fn facts(&self, kind: CallType) -> Result<Facts, Refusal> {
        let started_at =
            self.time(Field::StartedAt)?.ok_or_else(|| self.refuse(Field::StartedAt, Reason::Missing))?;
        if started_at > self.reader.now {
            return Err(self.refuse(Field::StartedAt, Reason::InFuture));
        }
        let wait = self.duration(Field::WaitTime)?;
        let talk = self.duration(Field::TalkTime)?;
        let hold = self.duration(Field::HoldTime)?.unwrap_or_default();
        let total = self.duration(Field::TotalTime)?;
        let spoken = wait.unwrap_or_default() + talk.unwrap_or_default();
        let ended_at = match self.time(Field::EndedAt)? {
            Some(ended_at) if ended_at < started_at => {
                return Err(self.refuse(Field::EndedAt, Reason::EndsBeforeStart));
            }
            Some(ended_at) => ended_at,
            None => started_at.plus_millis(total.unwrap_or(spoken)),
        };
        let whole = ended_at.millis_since(started_at);
        let answered = is_answered(kind).then(|| match (wait, talk) {
            (Some(wait), _) => wait.min(whole),
            (None, Some(talk)) => (whole - talk).max(0),
            (None, None) => 0,
        });
        let talk_ms = answered.map_or(0, |after| talk.unwrap_or(whole - after));
        Ok(Facts {
            started_at,
            answered_at: answered.map(|after| started_at.plus_millis(after)),
            ended_at,
            wait_ms: wait.filter(|_| kind.direction() == Direction::Inbound),
            talk_ms,
            hold_ms: hold.min(talk_ms),
        })
    }

    fn past_call(
        &self,
        line: u64,
        kind: CallType,
        facts: &Facts,
        agent: Option<AgentKey>,
        code: Option<LoggedCode>,
    ) -> PastCall {
        let Reader { tenant, import, .. } = *self.reader;
        let (source, own_id) = (import.source_of_calls(), self.text(Field::Id));
        // Without its time: a file that is read again by another zone must not give other calls.
        let key = CallKey::derived(tenant, &source, own_id, None);
        let direction = kind.direction();
        let some = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
        let (customer, ours) = (some(self.text(Field::CustomerNumber)), some(self.text(Field::OurNumber)));
        let inbound = direction == Direction::Inbound;
        let (from, to) = if inbound { (customer, ours.clone()) } else { (ours.clone(), customer) };
        let ring_group = some(self.text(Field::RingGroup))
            .map(|word| self.reader.book().ring_groups.get(&key_of(&word)).cloned().unwrap_or(word));
        let part = agent.clone().map(|agent| Engagement {
            key: EngagementKey::derived(tenant, &source, own_id, 0, None),
            agent,
            via: match (inbound, &ring_group) {
                (false, _) => Via::Outbound,
                (true, Some(_)) => Via::Queue,
                (true, None) => Via::Direct,
            },
            result: Some(offer(kind)),
            offered_at: facts.started_at,
            answered_at: facts.answered_at,
            ended_at: Some(facts.ended_at),
            hold_ms: facts.hold_ms,
            on_hold: false,
            wrapup: false,
        });
        let explanation = vec![self.explained(line, agent.is_some(), code.is_some())];
        let call = CallRecord {
            key,
            source,
            state: CallState::Ended,
            kind: Some(kind),
            direction,
            from,
            to,
            did: ours.filter(|_| inbound),
            ring_group,
            started_at: facts.started_at,
            answered_at: facts.answered_at,
            ended_at: Some(facts.ended_at),
            waiting_since: None,
            wait_ms: facts.wait_ms,
            talk_ms: facts.talk_ms,
            hold_ms: facts.hold_ms,
            // That it was recorded is all that is known here.
            recording: some(self.text(Field::Recording)).map(|_| String::new()),
            voicemail: None,
            hung_up_by: None,
            no_activity: None,
            inferred: false,
            explanation,
            engagements: part.into_iter().collect(),
        };
        let activity = self.activity(&call, agent, code);
        PastCall { import: import.id, line, call, activity }
    }

    fn activity(&self, call: &CallRecord, agent: Option<AgentKey>, code: Option<LoggedCode>) -> Activity {
        let notes = Some(self.text(Field::Notes)).filter(|notes| !notes.is_empty()).map(str::to_owned);
        let outcome = if code.is_some() || notes.is_some() {
            Outcome::Logged
        } else if call.answered_at.is_some() && agent.is_some() {
            // An export does not tell Do not log from a window that was closed: nobody summed it up.
            Outcome::Undispositioned
        } else {
            Outcome::NoWrapup
        };
        Activity {
            outcome,
            archived: true,
            agent,
            code,
            notes,
            logged_at: call.ended_at.filter(|_| outcome == Outcome::Logged),
            ..Activity::open(call.key, Vec::new())
        }
    }

    /// Where it came from, and what of it is not shown otherwise.
    fn explained(&self, line: u64, has_agent: bool, has_code: bool) -> Explained {
        let line = line.to_string();
        let mut facts = vec![("file", self.reader.import.file.as_str()), ("line", line.as_str())];
        facts.push(("their_id", self.text(Field::Id)));
        for (name, field, shown) in [
            ("their_agent", Field::Agent, has_agent),
            ("their_code", Field::Code, has_code),
            ("their_record", Field::Record, false),
        ] {
            let text = self.text(field);
            if !shown && !text.is_empty() {
                facts.push((name, text));
            }
        }
        Explained::new(RULE, &facts)
    }
}

impl PastCall {
    /// The same, with what the directory says of the customer's number: filed on the only record that has it, else on the list of
    /// each that may be it. Nobody is made.
    #[must_use]
    pub fn matched(mut self, found: &Match) -> PastCall {
        self.activity.candidates = found.candidates();
        self.activity.party = found.by_itself();
        self
    }
}

fn settled<T>(known: Known<T>, refused: impl FnOnce() -> Refusal) -> Result<Option<T>, Refusal> {
    match known {
        Known::This(this) => Ok(Some(this)),
        Known::Nothing | Known::LeftOut => Ok(None),
        Known::Refused => Err(refused()),
    }
}

fn is_answered(kind: CallType) -> bool {
    matches!(kind, CallType::Inbound | CallType::Outbound)
}

fn offer(kind: CallType) -> OfferResult {
    match kind {
        CallType::Inbound | CallType::Outbound | CallType::Internal => OfferResult::Answered,
        CallType::OutboundMissed => OfferResult::Unreachable,
        CallType::Abandoned | CallType::ShortAbandoned => OfferResult::CancelledByCaller,
        CallType::Missed | CallType::Voicemail => OfferResult::Missed,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(TOLD_CHARS).collect()
}
