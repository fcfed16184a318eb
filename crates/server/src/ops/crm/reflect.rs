//! Has the directory hold what the CRM told. What each piece of news makes of a record is [`domain::reflect`]'s; here its ids
//! are looked up, and the changes written some hundred at a time. Read again, the same news changes nothing.

use super::mirror::MirrorError;
use super::people::People;
use crate::app::{App, Tenant};
use crate::crms::CrmLink;
use domain::case::{Case, CaseStatus};
use domain::commit::{Change, Commit};
use domain::directory::{Person, RecordKeys};
use domain::id::{CaseId, PersonId};
use domain::mirror::{CrmUser, Fate, Local, News, RemoteCase, RemoteId, RemotePerson, RemoteUser};
use domain::reflect::{self, CaseMeans, PersonMeans};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;
use tokio::task::{JoinError, JoinHandle};
use uuid::Uuid;

/// Most changes that are written at a time.
const CHANGES_AT_A_TIME: usize = 200;

/// Has the directory hold news.
pub struct Reflecting<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    link: &'a CrmLink,
    people: Arc<People>,
    /// Whether calls may wait for a record that is new: not so with a first load, when all are.
    awaited: bool,
    /// What ids of theirs mean here, as far as asked.
    locals: BTreeMap<RemoteId, Option<Local>>,
    changes: Vec<Change>,
    changed: usize,
    /// Changes of a first load on their way to the disk, while those after them are made ready.
    under_way: Option<JoinHandle<Result<u64, store::CommitError>>>,
    /// Nobody else does so meanwhile, nor before what was on its way when this was broken off is written.
    alone: Arc<OwnedMutexGuard<()>>,
}

