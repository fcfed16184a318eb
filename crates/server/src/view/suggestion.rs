//! Suggestions of codes as the API shows them.

use super::word;
use crate::clock::rfc3339;
use crate::suggestions::Learnt;
use domain::disposition::DispositionSet;
use domain::ring_group::RingGroup;
use domain::suggest::{Fact, Reason, Suggestion, WeekAccuracy};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A code that is suggested.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SuggestionView {
    /// The code's id.
    pub code: Uuid,
    /// Why, the weightiest first; never none.
    pub reasons: Vec<SuggestedForView>,
}

/// Why a code is suggested.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SuggestedForView {
    /// `word`, `direction`, `kind`, `talk`, `ring_group`, `hours`, `from_case`, or `usual`: nothing of this call weighed.
    pub reason: String,
    /// Of a word the word or words of the notes, as they were sent; of a ring group its name; of other facts their value.
    pub value: Option<String>,
}

impl SuggestionView {
    /// A suggestion; ring groups are shown by their names.
    pub fn of(suggestion: &Suggestion, groups: &[RingGroup]) -> Self {
        let reasons = suggestion.reasons.iter().map(|reason| SuggestedForView::of(reason, groups)).collect();
        SuggestionView { code: suggestion.code.0, reasons }
    }
}

impl SuggestedForView {
    fn of(reason: &Reason, groups: &[RingGroup]) -> Self {
        let name = |key: &String| {
            groups
                .iter()
                .find(|group| group.key == *key)
                .map_or_else(|| key.clone(), |group| group.name.clone())
        };
        let (reason, value) = match reason {
            Reason::Usual => ("usual", None),
            Reason::Word(words) => ("word", Some(words.clone())),
            Reason::Fact(Fact::Direction(direction)) => ("direction", Some(word(direction))),
            Reason::Fact(Fact::Kind(kind)) => ("kind", Some(word(kind))),
            Reason::Fact(Fact::Talk(band)) => ("talk", Some(word(band))),
            Reason::Fact(Fact::RingGroup(key)) => ("ring_group", Some(name(key))),
            Reason::Fact(Fact::Hours(band)) => ("hours", Some(word(band))),
            Reason::Fact(Fact::FromCase(from_case)) => ("from_case", Some(from_case.to_string())),
        };
        SuggestedForView { reason: reason.to_owned(), value }
    }
}

/// How good suggestions would have been.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AccuracyView {
    /// Whether codes are suggested.
    pub on: bool,
    /// When it was learnt; null: not yet.
    pub learnt_at: Option<String>,
    /// When the first week began that was held out; null: nothing was learnt yet.
    pub held_out_from: Option<String>,
    /// From how many calls was learnt.
    pub examples: u64,
    /// By set that has codes on offer, by name.
    pub sets: Vec<SetAccuracyView>,
}

/// Of one set.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SetAccuracyView {
    /// The set.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// All weeks together.
    pub total: WeekAccuracyView,
    /// Week by week, the earliest first.
    pub weeks: Vec<WeekAccuracyView>,
}

/// Of one week, or of several together.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WeekAccuracyView {
    /// Calls that were logged with a code of the set that is on offer today.
    pub calls: u64,
    /// For how many of them something was suggested.
    pub suggested: u64,
    /// Whose code was the first suggestion.
    pub first: u64,
    /// Whose code was among the suggestions.
    pub among: u64,
    /// Whose code was the one logged most until then: what suggestions have to be better than.
    pub usual_first: u64,
    /// Whose code was among the three logged most until then.
    pub usual_among: u64,
}

impl From<WeekAccuracy> for WeekAccuracyView {
    fn from(week: WeekAccuracy) -> Self {
        let WeekAccuracy { calls, suggested, first, among, usual_first, usual_among } = week;
        WeekAccuracyView { calls, suggested, first, among, usual_first, usual_among }
    }
}

impl AccuracyView {
    /// What was learnt, with the names that sets have today.
    pub fn of(on: bool, learnt: Option<&Learnt>, sets: &[DispositionSet]) -> Self {
        let mut shown: Vec<SetAccuracyView> = Vec::new();
        for accuracy in learnt.iter().flat_map(|learnt| &learnt.accuracy) {
            let Some(set) = sets.iter().find(|set| set.id == accuracy.set) else { continue };
            shown.push(SetAccuracyView {
                id: set.id.0,
                name: set.name.clone(),
                total: accuracy.total().into(),
                weeks: accuracy.weeks.iter().copied().map(WeekAccuracyView::from).collect(),
            });
        }
        shown.sort_by_key(|set| (set.name.to_lowercase(), set.id));
        AccuracyView {
            on,
            learnt_at: learnt.map(|learnt| rfc3339(learnt.at)),
            held_out_from: learnt.map(|learnt| rfc3339(learnt.held_out_from)),
            examples: learnt.map_or(0, |learnt| learnt.history.examples()),
            sets: shown,
        }
    }
}
