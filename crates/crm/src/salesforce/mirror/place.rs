//! Up to where the mirror was read, in words of ours: a place holds all that the next page needs, so that a restart loses
//! nothing and asks nothing twice.
//!
//! Records are read in the order of `SystemModstamp`, then of their ids: a position is such a pair. A transaction that takes
//! long shows its records later than their stamps say, so each pass begins a while before where the last one ended; what
//! was told already in that while is remembered and not told again.

use crate::contract::Place;
use domain::id::At;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How far back a pass begins, in milliseconds: transactions last no longer than that.
pub(super) const OVERLAP_MS: i64 = 5 * 60 * 1000;
/// Most records of the overlap that are remembered; older ones are told again.
const MAX_TOLD: usize = 2_000;
/// Most deletions that are remembered until the next sweep; others are told again.
const MAX_GONE: usize = 1_000;

/// What is being done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub(super) enum Phase {
    /// Everything is read for the first time, page by page.
    Load,
    /// The same, out of a table that a job of the Bulk API makes.
    Bulk {
        /// The job.
        job: String,
        /// From where its table goes on; none: from the beginning.
        locator: Option<String>,
    },
    /// What changes is read.
    Follow {
        /// Whether a pass is under way, so that the next page goes on from the position.
        under_way: bool,
    },
}

/// Where reading of one object stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stand {
    pub(super) phase: Phase,
    /// Stamp and id of the newest record that was ever read.
    pub(super) newest: Option<(At, String)>,
    /// Those of the record that the pass under way read last.
    cursor: Option<(At, String)>,
    /// When the first load began: from then on deletions are looked for.
    pub(super) began: At,
    /// Up to when the list of what is deleted was read.
    pub(super) swept: At,
    /// Records of the overlap that were told, and their stamps.
    told: BTreeMap<String, At>,
    /// Records whose end was told since the last sweep.
    gone: BTreeSet<String>,
    /// How many were read of the first load, and how many there are.
    pub(super) read: u64,
    pub(super) total: u64,
    /// By which choice of phone fields it is read; empty: nobody chose.
    #[serde(default)]
    pub(super) choice: String,
    /// Where everything is read once more: from when on changes are still to be told after that.
    #[serde(default)]
    resume: Option<At>,
}

impl Stand {
    /// The beginning of everything.
    pub(super) fn new(now: At, total: u64) -> Stand {
        Stand {
            phase: Phase::Load,
            newest: None,
            cursor: None,
            began: now,
            swept: now.plus_millis(-OVERLAP_MS),
            told: BTreeMap::new(),
            gone: BTreeSet::new(),
            read: 0,
            total,
            choice: String::new(),
            resume: None,
        }
    }

    /// The beginning of everything once more, by this choice: what was deleted, merged or converted since it was read last is
    /// not among what there is, and told behind it.
    pub(super) fn anew(before: Option<&Stand>, choice: &str, now: At, total: u64) -> Stand {
        let new = Stand { choice: choice.to_owned(), ..Stand::new(now, total) };
        let Some(before) = before else { return new };
        let follows = matches!(before.phase, Phase::Follow { .. });
        let newest = before.newest.as_ref().map_or(before.began, |(at, _)| *at);
        // Of a first load that was not through some is known: what became of that is told from its beginning on.
        let read_up_to = if follows { newest.min(now) } else { before.began }.plus_millis(-OVERLAP_MS);
        let (swept, gone) = (before.swept, before.gone.clone());
        Stand { swept, gone, resume: before.resume.or(Some(read_up_to)), ..new }
    }

    /// What was read of a table has no order: page by page it begins anew.
    pub(super) fn page_by_page(&mut self) {
        self.phase = Phase::Load;
        (self.cursor, self.newest, self.read) = (None, None, 0);
    }

    /// All was read: what changed meanwhile comes next.
    pub(super) fn loaded(&mut self) {
        self.phase = Phase::Follow { under_way: false };
        // What was read early may have been converted or deleted since, and says so by a newer stamp only.
        let from = self.resume.take().unwrap_or(self.began.plus_millis(-OVERLAP_MS));
        self.newest = Some((from, String::new()));
    }

    /// As it is kept.
    pub(super) fn place(&self) -> Place {
        Place(serde_json::to_string(self).unwrap_or_default())
    }

