//! The code book as a table (P14): one line a code. A table that was read is compared with the book, line by line, and says what
//! would change, or what is wrong with a line; nothing is ever deleted, and lines that are missing change nothing. Separators,
//! quotes and files are the server's.

use crate::call::Direction;
use crate::disposition::{
    CodeTraits, DispositionCode, DispositionSet, Label, MAX_CODES_PER_SET, MAX_FOLLOW_UP_DAYS,
    MAX_LABEL_CHARS, MAX_SET_NAME_CHARS, MAX_SETS,
};
use crate::id::{CodeId, SetId};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

mod cells;
mod dates;
mod picklist;

pub use cells::{COLUMNS, written};
pub use picklist::{LabelLanguage, PicklistValue, PicklistWish, of_picklist};

use cells::Cells;
use dates::DateOrder;

/// What a line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineDoes {
    /// A code is added.
    Adds,
    /// Its label becomes another, and perhaps more of it.
    Renames,
    /// It is retired, and perhaps more.
    Retires,
    /// It was retired, or merged into another, and is picked again, and perhaps more.
    BringsBack,
    /// Something else of it changes.
    Changes,
    /// Nothing: the book says the same.
    Nothing,
    /// It cannot be.
    Refused(LineFault),
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// It has fewer columns than the table has headings.
    Columns,
    /// Its set is not there and cannot be made.
    SetUnknown,
    /// Another line has its id.
    IdTwice,
    /// The code of this id is of another set.
    OtherSet,
    /// What it stands under is not there, retired lines included, or it would stand too deep or under itself.
    Path,
    /// A label is missing or too long.
    Label,
    /// Another code in the same place has the label.
    LabelTaken,
    /// A column that says yes or no says something else.
    Flag,
    /// The days of the follow-up are none.
    Days,
    /// A date is none, or the last day is before the first.
    Date,
    /// A date has its day and its month in an order that no date of the table tells.
    DateOrder,
    /// The place is no number.
    Order,
    /// The set would hold too many codes.
    TooMany,
}

impl LineFault {
    /// What the API calls it.
    pub fn word(self) -> &'static str {
        match self {
            LineFault::Columns => "columns",
            LineFault::SetUnknown => "set_unknown",
            LineFault::IdTwice => "id_twice",
            LineFault::OtherSet => "other_set",
            LineFault::Path => "path",
            LineFault::Label => "label",
            LineFault::LabelTaken => "label_taken",
            LineFault::Flag => "flag",
            LineFault::Days => "days",
            LineFault::Date => "date",
            LineFault::DateOrder => "date_order",
            LineFault::Order => "order",
            LineFault::TooMany => "too_many",
        }
    }
}

/// A line, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    /// The name of its set, as it says.
    pub set: String,
    /// The label that it gives.
    pub label: Label,
    /// What it does.
    pub does: LineDoes,
    /// The code it is about; `None` where it is refused.
    pub code: Option<CodeId>,
}

/// What a table comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Every set as it would be, with its codes; those that would be new come last.
    pub after: Vec<DispositionSet>,
}

impl Plan {
    /// Whether any line is refused.
    pub fn is_refused(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.does, LineDoes::Refused(_)))
    }

    /// How many lines change something.
    pub fn changes(&self) -> usize {
        let changes = |line: &&Line| !matches!(line.does, LineDoes::Nothing | LineDoes::Refused(_));
        self.lines.iter().filter(changes).count()
    }
}

/// A line that says something that can be, before it is known where it stands.
struct Wanted {
    line: usize,
    code: DispositionCode,
    /// The id of what it stands under, as the table has it.
    under: Option<String>,
}

