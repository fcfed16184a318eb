//! The endpoints of OAuth: tokens by a signed assertion, a secret, a code or a refresh token; who a token is of; its end.

use super::access::Client;
use super::key;
use super::org::{Answer, Org, Request};
use super::stamp;
use domain::id::At;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Whom assertions may be addressed to, besides the org's own address.
const AUDIENCES: [&str; 2] = ["https://login.salesforce.com", "https://test.salesforce.com"];
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

type Form = BTreeMap<String, String>;
/// Error and description of a refusal.
type Refused = (&'static str, &'static str);

/// Answers a request for `/services/oauth2/…` or `/id/…`.
pub(crate) fn answer(org: &mut Org, request: &Request, now: At) -> Answer {
    let path = request.path();
    let form: Form = form_urlencoded::parse(&request.body).into_owned().collect();
    match (request.method.as_str(), path.trim_end_matches('/')) {
        ("POST", "/services/oauth2/token") => match token(org, request, &form, now) {
            Ok(body) => Answer::json(200, &body),
            Err(refused) => refuse(refused),
        },
        ("GET" | "POST", "/services/oauth2/authorize") => authorize(org, request, now),
        ("GET" | "POST", "/services/oauth2/revoke") => {
            let token =
                form.get("token").cloned().or_else(|| request.query_value("token")).unwrap_or_default();
            match org.access.end(&token) {
                true => Answer::json(200, &Value::Null).without_body(),
                false => refuse(("invalid_token", "invalid token")),
            }
        }
        ("POST", "/services/oauth2/introspect") => introspect(org, &form, now),
        ("GET" | "POST", "/services/oauth2/userinfo") => identity(org, request, now, true),
        ("GET" | "POST", path) if path.starts_with("/id/") => identity(org, request, now, false),
        _ => Answer::json(404, &json!({ "error": "unsupported_endpoint" })),
    }
}

fn refuse((error, description): Refused) -> Answer {
    Answer::json(400, &json!({ "error": error, "error_description": description }))
}

fn token(org: &mut Org, request: &Request, form: &Form, now: At) -> Result<Value, Refused> {
    let said = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
    match said("grant_type") {
        JWT_BEARER => {
            let (user, client) = asserted(org, request, said("assertion"), now)?;
            Ok(granted(org, request, &user, &client, None, now))
        }
        "client_credentials" => {
            let (id, client) = secret(org, request, form)?;
            let user = client.run_as.ok_or(("invalid_grant", "no client credentials user enabled"))?;
            Ok(granted(org, request, &user, &id, None, now))
        }
        "authorization_code" => {
            let wrong = ("invalid_grant", "invalid authorization code");
            let pending = org.access.exchange(said("code"), now).ok_or(wrong)?;
            if pending.client != said("client_id") {
                return Err(("invalid_client_id", "client identifier invalid"));
            }
            if pending.callback != said("redirect_uri") {
                return Err(("redirect_uri_mismatch", "redirect_uri must match configuration"));
            }
            match &pending.challenge {
                Some(challenge) => {
                    let verifier = digest(&SHA256, said("code_verifier").as_bytes());
                    if key::packed(verifier.as_ref()) != *challenge {
                        return Err(("invalid_grant", "invalid code verifier"));
                    }
                }
                None => drop(secret(org, request, form)?),
            }
            let refresh = org.access.keep(&pending.user, &pending.client);
            Ok(granted(org, request, &pending.user, &pending.client, Some(refresh), now))
        }
        "refresh_token" => {
            let client = said("client_id").to_owned();
            let expired = ("invalid_grant", "expired access/refresh token");
            let user = org.access.kept(said("refresh_token"), &client).ok_or(expired)?;
            let rotates = org.access.clients.get(&client).is_some_and(|client| client.rotates);
            let another = rotates.then(|| org.access.rotate(said("refresh_token"))).flatten();
            Ok(granted(org, request, &user, &client, another, now))
        }
        _ => Err(("unsupported_grant_type", "grant type not supported")),
    }
}

