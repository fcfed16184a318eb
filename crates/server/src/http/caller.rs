//! Who calls: taken from the access token before a handler runs. A handler says in its arguments who may call
//! it: [`Anyone`], [`SignedIn`], [`Agent`], [`Supervisor`] or [`Admin`].

use super::ApiError;
use super::session::{cookie as session_cookie, frame_cookie, same_origin};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::crm::sharing;
use crate::ops::panel::PanelOwner;
use crate::ops::session::{self, Caller};
use crate::ops::submit_scene::Submitter;
use crate::view::ShowsRecords;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::account::Role;
use domain::correction::Corrector;
use domain::id::{AgentKey, UserId};
use domain::mirror::Local;
use std::sync::Arc;

/// Anybody at all; the tenant is told by the host name.
pub(super) struct Anyone {
    pub(super) tenant: Arc<Tenant>,
}

/// Somebody signed in.
pub(super) struct SignedIn {
    pub(super) tenant: Arc<Tenant>,
    pub(super) caller: Caller,
}

impl SignedIn {
    /// The view without what a CRM does not show them.
    pub(super) async fn shared<V: ShowsRecords>(&self, app: &App, view: V) -> Result<V, OpError> {
        sharing::shared(app, &self.tenant, self.caller.user, view).await
    }

    /// That a CRM shows them this record, where it is one of its own.
    pub(super) async fn may_see(&self, app: &App, record: Local) -> Result<(), OpError> {
        sharing::may_see(app, &self.tenant, self.caller.user, record).await
    }

    /// The same as one who may correct what is logged.
    pub(super) fn corrector(&self) -> Corrector {
        Corrector { user: self.caller.user, role: self.caller.role, agent: self.caller.agent.clone() }
    }
}

/// Somebody signed in who is an agent of the phone system.
pub(super) struct Agent {
    pub(super) tenant: Arc<Tenant>,
    pub(super) submitter: Submitter,
    pub(super) owner: PanelOwner,
}

/// Somebody signed in, by their access token or, because a page's player sends no such header, by the session's cookie
/// where our own page asks.
pub(super) struct Listening {
    pub(super) tenant: Arc<Tenant>,
    pub(super) who: Corrector,
}

/// A supervisor, or an admin.
pub(super) struct Supervisor {
    pub(super) tenant: Arc<Tenant>,
    pub(super) user: UserId,
    pub(super) role: Role,
    /// The agent they are, where they have a phone.
    pub(super) agent: Option<AgentKey>,
}

/// An admin.
pub(super) struct Admin {
    pub(super) tenant: Arc<Tenant>,
    pub(super) user: UserId,
}

impl FromRequestParts<Arc<App>> for Anyone {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        Ok(Anyone { tenant: Arc::clone(app.tenant_at(host)) })
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let caller = app.tokens.caller(token, app.around.now()).ok_or(OpError::Unauthenticated)?;
        let tenant = app.tenant(caller.tenant).cloned().ok_or(OpError::Unauthenticated)?;
        Ok(SignedIn { tenant, caller })
    }
}

impl FromRequestParts<Arc<App>> for Agent {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let SignedIn { tenant, caller } = SignedIn::from_request_parts(parts, app).await?;
        let agent = caller.agent.clone().ok_or(OpError::Forbidden)?;
        let submitter = Submitter { user: caller.user, agent: agent.clone(), role: caller.role };
        Ok(Agent {
            tenant,
            submitter,
            owner: PanelOwner { user: caller.user, agent, name: caller.name, instance: None },
        })
    }
}

impl FromRequestParts<Arc<App>> for Listening {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            let signed_in = SignedIn::from_request_parts(parts, app).await?;
            return Ok(Listening { who: signed_in.corrector(), tenant: signed_in.tenant });
        }
        let Anyone { tenant } = Anyone::from_request_parts(parts, app).await?;
        let kept = session_cookie(&parts.headers).or_else(|| frame_cookie(&parts.headers));
        let token = kept.ok_or(OpError::Unauthenticated)?;
        same_origin(&parts.headers)?;
        let user = session::user_of(app, &tenant, &token).await?;
        Ok(Listening { tenant, who: Corrector { user: user.id, role: user.role, agent: user.agent } })
    }
}

impl FromRequestParts<Arc<App>> for Supervisor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let SignedIn { tenant, caller } = at_least(Role::Supervisor, parts, app).await?;
        Ok(Supervisor { tenant, user: caller.user, role: caller.role, agent: caller.agent })
    }
}

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let SignedIn { tenant, caller } = at_least(Role::Admin, parts, app).await?;
        Ok(Admin { tenant, user: caller.user })
    }
}

async fn at_least(role: Role, parts: &mut Parts, app: &Arc<App>) -> Result<SignedIn, ApiError> {
    let signed_in = SignedIn::from_request_parts(parts, app).await?;
    if signed_in.caller.role < role {
        return Err(OpError::Forbidden.into());
    }
    Ok(signed_in)
}
