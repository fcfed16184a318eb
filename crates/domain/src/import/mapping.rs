//! How a file is read: which column is what, how times and durations are written, and whom and what its words mean. It is
//! data of an import, proposed from the headings and changed by an admin.

use crate::call::{CallType, Direction};
use crate::disposition::{DispositionSet, LoggedCode};
use crate::id::{AgentKey, CodeId};
use crate::ring_group::MAX_AGENT_CHARS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most words of a file that a mapping gives a meaning.
pub(super) const MAX_WORDS_MAPPED: usize = 2_000;
/// Longest word or heading that a mapping names, in characters.
pub(super) const MAX_WORD_CHARS: usize = 500;

/// What a column can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The system's own id of the interaction; it makes each call be imported once.
    Id,
    /// What the call turned out to be.
    Type,
    /// When it began.
    StartedAt,
    /// When it ended.
    EndedAt,
    /// The customer's number.
    CustomerNumber,
    /// Our number.
    OurNumber,
    /// The agent who had the customer.
    Agent,
    /// The ring group.
    RingGroup,
    /// How long the customer waited.
    WaitTime,
    /// How long they talked.
    TalkTime,
    /// How long the customer was kept on hold.
    HoldTime,
    /// How long the whole took.
    TotalTime,
    /// The disposition code.
    Code,
    /// The notes.
    Notes,
    /// Anything at all: it was recorded.
    Recording,
    /// The id of the record of a CRM that the row was.
    Record,
}

impl Field {
    /// Each of them, in the order of the document.
    pub const ALL: [Field; 16] = [
        Field::Id,
        Field::Type,
        Field::StartedAt,
        Field::EndedAt,
        Field::CustomerNumber,
        Field::OurNumber,
        Field::Agent,
        Field::RingGroup,
        Field::WaitTime,
        Field::TalkTime,
        Field::HoldTime,
        Field::TotalTime,
        Field::Code,
        Field::Notes,
        Field::Recording,
        Field::Record,
    ];
    /// Those without which nothing can be imported.
    pub const NEEDED: [Field; 4] = [Field::Id, Field::Type, Field::StartedAt, Field::CustomerNumber];
}

/// In which order numbers of a date stand where they do not begin with the year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeOrder {
    /// `31/12/2025`.
    #[default]
    DayFirst,
    /// `12/31/2025`.
    MonthFirst,
}

/// What a duration that is a plain number counts. One with colons is hours, minutes and seconds whatever is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durations {
    /// Seconds.
    #[default]
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Minutes.
    Minutes,
    /// Days, as spreadsheets count time.
    Days,
}

/// What becomes of a row whose agent nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownAgent {
    /// It is refused.
    #[default]
    Refuse,
    /// Its agent is called as in the file: somebody who is no user.
    Keep,
    /// It has no agent; the word stands in its explanation.
    LeaveOut,
}

/// What becomes of a row whose code nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownCode {
    /// It is refused.
    #[default]
    Refuse,
    /// It has no code; the word stands in its explanation.
    LeaveOut,
}

/// How a file is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// The heading of each field's column.
    pub columns: BTreeMap<Field, String>,
    /// IANA name of the zone of times that name none.
    pub zone: String,
    /// How dates are written that do not begin with the year.
    pub times: TimeOrder,
    /// What plain numbers of durations count.
    pub durations: Durations,
    /// What words of types mean, besides those that are known.
    pub types: BTreeMap<String, CallType>,
    /// Who words of agents are, besides users by name, login and extension; `None`: nobody.
    pub agents: BTreeMap<String, Option<AgentKey>>,
    /// What becomes of the others.
    pub unknown_agents: UnknownAgent,
    /// What words of codes mean, besides codes by their labels; `None`: no code.
    pub codes: BTreeMap<String, Option<CodeId>>,
    /// What becomes of the others.
    pub unknown_codes: UnknownCode,
    /// Which ring groups words mean; others are called as in the file.
    pub ring_groups: BTreeMap<String, String>,
}

