//! SOAP: the little that clients log in with, and the way to the Metadata API.

use super::access::SESSION;
use super::calls::Kind;
use super::metadata;
use super::org::{Answer, OPENING_PASSWORD, Org, Request};
use domain::id::At;

/// Answers `/services/Soap/u/66.0` and `/services/Soap/c/66.0`: `login`, `logout`, `getUserInfo`; and `/services/Soap/m/66.0`.
pub(crate) fn answer(org: &mut Org, request: &Request, now: At) -> Answer {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let is_at = |part: &str| request.path().starts_with(&format!("/services/Soap/{part}/"));
    if is_at("m") {
        return metadata(org, request, &body, now);
    }
    if !is_at("u") && !is_at("c") {
        return fault("UNKNOWN_EXCEPTION", "No operation available for this request");
    }
    if let Some(login) = element(&body, "login") {
        org.calls.count(Kind::Login);
        return log_in(org, request, login, now);
    }
    org.calls.count(Kind::Soap);
    let token = element(&body, "sessionId").map(plain).unwrap_or_default();
    let Some(user) = org.access.session(&token, now).map(|session| session.user.clone()) else {
        return fault("INVALID_SESSION_ID", "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader");
    };
    if body.contains(":logout") || body.contains("<logout") {
        org.access.end(&token);
        return enveloped("<logoutResponse/>");
    }
    if body.contains("getUserInfo") {
        let info = info(org, &user);
        return enveloped(&format!("<getUserInfoResponse><result>{info}</result></getUserInfoResponse>"));
    }
    fault("UNKNOWN_EXCEPTION", "No operation available for this request")
}

/// A call of the Metadata API. Its faults and answers are of another namespace than those of the others.
fn metadata(org: &mut Org, request: &Request, body: &str, now: At) -> Answer {
    org.calls.count(Kind::Soap);
    // The header comes first, and what follows may be long.
    let header = body.split_once("Body>").map_or(body, |(header, _)| header);
    let token = element(header, "sessionId").map(plain).unwrap_or_default();
    let Some(user) = org.access.session(&token, now).map(|session| session.user.clone()) else {
        return fault("INVALID_SESSION_ID", "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader");
    };
    match metadata::answer(org, &request.body, &user, now) {
        Ok(answer) => enveloped_as("http://soap.sforce.com/2006/04/metadata", &answer),
        Err((code, message)) => fault(code, &escaped(&message)),
    }
}

fn log_in(org: &mut Org, request: &Request, login: &str, now: At) -> Answer {
    let said = |name: &str| element(login, name).map(plain).unwrap_or_default();
    // What follows the password is the security token, which an emulator has none of.
    let known = said("password").starts_with(OPENING_PASSWORD);
    let Some(user) = org.user_by_name(&said("username")).filter(|_| known) else {
        return fault(
            "INVALID_LOGIN",
            "INVALID_LOGIN: Invalid username, password, security token; or user locked out.",
        );
    };
    let session = org.access.begin(&org.id, &user, "SOAP", now);
    let version = request.path().rsplit('/').find(|part| !part.is_empty()).unwrap_or("66.0").to_owned();
    let version = version.split('/').next().unwrap_or("66.0");
    let (origin, id) = (escaped(&request.origin), org.id.clone());
    enveloped(&format!(
        "<loginResponse><result><metadataServerUrl>{origin}/services/Soap/m/{version}/{id}</metadataServerUrl>\
         <passwordExpired>false</passwordExpired><sandbox>false</sandbox>\
         <serverUrl>{origin}/services/Soap/u/{version}/{id}</serverUrl><sessionId>{session}</sessionId>\
         <userId>{user}</userId><userInfo>{}</userInfo></result></loginResponse>",
        info(org, &user)
    ))
}

fn info(org: &Org, id: &str) -> String {
    let user = org.user(id);
    let text = |field: &str| escaped(user.text(field));
    format!(
        "<accessibilityMode>false</accessibilityMode><currencySymbol>€</currencySymbol>\
         <organizationId>{}</organizationId><organizationMultiCurrency>false</organizationMultiCurrency>\
         <organizationName>Bitácora</organizationName><profileId>{}</profileId><roleId xsi:nil=\"true\"/>\
         <sessionSecondsValid>{}</sessionSecondsValid><userDefaultCurrencyIsoCode xsi:nil=\"true\"/>\
         <userEmail>{}</userEmail><userFullName>{}</userFullName><userId>{id}</userId>\
         <userLanguage>{}</userLanguage><userLocale>{}</userLocale><userName>{}</userName>\
         <userTimeZone>{}</userTimeZone><userType>Standard</userType><userUiSkin>Theme3</userUiSkin>",
        org.id,
        text("ProfileId"),
        SESSION / 1_000_000,
        text("Email"),
        text("Name"),
        text("LanguageLocaleKey"),
        text("LocaleSidKey"),
        text("Username"),
        text("TimeZoneSidKey"),
    )
}

fn enveloped(body: &str) -> Answer {
    enveloped_as("urn:partner.soap.sforce.com", body)
}

fn enveloped_as(namespace: &str, body: &str) -> Answer {
    xml(
        200,
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
             xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"{namespace}\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>{body}</soapenv:Body>\
             </soapenv:Envelope>"
        ),
    )
}

fn fault(code: &str, message: &str) -> Answer {
    xml(
        500,
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
             xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:sf=\"urn:fault.partner.soap.sforce.com\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body><soapenv:Fault>\
             <faultcode>sf:{code}</faultcode><faultstring>{message}</faultstring><detail>\
             <sf:UnexpectedErrorFault xsi:type=\"sf:UnexpectedErrorFault\"><sf:exceptionCode>{code}</sf:exceptionCode>\
             <sf:exceptionMessage>{message}</sf:exceptionMessage></sf:UnexpectedErrorFault></detail></soapenv:Fault>\
             </soapenv:Body></soapenv:Envelope>"
        ),
    )
}

fn xml(status: u16, text: &str) -> Answer {
    let headers = vec![("Content-Type".to_owned(), "text/xml;charset=UTF-8".to_owned())];
    Answer { status, headers, body: text.as_bytes().to_vec(), ..Answer::default() }
}

/// What is in the first element of a name, whatever its prefix.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let end = rest.find(['>', ' ', '/', '\n', '\r', '\t'])?;
        let tag = &rest[..end];
        if tag.rsplit(':').next() != Some(name) || tag.starts_with(['?', '!']) {
            continue;
        }
        let (head, inside) = rest.split_once('>')?;
        if head.ends_with('/') {
            return Some("");
        }
        return inside.split(&format!("</{tag}")).next();
    }
    None
}

/// A text as it is meant.
fn plain(text: &str) -> String {
    let text = text.trim().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&")
}

/// A text as XML writes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_whatever_their_prefix() {
        let text = "<?xml version='1.0'?><env:Body><n1:login xmlns:n1='u'><n1:username>a&amp;b</n1:username><p/></n1:login></env:Body>";
        let login = element(text, "login").expect("it is there");
        assert_eq!(element(login, "username").map(plain), Some("a&b".to_owned()));
        assert_eq!((element(login, "p"), element(login, "password")), (Some(""), None));
    }
}
