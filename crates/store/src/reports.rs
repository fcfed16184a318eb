//! What a store keeps for reports: facts of calls that are over, and rollups of these. Both change in the Commit that
//! changes a call. What they mean is [`domain::report`]'s; what each answer must be is in the contract suite.

use crate::errors::ReadError;
use async_trait::async_trait;
use domain::id::{AgentKey, At, CodeId, TenantId};
use domain::report::calendar::Calendar;
use domain::report::fact::{Fact, Word};
use domain::report::plan::Pull;
use domain::report::rollup::Rollup;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most facts that are read at a time.
pub const MAX_FACTS: usize = 50_000;

/// What a [`Word`] stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportName {
    /// An agent.
    Agent(AgentKey),
    /// A ring group.
    RingGroup(String),
    /// A disposition code.
    Code(CodeId),
}

/// Every name that facts of a tenant have or had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportNames {
    names: BTreeMap<Word, ReportName>,
    words: BTreeMap<ReportName, Word>,
}

impl ReportNames {
    /// These names.
    pub(crate) fn new(names: impl IntoIterator<Item = (Word, ReportName)>) -> Self {
        let names: BTreeMap<Word, ReportName> = names.into_iter().collect();
        let words = names.iter().map(|(word, name)| (name.clone(), *word)).collect();
        ReportNames { names, words }
    }

    /// These and the codes that have no word yet, each with one of its own; such words are good for nothing else than to be
    /// named here.
    pub fn with_codes(&self, codes: impl IntoIterator<Item = CodeId>) -> ReportNames {
        let mut all = self.clone();
        let mut next = self.names.keys().next_back().map_or(0, |word| word.0);
        for code in codes.into_iter().map(ReportName::Code) {
            if all.word(&code).is_none() {
                next += 1;
                all.names.insert(Word(next), code.clone());
                all.words.insert(code, Word(next));
            }
        }
        all
    }

    /// What a word stands for.
    pub fn name(&self, word: Word) -> Option<&ReportName> {
        self.names.get(&word)
    }

    /// The agent that a word stands for.
    pub fn agent(&self, word: Word) -> Option<&AgentKey> {
        self.name(word).and_then(|name| if let ReportName::Agent(agent) = name { Some(agent) } else { None })
    }

    /// The ring group that a word stands for.
    pub fn ring_group(&self, word: Word) -> Option<&str> {
        self.name(word).and_then(|name| {
            if let ReportName::RingGroup(group) = name { Some(group.as_str()) } else { None }
        })
    }

    /// The code that a word stands for.
    pub fn code(&self, word: Word) -> Option<CodeId> {
        self.name(word).and_then(|name| if let ReportName::Code(code) = name { Some(*code) } else { None })
    }

    /// The word of a name; `None` where no fact ever had it.
    pub fn word(&self, name: &ReportName) -> Option<Word> {
        self.words.get(name).copied()
    }

    /// Every name with its word, agents first, then ring groups, then codes.
    pub fn iter(&self) -> impl Iterator<Item = (&ReportName, Word)> {
        self.words.iter().map(|(name, word)| (name, *word))
    }
}

/// Some facts, in the order their calls began.
#[derive(Clone, Debug, PartialEq)]
pub struct FactSlice {
    /// The facts.
    pub facts: Vec<Fact>,
    /// What to ask for next; `None` at the end.
    pub next: Option<String>,
}

/// How far the rollups of a tenant are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollupStanding {
    /// The calendar they are of; `None`: nobody ever named one.
    pub calendar: Option<Calendar>,
    /// Whether they hold every fact and so answer what they are asked.
    pub answers: bool,
    /// While they do not: calls that began up to here are held.
    pub held_to: Option<At>,
    /// Whether there is anything left that [`Change::ReportFill`](domain::commit::Change::ReportFill) would do.
    pub left: bool,
}

/// The part of a [`Store`](crate::Store) that reports read. Every method fails where the store cannot read.
#[async_trait]
pub trait ReportRecords {
    /// How far the rollups are.
    async fn rollup_standing(&self, tenant: TenantId) -> Result<RollupStanding, ReadError>;

    /// Whether [`Change::ReportPack`](domain::commit::Change::ReportPack) has anything to do with days that ended before `before`.
    async fn facts_to_pack(&self, tenant: TenantId, before: At) -> Result<bool, ReadError>;

    /// Every name that facts have.
    async fn report_names(&self, tenant: TenantId) -> Result<Arc<ReportNames>, ReadError>;

    /// The rollups that each pull asks for, all of one moment; `None` where rollups are of another calendar, or do not
    /// answer yet.
    async fn rollups(
        &self,
        tenant: TenantId,
        calendar: &Calendar,
        pulls: &[Pull],
    ) -> Result<Option<Vec<Vec<Rollup>>>, ReadError>;

    /// Facts of calls that began at or after `from` and before `until`, in the order they began, then in that in which the
    /// store heard of them; at most `limit` and [`MAX_FACTS`]. `after` is what the slice before said comes next.
    async fn facts(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FactSlice, ReadError>;
}
