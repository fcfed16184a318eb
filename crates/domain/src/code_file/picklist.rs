//! What a field of a CRM offers to pick from, as lines of the table of codes of one set: from there on it is what a file is. Which
//! fields there are, and what they offer now, is the CRM's to say.
//!
//! A value is the code of its place that has its label; where none has, the one that has its name. Codes of the set that the
//! field does not offer, and retired ones that it does, stay as they are unless that is asked.

use super::cells::{COLUMNS, row};
use crate::disposition::{CodeTraits, DispositionCode, DispositionSet, Label};
use crate::id::CodeId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A value that can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PicklistValue {
    /// Its name, which programs store.
    pub value: String,
    /// What people read.
    pub label: String,
    /// The values that can be picked once this one is picked in the field that the other depends on.
    pub below: Vec<PicklistValue>,
}

/// The language that labels are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelLanguage {
    /// Spanish.
    Spanish,
    /// English.
    English,
}

impl LabelLanguage {
    /// The language of a locale such as `es_MX`; `None`: it is neither, and its texts stand for both.
    pub fn of_locale(locale: &str) -> Option<LabelLanguage> {
        match locale.split(['_', '-']).next() {
            Some("es") => Some(LabelLanguage::Spanish),
            Some("en") => Some(LabelLanguage::English),
            _ => None,
        }
    }
}

/// What is wanted of a picklist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PicklistWish {
    /// The language of its labels.
    pub language: Option<LabelLanguage>,
    /// Whether codes of the set that it does not offer are retired.
    pub retire: bool,
    /// Whether retired codes that it offers are brought back.
    pub bring_back: bool,
}

/// The lines that give a set the codes of a picklist, by the columns of the table.
pub fn of_picklist(set: &DispositionSet, values: &[PicklistValue], wish: PicklistWish) -> Vec<Vec<String>> {
    let mut lines = Lines { set, wish, met: BTreeSet::new(), made: 0, rows: Vec::new() };
    lines.level(values, &Place::Known(None));
    if wish.retire {
        lines.retire_others();
    }
    lines.rows
}

/// Where values stand.
enum Place {
    /// Under a code that is there, or at the top.
    Known(Option<CodeId>),
    /// Under a line that makes a code.
    New(String),
}

struct Lines<'a> {
    set: &'a DispositionSet,
    wish: PicklistWish,
    met: BTreeSet<CodeId>,
    made: usize,
    rows: Vec<Vec<String>>,
}

impl<'a> Lines<'a> {
    fn level(&mut self, values: &[PicklistValue], place: &Place) {
        let mut next = self.next_position(place);
        for (value, code) in values.iter().zip(self.known(values, place)) {
            let Some(code) = code else {
                let name = self.add(value, place, next);
                next = next.saturating_add(1);
                self.level(&value.below, &Place::New(name));
                continue;
            };
            let (set, now) = (self.set, told(code, value, self.wish));
            self.met.insert(now.id);
            self.rows.push(row(set, &now));
            // Under a heading that stays retired nothing is offered: what would be new there is left.
            if !now.retired {
                self.level(&value.below, &Place::Known(Some(now.id)));
            }
        }
    }

    /// The code that each value is: first all that are called so, then those that are called as the value is named. A value that
    /// was given another label does not take the code that another one is called.
    fn known(&self, values: &[PicklistValue], place: &Place) -> Vec<Option<&'a DispositionCode>> {
        let mut known = vec![None; values.len()];
        let Place::Known(parent) = place else { return known };
        let mut codes: Vec<&'a DispositionCode> =
            self.set.codes.iter().filter(|code| code.traits.parent == *parent).collect();
        codes.sort_by_key(|code| code.retired);
        let mut free: BTreeSet<CodeId> = codes.iter().map(|code| code.id).collect();
        for says in [|value: &PicklistValue| value.label.clone(), |value: &PicklistValue| value.value.clone()]
        {
            for (value, known) in values.iter().zip(&mut known).filter(|(_, known)| known.is_none()) {
                let text = says(value);
                *known = codes.iter().copied().find(|code| free.contains(&code.id) && is_called(code, &text));
                known.inspect(|code| {
                    free.remove(&code.id);
                });
            }
        }
        known
    }

    /// A line that makes a code; answers the name by which others stand under it.
    fn add(&mut self, value: &PicklistValue, place: &Place, position: u32) -> String {
        self.made += 1;
        let name = format!("new-{}", self.made);
        let label = value.label.trim().to_owned();
        let code = DispositionCode {
            id: CodeId(Uuid::nil()),
            set: self.set.id,
            label: Label { es: label.clone(), en: label },
            position,
            favourite: false,
            requires_notes: false,
            retired: false,
            traits: CodeTraits::default(),
            version: 0,
        };
        let parent = match place {
            Place::Known(parent) => parent.map(|parent| parent.to_string()).unwrap_or_default(),
            Place::New(name) => name.clone(),
        };
        let mut cells = row(self.set, &code);
        for (column, text) in [("id", &name), ("parent", &parent)] {
            if let Some(nth) = COLUMNS.iter().position(|one| *one == column) {
                cells[nth].clone_from(text);
            }
        }
        self.rows.push(cells);
        name
    }

    /// The place behind all that stand there.
    fn next_position(&self, place: &Place) -> u32 {
        let Place::Known(parent) = place else { return 0 };
        let beside = self.set.codes.iter().filter(|code| code.traits.parent == *parent);
        beside.map(|code| code.position.saturating_add(1)).max().unwrap_or_default()
    }

    fn retire_others(&mut self) {
        let set = self.set;
        for code in set.in_order() {
            if !self.met.contains(&code.id) && !set.is_retired(code) {
                self.rows.push(row(set, &DispositionCode { retired: true, ..code.clone() }));
            }
        }
    }
}

fn is_called(code: &DispositionCode, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    [&code.label.es, &code.label.en].iter().any(|label| label.to_lowercase() == text)
}

/// A code as a value has it. A label that is there in either language stays; the other language's always does.
fn told(code: &DispositionCode, value: &PicklistValue, wish: PicklistWish) -> DispositionCode {
    let mut now = code.clone();
    if !is_called(code, &value.label) {
        let label = value.label.trim().to_owned();
        match wish.language {
            Some(LabelLanguage::Spanish) => now.label.es = label,
            Some(LabelLanguage::English) => now.label.en = label,
            None => {}
        }
    }
    if wish.bring_back {
        now.retired = false;
    }
    now
}

#[cfg(test)]
mod tests;
