//! Compares days with the CRM: what is there of the calls of each day beside what we know to be there. What we know to be there
//! and is not is marked so; nothing is sent because of it ([`super::crm_send`]).
//!
//! Theirs are read before ours: what is carried out meanwhile is known here by the time it is looked for. What is missing there by
//! that is asked for once more by its id before it is believed, since people change when a call began.

use crate::app::{App, Tenant};
use crate::crms::CrmLink;
use crate::ops::OpError;
use crate::ops::progress::Progress;
use crate::ops::report::ReportDays;
use crm::CallThere;
use domain::commit::{Change, Commit};
use domain::completeness::crm_check::{CrmCheck, CrmFound, Stranger};
use domain::id::{At, CallKey, UserId};
use domain::mirror::RemoteId;
use std::collections::{BTreeMap, BTreeSet};
use store::{Carried, CrmStanding, MayBe};
use uuid::Uuid;

/// Most days that are compared at once.
pub const MAX_DAYS: i32 = 31;
/// Most pages of a day: of 2,000 records each, half a million calls.
const MAX_PAGES: usize = 250;
/// How many of ours are read at a time.
const OURS_AT_A_TIME: usize = 2_000;
/// How many calls are asked for by their ids at a time, which is one call of the API.
const ASKED_AT_A_TIME: usize = 450;
/// So many of a day that are merely not found are taken for deleted.
const MOST_UNSEEN: usize = 20;
/// And of more, one in so many.
const UNSEEN_SHARE: u64 = 20;
/// How many are marked in one Commit.
const MARKED_AT_A_TIME: usize = 200;
/// What a day is, for whoever is told how far it is.
const DAY_IN_PARTS: usize = 100;

/// Why days were not compared.
#[derive(Debug, thiserror::Error)]
pub enum NotCompared {
    /// The tenant has no CRM that can be reached.
    #[error("no CRM is connected")]
    NoCrm,
    /// Somebody else compares days.
    #[error("days are being compared with the CRM")]
    UnderWay,
    /// A day has more records there than are compared.
    #[error("a day has more records in the CRM than are compared")]
    TooMany,
    /// The CRM cannot be asked now, or the store cannot read or write.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<NotCompared> for OpError {
    fn from(why: NotCompared) -> OpError {
        match why {
            NotCompared::NoCrm => OpError::NotFound,
            NotCompared::UnderWay | NotCompared::TooMany => OpError::Unavailable(why.to_string()),
            NotCompared::Op(error) => error,
        }
    }
}

/// Compares these days, each by itself: those that are done stay done when a later one fails.
///
/// # Errors
/// See [`NotCompared`].
pub async fn check(
    app: &App,
    tenant: &Tenant,
    by: Option<UserId>,
    asked: &ReportDays,
    progress: &Progress,
) -> Result<Vec<CrmCheck>, NotCompared> {
    let link = app.crms.of(tenant.id).ok_or(NotCompared::NoCrm)?;
    let _alone = link.comparing.try_lock().map_err(|_| NotCompared::UnderWay)?;
    let days = asked.each();
    let mut checks = Vec::with_capacity(days.len());
    for (nth, (_, begin, end)) in days.iter().enumerate() {
        let told = |share: usize| progress.counted(nth * DAY_IN_PARTS + share, days.len() * DAY_IN_PARTS);
        let comparison = Comparison { app, tenant, link: &link };
        let found = comparison.day(*begin, *end, &told).await?;
        let (gone, unlinked, strangers) = (found.gone.count, found.unlinked.count, found.strangers.count);
        tracing::info!(there = found.there, gone, unlinked, strangers, "a day was compared with the CRM");
        let zone = asked.zone_name().to_owned();
        let check = CrmCheck { begin: *begin, end: *end, zone, at: app.around.now(), by, found };
        let kept = Change::CrmCheck(Box::new(check.clone()));
        app.store.commit(Commit::of(tenant.id, vec![kept])).await.map_err(OpError::from)?;
        checks.push(check);
    }
    Ok(checks)
}

