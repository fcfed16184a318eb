//! `carry_out`: has in the CRM what is in the outbox, as it stands at that moment. Records that were made here first, then
//! Activities, as many together as are due, then follow-ups, then what is to go. What came of it is committed before the next is read; a process that ends in
//! between sends the same again, which the CRM knows.

use super::filing::{Reader, Ready};
use super::people::People;
use crate::app::{App, Tenant};
use crate::crms::{CrmLink, Traffic};
use crate::ops::OpError;
use crm::{Carried, CrmError, CrmErrorKind, Filing, FollowUpCarried, Made, Retry, Withdrawn};
use domain::commit::{Change, Commit};
use domain::id::{AgentKey, At};
use domain::mirror::{Joined, Local};
use domain::outbox::{
    Attempt, FiledState, FollowUpFiled, FollowUpThere, OutboxEntry, Refusal, RefusalKind, Subject,
};
use std::time::Duration;
use store::MAX_PAGE;

/// Most entries that are looked at together.
pub const AT_A_TIME: usize = MAX_PAGE;
/// How many follow-ups are carried out before it is looked whether there are Activities: each is two calls by itself.
const FOLLOW_UPS_A_ROUND: usize = 20;
/// How long an Activity waits for the record it is filed on, before it is looked at again.
const WAITS_FOR_RECORD: Duration = Duration::from_secs(5);
/// How long a call that is part of another waits for that one, which may be summed up hours later.
const WAITS_FOR_CALL: Duration = Duration::from_secs(60);
/// How long all wait after something that no waiting of ours mends: credentials, rights.
const WAITS_FOR_ADMIN: Duration = Duration::from_secs(60);
/// How often something is tried whose reference is no more there, so that the mirror can tell what became of it.
const TRIES_OF_A_REFERENCE: u32 = 5;
/// How long such a one waits between.
const WAITS_FOR_MIRROR: Duration = Duration::from_secs(60);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many entries were settled: carried out, refused for good, or moot.
    pub settled: usize,
    /// How many were due.
    pub due: usize,
    /// How long to wait before the next round, because the CRM cannot be used now.
    pub wait: Option<Duration>,
}

/// Carries out what is due, once.
///
/// # Errors
/// The store cannot read or write; nothing of what the CRM took is lost by that, it is known again.
pub async fn carry_out(app: &App, tenant: &Tenant, link: &CrmLink) -> Result<Round, OpError> {
    let now = app.around.now();
    let due = app.store.outbox_due(tenant.id, now, AT_A_TIME).await?;
    if due.is_empty() {
        return Ok(Round::default());
    }
    let people = People::read(app, tenant).await?;
    let reader = Reader { app, tenant, people: &people };
    let mut round = Running { app, tenant, link, now, round: Round { due: due.len(), ..Round::default() } };
    let (activities, others): (Vec<_>, Vec<_>) =
        due.into_iter().partition(|entry| matches!(entry.subject, Subject::Activity(_)));
    let (vanished, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|entry| matches!(entry.subject, Subject::Vanished(_)));
    let (follow_ups, records): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|entry| matches!(entry.subject, Subject::FollowUp(_)));
    for entry in &records {
        round.record(&reader, entry).await?;
        if round.round.wait.is_some() {
            return Ok(round.round);
        }
    }
    round.activities(&reader, activities).await?;
    for entry in follow_ups.iter().take(FOLLOW_UPS_A_ROUND) {
        if round.round.wait.is_some() {
            return Ok(round.round);
        }
        round.follow_up(&reader, entry).await?;
    }
    // Last: what took their place is there by now.
    for entry in &vanished {
        if round.round.wait.is_some() {
            return Ok(round.round);
        }
        round.vanished(&reader, entry).await?;
    }
    if round.round.wait.is_none() && round.round.settled > 0 {
        link.went_well(Traffic::Out, app.around.now());
    }
    Ok(round.round)
}

struct Running<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    link: &'a CrmLink,
    now: At,
    round: Round,
}