impl<'a> Reflecting<'a> {
    /// Reads what it rests on.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn new(
        app: &'a App,
        tenant: &'a Tenant,
        link: &'a CrmLink,
        awaited: bool,
    ) -> Result<Reflecting<'a>, store::ReadError> {
        let alone = Arc::new(Arc::clone(&link.reflecting).lock_owned().await);
        let people = People::read(app, tenant).await?;
        let (locals, changes) = (BTreeMap::new(), Vec::new());
        let under_way = None;
        Ok(Reflecting { app, tenant, link, people, awaited, locals, changes, changed: 0, under_way, alone })
    }

    /// Takes all of it over; answers how many records changed.
    ///
    /// # Errors
    /// The store cannot read or write, or the CRM not say what became of a record.
    pub async fn reflect(&mut self, news: &[News]) -> Result<usize, MirrorError> {
        self.link.sharing.forget(news.iter().filter_map(id_of));
        self.look_up(news).await?;
        for piece in news {
            match piece {
                News::Person(told) => {
                    self.person(told).await?;
                }
                News::Case(told) => {
                    self.case(told).await?;
                }
                News::User(told) => self.user(told),
                News::Gone { .. } => {}
            }
            if self.changes.len() >= CHANGES_AT_A_TIME {
                self.write_some().await?;
            }
        }
        self.write().await?;
        for piece in news {
            if let News::Gone { id, fate, .. } = piece {
                self.gone(id, fate).await?;
            }
        }
        Ok(self.changed)
    }

    async fn look_up(&mut self, news: &[News]) -> Result<(), MirrorError> {
        let mut ids: BTreeSet<&RemoteId> = BTreeSet::new();
        for piece in news {
            match piece {
                News::Person(told) => ids.extend([&told.id].into_iter().chain(&told.account)),
                News::Case(told) => {
                    ids.extend([&told.id].into_iter().chain(&told.contact).chain(&told.account))
                }
                News::User(_) => {}
                News::Gone { id, .. } => ids.extend([id]),
            }
        }
        let ids: Vec<RemoteId> = ids.into_iter().cloned().collect();
        let locals = self.app.store.locals(self.tenant.id, &ids).await?;
        self.locals.extend(ids.into_iter().zip(locals));
        Ok(())
    }

    async fn local(&mut self, id: &RemoteId) -> Result<Option<Local>, MirrorError> {
        if let Some(known) = self.locals.get(id) {
            return Ok(*known);
        }
        let found = self.app.store.locals(self.tenant.id, std::slice::from_ref(id)).await?;
        let found = found.first().copied().flatten();
        self.locals.insert(id.clone(), found);
        Ok(found)
    }

    async fn local_person(&mut self, id: Option<&RemoteId>) -> Result<Option<PersonId>, MirrorError> {
        let Some(id) = id else { return Ok(None) };
        Ok(match self.local(id).await? {
            Some(Local::Person(person)) => Some(person),
            _ => None,
        })
    }

    /// Answers which record of ours it is.
    async fn person(&mut self, told: &RemotePerson) -> Result<PersonId, MirrorError> {
        let ours = told.ours.as_deref().and_then(|id| Uuid::parse_str(id).ok()).map(PersonId);
        let linked = self.local_person(Some(&told.id)).await?;
        let known: Option<Person> = match linked.or(ours) {
            Some(id) => self.app.store.person(self.tenant.id, id).await?,
            None => None,
        };
        let account = self.local_person(told.account.as_ref()).await?;
        let account = match account {
            Some(id) => self.app.store.person_lines(self.tenant.id, &[id]).await?.into_iter().next(),
            None => None,
        };
        let new_id = PersonId(self.app.around.new_id());
        let means = PersonMeans {
            known: known.as_ref(),
            account: account.as_ref().map(|account| (account.id, account.name.as_str())),
            owner: told.owner.as_ref().and_then(|owner| self.people.user_of(owner)).map(|user| user.id),
            new_id,
        };
        let reflected = reflect::person(told, &means);
        let (changes, joins, is_new) = (reflected.is_some(), linked.is_none(), known.is_none());
        let Some(person) = reflected.or(known) else { return Ok(new_id) };
        let id = person.id;
        if changes || joins {
            self.changed += 1;
            let keys = RecordKeys::of(&person, self.tenant.settings.region);
            let (remote, twin) = (told.id.clone(), told.twin.clone());
            let local = Some(Local::Person(id));
            self.locals.extend([&remote].into_iter().chain(&twin).map(|id| (id.clone(), local)));
            // A number that is new on a record that was there already may be one that calls wait for.
            let awaited = self.awaited || !is_new;
            let person = Box::new(person);
            self.changes.push(Change::PersonMirrored { person, keys, remote, twin, awaited });
        }
        Ok(id)
    }

    async fn case(&mut self, told: &RemoteCase) -> Result<(), MirrorError> {
        let ours = told.ours.as_deref().and_then(|id| Uuid::parse_str(id).ok()).map(CaseId);
        let linked = match self.local(&told.id).await? {
            Some(Local::Case(case)) => Some(case),
            _ => None,
        };
        let known: Option<Case> = match linked.or(ours) {
            Some(id) => self.app.store.cases(self.tenant.id, &[id]).await?.into_iter().next(),
            None => None,
        };
        let means = CaseMeans {
            known: known.as_ref(),
            contact: self.local_person(told.contact.as_ref()).await?,
            account: self.local_person(told.account.as_ref()).await?,
            owner: told.owner.as_ref().and_then(|owner| self.people.user_of(owner)).map(|user| user.id),
            new_id: CaseId(self.app.around.new_id()),
        };
        let reflected = reflect::case(told, &means);
        let (changes, joins) = (reflected.is_some(), linked.is_none());
        if let Some(case) = reflected.or(known).filter(|_| changes || joins) {
            self.changed += 1;
            self.locals.insert(told.id.clone(), Some(Local::Case(case.id)));
            self.changes.push(Change::CaseMirrored { case: Box::new(case), remote: told.id.clone() });
        }
        Ok(())
    }

    fn user(&mut self, told: &RemoteUser) {
        let known = self.people.all().map(|(theirs, _)| theirs).find(|theirs| theirs.remote.id == told.id);
        let (user, chosen) = known.map_or((None, false), |known| (known.user, known.chosen));
        if known.is_none_or(|known| known.remote != *told) {
            self.changed += 1;
            self.changes.push(Change::CrmUser(Box::new(CrmUser { remote: told.clone(), user, chosen })));
        }
    }

    async fn gone(&mut self, id: &RemoteId, fate: &Fate) -> Result<(), MirrorError> {
        let change = match (self.local(id).await?, fate) {
            (None, _) => return Ok(()),
            (Some(Local::Person(person)), Fate::Deleted) => {
                // An id that a record had before it was merged into this one is no longer this one's own.
                let joined = self.app.store.joined(self.tenant.id, &[Local::Person(person)]).await?;
                if joined.first().is_none_or(|joined| joined.remote != *id) {
                    return Ok(());
                }
                Change::PersonDeleted(person)
            }
            (Some(Local::Person(person)), Fate::Merged { into }) => {
                match self.known_or_fetched(into).await? {
                    Some(into) => Change::PersonBecame { from: person, into },
                    None => return Ok(()),
                }
            }
            (Some(Local::Person(person)), Fate::Converted { contact, account }) => {
                let Some(into) = contact.as_ref().or(account.as_ref()) else { return Ok(()) };
                match self.known_or_fetched(into).await? {
                    Some(into) => Change::PersonBecame { from: person, into },
                    None => return Ok(()),
                }
            }
            (Some(Local::Case(case)), Fate::Deleted) => {
                let known = self.app.store.cases(self.tenant.id, &[case]).await?.into_iter().next();
                // A Case of ours is never deleted: calls are related to it. It is settled, and its number stays.
                let Some(known) = known.filter(|case| case.closed_at.is_none()) else { return Ok(()) };
                let (closed_at, version) = (Some(self.app.around.now()), known.version + 1);
                let case = Case { status: CaseStatus::Closed, closed_at, version, ..known };
                Change::CaseMirrored { case: Box::new(case), remote: id.clone() }
            }
            (Some(Local::Case(_)), Fate::Merged { .. } | Fate::Converted { .. }) => return Ok(()),
        };
        if matches!(change, Change::PersonBecame { from, into } if from == into) {
            return Ok(());
        }
        self.changed += 1;
        self.changes.push(change);
        self.write().await?;
        // Ids that meant it mean another record now, or none.
        self.locals.clear();
        Ok(())
    }

    /// Which record of ours another became; asked for where the mirror does not know it yet.
    async fn known_or_fetched(&mut self, id: &RemoteId) -> Result<Option<PersonId>, MirrorError> {
        if let Some(known) = self.local_person(Some(id)).await? {
            return Ok(Some(known));
        }
        let Some(News::Person(told)) = self.link.crm.record(id).await? else { return Ok(None) };
        let person = self.person(&told).await?;
        self.write().await?;
        Ok(Some(person))
    }

    /// Writes what is ready. With a first load, whose records are all others, it is not waited for: the next are made ready
    /// meanwhile, and it is there before anything behind them is.
    async fn write_some(&mut self) -> Result<(), MirrorError> {
        if self.awaited {
            return self.write().await;
        }
        self.landed().await?;
        self.send();
        Ok(())
    }

    /// Sends what is ready on its way, which it goes also where this is broken off.
    fn send(&mut self) {
        let commit = Commit::of(self.tenant.id, std::mem::take(&mut self.changes));
        let (store, alone) = (Arc::clone(&self.app.store), Arc::clone(&self.alone));
        self.under_way = Some(tokio::spawn(async move {
            let written = store.commit(commit).await;
            drop(alone);
            written
        }));
    }

    /// What is under way is written.
    async fn landed(&mut self) -> Result<(), MirrorError> {
        match self.under_way.take() {
            Some(writing) => {
                // It ends without an answer with the whole process alone.
                let ended = |error: JoinError| Err(store::CommitError::Unavailable(error.to_string()));
                writing.await.unwrap_or_else(ended)?;
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn write(&mut self) -> Result<(), MirrorError> {
        self.landed().await?;
        if !self.changes.is_empty() {
            self.send();
            self.landed().await?;
        }
        Ok(())
    }
}

/// Which record a piece of news is about that people are shown.
fn id_of(news: &News) -> Option<&RemoteId> {
    match news {
        News::Person(told) => Some(&told.id),
        News::Case(told) => Some(&told.id),
        News::Gone { id, .. } => Some(id),
        News::User(_) => None,
    }
}
