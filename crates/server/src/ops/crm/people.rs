//! Who of our users is which of the CRM's: chosen by an admin, else whose login says so. It is asked for each record that is
//! mirrored and each call that is carried out, and changes seldom: it is worked out once, until a user is changed.

use crate::app::{App, Tenant};
use domain::account::User;
use domain::id::{AgentKey, TenantId, UserId};
use domain::mirror::{CrmUser, RemoteId};
use domain::reflect::same_login;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use store::ReadError;

/// Our users and the CRM's.
#[derive(Debug)]
pub struct People {
    users: Vec<User>,
    theirs: Vec<CrmUser>,
    /// Where ours is, by the id of theirs.
    ours: HashMap<RemoteId, usize>,
    /// Where the active one of theirs is, by ours.
    active: HashMap<UserId, usize>,
}

/// What was worked out of each tenant, and what [`store::CrmRecords::users_changed`] said before.
#[derive(Debug, Default)]
pub(crate) struct KnownPeople(Mutex<BTreeMap<TenantId, (u64, Arc<People>)>>);

impl People {
    /// As they are now.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn read(app: &App, tenant: &Tenant) -> Result<Arc<People>, ReadError> {
        let known = &app.crms.people.0;
        let changed = app.store.users_changed();
        if let Some((before, people)) = known.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant.id)
            && *before == changed
        {
            return Ok(Arc::clone(people));
        }
        let (users, theirs) = (app.store.users(tenant.id).await?, app.store.crm_users(tenant.id).await?);
        let people = Arc::new(People::of(users, theirs));
        let kept = (changed, Arc::clone(&people));
        known.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant.id, kept);
        Ok(people)
    }

    /// These.
    pub fn of(users: Vec<User>, theirs: Vec<CrmUser>) -> People {
        let chosen: HashSet<UserId> =
            theirs.iter().filter(|theirs| theirs.chosen).filter_map(|theirs| theirs.user).collect();
        let ours_of = |theirs: &CrmUser| match theirs.chosen {
            true => users.iter().position(|user| Some(user.id) == theirs.user),
            false => users
                .iter()
                .position(|user| !chosen.contains(&user.id) && same_login(&user.login, &theirs.remote)),
        };
        let (mut ours, mut active) = (HashMap::new(), HashMap::new());
        for (nth, one) in theirs.iter().enumerate() {
            let Some(at) = ours_of(one) else { continue };
            ours.insert(one.remote.id.clone(), at);
            if one.remote.active {
                active.entry(users[at].id).or_insert(nth);
            }
        }
        People { users, theirs, ours, active }
    }

    /// Users of the CRM who are an agent here.
    pub fn agents(&self) -> Vec<RemoteId> {
        let agents =
            self.all().filter(|(_, user)| user.is_some_and(|user| user.agent.is_some() && user.active));
        agents.map(|(theirs, _)| theirs.remote.id.clone()).collect()
    }

    /// The CRM's users, each with ours.
    pub fn all(&self) -> impl Iterator<Item = (&CrmUser, Option<&User>)> {
        self.theirs.iter().map(|theirs| (theirs, self.user_of(&theirs.remote.id)))
    }

    /// Our user who is this one of the CRM.
    pub fn user_of(&self, theirs: &RemoteId) -> Option<&User> {
        self.ours.get(theirs).and_then(|at| self.users.get(*at))
    }

    /// The active user of the CRM who is this one of ours.
    pub fn theirs(&self, ours: UserId) -> Option<&RemoteId> {
        self.active.get(&ours).and_then(|at| self.theirs.get(*at)).map(|theirs| &theirs.remote.id)
    }

    /// Whether this one of ours is a user of the CRM, active or not.
    pub fn is_known(&self, ours: UserId) -> bool {
        self.ours.values().filter_map(|at| self.users.get(*at)).any(|user| user.id == ours)
    }

    /// The active user of the CRM who is this agent.
    pub fn of_agent(&self, agent: &AgentKey) -> Option<&RemoteId> {
        self.agent(agent).and_then(|user| self.theirs(user.id))
    }

    /// The name of this agent.
    pub fn name_of(&self, agent: &AgentKey) -> Option<&str> {
        self.agent(agent).map(|user| user.name.as_str())
    }

    fn agent(&self, agent: &AgentKey) -> Option<&User> {
        let is = |user: &&User| user.agent.as_ref() == Some(agent);
        // Somebody who left may have been the same agent before.
        self.users.iter().filter(is).max_by_key(|user| user.active)
    }
}
