//! Users: the first admin, further users, their roles, and one-time links by which passwords are set.

use super::session::{self, MAX_LOGIN_CHARS, SignedIn};
use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::clock::hash_secret;
use crate::mail;
use domain::account::{LinkPurpose, OneTimeLink, Role, User};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{AgentKey, UserId};
use serde::Serialize;
use store::CommitError;
use utoipa::ToSchema;
use uuid::Uuid;

/// How long a one-time link works, in seconds.
const LINK_S: i64 = 24 * 60 * 60;

/// A user as the API shows them.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct UserView {
    /// Their id.
    pub id: Uuid,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// `agent`, `supervisor` or `admin`.
    pub role: String,
    /// The agent they are.
    pub agent: Option<String>,
    /// Where reports are mailed to.
    pub email: Option<String>,
    /// Whether they may sign in.
    pub active: bool,
    /// Counts changes.
    pub version: u64,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        UserView {
            id: user.id.0,
            login: user.login.clone(),
            name: user.name.clone(),
            role: crate::view::word(&user.role),
            agent: user.agent.as_ref().map(|agent| agent.0.clone()),
            email: user.email.clone(),
            active: user.active,
            version: user.version,
        }
    }
}

/// A user as everybody else of the tenant may know them: neither what they sign in with nor what they may do.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ColleagueView {
    /// Their id.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// The agent they are.
    pub agent: Option<String>,
}

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The agent they are.
    pub agent: Option<String>,
    /// Where reports are mailed to.
    pub email: Option<String>,
}

/// What of a user changes.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// The version the change was made on.
    pub version: u64,
    /// New name.
    pub name: Option<String>,
    /// New role.
    pub role: Option<Role>,
    /// New agent; `Some(None)` takes it away.
    pub agent: Option<Option<String>>,
    /// New address; `Some(None)` takes it away.
    pub email: Option<Option<String>>,
    /// Whether they may sign in.
    pub active: Option<bool>,
}

/// Every user.
///
/// # Errors
/// The store cannot read.
pub async fn list(app: &App, tenant: &Tenant) -> Result<Vec<UserView>, OpError> {
    Ok(app.store.users(tenant.id).await?.iter().map(UserView::from).collect())
}

/// The active users by name; letters of either case are alike, and users of one name come by their id.
///
/// # Errors
/// The store cannot read.
pub async fn colleagues(app: &App, tenant: &Tenant) -> Result<Vec<ColleagueView>, OpError> {
    let users = app.store.users(tenant.id).await?.into_iter().filter(|user| user.active);
    let mut colleagues: Vec<ColleagueView> = users
        .map(|user| ColleagueView { id: user.id.0, name: user.name, agent: user.agent.map(|agent| agent.0) })
        .collect();
    colleagues.sort_by_cached_key(|one| (one.name.to_lowercase(), one.id));
    Ok(colleagues)
}

/// The link by which the first admin of a tenant signs up; `None` where there are users.
///
/// # Errors
/// The store cannot be used.
pub async fn first_admin_link(app: &App, tenant: &Tenant, base: &str) -> Result<Option<String>, OpError> {
    if !app.store.users(tenant.id).await?.is_empty() {
        return Ok(None);
    }
    let token = new_link(app, tenant, LinkPurpose::FirstAdmin, None).await?;
    Ok(Some(format!("{base}/#/first-admin?token={token}")))
}

/// Makes the first admin and signs them in.
///
/// # Errors
/// The link was used or is too old, there are users already, a field cannot be taken.
pub async fn first_admin(
    app: &App,
    tenant: &Tenant,
    token: &str,
    new: NewUser,
    password: &str,
) -> Result<SignedIn, OpError> {
    let mut user = checked(app, new)?;
    user.password_hash = Some(session::hash(password).await?);
    let hash = hash_secret(token);
    let link = app.store.link(tenant.id, hash).await?;
    link.filter(|link| link.purpose == LinkPurpose::FirstAdmin).ok_or(OpError::TokenUsed)?;
    let now = app.around.now();
    let commit = Commit {
        tenant: tenant.id,
        preconditions: vec![Precondition::LinkValid { hash, now }, Precondition::NoUsers],
        changes: vec![Change::LinkUsed(hash), Change::User(Box::new(user.clone()))],
    };
    match app.store.commit(commit).await {
        Ok(_) => session::begin(app, tenant, user).await,
        Err(CommitError::Refused { .. }) => Err(OpError::TokenUsed),
        Err(error) => Err(error.into()),
    }
}

/// Makes a user; answers them and the link by which they set their password.
///
/// # Errors
/// A field cannot be taken, or the store cannot write.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    base: &str,
    new: NewUser,
) -> Result<(UserView, String), OpError> {
    let user = checked(app, new)?;
    let mut preconditions = vec![Precondition::LoginFree { login: user.login.clone(), except: None }];
    preconditions.extend(agent_free(&user));
    let commit = Commit {
        tenant: tenant.id,
        preconditions: preconditions.clone(),
        changes: vec![Change::User(Box::new(user.clone()))],
    };
    match app.store.commit(commit).await {
        Ok(_) => {
            let token = new_link(app, tenant, LinkPurpose::Password, Some(user.id)).await?;
            Ok((UserView::from(&user), format!("{base}/#/password?token={token}")))
        }
        Err(CommitError::Refused { index }) => Err(match preconditions.get(index) {
            Some(Precondition::AgentFree { .. }) => OpError::invalid("agent", FieldFault::Taken),
            _ => OpError::invalid("login", FieldFault::Taken),
        }),
        Err(error) => Err(error.into()),
    }
}