/// The user and the client of an assertion that is signed, addressed to us, still good, and authorised beforehand.
fn asserted(org: &Org, request: &Request, assertion: &str, now: At) -> Result<(String, String), Refused> {
    let invalid = ("invalid_grant", "invalid assertion");
    let (said, signature) = assertion.rsplit_once('.').ok_or(invalid)?;
    let (head, claims) = said.split_once('.').ok_or(invalid)?;
    let read = |text: &str| serde_json::from_slice::<Value>(&key::unpacked(text)?).ok();
    let (head, claims) = (read(head).ok_or(invalid)?, read(claims).ok_or(invalid)?);
    let claim = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let client =
        org.access.clients.get(claim("iss")).ok_or(("invalid_client_id", "client identifier invalid"))?;
    let signature = key::unpacked(signature).ok_or(invalid)?;
    let signed = client.key.as_ref().is_some_and(|key| key::is_signed(key, said, &signature));
    if head.get("alg") != Some(&json!("RS256")) || !signed {
        return Err(("invalid_grant", "invalid signature"));
    }
    if !AUDIENCES.contains(&claim("aud")) && claim("aud") != request.origin {
        return Err(("invalid_grant", "audience is invalid"));
    }
    let seconds = now.0.div_euclid(1_000_000);
    let expires = claims.get("exp").and_then(Value::as_f64).map_or(0, |exp| exp as i64);
    // However late that is: Salesforce's own CLI says thousands of years.
    if expires <= seconds {
        return Err(("invalid_grant", "assertion has expired"));
    }
    let user =
        org.user_by_name(claim("sub")).ok_or(("invalid_grant", "user hasn't approved this consumer"))?;
    let authorised = client.authorised.as_ref().is_none_or(|users| users.contains(&user));
    match authorised {
        true => Ok((user, claim("iss").to_owned())),
        false => Err(("invalid_grant", "user hasn't approved this consumer")),
    }
}

/// The client that says its secret, in the form or as a basic credential.
fn secret(org: &Org, request: &Request, form: &Form) -> Result<(String, Client), Refused> {
    let basic = request.header("authorization").and_then(|header| header.strip_prefix("Basic "));
    let basic = basic.and_then(basic_pair);
    let said = |key: &str| form.get(key).cloned().unwrap_or_default();
    let (id, secret) = basic.unwrap_or_else(|| (said("client_id"), said("client_secret")));
    let client = org.access.clients.get(&id).ok_or(("invalid_client_id", "client identifier invalid"))?;
    match !client.secret.is_empty() && client.secret == secret {
        true => Ok((id, client.clone())),
        false => Err(("invalid_client", "invalid client credentials")),
    }
}

