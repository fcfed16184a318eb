//! An admin's consent in a browser: the web server flow with PKCE (RFC 7636), at the end of which stands a refresh token. Where the
//! admin is sent and how they come back is the server's; so is the throw of the dice for state and verifier.

use super::api::escaped;
use super::refused;
use super::secret::Secret;
use super::transport::{Method, Request, Transport};
use crate::error::{CrmError, CrmErrorKind};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::Value;

/// What we ask for: the API, and to come back without asking again.
const SCOPE: &str = "api refresh_token";

/// The app that asks for consent.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Where an admin logs in.
    pub login_url: String,
    /// The consumer key of the app.
    pub client_id: String,
    /// The consumer secret, where the app asks for one.
    pub client_secret: Option<Secret>,
    /// Where the admin is sent back to, as the app knows it.
    pub callback: String,
}

/// What consent leaves.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The token by which the server logs in from now on; to be stored under lock.
    pub refresh_token: Secret,
    /// The org, where the answer named it.
    pub organization: Option<String>,
    /// The user who consented, as whom everything is written.
    pub user: Option<String>,
}

impl Consent {
    /// Where the admin is sent. `state` comes back with them and says that it is they; `verifier` (43 to 128 letters, digits,
    /// `-._~`) is shown to nobody until [`Consent::exchange`].
    pub fn address(&self, state: &str, verifier: &Secret) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.reveal().as_bytes()));
        format!(
            "{}/services/oauth2/authorize?response_type=code&client_id={}&redirect_uri={}&scope={}&state={}\
             &code_challenge={challenge}&code_challenge_method=S256",
            self.login_url.trim_end_matches('/'),
            escaped(&self.client_id),
            escaped(&self.callback),
            escaped(SCOPE),
            escaped(state),
        )
    }

    /// Has the org forget a refresh token that is not wanted any more; whether it did.
    pub async fn revoke(&self, transport: &dyn Transport, token: &Secret) -> bool {
        let body = encoded(&[("token", token.reveal())]);
        let request = Request {
            method: Method::Post,
            url: format!("{}/services/oauth2/revoke", self.login_url.trim_end_matches('/')),
            headers: vec![("Content-Type", "application/x-www-form-urlencoded".to_owned())],
            body,
        };
        transport.send(request).await.is_ok_and(|answer| answer.status == 200)
    }

    /// Exchanges the code that an admin came back with.
    ///
    /// # Errors
    /// It is not taken: the code is old or was used, the app is set up otherwise, or Salesforce cannot be reached.
    pub async fn exchange(
        &self,
        transport: &dyn Transport,
        code: &Secret,
        verifier: &Secret,
    ) -> Result<Granted, CrmError> {
        let secret = self.client_secret.as_ref().map(|secret| ("client_secret", secret.reveal()));
        let said = [
            ("grant_type", "authorization_code"),
            ("code", code.reveal()),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.callback),
            ("code_verifier", verifier.reveal()),
        ];
        let said: Vec<(&str, &str)> = said.into_iter().chain(secret).collect();
        let content = "application/x-www-form-urlencoded".to_owned();
        let request = Request {
            method: Method::Post,
            url: format!("{}/services/oauth2/token", self.login_url.trim_end_matches('/')),
            headers: vec![("Content-Type", content), ("Accept", "application/json".to_owned())],
            body: encoded(&said),
        };
        // A code works once: whatever went wrong, the admin begins anew, so that chance and waiting have no say here.
        let failed = |kind, code: &str, detail: &str| refused::error(kind, false, code, detail, 0.0);
        let answer = transport.send(request).await;
        let answer = answer.map_err(|error| failed(CrmErrorKind::Unreachable, "", &error.to_string()))?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status != 200 {
            let said = refused::of_body(&body).into_iter().next().unwrap_or_default();
            return Err(failed(CrmErrorKind::Credentials, &said.code, &said.message));
        }
        let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let Some(refresh) = text("refresh_token") else {
            let detail = "the app gives no refresh token: its scopes or its policy do not allow it";
            return Err(failed(CrmErrorKind::Credentials, "", detail));
        };
        let mut id = text("id").unwrap_or_default().rsplit('/').map(str::to_owned);
        let (user, organization) = (id.next(), id.next());
        let named = |id: Option<String>| id.filter(|id| !id.is_empty());
        Ok(Granted {
            refresh_token: Secret::new(refresh),
            organization: named(organization),
            user: named(user),
        })
    }
}

/// A form as it is posted.
fn encoded(said: &[(&str, &str)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish().into_bytes()
}