impl Running<'_> {
    async fn record(&mut self, reader: &Reader<'_>, entry: &OutboxEntry) -> Result<(), OpError> {
        let made = match entry.subject {
            Subject::Person(_) => match reader.person(entry).await? {
                Ready::Now(new) => self.link.crm.make_person(&new).await,
                Ready::Waits => return self.commit(vec![self.later(entry, WAITS_FOR_RECORD)]).await,
                Ready::Moot => return self.moot(entry).await,
            },
            Subject::Case(_) => match reader.case(entry).await? {
                Ready::Now(new) => self.link.crm.make_case(&new).await,
                Ready::Waits => return self.commit(vec![self.later(entry, WAITS_FOR_RECORD)]).await,
                Ready::Moot => return self.moot(entry).await,
            },
            Subject::Activity(_) | Subject::Vanished(_) | Subject::FollowUp(_) => return Ok(()),
        };
        let local = match entry.subject {
            Subject::Case(id) => Local::Case(id),
            Subject::Person(id) => Local::Person(id),
            Subject::Activity(_) | Subject::Vanished(_) | Subject::FollowUp(_) => return Ok(()),
        };
        match made {
            Ok(Made::Is(remote)) => {
                self.round.settled += 1;
                self.commit(vec![Change::Joined(Joined { local, remote, twin: None })]).await
            }
            Ok(Made::Refused(refusal)) => {
                let change = self.refused(entry, refusal);
                self.commit(vec![change]).await
            }
            Err(error) => {
                let changes = self.failed(entry, &error).into_iter().collect();
                self.commit(changes).await
            }
        }
    }

    async fn follow_up(&mut self, reader: &Reader<'_>, entry: &OutboxEntry) -> Result<(), OpError> {
        let filing = match reader.follow_up(entry).await? {
            Ready::Now(filing) => filing,
            Ready::Waits => return self.commit(vec![self.later(entry, WAITS_FOR_RECORD)]).await,
            Ready::Moot => return self.moot(entry).await,
        };
        let carried = self.link.crm.follow_up(&filing).await;
        let state = match carried {
            Ok(FollowUpCarried::There(task)) => FollowUpThere::There(task),
            Ok(FollowUpCarried::DeletedThere) => FollowUpThere::DeletedThere,
            Ok(FollowUpCarried::Gone) => FollowUpThere::Gone,
            Ok(FollowUpCarried::Refused(refusal)) => {
                let change = self.refused(entry, refusal);
                return self.commit(vec![change]).await;
            }
            Err(error) => {
                let changes = self.failed(entry, &error).into_iter().collect();
                return self.commit(changes).await;
            }
        };
        self.round.settled += 1;
        let filed = Box::new(FollowUpFiled { round: filing.round, state });
        self.commit(vec![Change::FollowUpCarried { call: filing.call, version: entry.version, filed }]).await
    }

    async fn vanished(&mut self, reader: &Reader<'_>, entry: &OutboxEntry) -> Result<(), OpError> {
        let gone = match reader.vanished(entry).await? {
            Ready::Now(gone) => gone,
            Ready::Waits => return self.commit(vec![self.later(entry, WAITS_FOR_CALL)]).await,
            Ready::Moot => return self.moot(entry).await,
        };
        let (subject, version) = (entry.subject, entry.version);
        let change = match self.link.crm.withdraw(&gone).await {
            Ok(Withdrawn::Gone | Withdrawn::Marked) => {
                self.round.settled += 1;
                Some(Change::CarriedOut { subject, version, filed: None })
            }
            Ok(Withdrawn::Refused(refusal)) => Some(self.refused(entry, refusal)),
            Err(error) => self.failed(entry, &error),
        };
        self.commit(change.into_iter().collect()).await
    }

    async fn activities(&mut self, reader: &Reader<'_>, entries: Vec<OutboxEntry>) -> Result<(), OpError> {
        let (mut sent, mut filings, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            match reader.activity(&entry).await? {
                Ready::Now(filing) => {
                    filings.push(*filing);
                    sent.push(entry);
                }
                Ready::Waits => changes.push(self.later(&entry, WAITS_FOR_RECORD)),
                Ready::Moot => {
                    self.round.settled += 1;
                    changes.push(left(&entry));
                }
            }
        }
        if !filings.is_empty() {
            let carried = self.link.crm.file(&filings).await;
            let paying = carried.iter().filter(|carried| matches!(carried, Carried::Filed(_))).count();
            if paying > 0 {
                self.link.pay(paying as u64);
            }
            for (entry, carried) in sent.iter().zip(carried) {
                changes.extend(self.carried(entry, carried));
            }
        }
        let agents = whose(&filings);
        self.commit_and_tell(changes, &agents).await
    }

    fn carried(&mut self, entry: &OutboxEntry, carried: Carried) -> Option<Change> {
        let done =
            |version, filed| Change::CarriedOut { subject: entry.subject, version, filed: Some(filed) };
        match carried {
            Carried::Filed(filed) if filed.linked || filed.task.is_none() => {
                self.round.settled += 1;
                Some(done(entry.version, FiledState::There(filed)))
            }
            // No version was carried out whole: it stays due.
            Carried::Filed(filed) => Some(done(0, FiledState::There(filed))),
            Carried::DeletedThere => {
                self.round.settled += 1;
                Some(done(entry.version, FiledState::DeletedThere))
            }
            Carried::Refused(refusal) => Some(self.refused(entry, refusal)),
            Carried::Failed(error) => self.failed(entry, &error),
        }
    }

    fn refused(&mut self, entry: &OutboxEntry, refusal: Refusal) -> Change {
        let tries = entry.tries.saturating_add(1);
        if refusal.kind == RefusalKind::Reference && tries < TRIES_OF_A_REFERENCE {
            // What it refers to was merged or converted, most likely, and the mirror is about to tell into what.
            return self.later_as(entry, WAITS_FOR_MIRROR, tries, false);
        }
        self.round.settled += 1;
        let (subject, version) = (entry.subject, entry.version);
        let attempt = Attempt {
            subject,
            version,
            tries,
            not_before: self.now,
            in_doubt: false,
            refusal: Some(refusal),
        };
        Change::OutboxTried(Box::new(attempt))
    }

    /// What failed is due again when its error says. Where the whole CRM cannot be used nothing is written of it, unless an
    /// attempt is in doubt: thousands wait then.
    fn failed(&mut self, entry: &OutboxEntry, error: &CrmError) -> Option<Change> {
        let (wait, in_doubt) = match error.retry {
            Retry::No => (WAITS_FOR_ADMIN, false),
            Retry::After(wait) => (wait, false),
            Retry::InDoubt(wait) => (wait, true),
        };
        let alone = matches!(error.kind, CrmErrorKind::Locked | CrmErrorKind::NotUnderstood);
        if !alone {
            self.link.failed(Traffic::Out, self.now, error);
            self.round.wait = Some(self.round.wait.unwrap_or_default().max(wait));
            if !in_doubt {
                return None;
            }
        }
        Some(self.later_as(entry, wait, entry.tries.saturating_add(1), in_doubt))
    }

    fn later(&self, entry: &OutboxEntry, wait: Duration) -> Change {
        self.later_as(entry, wait, entry.tries, entry.in_doubt)
    }

    fn later_as(&self, entry: &OutboxEntry, wait: Duration, tries: u32, in_doubt: bool) -> Change {
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let not_before = self.now.plus_millis(millis);
        let (subject, version) = (entry.subject, entry.version);
        Change::OutboxTried(Box::new(Attempt {
            subject,
            version,
            tries,
            not_before,
            in_doubt,
            refusal: None,
        }))
    }

    async fn moot(&mut self, entry: &OutboxEntry) -> Result<(), OpError> {
        self.round.settled += 1;
        self.commit(vec![left(entry)]).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<(), OpError> {
        self.commit_and_tell(changes, &[]).await
    }

    async fn commit_and_tell(&self, changes: Vec<Change>, agents: &[AgentKey]) -> Result<(), OpError> {
        if !changes.is_empty() {
            let number = self.app.store.commit(Commit::of(self.tenant.id, changes)).await?;
            self.app.hub.changed(self.tenant.id, agents, number);
        }
        Ok(())
    }
}

/// There is nothing to carry out, unless it changed meanwhile.
fn left(entry: &OutboxEntry) -> Change {
    Change::CarriedOut { subject: entry.subject, version: entry.version, filed: None }
}

/// Whose Activities these are: their panels say how many are on their way.
fn whose(filings: &[Filing]) -> Vec<AgentKey> {
    let mut agents: Vec<AgentKey> =
        filings.iter().filter_map(|filing| filing.activity.agent.clone()).collect();
    agents.sort_unstable();
    agents.dedup();
    agents
}
