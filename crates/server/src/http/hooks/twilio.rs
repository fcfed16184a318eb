//! `POST /hooks/twilio/{source}/voice` and `…/taskrouter`: callbacks of Twilio, signed by it. Whoever has an auth token
//! of the account. What is signed is the address that Twilio called, as the settings say it, with the form behind it.

use super::body::{media_type, read};
use super::refused::Refused;
use super::signature::hex_of;
use super::{count, deliver, understand};
use crate::app::{App, Tenant};
use crate::settings::{SourceKind, SourceSettings, TwilioSettings};
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac};
use std::sync::Arc;
use telephony::hook::{Delivery, Form};

/// The header with the signature.
const HEADER: &str = "x-twilio-signature";
/// The parameter of the address that a body is signed by which is no form.
const BODY_DIGEST: &str = "bodySHA256";
const FORM: &str = "application/x-www-form-urlencoded";

/// Takes a callback of a call or of a recording. Whoever has an auth token of the account.
pub(in crate::http) async fn voice(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    let form = |settings: &TwilioSettings| match settings.taskrouter {
        true => Some(Form::TwilioCustomers),
        false => Some(Form::TwilioVoice),
    };
    take(&app, &name, &uri, form, request).await
}

/// Takes an event of TaskRouter. Whoever has an auth token of the account.
pub(in crate::http) async fn taskrouter(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    let form = |settings: &TwilioSettings| settings.taskrouter.then_some(Form::TwilioTask);
    take(&app, &name, &uri, form, request).await
}

async fn take(
    app: &App,
    name: &str,
    uri: &Uri,
    form: impl FnOnce(&TwilioSettings) -> Option<Form>,
    request: Request,
) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let tenant = Arc::clone(app.tenant_at(host));
    let source = source(&tenant, name);
    let known = source.map(|(source, _)| source);
    match taken(app, &tenant, source, uri, form, request).await {
        // Twilio reads instructions in what it is answered: there are none.
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => {
            count(app, &tenant, known, &refused);
            refused.into_response()
        }
    }
}

fn source<'t>(tenant: &'t Tenant, name: &str) -> Option<(&'t SourceSettings, &'t TwilioSettings)> {
    let source = tenant.settings.sources.iter().find(|source| source.name == name)?;
    match &source.kind {
        SourceKind::Twilio(settings) => Some((source, settings)),
        _ => None,
    }
}

async fn taken(
    app: &App,
    tenant: &Tenant,
    source: Option<(&SourceSettings, &TwilioSettings)>,
    uri: &Uri,
    form: impl FnOnce(&TwilioSettings) -> Option<Form>,
    request: Request,
) -> Result<(), Refused> {
    let (head, body) = request.into_parts();
    let signature = signature(&head.headers)?;
    let (source, settings) = source.ok_or(Refused::Forged)?;
    let form = form(settings).ok_or(Refused::Forged)?;
    let is_form = media_type(&head.headers).is_some_and(|of| of == FORM);
    if !is_form && digest_in(uri).is_none() {
        return Err(Refused::MediaType);
    }
    let body = read(&head.headers, body).await?;
    let url = format!("{}{uri}", public_url(app, settings));
    let signed = if is_form { signed_form(&url, &body) } else { signed_body(url, uri, &body)? };
    if !settings.auth_tokens.iter().any(|token| signs(token, &signed, &signature)) {
        return Err(Refused::Forged);
    }
    let delivery = Delivery { form, body: body.to_vec() };
    let understood = understand(&delivery)?;
    if understood.tells_nothing() {
        return Ok(());
    }
    deliver(app, tenant, source, delivery, &understood).await.map(|_| ())
}

fn public_url(app: &App, settings: &TwilioSettings) -> String {
    settings.public_url.as_ref().map_or_else(|| app.public_url(), |url| url.trim_end_matches('/').to_owned())
}

fn signature(headers: &HeaderMap) -> Result<Vec<u8>, Refused> {
    let value = headers.get(HEADER).ok_or(Refused::Missing)?;
    STANDARD.decode(value.as_bytes()).map_err(|_| Refused::Forged)
}

/// The address, then each name with its value, in the order of names; what is said twice counts once.
fn signed_form(url: &str, body: &Bytes) -> Vec<u8> {
    let mut pairs: Vec<_> = form_urlencoded::parse(body).collect();
    pairs.sort();
    pairs.dedup();
    let mut signed = url.as_bytes().to_vec();
    for (name, value) in pairs {
        signed.extend_from_slice(name.as_bytes());
        signed.extend_from_slice(value.as_bytes());
    }
    signed
}

/// The address alone, which says the digest of the body.
fn signed_body(url: String, uri: &Uri, body: &Bytes) -> Result<Vec<u8>, Refused> {
    let told = digest_in(uri).ok_or(Refused::Forged)?;
    let is = hex_of(digest::digest(&digest::SHA256, body).as_ref());
    if told.eq_ignore_ascii_case(&is) { Ok(url.into_bytes()) } else { Err(Refused::Forged) }
}

fn digest_in(uri: &Uri) -> Option<String> {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == BODY_DIGEST).map(|(_, value)| value.into_owned())
}

fn signs(token: &str, signed: &[u8], signature: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    hmac::verify(&key, signed, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    fn form(caller: &str) -> Bytes {
        let form = format!(
            "CallSid=CA1234567890ABCDE&Caller=%2B{caller}&Digits=1234&From=%2B{caller}&To=%2B18005551212"
        );
        Bytes::from(form)
    }

    fn good(url: &str, form: &Bytes, signature: &str) -> bool {
        signs("12345", &signed_form(url, form), &STANDARD.decode(signature).expect("base64"))
    }

    #[test]
    fn signatures_are_those_that_twilio_makes() {
        assert!(good(URL, &form("14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
        assert!(good(URL, &form("14158675310"), "GvWf1cFY/Q7PnoempGyD5oXAezc="));
        assert!(!good(URL, &form("14158675310"), "RSOYDt4T1cUTdK1PDd93/VVr8B8="), "another form");
        assert!(
            !good(&URL[..URL.len() - 1], &form("14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            "another address"
        );
        assert!(!signs(
            "12346",
            &signed_form(URL, &form("14158675309")),
            &STANDARD.decode("RSOYDt4T1cUTdK1PDd93/VVr8B8=").expect("base64")
        ));
    }

    #[test]
    fn the_order_of_a_form_and_what_is_said_twice_do_not_matter() {
        let (one, other) = (Bytes::from("b=2&a=1&a=1&c=%20x"), Bytes::from("c=+x&a=1&b=2"));
        assert_eq!(signed_form(URL, &one), signed_form(URL, &other));
        assert_eq!(signed_form("u", &Bytes::from("b=2&a=1")), b"ua1b2");
    }

    #[test]
    fn a_body_that_is_no_form_is_the_one_whose_digest_the_address_says() {
        let body = Bytes::from("{}");
        let digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        let uri: Uri = format!("/hooks?bodySHA256={digest}").parse().expect("an address");
        assert!(signed_body("u".to_owned(), &uri, &body).is_ok());
        assert!(signed_body("u".to_owned(), &uri, &Bytes::from("[]")).is_err());
        assert!(signed_body("u".to_owned(), &Uri::from_static("/hooks"), &body).is_err());
    }
}
