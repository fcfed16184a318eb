//! The phone in an agent's browser. The agent whose it is.

use super::ApiError;
use super::caller::Agent;
use crate::ops::web_phone::web_phone;
use crate::view::WebPhoneView;
use axum::Json;

/// What the agent's phone in the browser is told to be; 404 where they have none. The answer is kept by nobody. Agents.
#[utoipa::path(get, path = "/me/phone", tag = "panel", security(("access_token" = [])),
    responses((status = 200, body = WebPhoneView), (status = 403), (status = 404)))]
pub(super) async fn read(agent: Agent) -> Result<Json<WebPhoneView>, ApiError> {
    Ok(Json(web_phone(&agent.tenant, &agent.owner.agent)?))
}