/// The records of a day that say calls by ids of ours, and those that do not.
#[derive(Default)]
struct Theirs {
    /// By the id of the call; of several with one id a living one is it.
    of_calls: BTreeMap<CallKey, CallThere>,
    others: Vec<CallThere>,
}

impl Theirs {
    fn take(&mut self, there: CallThere) {
        match key_of(there.call.as_deref()) {
            Some(key) if self.of_calls.get(&key).is_none_or(|known| known.deleted) => {
                self.of_calls.insert(key, there);
            }
            Some(_) => {}
            None => self.others.push(there),
        }
    }
}

/// The id that a text is, written as we write ids.
fn key_of(text: Option<&str>) -> Option<CallKey> {
    let key = CallKey(Uuid::try_parse(text?).ok()?);
    (key.to_string() == text?).then_some(key)
}

struct Comparison<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    link: &'a CrmLink,
}

impl Comparison<'_> {
    async fn day(&self, begin: At, end: At, told: &(dyn Fn(usize) + Sync)) -> Result<CrmFound, NotCompared> {
        let mut theirs = self.theirs(begin, end, told).await?;
        let there = living(theirs.of_calls.values()) + living(theirs.others.iter());
        let mut found = CrmFound { there, ..CrmFound::default() };
        let mut missing = Vec::new();
        let mut after = (begin, None);
        loop {
            let page = self.app.store.crm_standings(self.tenant.id, after, end, OURS_AT_A_TIME).await;
            let page = page.map_err(OpError::from)?;
            let Some(last) = page.last() else { break };
            after = (last.started_at, Some(last.key));
            for ours in page {
                let there = theirs.of_calls.remove(&ours.key);
                missing.extend(sort(&mut found, ours, there));
            }
        }
        self.of_other_days(&mut found, theirs).await?;
        self.gone(&mut found, missing).await?;
        self.strangers(&mut found).await?;
        told(DAY_IN_PARTS);
        Ok(found)
    }

    async fn theirs(&self, begin: At, end: At, told: &(dyn Fn(usize) + Sync)) -> Result<Theirs, NotCompared> {
        let (mut theirs, mut place, mut read) = (Theirs::default(), None, 0);
        for _ in 0..MAX_PAGES {
            let page = self.link.crm.calls_there(begin, end, place.as_ref()).await.map_err(OpError::from)?;
            read += page.calls.len();
            page.calls.into_iter().for_each(|there| theirs.take(there));
            let all = usize::try_from(page.total).unwrap_or(usize::MAX).max(1);
            told(read.saturating_mul(DAY_IN_PARTS) / all);
            let Some(next) = page.next else { return Ok(theirs) };
            place = Some(next);
        }
        Err(NotCompared::TooMany)
    }

    /// Records of the day that no Activity of the day explains.
    async fn of_other_days(&self, found: &mut CrmFound, theirs: Theirs) -> Result<(), OpError> {
        let left: Vec<(CallKey, CallThere)> =
            theirs.of_calls.into_iter().filter(|(_, there)| !there.deleted).collect();
        for some in left.chunks(OURS_AT_A_TIME) {
            let asked: Vec<MayBe> =
                some.iter().map(|(key, _)| MayBe { calls: vec![*key], parts: vec![] }).collect();
            let known = self.app.store.known_as(self.tenant.id, &asked).await?;
            for ((key, there), known) in some.iter().zip(known) {
                match known {
                    Some(_) => match self.app.store.crm_standing(self.tenant.id, *key).await? {
                        // It is there, so that nothing of it is missing.
                        Some(ours) => drop(sort(found, ours, Some(there.clone()))),
                        None => found.beside += 1,
                    },
                    None => self.of_no_call(found, Some(*key), there).await?,
                }
            }
        }
        for there in theirs.others.iter().filter(|there| !there.deleted) {
            self.of_no_call(found, None, there).await?;
        }
        Ok(())
    }

    /// A record whose call is none of ours, or none any more.
    async fn of_no_call(
        &self,
        found: &mut CrmFound,
        key: Option<CallKey>,
        there: &CallThere,
    ) -> Result<(), OpError> {
        let store = &self.app.store;
        let became_part = match key {
            Some(key) => store.vanished(self.tenant.id, key).await?.is_some(),
            None => false,
        };
        let is_part = match key_of(there.part_of.as_deref()) {
            Some(into) => store.call(self.tenant.id, into).await?.is_some(),
            None => false,
        };
        if became_part || is_part {
            found.beside += 1;
        } else {
            found.strangers.add(Stranger { record: there.record.clone(), call: there.call.clone() });
        }
        Ok(())
    }

    /// Those of which no record of the day lives: those that are not there at all are marked so.
    async fn gone(&self, found: &mut CrmFound, missing: Vec<Missing>) -> Result<(), OpError> {
        let (sure, asked): (Vec<Missing>, Vec<Missing>) = missing.into_iter().partition(|one| one.is_sure);
        let (mut gone, mut unseen) = (sure, Vec::new());
        for some in asked.chunks(ASKED_AT_A_TIME) {
            let living = self.living(some.iter().map(|one| one.call).collect()).await?;
            let (there, not_there): (Vec<&Missing>, Vec<&Missing>) =
                some.iter().partition(|one| living.contains(&one.call));
            found.agree += there.len() as u64;
            unseen.extend(not_there.into_iter().cloned());
        }
        // Whose records our user may not see any more finds nothing either: so many at once nobody deleted one by one.
        if unseen.len() > MOST_UNSEEN && unseen.len() as u64 > found.agree / UNSEEN_SHARE {
            found.unseen = unseen.len() as u64;
        } else {
            gone.append(&mut unseen);
        }
        for some in gone.chunks(MARKED_AT_A_TIME) {
            let mark = |one: &Missing| Change::GoneThere { call: one.call, record: one.record.clone() };
            self.mark(some.iter().map(mark).collect()).await?;
        }
        gone.into_iter().for_each(|one| found.gone.add(one.call));
        Ok(())
    }

    /// Strangers are looked at once more: a call may have become part of another, and its record be taken away, meanwhile.
    async fn strangers(&self, found: &mut CrmFound) -> Result<(), OpError> {
        let named = |one: &Stranger| key_of(one.call.as_deref());
        let keys: Vec<CallKey> = found.strangers.first.iter().filter_map(named).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let living = self.living(keys).await?;
        found.strangers.keep(|one| named(one).is_none_or(|key| living.contains(&key)));
        Ok(())
    }

    /// Those of these calls that are there now, whenever they began.
    async fn living(&self, calls: Vec<CallKey>) -> Result<BTreeSet<CallKey>, OpError> {
        let there = self.link.crm.calls_of(&calls).await?;
        let living = there.iter().filter(|one| !one.deleted);
        Ok(living.filter_map(|one| key_of(one.call.as_deref())).collect())
    }

    async fn mark(&self, changes: Vec<Change>) -> Result<(), OpError> {
        let number = self.app.store.commit(Commit::of(self.tenant.id, changes)).await?;
        self.app.hub.changed_for_all(self.tenant.id, number);
        Ok(())
    }
}

/// An Activity that we know to be there and of which no record of the day lives.
#[derive(Clone)]
struct Missing {
    call: CallKey,
    record: RemoteId,
    /// Whether that very record was seen to be deleted.
    is_sure: bool,
}

/// Counts an Activity where it belongs, or says that it is missing there.
fn sort(found: &mut CrmFound, ours: CrmStanding, there: Option<CallThere>) -> Option<Missing> {
    let lives = there.as_ref().is_some_and(|there| !there.deleted);
    match (ours.carried, lives) {
        (Carried::Sent, true) => found.agree += 1,
        (Carried::Sent, false) => {
            let record = ours.record?;
            let is_sure = there.is_some_and(|there| there.record == record);
            return Some(Missing { call: ours.key, record, is_sure });
        }
        (Carried::Waiting | Carried::Refused, true) => found.waiting += 1,
        (Carried::DeletedThere | Carried::Never, true) if ours.imported || !ours.settled => found.beside += 1,
        (Carried::DeletedThere | Carried::Never, true) => found.unlinked.add(ours.key),
        (_, false) => {}
    }
    None
}

fn living<'a>(records: impl Iterator<Item = &'a CallThere>) -> u64 {
    records.filter(|one| !one.deleted).count() as u64
}
