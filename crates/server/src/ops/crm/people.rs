//! Who of our users is which of the CRM's: chosen by an admin, else whose login says so.

use crate::app::{App, Tenant};
use domain::account::User;
use domain::id::{AgentKey, UserId};
use domain::mirror::{CrmUser, RemoteId};
use domain::reflect::same_login;
use store::ReadError;

/// Our users and the CRM's.
pub struct People {
    users: Vec<User>,
    theirs: Vec<CrmUser>,
}

impl People {
    /// Reads them.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn read(app: &App, tenant: &Tenant) -> Result<People, ReadError> {
        let (users, theirs) = (app.store.users(tenant.id).await?, app.store.crm_users(tenant.id).await?);
        Ok(People { users, theirs })
    }

    /// These.
    pub fn of(users: Vec<User>, theirs: Vec<CrmUser>) -> People {
        People { users, theirs }
    }

    /// Users of the CRM who are an agent here.
    pub fn agents(&self) -> Vec<RemoteId> {
        let agents =
            self.all().filter(|(_, user)| user.is_some_and(|user| user.agent.is_some() && user.active));
        agents.map(|(theirs, _)| theirs.remote.id.clone()).collect()
    }

    /// The CRM's users, each with ours.
    pub fn all(&self) -> impl Iterator<Item = (&CrmUser, Option<&User>)> {
        self.theirs.iter().map(|theirs| (theirs, self.ours(theirs)))
    }

    fn ours(&self, theirs: &CrmUser) -> Option<&User> {
        if theirs.chosen {
            return self.users.iter().find(|user| Some(user.id) == theirs.user);
        }
        let taken =
            |user: &&User| self.theirs.iter().any(|other| other.chosen && other.user == Some(user.id));
        self.users.iter().find(|user| same_login(&user.login, &theirs.remote) && !taken(user))
    }

    /// Our user who is this one of the CRM.
    pub fn user_of(&self, theirs: &RemoteId) -> Option<&User> {
        self.theirs.iter().find(|user| user.remote.id == *theirs).and_then(|user| self.ours(user))
    }

    /// The active user of the CRM who is this one of ours.
    pub fn theirs(&self, ours: UserId) -> Option<&RemoteId> {
        let is =
            |theirs: &&CrmUser| theirs.remote.active && self.ours(theirs).is_some_and(|user| user.id == ours);
        self.theirs.iter().find(is).map(|user| &user.remote.id)
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