/// Compares a table with the book. `headings` are those of the table; ids that are no code's are names of the table's own, by
/// which its lines name each other, and become new codes with ids from `new_id`.
pub fn plan(
    sets: &[DispositionSet],
    ring_groups: &BTreeSet<String>,
    headings: &[String],
    rows: &[(u64, Vec<String>)],
    mut new_id: impl FnMut() -> Uuid,
) -> Plan {
    let mut plan = Plan { lines: Vec::new(), after: sets.to_vec() };
    let order = DateOrder::of(headings, rows);
    let (mut wanted, mut names) = (Vec::new(), BTreeMap::<String, CodeId>::new());
    for (number, row) in rows {
        let cells = Cells::new(headings, row, order);
        let (set, label) =
            (cells.text("set"), Label { es: cells.text("label_es"), en: cells.text("label_en") });
        let read = read(&cells, &mut plan.after, ring_groups, &mut names, &mut new_id);
        let does = read.as_ref().map_or_else(|fault| LineDoes::Refused(*fault), |_| LineDoes::Nothing);
        let code = read.as_ref().ok().map(|(code, _)| code.id);
        if let Ok((code, under)) = read {
            wanted.push(Wanted { line: plan.lines.len(), code, under });
        }
        plan.lines.push(Line { number: *number, set, label, does, code });
    }
    place(&mut plan, sets, &names, wanted);
    plan
}

/// What a line says, and the id of what it stands under; the set is made where it is not there.
fn read(
    cells: &Cells<'_>,
    after: &mut Vec<DispositionSet>,
    ring_groups: &BTreeSet<String>,
    names: &mut BTreeMap<String, CodeId>,
    new_id: &mut impl FnMut() -> Uuid,
) -> Result<(DispositionCode, Option<String>), LineFault> {
    if !cells.are_whole() {
        return Err(LineFault::Columns);
    }
    let id = cells.text("id");
    let known = Uuid::parse_str(&id).ok().map(CodeId);
    let before = known.and_then(|id| after.iter().find_map(|set| set.code(id))).cloned();
    let set = set_of(cells, after, ring_groups, new_id)?;
    if before.as_ref().is_some_and(|before| before.set != set) {
        return Err(LineFault::OtherSet);
    }
    let label = Label { es: cells.text("label_es"), en: cells.text("label_en") };
    if [&label.es, &label.en].iter().any(|text| text.is_empty() || text.chars().count() > MAX_LABEL_CHARS) {
        return Err(LineFault::Label);
    }
    let (valid_from, valid_until) = (cells.day("valid_from")?, cells.day("valid_until")?);
    if valid_from.zip(valid_until).is_some_and(|(from, until)| until < from) {
        return Err(LineFault::Date);
    }
    let retired = cells.flag("retired")?;
    let traits = CodeTraits {
        parent: None,
        follow_up_days: cells.days(MAX_FOLLOW_UP_DAYS)?,
        do_not_call: cells.flag("do_not_call")?,
        not_final: cells.flag("not_final")?,
        valid_from,
        valid_until,
        merged_into: before.as_ref().and_then(|before| before.traits.merged_into).filter(|_| retired),
    };
    let code = DispositionCode {
        id: before.as_ref().map_or_else(|| CodeId(new_id()), |before| before.id),
        set,
        label,
        position: cells.order()?,
        favourite: cells.flag("favourite")?,
        requires_notes: cells.flag("requires_notes")?,
        retired,
        traits,
        version: before.as_ref().map_or(0, |before| before.version),
    };
    if !id.is_empty() && names.insert(id, code.id).is_some() {
        return Err(LineFault::IdTwice);
    }
    Ok((code, Some(cells.text("parent")).filter(|parent| !parent.is_empty())))
}

