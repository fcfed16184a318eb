//! Who gets a session, and who does not.

use crate::client::{Client, START, escaped, form_of, read};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use sandbox::salesforce::{Org, Request};
use serde_json::{Value, json};

const KEY: &str = include_str!("app-of-tests.pem");
const PUBLIC: &str = include_str!("app-of-tests.public.pem");
const CERTIFICATE: &str = include_str!("app-of-tests.certificate.pem");

/// An assertion that the key of these tests signed.
fn assertion(claims: &Value) -> String {
    let body: String = KEY.lines().filter(|line| !line.starts_with("-----")).collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(body).expect("base64")).expect("a key");
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let said = format!("{}.{}", part(&json!({ "alg": "RS256" })), part(claims));
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), said.as_bytes(), &mut signature).expect("signed");
    format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn claims() -> Value {
    json!({
        "iss": "bitacora", "sub": "integration@emulator.example", "aud": "https://login.salesforce.com",
        "exp": START.0 / 1_000_000 + 180,
    })
}

fn ask(org: &mut Org, assertion: &str) -> (u16, Value) {
    let form =
        format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
    let answer = org.answer(&form_of(&form), START);
    (answer.status, read(&answer))
}

#[test]
fn a_signed_assertion_gets_a_session_of_its_user() {
    for pem in [PUBLIC, CERTIFICATE] {
        let mut org = Org::new(1, START);
        assert!(org.trust(pem));
        let (status, granted) = ask(&mut org, &assertion(&claims()));
        assert_eq!((status, &granted["token_type"]), (200, &json!("Bearer")), "{granted}");
        assert_eq!(granted["instance_url"], json!("https://org.example"));
        let mut request = Request {
            method: "GET".into(),
            target: "/services/oauth2/userinfo".into(),
            ..Request::default()
        };
        let token = granted["access_token"].as_str().expect("a token");
        request.headers.push(("Authorization".into(), format!("Bearer {token}")));
        let who = read(&org.answer(&request, START));
        assert_eq!(who["preferred_username"], json!("integration@emulator.example"));
    }
}

#[test]
fn an_assertion_that_is_forged_late_or_of_somebody_else_gets_none() {
    let mut org = Org::new(1, START);
    assert_eq!(
        ask(&mut org, &assertion(&claims())).1["error_description"],
        json!("invalid signature"),
        "no key yet"
    );
    assert!(org.trust(PUBLIC) && !org.trust(KEY));
    for (claim, value, error) in [
        ("iss", json!("nobody"), "invalid_client_id"),
        ("sub", json!("nobody@example.com"), "invalid_grant"),
        ("aud", json!("https://elsewhere.example"), "invalid_grant"),
        ("exp", json!(START.0 / 1_000_000), "invalid_grant"),
    ] {
        let mut wrong = claims();
        wrong[claim] = value;
        let (status, refused) = ask(&mut org, &assertion(&wrong));
        assert_eq!((status, &refused["error"]), (400, &json!(error)), "{claim}");
    }
    let good = assertion(&claims());
    let (head, rest) = good.split_once('.').expect("parts");
    let (_, signature) = rest.split_once('.').expect("parts");
    let mut other = claims();
    other["sub"] = json!("admin@emulator.example");
    let forged = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(other.to_string()));
    let unsigned = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(json!({ "alg": "none" }).to_string()));
    for wrong in [forged, unsigned, "x".into(), "a.b.c".into()] {
        assert_eq!(ask(&mut org, &wrong).1["error"], json!("invalid_grant"));
    }
}

#[test]
fn an_assertion_is_taken_however_long_it_is_good_for() {
    let mut org = Org::new(1, START);
    assert!(org.trust(PUBLIC));
    let mut long = claims();
    // Milliseconds where seconds are meant, as Salesforce's own CLI signs it.
    long["exp"] = json!(START.0 / 1_000 + 300);
    assert_eq!(ask(&mut org, &assertion(&long)).0, 200);
}

#[test]
fn only_users_whom_an_admin_authorised_get_in_where_the_app_says_so() {
    let mut client = Client::new();
    let app = json!({ "id": "bitacora", "key": PUBLIC, "authorised": ["ana@emulator.example"] });
    client.control("clients", app);
    let (_, refused) = ask(&mut client.org, &assertion(&claims()));
    assert_eq!(refused["error_description"], json!("user hasn't approved this consumer"));
    let mut ana = claims();
    ana["sub"] = json!("ana@emulator.example");
    assert_eq!(ask(&mut client.org, &assertion(&ana)).0, 200);
}

#[test]
fn a_code_is_good_once_and_for_who_knows_its_verifier() {
    let mut org = Org::new(1, START);
    let verifier = "v".repeat(50);
    let challenge = URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes()));
    let back = "https://app.example/back";
    let code = |org: &mut Org| {
        let target = format!(
            "/services/oauth2/authorize?response_type=code&client_id=bitacora&state=s&code_challenge_method=S256&code_challenge={challenge}&redirect_uri={}&login_hint=ana%40emulator.example",
            escaped(back)
        );
        let answer = org.answer(&Request { method: "GET".into(), target, ..Request::default() }, START);
        assert_eq!(answer.status, 302);
        let sent = answer.headers.into_iter().find(|(name, _)| name == "Location").expect("an address").1;
        let query = sent.strip_prefix("https://app.example/back?code=").expect("a code").to_owned();
        query.strip_suffix("&state=s").expect("the state").to_owned()
    };
    let exchange = |org: &mut Org, code: &str, verifier: &str| {
        let form = format!(
            "grant_type=authorization_code&client_id=bitacora&code={code}&code_verifier={verifier}&redirect_uri={}",
            escaped(back)
        );
        read(&org.answer(&form_of(&form), START))
    };
    let first = code(&mut org);
    assert_eq!(exchange(&mut org, &first, "wrong")["error"], json!("invalid_grant"));
    let second = code(&mut org);
    let granted = exchange(&mut org, &second, &verifier);
    let refresh = granted["refresh_token"].as_str().expect("a refresh token").to_owned();
    assert_eq!(
        exchange(&mut org, &second, &verifier)["error"],
        json!("invalid_grant"),
        "a code is good once"
    );
    let again = |org: &mut Org| {
        let form = format!("grant_type=refresh_token&client_id=bitacora&refresh_token={refresh}");
        read(&org.answer(&form_of(&form), START))
    };
    assert!(again(&mut org)["access_token"].is_string());
    let mut revoke = form_of(&format!("token={refresh}"));
    revoke.target = "/services/oauth2/revoke".into();
    assert_eq!(org.answer(&revoke, START).status, 200);
    assert_eq!(
        again(&mut org),
        json!({ "error": "invalid_grant", "error_description": "expired access/refresh token" })
    );
}

#[test]
fn a_session_ends_and_is_refused_from_then_on() {
    let mut client = Client::new();
    assert_eq!(client.ask("GET", "limits", Value::Null).0, 200);
    client.later(2 * 3600 + 1);
    let (status, said) = client.ask("GET", "limits", Value::Null);
    assert_eq!(status, 401);
    assert_eq!(said, json!([{ "errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid" }]));
    let secret = form_of("grant_type=client_credentials&client_id=bitacora&client_secret=wrong");
    assert_eq!(read(&client.org.answer(&secret, START))["error"], json!("invalid_client"));
}
