//! Codes under codes (P14): only those that have none under them are picked, and what is retired takes along what stands
//! under it. A code is told by its path; where it stands is a trait of its own.

use super::{DispositionCode, DispositionSet, Label};
use crate::id::CodeId;
use crate::report::calendar::Day;
use std::collections::{BTreeMap, BTreeSet};

/// Most codes on the way from the top to one that is picked, itself included.
pub const MAX_DEPTH: usize = 3;
/// What stands between the parts of a path. Three labels and two of these fit into Salesforce's 255 characters.
pub const PATH_SEPARATOR: &str = " › ";

impl DispositionSet {
    /// The code of this id.
    pub fn code(&self, id: CodeId) -> Option<&DispositionCode> {
        self.codes.iter().find(|code| code.id == id)
    }

    /// A code with those that it stands under, the topmost first.
    pub fn line<'a>(&'a self, code: &'a DispositionCode) -> Vec<&'a DispositionCode> {
        let mut line = vec![code];
        let mut above = code.traits.parent;
        while let Some(parent) = above.and_then(|id| self.code(id)).filter(|_| line.len() < MAX_DEPTH) {
            line.push(parent);
            above = parent.traits.parent;
        }
        line.reverse();
        line
    }

    /// What a code is called, with all that it stands under.
    pub fn path(&self, code: &DispositionCode) -> Label {
        if code.traits.parent.is_none() {
            return code.label.clone();
        }
        let line = self.line(code);
        let joined = |text: fn(&DispositionCode) -> &str| {
            line.iter().map(|code| text(code)).collect::<Vec<_>>().join(PATH_SEPARATOR)
        };
        Label { es: joined(|code| &code.label.es), en: joined(|code| &code.label.en) }
    }

    /// Whether the code is retired, or any that it stands under.
    pub fn is_retired(&self, code: &DispositionCode) -> bool {
        code.retired || (code.traits.parent.is_some() && self.line(code).iter().any(|one| one.retired))
    }

    /// Whether a code stands under it on a day, or will later: then it is not picked itself. Those whose last day is over
    /// leave it to be picked again.
    pub(super) fn is_heading_on(&self, id: CodeId, today: Day) -> bool {
        let over = |code: &DispositionCode| code.traits.valid_until.is_some_and(|last| last < today);
        self.codes.iter().any(|code| code.traits.parent == Some(id) && !code.retired && !over(code))
    }

    /// Whether any code that is not retired stands under it.
    pub fn is_heading(&self, id: CodeId) -> bool {
        self.codes.iter().any(|code| code.traits.parent == Some(id) && !code.retired)
    }

    /// Whether a call can be labelled with the code on a day, as far as the code and its place say.
    pub fn is_open(&self, code: &DispositionCode, today: Day) -> bool {
        !self.is_retired(code)
            && self.line(code).iter().all(|one| one.traits.valid_on(today))
            && !self.is_heading_on(code.id, today)
    }

    /// Every code, each followed by those under it; among siblings by position.
    pub fn in_order(&self) -> Vec<&DispositionCode> {
        let mut under: BTreeMap<Option<CodeId>, Vec<&DispositionCode>> = BTreeMap::new();
        let known: BTreeSet<CodeId> = self.codes.iter().map(|code| code.id).collect();
        for code in &self.codes {
            under.entry(code.traits.parent.filter(|id| known.contains(id))).or_default().push(code);
        }
        for siblings in under.values_mut() {
            siblings.sort_by_key(|code| (code.position, code.id));
        }
        let mut ordered = Vec::with_capacity(self.codes.len());
        let mut next: Vec<&DispositionCode> = under.remove(&None).unwrap_or_default();
        next.reverse();
        while let Some(code) = next.pop() {
            ordered.push(code);
            next.extend(under.remove(&Some(code.id)).unwrap_or_default().into_iter().rev());
        }
        ordered
    }

    /// The codes that calls can be labelled with on a day, in order.
    pub fn open_codes(&self, today: Day) -> Vec<&DispositionCode> {
        let mut codes = self.in_order();
        codes.retain(|code| self.is_open(code, today));
        codes
    }

    /// The first day from `today` on on which no call can be labelled from the set; `None`: there is no such day.
    pub fn runs_out(&self, today: Day) -> Option<Day> {
        let after =
            |code: &DispositionCode| code.traits.valid_until.map(|last| Day(last.0.saturating_add(1)));
        let mut days: Vec<Day> =
            self.codes.iter().filter_map(after).chain([today]).filter(|day| *day >= today).collect();
        days.sort_unstable();
        days.dedup();
        days.into_iter().find(|day| !self.codes.iter().any(|code| self.is_open(code, *day)))
    }

    /// How many levels there are from the top down to the code, itself included.
    pub fn depth(&self, code: &DispositionCode) -> usize {
        self.line(code).len()
    }

    /// How many levels there are under the code; 0: none. Of more than [`MAX_DEPTH`], or of codes that stand under one
    /// another in a ring, only that they are too many.
    pub fn height(&self, id: CodeId) -> usize {
        let (mut level, mut height) = (BTreeSet::from([id]), 0);
        while height <= MAX_DEPTH {
            let stands =
                |code: &&DispositionCode| code.traits.parent.is_some_and(|parent| level.contains(&parent));
            level = self.codes.iter().filter(stands).map(|code| code.id).collect();
            if level.is_empty() {
                break;
            }
            height += 1;
        }
        height
    }

    /// Whether the code may stand under `parent`: it is of the set, not itself or under itself, and not too deep.
    pub fn may_stand_under(&self, id: CodeId, parent: CodeId) -> bool {
        let Some(above) = self.code(parent) else { return false };
        let line = self.line(above);
        line.iter().all(|one| one.id != id) && line.len() + 1 + self.height(id) <= MAX_DEPTH
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code_of, set_of};
    use super::*;