/// What is wrong with a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappingFault {
    /// A field that is needed has no column.
    Empty,
    /// It names something that is not there.
    Unknown,
    /// More than fits.
    TooLong,
    /// Two fields have one column.
    Taken,
}

/// Why a mapping is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingRefused {
    /// Where: `columns.started_at`, `agents`, `zone`.
    pub place: String,
    /// What is wrong.
    pub fault: MappingFault,
}

/// Where each field's column is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// How many cells a row has.
    pub width: usize,
    places: BTreeMap<Field, usize>,
}

impl Columns {
    /// Of a file with these headings; the field whose column is not there is answered instead.
    ///
    /// # Errors
    /// That field.
    pub fn of(mapping: &Mapping, headings: &[String]) -> Result<Columns, Field> {
        let mut places = BTreeMap::new();
        for (field, heading) in &mapping.columns {
            let place = headings.iter().position(|one| one == heading).ok_or(*field)?;
            places.insert(*field, place);
        }
        match Field::NEEDED.iter().find(|field| !places.contains_key(field)) {
            Some(field) => Err(*field),
            None => Ok(Columns { width: headings.len(), places }),
        }
    }

    /// Where a field is.
    pub fn place(&self, field: Field) -> Option<usize> {
        self.places.get(&field).copied()
    }
}

/// By what words are compared: without regard to case and to spaces around them.
pub fn key_of(word: &str) -> String {
    word.trim().to_lowercase()
}

/// Whom and what the words of a file mean, by [`key_of`] them. It is kept with the import, so that a row means the same before
/// and after a restart, whatever users and codes became meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Agents; `None`: said to be nobody.
    pub agents: BTreeMap<String, Option<AgentKey>>,
    /// Codes of inbound calls; `None`: said to be none.
    pub inbound: BTreeMap<String, Option<LoggedCode>>,
    /// Codes of outbound calls.
    pub outbound: BTreeMap<String, Option<LoggedCode>>,
    /// Types.
    pub types: BTreeMap<String, CallType>,
    /// Ring groups.
    pub ring_groups: BTreeMap<String, String>,
}

impl Book {
    /// The book of a mapping. `users` are names, logins and extensions of agents, each with the agent it means; a word that two of
    /// them have means neither. So it is with labels: a code that can be picked goes before one that is retired.
    pub fn of(mapping: &Mapping, users: &[(String, AgentKey)], sets: &[DispositionSet]) -> Book {
        let mut agents = unambiguous(users.iter().map(|(word, agent)| (key_of(word), agent.clone())));
        agents.extend(mapping.agents.iter().map(|(word, agent)| (key_of(word), agent.clone())));
        let types = mapping.types.iter().map(|(word, kind)| (key_of(word), *kind)).collect();
        let ring_groups =
            mapping.ring_groups.iter().map(|(word, group)| (key_of(word), group.clone())).collect();
        Book {
            agents,
            inbound: codes(mapping, sets, Direction::Inbound),
            outbound: codes(mapping, sets, Direction::Outbound),
            types,
            ring_groups,
        }
    }

    pub(super) fn codes(&self, direction: Direction) -> &BTreeMap<String, Option<LoggedCode>> {
        if direction == Direction::Outbound { &self.outbound } else { &self.inbound }
    }
}