fn basic_pair(text: &str) -> Option<(String, String)> {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn granted(
    org: &mut Org,
    request: &Request,
    user: &str,
    client: &str,
    refresh: Option<String>,
    now: At,
) -> Value {
    let token = org.access.begin(&org.id, user, client, now);
    let id = format!("{}/id/{}/{user}", request.origin, org.id);
    let issued = (now.0 / 1000).to_string();
    let signature = digest(&SHA256, format!("{id}{issued}").as_bytes());
    let mut body = json!({
        "access_token": token, "id": id, "instance_url": request.origin, "issued_at": issued, "scope": "api refresh_token",
        "signature": key::packed(signature.as_ref()), "token_type": "Bearer",
    });
    if let Some(refresh) = refresh {
        body["refresh_token"] = json!(refresh);
    }
    body
}

/// Nobody is asked: whoever `login_hint` names approves, else the first user; of an app that is denied nobody does.
fn authorize(org: &mut Org, request: &Request, now: At) -> Answer {
    let said = |key: &str| request.query_value(key).unwrap_or_default();
    let (client, callback) = (said("client_id"), said("redirect_uri"));
    let Some(known) = org.access.clients.get(&client) else {
        return refuse(("invalid_client_id", "client identifier invalid"));
    };
    if callback.is_empty() || !(known.callbacks.is_empty() || known.callbacks.contains(&callback)) {
        return refuse(("redirect_uri_mismatch", "redirect_uri must match configuration"));
    }
    if said("response_type") != "code" {
        return refuse(("unsupported_response_type", "response type not supported"));
    }
    let challenge = request.query_value("code_challenge");
    if challenge.is_some() && said("code_challenge_method") != "S256" {
        return refuse(("invalid_request", "code_challenge_method must be S256"));
    }
    let denied = known.denied;
    let user = org.user_by_name(&said("login_hint")).unwrap_or_else(|| org.admin.clone());
    let mut back = form_urlencoded::Serializer::new(String::new());
    if denied {
        back.append_pair("error", "access_denied");
        back.append_pair("error_description", "end-user denied authorization");
    } else {
        back.append_pair("code", &org.access.approve(&user, &client, &callback, challenge, now));
    }
    if let Some(state) = request.query_value("state") {
        back.append_pair("state", &state);
    }
    let between = if callback.contains('?') { '&' } else { '?' };
    let mut answer = Answer::json(302, &Value::Null).without_body();
    answer.headers.push(("Location".into(), format!("{callback}{between}{}", back.finish())));
    answer
}

fn introspect(org: &Org, form: &Form, now: At) -> Answer {
    let token = form.get("token").map(String::as_str).unwrap_or_default();
    let body = match org.access.session(token, now) {
        None => json!({ "active": false }),
        Some(session) => json!({
            "active": true, "client_id": session.client, "exp": session.ends.0 / 1_000_000,
            "iat": session.began.0 / 1_000_000, "scope": "api refresh_token", "sub": session.user,
            "token_type": "access_token", "username": org.user(&session.user).text("Username"),
        }),
    };
    Answer::json(200, &body)
}

/// Who a token is of: as OpenID words it, or as Salesforce does.
fn identity(org: &Org, request: &Request, now: At, open_id: bool) -> Answer {
    let token = request.bearer().or_else(|| request.query_value("oauth_token")).unwrap_or_default();
    let Some(session) = org.access.session(&token, now) else {
        return Answer::text(403, "Bad_OAuth_Token");
    };
    let user = org.user(&session.user);
    let id = format!("{}/id/{}/{}", request.origin, org.id, session.user);
    let rest = format!("{}/services/data/v{{version}}/", request.origin);
    let mut said = json!({
        "user_id": session.user, "organization_id": org.id, "email": user.get("Email"), "active": user.is("IsActive"),
        "language": "es", "locale": "es_ES", "utcOffset": 3_600_000, "user_type": "STANDARD", "is_app_installed": true,
        "urls": { "rest": rest, "sobjects": format!("{rest}sobjects/"), "query": format!("{rest}query/"),
            "search": format!("{rest}search/"), "recent": format!("{rest}recent/"),
            "profile": format!("{}/{}", request.origin, session.user) },
    });
    let own = match open_id {
        true => json!({
            "sub": id, "preferred_username": user.get("Username"), "nickname": user.get("Alias"),
            "name": user.get("Name"), "given_name": user.get("FirstName"), "family_name": user.get("LastName"),
            "zoneinfo": user.get("TimeZoneSidKey"), "email_verified": true,
        }),
        false => json!({
            "id": id, "asserted_user": true, "username": user.get("Username"), "nick_name": user.get("Alias"),
            "display_name": user.get("Name"), "first_name": user.get("FirstName"), "last_name": user.get("LastName"),
            "timezone": user.get("TimeZoneSidKey"), "last_modified_date": stamp::moment(now),
        }),
    };
    if let (Value::Object(said), Value::Object(own)) = (&mut said, own) {
        said.extend(own);
    }
    Answer::json(200, &said)
}