/// The set of this name and direction that is used; made where there is none and its ring groups are there.
fn set_of(
    cells: &Cells<'_>,
    after: &mut Vec<DispositionSet>,
    ring_groups: &BTreeSet<String>,
    new_id: &mut impl FnMut() -> Uuid,
) -> Result<SetId, LineFault> {
    let name = cells.text("set");
    let direction = match cells.text("direction").as_str() {
        "inbound" => Direction::Inbound,
        "outbound" => Direction::Outbound,
        _ => return Err(LineFault::SetUnknown),
    };
    let groups = cells.list("ring_groups");
    // Of a name that a retired set has as well the one in use is meant, unless the line's code says otherwise.
    let own = Uuid::parse_str(&cells.text("id")).ok().map(CodeId);
    let called = |set: &&DispositionSet| set.direction == direction && set.name == name;
    let holds = |set: &&DispositionSet| own.is_some_and(|id| set.code(id).is_some());
    let mut found: Vec<&DispositionSet> = after.iter().filter(called).collect();
    found.sort_by_key(|set| (!holds(set), set.retired));
    if let Some(set) = found.first() {
        return if set.ring_groups == groups { Ok(set.id) } else { Err(LineFault::SetUnknown) };
    }
    let taken = after.iter().any(|set| !set.retired && set.name.to_lowercase() == name.to_lowercase());
    let fits = !name.is_empty() && name.chars().count() <= MAX_SET_NAME_CHARS && after.len() < MAX_SETS;
    if taken || !fits || !groups.iter().all(|group| ring_groups.contains(group)) {
        return Err(LineFault::SetUnknown);
    }
    let id = SetId(new_id());
    let (retired, codes) = (false, Vec::new());
    after.push(DispositionSet { id, name, direction, ring_groups: groups, retired, version: 1, codes });
    Ok(id)
}

/// Puts every code where it belongs; a line whose place cannot be is refused, and the book stays without it.
fn place(plan: &mut Plan, before: &[DispositionSet], names: &BTreeMap<String, CodeId>, wanted: Vec<Wanted>) {
    let mut checked = Vec::new();
    for Wanted { line, mut code, under } in wanted {
        code.traits.parent = under.as_ref().and_then(|name| {
            let own = Uuid::parse_str(name).ok().map(CodeId);
            names.get(name).copied().or(own)
        });
        if under.is_some() && code.traits.parent.is_none() {
            plan.lines[line].does = LineDoes::Refused(LineFault::Path);
            continue;
        }
        if let Some(set) = plan.after.iter_mut().find(|set| set.id == code.set) {
            let full = set.codes.len() >= MAX_CODES_PER_SET;
            match set.codes.iter_mut().find(|one| one.id == code.id) {
                Some(one) => *one = code.clone(),
                // What follows takes a while that grows with the square of them.
                None if full => {
                    plan.lines[line].does = LineDoes::Refused(LineFault::TooMany);
                    continue;
                }
                None => set.codes.push(code.clone()),
            }
        }
        checked.push((line, code));
    }
    for (line, code) in checked {
        let Some(set) = plan.after.iter().find(|set| set.id == code.set) else { continue };
        let was = before.iter().find_map(|set| set.code(code.id));
        plan.lines[line].does = match misplaced(set, &code) {
            Some(fault) => LineDoes::Refused(fault),
            None => does(was, &code),
        };
    }
    for line in &mut plan.lines {
        line.code = line.code.filter(|_| !matches!(line.does, LineDoes::Refused(_)));
    }
    let changed = |code: &DispositionCode| {
        before.iter().find_map(|set| set.code(code.id)).is_none_or(|was| was != code)
    };
    for code in plan.after.iter_mut().flat_map(|set| &mut set.codes) {
        code.version += u64::from(changed(code));
    }
}

fn misplaced(set: &DispositionSet, code: &DispositionCode) -> Option<LineFault> {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let beside = |other: &&DispositionCode| other.id != code.id && other.traits.parent == code.traits.parent;
    let mut others = set.codes.iter().filter(beside);
    let stands = code.traits.parent.is_none_or(|parent| set.may_stand_under(code.id, parent));
    if !stands {
        Some(LineFault::Path)
    } else if others.any(|one| same(&one.label.es, &code.label.es) || same(&one.label.en, &code.label.en)) {
        Some(LineFault::LabelTaken)
    } else {
        None
    }
}

fn does(was: Option<&DispositionCode>, now: &DispositionCode) -> LineDoes {
    match was {
        None => LineDoes::Adds,
        Some(was) if was == now => LineDoes::Nothing,
        Some(was) if !was.retired && now.retired => LineDoes::Retires,
        Some(was) if was.retired && !now.retired => LineDoes::BringsBack,
        Some(was) if was.label != now.label => LineDoes::Renames,
        Some(_) => LineDoes::Changes,
    }
}

#[cfg(test)]
mod tests;