    const TODAY: Day = Day(100);

    fn tree() -> DispositionSet {
        let mut set = set_of(1, &[]);
        let mut add = |n: u128, parent: Option<u128>, position: u32| {
            let mut code = code_of(1, n);
            code.label = Label { es: format!("{n} es"), en: format!("{n}") };
            code.traits.parent = parent.map(|n| code_of(1, n).id);
            code.position = position;
            set.codes.push(code);
        };
        add(1, None, 1);
        add(2, Some(1), 3);
        add(3, Some(1), 2);
        add(4, Some(3), 5);
        add(5, None, 0);
        set
    }

    fn names<'a>(codes: impl IntoIterator<Item = &'a DispositionCode>) -> Vec<&'a str> {
        codes.into_iter().map(|code| code.label.en.as_str()).collect()
    }

    #[test]
    fn p14_only_codes_without_others_under_them_are_picked_each_after_its_siblings() {
        let mut set = tree();
        assert_eq!(names(set.in_order()), ["5", "1", "3", "4", "2"]);
        assert_eq!(names(set.open_codes(TODAY)), ["5", "4", "2"]);
        set.codes[3].retired = true;
        assert_eq!(
            names(set.open_codes(TODAY)),
            ["5", "3", "2"],
            "what has none left under it is picked again"
        );
    }

    #[test]
    fn p14_what_is_retired_or_out_of_its_dates_takes_along_what_stands_under_it() {
        let mut set = tree();
        set.codes[0].retired = true;
        assert_eq!(names(set.open_codes(TODAY)), ["5"]);
        assert!(set.is_retired(&set.codes[3]) && !set.is_retired(&set.codes[4]));
        set.codes[0].retired = false;
        set.codes[2].traits.valid_until = Some(Day(99));
        assert_eq!(names(set.open_codes(TODAY)), ["5", "2"]);
    }

    #[test]
    fn a_path_names_all_that_a_code_stands_under_and_fits_where_it_is_sent() {
        let set = tree();
        let path = set.path(&set.codes[3]);
        assert_eq!((path.es.as_str(), path.en.as_str()), ("1 es › 3 es › 4 es", "1 › 3 › 4"));
        assert_eq!(set.path(&set.codes[4]).en, "5");
        let longest =
            MAX_DEPTH * super::super::MAX_LABEL_CHARS + (MAX_DEPTH - 1) * PATH_SEPARATOR.chars().count();
        assert!(longest <= 255, "Task.CallDisposition holds no more: {longest}");
    }

    #[test]
    fn a_code_stands_neither_under_itself_nor_too_deep_nor_under_that_of_another_set() {
        let set = tree();
        let id = |n: u128| code_of(1, n).id;
        for (code, parent, expected) in [
            (5, 3, true),
            (5, 4, false),
            (2, 5, true),
            (3, 5, true),
            (3, 2, false),
            (1, 5, false),
            (1, 1, false),
            (1, 4, false),
            (5, 9, false),
        ] {
            assert_eq!(set.may_stand_under(id(code), id(parent)), expected, "{code} under {parent}");
        }
    }

    #[test]
    fn codes_that_stand_in_a_ring_are_walked_once() {
        let mut set = tree();
        set.codes[0].traits.parent = Some(set.codes[3].id);
        assert_eq!(set.line(&set.codes[3]).len(), MAX_DEPTH);
        assert_eq!(names(set.in_order()), ["5"]);
        assert_eq!(set.height(set.codes[1].id), 0);
        assert!(set.height(set.codes[0].id) > MAX_DEPTH);
        assert!(!set.may_stand_under(set.codes[0].id, set.codes[4].id));
    }

    #[test]
    fn a_code_is_picked_again_once_all_under_it_have_had_their_last_day() {
        let mut set = tree();
        set.codes[3].traits.valid_until = Some(TODAY);
        let heading = set.codes[2].clone();
        assert!(!set.is_open(&heading, TODAY) && set.is_open(&heading, Day(TODAY.0 + 1)));
        set.codes[3].traits.valid_from = Some(Day(TODAY.0 + 5));
        set.codes[3].traits.valid_until = None;
        assert!(!set.is_open(&heading, TODAY), "what is to come keeps its place");
    }

    #[test]
    fn a_set_runs_out_the_day_after_its_last_code_can_be_picked() {
        let mut set = set_of(1, &[]);
        set.codes = vec![code_of(1, 1), code_of(1, 2)];
        let until = |set: &mut DispositionSet, nth: usize, day: Option<i32>| {
            set.codes[nth].traits.valid_until = day.map(Day);
        };
        assert_eq!(set.runs_out(TODAY), None);
        until(&mut set, 0, Some(110));
        assert_eq!(set.runs_out(TODAY), None, "the other stays");
        until(&mut set, 1, Some(105));
        assert_eq!(set.runs_out(TODAY), Some(Day(111)));
        set.codes[1].traits.valid_from = Some(Day(120));
        until(&mut set, 1, None);
        assert_eq!(set.runs_out(TODAY), Some(Day(111)), "until the other begins");
        set.codes[1].traits.valid_from = Some(Day(111));
        assert_eq!(set.runs_out(TODAY), None);
        set.codes.iter_mut().for_each(|code| code.retired = true);
        assert_eq!(set.runs_out(TODAY), Some(TODAY));
        set.codes.clear();
        assert_eq!(set.runs_out(TODAY), Some(TODAY), "a set without codes");
    }
}