/// Changes a user. Their access ends where their role, agent or activity changes, to begin anew with the right one.
///
/// # Errors
/// There is no such user, they were changed meanwhile, a field cannot be taken, or it would leave no admin.
pub async fn change(app: &App, tenant: &Tenant, id: UserId, change: UserChange) -> Result<UserView, OpError> {
    let before = app.store.user(tenant.id, id).await?.ok_or(OpError::NotFound)?;
    let user = User {
        name: change
            .name
            .as_deref()
            .map(|name| short("name", name))
            .transpose()?
            .unwrap_or(before.name.clone()),
        role: change.role.unwrap_or(before.role),
        agent: match change.agent {
            Some(agent) => agent_key(agent)?,
            None => before.agent.clone(),
        },
        email: match change.email {
            Some(email) => address(email)?,
            None => before.email.clone(),
        },
        active: change.active.unwrap_or(before.active),
        version: change.version + 1,
        ..before.clone()
    };
    let mut preconditions = vec![Precondition::UserVersion { id, version: change.version }];
    preconditions.extend(agent_free(&user));
    if before.role == Role::Admin && before.active && !(user.role == Role::Admin && user.active) {
        preconditions.push(Precondition::OtherAdmin { except: id });
    }
    let mut changes = vec![Change::User(Box::new(user.clone()))];
    if !user.active {
        changes.push(Change::SessionsEnded(id));
    }
    let commit = Commit { tenant: tenant.id, preconditions: preconditions.clone(), changes };
    match app.store.commit(commit).await {
        Ok(_) => {
            if (user.role, &user.agent, user.active) != (before.role, &before.agent, before.active) {
                app.tokens.revoke(tenant.id, id);
            }
            Ok(UserView::from(&user))
        }
        Err(CommitError::Refused { index }) => match preconditions.get(index) {
            Some(Precondition::AgentFree { .. }) => Err(OpError::invalid("agent", FieldFault::Taken)),
            Some(Precondition::OtherAdmin { .. }) => Err(OpError::invalid("role", FieldFault::LastAdmin)),
            _ => {
                let now = app.store.user(tenant.id, id).await?.ok_or(OpError::NotFound)?;
                Err(OpError::Stale { current: json(&UserView::from(&now)) })
            }
        },
        Err(error) => Err(error.into()),
    }
}

/// Ends a user's sessions and answers the link by which they set a new password.
///
/// # Errors
/// There is no such user, or the store cannot write.
pub async fn reset_password(app: &App, tenant: &Tenant, base: &str, id: UserId) -> Result<String, OpError> {
    app.store.user(tenant.id, id).await?.ok_or(OpError::NotFound)?;
    app.store.commit(Commit::of(tenant.id, vec![Change::SessionsEnded(id)])).await?;
    app.tokens.revoke(tenant.id, id);
    let token = new_link(app, tenant, LinkPurpose::Password, Some(id)).await?;
    Ok(format!("{base}/#/password?token={token}"))
}

async fn new_link(
    app: &App,
    tenant: &Tenant,
    purpose: LinkPurpose,
    user: Option<UserId>,
) -> Result<String, OpError> {
    let token = app.around.new_secret();
    let expires_at = app.around.now().plus_millis(LINK_S * 1000);
    let link = OneTimeLink { hash: hash_secret(&token), purpose, user, expires_at };
    app.store.commit(Commit::of(tenant.id, vec![Change::Link(link)])).await?;
    Ok(token)
}

fn checked(app: &App, new: NewUser) -> Result<User, OpError> {
    let login = short("login", &new.login)?;
    if login.chars().any(char::is_whitespace) {
        return Err(OpError::invalid("login", FieldFault::Unknown));
    }
    Ok(User {
        id: UserId(app.around.new_id()),
        login,
        name: short("name", &new.name)?,
        role: new.role,
        agent: agent_key(new.agent)?,
        email: address(new.email)?,
        active: true,
        password_hash: None,
        version: 1,
    })
}

fn agent_key(agent: Option<String>) -> Result<Option<AgentKey>, OpError> {
    let agent = agent.filter(|agent| !agent.trim().is_empty());
    agent.map(|agent| short("agent", &agent).map(AgentKey)).transpose()
}

/// An address that mail can be sent to.
fn address(email: Option<String>) -> Result<Option<String>, OpError> {
    let email = email.filter(|email| !email.trim().is_empty());
    let email = email.map(|email| short("email", &email)).transpose()?;
    match email {
        Some(email) if !email.is_ascii() => Err(OpError::invalid("email", FieldFault::NotAscii)),
        Some(email) if !mail::is_address(&email) => Err(OpError::invalid("email", FieldFault::Unknown)),
        email => Ok(email),
    }
}

fn short(field: &'static str, text: &str) -> Result<String, OpError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(OpError::invalid(field, FieldFault::Empty)),
        count if count > MAX_LOGIN_CHARS => Err(OpError::invalid(field, FieldFault::TooLong)),
        _ => Ok(text.to_owned()),
    }
}

/// Two users who are one agent would each be asked for the same wrap-ups.
fn agent_free(user: &User) -> Option<Precondition> {
    let agent = user.agent.clone().filter(|_| user.active)?;
    Some(Precondition::AgentFree { agent, except: user.id })
}
