//! Reports by counting every call anew each time they are asked for.

use super::MemoryStore;
use super::tenant::Tenant;
use crate::contract::place;
use crate::errors::ReadError;
use crate::listing::ListPlace;
use crate::reports::{FactSlice, MAX_FACTS, ReportName, ReportNames, ReportRecords, RollupStanding};
use async_trait::async_trait;
use domain::id::{At, TenantId};
use domain::report::ReportColumn;
use domain::report::aggregate::{Aggregate, PackedAggregate};
use domain::report::calendar::Calendar;
use domain::report::fact::{Fact, NamedFact, Word};
use domain::report::plan::Pull;
use domain::report::rollup::{Rollup, RollupKey};
use domain::wrapup::Wrapup;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

impl Tenant {
    /// What reports see of each call, each at its place.
    fn named_facts(&self) -> Vec<(ListPlace, NamedFact)> {
        let rows = self.activity_rows(|_| true).into_iter();
        let mut facts: Vec<_> = rows
            .filter_map(|(order, row)| {
                let of_call = |wrapup: &&Wrapup| wrapup.call == row.call.key;
                let wrapups: Vec<_> = self.wrapups.values().filter(of_call).cloned().collect();
                let fact = NamedFact::of(&row.call, &row.activity, &wrapups)?;
                let row = i64::try_from(order).unwrap_or(i64::MAX);
                Some((ListPlace { at: fact.started_at, row }, fact))
            })
            .collect();
        facts.sort_by_key(|(place, _)| *place);
        facts
    }
}

impl MemoryStore {
    /// The number of a name, which it gets when it is met first and keeps.
    fn word(&self, tenant: TenantId, name: ReportName) -> Word {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let next = Word(words.len() as u32 + 1);
        *words.entry((tenant, name)).or_insert(next)
    }

    fn placed_facts(&self, tenant: TenantId) -> Vec<(ListPlace, Fact)> {
        let named = self.state().of(tenant).named_facts();
        named.into_iter().map(|(place, fact)| (place, self.numbered(tenant, fact))).collect()
    }

    fn numbered(&self, tenant: TenantId, fact: NamedFact) -> Fact {
        let column = match fact.column {
            ReportColumn::Code(code) => ReportColumn::Code(self.word(tenant, ReportName::Code(code))),
            other => other.named(|_| Word(0)),
        };
        Fact {
            started_at: fact.started_at,
            kind: fact.kind,
            column,
            agent: fact.agent.map(|agent| self.word(tenant, ReportName::Agent(agent))),
            ring_group: fact.ring_group.map(|group| self.word(tenant, ReportName::RingGroup(group))),
            times: fact.times,
            caller: fact.caller,
            traits: fact.traits,
        }
    }
}

#[async_trait]
impl ReportRecords for MemoryStore {
    async fn rollup_standing(&self, tenant: TenantId) -> Result<RollupStanding, ReadError> {
        let calendar = self.state().of(tenant).report_calendar.get(&()).cloned();
        Ok(RollupStanding { answers: calendar.is_some(), calendar, held_to: None, left: false })
    }

    async fn report_names(&self, tenant: TenantId) -> Result<Arc<ReportNames>, ReadError> {
        self.placed_facts(tenant);
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let of_tenant = words.iter().filter(|((of, _), _)| *of == tenant);
        Ok(Arc::new(ReportNames::new(of_tenant.map(|((_, name), word)| (*word, name.clone())))))
    }

    async fn rollups(
        &self,
        tenant: TenantId,
        calendar: &Calendar,
        pulls: &[Pull],
    ) -> Result<Option<Vec<Vec<Rollup>>>, ReadError> {
        if self.state().of(tenant).report_calendar.get(&()) != Some(calendar) {
            return Ok(None);
        }
        let mut all = BTreeMap::<RollupKey, Aggregate>::new();
        for (_, fact) in self.placed_facts(tenant) {
            for key in RollupKey::of(&fact, calendar) {
                all.entry(key).or_default().count(&fact, calendar, 1);
            }
        }
        let of = |pull: &Pull| {
            let held = all.iter().filter(|(key, _)| pull.holds(key));
            held.map(|(key, counts)| Rollup { key: *key, counts: PackedAggregate::new(counts.to_bytes()) })
                .collect()
        };
        Ok(Some(pulls.iter().map(of).collect()))
    }

    async fn facts_to_pack(&self, _: TenantId, _: At) -> Result<bool, ReadError> {
        Ok(false)
    }

    async fn facts(
        &self,
        tenant: TenantId,
        from: At,
        until: At,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FactSlice, ReadError> {
        let (after, limit) = (place(after, ListPlace::before(from))?, limit.clamp(1, MAX_FACTS));
        let mut facts = self.placed_facts(tenant);
        facts.retain(|(place, _)| *place > after && place.at < until);
        facts.truncate(limit);
        let next = facts.last().filter(|_| facts.len() == limit).map(|(place, _)| place.to_string());
        Ok(FactSlice { facts: facts.into_iter().map(|(_, fact)| fact).collect(), next })
    }
}