    /// As it was kept; `None`: it is none of ours, or of an older kind, and everything is read anew.
    pub(super) fn of_place(place: &Place) -> Option<Stand> {
        serde_json::from_str(&place.0).ok()
    }

    /// The position from which a page is read: behind the record that was read last, or, where a pass begins, a while before
    /// the newest. (A position of its own for the pass: what it reads first is older than the newest.)
    pub(super) fn from(&self, now: At) -> Option<(At, String)> {
        let before = (now.plus_millis(-OVERLAP_MS), String::new());
        match &self.phase {
            Phase::Follow { under_way: false } => match &self.newest {
                // Our clock may be ahead of theirs: never behind what was read.
                Some(newest) => Some(newest.clone().min(before)),
                None => Some((self.began.plus_millis(-OVERLAP_MS), String::new())),
            },
            _ => self.cursor.clone(),
        }
    }

    /// Notes that a record was read; whether it is news.
    pub(super) fn note(&mut self, id: &str, stamp: At, is_gone: bool) -> bool {
        let position = (stamp, id.to_owned());
        self.newest = self.newest.take().max(Some(position.clone()));
        self.cursor = Some(position);
        if is_gone && self.gone.len() < MAX_GONE {
            self.gone.insert(id.to_owned());
        }
        self.told.insert(id.to_owned(), stamp) != Some(stamp)
    }

    /// Forgets what no later pass reads again.
    pub(super) fn forget(&mut self, now: At) {
        let overlap = now.plus_millis(-OVERLAP_MS);
        self.told.retain(|_, stamp| *stamp >= overlap);
        if self.told.len() > MAX_TOLD {
            let mut stamps: Vec<At> = self.told.values().copied().collect();
            stamps.sort_unstable();
            let oldest = stamps[stamps.len() - MAX_TOLD];
            self.told.retain(|_, stamp| *stamp >= oldest);
            while self.told.len() > MAX_TOLD {
                self.told.pop_first();
            }
        }
    }

    /// Whether it was told since the last sweep that this record is no more.
    pub(super) fn has_told_end(&self, id: &str) -> bool {
        self.gone.contains(id)
    }

    /// The list of what is deleted was read up to then.
    pub(super) fn sweep(&mut self, until: At) {
        self.swept = until;
        self.gone.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: At = At(1_795_687_200_000_000);

    #[test]
    fn a_place_is_read_as_it_was_kept() {
        let mut stand = Stand::new(NOON, 7);
        stand.note("003x", NOON, false);
        stand.phase = Phase::Bulk { job: "750".into(), locator: Some("MTA".into()) };
        assert_eq!(Stand::of_place(&stand.place()), Some(stand));
        assert_eq!(Stand::of_place(&Place("{}".into())), None);
    }

    #[test]
    fn a_pass_begins_a_while_before_and_tells_nothing_twice_but_what_changed() {
        let mut stand = Stand::new(NOON, 0);
        stand.phase = Phase::Follow { under_way: false };
        assert!(stand.note("a", NOON, false));
        assert_eq!(stand.from(NOON), Some((NOON.plus_millis(-OVERLAP_MS), String::new())));
        assert!(!stand.note("a", NOON, false));
        assert!(stand.note("a", NOON.plus_millis(1), false));
        // Long after, it begins exactly behind what was read.
        assert_eq!(stand.from(NOON.plus_millis(OVERLAP_MS * 2)), Some((NOON.plus_millis(1), "a".to_owned())));
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let mut stand = Stand::new(NOON, 0);
        for nth in 0..3 * MAX_TOLD {
            stand.note(&format!("{nth:06}"), NOON, true);
        }
        stand.forget(NOON);
        assert!(stand.told.len() <= MAX_TOLD && stand.gone.len() <= MAX_GONE);
        stand.forget(NOON.plus_millis(OVERLAP_MS + 1));
        assert!(stand.told.is_empty());
    }

    #[test]
    fn a_pass_goes_on_behind_what_it_read_itself_and_not_behind_the_newest() {
        let mut stand = Stand::new(NOON, 0);
        stand.note("b", NOON, false);
        stand.phase = Phase::Follow { under_way: true };
        let earlier = NOON.plus_millis(-OVERLAP_MS / 2);
        assert!(stand.note("a", earlier, false), "it came late");
        assert_eq!(stand.from(NOON), Some((earlier, "a".to_owned())));
    }
}
