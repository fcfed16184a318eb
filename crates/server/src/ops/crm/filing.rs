//! What is to be there of an Activity, a person or a Case, read as it stands.

use super::people::People;
use crate::app::{App, Tenant};
use crm::{Filing, FollowUpFiling, FollowUpWanted, NewCase, NewPerson, RemoteParty, Withdrawal};
use domain::activity::{Activity, Outcome};
use domain::follow_up::FollowUpState;
use domain::id::PersonId;
use domain::mirror::{Joined, Local, RemoteId};
use domain::outbox::{FiledState, FollowUpFiled, FollowUpThere, OutboxEntry, Subject, Vanished};
use store::ReadError;

/// What can be done about something in the outbox now.
#[derive(Clone, Debug)]
pub enum Ready<T> {
    /// It can be carried out.
    Now(Box<T>),
    /// What it names is to be there first, and is not yet.
    Waits,
    /// There is nothing to carry out any more.
    Moot,
}

/// Reads what is to be carried out.
pub struct Reader<'a> {
    /// The parts.
    pub app: &'a App,
    /// Whose.
    pub tenant: &'a Tenant,
    /// Users here and there.
    pub people: &'a People,
}

impl Reader<'_> {
    /// The Activity of an entry.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn activity(&self, entry: &OutboxEntry) -> Result<Ready<Filing>, ReadError> {
        let Subject::Activity(key) = entry.subject else { return Ok(Ready::Moot) };
        let Some(row) = self.app.store.activity(self.tenant.id, key).await? else { return Ok(Ready::Moot) };
        let before = match self.app.store.filed(self.tenant.id, key).await? {
            Some(FiledState::DeletedThere) => return Ok(Ready::Moot),
            Some(FiledState::There(filed)) => Some(filed),
            None => None,
        };
        let activity = row.activity;
        let Ready::Now(about) = self.about(&activity).await? else { return Ok(Ready::Waits) };
        let (party, case) = *about;
        let opportunity = activity.opportunity.map(|related| related.id.remote());
        let agent = activity.agent_in(&row.call).cloned();
        let heard_at = || format!("{}/#/activities/{key}", self.app.public_url());
        Ok(Ready::Now(Box::new(Filing {
            party,
            case,
            opportunity,
            agent: agent.as_ref().and_then(|agent| self.people.of_agent(agent)).cloned(),
            agent_name: agent.as_ref().map(|agent| self.people.name_of(agent).unwrap_or(&agent.0).to_owned()),
            recording_url: row.call.recording.as_ref().map(|_| heard_at()),
            activity,
            call: row.call,
            before,
            in_doubt: entry.in_doubt,
            again: entry.despite_duplicates,
        })))
    }

    /// The follow-up of an entry. It waits until it is certain what became of its call.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn follow_up(&self, entry: &OutboxEntry) -> Result<Ready<FollowUpFiling>, ReadError> {
        let (store, tenant) = (&self.app.store, self.tenant.id);
        let Subject::FollowUp(call) = entry.subject else { return Ok(Ready::Moot) };
        if !self.tenant.settings.salesforce.as_ref().is_none_or(|settings| settings.follow_up_tasks) {
            return Ok(Ready::Moot);
        }
        let row = store.activity(tenant, call).await?;
        let asked = store.follow_up(tenant, call).await?.filter(|one| one.state != FollowUpState::Withdrawn);
        let (round, before) = match store.follow_up_filed(tenant, call).await? {
            None => (0, None),
            Some(FollowUpFiled { round, state: FollowUpThere::There(task) }) => (round, Some(task)),
            Some(FollowUpFiled { round, state: FollowUpThere::Gone }) if asked.is_some() => {
                (round.saturating_add(1), None)
            }
            Some(FollowUpFiled { round, state: FollowUpThere::DeletedThere }) if asked.is_none() => {
                (round, None)
            }
            Some(_) => return Ok(Ready::Moot),
        };
        let began_at = row.as_ref().map(|row| row.call.started_at);
        let wanted = match asked.zip(row) {
            None => None,
            Some((_, row)) if !row.activity.archived => return Ok(Ready::Waits),
            Some((asked, row)) => {
                let Ready::Now(about) = self.about(&row.activity).await? else { return Ok(Ready::Waits) };
                let (party, case) = *about;
                Some(FollowUpWanted {
                    due: asked.due,
                    done: matches!(asked.state, FollowUpState::Done { .. }),
                    party,
                    case,
                    opportunity: row.activity.opportunity.map(|related| related.id.remote()),
                    agent: self.people.of_agent(&asked.agent).cloned(),
                    label: asked.label,
                })
            }
        };
        let in_doubt = entry.in_doubt;
        Ok(Ready::Now(Box::new(FollowUpFiling { call, round, began_at, wanted, before, in_doubt })))
    }

    /// Whom an Activity is filed on and the Case it is related to, as they are there.
    async fn about(
        &self,
        activity: &Activity,
    ) -> Result<Ready<(Option<RemoteParty>, Option<RemoteId>)>, ReadError> {
        let party = match activity.party.and_then(|party| party.person) {
            Some(person) => match self.party(person).await? {
                Ready::Now(party) => Some(*party),
                Ready::Waits => return Ok(Ready::Waits),
                Ready::Moot => None,
            },
            None => None,
        };
        let case = match activity.case() {
            Some(case) => match self.there(Local::Case(case)).await? {
                Ready::Now(joined) => Some(joined.remote),
                Ready::Waits => return Ok(Ready::Waits),
                Ready::Moot => None,
            },
            None => None,
        };
        Ok(Ready::Now(Box::new((party, case))))
    }

    /// The call of an entry that turned out to be part of another. That one is to be there first: none is to be missing in
    /// between.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn vanished(&self, entry: &OutboxEntry) -> Result<Ready<Withdrawal>, ReadError> {
        let (store, tenant) = (&self.app.store, self.tenant.id);
        let Subject::Vanished(call) = entry.subject else { return Ok(Ready::Moot) };
        let Some(Vanished { into, filed }) = store.vanished(tenant, call).await? else {
            return Ok(Ready::Moot);
        };
        let waits = store.outbox_entry(tenant, Subject::Activity(into)).await?.is_some();
        let other = store.activity(tenant, into).await?.map(|row| row.activity);
        let goes_on = other.as_ref().is_some_and(|other| !other.archived || other.outcome == Outcome::Open);
        if waits || goes_on {
            return Ok(Ready::Waits);
        }
        // Left out by an admin, it is not there: then this is all that the org has of the call.
        let is_there = store.filed(tenant, into).await?.is_some();
        let says_it = other.is_some_and(|other| other.outcome == Outcome::Logged)
            || filed.as_ref().is_some_and(|filed| filed.task.is_none());
        Ok(Ready::Now(Box::new(Withdrawal { call, into, filed, may_delete: is_there && says_it })))
    }

    /// The person of an entry.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn person(&self, entry: &OutboxEntry) -> Result<Ready<NewPerson>, ReadError> {
        let Subject::Person(id) = entry.subject else { return Ok(Ready::Moot) };
        let Some(person) = self.app.store.person(self.tenant.id, id).await? else { return Ok(Ready::Moot) };
        let account = match self.id_there(person.account.map(Local::Person)).await? {
            Ready::Now(account) => *account,
            _ => return Ok(Ready::Waits),
        };
        let owner = person.owner.and_then(|owner| self.people.theirs(owner)).cloned();
        let (despite_duplicates, in_doubt) = (entry.despite_duplicates, entry.in_doubt);
        Ok(Ready::Now(Box::new(NewPerson { person, account, owner, despite_duplicates, in_doubt })))
    }

    /// The Case of an entry.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn case(&self, entry: &OutboxEntry) -> Result<Ready<NewCase>, ReadError> {
        let Subject::Case(id) = entry.subject else { return Ok(Ready::Moot) };
        let cases = self.app.store.cases(self.tenant.id, &[id]).await?;
        let Some(case) = cases.into_iter().next() else { return Ok(Ready::Moot) };
        let contact = self.id_there(case.contact.map(Local::Person)).await?;
        let account = self.id_there(case.account.map(Local::Person)).await?;
        let (Ready::Now(contact), Ready::Now(account)) = (contact, account) else { return Ok(Ready::Waits) };
        let owner = case.owner.and_then(|owner| self.people.theirs(owner)).cloned();
        let in_doubt = entry.in_doubt;
        Ok(Ready::Now(Box::new(NewCase { case, contact: *contact, account: *account, owner, in_doubt })))
    }

    async fn party(&self, person: PersonId) -> Result<Ready<RemoteParty>, ReadError> {
        let joined = match self.there(Local::Person(person)).await? {
            Ready::Now(joined) => *joined,
            Ready::Waits => return Ok(Ready::Waits),
            Ready::Moot => return Ok(Ready::Moot),
        };
        let Some(person) = self.app.store.person(self.tenant.id, person).await? else {
            return Ok(Ready::Moot);
        };
        // An Account that is not there is no reason to wait: the person's own record is what counts.
        let account = match self.id_there(person.account.map(Local::Person)).await? {
            Ready::Now(account) => *account,
            _ => None,
        };
        let (kind, id, twin) = (person.kind, joined.remote, joined.twin);
        Ok(Ready::Now(Box::new(RemoteParty { kind, id, account, twin })))
    }

    /// The id there of a record that something names; none where it names none, or one that will never be there.
    async fn id_there(&self, local: Option<Local>) -> Result<Ready<Option<RemoteId>>, ReadError> {
        let Some(local) = local else { return Ok(Ready::Now(Box::new(None))) };
        Ok(match self.there(local).await? {
            Ready::Now(joined) => Ready::Now(Box::new(Some(joined.remote))),
            Ready::Waits => Ready::Waits,
            Ready::Moot => Ready::Now(Box::new(None)),
        })
    }

    async fn there(&self, local: Local) -> Result<Ready<Joined>, ReadError> {
        let joined = self.app.store.joined(self.tenant.id, &[local]).await?;
        if let Some(joined) = joined.into_iter().next() {
            return Ok(Ready::Now(Box::new(joined)));
        }
        let waits = self.app.store.outbox_entry(self.tenant.id, local.into()).await?.is_some();
        Ok(if waits { Ready::Waits } else { Ready::Moot })
    }
}