fn codes(
    mapping: &Mapping,
    sets: &[DispositionSet],
    direction: Direction,
) -> BTreeMap<String, Option<LoggedCode>> {
    let labelled = |retired: bool| {
        let of_direction = sets.iter().filter(|set| set.direction == direction);
        let codes = of_direction.flat_map(|set| set.codes.iter().map(move |code| (set, code)));
        let chosen = codes.filter(move |(set, code)| (set.retired || set.is_retired(code)) == retired);
        let words = chosen.flat_map(|(set, code)| {
            let logged = LoggedCode::plain(code.id, set.path(code));
            let mut words = [&code.label.es, &code.label.en, &logged.label.es, &logged.label.en]
                .map(|word| key_of(word))
                .to_vec();
            words.sort();
            words.dedup();
            words.into_iter().map(move |word| (word, logged.clone()))
        });
        unambiguous(words)
    };
    let mut found = labelled(true);
    found.extend(labelled(false));
    let named = |id: CodeId| sets.iter().find_map(|set| Some(LoggedCode::plain(id, set.path(set.code(id)?))));
    found.extend(mapping.codes.iter().map(|(word, id)| (key_of(word), id.and_then(named))));
    found
}

/// Words with what they mean, without those that mean several.
fn unambiguous<T: PartialEq>(words: impl Iterator<Item = (String, T)>) -> BTreeMap<String, Option<T>> {
    let mut found: BTreeMap<String, Option<T>> = BTreeMap::new();
    for (word, meant) in words.filter(|(word, _)| !word.is_empty()) {
        let known = found.get(&word);
        let same = known.is_none_or(|known| known.as_ref() == Some(&meant));
        found.insert(word, same.then_some(meant));
    }
    found.retain(|_, meant| meant.is_some());
    found
}

impl Mapping {
    /// That it can be used with a file of these headings and these codes.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self, headings: &[String], sets: &[DispositionSet]) -> Result<(), MappingRefused> {
        let refuse = |place: &str, fault| Err(MappingRefused { place: place.to_owned(), fault });
        for (nth, (field, heading)) in self.columns.iter().enumerate() {
            let place = format!("columns.{}", field.word());
            if !headings.contains(heading) {
                return refuse(&place, MappingFault::Unknown);
            }
            if self.columns.values().skip(nth + 1).any(|other| other == heading) {
                return refuse(&place, MappingFault::Taken);
            }
        }
        if let Some(field) = Field::NEEDED.iter().find(|field| !self.columns.contains_key(field)) {
            return refuse(&format!("columns.{}", field.word()), MappingFault::Empty);
        }
        let known = |id: &CodeId| sets.iter().any(|set| set.codes.iter().any(|code| code.id == *id));
        if !self.codes.values().flatten().all(known) {
            return refuse("codes", MappingFault::Unknown);
        }
        if self.types.values().any(|kind| *kind == CallType::Internal) {
            return refuse("types", MappingFault::Unknown);
        }
        let long = |text: &str, limit: usize| text.chars().count() > limit;
        let agents = self.agents.values().flatten().any(|agent| long(&agent.0, MAX_AGENT_CHARS));
        let groups = self.ring_groups.values().any(|group| long(group, MAX_WORD_CHARS));
        for (place, words, values) in [
            ("types", self.types.keys().collect::<Vec<_>>(), false),
            ("agents", self.agents.keys().collect(), agents),
            ("codes", self.codes.keys().collect(), false),
            ("ring_groups", self.ring_groups.keys().collect(), groups),
        ] {
            let too_long = words.iter().any(|word| long(word, MAX_WORD_CHARS));
            if values || too_long || words.len() > MAX_WORDS_MAPPED {
                return refuse(place, MappingFault::TooLong);
            }
        }
        Ok(())
    }
}

impl Field {
    /// The word by which it is stored and told.
    pub fn word(self) -> &'static str {
        match self {
            Field::Id => "id",
            Field::Type => "type",
            Field::StartedAt => "started_at",
            Field::EndedAt => "ended_at",
            Field::CustomerNumber => "customer_number",
            Field::OurNumber => "our_number",
            Field::Agent => "agent",
            Field::RingGroup => "ring_group",
            Field::WaitTime => "wait_time",
            Field::TalkTime => "talk_time",
            Field::HoldTime => "hold_time",
            Field::TotalTime => "total_time",
            Field::Code => "code",
            Field::Notes => "notes",
            Field::Recording => "recording",
            Field::Record => "record",
        }
    }
}
