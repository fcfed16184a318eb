//! The columns of the table, and what is written in them.

use super::LineFault;
use super::dates::DateOrder;
use crate::call::Direction;
use crate::disposition::{DispositionCode, DispositionSet};
use crate::report::calendar::Day;

/// The columns, in the order they are written in. `path_es` and `path_en` are for people and not read.
pub const COLUMNS: [&str; 18] = [
    "id",
    "set",
    "direction",
    "ring_groups",
    "parent",
    "path_es",
    "path_en",
    "label_es",
    "label_en",
    "order",
    "favourite",
    "requires_notes",
    "follow_up_days",
    "do_not_call",
    "not_final",
    "valid_from",
    "valid_until",
    "retired",
];
/// What stands between the ring groups of a set.
const LIST_SEPARATOR: char = ';';

/// The code book as rows of these columns: set by set, each code followed by those under it.
pub fn written(sets: &[DispositionSet]) -> Vec<Vec<String>> {
    sets.iter().flat_map(|set| set.in_order().into_iter().map(|code| row(set, code))).collect()
}

/// A code as a row of these columns.
pub(super) fn row(set: &DispositionSet, code: &DispositionCode) -> Vec<String> {
    let (path, traits) = (set.path(code), &code.traits);
    let flag = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let direction = if set.direction == Direction::Outbound { "outbound" } else { "inbound" };
    vec![
        code.id.to_string(),
        set.name.clone(),
        direction.to_owned(),
        listed(&set.ring_groups),
        traits.parent.map(|parent| parent.to_string()).unwrap_or_default(),
        path.es,
        path.en,
        code.label.es.clone(),
        code.label.en.clone(),
        code.position.to_string(),
        flag(code.favourite),
        flag(code.requires_notes),
        traits.follow_up_days.map(|days| days.to_string()).unwrap_or_default(),
        flag(traits.do_not_call),
        flag(traits.not_final),
        day(traits.valid_from),
        day(traits.valid_until),
        flag(code.retired),
    ]
}

/// Keys of ring groups in one cell; before what separates them a backslash says that it is part of a key.
fn listed(keys: &[String]) -> String {
    let escaped = |key: &String| key.replace('\\', "\\\\").replace(LIST_SEPARATOR, "\\;");
    keys.iter().map(escaped).collect::<Vec<_>>().join(";")
}

/// A row with the headings of its table.
pub(super) struct Cells<'a> {
    headings: &'a [String],
    row: &'a [String],
    order: DateOrder,
}

impl<'a> Cells<'a> {
    pub(super) fn new(headings: &'a [String], row: &'a [String], order: DateOrder) -> Self {
        Cells { headings, row, order }
    }

    pub(super) fn are_whole(&self) -> bool {
        self.row.len() >= self.headings.len()
    }

    fn cell(&self, column: &str) -> &str {
        let place = self.headings.iter().position(|heading| heading == column);
        place.and_then(|place| self.row.get(place)).map_or("", |cell| cell.trim())
    }

    pub(super) fn text(&self, column: &str) -> String {
        self.cell(column).to_owned()
    }

    /// `yes` or `no`, also as spreadsheets and Spanish have it; nothing is no.
    pub(super) fn flag(&self, column: &str) -> Result<bool, LineFault> {
        match self.cell(column).to_lowercase().as_str() {
            "yes" | "true" | "1" | "sí" | "si" | "verdadero" => Ok(true),
            "no" | "false" | "0" | "falso" | "" => Ok(false),
            _ => Err(LineFault::Flag),
        }
    }

    pub(super) fn day(&self, column: &str) -> Result<Option<Day>, LineFault> {
        match self.cell(column) {
            "" => Ok(None),
            text => self.order.read(text).map(Some),
        }
    }

    pub(super) fn days(&self, most: u16) -> Result<Option<u16>, LineFault> {
        match self.cell("follow_up_days") {
            "" => Ok(None),
            text => text.parse().ok().filter(|days| *days <= most).map(Some).ok_or(LineFault::Days),
        }
    }

    pub(super) fn order(&self) -> Result<u32, LineFault> {
        match self.cell("order") {
            "" => Ok(0),
            text => text.parse().map_err(|_| LineFault::Order),
        }
    }

    /// The parts of a cell, in the order of their letters and each once.
    pub(super) fn list(&self, column: &str) -> Vec<String> {
        let (mut parts, mut part) = (Vec::new(), String::new());
        let mut letters = self.cell(column).chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => part.extend(letters.next()),
                LIST_SEPARATOR => parts.push(std::mem::take(&mut part)),
                other => part.push(other),
            }
        }
        parts.push(part);
        let mut parts: Vec<String> = parts.iter().map(|part| part.trim().to_owned()).collect();
        parts.retain(|part| !part.is_empty());
        parts.sort();
        parts.dedup();
        parts
    }
}
