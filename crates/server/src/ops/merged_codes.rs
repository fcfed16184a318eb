//! What codes that were merged into others became, for reports that count calls as what their codes are today.

use super::report::Names;
use domain::id::CodeId;
use domain::report::ReportColumn;
use domain::report::fact::Word;
use std::collections::BTreeMap;
use store::{ReportName, ReportNames};

/// Most merges one after another that are followed.
const MAX_MERGES: usize = 100;

/// The codes that were merged, each with the one that it is today.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedCodes(BTreeMap<CodeId, CodeId>);

impl MergedCodes {
    /// As codes stand today.
    pub fn of(names: &Names) -> Self {
        let into = |id: &CodeId| names.codes.get(id).and_then(|code| code.traits.merged_into);
        // Nothing is merged into what is retired: there is no ring, and if there were it would end here.
        let became = |id: CodeId| std::iter::successors(Some(id), into).take(MAX_MERGES).last().unwrap_or(id);
        let merged = names.codes.values().filter(|code| code.traits.merged_into.is_some());
        MergedCodes(merged.map(|code| (code.id, became(code.id))).collect())
    }

    /// What a code is today.
    pub fn became(&self, code: CodeId) -> CodeId {
        self.0.get(&code).copied().unwrap_or(code)
    }

    /// The codes whose calls count as this one's; none of one that was merged itself.
    pub fn counted_as(&self, code: CodeId) -> Vec<CodeId> {
        let own = (self.became(code) == code).then_some(code);
        let others = self.0.iter().filter(|(_, became)| **became == code).map(|(merged, _)| *merged);
        own.into_iter().chain(others).collect()
    }

    /// Words for all that codes became as well.
    pub fn words(&self, words: &ReportNames) -> ReportNames {
        words.with_codes(self.0.values().copied())
    }

    /// The column that one is counted as, in these words.
    pub fn column(&self, words: &ReportNames, column: ReportColumn<Word>) -> ReportColumn<Word> {
        let ReportColumn::Code(word) = column else { return column };
        let became = words.code(word).map(|code| ReportName::Code(self.became(code)));
        ReportColumn::Code(became.and_then(|code| words.word(&code)).unwrap_or(word))
    }
}
