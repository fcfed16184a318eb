//! Outgoing webhooks: who is told of calls ([`endpoints`]), what they were told and are told again ([`again`]), and the telling
//! ([`tell`]).

pub mod again;
pub mod endpoints;
pub mod tell;

use super::OpError;
use crate::app::{App, Tenant};
use domain::id::EndpointId;
use domain::notice::endpoint::Endpoint;

async fn find(app: &App, tenant: &Tenant, id: EndpointId) -> Result<Endpoint, OpError> {
    let endpoints = app.store.endpoints(tenant.id).await?;
    endpoints.into_iter().find(|endpoint| endpoint.id == id).ok_or(OpError::NotFound)
}
